/**
 * `dicomcast errors`: what the error store holds of this configuration's source, grouped, one row in full, or all rows as
 * JSON lines. Rows hold names, codes, UIDs and counts, never an attribute value.
 */
import type { ErrorFilter, StateStore, StoredErrorRow } from '../ports.ts';
import { groupTable, hintOf, readState, shortTime } from './error-store.ts';
import { count, type Project, printFindings, readProject, shown } from './project.ts';
import { columns, EXIT, type Terminal } from './terminal.ts';

export interface ErrorsOptions {
  readonly config?: string;
  readonly code?: string;
  readonly rule?: string;
  /** Closed rows too. */
  readonly all?: boolean;
  readonly format?: 'text' | 'json';
}

/** `errors [list]`: rows grouped by kind, code and rule. */
export function listErrors(terminal: Terminal, options: ErrorsOptions): number {
  return withRows(terminal, options, (state, { source, state: { path } }) => {
    const filter = filterOf(options);
    const groups = state?.errorGroups(source.id, filter) ?? [];
    if (options.format === 'json') {
      const told = groups.map((group) => ({ ...group, hint: hintOf(group.code) }));
      terminal.out(`${JSON.stringify({ source: source.id, groups: told }, undefined, 2)}\n`);
      return EXIT.ok;
    }
    const rows = groups.reduce((sum, group) => sum + group.rows, 0);
    const kept = shown(terminal, path);
    const what = options.all ? count(rows, 'row') : count(rows, 'open row');
    terminal.out(`${what} of ${source.id} in ${kept}\n`);
    if (rows > 0) terminal.out(`\n${groupTable(groups, options.all ?? false)}\n`);
    return EXIT.ok;
  });
}

/** `errors show <id>`; exit code 1 when there is no such row. */
export function showError(terminal: Terminal, id: number, options: ErrorsOptions): number {
  return withRows(terminal, options, (state, { source }) => {
    const [row] = state?.errors(source.id, { ids: [id] }) ?? [];
    if (!row) {
      terminal.err(
        `error: there is no row ${id}\n  = help: \`dicomcast errors --all\` shows which there are\n`,
      );
      return EXIT.findings;
    }
    terminal.out(
      options.format === 'json' ? `${JSON.stringify(exported(row), undefined, 2)}\n` : described(row),
    );
    return EXIT.ok;
  });
}

/** Rows that are read at a time: the store may be larger than the memory. */
const PAGE = 1000;

/** `errors export`: a JSON object a line, in the order of the feed. */
export function exportErrors(terminal: Terminal, options: ErrorsOptions): number {
  return withRows(terminal, options, (state, { source }) => {
    let after = -1;
    for (;;) {
      const filter: ErrorFilter = { ...filterOf(options), order: 'sequence', after };
      const [first, ...more] = state?.errors(source.id, { ...filter, limit: PAGE }) ?? [];
      if (!first) return EXIT.ok;
      // All rows of one entry stand in one page: the next begins behind its sequence.
      const last = more.at(-1)?.sequence ?? first.sequence;
      const rows =
        more.length + 1 < PAGE || first.sequence === last
          ? [first, ...more]
          : [first, ...more].filter(({ sequence }) => sequence < last);
      terminal.out(rows.map((row) => `${JSON.stringify(exported(row))}\n`).join(''));
      after = rows.at(-1)?.sequence ?? last;
    }
  });
}

function filterOf({ code, rule, all = false }: ErrorsOptions): ErrorFilter {
  return {
    isOpen: !all,
    ...(code === undefined ? {} : { code }),
    ...(rule === undefined ? {} : { rule }),
  };
}

/** Findings of the mappings do not matter here: the rows are there whatever the mappings are now. */
function withRows(
  terminal: Terminal,
  options: ErrorsOptions,
  work: (state: StateStore | undefined, config: Project['config']) => number,
): number {
  const { config, findings } = readProject(terminal, options);
  if (!config) {
    printFindings(terminal, findings);
    return EXIT.findings;
  }
  return readState(config, (state) => work(state, config)) ?? work(undefined, config);
}

function exported(row: StoredErrorRow): object {
  return { ...row, hint: hintOf(row.code) };
}

function described(row: StoredErrorRow): string {
  const { rule, tag, outcome, timestamp, closedAt, closedAs } = row;
  const closed = closedAt && `${shortTime(closedAt)}: ${CLOSINGS[closedAs ?? 'stored']}`;
  const lines: readonly (readonly [string, string | undefined])[] = [
    ['kind', row.kind],
    ['code', row.code],
    ['rule', rule],
    ['tag', tag],
    ['what', row.message],
    ['outcome', outcome?.join(', ')],
    ['source', row.source],
    ['entry', `${row.sequence}${timestamp ? `, ${timestamp}` : ''}`],
    ['study', row.studyInstanceUid],
    ['series', row.seriesInstanceUid],
    ['instance', row.sopInstanceUid],
    ['first seen', shortTime(row.firstSeen)],
    ['last seen', shortTime(row.lastSeen)],
    ['attempts', String(row.attempts)],
    ['closed', closed],
    ['help', hintOf(row.code)],
  ];
  const known = lines.flatMap(([name, value]) => (value ? [[name, value]] : []));
  const next = closedAt ? '' : `\n\`dicomcast retry ${row.id}\` runs the entry again.\n`;
  return `row ${row.id}\n${columns(known)}\n${next}`;
}

const CLOSINGS = {
  stored: 'the entry was stored',
  overtaken: 'a later entry of the instance carries its newest state',
  gone: 'the instance is gone',
} as const;
