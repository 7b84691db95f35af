/**
 * What a case expects and what came come in; for each assertion whether it holds, and failures with paths, values and rules, go
 * out. `golden` has a file of its own.
 */
import { type Diagnostic, suggest } from '../diagnostic.ts';
import { isEngineError } from '../errors.ts';
import type { FhirElement, FhirResource, FhirValue, TransactionBundle } from '../fhir/resource.ts';
import type { Names } from '../plan.ts';
import type { AssertionKind, AssertionResult, CaseRow, Difference, Failure } from './case-result.ts';
import { compileCondition, typeOfPath } from './conditions.ts';
import type { Blame } from './origins.ts';
import {
  diffResources,
  labelOf,
  missingParts,
  type PathDifference,
  pathText,
  type Steps,
} from './path-diff.ts';
import type { ExpectedFinding, ExpectedRow, TestCase } from './test-case.ts';

/** Tells each assertion once; with a failure where it does not hold. */
export type Judge = (kind: AssertionKind, line: number, failure?: Omit<Failure, 'kind' | 'line'>) => void;

export interface Judgement {
  readonly judge: Judge;
  /** What is wrong apart from assertions. */
  fail(failure: Failure): void;
  readonly assertions: readonly AssertionResult[];
  readonly failures: readonly Failure[];
}

export function createJudgement(): Judgement {
  const assertions: AssertionResult[] = [];
  const failures: Failure[] = [];
  return {
    assertions,
    failures,
    fail: (failure) => void failures.push(failure),
    judge(kind, line, failure) {
      assertions.push({ kind, line, passed: failure === undefined });
      if (failure) failures.push({ kind, line, ...failure });
    },
  };
}

/** What the engine made of a case. */
export interface Came {
  readonly resources: readonly FhirResource[];
  readonly rows: readonly CaseRow[];
  /** Invariants that only warn and did not hold. */
  readonly warnings: readonly string[];
  /** All that only warn. */
  readonly warning: readonly string[];
  /** Accepted transactions, as sent. */
  readonly sent: readonly string[];
  readonly blame: Blame;
  readonly names: Names;
}

/** All but golden and findings. */
export function judgeExpectation(testCase: TestCase, came: Came, judge: Judge): void {
  const { expect, lineOf } = testCase;
  judgeRows(expect.rows ?? [], came, (index) => lineOf(['expect', 'rows', ...index]), judge);
  for (const [type, parts] of Object.entries(expect.contains ?? {})) {
    for (const [index, part] of [parts].flat().entries()) {
      const line = lineOf(['expect', 'contains', type, ...(Array.isArray(parts) ? [index] : [])]);
      judge('contains', line, containsFailure(type, part as FhirElement, came));
    }
  }
  for (const [index, path] of (expect.absent ?? []).entries())
    judge('absent', lineOf(['expect', 'absent', index]), absentFailure(path, came));
  for (const [type, conditions] of Object.entries(expect.fhirpath ?? {})) {
    for (const [index, text] of conditions.entries())
      judge('fhirpath', lineOf(['expect', 'fhirpath', type, index]), conditionFailure(type, text, came));
  }
  judgeWarnings(testCase, came, judge);
  const { writes } = expect;
  if (writes === 'none') judge('writes', lineOf(['expect', 'writes']), writesFailure('', [], came));
  else {
    for (const [type, wanted] of Object.entries(writes ?? {})) {
      const words = [wanted].flat().filter((word) => word !== 'none');
      judge('writes', lineOf(['expect', 'writes', type]), writesFailure(type, words, came));
    }
  }
}

/** What of `resources` and their rules is worth telling, for differences. */
export function failureOf(
  message: string,
  differences: readonly PathDifference[],
  blame: Blame,
): Omit<Failure, 'kind' | 'line'> {
  return withLacking({ message, differences: differences.map(blame.difference) });
}

function withLacking(failure: {
  readonly message: string;
  readonly differences: readonly Difference[];
}): Omit<Failure, 'kind' | 'line'> {
  const reads = failure.differences.flatMap(({ origins }) => origins.flatMap((origin) => origin.reads));
  const lacking = new Set(reads.filter(({ state }) => state === 'absent').map(({ keyword }) => keyword));
  return { ...failure, ...(lacking.size > 0 ? { lacking: [...lacking] } : {}) };
}

