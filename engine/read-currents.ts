/**
 * Stage 3: what the FHIR server holds of one group, from what is remembered or else by searches side by side. Drafts come in,
 * resources by slot go out; slots for which nobody can say which resource is meant are blocked.
 */
import type { ResourceDraft } from './apply/draft.ts';
import type { EntryGroup } from './apply/group.ts';
import {
  adoptionLookup,
  identityLookups,
  type Lookup,
  matchAdoption,
  matchIdentities,
  matchSets,
  setLookups,
  slotDrafts,
} from './apply/lookup.ts';
import { EngineError } from './errors.ts';
import { hasValueOf } from './fhir/identifier.ts';
import type { CurrentResource } from './fhir/resource.ts';
import type { FhirServer } from './ports.ts';
import type { Remembered } from './remembered.ts';

export interface Currents {
  readonly bySlot: ReadonlyMap<string, CurrentResource>;
  /** What earlier entries made from the instances of the group, by mappings with forEach. */
  readonly members: readonly CurrentResource[];
}

export interface Reading {
  readonly fhir: FhirServer;
  /** References to resources that are settled. */
  readonly shared: ReadonlyMap<string, string>;
  /** Slots that stand in the way, to be added to. */
  readonly blocked: Map<string, EngineError>;
  /** Told of what is read; asked first where `isTrusted`. */
  readonly remembered: Remembered;
  readonly isTrusted: boolean;
}

export async function readCurrents(group: EntryGroup, reading: Reading): Promise<Currents> {
  const { fhir, shared, remembered, isTrusted } = reading;
  const bySlot = new Map<string, CurrentResource>();
  const unknown: ResourceDraft[] = [];
  for (const draft of slotDrafts(group, shared)) {
    const known = isTrusted ? remembered.get(draft.slot) : undefined;
    if (known) bySlot.set(draft.slot, known);
    else unknown.push(draft);
  }
  const makers = makersOf(group);
  const [, members] = await Promise.all([
    Promise.all(identityLookups(unknown).map((lookup) => find(lookup, makers, reading, bySlot))),
    Promise.all(
      setLookups(group).map(async (each) =>
        matchSets(each, await fhir.search(each.resourceType, each.criteria)),
      ),
    ),
  ]);
  return { bySlot, members: members.flat() };
}

/** Slots of resources that the group makes where they are not there. */
function makersOf(group: EntryGroup): ReadonlySet<string> {
  const parts = group.filter(({ kind }) => kind === 'upsert').flatMap(({ resources }) => resources);
  return new Set(parts.filter(({ create }) => create).map(({ slot }) => slot));
}

async function find(
  lookup: Lookup,
  makers: ReadonlySet<string>,
  { fhir, blocked, remembered }: Reading,
  bySlot: Map<string, CurrentResource>,
): Promise<void> {
  const found = await fhir.search(lookup.resourceType, lookup.criteria);
  const { matches, ambiguous } = matchIdentities(lookup, found);
  const meant = new Set(matches.values());
  for (const [slot, error] of ambiguous) blocked.set(slot, error);
  for (const draft of lookup.drafts) {
    const { slot, identity } = draft;
    const match = matches.get(slot);
    if (match) {
      bySlot.set(slot, match);
      remembered.read(slot, match);
    } else if (!ambiguous.has(slot)) {
      remembered.forget([slot]);
      const adoption = adoptionLookup(draft);
      const adopted =
        adoption && matchAdoption(adoption, await fhir.search(adoption.resourceType, adoption.criteria));
      const isTaken = found.some((hit) => !meant.has(hit) && hasValueOf(hit.resource, identity));
      if (adopted) bySlot.set(slot, adopted);
      else if (makers.has(slot) && isTaken) blocked.set(slot, looseMatch(draft));
    }
  }
}

/**
 * The server takes another resource for the one that is meant: a conditional create would not make it, but hand out the other
 * one, and the study would refer to a stranger.
 */
export function looseMatch({ plan }: Pick<ResourceDraft, 'plan'>): EngineError {
  const { name, resourceType, transform } = plan;
  const message = `the server takes another ${resourceType} for the one with the identifier of ${name}`;
  return new EngineError('resource.loose-match', message, {
    rule: `${name}.${transform.identity.rule.name}`,
  });
}
