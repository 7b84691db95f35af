/**
 * One entry and the plan come in, an EntryDraft goes out: every rule of every mapping that applies, read, converted and
 * checked, before any resource on the server is known. A failed check leaves the entry without any resource (design 3).
 */
import type { ChangeFeedEntry } from '../dicom/entry.ts';
import { primitiveFault } from '../fhir/primitives.ts';
import type { FhirValue, IdentifierToken } from '../fhir/resource.ts';
import type {
  ForEachPlan,
  LetPlan,
  ListPlan,
  MappingPlan,
  Names,
  Operand,
  Reading,
  ReadScope,
  RulePlan,
  SourceInfo,
} from '../plan.ts';
import type { DraftIssue, EntryDraft, ListDraft, ResourceDraft, SetDraft } from './draft.ts';
import { extractScope } from './extract.ts';
import { draftLevel, recallLevel } from './level.ts';
import type { Memo } from './memo.ts';
import {
  condition,
  type Drafting,
  draftInterpreted,
  draftPlain,
  draftRules,
  evaluate,
  failure,
  isFailure,
  isInterpreted,
  missing,
  settleInvalid,
  tagOf,
} from './rule-draft.ts';
import { type Steps, settleSteps } from './steps.ts';

export interface TransformOptions {
  readonly source: SourceInfo;
  /** enforceValidationOfTagValues: an invalid value of any mapped tag fails the entry. */
  readonly enforceTagValues: boolean;
}

/** At once where every expression of the entry is remembered, else as soon as they are evaluated. */
export function draftEntry(
  plan: MappingPlan,
  entry: ChangeFeedEntry,
  options: TransformOptions,
  memo: Memo,
): EntryDraft | Promise<EntryDraft> {
  return settleSteps(draftSteps(plan, entry, options, memo));
}

function* draftSteps(
  plan: MappingPlan,
  entry: ChangeFeedEntry,
  options: TransformOptions,
  memo: Memo,
): Steps<EntryDraft> {
  const kind = entry.action === 'delete' ? 'delete' : 'upsert';
  const scope = extractScope(plan, entry, options.source);
  // What several entries share knows nothing of one of them.
  const { settings, source } = scope.names;
  const shared = { ...scope, names: { settings, source } };
  const issues: DraftIssue[] = [];
  const resources: ResourceDraft[] = [];
  const sets: SetDraft[] = [];
  try {
    for (const mapping of plan.mappings) {
      if (kind === 'delete' && !mapping.transform.onDelete) continue;
      const own = kind === 'upsert' && mapping.transform.reads ? shared : scope;
      const drafting = { plan: mapping, scope: own, memo, issues, enforce: options.enforceTagValues };
      const drafts = kind === 'delete' ? yield* draftDelete(drafting) : yield* draftUpsert(drafting);
      for (const resource of drafts.resources) resources.push(resource);
      if (drafts.set) sets.push(drafts.set);
    }
  } catch (error) {
    if (isFailure(error)) return { entry, kind, resources: [], sets: [], issues: [], failed: error.failed };
    throw error;
  }
  return { entry, kind, resources, sets, issues: withoutRepeats(issues) };
}

/** What one mapping makes of one entry. */
interface MappingDraft {
  readonly resources: readonly ResourceDraft[];
  readonly set?: SetDraft;
}

const NOTHING: MappingDraft = { resources: [] };

/** What a mapping says before its lists or items. */
interface Opening {
  /** False where `when` does not hold; nothing else is then looked at. */
  readonly applies: boolean;
  readonly speaks: boolean;
  readonly names: Names;
}

/** A resource without its lists. */
type Head = Omit<ResourceDraft, 'plan' | 'lists'>;

/** Without a head where the mapping does not apply. */
interface First {
  readonly head?: Head;
}

function* draftUpsert(drafting: Drafting): Steps<MappingDraft> {
  const { plan, scope } = drafting;
  const { reads, forEach, lists } = plan.transform;
  if (forEach) {
    const { applies, names, speaks } =
      recallLevel<Opening>(drafting, reads) ??
      (yield* draftLevel(drafting, reads, draftOpening, (opening) => [opening.names]));
    return applies
      ? yield* draftItems({ ...drafting, scope: { ...scope, names } }, forEach, speaks)
      : NOTHING;
  }
  const { head } =
    recallLevel<First>(drafting, reads) ?? (yield* draftLevel(drafting, reads, draftFirst, weightOf));
  if (!head) return NOTHING;
  if (lists.length === 0) return { resources: [{ plan, ...head, lists: NO_LISTS }] };
  const inner = { ...drafting, scope: { ...scope, names: head.names } };
  return { resources: [{ plan, ...head, lists: yield* draftLists(inner, lists) }] };
}

