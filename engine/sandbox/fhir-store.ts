/**
 * Resources with their last versions and the search index, in one SQLite database. Everything is synchronous: what runs
 * inside `transaction` happens completely or not at all, and nobody sees a part of it.
 */
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import type { FhirResource } from '../fhir/resource.ts';
import type { IndexRows } from './fhir-index.ts';
import { parseJson } from './fhir-json.ts';

export interface StoredVersion {
  /** Row number of the resource: the order in which resources were made. */
  readonly number: number;
  readonly type: string;
  readonly id: string;
  readonly version: number;
  /** Milliseconds since 1970. */
  readonly updated: number;
  readonly method: 'POST' | 'PUT' | 'DELETE';
  /** The resource as JSON text; null for a deletion. */
  readonly body: string | null;
}

/** A condition on `resource r`, in SQL, with its bound values. */
export interface SqlCondition {
  readonly sql: string;
  readonly binds: readonly SQLInputValue[];
}

export interface FhirStore {
  /** Runs `work` in one BEGIN IMMEDIATE … COMMIT; any error rolls everything back and is thrown on. */
  transaction<Result>(work: () => Result): Result;
  /** The newest version, a deletion included; undefined when there never was one. */
  current(type: string, id: string): StoredVersion | undefined;
  version(type: string, id: string, version: number): StoredVersion | undefined;
  /** The kept versions, newest first. */
  history(type: string, id: string): readonly StoredVersion[];
  /** An id that no resource of the type has or had, new at each call: a counter, so a repeated run gives the same ids. */
  freeId(type: string): string;
  /** Writes the next version; `resource` carries id and meta already. Drops versions beyond the limit. */
  write(
    type: string,
    id: string,
    method: 'POST' | 'PUT',
    resource: FhirResource,
    updated: number,
    rows: IndexRows,
  ): void;
  /** Writes a deletion as the next version. */
  remove(type: string, id: string, updated: number): void;
  /** At most `limit` living resources that fulfil the condition, in `order` (SQL over `r`). */
  find(condition: SqlCondition, order: string, limit: number): readonly StoredVersion[];
  count(condition: SqlCondition): number;
  /** Living resources by type. */
  counts(): readonly (readonly [type: string, count: number])[];
  close(): void;
}

const SCHEMA_VERSION = 1;
const SCHEMA = `
  CREATE TABLE resource (
    number INTEGER PRIMARY KEY, type TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL,
    updated INTEGER NOT NULL, deleted INTEGER NOT NULL, UNIQUE (type, id));
  CREATE TABLE version (
    resource INTEGER NOT NULL, version INTEGER NOT NULL, updated INTEGER NOT NULL, method TEXT NOT NULL, body TEXT,
    UNIQUE (resource, version));
  CREATE TABLE token (
    type TEXT NOT NULL, parameter TEXT NOT NULL, value TEXT NOT NULL, space TEXT NOT NULL, resource INTEGER NOT NULL,
    PRIMARY KEY (type, parameter, value, space, resource)) WITHOUT ROWID;
  CREATE INDEX token_resource ON token (resource);
  CREATE TABLE moment (
    type TEXT NOT NULL, parameter TEXT NOT NULL, low INTEGER NOT NULL, high INTEGER NOT NULL, resource INTEGER NOT NULL,
    PRIMARY KEY (type, parameter, low, high, resource)) WITHOUT ROWID;
  CREATE INDEX moment_resource ON moment (resource);
  PRAGMA user_version = ${SCHEMA_VERSION};`;

const COLUMNS = 'r.number, r.type, r.id, v.version, v.updated, v.method, v.body';
const CURRENT = `SELECT ${COLUMNS} FROM resource r JOIN version v ON v.resource = r.number AND v.version = r.version`;

/**
 * Opens the database at `path` (`:memory:` keeps nothing) and keeps at most `historyLimit` versions of each resource.
 * Throws when the file was made by another version of the sandbox.
 */
