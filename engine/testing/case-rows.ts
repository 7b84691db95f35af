/**
 * Rows of the error store as cases and goldens hold them: what the state has comes in, the part that does not depend on the run
 * goes out, in an order that no state chooses.
 */
import type { ErrorRow } from '../ports.ts';
import type { CaseRow } from './case-result.ts';

/** By sequence, code and rule. */
export function byPlace(a: CaseRow, b: CaseRow): number {
  const [left, right] = [`${a.code} ${a.rule}`, `${b.code} ${b.rule}`];
  return a.sequence - b.sequence || (left < right ? -1 : left > right ? 1 : 0);
}

/** What a row says of its entry, without what is the same for every row of it. */
export function rowOf({ kind, code, rule, tag, sequence, message, outcome }: ErrorRow): CaseRow {
  return {
    sequence,
    kind,
    code,
    ...(rule === undefined ? {} : { rule }),
    ...(tag === undefined ? {} : { tag }),
    message,
    ...(outcome === undefined ? {} : { outcome }),
  };
}
