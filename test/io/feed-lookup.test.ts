/** Single entries of a change feed: what is asked in each version, and what is found. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createChangeFeed } from '../../engine/io/change-feed.ts';
import type { EntryPlace } from '../../engine/ports.ts';
import { type FeedRow, type MicrosoftFeed, microsoftFeed, row } from '../support/microsoft-feed.ts';

const test = suite('feed lookup');

async function found(
  feed: MicrosoftFeed,
  apiVersion: 'v1' | 'v2',
  wanted: readonly EntryPlace[],
): Promise<readonly string[]> {
  const changeFeed = createChangeFeed({
    http: feed.http,
    apiVersion,
    ignoreJsonParsingErrors: false,
    now: () => 0,
  });
  const items = await changeFeed.find(wanted);
  return items.map((item) => `${item.sequence} ${'malformed' in item ? item.reason : item.sopInstanceUid}`);
}

const asked = (feed: MicrosoftFeed): readonly string[] =>
  feed.asked.map((query) => decodeURIComponent(query).replace('includeMetadata=', ''));

test('v1: by sequence, neighbours together, nothing else', async () => {
  const feed = microsoftFeed(
    'v1',
    [3, 4, 5, 8, 40, 41, 200].map((sequence) => row(sequence)),
  );
  const wanted = [200, 5, 3, 8, 41, 40, 90].map((sequence) => ({ sequence }));
  assert.equal(await found(feed, 'v1', wanted), [
    '3 1.3',
    '5 1.5',
    '8 1.8',
    '40 1.40',
    '41 1.41',
    '200 1.200',
  ]);
  assert.equal(asked(feed), [
    'offset=2&limit=6&true',
    'offset=39&limit=2&true',
    'offset=89&limit=1&true',
    'offset=199&limit=1&true',
  ]);
});

test('v1: no window is wider than the service allows', async () => {
  const feed = microsoftFeed(
    'v1',
    Array.from({ length: 150 }, (_, index) => row(index + 1)),
  );
  const wanted = Array.from({ length: 100 }, (_, index) => ({ sequence: 1 + Math.floor(index * 1.5) }));
  assert.is((await found(feed, 'v1', wanted)).length, 100);
  assert.equal(asked(feed), ['offset=0&limit=100&true', 'offset=100&limit=49&true']);
});

const BROKEN: FeedRow = { ...row(4, '2024-01-01T00:00:04Z'), text: '{"sequence":4,"metadata":{07}}' };

for (const version of ['v1', 'v2'] as const) {
  test(`${version}: an entry that cannot be read is found as such, whatever ignoreJsonParsingErrors says`, async () => {
    const feed = microsoftFeed(version, [row(3, '2024-01-01T00:00:03Z'), BROKEN]);
    const wanted = [{ sequence: 4, timestamp: '2024-01-01T00:00:04Z' }];
    assert.equal(await found(feed, version, wanted), ['4 metadata: is not valid JSON']);
  });
}

test('v2: by timestamp, among others of the same time', async () => {
  const time = '2024-01-01T00:00:00.1234567+00:00';
  const others = Array.from({ length: 250 }, (_, index) => row(1000 + index, time));
  const feed = microsoftFeed('v2', [...others, row(9, '2024-01-01T00:00:09Z')]);
  const wanted = [
    { sequence: 1230, timestamp: time },
    { sequence: 9, timestamp: '2024-01-01T01:00:09+01:00' },
    { sequence: 7, timestamp: '2024-01-01T00:00:07Z' },
  ];
  assert.equal(await found(feed, 'v2', wanted), ['9 1.9', '1230 1.1230']);
  const span = 'startTime=2024-01-01T00:00:00.1234567Z&endTime=2024-01-01T00:00:00.1244567Z';
  assert.equal(asked(feed).slice(0, 3), [
    `offset=0&limit=200&${span}&false`,
    `offset=200&limit=200&${span}&false`,
    `offset=230&limit=1&${span}&true`,
  ]);
});

test('v2: without a timestamp the feed is read, without metadata, no further than needed', async () => {
  const rows = Array.from({ length: 500 }, (_, index) =>
    row(index + 1, new Date(Date.UTC(2024, 0, 1) + index * 1000).toISOString()),
  );
  const feed = microsoftFeed('v2', rows);
  assert.equal(await found(feed, 'v2', [{ sequence: 120 }, { sequence: 7, timestamp: 'x' }]), [
    '7 1.7',
    '120 1.120',
  ]);
  const withMetadata = asked(feed).filter((query) => query.endsWith('true'));
  assert.is(withMetadata.length, 2);
  assert.is(asked(feed).filter((query) => query.startsWith('offset=')).length, 5);
  assert.equal(await found(feed, 'v2', [{ sequence: 9999 }]), []);
});

test('the newest entry, for telling how far behind one is', async () => {
  const newest = (rows: readonly FeedRow[]) =>
    createChangeFeed({
      http: microsoftFeed('v1', rows).http,
      apiVersion: 'v1',
      ignoreJsonParsingErrors: false,
    }).newest?.();
  assert.is(await newest([]), undefined);
  assert.equal(await newest([row(1), row(8, '2024-01-01T00:00:08Z')]), {
    sequence: 8,
    timestamp: '2024-01-01T00:00:08Z',
  });
});

test.run();
