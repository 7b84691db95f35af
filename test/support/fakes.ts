/** A clock that never waits and a log that remembers, for tests of the loop. */
import type { Clock, Log } from '../../engine/ports.ts';

/** Time passes only by sleeping, and sleeping takes none; every pause is written into `pauses` and told. */
export function fakeClock(pauses: number[], onPause?: (ms: number) => void): Clock {
  let now = Date.UTC(2024, 5, 1);
  return {
    now: () => now,
    jitter: () => 0.5,
    async sleep(ms, signal) {
      now += ms;
      if (signal?.aborted) return;
      pauses.push(ms);
      onPause?.(ms);
    },
  };
}

/** Writes event and fields of every line into `lines`. */
export function recorder(lines: [string, Readonly<Record<string, unknown>>][]): Log {
  const record = (event: string, fields: Readonly<Record<string, unknown>> = {}): void => {
    lines.push([event, fields]);
  };
  return { debug: record, info: record, warn: record, error: record };
}
