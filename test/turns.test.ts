/** Which groups of several pipelines may run side by side, as literals: names of resources in, who ran beside whom out. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { EntryDraft } from '../engine/apply/draft.ts';
import { EngineError } from '../engine/errors.ts';
import { createLanes, type Lanes } from '../engine/lanes.ts';
import type { Pipeline } from '../engine/pipeline.ts';
import { createTurns } from '../engine/turns.ts';
import { NOTHING_WRITTEN } from '../engine/written.ts';
import { engineErrorOf } from './support/engine-error.ts';

const test = suite('turns');

/** A group that writes these slots; a capital is a resource that no dataset has a say in. */
function drafts(...slots: readonly string[]): readonly EntryDraft[] {
  const part = (slot: string) => ({
    slot,
    plan: { transform: { readsDataset: slot === slot.toLowerCase() } },
  });
  return slots.map((slot) => ({ resources: [part(slot)], sets: [] }) as unknown as EntryDraft);
}

interface Group {
  readonly name: string;
  readonly slots: readonly string[];
  readonly fails?: true;
  /** Ends before the others do. */
  readonly quick?: true;
}

/** What was running when each group began, its own name last. */
async function running(groups: readonly Group[]): Promise<readonly string[]> {
  const turns = createTurns();
  const now: string[] = [];
  const seen: string[] = [];
  const work = async ({ name, fails, quick }: Group): Promise<void> => {
    now.push(name);
    seen.push(now.join(' '));
    await new Promise((resolve) => setTimeout(resolve, quick ? 1 : 20));
    now.splice(now.indexOf(name), 1);
    if (fails) throw new Error(name);
  };
  const tasks = groups.map((group) => {
    const { slots } = group;
    const pipeline: Pipeline = {
      settleShared: async () => work(group).then(() => new Map()),
      settleGroup: async () => work(group).then(() => ({ rows: [], written: NOTHING_WRITTEN })),
    };
    const guarded = turns.guard(pipeline);
    const isShared = slots.some((slot) => slot !== slot.toLowerCase());
    return isShared
      ? guarded.settleShared(drafts(...slots))
      : guarded.settleGroup(drafts(...slots), new Map());
  });
  await Promise.allSettled(tasks);
  return seen;
}

test('groups without a common resource run side by side', async () => {
  assert.equal(
    await running([
      { name: '1', slots: ['p', 's'] },
      { name: '2', slots: ['q', 't'] },
    ]),
    ['1', '1 2'],
  );
});

test('groups with a common resource take turns, in the order in which they came', async () => {
  assert.equal(
    await running([
      { name: '1', slots: ['p', 's'] },
      { name: '2', slots: ['p', 't'] },
      { name: '3', slots: ['s'], quick: true },
      { name: '4', slots: ['t'] },
      { name: '5', slots: ['x'], quick: true },
    ]),
    // 4 waits behind 2, which came before it, although its own resource is free.
    ['1', '1 5', '2', '2 3', '4'],
  );
});

test('a group that fails leaves its turn to the next', async () => {
  assert.equal(
    await running([
      { name: '1', slots: ['p'], fails: true },
      { name: '2', slots: ['p'] },
    ]),
    ['1', '2'],
  );
});

test('two sources of one address make their common resource in turn', async () => {
  assert.equal(
    await running([
      { name: '1', slots: ['E'] },
      { name: '2', slots: ['E'] },
      { name: '3', slots: ['p'], quick: true },
    ]),
    ['1', '1 3', '2'],
  );
});

test('two sources with one place each, of which each waits for what the other has, come through', async () => {
  const turns = createTurns();
  const log: string[] = [];
  const wakers: (() => void)[] = [];
  const signal = new AbortController().signal;
  const source = (name: string): Lanes => {
    const pipeline: Pipeline = {
      settleShared: async () => new Map(),
      async settleGroup(group, _, wait = (pause) => pause()) {
        const own = `${name} ${group[0]?.resources[0]?.slot}`;
        log.push(own);
        // The first group of each source is throttled once.
        if (wakers.length < 2) await wait(() => new Promise((resolve) => wakers.push(resolve)));
        log.push(`${own} done`);
        return { rows: [], written: NOTHING_WRITTEN };
      },
    };
    return createLanes({ pipeline: turns.guard(pipeline), signal, lanes: 1, onSettled: () => undefined });
  };
  const [a, b] = [source('a'), source('b')];
  a.add([drafts('x')]);
  b.add([drafts('y')]);
  while (wakers.length < 2) await new Promise((resolve) => setImmediate(resolve));
  a.add([drafts('y')]);
  b.add([drafts('x')]);
  await new Promise((resolve) => setImmediate(resolve));
  for (const wake of wakers) wake();
  await Promise.all([a.end(), b.end()]);
  assert.equal(log.slice(0, 2), ['a x', 'b y']);
  assert.equal(log.filter((line) => line.endsWith('done')).toSorted(), [
    'a x done',
    'a y done',
    'b x done',
    'b y done',
  ]);
});

test('who waits for a turn is woken when its source fails, and leaves the queue', async () => {
  const turns = createTurns();
  let finish = (): void => undefined;
  const held = turns.guard({
    settleShared: async () => new Map(),
    settleGroup: () =>
      new Promise((resolve) => {
        finish = () => resolve({ rows: [], written: NOTHING_WRITTEN });
      }),
  });
  const holding = held.settleGroup(drafts('x'), new Map());
  const began: string[] = [];
  const other: Pipeline = {
    settleShared: async () => new Map(),
    async settleGroup(group) {
      began.push(group[0]?.resources[0]?.slot ?? '');
      return { rows: [], written: NOTHING_WRITTEN };
    },
  };
  const { signal } = new AbortController();
  const lanes = createLanes({ pipeline: turns.guard(other), signal, lanes: 2, onSettled: () => undefined });
  lanes.add([drafts('x')]);
  await new Promise((resolve) => setImmediate(resolve));
  lanes.fail(new EngineError('feed.unauthorized', 'no'));
  assert.is((await engineErrorOf(() => lanes.end())).code, 'feed.unauthorized');
  finish();
  await holding;
  await turns.guard(other).settleGroup(drafts('x'), new Map());
  assert.equal(began, ['x']);
});

test.run();
