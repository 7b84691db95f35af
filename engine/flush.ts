/**
 * Drafts wait here until it is worth writing them: drafts come in, in the order of the feed, groups to be written go out. A
 * study is sent whole each time, so it is sent when it has grown by half, or when its oldest entry has waited long enough.
 */
import type { EntryDraft } from './apply/draft.ts';
import { type EntryGroup, groupDrafts, joiningSlots } from './apply/group.ts';

export interface FlushOptions {
  /** Entries, and bytes of the pages that they came in, after which it is asked what is worth writing. */
  readonly entries: number;
  readonly bytes: number;
  /** Milliseconds that an entry waits at most while more is read. */
  readonly interval: number;
  readonly now: () => number;
}

export interface Flush {
  add(drafts: readonly EntryDraft[], entries: number, bytes: number): void;
  /** True when it is time to call `due`. */
  isDue(): boolean;
  /** Groups to be written now, by their first entry; `all`: everything that waits. */
  due(all: boolean): readonly EntryGroup[];
}

/** So many times the entries of one look may wait for more. */
const WAITING = 2;
/** Resources whose growth is known; others are taken for new. */
const MAX_SLOTS = 10_000;

export function createFlush({ entries: most, bytes: mostBytes, interval, now }: FlushOptions): Flush {
  /** Since when each draft waits, in the order in which they came. */
  const waiting = new Map<EntryDraft, number>();
  /** Entries that were written so far, by resource; last written last. */
  const written = new Map<string, number>();
  let [entries, bytes] = [0, 0];

  /** Entries in the resources that the group grows. Of those that an entry writes to, the one that fewest have written to grows. */
  const storedOf = (group: EntryGroup): number => {
    const growing = new Map<string, number>();
    for (const draft of group) {
      const counts = joiningSlots(draft).map((slot): [string, number] => [slot, written.get(slot) ?? 0]);
      const least = counts.reduce((a, b) => (b[1] < a[1] ? b : a), counts[0] ?? ['', 0]);
      growing.set(...least);
    }
    return growing.values().reduce((sum, count) => sum + count, 0);
  };

  const note = (group: EntryGroup): void => {
    for (const draft of group) {
      waiting.delete(draft);
      for (const slot of joiningSlots(draft)) {
        const count = written.get(slot) ?? 0;
        written.delete(slot);
        written.set(slot, count + 1);
      }
    }
    for (const slot of written.keys()) {
      if (written.size <= MAX_SLOTS) break;
      written.delete(slot);
    }
  };

  const isOld = (group: EntryGroup): boolean => {
    const [first] = group;
    return first !== undefined && now() - (waiting.get(first) ?? 0) >= interval;
  };

  return {
    add(drafts, more, size) {
      const at = now();
      for (const draft of drafts) waiting.set(draft, at);
      entries += more;
      bytes += size;
    },
    isDue() {
      const [oldest] = waiting.values();
      return entries >= most || bytes >= mostBytes || (oldest !== undefined && now() - oldest >= interval);
    },
    due(all) {
      const groups = groupDrafts([...waiting.keys()]);
      [entries, bytes] = [0, 0];
      const kept = new Set<EntryGroup>();
      if (!all) {
        const small = groups.filter((group) => group.length < storedOf(group) / 2 && !isOld(group));
        let count = 0;
        // The smallest wait longest: they gain most by it.
        for (const group of small.toSorted((a, b) => a.length - b.length)) {
          count += group.length;
          if (count <= WAITING * most) kept.add(group);
        }
      }
      const ready = groups.filter((group) => !kept.has(group));
      for (const group of ready) note(group);
      return ready;
    },
  };
}
