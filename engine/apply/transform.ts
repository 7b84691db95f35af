/**
 * One entry and the plan come in, an EntryDraft goes out: every rule of every mapping that applies, read, converted and
 * checked, before any resource on the server is known. A failed check leaves the entry without any resource (design 3).
 */
import type { ChangeFeedEntry } from '../dicom/entry.ts';
import { EngineError } from '../errors.ts';
import { primitiveFault } from '../fhir/primitives.ts';
import type { FhirValue, IdentifierToken } from '../fhir/resource.ts';
import {
  ABSENT,
  type ExpressionPlan,
  type LetPlan,
  type ListPlan,
  type MappingPlan,
  type Names,
  type Operand,
  type Reading,
  type ReadScope,
  type ResourcePlan,
  type RulePlan,
  type SourceInfo,
} from '../plan.ts';
import type { DraftIssue, EntryDraft, ListDraft, ResourceDraft, RuleDraft } from './draft.ts';
import { extractScope } from './extract.ts';
import type { Memo } from './memo.ts';

export interface TransformOptions {
  readonly source: SourceInfo;
  /** enforceValidationOfTagValues: an invalid value of any mapped tag fails the entry. */
  readonly enforceTagValues: boolean;
}

/** Carries the reason out of the rules; never leaves this file. */
interface Failure {
  readonly failed: DraftIssue;
}

/** What the rules of one mapping share while one entry is drafted. */
interface Drafting {
  readonly plan: ResourcePlan;
  readonly scope: ReadScope;
  readonly memo: Memo;
  readonly issues: DraftIssue[];
  readonly enforce: boolean;
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
  try {
    for (const mapping of plan.mappings) {
      if (kind === 'delete' && !mapping.transform.onDelete) continue;
      const drafting = { plan: mapping, scope, memo, issues, enforce: options.enforceTagValues };
      const draft = kind === 'delete' ? await draftDelete(drafting) : await draftUpsert(drafting);
      if (draft) resources.push(draft);
    }
  } catch (error) {
    if (isFailure(error)) return { entry, kind, resources: [], issues: [], failed: error.failed };
    throw error;
  }
  return { entry, kind, resources, issues };
}

async function draftUpsert(drafting: Drafting): Promise<ResourceDraft | undefined> {
  const { plan } = drafting;
  const { transform } = plan;
  const inner = { ...drafting, scope: await withLets(drafting) };
  if (transform.when && (await condition(inner, transform.when)) !== true) return undefined;
  const speaks = !transform.authority || (await condition(inner, transform.authority)) === true;
  const identity = await readIdentity(inner);
  const rules: RuleDraft[] = [];
  for (const rule of transform.rules) rules.push(await draftRule(inner, rule));
  const lists = await draftLists(inner, transform.lists);
  return assemble(inner, identity, { speaks, rules, lists });
}

