/**
 * The loop over the feed: which entries are passed over, which get a row, where the checkpoint stands when something stops
 * the engine, and that a real process ends cleanly in the middle of it all.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { FhirResource } from '../engine/fhir/resource.ts';
import { createChangeFeedSandbox } from '../engine/sandbox/change-feed-server.ts';
import { createFhirSandbox } from '../engine/sandbox/fhir-server.ts';
import { engineErrorOf } from './support/engine-error.ts';
import { created, deleted, type FeedEntry, type Loop, updated, withLoop } from './support/loop.ts';
import { ANNA, aboutStudies, BERT, listing, rows } from './support/loop-view.ts';
import { temporaryFolder } from './support/temp.ts';

const test = suite('poller');

const checkpoint = (loop: Loop): number | undefined => loop.state.position('source')?.sequence;

test('each action and state does what the table says', () =>
  withLoop({}, async (loop) => {
    await loop.show([created(1, '1.1.1', ANNA), created(2, '1.1.2', ANNA), created(3, '1.1.3', ANNA)]);
    await loop.run();
    const gone = (entry: FeedEntry): FeedEntry => ({ ...entry, state: 'deleted' });
    const replaced = (entry: FeedEntry): FeedEntry => ({ ...entry, state: 'replaced' });
    await loop.show([
      replaced(created(4, '1.1.1', { ...ANNA, StudyDescription: 'Thorax nativ' })),
      { ...replaced(deleted(5, '1.1.1')), metadata: {} },
      gone(created(6, '1.1.4', ANNA)),
      gone(updated(7, '1.1.5', ANNA)),
      deleted(8, '1.1.2'),
      updated(9, '1.1.3', { ...ANNA, InstanceNumber: 7 }),
      created(10, '1.1.6', ANNA),
      { ...created(11, '1.1.7', ANNA), action: 'CREATE', state: 'Current' },
    ]);
    const progress = await loop.run();
    assert.equal(listing(loop), ['study 1: 2.25.1.1.1 2.25.1.1.3 2.25.1.1.6 2.25.1.1.7']);
    const [study] = loop.fhir.resources('ImagingStudy');
    assert.equal([study?.['description'], study?.['numberOfInstances']], [undefined, 4]);
    const { entries, skipped, stored, failed, sequence, drained } = progress;
    assert.equal([entries, skipped, stored, failed, sequence, drained], [8, 4, 4, 0, 11, true]);
    assert.equal(rows(loop), []);
  }));

const MALFORMED: readonly (string | object)[] = [
  created(1, '1.1.1', ANNA),
  `{"sequence": 2, "timestamp": "${created(2, '1.1.2').timestamp}", this is not JSON`,
  { ...created(3, '1.1.2', ANNA), sopInstanceUid: undefined },
  { ...created(4, '1.1.3', ANNA), action: 'rename' },
  { ...created(5, '1.1.4', ANNA), metadata: 'none' },
  created(6, '2.1.1', BERT),
];

test('entries that cannot be read get rows, and the feed goes on', async () => {
  for (const apiVersion of ['v1', 'v2'] as const) {
    for (const pageSize of [1, 4, 100]) {
      await withLoop({ ignoreJsonParsingErrors: true, pageSize, apiVersion }, async (loop) => {
        await loop.show(MALFORMED);
        const progress = await loop.run();
        assert.equal(listing(loop), ['study 1: 2.25.1.1.1', 'study 2: 2.25.2.1.1']);
        assert.equal(
          loop.rows().map(({ sequence, kind, code, message }) => `${sequence} ${kind} ${code}: ${message}`),
          [
            '2 DicomFailToStore entry.malformed: is not valid JSON',
            '3 DicomFailToStore entry.malformed: sopInstanceUid is missing',
            '4 DicomFailToStore entry.malformed: action is not one of create, update, delete',
            '5 DicomFailToStore entry.malformed: metadata is not a JSON object',
          ],
          `${apiVersion} in pages of ${pageSize}`,
        );
        assert.equal([progress.entries, progress.stored, progress.failed], [6, 2, 4]);
      });
    }
  }
});

test('without ignoreJsonParsingErrors the engine stops before the page with the fault', () =>
  withLoop({ pageSize: 1 }, async (loop) => {
    await loop.show(MALFORMED);
    const error = await engineErrorOf(() => loop.run());
    assert.is(error.code, 'feed.malformed');
    assert.match(error.message, 'entry 2: ');
    assert.equal([listing(loop), rows(loop), checkpoint(loop)], [['study 1: 2.25.1.1.1'], [], 1]);
    await engineErrorOf(() => loop.run());
    assert.is(checkpoint(loop), 1);
    await loop.run({ ignoreJsonParsingErrors: true });
    assert.equal([listing(loop).length, checkpoint(loop)], [2, 6]);
  }));

test('gaps in the sequence numbers are not the end', async () => {
  for (const apiVersion of ['v1', 'v2'] as const) {
    await withLoop({ apiVersion }, async (loop) => {
      await loop.show([
        created(3, '1.1.1', ANNA),
        created(250, '1.1.2', ANNA),
        created(40_001, '2.1.1', BERT),
      ]);
      const progress = await loop.run();
      assert.equal(listing(loop), ['study 1: 2.25.1.1.1 2.25.1.1.2', 'study 2: 2.25.2.1.1'], apiVersion);
      assert.equal([progress.entries, progress.sequence], [3, 40_001]);
    });
  }
});

test('an empty feed is drained, and asks nothing of the FHIR server', () =>
  withLoop({}, async (loop) => {
    await loop.show([]);
    const progress = await loop.run();
    assert.equal([progress.entries, progress.drained, checkpoint(loop)], [0, true, 0]);
    assert.equal(loop.fhir.requests(), []);
  }));

test('a feed that ends before the checkpoint is reported, not chased', () =>
  withLoop({}, async (loop) => {
    loop.state.commit('source', { sequence: 10 }, [], 0);
    await loop.show([created(1, '1.1.1', ANNA)]);
    assert.is((await engineErrorOf(() => loop.run())).code, 'feed.rebuilt');
    assert.equal([listing(loop), checkpoint(loop)], [[], 10]);
  }));

test('a drained feed is looked at again after the interval', () =>
  withLoop({}, async (loop) => {
    await loop.show([created(1, '1.1.1', ANNA)]);
    const stopping = new AbortController();
    const pauses: number[] = [];
    const progress = await loop.run({
      once: false,
      signal: stopping.signal,
      onPause(ms) {
        pauses.push(ms);
        if (pauses.length === 1) loop.push(created(2, '1.1.2', ANNA));
        else stopping.abort();
      },
    });
    assert.equal(listing(loop), ['study 1: 2.25.1.1.1 2.25.1.1.2']);
    assert.equal([pauses, progress.entries, checkpoint(loop)], [[60_000, 60_000], 2, 2]);
  }));

test('the checkpoint does not pass an entry that is not done, in whichever order the groups end', async () => {
  for (const lanes of [1, 8]) {
    await withLoop({ lanes, pageSize: 2 }, async (loop) => {
      await loop.show([
        created(1, '1.1.1', ANNA),
        created(2, '2.1.1', BERT),
        created(3, '3.1.1', BERT),
        created(4, '4.1.1', ANNA),
        created(5, '5.1.1', BERT),
      ]);
      loop.onFhir((request) =>
        aboutStudies(request) && request.body?.includes('urn:oid:2.25.3"')
          ? { delayMs: 30, status: 403 }
          : undefined,
      );
      assert.is((await engineErrorOf(() => loop.run())).code, 'fhir.unauthorized');
      assert.is(checkpoint(loop), 2);
      loop.onFhir(undefined);
      await loop.run();
      assert.is(checkpoint(loop), 5);
      assert.is(listing(loop).length, 5);
    });
  }
});

test('rows and checkpoint come together: a stop keeps neither, and nothing is counted twice', () =>
  withLoop({ lanes: 1 }, async (loop) => {
    await loop.show([created(1, '1.1.1', { ...ANNA, PatientSex: 'unlikely' }), created(2, '2.1.1', BERT)]);
    loop.onFhir((request) => (request.body?.includes('bert') ? { status: 401 } : undefined));
    await engineErrorOf(() => loop.run());
    assert.equal([listing(loop), rows(loop), checkpoint(loop)], [['study 1: 2.25.1.1.1'], [], undefined]);
    loop.onFhir(undefined);
    await loop.run();
    assert.equal([rows(loop), checkpoint(loop)], [['1 InvalidDicomTag dicom.invalid-tag'], 2]);
    assert.equal(
      loop.rows().map(({ attempts, rule, tag }) => [attempts, rule, tag]),
      [[1, 'Patient.gender', 'PatientSex']],
    );
  }));

test('a feed that is down: nothing is lost, and with --once it ends after retry.totalDuration', () =>
  withLoop({ retryDuration: 60_000 }, async (loop) => {
    await loop.show([created(1, '1.1.1', ANNA)]);
    loop.onFeed(() => ({ status: 503, headers: { 'Retry-After': '20' } }));
    assert.is((await engineErrorOf(() => loop.run())).code, 'feed.busy');
    assert.equal([loop.pauses, checkpoint(loop)], [[20_000, 20_000, 20_000], undefined]);
    let failures = 3;
    loop.onFeed(() => (failures-- > 0 ? { drop: true } : undefined));
    await loop.run();
    assert.equal([listing(loop), rows(loop)], [['study 1: 2.25.1.1.1'], []]);
  }));

/** Of the only source, before each pause and at the end: what holds it up, and for how many seconds. */
async function heldBy(loop: Loop): Promise<readonly string[]> {
  const told: string[] = [];
  const began = loop.pauses.length;
  const tell = (): void => {
    const { held } = loop.state.status('source');
    const waited = loop.pauses.slice(began).reduce((sum, ms) => sum + ms, 0);
    told.push(held ? `${held.code}, after ${waited / 1000} s` : `nothing, after ${waited / 1000} s`);
  };
  await loop.run({ onPause: tell });
  tell();
  return told;
}

