/**
 * A resource in, the rows of the search index out: tokens (also references, strings and uris) and moments (dates as
 * ranges of milliseconds). The same resource and the same base addresses give the same rows.
 */
import type { FhirResource, FhirValue } from '../fhir/resource.ts';
import { isObject } from './fhir-json.ts';
import { parametersOf, type SearchParameter } from './fhir-parameters.ts';

/** `space` is the system of a token, the target type of a reference, the unfolded text of a string. */
export type TokenRow = readonly [parameter: string, space: string, value: string];
export type MomentRow = readonly [parameter: string, low: number, high: number];

export interface IndexRows {
  readonly tokens: readonly TokenRow[];
  readonly moments: readonly MomentRow[];
}

/** Ends of time of open periods: beyond every date of four-digit years. */
const BEGINNING = -8.64e15;
const END = 8.64e15;

/** Rows for every indexed parameter of the type. References under `bases` count as relative ones. */
export function indexRows(resource: FhirResource, bases: readonly string[]): IndexRows {
  const tokens: TokenRow[] = [];
  const moments: MomentRow[] = [];
  for (const parameter of parametersOf(resource.resourceType).values()) {
    if (parameter.isScanned) continue;
    for (const value of valuesOf(resource, parameter)) {
      if (parameter.type === 'date') {
        const range = rangeOf(value);
        if (range) moments.push([parameter.name, ...range]);
      } else if (parameter.type === 'reference') {
        tokens.push(...referenceRows(parameter, value, bases));
      } else if (parameter.type === 'string') {
        tokens.push(...texts(value).map((text): TokenRow => [parameter.name, text, fold(text)]));
      } else {
        tokens.push(...tokensOf(value).map(([system, code]): TokenRow => [parameter.name, system, code]));
      }
    }
  }
  return { tokens, moments };
}

/** All values of a parameter, lists flattened. */
function valuesOf(resource: FhirResource, parameter: SearchParameter): readonly FhirValue[] {
  return parameter.paths.flatMap((path) => valuesAt(resource, path));
}

function valuesAt(value: FhirValue | undefined, steps: readonly string[]): readonly FhirValue[] {
  if (Array.isArray(value)) return value.flatMap((item) => valuesAt(item, steps));
  if (value === undefined || value === null) return [];
  const [step, ...rest] = steps;
  if (step === undefined) return [value];
  return isObject(value) ? valuesAt(value[step], rest) : [];
}

/** A token value as [system, code] pairs; no system is the empty text. R4 search.html#token. */
function tokensOf(value: FhirValue): readonly (readonly [string, string])[] {
  if (typeof value === 'string' || typeof value === 'boolean') return [['', String(value)]];
  if (!isObject(value)) return [];
  if (Array.isArray(value.coding)) return value.coding.flatMap(tokensOf);
  const code = value.code ?? value.value;
  return typeof code === 'string' ? [[typeof value.system === 'string' ? value.system : '', code]] : [];
}

function referenceRows(parameter: SearchParameter, value: FhirValue, bases: readonly string[]): TokenRow[] {
  if (!isObject(value)) return [];
  const rows: TokenRow[] = [];
  if (typeof value.reference === 'string') {
    const target = targetOf(value.reference, bases);
    if (target && (!parameter.isNarrowed || parameter.targets?.includes(target[0]))) {
      rows.push([parameter.name, ...target]);
    }
  }
  const isWanted = !parameter.isNarrowed || parameter.targets?.includes(String(value.type));
  if (isObject(value.identifier) && isWanted) {
    for (const [system, code] of tokensOf(value.identifier)) {
      rows.push([`${parameter.name}:identifier`, system, code]);
    }
  }
  return rows;
}

/**
 * A literal reference as [type, id], a foreign address as ['', address]; undefined for what stands in the resource itself.
 */
export function targetOf(text: string, bases: readonly string[]): readonly [string, string] | undefined {
  const base = bases.find((each) => text.startsWith(`${each}/`));
  const relative = base === undefined ? text : text.slice(base.length + 1);
  const match = /^([A-Z][A-Za-z]+)\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/.exec(
    relative,
  );
  if (match?.[1] && match[2]) return [match[1], match[2]];
  return text.startsWith('#') ? undefined : ['', text];
}

const TEXT_PARTS = [
  'text',
  'family',
  'given',
  'prefix',
  'suffix',
  'line',
  'city',
  'district',
  'state',
  'postalCode',
  'country',
];

function texts(value: FhirValue): readonly string[] {
  if (typeof value === 'string') return [value];
  if (!isObject(value)) return [];
  return TEXT_PARTS.flatMap((part) => valuesAt(value[part], [])).filter((text) => typeof text === 'string');
}

/** Letter case and accents do not count in string searches (R4 search.html#string). */
export function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

/** date, dateTime, instant or Period as a range of milliseconds, both ends inclusive. */
function rangeOf(value: FhirValue): readonly [number, number] | undefined {
  if (typeof value === 'string') return momentRange(value);
  if (!isObject(value)) return undefined;
  const start = typeof value.start === 'string' ? momentRange(value.start)?.[0] : BEGINNING;
  const end = typeof value.end === 'string' ? momentRange(value.end)?.[1] : END;
  return start === undefined || end === undefined ? undefined : [start, end];
}

const DATE_TIME =
  /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d+))?)?(Z|[-+]\d{2}:\d{2})?)?)?)?$/;

/**
 * The time that a date text covers, in milliseconds, both ends inclusive; UTC where it names no offset. Undefined when the
 * text is no date of the calendar.
 */
export function momentRange(text: string): readonly [number, number] | undefined {
  const match = DATE_TIME.exec(text);
  if (!match) return undefined;
  const [, year = '', month, day, hour, minute, second, fraction, offset = 'Z'] = match;
  const date = `${year}-${month ?? '01'}-${day ?? '01'}`;
  const time = `${hour ?? '00'}:${minute ?? '00'}:${second ?? '00'}.${(fraction ?? '0').padEnd(3, '0').slice(0, 3)}`;
  const low = Date.parse(`${date}T${time}${offset}`);
  // Date.parse accepts 30 February; the text must be what the calendar gives back.
  const calendar = new Date(`${date}T00:00:00Z`);
  if (Number.isNaN(low) || Number.isNaN(calendar.getTime()) || calendar.toISOString().slice(0, 10) !== date) {
    return undefined;
  }
  if (fraction !== undefined) return [low, low];
  if (second !== undefined) return [low, low + 999];
  if (hour !== undefined) return [low, low + 59_999];
  if (day !== undefined) return [low, low + 86_399_999];
  const next = month === undefined ? Date.UTC(Number(year) + 1, 0) : Date.UTC(Number(year), Number(month));
  return [low, next - 1];
}
