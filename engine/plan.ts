/**
 * The contract between compile/ and apply/, as types: what a mapping file becomes. Compile makes a MappingPlan, apply runs
 * it; neither imports the other. Everything in a plan is frozen and, but for closures, printable.
 */
import type { FhirValue } from './fhir/resource.ts';

/** What reading the source of a rule on one dataset gave. Empty, blank and null count as absent (design 2.2). */
export type Reading =
  | { readonly state: 'absent' }
  | { readonly state: 'value'; readonly value: FhirValue }
  /** `reason` says which rule of the standard or of the mapping was broken, without the value. */
  | { readonly state: 'invalid'; readonly reason: string; readonly tag?: string };

export const ABSENT: Reading = Object.freeze({ state: 'absent' });
