/**
 * The promise of design section 3 as properties of random histories, through the real clients against the sandbox: pages,
 * windows, lanes, repetitions and stops do not change what is stored. Each property comes with the history that it is about.
 */
import fc from 'fast-check';
import * as assert from 'uvu/assert';
import type { StateStore } from '../../engine/ports.ts';
import type { Fault } from '../../engine/sandbox/fhir-server.ts';
import { type Act, agreeingInstances, feedAfter, histories, printFeed } from './history.ts';
import { canonical, type FeedEntry, type Loop, type LoopOptions, withLoop } from './loop.ts';

/** A property with its type of input forgotten. */
export interface LoopProperty {
  readonly name: string;
  /** Runs it on so many histories; gives what failed, shrunk. */
  check(options: CheckOptions): Promise<CounterExample | { readonly runs: number }>;
}

export interface CheckOptions {
  readonly runs: number;
  readonly seed?: number;
  /** Milliseconds after which no further history is begun. */
  readonly limit: number;
}

export interface CounterExample {
  readonly seed: number;
  readonly message: string;
  /** The feed as it is read last, and whether others wrote before it. */
  readonly feed: readonly FeedEntry[];
  readonly others: boolean;
}

interface Written<T> {
  readonly name: string;
  readonly arbitrary: fc.Arbitrary<T>;
  predicate(value: T): Promise<void>;
  /** For a person. */
  print(value: T): string;
  historyOf(value: T): { readonly acts: readonly Act[]; readonly others?: boolean };
}

/** Makes a property of what is written down. */
export function loopProperty<T>(written: Written<T>): LoopProperty {
  return { name: written.name, check: (options) => checkWritten(written, options) };
}

async function checkWritten<T>(
  { arbitrary, predicate, print, historyOf }: Written<T>,
  { runs, seed, limit }: CheckOptions,
): Promise<CounterExample | { readonly runs: number }> {
  const property = fc.asyncProperty(arbitrary, predicate);
  const details = await fc.check(property, {
    numRuns: runs,
    interruptAfterTimeLimit: limit,
    ...(seed === undefined ? {} : { seed }),
  });
  if (!details.failed) return { runs: details.numRuns };
  const [value] = details.counterexample ?? [];
  const error = details.errorInstance as { message?: string; details?: unknown } | null;
  const difference = typeof error?.details === 'string' ? error.details : '';
  const where = `SEED=${details.seed}, run ${details.numRuns}, shrunk ${details.numShrinks} times`;
  const { acts, others = false } = value === undefined ? { acts: [] } : historyOf(value as T);
  return {
    seed: details.seed,
    message: [where, value === undefined ? '' : print(value as T), error?.message ?? '', difference].join(
      '\n',
    ),
    feed: feedAfter(acts),
    others,
  };
}

/** A history, how much of it had happened when the engine ran for the first time, and whether others wrote before it. */
interface Story {
  readonly acts: readonly Act[];
  readonly known: number;
  readonly others: boolean;
}

const storyArbitrary: fc.Arbitrary<Story> = fc
  .record({ acts: histories, share: fc.double({ min: 0, max: 1, noNaN: true }), others: fc.boolean() })
  .map(({ acts, share, others }) => ({ acts, known: Math.floor(share * acts.length), others }));

/** A person and a study as others keep them, with instances that the feed also speaks of and some that it does not. */
export const OTHERS: readonly { readonly resourceType: string; readonly [name: string]: unknown }[] = [
  {
    resourceType: 'Patient',
    identifier: [{ system: 'urn:other', value: '7' }, { value: 'patient-one' }],
    name: [{ use: 'official', family: 'Zebra' }],
    telecom: [{ value: '+41 1' }],
  },
  {
    resourceType: 'ImagingStudy',
    identifier: [{ system: 'urn:dicom:uid', value: 'urn:oid:2.25.1' }],
    status: 'registered',
    subject: { display: 'Zebra' },
    note: [{ text: 'Seen before' }],
    series: [
      {
        uid: '2.25.9.1',
        modality: { code: 'US' },
        instance: [{ uid: '2.25.9.1.1', sopClass: { code: 'x' } }],
      },
      {
        uid: '2.25.1.2',
        modality: { code: 'US' },
        instance: [{ uid: '2.25.1.2.1', sopClass: { code: 'x' }, title: 'x' }],
      },
    ],
  },
];

