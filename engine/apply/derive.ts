/**
 * What follows from a merged resource: the resource and its mapping come in, and what the mapping derives is written into its
 * items and into it, the innermost first. Follows from the resource alone, whatever an earlier page derived.
 */
import type { FhirElement } from '../fhir/resource.ts';
import type { ListPlan, Names, ResourcePlan, RulePlan } from '../plan.ts';
import { copy, equal, type Holder } from './json.ts';
import { listItems } from './list-items.ts';
import { reach, removeRivals } from './locate.ts';
import { clearValue, writeValue } from './write.ts';

/** Writes into `resource`. */
export function derive(resource: Holder, { transform }: ResourcePlan, names: Names): void {
  const inLists = (root: Holder, lists: readonly ListPlan[]): void => {
    for (const list of lists) {
      for (const item of listItems(root, list, names)) {
        inLists(item, list.lists);
        for (const rule of list.derives) writeDerived(item, rule, names);
      }
    }
  };
  inLists(resource, transform.lists);
  for (const rule of transform.derives) writeDerived(resource, rule, names);
}

function writeDerived(holder: Holder, rule: RulePlan, names: Names): void {
  if (rule.source.kind !== 'derive') return;
  const values = rule.source.evaluate(holder as FhirElement, names);
  const value = rule.target.several || values.length > 1 ? values : values[0];
  const last = rule.target.steps.at(-1);
  if (value === undefined || values.length === 0) {
    clearValue(holder, rule, names);
  } else if (!last || last.where || rule.merge === 'append' || rule.merge === 'fill') {
    writeValue(holder, rule, value, names, { speaks: true });
  } else {
    // What is derived follows from the state alone: what an earlier page derived must not show through, not even as order.
    const place = reach(holder, rule.target.steps, names);
    removeRivals(place, last);
    if (!equal(place[last.element], value)) place[last.element] = copy(value);
  }
}
