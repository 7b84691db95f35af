/**
 * A ledger comes in, the report goes out as plain data: for each file what counts, how much of it was seen, in which cases,
 * and every single thing that is missing with its place. Sorted, so that the same cases give the same report.
 */
import type { BranchRecord, Ledger, RuleRecord } from './coverage-ledger.ts';

/** `own`: the files of the project that configurations name, and their tables; `all`: also others, and what they extend. */
export type CoverageScope = 'own' | 'all';

export interface Share {
  readonly covered: number;
  readonly total: number;
}

export interface CoverageTotals {
  /** Rules that produced a value. */
  readonly rules: Share;
  /** Ways to go: absent and invalid values, conditions, expressions, codes and defaults, assertions, deletion. */
  readonly branches: Share;
  /** Rows of table files. */
  readonly rows: Share;
}

/** Numbers are numbers of cases. */
export interface RuleCoverage {
  readonly rule: string;
  readonly line: number;
  readonly column: number;
  readonly ran: number;
  readonly produced: number;
  readonly absent: number;
  /** Invalid, or missing although required. */
  readonly failed: number;
  /** The cases in which it ran. */
  readonly tests: readonly string[];
}

export interface BranchCoverage {
  /** `Mapping.rule`, `Mapping` or `Mapping let name`. */
  readonly subject: string;
  readonly kind: 'branch' | 'row';
  readonly line: number;
  readonly column: number;
  /** The same for the ways of one decision. */
  readonly group: number;
  /** What is to be said as long as no case goes this way. */
  readonly untaken: string;
  readonly row?: string;
  /** In how many cases it was taken. */
  readonly taken: number;
}

export interface MissingCoverage {
  readonly line: number;
  readonly column: number;
  readonly subject: string;
  readonly what: string;
  readonly row?: string;
}

export interface FileCoverage {
  readonly file: string;
  readonly totals: CoverageTotals;
  readonly rules: readonly RuleCoverage[];
  readonly branches: readonly BranchCoverage[];
  /** Without what follows from something else that is missing: the branches of a rule that never ran. */
  readonly missing: readonly MissingCoverage[];
}

export interface CoverageReport {
  readonly totals: CoverageTotals;
  readonly files: readonly FileCoverage[];
}

/** `own`: the files that count; undefined for all. */
export function reportOf(ledger: Ledger, own: ReadonlySet<string> | undefined): CoverageReport {
  const counts = (files: Iterable<string>): boolean => !own || [...files].some((file) => own.has(file));
  const rules = ledger.rules().filter(({ place }) => counts([place.file]));
  const branches = ledger.branches().filter(({ owners }) => counts(owners));
  const names = [...new Set([...rules, ...branches].map(({ place }) => place.file))].sort();
  const files = names.map((file) =>
    fileReport(
      file,
      rules.filter(({ place }) => place.file === file),
      branches.filter(({ place }) => place.file === file),
    ),
  );
  return { totals: sumOf(files.map(({ totals }) => totals)), files };
}

function fileReport(
  file: string,
  rules: readonly RuleRecord[],
  branches: readonly BranchRecord[],
): FileCoverage {
  const ruleList = rules.map(ruleReport).sort(byPlace);
  const branchList = branchReports(rules, branches);
  return {
    file,
    totals: {
      rules: shareOf(ruleList.map(({ produced }) => produced)),
      branches: shareOf(branchList.flatMap(({ kind, taken }) => (kind === 'branch' ? [taken] : []))),
      rows: shareOf(branchList.flatMap(({ kind, taken }) => (kind === 'row' ? [taken] : []))),
    },
    rules: ruleList,
    branches: branchList,
    missing: missingIn(rules, branches).sort(byPlace),
  };
}

function ruleReport({ name, place, seen }: RuleRecord): RuleCoverage {
  const { ran, produced, absent, failed } = seen;
  return {
    rule: name,
    line: place.line,
    column: place.column,
    ran: ran.size,
    produced: produced.size,
    absent: absent.size,
    failed: failed.size,
    tests: [...ran].sort(),
  };
}