function weightOf({ head }: First): readonly unknown[] {
  if (!head) return [];
  const { settings: _, source: __, ...lets } = head.names;
  return [lets, head.rules.map(({ outcome }) => outcome)];
}

function* draftFirst(drafting: Drafting): Steps<First> {
  const { applies, speaks, names } = yield* draftOpening(drafting);
  if (!applies) return {};
  return { head: yield* draftHead({ ...drafting, scope: { ...drafting.scope, names } }, speaks) };
}

function* draftOpening(drafting: Drafting): Steps<Opening> {
  const { transform } = drafting.plan;
  const faults: (() => void)[] = [];
  const scope = yield* withLets(drafting, transform.lets, (name, reading, required) =>
    faults.push(() => settleLet(drafting, name, reading, required)),
  );
  const inner = { ...drafting, scope };
  const { names } = scope;
  if (transform.when && !(yield* condition(inner, 'when', transform.when)))
    return { applies: false, speaks: false, names };
  for (const report of faults) report();
  const speaks = !transform.authority || (yield* condition(inner, 'authority', transform.authority));
  return { applies: true, speaks, names };
}

function* draftHead(drafting: Drafting, speaks: boolean): Steps<Head> {
  const { transform } = drafting.plan;
  const identity = yield* readIdentity(drafting, transform.identity);
  const rules = yield* draftRules(drafting, transform.rules);
  return { ...slotOf(drafting, identity), speaks, rules };
}

/** A resource for each item; of two with one identity the first counts. */
function* draftItems(drafting: Drafting, forEach: ForEachPlan, speaks: boolean): Steps<MappingDraft> {
  const { plan, scope, memo, issues } = drafting;
  const items = ((yield* evaluate(memo, forEach.items, scope, plan.name)) ?? []) as readonly unknown[];
  const resources = new Map<string, ResourceDraft>();
  let repeated = 0;
  for (const [index, item] of items.entries()) {
    const names = { ...scope.names, item, index };
    const inner = { ...drafting, scope: { ...scope, names } };
    const head = yield* draftHead(inner, speaks);
    const draft = { plan, ...head, lists: yield* draftLists(inner, plan.transform.lists) };
    if (resources.has(draft.slot)) repeated++;
    else resources.set(draft.slot, draft);
  }
  if (repeated > 0) {
    const rule = `${plan.name}.${plan.transform.identity.rule.name}`;
    const what = repeated === 1 ? 'one item was' : `${repeated} items were`;
    const message = `${what} left out: an item before has the same identity`;
    issues.push({ code: 'mapping.duplicate-item', rule, message });
  }
  const set = yield* draftSet(drafting, forEach, new Set(resources.keys()));
  return { resources: [...resources.values()], set };
}

function* draftSet(
  drafting: Drafting,
  { instance }: ForEachPlan,
  members: ReadonlySet<string>,
): Steps<SetDraft> {
  const { plan, scope } = drafting;
  const identifier = yield* readIdentity(drafting, instance);
  return {
    plan,
    instance: identifier,
    key: JSON.stringify([plan.name, identifier.system ?? null, identifier.value]),
    create: resolveBoolean(plan.transform.create, scope.names),
    names: scope.names,
    members,
  };
}

/** The items of one list often have the same fault, which is one row. */
function withoutRepeats(issues: readonly DraftIssue[]): readonly DraftIssue[] {
  if (issues.length < 2) return issues;
  const byText = new Map(issues.map((issue) => [JSON.stringify(issue), issue]));
  return [...byText.values()];
}

/** Only identity and keys, and names that they can use: a delete entry carries nothing but its UIDs. */
function* draftDelete(drafting: Drafting): Steps<MappingDraft> {
  const { plan } = drafting;
  const { transform } = plan;
  const inner = { ...drafting, scope: yield* withLets(drafting, letsOfUids(transform.lets)) };
  if (transform.forEach) {
    const set = yield* draftSet(inner, transform.forEach, new Set());
    // A mapping that may not write would search for each deleted instance in vain.
    return set.create ? { resources: [], set } : NOTHING;
  }
  const identity = yield* readIdentity(inner, transform.identity);
  const lists = yield* draftKeys(inner, transform.lists);
  return { resources: [{ plan, ...slotOf(inner, identity), speaks: true, rules: [], lists }] };
}

function* draftKeys(drafting: Drafting, lists: readonly ListPlan[]): Steps<readonly ListDraft[]> {
  const drafts: ListDraft[] = [];
  for (const list of lists) {
    const key = yield* requiredValue(drafting, list.key.rule);
    drafts.push({ list, key, rules: [], lists: yield* draftKeys(drafting, list.lists) });
  }
  return drafts;
}

