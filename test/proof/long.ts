/**
 * The proof of the long run: the real process over as many entries as one likes, against a feed that is made up as it is read
 * and a FHIR server in memory, with answers that fail now and then. What is kept in memory, handles and the state file must not
 * grow with what was read; what is stored in the end is what a model says.
 */
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { type Answer, createFhirStore, type JsonObject, outcome } from '../../bench/fhir-store.ts';
import { openSqliteState } from '../../engine/io/state-sqlite.ts';
import { temporaryFolder } from '../support/temp.ts';
import { startEngine, writeConfig } from './engine-process.ts';
import { createLongFeed, modelOf, wholeSteps } from './long-feed.ts';

/**
 * How far the feed is ahead of its reader: the service goes on while it is read. With the pages that the engine asks for at the
 * same time this is less than the life of a study (long-feed.ts), so that every study is seen while it is there.
 */
const AHEAD = 2000;
const MAX_WINDOW = 100;
/** Every so many transactions one is answered by 503, and one is lost on its way back. */
const BUSY_EVERY = 97;
const LOST_EVERY = 151;
const SAMPLE_MS = 500;
/** So often in one run all garbage is collected, and what is left is weighed. */
const WEIGHINGS = 20;
const MEGA = 1024 ** 2;
/** The engine's bounds as it says them of itself (bench/README.md): no more, however long the feed is. */
const MOST_RSS = 512 * MEGA;
const MOST_STATE = 8 * MEGA;

interface Sample {
  readonly entries: number;
  readonly rss: number;
  readonly files: number;
  readonly state: number;
}

export interface LongFigures {
  readonly entries: number;
  readonly perSecond: number;
  /** Bytes of heap and buffers after a collection: what something still holds. */
  readonly kept: { readonly early: number; readonly late: number };
  /** The memory of the process. It rises for long: V8 and malloc keep what they once had, and each window may need a little more. */
  readonly rss: { readonly early: number; readonly late: number; readonly most: number };
  readonly files: { readonly least: number; readonly most: number };
  /** Active resources of the process: sockets, timers, requests. */
  readonly handles: { readonly least: number; readonly most: number };
  readonly state: number;
  readonly transactions: number;
  readonly faults: number;
  readonly rows: number;
}

/** Throws when something grows, or when something else is stored than the model says. */
export async function proveLong(wanted: number, limit = 3_600_000): Promise<LongFigures> {
  const entries = wholeSteps(wanted);
  const folder = temporaryFolder();
  const services = await startServices(entries);
  const statePath = join(folder, 'state.db');
  const samples: Sample[] = [];
  const began = performance.now();
  try {
    const poll = { interval: '1s', catchUpInterval: '0s', pageSize: 100 };
    const config = writeConfig(folder, { feed: services.url, fhir: `${services.url}/fhir`, more: { poll } });
    const engine = startEngine({
      cwd: folder,
      node: ['--expose-gc', `--import=data:text/javascript,${encodeURIComponent(PROBE)}`],
      env: { PROBE: folder, PROBE_EVERY: String(SAMPLE_MS) },
      args: ['run', '--once', '-c', config],
      limit,
    });
    let weighings = 0;
    const timer = setInterval(() => {
      const read = services.read();
      const sample = engine.pid === undefined ? undefined : sampleOf(engine.pid, read, statePath);
      if (sample) samples.push(sample);
      if (read >= ((weighings + 1) * entries) / WEIGHINGS)
        writeFileSync(join(folder, 'asked'), String(++weighings));
    }, SAMPLE_MS);
    const { code, err } = await engine.ended.finally(() => clearInterval(timer));
    assert.is(code, 0, err.slice(-3000));
    const seconds = (performance.now() - began) / 1000;
    const rows = compare(entries, services.resources(), statePath);
    const probed = { handles: numbersIn(join(folder, 'handles')), kept: numbersIn(join(folder, 'kept')) };
    const figures = figuresOf(samples, probed, { entries, seconds, rows, ...services.counts() });
    judge(figures, samples.length, probed.kept.length);
    return figures;
  } finally {
    await services.close();
  }
}

