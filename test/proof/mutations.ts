/**
 * Whether the tests of the shipped mappings would notice a mistake in them: every mutant of a mapping must give a finding of the
 * compiler, or fail a case of a test file beside the mappings by what that case asserts. Works on a copy of the folder, in this process.
 */
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createTestPlans, type TestPlan } from '../../engine/cli/test-plans.ts';
import { readBytes } from '../../engine/io/files.ts';
import { runCase } from '../../engine/testing/run-case.ts';
import type { TestCase } from '../../engine/testing/test-case.ts';
import { readTestFile, type TestFile } from '../../engine/testing/test-file.ts';
import { temporaryFolder } from '../support/temp.ts';
import { fakeTerminal } from '../support/terminal.ts';
import { type Mutant, mutantsOf } from './mutants.ts';

/** Mutants that mean the same, which no test can notice, and why; of all mappings or of one. */
const EQUIVALENT: Readonly<Record<string, string>> = {
  'left out in rules.identifier.required':
    'the rule by which a resource is found is required, whether it says so or not',
  'dose-observation.yaml: left out in rules.subject.required':
    'ImagingStudy.subject is required too, and fails the entry before',
  'dose-observation.yaml: true → false in rules.subject.required':
    'ImagingStudy.subject is required too, and fails the entry before',
};

export interface MutationFigures {
  readonly file: string;
  readonly mutants: number;
  /** The compiler said something. */
  readonly found: number;
  /** A case failed. */
  readonly failed: number;
  /** Mean the same: another spelling of one plan, or told so above. */
  readonly same: number;
  /** `mappings/patient.yaml:33:9  M → N in rules.gender.codes.M`. */
  readonly survivors: readonly string[];
}

interface Case {
  readonly test: TestFile;
  readonly each: TestCase;
}

type Fate = 'found' | 'failed' | 'same' | 'survived';

const ROOT = resolve(import.meta.dirname, '../..');

/** Files of the folder `mappings` that are mappings. */
export function shippedMappings(): readonly string[] {
  const files = readdirSync(join(ROOT, 'mappings')).filter((name) => /^[\w-]+\.yaml$/.test(name));
  return files.filter((name) => /^(resource|extends):/m.test(textOf(ROOT, name)));
}

/** A file with more mutants than this is changed word by word, so that all is done in a minute. */
const MOST = 5000;

/** `long`: every character of the file is changed, or every word of a large one; otherwise two mutants of each rule and other part are tried. */
export async function mutateMapping(file: string, long: boolean): Promise<MutationFigures> {
  const folder = temporaryFolder();
  cpSync(join(ROOT, 'mappings'), join(folder, 'mappings'), { recursive: true });
  cpSync(join(ROOT, 'dicomcast.config.yaml'), join(folder, 'dicomcast.config.yaml'));
  const tester = await createTester(folder, file);
  const survivors: string[] = [];
  const counts = { found: 0, failed: 0, same: 0, survived: 0 };
  const text = textOf(ROOT, file);
  const characters = long ? mutantsOf(text, 'characters') : [];
  const every = characters.length > MOST ? mutantsOf(text) : characters;
  const mutants = long ? every : twoOfEach(mutantsOf(text));
  for (const mutant of mutants) {
    const fate = await tester(mutant);
    counts[fate]++;
    if (fate === 'survived')
      survivors.push(`mappings/${file}:${mutant.line}:${mutant.column}  ${mutant.what}`);
  }
  const { found, failed, same } = counts;
  return { file, mutants: mutants.length, found, failed, same, survivors };
}

/** From the middle of what each part has, and its last one. */
function twoOfEach(mutants: readonly Mutant[]): readonly Mutant[] {
  const parts = Map.groupBy(mutants, ({ part }) => part);
  return [...parts.values()].flatMap((each) => [
    ...new Set([each[Math.floor(each.length / 2)], each.at(-1)] as readonly Mutant[]),
  ]);
}

/** Gives what becomes of a mutant in the place of the file. */
async function createTester(folder: string, file: string): Promise<(mutant: Mutant) => Promise<Fate>> {
  const terminal = fakeTerminal(folder);
  const cases = testCases(folder, file);
  const read = (name: string) => readBytes(resolve(folder, 'mappings', name));
  const run = async ({ each }: Case, plan: TestPlan) => {
    const { outcome } = await runCase(each, { ...plan, read, now: () => 0, hasPromises: false });
    return outcome;
  };
  const original = createTestPlans(terminal, {});
  const prints = new Map<Case, string>();
  for (const each of cases) {
    const plan = original.planFor(each.test, each.each.given.settings);
    if ((await run(each, plan)) === 'failed') throw new Error(`${each.each.name} fails as it is`);
    prints.set(each, printOf(plan));
  }
  const killers = createOrder(cases);
  return async ({ what, part, text }) => {
    if ((EQUIVALENT[what] ?? EQUIVALENT[`${file}: ${what}`]) !== undefined) return 'same';
    writeFileSync(join(folder, 'mappings', file), text());
    const plans = createTestPlans(terminal, {});
    let isOther = false;
    for (const each of killers.inOrder(part)) {
      const plan = plans.planFor(each.test, each.each.given.settings);
      const print = printOf(plan);
      if (print === prints.get(each)) continue;
      if (plan.diagnostics.length > 0) return 'found';
      isOther = true;
      if ((await run(each, plan)) === 'passed') continue;
      killers.killed(part, each);
      return 'failed';
    }
    return isOther ? 'survived' : 'same';
  };
}

/** The fingerprint covers all that a rule does, and no spelling. */
function printOf({ plan, diagnostics }: TestPlan): string {
  return `${plan?.fingerprint} ${diagnostics.map(({ code }) => code).join(' ')}`;
}

/** Those beside the mapping first. */
function testCases(folder: string, file: string): readonly Case[] {
  const names = readdirSync(join(folder, 'mappings')).filter((name) => name.endsWith('.test.yaml'));
  const own = file.replace(/\.yaml$/, '.test.yaml');
  const sorted = names.toSorted((a, b) => Number(b === own) - Number(a === own));
  return sorted.flatMap((name) => {
    const test = readTestFile(`mappings/${name}`, textOf(folder, name));
    return test.cases.map((each) => ({ test, each }));
  });
}

/** Cases that noticed a change of the same part first, then those that noticed most. */
function createOrder(cases: readonly Case[]) {
  const known = new Map<string, Case[]>();
  const kills = new Map<Case, number>();
  return {
    inOrder(part: string): readonly Case[] {
      const first = known.get(part) ?? [];
      const rest = cases.filter((each) => !first.includes(each));
      return [...first, ...rest.toSorted((a, b) => (kills.get(b) ?? 0) - (kills.get(a) ?? 0))];
    },
    killed(part: string, by: Case): void {
      known.set(part, [by, ...(known.get(part) ?? []).filter((each) => each !== by)]);
      kills.set(by, (kills.get(by) ?? 0) + 1);
    },
  };
}

function textOf(root: string, name: string): string {
  return readFileSync(join(root, 'mappings', name), 'utf8');
}
