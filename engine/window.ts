/**
 * Entries that are run together: feed items become drafts, and what came of each entry is told when they went through the
 * pipeline. A retry and a replay settle window after window; the loop over the feed has many under way.
 */

import type { EntryDraft } from './apply/draft.ts';
import { groupDrafts } from './apply/group.ts';
import type { Memo } from './apply/memo.ts';
import { rowFor, rowForMalformed } from './apply/rows.ts';
import { draftEntry } from './apply/transform.ts';
import type { ChangeFeedEntry, FeedItem } from './dicom/entry.ts';
import { type EngineError, isEngineError } from './errors.ts';
import { backoff } from './io/retry.ts';
import { createLanes } from './lanes.ts';
import type { Pipeline } from './pipeline.ts';
import type { MappingPlan, SourceInfo } from './plan.ts';
import type { Clock, Closing, EntryPlace, ErrorRow, Log } from './ports.ts';
import { addWritten, NOTHING_WRITTEN, type Written } from './written.ts';

export interface WindowOptions {
  readonly plan: MappingPlan;
  readonly pipeline: Pipeline;
  readonly log: Log;
  readonly source: SourceInfo;
  readonly enforceTagValues: boolean;
  readonly clock: Clock;
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

export interface WindowOutcome {
  /** By sequence. */
  readonly rows: readonly ErrorRow[];
  /** By sequence; without those that are passed over. */
  readonly settled: readonly SettledEntry[];
  /** Entries that came through: for `commit`. */
  readonly through: ReadonlyMap<number, Closing>;
}

export interface WindowResult extends WindowOutcome {
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
  const rows = [...window.rows];
  let written = NOTHING_WRITTEN;
  const lanes = createLanes({
    ...options,
    onSettled(_, result) {
      rows.push(...result.rows);
      written = addWritten(written, result.written);
    },
  });
  lanes.add(groupDrafts(window.drafts));
  await lanes.end();
  // A stop between groups leaves everything as it was; what is written already is found again unchanged.
  if (options.signal.aborted) throw new Error('stopped');
  const run = window.drafts.map(({ entry }) => ({ sequence: entry.sequence, study: entry.studyInstanceUid }));
  const outcome = outcomeOf(run, rows, window.passed);
  logRows(outcome.rows, options.log);
  return { ...outcome, written };
}

/** What is to be told of entries that were run, and of those that were passed over. */
export function outcomeOf(
  run: readonly SettledEntry[],
  rows: readonly ErrorRow[],
  passed: ReadonlyMap<number, Closing>,
): WindowOutcome {
  const sorted = rows.toSorted((a, b) => a.sequence - b.sequence);
  const settled = settledEntries(run, sorted);
  const stored = settled.filter(({ failure }) => !failure);
  const through = stored.map(({ sequence }): [number, Closing] => [sequence, 'stored']);
  return { rows: sorted, settled, through: new Map([...passed, ...through]) };
}

export function logRows(rows: readonly ErrorRow[], log: Log): void {
  for (const { kind, code, rule, message, sequence } of rows)
    log.warn('row', { kind, code, sequence, message, ...(rule ? { rule } : {}) });
}

function settledEntries(run: readonly SettledEntry[], rows: readonly ErrorRow[]): readonly SettledEntry[] {
  const settled = new Map(run.map((entry) => [entry.sequence, entry]));
  for (const row of rows) {
    const { sequence, kind, studyInstanceUid: study } = row;
    if (kind === 'InvalidDicomTag' || kind === 'TransientRetry') continue;
    settled.set(sequence, { sequence, ...(study ? { study } : {}), failure: row });
  }
  return [...settled.values()].sort((a, b) => a.sequence - b.sequence);
}

export interface Patience {
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Milliseconds that a service which cannot be reached is asked again. */
  readonly duration: number;
  /** Told before each pause. */
  onWaiting?(error: EngineError): void;
}

/**
 * Does the work again from its start, with growing pauses, while a service cannot be reached. The work tells when it has come
 * further: then patience begins anew. Undefined when it was stopped; throws what is not worth waiting for, and at the end of
 * the time the last failure.
 */
export async function untilReached<T>(
  work: (further: () => void) => Promise<T>,
  { clock, log, signal, duration, onWaiting }: Patience,
): Promise<T | undefined> {
  let began = clock.now();
  let failures = 0;
  const further = (): void => {
    began = clock.now();
    failures = 0;
  };
  while (!signal.aborted) {
    try {
      return await work(further);
    } catch (error) {
      if (signal.aborted) return undefined;
      if (!isEngineError(error) || error.action !== 'retry') throw error;
      failures++;
      const pause = backoff(failures, clock.jitter, error.details.retryAfter);
      if (clock.now() + pause > began + duration) throw error;
      onWaiting?.(error);
      log.warn('waiting', { code: error.code, message: error.message, hint: error.hint, pause, failures });
      await clock.sleep(pause, signal);
    }
  }
  return undefined;
}
