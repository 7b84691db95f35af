/**
 * The StateStore port on one SQLite file: positions and error rows go in, durable before `commit` returns, and one engine at
 * a time may write.
 */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { EngineError, type ErrorKind } from '../errors.ts';
import type { ErrorRow, FeedPosition, StateStore, StoredErrorRow } from '../ports.ts';

export interface SqliteStateOptions {
  /** Reads beside a running engine; the file must be there. */
  readonly readOnly?: boolean;
}

export interface SqliteState extends StateStore {
  /** Removes error rows, by id: after a retry has stored their entries. */
  forget(ids: readonly number[]): void;
}

/** `DCST`: marks the file as one of ours (SQLite file format, offset 68). */
const APPLICATION_ID = 0x44435354;
const SCHEMA_VERSION = 1;
const SCHEMA = `
  CREATE TABLE position (source TEXT PRIMARY KEY, position TEXT NOT NULL, committed_at TEXT NOT NULL) STRICT;
  CREATE TABLE error (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    source TEXT NOT NULL, sequence INTEGER NOT NULL, code TEXT NOT NULL, rule TEXT NOT NULL,
    kind TEXT NOT NULL, tag TEXT, study_uid TEXT, series_uid TEXT, sop_uid TEXT,
    message TEXT NOT NULL, outcome TEXT,
    attempts INTEGER NOT NULL, first_seen TEXT NOT NULL, last_seen TEXT NOT NULL,
    UNIQUE (source, sequence, code, rule)
  ) STRICT;
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${SCHEMA_VERSION};
`;
/** How long a reader's lock is waited for. */
const BUSY_MS = 5000;

/**
 * Opens the state at `path` (`:memory:` for tests), made with its folder when missing. Throws state.unusable: a second engine
 * on the same state, another kind of file, a newer version, a folder that cannot be written.
 */
export function openSqliteState(path: string, { readOnly = false }: SqliteStateOptions = {}): SqliteState {
  const isFile = path !== ':memory:';
  return usable(path, () => {
    if (isFile && !readOnly) mkdirSync(dirname(path), { recursive: true });
    const lock = isFile && !readOnly ? takeLock(path) : undefined;
    let database: DatabaseSync | undefined;
    try {
      database = new DatabaseSync(path, { readOnly, timeout: BUSY_MS });
      prepareFile(path, database, readOnly);
      return createStore(path, database, lock);
    } catch (error) {
      database?.close();
      lock?.close();
      throw error;
    }
  });
}

/**
 * A lock that the operating system gives back however the process ends: an exclusive transaction on a file of its own. The
 * state file itself stays open to readers.
 */
function takeLock(path: string): DatabaseSync {
  const lock = new DatabaseSync(`${path}.lock`);
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock.close();
    const SQLITE_BUSY = 5;
    if (sqliteCode(error) !== SQLITE_BUSY) throw error;
    throw unusable(path, 'another engine is running on it');
  }
}

function prepareFile(path: string, database: DatabaseSync, readOnly: boolean): void {
  const applicationId = pragma(database, 'application_id');
  const version = pragma(database, 'user_version');
  const isNew = applicationId === 0 && version === 0 && countTables(database) === 0;
  if (!isNew && applicationId !== APPLICATION_ID) throw unusable(path, 'it is a database of another program');
  if (isNew && readOnly) throw unusable(path, 'it is empty');
  if (version > SCHEMA_VERSION) throw unusable(path, `it was written by a newer version (schema ${version})`);
  if (readOnly) return;
  // FULL: a commit is on the disk when it returns, also after a power failure.
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  if (isNew) database.exec(`BEGIN IMMEDIATE; ${SCHEMA} COMMIT`);
}

function pragma(database: DatabaseSync, name: string): number {
  return Number(database.prepare(`PRAGMA ${name}`).get()?.[name]);
}

function countTables(database: DatabaseSync): number {
  return Number(database.prepare('SELECT count(*) AS count FROM sqlite_schema').get()?.['count']);
}

