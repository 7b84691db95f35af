/**
 * `dicomcast test`: test files come in, every case runs through the whole engine in this process, and a report goes out. Whatever
 * could not be shown to hold counts as failed: files without cases, names that match nothing, fixtures that are missing.
 */
import type { Diagnostic } from '../diagnostic.ts';
import { printFindings } from './project.ts';
import { EXIT, type Terminal } from './terminal.ts';
import { type CoverageOptions, type CoverageRun, createCoverageRun } from './test-coverage.ts';
import { defaultFolders, findTestFiles, inFolder } from './test-files.ts';
import { renderJunit, renderTestJson, type TestFormat } from './test-formats.ts';
import { createTestPlans } from './test-plans.ts';
import { renderReport } from './test-report.ts';
import { type FileRun, runFiles } from './test-run.ts';
import { type Accepted, acceptGoldens } from './test-update.ts';
import { foldersOfFiles, watchFiles } from './test-watch.ts';

export interface TestOptions extends CoverageOptions {
  readonly config?: string;
  /** Cases of exactly one of these names, or else those whose names have one in them. */
  readonly name?: readonly string[];
  /** Writes goldens that are missing or differ. */
  readonly update?: boolean;
  /** Runs again what a change touches, until the terminal's signal ends it. */
  readonly watch?: boolean;
  readonly format?: TestFormat;
  /** How many failing cases the text shows in full. */
  readonly max?: number;
  /** Of these, every difference. */
  readonly all?: boolean;
}

/** Exit code 1 when something failed or nothing ran, 64 for options that do not go together. */
export async function test(
  terminal: Terminal,
  names: readonly string[],
  options: TestOptions,
): Promise<number> {
  const { update = false, watch = false, format = 'text' } = options;
  const coverage = createCoverageRun(terminal, options);
  const fault =
    update && terminal.env['CI'] === 'true'
      ? '--update has no place in a CI run: people read goldens before they commit them'
      : watch && format !== 'text'
        ? '--watch prints text: leave --format out'
        : watch && coverage
          ? '--watch runs what a change touches, and coverage is of all: leave one of them out'
          : coverage && 'error' in coverage
            ? coverage.error
            : undefined;
  if (fault !== undefined || (coverage && 'error' in coverage)) {
    terminal.err(`error: ${fault}\n`);
    return EXIT.usage;
  }
  const result = await runOnce(terminal, names, options, coverage);
  if (watch) {
    await watchRuns(terminal, names, options, result);
    return EXIT.ok;
  }
  return result.isGood && !terminal.signal.aborted ? EXIT.ok : EXIT.findings;
}

interface Result {
  readonly files: readonly FileRun[];
  readonly isGood: boolean;
}

/** `only`: of the files that are meant, those that are run. */
async function runOnce(
  terminal: Terminal,
  names: readonly string[],
  options: TestOptions,
  coverage?: CoverageRun,
  only: (path: string) => boolean = () => true,
): Promise<Result> {
  const began = performance.now();
  const plans = createTestPlans(terminal, { ...options, ...(coverage ? { enter: coverage.enter } : {}) });
  const found = findFiles(terminal, plans.configured, names);
  const paths = found.files.filter(only);
  // Without names the mappings of the configuration are meant, also those that no test file runs.
  if (coverage && names.length === 0) plans.planFor({ file: 'any.test.yaml' }, {});
  const run = await runFiles(terminal, plans, paths, options.name, coverage);
  const problems = [...found.problems, ...run.problems];
  const { files, notes } = options.update
    ? await acceptAll(terminal, run.files, () => runFiles(terminal, plans, paths, options.name))
    : { files: run.files, notes: new Map() };
  const { format = 'text', config, max = SHOWN_CASES, all = false } = options;
  const covered = coverage?.report();
  if (format === 'json') terminal.out(renderTestJson(files, problems, covered));
  else if (format === 'junit') terminal.out(renderJunit(files, problems));
  else {
    const findings = [...problems, ...files.flatMap(({ diagnostics }) => diagnostics)];
    printFindings(terminal, {
      diagnostics: findings,
      sources: new Map(files.map(({ file, text }) => [file, text])),
    });
    const durationMs = performance.now() - began;
    const flags = config === undefined ? '' : `-c ${config} `;
    terminal.out(renderReport(terminal, files, { max, all, flags, notes, durationMs }));
  }
  const isCovered = !coverage || !covered || coverage.finish(covered, format === 'text');
  const results = files.flatMap((file) => file.results);
  const isFailed = results.some(({ outcome }) => outcome === 'failed');
  const isRead = files.every(({ diagnostics }) => diagnostics.length === 0);
  const isGood = problems.length === 0 && isRead && !isFailed && isCovered && results.length > 0;
  return { files, isGood };
}

/** Goldens that are written may be what other cases start from: those run again, and what is told is what the next run tells. */
async function acceptAll(
  terminal: Terminal,
  files: readonly FileRun[],
  again: () => Promise<{ readonly files: readonly FileRun[] }>,
): Promise<Accepted> {
  let accepted = acceptGoldens(terminal, files);
  for (let round = 0; accepted.wrote && round < ROUNDS; round++) {
    accepted = acceptGoldens(terminal, (await again()).files, accepted);
  }
  return accepted;
}

/** Goldens that are made of goldens settle in as many; those that never do are told as failures. */
const ROUNDS = 4;
const SHOWN_CASES = 20;

type Configured = ReturnType<typeof createTestPlans>['configured'];

/** The files that are named, or those beside the mappings and the configuration. */
function findFiles(
  terminal: Terminal,
  configured: Configured,
  names: readonly string[],
): { readonly files: readonly string[]; readonly problems: readonly Diagnostic[] } {
  if (names.length > 0) return findTestFiles(terminal, names);
  const project = configured();
  if (!('path' in project)) return { files: [], problems: project.diagnostics };
  const folders = defaultFolders(project.path, project.mappings);
  const files = [...new Set(folders.flatMap(inFolder))].toSorted();
  if (files.length > 0) return { files, problems: [] };
  const hint = 'Write one beside a mapping, <anything>.test.yaml; see mappings/README.md, Testing a mapping.';
  const message = 'there is no test file beside the mappings, and none in test/ or tests/';
  return {
    files,
    problems: [{ code: 'test.no-file', severity: 'error', message, file: project.path, hint }],
  };
}

/** Runs a test file again when something changed that it read, and all of them when a test file came or a mapping is new. */
async function watchRuns(
  terminal: Terminal,
  names: readonly string[],
  options: TestOptions,
  first: Result,
): Promise<void> {
  const known = new Map(first.files.map((file) => [file.path, file]));
  const folders = (): ReadonlySet<string> =>
    foldersOfFiles([...known.values()].flatMap(({ path, read }) => [path, ...read]));
  terminal.out('watching; Ctrl+C ends\n');
  await watchFiles(terminal, folders, async (changed) => {
    const touched = [...known.values()].filter(({ read }) => [...changed].some((path) => read.has(path)));
    const isNew = [...changed].some((path) => /\.test\.ya?ml$/i.test(path) && !known.has(path));
    if (touched.length === 0 && !isNew) return;
    const paths = new Set(touched.map(({ path }) => path));
    const { files } = await runOnce(
      terminal,
      names,
      options,
      undefined,
      (path) => paths.has(path) || (isNew && !known.has(path)),
    );
    for (const path of paths) known.delete(path);
    for (const file of files) known.set(file.path, file);
  });
}
