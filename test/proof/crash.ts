/**
 * The proof of crashes: the real process, killed at random moments and at chosen ones, started again until the feed is
 * drained; what is stored then must be what a run that nobody disturbed has stored. A seed repeats a failure.
 */
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { openSqliteState } from '../../engine/io/state-sqlite.ts';
import { createChangeFeedSandbox } from '../../engine/sandbox/change-feed-server.ts';
import { createFhirSandbox, type Fault, type FaultRequest } from '../../engine/sandbox/fhir-server.ts';
import { canonical, isTransaction } from '../support/loop.ts';
import { temporaryFolder } from '../support/temp.ts';
import { type Feed, makeHistory, REFUSED } from './crash-history.ts';
import { type EngineProcess, startEngine, writeConfig } from './engine-process.ts';
import { createRandom, type Random } from './random.ts';

export interface CrashOptions {
  readonly seed: number;
  readonly entries: number;
  readonly studies: number;
  readonly kills: number;
  /** Kills in one pass over the whole history; then it begins again on empty servers. */
  readonly killsPerPass: number;
  readonly apiVersion: 'v1' | 'v2';
}

export interface CrashFigures {
  readonly entries: number;
  readonly kills: number;
  /** Kills by the moment at which they came. */
  readonly moments: Readonly<Record<string, number>>;
  readonly starts: number;
  readonly passes: number;
  readonly resources: number;
  readonly rows: number;
}

/** When to kill: at the n-th request of a kind, or so many milliseconds after the start. */
interface Moment {
  readonly kind:
    | 'any time'
    | 'before a transaction'
    | 'between commit and answer'
    | 'after the answer'
    | 'at a search'
    | 'at a page of the feed';
  readonly at: number;
}

/** What is left in the end. */
interface Outcome {
  readonly resources: string;
  readonly rows: readonly string[];
  readonly position: number | undefined;
}

/** What an undisturbed pass shows of each look: the bounds of the moments. */
interface Measured {
  readonly milliseconds: number;
  readonly transactions: number;
  readonly searches: number;
  readonly pages: number;
}

const LOOKS = 3;
/** Small transactions: a study is written in many steps, and a crash can come between them. */
const MAX_TRANSACTION_ENTRIES = 6;

/** Throws when a pass ends otherwise than the undisturbed one. */
export async function proveCrashes(options: CrashOptions): Promise<CrashFigures> {
  const feeds = makeHistory({ ...options, looks: LOOKS });
  const measured: Measured[] = [];
  const calm = await pass(feeds, options, (look) => ({
    plan: () => undefined,
    done: (seen) => {
      measured[look] = seen;
    },
  }));
  assert.is(calm.starts, LOOKS);
  const moments: Record<string, number> = {};
  let [kills, starts, passes] = [0, calm.starts, 0];
  for (; kills < options.kills; passes++) {
    const random = createRandom(options.seed * 1000 + passes);
    const before = kills;
    const most = Math.min(options.killsPerPass, options.kills - kills);
    const result = await pass(feeds, options, (look) => ({
      plan: () => {
        // Shared out over the looks; what one does not use is left for the next.
        const isOpen = kills - before < Math.ceil((most * (look + 1)) / LOOKS);
        return isOpen ? planMoment(random, measured[look] as Measured) : undefined;
      },
      killed: ({ kind }) => {
        kills++;
        moments[kind] = (moments[kind] ?? 0) + 1;
      },
    }));
    starts += result.starts;
    const where = `seed ${options.seed}, pass ${passes}, ${kills} kills`;
    assert.is(result.outcome.resources, calm.outcome.resources, `resources differ: ${where}`);
    assert.equal(result.outcome.rows, calm.outcome.rows, `rows differ: ${where}`);
    assert.is(result.outcome.position, calm.outcome.position, `the checkpoint differs: ${where}`);
  }
  return {
    entries: feeds.at(-1)?.length ?? 0,
    kills,
    moments,
    starts,
    passes,
    resources: calm.outcome.resources.split('\n{').length,
    rows: calm.outcome.rows.length,
  };
}

function planMoment(random: Random, measured: Measured): Moment {
  const first = (count: number): number => 1 + random.below(Math.max(1, count));
  switch (random.below(6)) {
    case 0:
      return { kind: 'before a transaction', at: first(measured.transactions) };
    case 1:
      return { kind: 'between commit and answer', at: first(measured.transactions) };
    case 2:
      return { kind: 'after the answer', at: first(measured.transactions) };
    case 3:
      return { kind: 'at a search', at: first(measured.searches) };
    case 4:
      return { kind: 'at a page of the feed', at: first(measured.pages) };
    default:
      return { kind: 'any time', at: random.below(measured.milliseconds) };
  }
}

