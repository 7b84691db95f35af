/**
 * A site for tests: a temporary folder with the shipped configuration and mappings, without their tests, which a test may change.
 */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from './temp.ts';

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));

/** Absolute path of the folder. `changes`: per file, a text that is replaced once by another. */
export function siteProject(
  changes: Readonly<Record<string, readonly [from: string, to: string]>> = {},
): string {
  const folder = temporaryFolder();
  for (const name of ['dicomcast.config.yaml', 'mappings']) {
    const filter = (path: string): boolean => !/\.test\.ya?ml$/.test(path);
    cpSync(join(REPOSITORY, name), join(folder, name), { recursive: true, filter });
  }
  for (const [name, [from, to]] of Object.entries(changes)) {
    const path = join(folder, name);
    writeFileSync(path, readFileSync(path, 'utf8').replace(from, to));
  }
  return folder;
}
