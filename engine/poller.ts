/**
 * The loop: pages of the feed are read while those before them are written, and the checkpoint moves when every entry up to it
 * is written or has a row. Knows no FHIR resource by name.
 */

import { createMemo, type Memo } from './apply/memo.ts';
import { isEngineError } from './errors.ts';
import { createFlush, type Flush } from './flush.ts';
import { createLanes, type Lanes } from './lanes.ts';
import { createLedger, type DonePages, type Ledger } from './ledger.ts';
import { createPauseWatch, type PauseReason, pausedError } from './pause.ts';
import type { ChangeFeed, EntryPlace, FeedPage, StateStore } from './ports.ts';
import { draftItems, logRows, type Patience, untilReached, type WindowOptions } from './window.ts';
import { addWritten, NOTHING_WRITTEN, type Written } from './written.ts';

export interface PollerOptions extends WindowOptions {
  readonly feed: ChangeFeed;
  readonly state: StateStore;
  readonly pageSize: number;
  /**
   * After so many entries, or so many bytes of pages, it is looked at what is worth writing: a study that comes in many pages
   * is written once, not once a page. About five times as many drafts are in memory at most, and the raw entries of one page.
   */
  readonly windowEntries: number;
  readonly windowBytes: number;
  /** Milliseconds that an entry waits for others of its study at most, while there is more to read. */
  readonly flushInterval: number;
  /** Milliseconds between looks at a drained feed, and between pages while it is not. */
  readonly interval: number;
  readonly catchUpInterval: number;
  /** Milliseconds that a server which cannot be reached is asked again with `once`; without it for ever. */
  readonly retryDuration: number;
  /** Goes on where a pause is stored, and pauses no more. */
  readonly resume?: boolean;
  onProgress?(progress: Progress): void;
}

/** Running totals since the start of this process. */
export interface Progress {
  readonly sequence: number;
  readonly entries: number;
  readonly stored: number;
  readonly skipped: number;
  readonly failed: number;
  readonly written: Written;
  readonly drained: boolean;
}

/**
 * Follows the feed until `signal` is aborted, or, with `once`, until the feed is drained. Resolves with the totals after
 * a clean stop: what was not done stays behind the checkpoint, never half counted. Throws engine.paused, after the entries
 * that show why were committed, and at once when it was paused and nothing changed.
 */
export async function followFeed(options: PollerOptions, once: boolean): Promise<Progress> {
  const { clock, log, signal, state, source } = options;
  endPause(options);
  const books = createBooks(options);
  const patience: Patience = {
    clock,
    log,
    signal,
    duration: once ? options.retryDuration : Number.POSITIVE_INFINITY,
    onWaiting: (error) => state.hold(source.id, error, clock.now()),
  };
  // A service that cannot be reached costs time, never entries: they are read again from the checkpoint.
  await untilReached((further) => follow(options, once, books, further), patience);
  return books.progress();
}

/** What outlasts an outage: totals, and what the state is told. */
interface Books {
  readonly memo: Memo;
  count(written: Written): void;
  learn(newest: EntryPlace | undefined): void;
  /** Commits what is done; false when nothing is. Throws engine.paused after it was committed. */
  commit(ledger: Ledger): boolean;
  progress(): Progress;
}

function createBooks(options: PollerOptions): Books {
  const { state, clock, log, plan, source } = options;
  const watch = createPauseWatch();
  let progress = NO_PROGRESS;
  let newest = state.status(source.id).newest;
  return {
    memo: createMemo(),
    progress: () => progress,
    count(written) {
      progress = { ...progress, written: addWritten(progress.written, written) };
    },
    learn(known) {
      newest = known ?? newest;
    },
    commit(ledger) {
      let reason: PauseReason | undefined;
      const done = ledger.take((settled) => {
        reason = watch(settled);
        return reason !== undefined && !options.resume;
      });
      if (!done) return false;
      logRows(done.rows, log);
      const now = clock.now();
      const since = new Date(now).toISOString();
      const pause = reason && !options.resume ? { ...reason, plan: plan.fingerprint, since } : undefined;
      const place = newestOf(done, newest);
      state.commit(source.id, done.next, done.rows, now, {
        plan: plan.fingerprint,
        through: done.through,
        ...(done.last?.timestamp ? { timestamp: done.last.timestamp } : {}),
        ...(place ? { newest: place } : {}),
        ...(pause ? { pause } : {}),
      });
      progress = addPages(progress, done);
      options.onProgress?.(progress);
      if (pause) throw pausedError(pause);
      return true;
    },
  };
}

