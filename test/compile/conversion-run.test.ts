import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { choose, holds, run } from '../support/convert.ts';

const test = suite('compile/conversion-run');

test('an invalid reading says which tag it is about', () => {
  const chosen = choose(['DA', 'TM', 'SH'], 'dateTime');
  assert.not.ok('error' in chosen);
  if ('error' in chosen) return;
  const tagIndexOf = (...texts: string[]) => {
    const reading = chosen.convert({ elements: texts.map((text) => ({ vr: undefined, values: [text] })) });
    return reading.state === 'invalid' ? reading.tagIndex : reading.state;
  };
  assert.is(tagIndexOf('20240230', '1015', '+0100'), 0);
  assert.is(tagIndexOf('20240229', '2515', '+0100'), 1);
  assert.is(tagIndexOf('20240229', '1015', '0'), 2);
});

test('codes are looked up, and what has no row is invalid or the default', () => {
  const codes = { M: 'male', F: 'female', O: 'other', m: 'male', U: '' };
  holds([
    ['CS', 'code', ['M '], '"male"', { codes }],
    ['CS', 'code', ['X'], 'invalid: has no row in codes', { codes }],
    ['CS', 'code', ['X'], '"unknown"', { codes, default: 'unknown' }],
    ['CS', 'code', [''], 'absent', { codes, default: 'unknown' }],
    // The row says that a lower case value is expected; without one, the VR decides, and no default helps.
    ['CS', 'code', ['m'], '"male"', { codes }],
    [
      'CS',
      'code',
      ['f'],
      'invalid: has a character other than A-Z, 0-9, blank and underscore (CS)',
      { codes, default: 'unknown' },
    ],
    ['CS', 'code', ['U'], 'absent', { codes }],
    ['CS', 'code', ['M', 'F'], '["male","female"]', { codes, several: true }],
    ['CS', 'boolean', ['Y'], 'true', { codes: { Y: 'true', N: 'false' } }],
    ['IS', 'code', ['007'], '"seven"', { codes: { 7: 'seven' } }],
    ['DS', 'integer', ['1.0'], '10', { codes: { 1: '10' } }],
    ['CS', 'decimal', ['H'], '0.50', { codes: { H: '0.50' } }],
    ['CS', 'Coding', ['R'], '{"system":"urn:x","code":"1"}', { codes: { R: '1' }, system: 'urn:x' }],
    [
      'CS',
      'CodeableConcept',
      ['R'],
      '{"coding":[{"system":"urn:x","code":"1"}]}',
      { codes: { R: '1' }, system: 'urn:x' },
    ],
    ['CS', 'boolean', ['X'], 'invalid: gives no boolean', { codes: { Y: 'true' }, default: 'maybe' }],
    [
      'CS',
      'code',
      ['constructor'],
      'invalid: has a character other than A-Z, 0-9, blank and underscore (CS)',
      { codes },
    ],
  ]);
});

test('several values need a word about them', () => {
  holds([
    [
      'LO',
      'string',
      ['a', 'b'],
      'invalid: has several values, and one is wanted: in a rule, as: first or as: join says what becomes of them',
    ],
    ['LO', 'string', ['a', ' ', null], '"a"'],
    ['LO', 'string', [null, ' a ', 'b'], '"a"', { as: 'first' }],
    ['LO', 'string', ['a', '', 'b'], '"a, b"', { as: 'join' }],
    ['LO', 'string', ['a'], '["a"]', { several: true }],
    ['LO', 'string', ['a', null, 'b'], '["a","b"]', { several: true }],
    ['LO', 'string', ['a', 'b'], '["a"]', { several: true, as: 'first' }],
    ['LO', 'string', ['a', 'b'], '["a, b"]', { several: true, as: 'join' }],
    [
      'LO',
      'string',
      ['a', 'b\\'],
      'invalid: has a backslash, which stands between values',
      { several: true },
    ],
    ['LO', 'string', [null, ''], 'absent', { several: true }],
  ]);
});

test('several tags that make no date: the first that has a value, or all joined', () => {
  holds([
    ['LO+LO', 'string', [[' '], ['b']], '"b"', { as: 'first' }],
    ['LO+SH', 'string', [['a'], ['b']], '"a"', { as: 'first' }],
    ['LO+SH', 'string', [['a', 'c'], ['b']], '"a, c, b"', { as: 'join' }],
    ['LO+SH', 'Annotation', [['a'], ['b']], '[{"text":"a, b"}]', { as: 'join', several: true }],
    ['LO+SH', 'string', [undefined, undefined], 'absent', { as: 'join' }],
    ['DA+DA', 'date', [undefined, ['20240229']], '"2024-02-29"', { as: 'first' }],
    [
      'DA+DT',
      'date',
      [['x'], ['20240229']],
      'invalid: is no DA: a day of the calendar as yyyymmdd',
      { as: 'first' },
    ],
    ['LO+SH', 'string', [['a'], ['b']], 'error: LO + SH do not make one string'],
  ]);
});

test('the VR of the dataset decides where the dictionary leaves it open', () => {
  const element = (vr: string | undefined, ...values: unknown[]) => [{ vr, values }];
  assert.is(run([['US', 'SS']], 'integer', element('SS', -5)), '-5');
  assert.is(run([['US', 'SS']], 'integer', element('US', -5)), 'invalid: is out of the range of US');
  assert.is(run([['US', 'SS']], 'integer', element(undefined, 5)), '5');
  assert.is(run([['US', 'OW']], 'integer', element('US', 5)), '5');
  // A VR that the dictionary does not allow does not count.
  assert.is(
    run(['DA'], 'date', element('LO', '19700230')),
    'invalid: is no DA: a day of the calendar as yyyymmdd',
  );
  // Private attributes have no dictionary entry.
  assert.is(run([[]], 'string', element('LO', 'a')), '"a"');
  assert.is(run([[]], 'string', element('PN', { Alphabetic: 'Doe^Jane' })), '"Jane Doe"');
  assert.is(run([[]], 'date', element('DA', '20240229')), '"2024-02-29"');
  assert.is(run([[]], 'date', element('LO', '20240229')), 'invalid: has a VR that does not convert to date');
  assert.is(run([[]], 'string', element(undefined, 'a')), '"a"');
  assert.is(
    run([[]], 'Quantity', element('DS', '1.0'), { unit: 'mm' }),
    '{"value":1.0,"unit":"mm","system":"http://unitsofmeasure.org","code":"mm"}',
  );
});

test('what is malformed is invalid', () => {
  const reason = 'invalid: is no Value array of the DICOM JSON Model';
  const malformed = { vr: 'LO', values: [], malformed: true } as const;
  assert.is(run(['LO'], 'string', [malformed]), reason);
  assert.is(run(['DA', 'TM'], 'dateTime', [{ vr: 'DA', values: ['20240229'] }, malformed]), reason);
});

test.run();
