/** The state file: positions and rows survive, one engine at a time, strangers' files are left alone. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { isStateInUse, isStateThere, openSqliteState } from '../../engine/io/state-sqlite.ts';
import type { ErrorFilter, ErrorRow } from '../../engine/ports.ts';
import { engineErrorOf } from '../support/engine-error.ts';
import { temporaryFolder } from '../support/temp.ts';

const test = suite('sqlite state');

const ROW: ErrorRow = {
  kind: 'InvalidDicomTag',
  code: 'dicom.invalid-tag',
  rule: 'Patient.gender',
  tag: 'PatientSex',
  sequence: 7,
  studyInstanceUid: '1',
  seriesInstanceUid: '1.1',
  sopInstanceUid: '1.1.1',
  message: 'PatientSex has no row in codes',
  timestamp: '2024-01-01T11:59:00+00:00',
  outcome: ['error/code-invalid'],
};
const NOON = Date.UTC(2024, 0, 1, 12);
const MINUTE = 60_000;

test('positions and rows survive closing; the folder is made', () => {
  const path = join(temporaryFolder(), 'a/b/state.db');
  const state = openSqliteState(path);
  assert.is(state.position('feed'), undefined);
  state.commit('feed', { sequence: 7, top: '2024-01-01T00:00:00.0000000Z' }, [ROW], NOON);
  state.commit('other', { sequence: 1 }, [], NOON);
  state.close();
  const again = openSqliteState(path);
  assert.equal(again.position('feed'), { sequence: 7, top: '2024-01-01T00:00:00.0000000Z' });
  assert.equal(again.position('other'), { sequence: 1 });
  assert.equal(again.errors(), [
    {
      ...ROW,
      id: 1,
      source: 'feed',
      attempts: 1,
      firstSeen: '2024-01-01T12:00:00.000Z',
      lastSeen: '2024-01-01T12:00:00.000Z',
    },
  ]);
  again.close();
  again.close();
});

test('a row seen again is counted, not doubled; other codes, rules and sources are other rows', () => {
  const state = openSqliteState(':memory:');
  state.commit('feed', { sequence: 7 }, [ROW], NOON);
  const { rule: _, tag: __, outcome: ___, ...plain } = ROW;
  state.commit('feed', undefined, [plain, { ...ROW, code: 'x' }, { ...ROW, sequence: 8 }], NOON + MINUTE);
  state.commit('other', undefined, [ROW], NOON + 2 * MINUTE);
  state.commit('feed', undefined, [{ ...ROW, message: 'newer' }, plain], NOON + 3 * MINUTE);
  assert.equal(
    state
      .errors('feed')
      .map(({ code, rule, sequence, attempts, message, firstSeen, lastSeen }) => [
        code,
        rule,
        sequence,
        attempts,
        message.slice(0, 5),
        firstSeen.slice(11, 16),
        lastSeen.slice(11, 16),
      ]),
    [
      ['x', 'Patient.gender', 7, 1, 'Patie', '12:01', '12:01'],
      ['dicom.invalid-tag', 'Patient.gender', 8, 1, 'Patie', '12:01', '12:01'],
      ['dicom.invalid-tag', 'Patient.gender', 7, 2, 'newer', '12:00', '12:03'],
      ['dicom.invalid-tag', undefined, 7, 2, 'Patie', '12:01', '12:03'],
    ],
  );
  assert.equal([state.errors('other').length, state.errors().length, state.errors('none').length], [1, 5, 0]);
  assert.equal(state.position('feed'), { sequence: 7 });
  state.close();
});

const SECOND_RULE = { ...ROW, rule: 'Patient.name', tag: 'PatientName' };
const FAILURE: ErrorRow = {
  kind: 'DicomFailToStore',
  code: 'dicom.missing-tag',
  sequence: 8,
  message: 'PatientID is required and has no value',
};

test('rows of an entry that comes through are closed, but for those that it has again; a row seen later is open again', () => {
  const state = openSqliteState(':memory:');
  const shown = () =>
    state
      .errors('feed', { order: 'sequence' })
      .map(({ sequence, rule, closedAt, closedAs }) =>
        [sequence, rule, closedAt?.slice(11, 16), closedAs].filter(Boolean).join(' '),
      );
  state.commit('feed', { sequence: 8 }, [ROW, SECOND_RULE, FAILURE], NOON);
  state.commit('other', undefined, [FAILURE], NOON);
  state.commit('feed', undefined, [SECOND_RULE], NOON + MINUTE, {
    through: new Map([
      [7, 'stored'],
      [9, 'stored'],
    ]),
  });
  assert.equal(shown(), ['7 Patient.gender 12:01 stored', '7 Patient.name', '8']);
  state.commit('feed', undefined, [], NOON + 2 * MINUTE, {
    through: new Map([
      [7, 'gone'],
      [8, 'overtaken'],
    ]),
  });
  assert.equal(shown(), ['7 Patient.gender 12:01 stored', '7 Patient.name 12:02 gone', '8 12:02 overtaken']);
  state.commit('feed', undefined, [FAILURE], NOON + 3 * MINUTE);
  assert.equal(shown(), ['7 Patient.gender 12:01 stored', '7 Patient.name 12:02 gone', '8']);
  assert.is(state.errors('other', { isOpen: true }).length, 1);
  state.close();
});

test('a retry is over when it is told; a failure for the same reason is not', () => {
  const state = openSqliteState(':memory:');
  const busy: ErrorRow = { kind: 'TransientRetry', code: 'fhir.busy', sequence: 3, message: 'busy' };
  state.commit('feed', { sequence: 3 }, [busy], NOON);
  assert.is(state.errors('feed', { isOpen: true }).length, 0);
  state.commit('feed', { sequence: 3 }, [busy, { ...busy, kind: 'TransientFailure' }], NOON);
  assert.equal(
    state.errors('feed', { isOpen: true }).map(({ kind, attempts }) => [kind, attempts]),
    [['TransientFailure', 3]],
  );
  state.close();
});

test('rows by id, code, rule, and by pages in the order of the feed; rows counted', () => {
  const state = openSqliteState(':memory:');
  state.commit('feed', { sequence: 9 }, [{ ...ROW, sequence: 9 }, FAILURE, SECOND_RULE, ROW], NOON);
  state.commit('feed', undefined, [], NOON + MINUTE, { through: new Map([[9, 'stored']]) });
  const found = (filter: ErrorFilter) =>
    state.errors('feed', filter).map(({ sequence, rule = '' }) => `${sequence} ${rule}`.trim());
  assert.equal(found({ ids: [2, 3, 99] }), ['8', '7 Patient.name']);
  assert.equal(found({ code: 'dicom.missing-tag' }), ['8']);
  assert.equal(found({ rule: 'Patient.gender', isOpen: true }), ['7 Patient.gender']);
  assert.equal(found({ order: 'sequence', limit: 2 }), ['7 Patient.name', '7 Patient.gender']);
  assert.equal(found({ order: 'sequence', after: 7 }), ['8', '9 Patient.gender']);
  const seen = { firstSeen: '2024-01-01T12:00:00.000Z', lastSeen: '2024-01-01T12:00:00.000Z' };
  const tag = { kind: 'InvalidDicomTag', code: 'dicom.invalid-tag' };
  assert.equal(state.errorGroups('feed'), [
    { ...tag, rule: 'Patient.gender', rows: 2, open: 1, ...seen, ids: [1, 4] },
    { ...tag, rule: 'Patient.name', rows: 1, open: 1, ...seen, ids: [3] },
    { kind: 'DicomFailToStore', code: 'dicom.missing-tag', rows: 1, open: 1, ...seen, ids: [2] },
  ]);
  assert.equal(
    state.errorGroups('feed', { isOpen: true, rule: 'Patient.gender' }).map(({ rows, ids }) => [rows, ids]),
    [[1, [4]]],
  );
  state.close();
});

test('what is kept of a source is kept under its new name, and stays apart from what that name had', () => {
  const state = openSqliteState(':memory:');
  state.commit('http://a', { sequence: 7 }, [ROW], NOON, { plan: 'p' });
  state.commit('b', undefined, [ROW], NOON);
  state.rename('http://none', 'none');
  state.rename('http://a', 'a');
  state.rename('a', 'b');
  assert.equal(
    ['http://a', 'a', 'b', 'none'].map((source) => [
      state.position(source)?.sequence,
      state.errors(source).length,
      state.status(source).plan,
    ]),
    [
      [undefined, 0, undefined],
      [7, 1, 'p'],
      [undefined, 1, undefined],
      [undefined, 0, undefined],
    ],
  );
  state.close();
});

test('of a time that is none, nothing is kept', () => {
  const state = openSqliteState(':memory:');
  state.commit('feed', undefined, [{ ...ROW, timestamp: 'Zebra^Anna' }], NOON);
  assert.is(state.errors()[0]?.timestamp, undefined);
  state.close();
});

test('what is told beside the position stays until it is told anew', () => {
  const state = openSqliteState(':memory:');
  assert.equal(state.status('feed'), {});
  const pause = { code: 'x', rule: 'A.b', failed: 16, of: 20, plan: 'p1', since: '2024-01-01T12:00:00.000Z' };
  state.commit('feed', { sequence: 7 }, [], NOON, {
    plan: 'p1',
    timestamp: '2024-01-01T11:00:00Z',
    newest: { sequence: 90, timestamp: '2024-01-01T11:30:00Z' },
    pause,
  });
  state.commit('feed', { sequence: 8 }, [], NOON + MINUTE, { newest: { sequence: 91 } });
  state.commit('feed', undefined, [ROW], NOON + 2 * MINUTE);
  assert.equal(state.status('feed'), {
    position: { sequence: 8 },
    at: '2024-01-01T12:01:00.000Z',
    plan: 'p1',
    timestamp: '2024-01-01T11:00:00Z',
    newest: { sequence: 91 },
    pause,
  });
  state.commit('feed', undefined, [], NOON + 3 * MINUTE, { pause: null });
  assert.is(state.status('feed').pause, undefined);
  state.close();
});

test('what holds a source up: the newest reason since the first, until the source comes further', () => {
  const state = openSqliteState(':memory:');
  const held = (): unknown => state.status('feed').held;
  state.hold('feed', { code: 'feed.unreachable', message: 'no answer' }, NOON);
  assert.equal(state.status('feed'), {
    at: '2024-01-01T12:00:00.000Z',
    held: { code: 'feed.unreachable', message: 'no answer', since: '2024-01-01T12:00:00.000Z' },
  });
  state.commit('feed', { sequence: 7 }, [], NOON + MINUTE, { plan: 'p1' });
  assert.is(held(), undefined);
  state.hold('feed', { code: 'feed.unreachable', message: 'no answer' }, NOON + 2 * MINUTE);
  state.hold('feed', { code: 'feed.unauthorized', message: 'answered 401' }, NOON + 3 * MINUTE);
  state.hold('feed', { code: 'feed.unauthorized', message: 'answered 401' }, NOON + 4 * MINUTE);
  const expected = { code: 'feed.unauthorized', message: 'answered 401', since: '2024-01-01T12:02:00.000Z' };
  assert.equal(state.status('feed'), {
    position: { sequence: 7 },
    at: '2024-01-01T12:01:00.000Z',
    plan: 'p1',
    held: expected,
  });
  // Rows that a retry writes, and a pause that is ended, bring the source no further.
  state.commit('feed', undefined, [ROW], NOON + 5 * MINUTE, { pause: null });
  assert.equal(held(), expected);
  state.rename('feed', 'north');
  assert.equal([held(), state.status('north').held], [undefined, expected]);
  state.commit('north', { sequence: 7 }, [], NOON + 6 * MINUTE);
  assert.is(state.status('north').held, undefined);
  state.close();
});

test('rows and position come together or not at all', async () => {
  const state = openSqliteState(':memory:');
  state.commit('feed', { sequence: 1 }, [], NOON);
  const bad = { ...ROW, message: { not: 'text' } as unknown as string };
  const error = await engineErrorOf(() => state.commit('feed', { sequence: 2 }, [ROW, bad], NOON));
  assert.is(error.code, 'state.unusable');
  assert.equal([state.position('feed'), state.errors()], [{ sequence: 1 }, []]);
  state.commit('feed', { sequence: 3 }, [ROW], NOON);
  assert.equal(state.position('feed'), { sequence: 3 });
  state.close();
});

test('whether an engine runs can be seen without getting in its way', () => {
  const path = join(temporaryFolder(), 'state.db');
  assert.is(isStateInUse(path), false);
  const state = openSqliteState(path);
  assert.is(isStateInUse(path), true);
  state.commit('feed', { sequence: 1 }, [ROW], NOON);
  state.close();
  assert.is(isStateInUse(path), false);
  openSqliteState(path).close();
});

test('a second engine is refused, readers are not', async () => {
  const path = join(temporaryFolder(), 'state.db');
  const state = openSqliteState(path);
  state.commit('feed', { sequence: 1 }, [ROW], NOON);
  const error = await engineErrorOf(() => openSqliteState(path));
  assert.equal(
    [error.code, error.message],
    ['state.unusable', `the state ${path} cannot be used: another engine is running on it`],
  );
  const reader = openSqliteState(path, { readOnly: true });
  assert.equal([reader.position('feed'), reader.errors().length], [{ sequence: 1 }, 1]);
  state.commit('feed', { sequence: 2 }, [], NOON);
  assert.equal(reader.position('feed'), { sequence: 2 });
  assert.is(
    (await engineErrorOf(() => reader.commit('feed', { sequence: 9 }, [], NOON))).code,
    'state.unusable',
  );
  state.close();
  assert.equal(reader.position('feed'), { sequence: 2 });
  reader.close();
  openSqliteState(path).close();
});

test('an engine that was killed leaves what it committed, and no lock', async () => {
  const path = join(temporaryFolder(), 'state.db');
  const module = new URL('../../engine/io/state-sqlite.ts', import.meta.url).href;
  const script = `
    const { openSqliteState } = await import(${JSON.stringify(module)});
    const state = openSqliteState(${JSON.stringify(path)});
    const row = ${JSON.stringify(ROW)};
    for (let sequence = 1; ; sequence++) {
      state.commit('feed', { sequence }, [{ ...row, sequence }], ${NOON});
      if (sequence === 20) process.stdout.write('ready');
    }`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const guard = setTimeout(() => child.kill('SIGKILL'), 20_000);
  await once(child.stdout, 'data');
  assert.is((await engineErrorOf(() => openSqliteState(path))).code, 'state.unusable');
  child.kill('SIGKILL');
  await once(child, 'exit');
  clearTimeout(guard);
  const state = openSqliteState(path);
  const sequence = state.position('feed')?.sequence ?? 0;
  assert.ok(sequence >= 20);
  assert.equal(
    state.errors().map((row) => row.sequence),
    Array.from({ length: sequence }, (_, index) => index + 1),
  );
  state.close();
});

test('a state that this user cannot look at is not one that is not there yet', async () => {
  const folder = temporaryFolder();
  assert.equal([isStateThere(folder), isStateThere(join(folder, 'none/state.db'))], [true, false]);
  symlinkSync('loop', join(folder, 'loop'));
  const error = await engineErrorOf(() => isStateThere(join(folder, 'loop/state.db')));
  assert.match(error.message, /\/loop\/state\.db cannot be used: its folder may not be read \(ELOOP\)$/);
});

test('reading needs a state that is there', async () => {
  const path = join(temporaryFolder(), 'none.db');
  assert.is((await engineErrorOf(() => openSqliteState(path, { readOnly: true }))).code, 'state.unusable');
  assert.is(existsSync(path), false);
});

test('a folder that cannot be made', async () => {
  const file = join(temporaryFolder(), 'file');
  writeFileSync(file, '');
  const error = await engineErrorOf(() => openSqliteState(join(file, 'state.db')));
  assert.is(error.code, 'state.unusable');
  assert.match(error.message, file);
});

test('a position that cannot be read stops the engine, it never restarts the feed', async () => {
  const path = join(temporaryFolder(), 'state.db');
  const state = openSqliteState(path);
  state.commit('feed', { sequence: 5 }, [], NOON);
  state.close();
  for (const position of ['{"sequence":"5"}', 'null', '{', '']) {
    const database = new DatabaseSync(path);
    database.prepare('UPDATE position SET position = ?').run(position);
    database.close();
    const again = openSqliteState(path);
    const error = await engineErrorOf(() => again.position('feed'));
    assert.is(error.message, `the state ${path} cannot be used: the stored position cannot be read`);
    again.close();
  }
});

test.run();
