/**
 * What each address and method means (R4 http.html#summary): a request as plain data in, a reply out. Synchronous: between its first
 * and its last step nothing else happens in the store.
 */
import { isResourceType } from '../fhir/elements.ts';
import type { FhirResource } from '../fhir/resource.ts';
import { runBundle, runSingle } from './fhir-bundle.ts';
import { capabilityStatement } from './fhir-capability.ts';
import { checkContentType, type Reply } from './fhir-http.ts';
import { parseJson } from './fhir-json.ts';
import { outcomeOf, type Refusal, refusal } from './fhir-outcome.ts';
import { listPage, PAGE_HEADERS, resourcePage, startPage } from './fhir-page.ts';
import { parseQuery } from './fhir-query.ts';
import { etagOf, historyBundle, readCurrent, readVersion } from './fhir-read.ts';
import { searchBundle } from './fhir-search.ts';
import { resourceOf, type StoredVersion } from './fhir-store.ts';
import { isAddress, matchesTag, type Writing, type Written } from './fhir-write.ts';

export interface FhirRequest {
  readonly method: string;
  /** Behind the base, decoded: `['Patient', '1']`. */
  readonly path: readonly string[];
  /** Without the question mark. */
  readonly query: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
  readonly format: 'json' | 'html';
  /** `Prefer: return=…` */
  readonly returns: string | undefined;
  /** `Prefer: handling=strict` */
  readonly isStrict: boolean;
}

export interface RouteRules extends Writing {
  readonly historyLimit: number;
  readonly maxTransactionEntries: number;
  readonly hasToken: boolean;
}

const JSON_TYPES = ['application/fhir+json', 'application/json'];
const PATCH_TYPES = ['application/json-patch+json'];
const FORM_TYPES = ['application/x-www-form-urlencoded'];

/** Answers a request under the base. Throws a Refusal for everything that is an error. */
export function route(rules: RouteRules, request: FhirRequest): Reply {
  const [type, id, ...rest] = request.path;
  if (type === undefined) return systemLevel(rules, request);
  if (type === 'metadata' && id === undefined) {
    allow(request, 'GET');
    return { status: 200, body: capabilityStatement({ ...rules, base: baseOf(rules) }) };
  }
  if (type.startsWith('$') || type.startsWith('_') || id?.startsWith('$') || rest[0]?.startsWith('$')) {
    throw refusal(404, 'not-supported', 'operations and interactions of the whole system are not supported');
  }
  if (!isResourceType(type)) throw refusal(404, 'not-supported', 'there is no such resource type in R4');
  if (id === undefined) return typeLevel(rules, request, type);
  if (id === '_search' && rest.length === 0) {
    allow(request, 'POST');
    checkContentType(request.headers['content-type'], FORM_TYPES);
    return search(
      rules,
      request,
      type,
      [request.query, request.body].filter((text) => text !== '').join('&'),
    );
  }
  if (id.startsWith('_')) throw refusal(404, 'not-supported', 'the history of a type is not supported');
  if (!isAddress(type, id)) {
    throw request.method === 'PUT'
      ? refusal(400, 'value', 'an id has 1 to 64 letters, digits, - and .', `${type}.id`)
      : refusal(404, 'not-found', 'there is no such resource');
  }
  if (rest.length === 0) return instanceLevel(rules, request, type, id);
  if (rest[0] !== '_history' || rest.length > 2) throw refusal(404, 'not-found', 'there is no such address');
  allow(request, 'GET');
  if (rest[1] === undefined) {
    return { status: 200, body: historyBundle(rules.store, type, id, baseOf(rules)) };
  }
  return resourceReply(200, readVersion(rules.store, type, id, rest[1]));
}

function systemLevel(rules: RouteRules, request: FhirRequest): Reply {
  if (request.format === 'html' && request.method === 'GET') {
    return { status: 200, headers: PAGE_HEADERS, body: startPage(rules.store.counts()) };
  }
  allow(request, 'POST');
  const bundle = readJson(request);
  const body = runBundle(rules, bundle, {
    maxEntries: rules.maxTransactionEntries,
    isMinimal: request.returns === 'minimal',
    isStrict: request.isStrict,
  });
  return { status: 200, body };
}

function typeLevel(rules: RouteRules, request: FhirRequest, type: string): Reply {
  allow(request, 'GET', 'POST', 'PUT', 'DELETE');
  if (request.method === 'GET') return search(rules, request, type, request.query);
  const ifNoneExist = request.headers['if-none-exist'];
  if (request.method === 'POST') {
    const written = runSingle(rules, {
      method: 'POST',
      type,
      rest: '',
      ...(ifNoneExist === undefined ? {} : { ifNoneExist }),
      preconditions: {},
      body: readJson(request),
    });
    return writeReply(rules, request, written);
  }
  // Conditional update and delete: the criteria are the query (R4 http.html#cond-update).
  return write(rules, request, { type, rest: '', query: request.query });
}

