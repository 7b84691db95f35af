/**
 * What a FHIR server answers instead of success, for a whole request or for one entry under HTTP 200: status and body come
 * in, the EngineError that says what to do goes out. OperationOutcomes give codes and places, never their texts.
 */
import { EngineError, type ErrorCode, type ErrorDetails } from '../errors.ts';
import { outcomeCodes, outcomeExpressions } from '../fhir/outcome.ts';
import { resourceIn } from './fhir-json.ts';
import { type HttpAnswer, waitDetails } from './http.ts';

export interface Refusal {
  /** What was asked: fit for messages. */
  readonly what: string;
  readonly status: number;
  /** The OperationOutcome, or what else came as JSON. */
  readonly outcome?: unknown;
  /** `none`: an empty body; `other`: neither FHIR nor empty, such as the page of a gateway. */
  readonly body: 'fhir' | 'none' | 'other';
  /** AWS HealthLake throttles with status 400. */
  readonly isThrottled?: boolean;
  readonly retryAfter?: number;
  /** Position of the entry in the transaction, where the status is that of one entry. */
  readonly entryIndex?: number;
  /** True for a transaction that writes to or deletes resources by their id. */
  readonly isByVersion?: boolean;
}

/** What an answer of another status than success means. */
export function refusalOf(answer: HttpAnswer, what: string, now: number, isByVersion = false): EngineError {
  const text = answer.text();
  const outcome = resourceIn(answer);
  return refusalError({
    what,
    status: answer.status,
    outcome,
    body: outcome ? 'fhir' : text.trim() === '' ? 'none' : 'other',
    isThrottled: answer.status === 400 && text.includes('ThrottlingException'),
    isByVersion,
    ...waitDetails(answer, now),
  });
}

export function refusalError(refusal: Refusal): EngineError {
  const { what, status, outcome, retryAfter } = refusal;
  const outcomeList = outcome === undefined ? [] : outcomeCodes(outcome);
  const entryIndex = refusal.entryIndex ?? entryIndexIn(outcome);
  const details: ErrorDetails = {
    status,
    ...(retryAfter === undefined ? {} : { retryAfter }),
    ...(outcomeList.length === 0 ? {} : { outcome: outcomeList }),
    ...(entryIndex === undefined ? {} : { entryIndex }),
  };
  const place = entryIndex === undefined ? '' : ` for entry ${entryIndex}`;
  const codes = outcomeList.length === 0 ? '' : ` (${outcomeList.join(', ')})`;
  const noFhir = refusal.body === 'other' ? ', not with FHIR' : '';
  return new EngineError(codeOf(refusal), `${what} was answered ${status}${place}${noFhir}${codes}`, details);
}

function codeOf({ status, body, isThrottled, isByVersion }: Refusal): ErrorCode {
  if (status === 401 || status === 403) return 'fhir.unauthorized';
  if (status === 408 || status === 429 || status >= 500 || isThrottled) return 'fhir.busy';
  if (status === 409 || status === 412) return 'fhir.conflict';
  // Too large is too large, also when a proxy says so with a page of its own: a smaller group may pass.
  if (status === 413) return 'fhir.refused';
  if (status < 400 || body === 'other') return 'fhir.invalid-answer';
  // Without FHIR in it, this is about the address, not about the content of a group.
  if (body === 'none' && [404, 405, 406, 415].includes(status)) return 'fhir.invalid-answer';
  // A resource that was read a moment ago is gone: somebody deleted it.
  if ((status === 404 || status === 410) && isByVersion) return 'fhir.conflict';
  return 'fhir.refused';
}

/** `Bundle.entry[3].resource.name`: 3. */
function entryIndexIn(outcome: unknown): number | undefined {
  for (const path of outcome === undefined ? [] : outcomeExpressions(outcome)) {
    const index = /^Bundle\.entry\[(\d+)\]/.exec(path)?.[1];
    if (index !== undefined) return Number(index);
  }
  return undefined;
}
