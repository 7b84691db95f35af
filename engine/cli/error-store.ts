/**
 * The error store for people: the state of a configuration is opened for reading, beside a running engine, and groups of
 * rows become tables.
 */
import { existsSync } from 'node:fs';
import type { Config } from '../compile/config.ts';
import { ERROR_TABLE, type ErrorCode } from '../errors.ts';
import { openSqliteState } from '../io/state-sqlite.ts';
import type { ErrorGroup, StateStore } from '../ports.ts';
import { columns } from './terminal.ts';

/** Undefined when there is no state yet. */
export function readState<T>(
  { state }: Pick<Config, 'state'>,
  work: (state: StateStore) => T,
): T | undefined {
  if (!existsSync(state.path)) return undefined;
  const store = openSqliteState(state.path, { readOnly: true });
  try {
    return work(store);
  } finally {
    store.close();
  }
}

/** One line for each group, then what can be done about each code. */
export function groupTable(groups: readonly ErrorGroup[], withOpen: boolean): string {
  const head = ['kind', 'code', 'rule', 'first seen', 'last seen', 'ids'];
  const lines = groups.map(({ kind, code, rule = '', rows, open, firstSeen, lastSeen, ids }) => [
    ...(withOpen ? [String(rows), String(open)] : [String(rows)]),
    kind,
    code,
    rule,
    shortTime(firstSeen),
    shortTime(lastSeen),
    ids.join(', ') + (rows > ids.length ? ', …' : ''),
  ]);
  const counts = withOpen ? ['rows', 'open'] : ['rows'];
  return `${columns([[...counts, ...head], ...lines])}\n\n${hints(groups)}`;
}

function hints(groups: readonly ErrorGroup[]): string {
  return [...new Set(groups.map(({ code }) => code))]
    .map((code) => `  ${code}: ${hintOf(code) ?? ''}`.trimEnd())
    .join('\n');
}

/** Undefined for a code of another version. */
export function hintOf(code: string): string | undefined {
  return ERROR_TABLE[code as ErrorCode]?.hint;
}

/** `2024-05-06 07:08:09` of an ISO 8601 time in UTC. */
export function shortTime(iso: string): string {
  return iso.slice(0, 19).replace('T', ' ');
}
