/**
 * The two requests of the Microsoft change feed, for both versions: a span of the feed or its newest entry is asked for, and
 * feed items come out. A span that cannot be read is halved until the entry at fault stands alone, and no other is lost.
 */
import { type FeedItem, type MalformedEntry, readEntry } from '../dicom/entry.ts';
import { EngineError, type ErrorCode, isEngineError } from '../errors.ts';
import { type Http, type HttpAnswer, isSuccess, waitDetails } from './http.ts';

/** `offset` and `limit` as the version of the feed understands them. */
export interface Span {
  readonly offset: number;
  readonly limit: number;
  /** `startTime`, inclusive, and `endTime`, exclusive (v2). */
  readonly from?: string;
  readonly to?: string;
}

/** A request that is under way. Its answer is kept as bytes until `read` is given it: parsed pages are ten times as large. */
export interface AskedSpan {
  readonly span: Span;
  readonly includeMetadata: boolean;
  readonly answer: Promise<HttpAnswer>;
}

export interface FeedRequests {
  /** Starts a request ahead of its time. What becomes of it is told to whoever reads it. */
  ask(span: Span, includeMetadata: boolean): AskedSpan;
  /**
   * The items of a span, in the order of the feed. `sequenceAt` says which sequence number an offset stands for, where the
   * version can tell (v1); an entry without a readable sequence then gets it. `asked`: the request for this very span.
   */
  read(
    span: Span,
    includeMetadata: boolean,
    sequenceAt?: (offset: number) => number,
    asked?: AskedSpan,
  ): Promise<readonly FeedItem[]>;
  /** Bytes of answers that were read so far. */
  bytesRead(): number;
  /** The newest entry without metadata; undefined for an empty feed. */
  latest(): Promise<FeedItem | undefined>;
}

/** Unreadable text may still show which entry it is. */
type Listing = { readonly items: readonly FeedItem[] } | ({ readonly reason: string } & Gleaned);

interface Gleaned {
  readonly sequence?: number;
  readonly timestamp?: string;
}

/** Several entries in one answer have so many bytes at most: more is asked for in parts. One entry may have more. */
const MAX_PAGE_BYTES = 16 * 1024 * 1024;

export function createFeedRequests(http: Http, apiVersion: 'v1' | 'v2', now: () => number): FeedRequests {
  let bytesRead = 0;

  function ask(span: Span, includeMetadata: boolean): AskedSpan {
    const { offset, limit, from, to } = span;
    const query = new URLSearchParams({ offset: String(offset), limit: String(limit) });
    if (from !== undefined) query.set('startTime', from);
    if (to !== undefined) query.set('endTime', to);
    query.set('includeMetadata', String(includeMetadata));
    const answer = get(`changefeed?${query}`, limit > 1 ? MAX_PAGE_BYTES : undefined);
    // Who reads it is told; until then nobody has to listen.
    answer.catch(() => undefined);
    return { span, includeMetadata, answer };
  }

  async function list({ answer }: AskedSpan): Promise<Listing> {
    try {
      const whole = await answer;
      bytesRead += whole.bytes.length;
      return readListing(whole);
    } catch (error) {
      // More than fits: the halves may fit.
      if (isEngineError(error, 'feed.malformed')) return { reason: 'the answer is too large' };
      throw error;
    }
  }

  async function get(path: string, maxBytes?: number): Promise<HttpAnswer> {
    const answer = await http.request({
      url: `${apiVersion}/${path}`,
      headers: { Accept: 'application/json' },
      ...(maxBytes === undefined ? {} : { maxBytes }),
    });
    refuseStatus(answer, now());
    return answer;
  }

  async function read(
    span: Span,
    includeMetadata: boolean,
    sequenceAt?: (offset: number) => number,
    asked: AskedSpan = ask(span, includeMetadata),
  ): Promise<readonly FeedItem[]> {
    const listing = await list(asked);
    if ('items' in listing) {
      const isPlaced = !sequenceAt || listing.items.every((item) => item.sequence !== undefined);
      if (isPlaced) return listing.items;
    }
    if (span.limit > 1) {
      const half = Math.ceil(span.limit / 2);
      const second = { ...span, offset: span.offset + half, limit: span.limit - half };
      return [
        ...(await read({ ...span, limit: half }, includeMetadata, sequenceAt)),
        ...(await read(second, includeMetadata, sequenceAt)),
      ];
    }
    const place = sequenceAt ? { sequence: sequenceAt(span.offset) } : {};
    if ('items' in listing)
      return listing.items.map((item) => (item.sequence === undefined ? { ...item, ...place } : item));
    if (includeMetadata) {
      // Without its metadata the entry can usually be read: its row then names the instance.
      const envelopes = await read(span, false, sequenceAt);
      return envelopes.map((item) => malformedEnvelope(item, listing.reason));
    }
    return [{ malformed: true, ...listing, ...place }];
  }

  return {
    ask,
    read,
    bytesRead: () => bytesRead,
    async latest() {
      const answer = await get('changefeed/latest?includeMetadata=false');
      if (answer.bytes.length === 0) return undefined;
      const text = answer.text();
      const json = parse(text);
      if (json === null) return undefined;
      if (json !== undefined) return readEntry(json);
      refuseForeignText(answer);
      return { malformed: true, reason: NO_JSON, ...glean(text) };
    },
  };
}

