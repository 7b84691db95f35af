/** Version 1 of the change feed: windows over sequence numbers, gaps, ends, entries that cannot be read, statuses. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { EngineError } from '../../engine/errors.ts';
import { type ChangeFeedOptions, createChangeFeed } from '../../engine/io/change-feed.ts';
import type { Http } from '../../engine/io/http.ts';
import { engineErrorOf } from '../support/engine-error.ts';
import { drain, feedAnswer, microsoftFeed, reader, row, sequences } from '../support/microsoft-feed.ts';

const test = suite('feed v1');

test('what is asked, and what an entry becomes', async () => {
  const feed = microsoftFeed('v1', [row(1), row(2)]);
  const page = await reader(feed).page(undefined, 100);
  assert.equal(page, {
    items: [1, 2].map((sequence) => ({
      sequence,
      studyInstanceUid: '1',
      seriesInstanceUid: '1.1',
      sopInstanceUid: `1.${sequence}`,
      action: 'create',
      state: 'current',
      timestamp: '2024-01-01T00:00:00.0000000+00:00',
      metadata: { '00100020': { vr: 'LO', Value: ['p'] } },
    })),
    next: { sequence: 2 },
    drained: true,
    newest: { sequence: 2, timestamp: '2024-01-01T00:00:00.0000000+00:00' },
    bytes: 443,
  });
  assert.equal(feed.asked, ['offset=0&limit=100&includeMetadata=true', 'latest']);
});

test('an empty feed answers 204', async () => {
  assert.equal(await reader(microsoftFeed('v1')).page(undefined, 100), {
    items: [],
    next: { sequence: 0 },
    drained: true,
    bytes: 2,
  });
});

test('an empty body and null stand for an empty feed too', async () => {
  const feed = microsoftFeed('v1');
  for (const [list, latest] of [
    ['', ''],
    ['[]', 'null'],
  ]) {
    feed.override = (url) => feedAnswer(200, (url.includes('latest') ? latest : list) ?? '');
    assert.is((await reader(feed).page(undefined, 100)).drained, true);
  }
});

test('a backlog costs one request a page, and the last page ends it', async () => {
  const feed = microsoftFeed(
    'v1',
    Array.from({ length: 250 }, (_, index) => row(index + 1)),
  );
  const { given, position, pages } = await drain(reader(feed));
  assert.equal(
    given,
    Array.from({ length: 250 }, (_, index) => index + 1),
  );
  assert.equal([position, pages], [{ sequence: 250 }, 3]);
  assert.equal(
    feed.asked.map((query) => query.replace('&includeMetadata=true', '')),
    ['offset=0&limit=100', 'offset=100&limit=100', 'offset=200&limit=100', 'latest'],
  );
});

/** What was asked while the pages of a feed were read one after the other, and how many were under way at once. */
async function readWithAhead(rows: readonly number[], options: Partial<ChangeFeedOptions>, limit = 100) {
  const feed = microsoftFeed(
    'v1',
    rows.map((sequence) => row(sequence)),
  );
  let [open, most] = [0, 0];
  const http: Http = {
    ...feed.http,
    async request(request) {
      most = Math.max(most, ++open);
      await new Promise((resolve) => setTimeout(resolve, 2));
      open--;
      return feed.http.request(request);
    },
  };
  const read = await drain(reader({ ...feed, http }, options), limit);
  const asked = feed.asked.map((query) => query.replace('&includeMetadata=true', ''));
  return { ...read, asked, most };
}

const upTo = (last: number): readonly number[] => Array.from({ length: last }, (_, index) => index + 1);

test('windows are asked for at the same time as far as the feed is known to go, each once', async () => {
  const { given, position, asked, most } = await readWithAhead(upTo(600), { readAhead: 3 });
  assert.equal([given, position, most], [upTo(600), { sequence: 600 }, 3]);
  assert.equal(asked, [
    'offset=0&limit=100',
    'latest',
    'offset=100&limit=100',
    'offset=200&limit=100',
    'offset=300&limit=100',
    'offset=400&limit=100',
    'offset=500&limit=100',
    'latest',
  ]);
});

test('gaps between and inside windows that were asked for ahead lose and double nothing', async () => {
  const rows = [...upTo(120), 180, 199, 200, 201, 450, 451, 1900, 1901, ...upTo(150).map((n) => 2000 + n)];
  for (const limit of [7, 50, 100]) {
    const { given, position } = await readWithAhead(rows, { readAhead: 4 }, limit);
    assert.equal([given, position], [rows, { sequence: 2150 }], `pages of ${limit}`);
  }
});

