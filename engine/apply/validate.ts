/**
 * Changes come in; the first fault of each goes out: the FHIR shape of the merged resource and the invariants of its
 * mapping. Asked once per group, after everything was merged and derived.
 */
import { EngineError } from '../errors.ts';
import type { FhirElement, FhirResource } from '../fhir/resource.ts';
import type { ShapeIssue } from '../fhir/shape.ts';
import type { MappingPlan, Names } from '../plan.ts';
import type { ResourceChange } from './merge.ts';

export interface Warning {
  readonly slot: string;
  /** `Mapping.assertion`. */
  readonly rule: string;
  readonly message: string;
}

/** Throws resource.shape or resource.assertion for the first error; gives the invariants that only warn. */
export function validateChanges(
  changes: readonly ResourceChange[],
  plan: MappingPlan,
  names: Names,
): readonly Warning[] {
  const warnings: Warning[] = [];
  for (const { kind, resource, current, slot, plan: mapping } of changes) {
    if (kind !== 'create' && kind !== 'update') continue;
    const fault = newFault(mapping.validation.shape, resource, current?.resource);
    if (fault) {
      throw new EngineError('resource.shape', `${fault.path} ${fault.message}`, { rule: mapping.name });
    }
    for (const assertion of mapping.validation.asserts) {
      if (assertion.holds(resource as FhirElement & typeof resource, { ...names, settings: plan.settings }))
        continue;
      const rule = `${mapping.name}.${assertion.name}`;
      const { description } = assertion;
      const message = `${rule} does not hold${description === undefined ? '' : `: ${description.trim()}`}`;
      if (assertion.severity === 'error') {
        throw new EngineError('resource.assertion', message, { rule });
      }
      warnings.push({ slot, rule, message });
    }
  }
  return warnings;
}

/** Servers add elements of their own, and others store what is not quite valid: only what the merge brought counts. */
function newFault(
  shape: (resource: unknown) => readonly ShapeIssue[],
  resource: FhirResource,
  before: FhirResource | undefined,
): ShapeIssue | undefined {
  const faults = shape(resource);
  if (faults.length === 0 || !before) return faults[0];
  // By place in the model, not by index: removing an item moves those behind it.
  const open = new Map<string, number>();
  const keyOf = ({ path, rule }: ShapeIssue): string => `${rule} ${path.replace(/\[\d+\]/g, '')}`;
  for (const fault of shape(before)) open.set(keyOf(fault), (open.get(keyOf(fault)) ?? 0) + 1);
  return faults.find((fault) => {
    const left = open.get(keyOf(fault)) ?? 0;
    open.set(keyOf(fault), left - 1);
    return left <= 0;
  });
}
