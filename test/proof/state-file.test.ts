/**
 * The state file on a full disk, read-only, cut, of another version, of another program, in use: the real process refuses with
 * one clear error, and when the fault is gone it stores what it would have stored without it.
 */
import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { run } from '../../engine/cli/run.ts';
import { isEngineError } from '../../engine/errors.ts';
import { openSqliteState } from '../../engine/io/state-sqlite.ts';
import { createFhirSandbox, type FhirSandbox } from '../../engine/sandbox/fhir-server.ts';
import { canonical, created, deleted, metadataOf, updated } from '../support/loop.ts';
import { STATE_VERSION_1 } from '../support/state-version-1.ts';
import { temporaryFolder } from '../support/temp.ts';
import { fakeTerminal } from '../support/terminal.ts';
import { openFeed } from './crash.ts';
import { type Ended, type ProcessOptions, runToEnd, startEngine, writeConfig } from './engine-process.ts';
import { skipUnless, withTinyDisk } from './full-disk.ts';

const test = suite('state file');
const isRoot = process.getuid?.() === 0;
const NOBODY = 65_534;

/** Two studies; the third entry has no PatientID and gets a row, the last changes what the first made. */
const FIRST = [
  created(1, '1.1.1', { PatientID: 'one', StudyDescription: 'Thorax' }),
  created(2, '2.1.1', { PatientID: 'two' }),
  created(3, '2.1.2', {}),
];
const SECOND = [
  ...FIRST,
  updated(4, '1.1.1', { PatientID: 'one', StudyDescription: 'Abdomen' }),
  deleted(5, '2.1.1'),
  { ...created(6, '1.1.2'), metadata: metadataOf({ PatientID: 'one', Modality: 'MR' }) },
];

/** A service, a FHIR server, and a folder with a configuration. */
interface Place {
  readonly folder: string;
  readonly state: string;
  readonly fhir: FhirSandbox;
  /** From now on the feed shows these. */
  show(entries: readonly object[]): Promise<void>;
  /** The command in a process of its own. */
  start(options?: Partial<ProcessOptions>): Promise<Ended>;
  /** The same command in this process: what the file holds is all that matters. */
  run(): Promise<Pick<Ended, 'code' | 'err'>>;
}

async function withPlace(
  statePath: string | undefined,
  work: (place: Place) => Promise<void>,
): Promise<void> {
  const folder = temporaryFolder();
  const state = statePath ?? join(folder, 'state.db');
  const fhir = await createFhirSandbox();
  let feed: Awaited<ReturnType<typeof openFeed>> | undefined;
  let config = '';
  try {
    const place: Place = {
      folder,
      state,
      fhir,
      async show(entries) {
        await feed?.close();
        feed = await openFeed(entries);
        config = writeConfig(folder, { feed: feed.url, fhir: fhir.url, state });
      },
      start: (options = {}) => runToEnd({ cwd: folder, args: ['run', '--once', '-c', config], ...options }),
      async run() {
        const terminal = fakeTerminal(folder);
        const code = await run(terminal, { config, once: true });
        return { code, err: terminal.printed().err };
      },
    };
    await place.show(FIRST);
    await work(place);
  } finally {
    await feed?.close();
    await fhir.close();
  }
}

let calm: Promise<string> | undefined;

/** What an undisturbed engine stores of both looks, with the rows. */
function undisturbed(): Promise<string> {
  const result = async (): Promise<string> => {
    let stored = '';
    await withPlace(undefined, async (place) => {
      await succeeds(place);
      await place.show(SECOND);
      await succeeds(place);
      stored = storedIn(place);
    });
    return stored;
  };
  calm ??= result();
  return calm;
}

function storedIn({ fhir, state }: Place): string {
  const store = openSqliteState(state);
  const rows = store.errors('proof').map(({ sequence, code, attempts }) => `${sequence} ${code} ${attempts}`);
  const position = store.position('proof')?.sequence;
  store.close();
  return [canonical(fhir.resources()), ...rows, `read to ${position}`].join('\n');
}

async function succeeds(place: Place): Promise<void> {
  const { code, err } = await place.run();
  assert.is(code, 0, err);
}

