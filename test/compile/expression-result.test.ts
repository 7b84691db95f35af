import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type ResultKind, resultOf } from '../../engine/compile/expression-result.ts';
import { compileExpression } from '../../engine/compile/jsonata.ts';
import { EngineError } from '../../engine/errors.ts';

const test = suite('compile/expression-result');

function fault(raw: unknown, kind: ResultKind = 'value'): string {
  try {
    resultOf(raw, kind);
  } catch (error) {
    assert.instance(error, EngineError);
    return (error as EngineError).message;
  }
  return 'no fault';
}

test('what is blank, null or empty is absent', () => {
  assert.equal(resultOf({ a: ' ', b: [null, 'x', {}], c: { d: [] } }, 'value'), { b: ['x'] });
  for (const nothing of [undefined, null, '', '  ', [], {}, [[], null]]) {
    assert.is(resultOf(nothing, 'value'), undefined);
    assert.is(resultOf(nothing, 'between'), undefined);
    assert.is(resultOf(nothing, 'items'), undefined);
  }
});

test('items are a list; inside of them an empty value keeps its place', () => {
  assert.equal(resultOf('a', 'items'), ['a']);
  assert.equal(resultOf({ a: 1 }, 'items'), [{ a: 1 }]);
  const items = resultOf([{ a: ['x', undefined, 'z'] }, '', null, 7], 'items');
  assert.equal(items, [{ a: ['x', undefined, 'z'] }, 7]);
  assert.ok(Object.isFrozen(items));
  assert.equal(resultOf({ a: ['x', undefined, 'z'] }, 'value'), { a: ['x', 'z'] });
});

test('a value has a limit, one that is handed on a larger one', () => {
  const many = Array.from({ length: 10_000 }, (_, index) => index);
  assert.is(fault(many), 'the expression gave more than 10000 values');
  assert.is(fault(many.slice(1)), 'no fault');
  assert.is(fault(many, 'between'), 'no fault');
  assert.is(fault(many, 'items'), 'no fault');
  assert.is(fault([...many, 1], 'items'), 'the expression gave more than 10000 items');
  assert.is(fault(['x'.repeat(1_000_000)]), 'no fault');
  assert.is(fault(['x'.repeat(1_000_000), 'y']), 'the expression gave more than 1000000 characters');
  assert.is(fault(['x'.repeat(1_000_000), 'y'], 'between'), 'no fault');
  assert.is(fault({ ['k'.repeat(1_000_001)]: 1 }), 'the expression gave more than 1000000 characters');
  let deep: unknown = 'x';
  for (let level = 0; level < 50; level++) deep = [deep];
  assert.is(fault(deep), 'no fault');
  assert.is(fault([deep]), 'the expression gave a result nested more than 50 deep');
});

test('what is no data is a fault that does not show it', () => {
  assert.is(fault(Number.NaN), 'the expression gave a number that is not finite');
  assert.is(fault([() => 'secret']), 'the expression gave a function instead of data');
});

test('steps are counted, for each evaluation alone, and the clock does not count', async () => {
  const compiled = compileExpression(
    '$sum($map([1..$n], function($x) { $x % 7 }))',
    new Map([['n', undefined]]),
  );
  if ('faults' in compiled) throw new Error('it compiles');
  const { evaluate } = compiled.plan;
  const run = (n: number) => evaluate({}, { n }).catch((error: Error) => error.message);
  const now = Date.now;
  // A machine that stands still for an hour between any two steps.
  let time = now();
  Date.now = () => {
    time += 3_600_000;
    return time;
  };
  try {
    const results = await Promise.all(Array.from({ length: 6 }, () => run(100_000)));
    assert.equal([...new Set(results)], [300_000]);
  } finally {
    Date.now = now;
  }
  const endless = compileExpression('($f := function($n) { $n = 0 ? 1 : $f($n - 1) }; $f(1e9))', new Map());
  if ('faults' in endless) throw new Error('it compiles');
  const message = await endless.plan.evaluate({}, {}).catch((error: Error) => error.message);
  assert.match(String(message), /^the expression failed: it takes more than 1000000 steps/);
});

test.run();
