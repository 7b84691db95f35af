/**
 * What the checks of `doctor` do with a FHIR server: requests go out through the engine's own client, plain answers come back,
 * and everything that was made is remembered and removed at the end, whatever happened.
 */
import { isEngineError } from '../errors.ts';
import { parseFhirJson } from '../fhir/json.ts';
import {
  isProbe,
  PROBE_SYSTEM,
  type ProbeMarks,
  probeResource,
  type probeType,
} from '../fhir/probe-resource.ts';
import type { CurrentResource, FhirResource } from '../fhir/resource.ts';
import { encodeQuery, type SearchToken } from '../fhir/search.ts';
import type { Http } from '../io/http.ts';
import type { FhirServer } from '../ports.ts';

/** One entry of a transaction, as the checks write it. */
export interface ProbeEntry {
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'GET';
  /** Default: the type. */
  readonly url?: string;
  readonly resource?: FhirResource;
  readonly fullUrl?: string;
  readonly ifNoneExist?: SearchToken;
  readonly ifMatch?: string;
}

export interface EntryAnswer {
  readonly status: number;
  /** `Type/id`. */
  readonly location?: string;
  /** The version that the answer tells, and where it tells it. */
  readonly version?: { readonly id: string; readonly told: 'etag' | 'location' | 'resource' };
}

export interface Reply {
  readonly status: number;
  readonly text: string;
  /** Undefined where the body is no JSON object. */
  readonly json: FhirResource | undefined;
  /** Of a transaction; empty where the whole was refused. */
  readonly entries: readonly EntryAnswer[];
}

export interface Session {
  readonly type: ReturnType<typeof probeType>;
  readonly server: FhirServer;
  /** A value that no other run uses. */
  value(name: string): string;
  resource(marks: ProbeMarks): FhirResource;
  get(url: string): Promise<Reply>;
  transact(entries: readonly ProbeEntry[], headers?: Readonly<Record<string, string>>): Promise<Reply>;
  /** Searches are late by so many milliseconds: `find` waits until what was written must be found. */
  wait(ms: number): void;
  /** Found by the identifier, each compared again, as the engine does it. */
  find(token: SearchToken): Promise<readonly CurrentResource[]>;
  /** Removes what was made; gives what is still there, as `Type/id`. */
  removeAll(): Promise<{ readonly removed: number; readonly left: readonly string[] }>;
}

export interface SessionOptions {
  readonly http: Http;
  readonly server: FhirServer;
  /** For the removal, also after the other client was stopped. */
  readonly closing: { readonly http: Http; readonly server: FhirServer };
  readonly type: Session['type'];
  readonly run: string;
  now(): number;
  sleep(ms: number): Promise<void>;
}

const FHIR = { 'Content-Type': 'application/fhir+json', Accept: 'application/fhir+json' };

