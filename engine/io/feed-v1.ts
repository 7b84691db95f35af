/**
 * Paging through version 1 of the change feed: `offset` is an exclusive sequence number and `limit` the width of a window
 * over sequence numbers, so an empty window is not the end. A position goes in, the page that follows it comes out.
 */
import type { FeedItem } from '../dicom/entry.ts';
import { EngineError } from '../errors.ts';
import type { EntryPlace, FeedPage, FeedPosition } from '../ports.ts';
import { createPageSizes } from './feed-ahead.ts';
import type { AskedSpan, FeedRequests } from './feed-requests.ts';

/** The service refuses wider windows. */
export const MAX_WIDTH = 100;
/** Empty windows that one call passes over before it hands back how far it came. */
const WINDOWS_PER_CALL = 100;

/** Which sequence number stands behind an offset. */
export const sequenceAt = (offset: number): number => offset + 1;

export type ReadPage = (
  after: FeedPosition | undefined,
  limit: number,
  includeMetadata: boolean,
) => Promise<FeedPage>;

/** A window that was asked for before its turn; what lies in it was known to be there by then. */
interface Ahead {
  readonly asked: AskedSpan;
  /** As the caller of `page` said. */
  readonly limit: number;
}

/** `readAhead`: windows that are asked for at the same time while it is known that there is so much. */
export function createWindowReader(requests: FeedRequests, readAhead = 1): ReadPage {
  // The newest entry as it was learnt before the windows that are compared with it: only then does an empty window below it
  // stay empty. Learnt afterwards, it could belong to an entry that was stored in between.
  let newest: EntryPlace | undefined;
  const reached = (): number => newest?.sequence ?? 0;
  const sizes = createPageSizes(readAhead);
  const ahead: Ahead[] = [];

  async function learnReached(): Promise<number> {
    const latest = await requests.latest();
    if (latest && latest.sequence === undefined) {
      throw new EngineError('feed.malformed', 'the newest entry of the change feed has no readable sequence');
    }
    const { sequence = 0, timestamp } = latest ?? {};
    newest = latest && { sequence, ...(timestamp ? { timestamp } : {}) };
    return sequence;
  }

  /** The window at `offset` that was asked for ahead; whatever does not fit is forgotten. */
  function takeAhead(offset: number, limit: number, includeMetadata: boolean): AskedSpan | undefined {
    const next = ahead.shift();
    if (
      next?.asked.span.offset === offset &&
      next.limit === limit &&
      next.asked.includeMetadata === includeMetadata
    )
      return next.asked;
    ahead.length = 0;
    return undefined;
  }

  /** Keeps the line busy from `end` on, as far as the feed is known to go. */
  function askAhead(end: number, limit: number): void {
    const width = sizes.width(widthOf(limit));
    let offset = end;
    for (const { asked } of ahead) offset = asked.span.offset + asked.span.limit;
    while (ahead.length < sizes.requests(width) && offset < reached()) {
      ahead.push({ asked: requests.ask({ offset, limit: width }, true), limit });
      offset += width;
    }
  }

  async function window(asked: AskedSpan): Promise<readonly FeedItem[]> {
    const { span, includeMetadata } = asked;
    const before = requests.bytesRead();
    try {
      const items = await requests.read(span, includeMetadata, sequenceAt, asked);
      if (includeMetadata) sizes.note(requests.bytesRead() - before, items.length);
      return items
        .filter((item) => item.sequence !== undefined && item.sequence > span.offset)
        .toSorted((a, b) => (a.sequence ?? 0) - (b.sequence ?? 0));
    } catch (error) {
      ahead.length = 0;
      throw error;
    }
  }

  /** `known`: how far the feed went when the window was asked for. */
  async function filled(items: readonly FeedItem[], end: number, known: number): Promise<FeedPage> {
    // Below the newest entry a window has all that it will have; above, more may come behind its last entry.
    const next = known > end ? end : (items.at(-1)?.sequence ?? end);
    // Behind the last entry the window is empty: probably the end, and asking saves a turn of the poller.
    const isEndLikely = reached() <= next && (next < end || reached() === next);
    const drained = isEndLikely && (await learnReached()) <= next;
    return { items, next: { sequence: next }, drained, ...(newest ? { newest } : {}) };
  }

  async function readFrom(start: number, limit: number, includeMetadata: boolean): Promise<FeedPage> {
    let offset = start;
    // Inside a gap, windows are as wide as may be and without metadata.
    let isInGap = false;
    for (let count = 0; count < WINDOWS_PER_CALL; count++) {
      const isWhole = includeMetadata && !isInGap;
      const known = reached();
      const queued = isInGap ? undefined : takeAhead(offset, limit, isWhole);
      const width = isInGap ? MAX_WIDTH : sizes.width(widthOf(limit));
      const asked = queued ?? requests.ask({ offset, limit: width }, isWhole);
      const end = offset + asked.span.limit;
      const items = await window(asked);
      const first = items[0]?.sequence;
      if (first !== undefined && !isInGap) return filled(items, end, known);
      if (first !== undefined) {
        offset = first - 1;
        isInGap = false;
      } else if (reached() > end) {
        offset = end;
        isInGap = ahead.length === 0;
      } else if (reached() > offset) {
        // The newest entry lies in this window, and yet the window is empty: the service has not caught up with itself.
        return { items: [], next: { sequence: offset }, drained: (await learnReached()) <= end };
      } else if ((await learnReached()) <= offset) {
        if (reached() < offset) throw rebuilt(reached(), offset);
        return { items: [], next: { sequence: offset }, drained: true, ...(newest ? { newest } : {}) };
      }
    }
    return { items: [], next: { sequence: offset }, drained: false };
  }

  return async (after, limit, includeMetadata) => {
    const page = await readFrom(after?.sequence ?? 0, limit, includeMetadata);
    const { sequence } = page.next;
    if (readAhead > 1 && includeMetadata && !page.drained && page.items.length > 0) {
      // A page that is full is followed by others: how many is worth asking once.
      if (reached() <= sequence) await learnReached();
      askAhead(sequence, limit);
      return { ...page, ...(newest ? { newest } : {}) };
    }
    return page;
  };
}

function widthOf(limit: number): number {
  return Math.max(1, Math.min(Math.trunc(limit), MAX_WIDTH));
}

function rebuilt(latest: number, checkpoint: number): EngineError {
  return new EngineError(
    'feed.rebuilt',
    `the change feed ends at ${latest}, before the checkpoint ${checkpoint}`,
  );
}
