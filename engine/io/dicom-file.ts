/**
 * A DICOM file (PS3.10) or the text of DICOM JSON comes in, the dataset as a change feed delivers it goes out; and back
 * into a file. The only file that knows dcmjs, and only its writer: its reader takes a file that is cut in half for a
 * shorter one, and decodes only the first of several character sets (after it has split values at bytes that may be
 * halves of characters).
 */
import { createRequire } from 'node:module';
import { inflateRawSync } from 'node:zlib';
import type * as Dcmjs from 'dcmjs';
import { type DatasetEncoding, malformed, readDataset, readFileMeta } from '../dicom/data-elements.ts';
import { readDicomJson } from '../dicom/dicom-json.ts';
import { attributeByTag } from '../dicom/dictionary.ts';
import type { DicomElement, DicomJson } from '../dicom/entry.ts';
import { isEngineError } from '../errors.ts';

const PREAMBLE = 128;
const MARK = 'DICM';
const EXPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2.1';
/** A deflated dataset that grows beyond this is refused: it would fill the memory. */
const MAX_INFLATED_BYTES = 1 << 30;
/** Made once for this project, from a UUID (PS3.5 B.2). */
const IMPLEMENTATION_CLASS_UID = '2.25.309186497870766805437559518903109565075';

const IMPLICIT: DatasetEncoding = { explicitVr: false, littleEndian: true };
const EXPLICIT: DatasetEncoding = { explicitVr: true, littleEndian: true };

/** Transfer syntaxes whose dataset is not in explicit VR little endian (PS3.5 annex A); GE's private one is implicit. */
const ENCODINGS: Readonly<Record<string, DatasetEncoding>> = {
  '1.2.840.10008.1.2': IMPLICIT,
  '1.2.840.113619.5.2': IMPLICIT,
  '1.2.840.10008.1.2.2': { explicitVr: true, littleEndian: false },
};

const DEFLATED = new Set(['1.2.840.10008.1.2.1.99', '1.2.840.10008.1.2.4.95', '1.2.840.10008.1.2.4.205']);

/** Loaded when first needed: only samples and fixtures are ever written. */
let loaded: typeof Dcmjs | undefined;

function dcmjs(): typeof Dcmjs {
  if (!loaded) {
    loaded = createRequire(import.meta.url)('dcmjs') as typeof Dcmjs;
    // It logs values.
    loaded.log.setLevel('silent');
    loaded.log.getLogger('validation.dcmjs').setLevel('silent');
  }
  return loaded;
}

/**
 * Reads a DICOM file: keys of eight hex digits in upper case, text in Unicode, sequences nested, no bulk data, no group
 * 0002. Explicit and implicit VR, both byte orders, deflated, any pixel encoding.
 * Throws EngineError entry.malformed for what is no DICOM file or is cut; the reason names no value.
 */
export function readDicomFile(bytes: Uint8Array): DicomJson {
  if (!isDicomFile(bytes)) throw malformed('it is no DICOM file: there is no DICM at byte 128');
  return guarded(() => {
    const meta = readFileMeta(bytes, PREAMBLE + MARK.length);
    const rest = bytes.subarray(meta.end);
    const syntax = meta.transferSyntax;
    const dataset = DEFLATED.has(syntax ?? '') ? inflate(rest) : rest;
    const encoding = syntax === undefined ? guessEncoding(dataset) : (ENCODINGS[syntax] ?? EXPLICIT);
    const elements = readDataset(dataset, 0, encoding);
    if (Object.keys(elements).length === 0) throw malformed('the file has no dataset');
    return elements;
  });
}

/**
 * Reads an instance from a DICOM file or from DICOM JSON text (an object, or an array of one), told apart by content;
 * `fileName` only words the reason where it is neither. Throws EngineError entry.malformed.
 */
