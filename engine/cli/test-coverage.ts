/**
 * `dicomcast test --coverage`: the options of the command come in; what watches the plans of cases goes out, and at the end what
 * the cases covered, as text or in a file, and whether it is enough.
 */
import { resolve } from 'node:path';
import { writeText } from '../io/files.ts';
import { createCoverage } from '../testing/coverage.ts';
import type { CoverageReport, CoverageScope } from '../testing/coverage-report.ts';
import {
  coverageLcov,
  coverageText,
  readThresholds,
  shortfalls,
  type Thresholds,
} from '../testing/coverage-text.ts';
import type { Terminal } from './terminal.ts';
import type { WatchCase } from './test-run.ts';

export interface CoverageOptions {
  readonly coverage?: boolean;
  /** `90`, or `rules=100,branches=80,rows=50`. */
  readonly threshold?: string;
  /** Where a tracefile is written. */
  readonly lcov?: string;
  readonly scope?: CoverageScope;
}

export interface CoverageRun extends WatchCase {
  report(): CoverageReport;
  /** Prints what is missing (where text is wanted) and writes files; false when it is not enough or could not be written. */
  finish(report: CoverageReport, isText: boolean): boolean;
}

/** Undefined when nobody asked for coverage; a sentence when an option is wrong. Each option asks for it. */
export function createCoverageRun(
  terminal: Terminal,
  { coverage: isAsked, threshold, lcov, scope }: CoverageOptions,
): CoverageRun | { readonly error: string } | undefined {
  if (!isAsked && threshold === undefined && lcov === undefined && scope === undefined) return undefined;
  const thresholds = threshold === undefined ? {} : readThresholds(threshold);
  if ('error' in thresholds) return { error: String(thresholds.error) };
  const coverage = createCoverage();
  return {
    enter: coverage.enter,
    watch: coverage.watch,
    report: () => coverage.report(scope),
    finish(report, isText) {
      if (isText) terminal.out(`\n${coverageText(report)}`);
      const isWritten = lcov === undefined || writeLcov(terminal, lcov, report);
      return reaches(terminal, report, thresholds) && isWritten;
    },
  };
}

function writeLcov(terminal: Terminal, path: string, report: CoverageReport): boolean {
  const error = writeText(resolve(terminal.cwd, path), coverageLcov(report));
  if (error !== undefined) terminal.err(`error: ${path} ${error}\n`);
  return error === undefined;
}

function reaches(terminal: Terminal, report: CoverageReport, thresholds: Thresholds): boolean {
  const short = shortfalls(report, thresholds);
  for (const each of short) terminal.err(`error: coverage of ${each}\n`);
  return short.length === 0;
}
