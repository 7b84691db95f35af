/**
 * The loop: pages of the feed become drafts, the drafts of a window become groups, groups go through the pipeline side by
 * side, and the checkpoint moves when every entry up to it is written or has a row. Knows no FHIR resource by name.
 */

import type { EntryDraft } from './apply/draft.ts';
import { type EntryGroup, groupDrafts } from './apply/group.ts';
import { createMemo } from './apply/memo.ts';
import { rowFor, rowForMalformed } from './apply/rows.ts';
import { draftEntry } from './apply/transform.ts';
import type { ChangeFeedEntry, FeedItem } from './dicom/entry.ts';
import { isEngineError } from './errors.ts';
import { backoff } from './io/retry.ts';
import type { Pipeline, Written } from './pipeline.ts';
import type { MappingPlan, SourceInfo } from './plan.ts';
import type { ChangeFeed, Clock, ErrorRow, FeedPage, FeedPosition, Log, StateStore } from './ports.ts';

export interface PollerOptions {
  readonly plan: MappingPlan;
  readonly feed: ChangeFeed;
  readonly pipeline: Pipeline;
  readonly state: StateStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly source: SourceInfo;
  readonly enforceTagValues: boolean;
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
  /** Groups that are written side by side. */
  readonly lanes: number;
  readonly signal: AbortSignal;
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
 * a clean stop: the window under way is finished or abandoned before its checkpoint, never half counted.
 */
export async function followFeed(options: PollerOptions, once: boolean): Promise<Progress> {
  const { state, clock, log, source, signal } = options;
  const memo = createMemo();
  let progress: Progress = {
    sequence: 0,
    entries: 0,
    stored: 0,
    skipped: 0,
    failed: 0,
    written: { create: 0, update: 0, delete: 0, none: 0 },
    drained: false,
  };
  let position = state.position(source.id);
  let failingSince: number | undefined;
  for (let failures = 0; !signal.aborted; ) {
    const began = clock.now();
    try {
      const window = await readWindow(position, options, memo);
      const result = await settleWindow(window, options);
      state.commit(source.id, window.next, result.rows, clock.now());
      position = window.next;
      progress = addWindow(progress, window, result);
      failures = 0;
      failingSince = undefined;
      options.onProgress?.(progress);
      if (window.drained && once) return progress;
      await clock.sleep(window.drained ? options.interval : options.catchUpInterval, signal);
    } catch (error) {
      if (signal.aborted) break;
      // A service that cannot be reached costs time, never entries: the window is read again from its start.
      if (!isEngineError(error) || error.action !== 'retry') throw error;
      failures++;
      failingSince ??= began;
      const pause = backoff(failures, clock.jitter, error.details.retryAfter);
      if (once && clock.now() + pause > failingSince + options.retryDuration) throw error;
      log.warn('waiting', { code: error.code, message: error.message, hint: error.hint, pause, failures });
      await clock.sleep(pause, signal);
    }
  }
  return progress;
}

/** What was read since the checkpoint, drafted; entries without their metadata. */
interface Window {
  readonly next: FeedPosition;
  readonly drained: boolean;
  readonly entries: number;
  readonly skipped: number;
  readonly drafts: readonly EntryDraft[];
  readonly rows: readonly ErrorRow[];
}

interface WindowResult {
  readonly rows: readonly ErrorRow[];
  readonly failed: number;
  readonly written: Written;
}

/** Over a wide gap in the feed the checkpoint moves too. */
const MAX_PAGES = 100;

/** Reads at least one page. What was read before a page that fails is settled first; the failure comes again after it. */
async function readWindow(
  after: FeedPosition | undefined,
  options: PollerOptions,
  memo: ReturnType<typeof createMemo>,
): Promise<Window> {
  const { feed, clock, signal, pageSize, windowEntries, catchUpInterval } = options;
  const rows: ErrorRow[] = [];
  const drafts: EntryDraft[] = [];
  let [entries, skipped, pages] = [0, 0, 0];
  let position = after;
  for (;;) {
    let page: FeedPage;
    try {
      page = await feed.page(position, pageSize);
    } catch (error) {
      if (position === undefined || position === after || signal.aborted) throw error;
      return { next: position, drained: false, entries, skipped, drafts, rows };
    }
    for (const item of page.items) {
      const draft = await draftItem(item, page, options, memo);
      if (draft === undefined) skipped++;
      else if ('kind' in draft && 'resources' in draft) drafts.push(draft);
      else rows.push(draft);
    }
    entries += page.items.length;
    position = page.next;
    const isFull = entries >= windowEntries || ++pages >= MAX_PAGES;
    if (page.drained || isFull || signal.aborted) {
      return { next: page.next, drained: page.drained, entries, skipped, drafts, rows };
    }
    await clock.sleep(catchUpInterval, signal);
  }
}

/** Undefined for an entry that is passed over. */
async function draftItem(
  item: FeedItem,
  page: FeedPage,
  { plan, source, enforceTagValues }: PollerOptions,
  memo: ReturnType<typeof createMemo>,
): Promise<EntryDraft | ErrorRow | undefined> {
  if (isMalformed(item)) return rowForMalformed(item, page.next.sequence);
  if (isSkipped(item)) return undefined;
  const draft = await draftEntry(plan, item, { source, enforceTagValues }, memo);
  if (draft.failed) return rowFor(item, draft.failed);
  const { metadata: _, ...entry } = item;
  return { ...draft, entry };
}

async function settleWindow(window: Window, options: PollerOptions): Promise<WindowResult> {
  const { pipeline, log } = options;
  const rows = [...window.rows];
  const shared = await pipeline.settleShared(window.drafts);
  const written = { create: 0, update: 0, delete: 0, none: 0 };
  await inLanes(groupDrafts(window.drafts), options.lanes, options.signal, async (group) => {
    const result = await pipeline.settleGroup(group, shared);
    rows.push(...result.rows);
    for (const kind of ['create', 'update', 'delete', 'none'] as const) written[kind] += result.written[kind];
  });
  const failed = new Set(
    rows
      .filter(({ kind }) => kind !== 'InvalidDicomTag' && kind !== 'TransientRetry')
      .map(({ sequence }) => sequence),
  );
  for (const { kind, code, rule, message, sequence } of rows)
    log.warn('row', { kind, code, sequence, message, ...(rule ? { rule } : {}) });
  return { rows: rows.toSorted((a, b) => a.sequence - b.sequence), failed: failed.size, written };
}

/** Runs all groups, `lanes` at once. The first error stops the others from starting and is thrown when all have ended. */
async function inLanes(
  groups: readonly EntryGroup[],
  lanes: number,
  signal: AbortSignal,
  work: (group: EntryGroup) => Promise<void>,
): Promise<void> {
  const queue = groups.values();
  const errors: unknown[] = [];
  const lane = async (): Promise<void> => {
    for (const group of queue) {
      if (errors.length > 0) return;
      // A stop between groups leaves the checkpoint where it was; what is written already is found again unchanged.
      if (signal.aborted) errors.push(new Error('stopped'));
      else await work(group).catch((error: unknown) => errors.push(error));
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  // What stops the engine comes before what it would only wait for.
  if (errors.length > 0)
    throw errors.find((error) => !isEngineError(error) || error.action !== 'retry') ?? errors[0];
}

function isMalformed(item: FeedItem): item is Extract<FeedItem, { malformed: true }> {
  return 'malformed' in item;
}

/** The table of design 3: a later entry carries the newest state, or the instance is gone. */
function isSkipped({ action, state }: ChangeFeedEntry): boolean {
  return state === 'replaced' || (action !== 'delete' && state === 'deleted');
}

function addWindow(before: Progress, window: Window, { failed, written: added }: WindowResult): Progress {
  const { written } = before;
  return {
    sequence: window.next.sequence,
    entries: before.entries + window.entries,
    skipped: before.skipped + window.skipped,
    failed: before.failed + failed,
    stored: before.stored + window.entries - window.skipped - failed,
    written: {
      create: written.create + added.create,
      update: written.update + added.update,
      delete: written.delete + added.delete,
      none: written.none + added.none,
    },
    drained: window.drained,
  };
}
