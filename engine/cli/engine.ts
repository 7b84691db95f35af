/**
 * Puts the engine together: a project comes in, a running feed with the real clients goes out. `run`, `demo`, `retry` and
 * `replay` use the same assembly, so the demo is the engine as in production.
 */
import type { Auth, Config } from '../compile/config.ts';
import type { FeedItem } from '../dicom/entry.ts';
import { createChangeFeed, FEED_HTTP_CODES } from '../io/change-feed.ts';
import { systemClock } from '../io/clock.ts';
import { OVERLAP_MS } from '../io/feed-v2.ts';
import { createFhirServer, FHIR_HTTP_CODES } from '../io/fhir-server.ts';
import { createHttp, type Http } from '../io/http.ts';
import { openSqliteState } from '../io/state-sqlite.ts';
import { type AuthConfig, createAuthorization } from '../io/tokens.ts';
import { createPipeline } from '../pipeline.ts';
import type { MappingPlan } from '../plan.ts';
import { followFeed, type PollerOptions, type Progress } from '../poller.ts';
import type { ChangeFeed, EntryLookup, ErrorFilter, Log, StoredErrorRow } from '../ports.ts';
import { type RedriveOptions, type RedriveResult, replayFeed, retryEntries } from '../redrive.ts';
import { sourceOf } from './project.ts';

/** Groups that are written side by side. */
const LANES = 8;
/** Entries that are merged and written together while there is a backlog. */
const WINDOW_ENTRIES = 1000;

export interface EngineParts {
  readonly config: Config;
  readonly plan: MappingPlan;
  readonly log: Log;
  readonly signal: AbortSignal;
}

export interface EngineOptions extends EngineParts {
  readonly once: boolean;
  /** Goes on where the engine was paused, and pauses no more. */
  readonly resume?: boolean;
  onProgress?(progress: Progress): void;
  /** Told when both services answered and the first page is about to be read. */
  onReady?(): void;
}

export interface EngineResult {
  readonly progress: Progress;
  /** Open rows of this source in the error store, old ones included. */
  readonly errors: readonly StoredErrorRow[];
}

/** Resolves after a clean stop, or with `once` when the feed is drained; rejects with an EngineError that stops the engine. */
export async function runEngine(options: EngineOptions): Promise<EngineResult> {
  const { config, log, once, resume = false } = options;
  const { interval, catchUpInterval } = config.poll;
  return assembled(options, async (parts) => {
    options.onReady?.();
    const { onProgress } = options;
    const poller = { ...parts, interval, catchUpInterval, resume, ...(onProgress ? { onProgress } : {}) };
    const progress = await followFeed(poller, once);
    log.info('stop', { sequence: progress.sequence, entries: progress.entries });
    return { progress, errors: parts.state.errors(config.source.id, { isOpen: true }) };
  });
}

export interface RedriveParts extends EngineParts {
  onProgress?(result: RedriveResult): void;
}

/** Runs the entries of open rows again; rejects like `runEngine`. */
export async function retryRows(options: RedriveParts, filter: ErrorFilter): Promise<RedriveResult> {
  const { onProgress } = options;
  return assembled(options, (parts) =>
    retryEntries({ ...parts, ...(onProgress ? { onProgress } : {}) }, filter),
  );
}

/** Sequences, inclusive; the last one is by default the engine's checkpoint. */
export interface ReplayBounds {
  readonly from?: number;
  readonly to?: number;
  readonly study?: string;
}

/** Runs a part of the feed again; rejects like `runEngine`. */
export async function replay(options: RedriveParts, bounds: ReplayBounds): Promise<RedriveResult> {
  const { config, onProgress } = options;
  return assembled(options, (parts) => {
    const { from = 1, to = parts.state.position(config.source.id)?.sequence, study } = bounds;
    const range = {
      from,
      lateness: config.source.apiVersion === 'v2' ? OVERLAP_MS : 0,
      ...(to === undefined ? {} : { to }),
      ...(study === undefined ? {} : { studyInstanceUid: study }),
    };
    return replayFeed({ ...parts, ...(onProgress ? { onProgress } : {}) }, range);
  });
}

type Assembly = Omit<
  PollerOptions & RedriveOptions,
  'interval' | 'catchUpInterval' | 'resume' | 'onProgress'
> & {
  readonly feed: ChangeFeed & EntryLookup;
};

/** Opens the state and both services for `work`, and closes them after it. */
async function assembled<T>(
  { config, plan, log, signal }: EngineParts,
  work: (parts: Assembly) => Promise<T>,
): Promise<T> {
  const { source, fhir } = config;
  const state = openSqliteState(config.state.path);
  const feedHttp = feedClient(config, signal);
  const fhirHttp = createHttp({
    baseUrl: fhir.url,
    codes: FHIR_HTTP_CODES,
    auth: createAuthorization(revealed(fhir.auth), { signal }),
    signal,
  });
  try {
    const server = createFhirServer({ http: fhirHttp, fhirVersion: plan.fhirVersion });
    const capability = await server.capability();
    log.info('start', {
      plan: plan.fingerprint,
      source: source.id,
      feed: feedHttp.baseUrl,
      fhir: fhirHttp.baseUrl,
      ...capability,
    });
    const info = sourceOf(config);
    const pipeline = createPipeline({
      plan,
      fhir: server,
      clock: systemClock,
      log,
      source: info,
      maxTransactionEntries: fhir.maxTransactionEntries,
      retryDuration: config.retry.totalDuration,
      signal,
    });
    return await work({
      plan,
      pipeline,
      state,
      log,
      signal,
      clock: systemClock,
      feed: createChangeFeed({
        http: feedHttp,
        apiVersion: source.apiVersion,
        ignoreJsonParsingErrors: config.ignoreJsonParsingErrors,
      }),
      source: info,
      enforceTagValues: config.enforceValidationOfTagValues,
      pageSize: config.poll.pageSize,
      windowEntries: WINDOW_ENTRIES,
      retryDuration: config.retry.totalDuration,
      lanes: LANES,
    });
  } finally {
    feedHttp.close();
    fhirHttp.close();
    state.close();
  }
}

function feedClient({ source }: Config, signal: AbortSignal): Http {
  const auth = createAuthorization(revealed(source.auth), { signal });
  return createHttp({ baseUrl: source.url, codes: FEED_HTTP_CODES, auth, signal });
}

/** Single entries of the configured feed, in their newest state; needs neither the state nor the FHIR server. */
export async function findEntries(
  config: Config,
  sequences: readonly number[],
  signal: AbortSignal,
): Promise<readonly FeedItem[]> {
  const http = feedClient(config, signal);
  try {
    const { apiVersion } = config.source;
    const feed = createChangeFeed({ http, apiVersion, ignoreJsonParsingErrors: true });
    return await feed.find(sequences.map((sequence) => ({ sequence })));
  } finally {
    http.close();
  }
}

/** Secrets leave their wrapping here and nowhere else, on the way to the client that sends them. */
function revealed(auth: Auth): AuthConfig {
  switch (auth.type) {
    case 'bearer':
      return { ...auth, token: auth.token.reveal() };
    case 'basic':
      return { ...auth, password: auth.password.reveal() };
    case 'client-credentials':
      return { ...auth, clientSecret: auth.clientSecret.reveal() };
    default:
      return auth;
  }
}
