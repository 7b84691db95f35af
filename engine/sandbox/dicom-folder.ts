/**
 * A folder of DICOM files comes in, changes of the feed store come out: a new file is a create, a changed one an update,
 * a removed one a delete. A file that is no instance never stops a scan; it becomes an entry that lacks what it lacks.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { writeDicomJson } from '../dicom/dicom-json.ts';
import { attributeByTag } from '../dicom/dictionary.ts';
import type { DicomJson } from '../dicom/entry.ts';
import { trimValue } from '../dicom/vr.ts';
import { isEngineError } from '../errors.ts';
import { readInstance } from '../io/dicom-file.ts';
import {
  addChanges,
  type ChangeFeedStore,
  comparePaths,
  type FeedChanges,
  type FileContent,
  type InstanceUids,
  NO_CHANGES,
} from './change-feed-store.ts';

/** Told of a file that is no instance: its path in the folder, with `/`, and why; the reason names no value. */
export type ReportProblem = (relativePath: string, reason: string) => void;

export interface DicomFolder {
  /**
   * Compares the folder with the store and brings the store in line. `settling` leaves a file that is no instance for
   * the next scan unless it has not changed since the last one: it may still be being copied.
   */
  scan(options?: { readonly settling?: boolean }): Promise<FeedChanges>;
}

/** A sandbox reads whole files; this bounds its memory. */
const MAX_FILE_BYTES = 512 * 1024 * 1024;

/**
 * Taken are, recursively and in order of path, files named `.dcm`, `.dicom`, `.json`, without an extension, or with digits
 * behind the last point (UIDs as names). Not taken: names that start with a point, and DICOMDIR, which is an index.
 * Nothing is deleted from the feed in a scan in which a part of the folder could not be listed.
 */
export function createDicomFolder(
  folder: string,
  store: ChangeFeedStore,
  report: ReportProblem = () => {},
): DicomFolder {
  /** What the last scan left for the next, by path: files still being copied, and what could not be reached. */
  let pending: ReadonlyMap<string, string> = new Map();

  const take = async (path: string, settling: boolean, left: Map<string, string>): Promise<FeedChanges> => {
    const file = await open(folder, path, (mark) => store.see(path)?.stat === mark);
    if (file === 'gone' || file === 'same') return NO_CHANGES;
    const known = store.see(path);
    const failed = 'failure' in file;
    if (failed && known) {
      // It cannot be reached just now; that does not take the instance away.
      left.set(path, file.failure);
      if (pending.get(path) !== file.failure) report(path, file.failure);
      return NO_CHANGES;
    }
    const hash = failed ? file.mark : createHash('sha256').update(file.bytes).digest('base64');
    if (hash === known?.hash) {
      store.touch(path, file.mark);
      return NO_CHANGES;
    }
    const { content, reason } = failed
      ? { content: NOTHING_READ, reason: file.failure }
      : readContent(path, file.bytes);
    if (settling && reason !== undefined && pending.get(path) !== file.mark) {
      left.set(path, file.mark);
      return NO_CHANGES;
    }
    if (reason !== undefined) report(path, reason);
    return store.put(path, { ...content, stat: file.mark, hash });
  };

  return {
    async scan({ settling = false } = {}) {
      let changes = NO_CHANGES;
      let isComplete = true;
      const left = new Map<string, string>();
      store.startScan();
      for await (const found of walk(folder, '')) {
        if ('failure' in found) {
          isComplete = false;
          left.set(found.path, found.failure);
          if (pending.get(found.path) !== found.failure) {
            report(found.path, `the folder cannot be listed: ${found.failure}`);
          }
        } else {
          changes = addChanges(changes, await take(found.path, settling, left));
        }
      }
      pending = left;
      return isComplete ? addChanges(changes, store.endScan()) : changes;
    },
  };
}

type Opened =
  | 'gone'
  | 'same'
  | { readonly mark: string; readonly failure: string }
  | { readonly mark: string; readonly bytes: Uint8Array };

async function open(folder: string, path: string, isSame: (mark: string) => boolean): Promise<Opened> {
  let mark = '';
  try {
    const found = await stat(join(folder, path), { bigint: true });
    if (!found.isFile()) return 'gone';
    mark = `${found.ino} ${found.size} ${found.mtimeNs} ${found.ctimeNs}`;
    if (isSame(mark)) return 'same';
    if (found.size > MAX_FILE_BYTES) return { mark, failure: 'the file is larger than 512 MiB' };
    return { mark, bytes: await readFile(join(folder, path)) };
  } catch (error) {
    const code = codeOf(error);
    // Removed since the folder was listed, or a link to nothing.
    return code === 'ENOENT' ? 'gone' : { mark, failure: `the file cannot be opened: ${code}` };
  }
}

type Content = Omit<FileContent, 'stat' | 'hash'>;

const NOTHING_READ: Content = { uids: {}, metadata: undefined };

function readContent(path: string, bytes: Uint8Array): { content: Content; reason: string | undefined } {
  try {
    const dataset = readInstance(bytes, path);
    const uids = uidsOf(dataset);
    const missing = UID_KEYS.filter((key) => !(key in uids));
    const names = missing.map((key) => attributeByTag(UID_TAGS[key])?.keyword);
    const reason = missing.length > 0 ? `the instance has no ${names.join(', ')}` : undefined;
    return { content: { uids, metadata: writeDicomJson(dataset) }, reason };
  } catch (error) {
    if (!isEngineError(error)) throw error;
    return { content: NOTHING_READ, reason: error.message };
  }
}

type Found = { readonly path: string } | { readonly path: string; readonly failure: string };

/** Files in order of their whole path; a link to a file is a file, a link to a folder is passed over (it may be a loop). */
async function* walk(folder: string, prefix: string): AsyncGenerator<Found> {
  const listed = await readdir(join(folder, prefix), { withFileTypes: true }).catch(codeOf);
  if (typeof listed === 'string') {
    yield { path: prefix, failure: listed };
    return;
  }
  const names = listed
    .filter((item) => !item.name.startsWith('.'))
    .map((item) => (item.isDirectory() ? `${item.name}/` : item.name))
    .sort(comparePaths);
  for (const name of names) {
    if (name.endsWith('/')) yield* walk(folder, `${prefix}${name}`);
    else if (isTaken(name)) yield { path: `${prefix}${name}` };
  }
}

function isTaken(name: string): boolean {
  if (/^dicomdir$/i.test(name)) return false;
  const extension = /\.([^.]*)$/.exec(name)?.[1]?.toLowerCase();
  return extension === undefined || /^(?:dcm|dicom|json|\d+)$/.test(extension);
}

const UID_TAGS = {
  studyInstanceUid: '0020000D',
  seriesInstanceUid: '0020000E',
  sopInstanceUid: '00080018',
} as const;
const UID_KEYS = Object.keys(UID_TAGS) as (keyof typeof UID_TAGS)[];

/** The UIDs that are there and not blank. */
function uidsOf(dataset: DicomJson): InstanceUids {
  const uids: Partial<Record<keyof typeof UID_TAGS, string>> = {};
  for (const key of UID_KEYS) {
    const value = dataset[UID_TAGS[key]]?.Value?.[0];
    const text = typeof value === 'string' ? trimValue('UI', value) : '';
    if (text !== '') uids[key] = text;
  }
  return uids;
}

/** The code alone (EACCES, ENOENT): messages carry whole paths. */
function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}