test('what was asked for ahead is forgotten where somebody reads elsewhere', async () => {
  const changeFeed = reader(
    microsoftFeed(
      'v1',
      upTo(400).map((sequence) => row(sequence)),
    ),
    { readAhead: 4 },
  );
  assert.is((await changeFeed.page(undefined, 50)).next.sequence, 50);
  assert.equal(sequences(await changeFeed.page({ sequence: 10 }, 3)), [11, 12, 13]);
  assert.equal(sequences(await changeFeed.page({ sequence: 50 }, 2)), [51, 52]);
});

test('a window that failed ahead of its turn fails in its turn, and is asked for again', async () => {
  const feed = microsoftFeed(
    'v1',
    upTo(300).map((sequence) => row(sequence)),
  );
  const changeFeed = reader(feed, { readAhead: 3 });
  feed.override = (url) => (url.includes('offset=200') ? feedAnswer(503, '') : undefined);
  const first = await changeFeed.page(undefined, 100);
  const second = await changeFeed.page(first.next, 100);
  assert.is((await engineErrorOf(() => changeFeed.page(second.next, 100))).code, 'feed.busy');
  feed.override = undefined;
  const third = await changeFeed.page(second.next, 100);
  assert.equal([third.items.length, third.next, third.drained], [100, { sequence: 300 }, true]);
});

test('after large entries fewer are asked for', async () => {
  const large = (sequence: number) => {
    const metadata = `{"00204000":{"vr":"LT","Value":["${'x'.repeat(500_000)}"]}}`;
    const text = `{"sequence":${sequence},"studyInstanceUid":"1","seriesInstanceUid":"1.1","sopInstanceUid":"1.${sequence}","action":"create","state":"current","metadata":${metadata}}`;
    return { ...row(sequence), text };
  };
  const feed = microsoftFeed('v1', [...upTo(20).map(large), ...upTo(100).map((n) => row(20 + n))]);
  const { given } = await drain(reader(feed, { readAhead: 8 }), 10);
  assert.equal(given, upTo(120));
  const limits = feed.asked.map((query) => new URLSearchParams(query).get('limit'));
  // Ten of half a megabyte are more than four megabytes: eight come next, then as many as asked again.
  assert.equal(limits.slice(0, 3), ['10', null, '8']);
  assert.is(limits.at(-2), '10');
});

test('limits outside of 1 to 100 are brought inside', async () => {
  const feed = microsoftFeed('v1', [row(1)]);
  await reader(feed).page(undefined, 1000);
  await reader(feed).page(undefined, 0);
  assert.equal(
    feed.asked.filter((query) => query.startsWith('offset')).map((query) => query.split('&')[1]),
    ['limit=100', 'limit=1'],
  );
});

test('the same position gives the entries again', async () => {
  const changeFeed = reader(microsoftFeed('v1', [row(4), row(5), row(6)]));
  assert.equal(sequences(await changeFeed.page({ sequence: 4 }, 10)), [5, 6]);
  assert.equal(sequences(await changeFeed.page({ sequence: 4 }, 10)), [5, 6]);
});

for (const gap of [99, 100, 101, 199, 5_000, 123_456]) {
  for (const limit of [1, 10, 100]) {
    test(`a gap of ${gap} numbers, in pages of ${limit}`, async () => {
      const feed = microsoftFeed('v1', [row(1), row(gap + 2), row(gap + 3)]);
      const { given, position } = await drain(reader(feed), limit);
      assert.equal([given, position], [[1, gap + 2, gap + 3], { sequence: gap + 3 }]);
      assert.ok(feed.asked.length <= gap / 95 + 12, `${feed.asked.length} requests`);
    });
  }
}

test('a gap is walked without metadata, in windows as wide as may be', async () => {
  const feed = microsoftFeed('v1', [row(1), row(150)]);
  await drain(reader(feed), 20, { sequence: 1 });
  assert.equal(feed.asked, [
    'offset=1&limit=20&includeMetadata=true',
    'latest',
    'offset=1&limit=20&includeMetadata=true',
    'offset=21&limit=100&includeMetadata=false',
    'offset=121&limit=100&includeMetadata=false',
    'offset=149&limit=20&includeMetadata=true',
    'latest',
  ]);
});

test('a gap that is longer than one call is handed back in part', async () => {
  const changeFeed = reader(microsoftFeed('v1', [row(1_000_000)]));
  const page = await changeFeed.page(undefined, 100);
  assert.equal([page.items, page.drained], [[], false]);
  assert.ok(page.next.sequence > 5_000 && page.next.sequence < 1_000_000);
});

