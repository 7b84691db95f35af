/**
 * Single entries of a change feed: sequences come in, with timestamps where they are known, and the entries go out in their
 * newest state. Version 1 is asked by sequence; version 2 by timestamp, or read through where there is none.
 */
import type { FeedItem } from '../dicom/entry.ts';
import type { EntryLookup, FeedPosition } from '../ports.ts';
import type { FeedRequests } from './feed-requests.ts';
import { feedTime, moveTime } from './feed-time.ts';
import { MAX_WIDTH, type ReadPage, sequenceAt } from './feed-v1.ts';
import { createTimeReader, MAX_ROWS } from './feed-v2.ts';

/** One window is read for neighbours: what lies between them is read in vain, which is cheaper than a request more. */
const NEIGHBOURS = 4;

/** Version 1: a window of width one for each entry, or one window over neighbours. */
export function createSequenceLookup(requests: FeedRequests): EntryLookup {
  return {
    async find(wanted) {
      const items: FeedItem[] = [];
      const sequences = new Set(wanted.map(({ sequence }) => sequence));
      for (const [first, last] of runsOf([...sequences].toSorted((a, b) => a - b))) {
        const span = { offset: first - 1, limit: last - first + 1 };
        const found = await requests.read(span, true, sequenceAt);
        items.push(...found.filter(({ sequence }) => sequence !== undefined && sequences.has(sequence)));
      }
      return items.toSorted(bySequence);
    },
  };
}

/** First and last of sequences that stand close together, no run wider than a window. */
function runsOf(sequences: readonly number[]): readonly (readonly [first: number, last: number])[] {
  const runs: [number, number][] = [];
  for (const sequence of sequences) {
    const run = runs.at(-1);
    if (run && sequence - run[1] <= NEIGHBOURS && sequence - run[0] < MAX_WIDTH) run[1] = sequence;
    else runs.push([sequence, sequence]);
  }
  return runs;
}

/** Version 2: what has the timestamp is listed without metadata, then the one row is read. */
export function createTimeLookup(requests: FeedRequests, now: () => number): EntryLookup {
  async function readAt(sequence: number, time: string): Promise<FeedItem | undefined> {
    const span = { from: time, to: moveTime(time, 1) };
    for (let offset = 0; ; offset += MAX_ROWS) {
      const rows = await requests.read({ ...span, offset, limit: MAX_ROWS }, false);
      const index = rows.findIndex((row) => row.sequence === sequence);
      // Rows of this span may have gone or come between the two requests: then the entry is not where it was.
      if (index >= 0) {
        const [row] = await requests.read({ ...span, offset: offset + index, limit: 1 }, true);
        return row?.sequence === sequence ? row : undefined;
      }
      if (rows.length < MAX_ROWS) return undefined;
    }
  }

  /** Reads the feed without metadata until every one of the sequences was seen; gives their timestamps. */
  async function timesOf(sequences: readonly number[]): Promise<ReadonlyMap<number, string>> {
    const times = new Map<number, string>();
    const missing = new Set(sequences);
    const read: ReadPage = createTimeReader(requests, { now });
    let position: FeedPosition | undefined;
    while (missing.size > 0) {
      const page = await read(position, MAX_ROWS, false);
      for (const { sequence, timestamp } of page.items) {
        const time = feedTime(timestamp);
        if (sequence !== undefined && time !== undefined && missing.delete(sequence))
          times.set(sequence, time);
      }
      if (page.drained) break;
      position = page.next;
    }
    return times;
  }

  return {
    async find(wanted) {
      const places = new Map(wanted.map(({ sequence, timestamp }) => [sequence, feedTime(timestamp)]));
      const lost = [...places].filter(([, time]) => time === undefined).map(([sequence]) => sequence);
      const times = lost.length > 0 ? await timesOf(lost) : new Map<number, string>();
      const items: FeedItem[] = [];
      for (const [sequence, known] of places) {
        const time = known ?? times.get(sequence);
        const item = time === undefined ? undefined : await readAt(sequence, time);
        if (item) items.push(item);
      }
      return items.toSorted(bySequence);
    },
  };
}

function bySequence(a: FeedItem, b: FeedItem): number {
  return (a.sequence ?? 0) - (b.sequence ?? 0);
}