/** What is there afterwards: resources and rows, as far as they are promised. */
interface Outcome {
  readonly resources: string;
  readonly rows: string;
}

function outcomeOf(loop: Loop): Outcome {
  // A retry has a row; whether one was needed is not for the feed to say.
  const rows = loop.rows().filter(({ kind }) => kind !== 'TransientRetry');
  const lines = rows.map(({ sequence, kind, code, rule }) => `${sequence} ${kind} ${code} ${rule ?? ''}`);
  return { resources: canonical(loop.fhir.resources()), rows: lines.toSorted().join('\n') };
}

/** The first look is the same everywhere; `second` reads the rest. */
async function twoLooks(story: Story, second: LoopOptions, base: LoopOptions = {}): Promise<Outcome> {
  return withLoop(base, async (loop) => {
    await firstLook(loop, story);
    await loop.show(feedAfter(story.acts));
    await loop.run(second);
    return outcomeOf(loop);
  });
}

async function firstLook(loop: Loop, { acts, known, others }: Story): Promise<void> {
  if (others) for (const each of OTHERS) assert.is(await loop.write('POST', each.resourceType, each), 201);
  if (known === 0) return;
  await loop.show(feedAfter(acts, known));
  await loop.run({ pageSize: 100 });
}

function printStory({ acts, known, others }: Story): string {
  return `${others ? 'with resources of others\n' : ''}first read:\n${printFeed(feedAfter(acts, known))}\nlater read:\n${printFeed(feedAfter(acts))}`;
}

const pages = loopProperty({
  name: 'pages of one, of a few and of all entries give the same resources and rows',
  arbitrary: fc.record({ story: storyArbitrary, pageSize: fc.integer({ min: 2, max: 5 }) }),
  predicate: async ({ story, pageSize }) => {
    const whole = await twoLooks(story, { pageSize: 100 });
    assert.equal(await twoLooks(story, { pageSize: 1 }), whole, 'pages of one');
    assert.equal(await twoLooks(story, { pageSize }), whole, 'small pages');
    assert.equal(await twoLooks(story, { pageSize, windowEntries: 7 }), whole, 'windows of several pages');
    const waiting = { pageSize, windowEntries: 2, lanes: 2, readAhead: 1 };
    assert.equal(await twoLooks(story, waiting), whole, 'what has not grown by half waits');
    assert.equal(await twoLooks(story, { ...waiting, flushInterval: 0 }), whole, 'nothing waits');
    assert.equal(await twoLooks(story, { pageSize: 1, rememberedBytes: 0 }), whole, 'nothing is remembered');
  },
  print: ({ story, pageSize }) => `${printStory(story)}\npages of ${pageSize}`,
  historyOf: ({ story }) => story,
});

const lanes = loopProperty({
  name: 'one lane or eight, transactions of any size, and either version of the feed: the same',
  arbitrary: fc.record({ story: storyArbitrary, maxTransactionEntries: fc.integer({ min: 2, max: 5 }) }),
  predicate: async ({ story, maxTransactionEntries }) => {
    const eight = await twoLooks(story, { lanes: 8 });
    assert.equal(await twoLooks(story, { lanes: 1 }), eight, 'one lane');
    assert.equal(await twoLooks(story, { maxTransactionEntries }), eight, 'small transactions');
    assert.equal(await twoLooks(story, { pageSize: 3 }, { apiVersion: 'v2' }), eight, 'version 2');
  },
  print: ({ story, maxTransactionEntries }) =>
    `${printStory(story)}\n${maxTransactionEntries} in a transaction`,
  historyOf: ({ story }) => story,
});

