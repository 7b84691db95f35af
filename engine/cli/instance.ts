/**
 * The name of a DICOM file or of a file with DICOM JSON comes in, the entry that a change feed would make of the instance
 * goes out; what cannot be read is told on standard error.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { readElement } from '../dicom/dataset.ts';
import type { ChangeFeedEntry, DicomJson } from '../dicom/entry.ts';
import { readEntry } from '../dicom/entry.ts';
import { isEngineError } from '../errors.ts';
import { readInstance } from '../io/dicom-file.ts';
import type { Terminal } from './terminal.ts';

const UIDS = {
  studyInstanceUid: '0020000D',
  seriesInstanceUid: '0020000E',
  sopInstanceUid: '00080018',
} as const;

/** Undefined when there is no instance in the file; the reason is printed then. */
export function readInstanceEntry(
  terminal: Terminal,
  fileName: string,
  sequence = 1,
): ChangeFeedEntry | undefined {
  const metadata = readInstanceFile(terminal, fileName);
  if (!metadata) return undefined;
  const entry = readEntry({ sequence, action: 'create', state: 'current', ...uidsOf(metadata), metadata });
  if (!('malformed' in entry)) return entry;
  terminal.err(`error[entry.malformed]: ${fileName}: ${entry.reason}\n`);
  return undefined;
}

/** The dataset as a change feed delivers it; undefined after the reason was printed. */
export function readInstanceFile(terminal: Terminal, fileName: string): DicomJson | undefined {
  try {
    return readInstance(readFileSync(resolve(terminal.cwd, fileName)), fileName);
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    const reason = isEngineError(error) ? error.message : `cannot be read (${String(code)})`;
    terminal.err(`error: ${fileName}: ${reason}\n`);
    return undefined;
  }
}

/** As a DICOM service would take them from the instance; what is missing is told by the reader of entries. */
function uidsOf(metadata: DicomJson): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(UIDS).map(([key, tag]) => [key, readElement(metadata, [{ tag }])?.values[0]]),
  );
}
