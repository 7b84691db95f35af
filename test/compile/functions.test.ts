/** The function library: every example runs, arguments of the wrong kind do no harm, and the page for authors is true. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { functionNames, functionPage } from '../../engine/compile/expression-functions.ts';
import { FUNCTIONS } from '../../engine/compile/functions.ts';
import { EXAMPLE_CONTENT } from '../../engine/compile/functions-content.ts';
import { compileExpression } from '../../engine/compile/jsonata.ts';
import { EngineError } from '../../engine/errors.ts';

const PAGE = join(import.meta.dirname, '../../mappings/functions.md');

const test = suite('compile/functions');

async function gives(text: string): Promise<unknown> {
  const compiled = compileExpression(text, new Map());
  if ('faults' in compiled) throw new Error(`${text}: ${compiled.faults[0]?.message}`);
  return compiled.plan.evaluate({}, {});
}

for (const [name, { examples, usage }] of Object.entries(FUNCTIONS)) {
  test(`examples of $${name}`, async () => {
    assert.ok(usage.startsWith(`$${name}(`));
    assert.ok(examples.length > 0);
    for (const example of examples)
      assert.equal(
        await gives(`($content := ${EXAMPLE_CONTENT}; ${example.expression})`),
        example.gives,
        example.expression,
      );
  });
}

test('an absent argument gives nothing', async () => {
  for (const name of Object.keys(FUNCTIONS)) assert.is(await gives(`$${name}(PatientID)`), undefined, name);
});

test('what is no value of its kind gives nothing', async () => {
  assert.is(await gives('$date("yesterday")'), undefined);
  assert.is(await gives('$date(5)'), undefined);
  assert.is(await gives('$dateTime("20260228", "25", "+0100")'), undefined);
  assert.is(await gives('$coding({"CodeMeaning": "no code"})'), undefined);
  assert.is(await gives('$coding("text")'), undefined);
  assert.is(await gives('$humanName("")'), undefined);
});

test('several values make no text', async () => {
  for (const text of ['$concat("a", ["b", "c"])', '$concat("a", {"b": 1})']) {
    try {
      await gives(text);
      assert.unreachable(text);
    } catch (error) {
      assert.instance(error, EngineError);
      assert.match((error as EngineError).message, 'T0410');
    }
  }
  assert.is(await gives('$concat("a", 1, true)'), 'a1true');
});

test('functions of JSONata that are offered exist', async () => {
  for (const name of functionNames()) assert.is(await gives(`$type($${name})`), 'function', name);
});

test('they work where JSONata hands functions on', async () => {
  assert.equal(await gives('$map(["20260228", "no date", "202602"], $date)'), ['2026-02-28', '2026-02']);
  assert.is(await gives('"20260228" ~> $date'), '2026-02-28');
});

test('mappings/functions.md is what the engine says', () => {
  if (process.env['UPDATE_GOLDEN'] === '1' && process.env['CI'] !== 'true')
    writeFileSync(PAGE, functionPage());
  assert.is(readFileSync(PAGE, 'utf8'), functionPage());
});

test.run();
