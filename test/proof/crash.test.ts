/**
 * The short proof of crashes: a few kills in a small history, by either version of the feed. The long one is `npm run proof`.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { proveCrashes } from './crash.ts';

const test = suite('crashes');

const small = { entries: 150, studies: 6, killsPerPass: 6 };

test('killed six times, and stored as if nothing had happened', async () => {
  const { kills, rows, resources } = await proveCrashes({ ...small, seed: 1, kills: 6, apiVersion: 'v1' });
  assert.is(kills, 6);
  assert.ok(rows > 3, `only ${rows} rows: the history proves little`);
  assert.ok(resources > 5, `only ${resources} resources: the history proves little`);
});

test.run();
