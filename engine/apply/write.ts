/**
 * Writes what one rule gave into one element of a resource, or clears it: the modifiers of design 2.3, each with its one
 * meaning. What means the same as what is there changes nothing, so that an unchanged resource stays byte for byte.
 */
import { isDecimalObject } from '../fhir/decimal.ts';
import type { FhirElement, FhirValue } from '../fhir/resource.ts';
import type { Names, RulePlan, StepPlan } from '../plan.ts';
import { copy, covers, type Holder } from './json.ts';
import { find, findItem, itemFrom, itemsOf, onlyEquations, reach, removeRivals } from './locate.ts';

export interface WriteMode {
  /** False for an instance that does not speak for the resource: it only fills what is empty. */
  readonly speaks: boolean;
}

export function writeValue(
  root: Holder,
  rule: RulePlan,
  value: FhirValue,
  names: Names,
  mode: WriteMode,
): void {
  const { steps } = rule.target;
  const last = steps.at(-1) as StepPlan;
  const merge = mode.speaks || rule.merge === 'append' ? rule.merge : 'fill';
  if ((merge === 'fill' || !mode.speaks) && isFilled(root, steps, names)) return;
  const holder = reach(root, steps, names);
  if (rule.target.several) writeList(holder, last, value, merge);
  else if (last.where) writeItem(holder, last, rule, value as FhirElement, names, merge);
  else writeSingle(holder, last, rule, value);
}

/** True when something is at the path, or a choice on the way has another type. */
function isFilled(root: Holder, steps: readonly StepPlan[], names: Names): boolean {
  return steps.some((step, index) => {
    const isLast = index === steps.length - 1;
    const holder = isLast || step.rivals ? find(root, steps.slice(0, index + 1), names) : undefined;
    if (!holder) return false;
    if (step.rivals?.some((rival) => holder[rival] !== undefined)) return true;
    if (!isLast) return false;
    if (step.where) return findItem(holder, step, names) !== undefined;
    const existing = holder[step.element];
    return existing !== undefined && !(Array.isArray(existing) && existing.length === 0);
  });
}

function writeList(holder: Holder, last: StepPlan, value: FhirValue, merge: RulePlan['merge']): void {
  const values = (Array.isArray(value) ? value : [value]) as readonly FhirValue[];
  if (merge === 'append') {
    const items = itemsOf(holder, last.element);
    for (const wanted of values) if (!items.some((item) => covers(item, wanted))) items.push(copy(wanted));
    return;
  }
  const existing = holder[last.element];
  if (Array.isArray(existing) && sameSet(existing as readonly FhirValue[], values)) return;
  holder[last.element] = values.map(copy);
}

/** Reordered instances must not make a change: lists that a rule owns are compared as sets. */
function sameSet(existing: readonly FhirValue[], wanted: readonly FhirValue[]): boolean {
  if (existing.length !== wanted.length) return false;
  const open = [...existing];
  return wanted.every((value) => {
    const index = open.findIndex((item) => covers(item, value) && covers(value, item));
    if (index >= 0) open.splice(index, 1);
    return index >= 0;
  });
}

function writeItem(
  holder: Holder,
  last: StepPlan,
  rule: RulePlan,
  value: FhirElement,
  names: Names,
  merge: RulePlan['merge'],
): void {
  const given = copy(value) as Holder;
  for (const { path } of last.where ?? []) if (path.length === 1 && path[0]) delete given[path[0].element];
  const whole = withEquations(given as FhirElement, itemFrom(last, names) as FhirElement);
  const items = itemsOf(holder, last.element);
  if (merge === 'append') {
    if (!items.some((item) => covers(item, whole))) items.push(whole);
    return;
  }
  if (merge === 'replace') {
    if (!sameSet(items, [whole])) holder[last.element] = [whole];
    return;
  }
  const item = findItem(holder, last, names);
  if (!item) items.push(whole);
  else
    assign(
      item,
      Object.fromEntries(Object.keys(given).map((name) => [name, whole[name]])),
      childrenOwned(rule, last),
    );
}

/** What `where` says of an item counts more than what the value says of it; beside it the value may say more. */
function withEquations(value: FhirElement, equations: FhirElement): FhirElement {
  const result: Holder = { ...value };
  for (const [name, wanted] of Object.entries(equations)) {
    const given = result[name];
    if (wanted === undefined || (given !== undefined && covers(given, wanted))) continue;
    if (Array.isArray(given) && Array.isArray(wanted)) result[name] = [...given, ...wanted];
    else
      result[name] =
        given !== undefined && isPlainObject(given) && isPlainObject(wanted)
          ? withEquations(given, wanted)
          : wanted;
  }
  return result as FhirElement;
}

