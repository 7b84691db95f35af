/**
 * The value field of one element and its VR come in, the values of the DICOM JSON Model (PS3.18 F.2) go out.
 * Nothing is judged here: a value that breaks the rules of its VR comes out as it stands, as text.
 */
import type { DecodeText } from './character-set.ts';
import { type NameGroups, nameGroups } from './person-name.ts';
import { trimValue } from './vr.ts';

interface NumericVr {
  readonly size: number;
  read(view: DataView, offset: number, littleEndian: boolean): number | string;
}

const NUMERIC_VRS: Readonly<Record<string, NumericVr>> = {
  AT: {
    size: 4,
    read: (view, at, little) => hex(view.getUint16(at, little)) + hex(view.getUint16(at + 2, little)),
  },
  FD: { size: 8, read: (view, at, little) => finite(view.getFloat64(at, little)) },
  FL: { size: 4, read: (view, at, little) => finite(shortestSingle(view.getFloat32(at, little))) },
  SL: { size: 4, read: (view, at, little) => view.getInt32(at, little) },
  SS: { size: 2, read: (view, at, little) => view.getInt16(at, little) },
  SV: { size: 8, read: (view, at, little) => exact(view.getBigInt64(at, little)) },
  UL: { size: 4, read: (view, at, little) => view.getUint32(at, little) },
  US: { size: 2, read: (view, at, little) => view.getUint16(at, little) },
  UV: { size: 8, read: (view, at, little) => exact(view.getBigUint64(at, little)) },
};

/**
 * The values of an element that is neither a sequence nor bulk data; empty when there is none. An empty one among
 * several is null. IS and DS are numbers; a DS whose digits a number would lose (`5.0`) and whatever is no number are text,
 * as PS3.18 F.2.3 allows.
 */
export function readValues(
  vr: string,
  bytes: Uint8Array,
  littleEndian: boolean,
  decode: DecodeText,
): readonly unknown[] {
  const numeric = NUMERIC_VRS[vr];
  if (numeric) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const count = Math.floor(bytes.length / numeric.size);
    return Array.from({ length: count }, (_, index) =>
      numeric.read(view, index * numeric.size, littleEndian),
    );
  }
  switch (vr) {
    case 'PN':
      return split(vr, decode(bytes, 'name'), personName);
    case 'SH':
    case 'LO':
    case 'UC':
      return split(vr, decode(bytes, 'values'), (value) => value);
    case 'ST':
    case 'LT':
    case 'UT':
      return whole(vr, decode(bytes, 'text'));
    case 'UR':
      return whole(vr, ascii(bytes));
    case 'IS':
      return split(vr, ascii(bytes), integerString);
    case 'DS':
      return split(vr, ascii(bytes), decimalString);
    default:
      return split(vr, ascii(bytes), (value) => value);
  }
}

/** A decimal string as a number where that keeps every digit, else as it stands. */
export function decimalString(text: string): number | string {
  return String(Number(text)) === text && Number.isFinite(Number(text)) ? Number(text) : text;
}

function integerString(text: string): number | string {
  return /^[+-]?\d+$/.test(text) ? Number(text) : text;
}

/** Null when all groups are empty (`==`). */
function personName(text: string): NameGroups | null {
  const groups = nameGroups(text);
  return Object.keys(groups).length > 0 ? groups : null;
}

function split<T>(vr: string, text: string, read: (value: string) => T): readonly (T | null)[] {
  const values = text.split('\\').map((value) => trimValue(vr, value));
  if (values.length === 1 && values[0] === '') return [];
  return values.map((value) => (value === '' ? null : read(value)));
}

function whole(vr: string, text: string): readonly string[] {
  const value = trimValue(vr, text);
  return value === '' ? [] : [value];
}

function ascii(bytes: Uint8Array): string {
  return new TextDecoder('iso-8859-1').decode(bytes);
}

/** The shortest decimal that gives this single: 0.1, not 0.10000000149011612. */
function shortestSingle(value: number): number {
  for (let digits = 6; digits <= 9; digits++) {
    const candidate = Number(value.toPrecision(digits));
    if (Math.fround(candidate) === value) return candidate;
  }
  return value;
}

/** JSON has no NaN and no infinity. */
function finite(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}

function exact(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}

function hex(value: number): string {
  return value.toString(16).toUpperCase().padStart(4, '0');
}
