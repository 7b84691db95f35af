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
import type { DraftIssue, EntryDraft, ListDraft, ResourceDraft, RuleDraft, SetDraft } from './draft.ts';
import { extractScope } from './extract.ts';
import type { Memo } from './memo.ts';
import {
  condition,
  type Drafting,
  draftRule,
  evaluate,
  failure,
  isFailure,
  missing,
  settleInvalid,
} from './rule-draft.ts';

export interface TransformOptions {
  readonly source: SourceInfo;
  /** enforceValidationOfTagValues: an invalid value of any mapped tag fails the entry. */
  readonly enforceTagValues: boolean;
}

export async function draftEntry(
  plan: MappingPlan,
  entry: ChangeFeedEntry,
  options: TransformOptions,
  memo: Memo,
): Promise<EntryDraft> {
  const kind = entry.action === 'delete' ? 'delete' : 'upsert';
  const scope = extractScope(plan, entry, options.source);
  const issues: DraftIssue[] = [];
  const resources: ResourceDraft[] = [];
  const sets: SetDraft[] = [];
  try {
    for (const mapping of plan.mappings) {
      if (kind === 'delete' && !mapping.transform.onDelete) continue;
      const drafting = { plan: mapping, scope, memo, issues, enforce: options.enforceTagValues };
      const drafts = kind === 'delete' ? await draftDelete(drafting) : await draftUpsert(drafting);
      resources.push(...drafts.resources);
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

async function draftUpsert(drafting: Drafting): Promise<MappingDraft> {
  const { transform } = drafting.plan;
  const invalid: (() => void)[] = [];
  const scope = await withLets(drafting, transform.lets, (name, reading) =>
    invalid.push(() => settleInvalid(drafting, `let.${name}`, reading, false)),
  );
  const inner = { ...drafting, scope };
  if (transform.when && !(await condition(inner, 'when', transform.when))) return NOTHING;
  for (const report of invalid) report();
  const speaks = !transform.authority || (await condition(inner, 'authority', transform.authority));
  if (transform.forEach) return draftItems(inner, transform.forEach, speaks);
  return { resources: [await draftResource(inner, speaks)] };
}

async function draftResource(drafting: Drafting, speaks: boolean): Promise<ResourceDraft> {
  const { transform } = drafting.plan;
  const identity = await readIdentity(drafting, transform.identity);
  const rules: RuleDraft[] = [];
  for (const rule of transform.rules) rules.push(await draftRule(drafting, rule));
  const lists = await draftLists(drafting, transform.lists);
  return assemble(drafting, identity, { speaks, rules, lists });
}

/** A resource for each item; of two with one identity the first counts. */
async function draftItems(drafting: Drafting, forEach: ForEachPlan, speaks: boolean): Promise<MappingDraft> {
  const { plan, scope, memo, issues } = drafting;
  const items = ((await evaluate(memo, forEach.items, scope, plan.name)) ?? []) as readonly unknown[];
  const resources = new Map<string, ResourceDraft>();
  let repeated = 0;
  for (const [index, item] of items.entries()) {
    const names = { ...scope.names, item, index };
    const draft = await draftResource({ ...drafting, scope: { ...scope, names } }, speaks);
    if (resources.has(draft.slot)) repeated++;
    else resources.set(draft.slot, draft);
  }
  if (repeated > 0) {
    const rule = `${plan.name}.${plan.transform.identity.rule.name}`;
    const what = repeated === 1 ? 'one item was' : `${repeated} items were`;
    const message = `${what} left out: an item before has the same identity`;
    issues.push({ code: 'mapping.duplicate-item', rule, message });
  }
  const set = await draftSet(drafting, forEach, new Set(resources.keys()));
  return { resources: [...resources.values()], set };
}

async function draftSet(
  drafting: Drafting,
  { instance }: ForEachPlan,
  members: ReadonlySet<string>,
): Promise<SetDraft> {
  const { plan, scope } = drafting;
  const identifier = await readIdentity(drafting, instance);
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
  const byText = new Map(issues.map((issue) => [JSON.stringify(issue), issue]));
  return [...byText.values()];
}

/** Only identity and keys, and names that they can use: a delete entry carries nothing but its UIDs. */
async function draftDelete(drafting: Drafting): Promise<MappingDraft> {
  const { transform } = drafting.plan;
  const inner = { ...drafting, scope: await withLets(drafting, letsOfUids(transform.lets)) };
  if (transform.forEach) return { resources: [], set: await draftSet(inner, transform.forEach, new Set()) };
  const identity = await readIdentity(inner, transform.identity);
  const keysOnly = async (lists: readonly ListPlan[]): Promise<readonly ListDraft[]> => {
    const drafts: ListDraft[] = [];
    for (const list of lists) {
      drafts.push({ list, key: await readKey(inner, list), rules: [], lists: await keysOnly(list.lists) });
    }
    return drafts;
  };
  const lists = await keysOnly(transform.lists);
  return { resources: [assemble(inner, identity, { speaks: true, rules: [], lists })] };
}

function assemble(
  { plan, scope }: Drafting,
  identity: IdentifierToken,
  parts: Pick<ResourceDraft, 'speaks' | 'rules' | 'lists'>,
): ResourceDraft {
  return {
    plan,
    identity,
    slot: slotOf(plan.resourceType, identity),
    create: resolveBoolean(plan.transform.create, scope.names),
    names: scope.names,
    ...parts,
  };
}

/** The text by which drafts of one resource find each other. */
function slotOf(resourceType: string, { system, value }: IdentifierToken): string {
  return JSON.stringify([resourceType, system ?? null, value]);
}

function resolveBoolean(operand: boolean | Operand, names: Names): boolean {
  return typeof operand === 'boolean' ? operand : operand.resolve(names) === true;
}

/** `invalid` takes what is to be said of the values of lets, once it is known that the mapping applies. */
async function withLets(
  { plan, scope, memo }: Drafting,
  lets: readonly LetPlan[] = plan.transform.lets,
  invalid: (name: string, reading: Extract<Reading, { state: 'invalid' }>) => void = () => undefined,
): Promise<ReadScope> {
  if (lets.length === 0) return scope;
  const names: Record<string, unknown> = { ...scope.names };
  for (const { name, source } of lets) {
    if ('read' in source) {
      const reading = source.read({ ...scope, names });
      if (reading.state === 'value') names[name] = reading.value;
      if (reading.state === 'invalid') invalid(name, { tag: source.tag, ...reading });
    } else {
      names[name] = await evaluate(memo, source, { ...scope, names }, `${plan.name} let ${name}`);
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
    const names = 'read' in source ? [] : source.names;
    const fits = keywords.every((keyword) => UIDS.has(keyword)) && !names.some((used) => others.has(used));
    if (!fits) others.add(name);
    return fits;
  });
}

async function readIdentity(
  drafting: Drafting,
  { rule, system }: { readonly rule: RulePlan; readonly system?: Operand },
): Promise<IdentifierToken> {
  const value = String(await requiredValue(drafting, rule));
  const resolved = system?.resolve(drafting.scope.names);
  if (resolved === undefined) return { value };
  const fault = primitiveFault('uri', resolved);
  if (fault) {
    const name = `${drafting.plan.name}.${rule.name}`;
    throw failure('dicom.invalid-required-tag', name, `the system of the identifier ${fault}`);
  }
  return { system: String(resolved), value };
}

async function readKey(drafting: Drafting, list: ListPlan): Promise<FhirValue> {
  return requiredValue(drafting, list.key.rule);
}

async function requiredValue(drafting: Drafting, rule: RulePlan): Promise<FhirValue> {
  const { outcome } = await draftRule(drafting, rule);
  if (outcome.kind !== 'value') throw missing(drafting.plan, rule);
  return outcome.value;
}

async function draftLists(drafting: Drafting, lists: readonly ListPlan[]): Promise<readonly ListDraft[]> {
  const drafts: ListDraft[] = [];
  for (const list of lists) {
    const key = await readKey(drafting, list);
    const rules: RuleDraft[] = [];
    for (const rule of list.rules) rules.push(await draftRule(drafting, rule));
    drafts.push({ list, key, rules, lists: await draftLists(drafting, list.lists) });
  }
  return drafts;
}
