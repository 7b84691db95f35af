/**
 * A clock for what must come out the same every time: one moment comes in, a Clock that starts there goes out. No chance, no waiting.
 */
import type { Clock } from '../ports.ts';

/** Time passes only by sleeping, and sleeping takes none. `at`: milliseconds since 1970. */
export function createPinnedClock(at: number): Clock {
  let now = at;
  return {
    now: () => now,
    jitter: () => 0,
    async sleep(ms) {
      now += ms;
    },
  };
}
