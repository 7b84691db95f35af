/**
 * What the sandbox knows of a folder: its files, the instances they hold, and the change feed that grew from them, in
 * SQLite. Contents of files come in; entries go out as JSON text, with the state that they have at the time of asking.
 */
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';

export interface InstanceUids {
  readonly studyInstanceUid?: string;
  readonly seriesInstanceUid?: string;
  readonly sopInstanceUid?: string;
}

/** What is known of a file without reading it, and what it held when it was last read. */
export interface FileMark {
  readonly stat: string;
  readonly hash: string;
}

/** What a file holds: an instance with all its UIDs, or less than that. */
export interface FileContent extends FileMark {
  readonly uids: InstanceUids;
  /** JSON text of the dataset; undefined where none could be read. */
  readonly metadata: string | undefined;
}

/** How many instances were made, changed and taken away. */
export interface FeedChanges {
  readonly created: number;
  readonly updated: number;
  readonly deleted: number;
}

export interface FeedWindow {
  /** Sequences above this one and up to the other (v1). */
  readonly after?: bigint;
  readonly upTo?: bigint;
  /** Milliseconds since 1970, inclusive and exclusive (v2). */
  readonly from?: number;
  readonly before?: number;
  readonly order: 'sequence' | 'time';
  readonly descending?: boolean;
  readonly skip?: bigint;
  readonly limit: number;
  readonly includeMetadata: boolean;
}

export interface ChangeFeedStore {
  /** Opens a scan; files that it does not see are gone when it ends. */
  startScan(): void;
  /** What is known of this file, which the scan has now seen: it will not be forgotten at the end. */
  see(path: string): FileMark | undefined;
  /** The file was touched, but holds what it held. */
  touch(path: string, stat: string): void;
  /** The file is new or holds something else; entries follow from that. */
  put(path: string, content: FileContent): FeedChanges;
  /** Forgets files that the scan did not see. */
  endScan(): FeedChanges;
  /** Adds an entry as it stands: an object, or text that need not be JSON. */
  push(entry: unknown): void;
  /** JSON texts of entries. */
  entries(window: FeedWindow): readonly string[];
  close(): void;
}

/**
 * An instance (its three UIDs) has the content of the last file, in order of path, that carries them. `shown` is the hash
 * of what the feed last announced; `path` is null when the instance is gone. Sequences are never used twice.
 */
const SCHEMA = `
  create table if not exists instance (
    id integer primary key, study text not null, series text not null, sop text not null,
    path text, shown text, latest integer, unique (study, series, sop)
  ) strict;
  create table if not exists file (
    path text primary key, stat text not null, hash text not null, instance integer references instance,
    metadata text
  ) strict;
  create index if not exists file_instance on file (instance, path);
  create table if not exists entry (
    sequence integer primary key autoincrement, instance integer references instance, action text not null,
    time real not null, fields text, raw text
  ) strict;
  create index if not exists entry_time on entry (time, sequence);
  create temp table seen (path text primary key) strict;
`;

/** No change. */
export const NO_CHANGES: FeedChanges = { created: 0, updated: 0, deleted: 0 };

/**
 * Opens the store; `path` as SQLite takes it: a file, `:memory:`, or empty for a private file that vanishes with the
 * process and keeps metadata out of the heap. `now` gives milliseconds since 1970.
 */