/** What a test of a rule may still lack, as a branch of it. */
function statesOf({
  name,
  place,
  asked,
  required,
  seen,
}: RuleRecord): readonly (Omit<BranchCoverage, 'group'> & { readonly group: string })[] {
  return asked.map((state) => ({
    subject: name,
    kind: 'branch',
    line: place.line,
    column: place.column,
    group: `state ${name}`,
    untaken: state === 'absent' ? 'never absent' : required ? 'never missing or invalid' : 'never invalid',
    taken: seen[state].size,
  }));
}

function branchReports(
  rules: readonly RuleRecord[],
  branches: readonly BranchRecord[],
): readonly BranchCoverage[] {
  const listed = branches.map(({ subject, kind, place, group, untaken, row, seen }) => ({
    subject,
    kind,
    line: place.line,
    column: place.column,
    group,
    untaken,
    ...(row === undefined ? {} : { row }),
    taken: seen.size,
  }));
  const sorted = [...rules.flatMap(statesOf), ...listed].sort(byPlace);
  const groups = [...new Set(sorted.map(({ group }) => group))];
  return sorted.map((each) => ({ ...each, group: groups.indexOf(each.group) }));
}

function missingIn(rules: readonly RuleRecord[], branches: readonly BranchRecord[]): MissingCoverage[] {
  const idle = new Set(
    [...Map.groupBy(rules, ({ mapping }) => mapping)]
      .filter(([, all]) => all.length > 1 && all.every(({ seen }) => seen.ran.size === 0))
      .map(([mapping]) => mapping),
  );
  const whole = [...idle].flatMap((mapping): readonly MissingCoverage[] => {
    const own = rules.filter((rule) => rule.mapping === mapping).sort((a, b) => byPlace(a.place, b.place));
    const why = reasonOf(branches.filter(({ subject, rule }) => subject === mapping && !rule));
    const [first] = own;
    return first
      ? [missing(first.place, mapping, `never ran: none of its ${own.length} rules here${why}`)]
      : [];
  });
  const single = rules.flatMap((rule): readonly MissingCoverage[] => {
    const { name, mapping, place, seen } = rule;
    if (idle.has(mapping)) return [];
    if (seen.ran.size === 0) {
      const why = reasonOf(branches.filter((branch) => branch.rule === rule));
      return [missing(place, name, `never ran${why}`)];
    }
    const lacks = statesOf(rule).filter(({ taken }) => taken === 0);
    const whats = [
      ...(seen.produced.size === 0 ? ['never produced a value'] : []),
      ...lacks.map(({ untaken }) => untaken),
    ];
    return whats.length > 0 ? [missing(place, name, whats.join(', '))] : [];
  });
  const untaken = branches.flatMap(
    ({ subject, mapping, place, rule, untaken: what, row, seen }): readonly MissingCoverage[] => {
      const isConsequence = idle.has(mapping) || rule?.seen.ran.size === 0;
      return seen.size > 0 || isConsequence ? [] : [missing(place, subject, what, row)];
    },
  );
  return [...whole, ...single, ...untaken];
}

function missing(
  { line, column }: { readonly line: number; readonly column: number },
  subject: string,
  what: string,
  row?: string,
): MissingCoverage {
  return { line, column, subject, what, ...(row === undefined ? {} : { row }) };
}

/** ` (when: never true)`, where a condition was asked and stood in the way. */
function reasonOf(branches: readonly BranchRecord[]): string {
  const isSeen = (what: string): boolean =>
    branches.some(({ untaken, seen }) => untaken === what && seen.size > 0);
  return isSeen('when: never false') && !isSeen('when: never true') ? ' (when: never true)' : '';
}

function shareOf(numbers: readonly number[]): Share {
  return { covered: numbers.filter((number) => number > 0).length, total: numbers.length };
}

function sumOf(all: readonly CoverageTotals[]): CoverageTotals {
  const sum = (key: keyof CoverageTotals): Share => ({
    covered: all.reduce((total, each) => total + each[key].covered, 0),
    total: all.reduce((total, each) => total + each[key].total, 0),
  });
  return { rules: sum('rules'), branches: sum('branches'), rows: sum('rows') };
}

interface Placed {
  readonly line: number;
  readonly column: number;
}

/** In the order of the file; what stands at one place stays as it is. */
function byPlace(a: Placed, b: Placed): number {
  return a.line - b.line || a.column - b.column;
}
