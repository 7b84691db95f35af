/**
 * `dicomcast retry` and `dicomcast replay`: entries of the error store, or a part of the feed, are run again with today's
 * mappings. Both write to the state, so they run only while no engine does; what came of it is printed.
 */
import type { Config, Source } from '../compile/config.ts';
import type { SourceFailure } from '../followers.ts';
import { createLog } from '../io/log.ts';
import { isStateInUse } from '../io/state-sqlite.ts';
import type { ErrorFilter, ErrorGroup, Log } from '../ports.ts';
import type { RedriveResult } from '../redrive.ts';
import { type Redriven, type RedriveParts, type ReplayBounds, replay, retryRows } from './engine.ts';
import { groupTable, isFilterKnown, readState } from './error-store.ts';
import { reportFailure, worstOf } from './failure.ts';
import { createProgressLine, type ProgressLine } from './progress.ts';
import { count, loadProject, type Project, shown } from './project.ts';
import { chosenSource, chosenSources } from './sources.ts';
import { EXIT, type Terminal } from './terminal.ts';

interface SourceOption {
  readonly config?: string;
  /** Id of a source. */
  readonly source?: string;
}

export interface RetryOptions extends SourceOption {
  readonly code?: string;
  readonly rule?: string;
  readonly all?: boolean;
}

/** Exit code: 0 when every entry came through, 1 when one failed again or could not be found. */
export async function retry(
  terminal: Terminal,
  ids: readonly number[],
  options: RetryOptions,
): Promise<number> {
  const { code, rule, all } = options;
  if (ids.length === 0 && code === undefined && rule === undefined && !all) {
    terminal.err(
      'error: which rows?\n  = help: name ids, --code, --rule or --all; `dicomcast errors` shows them\n',
    );
    return EXIT.usage;
  }
  const filter: ErrorFilter = {
    ...(ids.length > 0 ? { ids } : {}),
    ...(code === undefined ? {} : { code }),
    ...(rule === undefined ? {} : { rule }),
  };
  return redrive(terminal, options, chosenSources, async (parts, sources, line) => {
    const { config } = parts;
    const open = { ...filter, isOpen: true };
    const found = sources.filter(({ id }) => openGroups(config, id, open).length > 0);
    const known = new Set(sources.flatMap(({ id }) => openRows(config, id, { ...open, ids })));
    const isKnown = readState(config, (state) => {
      const all = sources.map(({ id }) => id);
      return isFilterKnown(terminal, state, all, filter, parts.plan);
    });
    if (isKnown === false) return EXIT.usage;
    const away = ids.filter((wanted) => !known.has(wanted));
    if (away.length > 0) terminal.err(`no open row: ${away.join(', ')}\n`);
    let isLeft = away.length > 0;
    if (found.length === 0) terminal.out('nothing to run again\n');
    const failures: SourceFailure[] = [];
    for (const source of found) {
      const came = await runSource(terminal, { ...parts, source }, line, filter, (own) =>
        retryRows(own, filter),
      );
      if (came.failure) failures.push(came.failure);
      isLeft ||= came.isLeft;
    }
    return exitCode(terminal, failures, isLeft);
  });
}

/** After the sources that failed were told, as for `run`. */
function exitCode(terminal: Terminal, failures: readonly SourceFailure[], isLeft: boolean): number {
  const codes = failures.map(({ error }) => reportFailure(terminal, error));
  return worstOf(isLeft ? [...codes, EXIT.findings] : codes);
}

function openGroups({ state }: Config, source: string, filter: ErrorFilter): readonly ErrorGroup[] {
  return readState({ state }, (store) => store.errorGroups(source, filter)) ?? [];
}

function openRows({ state }: Config, source: string, filter: ErrorFilter): readonly number[] {
  return readState({ state }, (store) => store.errors(source, filter).map(({ id }) => id)) ?? [];
}

export interface ReplayOptions extends ReplayBounds, SourceOption {}

/** Exit code: 0 when every entry came through, 1 when one failed or there was none. */
export async function replayEntries(terminal: Terminal, options: ReplayOptions): Promise<number> {
  const { from, to, study } = options;
  if (from === undefined && study === undefined) {
    terminal.err('error: which entries?\n  = help: name --from, and --to if not all the rest, or --study\n');
    return EXIT.usage;
  }
  if (to !== undefined && to < (from ?? 1)) {
    terminal.err('error: --to is before --from\n  = help: both are sequence numbers, and both count\n');
    return EXIT.usage;
  }
  if (study !== undefined && !/^[\d.]{1,64}$/.test(study)) {
    terminal.err('error: --study is no UID\n  = help: it is a StudyInstanceUID, as `errors show` tells it\n');
    return EXIT.usage;
  }
  // Sequences mean something in one feed only; a study may come from several.
  const isOfOneFeed = from !== undefined || to !== undefined;
  const choose: Choose = (_, config, id) => {
    if (!isOfOneFeed) return chosenSources(terminal, config, id);
    const one = chosenSource(terminal, config, id);
    return one && [one];
  };
  return redrive(terminal, options, choose, async (parts, sources, line) => {
    let [entries, isLeft] = [0, false];
    const failures: SourceFailure[] = [];
    for (const source of sources) {
      const bounds: ReplayBounds = {
        ...(from === undefined ? {} : { from }),
        ...(to === undefined ? {} : { to }),
        ...(study === undefined ? {} : { study }),
      };
      const came = await runSource(terminal, { ...parts, source }, line, {}, (own) => replay(own, bounds));
      if (came.failure) failures.push(came.failure);
      entries += came.entries;
      isLeft ||= came.isLeft;
    }
    // A source that could not be asked may have it.
    if (entries === 0 && failures.length === 0 && !terminal.signal.aborted) {
      terminal.err(
        'error: the engine has read no such entry\n  = help: `dicomcast status` tells how far it has read\n',
      );
      return EXIT.findings;
    }
    return exitCode(terminal, failures, isLeft);
  });
}

