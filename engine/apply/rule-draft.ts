/**
 * One rule of a mapping and the scope of an entry (or of an item of it) come in, what the rule gives goes out: read,
 * converted, checked. What stands in the way of the whole entry is thrown as a Failure.
 */
import { EngineError } from '../errors.ts';
import type { FhirValue } from '../fhir/resource.ts';
import {
  ABSENT,
  type ExpressionPlan,
  type Reading,
  type ReadScope,
  type ResourcePlan,
  type RulePlan,
} from '../plan.ts';
import type { DraftIssue, RuleDraft, RuleOutcome } from './draft.ts';
import type { Memo } from './memo.ts';
import type { Steps } from './steps.ts';

/** Carries the reason out of the rules; never leaves transform.ts. */
export interface Failure {
  readonly failed: DraftIssue;
}

/** What the rules of one mapping share while one entry is drafted. */
export interface Drafting {
  readonly plan: ResourcePlan;
  readonly scope: ReadScope;
  readonly memo: Memo;
  readonly issues: DraftIssue[];
  readonly enforce: boolean;
}

const ABSENT_VALUE: RuleOutcome = Object.freeze({ kind: 'none', why: 'absent' });
const NOT_ASKED: RuleOutcome = Object.freeze({ kind: 'none', why: 'condition' });
const CLEAR: RuleOutcome = Object.freeze({ kind: 'clear' });

const REFERENCE: RuleOutcome = Object.freeze({ kind: 'reference' });

/** The rules of one level, in their order; throws a Failure where the entry may contribute nothing. */
export function* draftRules(drafting: Drafting, rules: readonly RulePlan[]): Steps<readonly RuleDraft[]> {
  const drafts: RuleDraft[] = [];
  for (const rule of rules)
    drafts.push(isInterpreted(rule) ? yield* draftInterpreted(drafting, rule) : draftPlain(drafting, rule));
  return Object.freeze(drafts);
}

/** True where an expression has to be evaluated, which may take its time. */
export function isInterpreted({ when, source }: RulePlan): boolean {
  return when !== undefined || source.kind === 'value';
}

/** A rule without expressions, read, converted and checked. */
export function draftPlain(drafting: Drafting, rule: RulePlan): RuleDraft {
  const { source } = rule;
  switch (source.kind) {
    case 'const':
      return { rule, outcome: { kind: 'value', value: source.value } };
    case 'reference':
      return { rule, outcome: REFERENCE };
    case 'tag': {
      const { scope } = drafting;
      const reading = checked(rule, source.read(scope));
      if (reading.state === 'value') return { rule, outcome: { kind: 'value', value: reading.value } };
      return settle(drafting, rule, reading, () => source.allAbsent(scope));
    }
    default:
      return { rule, outcome: { kind: 'none' } };
  }
}

/** A rule with expressions. */
export function* draftInterpreted(drafting: Drafting, rule: RulePlan): Steps<RuleDraft> {
  const { plan, scope, memo } = drafting;
  if (rule.when && !(yield* condition(drafting, 'when', rule.when, rule)))
    return { rule, outcome: NOT_ASKED };
  const { source } = rule;
  if (source.kind !== 'value') return draftPlain(drafting, rule);
  const name = `${plan.name}.${rule.name}`;
  const result = fitList(
    rule,
    (yield* evaluate(memo, source.expression, scope, name)) as FhirValue | undefined,
  );
  const reading: Reading = result === undefined ? ABSENT : { state: 'value', value: result };
  const [fault] = result === undefined ? [] : (rule.check?.(result) ?? []);
  if (fault) throw failure('mapping.shape', name, `${fault.path} ${fault.message}`);
  return settle(drafting, rule, reading, () => isAllAbsent(source.expression, scope));
}

/** What an item lacks is absent, whatever else of the dataset the expression reads. */
function isAllAbsent(expression: ExpressionPlan, { dataset }: ReadScope): boolean {
  return expression.names.includes('item') || Object.keys(expression.view(dataset)).length === 0;
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
  const { plan } = drafting;
  if (reading.state === 'value') return { rule, outcome: { kind: 'value', value: reading.value } };
  if (reading.state === 'invalid') {
    const tag = reading.tag ?? tagOf(rule);
    const reason = settleInvalid(drafting, rule.name, { ...reading, ...(tag ? { tag } : {}) }, rule.required);
    return { rule, outcome: { kind: 'none', why: 'invalid', reason } };
  }
  if (rule.required) throw missing(plan, rule.name, tagOf(rule));
  return { rule, outcome: rule.onAbsent === 'clear' && allAbsent() ? CLEAR : ABSENT_VALUE };
}

/**
 * A row for an invalid value, whose message is given back; throws where it fails the entry. `name` is that of the rule, or
 * `let.` and a name.
 */
export function settleInvalid(
  { plan, issues, enforce }: Drafting,
  name: string,
  { tag, reason }: Extract<Reading, { state: 'invalid' }>,
  required: boolean,
): string {
  const issue = {
    rule: `${plan.name}.${name}`,
    ...(tag ? { tag } : {}),
    message: `${tag ?? name} ${reason}`,
  };
  if (required) throw { failed: { code: 'dicom.invalid-required-tag', ...issue } } satisfies Failure;
  if (enforce) throw { failed: { code: 'dicom.enforced-tag', ...issue } } satisfies Failure;
  issues.push({ code: 'dicom.invalid-tag', ...issue });
  return issue.message;
}

/** Why the entry fails: a required rule or let has no value; `isAsked` is false where its `when` is not true. */
export function missing(plan: ResourcePlan, name: string, tag: string | undefined, isAsked = true): Failure {
  const why = isAsked
    ? `${tag ?? name} is required and has no value`
    : `${name} is required, and its when: is not true`;
  return {
    failed: {
      code: 'dicom.missing-tag',
      rule: `${plan.name}.${name}`,
      ...(tag ? { tag } : {}),
      message: why,
    },
  };
}

export function tagOf(rule: RulePlan): string | undefined {
  return rule.source.kind === 'tag' ? rule.source.tags[0] : undefined;
}

/**
 * Whether a `when` or `authority` holds; nothing counts as false, as an attribute that is absent does. Anything else than true
 * or false is a mistake in the expression (`PatientSex` for `$exists(PatientSex)`), and fails the entry.
 */
export function* condition(
  { plan, scope, memo }: Drafting,
  key: 'when' | 'authority',
  expression: ExpressionPlan,
  rule?: RulePlan,
): Steps<boolean> {
  const name = rule ? `${plan.name}.${rule.name}` : plan.name;
  const result = yield* evaluate(memo, expression, scope, name);
  if (result === undefined || typeof result === 'boolean') return result === true;
  const what = Array.isArray(result)
    ? 'a list'
    : typeof result === 'object'
      ? 'an object'
      : `a ${typeof result}`;
  throw failure('mapping.evaluation', name, `${key}: of ${name} gave ${what} instead of true or false`);
}

/** The result of an expression on this dataset; throws a Failure where it fails. */
export function* evaluate(
  memo: Memo,
  expression: ExpressionPlan,
  scope: ReadScope,
  rule: string,
): Steps<unknown> {
  try {
    const result = memo.evaluate(expression, scope.dataset, scope.names);
    return result instanceof Promise ? yield result : result;
  } catch (error) {
    if (error instanceof EngineError) throw failure('mapping.evaluation', rule, error.message);
    throw error;
  }
}

export function failure(code: DraftIssue['code'], rule: string, message: string): Failure {
  return { failed: { code, rule, message } };
}

export function isFailure(value: unknown): value is Failure {
  return typeof value === 'object' && value !== null && 'failed' in value;
}
