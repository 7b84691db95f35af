/**
 * The loop: a page of the feed becomes drafts, drafts become groups, groups go through the pipeline side by side, and the
 * checkpoint moves when every entry up to it is written or has a row. Knows no FHIR resource by name.
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
import type { ChangeFeed, Clock, ErrorRow, FeedPage, Log, StateStore } from './ports.ts';

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
  const { feed, state, clock, log, source, signal, pageSize } = options;
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
      const page = await feed.page(position, pageSize);
      const window = await settlePage(page, options, memo);
      state.commit(source.id, page.next, window.rows, clock.now());
      position = page.next;
      progress = addWindow(progress, window, page);
      failures = 0;
      failingSince = undefined;
      options.onProgress?.(progress);
      if (page.drained && once) return progress;
      await clock.sleep(page.drained ? options.interval : options.catchUpInterval, signal);
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

interface Window {
  readonly rows: readonly ErrorRow[];
  readonly entries: number;
  readonly skipped: number;
  readonly failed: number;
  readonly written: Written;
}

async function settlePage(
  page: FeedPage,
  options: PollerOptions,
  memo: ReturnType<typeof createMemo>,
): Promise<Window> {
  const { plan, pipeline, source, enforceTagValues, log } = options;
  const rows: ErrorRow[] = [];
  const drafts: EntryDraft[] = [];
  let skipped = 0;
  for (const item of page.items) {
    if (isMalformed(item)) {
      rows.push(rowForMalformed(item, page.next.sequence));
    } else if (isSkipped(item)) {
      skipped++;
    } else {
      const draft = await draftEntry(plan, item, { source, enforceTagValues }, memo);
      if (draft.failed) rows.push(rowFor(item, draft.failed));
      else drafts.push(draft);
    }
  }
  const shared = await pipeline.settleShared(drafts);
  const written = { create: 0, update: 0, delete: 0, none: 0 };
  await inLanes(groupDrafts(drafts), options.lanes, options.signal, async (group) => {
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
  return {
    rows: rows.toSorted((a, b) => a.sequence - b.sequence),
    entries: page.items.length,
    skipped,
    failed: failed.size,
    written,
  };
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

function addWindow(before: Progress, window: Window, page: FeedPage): Progress {
  const { written } = before;
  return {
    sequence: page.next.sequence,
    entries: before.entries + window.entries,
    skipped: before.skipped + window.skipped,
    failed: before.failed + window.failed,
    stored: before.stored + window.entries - window.skipped - window.failed,
    written: {
      create: written.create + window.written.create,
      update: written.update + window.written.update,
      delete: written.delete + window.written.delete,
      none: written.none + window.written.none,
    },
    drained: page.drained,
  };
}
