/**
 * Entries that are run again, beside the live checkpoint: rows of the error store are told from a filter and their entries
 * fetched anew (retry), or a part of the feed is read again (replay). Rows of entries that come through are closed.
 */
import { createMemo } from './apply/memo.ts';
import type { FeedItem } from './dicom/entry.ts';
import { feedTime, moveTime } from './io/feed-time.ts';
import type {
  ChangeFeed,
  EntryLookup,
  EntryPlace,
  ErrorFilter,
  FeedPage,
  FeedPosition,
  StateStore,
  StoredErrorRow,
} from './ports.ts';
import {
  draftItems,
  EMPTY_WINDOW,
  joinWindows,
  settleWindow,
  untilReached,
  type Window,
  type WindowOptions,
} from './window.ts';
import { addWritten, NOTHING_WRITTEN, type Written } from './written.ts';

export interface RedriveOptions extends WindowOptions {
  readonly feed: ChangeFeed & EntryLookup;
  readonly state: StateStore;
  readonly pageSize: number;
  /** Entries that are merged and written together. */
  readonly windowEntries: number;
  /** Milliseconds that a service which cannot be reached is asked again. */
  readonly retryDuration: number;
  /** The same for a feed that has not answered yet; default: as long. */
  readonly firstDuration?: number;
  onProgress?(result: RedriveResult): void;
}

/** What came of the entries that were run again. */
export interface RedriveResult {
  readonly entries: number;
  readonly stored: number;
  readonly failed: number;
  readonly overtaken: number;
  readonly gone: number;
  readonly written: Written;
  /** Entries that the feed does not have, or that are about another instance there: nothing was done, their rows stay. */
  readonly missing: readonly number[];
}

const NOTHING_DONE: RedriveResult = {
  entries: 0,
  stored: 0,
  failed: 0,
  overtaken: 0,
  gone: 0,
  written: NOTHING_WRITTEN,
  missing: [],
};

/** Entries that are asked for at a time. */
const BATCH = 100;

/**
 * Fetches the entries of all open rows that the filter gives, and runs them by ascending sequence over what the FHIR server
 * holds by now, as if they came again at the end of the feed. Ends early, with what is done, when it is stopped.
 */
export async function retryEntries(options: RedriveOptions, filter: ErrorFilter): Promise<RedriveResult> {
  const { state, source, signal, feed, windowEntries } = options;
  const driver = createDriver(options);
  let after: number | undefined;
  while (!signal.aborted) {
    const place: ErrorFilter = { order: 'sequence', limit: BATCH, ...(after === undefined ? {} : { after }) };
    const rows = state.errors(source.id, { ...filter, isOpen: true, ...place });
    const wanted = new Map(rows.map((row) => [row.sequence, row]));
    const items = await driver.reached(() => feed.find(rows));
    if (!items) break;
    const found = items.filter((item) => isOf(item, wanted.get(item.sequence ?? -1)));
    await driver.add(found, after ?? 0);
    const sequences = new Set(found.map(({ sequence }) => sequence));
    driver.miss([...wanted.keys()].filter((sequence) => !sequences.has(sequence)));
    after = rows.at(-1)?.sequence;
    if (after === undefined || driver.size() >= windowEntries) await driver.settle();
    if (after === undefined) break;
  }
  return driver.result();
}

/** A feed that was rebuilt has other entries under the same sequences. */
function isOf(item: FeedItem, row: StoredErrorRow | undefined): boolean {
  const [is, was] = [item.sopInstanceUid, row?.sopInstanceUid];
  return row !== undefined && (is === undefined || was === undefined || is === was);
}

export interface ReplayRange {
  /** Sequences, inclusive. */
  readonly from: number;
  /** Default: the end of the feed. */
  readonly to?: number;
  /** Only entries of this study. */
  readonly studyInstanceUid?: string;
  /** Milliseconds by which an entry can stand behind those with higher sequences. */
  readonly lateness: number;
}

