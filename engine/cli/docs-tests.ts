/**
 * The column `tests` of the mapping table: the plan of a configuration comes in, for each rule the cases that speak of it go
 * out. Test files are read, not run, so that the page is quick and the same whether the tests pass or not.
 */
import { dirname, resolve } from 'node:path';
import { parseFhirJson } from '../fhir/json.ts';
import { readText } from '../io/files.ts';
import type { MappingPlan } from '../plan.ts';
import { assertedRules, type SpokenOf } from '../testing/asserted-rules.ts';
import type { TestCase } from '../testing/test-case.ts';
import { readTestFile } from '../testing/test-file.ts';
import { shown } from './project.ts';
import type { Terminal } from './terminal.ts';
import { defaultFolders, inFolder } from './test-files.ts';

export interface TestedProject {
  readonly plan: MappingPlan;
  /** The configuration, as shown. */
  readonly file: string;
}

/** By `Mapping.rule`; undefined where there is no test file for these mappings. */
export function testsOfRules(
  terminal: Terminal,
  { plan, file }: TestedProject,
): ReadonlyMap<string, readonly string[]> | undefined {
  const config = resolve(terminal.cwd, file);
  const mappings = new Set(plan.mappings.map((mapping) => resolve(terminal.cwd, mapping.file)));
  const paths = new Set(defaultFolders(config, [...mappings]).flatMap(inFolder));
  const cases = [...paths].toSorted().flatMap((path): readonly SpokenOf[] => {
    const text = readText(path);
    if ('error' in text) return [];
    const test = readTestFile(shown(terminal, path), text.text);
    const folder = dirname(path);
    // A file that tests other mappings says nothing of these.
    const own = test.mappings?.map((name) => resolve(folder, name));
    const isOther = own
      ? !own.some((name) => mappings.has(name))
      : test.config !== undefined && resolve(folder, test.config) !== config;
    return isOther ? [] : test.cases.map((each) => spokenOf(folder, each));
  });
  return cases.length > 0 ? assertedRules(plan, cases) : undefined;
}

function spokenOf(folder: string, { name, expect }: TestCase): SpokenOf {
  const { golden } = expect;
  const held = golden === undefined ? [] : resourcesIn(resolve(folder, golden));
  return { ...expect, name, golden: held };
}

function resourcesIn(path: string): NonNullable<SpokenOf['golden']> {
  const text = readText(path);
  if ('error' in text) return [];
  try {
    const held = parseFhirJson(text.text) as { readonly resources?: unknown } | null;
    return Array.isArray(held?.resources) ? held.resources : [];
  } catch {
    return [];
  }
}