test('an entry that is stored between the look at a window and at the newest is not passed over', async () => {
  const feed = microsoftFeed('v1', [row(1)]);
  feed.override = (url) => {
    if (url.includes('latest')) for (const sequence of [5, 300]) feed.rows.push(row(sequence));
    feed.override = url.includes('latest') ? undefined : feed.override;
    return undefined;
  };
  assert.equal((await drain(reader(feed), 100, { sequence: 1 })).given, [5, 300]);
});

test('a list that lags behind the newest entry is waited for', async () => {
  const feed = microsoftFeed('v1', [row(1), row(2)]);
  const changeFeed = reader(feed);
  feed.override = (url) => (url.includes('latest') ? undefined : feedAnswer(200, '[]'));
  assert.equal(await changeFeed.page({ sequence: 1 }, 100), {
    items: [],
    next: { sequence: 1 },
    drained: true,
    bytes: 4,
  });
  feed.override = undefined;
  assert.equal(sequences(await changeFeed.page({ sequence: 1 }, 100)), [2]);
});

test('a feed that ends before the checkpoint was rebuilt', async () => {
  for (const rows of [[], [row(3)]]) {
    const error = await engineErrorOf(() => reader(microsoftFeed('v1', rows)).page({ sequence: 9 }, 100));
    assert.is(error.code, 'feed.rebuilt');
    assert.is(error.message, `the change feed ends at ${rows.length ? 3 : 0}, before the checkpoint 9`);
  }
});

test('rebuilt while the engine runs', async () => {
  const feed = microsoftFeed('v1', [row(1), row(2), row(3)]);
  const changeFeed = reader(feed);
  const { position } = await drain(changeFeed);
  feed.rows.splice(0, 3, row(1));
  assert.is((await engineErrorOf(() => changeFeed.page(position, 100))).code, 'feed.rebuilt');
});

const BROKEN = '{"sequence":57,"sopInstanceUid":"1.57","metadata":{"00201206":{"vr":"IS","Value":[007]}}}';

test('an entry with broken metadata behind a gap: all others come, it is named', async () => {
  const feed = microsoftFeed('v1', [row(1), { ...row(57), text: BROKEN }, row(58), row(90), row(400)]);
  const changeFeed = reader(feed);
  const page = await changeFeed.page(undefined, 100);
  assert.equal(sequences(page), [1, 57, 58, 90]);
  assert.equal(page.items[1], {
    malformed: true,
    sequence: 57,
    studyInstanceUid: '1',
    seriesInstanceUid: '1.1',
    sopInstanceUid: '1.57',
    timestamp: '2024-01-01T00:00:00.0000000+00:00',
    reason: 'metadata: is not valid JSON',
  });
  assert.ok(feed.asked.length < 20, `${feed.asked.length} requests`);
  assert.equal((await drain(changeFeed)).given, [1, 57, 58, 90, 400]);
});

test('the newest entry is broken to its envelope: it is named by what its text shows, and the feed ends behind it', async () => {
  const envelope = '{"Sequence" : "57", "x":07}';
  const feed = microsoftFeed('v1', [row(1), { ...row(57), text: BROKEN, envelope }]);
  const page = await reader(feed).page(undefined, 100);
  assert.equal(sequences(page), [1, 57]);
  assert.equal(page.items[1], { malformed: true, sequence: 57, reason: 'is not valid JSON' });
  assert.equal([page.next, page.drained], [{ sequence: 57 }, true]);
  const { items, next, drained } = await reader(feed).page(page.next, 100);
  assert.equal([items, next, drained], [[], { sequence: 57 }, true]);
});

test('the newest entry shows no sequence: nobody can tell where the feed ends', async () => {
  const feed = microsoftFeed('v1', [row(1), { ...row(57), text: '{07}', envelope: '{07}' }]);
  const error = await engineErrorOf(() => reader(feed).page(undefined, 100));
  assert.equal(
    [error.code, error.message],
    ['feed.malformed', 'the newest entry of the change feed has no readable sequence'],
  );
});

test('an entry without sequence gets the one of its place', async () => {
  const { text: _, ...good } = row(5);
  const nameless = { ...good, text: '{"action":"create"}', envelope: '{"action":"create"}' };
  const page = await reader(microsoftFeed('v1', [row(3), nameless, row(8)])).page(undefined, 100);
  assert.equal(sequences(page), [3, 5, 8]);
  assert.equal(page.items[1], { malformed: true, sequence: 5, reason: 'sequence is missing' });
});

