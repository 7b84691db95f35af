/**
 * The change feed of a Microsoft DICOM service as the reference describes it, in memory: rows that a test stores come out
 * by the paging rules of v1 (windows over sequence numbers) or v2 (rows of a time window). For tests of feed clients.
 */
import { type ChangeFeedOptions, createChangeFeed } from '../../engine/io/change-feed.ts';
import type { Http, HttpAnswer, HttpRequest } from '../../engine/io/http.ts';
import type { ChangeFeed, FeedPage, FeedPosition } from '../../engine/ports.ts';

export interface FeedRow {
  readonly sequence: number;
  readonly timestamp: string;
  /** JSON text of the entry with metadata and without; by default a good entry. */
  readonly text?: string;
  readonly envelope?: string;
}

export interface MicrosoftFeed {
  readonly version: 'v1' | 'v2';
  readonly http: Http;
  readonly rows: FeedRow[];
  /** `offset=0&limit=100…` of each request, `latest` for the newest. */
  readonly asked: string[];
  /** Set by a test to answer otherwise, once or for good; undefined lets the feed answer. */
  override: ((url: string) => HttpAnswer | undefined) | undefined;
}

export function microsoftFeed(version: 'v1' | 'v2', rows: readonly FeedRow[] = []): MicrosoftFeed {
  const feed: MicrosoftFeed = {
    version,
    rows: [...rows],
    asked: [],
    override: undefined,
    http: undefined as never,
  };
  const request = async ({ url }: HttpRequest): Promise<HttpAnswer> => {
    const { pathname, searchParams } = new URL(url, 'http://feed.test/');
    feed.asked.push(pathname.endsWith('/latest') ? 'latest' : searchParams.toString());
    const other = feed.override?.(url);
    if (other) return other;
    const withMetadata = searchParams.get('includeMetadata') !== 'false';
    if (pathname === `/${version}/changefeed/latest`) {
      const newest = feed.rows.toSorted(version === 'v1' ? bySequence : byTime).at(-1);
      return newest ? feedAnswer(200, textOf(newest, withMetadata)) : feedAnswer(204, '');
    }
    if (pathname !== `/${version}/changefeed`) return feedAnswer(404, '');
    const found = version === 'v1' ? window(feed.rows, searchParams) : page(feed.rows, searchParams);
    if (!found) return feedAnswer(400, '');
    return feedAnswer(200, `[${found.map((row) => textOf(row, withMetadata)).join(',')}]`);
  };
  return Object.assign(feed, { http: { baseUrl: 'http://feed.test', request, close: () => {} } });
}

export function feedAnswer(status: number, body: string, headers: Record<string, string> = {}): HttpAnswer {
  const known: Record<string, string> = { 'content-type': 'application/json', ...headers };
  return {
    status,
    address: 'http://feed.test/changefeed',
    url: 'http://feed.test/changefeed',
    header: (name) => known[name.toLowerCase()],
    bytes: Buffer.from(body),
    text: () => body,
  };
}

/** A good row: sequence 7 is instance `1.7`. */
export function row(sequence: number, timestamp = '2024-01-01T00:00:00.0000000+00:00'): FeedRow {
  return { sequence, timestamp };
}

function textOf({ sequence, timestamp, text, envelope }: FeedRow, withMetadata: boolean): string {
  const good = {
    sequence,
    studyInstanceUid: '1',
    seriesInstanceUid: '1.1',
    sopInstanceUid: `1.${sequence}`,
    action: 'create',
    timestamp,
    state: 'current',
  };
  if (!withMetadata) return envelope ?? JSON.stringify(good);
  return text ?? JSON.stringify({ ...good, metadata: { '00100020': { vr: 'LO', Value: ['p'] } } });
}

function bySequence(a: FeedRow, b: FeedRow): number {
  return a.sequence - b.sequence;
}

function byTime(a: FeedRow, b: FeedRow): number {
  return a.timestamp.localeCompare(b.timestamp) || bySequence(a, b);
}

function window(rows: readonly FeedRow[], query: URLSearchParams): readonly FeedRow[] | undefined {
  const offset = Number(query.get('offset') ?? 0);
  const limit = Number(query.get('limit') ?? 10);
  if (!(limit >= 1 && limit <= 100) || !(offset >= 0)) return undefined;
  return rows.filter(({ sequence }) => sequence > offset && sequence <= offset + limit).toSorted(bySequence);
}

function page(rows: readonly FeedRow[], query: URLSearchParams): readonly FeedRow[] | undefined {
  const offset = Number(query.get('offset') ?? 0);
  const limit = Number(query.get('limit') ?? 100);
  if (!(limit >= 1 && limit <= 200) || !(offset >= 0)) return undefined;
  const from = ticks(query.get('startTime') ?? '0001-01-01T00:00:00Z');
  const to = ticks(query.get('endTime') ?? '9999-01-01T00:00:00Z');
  if (from === undefined || to === undefined || to <= from) return undefined;
  return rows
    .filter(({ timestamp }) => (ticks(timestamp) ?? 0n) >= from && (ticks(timestamp) ?? 0n) < to)
    .toSorted((a, b) => Number((ticks(a.timestamp) ?? 0n) - (ticks(b.timestamp) ?? 0n)) || bySequence(a, b))
    .slice(offset, offset + limit);
}

/** Units of 100 ns, as the service keeps them; undefined without a time zone, which the service refuses. */
function ticks(timestamp: string): bigint | undefined {
  const match = /^(.{19})(?:\.(\d{1,7}))?(Z|[+-]\d\d:\d\d)$/.exec(timestamp);
  if (!match) return undefined;
  return BigInt(Date.parse(`${match[1]}${match[3]}`)) * 10_000n + BigInt((match[2] ?? '').padEnd(7, '0'));
}

/** The engine's client of the feed. */
export function reader(feed: MicrosoftFeed, options: Partial<ChangeFeedOptions> = {}): ChangeFeed {
  return createChangeFeed({
    http: feed.http,
    apiVersion: feed.version,
    ignoreJsonParsingErrors: true,
    now: () => 0,
    ...options,
  });
}

export function sequences(page: FeedPage): readonly (number | undefined)[] {
  return page.items.map(({ sequence }) => sequence);
}

/** Reads until the feed is drained; a position goes through JSON, as a state store keeps it. */
export async function drain(changeFeed: ChangeFeed, limit = 200, after?: FeedPosition) {
  const given: (number | undefined)[] = [];
  let position = after;
  for (let pages = 1; pages < 1000; pages++) {
    const page = await changeFeed.page(position, limit);
    given.push(...sequences(page));
    position = JSON.parse(JSON.stringify(page.next)) as FeedPosition;
    if (page.drained) return { given, position, pages };
  }
  throw new Error('the feed never drained');
}
