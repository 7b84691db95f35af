/**
 * A coverage report comes in; text for people goes out, which says what is missing and where, and whether it is enough; or
 * an lcov file for editors and services.
 */
import type {
  BranchCoverage,
  CoverageReport,
  CoverageTotals,
  FileCoverage,
  MissingCoverage,
  Share,
} from './coverage-report.ts';

/** Percentages that must be reached. */
export type Thresholds = Readonly<Partial<Record<keyof CoverageTotals, number>>>;

const KEYS = ['rules', 'branches', 'rows'] as const;

/**
 * `90`: rules and branches; `rules=100,branches=80,rows=50`: each for itself. What is wrong with the text, as a sentence,
 * where it is neither.
 */
export function readThresholds(text: string): Thresholds | { readonly error: string } {
  const error = `--threshold is a percentage (90), or rules=100,branches=80,rows=50`;
  const entries: [string, number][] = [];
  for (const part of text.split(',')) {
    const [, key, digits] = /^(?:(rules|branches|rows)=)?(\d{1,3}(?:\.\d+)?)$/.exec(part.trim()) ?? [];
    const percent = Number(digits);
    if (digits === undefined || percent > 100 || (key === undefined && text.includes(','))) return { error };
    for (const each of key === undefined ? ['rules', 'branches'] : [key]) entries.push([each, percent]);
  }
  return Object.fromEntries(entries);
}

/** What does not reach its threshold; empty where all is well. Nothing to cover is covered. */
export function shortfalls({ totals }: CoverageReport, thresholds: Thresholds): readonly string[] {
  return KEYS.flatMap((key) => {
    const wanted = thresholds[key];
    const { covered, total } = totals[key];
    if (wanted === undefined || total === 0 || covered * 100 >= wanted * total) return [];
    return [`${key} ${percentOf(totals[key])}, and ${wanted} % is asked for`];
  });
}

/** Rounded down: 100 % is all. */
function percentOf({ covered, total }: Share): string {
  return `${total === 0 ? 100 : Math.floor((covered / total) * 1000) / 10} %`;
}

/** One block for each file: how much, then every place that no case reached. */
export function coverageText({ files, totals }: CoverageReport): string {
  const width = Math.max(9, ...files.map(({ file }) => file.length));
  const blocks = files.map((each) => {
    const lines = grouped(each.missing).map(({ line, column, subject, what }) => [
      `${line}:${column}`,
      subject,
      what,
    ]);
    const [first, second] = [0, 1].map((index) =>
      Math.max(0, ...lines.map((cells) => cells[index]?.length ?? 0)),
    );
    const rows = lines.map(
      ([place = '', subject = '', what = '']) =>
        `  ${place.padEnd(first ?? 0)}  ${subject.padEnd(second ?? 0)}  ${what}`,
    );
    return [headline(each.file.padEnd(width), each.totals), ...rows].join('\n');
  });
  return `${[...blocks, headline('all files'.padEnd(width), totals)].join('\n')}\n`;
}

function headline(name: string, totals: CoverageTotals): string {
  const shares = KEYS.flatMap((key) => {
    const { covered, total } = totals[key];
    return total === 0 ? [] : [`${key} ${covered}/${total} (${percentOf(totals[key])})`];
  });
  return [name, ...shares].join('   ');
}

const SHOWN_ROWS = 5;

/** Rows of one table, or of one rule, in one line, at the first of them. */
function grouped(missing: readonly MissingCoverage[]): readonly MissingCoverage[] {
  const groups = Map.groupBy(missing, ({ subject, what, row, line, column }) =>
    row === undefined ? `${line} ${column} ${subject} ${what}` : `${subject} ${what}`,
  );
  return [...groups.values()].flatMap(([first, ...others]): readonly MissingCoverage[] => {
    if (first?.row === undefined) return first ? [first, ...others] : [];
    const rows = [first, ...others].map(({ row }) => row ?? '');
    const rest = rows.length - SHOWN_ROWS;
    const shown = rest > 1 ? [...rows.slice(0, SHOWN_ROWS), `${rest} more`] : rows;
    const key = first.what.split(':')[0] ?? '';
    const list = shown.length > 1 ? `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}` : shown[0];
    return [{ ...first, what: `${key}: ${rows.length > 1 ? 'rows' : 'row'} ${list} never met` }];
  });
}

/**
 * The lcov tracefile (geninfo(1)): a rule is a function, which is hit by every case in which it produced a value; a line is
 * hit by what stands in it; the numbers are numbers of cases.
 */
export function coverageLcov({ files }: CoverageReport): string {
  return files.map(recordOf).join('');
}

function recordOf({ file, rules, branches }: FileCoverage): string {
  const hits = new Map<number, number>();
  for (const { line, taken } of branches) hits.set(line, Math.max(hits.get(line) ?? 0, taken));
  for (const line of new Set(rules.map((rule) => rule.line))) {
    hits.set(line, Math.max(...rules.filter((rule) => rule.line === line).map(({ produced }) => produced)));
  }
  const lines = [...hits].sort(([a], [b]) => a - b);
  const groups = Map.groupBy(branches, ({ group }) => group);
  return `${[
    'TN:',
    `SF:${file}`,
    ...rules.map(({ line, rule }) => `FN:${line},${rule}`),
    ...rules.map(({ rule, produced }) => `FNDA:${produced},${rule}`),
    `FNF:${rules.length}`,
    `FNH:${rules.filter(({ produced }) => produced > 0).length}`,
    ...[...groups].flatMap(([group, all]) => branchLines(group, all)),
    `BRF:${branches.length}`,
    `BRH:${branches.filter(({ taken }) => taken > 0).length}`,
    ...lines.map(([line, count]) => `DA:${line},${count}`),
    `LF:${lines.length}`,
    `LH:${lines.filter(([, count]) => count > 0).length}`,
    'end_of_record',
  ].join('\n')}\n`;
}

/** `-` stands for a decision that was never met. */
function branchLines(group: number, branches: readonly BranchCoverage[]): readonly string[] {
  const isMet = branches.some(({ taken }) => taken > 0);
  return branches.map(({ line, taken }, index) => `BRDA:${line},${group},${index},${isMet ? taken : '-'}`);
}
