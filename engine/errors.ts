/**
 * The one run-time error class and the one table that says what each code means for the engine.
 * Messages name codes, tags, rules and addresses without credentials; they never carry an attribute value.
 */

/**
 * What the engine does about an error:
 * `stop` ends the process with what to check; `retry` asks again after a pause; `redo` reads the FHIR server
 * again and folds the group anew; `skip` writes a row to the error store and goes on.
 */
export type ErrorAction = 'stop' | 'retry' | 'redo' | 'skip';

/** The five kinds of rows that DICOM Cast kept; runbooks know them by these names. */
export type ErrorKind =
  | 'InvalidDicomTag'
  | 'DicomFailToStore'
  | 'FhirFailToStore'
  | 'TransientRetry'
  | 'TransientFailure';

interface ErrorEntry {
  readonly action: ErrorAction;
  readonly kind: ErrorKind;
  /** What happened, in one sentence. */
  readonly meaning: string;
  /** What a person can do about it. */
  readonly hint: string;
}

export const ERROR_TABLE = {
  'feed.unauthorized': {
    action: 'stop',
    kind: 'TransientFailure',
    meaning:
      'The DICOM service refused the credentials, or this account may not read the change feed (401 or 403).',
    hint: 'Check source.auth in the configuration and the read permission of that account on the DICOM service.',
  },
  'feed.unreachable': {
    action: 'retry',
    kind: 'TransientRetry',
    meaning: 'The DICOM service does not answer.',
    hint: 'Check source.url and that the DICOM service is up.',
  },
  'feed.busy': {
    action: 'retry',
    kind: 'TransientRetry',
    meaning: 'The DICOM service answers that it has too much to do or that it failed (408, 429 or 5xx).',
    hint: 'The DICOM service throttles; the engine waits.',
  },
  'feed.refused': {
    action: 'stop',
    kind: 'TransientFailure',
    meaning:
      'The DICOM service refused the request, redirected it elsewhere, or answered with something that is no change feed.',
    hint: 'The DICOM service refused the request; check source.url and source.apiVersion.',
  },
  'feed.malformed': {
    action: 'stop',
    kind: 'DicomFailToStore',
    meaning: 'The feed has an entry that cannot be read.',
    hint: 'Set ignoreJsonParsingErrors: true to pass over entries that cannot be read; each gets a row.',
  },
  'feed.rebuilt': {
    action: 'stop',
    kind: 'TransientFailure',
    meaning:
      'The feed ends before the entry that the engine read last: it is not the feed that the checkpoint belongs to.',
    hint: 'The feed ends before the checkpoint: it was rebuilt, or its url is that of another. To read it from its start, use another state file, or, for one of several sources, another id.',
  },
  'entry.malformed': {
    action: 'skip',
    kind: 'DicomFailToStore',
    meaning:
      'What stands in the feed is no entry: it is not JSON, or it has no sequence, UID, action or state that can be read.',
    hint: 'The entry lacks what every change feed entry has; see the reason.',
  },
  'dicom.missing-tag': {
    action: 'skip',
    kind: 'DicomFailToStore',
    meaning: 'A tag that a rule requires has no value.',
    hint: 'The mapping requires this tag; correct the instance, or set required: false on the rule.',
  },
  'dicom.invalid-required-tag': {
    action: 'skip',
    kind: 'DicomFailToStore',
    meaning: 'A tag that a rule requires has a value that cannot be used.',
    hint: 'The value breaks the rules of its VR (PS3.5 6.2) or has no row in codes; correct the instance.',
  },
  'dicom.invalid-tag': {
    action: 'skip',
    kind: 'InvalidDicomTag',
    meaning: 'A tag has a value that cannot be used, at a rule that does not require it.',
    hint: 'The element was left out; everything else of the entry is stored.',
  },
  'dicom.enforced-tag': {
    action: 'skip',
    kind: 'DicomFailToStore',
    meaning:
      'A tag has a value that cannot be used, at a rule that does not require it, and the configuration asks that all values are valid.',
    hint: 'enforceValidationOfTagValues is on; correct the instance, or switch it off to store the rest.',
  },
  'mapping.evaluation': {
    action: 'skip',
    kind: 'DicomFailToStore',
    meaning: 'An expression of a mapping could not be evaluated on the entry.',
    hint: 'The expression failed on this entry; try it with `dicomcast map` on the instance.',
  },
  'mapping.shape': {
    action: 'skip',
    kind: 'DicomFailToStore',
    meaning: 'What a rule gave does not have the form that FHIR wants there.',
    hint: 'What the rule gave is not valid FHIR for its target; see the rule.',
  },
  'mapping.duplicate-item': {
    action: 'skip',
    kind: 'InvalidDicomTag',
    meaning: 'Two items of one instance, of a mapping with forEach, have the same identity.',
    hint: 'Two items of forEach have one identity: the first was stored. Let the identity rule tell items apart.',
  },
  'mapping.reference': {
    action: 'skip',
    kind: 'FhirFailToStore',
    meaning: 'A rule requires a reference, and what it refers to is neither made nor found.',
    hint: 'A required reference has no target.',
  },
  'resource.shape': {
    action: 'skip',
    kind: 'FhirFailToStore',
    meaning: 'A resource into which the entry was merged is not valid FHIR.',
    hint: 'The merged resource is not valid FHIR; see the path.',
  },
  'resource.assertion': {
    action: 'skip',
    kind: 'FhirFailToStore',
    meaning: 'A resource into which the entry was merged breaks an invariant (assert) of its mapping.',
    hint: 'An assert: of the mapping does not hold for the merged resource, so nothing of the entry was stored; severity: warning would only tell. Its description: stands in the message.',
  },
  'resource.ambiguous': {
    action: 'skip',
    kind: 'FhirFailToStore',
    meaning: 'Several resources on the FHIR server answer to the identifier of one.',
    hint: 'The FHIR server holds several resources with this identifier; merge them there.',
  },
  'resource.loose-match': {
    action: 'skip',
    kind: 'FhirFailToStore',
    meaning:
      'The FHIR server takes an identifier for another one, so that a resource of its own can be neither found nor made.',
    hint: 'The FHIR server does not compare the system of an identifier, or its case, and has another resource with this value. Give the identifiers a system that the server tells apart (patientSystemId), or correct that resource; then `dicomcast retry`.',
  },
  'resource.too-large': {
    action: 'skip',
    kind: 'FhirFailToStore',
    meaning:
      'With the entry, a resource would be larger than the configuration allows (fhir.maxResourceBytes).',
    hint: 'The entry would grow a resource past fhir.maxResourceBytes. Raise the limit, if the FHIR server takes it, and run `dicomcast retry --code resource.too-large`.',
  },
  'fhir.unauthorized': {
    action: 'stop',
    kind: 'TransientFailure',
    meaning:
      'The FHIR server refused the credentials, or this account may not do what was asked (401 or 403).',
    hint: 'Check fhir.auth in the configuration and the rights of that account on the FHIR server.',
  },
  'fhir.unsuitable': {
    action: 'stop',
    kind: 'TransientFailure',
    meaning:
      'The FHIR server is not one that the engine can work with, or the address is not that of a FHIR server.',
    hint: 'The FHIR server must name its FHIR version (4.0.x for these mappings) and support transactions.',
  },
  'fhir.not-atomic': {
    action: 'stop',
    kind: 'FhirFailToStore',
    meaning: 'The FHIR server stored a part of a transaction and refused the rest.',
    hint: 'The server stored a part of a failed transaction; switch its transactions on before going on.',
  },
  'fhir.unreachable': {
    action: 'retry',
    kind: 'TransientRetry',
    meaning: 'The FHIR server does not answer.',
    hint: 'Check fhir.url and that the FHIR server is up.',
  },
  'fhir.busy': {
    action: 'retry',
    kind: 'TransientRetry',
    meaning: 'The FHIR server answers that it has too much to do or that it failed (408, 429 or 5xx).',
    hint: 'The FHIR server throttles or fails; the engine waits.',
  },
  'fhir.conflict': {
    action: 'redo',
    kind: 'TransientRetry',
    meaning: 'A resource was changed on the FHIR server between reading and writing it (409 or 412).',
    hint: 'Somebody else wrote at the same time; the engine reads again and merges anew.',
  },
  'fhir.refused': {
    action: 'skip',
    kind: 'FhirFailToStore',
    meaning: 'The FHIR server refused what was to be written (4xx).',
    hint: "The FHIR server refused the content; see the OperationOutcome's codes.",
  },
  'fhir.invalid-answer': {
    action: 'retry',
    kind: 'TransientRetry',
    meaning: 'The answer of the FHIR server cannot be read as FHIR.',
    hint: 'The FHIR server, or a gateway before it, answered with something that is not FHIR.',
  },
  'fhir.foreign-link': {
    action: 'stop',
    kind: 'TransientFailure',
    meaning: 'The FHIR server sends the engine to another address, by a redirect or a link to the next page.',
    hint: 'The FHIR server points to another origin; a token goes to the configured origin only.',
  },
  'auth.token': {
    action: 'stop',
    kind: 'TransientFailure',
    meaning: 'The token endpoint refused the credentials, or the credential cannot be sent.',
    hint: 'No token could be had; check the auth section and the token endpoint.',
  },
  'auth.unreachable': {
    action: 'retry',
    kind: 'TransientRetry',
    meaning: 'The token endpoint does not answer, or answers that it failed.',
    hint: 'The token endpoint does not answer; check its address and that it is up.',
  },
  'engine.paused': {
    action: 'stop',
    kind: 'TransientFailure',
    meaning:
      'Most of the last studies came to nothing, all for one rule: the engine reads no further instead of filling the error store.',
    hint: 'See `dicomcast errors`. Correct the mapping and start again, or go on as it is with `dicomcast run --resume`; then `dicomcast retry` runs the failed entries again.',
  },
  'state.unusable': {
    action: 'stop',
    kind: 'TransientFailure',
    meaning: 'The file with checkpoint and error store cannot be opened, read or written.',
    hint: 'Check state.path: one engine at a time uses the file; this user must be able to read it, an engine to write it and its folder; files of later versions are refused.',
  },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof ERROR_TABLE;

export interface ErrorDetails {
  /** Milliseconds that the server asked to wait (Retry-After, x-ms-retry-after-ms). */
  readonly retryAfter?: number;
  /** HTTP status, where there was one. */
  readonly status?: number;
  /** Codes of the OperationOutcome: `severity/code`, never its texts, which can quote values. */
  readonly outcome?: readonly string[];
  /** Rule `Mapping.rule`, DICOM keyword, FHIR path: names from mapping files, never values. */
  readonly rule?: string;
  readonly tag?: string;
  /** Zero-based index of the transaction entry that is to blame, where the server said so. */
  readonly entryIndex?: number;
  readonly cause?: unknown;
}

/** The only error that the engine throws at run time. `message` is safe to log. */
export class EngineError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'EngineError';
    this.code = code;
    this.details = details;
  }

  get action(): ErrorAction {
    return ERROR_TABLE[this.code].action;
  }

  get hint(): string {
    return ERROR_TABLE[this.code].hint;
  }
}