export function createChangeFeedStore(path: string, now: () => number): ChangeFeedStore {
  const database = new DatabaseSync(path);
  // After a crash of the machine the last scan may be missing; it is made again from the folder.
  database.exec(`pragma journal_mode = wal; pragma synchronous = normal; ${SCHEMA}`);
  const prepared = new Map<string, ReturnType<DatabaseSync['prepare']>>();
  const statement = (sql: string) => {
    const known = prepared.get(sql) ?? database.prepare(sql);
    prepared.set(sql, known);
    return known;
  };
  const one = (sql: string, ...values: SQLInputValue[]) => statement(sql).get(...values);
  const run = (sql: string, ...values: SQLInputValue[]) => statement(sql).run(...values);

  const atOnce = <T>(work: () => T): T => {
    database.exec('begin immediate');
    try {
      const result = work();
      database.exec('commit');
      return result;
    } catch (error) {
      database.exec('rollback');
      throw error;
    }
  };

  /** The row of the instance, made if it is new; null for less than an instance. */
  const instanceOf = ({ uids, metadata }: FileContent): SQLInputValue => {
    const { studyInstanceUid: study, seriesInstanceUid: series, sopInstanceUid: sop } = uids;
    if (!study || !series || !sop || metadata === undefined) return null;
    run(
      'insert into instance (study, series, sop) values (?, ?, ?) on conflict do nothing',
      study,
      series,
      sop,
    );
    const found = one(
      'select id from instance where study = ? and series = ? and sop = ?',
      study,
      series,
      sop,
    );
    return found?.['id'] ?? null;
  };

  const announce = (instance: SQLInputValue, action: keyof typeof ACTIONS): FeedChanges => {
    const { lastInsertRowid } = run(
      'insert into entry (instance, action, time) values (?, ?, ?)',
      instance,
      action,
      now(),
    );
    run('update instance set latest = ? where id = ?', lastInsertRowid, instance);
    return { ...NO_CHANGES, [ACTIONS[action]]: 1 };
  };

  /** Brings the instance in line with its last file; an entry is written when that changes what it holds. */
  const settle = (instance: SQLInputValue): FeedChanges => {
    const was = one('select path, shown from instance where id = ?', instance);
    const is = one('select path, hash from file where instance = ? order by path desc limit 1', instance);
    const shown = is?.['hash'] ?? null;
    run('update instance set path = ?, shown = ? where id = ?', is?.['path'] ?? null, shown, instance);
    if (was?.['path'] === null) return is ? announce(instance, 'create') : NO_CHANGES;
    if (!is) return announce(instance, 'delete');
    return was?.['shown'] === shown ? NO_CHANGES : announce(instance, 'update');
  };

  return {
    startScan() {
      run('delete from seen');
    },
    see(path) {
      run('insert into seen (path) values (?) on conflict do nothing', path);
      const row = one('select stat, hash from file where path = ?', path);
      return row && { stat: String(row['stat']), hash: String(row['hash']) };
    },
    touch(path, stat) {
      run('update file set stat = ? where path = ?', stat, path);
    },
    put: (path, content) =>
      atOnce(() => {
        const before = one('select instance from file where path = ?', path)?.['instance'] ?? null;
        const instance = instanceOf(content);
        run(
          `insert into file (path, stat, hash, instance, metadata) values (?, ?, ?, ?, ?) on conflict (path) do update
            set stat = excluded.stat, hash = excluded.hash, instance = excluded.instance, metadata = excluded.metadata`,
          path,
          content.stat,
          content.hash,
          instance,
          instance === null ? null : (content.metadata ?? null),
        );
        const left = before !== null && before !== instance ? settle(before) : NO_CHANGES;
        if (instance !== null) return addChanges(left, settle(instance));
        const fields = JSON.stringify({ ...content.uids, filePath: path });
        run('insert into entry (action, time, fields) values (?, ?, ?)', 'create', now(), fields);
        return left;
      }),
    endScan: () =>
      atOnce(() => {
        const gone = statement(
          'delete from file where path not in (select path from seen) returning path, instance',
        ).all();
        const inOrder = gone.toSorted((a, b) => comparePaths(String(a['path']), String(b['path'])));
        const instances = new Set(inOrder.map((row) => row['instance'] ?? null));
        instances.delete(null);
        return [...instances].map(settle).reduce(addChanges, NO_CHANGES);
      }),
    push(entry) {
      const last = Number(one('select coalesce(max(sequence), 0) as last from entry')?.['last']);
      const named = namedIn(entry);
      const wanted = named['sequence'];
      const sequence =
        typeof wanted === 'number' && Number.isSafeInteger(wanted) && wanted > last ? wanted : null;
      const time = Date.parse(String(named['timestamp']));
      run(
        "insert into entry (sequence, action, time, raw) values (?, 'raw', ?, ?)",
        sequence,
        Number.isNaN(time) ? now() : time,
        typeof entry === 'string' ? entry : (JSON.stringify(entry) ?? 'null'),
      );
    },
    entries: (window) => readEntries(database, window),
    close() {
      prepared.clear();
      database.close();
    },
  };
}

