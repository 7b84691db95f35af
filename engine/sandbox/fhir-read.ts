/**
 * Reads: one resource, one version, or the kept history, out of the store; 404 for what never was and 410 for what is
 * gone (R4 http.html#read).
 */
import type { FhirResource, FhirValue } from '../fhir/resource.ts';
import { refusal } from './fhir-outcome.ts';
import { type FhirStore, resourceOf, type StoredVersion } from './fhir-store.ts';

/** The living resource. Refuses with 404 or 410. */
export function readCurrent(store: FhirStore, type: string, id: string): StoredVersion {
  return living(store.current(type, id));
}

/** One kept version. Refuses with 404 (unknown, or older than what is kept) or 410 (this version was the deletion). */
export function readVersion(store: FhirStore, type: string, id: string, version: string): StoredVersion {
  return living(/^[1-9]\d{0,14}$/.test(version) ? store.version(type, id, Number(version)) : undefined);
}

function living(version: StoredVersion | undefined): StoredVersion {
  if (!version) throw refusal(404, 'not-found', 'there is no such resource or version');
  if (version.body === null) throw refusal(410, 'deleted', 'the resource was deleted');
  return version;
}

/** The history Bundle of one resource, newest first, deletions included. Refuses with 404 when it never was. */
export function historyBundle(store: FhirStore, type: string, id: string, base: string): FhirResource {
  const versions = store.history(type, id);
  if (versions.length === 0) throw refusal(404, 'not-found', 'there is no such resource');
  const entry = versions.map((version, index): FhirValue => {
    const url = version.method === 'POST' ? type : `${type}/${id}`;
    const status =
      version.method === 'DELETE'
        ? '204 No Content'
        : isCreation(version, versions[index + 1])
          ? '201 Created'
          : '200 OK';
    return {
      fullUrl: `${base}/${type}/${id}`,
      ...(version.body === null ? {} : { resource: resourceOf(version) }),
      request: { method: version.method, url },
      response: { status, etag: etagOf(version.version), lastModified: instantOf(version.updated) },
    };
  });
  return {
    resourceType: 'Bundle',
    type: 'history',
    total: versions.length,
    link: [{ relation: 'self', url: `${base}/${type}/${id}/_history` }],
    entry,
  };
}

/** `before` is the version below; it may be no longer kept. */
function isCreation(version: StoredVersion, before: StoredVersion | undefined): boolean {
  return version.version === 1 || before?.method === 'DELETE';
}

/** `W/"3"` */
export function etagOf(version: number): string {
  return `W/"${version}"`;
}

/** ISO 8601 with milliseconds, UTC: a FHIR instant. */
export function instantOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
