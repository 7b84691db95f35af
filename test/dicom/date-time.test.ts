import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseDate, parseDateTime, parseOffset, parseTime } from '../../engine/dicom/date-time.ts';

const test = suite('dicom/date-time');

test('reads dates as precise as they are', () => {
  const rows: [string, ReturnType<typeof parseDate>][] = [
    ['20240229', { year: '2024', month: '02', day: '29' }],
    ['20000229', { year: '2000', month: '02', day: '29' }],
    ['0001', { year: '0001' }],
    ['197002', { year: '1970', month: '02' }],
    ['1970', { year: '1970' }],
    ['1999.03.10', { year: '1999', month: '03', day: '10' }],
    ['19700230', undefined],
    ['20230229', undefined],
    ['19000229', undefined],
    ['19700431', undefined],
    ['19701301', undefined],
    ['19700001', undefined],
    ['19700100', undefined],
    ['00000101', undefined],
    ['0000', undefined],
    ['1999.03', undefined],
    ['1999.13.10', undefined],
    ['1990/01/', undefined],
    ['1990-01-02', undefined],
    ['197', undefined],
    ['1970010', undefined],
    ['19700101-19701231', undefined],
    ['', undefined],
    ['１９７０', undefined],
  ];
  for (const [text, parts] of rows) assert.equal(parseDate(text), parts, text);
});

test('reads times as precise as they are', () => {
  const rows: [string, ReturnType<typeof parseTime>][] = [
    ['07', { hour: '07' }],
    ['0710', { hour: '07', minute: '10' }],
    ['235960', { hour: '23', minute: '59', second: '60' }],
    ['071024.1', { hour: '07', minute: '10', second: '24', fraction: '1' }],
    ['071024.120000', { hour: '07', minute: '10', second: '24', fraction: '120000' }],
    ['12:16', { hour: '12', minute: '16' }],
    ['12:16:24', { hour: '12', minute: '16', second: '24' }],
    ['11:11:11.111', { hour: '11', minute: '11', second: '11', fraction: '111' }],
    ['24', undefined],
    ['2400', undefined],
    ['0760', undefined],
    ['071061', undefined],
    ['071024.', undefined],
    ['071024.1234567', undefined],
    ['0710.5', undefined],
    ['7', undefined],
    ['071', undefined],
    ['12:1624', undefined],
    ['12:', undefined],
    ['', undefined],
  ];
  for (const [text, parts] of rows) assert.equal(parseTime(text), parts, text);
});

test('reads date-times with the offset they have', () => {
  const rows: [string, ReturnType<typeof parseDateTime>][] = [
    ['2024', { date: { year: '2024' } }],
    ['202402+0100', { date: { year: '2024', month: '02' }, offset: '+01:00' }],
    ['2024022910', { date: { year: '2024', month: '02', day: '29' }, time: { hour: '10' } }],
    [
      '20240229101530.120000-0500',
      {
        date: { year: '2024', month: '02', day: '29' },
        time: { hour: '10', minute: '15', second: '30', fraction: '120000' },
        offset: '-05:00',
      },
    ],
    ['20240230', undefined],
    ['2024022925', undefined],
    ['20240229101530-0000', undefined],
    ['20240229101530+1401', undefined],
    ['20240229101530Z', undefined],
    ['2024.02.29', undefined],
    ['', undefined],
  ];
  for (const [text, parts] of rows) assert.equal(parseDateTime(text), parts, text);
});

test('reads offsets from -1200 to +1400', () => {
  const rows: [string, string | undefined][] = [
    ['+0100', '+01:00'],
    ['+01:00', '+01:00'],
    ['+0000', '+00:00'],
    ['-0330', '-03:30'],
    ['-1200', '-12:00'],
    ['+1400', '+14:00'],
    ['-0000', undefined],
    ['-00:00', undefined],
    ['-1201', undefined],
    ['+1401', undefined],
    ['+0160', undefined],
    ['0100', undefined],
    ['+01', undefined],
    ['0', undefined],
    ['Z', undefined],
  ];
  for (const [text, offset] of rows) assert.is(parseOffset(text), offset, text);
});

test.run();