test('what holds the source up is in the state at once for the feed, and for the FHIR server when it takes long', () =>
  withLoop({}, async (loop) => {
    await loop.show([created(1, '1.1.1', ANNA)]);
    let failures = 2;
    loop.onFeed(() => (failures-- > 0 ? { status: 503, headers: { 'Retry-After': '10' } } : undefined));
    assert.equal(await heldBy(loop), [
      'feed.busy, after 10 s',
      'feed.busy, after 20 s',
      'nothing, after 20 s',
    ]);
    loop.onFeed(undefined);
    loop.push(created(2, '1.1.2', ANNA));
    failures = 4;
    loop.onFhir(({ method }) =>
      method === 'POST' && failures-- > 0 ? { status: 503, headers: { 'Retry-After': '20' } } : undefined,
    );
    assert.equal(await heldBy(loop), [
      'nothing, after 20 s',
      'nothing, after 40 s',
      'fhir.busy, after 60 s',
      'fhir.busy, after 80 s',
      'nothing, after 80 s',
    ]);
  }));

test('SIGTERM in the middle of a big feed ends the process cleanly, and the next one finishes', async () => {
  const folder = temporaryFolder();
  const feed = await createChangeFeedSandbox({ folder: temporaryFolder() });
  for (let n = 1; n <= 400; n++)
    feed.push(created(n, `${n % 40}.1.${n}`, { PatientID: `patient-no-${n % 20}` }));
  let requests = 0;
  const fhir = await createFhirSandbox({
    faults: () => {
      requests++;
      return { delayMs: 5 };
    },
  });
  const mappings = resolve(import.meta.dirname, '../mappings');
  const config = `
source: { type: change-feed, url: "${feed.url}" }
fhir: { url: "${fhir.url}" }
mappings: [${['patient', 'endpoint', 'imaging-study'].map((name) => join(mappings, `${name}.yaml`)).join(', ')}]
poll: { pageSize: 10 }
state: { type: sqlite, path: state.db }
`;
  writeFileSync(join(folder, 'config.yaml'), config);
  try {
    const first = startEngine(folder);
    while (requests < 32 && first.code() === undefined) await sleep(5);
    first.child.kill('SIGTERM');
    const told = performance.now();
    assert.is(await first.ended, 0, first.output());
    assert.ok(performance.now() - told < 5000, `it took ${performance.now() - told} ms`);
    const before = fhir.resources('ImagingStudy').flatMap(instancesOf).length;
    assert.ok(before > 0 && before < 400, `${before} of 400 instances were stored`);

    const second = startEngine(folder, '--once');
    assert.is(await second.ended, 0, second.output());
    const uids = fhir.resources('ImagingStudy').flatMap(instancesOf);
    assert.equal([uids.length, new Set(uids).size], [400, 400]);
    assert.equal([fhir.resources('ImagingStudy').length, fhir.resources('Patient').length], [40, 20]);
    assert.not.match(first.output() + second.output(), 'patient-no-');
  } finally {
    await fhir.close();
    await feed.close();
  }
});

interface RunningEngine {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  /** Undefined while it runs. */
  code(): number | null | undefined;
  output(): string;
}

function startEngine(folder: string, ...options: readonly string[]): RunningEngine {
  const main = resolve(import.meta.dirname, '../engine/cli/main.ts');
  const child = spawn(process.execPath, [main, 'run', '--config', 'config.yaml', ...options], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 30_000,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
  let code: number | null | undefined;
  const ended = new Promise<number | null>((done) => {
    child.once('close', (exit) => {
      code = exit;
      done(exit);
    });
  });
  return { child, ended, code: () => code, output: () => output };
}

function instancesOf(study: FhirResource): readonly string[] {
  const series = study['series'] as readonly { instance: readonly { uid: string }[] }[];
  return series.flatMap(({ instance }) => instance.map(({ uid }) => uid));
}

test.run();
