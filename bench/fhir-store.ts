/**
 * A FHIR server's store for benchmarks, in memory and much cheaper than a real one: searches by identifier, transactions
 * with conditional creates, version checks and references inside the bundle. What it does not know it refuses.
 */
import { randomUUID } from 'node:crypto';
import { patchText } from '../engine/fhir/json-patch.ts';
import type { FhirResource } from '../engine/fhir/resource.ts';
import { applyPatch } from '../engine/sandbox/fhir-patch.ts';

type Json = null | boolean | number | string | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export interface FhirStore {
  search(resourceType: string, query: URLSearchParams): Answer;
  read(resourceType: string, id: string): Answer;
  /** All or nothing. `minimal`: the answer has no resources. */
  transact(bundle: JsonObject, minimal: boolean): Answer;
  resources(): readonly JsonObject[];
}

interface Stored {
  readonly resource: JsonObject;
  readonly version: number;
}

const REFUSED = Symbol('refused');

interface Refusal {
  readonly [REFUSED]: true;
  readonly status: number;
  readonly why: string;
}

function refuse(status: number, why: string): Refusal {
  return { [REFUSED]: true, status, why };
}

export function createFhirStore(): FhirStore {
  const byPlace = new Map<string, Stored>();
  /** `Type|system|value` → places. */
  const byIdentifier = new Map<string, Set<string>>();

  const index = (place: string, { resource }: Stored, isThere: boolean): void => {
    for (const { system, value } of objects(resource['identifier'])) {
      const key = `${resource['resourceType']}|${system ?? ''}|${value}`;
      const places = byIdentifier.get(key) ?? new Set();
      byIdentifier.set(key, places);
      if (isThere) places.add(place);
      else places.delete(place);
    }
  };

  const find = (resourceType: string, query: URLSearchParams): readonly Stored[] => {
    let found: readonly Stored[] | undefined;
    for (const [name, text] of query) {
      if (name === '_count') continue;
      if (name !== 'identifier') {
        const criterion = CRITERIA[name];
        if (!criterion) throw refuse(400, `no search parameter ${name}`);
        const all =
          found ?? [...byPlace.values()].filter(({ resource }) => resource['resourceType'] === resourceType);
        found = all.filter(({ resource }) => text.split(',').some((value) => criterion(resource, value)));
        continue;
      }
      const places = new Set<string>();
      for (const token of text.split(','))
        for (const place of byIdentifier.get(`${resourceType}|${withoutEscapes(token)}`) ?? [])
          places.add(place);
      const hits = [...places].flatMap((place) => byPlace.get(place) ?? []);
      found = found ? found.filter((each) => hits.includes(each)) : hits;
    }
    if (!found) throw refuse(400, 'a search without criteria');
    return found;
  };

  const put = (place: string, resource: JsonObject): Stored => {
    const before = byPlace.get(place);
    if (before) index(place, before, false);
    const version = (before?.version ?? 0) + 1;
    const meta = {
      ...(resource['meta'] as JsonObject),
      versionId: String(version),
      lastUpdated: LAST_UPDATED,
    };
    const stored = { version, resource: { ...resource, id: place.split('/')[1] ?? '', meta } };
    byPlace.set(place, stored);
    index(place, stored, true);
    return stored;
  };

  /** What one entry of a transaction will do; checks conditions and changes nothing. */
  const prepare = (entry: JsonObject): Step => {
    const request = entry['request'] as JsonObject;
    const [type = '', id] = String(request['url']).split('/');
    if (request['method'] === 'POST') {
      const condition = request['ifNoneExist'];
      const matches = typeof condition === 'string' ? find(type, new URLSearchParams(condition)) : [];
      if (matches.length > 1) throw refuse(412, 'several matches');
      const [match] = matches;
      const place = `${type}/${match ? match.resource['id'] : randomUUID()}`;
      return { entry, place, kind: match ? 'none' : 'write', status: match ? '200 OK' : '201 Created' };
    }
    const place = `${type}/${id}`;
    const version = /^W\/"(\d+)"$/.exec(String(request['ifMatch'] ?? ''))?.[1];
    const current = byPlace.get(place);
    if (version !== undefined && Number(version) !== current?.version) throw refuse(412, 'stale version');
    if (request['method'] === 'DELETE') return { entry, place, kind: 'delete', status: '204 No Content' };
    if (request['method'] === 'PUT') return { entry, place, kind: 'write', status: '200 OK' };
    if (request['method'] === 'PATCH' && current) {
      const resource = patched(current.resource, entry['resource']);
      return { entry: { ...entry, resource }, place, kind: 'write', status: '200 OK' };
    }
    throw refuse(400, `the method ${request['method']} in a transaction`);
  };

  const take = (
    { entry, place, kind, status }: Step,
    places: ReadonlyMap<string, string>,
    minimal: boolean,
  ) => {
    if (kind === 'delete') {
      const before = byPlace.get(place);
      if (before) index(place, before, false);
      byPlace.delete(place);
      return { response: { status } };
    }
    const stored =
      kind === 'none'
        ? (byPlace.get(place) as Stored)
        : put(place, resolved(entry['resource'] as JsonObject, places) as JsonObject);
    const response = {
      status,
      location: `${place}/_history/${stored.version}`,
      etag: `W/"${stored.version}"`,
      lastModified: LAST_UPDATED,
    };
    return minimal ? { response } : { resource: stored.resource, response };
  };

  return {
    search: (resourceType, query) =>
      guarded(() => {
        const entry = find(resourceType, query).map(({ resource }) => ({
          resource,
          search: { mode: 'match' },
        }));
        return {
          status: 200,
          body: { resourceType: 'Bundle', type: 'searchset', total: entry.length, entry },
        };
      }),
    read(resourceType, id) {
      const stored = byPlace.get(`${resourceType}/${id}`);
      return stored ? { status: 200, body: stored.resource } : { status: 404, body: outcome('not found') };
    },
    transact: (bundle, minimal) =>
      guarded(() => {
        const steps = objects(bundle['entry']).map(prepare);
        const places = new Map<string, string>();
        for (const { entry, place } of steps)
          if (typeof entry['fullUrl'] === 'string') places.set(entry['fullUrl'], place);
        const entry = steps.map((step) => take(step, places, minimal));
        return { status: 200, body: { resourceType: 'Bundle', type: 'transaction-response', entry } };
      }),
    resources: () => [...byPlace.values()].map(({ resource }) => resource),
  };
}

