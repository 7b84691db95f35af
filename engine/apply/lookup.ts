/**
 * What to ask the FHIR server for a group, and which of its answers are meant: drafts come in, searches go out; resources
 * come in, those that carry exactly the identity (or may be adopted) go out.
 */
import { EngineError } from '../errors.ts';
import { hasIdentifier, hasOtherIdentifier } from '../fhir/identifier.ts';
import type { CurrentResource, FhirElement, FhirValue, IdentifierToken } from '../fhir/resource.ts';
import type { SearchCriterion } from '../fhir/search.ts';
import type { StepPlan } from '../plan.ts';
import type { EntryDraft, ResourceDraft, SetDraft } from './draft.ts';
import { covers, type Holder } from './json.ts';
import { find, findItem } from './locate.ts';
import { belongsToSet } from './set.ts';

export interface Lookup {
  readonly resourceType: string;
  readonly criteria: readonly SearchCriterion[];
  /** The drafts that this search is for, one per slot. */
  readonly drafts: readonly ResourceDraft[];
}

/** One search finds up to this many resources of a type: long queries are refused by gateways. */
const TOKENS_PER_SEARCH = 20;

/**
 * One draft per slot, without those that are settled already (`known`). One that may make the resource is preferred: it
 * alone has the values by which a resource may be adopted.
 */
export function slotDrafts(
  group: readonly EntryDraft[],
  known: ReadonlyMap<string, unknown>,
): readonly ResourceDraft[] {
  const bySlot = new Map<string, { readonly draft: ResourceDraft; readonly makes: boolean }>();
  for (const { kind, resources } of group) {
    for (const draft of resources) {
      if (!draft.plan.transform.readsDataset && known.has(draft.slot)) continue;
      if (!bySlot.get(draft.slot)?.makes)
        bySlot.set(draft.slot, { draft, makes: kind === 'upsert' && draft.create });
    }
  }
  return [...bySlot.values()].map(({ draft }) => draft);
}

export function identityLookups(drafts: readonly ResourceDraft[]): readonly Lookup[] {
  const byType = Map.groupBy(drafts, ({ plan }) => plan.resourceType);
  return [...byType].flatMap(([resourceType, all]) => {
    const lookups: Lookup[] = [];
    for (let start = 0; start < all.length; start += TOKENS_PER_SEARCH) {
      const part = all.slice(start, start + TOKENS_PER_SEARCH);
      const criteria = [{ name: 'identifier', token: part.map(({ identity }) => identity) }];
      lookups.push({ resourceType, criteria, drafts: part });
    }
    return lookups;
  });
}

/** The search for what sets hold already; one for several sets of a type. */
export interface SetLookup extends Omit<Lookup, 'drafts'> {
  readonly sets: readonly SetDraft[];
}

export function setLookups(group: readonly EntryDraft[]): readonly SetLookup[] {
  const sets = new Map(group.flatMap((draft) => draft.sets).map((set) => [set.key, set]));
  const byType = Map.groupBy(sets.values(), ({ plan }) => plan.resourceType);
  return [...byType].flatMap(([resourceType, all]) => {
    const lookups: SetLookup[] = [];
    for (let start = 0; start < all.length; start += TOKENS_PER_SEARCH) {
      const part = all.slice(start, start + TOKENS_PER_SEARCH);
      const token = part.map(({ instance }) => instance);
      lookups.push({ resourceType, criteria: [{ name: 'identifier', token }], sets: part });
    }
    return lookups;
  });
}

/** Those that belong to at least one of the sets. */
export function matchSets(
  { sets }: SetLookup,
  found: readonly CurrentResource[],
): readonly CurrentResource[] {
  return found.filter(({ resource }) => sets.some((set) => belongsToSet(resource, set)));
}

export interface Matches {
  readonly matches: ReadonlyMap<string, CurrentResource>;
  /** Slots for which several resources carry the identity: which one is meant, nobody here can know. */
  readonly ambiguous: ReadonlyMap<string, EngineError>;
}

