/**
 * The fold (design 3): drafts in the order of the feed and the resources as the server holds them come in, one change per
 * resource goes out. `step` looks at nothing but the state in memory and one draft; derived elements come last.
 */
import { createHash } from 'node:crypto';
import type { CurrentResource, FhirElement, FhirResource, IdentifierToken } from '../fhir/resource.ts';
import type { ListPlan, Names, ResourcePlan, RulePlan } from '../plan.ts';
import { derive } from './derive.ts';
import type { DraftIssue, EntryDraft, ListDraft, ResourceDraft, RuleDraft, SetDraft } from './draft.ts';
import { copy, equal, type Holder, ordered } from './json.ts';
import { type Indexes, isListEmpty, reachItem, removeItem } from './list-items.ts';
import { belongsToSet } from './set.ts';
import { canSettle, createSettled, type Level, type Settled } from './settled.ts';
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
  readonly settled: Settled;
  /** The mapping that was here last; undefined where something else was. */
  last: ResourcePlan | undefined;
}

export interface FoldOptions {
  /** Applies every level, also one of which it is known that it changes nothing: what the fold is compared with. */
  readonly appliesAll?: boolean;
}

/**
 * `currents`: what the server holds, by slot. `known`: references to resources that are not part of this fold, by slot.
 * `members`: what the server holds of the sets of these entries.
 */
export function createFold(
  currents: ReadonlyMap<string, CurrentResource>,
  known: ReadonlyMap<string, string> = new Map(),
  members: readonly CurrentResource[] = [],
  { appliesAll = false }: FoldOptions = {},
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
      settled: createSettled(),
      last: undefined,
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
      unsettle(slot);
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
      const dangling = requiredReferences(draft, referenceTo)[0];
      if (dangling) return dangling;
      for (const part of draft.resources) {
        if (!part.plan.transform.readsDataset && known.has(part.slot)) continue;
        const slot = slotOf(part);
        if (!part.create) continue;
        const made = slot.resource === undefined;
        const resource: Holder = slot.resource ?? { resourceType: part.plan.resourceType };
        slot.resource = resource;
        touch(slot, part);
        if (slot.last !== part.plan) slot.settled.forget();
        slot.last = part.plan;
        const writing: Writing = {
          names: part.names,
          indexes,
          reference: (mapping) => referenceTo(draft, mapping),
          draft,
          ...(appliesAll || !canSettle(part.plan) ? {} : { settled: slot.settled }),
        };
        applyHead(resource, part, made, writing);
        for (const list of part.lists) applyList(resource, list, writing);
      }
      for (const set of draft.sets) removeRest(set);
      return undefined;
    },
    finish: () => [...new Set(slots.values())].flatMap((slot) => changeOf(slot) ?? []),
  };
}

interface Writing {
  readonly names: Names;
  readonly indexes: Indexes;
  readonly draft: EntryDraft;
  /** Where levels that change nothing may be passed over. */
  readonly settled?: Settled;
  reference(mapping: string): string | undefined;
}

/** What fails the entry: targets of required references that are not there. */
function requiredReferences(
  draft: EntryDraft,
  referenceTo: (draft: EntryDraft, mapping: string) => string | undefined,
): readonly DraftIssue[] {
  const issues: DraftIssue[] = [];
  const check = ({ plan: { name: own } }: ResourceDraft, rules: readonly RuleDraft[]): void => {
    for (const { rule, outcome } of rules) {
      if (outcome.kind !== 'reference' || !rule.required || rule.source.kind !== 'reference') continue;
      const { mapping, logical } = rule.source;
      if (logical && draft.resources.some(({ plan }) => plan.name === mapping)) continue;
      if (referenceTo(draft, mapping) !== undefined) continue;
      const name = `${own}.${rule.name}`;
      const message = `${name} is required, but ${mapping} was not found`;
      issues.push({ code: 'mapping.reference', rule: name, message });
    }
  };
  const inLists = (part: ResourceDraft, lists: readonly ListDraft[]): void => {
    for (const list of lists) {
      check(part, list.rules);
      inLists(part, list.lists);
    }
  };
  for (const part of draft.resources) {
    const { transform } = part.plan;
    if (requiresReference(transform)) check(part, part.rules);
    if (transform.lists.some(requiresReference)) inLists(part, part.lists);
  }
  return issues;
}

const requiring = new WeakMap<RuleHolder, boolean>();

/** Rules of a mapping or of a list, and the lists in it. */
type RuleHolder = Pick<ListPlan, 'rules' | 'lists'>;

/** True where a rule, or one of a list in a list, has a reference without which the entry fails. */
function requiresReference(holder: RuleHolder): boolean {
  const known = requiring.get(holder);
  if (known !== undefined) return known;
  const requires =
    holder.rules.some(({ required, source }) => required && source.kind === 'reference') ||
    holder.lists.some(requiresReference);
  requiring.set(holder, requires);
  return requires;
}

function applyHead(resource: Holder, part: ResourceDraft, made: boolean, writing: Writing): void {
  const { plan, identity, names, rules, speaks } = part;
  const work = (): void => {
    writeIdentity(resource, plan.transform.identity.rule, identity.value, names);
    for (const rule of rules) applyRule(resource, rule, made, speaks, writing);
  };
  const { settled } = writing;
  if (settled) settled.apply(resource, levelOf(rules, plan.transform, writing), work);
  else work();
}

function levelOf(rules: readonly RuleDraft[], { lists }: Pick<Level, 'lists'>, writing: Writing): Level {
  const references: string[] = [];
  for (const { rule, outcome } of rules)
    if (outcome.kind === 'reference') references.push(JSON.stringify(referenceValue(rule, writing)) ?? '');
  return { rules, references, lists };
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
  const { list, rules } = draft;
  const { item, made } = reachItem(root, draft, writing);
  const work = (): void => {
    for (const rule of rules) applyRule(item, rule, made, true, writing);
  };
  if (writing.settled && list.reads) writing.settled.apply(item, levelOf(rules, list, writing), work);
  else work();
  for (const inner of draft.lists) applyList(item, inner, writing);
}

/** From now on the mapping has a say in the slot: what it derives is derived at the end. */
function touch(slot: Slot, { plan, names }: Pick<ResourceDraft, 'plan' | 'names'>): void {
  slot.plans.set(plan.name, { plan, names });
}

/** After something that is no level of a mapping. */
function unsettle(slot: Slot): void {
  slot.settled.forget();
  slot.last = undefined;
}

function removeFrom(slot: Slot, part: ResourceDraft, indexes: Indexes): void {
  const { resource } = slot;
  if (!resource) return;
  unsettle(slot);
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
  if (part.lists.filter((list) => removeItem(resource, list, { names: part.names, indexes })).length === 0)
    return;
  part.plan.transform.watch?.removed();
  touch(slot, part);
  if (whenEmpty !== 'delete') return;
  const emptied = part.plan.transform.lists.every((list) => isListEmpty(resource, list, part.names));
  // What a later entry makes again is built fresh: nothing of the deleted resource comes back.
  if (emptied && isOwned()) slot.resource = undefined;
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
