/**
 * Puts the engine together: a project comes in, a running feed with the real clients goes out. `run`, `demo`, `retry` and
 * `replay` use the same assembly, so the demo is the engine as in production.
 */
import type { Config, Source } from '../compile/config.ts';
import type { FeedItem } from '../dicom/entry.ts';
import { type EngineError, isEngineError } from '../errors.ts';
import { type Follower, followAll, named, type SourceFailure, watchedFeed } from '../followers.ts';
import { createChangeFeed } from '../io/change-feed.ts';
import { systemClock } from '../io/clock.ts';
import { OVERLAP_MS } from '../io/feed-v2.ts';
import { createFhirServer } from '../io/fhir-server.ts';
import type { Http } from '../io/http.ts';
import { openSqliteState } from '../io/state-sqlite.ts';
import { createPatching, type Patching } from '../patching.ts';
import { createPipeline, type PipelineOptions } from '../pipeline.ts';
import type { MappingPlan } from '../plan.ts';
import { addProgress, followFeed, NO_PROGRESS, type PollerOptions, type Progress } from '../poller.ts';
import type {
  ChangeFeed,
  EntryLookup,
  ErrorFilter,
  FhirCapability,
  FhirServer,
  Log,
  StateStore,
  StoredErrorRow,
} from '../ports.ts';
import { type RedriveOptions, type RedriveResult, replayFeed, retryEntries } from '../redrive.ts';
import { createRemembered, type Remembered } from '../remembered.ts';
import { createTurns } from '../turns.ts';
import { untilReached } from '../window.ts';
import { feedClient, fhirClient } from './clients.ts';
import { sourceOf } from './project.ts';

/** Bytes of pages after which it is looked at what is worth writing, where entries are large. */
const WINDOW_BYTES = 64 * 1024 * 1024;
/** Of resources that need not be read again, for each entry that is gathered: as many as are being worked on. */
const REMEMBERED_BYTES = 8192;
/** Milliseconds that `retry` and `replay` ask for a feed that does not answer at all: somebody waits, and other sources do. */
const FIRST_ANSWER = 10_000;

export interface EngineParts {
  readonly config: Config;
  readonly plan: MappingPlan;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Gives the client that is used in place of the one that was made. */
  observe?(http: Http, service: 'feed' | 'fhir'): Http;
}

export interface EngineOptions extends EngineParts {
  readonly once: boolean;
  /** Goes on where a source was paused, and pauses no more. */
  readonly resume?: boolean;
  /** Told after every window, with the totals of this source. */
  onProgress?(progress: Progress, source: string): void;
}

export interface EngineResult {
  /** Of all sources together. */
  readonly progress: Progress;
  /** Of each source, by id. */
  readonly bySource: ReadonlyMap<string, Progress>;
  /** Sources that were left before their end. */
  readonly failures: readonly SourceFailure[];
  /** Open rows of the sources in the error store, old ones included. */
  readonly errors: readonly StoredErrorRow[];
}

/**
 * Resolves after a clean stop, or with `once` when every feed is drained or its source has failed; rejects with an
 * EngineError that stops the engine.
 */
export async function runEngine(options: EngineOptions): Promise<EngineResult> {
  const { config, log, plan, signal, once, resume = false, onProgress } = options;
  const { interval, catchUpInterval } = config.poll;
  return withShared(options, async (common) => {
    const capability = await serverReached(options, common);
    const bySource = new Map<string, Progress>();
    const turns = createTurns();
    const followers = config.sources.map((source): Follower => {
      const own = sourceLog(log, source);
      const { fhirUrl: fhir } = common;
      own.info('start', { plan: plan.fingerprint, feed: source.url, fhir, ...capability });
      const onHeld = (error: EngineError): void => hold(common.state, source, error);
      let watched: ReturnType<typeof watchedFeed> | undefined;
      return {
        id: source.id,
        log: own,
        // Before there is a feed, only what the source needs for itself can fail.
        isOwn: (error) => watched === undefined || watched.isOwn(error),
        onHeld,
        follow: (stop, onSettled) => {
          watched = undefined;
          const before = bySource.get(source.id);
          const its = { ...options, log: own, signal: stop, onHeld };
          return withSource(its, common, source, async (parts) => {
            watched = watchedFeed(parts.feed);
            const progress = await followFeed(
              {
                ...parts,
                feed: watched.feed,
                pipeline: config.sources.length > 1 ? turns.guard(parts.pipeline) : parts.pipeline,
                interval,
                catchUpInterval,
                resume,
                onProgress(now) {
                  onSettled();
                  const totals = before ? addProgress(before, now) : now;
                  bySource.set(source.id, totals);
                  onProgress?.(totals, source.id);
                },
              },
              once,
            );
            own.info('stop', { sequence: progress.sequence, entries: progress.entries });
            return progress;
          });
        },
      };
    });
    const failures = await followAll(followers, { clock: systemClock, signal, once });
    const errors = config.sources.flatMap(({ id }) => common.state.errors(id, { isOpen: true }));
    const progress = [...bySource.values()].reduce(addProgress, NO_PROGRESS);
    return { progress, bySource, failures, errors };
  });
}

