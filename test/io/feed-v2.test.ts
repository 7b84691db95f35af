/** Version 2 of the change feed: rows of time windows, late commits, restarts, quiet feeds, entries that cannot be read. */
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createChangeFeed } from '../../engine/io/change-feed.ts';
import type { FeedPosition } from '../../engine/ports.ts';
import { engineErrorOf } from '../support/engine-error.ts';
import {
  drain,
  type FeedRow,
  feedAnswer,
  microsoftFeed,
  reader,
  row,
  sequences,
} from '../support/microsoft-feed.ts';

const test = suite('feed v2');

/** Second `s` of the day, with the digits that a Date would lose. */
function at(s: number, ticks = 1234567): string {
  return `${new Date(Date.UTC(2024, 0, 1) + s * 1000).toISOString().slice(0, 19)}.${String(ticks).padStart(7, '0')}+00:00`;
}

test('what is asked on the first pass, and what position it leaves', async () => {
  const feed = microsoftFeed('v2', [row(1, at(0)), row(2, at(1)), row(3, at(1))]);
  const { given, position } = await drain(reader(feed), 2);
  assert.equal(given, [1, 2, 3]);
  assert.equal(position, { sequence: 3, top: '2024-01-01T00:00:01.1234567Z', given: '1-3' });
  assert.equal(
    feed.asked.map((query) => decodeURIComponent(query).replace('&includeMetadata=true', '')),
    [
      'latest',
      'offset=0&limit=2&endTime=2024-01-01T00:00:01.1244567Z',
      'offset=1&limit=2&startTime=2024-01-01T00:00:01.1234567Z&endTime=2024-01-01T00:00:01.1244567Z',
    ],
  );
});

test('an empty feed', async () => {
  assert.equal(await reader(microsoftFeed('v2')).page(undefined, 100), {
    items: [],
    next: { sequence: 0 },
    drained: true,
    bytes: 0,
  });
});

test('a backlog is read once, with offsets that stay small', async () => {
  const feed = microsoftFeed(
    'v2',
    Array.from({ length: 950 }, (_, index) => row(index + 1, at(index * 60))),
  );
  const { given } = await drain(reader(feed), 100);
  assert.equal(
    given,
    Array.from({ length: 950 }, (_, index) => index + 1),
  );
  assert.equal(
    [...new Set(feed.asked.map((query) => query.split('&')[0]))],
    ['latest', 'offset=0', 'offset=1'],
  );
});

test('many rows of one instant, as a bulk update writes them', async () => {
  const feed = microsoftFeed(
    'v2',
    Array.from({ length: 450 }, (_, index) => row(index + 1, at(7))),
  );
  const changeFeed = reader(feed);
  const { given, position } = await drain(changeFeed, 100);
  assert.equal(
    given,
    Array.from({ length: 450 }, (_, index) => index + 1),
  );
  assert.equal((await drain(changeFeed, 100, position)).given, []);
});

test('an entry that commits late is given, and only that one', async () => {
  const feed = microsoftFeed('v2', [row(1, at(100)), row(3, at(400))]);
  const changeFeed = reader(feed);
  const first = await drain(changeFeed);
  feed.rows.push(row(2, at(101)));
  const second = await drain(changeFeed, 200, first.position);
  assert.equal([first.given, second.given], [[1, 3], [2]]);
  assert.is(second.position.sequence, 3);
  feed.rows.push(row(4, at(99)));
  // Before the overlap of five minutes: not looked at any more.
  assert.equal((await drain(changeFeed, 200, second.position)).given, []);
});

test('after a restart the position alone is enough', async () => {
  const feed = microsoftFeed('v2', [row(1, at(100)), row(3, at(101))]);
  const { position } = await drain(reader(feed));
  feed.rows.push(row(2, at(100, 0)), row(5, at(500)));
  assert.equal((await drain(reader(feed), 200, position)).given, [2, 5]);
});

