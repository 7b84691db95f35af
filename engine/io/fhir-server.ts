/**
 * The FhirServer port over HTTP: capability check and searches here, transactions in fhir-transaction.ts. Searches go past
 * caches and over all pages of the configured origin, and give each resource with its version.
 */
import { EngineError } from '../errors.ts';
import type { CurrentResource, FhirResource } from '../fhir/resource.ts';
import { encodeQuery } from '../fhir/search.ts';
import type { FhirCapability, FhirServer } from '../ports.ts';
import { refusalOf } from './fhir-failure.ts';
import {
  asResource,
  isObject,
  objectsIn,
  resourceIn,
  versionOfEtag,
  versionOfResource,
} from './fhir-json.ts';
import { postTransaction } from './fhir-transaction.ts';
import { type Http, type HttpAnswer, type HttpCodes, type HttpRequest, isSuccess } from './http.ts';

/** For the `createHttp` of a FHIR server. */
export const FHIR_HTTP_CODES: HttpCodes = {
  unreachable: 'fhir.unreachable',
  foreign: 'fhir.foreign-link',
  tooLarge: 'fhir.invalid-answer',
};

export interface FhirServerOptions {
  /** Made with FHIR_HTTP_CODES; its base address is that of the FHIR server. */
  readonly http: Http;
  /** `4.0`, `4.3` or `5.0`: what `metadata` must name, up to its patch level. */
  readonly fhirVersion: string;
  /** `_count` of searches. */
  readonly pageSize?: number;
  /**
   * Whether transaction answers without resources are asked for, since studies can be megabytes. By default as soon as an answer
   * showed every version beside the resources (some servers give it in the returned resource only), and never again after one
   * that was asked for so and lacked a version.
   */
  readonly preferMinimal?: boolean;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/** Longer queries are posted: proxies cut or refuse long addresses. */
const MAX_QUERY = 2000;
/** More hits than any rule can mean: the server ignores the parameter. */
const MAX_HITS = 10_000;
const FORM = 'application/x-www-form-urlencoded';

export function createFhirServer(options: FhirServerOptions): FhirServer {
  const { http, fhirVersion, pageSize = 100, now = Date.now } = options;
  let preferMinimal = options.preferMinimal ?? false;
  let isOpen = options.preferMinimal === undefined;

  /** Gives answers of success; throws what any other status means. */
  async function ask(request: HttpRequest, what: string): Promise<HttpAnswer> {
    const answer = await http.request({
      ...request,
      headers: { Accept: 'application/fhir+json', ...request.headers },
    });
    if (isSuccess(answer.status)) return answer;
    throw refusalOf(answer, what, now());
  }

  async function readPage(request: HttpRequest, what: string): Promise<Page> {
    const answer = await ask(
      { ...request, headers: { 'Cache-Control': 'no-cache', ...request.headers } },
      what,
    );
    const bundle = resourceIn(answer);
    if (bundle?.resourceType !== 'Bundle')
      throw invalid(`${what} was answered with what is no Bundle`, answer);
    return { bundle, answer };
  }

  async function search(resourceType: string, query: string): Promise<readonly CurrentResource[]> {
    const what = `the search for ${resourceType}`;
    const hits: CurrentResource[] = [];
    const visited = new Set<string>();
    let request = searchRequest(resourceType, query, pageSize);
    for (;;) {
      const { bundle, answer } = await readPage(request, what);
      for (const resource of matches(bundle, resourceType)) {
        const current = await withVersion(resource, resourceType, ask);
        if (current) hits.push(current);
      }
      if (hits.length > MAX_HITS) {
        const message = `${what} has more than ${MAX_HITS} hits: the server seems to ignore the search parameter`;
        throw new EngineError('fhir.unsuitable', message);
      }
      const next = nextLink(bundle, answer);
      if (next === undefined) return hits;
      if (visited.has(next)) throw invalid(`${what} has pages that lead in a circle`, answer);
      visited.add(next);
      request = { url: next };
    }
  }

  /** The first page is enough to tell one from several. */
  async function countMatches(resourceType: string, query: string): Promise<number> {
    const { bundle } = await readPage(
      searchRequest(resourceType, query, 2),
      `the search for ${resourceType}`,
    );
    return matches(bundle, resourceType).length;
  }

  return {
    async capability() {
      const what = 'the request for metadata';
      const answer = await http.request({ url: 'metadata', headers: { Accept: 'application/fhir+json' } });
      if (answer.status === 404) {
        throw new EngineError(
          'fhir.unsuitable',
          `${answer.address} answered 404: is this the base of a FHIR server?`,
        );
      }
      if (!isSuccess(answer.status)) throw refusalOf(answer, what, now());
      return readCapability(resourceIn(answer), fhirVersion, answer.address);
    },
    search: (resourceType, criteria) => search(resourceType, encodeQuery(criteria)),
    transact(bundle) {
      const wasMinimal = preferMinimal;
      const onAnswer = (tellsVersions: boolean): void => {
        if (!isOpen) return;
        if (wasMinimal && !tellsVersions) isOpen = false;
        preferMinimal = isOpen && tellsVersions;
      };
      return postTransaction(bundle, { http, preferMinimal, now, countMatches, onAnswer });
    },
  };
}

type Ask = (request: HttpRequest, what: string) => Promise<HttpAnswer>;

interface Page {
  readonly bundle: FhirResource;
  readonly answer: HttpAnswer;
}

function searchRequest(resourceType: string, query: string, count: number): HttpRequest {
  const text = `${query}${query === '' ? '' : '&'}_count=${count}`;
  return text.length > MAX_QUERY
    ? { method: 'POST', url: `${resourceType}/_search`, body: text, headers: { 'Content-Type': FORM } }
    : { url: `${resourceType}?${text}` };
}

function invalid(message: string, { status }: HttpAnswer): EngineError {
  return new EngineError('fhir.invalid-answer', message, { status });
}

/** Includes and outcomes are no hits (R4 search.html#entry); without `search.mode` the type decides. */
function matches(bundle: FhirResource, resourceType: string): readonly FhirResource[] {
  const found: FhirResource[] = [];
  for (const entry of objectsIn(bundle['entry'])) {
    const mode = isObject(entry['search']) ? entry['search']['mode'] : undefined;
    const resource = asResource(entry['resource']);
    if (resource?.resourceType === resourceType && (mode === undefined || mode === 'match'))
      found.push(resource);
  }
  return found;
}

/** Undefined when the resource is gone since the search. */
async function withVersion(
  resource: FhirResource,
  resourceType: string,
  ask: Ask,
): Promise<CurrentResource | undefined> {
  const { id } = resource;
  // Half a surrogate pair could not even be asked for.
  if (typeof id !== 'string' || id === '' || !id.isWellFormed()) {
    throw new EngineError(
      'fhir.invalid-answer',
      `the search for ${resourceType} has a hit without a usable id`,
    );
  }
  const versionId = versionOfResource(resource);
  if (versionId !== undefined) return { resource: { ...resource, id }, versionId };
  const what = `the read of a ${resourceType}`;
  let answer: HttpAnswer;
  try {
    answer = await ask(
      { url: `${resourceType}/${encodeURIComponent(id)}`, headers: { 'Cache-Control': 'no-cache' } },
      what,
    );
  } catch (error) {
    const status = error instanceof EngineError ? error.details.status : undefined;
    if (status === 404 || status === 410) return undefined;
    throw error;
  }
  const read = resourceIn(answer);
  if (read?.resourceType !== resourceType) throw invalid(`${what} was answered with something else`, answer);
  const version = versionOfEtag(answer.header('etag')) ?? versionOfResource(read);
  if (version === undefined) {
    throw new EngineError(
      'fhir.unsuitable',
      `${what} shows no version, neither as ETag nor as meta.versionId`,
    );
  }
  return { resource: { ...read, id }, versionId: version };
}

/** The absolute address of the next page; whether it may be asked is for http.ts to say. */
function nextLink(bundle: FhirResource, answer: HttpAnswer): string | undefined {
  const url = objectsIn(bundle['link']).find((link) => link['relation'] === 'next')?.['url'];
  if (typeof url !== 'string') return undefined;
  if (!URL.canParse(url, answer.url)) throw invalid('the link to the next page is no address', answer);
  return new URL(url, answer.url).href;
}

function readCapability(
  statement: FhirResource | undefined,
  fhirVersion: string,
  address: string,
): FhirCapability {
  const refuse = (why: string) => new EngineError('fhir.unsuitable', `${address} ${why}`);
  if (statement?.resourceType !== 'CapabilityStatement') throw refuse('is no CapabilityStatement');
  const version = statement['fhirVersion'];
  if (typeof version !== 'string' || !/^[\w.-]{1,30}$/.test(version)) throw refuse('names no FHIR version');
  if (version !== fhirVersion && !version.startsWith(`${fhirVersion}.`)) {
    throw refuse(`names FHIR ${version}; the mappings are for ${fhirVersion}`);
  }
  const interactions = objectsIn(statement['rest']).flatMap((rest) => objectsIn(rest['interaction']));
  if (!interactions.some((interaction) => interaction['code'] === 'transaction')) {
    throw refuse('does not offer transactions');
  }
  const given: unknown = statement['software'];
  const software = isObject(given) ? given : {};
  const name = [software['name'], software['version']].filter((part) => typeof part === 'string').join(' ');
  return name === '' ? { fhirVersion: version } : { fhirVersion: version, software: name };
}
