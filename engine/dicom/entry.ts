/**
 * An entry of a change feed, as the rest of the engine sees it: a raw JSON value comes in, a ChangeFeedEntry or a
 * MalformedEntry with the reason goes out. Keys and enumerations are read in any letter case.
 */

/** One element of the DICOM JSON Model (PS3.18 F.2.2). */
export interface DicomElement {
  readonly vr?: string;
  readonly Value?: readonly unknown[];
  readonly InlineBinary?: string;
  readonly BulkDataURI?: string;
}

/** A dataset in the DICOM JSON Model (PS3.18 F.2): eight hex digits, upper case, to element. */
export type DicomJson = Readonly<Record<string, DicomElement>>;

export interface ChangeFeedEntry {
  readonly sequence: number;
  readonly partitionName?: string;
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly sopInstanceUid: string;
  readonly action: 'create' | 'update' | 'delete';
  /** `current`: this entry is the newest state; `replaced`: a later entry is; `deleted`: the instance is gone. */
  readonly state: 'current' | 'replaced' | 'deleted';
  /** ISO 8601 with offset, as the feed wrote it; empty when it had none. */
  readonly timestamp: string;
  readonly metadata?: DicomJson;
}

/** What stands in the feed but is no entry. `reason` names keys, never values of the metadata. */
export interface MalformedEntry {
  readonly malformed: true;
  /** Undefined when not even the sequence could be read. */
  readonly sequence?: number;
  readonly studyInstanceUid?: string;
  readonly seriesInstanceUid?: string;
  readonly sopInstanceUid?: string;
  /** As the feed wrote it, where it could be read. */
  readonly timestamp?: string;
  readonly reason: string;
}

export type FeedItem = ChangeFeedEntry | MalformedEntry;

const ACTIONS = ['create', 'update', 'delete'] as const;
const STATES = ['current', 'replaced', 'deleted'] as const;
const UIDS = ['studyInstanceUid', 'seriesInstanceUid', 'sopInstanceUid'] as const;

/**
 * Reads one entry of a change feed as its JSON was parsed. Never throws: what cannot be read becomes a MalformedEntry with
 * whatever sequence, UIDs and timestamp it has, and with the first key that is at fault. A missing `state` is that of the
 * action: `deleted` for delete, else `current`. The metadata is handed on as it is, not copied.
 */
export function readEntry(json: unknown): FeedItem {
  if (!isJsonObject(json)) return { malformed: true, reason: 'the entry is not a JSON object' };
  const fields = fieldsByLowerCase(json);
  const sequence = readSequence(fields.get('sequence'));
  const uids = readUids(fields);
  const timestamp = textOr(fields.get('timestamp'), '');
  const partitionName = textOr(fields.get('partitionname'), undefined);
  const action = readWord(fields.get('action'), ACTIONS);
  const state = readState(fields.get('state'), action);
  const metadata = fields.get('metadata') ?? undefined;

  let reason: string | undefined;
  if (sequence === undefined)
    reason = `sequence ${missingOr(fields.get('sequence'), 'is not a whole number')}`;
  const badUid = UIDS.find((name) => uids[name] === undefined);
  if (badUid) reason ??= `${badUid} ${missingOr(fields.get(badUid.toLowerCase()), 'is not text')}`;
  if (action === undefined) reason ??= `action ${notOneOf(fields.get('action'), ACTIONS)}`;
  if (state === undefined) reason ??= `state ${notOneOf(fields.get('state'), STATES)}`;
  if (metadata !== undefined && !isJsonObject(metadata)) reason ??= 'metadata is not a JSON object';

  if (reason !== undefined) {
    return {
      malformed: true,
      ...(sequence === undefined ? {} : { sequence }),
      ...uids,
      ...(timestamp === '' ? {} : { timestamp }),
      reason,
    };
  }
  return {
    sequence,
    ...(partitionName === undefined ? {} : { partitionName }),
    ...uids,
    action,
    state,
    timestamp,
    ...(metadata === undefined ? {} : { metadata }),
  } as ChangeFeedEntry;
}

function isJsonObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A Map, not an object: a key named `__proto__` is then a key like any other. The first of equal keys counts. */
function fieldsByLowerCase(json: object): ReadonlyMap<string, unknown> {
  const fields = new Map<string, unknown>();
  for (const [key, value] of Object.entries(json)) {
    const name = key.toLowerCase();
    if (!fields.has(name)) fields.set(name, value);
  }
  return fields;
}

function readSequence(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : undefined;
}

function readUids(fields: ReadonlyMap<string, unknown>): { [name in (typeof UIDS)[number]]?: string } {
  const uids: { [name in (typeof UIDS)[number]]?: string } = {};
  for (const name of UIDS) {
    const uid = readUid(fields.get(name.toLowerCase()));
    if (uid !== undefined) uids[name] = uid;
  }
  return uids;
}

/** PS3.5 6.2 pads a UID with one NUL; some senders pad with blanks. */
function readUid(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  let end = value.length;
  while (end > 0 && (value[end - 1] === '\0' || value[end - 1]?.trim() === '')) end--;
  return end === 0 ? undefined : value.slice(0, end);
}

function readWord<Word extends string>(value: unknown, words: readonly Word[]): Word | undefined {
  const wanted = typeof value === 'string' ? value.toLowerCase() : undefined;
  return words.find((word) => word === wanted);
}

function readState(
  value: unknown,
  action: ChangeFeedEntry['action'] | undefined,
): ChangeFeedEntry['state'] | undefined {
  if (value !== undefined && value !== null) return readWord(value, STATES);
  return action === 'delete' ? 'deleted' : 'current';
}

function textOr<Other>(value: unknown, other: Other): string | Other {
  return typeof value === 'string' ? value : other;
}

function missingOr(value: unknown, reason: string): string {
  const isMissing =
    value === undefined || value === null || (typeof value === 'string' && readUid(value) === undefined);
  return isMissing ? 'is missing' : reason;
}

/** What stands there is not quoted: it could be a value that went astray. */
function notOneOf(value: unknown, words: readonly string[]): string {
  return missingOr(value, `is not one of ${words.join(', ')}`);
}
