/**
 * Coverage for tests: the text of a mapping and cases come in, the report comes out. The cases run through the whole engine.
 */
import { createCoverage } from '../../engine/testing/coverage.ts';
import type { CoverageReport, CoverageScope } from '../../engine/testing/coverage-report.ts';
import { type EngineSetup, planOf, runFeed } from './engine.ts';
import { type EntryWords, entries } from './entries.ts';

type Cases = Readonly<
  Record<string, readonly EntryWords[] | (EngineSetup & { feed: readonly EntryWords[] })>
>;
type Setup = EngineSetup & { readonly scope?: CoverageScope };

/** The report of the cases; each is a feed, or a feed with what is there before. */
export async function cover(
  mapping: string,
  cases: Cases,
  { scope, ...setup }: Setup = {},
): Promise<CoverageReport> {
  const coverage = createCoverage();
  coverage.enter(planOf([mapping], setup.settings, setup.files));
  for (const [name, given] of Object.entries(cases)) {
    const { feed, ...more } = 'feed' in given ? given : { feed: given };
    await runFeed({
      mappings: [mapping],
      ...setup,
      ...more,
      entries: entries(...feed),
      watch: (plan) => coverage.watch(plan, name),
    });
  }
  return coverage.report(scope);
}

/** `line:column subject what`, of all files; where there are several, with the file. */
export function missing({ files }: CoverageReport): readonly string[] {
  return files.flatMap(({ file, missing: all }) =>
    all.map(({ line, column, subject, what, row }) =>
      [
        ...(files.length > 1 ? [file] : []),
        `${line}:${column}`,
        subject,
        what,
        ...(row === undefined ? [] : [row]),
      ].join(' '),
    ),
  );
}

/** A mapping with nothing but an identity, whose rules end on line 7. */
export const PATIENT = `resource: Patient
identity: identifier
rules:
  identifier:
    to: Patient.identifier.where(system = 'urn:test').value
    tag: PatientID
    required: true
`;
