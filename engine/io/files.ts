/** Files of users as text or bytes: a path comes in, what is in the file, or one plain sentence on why not, goes out. */
import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';

export type ReadText = { readonly text: string } | { readonly error: string };

/**
 * Reads a UTF-8 file of at most `maxBytes` (10 MiB), without its byte order mark. Never throws; the error does not name the
 * path, since who prints it knows how the user wrote it.
 */
export function readText(path: string, maxBytes = 10 * 1024 * 1024): ReadText {
  const read = readBytes(path, maxBytes);
  if ('error' in read) return read;
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(read.bytes) };
  } catch (error) {
    return { error: reasonOf(error) };
  }
}

export type ReadBytes = { readonly bytes: Uint8Array } | { readonly error: string };

/** Reads a file of at most `maxBytes` (1 GiB). Never throws; the error does not name the path. */
export function readBytes(path: string, maxBytes = 1024 * 1024 * 1024): ReadBytes {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    const stat = fstatSync(file);
    if (stat.isDirectory()) return { error: 'is a folder, not a file' };
    if (stat.size > maxBytes) return { error: `is larger than ${maxBytes} bytes` };
    const bytes = readFileSync(file);
    if (bytes.length > maxBytes) return { error: `is larger than ${maxBytes} bytes` };
    return { bytes };
  } catch (error) {
    return { error: reasonOf(error) };
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/**
 * Replaces a file by `text` in one step, with its byte order mark and its rights; the reason, as a sentence without the path,
 * when it could not be done.
 */
export function replaceText(path: string, text: string): string | undefined {
  let beside: string | undefined;
  try {
    const file = realpathSync(path);
    beside = `${file}.${process.pid}.tmp`;
    const isMarked = readFileSync(file).subarray(0, 3).equals(BYTE_ORDER_MARK);
    writeFileSync(beside, isMarked ? `\uFEFF${text}` : text, { mode: statSync(file).mode });
    renameSync(beside, file);
    return undefined;
  } catch (error) {
    if (beside !== undefined) rmSync(beside, { force: true });
    const reason = reasonOf(error);
    return reason === 'may not be read by this user' ? 'may not be written by this user' : reason;
  }
}

/** Writes a file, new or not, and the folders above it; the reason, as a sentence without the path, when it could not be done. */
export function writeText(path: string, text: string): string | undefined {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return undefined;
  } catch (error) {
    const reason = reasonOf(error);
    return reason.startsWith('may not be') ? 'may not be written by this user' : reason;
  }
}

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'does not exist';
  if (code === 'EACCES' || code === 'EPERM') return 'may not be read by this user';
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return 'is not UTF-8 text';
  return `cannot be read${/^[A-Z0-9_]+$/.test(code) ? ` (${code})` : ''}`;
}
