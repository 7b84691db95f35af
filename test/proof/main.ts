/**
 * `npm run proof`: the long proofs, one after the other or those that are named; their figures go into README.md beside this
 * file, unless CI=true. Exits 1 when one fails, and says with which seed to repeat it.
 */
import { parseArgs } from 'node:util';
import { writeFigures } from './figures.ts';
import { PROOFS, type Sizes } from './proofs.ts';

const USAGE = `usage: node test/proof/main.ts [crash] [hostile] [histories] [long] [supply-chain] [corpus] [mutations]
  [--kills N] [--entries N] [--studies N] (crash) [--inputs N] (hostile) [--histories N] [--feed N] (entries of the long run)
  [--seed N]`;

/** What a release runs; smaller runs leave the page as it is. */
const DEFAULTS = {
  kills: 50,
  entries: 2000,
  studies: 20,
  inputs: 100_000,
  histories: 10_000,
  feed: 1_000_000,
};

function readArguments() {
  const numbers = { ...DEFAULTS, seed: 1 + (Date.now() % 1_000_000) };
  const options = Object.entries(numbers).map(([name, size]) => [
    name,
    { type: 'string' as const, default: String(size) },
  ]);
  try {
    return parseArgs({ allowPositionals: true, options: Object.fromEntries(options) });
  } catch {
    return undefined;
  }
}

async function main(): Promise<number> {
  const given = readArguments();
  if (!given) {
    console.error(USAGE);
    return 64;
  }
  const { values, positionals } = given;
  const sizes = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, Number(value)]),
  ) as unknown as Sizes;
  const names = positionals.length > 0 ? positionals : Object.keys(PROOFS);
  if (
    Object.values(sizes).some((size) => !Number.isSafeInteger(size) || size < 1) ||
    names.some((name) => !PROOFS[name])
  ) {
    console.error(USAGE);
    return 64;
  }
  let failed = 0;
  for (const name of names) {
    const began = performance.now();
    console.log(`${name}: seed ${sizes.seed}`);
    try {
      const figures = await (PROOFS[name] as (typeof PROOFS)[string])(sizes);
      const seconds = (performance.now() - began) / 1000;
      const isWhole = Object.entries(DEFAULTS).every(([size, least]) => sizes[size as keyof Sizes] >= least);
      if (isWhole && process.env['CI'] !== 'true') writeFigures(name, figures, { seed: sizes.seed, seconds });
      else console.log(figures.rows.map((row) => `  ${row.join(' | ')}`).join('\n'));
      console.log(`${name}: proved in ${seconds.toFixed(0)} s`);
    } catch (error) {
      failed++;
      const { message, details } = error as { message: string; details?: unknown };
      console.error(
        `${name}: FAILED with --seed ${sizes.seed}\n${message}\n${typeof details === 'string' ? details : ''}`,
      );
    }
  }
  console.log(`${names.length - failed} proved, ${failed} failed`);
  return failed > 0 ? 1 : 0;
}

process.exitCode = await main();
