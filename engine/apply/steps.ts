/**
 * Work that seldom has to wait: a generator that yields a promise where it must comes in; its result goes out, at once where
 * nothing was yielded. An `await` for each rule would cost more than most rules.
 */

/** Each promise that it yields is waited for, and its result handed back; a rejection is thrown where it was yielded. */
export type Steps<T> = Generator<Promise<unknown>, T, unknown>;

export function settleSteps<T>(steps: Steps<T>): T | Promise<T> {
  const first = steps.next();
  return first.done ? first.value : goOn(steps, first.value);
}

async function goOn<T>(steps: Steps<T>, first: Promise<unknown>): Promise<T> {
  for (let waiting = first; ; ) {
    const next = await waiting.then(
      (result) => steps.next(result),
      (error: unknown) => steps.throw(error),
    );
    if (next.done) return next.value;
    waiting = next.value;
  }
}
