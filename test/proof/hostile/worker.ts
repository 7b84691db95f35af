/**
 * Runs targets in a thread of its own: names, seed and number of inputs come in, figures or the smallest input that fails go
 * out for each. What is under way stands in shared memory, so that a hang or a crash can be told by its input.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parentPort, workerData } from 'node:worker_threads';
import fc from 'fast-check';
import type { Job, Report } from './hostile.ts';
import { targets } from './targets.ts';

const { names, seed, inputs, progress, shown } = workerData as Job;
const counter = new Int32Array(progress);
const text = new Uint8Array(shown);

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
const heapUsed = (): number => {
  collectGarbage();
  return process.memoryUsage().heapUsed;
};

const PROTOTYPES = [
  Object,
  Array,
  Function,
  String,
  Number,
  Boolean,
  Map,
  Set,
  Promise,
  RegExp,
  Error,
  Date,
].map((made) => made.prototype as object);
const ownKeys = (): string => PROTOTYPES.map((prototype) => Reflect.ownKeys(prototype).length).join();
const keysBefore = ownKeys();

for (const name of names) parentPort?.postMessage(await run(name));

async function run(name: string): Promise<Report> {
  const found = targets[name];
  if (!found) throw new Error(`there is no target ${name}`);
  const { limit = 1 } = found;
  const seen = { taken: 0, refused: 0, slowest: 0 };
  let heapEarly = 0;
  let count = 0;
  const property = fc.asyncProperty(found.inputs, async (input) => {
    Atomics.add(counter, 0, 1);
    describe(name, input);
    if (++count === Math.ceil(inputs / 4)) heapEarly = heapUsed();
    const before = computed();
    const verdict = await found.check(input);
    const seconds = computed() - before;
    if (ownKeys() !== keysBefore) throw new Error('a prototype was changed');
    if (seconds > limit) throw new Error(`it took ${seconds.toFixed(1)} s`);
    seen[verdict]++;
    seen.slowest = Math.max(seen.slowest, seconds);
  });
  const details = await fc.check(property, { seed, numRuns: inputs });
  if (!details.failed) return { name, ...seen, heapGrowth: Math.max(0, heapUsed() - heapEarly) };
  return {
    name,
    failure: [
      `target ${name}, seed ${details.seed}, input ${details.numRuns}, shrunk ${details.numShrinks} times`,
      `input: ${fc.stringify(details.counterexample?.[0]).slice(0, 3000)}`,
      String((details.errorInstance as Error | null)?.stack ?? details.errorInstance).slice(0, 3000),
    ].join('\n'),
  };
}

/** Seconds of this thread; a busy machine does not make an input slow. */
function computed(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1e6;
}

function describe(name: string, input: unknown): void {
  const { written } = new TextEncoder().encodeInto(`${name}: ${fc.stringify(input)}`, text);
  text[Math.min(written, text.length - 1)] = 0;
}
