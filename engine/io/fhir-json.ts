/**
 * What a FHIR server sends, as text, comes in; resources and versions, or undefined for anything else, go out.
 */
import { parseFhirJson } from '../fhir/json.ts';
import type { FhirResource } from '../fhir/resource.ts';
import type { HttpAnswer } from './http.ts';

/** Four times what the shape check allows a resource. What is deeper would end whatever walks through it. */
const DEEPEST = 256;

/** The resource in an answer; undefined when its body is anything else, or nested deeper than any resource is. */
export function resourceIn(answer: HttpAnswer): FhirResource | undefined {
  try {
    const json = parseFhirJson(answer.text());
    return isDeeper(json, DEEPEST) ? undefined : asResource(json);
  } catch {
    return undefined;
  }
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  const children: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  return children.some((child) => typeof child === 'object' && isDeeper(child, levels - 1));
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
