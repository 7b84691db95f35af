/** Runs what must fail with an EngineError and gives that error; anything else is a failed assertion. */
import * as assert from 'uvu/assert';
import { EngineError } from '../../engine/errors.ts';

export async function engineErrorOf(work: () => unknown): Promise<EngineError> {
  try {
    await work();
  } catch (error) {
    assert.instance(error, EngineError, `threw ${String(error)}`);
    return error as EngineError;
  }
  return assert.unreachable('nothing was thrown') as never;
}
