/**
 * Finds places in a resource: an element and the steps of a `to` come in, the item that is meant goes out. `where` is
 * matched by the engine (design 2.1): an equation holds if some value at its path is equal; equations that share a list
 * step hold in one item of it.
 */
import type { FhirElement, FhirValue } from '../fhir/resource.ts';
import type { EquationPlan, Names, StepPlan } from '../plan.ts';
import { equal, type Holder } from './json.ts';

interface Equation {
  readonly path: EquationPlan['path'];
  /** Undefined: the element must be empty. */
  readonly value: FhirValue | undefined;
}

/** The element that holds the last step; undefined when a step on the way is not there. */
export function find(root: Holder, steps: readonly StepPlan[], names: Names): Holder | undefined {
  let holder: Holder | undefined = root;
  for (const step of steps.slice(0, -1)) {
    holder = step.where ? findItem(holder, step, names) : (holder[step.element] as Holder | undefined);
    if (holder === undefined) return undefined;
  }
  return holder;
}

/** Like `find`, but makes what is missing on the way: items from their equations, single elements empty. */
export function reach(root: Holder, steps: readonly StepPlan[], names: Names): Holder {
  let holder = root;
  for (const step of steps.slice(0, -1)) {
    let next = step.where ? findItem(holder, step, names) : (holder[step.element] as Holder | undefined);
    if (next === undefined) {
      next = step.where ? itemFrom(step, names) : {};
      if (step.list) itemsOf(holder, step.element).push(next as FhirElement);
      else holder[step.element] = next as FhirElement;
      removeRivals(holder, step);
    }
    holder = next;
  }
  return holder;
}

/** The first item that satisfies the `where` of the step. */
export function findItem(holder: FhirElement, step: StepPlan, names: Names): Holder | undefined {
  const items = holder[step.element];
  if (!Array.isArray(items)) return undefined;
  const equations = resolve(step.where ?? [], names);
  return items.find((item) => satisfies(item as FhirElement, equations)) as Holder | undefined;
}

/** An item that has what the equations ask for, and nothing else. */
export function itemFrom(step: StepPlan, names: Names): Holder {
  return fromEquations(resolve(step.where ?? [], names).filter(({ value }) => value !== undefined));
}

/** The list at `element`, made when there is none. */
export function itemsOf(holder: Holder, element: string): FhirValue[] {
  const items = holder[element];
  if (Array.isArray(items)) return items as FhirValue[];
  const made: FhirValue[] = [];
  holder[element] = made;
  return made;
}

export function removeRivals(holder: Holder, step: StepPlan): void {
  for (const rival of step.rivals ?? []) {
    delete holder[rival];
    delete holder[`_${rival}`];
  }
}

/** True when nothing is in the item but what its equations put there. */
export function onlyEquations(item: FhirElement, step: StepPlan, names: Names): boolean {
  return equal(item, itemFrom(step, names) as FhirElement);
}

function resolve(equations: readonly EquationPlan[], names: Names): readonly Equation[] {
  return equations.map(({ path, operand }) => ({ path, value: operand?.resolve(names) }));
}

function satisfies(item: FhirElement, equations: readonly Equation[]): boolean {
  return byHead(equations).every(({ element, list, tails }) => {
    const child = item[element];
    const [leaves, deeper] = [
      tails.filter(({ path }) => path.length === 0),
      tails.filter(({ path }) => path.length > 0),
    ];
    const fits = (value: FhirValue | undefined): boolean =>
      leaves.every((leaf) => equal(value, leaf.value)) && satisfies((value ?? {}) as FhirElement, deeper);
    if (!list) return fits(child);
    const values = (child ?? []) as readonly FhirValue[];
    if (values.length === 0) return tails.every(({ value }) => value === undefined);
    return values.some(fits);
  });
}

function fromEquations(equations: readonly Equation[]): Holder {
  const item: Holder = {};
  for (const { element, list, tails } of byHead(equations)) {
    const leaf = tails.find(({ path }) => path.length === 0);
    const value = (leaf ? leaf.value : fromEquations(tails)) as FhirValue;
    item[element] = list ? [value] : value;
  }
  return item;
}

interface Head {
  readonly element: string;
  readonly list: boolean;
  readonly tails: Equation[];
}

function byHead(equations: readonly Equation[]): readonly Head[] {
  const heads = new Map<string, Head>();
  for (const { path, value } of equations) {
    const [first, ...rest] = path;
    if (!first) continue;
    const head = heads.get(first.element) ?? { ...first, tails: [] };
    heads.set(first.element, head);
    head.tails.push({ path: rest, value });
  }
  return [...heads.values()];
}
