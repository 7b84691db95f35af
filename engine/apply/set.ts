/**
 * What belongs to a set: a resource and a SetDraft come in; whether the mapping made the resource from that instance goes out.
 */
import { hasIdentifier } from '../fhir/identifier.ts';
import type { FhirResource } from '../fhir/resource.ts';
import type { SetDraft } from './draft.ts';
import type { Holder } from './json.ts';
import { find } from './locate.ts';

/**
 * It carries the identifier of the instance, and one of the kind that the identity rule writes: another mapping, or somebody
 * else, may have made resources of this type from the same instance.
 */
export function belongsToSet(resource: FhirResource, { plan, instance, names }: SetDraft): boolean {
  const { steps } = plan.transform.identity.rule.target;
  return (
    resource.resourceType === plan.resourceType &&
    hasIdentifier(resource, instance) &&
    find(resource as Holder, steps, names) !== undefined
  );
}
