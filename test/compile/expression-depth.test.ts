/**
 * Depth counts calls that wait for one another, not values that stand side by side: the contract with JSONata's hooks, and with
 * the order in which it begins the values of objects, groupings and lists. An expression comes in, its result or its error.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { compileExpression } from '../../engine/compile/jsonata.ts';
import { engineErrorOf } from '../support/engine-error.ts';

const test = suite('expression depth');

function planOf(text: string) {
  const compiled = compileExpression(text, new Map(), 'between');
  if ('faults' in compiled) throw new Error(compiled.faults.map(({ message }) => message).join('; '));
  return compiled.plan;
}

const gives = async (text: string) => planOf(text).evaluate({}, {});
const refusal = async (text: string) => (await engineErrorOf(() => gives(text))).message;

const TOO_DEEP =
  /^the expression failed: its calls are nested more than 300 deep, or it calls itself without end/;

/** `k0` to `k999` with a value for each number. */
const keys = (value: (index: number) => unknown) =>
  Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`k${index}`, value(index)]));
const indexes = Array.from({ length: 1_000 }, (_, index) => index);

test('as many keys and items as anybody likes', async () => {
  assert.equal(
    await gives('[0..999]{ "k" & $: $ * 2 }'),
    keys((index) => index * 2),
  );
  assert.equal(
    await gives('[0..999]{ "k" & $: $uppercase("a" & $) }'),
    keys((index) => `A${index}`),
  );
  assert.equal(
    await gives('($f := function($x) { {"v": ["a", $string($x)]} }; [0..999]{ "k" & $: $f($) })'),
    keys((index) => ({ v: ['a', `${index}`] })),
  );
  const pairs = indexes.map((index) => `"k${index}":$abs(${index})`);
  assert.equal(
    await gives(`{ ${pairs.join(', ')} }`),
    keys((index) => index),
  );
  assert.equal(
    await gives(`($f := function($x) { $x + 1 }; [${indexes.map((index) => `$f(${index})`).join(', ')}])`),
    indexes.map((index) => index + 1),
  );
  assert.is(await gives('$count($keys([1..10000]{ "k" & $: $ & "a" & ("b" & "c") }))'), 10_000);
});

test('calls within the values of what calls itself', async () => {
  const tree = 'function($n) { $n = 0 ? 1 : $sum([$f($n - 1), $f($n - 1), $f($n - 1)]) }';
  assert.is(await gives(`($f := ${tree}; $f(6))`), 3 ** 6);
  const grouped =
    'function($n) { $n = 0 ? 1 : $sum($each([1..3]{ "k" & $: $f($n - 1) }, function($v) { $v })) }';
  assert.is(await gives(`($f := ${grouped}; $f(5))`), 3 ** 5);
  const object =
    'function($n) { $n = 0 ? { "l": 0 } : { "m": 1, "l": 1 + $f($n - 1).l, "r": [$n, $f($n - 1).l] } }';
  assert.equal(await gives(`($f := ${object}; $f(4))`), { m: 1, l: 4, r: [4, 3] });
});

test('300 calls, and no more', async () => {
  const down = 'function($n) { $n = 0 ? 0 : 1 + $f($n - 1) }';
  assert.is(await gives(`($f := ${down}; $f(299))`), 299);
  assert.match(await refusal(`($f := ${down}; $f(300))`), TOO_DEEP);
  // A call in the last place takes the place of its caller.
  assert.is(await gives('($f := function($n) { $n = 0 ? 0 : $f($n - 1) }; $f(5000))'), 0);
});

for (const body of [
  '1 + $f($x)',
  '{ "a": $f($x), "b": $f($x) }',
  '{ "a": "b", "c": [$x, $f($x)] }',
  '[$f($x), $f($x), 1]',
  '[1..3]{ $string($): $f($x) }',
  '[$map([1, 2], $f)]',
  '$x ~> $f ~> $string',
  '$x ~> |$|{ "a": $f($x) }|',
  '($g := $f ~> $string; $g($x))',
])
  test(`endless: ${body}`, async () => {
    assert.match(await refusal(`($f := function($x) { ${body} }; $f({ "b": 1 }))`), TOO_DEEP);
  });

test('what waits side by side is bounded too', async () => {
  assert.match(
    await refusal('($f := function($x) { [1..500]{ $string($): $f($x) } }; $f(1))'),
    /^the expression failed: more than 100000 of its parts wait for one another, JSONata error D1011/,
  );
});

test('evaluations that run at once do not wait for each other', async () => {
  const plan = planOf(
    '($f := function($x) { { "a": $string($x), "b": [$string($x), $string($x)] } }; $f(PatientID))',
  );
  const results = await Promise.all(indexes.map((index) => plan.evaluate({ PatientID: `P${index}` }, {})));
  assert.equal(
    results,
    indexes.map((index) => ({ a: `P${index}`, b: [`P${index}`, `P${index}`] })),
  );
});

test('a value that fails ends the evaluation, and the next one is as if it had not been', async () => {
  const plan = planOf('($f := function($x) { { "a": $number($x), "b": $number($x) } }; $f(PatientID))');
  assert.match((await engineErrorOf(() => plan.evaluate({ PatientID: 'x' }, {}))).message, /D3030/);
  assert.equal(await plan.evaluate({ PatientID: '7' }, {}), { a: 7, b: 7 });
});

test.run();