export function createFhirStore(path: string, historyLimit: number): FhirStore {
  const database = openDatabase(path);
  const statements = new Map<string, StatementSync>();
  const prepare = (sql: string): StatementSync => {
    const known = statements.get(sql);
    if (known) return known;
    // Searches come in many shapes; old statements are dropped so that their number stays bounded.
    if (statements.size >= 200) statements.clear();
    const statement = database.prepare(sql);
    statements.set(sql, statement);
    return statement;
  };
  /** The last id given out inside a transaction that may not have been written yet. */
  let reserved = 0;
  const one = (sql: string, ...binds: SQLInputValue[]): StoredVersion | undefined =>
    prepare(sql).get(...binds) as StoredVersion | undefined;
  const run = (sql: string, ...binds: SQLInputValue[]): void => void prepare(sql).run(...binds);

  const advance = (
    type: string,
    id: string,
    method: StoredVersion['method'],
    body: string | null,
    updated: number,
  ): number => {
    const deleted = body === null ? 1 : 0;
    const row = (prepare(
      `UPDATE resource SET version = version + 1, updated = ?, deleted = ? WHERE type = ? AND id = ?
       RETURNING number, version`,
    ).get(updated, deleted, type, id) ??
      prepare(
        'INSERT INTO resource (type, id, version, updated, deleted) VALUES (?, ?, 1, ?, ?) RETURNING number, version',
      ).get(type, id, updated, deleted)) as { number: number; version: number };
    run('INSERT INTO version VALUES (?, ?, ?, ?, ?)', row.number, row.version, updated, method, body);
    run('DELETE FROM version WHERE resource = ? AND version <= ?', row.number, row.version - historyLimit);
    run('DELETE FROM token WHERE resource = ?', row.number);
    run('DELETE FROM moment WHERE resource = ?', row.number);
    return row.number;
  };

  return {
    transaction(work) {
      reserved = 0;
      database.exec('BEGIN IMMEDIATE');
      try {
        const result = work();
        database.exec('COMMIT');
        return result;
      } catch (error) {
        // SQLite may have rolled back by itself (disk full); a second ROLLBACK would hide the first error.
        if (database.isTransaction) database.exec('ROLLBACK');
        throw error;
      }
    },
    current: (type, id) => one(`${CURRENT} WHERE r.type = ? AND r.id = ?`, type, id),
    version: (type, id, version) =>
      one(
        `SELECT ${COLUMNS} FROM resource r JOIN version v ON v.resource = r.number
         WHERE r.type = ? AND r.id = ? AND v.version = ?`,
        type,
        id,
        version,
      ),
    history: (type, id) =>
      prepare(
        `SELECT ${COLUMNS} FROM resource r JOIN version v ON v.resource = r.number
         WHERE r.type = ? AND r.id = ? ORDER BY v.version DESC`,
      ).all(type, id) as unknown as readonly StoredVersion[],
    freeId(type) {
      const { last } = prepare('SELECT coalesce(max(number), 0) AS last FROM resource').get() as {
        last: number;
      };
      reserved = Math.max(last, reserved);
      do reserved += 1;
      while (one(`${CURRENT} WHERE r.type = ? AND r.id = ?`, type, String(reserved)));
      return String(reserved);
    },
    write(type, id, method, resource, updated, rows) {
      const number = advance(type, id, method, JSON.stringify(resource), updated);
      for (const [parameter, space, value] of rows.tokens) {
        run('INSERT OR IGNORE INTO token VALUES (?, ?, ?, ?, ?)', type, parameter, value, space, number);
      }
      for (const [parameter, low, high] of rows.moments) {
        run('INSERT OR IGNORE INTO moment VALUES (?, ?, ?, ?, ?)', type, parameter, low, high, number);
      }
    },
    remove: (type, id, updated) => void advance(type, id, 'DELETE', null, updated),
    find: (condition, order, limit) =>
      prepare(`${CURRENT} WHERE r.deleted = 0 AND ${condition.sql} ORDER BY ${order} LIMIT ?`).all(
        ...condition.binds,
        limit,
      ) as unknown as readonly StoredVersion[],
    count: (condition) =>
      (
        prepare(`SELECT count(*) AS n FROM resource r WHERE r.deleted = 0 AND ${condition.sql}`).get(
          ...condition.binds,
        ) as { n: number }
      ).n,
    counts: () =>
      (
        prepare(
          'SELECT type, count(*) AS n FROM resource WHERE deleted = 0 GROUP BY type ORDER BY type',
        ).all() as unknown as readonly { type: string; n: number }[]
      ).map(({ type, n }) => [type, n] as const),
    close: () => database.close(),
  };
}

function openDatabase(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: 5000 });
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
  const version = (database.prepare('PRAGMA user_version').get() as { user_version: number }).user_version;
  if (version === 0) {
    const tables = database.prepare('SELECT count(*) AS n FROM sqlite_schema').get() as { n: number };
    if (tables.n > 0) {
      database.close();
      throw unusable(`${path} is a database of something else; choose another file for the sandbox`);
    }
    database.exec(`BEGIN IMMEDIATE; ${SCHEMA} COMMIT;`);
  } else if (version !== SCHEMA_VERSION) {
    database.close();
    throw unusable(`${path} was made by another version of the sandbox; delete it to start afresh`);
  }
  return database;
}

/** Told apart from defects by its code. */
function unusable(message: string): Error {
  return Object.assign(new Error(message), { code: 'ERR_SANDBOX_FILE' });
}

/** The resource of a version that is not a deletion. */
export function resourceOf(version: StoredVersion): FhirResource & { readonly id: string } {
  return parseJson(version.body ?? 'null') as FhirResource & { readonly id: string };
}
