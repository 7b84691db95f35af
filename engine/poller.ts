/**
 * The loop: pages of the feed are gathered into windows, a window is settled, and the checkpoint moves when every entry up
 * to it is written or has a row. Knows no FHIR resource by name.
 */

import { createMemo, type Memo } from './apply/memo.ts';
import { isEngineError } from './errors.ts';
import { createPauseWatch, pausedError } from './pause.ts';
import { addWritten, NOTHING_WRITTEN, type Written } from './pipeline.ts';
import type { ChangeFeed, Clock, EntryPlace, FeedPage, FeedPosition, StateStore } from './ports.ts';
import {
  draftItems,
  EMPTY_WINDOW,
  joinWindows,
  settleWindow,
  untilReached,
  type Window,
  type WindowOptions,
  type WindowResult,
} from './window.ts';

export interface PollerOptions extends WindowOptions {
  readonly feed: ChangeFeed;
  readonly state: StateStore;
  readonly clock: Clock;
  readonly pageSize: number;
  /**
   * Pages are read until so many entries are drafted, then all are merged and written together: a study that comes in many
   * pages is written once, not once a page. Drafts are small; the raw entries of one page at a time are held.
   */
  readonly windowEntries: number;
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
 * a clean stop: the window under way is finished or abandoned before its checkpoint, never half counted. Throws
 * engine.paused, after the window that shows why was committed, and at once when it was paused and nothing changed.
 */
export async function followFeed(options: PollerOptions, once: boolean): Promise<Progress> {
  const { state, clock, log, plan, source, signal } = options;
  endPause(options);
  const memo = createMemo();
  const watch = createPauseWatch();
  const patience = { clock, log, signal, duration: once ? options.retryDuration : Number.POSITIVE_INFINITY };
  let progress = NO_PROGRESS;
  let position = state.position(source.id);
  let newest = state.status(source.id).newest;
  const turn = async (): Promise<ReadWindow> => {
    const read = await readWindow(position, options, memo);
    newest = await newestOf(read, newest, options);
    const result = await settleWindow(read.window, options);
    const reason = watch(result.settled);
    const now = clock.now();
    const since = new Date(now).toISOString();
    const pause = reason && !options.resume ? { ...reason, plan: plan.fingerprint, since } : undefined;
    state.commit(source.id, read.next, result.rows, now, {
      plan: plan.fingerprint,
      through: result.through,
      ...(read.window.last?.timestamp ? { timestamp: read.window.last.timestamp } : {}),
      ...(newest ? { newest } : {}),
      ...(pause ? { pause } : {}),
    });
    position = read.next;
    progress = addWindow(progress, read, result);
    options.onProgress?.(progress);
    if (pause) throw pausedError(pause);
    return read;
  };
  while (!signal.aborted) {
    // A service that cannot be reached costs time, never entries: the window is read again from its start.
    const read = await untilReached(turn, patience);
    if (!read || (read.drained && once)) break;
    await clock.sleep(read.drained ? options.interval : options.catchUpInterval, signal);
  }
  return progress;
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

/** What was read since the checkpoint. */
interface ReadWindow {
  readonly window: Window;
  readonly next: FeedPosition;
  readonly drained: boolean;
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

/** Over a wide gap in the feed the checkpoint moves too. */
const MAX_PAGES = 100;

/** Reads at least one page. What was read before a page that fails is settled first; the failure comes again after it. */
async function readWindow(
  after: FeedPosition | undefined,
  options: PollerOptions,
  memo: Memo,
): Promise<ReadWindow> {
  const { feed, clock, signal, pageSize, windowEntries, catchUpInterval } = options;
  let window = EMPTY_WINDOW;
  let pages = 0;
  let position = after;
  for (;;) {
    let page: FeedPage;
    try {
      page = await feed.page(position, pageSize);
    } catch (error) {
      if (position === undefined || position === after || signal.aborted) throw error;
      return { window, next: position, drained: false };
    }
    window = joinWindows(window, await draftItems(page.items, page.next.sequence, options, memo));
    position = page.next;
    const isFull = window.entries >= windowEntries || ++pages >= MAX_PAGES;
    if (page.drained || isFull || signal.aborted) {
      return { window, next: page.next, drained: page.drained };
    }
    await clock.sleep(catchUpInterval, signal);
  }
}

/** The newest entry that the feed has, asked for when there is more and it is not known how much. */
async function newestOf(
  { window, next, drained }: ReadWindow,
  known: EntryPlace | undefined,
  { feed, log }: PollerOptions,
): Promise<EntryPlace | undefined> {
  if (drained)
    return window.last ?? (known?.sequence === next.sequence ? known : { sequence: next.sequence });
  if (known && known.sequence > next.sequence) return known;
  try {
    return (await feed.newest?.()) ?? known;
  } catch (error) {
    // It only tells how much is left; whatever is wrong with the feed, the next page shows it.
    if (!isEngineError(error)) throw error;
    log.debug('newest', { code: error.code, message: error.message });
    return known;
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

function addWindow(before: Progress, { window, next, drained }: ReadWindow, result: WindowResult): Progress {
  const failed = result.settled.filter(({ failure }) => failure).length;
  const skipped = window.passed.size;
  return {
    sequence: next.sequence,
    entries: before.entries + window.entries,
    skipped: before.skipped + skipped,
    failed: before.failed + failed,
    stored: before.stored + window.entries - skipped - failed,
    written: addWritten(before.written, result.written),
    drained,
  };
}