test('without ignoreJsonParsingErrors the entries at fault are named, with reasons and without values', async () => {
  const renamed = { ...row(9), text: '{"sequence":9,"studyInstanceUid":"DOE^JANE","metadata":"DOE^JANE"}' };
  const feed = microsoftFeed('v1', [row(1), { ...row(4), text: BROKEN }, row(7), renamed]);
  const error = await engineErrorOf(() =>
    reader(feed, { ignoreJsonParsingErrors: false }).page(undefined, 100),
  );
  assert.is(error.code, 'feed.malformed');
  assert.is(
    error.message,
    'the change feed has entries that cannot be read: entry 4: metadata: is not valid JSON; entry 9: seriesInstanceUid is missing',
  );
  const good = await reader(feed, { ignoreJsonParsingErrors: false }).page({ sequence: 4 }, 3);
  assert.equal(sequences(good), [7]);
});

test('a page that is too large is read in parts', async () => {
  const feed = microsoftFeed('v1', [row(1), row(2), row(3), row(4)]);
  const answered = feed.http.request;
  const http = {
    ...feed.http,
    request: async (request: Parameters<typeof answered>[0]) => {
      const answer = await answered(request);
      if (answer.bytes.length < 600) return answer;
      throw new EngineError('feed.malformed', 'the answer is larger than 600 bytes');
    },
  };
  const strict = createChangeFeed({ http, apiVersion: 'v1', ignoreJsonParsingErrors: false });
  assert.equal(sequences(await strict.page(undefined, 4)), [1, 2, 3, 4]);
});

test('a web page under status 200 stops the engine instead of draining the feed', async () => {
  const feed = microsoftFeed('v1', [row(1)]);
  for (const answer of [
    feedAnswer(200, '<!doctype html>', { 'content-type': 'text/html' }),
    feedAnswer(200, ' <html>', { 'content-type': '' }),
    feedAnswer(200, 'Hello', { 'content-type': 'text/html; charset=utf-8' }),
  ]) {
    feed.override = () => answer;
    const error = await engineErrorOf(() => reader(feed).page(undefined, 100));
    assert.is(error.code, 'feed.refused');
    assert.is(error.message, 'http://feed.test/changefeed answered with a web page instead of JSON');
  }
  feed.override = () => feedAnswer(200, '{"error":"DOE"}');
  const error = await engineErrorOf(() => reader(feed).page(undefined, 100));
  assert.is(error.message, 'http://feed.test/changefeed answered with JSON that is not a list of entries');
});

for (const [status, headers, code, details] of [
  [401, {}, 'feed.unauthorized', { status: 401 }],
  [403, {}, 'feed.unauthorized', { status: 403 }],
  [404, {}, 'feed.refused', { status: 404 }],
  [400, { 'retry-after': '3' }, 'feed.refused', { status: 400, retryAfter: 3000 }],
  [302, {}, 'feed.refused', { status: 302 }],
  [408, {}, 'feed.busy', { status: 408 }],
  [429, { 'retry-after': '3' }, 'feed.busy', { status: 429, retryAfter: 3000 }],
  [429, { 'retry-after': '3', 'x-ms-retry-after-ms': '250' }, 'feed.busy', { status: 429, retryAfter: 250 }],
  [500, { 'retry-after': 'soon' }, 'feed.busy', { status: 500 }],
  [503, { 'retry-after': 'Thu, 01 Jan 1970 00:00:05 GMT' }, 'feed.busy', { status: 503, retryAfter: 5000 }],
  [
    503,
    { 'retry-after': 'Thu, 01 Jan 1970 00:00:05 GMT', date: 'Thu, 01 Jan 1970 00:00:03 GMT' },
    'feed.busy',
    { status: 503, retryAfter: 2000 },
  ],
  [503, { 'retry-after': 'Thu, 01 Jan 1960 00:00:05 GMT' }, 'feed.busy', { status: 503, retryAfter: 0 }],
] as const) {
  test(`status ${status} ${JSON.stringify(headers)}`, async () => {
    const feed = microsoftFeed('v1', [row(1)]);
    feed.override = () => feedAnswer(status, 'DOE^JANE', headers);
    const error = await engineErrorOf(() => reader(feed).page(undefined, 100));
    assert.equal([error.code, error.details], [code, details]);
    assert.is(error.message, `http://feed.test/changefeed answered ${status}`);
  });
}

test.run();
