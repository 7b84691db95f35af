/** Timestamps of feeds in one spelling, to the last of their seven digits. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { feedTime, moveTime } from '../../engine/io/feed-time.ts';

const test = suite('feed time');

test('every spelling becomes one', () => {
  for (const [text, time] of [
    ['2024-05-06T07:08:09Z', '2024-05-06T07:08:09.0000000Z'],
    ['2024-05-06T07:08:09.1234567+00:00', '2024-05-06T07:08:09.1234567Z'],
    ['2024-05-06T01:08:09.12-06:00', '2024-05-06T07:08:09.1200000Z'],
    ['2024-05-06T08:08:09.123456789+0100', '2024-05-06T07:08:09.1234567Z'],
    ['2024-05-06t07:08:09.5z', '2024-05-06T07:08:09.5000000Z'],
    ['2024-05-06 07:08:09', '2024-05-06T07:08:09.0000000Z'],
    ['2024-12-31T23:30:00.9999999-01:00', '2025-01-01T00:30:00.9999999Z'],
  ]) {
    assert.is(feedTime(text), time);
  }
});

test('what is no timestamp', () => {
  for (const text of [
    undefined,
    '',
    '2024-05-06',
    '20240506070809',
    '2024-13-06T07:08:09Z',
    '2024-05-06T07:08Z',
  ]) {
    assert.is(feedTime(text), undefined);
  }
});

test('moved by milliseconds, the other digits stay', () => {
  assert.is(moveTime('2024-05-06T07:08:09.1234567Z', 1), '2024-05-06T07:08:09.1244567Z');
  assert.is(moveTime('2024-05-06T07:08:09.9994567Z', 1), '2024-05-06T07:08:10.0004567Z');
  assert.is(moveTime('2024-05-06T00:00:00.0004567Z', -1), '2024-05-05T23:59:59.9994567Z');
  assert.is(moveTime('2024-05-06T00:04:59.1234567Z', -300_000), '2024-05-05T23:59:59.1234567Z');
});

test.run();
