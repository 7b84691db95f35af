/**
 * What was read since the checkpoint, page by page: pages and what came of their entries come in; how far everything is done,
 * and what is to be told of it, goes out. The checkpoint stands at the oldest page that has an entry which is not done.
 */
import type { EntryDraft } from './apply/draft.ts';
import type { EntryGroup } from './apply/group.ts';
import type { Closing, EntryPlace, ErrorRow, FeedPage, FeedPosition } from './ports.ts';
import { outcomeOf, type SettledEntry, type Window, type WindowOutcome } from './window.ts';
import type { GroupResult } from './written.ts';

/** Pages at the head that are done, as one. */
export interface DonePages extends WindowOutcome {
  readonly next: FeedPosition;
  readonly drained: boolean;
  readonly entries: number;
  readonly passed: ReadonlyMap<number, Closing>;
  readonly last?: EntryPlace;
}

export interface Ledger {
  add(page: FeedPage, window: Window): void;
  settle(group: EntryGroup, result: GroupResult): void;
  /** Entries, and pages, that stand in the ledger. */
  entries(): number;
  pages(): number;
  /**
   * Takes out what is done from the head on, up to the page after which `isEnough`, told what came of its entries, says so;
   * undefined when the oldest page is not done.
   */
  take(isEnough: (settled: readonly SettledEntry[]) => boolean): DonePages | undefined;
}

interface PageRecord {
  readonly page: Omit<FeedPage, 'items'>;
  /** Without its drafts, which are large. */
  readonly window: Omit<Window, 'drafts'>;
  readonly run: readonly SettledEntry[];
  readonly rows: ErrorRow[];
  open: number;
}

export function createLedger(): Ledger {
  const records: PageRecord[] = [];
  const recordOf = new Map<EntryDraft, PageRecord>();
  let entries = 0;
  return {
    add({ items: _, ...page }, { drafts, ...window }) {
      const run = drafts.map(({ entry }) => ({ sequence: entry.sequence, study: entry.studyInstanceUid }));
      const record = { page, window, run, rows: [...window.rows], open: drafts.length };
      for (const draft of drafts) recordOf.set(draft, record);
      records.push(record);
      entries += window.entries;
    },
    settle(group, { rows }) {
      const bySequence = new Map<number, PageRecord>();
      for (const draft of group) {
        const record = recordOf.get(draft);
        if (!record) continue;
        recordOf.delete(draft);
        record.open--;
        bySequence.set(draft.entry.sequence, record);
      }
      for (const row of rows) bySequence.get(row.sequence)?.rows.push(row);
    },
    entries: () => entries,
    pages: () => records.length,
    take(isEnough) {
      const done: PageRecord[] = [];
      const outcomes: WindowOutcome[] = [];
      for (const record of records) {
        if (record.open > 0) break;
        const outcome = outcomeOf(record.run, record.rows, record.window.passed);
        done.push(record);
        outcomes.push(outcome);
        if (isEnough(outcome.settled)) break;
      }
      const newest = done.at(-1);
      if (!newest) return undefined;
      records.splice(0, done.length);
      const read = done.reduce((sum, { window }) => sum + window.entries, 0);
      entries -= read;
      const last = done.findLast(({ window }) => window.last)?.window.last;
      const { next, drained } = newest.page;
      return {
        next,
        drained,
        entries: read,
        passed: new Map(done.flatMap(({ window }) => [...window.passed])),
        ...(last ? { last } : {}),
        rows: outcomes.flatMap(({ rows }) => rows),
        settled: outcomes.flatMap(({ settled }) => settled),
        through: new Map(outcomes.flatMap(({ through }) => [...through])),
      };
    },
  };
}
