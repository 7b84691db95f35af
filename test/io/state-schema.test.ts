/** What the state file looks like: files of earlier versions are upgraded, files of others and of later versions left alone. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openSqliteState } from '../../engine/io/state-sqlite.ts';
import { engineErrorOf } from '../support/engine-error.ts';
import { STATE_VERSION_1 } from '../support/state-version-1.ts';
import { temporaryFolder } from '../support/temp.ts';

const test = suite('state schema');
const NOON = Date.UTC(2024, 0, 1, 12);

/** As earlier versions left it. */
const VERSION_1 = `
  ${STATE_VERSION_1}
  INSERT INTO position VALUES ('feed', '{"sequence":7}', '2024-01-01T12:00:00.000Z');
  INSERT INTO error VALUES
    (1, 'feed', 7, 'dicom.missing-tag', 'Patient.identifier', 'DicomFailToStore', 'PatientID', '1', '1.1', '1.1.1',
     'PatientID is required and has no value', NULL, 2, '2024-01-01T12:00:00.000Z', '2024-01-01T12:01:00.000Z'),
    (2, 'feed', 7, 'fhir.busy', '', 'TransientRetry', NULL, '1', '1.1', '1.1.1',
     'busy', NULL, 1, '2024-01-01T12:00:00.000Z', '2024-01-01T12:00:00.000Z');
`;

const VERSION_2 = `
  ALTER TABLE error ADD COLUMN timestamp TEXT;
  ALTER TABLE error ADD COLUMN closed_at TEXT;
  ALTER TABLE error ADD COLUMN closed_as TEXT;
  CREATE TABLE source (
    source TEXT PRIMARY KEY, at TEXT NOT NULL, plan TEXT, timestamp TEXT,
    newest_sequence INTEGER, newest_timestamp TEXT, pause TEXT
  ) STRICT;
  INSERT INTO source VALUES ('feed', '2024-01-01T12:00:00.000Z', 'p1', NULL, 9, NULL, NULL);
  PRAGMA user_version = 2;
`;

test('a state without a place for what holds a source up gets one, and keeps what it has', () => {
  for (const readOnly of [false, true]) {
    const path = join(temporaryFolder(), 'state.db');
    const old = new DatabaseSync(path);
    old.exec(VERSION_1 + VERSION_2);
    old.close();
    const before = openSqliteState(path, { readOnly });
    const known = {
      position: { sequence: 7 },
      at: '2024-01-01T12:00:00.000Z',
      plan: 'p1',
      newest: { sequence: 9 },
    };
    assert.equal(before.status('feed'), known);
    before.close();
    const state = openSqliteState(path);
    state.hold('feed', { code: 'feed.unreachable', message: 'no answer' }, NOON);
    const held = { code: 'feed.unreachable', message: 'no answer', since: '2024-01-01T12:00:00.000Z' };
    assert.equal(state.status('feed'), { ...known, held });
    state.close();
  }
});

test('a state of the first version is upgraded, by an engine or by a reader, and nothing is lost', () => {
  for (const readOnly of [false, true]) {
    const path = join(temporaryFolder(), 'state.db');
    const old = new DatabaseSync(path);
    old.exec(VERSION_1);
    old.close();
    const state = openSqliteState(path, { readOnly });
    assert.equal(state.status('feed'), { position: { sequence: 7 } });
    assert.equal(
      state.errors().map(({ id, attempts, lastSeen, closedAs }) => [id, attempts, lastSeen, closedAs]),
      [
        [2, 1, '2024-01-01T12:00:00.000Z', 'stored'],
        [1, 2, '2024-01-01T12:01:00.000Z', undefined],
      ],
    );
    state.close();
  }
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
  later.exec('PRAGMA user_version = 4');
  later.close();
  for (const [path, why] of [
    [text, 'file is not a database'],
    [foreign, 'it is a database of another program'],
    [newer, 'it was written by a newer version (schema 4)'],
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

test.run();