function malformedEnvelope(item: FeedItem, reason: string): MalformedEntry {
  if ('malformed' in item) return item;
  const { sequence, studyInstanceUid, seriesInstanceUid, sopInstanceUid, timestamp } = item;
  const uids = { studyInstanceUid, seriesInstanceUid, sopInstanceUid };
  return { malformed: true, sequence, ...uids, timestamp, reason: `metadata: ${reason}` };
}

function readListing(answer: HttpAnswer): Listing {
  if (answer.bytes.length === 0) return { items: [] };
  const text = answer.text();
  // No reviver: it would cost ten times the parse.
  const json = parse(text);
  if (Array.isArray(json)) return { items: json.map(readEntry) };
  refuseForeignText(answer);
  if (json !== undefined) {
    throw new EngineError(
      'feed.refused',
      `${answer.address} answered with JSON that is not a list of entries`,
    );
  }
  return { reason: NO_JSON, ...glean(text) };
}

const NO_JSON = 'is not valid JSON';

/** Text of one entry that is not JSON can still tell which entry it is: the envelope stands before the metadata. */
function glean(text: string): Gleaned {
  const digits = /"sequence"\s*:\s*"?(\d{1,15})\b/i.exec(text)?.[1];
  const timestamp = /"timestamp"\s*:\s*"([\d.:T Z+-]{19,40})"/i.exec(text)?.[1];
  return {
    ...(digits === undefined ? {} : { sequence: Number(digits) }),
    ...(timestamp === undefined ? {} : { timestamp }),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A web page under status 200 is no malformed entry: the address is wrong, or a portal asks to log in. */
function refuseForeignText(answer: HttpAnswer): void {
  const type = answer.header('content-type') ?? '';
  if (/html|xml/i.test(type) || answer.text().trimStart().startsWith('<')) {
    throw new EngineError('feed.refused', `${answer.address} answered with a web page instead of JSON`, {
      status: answer.status,
    });
  }
}

function refuseStatus(answer: HttpAnswer, now: number): void {
  const { status, address } = answer;
  if (isSuccess(status)) return;
  const code: ErrorCode =
    status === 401 || status === 403
      ? 'feed.unauthorized'
      : status === 408 || status === 429 || status >= 500
        ? 'feed.busy'
        : 'feed.refused';
  throw new EngineError(code, `${address} answered ${status}`, { status, ...waitDetails(answer, now) });
}
