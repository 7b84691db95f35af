/**
 * Runs the engine for a benchmark: in this process, with everything that `dicomcast run --once` puts together, or as that very
 * command in a process of its own. What it took comes out; what the server then holds is checked before anybody sees it.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { runEngine } from '../engine/cli/engine.ts';
import { loadProject, type Project, sourceOf } from '../engine/cli/project.ts';
import type { Terminal } from '../engine/cli/terminal.ts';
import { readEntry } from '../engine/dicom/entry.ts';
import { createLog } from '../engine/io/log.ts';
import type { SourceInfo } from '../engine/plan.ts';
import { createEntryTexts, entryCount } from './entries.ts';
import type { JsonObject } from './fhir-store.ts';
import { createHandState } from './hand-state.ts';
import { type Cost, measure } from './measure.ts';
import type { BenchServer, Counts, Load } from './server.ts';
import { assertSameState } from './state.ts';

const ROOT = resolve(import.meta.dirname, '..');
const CONFIG = join(ROOT, 'dicomcast.config.yaml');
/** Always the same, so that bytes do not depend on a port. */
const SOURCE_URL = 'https://dicom.example.org/';

export interface EngineRun extends Cost {
  readonly entries: number;
  readonly counts: Counts;
}

/** The shipped configuration and mappings. */
export function shippedProject(): Project {
  const findings: string[] = [];
  const terminal: Terminal = {
    cwd: ROOT,
    env: {},
    out: () => undefined,
    err: (text) => findings.push(text),
    isInteractive: false,
    signal: new AbortController().signal,
  };
  const project = loadProject(terminal, { config: CONFIG });
  if (!project) throw new Error(findings.join(''));
  return {
    ...project,
    config: { ...project.config, sources: [{ ...project.config.sources[0], publicUrl: SOURCE_URL }] },
  };
}

export function sourceInfo({ config }: Project): SourceInfo {
  return sourceOf(config);
}

/** Drains the feed of the server in this process and checks what the FHIR server holds. */
export async function runHere(project: Project, server: BenchServer, load: Load): Promise<EngineRun> {
  await server.load(load);
  const folder = mkdtempSync(join(tmpdir(), 'dicomcast-bench-'));
  const { config, plan } = project;
  try {
    const cost = await measure(() =>
      runEngine({
        plan,
        config: {
          ...config,
          sources: [{ ...config.sources[0], url: server.feedUrl }],
          fhir: { ...config.fhir, url: server.fhirUrl },
          state: { ...config.state, path: join(folder, 'state.db') },
        },
        log: createLog({ level: 'silent', destination: 'stderr' }),
        once: true,
        signal: new AbortController().signal,
      }),
    );
    const { progress, errors } = cost.result;
    const counts = await server.counts();
    if (errors.length > 0)
      throw new Error(`the error store has ${errors.length} rows: ${errors[0]?.message}`);
    await checkState(server, load, SOURCE_URL);
    return { ...cost, entries: progress.entries, counts };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What the FHIR server holds is what the hand-written mapping makes of the same entries, one by one. */
async function checkState(server: BenchServer, load: Load, sourceUrl: string): Promise<void> {
  assertSameState(
    'the engine against the hand-written mapping',
    await server.resources(),
    expectedState(load, sourceUrl),
  );
}

/** The last one is remembered: rounds repeat one feed. */
let known: { readonly key: string; readonly resources: readonly JsonObject[] } | undefined;

function expectedState({ shape, last = entryCount(shape) }: Load, sourceUrl: string): readonly JsonObject[] {
  const key = JSON.stringify([shape, last, sourceUrl]);
  if (known?.key === key) return known.resources;
  const state = createHandState(sourceUrl);
  const textsOf = createEntryTexts(shape);
  for (let first = 1; first <= last; first += 1000) {
    for (const text of textsOf(first, Math.min(last, first + 999))) {
      const entry = readEntry(JSON.parse(text));
      if ('malformed' in entry || !state.apply(entry)) throw new Error('the generator made an invalid entry');
    }
  }
  const resources = state.resources();
  const instances = resources.reduce((sum, { numberOfInstances }) => sum + Number(numberOfInstances ?? 0), 0);
  if (instances !== last) throw new Error(`${instances} instances for ${last} entries`);
  known = { key, resources };
  return resources;
}

export interface ProcessRun {
  /** Of the whole life of the process. */
  readonly cpuSeconds: number;
  readonly peakMegabytes: number;
  readonly wallSeconds: number;
}

export interface ProcessOptions {
  /** Of Node. */
  readonly flags?: readonly string[];
  /** Lines that take the place of those with the same key in the shipped configuration, or stand beside them. */
  readonly settings?: readonly string[];
}

/** The shipped configuration with other settings, beside nothing else: its mappings by their whole paths. */
function writeConfig(folder: string, settings: readonly string[]): string {
  let text = readFileSync(CONFIG, 'utf8').replaceAll('- mappings/', `- ${ROOT}/mappings/`);
  for (const line of settings) {
    const own = new RegExp(`^${line.split(':')[0]}:.*$`, 'm');
    text = own.test(text) ? text.replace(own, line) : `${text}\n${line}\n`;
  }
  const path = join(folder, 'config.yaml');
  writeFileSync(path, text);
  return path;
}

/** `node <flags> engine/cli/main.ts run --once` against the server, from start to end; a process that failed says why. */
export async function runProcess(
  server: BenchServer,
  load: Load,
  { flags = [], settings = [] }: ProcessOptions = {},
): Promise<ProcessRun | { readonly failed: string }> {
  await server.load(load);
  const folder = mkdtempSync(join(tmpdir(), 'dicomcast-bench-'));
  const usage = join(folder, 'usage.json');
  try {
    const began = performance.now();
    const preload = ['--import', join(import.meta.dirname, 'report-usage.ts')];
    const config = writeConfig(folder, settings);
    const command = [join(ROOT, 'engine/cli/main.ts'), 'run', '--once', '--config', config];
    const child = spawn(process.execPath, [...flags, ...preload, ...command], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {
        PATH: process.env['PATH'],
        DICOM_URL: server.feedUrl,
        FHIR_URL: server.fhirUrl,
        DICOMCAST_STATE: join(folder, 'state.db'),
        BENCH_USAGE: usage,
      },
    });
    let told = '';
    child.stderr.on('data', (text: Buffer) => {
      told = (told + text).slice(-20_000);
    });
    const [code, signal] = await once(child, 'exit');
    if (code !== 0) return { failed: isOutOfMemory(told) ? 'out of memory' : `ended with ${code ?? signal}` };
    const wallSeconds = (performance.now() - began) / 1000;
    await checkState(server, load, `${server.feedUrl}/`);
    return { ...(JSON.parse(readFileSync(usage, 'utf8')) as Omit<ProcessRun, 'wallSeconds'>), wallSeconds };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function isOutOfMemory(told: string): boolean {
  return told.includes('heap out of memory');
}
