/**
 * The bytes of a dataset (PS3.5 section 7) come in, the DICOM JSON Model without bulk data goes out. Every length is
 * checked against what is there: a cut file throws, it never passes for a shorter one.
 */
import { EngineError } from '../errors.ts';
import { createTextDecoder, type DecodeText } from './character-set.ts';
import { attributeByTag } from './dictionary.ts';
import { readValues } from './element-values.ts';
import type { DicomElement, DicomJson } from './entry.ts';
import { BINARY_VRS } from './vr.ts';

export interface DatasetEncoding {
  readonly explicitVr: boolean;
  readonly littleEndian: boolean;
}

/** VRs whose values a change feed leaves out. */
export const BULK_VRS: ReadonlySet<string> = new Set(BINARY_VRS);

/** PS3.5 7.1.2: VRs with a length of 16 bits; all others, future ones too, have 32. */
const SHORT_LENGTH = new Set('AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US'.split(' '));
/** Values of other VRs, which a later edition may add, are bulk data to us. */
const KNOWN = new Set([...SHORT_LENGTH, 'SV', 'UC', 'UR', 'UT', 'UV']);
const UNDEFINED_LENGTH = 0xffffffff;
const EITHER_SHORT = 'US or SS';
const ITEM = 'FFFEE000';
const ITEM_END = 'FFFEE00D';
const SEQUENCE_END = 'FFFEE0DD';
/** Real datasets nest to about ten; without a bound, a forged file exhausts the stack. */
const MAX_DEPTH = 100;

interface Input {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  offset: number;
}

interface Scope extends DatasetEncoding {
  /** Where the enclosing value, or the file, ends. */
  readonly end: number;
  readonly depth: number;
  readonly decode: DecodeText;
  readonly isSigned: boolean;
  /** An item of undefined length: ends with an item delimiter. */
  readonly delimited: boolean;
}

interface Header {
  readonly tag: string;
  readonly vr: string;
  readonly length: number;
}

/** An instance that cannot be read. `reason` names tags and lengths, never values. */
export function malformed(reason: string): EngineError {
  return new EngineError('entry.malformed', reason);
}

/**
 * Reads the elements from `start` to the end of `bytes`. Text is Unicode, and Specific Character Set, where present, says
 * so (ISO_IR 192, PS3.18 F.2.2). Left out: values of BULK_VRS, groups 0002 and 7FE0, group lengths, trailing padding.
 * Throws EngineError entry.malformed.
 */
export function readDataset(bytes: Uint8Array, start: number, encoding: DatasetEncoding): DicomJson {
  const input = openInput(bytes, start);
  return readElements(input, {
    ...encoding,
    end: bytes.length,
    depth: 0,
    decode: createTextDecoder([]),
    isSigned: false,
    delimited: false,
  });
}

/** Reads group 0002 (PS3.10 7.1), always explicit VR little endian; its group length may be absent or wrong. */
export function readFileMeta(
  bytes: Uint8Array,
  start: number,
): { readonly transferSyntax: string | undefined; readonly end: number } {
  const input = openInput(bytes, start);
  const scope = { explicitVr: true, littleEndian: true };
  let transferSyntax: string | undefined;
  while (bytes.length - input.offset >= 8 && input.view.getUint16(input.offset, true) === 0x0002) {
    const { tag, vr, length } = readHeader(input, scope, bytes.length);
    const value = takeValue(input, tag, length, bytes.length);
    if (tag === '00020010') {
      const uid = readValues(vr, value, true, createTextDecoder([]))[0];
      if (typeof uid === 'string') transferSyntax = uid;
    }
  }
  return { transferSyntax, end: input.offset };
}

function openInput(bytes: Uint8Array, offset: number): Input {
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset };
}

function readElements(input: Input, outer: Scope): DicomJson {
  let scope = outer;
  const dataset: Record<string, DicomElement> = {};
  while (input.offset < scope.end) {
    if (scope.depth === 0 && isPadding(input, scope.end)) break;
    const header = readHeader(input, scope, scope.end);
    if (header.tag === ITEM_END && scope.delimited) return dataset;
    if (header.tag.startsWith('FFFE')) throw malformed('an item or a delimiter stands outside a sequence');
    const element = readElement(input, scope, header);
    if (!element) continue;
    dataset[header.tag] = element;
    if (header.tag === '00080005') {
      const terms = (element.Value ?? []).map((term) => (typeof term === 'string' ? term : ''));
      scope = { ...scope, decode: createTextDecoder(terms) };
      if (element.Value) dataset[header.tag] = { vr: 'CS', Value: ['ISO_IR 192'] };
    } else if (header.tag === '00280103') {
      scope = { ...scope, isSigned: element.Value?.[0] === 1 };
    }
  }
  if (scope.delimited) throw truncated();
  return dataset;
}

/** Some writers fill the last block of a file with zeros. */
function isPadding({ bytes, view, offset }: Input, end: number): boolean {
  const rest = end - offset;
  if (rest >= 4 && view.getUint32(offset, true) !== 0) return false;
  return bytes.subarray(offset, end).every((byte) => byte === 0);
}

