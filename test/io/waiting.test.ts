/** The clock's sleep and the pauses between attempts. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { systemClock } from '../../engine/io/clock.ts';
import { backoff } from '../../engine/io/retry.ts';

const test = suite('waiting');

test('pauses grow to a minute and are spread over their whole length', () => {
  const highest = [1, 2, 3, 4, 5, 6, 7, 1000].map((attempt) => backoff(attempt, () => 1));
  assert.equal(highest, [2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  assert.equal([backoff(3, () => 0), backoff(3, () => 0.5), backoff(0, () => 1)], [0, 4000, 2000]);
});

test('never shorter than the server asked for', () => {
  assert.equal([backoff(1, () => 0.5, 90_000), backoff(6, () => 1, 5)], [90_000, 60_000]);
});

test('sleeps as long as told', async () => {
  const before = systemClock.now();
  await systemClock.sleep(30);
  const slept = systemClock.now() - before;
  assert.ok(slept >= 28 && slept < 5000, `${slept} ms`);
});

test('wakes at once when told to stop, and never rejects', async () => {
  const stop = new AbortController();
  setTimeout(() => stop.abort(new Error('stop')), 20);
  const before = systemClock.now();
  await systemClock.sleep(Number.MAX_SAFE_INTEGER, stop.signal);
  await systemClock.sleep(60_000, stop.signal);
  assert.ok(systemClock.now() - before < 5000);
});

test.run();
