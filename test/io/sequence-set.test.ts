/** Sets of sequence numbers: runs join, the text is read back, the lowest are forgotten first. */
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { sequenceSet } from '../../engine/io/sequence-set.ts';

const test = suite('sequence set');

function setOf(...sequences: number[]) {
  const set = sequenceSet();
  for (const sequence of sequences) set.add(sequence);
  return set;
}

test('runs grow at both ends and join', () => {
  assert.is(setOf().text(100), '');
  assert.is(setOf(5).text(100), '5');
  assert.is(setOf(5, 6, 4).text(100), '4-6');
  assert.is(setOf(1, 3, 2, 2, 9, 11).text(100), '1-3,9,11');
  assert.equal([setOf().isEmpty, setOf(0).isEmpty], [true, false]);
});

test('a text that must be short leaves out the lowest', () => {
  assert.is(setOf(1, 3, 5, 7).text(4), '5,7');
  assert.is(setOf(1, 3, 5, 7).text(1), '');
});

test('holds what was added and nothing else, also after its text was read', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(60)), fc.array(fc.nat(60)), (first, second) => {
      const set = sequenceSet(setOf(...first).text(10_000));
      for (const sequence of second) set.add(sequence);
      const expected = [...new Set([...first, ...second])].sort((a, b) => a - b);
      assert.equal(
        Array.from({ length: 61 }, (_, index) => index).filter((sequence) => set.has(sequence)),
        expected,
      );
      const runs = set.text(10_000).split(',').length;
      const breaks = expected.filter(
        (sequence, index) => sequence !== (expected[index - 1] ?? -9) + 1,
      ).length;
      assert.is(runs, Math.max(1, breaks));
    }),
  );
});

test.run();
