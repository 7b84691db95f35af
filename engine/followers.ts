/**
 * Several feeds side by side in one process: each is followed by itself, and a failure of one source is no reason for the
 * others to stand still. What became of each goes out.
 */
import { EngineError, isEngineError } from './errors.ts';
import type { Progress } from './poller.ts';
import type { ChangeFeed, Clock, EntryLookup, Log } from './ports.ts';

export interface Follower {
  readonly id: string;
  readonly log: Log;
  /** Follows one feed until it is stopped, or drained; `onSettled` is told of every window that was committed. */
  follow(signal: AbortSignal, onSettled: () => void): Promise<Progress>;
  /** True for errors of this source alone: its feed, its credentials, its pause. */
  isOwn(error: EngineError): boolean;
  /** Told of each error that keeps the source from coming further. */
  onHeld?(error: EngineError): void;
}

export interface FollowersOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Ends when every feed is drained or has failed. */
  readonly once: boolean;
}

/** What stood in the way of one source until the end. */
export interface SourceFailure {
  readonly source: string;
  readonly error: EngineError;
}

/** A source that failed is looked at again so often; each time its error is told. */
const AGAIN_MS = 60_000;

/**
 * Follows all feeds. An error of one source holds up this source only: it is told and the source tried again, every minute;
 * with `once` it is left there. What concerns all (the FHIR server, the state, a defect) stops all, and so does the last
 * source that still worked: this rejects then. Resolves with the sources that failed, after a clean stop.
 */
export async function followAll(
  followers: readonly Follower[],
  { clock, signal, once }: FollowersOptions,
): Promise<readonly SourceFailure[]> {
  const stopping = new AbortController();
  const stop = AbortSignal.any([signal, stopping.signal]);
  const failures = new Map<string, EngineError>();
  let fatal: { readonly error: unknown } | undefined;

  const follow = async (follower: Follower): Promise<void> => {
    const { id, log, follow: run, isOwn } = follower;
    while (!stop.aborted) {
      try {
        await run(stop, () => failures.delete(id));
        return;
      } catch (error) {
        if (stop.aborted) return;
        if (isEngineError(error))
          for (const each of isOwn(error) ? [follower] : followers) each.onHeld?.(error);
        const isHeld = followers.length > 1 && isEngineError(error) && isOwn(error);
        if (isHeld) failures.set(id, error);
        if (!isHeld || (!once && failures.size === followers.length)) {
          fatal = { error: isHeld ? named(id, error) : error };
          stopping.abort();
          return;
        }
        log.error('source', { code: error.code, message: error.message, hint: error.hint });
        if (once) return;
        await clock.sleep(AGAIN_MS, stop);
      }
    }
  };
  await Promise.all(followers.map(follow));
  if (fatal) throw fatal.error;
  return [...failures].map(([source, error]) => ({ source, error: named(source, error) }));
}

/** The error with the source before its message. */
export function named(source: string, error: EngineError): EngineError {
  return new EngineError(error.code, `${source}: ${error.message}`, { ...error.details, cause: error });
}

/** A feed whose errors are remembered, so that they can be told from those of the FHIR server: tokens fail with one code. */
export function watchedFeed<Feed extends ChangeFeed & EntryLookup>(
  feed: Feed,
): { readonly feed: ChangeFeed & EntryLookup; isOwn(error: EngineError): boolean } {
  const seen = new WeakSet<EngineError>();
  const watched = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      if (isEngineError(error)) seen.add(error);
      throw error;
    }
  };
  const { newest } = feed;
  return {
    feed: {
      page: (after, limit, includeMetadata) => watched(feed.page(after, limit, includeMetadata)),
      find: (wanted) => watched(feed.find(wanted)),
      ...(newest ? { newest: () => watched(newest()) } : {}),
    },
    isOwn: (error) => seen.has(error) || error.code === 'engine.paused',
  };
}