/** Which resource it is, and the text by which drafts of one resource find each other. */
function slotOf(
  { plan, scope }: Drafting,
  identity: IdentifierToken,
): Pick<ResourceDraft, 'identity' | 'slot' | 'create' | 'names'> {
  const { system, value } = identity;
  const slot = JSON.stringify([plan.resourceType, system ?? null, value]);
  return { identity, slot, create: resolveBoolean(plan.transform.create, scope.names), names: scope.names };
}

function resolveBoolean(operand: boolean | Operand, names: Names): boolean {
  return typeof operand === 'boolean' ? operand : operand.resolve(names) === true;
}

/** A let whose tag has an invalid value, or none although it is required. */
type LetFault = Exclude<Reading, { state: 'value' }> & { readonly tag: string };

/** A row for it; throws where it fails the entry. */
function settleLet(drafting: Drafting, name: string, reading: LetFault, required: boolean): void {
  if (reading.state === 'invalid') settleInvalid(drafting, `let.${name}`, reading, required);
  else throw missing(drafting.plan, `let.${name}`, reading.tag);
}

/** `faulty` takes what is to be said of lets, once it is known that the mapping applies. */
function* withLets(
  { plan, scope, memo }: Drafting,
  lets: readonly LetPlan[] = plan.transform.lets,
  faulty: (name: string, fault: LetFault, required: boolean) => void = () => undefined,
): Steps<ReadScope> {
  if (lets.length === 0) return scope;
  const names: Record<string, unknown> = { ...scope.names };
  for (const { name, source } of lets) {
    if ('read' in source) {
      const reading = source.read({ ...scope, names });
      if (reading.state === 'value') names[name] = reading.value;
      else if (reading.state === 'invalid' || source.required)
        faulty(name, { tag: source.tag, ...reading }, source.required);
    } else {
      names[name] = yield* evaluate(memo, source, { ...scope, names }, `${plan.name} let ${name}`);
    }
  }
  return { ...scope, names };
}

const UIDS: ReadonlySet<string> = new Set(['StudyInstanceUID', 'SeriesInstanceUID', 'SOPInstanceUID']);

/** The lets that read nothing but the three UIDs; compile makes sure that delete entries need no others. */
function letsOfUids(lets: readonly LetPlan[]): readonly LetPlan[] {
  const others = new Set<string>();
  return lets.filter(({ name, source }) => {
    const keywords = 'read' in source ? [source.tag] : source.keywords;
    const { names } = source;
    const fits = keywords.every((keyword) => UIDS.has(keyword)) && !names.some((used) => others.has(used));
    if (!fits) others.add(name);
    return fits;
  });
}

function* readIdentity(
  drafting: Drafting,
  { rule, system }: { readonly rule: RulePlan; readonly system?: Operand },
): Steps<IdentifierToken> {
  const value = String(yield* requiredValue(drafting, rule));
  const resolved = system?.resolve(drafting.scope.names);
  if (resolved === undefined) return { value };
  const fault = primitiveFault('uri', resolved);
  if (fault) {
    const name = `${drafting.plan.name}.${rule.name}`;
    throw failure('dicom.invalid-required-tag', name, `the system of the identifier ${fault}`);
  }
  return { system: String(resolved), value };
}

function* requiredValue(drafting: Drafting, rule: RulePlan): Steps<FhirValue> {
  const { outcome } = isInterpreted(rule)
    ? yield* draftInterpreted(drafting, rule)
    : draftPlain(drafting, rule);
  if (outcome.kind === 'value') return outcome.value;
  const isAsked = outcome.kind !== 'none' || outcome.why !== 'condition';
  throw missing(drafting.plan, rule.name, tagOf(rule), isAsked);
}

const NO_LISTS: readonly ListDraft[] = Object.freeze([]);

function* draftLists(drafting: Drafting, lists: readonly ListPlan[]): Steps<readonly ListDraft[]> {
  const drafts: ListDraft[] = [];
  for (const list of lists) {
    const { reads, lists: inner } = list;
    const { key, rules } =
      recallLevel<Item>(drafting, reads) ??
      (yield* draftLevel(
        drafting,
        reads,
        (own) => draftItem(own, list),
        (item) => [item.key, item.rules.map(({ outcome }) => outcome)],
      ));
    drafts.push({
      list,
      key,
      rules,
      lists: inner.length > 0 ? yield* draftLists(drafting, inner) : NO_LISTS,
    });
  }
  return drafts;
}

/** An item without its lists. */
type Item = Pick<ListDraft, 'key' | 'rules'>;

function* draftItem(drafting: Drafting, list: ListPlan): Steps<Item> {
  const key = yield* requiredValue(drafting, list.key.rule);
  return { key, rules: yield* draftRules(drafting, list.rules) };
}
