/**
 * The short proof of hostile input: a few hundred inputs for each way in, the same ones every time. The long one is
 * `npm run proof`.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { proveHostile } from './hostile/hostile.ts';
import { targets } from './hostile/targets.ts';

const test = suite('hostile input');
const INPUTS = 60;
const names = Object.keys(targets);

test('no crash, no hang, no pollution, bounded memory, and a reason for what is refused', async () => {
  const half = Math.ceil(names.length / 2);
  // Two threads, each with half of the ways in.
  const figures = await Promise.all(
    [names.slice(0, half), names.slice(half)].map((part) => proveHostile(part, 1, INPUTS)),
  );
  for (const { name, taken, refused } of figures.flat()) {
    assert.is(taken + refused, INPUTS, name);
    // Neither is everything nonsense, nor is nothing hostile.
    assert.ok(taken >= 3 && refused >= 3, `${name}: ${taken} taken, ${refused} refused`);
  }
});

test.run();
