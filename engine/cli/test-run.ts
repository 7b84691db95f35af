/**
 * Test files as paths come in; every case that is meant is run, and what came of each, by file, goes out, with all files that had a
 * part in it.
 */
import { dirname, resolve } from 'node:path';
import { type Diagnostic, suggest } from '../diagnostic.ts';
import { readBytes, readText } from '../io/files.ts';
import type { MappingPlan } from '../plan.ts';
import type { CaseResult } from '../testing/case-result.ts';
import type { ReadFixture } from '../testing/entries.ts';
import { runCase } from '../testing/run-case.ts';
import type { TestCase } from '../testing/test-case.ts';
import { readTestFile, type TestFile } from '../testing/test-file.ts';
import { shown } from './project.ts';
import type { Terminal } from './terminal.ts';
import type { TestPlans } from './test-plans.ts';

export interface FileRun {
  /** Absolute. */
  readonly path: string;
  /** As shown. */
  readonly file: string;
  readonly text: string;
  /** What is wrong with the file; then it has no results. */
  readonly diagnostics: readonly Diagnostic[];
  readonly results: readonly CaseResult[];
  /** Absolute paths of all files that were read, and of those that were looked for in vain. */
  readonly read: ReadonlySet<string>;
}

export interface TestRun {
  readonly files: readonly FileRun[];
  /** Names that match no case. */
  readonly problems: readonly Diagnostic[];
}

/** Looks on while cases run. */
export interface WatchCase {
  /** Told each plan that is compiled. */
  enter(plan: MappingPlan): void;
  /** Gives the plan that a case is run with; `label` is its file and name. */
  watch(plan: MappingPlan, label: string): MappingPlan;
}

/** `names`: cases of exactly one of these names, or else those whose names have one in them; without any, all. */
export async function runFiles(
  terminal: Terminal,
  plans: TestPlans,
  paths: readonly string[],
  names: readonly string[] = [],
  watching?: WatchCase,
): Promise<TestRun> {
  const read = paths.map((path) => readFile(terminal, path));
  const known = read.flatMap(({ test }) => test.cases.map(({ name }) => name));
  const isMeant = selection(names, known);
  const problems = read.some(({ test }) => test.diagnostics.length > 0) ? [] : unmatched(names, known);
  const files: FileRun[] = [];
  for (const each of read) files.push(await runFile(terminal, plans, each, isMeant, watching));
  return {
    files: files.filter(({ results, diagnostics }) => results.length + diagnostics.length > 0),
    problems,
  };
}

interface ReadFile {
  readonly path: string;
  readonly text: string;
  readonly test: TestFile;
}

function readFile(terminal: Terminal, path: string): ReadFile {
  const file = shown(terminal, path);
  const found = readText(path);
  if ('text' in found) return { path, text: found.text, test: readTestFile(file, found.text) };
  const message = `the test file ${found.error}`;
  const diagnostic = { code: 'test.unreadable', severity: 'error', message, file } as const;
  return { path, text: '', test: { file, cases: [], diagnostics: [diagnostic] } };
}

function selection(names: readonly string[], known: readonly string[]): (name: string) => boolean {
  if (names.length === 0) return () => true;
  const wanted = names.map((name) => {
    return known.includes(name) ? (each: string) => each === name : (each: string) => each.includes(name);
  });
  return (name) => wanted.some((isIt) => isIt(name));
}

function unmatched(names: readonly string[], known: readonly string[]): readonly Diagnostic[] {
  return names.flatMap((name) => {
    if (known.some((each) => each.includes(name))) return [];
    const suggestion = suggest(name, known);
    const message = `no case is named ${name}`;
    return [
      {
        code: 'test.no-case',
        severity: 'error',
        message,
        file: `-t ${name}`,
        ...(suggestion ? { suggestion } : { hint: `Cases here: ${listed(known)}.` }),
      },
    ];
  });
}

const LISTED = 10;

function listed(names: readonly string[]): string {
  return [...names.slice(0, LISTED), ...(names.length > LISTED ? ['…'] : [])].join(', ') || 'none';
}

async function runFile(
  terminal: Terminal,
  plans: TestPlans,
  { path, text, test }: ReadFile,
  isMeant: (name: string) => boolean,
  watching: WatchCase | undefined,
): Promise<FileRun> {
  const folder = dirname(path);
  const read = new Set([path]);
  const readFixture: ReadFixture = (name) => {
    const fixture = resolve(folder, name);
    read.add(fixture);
    return readBytes(fixture);
  };
  const results: CaseResult[] = [];
  const run = async (testCase: TestCase): Promise<void> => {
    const { files, ...plan } = plans.planFor(test, testCase.given.settings);
    for (const each of files) read.add(each);
    const watch = (each: MappingPlan) => watching?.watch(each, `${test.file}: ${testCase.name}`) ?? each;
    results.push(
      await runCase(testCase, { ...plan, watch, read: readFixture, now: () => performance.now() }),
    );
  };
  for (const testCase of test.cases) {
    if (terminal.signal.aborted) break;
    if (isMeant(testCase.name)) await run(testCase);
  }
  return { path, file: test.file, text, diagnostics: test.diagnostics, results, read };
}
