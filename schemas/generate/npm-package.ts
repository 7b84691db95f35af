/**
 * Published npm packages as sources of tables: a name and a pinned version in, a folder with its files out. Nothing is run
 * (no install scripts) and nothing is added to the project.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Calls `use` with the folder of the package in a temporary folder, which is removed afterwards. */
export async function withPackage<T>(
  name: string,
  version: string,
  use: (folder: string) => Promise<T>,
): Promise<T> {
  const root = await mkdtemp(join(tmpdir(), 'dicomcast-generate-'));
  try {
    const wanted = `${name}@${version}`;
    const options = ['--prefix', root, '--no-save', '--ignore-scripts', '--no-audit', '--no-fund'];
    await run('npm', ['install', ...options, wanted], { cwd: root, timeout: 300_000 });
    return await use(join(root, 'node_modules', name));
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

/** The file, parsed; the caller says what it is. */
export async function readJson<T>(file: string | URL): Promise<T> {
  return JSON.parse(await readFile(file, 'utf8')) as T;
}
