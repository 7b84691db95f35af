/**
 * The folder of real DICOM instances that lies beside some checkouts and is no part of the repository. Tests that read it
 * are skipped, with a message, where it is absent.
 */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

const FOLDER = resolve(import.meta.dirname, '../../../shared/corpus');

/** What a uvu suite offers to `skipWithoutCorpus`. */
interface Suite {
  (name: string, body: () => void | Promise<void>): void;
  skip(name?: string): void;
}

/** Absolute path of the corpus (its README.md describes the files), or undefined where there is none. */
export function corpusFolder(): string | undefined {
  return existsSync(FOLDER) ? FOLDER : undefined;
}

/**
 * Defines tests that need the corpus: `const onCorpus = skipWithoutCorpus(test);` then
 * `onCorpus('reads every instance', (folder) => { … });`. Without a corpus each counts as skipped and says so.
 */
export function skipWithoutCorpus(
  test: Suite,
  folder = corpusFolder(),
): (name: string, body: (folder: string) => void | Promise<void>) => void {
  return (name, body) => {
    if (folder !== undefined) {
      test(name, () => body(folder));
      return;
    }
    console.log(`skipped: ${name} (there is no ../shared/corpus beside this checkout)`);
    test.skip(name);
  };
}
