/**
 * Rows of the error store: an entry, or what stands in the feed in its place, and a reason come in, an ErrorRow goes out.
 */

import type { ChangeFeedEntry, MalformedEntry } from '../dicom/entry.ts';
import { ERROR_TABLE, type ErrorKind } from '../errors.ts';
import type { ErrorRow } from '../ports.ts';
import type { DraftIssue } from './draft.ts';

export function rowFor(
  entry: ChangeFeedEntry,
  issue: DraftIssue & { readonly outcome?: readonly string[] },
  kind: ErrorKind = ERROR_TABLE[issue.code].kind,
): ErrorRow {
  const { sequence, studyInstanceUid, seriesInstanceUid, sopInstanceUid, timestamp } = entry;
  const uids = { studyInstanceUid, seriesInstanceUid, sopInstanceUid };
  return { kind, ...issue, sequence, ...uids, ...(timestamp ? { timestamp } : {}) };
}

/** `sequence` is that of the position where a malformed entry without one was met. */
export function rowForMalformed(
  { reason, malformed: _, ...entry }: MalformedEntry,
  sequence: number,
): ErrorRow {
  return {
    kind: ERROR_TABLE['entry.malformed'].kind,
    code: 'entry.malformed',
    message: reason,
    ...entry,
    sequence: entry.sequence ?? sequence,
  };
}
