/**
 * The fold (design 3): drafts in the order of the feed and the resources as the server holds them come in, one change per
 * resource goes out. `step` looks at nothing but the state in memory and one draft; derived elements come last.
 */
import { createHash } from 'node:crypto';
import type {
  CurrentResource,
  FhirElement,
  FhirResource,
  FhirValue,
  IdentifierToken,
} from '../fhir/resource.ts';
import type { ListPlan, Names, ResourcePlan, RulePlan } from '../plan.ts';
import type { DraftIssue, EntryDraft, ListDraft, ResourceDraft, RuleDraft, SetDraft } from './draft.ts';
import { copy, equal, type Holder, ordered } from './json.ts';
import { find, itemsOf, reach, removeRivals } from './locate.ts';
import { belongsToSet } from './set.ts';
import { clearValue, writeIdentity, writeValue } from './write.ts';

/** One resource of a group, as the fold found and left it. */
export interface ResourceChange {
  readonly kind: 'create' | 'update' | 'delete' | 'none';
  readonly plan: ResourcePlan;
  readonly identity: IdentifierToken;
  readonly slot: string;
  /** As it shall be; for `delete` and `none` as it was. */
  readonly resource: FhirResource;
  readonly current?: CurrentResource;
  /** `urn:uuid:…` of a resource to be made: how references inside the transaction name it. */
  readonly fullUrl: string;
}

export interface Fold {
  /** Applies one draft; an issue means that the entry contributes nothing. */
  step(draft: EntryDraft): DraftIssue | undefined;
  /** Derives and compares. In the order in which the slots were first met. */
  finish(): readonly ResourceChange[];
}

interface Slot {
  readonly key: string;
  readonly identity: IdentifierToken;
  readonly plans: Map<string, { readonly plan: ResourcePlan; readonly names: Names }>;
  readonly current: CurrentResource | undefined;
  readonly fullUrl: string;
  /** Undefined while the resource does not exist in the fold. */
  resource: Holder | undefined;
}

/**
 * `currents`: what the server holds, by slot. `known`: references to resources that are not part of this fold, by slot.
 * `members`: what the server holds of the sets of these entries.
 */
