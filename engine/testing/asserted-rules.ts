/**
 * Which rules the tests of mappings speak of: a plan and what cases expect come in, for each rule the cases that say something
 * about what it writes go out. Cases are read, not run: what a case says is there whether it passes or not.
 */
import type { FhirElement, FhirValue } from '../fhir/resource.ts';
import type { EquationPlan, ListPlan, MappingPlan, Names, RulePlan, StepPlan } from '../plan.ts';

/** What a case says of the result, and what its golden file holds. */
export interface SpokenOf {
  readonly name: string;
  readonly contains?: Readonly<Record<string, unknown>>;
  readonly absent?: readonly string[];
  readonly fhirpath?: Readonly<Record<string, readonly string[]>>;
  readonly rows?: readonly { readonly rule?: string }[];
  readonly golden?: readonly { readonly resourceType: string; readonly [element: string]: unknown }[];
}

interface WrittenRule {
  /** `Mapping.rule`. */
  readonly name: string;
  readonly type: string;
  readonly steps: readonly StepPlan[];
  /** The same as it is written in FHIRPath, without what stands in brackets: `effective`, `value`. */
  readonly words: readonly string[];
}

/** By `Mapping.rule`; the cases that speak of the fewest rules stand first, since they are the most telling. */
export function assertedRules(
  plan: MappingPlan,
  cases: readonly SpokenOf[],
): ReadonlyMap<string, readonly string[]> {
  const rules = writtenRules(plan);
  const names = { settings: plan.settings, source: {} };
  const spoken = cases.map((each) => ({
    name: each.name,
    rules: new Set(rules.filter((rule) => isSpokenOf(each, rule, names)).map(({ name }) => name)),
  }));
  spoken.sort((a, b) => a.rules.size - b.rules.size || (a.name < b.name ? -1 : 1));
  return new Map(
    rules.map(({ name }) => [
      name,
      [...new Set(spoken.flatMap((each) => (each.rules.has(name) ? [each.name] : [])))],
    ]),
  );
}

function writtenRules({ mappings }: MappingPlan): readonly WrittenRule[] {
  return mappings.flatMap(({ name: mapping, resourceType: type, transform }) => {
    const written = (rule: RulePlan, above: readonly StepPlan[], before: readonly string[]): WrittenRule => ({
      name: `${mapping}.${rule.name}`,
      type,
      steps: [...above, ...rule.target.steps],
      words: [...before, ...wordsOf(rule.target.text)],
    });
    const inList = (
      list: ListPlan,
      above: readonly StepPlan[],
      before: readonly string[],
    ): readonly WrittenRule[] => {
      const steps = [...above, ...list.target.steps];
      const words = [...before, ...wordsOf(list.target.text)];
      return [
        ...[list.key.rule, ...list.rules, ...list.derives].map((rule) => written(rule, steps, words)),
        ...list.lists.flatMap((inner) => inList(inner, steps, words)),
      ];
    };
    return [
      ...[transform.identity.rule, ...transform.rules, ...transform.derives].map((rule) =>
        written(rule, [], []),
      ),
      ...transform.lists.flatMap((list) => inList(list, [], [])),
    ];
  });
}

/** The elements that a path names: `['name', 'family']` for `Type.name.where(use = 'usual').family`. */
function wordsOf(path: string): readonly string[] {
  let plain = path.replace(/'[^']*'/g, '');
  for (let before = ''; before !== plain; ) {
    before = plain;
    plain = plain.replace(/\([^()]*\)|\[[^[\]]*\]/g, '');
  }
  return plain
    .split('.')
    .map((word) => word.trim())
    .filter((word) => word !== '' && word !== 'where' && word !== 'ofType' && !/^[A-Z]/.test(word));
}

function isSpokenOf(
  { contains, absent, fhirpath, rows, golden }: SpokenOf,
  { name, type, steps, words }: WrittenRule,
  names: Names,
): boolean {
  const parts = Object.hasOwn(contains ?? {}, type) ? [contains?.[type]].flat() : [];
  const expressions = Object.hasOwn(fhirpath ?? {}, type) ? (fhirpath?.[type] ?? []) : [];
  return (
    (rows ?? []).some(({ rule }) => rule === name) ||
    parts.some((part) => hasAt(part, steps, names)) ||
    (golden ?? []).some((resource) => resource.resourceType === type && hasAt(resource, steps, names)) ||
    (absent ?? []).some((path) => isAt(path, type, words)) ||
    expressions.some((text) => {
      const named = new Set(text.replace(/'[^']*'/g, '').match(/\w+/g));
      return words.every((word) => named.has(word));
    })
  );
}

/** True when `path` is the element, one that holds it or a part of it; a whole type speaks of no rule in particular. */
function isAt(path: string, type: string, words: readonly string[]): boolean {
  const above = wordsOf(path);
  return (
    path.split(/[.(]/)[0] === type &&
    above.length > 0 &&
    words.every((word, index) => index >= above.length || word === above[index])
  );
}

/** True when something stands at the steps; of a list, in an item that does not contradict the step. */
function hasAt(value: unknown, [step, ...rest]: readonly StepPlan[], names: Names): boolean {
  if (value === undefined || value === null) return false;
  if (!step) return true;
  if (typeof value !== 'object') return false;
  const children = [(value as Readonly<Record<string, unknown>>)[step.element]].flat();
  return children.some((child) => !contradicts(child, step.where ?? [], names) && hasAt(child, rest, names));
}

/** A part of a resource need not say everything by which its items are told apart. */
function contradicts(item: unknown, equations: readonly EquationPlan[], names: Names): boolean {
  return equations.some(({ path, operand }) => {
    const found = path.reduce<readonly unknown[]>(
      (values, { element }) =>
        values.flatMap((value) =>
          typeof value === 'object' && value !== null ? [(value as FhirElement)[element]].flat() : [],
        ),
      [item],
    ) as readonly (FhirValue | undefined)[];
    const there = found.filter((value) => value !== undefined);
    if (!operand) return there.length > 0;
    const wanted = operand.resolve(names);
    return wanted !== undefined && there.length > 0 && !there.includes(wanted);
  });
}
