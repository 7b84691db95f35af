/**
 * One transaction: a Bundle goes to the base of the FHIR server, and what became of each entry comes back. No answer is
 * believed before the status of every entry was read: some servers store a part and say 200.
 */
import { EngineError, isEngineError } from '../errors.ts';
import type { TransactionBundle } from '../fhir/resource.ts';
import type { EntryResponse } from '../ports.ts';
import { refusalError, refusalOf } from './fhir-failure.ts';
import { asResource, isObject, resourceIn, versionOfEtag, versionOfResource } from './fhir-json.ts';
import { type Http, type HttpAnswer, isSuccess } from './http.ts';

export interface TransactionOptions {
  readonly http: Http;
  /** Sends `Prefer: return=minimal`. */
  readonly preferMinimal: boolean;
  /** Told of a transaction that was stored whether every id and version stood beside the resources, not only in them. */
  onAnswer?(tellsVersions: boolean): void;
  readonly now: () => number;
  /** How many resources of the type match the encoded query now; it may stop counting at two. */
  countMatches(resourceType: string, query: string): Promise<number>;
}

interface EntryAnswer {
  readonly status: number;
  readonly response: Readonly<Record<string, unknown>>;
  readonly resource: unknown;
}

const WHAT = 'the transaction';

/**
 * Posts the bundle. Throws what FhirServer.transact promises; fhir.invalid-answer when the answer does not say what happened,
 * so that the caller reads again.
 */
export async function postTransaction(
  bundle: TransactionBundle,
  options: TransactionOptions,
): Promise<readonly EntryResponse[]> {
  const texts = bundle.entry.map((entry) => JSON.stringify(entry));
  const { entry: _, ...head } = bundle;
  const answer = await options.http.request({
    method: 'POST',
    url: '',
    headers: {
      'Content-Type': 'application/fhir+json',
      Accept: 'application/fhir+json',
      ...(options.preferMinimal ? { Prefer: 'return=minimal' } : {}),
    },
    body: `${JSON.stringify(head).slice(0, -1)},"entry":[${texts.join(',')}]}`,
  });
  if (!isSuccess(answer.status)) {
    throw await ambiguityBehind(refusalOf(answer, WHAT, options.now(), isByVersion(bundle)), bundle, options);
  }
  const entries = readEntries(answer, bundle.entry.length);
  const failed = entries.filter(({ status }) => !isSuccess(status));
  if (failed.length === 0) {
    const bare = entries.map((entry, index) =>
      entryResponse({ ...entry, resource: undefined }, bundle, index),
    );
    const isTold = ({ versionId, location }: EntryResponse) =>
      versionId !== undefined && location !== undefined;
    options.onAnswer?.(bare.every((each, index) => isDelete(bundle, index) || isTold(each)));
    return entries.map((entry, index) => ({
      ...entryResponse(entry, bundle, index),
      bytes: texts[index]?.length ?? 0,
    }));
  }

  const guilty = failed.find(({ status }) => status !== 424) ?? failed[0];
  if (!guilty) throw new TypeError('a failed entry was expected');
  const error = entryError(guilty, entries.indexOf(guilty), bundle);
  if (failed.length === entries.length) throw await ambiguityBehind(error, bundle, options);
  throw new EngineError(
    'fhir.not-atomic',
    `the server stored ${entries.length - failed.length} of ${entries.length} entries of a transaction: ${error.message}`,
    error.details,
  );
}

/** R4 bundle.html#transaction-response: as many entries as were sent, each with a status that starts with three digits. */
function readEntries(answer: HttpAnswer, count: number): readonly EntryAnswer[] {
  const invalid = (why: string) =>
    new EngineError('fhir.invalid-answer', `${WHAT} was answered ${answer.status} ${why}`, {
      status: answer.status,
    });
  const bundle = resourceIn(answer);
  if (bundle?.resourceType !== 'Bundle') throw invalid('with what is no Bundle');
  const entries: readonly unknown[] = Array.isArray(bundle['entry']) ? bundle['entry'] : [];
  if (entries.length !== count) throw invalid(`with ${entries.length} entries for ${count}`);
  return entries.map((entry, index) => {
    const response = isObject(entry) && isObject(entry['response']) ? entry['response'] : {};
    const text = response['status'];
    const match = typeof text === 'string' ? /^(\d{3})(?:\s|$)/.exec(text) : null;
    if (!match) throw invalid(`without a status for entry ${index}`);
    return { status: Number(match[1]), response, resource: isObject(entry) ? entry['resource'] : undefined };
  });
}

function entryError(
  { status, response, resource }: EntryAnswer,
  index: number,
  bundle: TransactionBundle,
): EngineError {
  const outcome = asResource(response['outcome']) ?? asResource(resource);
  return refusalError({
    what: WHAT,
    status,
    outcome,
    // The entry itself is FHIR, whatever else it holds.
    body: 'fhir',
    entryIndex: index,
    isByVersion: isByVersion({ ...bundle, entry: bundle.entry.slice(index, index + 1) }),
  });
}

function isDelete(bundle: TransactionBundle, index: number): boolean {
  return bundle.entry[index]?.request.method === 'DELETE';
}

function isByVersion(bundle: TransactionBundle): boolean {
  return bundle.entry.some(({ request }) => request.method !== 'POST');
}

/**
 * 409 and 412 both stand for a stale version and for several matches of `ifNoneExist` (servers differ): searching again tells.
 * Reading again helps against the first, never against the second.
 */
async function ambiguityBehind(
  error: EngineError,
  bundle: TransactionBundle,
  options: TransactionOptions,
): Promise<EngineError> {
  if (!isEngineError(error, 'fhir.conflict')) return error;
  for (const [entryIndex, { request }] of bundle.entry.entries()) {
    if (request.ifNoneExist === undefined) continue;
    try {
      const matches = await options.countMatches(request.url, request.ifNoneExist.replace(/^\?/, ''));
      if (matches < 2) continue;
    } catch {
      // Not known now; the caller reads again anyway and meets the same fault there.
      return error;
    }
    return new EngineError(
      'resource.ambiguous',
      `several ${request.url} match the condition of entry ${entryIndex}`,
      {
        ...error.details,
        entryIndex,
      },
    );
  }
  return error;
}

/** `https://fhir.example.org/r4/Type/id/_history/2`, absolute or relative. */
const LOCATION = /(?:^|\/)([A-Z][A-Za-z]{1,60}\/[A-Za-z0-9\-.]{1,64})(?:\/_history\/([^/?#]+))?$/;

function entryResponse(answer: EntryAnswer, bundle: TransactionBundle, index: number): EntryResponse {
  const { status, response, resource } = answer;
  const match = typeof response['location'] === 'string' ? LOCATION.exec(response['location']) : null;
  const request = bundle.entry[index]?.request;
  const location = match?.[1] ?? (request?.method === 'POST' ? nameOf(resource) : request?.url);
  const versionId = versionOfEtag(response['etag']) ?? match?.[2] ?? versionOfResource(resource);
  return {
    status,
    ...(location === undefined ? {} : { location }),
    ...(versionId === undefined ? {} : { versionId }),
  };
}

function nameOf(json: unknown): string | undefined {
  const resource = asResource(json);
  return typeof resource?.id === 'string' ? `${resource.resourceType}/${resource.id}` : undefined;
}
