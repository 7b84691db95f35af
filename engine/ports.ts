/**
 * What the engine needs from the world, as types: each method with its promise in words. io/ keeps the promises for real
 * services, test/support for tests. Every method that fails throws an EngineError; nothing here retries by itself.
 */
import type { FeedItem } from './dicom/entry.ts';
import type { ErrorKind } from './errors.ts';
import type { CurrentResource, TransactionBundle } from './fhir/resource.ts';
import type { SearchCriterion } from './fhir/search.ts';

/**
 * How far a feed was read. Opaque but for `sequence`, the highest sequence number that lies behind it; the feed client
 * that made it understands the rest (a v2 feed keeps its time window here). Survives JSON.
 */
export interface FeedPosition {
  readonly sequence: number;
  readonly [key: string]: string | number | undefined;
}

export interface FeedPage {
  /** In ascending order of sequence. May be empty although more follows (a v1 window over a gap). */
  readonly items: readonly FeedItem[];
  /** Where the next page starts. */
  readonly next: FeedPosition;
  /** True when nothing was known to follow at the time of reading. */
  readonly drained: boolean;
  /** Bytes of what was read for it. */
  readonly bytes?: number;
  /** The newest entry that the feed is known to have. */
  readonly newest?: EntryPlace;
}

/** Which entry it is, as far as it is known. */
export interface EntryPlace {
  readonly sequence: number;
  /** As the feed wrote it: a feed that lists by time finds the entry by it. */
  readonly timestamp?: string;
}

export interface ChangeFeed {
  /**
   * Reads what follows `after` (undefined: the beginning), at most about `limit` entries, with metadata unless told not to.
   * Reading the same position again gives the entries again, in their newest state: at least once, never a loss.
   * Throws feed.rebuilt when the feed ends before `after`.
   */
  page(after: FeedPosition | undefined, limit: number, includeMetadata?: boolean): Promise<FeedPage>;
  /** The newest entry there is by now; undefined for an empty feed. For telling how far behind one is. */
  newest?(): Promise<EntryPlace | undefined>;
}

export interface EntryLookup {
  /**
   * Single entries by sequence, in their newest state, with metadata, entries that cannot be read included, by ascending
   * sequence. What the feed does not have is left out. For about a hundred at a time.
   */
  find(wanted: readonly EntryPlace[]): Promise<readonly FeedItem[]>;
}

/** What the CapabilityStatement says about what the engine needs. */
export interface FhirCapability {
  readonly fhirVersion: string;
  readonly software?: string;
}

/** What one entry of a transaction became; in the order of the request. */
export interface EntryResponse {
  /** 200, 201, 204: the whole number. */
  readonly status: number;
  /** Type and id of what was written, where the server said so. */
  readonly location?: string;
  readonly versionId?: string;
  /** Size of the entry as it was sent, in UTF-16 units. */
  readonly bytes?: number;
}

export interface FhirServer {
  /** Reads `metadata`; throws fhir.unsuitable unless the version fits and transactions are offered. */
  capability(): Promise<FhirCapability>;
  /**
   * All resources that match every criterion, over all pages, without includes and outcomes, each with id and version.
   * Asks past caches (`Cache-Control: no-cache`). The caller compares again: servers match more loosely than asked.
   */
  search(resourceType: string, criteria: readonly SearchCriterion[]): Promise<readonly CurrentResource[]>;
  /**
   * Posts one transaction and checks every entry's status, also under HTTP 200. All or nothing:
   * fhir.conflict, fhir.busy, fhir.unreachable, fhir.refused, resource.ambiguous when nothing was written (or when
   * it is not known: the caller reads again), fhir.not-atomic when a part was.
   * The address that references are resolved against is the server's; entries carry relative urls.
   */
  transact(bundle: TransactionBundle): Promise<readonly EntryResponse[]>;
}

/** A row for the error store. Names and numbers only: no attribute value gets in. */
export interface ErrorRow {
  readonly kind: ErrorKind;
  readonly code: string;
  /** `Mapping.rule`; undefined when no rule is involved. */
  readonly rule?: string;
  /** DICOM keyword or `(gggg,eeee)`. */
  readonly tag?: string;
  readonly sequence: number;
  readonly studyInstanceUid?: string;
  readonly seriesInstanceUid?: string;
  readonly sopInstanceUid?: string;
  /** Of the entry, as the feed wrote it. */
  readonly timestamp?: string;
  readonly message: string;
  /** OperationOutcome codes: `severity/code`. */
  readonly outcome?: readonly string[];
}

/**
 * Why rows of an entry are over: it was stored, a later entry of its instance carries the newest state, or the instance is
 * gone.
 */