export function createFold(
  currents: ReadonlyMap<string, CurrentResource>,
  known: ReadonlyMap<string, string> = new Map(),
  members: readonly CurrentResource[] = [],
): Fold {
  const slots = new Map<string, Slot>();
  /** By id on the server: one resource may carry two identities, as after a merge of two records. */
  const stored = new Map<string, Slot>();
  const indexes: Indexes = new WeakMap();

  const open = (key: string, identity: IdentifierToken, current: CurrentResource | undefined): Slot => {
    const place = current && `${current.resource.resourceType}/${current.resource.id}`;
    const slot: Slot = (place && stored.get(place)) || {
      key,
      identity,
      plans: new Map(),
      current,
      fullUrl: urnOf(key),
      resource: current ? (copy(current.resource) as Holder) : undefined,
    };
    slots.set(key, slot);
    if (place) stored.set(place, slot);
    return slot;
  };
  const slotOf = (draft: ResourceDraft): Slot =>
    slots.get(draft.slot) ?? open(draft.slot, draft.identity, currents.get(draft.slot));
  for (const member of members) {
    const { resourceType, id = '' } = member.resource;
    // Named by its place: its identity is known when an entry has an item for it.
    open(`${resourceType}/${id}`, { value: id }, member);
  }

  /** What was made from the instance and is no item of it any more. */
  const removeRest = (set: SetDraft): void => {
    if (!set.create) return;
    const kept = new Set([...set.members].map((key) => slots.get(key)));
    const { owned } = set.plan.transform;
    for (const slot of new Set(slots.values())) {
      const resource = slot.resource as FhirResource | undefined;
      if (!resource || kept.has(slot) || !belongsToSet(resource, set)) continue;
      if (owned && !owned.holds(resource, set.names)) continue;
      set.plan.transform.watch?.removed();
      touch(slot, set);
      slot.resource = undefined;
    }
  };

  const referenceTo = (draft: EntryDraft, mapping: string): string | undefined => {
    const target = draft.resources.find(({ plan }) => plan.name === mapping);
    if (!target) return undefined;
    const outside = known.get(target.slot);
    if (outside !== undefined) return outside;
    const slot = slotOf(target);
    if (slot.current) return `${target.plan.resourceType}/${slot.current.resource.id}`;
    return slot.resource || target.create ? slot.fullUrl : undefined;
  };

  return {
    step(draft) {
      if (draft.kind === 'delete') {
        for (const part of draft.resources) if (part.create) removeFrom(slotOf(part), part, indexes);
        for (const set of draft.sets) removeRest(set);
        return undefined;
      }
      const dangling = draft.resources.flatMap((part) => requiredReferences(part, draft, referenceTo))[0];
      if (dangling) return dangling;
      for (const part of draft.resources) {
        if (!part.plan.transform.readsDataset && known.has(part.slot)) continue;
        const slot = slotOf(part);
        if (!part.create) continue;
        const made = slot.resource === undefined;
        const resource: Holder = slot.resource ?? { resourceType: part.plan.resourceType };
        slot.resource = resource;
        touch(slot, part);
        const writing: Writing = {
          names: part.names,
          indexes,
          reference: (mapping) => referenceTo(draft, mapping),
          draft,
        };
        writeIdentity(resource, part.plan.transform.identity.rule, part.identity.value, part.names);
        for (const rule of part.rules) applyRule(resource, rule, made, part.speaks, writing);
        for (const list of part.lists) applyList(resource, list, writing);
      }
      for (const set of draft.sets) removeRest(set);
      return undefined;
    },
    finish: () => [...new Set(slots.values())].flatMap((slot) => changeOf(slot) ?? []),
  };
}

/** Items by key, per list array: a study of thousands of instances is searched once, not once per entry. */
type Indexes = WeakMap<readonly FhirValue[], Map<string, Holder>>;

interface Writing {
  readonly names: Names;
  readonly indexes: Indexes;
  readonly draft: EntryDraft;
  reference(mapping: string): string | undefined;
}

function requiredReferences(
  part: ResourceDraft,
  draft: EntryDraft,
  referenceTo: (draft: EntryDraft, mapping: string) => string | undefined,
): readonly DraftIssue[] {
  const check = (rules: readonly RuleDraft[]): readonly DraftIssue[] =>
    rules.flatMap(({ rule, outcome }) => {
      if (outcome.kind !== 'reference' || !rule.required || rule.source.kind !== 'reference') return [];
      const { mapping, logical } = rule.source;
      if (logical && draft.resources.some(({ plan }) => plan.name === mapping)) return [];
      if (referenceTo(draft, mapping) !== undefined) return [];
      const name = `${part.plan.name}.${rule.name}`;
      return [
        {
          code: 'mapping.reference' as const,
          rule: name,
          message: `${name} is required, but ${mapping} was not found`,
        },
      ];
    });
  const inLists = (lists: readonly ListDraft[]): readonly DraftIssue[] =>
    lists.flatMap((list) => [...check(list.rules), ...inLists(list.lists)]);
  return [...check(part.rules), ...inLists(part.lists)];
}

function applyRule(
  holder: Holder,
  { rule, outcome }: RuleDraft,
  made: boolean,
  speaks: boolean,
  writing: Writing,
): void {
  if (rule.on === 'create' && !made) return;
  const mode = { speaks: speaks || rule.exempt };
  switch (outcome.kind) {
    case 'value':
      writeValue(holder, rule, outcome.value, writing.names, mode);
      return;
    case 'reference': {
      const value = referenceValue(rule, writing);
      rule.watch?.referred(value !== undefined);
      if (value) writeValue(holder, rule, rule.target.several ? [value] : value, writing.names, mode);
      return;
    }
    case 'clear':
      if (mode.speaks) clearValue(holder, rule, writing.names);
      return;
    default:
      return;
  }
}

