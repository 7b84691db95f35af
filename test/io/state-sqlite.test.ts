/** The state file: positions and rows survive, one engine at a time, strangers' files are left alone. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openSqliteState } from '../../engine/io/state-sqlite.ts';
import type { ErrorRow } from '../../engine/ports.ts';
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
  state.forget([1, 99]);
  assert.is(state.errors().length, 4);
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

test('files of others are refused and stay as they are', async () => {
  const folder = temporaryFolder();
  const text = join(folder, 'text.db');
  writeFileSync(text, 'these are notes, not a database; do not overwrite them '.repeat(20));
  const foreign = join(folder, 'foreign.db');
  const database = new DatabaseSync(foreign);
  database.exec('CREATE TABLE theirs (a)');
  database.close();
  const newer = join(folder, 'newer.db');
  openSqliteState(newer).close();
  const later = new DatabaseSync(newer);
  later.exec('PRAGMA user_version = 2');
  later.close();
  for (const [path, why] of [
    [text, 'file is not a database'],
    [foreign, 'it is a database of another program'],
    [newer, 'it was written by a newer version (schema 2)'],
  ] as const) {
    const before = readFileSync(path);
    for (const readOnly of [false, true]) {
      const error = await engineErrorOf(() => openSqliteState(path, { readOnly }));
      assert.equal(
        [error.code, error.message],
        ['state.unusable', `the state ${path} cannot be used: ${why}`],
      );
    }
    assert.ok(readFileSync(path).equals(before));
  }
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
