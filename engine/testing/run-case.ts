/**
 * Runs one case: the case, the plan that it is run with, and its fixtures come in; what came of it goes out. The caller
 * may put an equal plan in its place, whose closures are watched.
 */
import type { Diagnostic } from '../diagnostic.ts';
import { readEntry } from '../dicom/entry.ts';
import { describeDefect, EngineError } from '../errors.ts';
import type { MappingPlan } from '../plan.ts';
import {
  createJudgement,
  type Judgement,
  judgeExpectation,
  judgeFindings,
  undeclaredErrors,
} from './assertions.ts';
import type { CaseResult, CaseRow, Failure, GoldenText } from './case-result.ts';
import { type GivenParts, type ReadFixture, readGiven } from './entries.ts';
import { judgeGolden } from './golden.ts';
import { brokenInvariants } from './invariants.ts';
import { createBlame } from './origins.ts';
import type { TestCase } from './test-case.ts';
import { createWorld, type WorldOptions } from './world.ts';

export interface CaseOptions {
  /** Undefined when the mappings have errors. */
  readonly plan?: MappingPlan;
  /** What the compiler found. */
  readonly diagnostics: readonly Diagnostic[];
  /** Of the configuration; a case may say otherwise. */
  readonly enforceTagValues: boolean;
  readonly read: ReadFixture;
  /** Gives the plan that the case is run with, equal to its own; the promises that hold for every case are tried without it. */
  readonly watch?: (plan: MappingPlan) => MappingPlan;
  /** False leaves out what is asked of every case without being said: for whoever asks what its assertions notice. */
  readonly hasPromises?: boolean;
  /** Milliseconds, for `durationMs` alone. */
  now(): number;
}

/** Never throws: what goes wrong is a failure of the case. */
export async function runCase(testCase: TestCase, options: CaseOptions): Promise<CaseResult> {
  const began = options.now();
  const judgement = createJudgement();
  const { plan } = options;
  const { rows = [], warnings = [], golden } = await judged(testCase, options, judgement);
  const durationMs = options.now() - began;
  if (durationMs > BUDGET) judgement.fail(overtime(testCase, durationMs));
  const { file, name, lineOf } = testCase;
  const { failures, assertions } = judgement;
  return {
    file,
    name,
    line: lineOf([]),
    outcome: failures.length === 0 ? 'passed' : 'failed',
    failures,
    assertions,
    rows,
    warnings,
    ...(plan ? { plan } : {}),
    ...(golden ? { golden: withRefusal(golden, failures) } : {}),
    durationMs,
  };
}

/** Milliseconds; most cases take fifty. */
const BUDGET = 30_000;

function overtime({ lineOf }: TestCase, durationMs: number): Failure {
  const message = `it took ${Math.round(durationMs / 1000)} s, and a case has ${BUDGET / 1000} s`;
  const hint = 'Make the fixture smaller, or look for an expression that goes over everything many times.';
  return { kind: 'time', line: lineOf([]), message, hint };
}

interface Parts {
  readonly rows?: readonly CaseRow[];
  readonly warnings?: readonly string[];
  readonly golden?: GoldenText;
}

async function judged(testCase: TestCase, options: CaseOptions, judgement: Judgement): Promise<Parts> {
  const { judge, fail } = judgement;
  const { plan, diagnostics, read } = options;
  const { expect, lineOf } = testCase;
  judgeFindings(testCase, diagnostics, judge);
  const undeclared = undeclaredErrors(testCase, diagnostics);
  for (const each of undeclared) fail(mappingFailure(each, lineOf([])));
  const { findings: _, ...others } = expect;
  if (!plan || undeclared.length > 0) {
    const isOnlyFindings = Object.keys(others).length === 0;
    if (!isOnlyFindings && undeclared.length === 0) {
      const message = 'the mappings do not compile, so that nothing but `findings` can be asserted';
      fail({ kind: 'mapping', message, line: lineOf(['expect']) });
    }
    return {};
  }
  if (testCase.given.entries.length === 0) return {};
  const parts = readGiven(testCase, read);
  if (parts.failures.length > 0) {
    for (const each of parts.failures) fail(each);
    return {};
  }
  try {
    return await run(testCase, plan, options, parts, judgement);
  } catch (error) {
    fail({ kind: 'crash', line: lineOf([]), ...crashOf(error) });
    return {};
  }
}

async function run(
  testCase: TestCase,
  plan: MappingPlan,
  { read, enforceTagValues, watch, hasPromises = true }: CaseOptions,
  { entries, existing, datasets }: GivenParts,
  { judge, fail }: Judgement,
): Promise<Parts> {
  const { given, lineOf } = testCase;
  const { source, at } = given;
  const settings = { enforceTagValues: given.enforceTagValues ?? enforceTagValues };
  const options: WorldOptions = { plan, source, at, existing, ...settings };
  const items = entries.map(readEntry);
  const before = JSON.stringify(entries);
  const world = await createWorld({ ...options, plan: watch?.(plan) ?? plan });
  try {
    const first = await world.run(items);
    const stored = world.stored();
    const { outcome, sent, warnings } = first;
    const blame = createBlame(plan, datasets, source);
    const names = { settings: plan.settings, source };
    judgeExpectation(
      testCase,
      { ...outcome, warnings, warning: warningsOf(plan), sent, blame, names },
      judge,
    );
    const golden = judgeGolden(testCase, outcome, blame, read, judge);
    if (!hasPromises) return { rows: outcome.rows, warnings };
    const { sent: sentAgain } = await world.run(items);
    const broken = [
      ...(await brokenInvariants({ items, run: first, stored, sentAgain, world: options, blame })),
    ];
    if (JSON.stringify(entries) !== before) broken.push({ message: 'the input was changed by the run' });
    for (const each of broken) fail({ kind: 'invariant', line: lineOf([]), ...each });
    return { rows: outcome.rows, warnings, ...(golden ? { golden } : {}) };
  } finally {
    world.close();
  }
}

function warningsOf({ mappings }: MappingPlan): readonly string[] {
  return mappings.flatMap(({ name, validation }) =>
    validation.asserts.flatMap((each) => (each.severity === 'warning' ? [`${name}.${each.name}`] : [])),
  );
}

function mappingFailure(diagnostic: Diagnostic, line: number): Failure {
  const { code, message, file, range, suggestion } = diagnostic;
  const hint = suggestion === undefined ? diagnostic.hint : `did you mean ${suggestion}?`;
  const place = range ? `${file}:${range.start.line}:${range.start.column}` : file;
  return { kind: 'mapping', line, message: `${place} ${code}: ${message}`, ...(hint ? { hint } : {}) };
}

/** Messages of the engine's own errors hold no values; of others only kind and place are told. */
function crashOf(error: unknown): Pick<Failure, 'message' | 'hint'> {
  if (error instanceof EngineError)
    return { message: `the engine stopped: ${error.code}: ${error.message}`, hint: error.hint };
  const { name, stack } = describeDefect(error instanceof Error ? error : new Error());
  return { message: `the engine failed: ${name} ${stack[0] ?? ''}`, hint: 'This is a defect of the engine.' };
}

/** A golden must not hide what is wrong: rows that nobody declared, promises that do not hold. */
function withRefusal(golden: GoldenText, failures: readonly Failure[]): GoldenText {
  const reason = failures.some(({ kind }) => kind === 'invariant')
    ? 'a promise that holds for every case is broken'
    : failures.some(({ kind }) => kind === 'rows')
      ? 'error rows are not as declared'
      : golden.refused;
  return reason === undefined ? golden : { ...golden, refused: reason };
}
