/**
 * The error rows of the state file: rows come in and go out, counted, dated and closed. Runs inside the transactions of
 * state-sqlite.ts.
 */
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { ErrorKind } from '../errors.ts';
import type { Closing, ErrorFilter, ErrorGroup, ErrorRow, StoredErrorRow } from '../ports.ts';

export interface ErrorTable {
  /** One row per (source, sequence, code, rule): seen again, its count rises and it is open again. */
  write(source: string, row: ErrorRow, time: string): void;
  /** Closes the open rows of these entries. */
  close(source: string, through: ReadonlyMap<number, Closing>, time: string): void;
  rows(source: string | undefined, filter: ErrorFilter): readonly StoredErrorRow[];
  groups(source: string, filter: ErrorFilter): readonly ErrorGroup[];
}

/** Ids that a group shows. */
const SHOWN_IDS = 5;

export function createErrorTable(database: DatabaseSync): ErrorTable {
  const upsert = database.prepare(`
    INSERT INTO error (source, sequence, code, rule, kind, tag, study_uid, series_uid, sop_uid, timestamp, message, outcome,
      closed_at, closed_as, attempts, first_seen, last_seen)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?)
    ON CONFLICT DO UPDATE SET kind = excluded.kind, tag = excluded.tag, study_uid = excluded.study_uid,
      series_uid = excluded.series_uid, sop_uid = excluded.sop_uid, timestamp = excluded.timestamp,
      message = excluded.message, outcome = excluded.outcome, attempts = attempts + 1, last_seen = excluded.last_seen,
      closed_at = excluded.closed_at, closed_as = excluded.closed_as`);
  const selectOpen = database.prepare(`
    SELECT DISTINCT sequence FROM error
    WHERE source = ? AND sequence BETWEEN ? AND ? AND closed_at IS NULL`);
  const close = database.prepare(`
    UPDATE error SET closed_at = ?, closed_as = ? WHERE source = ? AND sequence = ? AND closed_at IS NULL`);
  return {
    write(source, row, time) {
      // A retry tells what happened; nothing is left to do about it.
      const closed = row.kind === 'TransientRetry' ? [time, 'stored'] : [null, null];
      upsert.run(...columnsOf(source, row), ...closed, time, time);
    },
    close(source, through, time) {
      let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
      for (const sequence of through.keys()) {
        first = Math.min(first, sequence);
        last = Math.max(last, sequence);
      }
      if (first > last) return;
      for (const row of selectOpen.all(source, first, last)) {
        const closing = through.get(Number(row['sequence']));
        if (closing) close.run(time, closing, source, row['sequence'] ?? null);
      }
    },
    rows(source, filter) {
      const { where, values } = conditions(source, filter);
      const order = filter.order === 'sequence' ? 'sequence, id' : 'last_seen, id';
      const sql = `SELECT * FROM error WHERE ${where} ORDER BY ${order} LIMIT ?`;
      return database
        .prepare(sql)
        .all(...values, filter.limit ?? -1)
        .map(readRow);
    },
    groups(source, filter) {
      const { where, values } = conditions(source, filter);
      const found = database.prepare(`
        SELECT kind, code, rule, count(*) AS rows, count(*) - count(closed_at) AS open,
          min(first_seen) AS first, max(last_seen) AS last
        FROM error WHERE ${where} GROUP BY kind, code, rule ORDER BY rows DESC, code, rule, kind`);
      const ids = database.prepare(`
        SELECT id FROM error WHERE ${where} AND kind = ? AND code = ? AND rule = ? ORDER BY id LIMIT ${SHOWN_IDS}`);
      return found.all(...values).map((row) => {
        const [kind, code, rule] = [row['kind'] ?? '', row['code'] ?? '', row['rule'] ?? ''];
        return {
          kind: kind as ErrorKind,
          code: String(code),
          ...(rule === '' ? {} : { rule: String(rule) }),
          rows: Number(row['rows']),
          open: Number(row['open']),
          firstSeen: String(row['first']),
          lastSeen: String(row['last']),
          ids: ids.all(...values, kind, code, rule).map(({ id }) => Number(id)),
        };
      });
    },
  };
}

function conditions(
  source: string | undefined,
  { ids, code, rule, isOpen, after }: ErrorFilter,
): { readonly where: string; readonly values: readonly SQLInputValue[] } {
  const parts: (readonly [sql: string, ...values: readonly SQLInputValue[]])[] = [['TRUE']];
  if (source !== undefined) parts.push(['source = ?', source]);
  if (code !== undefined) parts.push(['code = ?', code]);
  if (rule !== undefined) parts.push(['rule = ?', rule]);
  if (after !== undefined) parts.push(['sequence > ?', after]);
  if (isOpen) parts.push(['closed_at IS NULL']);
  if (ids) parts.push(['id IN (SELECT value FROM json_each(?))', JSON.stringify(ids)]);
  return { where: parts.map(([sql]) => sql).join(' AND '), values: parts.flatMap(([, ...rest]) => rest) };
}

/** What looks like a time and nothing else: a malformed entry could carry any text there. */
const TIMESTAMP = /^[\d.:TtZz +-]{10,40}$/;

function columnsOf(source: string, row: ErrorRow): (string | number | null)[] {
  const { sequence, code, rule = '', kind, tag, message, outcome, timestamp } = row;
  const uids = [row.studyInstanceUid, row.seriesInstanceUid, row.sopInstanceUid].map((uid) => uid ?? null);
  const time = timestamp !== undefined && TIMESTAMP.test(timestamp) ? timestamp : null;
  const outcomeText = outcome === undefined ? null : JSON.stringify(outcome);
  return [source, sequence, code, rule, kind, tag ?? null, ...uids, time, message, outcomeText];
}

function readRow(row: Readonly<Record<string, unknown>>): StoredErrorRow {
  const text = (name: string) => (typeof row[name] === 'string' ? row[name] : undefined);
  const outcome = text('outcome');
  const optional = {
    rule: text('rule') || undefined,
    tag: text('tag'),
    studyInstanceUid: text('study_uid'),
    seriesInstanceUid: text('series_uid'),
    sopInstanceUid: text('sop_uid'),
    timestamp: text('timestamp'),
    outcome: outcome === undefined ? undefined : (JSON.parse(outcome) as readonly string[]),
    closedAt: text('closed_at'),
    closedAs: text('closed_as') as Closing | undefined,
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
