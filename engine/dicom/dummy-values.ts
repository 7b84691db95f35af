/**
 * Values that stand in place of those of a person: a value and its VR come in, a dummy of the same form goes out. Equal
 * values give equal dummies under one key, and nobody without the key can say which value a dummy stands for, nor test a
 * guess (PS3.15 E.1.1 on hashes without a key).
 */
import { createHmac } from 'node:crypto';
import { parseDate, parseDateTime, parseTime } from './date-time.ts';
import { nameGroups } from './person-name.ts';
import { presentValue } from './vr.ts';

export interface Dummies {
  /** In place of a present value of an attribute; undefined where there is no dummy for the VR. */
  value(keyword: string, vr: string, value: unknown): unknown;
}

/** Defined terms have to be defined; a birth is before every study. */
const OF_KEYWORD: Readonly<Record<string, string>> = {
  PatientBirthDate: '19700101',
  PatientSex: 'O',
  PatientSexNeutered: 'UNALTERED',
  ReasonForTheAttributeModification: 'COERCE',
};

const DATE = '20000101';
const TIME = '120000';

/** What is called so in the first five components of a name (PS3.5 6.2.1), in Latin, and for the two other groups. */
const COMPONENTS = {
  Alphabetic: ['Family', 'Given', 'Middle', 'Prefix', 'Suffix'],
  Ideographic: ['姓', '名', '中', '敬', '尾'],
  Phonetic: ['せい', 'めい', 'なか', 'けい', 'び'],
} as const;

/** `key`: at least 16 bytes that nobody can guess. */
export function createDummies(key: Uint8Array): Dummies {
  const digest = (kind: string, text: string): Buffer =>
    createHmac('sha256', key).update(`${kind}\0${text}`).digest();
  const token = (kind: string, text: string, digits: number): string =>
    digest(kind, text).toString('hex').slice(0, digits);
  const name = (value: unknown): unknown => {
    const groups = nameGroups(value);
    // One token for the whole name, in the order in which the groups are written, whether as text or as object.
    const mark = token('PN', JSON.stringify([groups.Alphabetic, groups.Ideographic, groups.Phonetic]), 6);
    const dummies = Object.entries(groups).map(
      ([group, text]) =>
        [group, maskedName(COMPONENTS[group as keyof typeof COMPONENTS], text, mark)] as const,
    );
    if (typeof value !== 'string') return Object.fromEntries(dummies);
    const byGroup = new Map<string, string>(dummies);
    return Object.keys(COMPONENTS)
      .map((group) => byGroup.get(group) ?? '')
      .join('=')
      .replace(/=+$/, '');
  };
  return {
    value(keyword, vr, value) {
      const fixed = OF_KEYWORD[keyword];
      if (fixed !== undefined) return vr === 'DA' ? dummyDate(value, fixed) : fixed;
      switch (vr) {
        case 'AE':
        case 'CS':
          return 'DUMMY';
        case 'AS':
          return '030Y';
        case 'DA':
          return dummyDate(value, DATE);
        case 'DT':
          return dummyDateTime(value);
        case 'LO':
        case 'SH':
        case 'UC':
          // Many are identifiers, and what has one identifier must go on having one.
          return `dummy-${token('text', String(presentValue(vr, value)), 8)}`;
        case 'LT':
        case 'ST':
        case 'UT':
          return 'dummy';
        case 'PN':
          return name(value);
        case 'TM':
          return dummyTime(value);
        case 'UI':
          // PS3.5 B.2
          return `2.25.${uuidOf(digest('UI', String(presentValue('UI', value))))}`;
        case 'UR':
          return 'https://example.org/dummy';
        default:
          return undefined;
      }
    },
  };
}

/** 128 bits as a UUID of version 8 (RFC 9562), in decimal. */
function uuidOf(digest: Buffer): string {
  const bytes = digest.subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return BigInt(`0x${bytes.toString('hex')}`).toString();
}

/** A component for each that has a text; what stands beyond the five is left out. */
function maskedName(words: readonly string[], text: string, mark: string): string {
  const parts = text.split('^').slice(0, words.length);
  return parts.map((part, index) => (part.trim() === '' ? '' : `${words[index]}-${mark}`)).join('^');
}

/** As precise as the value is; a whole date for what is no date. */
function dummyDate(value: unknown, date: string): string {
  const parts = typeof value === 'string' ? parseDate(value.trim()) : undefined;
  if (!parts) return date;
  return date.slice(0, parts.month === undefined ? 4 : parts.day === undefined ? 6 : 8);
}

function dummyTime(value: unknown): string {
  const parts = typeof value === 'string' ? parseTime(value.trim()) : undefined;
  if (!parts) return TIME;
  if (parts.fraction !== undefined) return `${TIME}.${'0'.repeat(parts.fraction.length)}`;
  return TIME.slice(0, parts.minute === undefined ? 2 : parts.second === undefined ? 4 : 6);
}

/** Without the offset: where the instance was made is nobody's business (TimezoneOffsetFromUTC is X). */
function dummyDateTime(value: unknown): string {
  const text = typeof value === 'string' ? value.trim().replace(/[+-]\d\d:?\d\d$/, '') : '';
  const parts = parseDateTime(text);
  if (!parts) return DATE + TIME;
  const digits = text.split('.')[0]?.length ?? 0;
  return parts.time ? DATE + dummyTime(text.slice(8)) : DATE.slice(0, digits);
}
