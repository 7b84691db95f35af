/**
 * Temporary folders for tests: each call gives a new, empty folder, and all of them are gone when the process ends.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folders: string[] = [];

process.on('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Absolute path of a new, empty folder; removed with all its content when this process exits. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dicomcast-test-'));
  folders.push(folder);
  return folder;
}
