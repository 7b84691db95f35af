import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readFeedQuery, readLatestQuery } from '../../engine/sandbox/change-feed-query.ts';

const test = suite('sandbox/change-feed-query');

const v1 = (query: string) => readFeedQuery('v1', new URLSearchParams(query));
const v2 = (query: string) => readFeedQuery('v2', new URLSearchParams(query));

test('v1: a window of sequence numbers behind the offset', () => {
  assert.equal(v1(''), {
    window: { after: 0n, upTo: 10n, order: 'sequence', limit: 10, includeMetadata: true },
  });
  assert.equal(v1('OFFSET=5&Limit=100&includemetadata=False&startTime=x&other=1'), {
    window: { after: 5n, upTo: 105n, order: 'sequence', limit: 100, includeMetadata: false },
  });
  assert.equal(v1('offset=9223372036854775807&limit=2'), {
    window: {
      after: 9223372036854775807n,
      upTo: 9223372036854775807n,
      order: 'sequence',
      limit: 2,
      includeMetadata: true,
    },
  });
});

test('v2: rows of a time window', () => {
  assert.equal(v2(''), { window: { order: 'time', skip: 0n, limit: 100, includeMetadata: true } });
  assert.equal(
    v2('offset=7&limit=200&startTime=2024-03-05T09:00:00%2B01:00&endTime=2024-03-05T08:00:00.0005Z'),
    {
      window: {
        from: Date.UTC(2024, 2, 5, 8),
        before: Date.UTC(2024, 2, 5, 8) + 0.5,
        order: 'time',
        skip: 7n,
        limit: 200,
        includeMetadata: true,
      },
    },
  );
});

test('what the service answers with 400', () => {
  const names = (query: ReturnType<typeof v1>) => Object.keys(query.faults ?? {});
  for (const limit of ['0', '-1', '101', 'ten', '', '1.5'])
    assert.equal(names(v1(`limit=${limit}`)), ['limit']);
  for (const limit of ['0', '201']) assert.equal(names(v2(`limit=${limit}`)), ['limit']);
  for (const offset of ['-1', '9223372036854775808', 'one', '']) {
    assert.equal(names(v1(`offset=${offset}`)), ['offset']);
    assert.equal(names(v2(`offset=${offset}`)), ['offset']);
  }
  for (const word of ['0', '1', 'yes', '']) {
    assert.equal(names(v1(`includeMetadata=${word}`)), ['includeMetadata']);
    assert.equal(names(readLatestQuery('v2', new URLSearchParams(`includeMetadata=${word}`))), [
      'includeMetadata',
    ]);
  }
  for (const time of ['2024-03-05T08:00:00', '2024-03-05', 'now', '2024-13-05T08:00:00Z', '']) {
    assert.equal(names(v2(`startTime=${time}`)), ['startTime']);
    assert.equal(names(v2(`endTime=${time}`)), ['endTime']);
  }
  const eight = '2024-03-05T08:00:00Z';
  assert.equal(names(v2(`startTime=${eight}&endTime=${eight}`)), ['endTime']);
  assert.equal(names(v2(`startTime=${eight}&endTime=2024-03-05T07:59:59.9999999Z`)), ['endTime']);
  assert.equal(names(v2('limit=0&offset=-1')), ['offset', 'limit']);
});

test('latest: one entry, the newest by sequence in v1, by time in v2', () => {
  assert.equal(readLatestQuery('v1', new URLSearchParams('limit=0&includeMetadata=false')), {
    window: { order: 'sequence', descending: true, limit: 1, includeMetadata: false },
  });
  assert.equal(readLatestQuery('v2', new URLSearchParams()), {
    window: { order: 'time', descending: true, limit: 1, includeMetadata: true },
  });
});

test.run();
