/**
 * Running a row of the conversion table: the elements of a dataset come in, a Reading goes out. Here values are trimmed,
 * judged by their VR, looked up in `codes:` and counted; the rows see single good values only.
 */
import type { ElementValues, Together } from '../dicom/dataset.ts';
import { NUMBER_VRS, numberText, presentValue, vrFault } from '../dicom/vr.ts';
import { canonicalNumber } from '../fhir/decimal.ts';
import type { FhirElement, FhirValue } from '../fhir/resource.ts';
import { ABSENT, type RowMet } from '../plan.ts';
import { conceptKeys } from './coding-scheme.ts';
import type { ConversionOptions } from './conversion-choice.ts';
import type { Row } from './conversion-rows.ts';
import {
  type ConversionReading,
  gave,
  invalid,
  type RuleSettings,
  type Scalar,
} from './conversion-values.ts';

export interface ConversionInput {
  /** One per tag of the rule, as readElement gives it. */
  readonly elements: readonly (ElementValues | undefined)[];
  readonly system?: string | undefined;
  readonly prefix?: string | undefined;
  /** Offset of a time that has none: `+hh:mm`, `Z`, or `none`, which is the default. */
  readonly zone?: string | undefined;
  /** `default:`, for values that have no row in `codes`. */
  readonly fallback?: string | undefined;
  /** Told the row of `codes` that a value has; undefined stands for the fallback. */
  readonly met?: RowMet | undefined;
}

/** The rows of one tag by VR; the first VR counts where the dataset names none of these. */
export interface TagRows<Each extends Pick<Row, 'convert'> = Row> {
  readonly byVr: ReadonlyMap<string, Each>;
  /** Undefined where the VR is not known and the dataset has to tell. */
  readonly usual: string | undefined;
}

const MALFORMED = 'is no Value array of the DICOM JSON Model';

/** `as:` says what shall become of them. */
const SEVERAL_VALUES =
  'has several values, and one is wanted: in a rule, as: first or as: join says what becomes of them';

/** Reads the one tag of a rule. */
export function convertOne(
  rows: TagRows<Pick<Row, 'convert'>>,
  type: string,
  options: ConversionOptions,
  element: ElementValues | undefined,
  input: ConversionInput,
): ConversionReading {
  if (!element) return ABSENT;
  if (element.malformed) return invalid(MALFORMED, 0);
  const vr = judgingVr(rows, element);
  const present = presentValues(vr, element.values);
  if (present.length === 0) return ABSENT;
  const row = rows.byVr.get(vr);
  if (!row) return invalid(`has a VR that does not convert to ${type}`, 0);
  if (present.length > 1 && !options.several && !options.as) return invalid(SEVERAL_VALUES, 0);
  const settings = settingsOf(options, input);
  const results: FhirValue[] = [];
  for (const value of options.as === 'first' ? present.slice(0, 1) : present) {
    const reading = convertValue(row, { vr, value }, type, options, settings, input);
    if (reading.state === 'invalid') return reading;
    if (reading.state === 'value') results.push(reading.value);
  }
  return collect(results, options);
}

/**
 * Reads the tags of a row that makes one value of several: dates with times, identifiers with issuers. `vrs`: what the
 * dictionary allows for each tag.
 */
export function convertMany(
  row: Row,
  vrs: readonly (readonly string[])[],
  type: string,
  options: ConversionOptions,
  input: ConversionInput,
): ConversionReading {
  const columns: (readonly (Scalar | undefined)[])[] = [];
  const isShared = (index: number): boolean => row.shared?.includes(index) ?? false;
  for (const index of row.vrs.keys()) {
    const element = input.elements[index];
    if (element?.malformed) return invalid(MALFORMED, index);
    const vr = columnVr(row.vrs[index] ?? [], vrs[index] ?? [], element);
    const values = (element?.values ?? []).map((value) => presentValue(vr, value));
    const count = values.filter((value) => value !== undefined).length;
    if (count > 1 && !options.as && (!options.several || isShared(index)))
      return invalid(SEVERAL_VALUES, index);
    columns.push(values.map((value) => (value === undefined ? undefined : { vr, value })));
  }
  const [main = []] = columns;
  const settings = settingsOf(options, input);
  const results: FhirValue[] = [];
  for (let position = 0; position < main.length; position++) {
    if (main[position] === undefined) continue;
    const scalars = columns.map((column, index) =>
      isShared(index) ? column.find((scalar) => scalar !== undefined) : column[position],
    );
    for (const [index, scalar] of scalars.entries()) {
      const fault = scalar && vrFault(scalar.vr, scalar.value);
      if (fault) return invalid(fault, index);
    }
    const reading = row.convert(scalars, type, settings);
    if (reading.state === 'invalid') return { tagIndex: 0, ...reading };
    if (reading.state === 'value') results.push(reading.value);
    if (options.as === 'first') break;
  }
  return collect(results, options);
}