/** Only identity and keys, and names that they can use: a delete entry carries nothing but its UIDs. */
async function draftDelete(drafting: Drafting): Promise<ResourceDraft> {
  const inner = { ...drafting, scope: await withLets(drafting, letsOfUids(drafting.plan.transform.lets)) };
  const identity = await readIdentity(inner);
  const keysOnly = async (lists: readonly ListPlan[]): Promise<readonly ListDraft[]> => {
    const drafts: ListDraft[] = [];
    for (const list of lists) {
      drafts.push({ list, key: await readKey(inner, list), rules: [], lists: await keysOnly(list.lists) });
    }
    return drafts;
  };
  return assemble(inner, identity, {
    speaks: true,
    rules: [],
    lists: await keysOnly(drafting.plan.transform.lists),
  });
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

async function withLets(
  { plan, scope, memo }: Drafting,
  lets: readonly LetPlan[] = plan.transform.lets,
): Promise<ReadScope> {
  if (lets.length === 0) return scope;
  const names: Record<string, unknown> = { ...scope.names };
  for (const { name, source } of lets) {
    if ('read' in source) {
      const reading = source.read({ ...scope, names });
      if (reading.state === 'value') names[name] = reading.value;
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

async function readIdentity(drafting: Drafting): Promise<IdentifierToken> {
  const { rule, system } = drafting.plan.transform.identity;
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

async function draftRule(drafting: Drafting, rule: RulePlan): Promise<RuleDraft> {
  const { plan, scope, memo } = drafting;
  if (rule.when && (await condition(drafting, rule.when, rule)) !== true)
    return { rule, outcome: { kind: 'none' } };
  const { source } = rule;
  switch (source.kind) {
    case 'const':
      return { rule, outcome: { kind: 'value', value: source.value } };
    case 'reference':
      return { rule, outcome: { kind: 'reference' } };
    case 'tag': {
      const reading = checked(rule, source.read(scope));
      return settle(drafting, rule, reading, () => source.allAbsent(scope));
    }
    case 'value': {
      const name = `${plan.name}.${rule.name}`;
      const result = fitList(
        rule,
        (await evaluate(memo, source.expression, scope, name)) as FhirValue | undefined,
      );
      const reading: Reading = result === undefined ? ABSENT : { state: 'value', value: result };
      const [fault] = result === undefined ? [] : (rule.check?.(result) ?? []);
      if (fault) throw failure('mapping.shape', name, `${fault.path} ${fault.message}`);
      return settle(
        drafting,
        rule,
        reading,
        () => Object.keys(source.expression.view(scope.dataset)).length === 0,
      );
    }
    default:
      return { rule, outcome: { kind: 'none' } };
  }
}

/** Whether a target is a list comes from the FHIR type, never from the value: JSONata unwraps lists of one. */
function fitList(rule: RulePlan, value: FhirValue | undefined): FhirValue | undefined {
  if (value === undefined) return undefined;
  if (rule.target.several) return Array.isArray(value) ? value : [value];
  return Array.isArray(value) && value.length === 1 ? (value[0] as FhirValue) : value;
}

/** A converted value may still miss a required value set. */
function checked(rule: RulePlan, reading: Reading): Reading {
  if (reading.state !== 'value' || !rule.check) return reading;
  const [fault] = rule.check(reading.value);
  return fault ? { state: 'invalid', reason: fault.message } : reading;
}

function settle(drafting: Drafting, rule: RulePlan, reading: Reading, allAbsent: () => boolean): RuleDraft {
  const { plan, issues, enforce } = drafting;
  if (reading.state === 'value') return { rule, outcome: { kind: 'value', value: reading.value } };
  if (reading.state === 'invalid') {
    const tag = reading.tag ?? tagOf(rule);
    const issue = {
      rule: `${plan.name}.${rule.name}`,
      ...(tag ? { tag } : {}),
      message: `${tag ?? rule.name} ${reading.reason}`,
    };
    if (rule.required) throw { failed: { code: 'dicom.invalid-required-tag', ...issue } } satisfies Failure;
    if (enforce) throw { failed: { code: 'dicom.enforced-tag', ...issue } } satisfies Failure;
    issues.push({ code: 'dicom.invalid-tag', ...issue });
    return { rule, outcome: { kind: 'none' } };
  }
  if (rule.required) throw missing(plan, rule);
  return { rule, outcome: { kind: rule.onAbsent === 'clear' && allAbsent() ? 'clear' : 'none' } };
}

function missing(plan: ResourcePlan, rule: RulePlan): Failure {
  const tag = tagOf(rule);
  return {
    failed: {
      code: 'dicom.missing-tag',
      rule: `${plan.name}.${rule.name}`,
      ...(tag ? { tag } : {}),
      message: `${tag ?? rule.name} is required and has no value`,
    },
  };
}

function tagOf(rule: RulePlan): string | undefined {
  return rule.source.kind === 'tag' ? rule.source.tags[0] : undefined;
}

async function condition(
  { plan, scope, memo }: Drafting,
  expression: ExpressionPlan,
  rule?: RulePlan,
): Promise<unknown> {
  return evaluate(memo, expression, scope, rule ? `${plan.name}.${rule.name}` : plan.name);
}

async function evaluate(
  memo: Memo,
  expression: ExpressionPlan,
  scope: ReadScope,
  rule: string,
): Promise<unknown> {
  try {
    return await memo.evaluate(expression, scope.dataset, scope.names);
  } catch (error) {
    if (error instanceof EngineError) throw failure('mapping.evaluation', rule, error.message);
    throw error;
  }
}

function failure(code: DraftIssue['code'], rule: string, message: string): Failure {
  return { failed: { code, rule, message } };
}

function isFailure(value: unknown): value is Failure {
  return typeof value === 'object' && value !== null && 'failed' in value;
}