/** From the checkpoint on, until the feed is drained (`once`) or the engine is stopped; throws when a service fails. */
async function follow(
  options: PollerOptions,
  once: boolean,
  books: Books,
  further: () => void,
): Promise<void> {
  const { clock, windowEntries: entries, windowBytes: bytes, flushInterval } = options;
  const ledger = createLedger();
  const flush = createFlush({ entries, bytes, interval: flushInterval, now: clock.now });
  // After a commit that failed, none may follow: it would move the checkpoint over what was not written. After a pause, none shall.
  let isClosed = false;
  const take = (): void => {
    if (isClosed) return;
    isClosed = true;
    if (books.commit(ledger)) further();
    isClosed = false;
  };
  const lanes = createLanes({
    ...options,
    onSettled(group, result) {
      ledger.settle(group, result);
      books.count(result.written);
      take();
    },
  });
  const commit = (): void => {
    try {
      take();
    } catch (error) {
      lanes.fail(error);
    }
  };
  const reader: Reader = { ledger, flush, lanes, commit };
  let failure: unknown;
  try {
    await readOn(options, once, books, reader);
  } catch (error) {
    failure = error;
  }
  // What was read before a page that fails is settled first.
  if (!lanes.stopped.aborted) lanes.add(flush.due(true));
  await lanes.end();
  take();
  if (failure !== undefined) throw failure;
}

/** Over a wide gap in the feed the checkpoint moves too. */
const MAX_PAGES = 100;
/** So many windows may stand behind the checkpoint while a group waits for a service; they hold no drafts. */
const MAX_WINDOWS = 20;

interface Reader {
  readonly ledger: Ledger;
  readonly flush: Flush;
  readonly lanes: Lanes;
  readonly commit: () => void;
}

async function readOn(
  options: PollerOptions,
  once: boolean,
  books: Books,
  { ledger, flush, lanes, commit }: Reader,
): Promise<void> {
  const { feed, state, source, clock, pageSize, windowEntries, interval, catchUpInterval } = options;
  let position = state.position(source.id);
  while (!lanes.stopped.aborted) {
    const page = await feed.page(position, pageSize);
    books.learn(await newestNow(page, options));
    const window = await draftItems(page.items, page.next.sequence, options, books.memo);
    ledger.add(page, window);
    flush.add(window.drafts, window.entries, page.bytes ?? 0);
    position = page.next;
    const isBehind = ledger.entries() >= MAX_WINDOWS * windowEntries;
    if (page.drained || isBehind || flush.isDue()) {
      // One window is read while the one before it is written.
      while (lanes.load() >= 2 * windowEntries && !lanes.stopped.aborted) await lanes.change();
      lanes.add(flush.due(page.drained || isBehind));
      commit();
    }
    while (ledger.entries() >= MAX_WINDOWS * windowEntries && lanes.load() > 0 && !lanes.stopped.aborted)
      await lanes.change();
    if (page.drained && once) return;
    if (page.drained) await lanes.quiet();
    if (ledger.pages() >= MAX_PAGES) commit();
    await clock.sleep(page.drained ? interval : catchUpInterval, lanes.stopped);
  }
}

/** Throws engine.paused unless something changed since, or the user wants to go on. */
function endPause({ state, clock, log, plan, source, resume = false }: PollerOptions): void {
  const { pause } = state.status(source.id);
  if (!pause) return;
  if (!resume && pause.plan === plan.fingerprint) throw pausedError(pause);
  state.commit(source.id, undefined, [], clock.now(), { pause: null });
  const { code, rule, since } = pause;
  log.info('resume', { code, ...(rule ? { rule } : {}), since, plan: plan.fingerprint });
}

export const NO_PROGRESS: Progress = {
  sequence: 0,
  entries: 0,
  stored: 0,
  skipped: 0,
  failed: 0,
  written: NOTHING_WRITTEN,
  drained: false,
};

/** The newest entry that the feed has, asked for when there is more and it is not known how much. */
async function newestNow(
  { newest, drained, items, next }: FeedPage,
  { feed, log, state, source }: PollerOptions,
): Promise<EntryPlace | undefined> {
  if (newest || drained || items.length === 0) return newest;
  const known = state.status(source.id).newest;
  if (known && known.sequence > next.sequence) return undefined;
  try {
    return await feed.newest?.();
  } catch (error) {
    // It only tells how much is left; whatever is wrong with the feed, the next page shows it.
    if (!isEngineError(error)) throw error;
    log.debug('newest', { code: error.code, message: error.message });
    return undefined;
  }
}

/** Of two sources, or of one source before and after it was begun anew. */
export function addProgress(a: Progress, b: Progress): Progress {
  return {
    sequence: Math.max(a.sequence, b.sequence),
    entries: a.entries + b.entries,
    stored: a.stored + b.stored,
    skipped: a.skipped + b.skipped,
    failed: a.failed + b.failed,
    written: addWritten(a.written, b.written),
    drained: b.drained,
  };
}

function newestOf({ next, drained, last }: DonePages, known: EntryPlace | undefined): EntryPlace | undefined {
  if (!drained) return known;
  return last ?? (known?.sequence === next.sequence ? known : { sequence: next.sequence });
}

function addPages(before: Progress, done: DonePages): Progress {
  const failed = done.settled.filter(({ failure }) => failure).length;
  const skipped = done.passed.size;
  return {
    ...before,
    sequence: done.next.sequence,
    entries: before.entries + done.entries,
    skipped: before.skipped + skipped,
    failed: before.failed + failed,
    stored: before.stored + done.entries - skipped - failed,
    drained: done.drained,
  };
}
