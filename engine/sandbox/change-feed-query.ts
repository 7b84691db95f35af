/**
 * The query string of a change feed request comes in; the window of entries that it asks for, or what is wrong with it
 * (a 400 of the Microsoft DICOM service), goes out.
 */
import type { FeedWindow } from './change-feed-store.ts';

export type FeedVersion = 'v1' | 'v2';

/** Parameter to reason; the reason does not repeat the value. */
export type QueryFaults = Readonly<Record<string, string>>;

export type FeedQuery =
  | { readonly window: FeedWindow; readonly faults?: undefined }
  | { readonly faults: QueryFaults };

const MAX_INT64 = 2n ** 63n - 1n;
const LIMITS = { v1: { most: 100, usual: 10 }, v2: { most: 200, usual: 100 } } as const;
const DATE_TIME = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d)(?::(\d\d)(?:\.(\d{1,7}))?)?([Zz]|[+-]\d\d:\d\d)$/;

/**
 * Reads the parameters of `GET /<version>/changefeed`, their names in any letter case, unknown ones ignored. In v1 `limit` is
 * the width of a window of sequence numbers behind `offset`; in v2 both count rows between `startTime` and `endTime`.
 */
export function readFeedQuery(version: FeedVersion, parameters: URLSearchParams): FeedQuery {
  const given = byName(parameters);
  const faults: Record<string, string> = {};
  const offset = integer(given.get('offset') ?? '0');
  if (offset === undefined || offset < 0n || offset > MAX_INT64) {
    faults['offset'] = 'must be a whole number from 0 to 9223372036854775807';
  }
  const { most, usual } = LIMITS[version];
  const limit = integer(given.get('limit') ?? String(usual));
  if (limit === undefined || limit < 1n || limit > BigInt(most)) {
    faults['limit'] = `must be a whole number from 1 to ${most}`;
  }
  const includeMetadata = readIncludeMetadata(given, faults);
  const times = version === 'v2' ? readTimes(given, faults) : {};
  if (offset === undefined || limit === undefined || Object.keys(faults).length > 0) return { faults };
  if (version === 'v2') {
    return { window: { ...times, order: 'time', skip: offset, limit: Number(limit), includeMetadata } };
  }
  const upTo = offset + limit > MAX_INT64 ? MAX_INT64 : offset + limit;
  return { window: { after: offset, upTo, order: 'sequence', limit: Number(limit), includeMetadata } };
}

/** Reads the parameters of `GET /<version>/changefeed/latest`: the newest entry by sequence (v1) or by time (v2). */
export function readLatestQuery(version: FeedVersion, parameters: URLSearchParams): FeedQuery {
  const faults: Record<string, string> = {};
  const includeMetadata = readIncludeMetadata(byName(parameters), faults);
  if (Object.keys(faults).length > 0) return { faults };
  const order = version === 'v1' ? 'sequence' : 'time';
  return { window: { order, descending: true, limit: 1, includeMetadata } };
}

function byName(parameters: URLSearchParams): ReadonlyMap<string, string> {
  return new Map([...parameters].map(([name, value]) => [name.toLowerCase(), value.trim()]));
}

function integer(text: string): bigint | undefined {
  return /^[+-]?\d{1,30}$/.test(text) ? BigInt(text.replace(/^\+/, '')) : undefined;
}

function readIncludeMetadata(given: ReadonlyMap<string, string>, faults: Record<string, string>): boolean {
  const text = (given.get('includemetadata') ?? 'true').toLowerCase();
  if (text !== 'true' && text !== 'false') faults['includeMetadata'] = 'must be true or false';
  return text !== 'false';
}

function readTimes(
  given: ReadonlyMap<string, string>,
  faults: Record<string, string>,
): { readonly from?: number; readonly before?: number } {
  const read = (name: string): number | undefined => {
    const text = given.get(name.toLowerCase());
    if (text === undefined) return undefined;
    const time = instant(text);
    if (time === undefined) faults[name] = 'must be a date and time with a time zone';
    return time;
  };
  const from = read('startTime');
  const before = read('endTime');
  if (from !== undefined && before !== undefined && before <= from) {
    faults['endTime'] = 'must be later than startTime';
  }
  return { ...(from !== undefined && { from }), ...(before !== undefined && { before }) };
}

/** Milliseconds since 1970 with the fraction that .NET's seven digits give. */
function instant(text: string): number | undefined {
  const match = DATE_TIME.exec(text);
  if (!match) return undefined;
  const [, date, minutes, seconds = '00', fraction = '', zone = 'Z'] = match;
  const whole = Date.parse(`${date}T${minutes}:${seconds}${zone.toUpperCase()}`);
  return Number.isNaN(whole) ? undefined : whole + Number(`0.${fraction || '0'}`) * 1000;
}