export interface RedriveParts extends EngineParts {
  readonly source: Source;
  onProgress?(result: RedriveResult): void;
}

/** What came of one source, or what stood in its way alone: its feed or its credentials. */
export type Redriven = { readonly result: RedriveResult } | { readonly failure: SourceFailure };

/** Runs the entries of open rows of one source again; rejects like `runEngine`. */
export async function retryRows(options: RedriveParts, filter: ErrorFilter): Promise<Redriven> {
  return redriven(options, (parts) => retryEntries(parts, filter));
}

/** Sequences, inclusive; the last one is by default the checkpoint of the source. */
export interface ReplayBounds {
  readonly from?: number;
  readonly to?: number;
  readonly study?: string;
}

/** Runs a part of one feed again; rejects like `runEngine`. */
export async function replay(options: RedriveParts, bounds: ReplayBounds): Promise<Redriven> {
  const { source } = options;
  return redriven(options, (parts) => {
    const { from = 1, to = parts.state.position(source.id)?.sequence, study } = bounds;
    const range = {
      from,
      lateness: source.apiVersion === 'v2' ? OVERLAP_MS : 0,
      ...(to === undefined ? {} : { to }),
      ...(study === undefined ? {} : { studyInstanceUid: study }),
    };
    return replayFeed(parts, range);
  });
}

function redriven(
  options: RedriveParts,
  work: (parts: RedriveOptions) => Promise<RedriveResult>,
): Promise<Redriven> {
  const { config, source, onProgress } = options;
  const isOne = config.sources.length === 1;
  const own = isOne ? options : { ...options, log: sourceLog(options.log, source) };
  return withShared(own, async (common) => {
    let watched: ReturnType<typeof watchedFeed> | undefined;
    await common.server.capability();
    try {
      const result = await withSource(own, common, source, (parts) => {
        watched = watchedFeed(parts.feed);
        return work({ ...parts, feed: watched.feed, ...(onProgress ? { onProgress } : {}) });
      });
      return { result };
    } catch (error) {
      // Before there is a feed, only what the source needs for itself can fail.
      const isHeld =
        isEngineError(error) && !options.signal.aborted && (watched === undefined || watched.isOwn(error));
      if (!isHeld) throw error;
      return { failure: { source: source.id, error: isOne ? error : named(source.id, error) } };
    }
  });
}

const unobserved = (http: Http): Http => http;

/** What all sources share. */
interface Shared {
  readonly state: StateStore;
  readonly server: FhirServer;
  readonly remembered: Remembered;
  readonly patching?: Patching;
  readonly fhirUrl: string;
}

/** Opens the state and the FHIR server for `work`, and closes them after it. */
async function withShared<T>(
  { config, plan, log, signal, observe = unobserved }: EngineParts,
  work: (common: Shared) => Promise<T>,
): Promise<T> {
  const state = openSqliteState(config.state.path);
  const http = observe(fhirClient(config, signal), 'fhir');
  try {
    keepNames(config, state);
    const server = createFhirServer({ http, fhirVersion: plan.fhirVersion });
    const bytes = REMEMBERED_BYTES * config.flush.entries;
    const remembered = createRemembered({ bytes, now: systemClock.now });
    const patching = config.fhir.patch ? { patching: createPatching(log) } : {};
    return await work({ state, server, remembered, ...patching, fhirUrl: http.baseUrl });
  } finally {
    http.close();
    state.close();
  }
}