function createStore(path: string, database: DatabaseSync, lock: DatabaseSync | undefined): SqliteState {
  const selectPosition = database.prepare('SELECT position FROM position WHERE source = ?');
  const upsertPosition = database.prepare(`
    INSERT INTO position (source, position, committed_at) VALUES (?, ?, ?)
    ON CONFLICT DO UPDATE SET position = excluded.position, committed_at = excluded.committed_at`);
  const upsertError = database.prepare(`
    INSERT INTO error (source, sequence, code, rule, kind, tag, study_uid, series_uid, sop_uid, message, outcome,
      attempts, first_seen, last_seen)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?)
    ON CONFLICT DO UPDATE SET kind = excluded.kind, tag = excluded.tag, study_uid = excluded.study_uid,
      series_uid = excluded.series_uid, sop_uid = excluded.sop_uid, message = excluded.message,
      outcome = excluded.outcome, attempts = attempts + 1, last_seen = excluded.last_seen`);
  const selectErrors = database.prepare(
    'SELECT * FROM error WHERE ?1 IS NULL OR source = ?1 ORDER BY last_seen, id',
  );
  const deleteError = database.prepare('DELETE FROM error WHERE id = ?');

  function transaction(work: () => void): void {
    database.exec('BEGIN IMMEDIATE');
    try {
      work();
      database.exec('COMMIT');
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  }

  return {
    position: (source) => usable(path, () => readPosition(path, selectPosition.get(source)?.['position'])),
    commit(source, position, rows, at) {
      const time = new Date(at).toISOString();
      usable(path, () =>
        transaction(() => {
          for (const row of rows) upsertError.run(...columnsOf(source, row), time, time);
          if (position) upsertPosition.run(source, JSON.stringify(position), time);
        }),
      );
    },
    errors: (source) => usable(path, () => selectErrors.all(source ?? null).map(readRow)),
    forget(ids) {
      usable(path, () =>
        transaction(() => {
          for (const id of ids) deleteError.run(id);
        }),
      );
    },
    close() {
      if (database.isOpen) database.close();
      if (lock?.isOpen) lock.close();
    },
  };
}

function columnsOf(source: string, row: ErrorRow): (string | number | null)[] {
  const { sequence, code, rule = '', kind, tag, message, outcome } = row;
  const uids = [row.studyInstanceUid, row.seriesInstanceUid, row.sopInstanceUid].map((uid) => uid ?? null);
  const outcomeText = outcome === undefined ? null : JSON.stringify(outcome);
  return [source, sequence, code, rule, kind, tag ?? null, ...uids, message, outcomeText];
}

function readRow(row: Readonly<Record<string, unknown>>): StoredErrorRow {
  const text = (name: string) => (typeof row[name] === 'string' ? row[name] : undefined);
  const optional = {
    rule: text('rule') || undefined,
    tag: text('tag'),
    studyInstanceUid: text('study_uid'),
    seriesInstanceUid: text('series_uid'),
    sopInstanceUid: text('sop_uid'),
    outcome:
      text('outcome') === undefined ? undefined : (JSON.parse(text('outcome') ?? '[]') as readonly string[]),
  };
  return {
    id: Number(row['id']),
    source: text('source') ?? '',
    kind: text('kind') as ErrorKind,
    code: text('code') ?? '',
    sequence: Number(row['sequence']),
    message: text('message') ?? '',
    attempts: Number(row['attempts']),
    firstSeen: text('first_seen') ?? '',
    lastSeen: text('last_seen') ?? '',
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
  };
}

/** A position that cannot be read must not look like a feed that was never read. */
function readPosition(path: string, text: unknown): FeedPosition | undefined {
  if (text === undefined) return undefined;
  try {
    const position: unknown = JSON.parse(String(text));
    if (typeof position === 'object' && position !== null && 'sequence' in position) {
      if (Number.isSafeInteger(position.sequence)) return position as FeedPosition;
    }
  } catch {
    // Told below.
  }
  throw unusable(path, 'the stored position cannot be read');
}

function usable<Result>(path: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (error instanceof EngineError) throw error;
    throw unusable(path, reasonOf(error));
  }
}

function unusable(path: string, why: string): EngineError {
  return new EngineError('state.unusable', `the state ${path} cannot be used: ${why}`);
}

function sqliteCode(error: unknown): number | undefined {
  return error instanceof Error && 'errcode' in error ? Number(error.errcode) : undefined;
}

/** SQLite's own sentences name no values; anything else is told by its code. */
function reasonOf(error: unknown): string {
  if (sqliteCode(error) !== undefined) return (error as Error).message;
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
  return code === 'EACCES' || code === 'EPERM' || code === 'EROFS'
    ? `its folder may not be written (${code})`
    : code;
}
