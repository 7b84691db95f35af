/**
 * Resources as goldens hold them: what a server stores comes in; the same without ids, versions and dates, references by
 * identifier, in an order that no server chooses, goes out.
 */
import type { FhirElement, FhirResource, FhirValue } from '../fhir/resource.ts';

/** Resources without what every server sets in its own way; `Type/id` becomes `Type?identifier=system|value`. */
export function canonical(resources: readonly FhirResource[]): readonly FhirResource[] {
  const names = new Map(
    resources.map((resource) => [`${resource.resourceType}/${resource.id}`, nameOf(resource)]),
  );
  return resources
    .map((resource) => ({
      name: nameOf(resource),
      resource: withoutStamp(renamed(resource, names) as FhirResource),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
    .map(({ resource }) => resource);
}

/** `Type?identifier=system|value`, of its first identifier; of a resource without one its address. */
export function nameOf({ resourceType, id, identifier }: FhirResource): string {
  const first = (Array.isArray(identifier) ? identifier[0] : identifier) as FhirElement | undefined;
  return first?.['value'] === undefined
    ? `${resourceType}/${id}`
    : `${resourceType}?identifier=${first['system'] ?? ''}|${first['value']}`;
}

/** With other references: `Type/id`, or how a golden names a resource, to its new name. */
export function renamed(value: FhirValue, names: ReadonlyMap<string, string>): FhirValue {
  if (Array.isArray(value)) return value.map((item) => renamed(item, names));
  if (typeof value !== 'object' || value === null || 'rawJSON' in value) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => [
      key,
      key === 'reference' && typeof child === 'string'
        ? (names.get(child) ?? child)
        : renamed(child as FhirValue, names),
    ]),
  );
}

function withoutStamp({ id: _id, meta, ...rest }: FhirResource): FhirResource {
  const { versionId: _version, lastUpdated: _updated, ...own } = (meta ?? {}) as FhirElement;
  const { resourceType, ...content } = rest as FhirResource;
  return { resourceType, ...(Object.keys(own).length > 0 ? { meta: own } : {}), ...content } as FhirResource;
}
