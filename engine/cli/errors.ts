/**
 * `dicomcast errors`: what the error store holds of the configured sources, grouped, one row in full, or all rows as
 * JSON lines. Rows hold names, codes, UIDs and counts, never an attribute value.
 */
import { suggest } from '../diagnostic.ts';
import type { ErrorFilter, StateStore, StoredErrorRow } from '../ports.ts';
import { groupTable, hintOf, isFilterKnown, readState, utcTime } from './error-store.ts';
import { count, printFindings, readProject, shown } from './project.ts';
import { chosenSources } from './sources.ts';
import { columns, EXIT, type Terminal } from './terminal.ts';

export interface ErrorsOptions {
  readonly config?: string;
  /** Id of a source; default: all. */
  readonly source?: string;
  readonly code?: string;
  readonly rule?: string;
  /** Closed rows too. */
  readonly all?: boolean;
  readonly format?: 'text' | 'json';
}

/** `errors [list]`: rows grouped by kind, code and rule. `words`: what stands there in place of a subcommand. */
export function listErrors(
  terminal: Terminal,
  options: ErrorsOptions,
  words: readonly string[] = [],
): number {
  const [word] = words;
  if (word !== undefined) return refuseWord(terminal, word);
  return withRows(terminal, options, (state, sources, path) => {
    const filter = filterOf(options);
    const found = sources.map((source) => ({ source, groups: state?.errorGroups(source, filter) ?? [] }));
    if (options.format === 'json') {
      const told = found.map(({ source, groups }) => ({
        source,
        groups: groups.map((group) => ({ ...group, hint: hintOf(group.code) })),
      }));
      terminal.out(`${JSON.stringify({ sources: told }, undefined, 2)}\n`);
      return EXIT.ok;
    }
    const parts = found.map(({ source, groups }) => {
      const rows = groups.reduce((sum, group) => sum + group.rows, 0);
      const what = options.all ? count(rows, 'row') : count(rows, 'open row');
      const table = rows > 0 ? `\n${groupTable(groups, options.all ?? false)}\n` : '';
      return `${what} of ${source} in ${shown(terminal, path)}\n${table}`;
    });
    const first = found.flatMap(({ groups }) => groups).find(({ code }) => hintOf(code));
    const more = first ? `\nmore about one: dicomcast explain ${first.code}\n` : '';
    terminal.out(`${parts.join('\n')}${more}`);
    return EXIT.ok;
  });
}

/** `errors 7`, `errors shwo`. */
function refuseWord(terminal: Terminal, word: string): number {
  const help = /^\d+$/.test(word)
    ? `\`dicomcast errors show ${word}\` shows one row`
    : `did you mean ${suggest(word, COMMANDS) ?? COMMANDS.join(' or ')}?`;
  terminal.err(`error: errors has no command ${word}\n  = help: ${help}\n`);
  return EXIT.usage;
}

const COMMANDS = ['list', 'show', 'export'];

/** `errors show <id>`; exit code 1 when there is no such row. */
export function showError(terminal: Terminal, id: number, options: ErrorsOptions): number {
  return withRows(terminal, options, (state, sources) => {
    const [row] = sources.flatMap((source) => state?.errors(source, { ids: [id] }) ?? []);
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

/** `errors export`: a JSON object a line, by source, in the order of its feed. */
export function exportErrors(terminal: Terminal, options: ErrorsOptions): number {
  return withRows(terminal, options, (state, sources) => {
    for (const source of sources) if (state) exportSource(terminal, state, source, filterOf(options));
    return EXIT.ok;
  });
}

function exportSource(terminal: Terminal, state: StateStore, source: string, wanted: ErrorFilter): void {
  let after = -1;
  for (;;) {
    const filter: ErrorFilter = { ...wanted, order: 'sequence', after, limit: PAGE };
    const [first, ...more] = state.errors(source, filter);
    if (!first) return;
    // All rows of one entry stand in one page: the next begins behind its sequence.
    const last = more.at(-1)?.sequence ?? first.sequence;
    const rows =
      more.length + 1 < PAGE || first.sequence === last
        ? [first, ...more]
        : [first, ...more].filter(({ sequence }) => sequence < last);
    terminal.out(rows.map((row) => `${JSON.stringify(exported(row))}\n`).join(''));
    after = rows.at(-1)?.sequence ?? last;
  }
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
  work: (state: StateStore | undefined, sources: readonly string[], path: string) => number,
): number {
  const { config, project, findings } = readProject(terminal, options);
  if (!config) {
    printFindings(terminal, findings);
    return EXIT.findings;
  }
  const sources = chosenSources(terminal, config, options.source)?.map(({ id }) => id);
  if (!sources) return EXIT.usage;
  const { path } = config.state;
  const told = readState(config, (state) =>
    isFilterKnown(terminal, state, sources, options, project?.plan) ? work(state, sources, path) : EXIT.usage,
  );
  return told ?? work(undefined, sources, path);
}

function exported(row: StoredErrorRow): object {
  return { ...row, hint: hintOf(row.code) };
}

function described(row: StoredErrorRow): string {
  const { rule, tag, outcome, timestamp, closedAt, closedAs } = row;
  const closed = closedAt && `${utcTime(closedAt)}: ${CLOSINGS[closedAs ?? 'stored']}`;
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
    ['first seen', utcTime(row.firstSeen)],
    ['last seen', utcTime(row.lastSeen)],
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
