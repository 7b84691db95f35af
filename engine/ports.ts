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
}

export interface ChangeFeed {
  /**
   * Reads what follows `after` (undefined: the beginning), at most about `limit` entries, with metadata.
   * Reading the same position again gives the entries again, in their newest state: at least once, never a loss.
   * Throws feed.rebuilt when the feed ends before `after`.
   */
  page(after: FeedPosition | undefined, limit: number): Promise<FeedPage>;
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
  readonly message: string;
  /** OperationOutcome codes: `severity/code`. */
  readonly outcome?: readonly string[];
}

export interface StoredErrorRow extends ErrorRow {
  readonly id: number;
  readonly source: string;
  /** How often this (entry, code, rule) was seen. */
  readonly attempts: number;
  /** ISO 8601, UTC. */
  readonly firstSeen: string;
  readonly lastSeen: string;
}

export interface StateStore {
  /** Where `source` was left; undefined before its first commit. An unreadable store throws, it never restarts the feed. */
  position(source: string): FeedPosition | undefined;
  /**
   * Writes the rows and then the position, in one durable transaction: after a crash either both are there or neither.
   * One row per (source, sequence, code, rule): seen again, its count rises. `at` is milliseconds since 1970.
   */
  commit(source: string, position: FeedPosition | undefined, rows: readonly ErrorRow[], at: number): void;
  /** Rows, newest last. */
  errors(source?: string): readonly StoredErrorRow[];
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
