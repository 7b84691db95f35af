/**
 * What a killed engine leaves beside the state file, the write-ahead log, cut anywhere or with wrong bytes in it: the state is
 * that of some earlier commit, rows and checkpoint together, and the engine reads again what came after it.
 */
import { copyFileSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openSqliteState } from '../../engine/io/state-sqlite.ts';
import { temporaryFolder } from '../support/temp.ts';
import { createRandom } from './random.ts';

const test = suite('write-ahead log');
const COMMITS = 12;

/** The files as they are while an engine has them open, after commits of which each has one row. */
function leftBehind(): { readonly database: string; readonly log: string } {
  const folder = temporaryFolder();
  const path = join(folder, 'state.db');
  const database = join(folder, 'killed.db');
  const state = openSqliteState(path);
  for (let sequence = 1; sequence <= COMMITS; sequence++) {
    const row = {
      kind: 'DicomFailToStore',
      code: 'dicom.missing-tag',
      sequence,
      message: 'is missing',
    } as const;
    state.commit('proof', { sequence }, [row], 0);
  }
  copyFileSync(path, database);
  copyFileSync(`${path}-wal`, `${database}-wal`);
  state.close();
  return { database, log: `${database}-wal` };
}

/** The checkpoint of a copy with this log; undefined before the first commit. Rows must be those of the checkpoint. */
function positionWith({ database, log }: ReturnType<typeof leftBehind>, harm: (log: string) => void): number {
  const copy = join(database, '../copy.db');
  for (const name of [copy, `${copy}-wal`, `${copy}-shm`, `${copy}.lock`]) rmSync(name, { force: true });
  copyFileSync(database, copy);
  copyFileSync(log, `${copy}-wal`);
  harm(`${copy}-wal`);
  const state = openSqliteState(copy);
  try {
    const position = state.position('proof')?.sequence ?? 0;
    const rows = state.errors('proof', { order: 'sequence' }).map(({ sequence }) => sequence);
    assert.equal(
      rows,
      Array.from({ length: position }, (_, index) => index + 1),
    );
    return position;
  } finally {
    state.close();
  }
}

test('whole: nothing is lost', () => {
  assert.is(
    positionWith(leftBehind(), () => undefined),
    COMMITS,
  );
});

test('cut anywhere: an earlier commit, whole', () => {
  const left = leftBehind();
  const size = statSync(left.log).size;
  const positions = new Set<number>();
  for (let length = 0; length < size; length += 4001)
    positions.add(positionWith(left, (log) => truncateSync(log, length)));
  assert.ok(positions.has(0) && positions.has(COMMITS - 1), [...positions].join());
  assert.ok(positions.size >= COMMITS, [...positions].join());
});

test('wrong bytes anywhere: the commits before them, whole', () => {
  const left = leftBehind();
  const random = createRandom(20);
  const size = statSync(left.log).size;
  let lost = 0;
  for (let round = 0; round < 40; round++) {
    const position = positionWith(left, (log) => {
      const bytes = readFileSync(log);
      const at = random.below(size);
      bytes.writeUInt8((bytes.readUInt8(at) + 1 + random.below(255)) % 256, at);
      writeFileSync(log, bytes);
    });
    if (position < COMMITS) lost++;
  }
  assert.ok(lost > 20, `${lost} of 40`);
});

test.run();