/** True when `error` is an EngineError with one of the codes. */
export function isEngineError(error: unknown, ...codes: readonly ErrorCode[]): error is EngineError {
  return error instanceof EngineError && (codes.length === 0 || codes.includes(error.code));
}

/** What may be told of an error that is not the engine's own: kind, code and places. Its message could quote a value. */
export function describeDefect(error: Error): {
  readonly name: string;
  readonly code?: string;
  readonly stack: readonly string[];
} {
  const name = typeof error.name === 'string' && NAME.test(error.name) ? error.name : 'Error';
  const code = 'code' in error && typeof error.code === 'string' && CODE.test(error.code) ? error.code : '';
  return { name, ...(code === '' ? {} : { code }), stack: framesOf(error) };
}

/** Names of classes and codes of systems; what else stands there may have been made from a value. */
const NAME = /^[A-Z][A-Za-z]{1,60}$/;
const CODE = /^[A-Z][A-Z0-9_]{1,60}$/;
/** `at work (file:///engine/a.ts:1:2)`, `at async node:fs:1:2` */
const FRAME = /^\s+at (?:async )?(?:[\w.$<>[\] ]{1,200} \()?(?:(?:(?:file|node):|\/)[^()]+|<anonymous>)\)?$/;

/** The places without the message, which stands before them and can have lines that look like places. */
function framesOf({ stack = '', message }: Error): readonly string[] {
  const start = message === '' ? 0 : stack.indexOf(message);
  const places = start < 0 ? stack : stack.slice(start + message.length);
  return places
    .split('\n')
    .filter((line) => FRAME.test(line))
    .map((line) => line.trim());
}
