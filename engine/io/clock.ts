/** The wall clock of the machine behind the Clock port. */
import type { Clock } from '../ports.ts';

/** Timers above this run out at once (HTML timers; Node warns and uses 1 ms). */
const MAX_TIMER_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  jitter: () => Math.random(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const finish = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', finish);
        resolve();
      };
      const timer = setTimeout(finish, Math.min(ms, MAX_TIMER_MS));
      signal?.addEventListener('abort', finish, { once: true });
    }),
};