test('known rows are passed over without their metadata', async () => {
  const feed = microsoftFeed(
    'v2',
    Array.from({ length: 300 }, (_, index) => row(index + 1, at(index))),
  );
  const changeFeed = reader(feed);
  const { position } = await drain(changeFeed);
  feed.asked.length = 0;
  feed.rows.push(row(400, at(400)));
  assert.equal((await drain(changeFeed, 200, position)).given, [400]);
  const withMetadata = feed.asked.filter((query) => query.endsWith('includeMetadata=true'));
  assert.equal(
    withMetadata.map((query) => query.split('&')[1]),
    ['limit=1', 'limit=200'],
  );
});

test('a quiet feed ends every time, and in the end costs one request', async () => {
  let now = 0;
  const feed = microsoftFeed(
    'v2',
    Array.from({ length: 30 }, (_, index) => row(index + 1, at(index))),
  );
  const changeFeed = reader(feed, { now: () => now });
  let { position } = await drain(changeFeed);
  const costs: number[] = [];
  for (; now < 8 * 60_000; now += 60_000) {
    feed.asked.length = 0;
    const page = await changeFeed.page(position, 100);
    assert.equal([page.items, page.drained], [[], true]);
    position = page.next;
    costs.push(feed.asked.length);
  }
  assert.equal(costs, [2, 2, 2, 2, 2, 2, 2, 1]);
  feed.rows.push(row(31, at(31)));
  assert.equal((await drain(changeFeed, 100, position)).given, [31]);
});

test('an older position gives its entries again', async () => {
  const feed = microsoftFeed('v2', [row(1, at(0)), row(2, at(1)), row(3, at(2))]);
  const changeFeed = reader(feed);
  const page = await changeFeed.page(undefined, 1);
  const rest = await drain(changeFeed, 1, page.next);
  assert.equal([sequences(page), rest.given], [[1], [2, 3]]);
  assert.equal((await drain(changeFeed, 1, page.next)).given, [2, 3]);
});

test('a position of version 1 goes on behind it', async () => {
  const feed = microsoftFeed(
    'v2',
    Array.from({ length: 300 }, (_, index) => row(index + 1, at(index))),
  );
  assert.equal((await drain(reader(feed), 200, { sequence: 297 })).given, [298, 299, 300]);
});

test('a service that gives fewer rows than asked has not ended', async () => {
  const feed = microsoftFeed(
    'v2',
    Array.from({ length: 25 }, (_, index) => row(index + 1, at(index))),
  );
  const { http } = feed;
  const request: typeof http.request = (asked) =>
    http.request({ ...asked, url: asked.url.replace(/limit=\d+/, 'limit=10') });
  const changeFeed = createChangeFeed({
    http: { ...http, request },
    apiVersion: 'v2',
    ignoreJsonParsingErrors: true,
  });
  const { given } = await drain(changeFeed, 100);
  assert.equal(
    given,
    Array.from({ length: 25 }, (_, index) => index + 1),
  );
});

test('a feed that was rebuilt', async () => {
  const { position } = await drain(reader(microsoftFeed('v2', [row(8, at(1000)), row(9, at(1001))])));
  for (const [rows, why] of [
    [[], 'it is empty'],
    [[row(1, at(0))], 'its newest entry is older than the checkpoint'],
    [[row(1, at(2000))], 'it no longer has the entry at the checkpoint'],
  ] as const) {
    const error = await engineErrorOf(() => reader(microsoftFeed('v2', rows)).page(position, 100));
    assert.equal(
      [error.code, error.message],
      ['feed.rebuilt', `this is not the change feed of the checkpoint: ${why}`],
    );
  }
});

test('a newest entry with a lower number than the checkpoint is no rebuilt feed', async () => {
  const feed = microsoftFeed('v2', [row(1, at(0)), row(9, at(1))]);
  const { position } = await drain(reader(feed));
  feed.rows.push(row(8, at(2)));
  assert.equal((await drain(reader(feed), 200, position)).given, [8]);
});

test('a service that calls the highest number its newest entry', async () => {
  const feed = microsoftFeed('v2', [row(1, at(0)), row(2, at(200)), row(3, at(199))]);
  feed.override = (url) =>
    url.includes('latest')
      ? feedAnswer(200, `{"sequence":3,"timestamp":"${at(199)}","action":"create"}`)
      : undefined;
  const changeFeed = reader(feed);
  const { given, position } = await drain(changeFeed);
  assert.equal(given, [1, 3]);
  feed.rows.push(row(4, at(150)));
  assert.equal(
    (await drain(changeFeed, 200, { ...position, top: '2024-01-01T00:03:20.1234567Z' })).given,
    [4, 2],
  );
});