/** What each item of a sequence gives, as one Reading: in a single target, one item may give a value, unless the rule says `as:`. */
export function convertEach(
  items: readonly Together[],
  convert: (elements: Together) => ConversionReading,
  options: ConversionOptions,
): ConversionReading {
  const results: FhirValue[] = [];
  for (const elements of items) {
    const reading = convert(elements);
    if (reading.state === 'invalid') return reading;
    if (reading.state === 'absent') continue;
    const given = options.several && Array.isArray(reading.value) ? reading.value : [reading.value];
    results.push(...(given as readonly FhirValue[]));
    if (options.as === 'first') break;
    if (results.length > 1 && !options.several && !options.as) return invalid(SEVERAL_VALUES, 0);
  }
  return collect(results, options);
}

/** The VR of the dataset where the row knows it, else the dictionary's. */
function columnVr(
  known: readonly string[],
  allowed: readonly string[],
  element: ElementValues | undefined,
): string {
  const { vr } = element ?? {};
  if (vr !== undefined && known.includes(vr)) return vr;
  return allowed.find((each) => known.includes(each)) ?? known[0] ?? 'UT';
}

/** One Reading of what several values gave; several ones in a single target are joined, `as: join`. */
export function collect(results: readonly FhirValue[], options: ConversionOptions): ConversionReading {
  const [first] = results;
  if (first === undefined) return ABSENT;
  const joined = options.as === 'join' && results.length > 1 ? [joinValues(results)] : results;
  return gave(options.several ? joined : (joined[0] ?? first));
}

function joinValues(values: readonly FhirValue[]): FhirValue {
  if (typeof values[0] === 'string') return values.join(', ');
  return { text: values.map((value) => (value as FhirElement)['text']).join(', ') };
}

function convertValue(
  row: Pick<Row, 'convert'>,
  scalar: Scalar,
  type: string,
  options: ConversionOptions,
  settings: RuleSettings,
  { fallback, met }: ConversionInput,
): ConversionReading {
  const { codes } = options;
  if (!codes) {
    const fault = vrFault(scalar.vr, scalar.value);
    if (fault) return invalid(fault, 0);
    const reading = row.convert([scalar], type, settings);
    return reading.state === 'invalid' ? { tagIndex: 0, ...reading } : reading;
  }
  // A value that has a row is what the author expects, also where the standard does not.
  const keys = codeKeys(scalar);
  if (!keys) return ABSENT;
  const listed = keys.find((key) => codes.has(key));
  const found = listed === undefined ? unlisted(scalar, fallback, options) : codes.get(listed);
  if (typeof found === 'object' && 'state' in found) return found;
  met?.(listed);
  if (found === '' || found === undefined) return ABSENT;
  const reading = row.convert([{ vr: scalar.vr, value: found }], type, settings);
  return reading.state === 'invalid' ? { tagIndex: 0, ...reading } : reading;
}

function unlisted(
  scalar: Scalar,
  fallback: string | undefined,
  { isTable }: ConversionOptions,
): string | ConversionReading {
  const fault = vrFault(scalar.vr, scalar.value);
  if (fault) return invalid(fault, 0);
  if (fallback !== undefined && fallback !== '') return fallback;
  return invalid(`has no row in ${isTable ? 'the table' : 'codes'}`, 0);
}

/**
 * Under which keys a value is looked up; undefined for an item of a code sequence with nothing in it. Numbers have their
 * shortest spelling: `007` and 7 alike.
 */
function codeKeys({ vr, value }: Scalar): readonly string[] | undefined {
  if (vr === 'SQ') return conceptKeys(value);
  const text = numberText(value) ?? '';
  return [NUMBERS.has(vr) ? shortestNumber(text) : text];
}

/** The key of a number; other texts as they are. */
export function shortestNumber(text: string): string {
  const canonical = canonicalNumber(text);
  return canonical === undefined ? text : String(Number(canonical));
}

const NUMBERS: ReadonlySet<string> = new Set(NUMBER_VRS);

function presentValues(vr: string, values: readonly unknown[]): readonly unknown[] {
  const present: unknown[] = [];
  for (const raw of values) {
    const value = presentValue(vr, raw);
    if (value !== undefined) present.push(value);
  }
  return present;
}

/** The VR of the dataset where the table or the dictionary allows it; else the dictionary's; text where nobody knows. */
function judgingVr({ byVr, usual }: TagRows<Pick<Row, 'convert'>>, { vr }: ElementValues): string {
  if (vr !== undefined && byVr.has(vr)) return vr;
  return usual ?? (vr === undefined || vr === 'UN' ? 'UT' : vr);
}

function settingsOf(options: ConversionOptions, { system, prefix, zone }: ConversionInput): RuleSettings {
  return {
    system: system === '' ? undefined : system,
    prefix: prefix === '' ? undefined : prefix,
    zone,
    unit: options.hasUnit,
  };
}