const patches = loopProperty({
  name: 'updates as JSON Patch, or whole again where patches are refused: the same',
  arbitrary: fc.record({
    story: storyArbitrary,
    pageSize: fc.integer({ min: 1, max: 4 }),
    windowEntries: fc.integer({ min: 1, max: 4 }),
    refused: fc.array(fc.boolean(), { maxLength: 8 }),
  }),
  predicate: async ({ story, refused, ...cut }) => {
    const whole = await twoLooks(story, cut);
    const patched = { ...cut, patch: true };
    assert.equal(await twoLooks(story, patched), whole, 'patches');
    assert.equal(await twoLooks(story, { ...patched, rememberedBytes: 0 }), whole, 'nothing is remembered');
    await withLoop({}, async (loop) => {
      await firstLook(loop, story);
      await loop.show(feedAfter(story.acts));
      let count = 0;
      loop.onFhir(({ body = '' }) =>
        body.includes('"PATCH"') && refused[count++]
          ? { status: 400, body: '{"resourceType":"OperationOutcome"}' }
          : undefined,
      );
      await loop.run(patched);
      assert.equal(outcomeOf(loop), whole, 'patches, of which some are refused');
    });
  },
  print: ({ story, refused, ...cut }) => `${printStory(story)}\n${JSON.stringify({ ...cut, refused })}`,
  historyOf: ({ story }) => story,
});

const again = loopProperty({
  name: 'the same entries again change nothing, from wherever they are read',
  arbitrary: fc.record({ story: storyArbitrary, from: fc.nat(13), pageSize: fc.integer({ min: 1, max: 4 }) }),
  predicate: async ({ story, from, pageSize }) =>
    withLoop({}, async (loop) => {
      await firstLook(loop, story);
      const feed = feedAfter(story.acts);
      await loop.show(feed);
      await loop.run();
      // Some entries were read in another state at the first look; only what is read twice as it is now is the same.
      if (story.known > 0) await readAgain(loop, 0, 100);
      const [before, sent] = [outcomeOf(loop), loop.transactions()];
      const stored = JSON.stringify(loop.fhir.resources());
      const earlier = Math.min(from, feed.length);
      for (const sequence of [0, earlier]) {
        await readAgain(loop, sequence, 100);
        assert.is(loop.transactions(), sent, 'a transaction was sent again');
        assert.is(JSON.stringify(loop.fhir.resources()), stored);
      }
      await readAgain(loop, earlier, pageSize);
      assert.equal(outcomeOf(loop), before, 'in small pages');
    }),
  print: ({ story, from, pageSize }) => `${printStory(story)}\nagain from ${from} in pages of ${pageSize}`,
  historyOf: ({ story }) => story,
});

async function readAgain(loop: Loop, from: number, pageSize: number): Promise<void> {
  loop.state.commit('source', { sequence: from }, [], 0);
  await loop.run({ pageSize });
}

const order = loopProperty({
  name: 'instances of one study in another order give the same resources',
  arbitrary: agreeingInstances.chain((acts) =>
    fc.record({
      acts: fc.constant(acts),
      shuffled: fc.shuffledSubarray([...acts], { minLength: acts.length }),
    }),
  ),
  predicate: async ({ acts, shuffled }) => {
    const read = (order: readonly Act[]) =>
      withLoop({ pageSize: 3 }, async (loop) => {
        await loop.show(feedAfter(order));
        await loop.run();
        return canonical(loop.fhir.resources(), true);
      });
    assert.is(await read(shuffled), await read(acts));
  },
  print: ({ acts, shuffled }) => `${printFeed(feedAfter(acts))}\nand\n${printFeed(feedAfter(shuffled))}`,
  historyOf: ({ acts }) => ({ acts }),
});

/** What goes wrong at the n-th request or commit. */
type Mishap =
  | { readonly at: number; readonly on: 'fhir'; readonly fault: Fault; readonly stop?: true }
  | { readonly at: number; readonly on: 'feed'; readonly status?: number; readonly stop?: true }
  | { readonly at: number; readonly on: 'commit'; readonly after: boolean };