export type Closing = 'stored' | 'overtaken' | 'gone';

export interface StoredErrorRow extends ErrorRow {
  readonly id: number;
  readonly source: string;
  /** How often this (entry, code, rule) was seen. */
  readonly attempts: number;
  /** ISO 8601, UTC. */
  readonly firstSeen: string;
  readonly lastSeen: string;
  /** Undefined while the row is open. */
  readonly closedAt?: string;
  readonly closedAs?: Closing;
}

export interface ErrorFilter {
  readonly ids?: readonly number[];
  readonly code?: string;
  readonly rule?: string;
  /** True: without the closed ones. */
  readonly isOpen?: boolean;
  /** Sequences above this one. */
  readonly after?: number;
  /** `seen` (the default): last seen last; `sequence`: as the feed has them. */
  readonly order?: 'seen' | 'sequence';
  readonly limit?: number;
}

/** Rows of one kind, code and rule. */
export interface ErrorGroup {
  readonly kind: ErrorKind;
  readonly code: string;
  readonly rule?: string;
  readonly rows: number;
  readonly open: number;
  readonly firstSeen: string;
  readonly lastSeen: string;
  /** The lowest ones. */
  readonly ids: readonly number[];
}

/** Why the engine reads no further: of the last `of` studies `failed` came to nothing, all for one reason. */
export interface Pause {
  readonly code: string;
  readonly rule?: string;
  readonly failed: number;
  readonly of: number;
  /** The plan under which it happened. */
  readonly plan: string;
  /** ISO 8601, UTC. */
  readonly since: string;
}

/** What keeps a source from coming further: nothing was committed since. */
export interface Held {
  /** Of the error that was met last, with its message. */
  readonly code: string;
  readonly message: string;
  /** When it began: ISO 8601, UTC. */
  readonly since: string;
}

/** What a source is known to be at, beside its position. */
export interface SourceFacts {
  /** Fingerprint of the plan that ran last. */
  readonly plan?: string;
  /** Timestamp of the last entry behind the position, as the feed wrote it. */
  readonly timestamp?: string;
  /** The newest entry that the feed was known to have. */
  readonly newest?: EntryPlace;
  /** Undefined leaves a pause as it is, null ends it. */
  readonly pause?: Pause | null;
}

export interface SourceStatus extends SourceFacts {
  readonly position?: FeedPosition;
  /** When the engine last came this far, or looked in vain for more: ISO 8601, UTC. */
  readonly at?: string;
  readonly held?: Held;
}

/** What one commit says beside position and rows. */
export interface CommitNews extends SourceFacts {
  /** Entries that came through, by sequence: their rows are closed, but for those that this commit writes. */
  readonly through?: ReadonlyMap<number, Closing>;
}

export interface StateStore {
  /** Where `source` was left; undefined before its first commit. An unreadable store throws, it never restarts the feed. */
  position(source: string): FeedPosition | undefined;
  /**
   * Writes the rows and then the position, in one durable transaction: after a crash either both are there or neither.
   * One row per (source, sequence, code, rule): seen again, its count rises and it is open again; a TransientRetry is over
   * when it is written. `at` is milliseconds since 1970.
   */
  commit(
    source: string,
    position: FeedPosition | undefined,
    rows: readonly ErrorRow[],
    at: number,
    news?: CommitNews,
  ): void;
  /**
   * Notes what holds the source up, for people: the newest reason, since the first. The next commit with a position ends it.
   * The message is one that may be logged.
   */
  hold(source: string, reason: Pick<Held, 'code' | 'message'>, at: number): void;
  /** Rows, newest last. */
  errors(source?: string, filter?: ErrorFilter): readonly StoredErrorRow[];
  /** Rows counted by kind, code and rule; most rows first. */
  errorGroups(source: string, filter?: ErrorFilter): readonly ErrorGroup[];
  status(source: string): SourceStatus;
  /** What is kept under `from` is from now on kept under `to`. Does nothing where something is kept under `to`. */
  rename(from: string, to: string): void;
  close(): void;
}

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves after `ms`, or at once when `signal` is aborted; never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** In [0, 1), to spread repeated requests; nothing that is written depends on it. */
  jitter(): number;
}

/** Structured log. Fields carry names, counts, UIDs of no person and codes; never attribute values or credentials. */
export interface Log {
  debug(event: string, fields?: Readonly<Record<string, unknown>>): void;
  info(event: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(event: string, fields?: Readonly<Record<string, unknown>>): void;
  error(event: string, fields?: Readonly<Record<string, unknown>>): void;
}
