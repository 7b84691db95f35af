/**
 * The items of lists that have keys: a resource and a list come in, the item with a key, or the resource without it, goes
 * out. A study of thousands of instances is searched once, not once per entry.
 */
import type { FhirElement, FhirValue } from '../fhir/resource.ts';
import type { ListPlan, Names } from '../plan.ts';
import type { ListDraft } from './draft.ts';
import type { Holder } from './json.ts';
import { find, itemsOf, reach } from './locate.ts';

/** Items by key, per list array. */
export type Indexes = WeakMap<readonly FhirValue[], Index>;

interface Index {
  readonly byKey: Map<string, Holder>;
  /** How many items it covers: a rule whose path goes through the list may have made one since. */
  length: number;
}

/** Where the names of a `where` on the way and the indexes are. */
export interface Opening {
  readonly names: Names;
  readonly indexes: Indexes;
}

/** The item with this key, made when there is none. */
export function reachItem(
  root: Holder,
  { list, key }: Pick<ListDraft, 'list' | 'key'>,
  opening: Opening,
): { readonly item: Holder; readonly made: boolean } {
  const { items, index } = openList(root, list, opening, true);
  const found = index.byKey.get(String(key));
  if (found) return { item: found, made: false };
  const item: Holder = { [list.key.element]: key };
  index.length = items.push(item as FhirElement);
  index.byKey.set(String(key), item);
  return { item, made: true };
}

function openList(
  root: Holder,
  list: ListPlan,
  { names, indexes }: Opening,
  make: boolean,
): { readonly holder: Holder | undefined; readonly items: FhirValue[]; readonly index: Index } {
  const { steps } = list.target;
  const element = steps.at(-1)?.element as string;
  const holder = make ? reach(root, steps, names) : find(root, steps, names);
  if (!holder || (!make && !Array.isArray(holder[element])))
    return { holder, items: [], index: { byKey: new Map(), length: 0 } };
  const items = itemsOf(holder, element);
  let index = indexes.get(items);
  if (!index || index.length !== items.length) {
    index = { byKey: new Map(), length: items.length };
    for (const item of items as readonly FhirElement[]) {
      const key = String(item[list.key.element]);
      // Of two items with one key the first counts, as for `where`.
      if (!index.byKey.has(key)) index.byKey.set(key, item as Holder);
    }
    indexes.set(items, index);
  }
  return { holder, items, index };
}

/** Takes out the innermost items, then every item that this emptied. True when something was taken out. */
export function removeItem(root: Holder, draft: ListDraft, opening: Opening): boolean {
  const { list, key } = draft;
  const { holder, items, index } = openList(root, list, opening, false);
  const item = index.byKey.get(String(key));
  if (!holder || !item) return false;
  if (draft.lists.length > 0) {
    const removed = draft.lists.filter((inner) => removeItem(item, inner, opening)).length > 0;
    if (!removed) return false;
    if (!list.lists.every((inner) => isListEmpty(item, inner, opening.names))) return true;
  }
  items.splice(items.indexOf(item as FhirElement), 1);
  index.byKey.delete(String(key));
  index.length = items.length;
  const twin = (items as readonly FhirElement[]).find(
    (other) => String(other[list.key.element]) === String(key),
  );
  if (twin) index.byKey.set(String(key), twin as Holder);
  if (items.length === 0) delete holder[list.target.steps.at(-1)?.element as string];
  return true;
}

/** What is in the list; nothing where there is none. */
export function listItems(root: Holder, { target: { steps } }: ListPlan, names: Names): readonly Holder[] {
  const items = find(root, steps, names)?.[steps.at(-1)?.element as string];
  return Array.isArray(items) ? (items as Holder[]) : [];
}

/** True where nothing is in the list. */
export function isListEmpty(root: Holder, list: ListPlan, names: Names): boolean {
  return listItems(root, list, names).length === 0;
}
