/**
 * One entry of a bundle in, a step out: the interaction taken apart, its resource checked. What does not fit together is refused.
 */
import { isResourceType } from '../fhir/elements.ts';
import type { FhirResource, FhirValue } from '../fhir/resource.ts';
import { isObject } from './fhir-json.ts';
import { type Refusal, refusal } from './fhir-outcome.ts';
import { patchIn } from './fhir-patch.ts';
import { checkResource, isAddress, type Preconditions } from './fhir-write.ts';

export type Method = 'DELETE' | 'POST' | 'PUT' | 'PATCH' | 'GET';

/** The order of work, whatever the order of entries (R4 http.html#trules). */
export const ORDER: readonly Method[] = ['DELETE', 'POST', 'PUT', 'PATCH', 'GET'];

/** An entry as it was sent, taken apart. */
export interface Step {
  readonly index: number;
  readonly method: Method;
  readonly type: string;
  /** What follows the type in the url: `1`, `1/_history/2`; empty for the type itself. */
  readonly rest: string;
  readonly query?: string;
  readonly fullUrl?: string;
  readonly resource?: FhirResource;
  /** The operations of a PATCH, as they came. */
  readonly patch?: unknown;
  readonly ifNoneExist?: string;
  readonly preconditions: Preconditions;
}

/** Reads the entry at `index`; `bases` are this server's addresses. Refuses with 400 and 422. */
export function readStep(bases: readonly string[], entry: FhirValue, index: number): Step {
  const invalid = (message: string): Refusal =>
    refusal(400, 'invalid', message, `Bundle.entry[${index}].request`);
  if (!isObject(entry) || !isObject(entry.request)) throw invalid('the entry has no request');
  const { method, url, ifMatch, ifNoneMatch, ifNoneExist, ifModifiedSince } = entry.request;
  if (!ORDER.includes(method as Method)) throw invalid('the method must be GET, POST, PUT, PATCH or DELETE');
  for (const text of [url, ifMatch, ifNoneMatch, ifNoneExist, entry.fullUrl]) {
    if (text !== undefined && typeof text !== 'string') throw invalid('an element that must be text is not');
  }
  if (ifModifiedSince !== undefined) throw refusal(422, 'not-supported', 'ifModifiedSince is not supported');
  if (ifNoneExist !== undefined && method !== 'POST') throw invalid('ifNoneExist is for POST only');
  if (ifMatch !== undefined && (method === 'POST' || method === 'GET')) {
    throw invalid('ifMatch is for PUT, PATCH and DELETE only');
  }
  if (ifNoneMatch !== undefined && method !== 'PUT') throw invalid('ifNoneMatch is for PUT only');
  const address = splitUrl(String(url ?? ''), bases);
  if (!address || !isResourceType(address.type))
    throw invalid('the url is not one of a resource on this server');
  checkFullUrl(entry.fullUrl as string | undefined, index);
  const isBodied = method === 'POST' || method === 'PUT';
  const isPatch = method === 'PATCH';
  if (!isBodied && !isPatch && entry.resource !== undefined)
    throw invalid('only POST, PUT and PATCH carry a resource');
  if (isPatch && address.query !== undefined)
    throw refusal(422, 'not-supported', 'conditional patches are not supported');
  const isComplete =
    method === 'POST'
      ? address.rest === '' && address.query === undefined
      : method === 'GET' || (address.rest === '') !== (address.query === undefined);
  if (!isComplete || (method !== 'GET' && address.rest !== '' && !isAddress(address.type, address.rest))) {
    throw invalid('the url does not fit the method');
  }
  return {
    index,
    method: method as Method,
    ...address,
    ...(typeof entry.fullUrl === 'string' ? { fullUrl: entry.fullUrl } : {}),
    ...(isBodied ? { resource: checkResource(entry.resource, address.type) } : {}),
    ...(isPatch ? { patch: patchIn(entry.resource) } : {}),
    ...(typeof ifNoneExist === 'string' ? { ifNoneExist } : {}),
    preconditions: { ifMatch: ifMatch as string | undefined, ifNoneMatch: ifNoneMatch as string | undefined },
  };
}

function checkFullUrl(fullUrl: string | undefined, index: number): void {
  if (fullUrl === undefined) return;
  const isUuid = /^urn:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(fullUrl);
  const isOther = /^(?:urn:oid:[0-2](?:\.(?:0|[1-9]\d*))+|https?:\/\/\S+)$/.test(fullUrl);
  if (!isUuid && !isOther) {
    throw refusal(
      400,
      'value',
      'fullUrl must be an absolute address, a urn:oid or a lower-case urn:uuid',
      `Bundle.entry[${index}].fullUrl`,
    );
  }
}

function splitUrl(url: string, bases: readonly string[]) {
  const base = bases.find((each) => url.startsWith(`${each}/`));
  const relative = base === undefined ? url : url.slice(base.length + 1);
  const match = /^([A-Za-z]+)(?:\/([^?]+))?(?:\?(.*))?$/s.exec(relative);
  if (!match?.[1]) return undefined;
  const [, type, rest = '', query] = match;
  return { type, rest, ...(query === undefined ? {} : { query }) };
}