interface Watch {
  /** When the next start is to be killed; undefined: never. */
  plan(): Moment | undefined;
  killed?(moment: Moment): void;
  done?(measured: Measured): void;
}

/** One pass over the whole history on empty servers, started again until each look is drained. */
async function pass(
  feeds: readonly Feed[],
  { apiVersion }: CrashOptions,
  watchOf: (look: number) => Watch,
): Promise<{ readonly outcome: Outcome; readonly starts: number }> {
  const folder = temporaryFolder();
  let onFhir: (request: FaultRequest) => Fault | undefined = () => undefined;
  const fhir = await createFhirSandbox({
    faults: (request) => (isRefused(request) ? REFUSAL : onFhir(request)),
  });
  let starts = 0;
  try {
    for (const [look, entries] of feeds.entries()) {
      const watch = watchOf(look);
      let onPage = (): void => undefined;
      const feed = await openFeed(entries, () => onPage());
      const config = writeConfig(folder, {
        feed: feed.url,
        fhir: fhir.url,
        apiVersion,
        maxTransactionEntries: MAX_TRANSACTION_ENTRIES,
      });
      try {
        for (let isDrained = false; !isDrained; ) {
          starts++;
          const run = createRun(
            startEngine({ cwd: folder, args: ['run', '--once', '-c', config] }),
            watch.plan(),
          );
          onFhir = run.onFhir;
          onPage = run.onPage;
          isDrained = await run.finish(watch);
        }
      } finally {
        await feed.close();
      }
    }
    return { outcome: outcomeOf(fhir.resources(), join(folder, 'state.db')), starts };
  } finally {
    await fhir.close();
  }
}

const REFUSAL: Fault = {
  status: 422,
  headers: { 'content-type': 'application/fhir+json' },
  body: '{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"invalid"}]}',
};

function isRefused(request: FaultRequest): boolean {
  return isTransaction(request) && (request.body ?? '').includes(REFUSED);
}

/** A feed that shows these entries and no others. */
export async function openFeed(entries: Feed, onPage: () => void = () => undefined) {
  let time = Date.UTC(2024, 0, 1);
  const feed = await createChangeFeedSandbox({
    folder: temporaryFolder(),
    now: () => time,
    faults: () => {
      onPage();
      return undefined;
    },
  });
  for (const entry of entries) {
    time = typeof entry === 'string' ? time + 1 : Date.parse((entry as { timestamp: string }).timestamp);
    feed.push(entry);
  }
  return feed;
}

/** One start of the process and what it asks of the servers. */
function createRun(engine: EngineProcess, moment: Moment | undefined) {
  const began = performance.now();
  const seen = { transactions: 0, searches: 0, pages: 0 };
  let isKilled = false;
  const kill = (): void => {
    isKilled = true;
    engine.kill();
  };
  const timer = moment?.kind === 'any time' ? setTimeout(kill, moment.at) : undefined;
  const is = (kind: Moment['kind'], count: number): boolean => moment?.kind === kind && moment.at === count;
  return {
    onFhir(request: FaultRequest): Fault | undefined {
      if (!isTransaction(request)) {
        if (is('at a search', ++seen.searches)) kill();
        return undefined;
      }
      const count = ++seen.transactions;
      if (is('before a transaction', count)) {
        kill();
        return { drop: true };
      }
      // The server has the request already: it does the work for a client that is gone.
      if (is('between commit and answer', count)) {
        kill();
        return { drop: true, after: true };
      }
      // While the engine reads the answer, goes on to others, or writes its checkpoint.
      if (is('after the answer', count)) setTimeout(kill, count % 12);
      return undefined;
    },
    onPage(): void {
      if (is('at a page of the feed', ++seen.pages)) kill();
    },
    async finish(watch: Watch): Promise<boolean> {
      const { code, signal, err } = await engine.ended;
      clearTimeout(timer);
      if (signal === 'SIGKILL' && isKilled && moment) {
        watch.killed?.(moment);
        return false;
      }
      assert.is(code, 0, `the engine ended with ${code ?? signal}: ${err.slice(-2000)}`);
      watch.done?.({ ...seen, milliseconds: performance.now() - began });
      return true;
    },
  };
}

function outcomeOf(resources: Parameters<typeof canonical>[0], path: string): Outcome {
  const state = openSqliteState(path);
  try {
    const rows = state
      .errors('proof')
      // Whether something had to be tried again is not for the feed to say.
      .filter(({ kind }) => kind !== 'TransientRetry')
      .map(({ id: _id, firstSeen: _first, lastSeen: _last, ...row }) => JSON.stringify(row));
    return {
      resources: canonical(resources),
      rows: rows.toSorted(),
      position: state.position('proof')?.sequence,
    };
  } finally {
    state.close();
  }
}