function containsFailure(
  type: string,
  part: FhirElement,
  { resources, blame }: Came,
): Omit<Failure, 'kind' | 'line'> | undefined {
  const ofType = resources.filter(({ resourceType }) => resourceType === type);
  const several = ofType.length > 1;
  const missing = ofType.map((resource, index) =>
    missingParts(part, resource, several ? labelOf(resource, index) : type),
  );
  const [nearest] = missing.toSorted((a, b) => a.length - b.length);
  if (nearest?.length === 0) return undefined;
  if (!nearest) return failureOf(`there is no ${type}`, absentResource(type, part), blame);
  const message = several ? `no ${type} has this; the nearest differs in` : `the ${type} differs in`;
  return failureOf(message, nearest, blame);
}

function absentResource(type: string, part: FhirElement): readonly PathDifference[] {
  return diffResources([{ ...part, resourceType: type }], []);
}

function absentFailure(path: string, came: Came): Omit<Failure, 'kind' | 'line'> | undefined {
  const type = typeOfPath(path);
  const ofType = came.resources.filter(({ resourceType }) => resourceType === type);
  if (path.trim() === type) {
    return ofType.length === 0
      ? undefined
      : failureOf(`there is a resource of type ${type}`, diffResources([], ofType), came.blame);
  }
  if (ofType.length === 0) {
    const hint = `Write \`${type}\` to say that the whole resource is absent.`;
    return { message: `there is no ${type}, so nothing is said about ${path}`, hint };
  }
  if (ofType.some((resource) => valuesAt(path, resource, came.names) === undefined))
    return { message: `${path} cannot be applied to what there is` };
  const differences = ofType.flatMap((resource, index): readonly Difference[] => {
    const label = ofType.length > 1 ? labelOf(resource, index) : type;
    const steps = plainSteps(path);
    const origins = came.blame.originsOf(type, steps, [resource]);
    return (valuesAt(path, resource, came.names) ?? []).map((got) => ({
      path: pathText({ label, steps }),
      got,
      origins,
    }));
  });
  return differences.length === 0 ? undefined : { message: `${path} is there`, differences };
}

