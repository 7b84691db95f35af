/**
 * `dicomcast status`: how far the engine is, how far behind the feed, under which plan, why it is paused or held up, and what
 * the error store holds; from the state alone, whether the engine runs or not.
 */
import { isStateInUse } from '../io/state-sqlite.ts';
import { pauseText } from '../pause.ts';
import type { ErrorGroup, Held, SourceStatus, StateStore } from '../ports.ts';
import { hintOf, readState, utcTime } from './error-store.ts';
import { count, printFindings, readProject, shown } from './project.ts';
import { chosenSources } from './sources.ts';
import { columns, EXIT, type Terminal } from './terminal.ts';

export interface StatusOptions {
  readonly config?: string;
  /** Id of a source; default: all. */
  readonly source?: string;
  readonly format?: 'text' | 'json';
}

/** What is true of all sources. */
interface Common {
  readonly state: string;
  readonly isRunning: boolean;
  /** Fingerprint of the mappings as they are now; undefined where they have findings. */
  readonly mappings?: string;
}

/** Entries are counted by sequence numbers: over gaps there are fewer. */
export interface Lag {
  readonly entries: number;
  readonly seconds?: number;
}

interface Status extends SourceStatus {
  readonly source: string;
  readonly lag?: Lag;
  readonly held?: Held & { readonly hint?: string };
  readonly errors: { readonly open: number; readonly groups: readonly ErrorGroup[] };
}

/** Exit code 0 whatever the status is; 1 only when the configuration cannot be read. */
export function status(terminal: Terminal, options: StatusOptions): number {
  const { config, project, findings } = readProject(terminal, options);
  if (!config) {
    printFindings(terminal, findings);
    return EXIT.findings;
  }
  const chosen = chosenSources(terminal, config, options.source);
  if (!chosen) return EXIT.usage;
  const { path } = config.state;
  const common: Common = {
    state: path,
    isRunning: isStateInUse(path),
    ...(project ? { mappings: project.plan.fingerprint } : {}),
  };
  const read = (store?: StateStore): readonly Status[] => chosen.map(({ id }) => statusOf(id, store));
  const sources = readState(config, read) ?? read();
  terminal.out(
    options.format === 'json'
      ? `${JSON.stringify({ ...common, sources }, undefined, 2)}\n`
      : sources.map((each) => text(each, { ...common, state: shown(terminal, path) })).join('\n'),
  );
  return EXIT.ok;
}

function statusOf(source: string, store: StateStore | undefined): Status {
  const known = store?.status(source) ?? {};
  const groups = store?.errorGroups(source, { isOpen: true }) ?? [];
  const lag = lagOf(known);
  const { held } = known;
  const hint = held && hintOf(held.code);
  return {
    source,
    ...known,
    ...(lag ? { lag } : {}),
    ...(held ? { held: { ...held, ...(hint ? { hint } : {}) } } : {}),
    errors: { open: groups.reduce((sum, { open }) => sum + open, 0), groups },
  };
}

/** How far the checkpoint is behind the newest entry; undefined where that is not known. */
export function lagOf({ position, newest, timestamp }: SourceStatus): Lag | undefined {
  if (!newest) return undefined;
  const entries = Math.max(0, newest.sequence - (position?.sequence ?? 0));
  const apart = entries === 0 ? 0 : Date.parse(newest.timestamp ?? '') - Date.parse(timestamp ?? '');
  return { entries, ...(Number.isNaN(apart) ? {} : { seconds: Math.max(0, Math.round(apart / 1000)) }) };
}

function text(status: Status, { state, isRunning, mappings }: Common): string {
  const { position, at, lag, held, pause, plan, errors } = status;
  const lines: (readonly [string, string])[] = [
    ['source', status.source],
    ['state', state],
    ['engine', isRunning ? 'running' : 'not running'],
    ['position', position ? `entry ${position.sequence}${at ? `, ${utcTime(at)}` : ''}` : 'nothing read yet'],
  ];
  if (lag) lines.push(['behind', lagText(lag) + (held ? ', as far as it could be seen' : '')]);
  if (held) {
    lines.push(['held up', `since ${utcTime(held.since)}: ${held.code}: ${held.message}`]);
    if (held.hint) lines.push(['', held.hint]);
  }
  if (plan) lines.push(['plan', plan + planChange(plan, mappings)]);
  if (pause) {
    lines.push(['paused', `since ${utcTime(pause.since)}: ${pauseText(pause)}`]);
    lines.push(['', resumeText(pause.plan, mappings)]);
  }
  lines.push(['errors', errors.open === 0 ? 'none open' : `${errors.open} open`]);
  for (const { open, code, rule } of errors.groups)
    lines.push(['', `${open} ${code}${rule ? ` at ${rule}` : ''}`]);
  return `${columns(lines)}\n`;
}

function planChange(plan: string, mappings: string | undefined): string {
  if (mappings === undefined) return '; the mappings as they are now have findings, see `dicomcast check`';
  return mappings === plan ? '' : `; the mappings are ${mappings} by now`;
}

function resumeText(plan: string, mappings: string | undefined): string {
  return mappings !== undefined && mappings !== plan
    ? 'the mappings were changed: `dicomcast run` goes on'
    : 'correct the mapping and start again, or go on as it is with `dicomcast run --resume`';
}

const UNITS = [
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
  ['s', 1],
] as const;

/** `1200 entries at most, 3 h 12 min` */
export function lagText({ entries, seconds }: Lag): string {
  if (entries === 0) return 'nothing';
  const at = UNITS.findIndex(([, size]) => (seconds ?? 0) >= size);
  let rest = seconds ?? 0;
  const parts = at < 0 ? [] : UNITS.slice(at, at + 2);
  const time = parts.map(([name, size]) => {
    const units = Math.floor(rest / size);
    rest -= units * size;
    return units === 0 ? '' : `${units} ${name}`;
  });
  const entriesText = `${count(entries, 'entry').replace('entrys', 'entries')} at most`;
  return [entriesText, time.filter(Boolean).join(' ')].filter(Boolean).join(', ');
}