/** What the FHIR server says of itself. One that is not up yet is waited for, unless the feed is drained once. */
async function serverReached(
  { config, log, signal, once }: EngineOptions,
  { state, server }: Shared,
): Promise<FhirCapability> {
  const onWaiting = (error: EngineError): void => {
    for (const source of config.sources) hold(state, source, error);
  };
  const duration = once ? 0 : Number.POSITIVE_INFINITY;
  // Each source waits, and is told of: whoever watches one sees why.
  const warn: Log['warn'] = (event, fields) => {
    for (const source of config.sources) sourceLog(log, source).warn(event, fields);
  };
  const patience = { clock: systemClock, log: { ...log, warn }, signal, duration, onWaiting };
  try {
    const capability = await untilReached(() => server.capability(), patience);
    if (capability) return capability;
  } catch (error) {
    if (isEngineError(error) && !signal.aborted) onWaiting(error);
    throw error;
  }
  throw new Error('stopped');
}

/** For `status`. A pause is told by itself, and a state that cannot be written is found by the next commit. */
function hold(state: StateStore, { id }: Source, error: EngineError): void {
  if (isEngineError(error, 'engine.paused', 'state.unusable')) return;
  try {
    state.hold(id, error, systemClock.now());
  } catch (fault) {
    if (!isEngineError(fault)) throw fault;
  }
}

/** A source that was known by its address and has an id by now goes on where it was. */
function keepNames({ sources }: Config, state: StateStore): void {
  const ids = new Set(sources.map(({ id }) => id));
  for (const { id, url } of sources) if (!ids.has(url)) state.rename(url, id);
}

type Assembly = Omit<
  PollerOptions & RedriveOptions,
  'interval' | 'catchUpInterval' | 'resume' | 'onProgress'
> & {
  readonly feed: ChangeFeed & EntryLookup;
};

/** Opens one feed for `work`, and closes it after it. */
async function withSource<T>(
  { config, plan, log, signal, observe = unobserved, onHeld }: EngineParts & Pick<PipelineOptions, 'onHeld'>,
  { state, server, remembered, patching }: Shared,
  source: Source,
  work: (parts: Assembly) => Promise<T>,
): Promise<T> {
  const http = observe(feedClient(source, signal), 'feed');
  const info = sourceOf(config, source);
  const { totalDuration: retryDuration } = config.retry;
  const { maxTransactionEntries, maxResourceBytes, lanes } = config.fhir;
  // What one process may use is shared out over the sources.
  const share = (whole: number): number => Math.max(1, Math.floor(whole / config.sources.length));
  try {
    return await work({
      plan,
      state,
      log,
      signal,
      clock: systemClock,
      pipeline: createPipeline({
        plan,
        fhir: server,
        clock: systemClock,
        log,
        source: info,
        maxTransactionEntries,
        ...(maxResourceBytes === undefined ? {} : { maxResourceBytes }),
        remembered,
        ...(patching ? { patching } : {}),
        retryDuration,
        signal,
        ...(onHeld ? { onHeld } : {}),
      }),
      feed: createChangeFeed({
        http,
        apiVersion: source.apiVersion,
        ignoreJsonParsingErrors: config.ignoreJsonParsingErrors,
        readAhead: share(config.poll.readAhead),
      }),
      source: info,
      enforceTagValues: config.enforceValidationOfTagValues,
      pageSize: config.poll.pageSize,
      windowEntries: share(config.flush.entries),
      windowBytes: WINDOW_BYTES,
      flushInterval: config.flush.interval,
      retryDuration,
      firstDuration: Math.min(FIRST_ANSWER, retryDuration),
      lanes: share(lanes),
    });
  } finally {
    http.close();
  }
}

/** Every line says which source it is about. */
function sourceLog(log: Log, { id }: Source): Log {
  const source = { source: id };
  return {
    debug: (event, fields) => log.debug(event, { ...source, ...fields }),
    info: (event, fields) => log.info(event, { ...source, ...fields }),
    warn: (event, fields) => log.warn(event, { ...source, ...fields }),
    error: (event, fields) => log.error(event, { ...source, ...fields }),
  };
}

/** Single entries of a configured feed, in their newest state; needs neither the state nor the FHIR server. */
export async function findEntries(
  source: Source,
  sequences: readonly number[],
  signal: AbortSignal,
): Promise<readonly FeedItem[]> {
  const http = feedClient(source, signal);
  try {
    const { apiVersion } = source;
    const feed = createChangeFeed({ http, apiVersion, ignoreJsonParsingErrors: true });
    return await feed.find(sequences.map((sequence) => ({ sequence })));
  } finally {
    http.close();
  }
}