test('an entry with broken metadata is named, and no other is lost', async () => {
  const broken = {
    ...row(4, at(4)),
    text: '{"sequence":4,"metadata":{"00100010":{"vr":"PN","Value":[DOE]}}}',
  };
  const feed = microsoftFeed('v2', [row(1, at(1)), row(2, at(2)), broken, row(5, at(5)), row(6, at(6))]);
  const changeFeed = reader(feed);
  const page = await changeFeed.page(undefined, 200);
  assert.equal(sequences(page), [1, 2, 4, 5, 6]);
  assert.equal(page.items[2], {
    malformed: true,
    sequence: 4,
    studyInstanceUid: '1',
    seriesInstanceUid: '1.1',
    sopInstanceUid: '1.4',
    timestamp: at(4),
    reason: 'metadata: is not valid JSON',
  });
  assert.equal((await drain(changeFeed, 200, page.next)).given, []);
  const strict = reader(feed, { ignoreJsonParsingErrors: false });
  const error = await engineErrorOf(() => strict.page(undefined, 200));
  assert.is(
    error.message,
    'the change feed has entries that cannot be read: entry 4: metadata: is not valid JSON',
  );
});

test('a position stays small, whatever the gaps; what it forgets is given again, never lost', async () => {
  const rows = Array.from({ length: 3000 }, (_, index) => row(2 * index + 1, at(index / 100)));
  const feed = microsoftFeed('v2', rows);
  const changeFeed = reader(feed);
  const { given, position } = await drain(changeFeed);
  assert.is(new Set(given).size, 3000);
  assert.ok(JSON.stringify(position).length < 5000);
  assert.equal((await drain(changeFeed, 200, position)).given, []);
  // A new process knows the position only.
  const again = reader(feed);
  const second = await drain(again, 200, position);
  assert.ok(second.given.length > 0 && second.given.length < 3000);
  assert.equal((await drain(again, 200, second.position)).given, []);
});

/** One step of a service's life: an entry is stored, commits late, the engine reads, or restarts. */
const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('store'),
      gap: fc.nat(3),
      pause: fc.nat(40),
      late: fc.nat(280),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('read'), limit: fc.integer({ min: 1, max: 5 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart') }) },
);

test('whatever commits up to five minutes late is given, wherever the engine stands or restarts', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const feed = microsoftFeed('v2');
      let changeFeed = reader(feed);
      let position: FeedPosition | undefined;
      let clock = 1000;
      let sequence = 0;
      const stored: { readonly commit: number; readonly row: FeedRow }[] = [];
      const given = new Set<number | undefined>();
      const settle = (time: number) => {
        feed.rows.splice(
          0,
          feed.rows.length,
          ...stored.filter(({ commit }) => commit <= time).map((one) => one.row),
        );
      };
      for (const action of steps) {
        if ('gap' in action) {
          clock += action.pause;
          sequence += 1 + action.gap;
          stored.push({ commit: clock + action.late, row: row(sequence, at(clock)) });
        } else if ('limit' in action) {
          settle(clock);
          const page = await changeFeed.page(position, action.limit);
          assert.ok(page.items.length <= action.limit);
          for (const item of page.items) given.add(item.sequence);
          position = JSON.parse(JSON.stringify(page.next)) as FeedPosition;
        } else changeFeed = reader(feed);
      }
      settle(Number.POSITIVE_INFINITY);
      // A pass may have begun before the last commits: the next one finds them.
      for (let pass = 0; pass < 2; pass++) {
        const rest = await drain(changeFeed, 3, position);
        for (const one of rest.given) given.add(one);
        position = rest.position;
      }
      assert.equal(
        [...given].sort((a, b) => Number(a) - Number(b)),
        feed.rows.map((one) => one.sequence).sort((a, b) => a - b),
      );
      assert.equal((await drain(changeFeed, 3, position)).given, []);
    }),
    { numRuns: 300 },
  );
});

test.run();
