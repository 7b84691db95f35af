import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { isEngineError } from '../../engine/errors.ts';
import { canonicalNumber, decimal, isDecimalObject, sameDecimal } from '../../engine/fhir/decimal.ts';

const test = suite('fhir/decimal');

test('keeps the digits that are written', () => {
  const rows: [string, string][] = [
    ['1.50', '1.50'],
    ['1.5', '1.5'],
    ['100', '100'],
    ['0', '0'],
    ['0.0', '0.0'],
    ['-0', '0'],
    ['-0.00', '0.00'],
    ['+012', '12'],
    ['.5', '0.5'],
    ['-.5', '-0.5'],
    ['5.', '5'],
    ['007.10', '7.10'],
    ['1E3', '1e3'],
    ['1.20e+05', '1.20e+05'],
    ['0.1234567890123456789', '0.1234567890123456789'],
    ['9007199254740993', '9007199254740993'],
    ['1e21', '1e21'],
  ];
  for (const [text, json] of rows) assert.is(JSON.stringify(decimal(text)), json, text);
});

test('is a number where a number has the same digits, and an object where it has not', () => {
  assert.is(decimal('1.5'), 1.5);
  assert.is(decimal('-7'), -7);
  assert.is(isDecimalObject(decimal('1.50')), true);
  assert.is(isDecimalObject(1.5), false);
  assert.is(isDecimalObject({ rawJSON: '1.50' }), false);
});

test('refuses what is no number', () => {
  for (const text of ['', ' ', '.', '-', '1.2.3', '1e', 'NaN', 'Infinity', '0x10', '1 2', '--1', '1,5']) {
    assert.is(canonicalNumber(text), undefined, text);
    assert.throws(
      () => decimal(text),
      (error: unknown) => isEngineError(error, 'mapping.shape'),
      text,
    );
  }
});

test('compares by value, not by digits', () => {
  assert.is(sameDecimal(decimal('1.50'), 1.5), true);
  assert.is(sameDecimal(decimal('1.50'), decimal('1.500')), true);
  assert.is(sameDecimal(decimal('15e1'), 150), true);
  assert.is(sameDecimal(decimal('0.00'), 0), true);
  assert.is(sameDecimal(decimal('0.10'), decimal('0.1000000000000000000001')), false);
  assert.is(sameDecimal(decimal('-1.0'), 1), false);
  assert.is(sameDecimal(decimal('1e99999999999999999999'), decimal('1e99999999999999999998')), false);
  assert.is(sameDecimal('1.5', 1.5), false);
  assert.is(sameDecimal(undefined, undefined), false);
});

test('every finite number is equal to itself in another spelling', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
      assert.is(
        sameDecimal(decimal(number.toExponential(20)), decimal(number.toExponential(20).replace('e', '0e'))),
        true,
      );
      assert.is(sameDecimal(decimal(String(number)), number), true);
    }),
  );
});

test.run();
