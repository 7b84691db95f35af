/**
 * The golden file of a case: its text and the result come in; whether they say the same, where they differ, and the text that
 * the file should have, go out.
 */
import { parseFhirJson } from '../fhir/json.ts';
import type { FhirElement, FhirResource } from '../fhir/resource.ts';
import { failureOf, type Judge } from './assertions.ts';
import type { GoldenText, Outcome } from './case-result.ts';
import type { ReadFixture } from './entries.ts';
import type { Blame } from './origins.ts';
import { diffResources, type PathDifference } from './path-diff.ts';
import type { Expectation, TestCase } from './test-case.ts';

/** Undefined for a case without a golden. */
export function judgeGolden(
  testCase: TestCase,
  outcome: Outcome,
  blame: Blame,
  read: ReadFixture,
  judge: Judge,
): GoldenText | undefined {
  const { golden: path, shows } = testCase.expect;
  if (path === undefined) return undefined;
  const line = testCase.lineOf(['expect', 'golden']);
  const shown = {
    resources: outcome.resources.flatMap((each) => shownPart(each, shows)),
    rows: outcome.rows,
  };
  const text = goldenText(shown);
  const file = read(path);
  if ('error' in file) {
    const hint = 'Write it with --update, and read it before you commit it.';
    judge('golden', line, { message: `the golden file ${path} ${file.error}`, hint });
    return { path, text, isSame: false };
  }
  const held = readGolden(new TextDecoder().decode(file.bytes));
  if (!held) {
    const message = `${path} is no golden result: JSON with \`resources\` and \`rows\``;
    judge('golden', line, { message, hint: 'Name another file, or delete this one.' });
    return { path, text, isSame: false, refused: 'the file holds something else' };
  }
  const differences = [
    ...diffResources(held.resources, shown.resources),
    ...rowDifferences(held.rows, shown.rows),
  ];
  const isSame = differences.length === 0;
  judge(
    'golden',
    line,
    isSame ? undefined : failureOf(`the result differs from ${path} in`, differences, blame),
  );
  return { path, text, isSame };
}

/** As a golden file has it: two blanks, a line break at its end. */
function goldenText(outcome: Outcome): string {
  return `${JSON.stringify(outcome, null, 2)}\n`;
}

interface Held {
  readonly resources: readonly FhirResource[];
  readonly rows: readonly FhirElement[];
}

function readGolden(text: string): Held | undefined {
  let json: unknown;
  try {
    json = parseFhirJson(text);
  } catch {
    return undefined;
  }
  if (typeof json !== 'object' || json === null) return undefined;
  const { resources, rows, ...others } = json as Readonly<Record<string, unknown>>;
  if (!Array.isArray(resources) || !Array.isArray(rows) || Object.keys(others).length > 0) return undefined;
  return { resources, rows };
}

function shownPart(resource: FhirResource, shows: Expectation['shows']): readonly FhirResource[] {
  if (!shows) return [resource];
  const elements = shows[resource.resourceType];
  if (elements === undefined) return [];
  if (elements === 'all') return [resource];
  const kept = Object.entries(resource).filter(
    ([name]) => name === 'resourceType' || elements.includes(name),
  );
  return [Object.fromEntries(kept) as FhirResource];
}

/** Rows compared as if they were resources of one type; no rule is to blame for what they say. */
function rowDifferences(want: readonly FhirElement[], got: Outcome['rows']): readonly PathDifference[] {
  const asResources = (rows: readonly object[]): readonly FhirResource[] => [
    { resourceType: 'rows', rows: rows as readonly FhirElement[] },
  ];
  return diffResources(asResources(want), asResources(got)).map((each) => ({
    ...each,
    label: 'rows',
    steps: each.steps.slice(1),
  }));
}
