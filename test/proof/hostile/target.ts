/**
 * What a proof of hostile input is made of: inputs, and a check that says what became of one.
 */
import type fc from 'fast-check';
import { isEngineError } from '../../../engine/errors.ts';

/** Whether the engine took the input, as a whole or in part, or refused it with a reason. */
export type Verdict = 'taken' | 'refused';

export interface Target<T = never> {
  readonly inputs: fc.Arbitrary<T>;
  /** Throws when the engine did what it must not do. */
  check(input: T): Verdict | Promise<Verdict>;
  /** Seconds of computing for one input; default 1. */
  readonly limit?: number;
}

/** Target with its type of input forgotten. */
export type AnyTarget = Target<unknown>;

export function target<T>(made: Target<T>): AnyTarget {
  return made as AnyTarget;
}

/** `refused` when the work throws an EngineError with a reason; whatever else is thrown is a defect. */
export async function verdictOf(work: () => unknown): Promise<Verdict> {
  try {
    await work();
    return 'taken';
  } catch (error) {
    if (!isEngineError(error)) throw error;
    reasonable(error.message);
    return 'refused';
  }
}

/** Every refusal says why, in words that a person can read, and does not quote without end. */
export function reasonable(message: string, most = 2000): void {
  if (message.trim() === '' || /\bundefined\b|\[object |\bNaN\b/.test(message) || message.length > most)
    throw new Error(`this is no reason: ${JSON.stringify(message.slice(0, 300))}`);
}
