/**
 * Benchmarks that take time over HTTP: each compares two runs of the same kind, or a run with its rival or its limit, within
 * one and the same process. Absolute numbers stand in the notes; they say more about the machine.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { INTERLEAVED, oneStudy } from './counts.ts';
import { type EngineRun, type ProcessOptions, runHere, runProcess, sourceInfo } from './engine.ts';
import { createEntryTexts, entryCount, type FeedShape } from './entries.ts';
import { measure, median } from './measure.ts';
import { runRival } from './rival.ts';
import { type Bench, plainRow, type Row, row, spell } from './row.ts';
import type { Load } from './server.ts';
import { assertSameState } from './state.ts';

const FAST: Omit<Load, 'shape'> = { feedLatency: 5, fhirLatency: 5 };

/** Entries per second, the median of some runs. */
async function throughput(bench: Bench, load: Load, runs: number): Promise<number> {
  const rates: number[] = [];
  for (let run = 0; run < runs; run++) rates.push(rate(await runHere(bench.project, bench.server, load)));
  return median(rates);
}

function rate({ entries, wallMs }: Pick<EngineRun, 'entries' | 'wallMs'>): number {
  return (entries * 1000) / wallMs;
}

export async function throughputRows(bench: Bench): Promise<readonly Row[]> {
  const { project, server, rivalEntries } = bench;
  const load = { shape: INTERLEAVED, ...FAST };
  const rivalLoad = { ...load, last: Math.min(rivalEntries, entryCount(INTERLEAVED)) };
  // Before and after the rival, who takes minutes in which the machine may change its mind.
  const runs = bench.isQuick ? 1 : 3;
  const before = await throughput(bench, load, runs);
  await server.load(rivalLoad);
  const { result, wallMs } = await measure(() => runRival(project.plan, server, sourceInfo(project)));
  const rival = rate({ entries: result, wallMs });
  const oneByOne = await server.resources();
  const { fhirRequests, feedRequests } = await server.counts();
  const engine = (before + (await throughput(bench, load, runs))) / 2;
  await runHere(project, server, rivalLoad);
  assertSameState('the engine against its rival', await server.resources(), oneByOne, { bytes: true });
  const note = `${spell(engine)} against ${spell(rival)} entries/s; the rival: ${spell(result)} entries, ${spell((feedRequests + fhirRequests) / result)} requests each; equal resources, byte for byte`;
  return [
    row(
      "throughput ÷ the original's access pattern",
      engine / rival,
      { must: 100, stretch: 200, isFloor: true },
      note,
    ),
  ];
}

/** `JSON.parse` of the same pages is the limit: nobody reads a feed for less. */
export async function parseRows(bench: Bench): Promise<readonly Row[]> {
  const textsOf = createEntryTexts(INTERLEAVED);
  const entries = entryCount(INTERLEAVED);
  const pages = Array.from(
    { length: entries / 100 },
    (_, page) => `[${textsOf(page * 100 + 1, page * 100 + 100)}]`,
  );
  const results: { readonly engine: number; readonly parse: number }[] = [];
  for (let round = 0; round < (bench.isQuick ? 2 : 7); round++) {
    const run = await runHere(bench.project, bench.server, { shape: INTERLEAVED, ...FAST });
    const parse = await measure(() =>
      pages.reduce((sum, page) => sum + (JSON.parse(page) as unknown[]).length, 0),
    );
    results.push({ engine: (run.cpuMs * 1000) / entries, parse: (parse.cpuMs * 1000) / entries });
  }
  const ratio = median(results.map(({ engine, parse }) => engine / parse));
  const bytes = pages.reduce((sum, page) => sum + page.length, 0) / entries;
  const note = `${spell(median(results.map(({ engine }) => engine)))} against ${spell(median(results.map(({ parse }) => parse)))} µs per entry of ${spell(bytes)} bytes`;
  return [row('client CPU per entry ÷ `JSON.parse` of the same bytes', ratio, { must: 5, stretch: 3 }, note)];
}

/** As many entries in one study of 5,000 as in five of 1,000, one after the other. */
export async function growthRows({ project, server, isQuick }: Bench): Promise<readonly Row[]> {
  const small: FeedShape = { studies: 5, instances: 1000, atOnce: 1, patients: 5 };
  const cpu = async (shape: FeedShape): Promise<number> => {
    const { cpuMs, entries } = await runHere(project, server, { shape, feedLatency: 0, fhirLatency: 0 });
    return (cpuMs * 1000) / entries;
  };
  const results: { readonly large: number; readonly small: number }[] = [];
  for (let round = 0; round < (isQuick ? 1 : 5); round++)
    results.push({ large: await cpu(oneStudy(5000)), small: await cpu(small) });
  const ratio = median(results.map((each) => each.large / each.small));
  const note = `${spell(median(results.map(({ large }) => large)))} against ${spell(median(results.map((each) => each.small)))} µs per entry`;
  return [row('CPU per entry at 5,000 instances ÷ 1,000', ratio, { must: 1.3, stretch: 1.1 }, note)];
}