export function createSession(options: SessionOptions): Session {
  const { http, server, closing, type, run, now, sleep } = options;
  let lateness = 0;
  let written = Number.NEGATIVE_INFINITY;
  const made = new Set<string>();
  /** Identifiers that were sent: what a server made without saying so is found by them. */
  const sent = new Map<string, SearchToken>();

  const replyOf = (status: number, text: string): Reply => {
    const json = objectIn(text);
    const entries = Array.isArray(json?.['entry']) ? json['entry'].map(entryAnswer) : [];
    return { status, text, json, entries: isSuccess(status) ? entries : [] };
  };
  const findBy = async (asked: FhirServer, token: SearchToken): Promise<readonly CurrentResource[]> => {
    await sleep(Math.max(0, written + lateness - now()));
    const hits = await asked.search(type, [{ name: 'identifier', token: [token] }]);
    return hits.filter(({ resource }) => carries(resource, token));
  };
  const post = async (
    client: Http,
    entries: readonly ProbeEntry[],
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Reply> => {
    for (const { resource } of entries)
      for (const token of tokensOf(resource)) sent.set(JSON.stringify(token), token);
    const body = JSON.stringify({
      resourceType: 'Bundle',
      type: 'transaction',
      entry: entries.map((entry) => bundleEntry(entry, type)),
    });
    const answer = await client.request({ method: 'POST', url: '', headers: { ...FHIR, ...headers }, body });
    written = now();
    const reply = replyOf(answer.status, answer.text());
    for (const [index, { status, location }] of reply.entries.entries())
      if (status === 201 && entries[index]?.method === 'POST' && location !== undefined) made.add(location);
    return reply;
  };
  return {
    type,
    server,
    value: (name) => `${run}-${name}`,
    resource: (marks) => probeResource(type, marks),
    async get(url) {
      const headers = { Accept: FHIR.Accept, 'Cache-Control': 'no-cache' };
      const answer = await http.request({ url, headers });
      return replyOf(answer.status, answer.text());
    },
    wait(ms) {
      lateness = ms;
    },
    transact: (entries, headers) => post(http, entries, headers),
    find: (token) => findBy(server, token),
    async removeAll() {
      const known = new Set([...made, ...(await leftovers(closing.http, type))]);
      // One by one: what cannot be removed must not keep the others.
      for (const token of sent.values())
        for (const { resource } of await findBy(closing.server, token).catch(() => []))
          known.add(`${type}/${resource.id}`);
      const left: string[] = [];
      for (const url of known) {
        const isGone = await post(closing.http, [{ method: 'DELETE', url }]).then(
          ({ status, entries }) => isSuccess(status) && entries.every((entry) => isSuccess(entry.status)),
          () => false,
        );
        if (!isGone && (await isThere(closing.http, url))) left.push(url);
      }
      return { removed: known.size - left.length, left };
    },
  };
}

/** What a probe made that could not clean up. One page is enough: the next run finds the rest. */
async function leftovers(http: Http, type: string): Promise<readonly string[]> {
  const query = encodeQuery([{ name: 'identifier', token: [{ system: PROBE_SYSTEM, value: '' }] }]);
  try {
    const answer = await http.request({ url: `${type}?${query}`, headers: { Accept: FHIR.Accept } });
    const found = objectIn(answer.text())?.['entry'];
    const all = (Array.isArray(found) ? found : []) as readonly { resource?: FhirResource }[];
    return all.flatMap(({ resource }) =>
      resource?.resourceType === type && resource.id !== undefined && isProbe(resource)
        ? [`${type}/${resource.id}`]
        : [],
    );
  } catch (error) {
    if (!isEngineError(error)) throw error;
    return [];
  }
}

/** Unknown counts as there. */
async function isThere(http: Http, url: string): Promise<boolean> {
  try {
    const { status } = await http.request({ url, headers: { Accept: FHIR.Accept } });
    return status !== 404 && status !== 410;
  } catch (error) {
    if (!isEngineError(error)) throw error;
    return true;
  }
}

function bundleEntry(entry: ProbeEntry, type: string): object {
  const { method, url = type, resource, fullUrl, ifNoneExist, ifMatch } = entry;
  return {
    ...(fullUrl ? { fullUrl } : {}),
    ...(resource ? { resource } : {}),
    request: {
      method,
      url,
      ...(ifNoneExist ? { ifNoneExist: encodeQuery([{ name: 'identifier', token: [ifNoneExist] }]) } : {}),
      ...(ifMatch === undefined ? {} : { ifMatch: `W/"${ifMatch}"` }),
    },
  };
}

function tokensOf(resource: FhirResource | undefined): readonly SearchToken[] {
  return ((resource?.['identifier'] ?? []) as readonly { system?: string; value: string }[]).map(
    ({ system, value }) => ({ ...(system === undefined ? {} : { system }), value }),
  );
}

function carries(resource: FhirResource, token: SearchToken): boolean {
  return tokensOf(resource).some(({ system, value }) => system === token.system && value === token.value);
}

function objectIn(text: string): FhirResource | undefined {
  try {
    const json = parseFhirJson(text);
    return typeof json === 'object' && json !== null && !Array.isArray(json)
      ? (json as FhirResource)
      : undefined;
  } catch {
    return undefined;
  }
}

const LOCATION = /(?:^|\/)([A-Z][A-Za-z]{1,60}\/[A-Za-z0-9\-.]{1,64})(?:\/_history\/([^/?#]+))?$/;

function entryAnswer(entry: unknown): EntryAnswer {
  const { response, resource } = (entry ?? {}) as {
    response?: Record<string, unknown>;
    resource?: FhirResource;
  };
  const [, path, inLocation] = LOCATION.exec(String(response?.['location'] ?? '')) ?? [];
  const named = resource?.id === undefined ? undefined : `${resource.resourceType}/${resource.id}`;
  const location = path ?? named;
  const etag = /^(?:W\/)?"?([^"]+)"?$/.exec(String(response?.['etag'] ?? ''))?.[1];
  const inResource = (resource?.['meta'] as { versionId?: string } | undefined)?.versionId;
  const version: EntryAnswer['version'] =
    etag !== undefined
      ? { id: etag, told: 'etag' }
      : inLocation !== undefined
        ? { id: inLocation, told: 'location' }
        : inResource !== undefined
          ? { id: inResource, told: 'resource' }
          : undefined;
  return {
    status: Number.parseInt(String(response?.['status'] ?? ''), 10) || 0,
    ...(location === undefined ? {} : { location }),
    ...(version === undefined ? {} : { version }),
  };
}

export function isSuccess(status: number): boolean {
  return status >= 200 && status <= 299;
}

/** The token of a probe's own identifier. */
export function probeToken(value: string): SearchToken {
  return { system: PROBE_SYSTEM, value };
}