/** Runs a part of the feed again. What is stored as it should be is not sent. Ends early, with what is done, when stopped. */
export async function replayFeed(options: RedriveOptions, range: ReplayRange): Promise<RedriveResult> {
  const { feed, pageSize, windowEntries, signal } = options;
  const { from, to = Number.POSITIVE_INFINITY, studyInstanceUid: study } = range;
  const driver = createDriver(options);
  const isPast = createEnd(to, range.lateness);
  let position: FeedPosition | undefined = from > 1 ? { sequence: from - 1 } : undefined;
  while (from <= to && !signal.aborted) {
    // For one study of a large feed, only its own metadata are read.
    const page = await driver.reached(() => feed.page(position, pageSize, study === undefined));
    if (!page) break;
    const isIn = ({ sequence = page.next.sequence, studyInstanceUid }: FeedItem): boolean =>
      sequence >= from && sequence <= to && (study === undefined || studyInstanceUid === study);
    const inRange = page.items.filter(isIn);
    const items = study === undefined ? inRange : await driver.reached(() => feed.find(placesOf(inRange)));
    if (!items) break;
    await driver.add(items, page.next.sequence);
    position = page.next;
    const isEnd = page.drained || isPast(page);
    if (isEnd || driver.size() >= windowEntries) await driver.settle();
    if (isEnd) break;
  }
  return driver.result();
}

function placesOf(items: readonly FeedItem[]): readonly EntryPlace[] {
  return items.flatMap(({ sequence, timestamp }) =>
    sequence === undefined ? [] : [{ sequence, ...(timestamp ? { timestamp } : {}) }],
  );
}

/**
 * True when nothing up to `to` can follow: the page ends beyond it, and something beyond it was seen that is as much later
 * as entries can be late.
 */
function createEnd(to: number, lateness: number): (page: FeedPage) => boolean {
  let passed: string | undefined;
  return ({ items, next }) => {
    if (lateness === 0) return next.sequence >= to;
    return items.some(({ sequence = 0, timestamp }) => {
      const time = sequence < to ? undefined : feedTime(timestamp);
      if (time === undefined) return false;
      passed ??= time;
      return time >= moveTime(passed, lateness);
    });
  };
}

interface Driver {
  /** Undefined when it was stopped. */
  reached<T>(work: () => Promise<T>): Promise<T | undefined>;
  add(items: readonly FeedItem[], sequence: number): Promise<void>;
  miss(sequences: readonly number[]): void;
  /** Entries that wait to be settled. */
  size(): number;
  settle(): Promise<void>;
  result(): RedriveResult;
}

function createDriver(options: RedriveOptions): Driver {
  const { state, source, clock, log, signal, retryDuration, firstDuration = retryDuration } = options;
  const memo = createMemo();
  let window: Window = EMPTY_WINDOW;
  let result = NOTHING_DONE;
  let duration = firstDuration;
  const reached = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    const found = await untilReached(work, { clock, log, signal, duration });
    duration = retryDuration;
    return found;
  };
  return {
    reached,
    size: () => window.entries,
    result: () => result,
    async add(items, sequence) {
      window = joinWindows(window, await draftItems(items, sequence, options, memo));
    },
    miss(sequences) {
      result = { ...result, missing: [...result.missing, ...sequences] };
    },
    async settle() {
      if (window.entries === 0) return;
      const settled = await reached(() => settleWindow(window, options));
      if (!settled) return;
      state.commit(source.id, undefined, settled.rows, clock.now(), { through: settled.through });
      const failed = settled.settled.filter(({ failure }) => failure).length;
      const passed = [...window.passed.values()];
      result = {
        ...result,
        entries: result.entries + window.entries,
        stored: result.stored + settled.settled.length - failed,
        failed: result.failed + failed,
        overtaken: result.overtaken + passed.filter((closing) => closing === 'overtaken').length,
        gone: result.gone + passed.filter((closing) => closing === 'gone').length,
        written: addWritten(result.written, settled.written),
      };
      window = EMPTY_WINDOW;
      options.onProgress?.(result);
    },
  };
}
