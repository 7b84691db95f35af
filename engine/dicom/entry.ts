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
  readonly reason: string;
}

export type FeedItem = ChangeFeedEntry | MalformedEntry;
