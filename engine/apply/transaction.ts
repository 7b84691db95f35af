/**
 * Changes come in, one transaction Bundle goes out: deletes first, then what is referred to before what refers to it, so
 * that servers that keep the order and servers that sort are both served. Unchanged resources are not in it.
 */
import type { TransactionBundle, TransactionEntry } from '../fhir/resource.ts';
import { encodeQuery } from '../fhir/search.ts';
import type { MappingPlan } from '../plan.ts';
import type { ResourceChange } from './merge.ts';

export interface Transaction {
  readonly bundle: TransactionBundle;
  /** The change behind each entry of the bundle. */
  readonly changes: readonly ResourceChange[];
}

/** Undefined when nothing changed. */
export function buildTransaction(
  changes: readonly ResourceChange[],
  plan: MappingPlan,
): Transaction | undefined {
  const rank = new Map(plan.mappings.map((mapping, index) => [mapping.name, index]));
  const orderOf = (change: ResourceChange): number =>
    change.kind === 'delete' ? -1 : (rank.get(change.plan.name) ?? 0);
  const sent = changes
    .filter(({ kind }) => kind !== 'none')
    .toSorted((a, b) => orderOf(a) - orderOf(b) || (a.slot < b.slot ? -1 : 1));
  if (sent.length === 0) return undefined;
  return { bundle: { resourceType: 'Bundle', type: 'transaction', entry: sent.map(toEntry) }, changes: sent };
}

function toEntry({ kind, resource, current, fullUrl, identity, plan }: ResourceChange): TransactionEntry {
  const type = plan.resourceType;
  if (!current) {
    const ifNoneExist = encodeQuery([{ name: 'identifier', token: [identity] }]);
    return { fullUrl, resource, request: { method: 'POST', url: type, ifNoneExist } };
  }
  const request = { url: `${type}/${current.resource.id}`, ifMatch: `W/"${current.versionId}"` };
  return kind === 'delete'
    ? { request: { method: 'DELETE', ...request } }
    : { resource, request: { method: 'PUT', ...request } };
}