/** Ends with exit code 1 and one error that names the state, says why and what to do. */
function refuses({ code, err }: Pick<Ended, 'code' | 'err'>, path: string, why: RegExp): void {
  const [first = '', second = ''] = err.split('\n').filter((line) => !line.startsWith('{'));
  assert.is(code, 1, err);
  assert.match(first, 'error[state.unusable]: ');
  assert.match(first, path);
  assert.match(first, why);
  assert.match(second, '= help: ');
}

/** The first look is stored, then the fault, then all is as if it had not been. */
async function survives(place: Place, fault: () => Promise<void> | void, mend: () => void): Promise<void> {
  await succeeds(place);
  await place.show(SECOND);
  await fault();
  mend();
  await succeeds(place);
  assert.is(storedIn(place), await undisturbed());
}

test('a second engine is refused; the first goes on; a lock does not outlive a killed engine', () =>
  withPlace(undefined, async (place) => {
    await succeeds(place);
    const first = startEngine({ cwd: place.folder, args: ['run'] });
    while (!first.err().includes('"event":"progress"')) await sleep(20);
    refuses(await place.start(), place.state, /another engine is running on it/);
    first.kill();
    assert.is((await first.ended).signal, 'SIGKILL');
    await place.show(SECOND);
    await succeeds(place);
    assert.is(storedIn(place), await undisturbed());
  }));

skipUnless(
  test,
  isRoot,
  'needs root to mount a small disk',
)('a full disk: at the start, and in the middle of a run', () =>
  withTinyDisk(async (disk) =>
    withPlace(join(disk.folder, 'state.db'), async (place) => {
      disk.fill();
      refuses(await place.start(), place.state, /full|I\/O/);
      disk.free();
      await survives(
        place,
        async () => {
          disk.fill();
          refuses(await place.start(), place.state, /full|I\/O/);
        },
        disk.free,
      );
    }),
  ),
);

test('no room for a longer file: at the start, and when the checkpoint is written', () =>
  withPlace(undefined, async (place) => {
    refuses(await place.start({ fileLimit: 1024 }), place.state, /full|I\/O/);
    let late = 0;
    for (let fileLimit = 16_384; ; fileLimit += 8192) {
      const before = place.fhir.requests().length;
      const ended = await place.start({ fileLimit });
      if (ended.code === 0) break;
      refuses(ended, place.state, /full|I\/O/);
      if (place.fhir.requests().length > before + 1) late++;
    }
    assert.ok(late > 0, 'no limit was met when the checkpoint was written');
    await succeeds(place);
    await place.show(SECOND);
    await succeeds(place);
    assert.is(storedIn(place), await undisturbed());
  }));

test('a folder and a file that may not be written', () =>
  withPlace(undefined, async (place) => {
    const folder = join(place.folder, 'guarded');
    mkdirSync(folder);
    // Root may write anywhere: the engine then runs as somebody who may not.
    const user = isRoot ? { uid: NOBODY } : {};
    for (const each of [place.folder, folder]) chmodSync(each, 0o755);
    await withPlaceIn(place, join(folder, 'state.db'), async (inside) => {
      if (isRoot) chownSync(folder, 0, 0);
      chmodSync(folder, 0o555);
      refuses(await inside.start(user), inside.state, /written|readonly|unable to open/);
      chmodSync(folder, 0o755);
      await survives(
        inside,
        async () => {
          for (const name of ['state.db', 'state.db.lock']) chmodSync(join(folder, name), 0o444);
          refuses(await inside.start(user), inside.state, /written|readonly|unable to open/);
        },
        () => {
          for (const name of ['state.db', 'state.db.lock']) chmodSync(join(folder, name), 0o644);
        },
      );
    });
  }));

/** The same servers, with the state elsewhere. */
async function withPlaceIn(
  place: Place,
  state: string,
  work: (place: Place) => Promise<void>,
): Promise<void> {
  const inside: Place = {
    ...place,
    state,
    async show(entries) {
      await place.show(entries);
      moveState(place.folder, place.state, state);
    },
  };
  moveState(place.folder, place.state, state);
  await work(inside);
}

function moveState(folder: string, from: string, to: string): void {
  const path = join(folder, 'dicomcast.config.yaml');
  writeFileSync(path, readFileSync(path, 'utf8').replaceAll(JSON.stringify(from), JSON.stringify(to)));
}

