/**
 * Paging through version 1 of the change feed: `offset` is an exclusive sequence number and `limit` the width of a window
 * over sequence numbers, so an empty window is not the end. A position goes in, the page that follows it comes out.
 */
import type { FeedItem } from '../dicom/entry.ts';
import { EngineError } from '../errors.ts';
import type { FeedPage, FeedPosition } from '../ports.ts';
import type { FeedRequests } from './feed-requests.ts';

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

export function createWindowReader(requests: FeedRequests): ReadPage {
  // A sequence number that the feed has, learnt before the windows that are compared with it: only then does an empty window
  // below it stay empty. Learnt afterwards, it could belong to an entry that was stored in between.
  let reached = 0;

  async function learnReached(): Promise<number> {
    const latest = await requests.latest();
    if (latest && latest.sequence === undefined) {
      throw new EngineError('feed.malformed', 'the newest entry of the change feed has no readable sequence');
    }
    reached = latest?.sequence ?? 0;
    return reached;
  }

  async function window(
    offset: number,
    width: number,
    includeMetadata: boolean,
  ): Promise<readonly FeedItem[]> {
    const items = await requests.read({ offset, limit: width }, includeMetadata, sequenceAt);
    return items
      .filter((item) => item.sequence !== undefined && item.sequence > offset)
      .toSorted((a, b) => (a.sequence ?? 0) - (b.sequence ?? 0));
  }

  async function filled(items: readonly FeedItem[], end: number): Promise<FeedPage> {
    const last = items.at(-1)?.sequence ?? end;
    // Behind the last entry the window is empty: probably the end, and asking saves a turn of the poller.
    const isEndLikely = reached <= last && last < end;
    const drained = isEndLikely && (await learnReached()) <= last;
    return { items, next: { sequence: last }, drained };
  }

  return async (after, limit, includeMetadata) => {
    let offset = after?.sequence ?? 0;
    const width = Math.max(1, Math.min(Math.trunc(limit), MAX_WIDTH));
    // Inside a gap, windows are as wide as may be and without metadata.
    let isInGap = false;
    for (let asked = 0; asked < WINDOWS_PER_CALL; asked++) {
      const end = offset + (isInGap ? MAX_WIDTH : width);
      const items = await window(offset, end - offset, includeMetadata && !isInGap);
      const first = items[0]?.sequence;
      if (first !== undefined && !isInGap) return filled(items, end);
      if (first !== undefined) {
        offset = first - 1;
        isInGap = false;
      } else if (reached > end) {
        offset = end;
        isInGap = true;
      } else if (reached > offset) {
        // The newest entry lies in this window, and yet the window is empty: the service has not caught up with itself.
        return { items: [], next: { sequence: offset }, drained: (await learnReached()) <= end };
      } else if ((await learnReached()) <= offset) {
        if (reached < offset) throw rebuilt(reached, offset);
        return { items: [], next: { sequence: offset }, drained: true };
      }
    }
    return { items: [], next: { sequence: offset }, drained: false };
  };
}

function rebuilt(latest: number, checkpoint: number): EngineError {
  return new EngineError(
    'feed.rebuilt',
    `the change feed ends at ${latest}, before the checkpoint ${checkpoint}`,
  );
}