/** Runs one source and tells what came of it, also where it, or the whole command, fails in the middle. */
async function runSource(
  terminal: Terminal,
  parts: RedriveParts,
  line: ProgressLine,
  filter: ErrorFilter,
  work: (parts: RedriveParts) => Promise<Redriven>,
): Promise<{ readonly entries: number; readonly isLeft: boolean; readonly failure?: SourceFailure }> {
  let done: RedriveResult | undefined;
  let failure: SourceFailure | undefined;
  let isLeft = false;
  const onProgress = (result: RedriveResult): void => {
    done = result;
    parts.onProgress?.(result);
  };
  try {
    const came = await work({ ...parts, onProgress });
    if ('failure' in came) failure = came.failure;
    else done = came.result;
  } finally {
    line.end();
    if (done && (done.entries > 0 || done.missing.length > 0)) isLeft = tell(terminal, parts, done, filter);
  }
  return { entries: done?.entries ?? 0, isLeft, ...(failure ? { failure } : {}) };
}

type Choose = typeof chosenSources;
type Parts = Omit<RedriveParts, 'source'>;

async function redrive(
  terminal: Terminal,
  options: SourceOption,
  choose: Choose,
  work: (parts: Parts, sources: readonly Source[], line: ProgressLine) => Promise<number>,
): Promise<number> {
  const project = loadProject(terminal, options);
  if (!project) return EXIT.findings;
  const sources = choose(terminal, project.config, options.source);
  if (!sources) return EXIT.usage;
  if (isStateInUse(project.config.state.path)) return refuseRunning(terminal, project);
  const { config, plan } = project;
  const line = createProgressLine(terminal);
  const write = (text: string): void => {
    line.end();
    terminal.err(text);
  };
  const log = createLog({ level: 'warn', destination: { write }, pretty: true });
  const warn: Log['warn'] = (event, fields = {}) => {
    // The answer tells the rows: the log would tell them twice.
    if (event === 'waiting') write(waitingText(fields));
    else if (event !== 'row') log.warn(event, fields);
  };
  const onProgress = (result: RedriveResult): void => line.show(summary(result));
  try {
    const parts = { config, plan, log: { ...log, warn }, signal: terminal.signal, onProgress };
    const code = await work(parts, sources, line);
    if (!terminal.signal.aborted) return code;
  } catch (error) {
    line.end();
    // Requests that were under way ended for that reason alone.
    if (!terminal.signal.aborted) return reportFailure(terminal, error);
  }
  terminal.err('stopped before the end; the rest is as it was\n');
  return EXIT.findings;
}

/** For whoever sits before it: `north: no answer (ECONNREFUSED): asked again in 3 s; Ctrl+C ends`. */
function waitingText({ source, message, pause }: Readonly<Record<string, unknown>>): string {
  const of = source === undefined ? '' : `${source}: `;
  return `${of}${message}; asked again in ${Math.ceil(Number(pause) / 1000)} s, Ctrl+C ends\n`;
}

function refuseRunning(terminal: Terminal, { config }: Project): number {
  terminal.err(
    `error: an engine is running on ${shown(terminal, config.state.path)}\n  = help: stop it, run this again, and start it anew; what it has not read yet waits in the feed\n`,
  );
  return EXIT.findings;
}

/** True when something is left to do. */
function tell(
  terminal: Terminal,
  { config, source }: RedriveParts,
  result: RedriveResult,
  filter: ErrorFilter,
): boolean {
  const { failed, missing } = result;
  const of = config.sources.length > 1 ? `${source.id}: ` : '';
  terminal.out(`${of}${summary(result)}\n`);
  if (missing.length > 0) terminal.out(`not in the feed any more: entry ${missing.join(', ')}\n`);
  if (failed > 0) {
    const groups = openGroups(config, source.id, { ...filter, isOpen: true });
    if (groups.length > 0) terminal.out(`\nstill open:\n${groupTable(groups, false)}\n`);
  }
  return failed > 0 || missing.length > 0;
}

/** `3 entries: 1 stored, 1 failed, 1 overtaken by a later entry; resources: 1 made, 0 changed, 0 deleted` */
function summary({ entries, stored, failed, overtaken, gone, written }: RedriveResult): string {
  const parts = [`${stored} stored`, `${failed} failed`];
  if (overtaken > 0) parts.push(`${overtaken} overtaken by a later entry`);
  if (gone > 0) parts.push(`${gone} of instances that are gone`);
  const { create, update, delete: deleted } = written;
  const resources = `resources: ${create} made, ${update} changed, ${deleted} deleted`;
  return `${count(entries, 'entry').replace('entrys', 'entries')}: ${parts.join(', ')}; ${resources}`;
}