/** The elements that a path begins with: `name`, `family` of `Type.name.family.first()`. */
function plainSteps(text: string): Steps {
  const [plain = ''] = /^\s*[A-Za-z]\w*(?:\.[A-Za-z]\w*(?![\w(]))*/.exec(text) ?? [];
  return plain
    .trim()
    .split('.')
    .filter((step) => /^[a-z]/.test(step));
}

/** Undefined where the path cannot be applied to the resource. */
function valuesAt(text: string, resource: FhirResource, names: Names): readonly FhirValue[] | undefined {
  try {
    return compileCondition(text, resource.resourceType).evaluate(resource, names);
  } catch (error) {
    if (isEngineError(error)) return undefined;
    throw error;
  }
}

function conditionFailure(
  type: string,
  text: string,
  { resources, names, blame }: Came,
): Omit<Failure, 'kind' | 'line'> | undefined {
  const ofType = resources.filter(({ resourceType }) => resourceType === type);
  if (ofType.length === 0) return { message: `there is no ${type}, so \`${text}\` is not true` };
  const results = ofType.map((resource) => valuesAt(text, resource, names) ?? []);
  if (results.some(([first, ...more]) => first === true && more.length === 0)) return undefined;
  const [given] = results;
  const what =
    !given || given.length === 0 ? 'nothing' : given.length > 1 ? 'several values' : JSON.stringify(given[0]);
  const isBoolean = results.flat().every((each) => typeof each === 'boolean');
  const steps = plainSteps(text);
  const got = valuesAt([type, ...steps].join('.'), ofType[0] as FhirResource, names) ?? [];
  const difference: Difference = {
    path: pathText({ label: type, steps }),
    isContext: true,
    ...(got.length === 0 ? {} : { got: got.length === 1 ? (got[0] as FhirValue) : got }),
    origins: blame.originsOf(type, steps),
  };
  return {
    ...withLacking({
      message: `\`${text}\` gives ${what}`,
      differences: steps.length === 0 ? [] : [difference],
    }),
    ...(isBoolean ? {} : { hint: 'A condition gives true or false.' }),
  };
}

const METHODS = { POST: 'create', PUT: 'update', PATCH: 'update', DELETE: 'delete' } as const;

/** What was sent, by type: `create`, `update`, `delete`, in the order of the words. */
export function writesOf(sent: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const writes = new Map<string, string[]>();
  for (const text of sent) {
    for (const { request } of (JSON.parse(text) as TransactionBundle).entry) {
      const type = request.url.split(/[/?]/)[0] ?? '';
      writes.set(type, [...(writes.get(type) ?? []), METHODS[request.method]].toSorted());
    }
  }
  return writes;
}

/** Of one type, or of all for the empty one. */
function writesFailure(
  type: string,
  wanted: readonly string[],
  { sent }: Came,
): Omit<Failure, 'kind' | 'line'> | undefined {
  const writes = writesOf(sent);
  const got =
    type === ''
      ? [...writes].flatMap(([each, words]) => words.map((word) => `${word} ${each}`))
      : (writes.get(type) ?? []);
  if (JSON.stringify(wanted.toSorted()) === JSON.stringify(got)) return undefined;
  const said = (words: readonly string[]): string => (words.length === 0 ? 'none' : words.join(', '));
  return { message: `${type === '' ? 'all types' : type}: want ${said(wanted)}, got ${said(got)}` };
}

function judgeRows(
  expected: readonly ExpectedRow[],
  { rows }: Came,
  lineOf: (index: readonly number[]) => number,
  judge: Judge,
): void {
  const open = [...rows];
  for (const [index, wanted] of expected.entries()) {
    const found = open.findIndex((row) => matches(wanted, row));
    if (found >= 0) open.splice(found, 1);
    const words = Object.entries(wanted).map(([name, value]) => `${name} ${value}`);
    judge('rows', lineOf([index]), found >= 0 ? undefined : { message: `no row has ${words.join(', ')}` });
  }
  for (const row of open) {
    const { kind, code, rule, tag, sequence, message } = row;
    const keyword = message.startsWith(`${tag} `) ? undefined : tag;
    const about = [code, rule, keyword].filter((each) => each !== undefined).join(' ');
    const isStored = kind === 'InvalidDicomTag' || kind === 'TransientRetry';
    const what = isStored ? 'has an error row' : 'was not stored, and has an error row';
    const words = rule === undefined ? `{ code: ${code} }` : `{ code: ${code}, rule: ${rule} }`;
    judge('rows', lineOf([]), {
      message: `entry ${sequence} ${what} that is not declared: ${about}: ${message}`,
      hint: `Correct the fixture or the mapping, or declare it: rows: [${words}]`,
      ...(isStored ? {} : { isCause: true }),
    });
  }
}

/** Where a case says which invariants warn, others must not. */
function judgeWarnings({ expect, lineOf }: TestCase, { warnings: got, warning }: Came, judge: Judge): void {
  const { warnings } = expect;
  if (warnings === undefined) return;
  const wanted = warnings === 'none' ? [] : warnings;
  for (const [index, name] of wanted.entries()) {
    judge(
      'warnings',
      lineOf(['expect', 'warnings', index]),
      got.includes(name) ? undefined : heldFailure(name, warning),
    );
  }
  const others = got.filter((name) => !wanted.includes(name));
  const message = `not declared: ${others.join(', ')} did not hold`;
  if (others.length > 0) judge('warnings', lineOf(['expect', 'warnings']), { message });
  else if (wanted.length === 0) judge('warnings', lineOf(['expect', 'warnings']));
}

function heldFailure(name: string, known: readonly string[]): Omit<Failure, 'kind' | 'line'> {
  if (known.includes(name)) return { message: `${name} held, or nothing was written` };
  const close = suggest(name, known);
  const names = known.length === 0 ? 'none' : known.join(', ');
  const hint = close === undefined ? `Invariants with severity warning: ${names}.` : `did you mean ${close}?`;
  return { message: `no invariant that only warns is named ${name}`, hint };
}

function matches(wanted: object, got: object): boolean {
  return Object.entries(wanted).every(([name, value]) => (got as Record<string, unknown>)[name] === value);
}

/** True when there is nothing that was not declared. */
export function judgeFindings(testCase: TestCase, diagnostics: readonly Diagnostic[], judge: Judge): void {
  const open = diagnostics.map((diagnostic) => ({ ...diagnostic, line: diagnostic.range?.start.line }));
  for (const [index, wanted] of (testCase.expect.findings ?? ([] as readonly ExpectedFinding[])).entries()) {
    const found = open.findIndex((each) => matches(wanted, each));
    if (found >= 0) open.splice(found, 1);
    const words = Object.entries(wanted).map(([name, value]) => `${name} ${value}`);
    const message = `the mappings have no finding with ${words.join(', ')}`;
    judge('findings', testCase.lineOf(['expect', 'findings', index]), found >= 0 ? undefined : { message });
  }
}

/** Errors among the findings that no expectation names. */
export function undeclaredErrors(
  { expect }: TestCase,
  diagnostics: readonly Diagnostic[],
): readonly Diagnostic[] {
  const open = (expect.findings ?? []).map((wanted) => ({ wanted, isTaken: false }));
  return diagnostics.filter((diagnostic) => {
    const place = { ...diagnostic, line: diagnostic.range?.start.line };
    const taken = open.find((each) => !each.isTaken && matches(each.wanted, place));
    if (taken) taken.isTaken = true;
    return !taken && diagnostic.severity === 'error';
  });
}