test('a file that is cut anywhere: refused, or read again from the start, never a gap', () =>
  withPlace(undefined, async (place) => {
    await succeeds(place);
    const whole = join(place.folder, 'whole.db');
    copyFileSync(place.state, whole);
    const size = statSync(whole).size;
    const cut = join(place.folder, 'cut.db');
    let refused = 0;
    for (let length = 0; length < size; length = length < 120 ? length + 7 : length + 509) {
      for (const name of [cut, `${cut}-wal`, `${cut}-shm`, `${cut}.lock`]) rmSync(name, { force: true });
      copyFileSync(whole, cut);
      truncateSync(cut, length);
      const found = tryState(cut);
      if (found === 'refused') refused++;
      else if (found.position === undefined) assert.is(found.rows, 0, `cut at ${length} of ${size} bytes`);
      // Only an index was cut: both tables are whole.
      else assert.equal(found, { position: 3, rows: 1 }, `cut at ${length} of ${size} bytes`);
    }
    assert.ok(refused > 20, `refused ${refused} times only`);
  }));

function tryState(
  path: string,
): 'refused' | { readonly position: number | undefined; readonly rows: number } {
  try {
    const state = openSqliteState(path);
    try {
      return { position: state.position('proof')?.sequence, rows: state.errors('proof').length };
    } finally {
      state.close();
    }
  } catch (error) {
    assert.ok(isEngineError(error, 'state.unusable'), String(error));
    return 'refused';
  }
}

test('a file that was cut while the engine was away: the process says so, and goes on with the old file', () =>
  withPlace(undefined, async (place) => {
    const kept = join(place.folder, 'kept.db');
    await survives(
      place,
      async () => {
        copyFileSync(place.state, kept);
        truncateSync(place.state, 6000);
        refuses(await place.start(), place.state, /malformed|not a database/);
      },
      () => copyFileSync(kept, place.state),
    );
  }));

test('an emptied file: everything is read again, and nothing is lost or doubled', () =>
  withPlace(undefined, async (place) => {
    await survives(
      place,
      () => truncateSync(place.state, 0),
      () => undefined,
    );
  }));

/** As the first version left it. */
const VERSION_1 = `
  ${STATE_VERSION_1}
  INSERT INTO position VALUES ('proof', '{"sequence":3}', '2026-11-20T00:00:00.000Z');
  INSERT INTO error (source, sequence, code, rule, kind, message, attempts, first_seen, last_seen)
    VALUES ('proof', 3, 'dicom.missing-tag', 'Patient.identifier', 'DicomFailToStore', 'is missing', 1,
      '2026-11-20T00:00:00.000Z', '2026-11-20T00:00:00.000Z');
`;

test('a file of the first version: the engine goes on behind it', () =>
  withPlace(undefined, async (place) => {
    await survives(
      place,
      () => {
        for (const suffix of ['', '-wal', '-shm']) rmSync(`${place.state}${suffix}`, { force: true });
        withDatabase(place.state, (database) => database.exec(VERSION_1));
      },
      () => undefined,
    );
  }));

test('a file of a newer version, of another program, no database at all, a folder', () =>
  withPlace(undefined, async (place) => {
    const kept = join(place.folder, 'kept.db');
    const faults: readonly (readonly [() => void, RegExp])[] = [
      [
        () => withDatabase(place.state, (database) => database.exec('PRAGMA user_version = 999')),
        /newer version \(schema 999\)/,
      ],
      [
        () => withDatabase(place.state, (database) => database.exec('PRAGMA application_id = 1')),
        /database of another program/,
      ],
      [() => writeFileSync(place.state, 'PatientName,PatientID\n'.repeat(400)), /not a database/],
      [
        () => {
          rmSync(place.state);
          mkdirSync(place.state);
        },
        /unable to open|directory/i,
      ],
    ];
    await survives(
      place,
      async () => {
        copyFileSync(place.state, kept);
        for (const [fault, why] of faults) {
          rmSync(place.state, { recursive: true, force: true });
          copyFileSync(kept, place.state);
          fault();
          refuses(await place.run(), place.state, why);
        }
      },
      () => {
        rmSync(place.state, { recursive: true, force: true });
        copyFileSync(kept, place.state);
      },
    );
  }));

function withDatabase(path: string, work: (database: DatabaseSync) => void): void {
  const database = new DatabaseSync(path);
  work(database);
  database.close();
}

test.run();