/** What a pushed entry says of its place; text that is no JSON can still show it, as its envelope stands before the rest. */
function namedIn(entry: unknown): Readonly<Record<string, unknown>> {
  if (typeof entry === 'object' && entry !== null) return lowerCaseKeys(entry);
  const text = typeof entry === 'string' ? entry : '';
  const sequence = /"sequence"\s*:\s*(\d{1,15})\b/.exec(text)?.[1];
  const timestamp = /"timestamp"\s*:\s*"([^"]+)"/.exec(text)?.[1];
  return { ...(sequence === undefined ? {} : { sequence: Number(sequence) }), timestamp };
}

const ACTIONS = { create: 'created', update: 'updated', delete: 'deleted' } as const;

function readEntries(database: DatabaseSync, window: FeedWindow): readonly string[] {
  const down = window.descending ? ' desc' : '';
  const order = window.order === 'time' ? `e.time${down}, e.sequence${down}` : `e.sequence${down}`;
  const rows = database
    .prepare(
      `select e.sequence, e.action, e.time, e.fields, e.raw, i.study, i.series, i.sop, i.path, i.latest,
          ${window.includeMetadata ? 'f.metadata' : 'null'} as metadata
        from entry e left join instance i on i.id = e.instance left join file f on f.path = i.path
        where e.sequence > ? and e.sequence <= ? and e.time >= ? and e.time < ? order by ${order} limit ? offset ?`,
    )
    .all(
      window.after ?? -1n,
      window.upTo ?? MAX_INTEGER,
      window.from ?? Number.NEGATIVE_INFINITY,
      window.before ?? Number.POSITIVE_INFINITY,
      window.limit,
      window.skip ?? 0n,
    );
  return rows.map((row) => entryText(row, window.includeMetadata));
}

const MAX_INTEGER = 2n ** 63n - 1n;

function entryText(row: Record<string, unknown>, includeMetadata: boolean): string {
  if (typeof row['raw'] === 'string') return includeMetadata ? row['raw'] : withoutMetadata(row['raw']);
  const timestamp = timestampText(Number(row['time']));
  if (typeof row['fields'] === 'string') {
    const fields = JSON.parse(row['fields']) as Record<string, string>;
    return JSON.stringify({ sequence: row['sequence'], ...fields, action: row['action'], timestamp });
  }
  const state = row['path'] === null ? 'deleted' : row['latest'] === row['sequence'] ? 'current' : 'replaced';
  const head = JSON.stringify({
    sequence: row['sequence'],
    partitionName: 'Microsoft.Default',
    studyInstanceUid: row['study'],
    seriesInstanceUid: row['series'],
    sopInstanceUid: row['sop'],
    action: row['action'],
    timestamp,
    state,
  });
  // The metadata is JSON text already.
  return row['metadata'] === null ? head : `${head.slice(0, -1)},"metadata":${row['metadata']}}`;
}

function withoutMetadata(raw: string): string {
  try {
    const entry: unknown = JSON.parse(raw);
    if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return raw;
    return JSON.stringify(
      Object.fromEntries(Object.entries(entry).filter(([key]) => !/^metadata$/i.test(key))),
    );
  } catch {
    return raw;
  }
}

/** As .NET writes a DateTimeOffset: no fraction where it is zero, a numeric offset. */
function timestampText(time: number): string {
  return new Date(time).toISOString().replace(/\.?0*Z$/, '+00:00');
}

function lowerCaseKeys(entry: object): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(entry).map(([key, value]) => [key.toLowerCase(), value]));
}

/** The order that SQLite has for text: by bytes of UTF-8. */
export function comparePaths(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** Counts of two steps together. */
export function addChanges(a: FeedChanges, b: FeedChanges): FeedChanges {
  return { created: a.created + b.created, updated: a.updated + b.updated, deleted: a.deleted + b.deleted };
}
