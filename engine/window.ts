/**
 * Entries that are run together: feed items become drafts, the drafts become groups, and the groups go through the pipeline
 * side by side. What came of each entry goes out. The loop over the feed, a retry and a replay are all made of windows.
 */

import type { EntryDraft } from './apply/draft.ts';
import { type EntryGroup, groupDrafts } from './apply/group.ts';
import type { Memo } from './apply/memo.ts';
import { rowFor, rowForMalformed } from './apply/rows.ts';
import { draftEntry } from './apply/transform.ts';
import type { ChangeFeedEntry, FeedItem } from './dicom/entry.ts';
import { isEngineError } from './errors.ts';
import { backoff } from './io/retry.ts';
import { addWritten, NOTHING_WRITTEN, type Pipeline, type Written } from './pipeline.ts';
import type { MappingPlan, SourceInfo } from './plan.ts';
import type { Clock, Closing, EntryPlace, ErrorRow, Log } from './ports.ts';

export interface WindowOptions {
  readonly plan: MappingPlan;
  readonly pipeline: Pipeline;
  readonly log: Log;
  readonly source: SourceInfo;
  readonly enforceTagValues: boolean;
  /** Groups that are written side by side. */
  readonly lanes: number;
  readonly signal: AbortSignal;
}

/** What was read, drafted; entries without their metadata. */
export interface Window {
  readonly entries: number;
  readonly drafts: readonly EntryDraft[];
  readonly rows: readonly ErrorRow[];
  /** Entries that are passed over. */
  readonly passed: ReadonlyMap<number, Closing>;
  /** The entry with the highest sequence. */
  readonly last?: EntryPlace;
}

/** What came of one entry that was run; without `failure` it was stored. */
export interface SettledEntry {
  readonly sequence: number;
  readonly study?: string;
  readonly failure?: ErrorRow;
}

export interface WindowResult {
  /** By sequence. */
  readonly rows: readonly ErrorRow[];
  /** By sequence; without those that are passed over. */
  readonly settled: readonly SettledEntry[];
  /** Entries that came through: for `commit`. */
  readonly through: ReadonlyMap<number, Closing>;
  readonly written: Written;
}

export const EMPTY_WINDOW: Window = { entries: 0, drafts: [], rows: [], passed: new Map() };

/** `sequence` stands for entries that show none of their own. */
export async function draftItems(
  items: readonly FeedItem[],
  sequence: number,
  { plan, source, enforceTagValues }: WindowOptions,
  memo: Memo,
): Promise<Window> {
  const drafts: EntryDraft[] = [];
  const rows: ErrorRow[] = [];
  const passed = new Map<number, Closing>();
  for (const item of items) {
    if ('malformed' in item) {
      rows.push(rowForMalformed(item, sequence));
      continue;
    }
    const passing = reasonToPass(item);
    if (passing) {
      passed.set(item.sequence, passing);
      continue;
    }
    const draft = await draftEntry(plan, item, { source, enforceTagValues }, memo);
    const { metadata: _, ...entry } = item;
    if (draft.failed) rows.push(rowFor(item, draft.failed));
    else drafts.push({ ...draft, entry });
  }
  const last = items.reduce<EntryPlace | undefined>(later, undefined);
  return { entries: items.length, drafts, rows, passed, ...(last ? { last } : {}) };
}

/** The table of design 3: a later entry carries the newest state, or the instance is gone. */
function reasonToPass({ action, state }: ChangeFeedEntry): Closing | undefined {
  if (state === 'replaced') return 'overtaken';
  return action !== 'delete' && state === 'deleted' ? 'gone' : undefined;
}

function later(before: EntryPlace | undefined, { sequence, timestamp }: FeedItem): EntryPlace | undefined {
  if (sequence === undefined || (before && before.sequence > sequence)) return before;
  return { sequence, ...(timestamp ? { timestamp } : {}) };
}

/** Two windows as one. */
export function joinWindows(a: Window, b: Window): Window {
  const last = b.last ?? a.last;
  return {
    entries: a.entries + b.entries,
    drafts: [...a.drafts, ...b.drafts],
    rows: [...a.rows, ...b.rows],
    passed: new Map([...a.passed, ...b.passed]),
    ...(last ? { last } : {}),
  };
}

/** Writes a window. Throws only for errors that stop the engine, or when a service cannot be reached. */
export async function settleWindow(window: Window, options: WindowOptions): Promise<WindowResult> {
  const { pipeline, log } = options;
  const rows = [...window.rows];
  const shared = await pipeline.settleShared(window.drafts);
  let written = NOTHING_WRITTEN;
  await inLanes(groupDrafts(window.drafts), options.lanes, options.signal, async (group) => {
    const result = await pipeline.settleGroup(group, shared);
    rows.push(...result.rows);
    written = addWritten(written, result.written);
  });
  rows.sort((a, b) => a.sequence - b.sequence);
  for (const { kind, code, rule, message, sequence } of rows)
    log.warn('row', { kind, code, sequence, message, ...(rule ? { rule } : {}) });
  const settled = settledEntries(window, rows);
  const stored = settled.filter(({ failure }) => !failure);
  const through = stored.map(({ sequence }): [number, Closing] => [sequence, 'stored']);
  return { rows, settled, through: new Map([...window.passed, ...through]), written };
}

function settledEntries({ drafts }: Window, rows: readonly ErrorRow[]): readonly SettledEntry[] {
  const settled = new Map<number, SettledEntry>();
  for (const { entry } of drafts)
    settled.set(entry.sequence, { sequence: entry.sequence, study: entry.studyInstanceUid });
  for (const row of rows) {
    const { sequence, kind, studyInstanceUid: study } = row;
    if (kind === 'InvalidDicomTag' || kind === 'TransientRetry') continue;
    settled.set(sequence, { sequence, ...(study ? { study } : {}), failure: row });
  }
  return [...settled.values()].sort((a, b) => a.sequence - b.sequence);
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

export interface Patience {
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Milliseconds that a service which cannot be reached is asked again. */
  readonly duration: number;
}

/**
 * Does the work again from its start, with growing pauses, while a service cannot be reached. Undefined when it was stopped;
 * throws what is not worth waiting for, and at the end of the time the last failure.
 */
export async function untilReached<T>(
  work: () => Promise<T>,
  { clock, log, signal, duration }: Patience,
): Promise<T | undefined> {
  const began = clock.now();
  for (let failures = 1; !signal.aborted; failures++) {
    try {
      return await work();
    } catch (error) {
      if (signal.aborted) return undefined;
      if (!isEngineError(error) || error.action !== 'retry') throw error;
      const pause = backoff(failures, clock.jitter, error.details.retryAfter);
      if (clock.now() + pause > began + duration) throw error;
      log.warn('waiting', { code: error.code, message: error.message, hint: error.hint, pause, failures });
      await clock.sleep(pause, signal);
    }
  }
  return undefined;
}
