/** Groups side by side: which may run at the same time, which wait for which, and how everything ends. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { EntryDraft } from '../engine/apply/draft.ts';
import { EngineError } from '../engine/errors.ts';
import { createLanes, type Lanes } from '../engine/lanes.ts';
import type { Wait } from '../engine/pipeline.ts';
import { NOTHING_WRITTEN } from '../engine/written.ts';
import { engineErrorOf } from './support/engine-error.ts';
import { created, withLoop } from './support/loop.ts';
import { ANNA, aboutStudies, BERT, listing, rows, sent } from './support/loop-view.ts';

const test = suite('lanes');

/** `1 a b`: entry 1, which writes to a and b. */
function draft(text: string): EntryDraft {
  const [number, ...slots] = text.split(' ');
  const resources = slots.map((slot) => ({ slot, plan: { transform: { readsDataset: true } } }));
  return { entry: { sequence: Number(number) }, resources, sets: [] } as unknown as EntryDraft;
}

interface Running {
  readonly lanes: Lanes;
  readonly stop: AbortController;
  /** `+1` when the group of entry 1 begins, `-1` when it ends. */
  readonly log: string[];
  add(...texts: readonly string[]): void;
  /** Lets a group end, fail, or wait until it is told to go on. */
  end(entry: number): Promise<void>;
  fail(entry: number, error: Error): Promise<void>;
  wait(entry: number): Promise<void>;
  wake(entry: number): Promise<void>;
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function running(places: number): Running {
  const log: string[] = [];
  const stop = new AbortController();
  const groups = new Map<number, { done: () => void; fail: (error: Error) => void; wait: Wait }>();
  const sleepers: (() => void)[] = [];
  const sleep = (stopped?: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      sleepers.push(resolve);
      stopped?.addEventListener('abort', () => resolve());
    });
  const lanes = createLanes({
    lanes: places,
    signal: stop.signal,
    pipeline: {
      settleShared: async () => new Map(),
      settleGroup: ([first], _, wait = async () => undefined) => {
        const entry = first?.entry.sequence ?? 0;
        log.push(`+${entry}`);
        return new Promise((resolve, reject) => {
          const done = () => resolve({ rows: [], written: NOTHING_WRITTEN });
          groups.set(entry, { done, fail: reject, wait });
        });
      },
    },
    onSettled: ([first]) => void log.push(`-${first?.entry.sequence}`),
  });
  const of = (entry: number) => groups.get(entry) as NonNullable<ReturnType<typeof groups.get>>;
  return {
    lanes,
    stop,
    log,
    add: (...texts) => lanes.add(texts.map((text) => [draft(text)])),
    async end(entry) {
      of(entry).done();
      await turn();
    },
    async fail(entry, error) {
      of(entry).fail(error);
      await turn();
    },
    async wait(entry) {
      const { wait, fail } = of(entry);
      wait(sleep).then(() => log.push(`~${entry}`), fail);
      await turn();
    },
    async wake() {
      sleepers.shift()?.();
      await turn();
    },
  };
}

test('groups that share nothing run at once, those that share something in order, across what was added before', async () => {
  const { add, end, log, lanes } = running(8);
  add('1 a', '2 b');
  add('3 a c', '4 d');
  add('5 c', '6 b');
  await turn();
  assert.equal(log, ['+1', '+2', '+4']);
  await end(2);
  await end(1);
  assert.equal(log.slice(3), ['-2', '+6', '-1', '+3']);
  await end(3);
  assert.equal(log.slice(7), ['-3', '+5']);
  assert.is(lanes.load(), 3);
  for (const entry of [5, 6, 4]) await end(entry);
  await lanes.end();
  assert.is(lanes.load(), 0);
});

test('no more at once than there are places; one that waits gives its place away and takes one again', async () => {
  const { add, end, wait, wake, log, lanes } = running(2);
  add('1 a', '2 b', '3 c', '4 d');
  await turn();
  assert.equal(log, ['+1', '+2']);
  await wait(1);
  assert.equal(log.slice(2), ['+3']);
  await wake(1);
  assert.equal(log.slice(3), [], 'there is no place for the first');
  await end(2);
  assert.equal(log.slice(3), ['-2', '~1'], 'who was there before comes before who was not');
  await end(3);
  await end(1);
  await end(4);
  await lanes.end();
});

test('quiet is when all that is left waits for a service', async () => {
  const { add, wait, end, wake, lanes } = running(2);
  add('1 a', '2 a', '3 b');
  await turn();
  let isQuiet = false;
  const quiet = lanes.quiet().then(() => {
    isQuiet = true;
  });
  await wait(1);
  assert.is(isQuiet, false);
  await end(3);
  await quiet;
  await wake(1);
  await end(1);
  await end(2);
  await lanes.end();
});

test('a failure ends everything: nothing begins, who waits is woken, what stops comes before what would wait', async () => {
  const { add, fail, wait, end, log, lanes } = running(3);
  add('1 a', '2 b', '3 c', '4 a', '5 d');
  await turn();
  await wait(1);
  assert.equal(log, ['+1', '+2', '+3', '+5']);
  await fail(2, new EngineError('fhir.unreachable', 'down'));
  assert.is(lanes.hasFailed(), true);
  add('6 e');
  await fail(3, new EngineError('fhir.unauthorized', 'no'));
  await end(5);
  assert.is((await engineErrorOf(() => lanes.end())).code, 'fhir.unauthorized');
  assert.equal(log, ['+1', '+2', '+3', '+5', '-5']);
});

test('a stop begins nothing more and waits for what runs', async () => {
  const { add, end, stop, log, lanes } = running(1);
  add('1 a', '2 b');
  await turn();
  stop.abort();
  let hasEnded = false;
  const ended = lanes.end().then(() => {
    hasEnded = true;
  });
  await turn();
  assert.is(hasEnded, false);
  await end(1);
  await ended;
  assert.equal(log, ['+1', '-1']);
});

test('a patient whose group is throttled does not stop the others, and the checkpoint waits for it', () =>
  withLoop({ pageSize: 1, lanes: 1 }, async (loop) => {
    await loop.show([
      created(1, '1.1.1', ANNA),
      ...[2, 3, 4, 5, 6, 7].map((number) => created(number, `${number}.1.1`, BERT)),
      created(8, '1.1.2', ANNA),
    ]);
    const checkpoints = new Set<number | undefined>();
    loop.onFhir((request) => {
      if (!aboutStudies(request) || !request.body?.includes('patient-anna')) return undefined;
      const others = listing(loop).filter((study) => !study.startsWith('study 1:')).length;
      if (others === 6) return undefined;
      checkpoints.add(loop.state.position('source')?.sequence);
      return { status: 429, headers: { 'Retry-After': '1' } };
    });
    await loop.run({ windowEntries: 3 });
    assert.equal([...checkpoints], [undefined]);
    assert.is(listing(loop).length, 7);
    assert.is(listing(loop)[0], 'study 1: 2.25.1.1.1 2.25.1.1.2');
    assert.equal(rows(loop), ['1 TransientRetry fhir.busy']);
    assert.is(loop.state.position('source')?.sequence, 8);
    assert.ok(sent(loop).length > 0);
  }));

test.run();
