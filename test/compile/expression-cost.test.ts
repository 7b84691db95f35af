/** What an expression may cost, and that functions which count what they do still do what JSONata's do. */
import jsonata from 'jsonata';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { compileExpression } from '../../engine/compile/jsonata.ts';
import { givenNames } from '../../engine/compile/operand.ts';
import { engineErrorOf } from '../support/engine-error.ts';

const NAMES = givenNames([]);

function evaluate(text: string): Promise<unknown> {
  const compiled = compileExpression(text, NAMES, 'between');
  if ('faults' in compiled)
    throw new Error(`${text}: ${compiled.faults.map(({ message }) => message).join('; ')}`);
  return compiled.plan.evaluate({}, {});
}

const STEPS = /^the expression failed: it takes more than 1000000 steps/;
const TEXT = /^the expression failed: a text has more than 1000000 characters/;
const VALUE = /^the expression failed: a list or object has more than 1000000 parts/;
const LIST = /^the expression failed: a list is too long/;

const bounded = suite('compile/expression-cost bounds');

/** What would take seconds, or gigabytes. */
const TOO_MUCH: readonly (readonly [text: string, message: RegExp])[] = [
  // Functions.
  ['$pad("a", 300000000)', TEXT],
  ['$pad("a", -300000000)', TEXT],
  ['$pad("a", 999999, "ab")', TEXT],
  ['$join([1..100000].("abcdefghijklmnopqrstuvwxyz"), ",")', TEXT],
  ['$replace($pad("", 99999, "a"), "a", $pad("", 99999, "b"))', TEXT],
  ['$length($replace($pad("", 99999, "a"), /a/, $pad("", 999, "b")))', STEPS],
  [
    '$length($replace($pad("", 20000, "a"), /(a+)/, "$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1"))',
    TEXT,
  ],
  ['$count($reduce([1..50000], function($a, $i) { $append($a, $i) }))', STEPS],
  ['$count($reduce([1..50000], $append))', STEPS],
  ['$count($spread([1..100000].{"a": $}))', STEPS],
  ['$formatNumber(1, $pad("", 10000, "#,"))', TEXT],
  ['$toMillis($pad("", 101, "1"), "[Y]")', TEXT],
  ['$toMillis($pad("", 100, "one "), "[YW][MW][DW][HW][mW][sW]")', STEPS],
  ['$map([1..100000], function($i) { $pad("", 1000) })', STEPS],
  // Operators.
  ['$reduce([1..24], function($a, $i) { $a & $a }, "aaaaaaaa")', TEXT],
  ['$count($reduce([1..50000], function($a, $i) { [$a, $i] }))', STEPS],
  ['$count([1..30000]^(-$))', STEPS],
  ['[1..100000]{"a": $}', STEPS],
  ['($l := [1..100000]; $filter($l, function($v) { $v in $l }))', STEPS],
  ['($l := [1..100000]; $l[$l ? true : false])', STEPS],
  ['($l := [1..100000]; $l.($l = $l))', STEPS],
  ['[1..1000].([1..1000])', LIST],
  // Small in memory, endless for whoever goes through it.
  ['$string($reduce([1..40], function($a, $i) { [[$a, $a]] }, [1]))', VALUE],
  ['$reduce([1..40], function($a, $i) { {"a": $a, "b": $a} }, 1) = 1', VALUE],
  ['$not($reduce([1..40], function($a, $i) { [[$a, $a]] }, [1]))', VALUE],
  ['($f := function($n) { $n > 0 ? $f($n - 1) : 0 }; $f(1000000))', STEPS],
  // Functions of ours.
  [
    '($c := [1..20000].{"ValueType": "NUM", "TextValue": "x"}; [1..100000].$contentItems($c, "DCM|1"))',
    STEPS,
  ],
  // What lies inside, looked for again and again.
  ['($l := [[1..50000].{"a": $}]; [1..50000].($l.b))', STEPS],
  ['($o := {"a": [[1..50000]]}; [1..50000].($o.*)[0])', STEPS],
  // Regular expressions.
  ['$length($replace($pad("", 20000, "a"), /a(.*b)?/, "x"))', STEPS],
];
for (const [text, message] of TOO_MUCH) {
  bounded(`${text.slice(0, 90)}: an EngineError`, async () => {
    const before = process.cpuUsage();
    const error = await engineErrorOf(() => evaluate(text));
    const { user, system } = process.cpuUsage(before);
    assert.is(error.code, 'mapping.evaluation');
    assert.match(error.message, message);
    // Seconds, or minutes, without bounds; processor time, of a machine that is not the quickest.
    assert.ok((user + system) / 1e6 < 2.5, `it took ${(user + system) / 1e6} s`);
  });
}

/** What mappings do is far from the bounds. */
const ENOUGH: readonly (readonly [text: string, gives: unknown])[] = [
  ['$count($distinct([1..10000].{"a": $}))', 10_000],
  ['$count($distinct([1..100000]))', 100_000],
  ['$count($sort([1..100000]))', 100_000],
  ['$count($sort([1..20000], function($a, $b) { $a < $b }))', 20_000],
  ['$count([1..5000]^(>$))', 5000],
  ['$count($keys([1..5000]{"a": $}))', 1],
  ['$length($join($map([1..20000], $string), ","))', 108_893],
  ['$length($replace($pad("", 20000, "line "), /\\s+/, "-"))', 20_000],
  ['$count($split($pad("", 20000, "a,"), /,/))', 10_001],
  ['$count($reduce([1..3000], function($a, $i) { $append($a, $i) }))', 3000],
];
for (const [text, gives] of ENOUGH) {
  bounded(`${text.slice(0, 90)}: enough`, async () => assert.equal(await evaluate(text), gives));
}

