/**
 * Files by the names that people write: a path, or `dicomcast:patient.yaml` for a mapping that ships with the engine, comes in;
 * where the file lies, and what findings call it, go out. So a site's project fits every checkout and every container.
 */
import { globSync } from 'node:fs';
import { isAbsolute, join, posix, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the engine is installed. */
export const INSTALLED = fileURLToPath(new URL('../..', import.meta.url));

const PREFIX = 'dicomcast:';
const MAPPINGS = join(INSTALLED, 'mappings');

/** Where a file lies that is named from `folder`. */
export function pathOf(name: string, folder: string): string {
  // Behind a slash, so that `..` does not lead out of the folder.
  return isShippedName(name)
    ? join(MAPPINGS, posix.normalize(`/${name.slice(PREFIX.length)}`))
    : resolve(folder, name);
}

export function isShippedName(name: string): boolean {
  return name.startsWith(PREFIX);
}

/** What a file is called in messages: by its path from `cwd` if it lies below, a shipped mapping by its name, others by their path. */
export function calledFrom(cwd: string, path: string): string {
  const short = relative(cwd, path);
  if (!isOutside(short)) return short;
  const shipped = relative(MAPPINGS, path);
  return isOutside(shipped) ? path : `${PREFIX}${shipped.split(sep).join('/')}`;
}

/** Names that could be meant where one with the prefix is not there; undefined for a path. */
export function shippedNames(name: string): readonly string[] | undefined {
  if (!isShippedName(name)) return undefined;
  const files = globSync('{*,examples/*}.yaml', { cwd: MAPPINGS }).filter(
    (file) => !file.endsWith('.test.yaml'),
  );
  return files.map((file) => `${PREFIX}${file.split(sep).join('/')}`).toSorted();
}

function isOutside(path: string): boolean {
  return path.startsWith('..') || isAbsolute(path);
}