function instanceLevel(rules: RouteRules, request: FhirRequest, type: string, id: string): Reply {
  allow(request, 'GET', 'PUT', 'PATCH', 'DELETE');
  if (request.method !== 'GET') return write(rules, request, { type, rest: id });
  const version = readCurrent(rules.store, type, id);
  if (request.format === 'html') return { status: 200, headers: PAGE_HEADERS, body: pageOf(rules, version) };
  const known = request.headers['if-none-match'];
  if (known !== undefined && matchesTag(version, known, 'If-None-Match')) {
    return { status: 304, headers: { etag: etagOf(version.version) } };
  }
  return resourceReply(200, version);
}

function write(
  rules: RouteRules,
  request: FhirRequest,
  address: { readonly type: string; readonly rest: string; readonly query?: string },
): Reply {
  const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch } = request.headers;
  const method = request.method as 'PUT' | 'PATCH' | 'DELETE';
  const written = runSingle(rules, {
    ...address,
    method,
    preconditions: method === 'PUT' ? { ifMatch, ifNoneMatch } : { ifMatch },
    ...(method === 'PUT' ? { body: readJson(request) } : {}),
    ...(method === 'PATCH' ? { body: readJson(request, PATCH_TYPES) } : {}),
  });
  return writeReply(rules, request, written);
}

function search(rules: RouteRules, request: FhirRequest, type: string, query: string): Reply {
  const { store, bases } = rules;
  const parameters = parseQuery(query);
  const bundle = searchBundle(store, {
    type,
    parameters,
    isStrict: request.isStrict,
    base: baseOf(rules),
    bases,
  });
  if (request.format !== 'html') return { status: 200, body: bundle };
  const { total, entry, link } = bundle as unknown as {
    readonly total: number;
    readonly entry?: readonly {
      readonly resource: FhirResource;
      readonly search: { readonly mode: string };
    }[];
    readonly link: readonly { readonly relation: string; readonly url: string }[];
  };
  const matches = (entry ?? [])
    .filter((each) => each.search.mode === 'match')
    .map(({ resource }) => resource);
  const next = link.find(({ relation }) => relation === 'next')?.url;
  const path = next === undefined ? undefined : `/fhir${next.slice(baseOf(rules).length)}`;
  return { status: 200, headers: PAGE_HEADERS, body: listPage(type, total, matches, path) };
}

const MAX_REFERRERS = 50;

function pageOf({ store, bases }: RouteRules, version: StoredVersion): string {
  const condition = {
    sql: 'r.number IN (SELECT resource FROM token WHERE space = ? AND value = ?)',
    binds: [version.type, version.id],
  };
  return resourcePage(version, store.find(condition, 'r.number', MAX_REFERRERS), bases);
}

function resourceReply(status: number, version: StoredVersion): Reply {
  return { status, headers: versionHeaders(version.version, version.updated), body: resourceOf(version) };
}

function versionHeaders(version: number, updated: number): Record<string, string> {
  return { etag: etagOf(version), 'last-modified': new Date(updated).toUTCString() };
}

function writeReply(rules: RouteRules, request: FhirRequest, written: Written): Reply {
  const { status, type, id, version, updated, resource } = written;
  if (version === undefined || updated === undefined) return { status };
  const headers = versionHeaders(version, updated);
  if (!resource) return { status, headers };
  const location = `${baseOf(rules)}/${type}/${id}/_history/${version}`;
  const body =
    request.returns === 'minimal'
      ? undefined
      : request.returns === 'OperationOutcome'
        ? outcomeOf([{ severity: 'information', code: 'informational', diagnostics: 'done' }])
        : resource;
  return { status, headers: { ...headers, location }, ...(body ? { body } : {}) };
}

function readJson(request: FhirRequest, types = JSON_TYPES): unknown {
  checkContentType(request.headers['content-type'], types);
  try {
    return parseJson(request.body);
  } catch (error) {
    // The message of a SyntaxError quotes the text.
    const reason = error instanceof RangeError ? error.message : 'not JSON';
    throw refusal(400, 'structure', `the body is ${reason}`);
  }
}

/** Refuses (405) other methods, and names those that the address has. */
function allow(request: FhirRequest, ...methods: readonly string[]): void {
  if (methods.includes(request.method)) return;
  const error: Refusal = refusal(405, 'not-supported', `this address takes ${methods.join(', ')}`);
  throw Object.assign(error, { headers: { allow: methods.join(', ') } });
}

function baseOf(rules: RouteRules): string {
  return rules.bases[0] as string;
}
