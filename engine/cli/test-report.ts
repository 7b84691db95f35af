/**
 * What came of test files, for people: each failing case with the paths that differ, the rules that wrote there and what they read,
 * and the commands that run and accept it; then a count.
 */
import type { FhirValue } from '../fhir/resource.ts';
import type { CaseResult, Difference, Failure } from '../testing/case-result.ts';
import { count } from './project.ts';
import { bold, type Terminal } from './terminal.ts';
import type { FileRun } from './test-run.ts';
import type { Note } from './test-update.ts';

export interface ReportOptions {
  /** How many failing cases are shown in full. */
  readonly max: number;
  /** Every difference, also of what may only follow from something else. */
  readonly all?: boolean;
  /** What stands between `dicomcast test` and the file in commands: `-c site.yaml `. */
  readonly flags: string;
  readonly notes: ReadonlyMap<CaseResult, Note>;
  readonly durationMs: number;
}

/** Failing and accepted cases, in the order of the files, and one line that counts. */
export function renderReport(terminal: Terminal, files: readonly FileRun[], options: ReportOptions): string {
  const results = files.flatMap((file) => file.results);
  const failed = results.filter(({ outcome }) => outcome === 'failed');
  const shown = new Set(failed.slice(0, options.max));
  const told = new Set<string>();
  const blocks = results.flatMap((result) => {
    const note = options.notes.get(result);
    const again = shown.has(result) ? toldAgain(result, told) : undefined;
    if (again !== undefined) return [toldText(terminal, result, again)];
    if (shown.has(result)) return [failedText(terminal, result, note, options)];
    return result.outcome === 'passed' && note ? [acceptedText(result, note)] : [];
  });
  const hidden = failed.length - shown.size;
  const more =
    hidden > 0 ? `… and ${count(hidden, 'failing case')} more (--max ${failed.length} shows all)\n\n` : '';
  return `${blocks.map((block) => `${block}\n`).join('')}${more}${warningLines(results)}${summary(files, options.durationMs)}`;
}

function summary(files: readonly FileRun[], durationMs: number): string {
  const results = files.flatMap((file) => file.results);
  const failed = results.filter(({ outcome }) => outcome === 'failed').length;
  const unread = files.filter(({ diagnostics }) => diagnostics.length > 0).length;
  const parts = [
    `${count(results.length, 'case')} in ${count(files.length, 'file')}`,
    `${results.length - failed} passed`,
    `${failed} failed`,
    ...(unread > 0 ? [`${count(unread, 'file')} not run`] : []),
  ];
  return `${parts.join(', ')} (${(durationMs / 1000).toFixed(1)} s)\n`;
}

function failedText(
  terminal: Terminal,
  result: CaseResult,
  note: Note | undefined,
  { flags, all = false }: ReportOptions,
): string {
  const { file, line, name, failures, golden } = result;
  const command = `dicomcast test ${flags}${quoted(file)} -t ${name}`;
  const isAcceptable = golden && !golden.isSame && golden.refused === undefined;
  return [
    `${bold(terminal, `✗ ${file}:${line}  ${name}`)}`,
    ...causesFirst(failures, all),
    ...(note ? noteLines(note) : []),
    `  rerun:  ${command}`,
    ...(isAcceptable ? [`  accept: ${command} --update`] : []),
    '',
  ].join('\n');
}

/** Of a case in which an entry was not stored, that; what else is wrong may follow from it, and is counted where it is long. */
function causesFirst(failures: readonly Failure[], all: boolean): readonly string[] {
  const causes = failures.filter(({ isCause }) => isCause);
  const others = failures.filter(({ isCause }) => !isCause);
  const linesOf = (some: readonly Failure[]) => some.flatMap((failure) => failureLines(failure, all));
  const lines = linesOf(others);
  if (causes.length === 0 || all) return [...linesOf(causes), ...lines];
  const hidden = causes.length - MOST_CAUSES;
  return [
    ...linesOf(causes.slice(0, MOST_CAUSES)),
    ...(hidden > 0 ? [`  … and ${count(hidden, 'more error row')} (--all shows them)`] : []),
    ...(lines.length > FEW_LINES ? [followingLine(others)] : lines),
  ];
}

const MOST_CAUSES = 5;
const FEW_LINES = 3;

