/**
 * The name of a DICOM file or of a file with DICOM JSON comes in, the entry that a change feed would make of the instance
 * goes out; what cannot be read is told on standard error.
 */
import { resolve } from 'node:path';
import { readElement } from '../dicom/dataset.ts';
import type { ChangeFeedEntry, DicomJson } from '../dicom/entry.ts';
import { readEntry } from '../dicom/entry.ts';
import { isEngineError } from '../errors.ts';
import { readInstance } from '../io/dicom-file.ts';
import { readBytes } from '../io/files.ts';
import type { Terminal } from './terminal.ts';

/** Keys of an entry, with what they are in an instance. */
const UIDS = [
  { key: 'studyInstanceUid', tag: '0020000D', name: 'StudyInstanceUID (0020,000D)' },
  { key: 'seriesInstanceUid', tag: '0020000E', name: 'SeriesInstanceUID (0020,000E)' },
  { key: 'sopInstanceUid', tag: '00080018', name: 'SOPInstanceUID (0008,0018)' },
] as const;

/** Undefined when there is no instance in the file; the reason is printed then. */
export function readInstanceEntry(
  terminal: Terminal,
  fileName: string,
  sequence = 1,
): ChangeFeedEntry | undefined {
  const metadata = readInstanceFile(terminal, fileName);
  if (!metadata) return undefined;
  const fault = uidFault(metadata);
  if (fault !== undefined) {
    const help = 'no DICOM service takes an instance without its three UIDs, as text; correct the file';
    terminal.err(`error: ${fileName}: ${fault}\n  = help: ${help}\n`);
    return undefined;
  }
  const entry = readEntry({ sequence, action: 'create', state: 'current', ...uidsOf(metadata), metadata });
  if (!('malformed' in entry)) return entry;
  terminal.err(`error[entry.malformed]: ${fileName}: ${entry.reason}\n`);
  return undefined;
}

/** The dataset as a change feed delivers it; undefined after the reason was printed. */
export function readInstanceFile(terminal: Terminal, fileName: string): DicomJson | undefined {
  const file = readBytes(resolve(terminal.cwd, fileName));
  if ('error' in file) {
    terminal.err(`error: ${fileName} ${file.error}\n`);
    return undefined;
  }
  try {
    return readInstance(file.bytes, fileName);
  } catch (error) {
    const reason = isEngineError(error) ? error.message : 'cannot be read';
    terminal.err(`error: ${fileName}: ${reason}\n`);
    return undefined;
  }
}

/** `StudyInstanceUID (0020,000D) is missing`: which of the three UIDs a feed could not name, all of one kind; undefined for none. */
export function uidFault(metadata: DicomJson): string | undefined {
  const values = UIDS.map(({ tag, name }) => ({ name, value: uidOf(metadata, tag) ?? '' }));
  const missing = values.filter(({ value }) => typeof value === 'string' && /^[\s\0]*$/.test(value));
  const wrong = values.filter(({ value }) => typeof value !== 'string');
  if (missing.length > 0) return `${listed(missing)} ${missing.length > 1 ? 'are' : 'is'} missing`;
  return wrong.length > 0 ? `${listed(wrong)} ${wrong.length > 1 ? 'are' : 'is'} not text` : undefined;
}

/** `a, b and c` */
function listed(uids: readonly { readonly name: string }[]): string {
  const names = uids.map(({ name }) => name);
  return names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${names.at(-1)}` : names.join('');
}

/** As a DICOM service would take them from the instance. */
function uidsOf(metadata: DicomJson): Readonly<Record<string, unknown>> {
  return Object.fromEntries(UIDS.map(({ key, tag }) => [key, uidOf(metadata, tag)]));
}

function uidOf(metadata: DicomJson, tag: string): unknown {
  return readElement(metadata, [{ tag }])?.values[0];
}
