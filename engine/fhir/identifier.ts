/**
 * Identifiers of a resource, compared exactly: servers match more loosely than asked (case, blanks, missing systems).
 */
import { isDecimalObject } from './decimal.ts';
import type { FhirElement, FhirResource, IdentifierToken } from './resource.ts';

/** True when the resource carries exactly this identifier; without a system only an identifier without one fits. */
export function hasIdentifier(resource: FhirResource, token: IdentifierToken): boolean {
  return identifiersOf(resource).some(
    ({ system, value }) => value === token.value && system === token.system,
  );
}

/** True when the resource carries another value of the same identifier system: it stands for something else. */
export function hasOtherIdentifier(resource: FhirResource, token: IdentifierToken): boolean {
  return identifiersOf(resource).some(
    ({ system, value }) => system === token.system && value !== token.value,
  );
}

/** True when an identifier of the resource has this value, in whatever case and of whatever system. */
export function hasValueOf(resource: FhirResource, token: IdentifierToken): boolean {
  const wanted = token.value.toLowerCase();
  return identifiersOf(resource).some(
    ({ value }) => typeof value === 'string' && value.toLowerCase() === wanted,
  );
}

function identifiersOf(resource: FhirResource): readonly FhirElement[] {
  const { identifier } = resource;
  if (typeof identifier !== 'object' || isDecimalObject(identifier)) return [];
  const all: readonly unknown[] = Array.isArray(identifier) ? identifier : [identifier];
  return all.filter((each): each is FhirElement => typeof each === 'object' && each !== null);
}