interface Step {
  readonly entry: JsonObject;
  readonly place: string;
  readonly kind: 'write' | 'delete' | 'none';
  readonly status: string;
}

const LAST_UPDATED = '2026-03-02T10:00:00Z';

const CRITERIA: Readonly<Record<string, (resource: JsonObject, value: string) => boolean>> = {
  _id: (resource, value) => resource['id'] === value,
  name: (resource, value) => String(resource['name'] ?? '').startsWith(withoutEscapes(value)),
  'connection-type': ({ connectionType }, value) => {
    const coding = (connectionType ?? {}) as JsonObject;
    return withoutEscapes(value) === `${coding['system'] ?? ''}|${coding['code']}`;
  },
};

/** With a JSON Patch in a Binary. */
function patched(resource: JsonObject, patch: Json | undefined): JsonObject {
  const operations: unknown = JSON.parse(patchText(patch as FhirResource) ?? '');
  try {
    return applyPatch(resource as FhirResource, operations) as JsonObject;
  } catch (error) {
    throw refuse(409, (error as Error).message);
  }
}

function guarded(work: () => Answer): Answer {
  try {
    return work();
  } catch (error) {
    if (typeof error !== 'object' || error === null || !(REFUSED in error)) throw error;
    const { status, why } = error as Refusal;
    return { status, body: outcome(why) };
  }
}

export function outcome(diagnostics: string): JsonObject {
  return {
    resourceType: 'OperationOutcome',
    issue: [{ severity: 'error', code: 'processing', diagnostics }],
  };
}

/** Undoes the escapes of a search value (R4 search.html#escaping); commas inside values do not occur here. */
function withoutEscapes(value: string): string {
  return value.replace(/\\([\\$,|])/g, '$1');
}

function objects(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? (value as readonly JsonObject[]) : [];
}

/** References to entries of the bundle become references to where these were stored; the rest is not copied. */
function resolved(value: Json, places: ReadonlyMap<string, string>): Json {
  if (places.size === 0) return value;
  const text = JSON.stringify(value).replace(/"urn:uuid:[0-9a-f-]{36}"/g, (quoted) => {
    const place = places.get(quoted.slice(1, -1));
    return place === undefined ? quoted : JSON.stringify(place);
  });
  return JSON.parse(text) as Json;
}
