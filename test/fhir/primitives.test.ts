/** The primitive types of R4: what each accepts, and why it refuses. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { isPrimitiveType, primitiveCheck, primitiveFault } from '../../engine/fhir/primitives.ts';

const test = suite('fhir/primitives');

const raw = (text: string) => (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(text);

const CASES: Readonly<
  Record<string, { readonly good: readonly unknown[]; readonly bad: readonly unknown[] }>
> = {
  boolean: { good: [true, false], bad: ['true', 0, null] },
  integer: {
    good: [0, -5, 2147483647, -2147483648],
    bad: [2147483648, 1.5, '1', Number.NaN, raw('1.0'), null],
  },
  unsignedInt: { good: [0, 2147483647], bad: [-1, 2147483648, '0'] },
  positiveInt: { good: [1], bad: [0, -1, 1.5] },
  decimal: { good: [1.5, -0.1, raw('1.50'), raw('1e3')], bad: ['1.5', raw('"1"'), raw('true'), null, {}] },
  string: { good: ['a', 'a\n\tb', ' ', '\u00e4'], bad: ['', 1, 'a\u0000', 'a'.repeat(1024 * 1024 + 1)] },
  markdown: { good: ['# a\n\nb'], bad: ['', '\u001b'] },
  code: { good: ['a', 'a b', 'a-b.c'], bad: ['', ' a', 'a ', 'a  b', 'a\t b', ' '] },
  id: { good: ['1.2-3', 'A'.repeat(64)], bad: ['', 'a_b', 'a b', 'A'.repeat(65), 'a\n'] },
  uri: { good: ['urn:oid:1.2', 'Patient/1'], bad: ['', 'a b', 'a\n'] },
  url: { good: ['https://a.example/b?c=d'], bad: ['https://a.example/b c'] },
  canonical: { good: ['http://a.example/b|1.0#c'], bad: [' '] },
  oid: {
    good: ['urn:oid:1.2.840.10008', 'urn:oid:2.0'],
    bad: ['1.2', 'urn:oid:3.1', 'urn:oid:1.02', 'urn:oid:1'],
  },
  uuid: {
    good: ['urn:uuid:c757873d-ec9a-4326-a141-556f43239520'],
    bad: ['c757873d-ec9a-4326-a141-556f43239520', 'urn:uuid:C757873D-EC9A-4326-A141-556F43239520'],
  },
  date: {
    good: ['2024', '2024-02', '2024-02-29', '1905-08-23', '2000-02-29'],
    bad: [
      '2023-02-29',
      '1900-02-29',
      '2024-13',
      '2024-00',
      '2024-04-31',
      '2024-01-00',
      '0000',
      '24',
      '20240101',
    ],
  },
  dateTime: {
    good: [
      '2024',
      '2024-02',
      '2024-02-29',
      '2024-02-29T10:00:00Z',
      '2024-02-29T10:00:00.123456+14:00',
      '2016-12-31T23:59:60-05:30',
    ],
    bad: [
      '2024-02-30T10:00:00Z',
      '2024-02-29T10:00:00',
      '2024-02-29T10:00Z',
      '2024-02-29T24:00:00Z',
      '2024-02-29T10:00:00+14:01',
      '2024-02-29 10:00:00Z',
      '2024-02-29T',
    ],
  },
  instant: {
    good: ['2024-02-29T10:00:00.1Z'],
    bad: ['2024-02-29', '2024-02-29T10:00:00', '2023-02-29T10:00:00Z'],
  },
  time: { good: ['10:00:00', '23:59:60.5'], bad: ['10:00', '24:00:00', '10:00:00Z'] },
  base64Binary: { good: ['aGk=', 'aGVs\nbG8h', 'QQ=='], bad: ['aGk', 'a===', 'aG=k', 'a*Gk', ' '] },
  xhtml: { good: ['<div xmlns="http://www.w3.org/1999/xhtml">a</div>'], bad: [''] },
};

for (const [type, { good, bad }] of Object.entries(CASES)) {
  test(type, () => {
    assert.ok(isPrimitiveType(type));
    for (const value of good)
      assert.is(primitiveFault(type, value), undefined, JSON.stringify(value)?.slice(0, 40));
    for (const value of bad)
      assert.type(primitiveFault(type, value), 'string', JSON.stringify(value)?.slice(0, 40));
  });
}

test('a reason names the rule, not the value', () => {
  assert.is(primitiveFault('date', '1970-02-30'), 'must be a date: YYYY, YYYY-MM or YYYY-MM-DD');
  assert.is(primitiveFault('positiveInt', -17), 'must be a whole number from 1 to 2147483647');
  assert.is(primitiveFault('string', 17), 'must be a string');
  assert.is(primitiveCheck('string')(17)?.rule, 'type');
  assert.is(primitiveCheck('string')('')?.rule, 'empty');
  assert.is(primitiveCheck('id')('a b')?.rule, 'value');
});

test('other types are not primitive', () => {
  for (const type of ['HumanName', 'Patient', 'toString', 'String', ''])
    assert.not.ok(isPrimitiveType(type), type);
  assert.throws(() => primitiveFault('HumanName', {}), /HumanName is no primitive type/);
});

test.run();