/** The resources that carry the identities, by slot. */
export function matchIdentities(lookup: Lookup, found: readonly CurrentResource[]): Matches {
  const matches = new Map<string, CurrentResource>();
  const ambiguous = new Map<string, EngineError>();
  for (const { identity, slot, plan } of lookup.drafts) {
    const exact = found.filter(
      ({ resource }) => resource.resourceType === lookup.resourceType && hasIdentifier(resource, identity),
    );
    const ids = new Set(exact.map(({ resource }) => resource.id));
    const [first] = exact;
    if (ids.size > 1) {
      const message = `${ids.size} resources of type ${plan.resourceType} carry the identifier of ${plan.name}`;
      const rule = `${plan.name}.${plan.transform.identity.rule.name}`;
      ambiguous.set(slot, new EngineError('resource.ambiguous', message, { rule }));
    } else if (first) {
      matches.set(slot, first);
    }
  }
  return { matches, ambiguous };
}

/** The search for a resource to adopt; undefined when the mapping adopts none, or a rule has no value to search for. */
export function adoptionLookup(draft: ResourceDraft): Lookup | undefined {
  const { adopt } = draft.plan.transform;
  if (!adopt || !draft.create) return undefined;
  const criteria = adopt.parameters.flatMap(({ rule, name, kind, system }): readonly SearchCriterion[] => {
    const value = ruleValue(draft, rule.name);
    if (value === undefined) return [];
    if (kind === 'text') return [{ name, text: [String(value)] }];
    const token = kind === 'identifier' ? tokenOf(value, system?.resolve(draft.names)) : codeToken(value);
    return token ? [{ name, token: [token] }] : [];
  });
  const complete = adopt.rules.every((rule) => ruleValue(draft, rule.name) !== undefined);
  return complete && criteria.length > 0
    ? { resourceType: draft.plan.resourceType, criteria, drafts: [draft] }
    : undefined;
}

function tokenOf(value: FhirValue, system: string | number | boolean | undefined): IdentifierToken {
  return { ...(system === undefined ? {} : { system: String(system) }), value: String(value) };
}

/** The token of a code, a Coding or an Identifier; undefined for one without a value. */
function codeToken(value: FhirValue): IdentifierToken | undefined {
  const coded = (typeof value === 'object' ? value : { code: value }) as FhirElement;
  const code = coded['code'] ?? coded['value'];
  return typeof code === 'string'
    ? tokenOf(code, typeof coded['system'] === 'string' ? coded['system'] : undefined)
    : undefined;
}

/** The only resource that has the values of all adopting rules and stands for nothing else; undefined when none or several. */
export function matchAdoption(
  lookup: Lookup,
  found: readonly CurrentResource[],
): CurrentResource | undefined {
  const [draft] = lookup.drafts;
  if (!draft) return undefined;
  const rules = draft.plan.transform.adopt?.rules ?? [];
  const fitting = found.filter(
    ({ resource }) =>
      !hasOtherIdentifier(resource, draft.identity) &&
      rules.every((rule) => has(resource as Holder, rule.target.steps, ruleValue(draft, rule.name), draft)),
  );
  return fitting.length === 1 ? fitting[0] : undefined;
}

function ruleValue(draft: ResourceDraft, name: string): FhirValue | undefined {
  const outcome = draft.rules.find(({ rule }) => rule.name === name)?.outcome;
  return outcome?.kind === 'value' ? outcome.value : undefined;
}

function has(
  root: Holder,
  steps: readonly StepPlan[],
  value: FhirValue | undefined,
  { names }: ResourceDraft,
): boolean {
  const last = steps.at(-1);
  const holder = find(root, steps, names);
  if (!last || !holder || value === undefined) return false;
  if (last.where) {
    const item = findItem(holder, last, names);
    return item !== undefined && covers(item as FhirElement, value);
  }
  const existing = holder[last.element];
  if (!Array.isArray(existing)) return covers(existing, value);
  const wanted = (Array.isArray(value) ? value : [value]) as readonly FhirValue[];
  return wanted.every((each) => (existing as readonly FhirValue[]).some((item) => covers(item, each)));
}