/** `  … and 5 more failures, which may follow from it: writes, golden (--all shows them)` */
function followingLine(failures: readonly Failure[]): string {
  const kinds = [...new Set(failures.map(({ kind }) => kind))].join(', ');
  const what = failures.length === 1 ? 'failure, which' : 'failures, which';
  return `  … and ${failures.length} more ${what} may follow from that: ${kinds} (--all shows them)`;
}

/** What is wrong with mappings, or with what is given, in cases that start from one another. */
const TOLD_ONCE: ReadonlySet<Failure['kind']> = new Set(['mapping', 'given']);

/** Notes such failures; gives their kind when all were noted before, and nothing else is wrong. */
function toldAgain({ file, failures }: CaseResult, told: Set<string>): Failure['kind'] | undefined {
  // A mapping is the same for every file; a line is of one.
  const keys = failures.map(({ kind, line, message }) =>
    kind === 'mapping' ? message : `${file}:${line} ${message}`,
  );
  const isSame = failures.every(({ kind }, index) => TOLD_ONCE.has(kind) && told.has(keys[index] ?? ''));
  for (const [index, { kind }] of failures.entries()) if (TOLD_ONCE.has(kind)) told.add(keys[index] ?? '');
  return isSame ? failures[0]?.kind : undefined;
}

function toldText(terminal: Terminal, { file, line, name }: CaseResult, kind: Failure['kind']): string {
  return `${bold(terminal, `✗ ${file}:${line}  ${name}`)}\n  ${kind}: as above\n`;
}

function acceptedText({ file, line, name }: CaseResult, note: Note): string {
  return [`~ ${file}:${line}  ${name}`, ...noteLines(note), ''].join('\n');
}

/** One line for each invariant that warned where no case speaks of it. */
function warningLines(results: readonly CaseResult[]): string {
  const names = new Set(results.flatMap(undeclared));
  const lines = [...names].toSorted().map((name) => {
    const warned = results.filter((result) => undeclared(result).includes(name)).map((each) => each.name);
    const shown = [...warned.slice(0, WARNED), ...(warned.length > WARNED ? ['…'] : [])].join(', ');
    return `warning: ${name} does not hold in ${count(warned.length, 'case')}: ${shown} (\`warnings: [${name}]\` expects it)\n`;
  });
  return lines.join('');
}

const WARNED = 5;

/** A case that says which invariants warn has said it all. */
function undeclared({ warnings, assertions }: CaseResult): readonly string[] {
  return assertions.some(({ kind }) => kind === 'warnings') ? [] : warnings;
}

function noteLines({ text, accepted }: Note): readonly string[] {
  const lines = (accepted?.differences ?? []).flatMap(differenceLines).map((each) => `    ${each}`);
  return [`  ${text}`, ...lines];
}

function failureLines(
  { kind, line, message, hint, differences = [], lacking = [] }: Failure,
  all: boolean,
): readonly string[] {
  const most = all ? differences.length : MOST_PATHS;
  const hidden = differences.length - most;
  return [
    `  line ${line}  ${kind}: ${message}`,
    ...differences
      .slice(0, most)
      .flatMap(differenceLines)
      .map((each) => `    ${each}`),
    ...(hidden > 0 ? [`    … and ${count(hidden, 'path')} more (--all shows them)`] : []),
    ...(lacking.length > 0 ? [`    in no instance: ${lacking.join(', ')}`] : []),
    ...(hint === undefined ? [] : [`    help: ${hint}`]),
  ];
}

const MOST_PATHS = 30;

function differenceLines({ path, want, got, isContext, origins }: Difference): readonly string[] {
  const values = isContext ? `is ${valueText(got)}` : `-${valueText(want)}  +${valueText(got)}`;
  return [
    `${path}  ${values}`,
    ...origins.map(({ rule, file, line, reads, isDisabled }) => {
      if (isDisabled) return `  rule ${rule}  ${file}:${line}  is switched off`;
      const tags = reads.map(({ keyword, state }) =>
        state === 'present' ? keyword : `${keyword} (${state})`,
      );
      return `  rule ${rule}  ${file}:${line}${tags.length > 0 ? `  reads ${tags.join(', ')}` : ''}`;
    }),
  ];
}

const LONGEST = 160;

/** JSON, cut where it is long. */
function valueText(value: FhirValue | undefined): string {
  if (value === undefined) return '(absent)';
  const text = JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

/** For a shell. */
function quoted(file: string): string {
  return /^[\w./:@%+,-]+$/.test(file) ? file : `'${file.replaceAll("'", `'\\''`)}'`;
}
