/** Regular expressions: what cannot be run, and what running one costs. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { LinearRegExp, patternFault, patternMatches } from '../../engine/compile/regex.ts';

const test = suite('compile/regex');

const FAULTS: readonly (readonly [pattern: string, message: string | undefined])[] = [
  ['^[A-Z]{1,64}(?:-\\d+)*$', undefined],
  ['(a*)*b', undefined],
  ['((a)*){1000}', 'this regular expression is too large'],
  ['([A-Z]{1,30}){1,40}', 'this regular expression is too large'],
  ['a'.repeat(1200), 'this regular expression is too large'],
  ['(?=a)', 'this regular expression cannot be run in linear time'],
  ['[z-a]', 'this regular expression is not understood'],
];
for (const [pattern, message] of FAULTS)
  test(`${pattern.slice(0, 30)}: ${message ?? 'fine'}`, () =>
    assert.is(patternFault(pattern)?.message, message));

test('a pattern that comes with the data is held to the same size', () => {
  assert.is(patternMatches('a.c', 'xa\nc'), true);
  assert.throws(() => patternMatches('((a)*){1000}', 'a'), /too large for the text/);
  assert.throws(() => patternMatches('(a|b)*c', 'ab'.repeat(2_000_000)), /too large for the text/);
});

/** Steps of finding all matches. */
function steps(pattern: string, text: string): number {
  let spent = 0;
  const expression = LinearRegExp(pattern, (more) => {
    spent += more;
  });
  while (expression.exec(text) !== null && expression.lastIndex < text.length);
  return spent;
}

test('a search costs what it may look at: as far as the match, or all that follows', () => {
  const text = 'word, '.repeat(2000);
  assert.ok(steps(',', text) < 10_000);
  assert.ok(steps('\\s+', text) < 10_000);
  assert.ok(steps('[,;]\\s*', text) < 100_000);
  assert.ok(steps('w(.*z)?', text) > 300_000);
});

test.run();
