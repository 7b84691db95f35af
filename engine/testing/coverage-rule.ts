/**
 * A rule comes in, an equal rule goes out, which notes in the ledger that it ran and what it gave.
 */
import type { RulePlan, SourcePlan } from '../plan.ts';
import type { RuleRecord } from './coverage-ledger.ts';
import {
  type Entering,
  enter,
  type Path,
  watchCondition,
  watchExpression,
  watchLookup,
} from './coverage-parts.ts';

/** Attributes that the feed gives beside the dataset: they are never absent, and seldom wrong. */
const GIVEN: ReadonlySet<string> = new Set(['StudyInstanceUID', 'SeriesInstanceUID', 'SOPInstanceUID']);

/** `path`: where the mapping has the rule. */
export function watchRule(outer: Entering, plan: RulePlan, path: Path): RulePlan {
  const { mapping, ledger, notes } = outer;
  const { source, required } = plan;
  const isAsked = source.kind === 'tag' && !source.tags.every((tag) => GIVEN.has(tag));
  const name = `${mapping.name}.${plan.name}`;
  const place = { file: plan.file, line: plan.line, column: mapping.placeOf(path).column };
  const asked = !isAsked ? [] : required ? (['failed'] as const) : (['absent', 'failed'] as const);
  const record = ledger.rule({ name, mapping: mapping.name, place, asked, required });
  const entering: Entering = { ...outer, subject: name, rule: record };
  const clears = plan.onAbsent === 'clear' && isAsked && !required;
  const isCleared = clears && plan.merge !== 'append' && plan.merge !== 'fill';
  const cleared = isCleared
    ? enter(entering, [...path, 'onAbsent'], 'onAbsent: clear never acted')
    : undefined;
  return {
    ...plan,
    source: watchSource(entering, record, plan, path),
    ...(plan.when ? { when: watchCondition(entering, plan.when, [...path, 'when']) } : {}),
    ...(plan.check ? { check: watchCheck(entering, record, plan) } : {}),
    watch: {
      cleared: () => notes.saw(cleared),
      referred: (isFound) => {
        notes.did(record, 'ran');
        notes.did(record, isFound ? 'produced' : 'absent');
      },
    },
  };
}

/** What `value:` gives is produced when its check finds no fault; those of tags are asked where they are read. */
function watchCheck({ notes }: Entering, record: RuleRecord, { check, source }: RulePlan): RulePlan['check'] {
  if (!check || source.kind !== 'value') return check;
  return (value) => {
    const faults = check(value);
    notes.did(record, faults.length > 0 ? 'failed' : 'produced');
    return faults;
  };
}

function watchSource(entering: Entering, record: RuleRecord, plan: RulePlan, path: Path): SourcePlan {
  const { notes } = entering;
  const { source } = plan;
  const missing = plan.required ? 'failed' : 'absent';
  switch (source.kind) {
    case 'tag':
      return watchTag(entering, record, plan, source, path);
    case 'const':
      return {
        kind: 'const',
        get value() {
          notes.did(record, 'ran');
          notes.did(record, 'produced');
          return source.value;
        },
      };
    case 'value': {
      const expression = watchExpression(entering, source.expression, [...path, 'value']);
      return {
        kind: 'value',
        expression: {
          ...expression,
          async evaluate(input, names) {
            notes.did(record, 'ran');
            const result = await orFailed(entering, record, () => expression.evaluate(input, names));
            if (result === undefined) notes.did(record, missing);
            else if (!plan.check) notes.did(record, 'produced');
            return result;
          },
        },
      };
    }
    case 'derive':
      return {
        ...source,
        evaluate(context, names) {
          notes.did(record, 'ran');
          const values = orFailed(entering, record, () => source.evaluate(context, names));
          notes.did(record, values.length > 0 ? 'produced' : missing);
          return values;
        },
      };
    default:
      return source;
  }
}

function watchTag(
  entering: Entering,
  record: RuleRecord,
  { check, required }: RulePlan,
  source: Extract<SourcePlan, { kind: 'tag' }>,
  path: Path,
): SourcePlan {
  const { notes } = entering;
  const met = watchLookup(entering, source.lookup, path);
  return {
    ...source,
    read(scope) {
      notes.did(record, 'ran');
      const reading = source.read(scope, met);
      const isInvalid =
        reading.state === 'invalid' ||
        (reading.state === 'value' && (check?.(reading.value) ?? []).length > 0);
      const isMissing = reading.state === 'absent' && required;
      notes.did(
        record,
        isInvalid || isMissing ? 'failed' : reading.state === 'value' ? 'produced' : 'absent',
      );
      return reading;
    },
  };
}

/** What `work` gives; its error is passed on after it was noted. */
function orFailed<Result>({ notes }: Entering, record: RuleRecord, work: () => Result): Result {
  const failed = (error: unknown): never => {
    notes.did(record, 'failed');
    throw error;
  };
  try {
    const result = work();
    return result instanceof Promise ? (result.catch(failed) as Result) : result;
  } catch (error) {
    return failed(error);
  }
}
