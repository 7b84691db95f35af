/**
 * `dicomcast sandbox`: a change feed over a folder of DICOM files and a small FHIR server, on loopback, without the engine.
 * What it starts is also what the demo starts.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { type ChangeFeedSandbox, createChangeFeedSandbox } from '../sandbox/change-feed-server.ts';
import { createFhirSandbox, type FhirSandbox } from '../sandbox/fhir-server.ts';
import { writeSampleStudies } from '../sandbox/sample-studies.ts';
import { reportStart } from './sandbox-failure.ts';
import { DEFAULT_FEED_PORT, DEFAULT_FHIR_PORT } from './sandbox-ports.ts';
import { bold, columns, EXIT, type Terminal } from './terminal.ts';

export interface SandboxOptions {
  /** Folder of DICOM files or DICOM JSON; default: sample studies, written when they are not there. */
  readonly dicom?: string;
  readonly fhirPort?: number;
  readonly feedPort?: number;
  /** Forgets what was stored before. The DICOM files stay. */
  readonly fresh?: boolean;
}

export interface Sandbox {
  readonly feed: ChangeFeedSandbox;
  readonly fhir: FhirSandbox;
  /** Where both, and the demo's engine, keep what they remember. */
  readonly data: string;
  /** The folder of DICOM files, as shown. */
  readonly folder: string;
  /** Files that are no instances, with the reason. */
  readonly problems: readonly (readonly [file: string, reason: string])[];
  close(): Promise<void>;
}

/** Where the sandbox keeps what it remembers: of each folder of DICOM files apart. */
export function dataFolder({ cwd }: Terminal, { dicom }: SandboxOptions): string {
  const mark = (folder: string): string => createHash('sha256').update(folder).digest('hex').slice(0, 8);
  return join('.dicomcast', dicom === undefined ? 'demo' : `demo-${mark(resolve(cwd, dicom))}`);
}

export async function startSandbox(terminal: Terminal, options: SandboxOptions): Promise<Sandbox> {
  const given = options.dicom === undefined ? undefined : resolve(terminal.cwd, options.dicom);
  const data = resolve(terminal.cwd, dataFolder(terminal, options));
  if (options.fresh) for (const name of ['feed', 'fhir', 'state']) removeDatabase(join(data, `${name}.db`));
  mkdirSync(data, { recursive: true });
  const folder = given ?? join(data, 'dicom');
  if (given === undefined && !existsSync(folder)) await writeSampleStudies(folder);
  const problems: (readonly [string, string])[] = [];
  const feed = await createChangeFeedSandbox({
    folder,
    port: options.feedPort ?? DEFAULT_FEED_PORT,
    watch: true,
    path: join(data, 'feed.db'),
    onProblem: (file, reason) => problems.push([file, reason]),
  });
  try {
    const fhir = await createFhirSandbox({
      path: join(data, 'fhir.db'),
      port: options.fhirPort ?? DEFAULT_FHIR_PORT,
    });
    return {
      feed,
      fhir,
      data,
      folder: relative(terminal.cwd, folder) || '.',
      problems,
      async close() {
        await feed.close();
        await fhir.close();
      },
    };
  } catch (error) {
    await feed.close();
    throw error;
  }
}

/** False, with the reason printed, when `--dicom` names no folder. */
export function isFolderThere(terminal: Terminal, { dicom }: SandboxOptions): boolean {
  if (dicom === undefined) return true;
  const fault = folderFault(resolve(terminal.cwd, dicom));
  if (fault === undefined) return true;
  terminal.err(`error: ${dicom} ${fault}\n  = help: --dicom names a folder of DICOM files or DICOM JSON\n`);
  return false;
}

function folderFault(path: string): string | undefined {
  try {
    readdirSync(path);
    return undefined;
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code === 'ENOENT') return 'does not exist';
    if (code === 'ENOTDIR') return 'is no folder';
    return code === 'EACCES' || code === 'EPERM'
      ? 'may not be read by this user'
      : `cannot be read (${String(code)})`;
  }
}

/** Until it is stopped. */
export async function sandbox(terminal: Terminal, options: SandboxOptions): Promise<number> {
  if (!isFolderThere(terminal, options)) return EXIT.findings;
  try {
    const running = await startSandbox(terminal, options);
    terminal.out(
      `${bold(terminal, 'dicomcast sandbox')}: for trying things, not for data of people\n\n${addresses(running)}\n\nCtrl+C stops it.\n`,
    );
    for (const [file, reason] of running.problems) terminal.err(`not an instance: ${file}: ${reason}\n`);
    await aborted(terminal.signal);
    await running.close();
    return EXIT.ok;
  } catch (error) {
    return reportStart(terminal, error, dataFolder(terminal, options));
  }
}

export function addresses({ folder, feed, fhir }: Sandbox): string {
  return columns([
    ['DICOM files', folder],
    ['change feed', `${feed.url}/v1/changefeed`],
    ['FHIR server', `${fhir.url}   (open it in a browser)`],
  ]);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) done();
    else signal.addEventListener('abort', () => done(), { once: true });
  });
}

function removeDatabase(path: string): void {
  for (const suffix of ['', '-wal', '-shm', '-lock', '.lock']) rmSync(`${path}${suffix}`, { force: true });
}
