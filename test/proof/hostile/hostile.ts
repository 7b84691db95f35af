/**
 * The proof of hostile input: targets with numbers of inputs come in, figures go out, or an error with the smallest input that
 * crashes, hangs, fills the memory, changes a prototype, or is refused without a reason.
 */
import { Worker } from 'node:worker_threads';

export interface Job {
  readonly names: readonly string[];
  readonly seed: number;
  /** For each target. */
  readonly inputs: number;
  /** Counts the inputs that were begun. */
  readonly progress: SharedArrayBuffer;
  /** The target and the input under way, as text, ended by a zero. */
  readonly shown: SharedArrayBuffer;
}

export interface HostileFigures {
  readonly name: string;
  readonly taken: number;
  readonly refused: number;
  /** Seconds of computing that the slowest input took. */
  readonly slowest: number;
  /** Bytes of heap at the end beyond those after the first quarter. */
  readonly heapGrowth: number;
}

export type Report = HostileFigures | { readonly name: string; readonly failure: string };

/** Old space of a thread: an input that needs more has no bounds. */
const HEAP_MB = 768;
/** As much as the main thread has. */
const STACK_MB = 1;
/** Nothing begun for so long is a hang, however busy the machine is. */
const HANG_MS = 20_000;
/** More than what caches of the engine and of V8 may grow. */
const MAX_GROWTH = 64 * 1024 * 1024;

/** Checks `inputs` inputs of each target, one target after the other; a seed repeats them. */
export async function proveHostile(
  names: readonly string[],
  seed: number,
  inputs: number,
): Promise<readonly HostileFigures[]> {
  const progress = new SharedArrayBuffer(4);
  const shown = new SharedArrayBuffer(64 * 1024);
  const reports = await runWorker({ names, seed, inputs, progress, shown });
  const failures = reports.flatMap((report) => ('failure' in report ? [report.failure] : []));
  const figures = reports.filter((report) => 'taken' in report);
  for (const { name, heapGrowth } of figures) {
    if (heapGrowth > MAX_GROWTH)
      failures.push(`target ${name}, seed ${seed}: the heap grew by ${heapGrowth} bytes`);
  }
  if (failures.length > 0) throw new Error(failures.join('\n\n'));
  return figures;
}

function runWorker(job: Job): Promise<readonly Report[]> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    workerData: job,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB, stackSizeMb: STACK_MB },
  });
  const counter = new Int32Array(job.progress);
  const reports: Report[] = [];
  return new Promise((done, failed) => {
    const fail = (what: string): void => {
      clearInterval(timer);
      failed(new Error(`seed ${job.seed}, input ${counter[0]}: ${what}\n${underWay(job).slice(0, 3000)}`));
      worker.terminate();
    };
    let [last, since] = [-1, performance.now()];
    const timer = setInterval(() => {
      const count = Atomics.load(counter, 0);
      if (count !== last) [last, since] = [count, performance.now()];
      else if (performance.now() - since > HANG_MS) fail('it hangs');
    }, 500);
    worker.on('message', (report: Report) => {
      reports.push(report);
    });
    worker.on('error', (error) => fail(String((error as Error).stack ?? error)));
    worker.on('exit', (code) => {
      clearInterval(timer);
      if (code === 0) done(reports);
      else fail(`the thread ended with ${code}`);
    });
  });
}

function underWay({ shown }: Job): string {
  const bytes = new Uint8Array(shown).slice();
  return new TextDecoder().decode(bytes.subarray(0, bytes.indexOf(0)));
}