export async function latencyRows(bench: Bench): Promise<readonly Row[]> {
  const runs = bench.isQuick ? 1 : 3;
  const load = { shape: INTERLEAVED, ...FAST, last: bench.isQuick ? 2000 : entryCount(INTERLEAVED) };
  const near = await throughput(bench, load, runs + 2);
  const farFhir = await throughput(bench, { ...load, fhirLatency: 50 }, runs);
  const farFeed = await throughput(bench, { ...load, feedLatency: 200 }, runs);
  const note = (far: number, base: number) => `${spell(far)} against ${spell(base)} entries/s`;
  return [
    row(
      'throughput at 50 ms FHIR latency ÷ 5 ms',
      farFhir / near,
      { must: 0.25, stretch: 0.5, isFloor: true },
      note(farFhir, near),
    ),
    row(
      'throughput at 200 ms feed latency ÷ 5 ms',
      farFeed / near,
      { must: 0.25, stretch: 0.4, isFloor: true },
      note(farFeed, near),
    ),
  ];
}

/** What the image says to Node. */
function imageOptions(): ProcessOptions {
  const dockerfile = readFileSync(join(import.meta.dirname, '../Dockerfile'), 'utf8');
  const [, flag] = /^ +NODE_OPTIONS=(\S+)/m.exec(dockerfile) ?? [];
  if (flag === undefined) throw new Error('the Dockerfile sets no NODE_OPTIONS');
  return { flags: [flag] };
}

/** For small containers; what the documentation says of them. */
const SMALL_PROFILE: ProcessOptions = {
  flags: ['--max-semi-space-size=4', '--max-old-space-size=128'],
  settings: ['poll: { pageSize: 50, readAhead: 4 }', 'flush: { entries: 200 }'],
};

export async function memoryRows({ server, isQuick }: Bench): Promise<readonly Row[]> {
  const shape = { studies: isQuick ? 8 : 200, instances: 500, atOnce: 20, patients: 120 };
  const rows: Row[] = [];
  for (const [name, options, goal] of [
    ['default', {}, { must: 512, stretch: 400, unit: ' MB' }],
    ['as in the image', imageOptions(), { must: 512, stretch: 400, unit: ' MB' }],
    ['small profile', SMALL_PROFILE, { must: 256, stretch: 160, unit: ' MB' }],
  ] as const) {
    const run = await runProcess(server, { shape, ...FAST }, options);
    const what = `peak RSS over ${spell(entryCount(shape))} entries, ${name}`;
    const { flags = [], settings = [] }: ProcessOptions = options;
    const given = [['node', ...flags].join(' '), ...settings].map((each) => `; ${each}`).join('');
    if ('failed' in run)
      rows.push({
        ...row(what, Number.POSITIVE_INFINITY, goal, `did not finish${given}`),
        measured: run.failed,
      });
    else
      rows.push(
        row(what, run.peakMegabytes, goal, `${spell(entryCount(shape) / run.wallSeconds)} entries/s${given}`),
      );
  }
  return rows;
}

/** `dicomcast run --once` over a feed of one entry, start and stop included. */
export async function startRows({ server, isQuick }: Bench): Promise<readonly Row[]> {
  const times: number[] = [];
  for (let run = 0; run < (isQuick ? 3 : 7); run++) {
    const used = await runProcess(server, { shape: oneStudy(1), feedLatency: 0, fhirLatency: 0 });
    if ('failed' in used) throw new Error(`dicomcast run ${used.failed}`);
    times.push(used.cpuSeconds);
  }
  const note = `from the start of Node to the end of the process, that entry written; ${spell(Math.min(...times))} to ${spell(Math.max(...times))}`;
  return [
    row('start to first entry mapped, CPU', median(times), { must: 1, stretch: 0.5, unit: ' s' }, note),
  ];
}

/** The most that the feed gives, for scale. */
export async function ceilingRows(bench: Bench): Promise<readonly Row[]> {
  const value = await throughput(
    bench,
    { shape: INTERLEAVED, feedLatency: 0, fhirLatency: 0 },
    bench.isQuick ? 2 : 5,
  );
  return [
    plainRow('entries/s without any latency', value, 'both servers in one process on the same machine'),
  ];
}
