/**
 * Which ways expressions go: the contract with JSONata's hooks, which are its own business and may change with any version.
 * An expression and datasets come in; what no evaluation took is left.
 */
import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { compileExpression } from '../../engine/compile/jsonata.ts';
import { givenNames } from '../../engine/compile/operand.ts';
import { dataset, type EntryWords } from '../support/entries.ts';

const test = suite('expression branches');

/** `offset text-of-the-place what` of each branch that none of the evaluations took. */
async function untaken(text: string, ...inputs: readonly EntryWords[]): Promise<readonly string[]> {
  const compiled = compileExpression(text, givenNames(['site']));
  if ('faults' in compiled) throw new Error(compiled.faults.map(({ message }) => message).join('; '));
  const taken = new Set<number>();
  const { expression, branches } = compiled.plan.watched((branch) => taken.add(branch));
  await Promise.all(
    inputs.map(async (words) => {
      const input = compiled.plan.view(dataset(words));
      const [given, wanted] = await Promise.all([
        outcome(() => expression.evaluate(input, {})),
        outcome(() => compiled.plan.evaluate(input, {})),
      ]);
      assert.equal(given, wanted, 'hooks change nothing');
    }),
  );
  return branches.flatMap(({ start, end, untaken: what }, index) =>
    taken.has(index) ? [] : [`${start} ${text.slice(start, end)} ${what}`],
  );
}

async function outcome(evaluate: () => Promise<unknown>): Promise<unknown> {
  try {
    return await evaluate();
  } catch (error) {
    return String(error);
  }
}

test('the version of JSONata that this contract was made with', () => {
  const { version } = JSON.parse(readFileSync('node_modules/jsonata/package.json', 'utf8'));
  assert.is(version, '2.2.2', 'its hooks may have changed: see that the other tests of this file still hold');
});

test('the arms of ? :', async () => {
  const text = 'Modality = "CT" ? PatientID : "other"';
  assert.equal(await untaken(text), [
    '18 PatientID ? : first arm never taken',
    '30 "other" ? : second arm never taken',
  ]);
  assert.equal(await untaken(text, { Modality: 'CT' }), ['30 "other" ? : second arm never taken']);
  assert.equal(await untaken(text, { Modality: 'MR' }), ['18 PatientID ? : first arm never taken']);
  assert.equal(await untaken(text, {}, { Modality: 'CT' }), []);
});

test('the arm of ? : that is not written', async () => {
  const text = 'Modality = "CT" ? "x"';
  assert.equal(await untaken(text, { Modality: 'CT' }), ['16 ? ? : condition never false']);
  assert.equal(await untaken(text, { Modality: 'MR' }), ['18 "x" ? : arm never taken']);
  assert.equal(await untaken(text, { Modality: 'MR' }, { Modality: 'CT' }), []);
});

test('both sides of ?: and ??, whose left side JSONata copies', async () => {
  assert.equal(await untaken('PatientID ?: PatientSex', { PatientID: '1' }), [
    '13 PatientSex ?: right side never taken',
  ]);
  assert.equal(await untaken('PatientID ?: PatientSex', {}), ['0 PatientID ?: left side never taken']);
  assert.equal(await untaken('PatientID ?? PatientSex', {}), ['0 PatientID ?? left side never taken']);
  assert.equal(await untaken('(PatientID = "1" ? PatientSex : "x") ?? "y"', { PatientID: '1' }), [
    '0 ( ?? left side never taken',
    '32 "x" ? : second arm never taken',
  ]);
});

test('who decides in and, and in or', async () => {
  const both = 'PatientID = "1" and PatientSex = "M"';
  const sides = (one: string, other: string) => ({ PatientID: one, PatientSex: other });
  assert.equal(await untaken(both, sides('2', 'M')), [
    '20 PatientSex and right side never false',
    '16 and and never true',
  ]);
  assert.equal(await untaken(both, sides('1', 'F')), [
    '0 PatientID and left side never false',
    '16 and and never true',
  ]);
  assert.equal(await untaken(both, sides('1', 'M'), sides('2', 'F')), [
    '20 PatientSex and right side never false',
  ]);
  assert.equal(await untaken(both, sides('1', 'M'), sides('2', 'F'), sides('1', 'F')), []);
  const either = 'PatientID = "1" or PatientSex = "M"';
  assert.equal(await untaken(either, sides('1', 'F')), [
    '19 PatientSex or right side never true',
    '16 or or never false',
  ]);
  assert.equal(await untaken(either, sides('2', 'F'), sides('2', 'M')), [
    '0 PatientID or left side never true',
  ]);
});

test('inside functions, blocks, objects, predicates and lists, also where they run several times', async () => {
  const codes = (...values: readonly string[]) => ({
    ProcedureCodeSequence: values.map((CodeValue) => ({ CodeValue })),
  });
  const mapped =
    '$map(ProcedureCodeSequence, function($item) { $item.CodeValue = "A" ? "a" : $uppercase("b") })';
  assert.equal(await untaken(mapped, codes('A', 'A')), ['76 $uppercase ? : second arm never taken']);
  assert.equal(await untaken(mapped, codes('B')), ['70 "a" ? : first arm never taken']);
  assert.equal(await untaken(mapped, codes('B', 'A')), []);
  const filtered = 'ProcedureCodeSequence[CodeValue = "A" or CodeValue = "B"].CodeValue';
  assert.equal(await untaken(filtered, codes('A', 'B')), ['38 or or never false']);
  assert.equal(await untaken(filtered, codes('A', 'B', 'C')), []);
  assert.equal(await untaken('{ "code": PatientID ? PatientID : "none" }', { PatientID: '1' }), [
    '34 "none" ? : second arm never taken',
  ]);
  assert.equal(await untaken('($x := PatientID ?: "y"; [$x, PatientSex ?: "z"])', { PatientSex: 'M' }), [
    '7 PatientID ?: left side never taken',
    '44 "z" ?: right side never taken',
  ]);
});

test('an arm that fails was taken; operators around it that did not come to their end were not', async () => {
  const text = '(PatientSex = "M" and (PatientID ? $error("x") : true)) or false';
  assert.equal(await untaken(text, { PatientSex: 'M', PatientID: '1' }), [
    '0 ( or left side never true',
    '59 false or right side never true',
    '56 or or never false',
    '1 PatientSex and left side never false',
    '22 ( and right side never false',
    '18 and and never true',
    '49 true ? : second arm never taken',
  ]);
});

test('several operators on one line, each with a group of its own', () => {
  const compiled = compileExpression('PatientID ?: PatientSex ?: "x"', givenNames([]));
  assert.ok('plan' in compiled);
  const { branches } = compiled.plan.watched(() => undefined);
  assert.equal(
    branches.map(({ group, start }) => [group, start]),
    [
      [0, 0],
      [0, 13],
      [1, 13],
      [1, 27],
    ],
  );
});

test.run();
