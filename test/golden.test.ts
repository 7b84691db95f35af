/**
 * Golden cases: each folder of test/golden holds a feed (case.yaml) and what the shipped mappings make of it (expected.json),
 * through the whole engine. UPDATE_GOLDEN=1 writes expected.json anew, which is to be read before it is committed.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readYaml } from '../engine/compile/yaml-source.ts';
import type { FhirResource } from '../engine/fhir/resource.ts';
import { type EngineSetup, type RawEntry, type Row, startEngine } from './support/engine.ts';
import { type EntryWords, entries } from './support/entries.ts';

interface GoldenCase {
  /** What it shows, in one sentence. */
  readonly about: string;
  /** Types to compare, with the elements that matter, or all of them (`all`). Types that are not named are left out. */
  readonly shows: Readonly<Record<string, readonly string[] | 'all'>>;
  readonly settings?: Readonly<Record<string, string | number | boolean>>;
  readonly sourceUrl?: string;
  readonly enforceValidationOfTagValues?: boolean;
  readonly existing?: readonly FhirResource[];
  readonly feed: readonly EntryWords[];
  /** The text of a made-up mapping, where the case is about the language; the shipped ones when left out. */
  readonly mapping?: string;
}

interface Outcome {
  readonly resources: readonly FhirResource[];
  readonly rows: readonly Row[];
}

const KEYS = [
  'about',
  'shows',
  'settings',
  'sourceUrl',
  'enforceValidationOfTagValues',
  'existing',
  'feed',
  'mapping',
];
const FOLDER = join(import.meta.dirname, 'golden');
const isUpdate = process.env['UPDATE_GOLDEN'] === '1';
if (isUpdate && process.env['CI'] === 'true')
  throw new Error('expected files are written by people who read them, not by CI');

const test = suite('golden');

for (const name of readdirSync(FOLDER).sort()) {
  const folder = join(FOLDER, name);
  test(name, async () => {
    const golden = readCase(join(folder, 'case.yaml'));
    const feed = entries(...golden.feed);
    const whole = await outcomesOf(golden, feed, {});
    for (const pageSize of [1, 2]) {
      const cut = await outcomesOf(golden, feed, { pageSize });
      assert.is(text(cut.all), text(whole.all), `pages of ${pageSize} give the same bytes as one page`);
    }
    assert.equal(whole.sentAgain, [], 'the same feed again over the result sends nothing');
    const expected = join(folder, 'expected.json');
    if (isUpdate) writeFileSync(expected, text(whole.shown));
    assert.ok(existsSync(expected), 'there is no expected.json: write it with UPDATE_GOLDEN=1 and read it');
    assert.fixture(text(whole.shown), readFileSync(expected, 'utf8'));
  });
}

test('every folder is a case', () => {
  const names = readdirSync(FOLDER);
  assert.ok(names.length >= 40, `${names.length} cases`);
  for (const name of names)
    assert.equal(readdirSync(join(FOLDER, name)).sort(), ['case.yaml', 'expected.json'], name);
});

async function outcomesOf(
  golden: GoldenCase,
  feed: readonly RawEntry[],
  options: { readonly pageSize?: number },
) {
  const engine = await startEngine(setupOf(golden));
  try {
    const { rows } = await engine.run(feed, options);
    const all: Outcome = { resources: engine.resources(), rows };
    const shown: Outcome = {
      resources: all.resources.flatMap((resource) => shownPart(resource, golden.shows)),
      rows,
    };
    const { sent } = await engine.run(feed);
    return { all, shown, sentAgain: sent };
  } finally {
    await engine.close();
  }
}

function setupOf({
  enforceValidationOfTagValues,
  settings,
  sourceUrl,
  existing,
  mapping,
}: GoldenCase): EngineSetup {
  return {
    enforceTagValues: enforceValidationOfTagValues ?? false,
    ...(settings ? { settings } : {}),
    ...(sourceUrl ? { sourceUrl } : {}),
    ...(existing ? { existing } : {}),
    ...(mapping === undefined ? {} : { mappings: [mapping] }),
  };
}

function readCase(path: string): GoldenCase {
  const { value, diagnostics } = readYaml(path, readFileSync(path, 'utf8'));
  assert.equal(diagnostics, []);
  const golden = value as GoldenCase;
  assert.equal(
    Object.keys(golden).filter((key) => !KEYS.includes(key)),
    [],
    'a case has no other keys',
  );
  return golden;
}

function shownPart(resource: FhirResource, shows: GoldenCase['shows']): readonly FhirResource[] {
  const elements = shows[resource.resourceType];
  if (elements === undefined) return [];
  if (elements === 'all') return [resource];
  const kept = Object.entries(resource).filter(
    ([name]) => name === 'resourceType' || elements.includes(name),
  );
  return [Object.fromEntries(kept) as FhirResource];
}

function text(outcome: Outcome): string {
  return `${JSON.stringify(outcome, null, 2)}\n`;
}

test.run();
