/**
 * What the rules of a plan read and write, as a person asks for it: a mapping comes in; every rule with the element paths
 * that it can write and the attributes that it reads goes out. Looks at the plan only, never at data.
 */
import type { ExpressionPlan, ListPlan, Operand, ResourcePlan, RulePlan, StepPlan } from '../plan.ts';

export interface RulePaths {
  readonly mapping: ResourcePlan;
  readonly rule: RulePlan;
  /** From the resource: `['series', 'instance', 'number']`. */
  readonly path: readonly string[];
  /** Also what the equations of its `where` write. */
  readonly others: readonly (readonly string[])[];
}

/** Identity first, then the rules in the order of the file, derived ones and lists last. */
export function rulesOf(mapping: ResourcePlan): readonly RulePaths[] {
  const { transform } = mapping;
  const of = (prefix: readonly string[]) => (rule: RulePlan) => ({
    mapping,
    rule,
    path: [...prefix, ...elements(rule.target.steps)],
    others: equationPaths(rule.target.steps).map((path) => [...prefix, ...path]),
  });
  const ofLists = (lists: readonly ListPlan[], prefix: readonly string[]): readonly RulePaths[] =>
    lists.flatMap((list) => {
      const inner = [...prefix, ...elements(list.target.steps)];
      return [
        ...[list.key.rule, ...list.rules, ...list.derives].map(of(inner)),
        ...ofLists(list.lists, inner),
      ];
    });
  const ownRules = [transform.identity.rule, ...transform.rules, ...transform.derives];
  return [...ownRules.map(of([])), ...ofLists(transform.lists, [])];
}

/** `['identifier', 'value']`. */
export function elements(steps: readonly StepPlan[]): readonly string[] {
  return steps.map(({ element }) => element);
}

function equationPaths(steps: readonly StepPlan[]): readonly (readonly string[])[] {
  return steps.flatMap(({ where = [] }, index) =>
    where
      .filter(({ operand }) => operand !== undefined)
      .map(({ path }) => [...elements(steps.slice(0, index + 1)), ...path.map(({ element }) => element)]),
  );
}

/** The names that the source of a rule uses besides its tags: those of its expression and of the options of its conversion. */
function namesOf({ source }: RulePlan): readonly string[] {
  if (source.kind === 'value') return source.expression.names;
  return source.kind === 'tag' ? Object.values(source.options).flatMap((text) => nameIn(text) ?? []) : [];
}

/** `patientSystem` of `%patientSystem`, `settings` of `%settings.zone`. */
export function nameIn(text: unknown): string | undefined {
  return typeof text === 'string' ? /^%(\w+)/.exec(text)?.[1] : undefined;
}

/** Keywords that a rule reads for its value, through its `let` names too, each once; without its `when` and `where`. */
export function tagsOf(mapping: ResourcePlan, rule: RulePlan): readonly string[] {
  const { source } = rule;
  const own = source.kind === 'tag' ? source.tags : source.kind === 'value' ? source.expression.keywords : [];
  return [...new Set([...own, ...tagsOfNames(mapping, namesOf(rule))])];
}

/** Keywords that `%name` on the right of an equation reads. */
export function tagsOfOperand(mapping: ResourcePlan, { text }: Operand): readonly string[] {
  const name = nameIn(text);
  return name === undefined ? [] : [...new Set(tagsOfNames(mapping, [name]))];
}

/** Keywords that an expression reads, through `let` names too. */
export function tagsOfExpression(mapping: ResourcePlan, expression: ExpressionPlan): readonly string[] {
  return [...new Set([...expression.keywords, ...tagsOfNames(mapping, expression.names)])];
}

function tagsOfNames(mapping: ResourcePlan, names: readonly string[]): readonly string[] {
  const { lets, forEach } = mapping.transform;
  return names.flatMap((name) => {
    if (forEach && (name === 'item' || name === 'index')) return tagsOfExpression(mapping, forEach.items);
    const source = lets.find((each) => each.name === name)?.source;
    if (!source) return [];
    return 'read' in source
      ? [source.tag, ...tagsOfNames(mapping, source.names)]
      : tagsOfExpression(mapping, source);
  });
}

/** Every attribute that a mapping reads for anything at all. */
export function tagsOfMapping(mapping: ResourcePlan): readonly string[] {
  const { when, authority, forEach, lets } = mapping.transform;
  const expressions = [when, authority, forEach?.items, ...rulesOf(mapping).map(({ rule }) => rule.when)];
  return [
    ...rulesOf(mapping).flatMap(({ rule }) => tagsOf(mapping, rule)),
    ...expressions.flatMap((each) => (each ? tagsOfExpression(mapping, each) : [])),
    ...tagsOfNames(
      mapping,
      lets.map(({ name }) => name),
    ),
  ];
}
