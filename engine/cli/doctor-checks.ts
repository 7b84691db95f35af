/**
 * All questions of `doctor` about a FHIR server, in their order: a session comes in, a finding for each goes out.
 */
import { isEngineError } from '../errors.ts';
import type { Check, CheckOptions, CheckResult } from './doctor-check.ts';
import { digits, escapes, kept, lag, pages, withoutSystem } from './doctor-reads.ts';
import {
  again,
  atomic,
  create,
  entries,
  minimal,
  patches,
  references,
  removal,
  several,
  versions,
} from './doctor-writes.ts';

/** In the order in which they run: the first ones say whether the others can. */
const CHECKS: readonly (readonly [name: string, check: Check])[] = [
  ['conditional create', create],
  ['read after write', lag],
  ['create again', again],
  ['several matches', several],
  ['atomic transactions', atomic],
  ['versions', versions],
  ['patches', patches],
  ['references', references],
  ['identifiers without a system', withoutSystem],
  ['escaping', escapes],
  ['pages', pages],
  ['meta.source', kept],
  ['decimals', digits],
  ['return=minimal', minimal],
  ['transaction size', entries],
  ['delete', removal],
];

/** Errors that say something about the server as a whole. */
const FATAL: ReadonlySet<string> = new Set([
  'fhir.unreachable',
  'fhir.unauthorized',
  'auth.token',
  'auth.unreachable',
]);

/** Runs all checks; what the server refuses in an unforeseen way is a finding, what concerns all of them is thrown. */
export async function runChecks(
  options: CheckOptions,
  signal: AbortSignal,
  onResult: (result: CheckResult) => void,
): Promise<void> {
  for (const [check, run] of CHECKS) {
    if (signal.aborted) return;
    try {
      onResult({ check, ...(await run(options)) });
    } catch (error) {
      if (!isEngineError(error) || FATAL.has(error.code)) throw error;
      onResult({ check, verdict: 'unknown', text: `could not be told: ${error.message}`, help: error.hint });
    }
  }
}
