/**
 * The parts that rules and mappings have in common, instrumented for coverage: expressions, conditions, tables. An equal part
 * goes out, and what can happen in it is entered in the ledger.
 */
import type { ExpressionPlan, LookupPlan, ResourcePlan, RowMet } from '../plan.ts';
import type { BranchRecord, Ledger, RuleRecord, RuleState } from './coverage-ledger.ts';

/** Keys of a mapping, from its top. */
export type Path = readonly (string | number)[];

/** Takes the notes of one case. */
export interface Notes {
  saw(branch: BranchRecord | undefined): void;
  did(rule: RuleRecord, state: RuleState): void;
}

/** What the parts of one mapping are entered with. */
export interface Entering {
  readonly mapping: ResourcePlan;
  readonly ledger: Ledger;
  readonly notes: Notes;
  /** Who is spoken of: `Mapping.rule`, `Mapping` or `Mapping let name`. */
  readonly subject: string;
  readonly rule?: RuleRecord;
}

/** One way to go, at the key at `path` or at `offset` of its text. */
export function enter(
  { mapping, ledger, subject, rule }: Entering,
  path: Path,
  untaken: string,
  { offset, group = path.join('/') }: { readonly offset?: number; readonly group?: string } = {},
): BranchRecord {
  const place = mapping.placeOf(path, offset);
  const more = rule ? { rule } : {};
  return ledger.branch({
    kind: 'branch',
    subject,
    mapping: mapping.name,
    place,
    group: `${mapping.name} ${group}`,
    untaken,
    ...more,
  });
}

/** An expression with its branches. */
export function watchExpression(entering: Entering, plan: ExpressionPlan, path: Path): ExpressionPlan {
  const records: BranchRecord[] = [];
  const { expression, branches } = plan.watched((index) => entering.notes.saw(records[index]));
  for (const { start, untaken, group } of branches) {
    records.push(enter(entering, path, untaken, { offset: start, group: `${path.join('/')} ${group}` }));
  }
  return branches.length > 0 ? expression : plan;
}

/** A condition, with its branches, that is to be true and false. */
export function watchCondition(entering: Entering, plan: ExpressionPlan, path: Path): ExpressionPlan {
  const [yes, no] = bothWays(entering, path, 'true', 'false');
  const expression = watchExpression(entering, plan, path);
  return {
    ...expression,
    async evaluate(input, names) {
      const result = await expression.evaluate(input, names);
      if (typeof result === 'boolean' || result === undefined) entering.notes.saw(result ? yes : no);
      return result;
    },
  };
}

/** `when: never true`, `when: never false`. */
export function bothWays(
  entering: Entering,
  path: Path,
  yes: string,
  no: string,
): readonly [BranchRecord, BranchRecord] {
  const key = String(path.at(-1));
  return [enter(entering, path, `${key}: never ${yes}`), enter(entering, path, `${key}: never ${no}`)];
}

/** The rows of `codes:` or `table:`, and the default, as whoever reads a tag is to be told. */
export function watchLookup(
  entering: Entering,
  lookup: LookupPlan | undefined,
  path: Path,
): RowMet | undefined {
  if (!lookup) return undefined;
  const { mapping, ledger, notes, subject, rule } = entering;
  const owner = mapping.placeOf([...path, lookup.key]).file;
  const rows = ledger.rows(lookup, { subject, mapping: mapping.name, ...(rule ? { rule } : {}) }, owner);
  const fallback = lookup.hasDefault
    ? enter(entering, [...path, 'default'], 'default: never used')
    : undefined;
  return (row) => notes.saw(row === undefined ? fallback : rows.get(row));
}