/** The children that the rule's conversion could have given, without what `where` says: that makes the item what it is. */
function childrenOwned(rule: RulePlan, step: StepPlan): readonly string[] {
  return rule.owns.filter((name) => !(step.where ?? []).some(({ path }) => path[0]?.element === name));
}

function writeSingle(holder: Holder, last: StepPlan, rule: RulePlan, value: FhirValue): void {
  const existing = holder[last.element];
  removeRivals(holder, last);
  if (existing === undefined || !isPlainObject(value) || !isPlainObject(existing)) {
    if (!covers(existing, value)) holder[last.element] = copy(value);
  } else if (rule.source.kind === 'reference') {
    // Another target: what was said about the old one (display, identifier) goes with it.
    if (!covers(existing, value)) holder[last.element] = copy(value);
  } else {
    assign(existing as Holder, value, rule.owns);
  }
}

/** Sets the children that `value` gives and removes those that its conversion could have given; others stay. */
function assign(item: Holder, value: FhirElement, owns: readonly string[]): void {
  for (const [name, child] of Object.entries(value)) {
    if (child !== undefined && !covers(item[name], child)) item[name] = copy(child);
  }
  for (const name of owns) {
    if (value[name] === undefined) {
      delete item[name];
      delete item[`_${name}`];
    }
  }
}

function isPlainObject(value: FhirValue): value is FhirElement {
  return typeof value === 'object' && !Array.isArray(value) && !isDecimalObject(value);
}

/** Removes what the rule would have written; an item of which only its `where` is left goes too. */
export function clearValue(root: Holder, rule: RulePlan, names: Names): void {
  const { steps } = rule.target;
  const last = steps.at(-1) as StepPlan;
  if (rule.merge === 'append' || rule.merge === 'fill') return;
  const holder = find(root, steps, names);
  if (!holder || holder[last.element] === undefined) return;
  const item = last.where && findItem(holder, last, names);
  if (last.where && !item) return;
  rule.watch?.cleared();
  if (item) {
    const owned = rule.owns.length === 0 ? Object.keys(item) : childrenOwned(rule, last);
    for (const name of owned) delete item[name];
    dropItem(holder, last, item, names);
  } else {
    delete holder[last.element];
    delete holder[`_${last.element}`];
  }
  tidy(root, steps, names);
}

function dropItem(holder: Holder, step: StepPlan, item: Holder, names: Names): void {
  if (Object.keys(item).length > 0 && !onlyEquations(item as FhirElement, step, names)) return;
  const items = holder[step.element] as FhirValue[];
  const rest = items.filter((other) => other !== (item as FhirElement));
  if (rest.length > 0) holder[step.element] = rest;
  else delete holder[step.element];
}

/** Walks back from the place that was cleared and removes what it left empty. */
function tidy(root: Holder, steps: readonly StepPlan[], names: Names): void {
  for (let length = steps.length - 1; length > 0; length--) {
    const step = steps[length - 1] as StepPlan;
    const holder = find(root, steps.slice(0, length), names);
    if (!holder) return;
    const item = step.where ? findItem(holder, step, names) : (holder[step.element] as Holder | undefined);
    if (!item) return;
    if (step.where) dropItem(holder, step, item, names);
    else if (Object.keys(item).length === 0) delete holder[step.element];
  }
}

/** The identity rule adds its identifier and never changes one that is there (design 2.4). */
export function writeIdentity(root: Holder, rule: RulePlan, value: string, names: Names): void {
  const { steps } = rule.target;
  const holderStep = steps.at(-2) as StepPlan;
  const holder = reach(root, steps.slice(0, -1), names);
  if (!holderStep.list) {
    holder[holderStep.element] ??= { value };
    return;
  }
  const items = itemsOf(holder, holderStep.element);
  const wanted = { ...itemFrom(holderStep, names), value };
  const candidates = items.filter((item) => (item as FhirElement)['value'] === value);
  const found = candidates.some((item) =>
    findItem({ [holderStep.element]: [item] } as FhirElement, holderStep, names),
  );
  if (!found) items.push(wanted as FhirElement);
}
