import { suite } from 'uvu';
import { holds } from '../support/convert.ts';

const test = suite('compile/conversion-times');

test('dates are as precise as they were', () => {
  holds([
    ['DA', 'date', ['20240229'], '"2024-02-29"'],
    ['DA', 'date', ['202402'], '"2024-02"'],
    ['DA', 'date', ['2024'], '"2024"'],
    ['DA', 'date', ['1999.03.10'], '"1999-03-10"'],
    ['DA', 'dateTime', ['20240229'], '"2024-02-29"'],
    ['DA', 'date', ['19700230'], 'invalid: is no DA: a day of the calendar as yyyymmdd'],
    ['DA', 'date', ['  '], 'absent'],
    ['DA', 'date', ['2023', '2024'], '["2023","2024"]', { several: true }],
    ['DT', 'date', ['20240229101530'], '"2024-02-29"'],
    ['DT', 'dateTime', ['202402'], '"2024-02"'],
    ['DT', 'dateTime', ['20240229101530.10+0100'], '"2024-02-29T10:15:30.10+01:00"'],
    ['DT', 'dateTime', ['202402291015+0100'], '"2024-02-29T10:15:00+01:00"'],
    ['DT', 'dateTime', ['2024022910+0100'], '"2024-02-29"'],
    ['DT', 'dateTime', ['20240229101530'], '"2024-02-29"'],
    ['DT', 'dateTime', ['20240229101530'], '"2024-02-29T10:15:30+00:00"', { zone: 'Z' }],
    ['DT', 'instant', ['20240229101530+0100'], '"2024-02-29T10:15:30+01:00"'],
    ['DT', 'instant', ['20240229101530'], 'invalid: has no offset, or is too imprecise, for an instant'],
    ['DT+SH', 'dateTime', [['20240229101530'], ['-0500']], '"2024-02-29T10:15:30-05:00"'],
    ['DT+SH', 'dateTime', [['20240229101530+0100'], ['-0500']], '"2024-02-29T10:15:30+01:00"'],
    ['DT+SH', 'dateTime', [['20240229101530'], ['0']], 'invalid: is no offset from UTC: -1200 to +1400'],
    ['TM', 'time', ['1015'], '"10:15:00"'],
    ['TM', 'time', ['101530.120'], '"10:15:30.120"'],
    ['TM', 'time', ['12:16:24'], '"12:16:24"'],
    ['TM', 'time', ['10'], 'invalid: is an hour alone, and FHIR has no such time'],
  ]);
});

test('a date and a time make a dateTime where an offset is known, and else the date', () => {
  const zone = '+01:00';
  holds([
    ['DA+TM', 'dateTime', [['20240229'], ['101530']], '"2024-02-29T10:15:30+01:00"', { zone }],
    ['DA+TM', 'dateTime', [['20240229'], ['1015']], '"2024-02-29T10:15:00+01:00"', { zone }],
    ['DA+TM', 'dateTime', [['20240229'], ['10']], '"2024-02-29"', { zone }],
    ['DA+TM', 'dateTime', [['20240229'], ['101560.000100']], '"2024-02-29T10:15:60.000100+01:00"', { zone }],
    ['DA+TM', 'dateTime', [['1999.03.10'], ['12:16:24']], '"1999-03-10T12:16:24+01:00"', { zone: '+0100' }],
    ['DA+TM', 'dateTime', [['20240229'], ['101530']], '"2024-02-29"'],
    ['DA+TM', 'dateTime', [['20240229'], ['101530']], '"2024-02-29"', { zone: 'none' }],
    ['DA+TM', 'dateTime', [['20240229'], ['101530']], '"2024-02-29"', { zone: '' }],
    [
      'DA+TM',
      'dateTime',
      [['20240229'], ['101530']],
      'invalid: has no offset of its own, and zone: is none either: a time zone such as Europe/Berlin, +hh:mm, Z or none',
      { zone: 'CET' },
    ],
    [
      'DA+TM',
      'dateTime',
      [['20240229'], ['101530']],
      '"2024-02-29T10:15:30+01:00"',
      { zone: 'Europe/Berlin' },
    ],
    ['DA+TM', 'dateTime', [['202402'], ['101530']], '"2024-02"', { zone }],
    ['DA+TM', 'dateTime', [['2024'], ['101530']], '"2024"', { zone }],
    ['DA+TM', 'dateTime', [['20240229'], undefined], '"2024-02-29"', { zone }],
    ['DA+TM', 'dateTime', [['20240229'], ['']], '"2024-02-29"', { zone }],
    ['DA+TM', 'dateTime', [undefined, ['101530']], 'absent', { zone }],
    ['DA+TM', 'dateTime', [[''], ['9999']], 'absent', { zone }],
    [
      'DA+TM',
      'dateTime',
      [['20240229'], ['2500']],
      'invalid: is no TM: a time of day as hhmmss.ffffff or its start',
      { zone },
    ],
    [
      'DA+TM',
      'dateTime',
      [['20240230'], ['1015']],
      'invalid: is no DA: a day of the calendar as yyyymmdd',
      { zone },
    ],
    [
      'DA+TM',
      'instant',
      [['20240229'], ['10']],
      'invalid: has no offset, or is too imprecise, for an instant',
      { zone },
    ],
    ['DA+TM', 'instant', [['20240229'], ['1015']], '"2024-02-29T10:15:00+01:00"', { zone }],
    ['DA+TM+SH', 'dateTime', [['20240229'], ['101530'], ['-0500']], '"2024-02-29T10:15:30-05:00"', { zone }],
    ['DA+TM+SH', 'dateTime', [['20240229'], ['101530'], ['+05:30']], '"2024-02-29T10:15:30+05:30"'],
    ['DA+TM+SH', 'dateTime', [['20240229'], ['101530'], [' ']], '"2024-02-29T10:15:30+01:00"', { zone }],
    ['DA+TM+SH', 'dateTime', [['20240229'], ['101530'], undefined], '"2024-02-29"'],
    ['DA+TM+SH', 'dateTime', [['20240229'], undefined, ['-0500']], '"2024-02-29"'],
    [
      'DA+TM+SH',
      'dateTime',
      [['20240229'], ['101530'], ['0']],
      'invalid: is no offset from UTC: -1200 to +1400',
      { zone },
    ],
    [
      'DA+TM+SH',
      'dateTime',
      [['20240229'], ['101530'], ['-0000']],
      'invalid: is no offset from UTC: -1200 to +1400',
    ],
    [
      'DA+TM',
      'dateTime',
      [['20240229', '20240301'], ['1015']],
      'invalid: has several values, and one is wanted: in a rule, as: first or as: join says what becomes of them',
      { zone },
    ],
    [
      'DA+TM',
      'dateTime',
      [
        ['20240229', '', '20240301'],
        ['1015', '1016'],
      ],
      '["2024-02-29T10:15:00+01:00","2024-03-01"]',
      { zone, several: true },
    ],
    [
      'DA+TM',
      'dateTime',
      [
        ['', '20240301'],
        ['1015', '1016'],
      ],
      '"2024-03-01T10:16:00+01:00"',
      { zone, as: 'first' },
    ],
    [
      'DA+TM+SH',
      'dateTime',
      [['20240229'], ['1015'], ['+0100', '+0200']],
      'invalid: has several values, and one is wanted: in a rule, as: first or as: join says what becomes of them',
    ],
  ]);
});

test.run();