const faults: readonly Fault[] = [
  { drop: true },
  { drop: true, after: true },
  { status: 503 },
  { status: 429, headers: { 'Retry-After': '7' } },
  { status: 502, body: '<html>Bad gateway</html>', after: true },
  { status: 409, body: '{"resourceType":"OperationOutcome","issue":[]}' },
  { status: 401 },
];

const mishaps: fc.Arbitrary<readonly Mishap[]> = fc.array(
  fc.oneof(
    fc.record({ at: fc.nat(30), on: fc.constant('fhir' as const), fault: fc.constantFrom(...faults) }),
    fc.record({
      at: fc.nat(30),
      on: fc.constant('fhir' as const),
      fault: fc.constantFrom<Fault>({}, { delayMs: 3 }),
      stop: fc.constant(true as const),
    }),
    fc.record({ at: fc.nat(10), on: fc.constant('feed' as const), status: fc.constantFrom(503, 401, 0) }),
    fc.record({ at: fc.nat(10), on: fc.constant('feed' as const), stop: fc.constant(true as const) }),
    fc.record({ at: fc.nat(5), on: fc.constant('commit' as const), after: fc.boolean() }),
  ),
  { minLength: 1, maxLength: 5 },
);

const stops = loopProperty({
  name: 'stops and faults at any moment, and a new start: the same resources and rows',
  arbitrary: fc.record({
    story: storyArbitrary,
    list: mishaps,
    pageSize: fc.integer({ min: 1, max: 6 }),
    windowEntries: fc.integer({ min: 1, max: 6 }),
    lanes: fc.integer({ min: 1, max: 4 }),
    patch: fc.boolean(),
  }),
  predicate: async ({ story, list, ...cut }) => {
    const calm = await twoLooks(story, {});
    await withLoop(cut, async (loop) => {
      await firstLook(loop, story);
      await loop.show(feedAfter(story.acts));
      await runThrough(loop, list);
      assert.equal(outcomeOf(loop), calm);
    });
  },
  print: ({ story, list, ...cut }) => `${printStory(story)}\n${JSON.stringify(cut)}\n${JSON.stringify(list)}`,
  historyOf: ({ story }) => story,
});

/** Starts the engine anew, with the same state, until it has come through all mishaps. */
async function runThrough(loop: Loop, mishaps: readonly Mishap[]): Promise<void> {
  const open = new Set(mishaps);
  const seen = { fhir: 0, feed: 0, commit: 0 };
  const next = (on: Mishap['on']): Mishap | undefined => {
    const count = seen[on]++;
    const found = [...open].find((mishap) => mishap.on === on && mishap.at <= count);
    if (found) open.delete(found);
    return found;
  };
  for (let start = 0; start <= mishaps.length; start++) {
    const stopping = new AbortController();
    loop.onFhir(() => {
      const mishap = next('fhir');
      if (mishap?.on !== 'fhir') return undefined;
      if (mishap.stop) stopping.abort();
      return mishap.fault;
    });
    loop.onFeed(() => {
      const mishap = next('feed');
      if (mishap?.on !== 'feed') return undefined;
      if (mishap.stop) stopping.abort();
      return mishap.status === 0 ? { drop: true } : mishap.status ? { status: mishap.status } : undefined;
    });
    const state: StateStore = {
      ...loop.state,
      commit(...row) {
        const mishap = next('commit');
        if (mishap?.on === 'commit' && !mishap.after) throw new Error('the machine went down');
        loop.state.commit(...row);
        if (mishap) throw new Error('the machine went down');
      },
    };
    const ended = await loop.run({ signal: stopping.signal, state }).then(
      ({ drained }) => drained,
      () => false,
    );
    if (ended && !stopping.signal.aborted) return;
  }
  assert.unreachable('the engine did not come through');
}

export const LOOP_PROPERTIES: readonly LoopProperty[] = [pages, lanes, patches, again, order, stops];
