/**
 * The error store for people: the state of a configuration is opened for reading, beside a running engine, and groups of
 * rows become tables.
 */
import { rulesOf } from '../apply/rule-paths.ts';
import type { Config } from '../compile/config.ts';
import { suggest } from '../diagnostic.ts';
import { ERROR_TABLE, type ErrorCode } from '../errors.ts';
import { isStateThere, openSqliteState } from '../io/state-sqlite.ts';
import type { MappingPlan, ResourcePlan } from '../plan.ts';
import type { ErrorFilter, ErrorGroup, StateStore } from '../ports.ts';
import { columns, type Terminal } from './terminal.ts';

/** Undefined when there is no state yet. */
export function readState<T>(
  { state }: Pick<Config, 'state'>,
  work: (state: StateStore) => T,
): T | undefined {
  if (!isStateThere(state.path)) return undefined;
  const store = openSqliteState(state.path, { readOnly: true });
  try {
    return work(store);
  } finally {
    store.close();
  }
}

/**
 * False, after saying so, where no row has the code or the rule that is asked for, and neither the engine nor the plan knows
 * it. Without a plan, any rule may be right.
 */
export function isFilterKnown(
  terminal: Pick<Terminal, 'err'>,
  state: StateStore,
  sources: readonly string[],
  { code, rule }: ErrorFilter,
  plan: MappingPlan | undefined,
): boolean {
  const groups = (filter: ErrorFilter) => sources.flatMap((source) => state.errorGroups(source, filter));
  const refuse = (word: string, known: readonly string[], why: string): false => {
    const close = suggest(word, known);
    const help = close ? `did you mean: ${close}` : 'help: `dicomcast errors --all` shows which there are';
    terminal.err(`error: ${why} ${word}\n  = ${help}\n`);
    return false;
  };
  if (code !== undefined && hintOf(code) === undefined && groups({ code }).length === 0) {
    const known = [...groups({}).map((group) => group.code), ...Object.keys(ERROR_TABLE)];
    return refuse(code, known, 'no row and no error has the code');
  }
  if (rule === undefined || !plan || groups({ rule }).length > 0) return true;
  const names = plan.mappings.flatMap(namesOf);
  if (names.includes(rule)) return true;
  const known = [...groups({}).flatMap((group) => group.rule ?? []), ...names];
  return refuse(rule, known, 'no row and no mapping has the rule');
}

/** What rows can name: the mapping, its rules, invariants and lets. */
function namesOf(mapping: ResourcePlan): readonly string[] {
  const { name, transform, validation } = mapping;
  const inner = [...rulesOf(mapping).map(({ rule }) => rule), ...validation.asserts, ...transform.lets];
  return [name, ...inner.map((each) => `${name}.${each.name}`)];
}

/** One line for each group, then what can be done about each code. */
export function groupTable(groups: readonly ErrorGroup[], withOpen: boolean): string {
  const head = ['kind', 'code', 'rule', 'first seen (UTC)', 'last seen (UTC)', 'ids'];
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
function shortTime(iso: string): string {
  return iso.slice(0, 19).replace('T', ' ');
}

/** `2024-05-06 07:08:09 UTC`: where no heading says so, whoever reads a log beside it would take it for local time. */
export function utcTime(iso: string): string {
  return `${shortTime(iso)} UTC`;
}
