/**
 * Where in a finished resource the value of a rule stands: the resource, a rule and what it gave come in, the paths of the
 * leaves that it accounts for go out (`name[0].family`). Located as merge locates them, by the steps of `to`.
 */
import { isDecimalObject } from '../fhir/decimal.ts';
import type { FhirElement, FhirResource, FhirValue } from '../fhir/resource.ts';
import type { EquationPlan, Names, Operand, RulePlan, StepPlan } from '../plan.ts';
import { covers, equal } from './json.ts';
import { find, findItem } from './locate.ts';

export interface Leaf {
  readonly path: string;
  readonly value: FhirValue;
}

/** The paths of all elements and items of one resource, by identity. */
export type Paths = ReadonlyMap<object, string>;

/** All leaves in the order of the resource, without its type. */
export function leavesOf(resource: FhirResource): readonly Leaf[] {
  const { resourceType: _type, ...content } = resource;
  return leavesAt(content as FhirElement, '');
}

function leavesAt(value: FhirValue, path: string): readonly Leaf[] {
  if (isLeaf(value)) return [{ path, value }];
  if (Array.isArray(value)) return value.flatMap((item, index) => leavesAt(item, `${path}[${index}]`));
  return Object.entries(value).flatMap(([name, child]) => leavesAt(child as FhirValue, joined(path, name)));
}

export function pathsOf(resource: FhirResource): Paths {
  const paths = new Map<object, string>();
  const visit = (value: FhirValue | undefined, path: string): void => {
    if (value === undefined || isLeaf(value)) return;
    paths.set(value as object, path);
    if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) visit(item, `${path}[${index}]`);
    } else {
      for (const [name, child] of Object.entries(value)) visit(child, joined(path, name));
    }
  };
  visit(resource, '');
  return paths;
}

/** The leaves at which `value`, written by `rule` into `holder`, still stands; none when something else does. */
export function valueLeaves(
  paths: Paths,
  holder: FhirElement,
  rule: RulePlan,
  value: FhirValue,
  names: Names,
): readonly string[] {
  const { steps, several } = rule.target;
  const last = steps.at(-1) as StepPlan;
  const parent = find(holder, steps, names);
  const existing = parent?.[last.element];
  if (!parent || existing === undefined) return [];
  const path = joined(paths.get(parent) ?? '', last.element);
  if (several && Array.isArray(existing)) {
    const wanted = (Array.isArray(value) ? value : [value]) as readonly FhirValue[];
    return wanted.flatMap((each) => {
      const index = (existing as readonly FhirValue[]).findIndex((item) => covers(item, each));
      return index < 0 ? [] : shared(existing[index], each, `${path}[${index}]`);
    });
  }
  if (!last.where) return shared(existing, value, path);
  const items = existing as readonly FhirElement[];
  const candidates = items.filter((item) => findItem({ [last.element]: [item] }, last, names));
  const item = candidates.find((each) => covers(each, withoutWhere(value, last))) ?? candidates[0];
  return item ? shared(item, value, `${path}[${items.indexOf(item)}]`) : [];
}

/** All leaves at the target of a rule, whatever they are: for what is derived, which nothing else writes. */
export function targetLeaves(
  paths: Paths,
  holder: FhirElement,
  { target: { steps } }: RulePlan,
  names: Names,
): readonly string[] {
  const last = steps.at(-1) as StepPlan;
  const parent = find(holder, steps, names);
  const existing = last.where && parent ? findItem(parent, last, names) : parent?.[last.element];
  if (!parent || existing === undefined) return [];
  const path = paths.get(existing as object) ?? joined(paths.get(parent) ?? '', last.element);
  return leavesAt(existing as FhirValue, path).map((leaf) => leaf.path);
}

/** The item that holds an identifier, as writeIdentity finds it. */
export function identityLeaves(
  paths: Paths,
  resource: FhirElement,
  { target: { steps } }: RulePlan,
  value: string,
  names: Names,
): readonly string[] {
  const step = steps.at(-2) as StepPlan;
  const parent = find(resource, steps.slice(0, -1), names);
  const existing = parent?.[step.element];
  const items = (Array.isArray(existing) ? existing : existing ? [existing] : []) as readonly FhirElement[];
  const item = items.find(
    (each) => each['value'] === value && (!step.where || findItem({ [step.element]: [each] }, step, names)),
  );
  return item ? [`${paths.get(item) ?? ''}.value`] : [];
}

/** The leaves that the equations of a rule's `where` account for, once the rule has written. */
export function whereLeaves(
  paths: Paths,
  holder: FhirElement,
  { target: { steps } }: RulePlan,
  names: Names,
): readonly { readonly path: string; readonly operand: Operand }[] {
  return steps.flatMap((step, index) => {
    const parent = step.where && find(holder, steps.slice(0, index + 1), names);
    const item = parent && findItem(parent, step, names);
    if (!item) return [];
    return (step.where ?? []).flatMap(({ path, operand }) => {
      const wanted = operand?.resolve(names);
      const at = wanted === undefined ? undefined : equationPlace(item as FhirElement, path, wanted);
      return operand && at !== undefined ? [{ path: joined(paths.get(item) ?? '', at), operand }] : [];
    });
  });
}

/** `type.coding[0].system`: where in the item the equation holds. */
function equationPlace(
  item: FhirElement,
  [head, ...rest]: EquationPlan['path'],
  wanted: FhirValue,
): string | undefined {
  const child = head && item[head.element];
  if (!head || child === undefined) return undefined;
  const values = (head.list ? child : [child]) as readonly FhirValue[];
  for (const [index, value] of values.entries()) {
    const name = head.list ? `${head.element}[${index}]` : head.element;
    if (rest.length === 0) {
      if (equal(value, wanted)) return name;
      continue;
    }
    const inner = equationPlace(value as FhirElement, rest, wanted);
    if (inner !== undefined) return joined(name, inner);
  }
  return undefined;
}

/** Leaves of `wanted` that are the same in `existing`. */
function shared(existing: FhirValue | undefined, wanted: FhirValue, path: string): readonly string[] {
  if (existing === undefined) return [];
  if (isLeaf(wanted)) return equal(existing, wanted) ? [path] : [];
  if (Array.isArray(wanted)) {
    if (!Array.isArray(existing)) return [];
    return wanted.flatMap((each, index) => shared(existing[index], each, `${path}[${index}]`));
  }
  if (isLeaf(existing) || Array.isArray(existing)) return [];
  return Object.entries(wanted).flatMap(([name, child]) =>
    shared((existing as FhirElement)[name], child as FhirValue, joined(path, name)),
  );
}

function withoutWhere(value: FhirValue, { where = [] }: StepPlan): FhirValue {
  if (isLeaf(value) || Array.isArray(value)) return value;
  const said = where.flatMap(({ path }) => (path.length === 1 ? (path[0]?.element ?? []) : []));
  return Object.fromEntries(Object.entries(value).filter(([name]) => !said.includes(name)));
}

function isLeaf(value: FhirValue): value is Exclude<FhirValue, FhirElement | readonly FhirValue[]> {
  return typeof value !== 'object' || isDecimalObject(value);
}

/** `name[0]` and `family` make `name[0].family`. */
export function joined(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
