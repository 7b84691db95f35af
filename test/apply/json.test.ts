import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { copy, covers, equal, ordered } from '../../engine/apply/json.ts';
import { decimal } from '../../engine/fhir/decimal.ts';
import type { FhirElement, FhirValue } from '../../engine/fhir/resource.ts';

const test = suite('json');

test('instants are equal whatever their offset and the zeros of their fraction', () => {
  const same: readonly (readonly [string, string])[] = [
    ['2024-02-29T10:15:30+01:00', '2024-02-29T09:15:30Z'],
    ['2024-02-29T23:30:00-02:00', '2024-03-01T01:30:00+00:00'],
    ['2024-02-29T10:15:30Z', '2024-02-29T10:15:30.000Z'],
    ['2024-02-29T10:15:30.12Z', '2024-02-29T10:15:30.120000Z'],
    // Servers cut to milliseconds.
    ['2024-02-29T10:15:30.123456Z', '2024-02-29T10:15:30.123Z'],
    ['2016-12-31T23:59:60Z', '2017-01-01T00:59:60+01:00'],
  ];
  for (const [a, b] of same) assert.ok(equal(a, b) && equal(b, a), `${a} ${b}`);
});

test('other instants and other precisions are not equal', () => {
  const other: readonly (readonly [string, string])[] = [
    ['2024-02-29T10:15:30Z', '2024-02-29T10:15:31Z'],
    ['2024-02-29T10:15:30+01:00', '2024-02-29T10:15:30Z'],
    ['2024-02-29T10:15:30.1Z', '2024-02-29T10:15:30Z'],
    ['2024-02-29T10:15:30.123456Z', '2024-02-29T10:15:30.123999Z'],
    ['2024-02-29T10:15:30.1Z', '2024-02-29T10:15:30.123Z'],
    ['2016-12-31T23:59:60Z', '2016-12-31T23:59:59Z'],
    ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00Z'],
    ['2024-02-29', '2024-02-29T00:00:00Z'],
    ['2024-02', '2024-02-01'],
    ['10:15:30', '10:15:30.000'],
  ];
  for (const [a, b] of other) assert.not.ok(equal(a, b) || equal(b, a), `${a} ${b}`);
});

test('numbers are equal by value, whatever their digits; a text is no number', () => {
  assert.ok(equal(1, decimal('1.0')));
  assert.ok(equal(decimal('1.50'), 1.5));
  assert.ok(equal(decimal('1e2'), 100));
  assert.not.ok(equal(1, decimal('1.01')));
  assert.not.ok(equal('1', 1));
  assert.not.ok(equal(decimal('0.1000000000000000001'), 0.1));
});

test('the order of keys does not count, that of lists does', () => {
  assert.ok(equal({ a: 1, b: [1, { c: 'x' }] }, { b: [1, { c: 'x' }], a: 1 }));
  assert.not.ok(equal({ a: [1, 2] }, { a: [2, 1] }));
  assert.not.ok(equal({ a: 1 }, { a: 1, b: 2 }));
  assert.not.ok(equal({ a: 1, b: 2 }, { a: 1 }));
  assert.not.ok(equal({ a: [1] }, { a: 1 }));
  assert.not.ok(equal({ a: 1 }, [1]));
  assert.not.ok(equal({ a: 1, b: 2 }, { a: 1, c: 2 }));
});

test('covers allows more in objects, not in lists', () => {
  assert.ok(covers({ a: 1, b: { c: 1, d: 2 } }, { b: { c: 1 } }));
  assert.not.ok(covers({ a: 1 }, { a: 1, b: 2 }));
  assert.ok(covers([{ a: 1, b: 2 }], [{ a: 1 }]));
  assert.not.ok(covers([1, 2], [1]));
  assert.not.ok(covers(undefined, 1));
});

test('a copy shares nothing, keeps decimals, and leaves out what is undefined', () => {
  const original = { a: [{ b: decimal('1.50') }], c: undefined, d: { e: 'x' } } as unknown as FhirElement;
  const made = copy(original) as unknown as { a: { b: unknown }[]; d: { e: string } };
  made.d.e = 'y';
  made.a.push({ b: 1 });
  assert.is(JSON.stringify(original), '{"a":[{"b":1.50}],"d":{"e":"x"}}');
  assert.is(JSON.stringify(made), '{"a":[{"b":1.50},{"b":1}],"d":{"e":"y"}}');
  assert.not('c' in made);
  assert.is(copy('x' as FhirValue), 'x');
});

test('ordered puts children in the order of the standard, companions behind them, the unknown last', () => {
  const patient = {
    zebra: { b: 1, a: 2 },
    birthDate: '1970',
    _birthDate: { id: 'x' },
    name: [{ given: ['J'], family: 'Doe', use: 'usual', _family: { id: 'y' } }],
    contained: [{ name: 'x', resourceType: 'Organization', active: true }],
    meta: { source: 'urn:x', versionId: '1' },
    id: 'p',
    resourceType: 'Patient',
  } as unknown as FhirElement;
  assert.is(
    JSON.stringify(ordered(patient, 'Patient')),
    JSON.stringify({
      resourceType: 'Patient',
      id: 'p',
      meta: { versionId: '1', source: 'urn:x' },
      contained: [{ resourceType: 'Organization', name: 'x', active: true }],
      name: [{ use: 'usual', family: 'Doe', _family: { id: 'y' }, given: ['J'] }],
      birthDate: '1970',
      _birthDate: { id: 'x' },
      zebra: { b: 1, a: 2 },
    }),
  );
  assert.is(JSON.stringify(ordered({ value: decimal('1.50') }, 'Quantity')), '{"value":1.50}');
});

test.run();
