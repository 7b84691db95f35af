/**
 * The promise of design section 3 on random histories (support/loop-properties.ts). `SEED=… RUNS=…` repeat a failure or look
 * longer; `npm run proof:histories` looks at ten thousand.
 */
import { suite } from 'uvu';
import { LOOP_PROPERTIES } from './support/loop-properties.ts';

const test = suite('properties of the loop');
const RUNS = Number(process.env['RUNS'] ?? 20);
const SEED = process.env['SEED'];
/** One property looks this long at most. */
const LIMIT_MS = RUNS > 20 ? 600_000 : 8000;

for (const { name, check } of LOOP_PROPERTIES) {
  test(name, async () => {
    const seed = SEED === undefined ? {} : { seed: Number(SEED) };
    const result = await check({ runs: RUNS, limit: LIMIT_MS, ...seed });
    if ('message' in result) throw new Error(result.message);
  });
}

test.run();
