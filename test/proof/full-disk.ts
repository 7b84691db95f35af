/**
 * A disk of a few pages for proofs that fill it: mounted as tmpfs where this process may, gone when the work is done.
 */
import { execFileSync } from 'node:child_process';
import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../support/temp.ts';

export interface TinyDisk {
  readonly folder: string;
  /** Takes all the room that is left. */
  fill(): void;
  free(): void;
}

const SIZE = '256k';

export async function withTinyDisk(work: (disk: TinyDisk) => Promise<void>): Promise<void> {
  const folder = temporaryFolder();
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE}`, 'tmpfs', folder]);
  const filler = join(folder, 'filler');
  try {
    await work({
      folder,
      fill() {
        const { bavail, bsize } = statfsSync(folder);
        writeFileSync(filler, Buffer.alloc(bavail * bsize));
      },
      free: () => rmSync(filler, { force: true }),
    });
  } finally {
    execFileSync('umount', [folder]);
  }
}

/** What a uvu suite offers. */
interface Suite {
  (name: string, body: () => void | Promise<void>): void;
  skip(name?: string): void;
}

/** Defines a test, or counts it as skipped and says why. */
export function skipUnless(
  test: Suite,
  isPossible: boolean,
  why: string,
): (name: string, body: () => void | Promise<void>) => void {
  return (name, body) => {
    if (isPossible) return test(name, body);
    console.log(`skipped: ${name} (${why})`);
    test.skip(name);
  };
}
