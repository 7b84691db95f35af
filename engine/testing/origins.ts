/**
 * Which rules are to blame for a difference: a path in a resource comes in; the rules that write there, where they stand, and
 * what the instances of the case have of the attributes that they read go out. Looks at the plan, never runs it.
 */
import { type RulePaths, rulesOf, tagsOf, tagsOfExpression } from '../apply/rule-paths.ts';
import { tagState } from '../apply/tag-states.ts';
import type { DicomJson } from '../dicom/entry.ts';
import type { FhirElement, FhirValue } from '../fhir/resource.ts';
import type { EquationPlan, MappingPlan, Names } from '../plan.ts';
import type { Difference, Origin } from './case-result.ts';
import { type PathDifference, pathText, type Steps } from './path-diff.ts';

export interface Blame {
  difference(each: PathDifference): Difference;
  /** Rules that write at `steps` of a type, or below when none does. */
  originsOf(resourceType: string, steps: Steps, resources?: readonly FhirElement[]): readonly Origin[];
}

/** Several rules may write one element; more than these say nothing. */
const MOST = 3;

export function createBlame(plan: MappingPlan, datasets: readonly DicomJson[], source: unknown): Blame {
  const names: Names = { settings: plan.settings, source };
  const disabled = (resourceType: string, elements: readonly string[]): readonly Origin[] =>
    plan.mappings
      .filter((each) => each.resourceType === resourceType)
      .flatMap((mapping) =>
        (mapping.disabled ?? [])
          .filter(
            ({ target }) => target.startsWith(`${resourceType}.`) && isPrefix(elementsOf(target), elements),
          )
          .map(({ name, file, line }) => ({
            rule: `${mapping.name}.${name}`,
            file,
            line,
            reads: [],
            isDisabled: true,
          })),
      );
  const originsOf: Blame['originsOf'] = (resourceType, steps, resources = []) => {
    const rules = plan.mappings.filter((each) => each.resourceType === resourceType).flatMap(rulesOf);
    const elements = steps.filter((step) => typeof step === 'string');
    const writing = rules.filter(({ path, others }) =>
      [path, ...others].some((each) => isPrefix(each, elements)),
    );
    const fitting = writing.filter((each) => fits(each, steps, resources, names));
    const deepest = Math.max(...fitting.map(({ path }) => path.length));
    const exact = fitting.filter(({ path }) => path.length === deepest);
    const found = exact.length > 0 ? exact : rules.filter(({ path }) => isPrefix(elements, path));
    const origins =
      found.length > 0 ? found.map((each) => originOf(each, datasets)) : disabled(resourceType, elements);
    return origins.slice(0, MOST);
  };
  return {
    originsOf,
    difference(each) {
      const { resourceType, steps, want, got, resources } = each;
      return {
        path: pathText(each),
        ...(want === undefined ? {} : { want }),
        ...(got === undefined ? {} : { got }),
        origins: originsOf(resourceType, steps, resources),
      };
    },
  };
}

/** `Type.name.where(use = 'usual')` is `name`. */
function elementsOf(target: string): readonly string[] {
  const [, ...elements] = target
    .replace(/\.where\((?:[^()']|'[^']*'|\([^()]*\))*\)/g, '')
    .replace(/\.ofType\((\w)(\w*)\)/g, (_, first: string, rest: string) => first.toUpperCase() + rest)
    .split('.');
  return elements;
}

function isPrefix(part: readonly string[], whole: readonly string[]): boolean {
  return part.length <= whole.length && part.every((name, index) => whole[index] === name);
}

function originOf({ mapping, rule }: RulePaths, datasets: readonly DicomJson[]): Origin {
  const { when } = rule;
  const conditions = [when, mapping.transform.when].flatMap((each) =>
    each ? tagsOfExpression(mapping, each) : [],
  );
  const keywords = [...new Set([...tagsOf(mapping, rule), ...conditions])];
  const { name, file, line } = rule;
  return {
    rule: `${mapping.name}.${name}`,
    file,
    line,
    reads: keywords.map((keyword) => ({ keyword, state: bestState(keyword, datasets) })),
  };
}

function bestState(keyword: string, datasets: readonly DicomJson[]): Origin['reads'][number]['state'] {
  const states = datasets.map((dataset) => tagState(dataset, keyword, false).state);
  return (['present', 'empty'] as const).find((state) => states.includes(state)) ?? 'absent';
}

/** False when a `where` of the rule's target says that it means another item. */
function fits(
  { path, rule }: RulePaths,
  steps: Steps,
  resources: readonly FhirElement[],
  names: Names,
): boolean {
  const { steps: targets } = rule.target;
  const outer = path.length - targets.length;
  return targets.every(({ where = [] }, index) => {
    const items = resources.flatMap((resource) => itemAt(resource, steps, outer + index + 1) ?? []);
    return (
      items.length === 0 || items.some((item) => where.every((equation) => holds(equation, item, names)))
    );
  });
}

/** What stands behind so many elements of the path, and behind the index that follows. */
function itemAt(resource: FhirElement, steps: Steps, count: number): FhirValue | undefined {
  let at: FhirValue | undefined = resource;
  let seen = 0;
  for (const step of steps) {
    if (typeof step === 'string' && seen++ === count) return at;
    at = (at as Readonly<Record<string | number, FhirValue>> | undefined)?.[step];
  }
  return seen === count ? at : undefined;
}

/** A name that only a dataset gives a value holds for everything. */
function holds({ path, operand }: EquationPlan, item: FhirValue, names: Names): boolean {
  const wanted = operand?.resolve(names);
  if (!operand || wanted === undefined) return true;
  const values = path.reduce<readonly FhirValue[]>(
    (all, { element }) => all.flatMap((each) => (each as FhirElement)[element] ?? []),
    [item],
  );
  return values.includes(wanted);
}
