/** Version 2 of the change feed, read ahead: blocks of rows that are under way at the same time, and rows that come late meanwhile. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createChangeFeed } from '../../engine/io/change-feed.ts';
import type { ChangeFeed, FeedPosition } from '../../engine/ports.ts';
import { microsoftFeed, row } from '../support/microsoft-feed.ts';

const test = suite('feed v2, read ahead');

/** Second `s` of the day. */
function at(s: number, ticks = 1234567): string {
  return `${new Date(Date.UTC(2024, 0, 1) + s * 1000).toISOString().slice(0, 19)}.${String(ticks).padStart(7, '0')}+00:00`;
}

async function drain(changeFeed: ChangeFeed, limit: number, after?: FeedPosition) {
  const given: number[] = [];
  let position = after;
  for (let pages = 1; pages < 1000; pages++) {
    const page = await changeFeed.page(position, limit);
    given.push(...page.items.flatMap(({ sequence }) => sequence ?? []));
    position = JSON.parse(JSON.stringify(page.next)) as FeedPosition;
    if (page.drained) return { given, position };
  }
  throw new Error('the feed never drained');
}

test('blocks of rows are asked for at the same time, each once, inside the window of the pass', async () => {
  const count = 700;
  const feed = microsoftFeed(
    'v2',
    Array.from({ length: count }, (_, index) => row(index + 1, at(index * 60))),
  );
  const { given } = await drain(
    createChangeFeed({
      http: feed.http,
      apiVersion: 'v2',
      ignoreJsonParsingErrors: true,
      now: () => 0,
      readAhead: 3,
    }),
    100,
  );
  assert.equal(
    given,
    Array.from({ length: count }, (_, index) => index + 1),
  );
  const offsets = feed.asked.map((query) => new URLSearchParams(query).get('offset'));
  assert.equal(offsets, [null, '0', '100', '200', '201', '201', '201', '201', '1']);
  const ends = new Set(feed.asked.map((query) => new URLSearchParams(query).get('endTime')).slice(1));
  assert.is(ends.size, 1);
});

test('a row that commits late, between two blocks under way, is met in the next pass with the one it moved', async () => {
  const rows = Array.from({ length: 60 }, (_, index) => row(index + 10, at(index)));
  const feed = microsoftFeed('v2', rows);
  const answered = feed.http.request;
  const late = row(5, at(3, 9));
  let waiting: (() => void) | undefined;
  const http = {
    ...feed.http,
    // The second block is answered first; then the late row comes, and the first block is answered with it.
    async request(request: Parameters<typeof answered>[0]) {
      const query = new URL(request.url, 'http://feed.test/').searchParams;
      if (query.get('offset') === '0' && !feed.rows.includes(late)) {
        await new Promise<void>((resolve) => {
          waiting = resolve;
        });
        return answered(request);
      }
      const answer = await answered(request);
      if (query.get('offset') === '10') {
        feed.rows.push(late);
        waiting?.();
      }
      return answer;
    },
  };
  const racing = createChangeFeed({
    http,
    apiVersion: 'v2',
    ignoreJsonParsingErrors: true,
    now: () => 0,
    readAhead: 4,
  });
  const first = await drain(racing, 10);
  const second = await drain(racing, 10, first.position);
  const expected = [5, ...rows.map(({ sequence }) => sequence)];
  assert.not.equal(first.given.toSorted(ascending), expected, 'nothing was lost on the way');
  assert.equal([...new Set([...first.given, ...second.given])].toSorted(ascending), expected);
});

function ascending(a = 0, b = 0): number {
  return a - b;
}

test.run();
