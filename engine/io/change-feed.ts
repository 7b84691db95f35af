/**
 * The ChangeFeed port over the change feed of a Microsoft DICOM service, or of a service that speaks like it, in both
 * versions. What an entry means is dicom/entry.ts; what follows what is feed-v1.ts and feed-v2.ts.
 */
import type { MalformedEntry } from '../dicom/entry.ts';
import { EngineError } from '../errors.ts';
import type { ChangeFeed, EntryLookup, FeedPage } from '../ports.ts';
import { createSequenceLookup, createTimeLookup } from './feed-lookup.ts';
import { createFeedRequests } from './feed-requests.ts';
import { createWindowReader } from './feed-v1.ts';
import { createTimeReader } from './feed-v2.ts';
import type { Http, HttpCodes } from './http.ts';

/** For the `createHttp` of a change feed. An answer that is too large is narrowed like one that is not JSON. */
export const FEED_HTTP_CODES: HttpCodes = {
  unreachable: 'feed.unreachable',
  foreign: 'feed.refused',
  tooLarge: 'feed.malformed',
};

export interface ChangeFeedOptions {
  /** Made with FEED_HTTP_CODES; its base address is that of the service, without the version. */
  readonly http: Http;
  readonly apiVersion: 'v1' | 'v2';
  /** True gives entries that cannot be read as MalformedEntry; false throws feed.malformed naming them. */
  readonly ignoreJsonParsingErrors: boolean;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** v2: how late an entry may appear behind others, in milliseconds; see feed-v2.ts. */
  readonly overlapMs?: number;
  /** Pages that are asked for at the same time while there is so much to read; 1, the default, asks for none ahead. */
  readonly readAhead?: number;
}

const NAMED_ENTRIES = 10;

/** Throws, from each method: feed.unauthorized, .unreachable, .busy (with retryAfter), .refused, .malformed, .rebuilt; auth.*. */
export function createChangeFeed(options: ChangeFeedOptions): ChangeFeed & EntryLookup {
  const { http, apiVersion, ignoreJsonParsingErrors, now = Date.now, overlapMs, readAhead } = options;
  const requests = createFeedRequests(http, apiVersion, now);
  const read =
    apiVersion === 'v1'
      ? createWindowReader(requests, readAhead)
      : createTimeReader(requests, { now, overlapMs, readAhead });
  const { find } = apiVersion === 'v1' ? createSequenceLookup(requests) : createTimeLookup(requests, now);
  return {
    find,
    async page(after, limit, includeMetadata = true) {
      const before = requests.bytesRead();
      const page = await read(after, limit, includeMetadata);
      if (!ignoreJsonParsingErrors) refuseMalformed(page);
      return { ...page, bytes: requests.bytesRead() - before };
    },
    async newest() {
      const { sequence, timestamp } = (await requests.latest()) ?? {};
      return sequence === undefined ? undefined : { sequence, ...(timestamp ? { timestamp } : {}) };
    },
  };
}

function refuseMalformed({ items }: FeedPage): void {
  const malformed = items.filter((item): item is MalformedEntry => 'malformed' in item);
  if (malformed.length === 0) return;
  const named = malformed
    .slice(0, NAMED_ENTRIES)
    .map(({ sequence, reason }) => `entry ${sequence ?? 'without sequence'}: ${reason}`);
  const more = malformed.length > NAMED_ENTRIES ? `; and ${malformed.length - NAMED_ENTRIES} more` : '';
  throw new EngineError(
    'feed.malformed',
    `the change feed has entries that cannot be read: ${named.join('; ')}${more}`,
  );
}
