/**
 * Data elements of the sample studies: values come in, elements of the DICOM JSON Model
 * go out.
 */
import { createHash } from 'node:crypto';
import type { DicomElement, DicomJson } from '../dicom/entry.ts';

/** An item of a code sequence. */
export function code(value: string, scheme: string, meaning: string): DicomJson {
  return {
    '00080100': element('SH', value),
    '00080102': element('SH', scheme),
    '00080104': element('LO', meaning),
  };
}

/** An element with these values; without any, the element is there and empty (type 2). */
export function element(vr: string, ...values: readonly unknown[]): DicomElement {
  const present = values.filter((value) => value !== undefined);
  return present.length > 0 ? { vr, Value: present } : { vr };
}

/** A UID under 2.25 (PS3.5 B.2), from a UUID of version 8 (RFC 9562 5.8) that depends on nothing but `name`. */
export function uid(name: string): string {
  const bytes = createHash('sha256').update(`dicomcast sample ${name}`).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return `2.25.${BigInt(`0x${bytes.toString('hex')}`)}`;
}
