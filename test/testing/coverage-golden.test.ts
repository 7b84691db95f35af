/**
 * A watched plan is an equal plan: every golden case gives the same bytes with it, resources, rows and transactions. And the
 * cases reach every rule of the shipped mappings.
 */
import { dirname, join, resolve } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { describePlan } from '../../engine/cli/plan-description.ts';
import { inFolder } from '../../engine/cli/test-files.ts';
import { createTestPlans } from '../../engine/cli/test-plans.ts';
import { readEntry } from '../../engine/dicom/entry.ts';
import { readBytes, readText } from '../../engine/io/files.ts';
import type { MappingPlan } from '../../engine/plan.ts';
import { createCoverage } from '../../engine/testing/coverage.ts';
import { readGiven } from '../../engine/testing/entries.ts';
import type { TestCase } from '../../engine/testing/test-case.ts';
import { readTestFile } from '../../engine/testing/test-file.ts';
import { createWorld } from '../../engine/testing/world.ts';
import { fakeTerminal } from '../support/terminal.ts';

const test = suite('coverage of the golden cases');
const ROOT = resolve(import.meta.dirname, '../..');

const coverage = createCoverage();
const plans = createTestPlans(fakeTerminal(ROOT), { enter: coverage.enter });
const cases = ['mappings', 'test/golden'].flatMap((folder) =>
  inFolder(join(ROOT, folder)).flatMap((path) => {
    const text = readText(path);
    const file = readTestFile(path, 'text' in text ? text.text : '');
    return file.cases.map((each) => ({ path, file, each }));
  }),
);

for (const { path, file, each } of cases) {
  test(each.name, async () => {
    const { plan, enforceTagValues } = plans.planFor(file, each.given.settings);
    if (!plan) return;
    const watched = coverage.watch(plan, each.name);
    assert.is(watched.fingerprint, plan.fingerprint);
    assert.equal(describePlan(watched), describePlan(plan));
    const run = (used: MappingPlan) => resultOf(path, each, used, enforceTagValues);
    assert.is(await run(watched), await run(plan));
  });
}

/** Everything that comes of a case, as text. */
async function resultOf(path: string, each: TestCase, plan: MappingPlan, enforce: boolean): Promise<string> {
  const { entries, existing } = readGiven(each, (name) => readBytes(resolve(dirname(path), name)));
  const { source, at, enforceTagValues = enforce } = each.given;
  const world = await createWorld({ plan, source, at, existing, enforceTagValues });
  try {
    return JSON.stringify([await world.run(entries.map(readEntry)), world.stored()], undefined, 1);
  } finally {
    world.close();
  }
}

test('every rule of the shipped mappings gave a value in some case', () => {
  assert.ok(cases.length >= 58, `${cases.length} cases`);
  const shipped = coverage.report().files.filter(({ file }) => /^mappings\/[\w-]+\.yaml$/.test(file));
  assert.ok(shipped.length >= 3, `${shipped.length} files`);
  const never = shipped.flatMap(({ rules }) =>
    rules.flatMap(({ rule, produced }) => (produced === 0 ? [rule] : [])),
  );
  assert.equal(never, [], 'add a case to test/golden: dicomcast test --coverage shows what is missing');
});

test.run();
