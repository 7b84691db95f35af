/** When drafts are worth writing: entries by study go in, what is written at each look comes out. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { EntryDraft } from '../engine/apply/draft.ts';
import { createFlush, type FlushOptions } from '../engine/flush.ts';

const test = suite('flush');

let sequence = 0;

/** `a1`: an entry of study 1 of patient a. */
function draft(name: string): EntryDraft {
  const part = (slot: string) => ({ slot, plan: { transform: { readsDataset: true } } });
  const resources = [part(`Patient ${name[0]}`), part(`Study ${name}`)];
  return {
    entry: { sequence: ++sequence, sopInstanceUid: name },
    resources,
    sets: [],
  } as unknown as EntryDraft;
}

function setup(options: Partial<FlushOptions> = {}) {
  const clock = { now: 0 };
  const flush = createFlush({ entries: 4, bytes: 1000, interval: 2000, now: () => clock.now, ...options });
  return {
    clock,
    flush,
    /** Groups as `a1 a1 a2`. */
    read(names: string, { all = false, bytes = 0 } = {}): readonly string[] {
      const drafts = names.split(' ').filter(Boolean).map(draft);
      flush.add(drafts, drafts.length, bytes);
      return flush.due(all).map((group) => group.map(({ entry }) => entry.sopInstanceUid).join(' '));
    },
  };
}

test('what is new is written; what grew by less than half waits, and comes with more, or at the end', () => {
  const { read } = setup();
  assert.equal(read('a1 a1 a1 a1'), ['a1 a1 a1 a1']);
  assert.equal(read('a1 b1 b1'), ['b1 b1']);
  assert.equal(read('b1'), ['b1']);
  assert.equal(read('a1'), ['a1 a1']);
  assert.equal(read('a1 c1'), ['c1']);
  assert.equal(read('', { all: true }), ['a1']);
  assert.equal(read('', { all: true }), []);
});

test('a new study of a patient with a large one is new', () => {
  const { read } = setup();
  read('a1 a1 a1 a1 a1 a1 a1 a1');
  assert.equal(read('a2'), ['a2']);
  assert.equal(read('a1'), []);
});

test('nothing waits longer than the interval', () => {
  const { read, clock, flush } = setup();
  read('a1 a1 a1 a1');
  assert.equal(read('a1'), []);
  clock.now = 1999;
  assert.is(flush.isDue(), false);
  assert.equal(read(''), []);
  clock.now = 2000;
  assert.is(flush.isDue(), true);
  assert.equal(read('b1'), ['a1', 'b1']);
});

test('so many entries, or so many bytes, are a reason to look', () => {
  const { flush } = setup();
  flush.add([draft('a1')], 3, 999);
  assert.is(flush.isDue(), false);
  flush.add([], 1, 0);
  assert.is(flush.isDue(), true);
  flush.due(false);
  assert.is(flush.isDue(), false);
  flush.add([], 0, 1000);
  assert.is(flush.isDue(), true);
});

test('twice the entries of a look may wait: the smallest, which gain most', () => {
  const { read } = setup({ entries: 2 });
  read('a1 a1 a1 a1 a1 a1 a1 a1 b1 b1 b1 b1 b1 b1 b1 b1');
  assert.equal(read('a1 a1 a1 b1 b1'), ['a1 a1 a1']);
});

test('the growth of ten thousand resources is known, of those that were written last', () => {
  const others = (count: number) => Array.from({ length: count }, (_, index) => `b${index}`).join(' ');
  const afterwards = (count: number) => {
    const { read } = setup();
    read('a1 a1 a1 a1');
    read(others(count), { all: true });
    return read('a1');
  };
  // With patient a, study 1 and patient b they are ten thousand.
  assert.equal(afterwards(9997), []);
  // With one more, the patient is forgotten: the entry makes it grow from nothing.
  assert.equal(afterwards(9998), ['a1']);
});

test.run();
