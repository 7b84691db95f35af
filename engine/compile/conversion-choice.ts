/**
 * Finding the row of the conversion table: a VR, a FHIR type and the keys of a rule come in; the one row that fits, or what is
 * wrong and what would fit, goes out.
 */
import { ROWS, type Row, type RowKey } from './conversion-rows.ts';
import { textToAny } from './conversion-values.ts';

export interface ConversionOptions {
  readonly as?: 'first' | 'join';
  readonly hasSystem: boolean;
  /** UCUM code. */
  readonly hasUnit?: string;
  readonly codes?: ReadonlyMap<string, string>;
  readonly hasPrefix: boolean;
  /** True when the target takes several values: results are arrays. */
  readonly several: boolean;
}

export interface ConversionFault {
  readonly error: string;
  readonly hint?: string;
}

/** Every VR that a row reads from one tag. */
export const CONVERTIBLE_VRS: readonly string[] = [
  ...new Set(ROWS.filter(({ vrs }) => vrs.length === 1).flatMap(({ vrs }) => vrs.flat())),
].sort();

/** The row for one tag of one VR. */
export function rowFor(vr: string, type: string, options: ConversionOptions): Row | ConversionFault {
  const rows = ROWS.filter(
    ({ vrs, types }) => vrs.length === 1 && vrs[0]?.includes(vr) && types.includes(type),
  );
  const row = rows.find(({ needs }) => (needs === 'codes') === (options.codes !== undefined));
  if (!row) return rows.length > 0 ? keyFault('codes', type, rows[0]) : noRow(vr, type);
  return optionFault(row, type, options) ?? row;
}

/** The row for several tags that make one value; undefined when no row has these VRs in this order. */
export function rowForTags(
  vrs: readonly (readonly string[])[],
  type: string,
  options: ConversionOptions,
): Row | ConversionFault | undefined {
  const fits = (row: Row) =>
    row.vrs.length === vrs.length &&
    vrs.every((choice, index) => choice.some((vr) => row.vrs[index]?.includes(vr)));
  const rows = ROWS.filter(fits);
  const row = rows.find(({ types }) => types.includes(type));
  if (row) return options.codes ? keyFault('codes', type, row) : (optionFault(row, type, options) ?? row);
  const [other] = rows;
  return (
    other && {
      error: `${spell(vrs)} make no ${type}`,
      hint: `Together they become ${other.types.join(' or ')}.`,
    }
  );
}

/** Several tags whose VRs do not belong together, and no `as:`. */
export function tagsFault(vrs: readonly (readonly string[])[], type: string): ConversionFault {
  const orders = ROWS.filter((row) => row.vrs.length > 1 && row.types.includes(type));
  const known = orders.map((row) => row.vrs.flat().join(', ')).join('; or ');
  return {
    error: `${spell(vrs)} do not make one ${type}`,
    hint: `${known === '' ? '' : `A ${type} is made of ${known}, in this order. `}as: first takes the first tag that has a value, as: join makes one text of all.`,
  };
}

export function isConversionFault(found: Row | ConversionFault): found is ConversionFault {
  return 'error' in found;
}

export function spell(vrs: readonly (readonly string[])[]): string {
  return vrs.map((choice) => (choice.length === 0 ? 'any VR' : choice.join(' or '))).join(' + ');
}

function optionFault(row: Row, type: string, options: ConversionOptions): ConversionFault | undefined {
  const given: Readonly<Record<RowKey, boolean>> = {
    codes: options.codes !== undefined,
    prefix: options.hasPrefix,
    system: options.hasSystem,
    unit: options.hasUnit !== undefined,
  };
  // A code that comes from a table needs its system as much as one that stands in the tag.
  const needs = row.needs === 'codes' && row.uses.includes('system') ? 'system' : row.needs;
  if (needs && !given[needs]) return needFault(needs, type);
  for (const key of Object.keys(given) as RowKey[]) {
    if (given[key] && !row.uses.includes(key)) return keyFault(key, type, row);
  }
  if (options.as === 'join' && !(row.joins && TEXTS.has(type))) {
    return { error: `as: join makes text, and ${type} is none`, hint: 'as: first takes the first value.' };
  }
  return options.codes && rowsFault(options.codes, type);
}

const TEXTS: ReadonlySet<string> = new Set(['string', 'markdown', 'Annotation', 'Address']);

function needFault(key: RowKey, type: string): ConversionFault {
  if (key === 'unit')
    return { error: `a ${type} needs unit:`, hint: 'unit: is a UCUM code, such as mm or mGy.' };
  if (type === 'ContactPoint')
    return { error: `a ${type} needs system:`, hint: 'phone, fax, email, pager, url, sms or other.' };
  return {
    error: `a ${type} needs system:`,
    hint: `system: says which code system the code is of.${type === 'CodeableConcept' ? ' For a text without a code, end the target with .text.' : ''}`,
  };
}

function keyFault(key: RowKey, type: string, row: Row | undefined): ConversionFault {
  const allowed = (row?.uses ?? []).map((use) => `${use}:`).join(', ');
  return {
    error: `${key}: has no use where ${spell(row?.vrs.map((choice) => choice.slice(0, 3)) ?? [])} becomes ${type}`,
    hint: allowed === '' ? `Leave ${key}: out.` : `Leave ${key}: out; this conversion knows ${allowed}.`,
  };
}

/** Rows of `codes:` that the type cannot take; they are of the mapping file, so they may be shown. */
function rowsFault(codes: ReadonlyMap<string, string>, type: string): ConversionFault | undefined {
  for (const [from, to] of codes) {
    if (to === '') continue;
    const reading = textToAny([{ vr: 'UT', value: to }], type, {});
    if (reading.state === 'invalid') return { error: `codes: the row ${from} ${reading.reason}` };
  }
  return undefined;
}

function noRow(vr: string, type: string): ConversionFault {
  const others = ROWS.filter((row) => row.types.includes(type));
  const sources = [...new Set(others.map((row) => row.vrs.map((choice) => choice.join(', ')).join(' + ')))];
  const types = [
    ...new Set(
      ROWS.filter((row) => row.vrs.length === 1 && row.vrs[0]?.includes(vr)).flatMap((row) => row.types),
    ),
  ];
  const error = `${vr} does not convert to ${type}`;
  if (type === 'Reference') return { error, hint: 'Use reference:, or write to .display of the reference.' };
  if (vr === 'SQ' && type !== 'Coding' && type !== 'CodeableConcept') {
    return {
      error,
      hint: 'Name an attribute of its items, such as ….CodeMeaning; a code sequence becomes CodeableConcept or Coding.',
    };
  }
  if (sources.length === 0)
    return { error, hint: `No tag converts to ${type}: write to one of its children, or use value:.` };
  return {
    error,
    hint: `A ${type} comes from ${sources.join('; or ')}.${types.length > 0 ? ` ${vr} becomes ${types.join(', ')}.` : ''}`,
  };
}
