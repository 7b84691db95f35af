/**
 * Taking time: CPU time of the whole process (garbage collector and compiler threads included) and wall time of some work;
 * variants in turn, so that a neighbour's load meets all of them; medians, so that one bad round does not count.
 */

export interface Cost {
  readonly wallMs: number;
  readonly cpuMs: number;
}

export async function measure<Result>(
  work: () => Result | Promise<Result>,
): Promise<Cost & { readonly result: Awaited<Result> }> {
  const [began, cpu] = [performance.now(), process.cpuUsage()];
  const result = await work();
  const { user, system } = process.cpuUsage(cpu);
  return { wallMs: performance.now() - began, cpuMs: (user + system) / 1000, result };
}

export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

export interface Duel {
  /** Microseconds of CPU for one call of each. */
  readonly first: number;
  readonly second: number;
  /** Median over the rounds of first ÷ second. */
  readonly ratio: number;
}

/**
 * Two variants of the same work in turn; each call works on one item. A round of either lasts about `roundMs` of CPU; one
 * round before the first warms up.
 */
export async function duel(
  first: () => unknown,
  second: () => unknown,
  options: { readonly rounds: number; readonly roundMs: number },
): Promise<Duel> {
  const calls = [await callsFor(first, options.roundMs), await callsFor(second, options.roundMs)];
  const results: { readonly first: number; readonly second: number }[] = [];
  for (let round = 0; round < options.rounds; round++) {
    results.push({
      first: await perCall(first, calls[0] ?? 1),
      second: await perCall(second, calls[1] ?? 1),
    });
  }
  return {
    first: median(results.map((each) => each.first)),
    second: median(results.map((each) => each.second)),
    ratio: median(results.map((each) => each.first / each.second)),
  };
}

async function callsFor(work: () => unknown, roundMs: number): Promise<number> {
  for (let calls = 64; ; calls *= 2) {
    const used = (await perCall(work, calls)) * calls;
    if (used > roundMs * 1000) return Math.max(1, Math.round((calls * roundMs * 1000) / used));
  }
}

async function perCall(work: () => unknown, calls: number): Promise<number> {
  const { cpuMs } = await measure(async () => {
    for (let call = 0; call < calls; call++) {
      const result = work();
      if (result instanceof Promise) await result;
    }
  });
  return (cpuMs * 1000) / calls;
}
