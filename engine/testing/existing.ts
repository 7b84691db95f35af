/**
 * What the FHIR server of a case holds before: resources in place and paths to JSON come in, resources with ids and addresses as
 * references go out. What a server would not take is a failure with its line and the path in the resource.
 */
import { isResourceType } from '../fhir/elements.ts';
import { parseFhirJson } from '../fhir/json.ts';
import type { FhirResource, FhirValue } from '../fhir/resource.ts';
import { compileShape } from '../fhir/shape.ts';
import { nameOf, renamed } from './canonical.ts';
import type { Given } from './test-case.ts';

/** A file by its path from the folder of the test file. */
export type ReadFixture = (path: string) => { readonly bytes: Uint8Array } | { readonly error: string };

export type Fail = (line: number, message: string, hint?: string) => void;

interface Placed {
  readonly resource: FhirResource;
  readonly line: number;
}

export function readExisting(
  given: Given['existing'],
  read: ReadFixture,
  fail: Fail,
): readonly FhirResource[] {
  const found = given.flatMap(({ resource, line }): readonly Placed[] => {
    const resources =
      typeof resource === 'string'
        ? readResources(resource, read, (message, hint) => fail(line, message, hint))
        : [resource];
    return resources.map((each) => ({ resource: each, line }));
  });
  const resources = withIds(found.map(({ resource }) => resource));
  const known = new Set<string>();
  for (const [index, { line }] of found.entries()) {
    const resource = resources[index] as FhirResource;
    const address = `${resource.resourceType}/${resource.id}`;
    if (known.has(address))
      fail(line, `existing: another ${resource.resourceType} has the id ${resource.id}`);
    known.add(address);
    refuse(resource, line, fail);
  }
  return resources;
}

function readResources(
  path: string,
  read: ReadFixture,
  fail: (message: string, hint?: string) => void,
): readonly FhirResource[] {
  const file = read(path);
  if ('error' in file) {
    const hint = 'Where it is the golden of another case, let --update write that first, and run again.';
    fail(`existing: ${path} ${file.error}`, hint);
    return [];
  }
  let json: unknown;
  try {
    json = parseFhirJson(new TextDecoder().decode(file.bytes));
  } catch {
    fail(`existing: ${path} is no JSON`);
    return [];
  }
  const resources = resourcesIn(json);
  if (!resources?.every(isResource)) {
    fail(
      `existing: ${path} holds something that is no FHIR resource, no list of them, no Bundle and no golden result`,
    );
    return [];
  }
  return resources;
}

function resourcesIn(json: unknown): readonly unknown[] | undefined {
  if (Array.isArray(json)) return json;
  if (typeof json !== 'object' || json === null) return undefined;
  const { resourceType, resources, entry } = json as Readonly<Record<string, unknown>>;
  if (resourceType === 'Bundle')
    return Array.isArray(entry) ? entry.map((each) => (each as { resource?: unknown } | null)?.resource) : [];
  return resourceType === undefined && Array.isArray(resources) ? resources : [json];
}

function isResource(value: unknown): value is FhirResource {
  return typeof (value as { resourceType?: unknown } | null)?.resourceType === 'string';
}

/** A golden result has no ids, and refers by identifier: both are made addresses again. */
function withIds(resources: readonly FhirResource[]): readonly FhirResource[] {
  const all = resources.map((resource, index) => ({
    ...resource,
    id: resource.id ?? `existing-${index + 1}`,
  }));
  const addresses = new Map(
    all.map((resource) => [nameOf(resource), `${resource.resourceType}/${resource.id}`]),
  );
  return all.map((resource) => renamed(resource, addresses) as FhirResource);
}

/** Tells why a server would not take a resource. */
function refuse(resource: FhirResource, line: number, fail: Fail): void {
  const type = resource.resourceType;
  if (!isResourceType(type)) {
    fail(line, `existing: R4 has no resource type ${type}`);
    return;
  }
  for (const { path, message } of compileShape(type)(resource)) fail(line, `existing: ${path} ${message}`);
  for (const reference of unresolved(resource)) {
    const hint = 'Give what it refers to under `existing` too; a golden with `shows` may leave it out.';
    fail(line, `existing: the ${type} refers to ${reference}, which is not given`, hint);
  }
}

/** References by identifier, for which nothing was found. */
function unresolved(value: FhirValue | undefined): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, child]) =>
    name === 'reference' && typeof child === 'string'
      ? /^[A-Z][A-Za-z]+\?/.test(child)
        ? [child]
        : []
      : unresolved(child as FhirValue),
  );
}