/** What a reference rule writes; undefined when its target is not there. */
export function referenceValue(
  rule: RulePlan,
  { draft, reference }: Pick<Writing, 'draft' | 'reference'>,
): FhirElement | undefined {
  if (rule.source.kind !== 'reference') return undefined;
  const { mapping, logical } = rule.source;
  const literal = reference(mapping);
  const target = draft.resources.find(({ plan }) => plan.name === mapping);
  if (!logical || !target) return literal === undefined ? undefined : { reference: literal };
  const { system, value } = target.identity;
  return {
    ...(literal === undefined ? {} : { reference: literal }),
    type: target.plan.resourceType,
    identifier: system === undefined ? { value } : { system, value },
  };
}

function applyList(root: Holder, draft: ListDraft, writing: Writing): void {
  const { list, key } = draft;
  const { items, index } = openList(root, list, writing, true);
  let item = index.get(String(key));
  const made = item === undefined;
  if (!item) {
    item = { [list.key.element]: key };
    items.push(item as FhirElement);
    index.set(String(key), item);
  }
  for (const rule of draft.rules) applyRule(item, rule, made, true, writing);
  for (const inner of draft.lists) applyList(item, inner, writing);
}

function openList(
  root: Holder,
  list: ListPlan,
  { names, indexes }: Pick<Writing, 'names' | 'indexes'>,
  make: boolean,
): { readonly holder: Holder | undefined; readonly items: FhirValue[]; readonly index: Map<string, Holder> } {
  const { steps } = list.target;
  const element = steps.at(-1)?.element as string;
  const holder = make ? reach(root, steps, names) : find(root, steps, names);
  if (!holder || (!make && !Array.isArray(holder[element]))) return { holder, items: [], index: new Map() };
  const items = itemsOf(holder, element);
  let index = indexes.get(items);
  if (!index) {
    index = new Map();
    for (const item of items as readonly FhirElement[]) {
      const key = String(item[list.key.element]);
      // Of two items with one key the first counts, as for `where`.
      if (!index.has(key)) index.set(key, item as Holder);
    }
    indexes.set(items, index);
  }
  return { holder, items, index };
}

/** From now on the mapping has a say in the slot: what it derives is derived at the end. */
function touch(slot: Slot, { plan, names }: Pick<ResourceDraft, 'plan' | 'names'>): void {
  slot.plans.set(plan.name, { plan, names });
}

function removeFrom(slot: Slot, part: ResourceDraft, indexes: Indexes): void {
  const { resource } = slot;
  if (!resource) return;
  const { onDelete, whenEmpty, owned } = part.plan.transform;
  const isOwned = (): boolean => !owned || owned.holds(resource as FhirResource, part.names);
  if (onDelete === 'delete') {
    if (!isOwned()) return;
    part.plan.transform.watch?.removed();
    touch(slot, part);
    slot.resource = undefined;
    return;
  }
  // What was never listed is no reason to touch the resource, be it to derive something anew.
  if (part.lists.filter((list) => removeItem(resource, list, part.names, indexes)).length === 0) return;
  part.plan.transform.watch?.removed();
  touch(slot, part);
  if (whenEmpty !== 'delete') return;
  const emptied = part.plan.transform.lists.every((list) => isListEmpty(resource, list, part.names));
  // What a later entry makes again is built fresh: nothing of the deleted resource comes back.
  if (emptied && isOwned()) slot.resource = undefined;
}

