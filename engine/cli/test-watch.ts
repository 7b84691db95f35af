/**
 * `dicomcast test --watch`: the files that tests read come in; whenever some of them change, the paths go to a callback, several
 * changes at once, until the terminal's signal ends it.
 */
import { type FSWatcher, watch } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Terminal } from './terminal.ts';

/** Milliseconds without a change after which those so far are told: editors write a file in several steps. */
const QUIET = 80;
/** More folders than any site has; beyond it, something is wrong with the folders. */
const MOST_FOLDERS = 500;

/**
 * `foldersOf` is asked at the start and after every callback. Resolves when the signal is aborted; a callback under way is waited for.
 */
export async function watchFiles(
  { signal }: Pick<Terminal, 'signal'>,
  foldersOf: () => ReadonlySet<string>,
  onChange: (paths: ReadonlySet<string>) => Promise<void>,
): Promise<void> {
  const watchers = new Map<string, FSWatcher>();
  let changed = new Set<string>();
  let wake: () => void = () => undefined;
  const refresh = (): void => {
    const wanted = [...foldersOf()].slice(0, MOST_FOLDERS);
    for (const [folder, watcher] of watchers) {
      if (wanted.includes(folder)) continue;
      watcher.close();
      watchers.delete(folder);
    }
    for (const folder of wanted) {
      if (watchers.has(folder)) continue;
      const watcher = watchFolder(folder, (path) => {
        changed.add(path);
        wake();
      });
      if (watcher) watchers.set(folder, watcher);
    }
  };
  const stop = (): void => wake();
  signal.addEventListener('abort', stop, { once: true });
  try {
    refresh();
    while (!signal.aborted) {
      if (changed.size === 0) await new Promise<void>((resolve) => (wake = resolve));
      for (let before = -1; before !== changed.size && !signal.aborted; ) {
        before = changed.size;
        await new Promise((resolve) => setTimeout(resolve, QUIET));
      }
      if (signal.aborted) break;
      const paths = changed;
      changed = new Set();
      await onChange(paths);
      refresh();
    }
  } finally {
    signal.removeEventListener('abort', stop);
    for (const watcher of watchers.values()) watcher.close();
  }
}

function watchFolder(folder: string, tell: (path: string) => void): FSWatcher | undefined {
  try {
    const watcher = watch(folder, (_event, name) => {
      if (name) tell(join(folder, name));
    });
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    // A folder that is not there, or no longer: the one above it is watched as well.
    return undefined;
  }
}

/** The folders of files. */
export function foldersOfFiles(files: Iterable<string>): ReadonlySet<string> {
  return new Set([...files].map((file) => dirname(file)));
}