/**
 * In the engine's process: how many resources keep it busy, and, whenever it is asked, what it keeps. The second collection
 * waits for the buffers that the first one freed.
 */
const PROBE = `
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
const { PROBE, PROBE_EVERY } = process.env;
let answered = '';
setInterval(() => {
  appendFileSync(PROBE + '/handles', process.getActiveResourcesInfo().length + '\\n');
  const asked = existsSync(PROBE + '/asked') ? readFileSync(PROBE + '/asked', 'utf8') : '';
  if (asked === answered) return;
  answered = asked;
  gc();
  gc();
  const { heapUsed, external } = process.memoryUsage();
  appendFileSync(PROBE + '/kept', heapUsed + external + '\\n');
}, Number(PROBE_EVERY)).unref();
`;

function numbersIn(file: string): readonly number[] {
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').map(Number) : [];
}

/** The feed in version 1 and a FHIR server, on one port. */
async function startServices(entries: number) {
  const feed = createLongFeed();
  const store = createFhirStore();
  const counts = { transactions: 0, faults: 0 };
  let read = 0;
  const answerFeed = (url: URL): Answer => {
    if (url.pathname.endsWith('/latest')) {
      const last = Math.min(entries, read + AHEAD);
      return { status: 200, body: JSON.parse(feed.page(last, last, last))[0] };
    }
    const offset = Number(url.searchParams.get('offset'));
    const limit = Math.min(MAX_WINDOW, Number(url.searchParams.get('limit')));
    read = Math.max(read, offset);
    const visible = Math.min(entries, read + AHEAD);
    return { status: 200, body: feed.page(offset + 1, Math.min(entries, offset + limit), visible) };
  };
  const answerFhir = (request: IncomingMessage, url: URL, body: string): Answer | undefined => {
    const [, , type = '', id] = url.pathname.split('/');
    if (type === 'metadata') return { status: 200, body: CAPABILITY };
    if (request.method === 'GET')
      return id === undefined ? store.search(type, url.searchParams) : store.read(type, id);
    if (id === '_search') return store.search(type, new URLSearchParams(body));
    const count = ++counts.transactions;
    if (count % BUSY_EVERY === 0) {
      counts.faults++;
      return { status: 503, body: outcome('busy') };
    }
    const answer = store.transact(JSON.parse(body) as JsonObject, true);
    if (count % LOST_EVERY !== 0) return answer;
    counts.faults++;
    return undefined;
  };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const url = new URL(request.url ?? '', 'http://long');
    const isFhir = url.pathname.startsWith('/fhir');
    const answer = isFhir ? answerFhir(request, url, Buffer.concat(chunks).toString()) : answerFeed(url);
    if (!answer) {
      response.destroy();
      return;
    }
    const type = isFhir ? 'application/fhir+json' : 'application/json';
    response.writeHead(answer.status, { 'content-type': type });
    response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    read: () => read,
    counts: () => counts,
    resources: () => store.resources(),
    close: () =>
      new Promise<void>((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

const CAPABILITY = {
  resourceType: 'CapabilityStatement',
  fhirVersion: '4.0.1',
  rest: [{ mode: 'server', interaction: [{ code: 'transaction' }] }],
};

/** What Linux knows of a process; undefined when it is gone. */
function sampleOf(pid: number, entries: number, statePath: string): Sample | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const rss = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
    if (!Number.isFinite(rss)) return undefined;
    const files = readdirSync(`/proc/${pid}/fd`).length;
    return { entries, rss, files, state: stateSize(statePath) };
  } catch {
    return undefined;
  }
}

function stateSize(path: string): number {
  return ['', '-wal', '-shm']
    .map((ending) => path + ending)
    .reduce((sum, file) => sum + (existsSync(file) ? statSync(file).size : 0), 0);
}

/** Compares with the model; gives the number of rows. */
function compare(entries: number, resources: readonly JsonObject[], statePath: string): number {
  const model = modelOf(entries);
  const counts: Record<string, number> = {};
  let instances = 0;
  for (const resource of resources) {
    const type = String(resource['resourceType']);
    counts[type] = (counts[type] ?? 0) + 1;
    const series = (resource['series'] ?? []) as readonly { readonly instance?: readonly unknown[] }[];
    for (const { instance = [] } of series) instances += instance.length;
  }
  const state = openSqliteState(statePath);
  try {
    const rows = state.errors('proof', { isOpen: true });
    assert.equal({ resources: counts, instances, rows: rows.length }, model);
    assert.is(
      rows.every(({ code }) => code === 'entry.malformed'),
      true,
      'rows of another code',
    );
    assert.is(state.position('proof')?.sequence, entries);
    return state.errors('proof').length;
  } finally {
    state.close();
  }
}

interface Totals {
  readonly entries: number;
  readonly seconds: number;
  readonly rows: number;
  readonly transactions: number;
  readonly faults: number;
}

function figuresOf(
  samples: readonly Sample[],
  { handles, kept }: { readonly handles: readonly number[]; readonly kept: readonly number[] },
  { entries, seconds, rows, transactions, faults }: Totals,
): LongFigures {
  // The first tenth: code is compiled, caches fill.
  const warm = samples.filter((sample) => sample.entries > entries / 10 && sample.entries < entries);
  const rss = warm.map((sample) => sample.rss);
  const busy = handles.slice(Math.floor(handles.length / 10), -1);
  return {
    entries,
    perSecond: entries / seconds,
    kept: growthOf(kept.slice(Math.floor(kept.length / 10))),
    rss: { ...growthOf(rss), most: Math.max(...samples.map((sample) => sample.rss)) },
    files: {
      least: Math.min(...warm.map(({ files }) => files)),
      most: Math.max(...warm.map(({ files }) => files)),
    },
    handles: { least: Math.min(...busy), most: Math.max(...busy) },
    state: Math.max(...samples.map(({ state }) => state)),
    transactions,
    faults,
    rows,
  };
}

/** The means of the first and of the last quarter. */
function growthOf(values: readonly number[]): { readonly early: number; readonly late: number } {
  const quarter = Math.max(1, Math.floor(values.length / 4));
  const mean = (some: readonly number[]): number => some.reduce((sum, value) => sum + value, 0) / some.length;
  return { early: mean(values.slice(0, quarter)), late: mean(values.slice(-quarter)) };
}

/**
 * Throws what does not hold. Between the two quarters lie two thirds of the entries: of a million, twenty bytes for each that
 * something holds are seen in what is kept, and a hundred that nobody collects (SQLite, malloc) in the memory of the process.
 */
export function judge(figures: LongFigures, samples: number, weighings: number): void {
  const { kept, rss, state, files, handles, entries } = figures;
  assert.ok(rss.most < MOST_RSS, `${rss.most} bytes of memory`);
  assert.ok(state < MOST_STATE, `the state file has ${state} bytes`);
  // Too few say nothing about growth.
  if (weighings >= WEIGHINGS / 2) {
    const growth = kept.late - kept.early;
    assert.ok(growth < Math.max(12 * MEGA, entries * 8), `more and more is kept: ${JSON.stringify(kept)}`);
  }
  if (samples < 60) return;
  assert.ok(weighings >= WEIGHINGS / 2, `what is kept was weighed ${weighings} times only`);
  assert.ok(rss.late - rss.early < Math.max(48 * MEGA, entries * 64), `memory grew: ${JSON.stringify(rss)}`);
  assert.ok(files.most - files.least <= 24, `files: ${JSON.stringify(files)}`);
  assert.ok(handles.most - handles.least <= 48, `handles: ${JSON.stringify(handles)}`);
}
