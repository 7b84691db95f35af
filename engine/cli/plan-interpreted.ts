/**
 * What of a plan JSONata interprets, and how often: a plan comes in, each expression with what it is evaluated once for goes
 * out; and for each level of a mapping, what its rules are run once for. Everything else runs as closures.
 */
import { tagName } from '../dicom/tag.ts';
import type { ExpressionPlan, LevelReads, ListPlan, MappingPlan, ResourcePlan, RulePlan } from '../plan.ts';
import { type TagName, tagNamed } from './explain-document.ts';

export interface InterpretedDescription {
  /** Mapping and `let system`, `when`, `authority`, `forEach`, `.name` of a rule, or `.name when`. */
  readonly rule: string;
  readonly evaluated: string;
}

export function describeInterpreted({ mappings }: MappingPlan): readonly InterpretedDescription[] {
  return mappings.flatMap((mapping) =>
    expressionsOf(mapping).map(([rule, expression]) => ({ rule, evaluated: howOften(expression) })),
  );
}

type NamedExpression = readonly [rule: string, expression: ExpressionPlan];

function expressionsOf({ name, transform }: ResourcePlan): readonly NamedExpression[] {
  const { lets, when, authority, forEach, identity, rules, lists } = transform;
  const found: NamedExpression[] = [];
  for (const { name: own, source } of lets)
    if (!('read' in source)) found.push([`${name} let ${own}`, source]);
  if (when) found.push([`${name} when`, when]);
  if (authority) found.push([`${name} authority`, authority]);
  if (forEach) found.push([`${name} forEach`, forEach.items]);
  const add = (rule: RulePlan): void => {
    if (rule.when) found.push([`${name}.${rule.name} when`, rule.when]);
    if (rule.source.kind === 'value') found.push([`${name}.${rule.name}`, rule.source.expression]);
  };
  const inLists = (all: readonly ListPlan[]): void => {
    for (const list of all) {
      for (const rule of list.rules) add(rule);
      inLists(list.lists);
    }
  };
  for (const rule of [identity.rule, ...rules]) add(rule);
  inLists(lists);
  return found;
}

/** Settings and source are the same for the life of a plan. */
function howOften({ keywords, names }: ExpressionPlan): string {
  if (names.includes('item') || names.includes('index')) return 'for each item';
  if (names.includes('entry') || keywords.includes('SOPInstanceUID')) return 'for each instance';
  const others = names.filter((name) => name !== 'settings' && name !== 'source').map((name) => `$${name}`);
  const all = [...keywords, ...others];
  return all.length === 0 ? 'once' : `once for each different ${all.join(', ')}`;
}

/** The tags whose values a level is run once for, none for a level that is run once; undefined where it is run for each instance. */
export function describeLevel(reads: LevelReads | undefined): readonly TagName[] | undefined {
  return reads?.paths.map((path) => tagNamed(tagName(path)));
}
