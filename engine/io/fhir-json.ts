/**
 * What a FHIR server sends, as text, comes in; FHIR JSON whose decimals keep their digits goes out (R4 json.html#decimal),
 * so that writing a resource back changes nothing that no rule changed.
 */
import { decimal } from '../fhir/decimal.ts';
import type { FhirResource } from '../fhir/resource.ts';
import type { HttpAnswer } from './http.ts';

/**
 * A number that JavaScript may spell differently: a fraction that ends in zero, more than 15 digits, an exponent, minus zero.
 * It stands after a colon, bracket or comma; a hit inside a string only costs time.
 */
const DELICATE = /[:[,]\s*-?(?:\d+\.\d*0(?!\d)|\d[\d.]{15,}|\d+(?:\.\d+)?[eE]|(?<=-)0(?![\d.]))/;

/** JSON.parse with source text (ES2026), which TypeScript's library does not know yet. */
type SourceReviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;
const parseWithSource = JSON.parse as (text: string, reviver: SourceReviver) => unknown;

/** Parses JSON; undefined for what is none. Numbers whose digits would be lost are decimal objects, see fhir/decimal.ts. */
export function parseFhirJson(text: string): unknown {
  try {
    // A reviver costs ten times the parse, and few resources need it.
    return DELICATE.test(text) ? parseWithSource(text, keepDigits) : JSON.parse(text);
  } catch {
    return undefined;
  }
}

const keepDigits: SourceReviver = (_key, value, { source }) =>
  typeof value === 'number' && source !== undefined ? decimal(source) : value;

/** The resource in an answer; undefined when its body is anything else. */
export function resourceIn(answer: HttpAnswer): FhirResource | undefined {
  return asResource(parseFhirJson(answer.text()));
}

export function asResource(json: unknown): FhirResource | undefined {
  return isObject(json) && typeof json['resourceType'] === 'string' ? (json as FhirResource) : undefined;
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Objects of a list; nothing for what is no list. */
export function objectsIn(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** `W/"3"`, `"3"` and a bare `3` are all sent as ETag; the opaque part (RFC 9110 8.8.3). */
export function versionOfEtag(etag: unknown): string | undefined {
  if (typeof etag !== 'string') return undefined;
  const version = etag
    .trim()
    .replace(/^W\//i, '')
    .replace(/^"(.*)"$/, '$1');
  return version === '' ? undefined : version;
}

/** `meta.versionId` of a resource. */
export function versionOfResource(resource: unknown): string | undefined {
  const meta = isObject(resource) ? resource['meta'] : undefined;
  const version = isObject(meta) ? meta['versionId'] : undefined;
  return typeof version === 'string' && version !== '' ? version : undefined;
}
