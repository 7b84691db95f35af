/**
 * FHIRPath of expectations: text and a resource type come in, a closure over resources or the faults of the text go out. Each
 * text is compiled once.
 */

import { compilePath } from '../compile/fhirpath.ts';
import type { ExpressionFault } from '../compile/findings.ts';
import type { FhirResource, FhirValue } from '../fhir/resource.ts';
import type { Names } from '../plan.ts';

export interface Condition {
  readonly faults: readonly ExpressionFault[];
  /** Throws an EngineError mapping.evaluation where it cannot be applied to the resource. */
  evaluate(resource: FhirResource, names: Names): readonly FhirValue[];
}

/** `Type` of `Type.birthDate`. */
export function typeOfPath(text: string): string {
  return /^\s*([A-Za-z]+)/.exec(text)?.[1] ?? text;
}

const NAMES = new Map([
  ['settings', undefined],
  ['source', ['id', 'url', 'urls', 'partition', 'isPartition']],
]);

const compiled = new Map<string, Condition>();

export function compileCondition(text: string, type: string): Condition {
  const key = `${type} ${text}`;
  const known = compiled.get(key);
  if (known) return known;
  const path = compilePath(text, type, NAMES);
  const condition: Condition =
    'faults' in path
      ? { faults: path.faults, evaluate: () => [] }
      : { faults: [], evaluate: (resource, names) => path.evaluate(resource, names) };
  compiled.set(key, condition);
  return condition;
}
