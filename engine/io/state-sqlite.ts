/**
 * The StateStore port on one SQLite file: positions and error rows go in, durable before `commit` returns, and one engine at
 * a time may write.
 */
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { EngineError } from '../errors.ts';
import type { CommitNews, FeedPosition, Held, Pause, SourceStatus, StateStore } from '../ports.ts';
import { createErrorTable } from './state-errors.ts';
import { isEmptyFile, judgeFile, KEPT_BY_SOURCE, upgradeFile } from './state-schema.ts';

export interface SqliteStateOptions {
  /** Reads beside a running engine; the file must be there. */
  readonly readOnly?: boolean;
}

/** How long another one's lock is waited for. */
const BUSY_MS = 5000;
/** `isStateInUse` looks at the lock for a moment; an engine that starts just then must not take it for another engine. */
const LOCK_MS = 250;
const SQLITE_BUSY = 5;

/**
 * Opens the state at `path` (`:memory:` for tests), made with its folder when missing, upgraded when it is older. Throws
 * state.unusable: a second engine on the same state, another kind of file, a newer version, a folder that cannot be written.
 */
export function openSqliteState(path: string, { readOnly = false }: SqliteStateOptions = {}): StateStore {
  const isFile = path !== ':memory:';
  return usable(path, () => {
    if (isFile && !readOnly) mkdirSync(dirname(path), { recursive: true });
    const lock = isFile && !readOnly ? takeLock(path) : undefined;
    let database: DatabaseSync | undefined;
    try {
      database = new DatabaseSync(path, { readOnly, timeout: BUSY_MS });
      const judgement = judgeFile(database);
      if (typeof judgement === 'object') throw unusable(path, judgement.why);
      if (readOnly && isEmptyFile(database)) throw unusable(path, 'it is empty');
      // FULL: a commit is on the disk when it returns, also after a power failure.
      if (!readOnly) database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
      if (judgement === 'outdated') {
        if (readOnly) openSqliteState(path).close();
        else upgradeFile(database);
      }
      return createStore(path, database, lock);
    } catch (error) {
      database?.close();
      lock?.close();
      throw error;
    }
  });
}

/** False where there is no state yet. Throws state.unusable where this user may not even look. */
export function isStateThere(path: string): boolean {
  return usable(path, () => {
    try {
      return statSync(path, { throwIfNoEntry: false }) !== undefined;
    } catch (error) {
      if ((error as { code?: unknown }).code === 'ENOTDIR') return false;
      throw unusable(path, `its folder may not be read (${String((error as { code?: unknown }).code)})`);
    }
  });
}

/** True while an engine, or a command that writes, has the state at `path` open. */
export function isStateInUse(path: string): boolean {
  const lock = lockPath(path);
  if (!existsSync(lock)) return false;
  const database = new DatabaseSync(lock, { readOnly: true });
  try {
    database.prepare('SELECT count(*) FROM sqlite_schema').get();
    return false;
  } catch (error) {
    return sqliteCode(error) === SQLITE_BUSY;
  } finally {
    database.close();
  }
}

function lockPath(path: string): string {
  return `${path}.lock`;
}

/**
 * A lock that the operating system gives back however the process ends: an exclusive transaction on a file of its own. The
 * state file itself stays open to readers.
 */
function takeLock(path: string): DatabaseSync {
  const lock = new DatabaseSync(lockPath(path), { timeout: LOCK_MS });
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock.close();
    if (sqliteCode(error) !== SQLITE_BUSY) throw error;
    throw unusable(path, 'another engine is running on it');
  }
}

