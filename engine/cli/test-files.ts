/**
 * Which test files are meant: arguments of the command come in, absolute paths of files go out, or what matches nothing. What could
 * only be meant for a test file, and is none, is told: nothing passes because it was not seen.
 */
import { globSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { type Diagnostic, suggest } from '../diagnostic.ts';
import { shown, TEST_FILE } from './project.ts';
import type { Terminal } from './terminal.ts';

export interface FoundFiles {
  /** Sorted, each once. */
  readonly files: readonly string[];
  readonly problems: readonly Diagnostic[];
}

/** Files, folders (with all that is in them) and globs; `node_modules` and folders that begin with a point are never entered. */
export function findTestFiles(terminal: Terminal, names: readonly string[]): FoundFiles {
  const files = new Set<string>();
  const problems: Diagnostic[] = [];
  const problem = (file: string, message: string, hint: string, suggestion?: string): void => {
    const more = suggestion === undefined ? { hint } : { suggestion };
    problems.push({ code: 'test.no-file', severity: 'error', message, file, ...more });
  };
  for (const name of names) {
    const path = resolve(terminal.cwd, name);
    const kind = kindOf(path);
    if (kind === 'folder') {
      const found = inFolder(path);
      if (found.length === 0)
        problem(name, 'the folder has no test file', 'Test files are named <anything>.test.yaml.');
      for (const each of found) files.add(each);
    } else if (kind === 'file' && TEST_FILE.test(path)) files.add(path);
    else if (kind === 'file') {
      const beside = path.replace(/(?:\.\w+)?$/, '.test.yaml');
      const isThere = kindOf(beside) === 'file';
      const hint = 'Test files are named <anything>.test.yaml.';
      problem(name, 'this is no test file', hint, isThere ? shown(terminal, beside) : undefined);
    } else {
      const found = matching(terminal, name);
      if (found.length === 0)
        problem(
          name,
          'no test file matches',
          'Test files are named <anything>.test.yaml.',
          near(terminal, path),
        );
      for (const each of found) files.add(each);
    }
  }
  return { files: [...files].toSorted(), problems };
}

/** A test file of the same folder whose name is nearly this one. */
function near(terminal: Terminal, path: string): string | undefined {
  const folder = dirname(path);
  if (kindOf(folder) !== 'folder') return undefined;
  const names = readdirSync(folder).filter((name) => TEST_FILE.test(name));
  const close = suggest(basename(path), names);
  return close === undefined ? undefined : shown(terminal, join(folder, close));
}

/** Where test files are looked for when none are named: beside the mappings, and `test` and `tests` beside the configuration. */
export function defaultFolders(config: string, mappings: readonly string[]): readonly string[] {
  const besides = ['test', 'tests'].map((name) => join(dirname(config), name));
  return [...new Set([...mappings.map((each) => dirname(each)), ...besides])].filter(
    (each) => kindOf(each) === 'folder',
  );
}

/** All test files below, at any depth. */
export function inFolder(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return isEntered(entry.name) ? inFolder(path) : [];
    // A link to a file is read; one to a folder could lead in a circle.
    const isMeant = TEST_FILE.test(entry.name) && (entry.isFile() || kindOf(path) === 'file');
    return isMeant ? [path] : [];
  });
}

function isEntered(name: string): boolean {
  return name !== 'node_modules' && !name.startsWith('.');
}

function matching(terminal: Terminal, pattern: string): readonly string[] {
  return globSync(pattern, { cwd: terminal.cwd, exclude: (name) => name === 'node_modules' })
    .map((name) => resolve(terminal.cwd, name))
    .filter((path) => TEST_FILE.test(path) && kindOf(path) === 'file');
}

function kindOf(path: string): 'file' | 'folder' | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat?.isDirectory() ? 'folder' : stat?.isFile() ? 'file' : undefined;
}
