/**
 * Which failure holds up one source and which stops all, as literals: what each follower does in turn goes in, what came of
 * all goes out. The clock never waits.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { EngineError, type ErrorCode, isEngineError } from '../engine/errors.ts';
import { type Follower, followAll } from '../engine/followers.ts';
import { NO_PROGRESS } from '../engine/poller.ts';
import { engineErrorOf } from './support/engine-error.ts';

const test = suite('followers');

/** What a follower does at each of its beginnings: fails, works until it is stopped, or is drained. */
type Turn = ErrorCode | 'works' | 'works, then stop' | 'works, then feed.unauthorized' | 'drained' | 'defect';

interface Told {
  readonly failures: readonly string[];
  /** Milliseconds of each pause, and what was logged. */
  readonly told: readonly string[];
  /** How often each was begun. */
  readonly begun: Readonly<Record<string, number>>;
}

/** What each was told to be held up by, of the followers that ran last. */
let held: string[] = [];

async function followed(
  turns: Readonly<Record<string, readonly Turn[]>>,
  { once = false, pauses = 3 }: { readonly once?: boolean; readonly pauses?: number } = {},
): Promise<Told> {
  const stopping = new AbortController();
  const told: string[] = [];
  const begun: Record<string, number> = {};
  held = [];
  let slept = 0;
  const clock = {
    now: () => 0,
    jitter: () => 0,
    async sleep(ms: number) {
      told.push(`${ms} ms`);
      if (++slept === pauses) stopping.abort();
      await new Promise((resolve) => setTimeout(resolve, 1));
    },
  };
  const followers = Object.entries(turns).map(([id, acts]): Follower => {
    const log = (_: string, fields?: Readonly<Record<string, unknown>>): void => {
      told.push(`${id} ${fields?.['code']}`);
    };
    return {
      id,
      log: { debug: log, info: log, warn: log, error: log },
      isOwn: ({ code }) => code.startsWith('feed.') || code === 'engine.paused',
      onHeld: ({ code }) => held.push(`${id} ${code}`),
      async follow(signal, onSettled) {
        begun[id] = (begun[id] ?? 0) + 1;
        const act = acts[begun[id] - 1] ?? acts.at(-1);
        if (act?.startsWith('works')) onSettled();
        if (act === 'works, then stop') stopping.abort();
        if (act === 'defect') throw new TypeError('defect');
        if (act === 'works, then feed.unauthorized') throw new EngineError('feed.unauthorized', 'no');
        if (!act?.startsWith('works') && act !== 'drained') throw new EngineError(act as ErrorCode, 'no');
        if (act === 'works' && !signal.aborted)
          await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
        return NO_PROGRESS;
      },
    };
  });
  const failures = await followAll(followers, { clock, signal: stopping.signal, once });
  return {
    failures: failures.map(({ source, error }) => `${source} ${error.code}: ${error.message}`),
    told,
    begun,
  };
}

test('a source whose credentials are wrong is tried every minute, and told each time; the other works on', async () => {
  assert.equal(await followed({ a: ['feed.unauthorized'], b: ['works'] }), {
    failures: ['a feed.unauthorized: a: no'],
    told: [
      'a feed.unauthorized',
      '60000 ms',
      'a feed.unauthorized',
      '60000 ms',
      'a feed.unauthorized',
      '60000 ms',
    ],
    begun: { a: 3, b: 1 },
  });
});

test('a source that works again has not failed', async () => {
  assert.equal(await followed({ a: ['feed.refused', 'works, then stop'], b: ['works'] }), {
    failures: [],
    told: ['a feed.refused', '60000 ms'],
    begun: { a: 2, b: 1 },
  });
});

test('the last source that still worked: the engine stops', async () => {
  const error = await engineErrorOf(() =>
    followed({ a: ['feed.rebuilt'], b: ['works, then feed.unauthorized'] }),
  );
  assert.equal([error.code, error.message], ['feed.unauthorized', 'b: no']);
});

test('a single source: its failure stops the engine, as it is', async () => {
  const error = await engineErrorOf(() => followed({ a: ['feed.unauthorized'] }));
  assert.equal([error.code, error.message], ['feed.unauthorized', 'no']);
});

test('what holds a source up is told of this source, what concerns all of all', async () => {
  await followed({ a: ['feed.refused', 'works, then stop'], b: ['works'] });
  assert.equal(held, ['a feed.refused']);
  await engineErrorOf(() => followed({ a: ['works'], b: ['fhir.unauthorized'] }));
  assert.equal(held, ['a fhir.unauthorized', 'b fhir.unauthorized']);
  await engineErrorOf(() => followed({ a: ['feed.unauthorized'] }));
  assert.equal(held, ['a feed.unauthorized']);
});

test('what concerns all stops all: the FHIR server, the state, a defect', async () => {
  for (const code of ['fhir.unauthorized', 'fhir.not-atomic', 'state.unusable'] as const)
    assert.is((await engineErrorOf(() => followed({ a: ['works'], b: [code] }))).code, code);
  const defect = await followed({ a: ['works'], b: ['defect'] }).catch((error: unknown) => error);
  assert.ok(defect instanceof TypeError && !isEngineError(defect));
});

test('once: what fails is left, the others are drained', async () => {
  assert.equal(
    await followed({ a: ['feed.unreachable'], b: ['drained'], c: ['engine.paused'] }, { once: true }),
    {
      failures: ['a feed.unreachable: a: no', 'c engine.paused: c: no'],
      told: ['a feed.unreachable', 'c engine.paused'],
      begun: { a: 1, b: 1, c: 1 },
    },
  );
});

test.run();
