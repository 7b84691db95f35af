/**
 * Finding the row of the conversion table: a VR, a FHIR type and the keys of a rule come in; the one row that fits, or what is
 * wrong and what would fit, goes out.
 */
import { ROWS, type Row, type RowKey } from './conversion-rows.ts';
import { textToAny } from './conversion-values.ts';

/** What a value stands for: a code, or a code with what a Coding says of it besides. */
export type CodeRow = string | { readonly system?: string; readonly code: string; readonly display?: string };

export interface ConversionOptions {
  readonly as?: 'first' | 'join';
  readonly hasSystem: boolean;
  /** UCUM code. */
  readonly hasUnit?: string;
  readonly codes?: ReadonlyMap<string, CodeRow>;
  /** True where `codes` are the rows of a `table:`, whose faults are told where they stand. */
  readonly isTable?: boolean;
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
  const [other] = rows;
  if (!row && other) return options.codes ? keyFault(codesKey(options), type, other) : codesFault(vr, type);
  if (!row) return noRow(vr, type);
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
    // With as:, each tag is an identifier of its own.
    !(options.as && row.types.includes('Identifier')) &&
    vrs.every((choice, index) => choice.some((vr) => row.vrs[index]?.includes(vr)));
  const rows = ROWS.filter(fits);
  const row = rows.find(({ types }) => types.includes(type));
  if (row)
    return options.codes ? keyFault(codesKey(options), type, row) : (optionFault(row, type, options) ?? row);
  const other = rows.find(({ types }) => !types.includes('Identifier'));
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
  const known = orders.map((row) => row.vrs.map(listed).join(', ')).join('; or ');
  return {
    error: `${spell(vrs)} do not make one ${type}`,
    hint: `${known === '' ? '' : `${withArticle(type)} is made of ${known}, in this order. `}as: first takes the first tag that has a value, as: join makes one text of all.`,
  };
}

export function isConversionFault(found: Row | ConversionFault): found is ConversionFault {
  return 'error' in found;
}

function withArticle(type: string): string {
  return `${/^[AEIO]/i.test(type) ? 'An' : 'A'} ${type}`;
}

function oneOf(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

function few(words: readonly string[]): string {
  return words.length > 6 ? `${words.slice(0, 5).join(', ')} and others` : words.join(', ');
}

/** Three are enough to say what is meant. */
function listed(vrs: readonly string[]): string {
  return vrs.length > 6 ? `${vrs.slice(0, 3).join('/')}/…` : vrs.join('/');
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
  if (needs && !given[needs] && !(needs === 'system' && hasSystems(options))) return needFault(needs, type);
  for (const key of Object.keys(given) as RowKey[]) {
    if (given[key] && !row.uses.includes(key))
      return keyFault(key === 'codes' ? codesKey(options) : key, type, row);
  }
  if (options.as === 'join' && !(row.joins && TEXTS.has(type))) {
    return { error: `as: join makes text, and ${type} is none`, hint: 'as: first takes the first value.' };
  }
  return options.codes && !options.isTable ? rowsFault(options.codes, type) : undefined;
}

/** The key that the codes come from. */
function codesKey({ isTable }: ConversionOptions): 'codes' | 'table' {
  return isTable ? 'table' : 'codes';
}

/** True where each row of a table says its system. */
function hasSystems({ codes }: ConversionOptions): boolean {
  const rows = [...(codes?.values() ?? [])];
  return (
    codes !== undefined &&
    rows.every((row) => row === '' || (typeof row === 'object' && row.system !== undefined))
  );
}

const TEXTS: ReadonlySet<string> = new Set(['string', 'markdown', 'Annotation', 'Address']);

/** Only a table of codes makes this type of the value. */
function codesFault(vr: string, type: string): ConversionFault {
  const plain = plainTypes(vr);
  const isCoded = type === 'Coding' || type === 'CodeableConcept';
  const how = `codes: { value: ${isCoded ? 'code' : type} }${isCoded ? ' and system:' : ''} says what each value stands for.`;
  const text = type === 'CodeableConcept' ? ' For a text without a code, end the target with .text.' : '';
  return {
    error: `${vr} becomes ${type} only with codes:`,
    hint: `${how}${text}${plain.length > 0 ? ` Without codes:, ${vr} becomes ${few(plain)}.` : ''}`,
  };
}

/** The types that a VR has without `codes:`. */
function plainTypes(vr: string): readonly string[] {
  const rows = ROWS.filter(
    (row) => row.vrs.length === 1 && row.vrs[0]?.includes(vr) && row.needs !== 'codes',
  );
  return [...new Set(rows.flatMap((row) => row.types))];
}

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

function keyFault(key: RowKey | 'table', type: string, row: Row | undefined): ConversionFault {
  const allowed = (row?.uses ?? []).map((use) => `${use}:`).join(', ');
  return {
    error: `${key}: has no use where ${spell(row?.vrs.map((choice) => choice.slice(0, 3)) ?? [])} becomes ${type}`,
    hint: allowed === '' ? `Leave ${key}: out.` : `Leave ${key}: out; this conversion knows ${allowed}.`,
  };
}

/** Rows of `codes:` that the type cannot take; they are of the mapping file, so they may be shown. */
function rowsFault(codes: ReadonlyMap<string, CodeRow>, type: string): ConversionFault | undefined {
  for (const [from, to] of codes) {
    const fault = codeRowFault(to, type);
    if (fault) return { error: `codes: the row ${from} ${fault}` };
  }
  return undefined;
}

/** Why the type cannot take a row: `gives no code: …`. */
export function codeRowFault(row: CodeRow, type: string): string | undefined {
  if (row === '') return undefined;
  const reading = textToAny([{ vr: 'UT', value: row }], type, {});
  return reading.state === 'invalid' ? reading.reason : undefined;
}

function noRow(vr: string, type: string): ConversionFault {
  const sources = sourcesOf(type);
  const types = plainTypes(vr);
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
    hint: `${withArticle(type)} comes from ${oneOf(sources)}.${types.length > 0 ? ` ${vr} becomes ${few(types)}.` : ''}`,
  };
}

/** The VRs that make a type, texts and numbers in one word each; with `codes:` nearly every VR makes a code. */
function sourcesOf(type: string): readonly string[] {
  const rows = ROWS.filter((row) => row.types.includes(type) && row.needs !== 'codes');
  const single = [...new Set(rows.flatMap((row) => (row.vrs.length === 1 ? (row.vrs[0] ?? []) : [])))];
  const isNumber = (vr: string): boolean => NUMBERS.has(vr);
  const words = [
    ...single.filter((vr) => !isNumber(vr)),
    ...(single.filter(isNumber).length > 3 ? ['a number'] : single.filter(isNumber)),
  ];
  const several = rows.filter((row) => row.vrs.length > 1).map((row) => row.vrs.map(listed).join(' + '));
  return [...(words.length > 8 ? [...words.slice(0, 7), 'others'] : words), ...new Set(several)];
}

const NUMBERS: ReadonlySet<string> = new Set('IS SL SS SV UL US UV DS FD FL'.split(' '));
