/**
 * Changes come in, one transaction Bundle goes out: deletes first, then what is referred to before what refers to it, so
 * that servers that keep the order and servers that sort are both served. Unchanged resources are not in it. Where patches are
 * wanted, an update goes out as what changed, if that is shorter.
 */
import { patchOf, patchResource } from '../fhir/json-patch.ts';
import type { CurrentResource, FhirResource, TransactionBundle, TransactionEntry } from '../fhir/resource.ts';
import { encodeQuery } from '../fhir/search.ts';
import type { MappingPlan } from '../plan.ts';
import type { ResourceChange } from './merge.ts';

export interface Transaction {
  readonly bundle: TransactionBundle;
  /** The change behind each entry of the bundle. */
  readonly changes: readonly ResourceChange[];
}

/** Undefined when nothing changed. `asPatches`: the server takes JSON Patch within transactions. */
export function buildTransaction(
  changes: readonly ResourceChange[],
  plan: MappingPlan,
  asPatches = false,
): Transaction | undefined {
  const rank = new Map(plan.mappings.map((mapping, index) => [mapping.name, index]));
  const orderOf = (change: ResourceChange): number =>
    change.kind === 'delete' ? -1 : (rank.get(change.plan.name) ?? 0);
  const sent = changes
    .filter(({ kind }) => kind !== 'none')
    .toSorted((a, b) => orderOf(a) - orderOf(b) || (a.slot < b.slot ? -1 : 1));
  if (sent.length === 0) return undefined;
  const made = sent.flatMap(({ current, fullUrl }) => (current ? [] : [fullUrl]));
  const patchFor = asPatches ? patches(made) : () => undefined;
  const entry = sent.map((change) => toEntry(change, patchFor));
  return { bundle: { resourceType: 'Bundle', type: 'transaction', entry }, changes: sent };
}

type PatchFor = (current: CurrentResource, resource: FhirResource) => FhirResource | undefined;

/**
 * A patch of a resource, as a Binary; undefined where the whole is no longer, or where something refers to what the same
 * transaction makes, for no server looks for such references in a patch.
 */
function patches(made: readonly string[]): PatchFor {
  return (current, resource) => {
    const operations = patchOf(current, resource);
    const text = JSON.stringify(operations);
    if (made.some((fullUrl) => text.includes(fullUrl))) return undefined;
    const patch = patchResource(operations);
    return JSON.stringify(patch).length < JSON.stringify(resource).length ? patch : undefined;
  };
}

function toEntry(
  { kind, resource, current, fullUrl, identity, plan }: ResourceChange,
  patchFor: PatchFor,
): TransactionEntry {
  const type = plan.resourceType;
  if (!current) {
    const ifNoneExist = encodeQuery([{ name: 'identifier', token: [identity] }]);
    return { fullUrl, resource, request: { method: 'POST', url: type, ifNoneExist } };
  }
  const request = { url: `${type}/${current.resource.id}`, ifMatch: `W/"${current.versionId}"` };
  if (kind === 'delete') return { request: { method: 'DELETE', ...request } };
  const patch = patchFor(current, resource);
  return patch
    ? { resource: patch, request: { method: 'PATCH', ...request } }
    : { resource, request: { method: 'PUT', ...request } };
}
