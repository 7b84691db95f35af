/**
 * A change feed that is a list: items come in, pages of so many of them go out, in the order of the list. Places are counted, so
 * that gaps in the sequence cost nothing and items may stand in any order.
 */
import type { FeedItem } from '../dicom/entry.ts';
import type { ChangeFeed, FeedPage } from '../ports.ts';

export function createMemoryFeed(items: readonly FeedItem[]): ChangeFeed {
  return {
    async page(after, limit): Promise<FeedPage> {
      const start = Number(after?.['place'] ?? 0);
      const found = items.slice(start, start + limit);
      const place = start + found.length;
      const sequences = items.slice(0, place).map(({ sequence = 0 }) => sequence);
      return {
        items: found,
        next: { sequence: Math.max(0, ...sequences), place },
        drained: place >= items.length,
      };
    },
  };
}