function readHeader(input: Input, encoding: DatasetEncoding, end: number): Header {
  const { view, offset } = input;
  const little = encoding.littleEndian;
  if (end - offset < 8) throw truncated();
  const tag = hex(view.getUint16(offset, little)) + hex(view.getUint16(offset + 2, little));
  const written = String.fromCharCode(view.getUint8(offset + 4), view.getUint8(offset + 5));
  // Elements without a VR amid explicit ones come from writers that copied them from an implicit file.
  if (!encoding.explicitVr || tag.startsWith('FFFE') || !/^[A-Z]{2}$/.test(written)) {
    input.offset = offset + 8;
    return { tag, vr: dictionaryVr(tag), length: view.getUint32(offset + 4, little) };
  }
  if (SHORT_LENGTH.has(written)) {
    input.offset = offset + 8;
    return { tag, vr: written, length: view.getUint16(offset + 6, little) };
  }
  if (end - offset < 12) throw truncated();
  input.offset = offset + 12;
  return { tag, vr: written, length: view.getUint32(offset + 8, little) };
}

/** Where PS3.6 leaves the VR open: `US or SS`, to be told by Pixel Representation; else bulk data. */
function dictionaryVr(tag: string): string {
  const isPrivate = Number.parseInt(tag.slice(0, 4), 16) % 2 === 1;
  // PS3.5 7.8.1: (gggg,0010-00FF) name the creator of a block.
  if (isPrivate) return /^.{4}00[1-9A-F]/.test(tag) ? 'LO' : 'UN';
  const vrs = attributeByTag(tag)?.vrs ?? [];
  return vrs.includes('SS') ? EITHER_SHORT : (vrs.at(-1) ?? 'UN');
}

/** Reads past one element; undefined when a change feed would not show it. */
function readElement(
  input: Input,
  scope: Scope,
  { tag, vr: written, length }: Header,
): DicomElement | undefined {
  // PS3.5 6.2.2 note 3: a standard attribute in UN has the VR of the dictionary, encoded in implicit little endian.
  const reinterpreted = written === 'UN' ? dictionaryVr(tag) : written;
  const inner: DatasetEncoding = written === 'UN' ? { explicitVr: false, littleEndian: true } : scope;
  const vr = reinterpreted === EITHER_SHORT ? (scope.isSigned ? 'SS' : 'US') : reinterpreted;
  const isHidden = /^(?:0002|7FE0)|0000$|^FFFCFFFC$/.test(tag);
  if (vr === 'SQ' || (length === UNDEFINED_LENGTH && vr === 'UN')) {
    const items = readSequence(input, { ...scope, ...inner }, tag, length);
    if (vr !== 'SQ' || isHidden) return undefined;
    return items.length > 0 ? { vr, Value: items } : { vr };
  }
  if (length === UNDEFINED_LENGTH) {
    skipFragments(input, scope);
    return undefined;
  }
  const bytes = takeValue(input, tag, length, scope.end);
  if (isHidden || !KNOWN.has(vr)) return undefined;
  const values = readValues(vr, bytes, inner.littleEndian, scope.decode);
  return values.length > 0 ? { vr, Value: values } : { vr };
}

function takeValue(input: Input, tag: string, length: number, end: number): Uint8Array {
  const start = input.offset;
  if (length > end - start) {
    throw malformed(`the file ends inside (${tag.slice(0, 4)},${tag.slice(4)}): it is cut, or no DICOM file`);
  }
  input.offset = start + length;
  return input.bytes.subarray(start, input.offset);
}

function readSequence(input: Input, scope: Scope, tag: string, length: number): DicomJson[] {
  if (scope.depth >= MAX_DEPTH) throw malformed(`sequences are nested more than ${MAX_DEPTH} deep`);
  const isDelimited = length === UNDEFINED_LENGTH;
  const end = isDelimited ? scope.end : input.offset + length;
  if (end > scope.end) takeValue(input, tag, length, scope.end);
  const items: DicomJson[] = [];
  while (isDelimited || input.offset < end) {
    const item = readHeader(input, scope, end);
    if (item.tag === SEQUENCE_END) {
      if (isDelimited) return items;
      continue;
    }
    if (item.tag !== ITEM)
      throw malformed(`a sequence (${tag.slice(0, 4)},${tag.slice(4)}) holds something that is no item`);
    const delimited = item.length === UNDEFINED_LENGTH;
    const itemEnd = delimited ? end : input.offset + item.length;
    if (itemEnd > end) throw truncated();
    items.push(readElements(input, { ...scope, end: itemEnd, depth: scope.depth + 1, delimited }));
  }
  return items;
}

/** Encapsulated pixel data (PS3.5 A.4). */
function skipFragments(input: Input, scope: Scope): void {
  for (;;) {
    const fragment = readHeader(input, scope, scope.end);
    if (fragment.tag === SEQUENCE_END) return;
    if (fragment.tag !== ITEM) throw malformed('encapsulated data holds something that is no fragment');
    takeValue(input, fragment.tag, fragment.length, scope.end);
  }
}

function truncated(): EngineError {
  return malformed('the file ends inside an element: it is cut, or no DICOM file');
}

function hex(value: number): string {
  return value.toString(16).toUpperCase().padStart(4, '0');
}