function createStore(path: string, database: DatabaseSync, lock: DatabaseSync | undefined): StateStore {
  const errors = createErrorTable(database);
  const selectPosition = database.prepare('SELECT position FROM position WHERE source = ?');
  const upsertPosition = database.prepare(`
    INSERT INTO position (source, position, committed_at) VALUES (?, ?, ?)
    ON CONFLICT DO UPDATE SET position = excluded.position, committed_at = excluded.committed_at`);
  const selectSource = database.prepare('SELECT * FROM source WHERE source = ?');
  const upsertSource = database.prepare(`
    INSERT INTO source (source, at, plan, timestamp, newest_sequence, newest_timestamp, pause)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
    ON CONFLICT DO UPDATE SET at = ?2, plan = coalesce(?3, plan), timestamp = coalesce(?4, timestamp),
      newest_sequence = coalesce(?5, newest_sequence),
      newest_timestamp = iif(?5 IS NULL, newest_timestamp, ?6), pause = iif(?8, ?7, pause), held = iif(?9, NULL, held)`);
  // Told again and again by whoever waits: what says nothing new is not written.
  const upsertHeld = database.prepare(`
    INSERT INTO source (source, at, held)
    VALUES (?1, ?2, json_object('code', ?3, 'message', ?4, 'since', ?2))
    ON CONFLICT DO UPDATE SET
      held = json_object('code', ?3, 'message', ?4, 'since', coalesce(held ->> 'since', ?2))
    WHERE held IS NULL OR held ->> 'code' <> ?3 OR held ->> 'message' <> ?4`);

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

  function writeFacts(source: string, news: CommitNews, time: string, isFurther: boolean): void {
    const { plan, timestamp, newest, pause } = news;
    const facts = [plan, timestamp, newest?.sequence, newest?.timestamp].map((fact) => fact ?? null);
    const isPauseTold = pause === undefined ? 0 : 1;
    const pauseText = pause ? JSON.stringify(pause) : null;
    upsertSource.run(source, time, ...facts, pauseText, isPauseTold, isFurther ? 1 : 0);
  }

  return {
    position: (source) => usable(path, () => readPosition(path, selectPosition.get(source)?.['position'])),
    commit(source, position, rows, at, { through, ...facts } = {}) {
      const time = new Date(at).toISOString();
      usable(path, () =>
        transaction(() => {
          if (through) errors.close(source, through, time);
          for (const row of rows) errors.write(source, row, time);
          if (position) upsertPosition.run(source, JSON.stringify(position), time);
          const isFurther = position !== undefined;
          if (isFurther || Object.keys(facts).length > 0) writeFacts(source, facts, time, isFurther);
        }),
      );
    },
    hold(source, { code, message }, at) {
      usable(path, () => upsertHeld.run(source, new Date(at).toISOString(), code, message));
    },
    errors: (source, filter = {}) => usable(path, () => errors.rows(source, filter)),
    errorGroups: (source, filter = {}) => usable(path, () => errors.groups(source, filter)),
    status: (source) =>
      usable(path, () => {
        const position = readPosition(path, selectPosition.get(source)?.['position']);
        return { ...(position ? { position } : {}), ...readFacts(selectSource.get(source)) };
      }),
    rename(from, to) {
      usable(path, () =>
        transaction(() => {
          const isKnown = KEPT_BY_SOURCE.some((table) =>
            database.prepare(`SELECT 1 FROM ${table} WHERE source = ? LIMIT 1`).get(to),
          );
          if (isKnown) return;
          for (const table of KEPT_BY_SOURCE)
            database.prepare(`UPDATE ${table} SET source = ? WHERE source = ?`).run(to, from);
        }),
      );
    },
    close() {
      if (database.isOpen) database.close();
      if (lock?.isOpen) lock.close();
    },
  };
}

function readFacts(row: Readonly<Record<string, unknown>> | undefined): SourceStatus {
  const text = (name: string) => (typeof row?.[name] === 'string' ? row[name] : undefined);
  const [sequence, newestTimestamp] = [row?.['newest_sequence'], text('newest_timestamp')];
  const [pause, held] = [text('pause'), text('held')];
  const facts = {
    at: text('at'),
    plan: text('plan'),
    timestamp: text('timestamp'),
    newest:
      typeof sequence === 'number'
        ? { sequence, ...(newestTimestamp ? { timestamp: newestTimestamp } : {}) }
        : undefined,
    pause: pause === undefined ? undefined : (JSON.parse(pause) as Pause),
    held: held === undefined ? undefined : (JSON.parse(held) as Held),
  };
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
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