export function readInstance(bytes: Uint8Array, fileName: string): DicomJson {
  if (isDicomFile(bytes)) return readDicomFile(bytes);
  const start = bytes.findIndex((byte) => ![0x09, 0x0a, 0x0d, 0x20, 0xef, 0xbb, 0xbf].includes(byte));
  if (bytes[start] === 0x7b || bytes[start] === 0x5b) {
    return guarded(() => readDicomJson(new TextDecoder().decode(bytes)));
  }
  if (bytes.length === 0) throw malformed('the file is empty');
  if (fileName.toLowerCase().endsWith('.json')) throw malformed('the text is no JSON');
  throw malformed('it is neither a DICOM file (there is no DICM at byte 128) nor DICOM JSON');
}

/**
 * Writes a DICOM file in explicit VR little endian and UTF-8 (ISO_IR 192). Elements with a BulkDataURI are left out: their
 * data are elsewhere. Equal datasets give equal bytes. Throws EngineError entry.malformed for values that do not fit
 * their VR.
 */
export function writeDicomFile(dataset: DicomJson): Uint8Array {
  const { data } = dcmjs();
  return guarded(() => {
    const file = new data.DicomDict({
      '00020001': { vr: 'OB', Value: [Uint8Array.of(0, 1).buffer] },
      '00020002': { vr: 'UI', Value: dataset['00080016']?.Value ?? [] },
      '00020003': { vr: 'UI', Value: dataset['00080018']?.Value ?? [] },
      '00020010': { vr: 'UI', Value: [EXPLICIT_LITTLE_ENDIAN] },
      '00020012': { vr: 'UI', Value: [IMPLEMENTATION_CLASS_UID] },
    });
    file.dict = { ...toDcmjs(dataset), '00080005': { vr: 'CS', Value: ['ISO_IR 192'] } };
    return new Uint8Array(file.write({ allowInvalidVRLength: true }));
  });
}

function isDicomFile(bytes: Uint8Array): boolean {
  return (
    bytes.length > PREAMBLE && [...MARK].every((c, index) => bytes[PREAMBLE + index] === c.charCodeAt(0))
  );
}

/** What goes wrong in a parser, or in dcmjs, may quote the file; only our own reasons get out. */
function guarded<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (isEngineError(error)) throw error;
    throw malformed('the instance cannot be read or written');
  }
}

function inflate(bytes: Uint8Array): Uint8Array {
  try {
    return inflateRawSync(bytes, { maxOutputLength: MAX_INFLATED_BYTES });
  } catch {
    throw malformed('the deflated dataset cannot be inflated: it is cut or too large');
  }
}

/** Without a transfer syntax, two capital letters where the VR would be tell. */
function guessEncoding(dataset: Uint8Array): DatasetEncoding {
  return /^[A-Z]{2}$/.test(String.fromCharCode(...dataset.subarray(4, 6))) ? EXPLICIT : IMPLICIT;
}

function toDcmjs(dataset: DicomJson): Record<string, unknown> {
  const elements = Object.entries(dataset).flatMap(([tag, element]) => {
    if (tag.startsWith('0002') || tag === '00080005' || element.BulkDataURI !== undefined) return [];
    const vr = element.vr ?? attributeByTag(tag)?.vrs[0] ?? 'UN';
    return [[tag, { vr, Value: toDcmjsValues(tag, vr, element) }] as const];
  });
  return Object.fromEntries(elements);
}

function toDcmjsValues(tag: string, vr: string, element: DicomElement): unknown[] {
  if (element.InlineBinary !== undefined) {
    return [Uint8Array.from(Buffer.from(element.InlineBinary, 'base64')).buffer];
  }
  return (element.Value ?? []).map((value) => {
    if (vr === 'SQ') return toDcmjs((value ?? {}) as DicomJson);
    if (vr === 'AT' && typeof value === 'string') return Number.parseInt(value, 16);
    if (vr === 'PN' && typeof value === 'string') return { Alphabetic: value };
    // dcmjs would write a zero.
    if (BINARY_NUMBERS.has(vr) && typeof value !== 'number') {
      throw malformed(`(${tag.slice(0, 4)},${tag.slice(4)}) has a value that is no number`);
    }
    return value ?? '';
  });
}

const BINARY_NUMBERS = new Set(['FD', 'FL', 'SL', 'SS', 'UL', 'US']);
