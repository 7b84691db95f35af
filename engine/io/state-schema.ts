/**
 * What the state file looks like: a database comes in, it is recognised as one of ours, made when empty, and brought up to
 * this version when it is older; or the reason why not goes out.
 */
import type { DatabaseSync } from 'node:sqlite';

/** `DCST`: marks the file as one of ours (SQLite file format, offset 68). */
const APPLICATION_ID = 0x44435354;

/** One step for each version: the first makes the file, each further one changes what the one before left. */
const STEPS = [
  `CREATE TABLE position (source TEXT PRIMARY KEY, position TEXT NOT NULL, committed_at TEXT NOT NULL) STRICT;
   CREATE TABLE error (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     source TEXT NOT NULL, sequence INTEGER NOT NULL, code TEXT NOT NULL, rule TEXT NOT NULL,
     kind TEXT NOT NULL, tag TEXT, study_uid TEXT, series_uid TEXT, sop_uid TEXT,
     message TEXT NOT NULL, outcome TEXT,
     attempts INTEGER NOT NULL, first_seen TEXT NOT NULL, last_seen TEXT NOT NULL,
     UNIQUE (source, sequence, code, rule)
   ) STRICT;
   PRAGMA application_id = ${APPLICATION_ID};`,
  `ALTER TABLE error ADD COLUMN timestamp TEXT;
   ALTER TABLE error ADD COLUMN closed_at TEXT;
   ALTER TABLE error ADD COLUMN closed_as TEXT;
   UPDATE error SET closed_at = last_seen, closed_as = 'stored' WHERE kind = 'TransientRetry';
   CREATE TABLE source (
     source TEXT PRIMARY KEY, at TEXT NOT NULL, plan TEXT, timestamp TEXT,
     newest_sequence INTEGER, newest_timestamp TEXT, pause TEXT
   ) STRICT;`,
  'ALTER TABLE source ADD COLUMN held TEXT;',
] as const;

/** Tables with a column `source`. */
export const KEPT_BY_SOURCE = ['position', 'error', 'source'] as const;

/** `outdated`: it is read by a version of its own time, or after an upgrade. */
export type FileState = 'ready' | 'outdated' | { readonly why: string };

/** What the file is; a file without anything in it counts as outdated. */
export function judgeFile(database: DatabaseSync): FileState {
  const version = pragma(database, 'user_version');
  const applicationId = pragma(database, 'application_id');
  const isNew = applicationId === 0 && version === 0 && countTables(database) === 0;
  if (!isNew && applicationId !== APPLICATION_ID) return { why: 'it is a database of another program' };
  if (version > STEPS.length) return { why: `it was written by a newer version (schema ${version})` };
  return version < STEPS.length ? 'outdated' : 'ready';
}

/** Makes or upgrades the file, in one transaction. */
export function upgradeFile(database: DatabaseSync): void {
  const version = pragma(database, 'user_version');
  const steps = STEPS.slice(version).join('\n');
  database.exec(`BEGIN IMMEDIATE; ${steps} PRAGMA user_version = ${STEPS.length}; COMMIT`);
}

/** True for a file that nothing was written to. */
export function isEmptyFile(database: DatabaseSync): boolean {
  return pragma(database, 'user_version') === 0 && countTables(database) === 0;
}

function pragma(database: DatabaseSync, name: string): number {
  return Number(database.prepare(`PRAGMA ${name}`).get()?.[name]);
}

function countTables(database: DatabaseSync): number {
  return Number(database.prepare('SELECT count(*) AS count FROM sqlite_schema').get()?.['count']);
}
