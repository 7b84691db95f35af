/**
 * The engine as people run it, `dicomcast run`, as a process of its own: a configuration and addresses come in, how it ended
 * and what it printed go out. Only processes that were started here are ended here, by their id.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const PROJECT = resolve(import.meta.dirname, '../..');
const MAIN = join(PROJECT, 'engine/cli/main.ts');
const SHIPPED = ['patient.yaml', 'endpoint.yaml', 'imaging-study.yaml'];
/** A run that hangs fails its proof, not the whole suite. */
const LIMIT_MS = 60_000;

export interface ConfigWords {
  readonly feed: string;
  readonly fhir: string;
  readonly apiVersion?: 'v1' | 'v2';
  /** Paths of mapping files; default: the shipped ones. */
  readonly mappings?: readonly string[];
  /** Resources in one transaction at most. */
  readonly maxTransactionEntries?: number;
  /** Relative to the folder of the configuration, or absolute. */
  readonly state?: string;
  /** Further top-level keys, or `source` and `fhir` with further keys. */
  readonly more?: Readonly<Record<string, unknown>>;
}

/** Writes a configuration into `folder` (JSON is YAML) and gives its path. */
export function writeConfig(folder: string, words: ConfigWords): string {
  const { source = {}, fhir = {}, ...more } = (words.more ?? {}) as Record<string, object>;
  const path = join(folder, 'dicomcast.config.yaml');
  const config = {
    source: {
      type: 'change-feed',
      url: words.feed,
      apiVersion: words.apiVersion ?? 'v1',
      id: 'proof',
      publicUrl: 'https://dicom.example.org/',
      ...source,
    },
    fhir: { url: words.fhir, maxTransactionEntries: words.maxTransactionEntries ?? 500, ...fhir },
    mappings: words.mappings ?? SHIPPED.map((name) => join(PROJECT, 'mappings', name)),
    ignoreJsonParsingErrors: true,
    poll: { interval: '1s', catchUpInterval: '0s', pageSize: 50 },
    retry: { totalDuration: '20s' },
    state: { type: 'sqlite', path: words.state ?? 'state.db' },
    ...more,
  };
  writeFileSync(path, JSON.stringify(config, undefined, 1));
  return path;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

export interface EngineProcess {
  readonly pid: number | undefined;
  readonly ended: Promise<Ended>;
  /** SIGKILL: the process does nothing more. */
  kill(): void;
  /** SIGTERM: a clean stop. */
  stop(): void;
  /** Standard error so far. */
  err(): string;
}

export interface ProcessOptions {
  readonly cwd: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Options of Node, before the engine. */
  readonly node?: readonly string[];
  /** Milliseconds after which it is killed and has failed. */
  readonly limit?: number;
  /** Another user, where this process may choose one. */
  readonly uid?: number;
  /** Bytes of a file at most (RLIMIT_FSIZE); a multiple of 1024. */
  readonly fileLimit?: number;
}

export function startEngine({
  cwd,
  args,
  env = {},
  node = [],
  limit = LIMIT_MS,
  uid,
  fileLimit,
}: ProcessOptions): EngineProcess {
  const { FORCE_COLOR: _, ...inherited } = process.env;
  const command = [process.execPath, ...node, MAIN, ...args];
  const limited = ['bash', '-c', `ulimit -f ${Math.floor((fileLimit ?? 0) / 1024)}; exec "$@"`, 'bash'];
  const [program = '', ...rest] = fileLimit === undefined ? command : [...limited, ...command];
  const child = spawn(program, rest, {
    cwd,
    env: { ...inherited, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  return follow(child, limit);
}

/** Runs one command to its end. */
export function runToEnd(options: ProcessOptions): Promise<Ended> {
  return startEngine(options).ended;
}

function follow(child: ChildProcess, limit: number): EngineProcess {
  let [out, err] = ['', ''];
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  const kill = (signal: NodeJS.Signals): void => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
  };
  const ended = new Promise<Ended>((done, failed) => {
    const timer = setTimeout(() => {
      kill('SIGKILL');
      failed(new Error(`the engine did not end within ${limit / 1000} s: ${err.slice(-2000)}`));
    }, limit);
    child.on('error', failed);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      done({ code, signal, out, err });
    });
  });
  return { pid: child.pid, ended, kill: () => kill('SIGKILL'), stop: () => kill('SIGTERM'), err: () => err };
}
