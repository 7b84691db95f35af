import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { conversionTable } from '../../engine/compile/conversion.ts';
import { ROWS } from '../../engine/compile/conversion-rows.ts';
import { isPrimitiveType, primitiveFault } from '../../engine/fhir/primitives.ts';
import { choose, convert, type Rule } from '../support/convert.ts';

const test = suite('compile/conversion');

test('every example of the table gives a value', () => {
  assert.not.match(conversionTable(), /`(undefined|absent|invalid)`/);
});

test('mappings/conversions.md is the table', () => {
  const page = readFileSync(resolve(import.meta.dirname, '../../mappings/conversions.md'), 'utf8');
  assert.is(page, conversionTable());
});

/** Every single-tag conversion without a wish, with what it needs. */
const CONVERSIONS = ROWS.filter(({ vrs }) => vrs.length === 1).flatMap((row) =>
  row.types.flatMap((type) => (row.vrs[0] ?? []).map((vr) => ({ row, type, vr }))),
);

const plausible = fc.oneof(
  fc.jsonValue(),
  fc.string({ unit: 'binary', maxLength: 70 }),
  fc.stringMatching(/^[0-9.+\-:eE]{1,26}$/),
  fc.constantFrom('20240229', '20240229101530.5+0100', '1015', '045Y', 'CT', 'YES', '1.2.3', '1.50', 'a b'),
  fc.double(),
  fc.integer(),
  fc.record({ Alphabetic: fc.stringMatching(/^[A-Z^ ,=]{0,20}$/) }),
  fc.record({
    '00080100': fc.oneof(fc.jsonValue(), fc.record({ Value: fc.array(fc.string(), { maxLength: 2 }) })),
  }),
);

test('whatever stands in the dataset, nothing throws, and a value is one of its FHIR type', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...CONVERSIONS),
      fc.array(plausible, { maxLength: 3 }),
      fc.constantFrom<Rule>({}, { several: true }, { as: 'first' }),
      ({ row, type, vr }, values, wish) => {
        const codes: Record<string, string> = type === 'boolean' ? { CT: 'true' } : { CT: '1', 'a b': '2' };
        const chosen = choose([vr], type, {
          ...wish,
          ...(row.needs === 'codes' ? { codes } : {}),
          ...(row.uses.includes('system') ? { system: 'urn:x' } : {}),
          ...(row.needs === 'unit' ? { unit: 'mm' } : {}),
        });
        assert.not.ok('error' in chosen, JSON.stringify(chosen));
        if ('error' in chosen) return;
        const reading = chosen.convert({ elements: [{ vr, values }], system: 'urn:x', zone: '+01:00' });
        if (reading.state !== 'value') return;
        assert.ok(Object.isFrozen(reading));
        const results = wish.several ? (reading.value as unknown[]) : [reading.value];
        for (const result of results) {
          if (isPrimitiveType(type)) assert.is(primitiveFault(type, result), undefined);
          else
            assert.ok(
              typeof result === 'object' &&
                Object.keys(result as object).length > 0 &&
                Object.isFrozen(result),
            );
        }
      },
    ),
    { numRuns: 2000 },
  );
});

test('dates, times and offsets of any shape make a valid dateTime or none', () => {
  const part = fc.oneof(
    fc.stringMatching(/^[0-9.:+-]{0,14}$/),
    fc.constantFrom('20240229', '2024', '10', '101530.1', '+0100', '-0000'),
  );
  fc.assert(
    fc.property(fc.constantFrom('dateTime', 'instant'), part, part, part, (type, date, time, offset) => {
      const result = convert('DA+TM+SH', type, [[date], [time], [offset]]);
      if (result.startsWith('"')) assert.is(primitiveFault(type, JSON.parse(result)), undefined, result);
    }),
    { numRuns: 2000 },
  );
});

test('long values take linear time', () => {
  const hostile = [
    '1'.repeat(2e5),
    ' '.repeat(2e5),
    '^ '.repeat(1e5),
    ', '.repeat(1e5),
    `${'0'.repeat(2e5)}.`,
    'a  '.repeat(6e4),
  ];
  const started = performance.now();
  for (const { row, type, vr } of CONVERSIONS) {
    const rule = {
      ...(row.needs === 'codes' ? { codes: { a: '1' } } : {}),
      ...(row.needs === 'unit' ? { unit: 'mm' } : {}),
    };
    const chosen = choose([vr], type, { ...rule, ...(row.uses.includes('system') ? { system: 'x' } : {}) });
    if ('error' in chosen) continue;
    for (const value of hostile)
      chosen.convert({ elements: [{ vr, values: vr === 'PN' ? [{ Alphabetic: value }] : [value] }] });
  }
  // A second for all; anything quadratic would take many minutes.
  assert.ok(performance.now() - started < 20_000);
});

test.run();
