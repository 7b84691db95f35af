/**
 * A change feed sandbox over a temporary folder, for tests: datasets and files to put there, and its feed in short.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as assert from 'uvu/assert';
import type { DicomJson } from '../../engine/dicom/entry.ts';
import {
  type ChangeFeedSandbox,
  type ChangeFeedSandboxOptions,
  createChangeFeedSandbox,
} from '../../engine/sandbox/change-feed-server.ts';
import { temporaryFolder } from './temp.ts';

const EIGHT = Date.UTC(2024, 2, 5, 8);

/** A clock that is a minute later each time it is asked; the first answer is eight o'clock. */
function minutes(): () => number {
  let next = EIGHT;
  return () => {
    next += 60_000;
    return next - 60_000;
  };
}

/** `study.series.instance` makes the UIDs `1.<study>`, `1.<study>.<series>`, `1.<study>.<series>.<instance>`. */
export function dataset(uids: string, description = 'a'): DicomJson {
  const [study, series, instance] = uids.split('.');
  return {
    '00080018': { vr: 'UI', Value: [`1.${study}.${series}.${instance}`] },
    '00081030': { vr: 'LO', Value: [description] },
    '0020000D': { vr: 'UI', Value: [`1.${study}`] },
    '0020000E': { vr: 'UI', Value: [`1.${study}.${series}`] },
  };
}

/** Writes a file: a dataset as JSON, anything else as it stands. */
export function write(folder: string, path: string, content: DicomJson | string | Uint8Array): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  const isBytes = typeof content === 'string' || content instanceof Uint8Array;
  writeFileSync(join(folder, path), isBytes ? content : JSON.stringify(content));
}

/** Runs `body` with a sandbox over a new folder with these files, and closes it. Its clock goes on by a minute when asked. */
export async function withSandbox(
  options: Partial<ChangeFeedSandboxOptions>,
  files: Readonly<Record<string, DicomJson | string | Uint8Array>>,
  body: (sandbox: ChangeFeedSandbox, folder: string) => Promise<void>,
): Promise<void> {
  const folder = options.folder ?? temporaryFolder();
  for (const [path, content] of Object.entries(files)) write(folder, path, content);
  const sandbox = await createChangeFeedSandbox({ now: minutes(), ...options, folder });
  try {
    await body(sandbox, folder);
  } finally {
    await sandbox.close();
  }
}

/** What tests look at. */
export interface Entry {
  readonly sequence: number;
  readonly action: string;
  readonly state?: string;
  readonly sopInstanceUid?: string;
  readonly metadata?: DicomJson;
}

/** A page of the feed; everything in it by default. */
export async function read(sandbox: ChangeFeedSandbox, path = '/v1/changefeed?limit=100'): Promise<Entry[]> {
  const response = await fetch(sandbox.url + path);
  assert.is(response.status, 200);
  return (await response.json()) as Entry[];
}

/** `sequence instance action/state description` of each entry. */
export async function summary(sandbox: ChangeFeedSandbox, path?: string): Promise<readonly string[]> {
  return (await read(sandbox, path)).map(({ sequence, sopInstanceUid, action, state, metadata }) =>
    [
      sequence,
      sopInstanceUid,
      `${action}/${state}`,
      ...(metadata ? [metadata['00081030']?.Value?.[0] ?? '-'] : []),
    ].join(' '),
  );
}
