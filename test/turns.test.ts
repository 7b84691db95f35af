/** Which groups of several pipelines may run side by side, as literals: names of resources in, who ran beside whom out. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { EntryDraft } from '../engine/apply/draft.ts';
import { NOTHING_WRITTEN, type Pipeline } from '../engine/pipeline.ts';
import { createTurns } from '../engine/turns.ts';

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

test.run();
