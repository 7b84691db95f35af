/** How long to wait before asking again: the number of the attempt comes in, milliseconds go out. */

const FIRST_MS = 1000;
const CAP_MS = 60_000;

/**
 * Full jitter: evenly spread over 0 to 2, 4, 8 … 60 seconds after the first, second, third … failure, so that engines that
 * failed together do not come back together; never less than `retryAfter`, which the server asked for. `random` gives [0, 1).
 */
export function backoff(attempt: number, random: () => number, retryAfter = 0): number {
  const ceiling = Math.min(CAP_MS, FIRST_MS * 2 ** Math.max(1, attempt));
  return Math.max(retryAfter, Math.round(random() * ceiling));
}