/** Takes out the innermost items, then every item that this emptied. True when something was taken out. */
function removeItem(root: Holder, draft: ListDraft, names: Names, indexes: Indexes): boolean {
  const { list, key } = draft;
  const { holder, items, index } = openList(root, list, { names, indexes }, false);
  const item = index.get(String(key));
  if (!holder || !item) return false;
  if (draft.lists.length > 0) {
    const removed = draft.lists.filter((inner) => removeItem(item, inner, names, indexes)).length > 0;
    if (!removed) return false;
    if (!list.lists.every((inner) => isListEmpty(item, inner, names))) return true;
  }
  items.splice(items.indexOf(item as FhirElement), 1);
  index.delete(String(key));
  const twin = (items as readonly FhirElement[]).find(
    (other) => String(other[list.key.element]) === String(key),
  );
  if (twin) index.set(String(key), twin as Holder);
  if (items.length === 0) delete holder[list.target.steps.at(-1)?.element as string];
  return true;
}

function isListEmpty(root: Holder, list: ListPlan, names: Names): boolean {
  const items = find(root, list.target.steps, names)?.[list.target.steps.at(-1)?.element as string];
  return !Array.isArray(items) || items.length === 0;
}

function changeOf(slot: Slot): ResourceChange | undefined {
  const { current, resource, key, identity, fullUrl } = slot;
  const [first] = slot.plans.values();
  if (!first) return undefined;
  const base = { plan: first.plan, identity, slot: key, fullUrl, ...(current ? { current } : {}) };
  if (!resource) return current ? { ...base, kind: 'delete', resource: current.resource } : undefined;
  for (const { plan, names } of slot.plans.values()) derive(resource, plan, names);
  const type = first.plan.resourceType;
  if (!current) return { ...base, kind: 'create', resource: ordered(resource as FhirResource, type) };
  const whole = resource['id'] === undefined ? inPlaceOf(current, resource) : (resource as FhirResource);
  if (equal(current.resource, whole)) return { ...base, kind: 'none', resource: current.resource };
  return { ...base, kind: 'update', resource: ordered(whole, type) };
}

/** A resource that was deleted and built again within the fold keeps its place on the server, and what the server keeps there. */
function inPlaceOf({ resource: before }: CurrentResource, built: Holder): FhirResource {
  const { versionId, lastUpdated } = (before['meta'] ?? {}) as FhirElement;
  const stamp = {
    ...(versionId === undefined ? {} : { versionId }),
    ...(lastUpdated === undefined ? {} : { lastUpdated }),
  };
  const meta = { ...stamp, ...(built['meta'] as FhirElement | undefined) };
  return { ...built, id: before.id, ...(Object.keys(meta).length > 0 ? { meta } : {}) } as FhirResource;
}

function derive(resource: Holder, { transform }: ResourcePlan, names: Names): void {
  const inLists = (root: Holder, lists: readonly ListPlan[]): void => {
    for (const list of lists) {
      const items = find(root, list.target.steps, names)?.[list.target.steps.at(-1)?.element as string];
      for (const item of (Array.isArray(items) ? items : []) as Holder[]) {
        inLists(item, list.lists);
        for (const rule of list.derives) writeDerived(item, rule, names);
      }
    }
  };
  inLists(resource, transform.lists);
  for (const rule of transform.derives) writeDerived(resource, rule, names);
}

function writeDerived(holder: Holder, rule: RulePlan, names: Names): void {
  if (rule.source.kind !== 'derive') return;
  const values = rule.source.evaluate(holder as FhirElement, names);
  const value = rule.target.several || values.length > 1 ? values : values[0];
  const last = rule.target.steps.at(-1);
  if (value === undefined || values.length === 0) {
    clearValue(holder, rule, names);
  } else if (!last || last.where || rule.merge === 'append' || rule.merge === 'fill') {
    writeValue(holder, rule, value, names, { speaks: true });
  } else {
    // What is derived follows from the state alone: what an earlier page derived must not show through, not even as order.
    const place = reach(holder, rule.target.steps, names);
    removeRivals(place, last);
    if (!equal(place[last.element], value)) place[last.element] = copy(value);
  }
}

/** The same slot always has the same name, so that the same input gives the same bytes (RFC 9562, version 8). */
function urnOf(slot: string): string {
  const hex = createHash('sha256').update(slot).digest('hex');
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ];
  return `urn:uuid:${parts.join('-')}`;
}
