/**
 * Conversions in one line: VRs, FHIR type, values and the keys of a rule come in, the FHIR JSON, `absent` or
 * `invalid: reason` goes out.
 */
import * as assert from 'uvu/assert';
import { type ConversionOptions, chooseConversion } from '../../engine/compile/conversion.ts';
import type { ElementValues } from '../../engine/dicom/dataset.ts';

/** What a rule says beside its tags, and for codes a plain object. */
export interface Rule {
  readonly as?: 'first' | 'join';
  readonly unit?: string;
  readonly codes?: Readonly<Record<string, string>>;
  readonly several?: boolean;
  readonly system?: string;
  readonly prefix?: string;
  readonly zone?: string;
  readonly default?: string;
}

export function choose(vrs: readonly (string | readonly string[])[], type: string, rule: Rule = {}) {
  const options: ConversionOptions = {
    hasSystem: rule.system !== undefined,
    hasPrefix: rule.prefix !== undefined,
    several: rule.several ?? false,
    ...(rule.as ? { as: rule.as } : {}),
    ...(rule.unit ? { hasUnit: rule.unit } : {}),
    ...(rule.codes ? { codes: new Map(Object.entries(rule.codes)) } : {}),
  };
  return chooseConversion(
    vrs.map((vr) => (typeof vr === 'string' ? [vr] : vr)),
    type,
    options,
  );
}

/**
 * Converts `values` (a list per tag, undefined for no element) and gives the FHIR JSON, `absent`, or `invalid: reason`.
 * Several tags are written `DA+TM`.
 */
export function convert(vr: string, type: string, values: readonly unknown[], rule: Rule = {}): string {
  const vrs = vr.split('+');
  const lists = vrs.length === 1 ? [values] : values;
  return run(
    vrs,
    type,
    lists.map((list, index) =>
      list === undefined ? undefined : { vr: vrs[index], values: list as unknown[] },
    ),
    rule,
  );
}

export function run(
  vrs: readonly (string | readonly string[])[],
  type: string,
  elements: readonly (ElementValues | undefined)[],
  rule: Rule = {},
): string {
  const chosen = choose(vrs, type, rule);
  if ('error' in chosen) return `error: ${chosen.error}`;
  const { system, prefix, zone } = rule;
  const reading = chosen.convert({
    elements,
    ...(system === undefined ? {} : { system }),
    ...(prefix === undefined ? {} : { prefix }),
    ...(zone === undefined ? {} : { zone }),
    ...(rule.default === undefined ? {} : { fallback: rule.default }),
  });
  if (reading.state === 'value') return JSON.stringify(reading.value);
  return reading.state === 'absent' ? 'absent' : `invalid: ${reading.reason}`;
}

export type Case = readonly [
  vr: string,
  type: string,
  values: readonly unknown[],
  result: string,
  rule?: Rule,
];

export function holds(cases: readonly Case[]): void {
  for (const [vr, type, values, result, rule] of cases) {
    assert.is(convert(vr, type, values, rule), result, `${vr} ${JSON.stringify(values)} → ${type}`);
  }
}