bounded('steps belong to one evaluation', async () => {
  const half = '$count([1..60000].{"a": $, "b": $})';
  assert.equal(await Promise.all([evaluate(half), evaluate(half), evaluate(half)]), [60_000, 60_000, 60_000]);
});

bounded.run();

const same = suite('compile/expression-cost: as JSONata');

/** JSONata itself, without anything of ours, gives the same. */
const SAME = [
  '$sort([3, 1, 2])',
  '$sort(["b", "a", "c", "a"])',
  '$sort(7)',
  '$sort([])',
  // Stable, and the same questions for a comparator that contradicts itself.
  '$sort([{"k": 1, "v": "a"}, {"k": 0, "v": "b"}, {"k": 1, "v": "c"}, {"k": 0, "v": "d"}], function($a, $b) { $a.k > $b.k }).v',
  '$sort([1..40], function($a, $b) { ($a * 7) % 11 > ($b * 5) % 13 })',
  '$sort([1..17], function($a, $b) { true })',
  '($asked := []; $sort(["d", "b", "a", "c"], function($a, $b) { $a > $b }))',
  '$distinct([1, "1", 1.0, true, "true", null, null, [1], [1], [1, 2]])',
  '$distinct([{"a": 1, "b": [2]}, {"b": [2], "a": 1}, {"a": 1}, {"b": 1}, {}, {}])',
  '$distinct([1, 2, 2].{"v": $}.v)',
  '$distinct("a")',
  '$distinct([[{"a": 1}], [{"a": 1}], [], []])',
  '$count($distinct([$uppercase, $uppercase, $lowercase]))',
  '$pad("a", 5)',
  '$pad("a", -5, "xy")',
  '$pad("a", 0)',
  '$join(["a", "b"], "-")',
  '$join("a")',
  '$replace("aXbX", "X", "$1")',
  '$replace("a1b22", /([a-z])(\\d+)/, "$2$1$$$0")',
  '$replace("a1b22", /\\d/, "x", 2)',
  '$replace("abc", /b/, function($m) { $uppercase($m.match) })',
  '$split("a, b,c", /,\\s*/)',
  '$split("abc", "")',
  '$split("a,b,c", ",", 2)',
  '$match("a1b2", /([a-z])(\\d)/)',
  '$match("a1b2", /\\d/, 1).match',
  '$contains("abc", /B/i)',
  '$map(["a", "b"], $uppercase)',
  '["a", "b"] ~> $map($uppercase) ~> $join("+")',
  '($first := $substring(?, 0, 2); $first("abc"))',
  '($left := $pad(?, 4, "x"); $left("a"))',
  '$filter([1..10], function($v, $i, $a) { $v = $count($a) or $i = 0 })',
  '$reduce([1, 2, 3], function($a, $b, $i, $l) { $a + $b * $i + $count($l) })',
  '$each({"a": 1, "b": 2}, function($v, $k) { $k & $v })',
  '$sift({"a": 1, "b": 2}, function($v) { $v > 1 })',
  '$single([1, 2], function($v) { $v = 2 })',
  '$zip([1, 2], ["a", "b"], [true, false])',
  '$spread([{"a": 1}, {"b": 2}])',
  '$merge([{"a": 1}, {"b": 2}])',
  '$keys([{"a": 1}, {"b": 2}])',
  '$lookup([{"a": 1}, {"a": 2}], "a")',
  '("abc").$substring(1)',
  '[{"a": 2}, {"a": 1}]^(a).a',
  '[{"k": "x", "v": 1}, {"k": "y", "v": 2}, {"k": "x", "v": 3}]{k: $sum(v)}',
  '{"a": [1, 2]} ~> |$|{"b": 3}, ["a"]|',
  '[{"a": 1}, {"a": 2}]@$x.[{"b": 3}]@$y.($x.a * $y.b)',
  '$toMillis("2026-02-28 10:15", "[Y0001]-[M01]-[D01] [H01]:[m01]")',
  '$fromMillis(1772273700000, "[D1o] [MNn] [Y]")',
  '$formatNumber(1234.5, "#,##0.00")',
  '$formatInteger(12, "w")',
  '$string({"a": [1, 2.5]})',
  '$type($sort)',
];
for (const text of SAME) {
  same(text, async () => {
    const theirs = await jsonata(text).evaluate({});
    assert.equal(await evaluate(`[1, ${text}]`), plain([1, theirs].flat()));
  });
}

/** Without JSONata's own prototypes and marks, and without what counts as absent here. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value ?? null), (_, part: unknown) => {
    if (Array.isArray(part)) return part.filter((item) => !isNothing(item));
    return isNothing(part) ? undefined : part;
  });
}

function isNothing(value: unknown): boolean {
  return (
    value === null || value === undefined || (typeof value === 'object' && Object.keys(value).length === 0)
  );
}

same.run();
