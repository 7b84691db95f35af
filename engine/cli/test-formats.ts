/**
 * What came of test files, for programs: JSON, and the XML of JUnit that build servers read.
 */
import type { Diagnostic } from '../diagnostic.ts';
import type { CaseResult, Failure } from '../testing/case-result.ts';
import type { CoverageReport } from '../testing/coverage-report.ts';
import type { FileRun } from './test-run.ts';

export const TEST_FORMATS = ['text', 'json', 'junit'] as const;
export type TestFormat = (typeof TEST_FORMATS)[number];

/**
 * One object: `format` 1, `cases` in the order of the files, each with its failures (their paths hold values of fixtures) and error
 * rows, `findings` about files, how many `passed` and `failed`, and, where it was asked for, `coverage`.
 */
export function renderTestJson(
  files: readonly FileRun[],
  problems: readonly Diagnostic[],
  coverage?: CoverageReport,
): string {
  const results = files.flatMap((file) => file.results);
  const cases = results.map(({ plan: _, golden: __, durationMs, ...each }) => {
    return { ...each, durationMs: Math.round(durationMs) };
  });
  const findings = [...problems, ...files.flatMap(({ diagnostics }) => diagnostics)];
  const failed = results.filter(({ outcome }) => outcome === 'failed').length;
  const more = coverage ? { coverage } : {};
  const report = { format: 1, cases, findings, passed: results.length - failed, failed, ...more };
  return `${JSON.stringify(report, undefined, 2)}\n`;
}

/** A suite for each file, a case for each case; a file that could not be used, and a name without a case, is an error of its own. */
export function renderJunit(files: readonly FileRun[], problems: readonly Diagnostic[]): string {
  const suites = files.map((run) =>
    suite(run.file, [
      ...run.diagnostics.map((each) => errorCase(run.file, each)),
      ...run.results.map((each) => caseElement(run.file, each)),
    ]),
  );
  const others =
    problems.length > 0
      ? [
          suite(
            'dicomcast test',
            problems.map((each) => errorCase(each.file, each)),
          ),
        ]
      : [];
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${[...suites, ...others].join('')}</testsuites>\n`;
}

interface CaseElement {
  readonly text: string;
  readonly kind: 'passed' | 'failure' | 'error';
  readonly seconds: number;
}

function suite(name: string, cases: readonly CaseElement[]): string {
  const number = (kind: CaseElement['kind']): number => cases.filter((each) => each.kind === kind).length;
  const time = cases.reduce((sum, { seconds }) => sum + seconds, 0);
  const counts = `tests="${cases.length}" failures="${number('failure')}" errors="${number('error')}"`;
  const body = cases.map(({ text }) => text).join('');
  return `  <testsuite name=${attribute(name)} ${counts} time="${time.toFixed(3)}">\n${body}  </testsuite>\n`;
}

function caseElement(file: string, { name, line, outcome, failures, durationMs }: CaseResult): CaseElement {
  const seconds = durationMs / 1000;
  const start = `    <testcase classname=${attribute(file)} name=${attribute(name)} line="${line}" time="${seconds.toFixed(3)}"`;
  if (outcome === 'passed') return { text: `${start}/>\n`, kind: 'passed', seconds };
  const inner = failures.map((failure) => {
    const message = `${failure.kind}: ${failure.message}`;
    return `      <failure message=${attribute(message)}>${escaped(detail(file, failure))}</failure>\n`;
  });
  return { text: `${start}>\n${inner.join('')}    </testcase>\n`, kind: 'failure', seconds };
}

function detail(file: string, { line, differences = [], hint }: Failure): string {
  const paths = differences.map(({ path, want, got, origins }) => {
    const rules = origins.map((origin) => ` (${origin.rule} ${origin.file}:${origin.line})`).join('');
    return `${path} want ${JSON.stringify(want) ?? 'absent'} got ${JSON.stringify(got) ?? 'absent'}${rules}`;
  });
  return [`${file}:${line}`, ...paths, ...(hint === undefined ? [] : [hint])].join('\n');
}

function errorCase(file: string, { code, message, range, hint, suggestion }: Diagnostic): CaseElement {
  const name = range ? `${code} at line ${range.start.line}` : code;
  const start = `    <testcase classname=${attribute(file)} name=${attribute(name)}`;
  const inner = `      <error message=${attribute(message)}>${escaped(suggestion === undefined ? (hint ?? '') : `did you mean ${suggestion}?`)}</error>\n`;
  return { text: `${start}>\n${inner}    </testcase>\n`, kind: 'error', seconds: 0 };
}

function attribute(text: string): string {
  return `"${escaped(text).replaceAll('"', '&quot;').replaceAll('\n', '&#10;')}"`;
}

/** XML 1.0 2.2: most control characters cannot be written at all. */
function escaped(text: string): string {
  return text
    .replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '\u{FFFD}')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
