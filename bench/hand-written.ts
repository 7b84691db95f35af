/**
 * The shipped mappings, written by hand: what a programmer would write who needs these three resources and no other. The
 * rival of the compiled plan: entries come in, what each says goes out, with the same checks and the same results.
 */
import { parseDate, parseTime } from '../engine/dicom/date-time.ts';
import type { ChangeFeedEntry, DicomJson } from '../engine/dicom/entry.ts';

export interface Coding {
  readonly system: string;
  readonly code: string;
}

export interface HumanName {
  readonly text?: string;
  readonly family?: string;
  readonly given?: readonly string[];
  readonly prefix?: readonly string[];
  readonly suffix?: readonly string[];
}

/** What one entry says, in FHIR's words. */
export interface Mapped {
  readonly patientId: string;
  readonly name: HumanName | undefined;
  readonly gender: string | undefined;
  readonly birthDate: string | undefined;
  readonly study: string;
  /** False for key objects and the like, which only fill what is empty. */
  readonly speaks: boolean;
  readonly accession: string | undefined;
  readonly started: string | undefined;
  readonly description: string | undefined;
  readonly series: string;
  readonly seriesNumber: number | undefined;
  readonly modality: Coding;
  readonly seriesDescription: string | undefined;
  readonly seriesStarted: string | undefined;
  readonly instance: string;
  readonly sopClass: Coding;
  readonly instanceNumber: number | undefined;
  /** An invalid number leaves what is there; an absent one clears it. */
  readonly isInstanceNumberAbsent: boolean;
}

/** Undefined where a required value is missing or invalid: the entry then contributes nothing. */
export function mapByHand({ metadata = {}, ...entry }: ChangeFeedEntry): Mapped | undefined {
  const patientId = line(metadata, '00100020', 64);
  const modality = codeString(metadata, '00080060');
  const sopClass = uidOf(only(metadata, '00080016'));
  const study = uidOf(entry.studyInstanceUid);
  const series = uidOf(entry.seriesInstanceUid);
  const instance = uidOf(entry.sopInstanceUid);
  if (patientId === undefined || modality === undefined || sopClass === undefined) return undefined;
  if (study === undefined || series === undefined || instance === undefined) return undefined;
  const offset = line(metadata, '00080201', 16, null);
  return {
    patientId,
    name: humanName(only(metadata, '00100010')),
    gender: GENDERS[String(only(metadata, '00100040'))],
    birthDate: fhirDate(metadata, '00100030'),
    study,
    speaks: !SILENT.has(modality),
    accession: line(metadata, '00080050', 16),
    started: moment(metadata, '00080020', '00080030', offset),
    description: line(metadata, '00081030', 64),
    series,
    seriesNumber: unsigned(metadata, '00200011'),
    modality: { system: 'http://dicom.nema.org/resources/ontology/DCM', code: modality },
    seriesDescription: line(metadata, '0008103E', 64),
    seriesStarted: moment(metadata, '00080021', '00080031', offset),
    instance,
    sopClass: { system: 'urn:ietf:rfc:3986', code: `urn:oid:${sopClass}` },
    instanceNumber: unsigned(metadata, '00200013'),
    isInstanceNumberAbsent: only(metadata, '00200013') === undefined,
  };
}

const GENDERS: Readonly<Record<string, string>> = { M: 'male', F: 'female', O: 'other' };
const SILENT: ReadonlySet<string> = new Set(['KO', 'PR', 'SR', 'SEG', 'REG', 'RWV', 'FID', 'DOC', 'AU']);

/** Several values where one belongs. */
const SEVERAL = Symbol('several');

/** The only value, without padding; undefined where there is none. */
function only(dataset: DicomJson, tag: string): unknown {
  const values = dataset[tag]?.Value;
  if (values === undefined) return undefined;
  let found: unknown;
  for (const raw of values) {
    const value = typeof raw === 'string' ? trimmed(raw) : (raw ?? undefined);
    if (value === undefined) continue;
    if (found !== undefined) return SEVERAL;
    found = value;
  }
  return found;
}

function trimmed(text: string): string | undefined {
  const last = text.charCodeAt(text.length - 1);
  if (text.charCodeAt(0) > 32 && last > 32) return text;
  const inner = text.replace(/^[ \0]+|[ \0]+$/g, '');
  return /^[\s\0]*$/.test(inner) ? undefined : inner;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what PS3.5 6.1 forbids.
const NOT_IN_LINE = /[\u0000-\u001f\u007f-\u009f\\]/;

/** A text of one line; `fault` where there is a value that is none. */
function line<Fault = undefined>(
  dataset: DicomJson,
  tag: string,
  most: number,
  fault?: Fault,
): string | undefined | Fault {
  const text = only(dataset, tag);
  if (text === undefined) return undefined;
  return typeof text === 'string' && isLine(text, most) ? text : fault;
}

function isLine(text: string, most: number): boolean {
  return (text.length <= most || [...text].length <= most) && !NOT_IN_LINE.test(text) && text.isWellFormed();
}

function codeString(dataset: DicomJson, tag: string): string | undefined {
  const text = only(dataset, tag);
  return typeof text === 'string' && text.length <= 16 && /^[A-Z0-9_]+(?: [A-Z0-9_]+)*$/.test(text)
    ? text
    : undefined;
}

function uidOf(value: unknown): string | undefined {
  return typeof value === 'string' &&
    value.length <= 64 &&
    /^(?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*))*$/.test(value)
    ? value
    : undefined;
}

function unsigned(dataset: DicomJson, tag: string): number | undefined {
  const value = only(dataset, tag);
  const isWritten = typeof value === 'string' && value.length <= 12 && /^[+-]?\d+$/.test(value);
  const number = typeof value === 'number' ? value : isWritten ? Number(value) : Number.NaN;
  return Number.isInteger(number) && number >= 0 && number <= 2_147_483_647 ? number + 0 : undefined;
}

function fhirDate(dataset: DicomJson, tag: string): string | undefined {
  const text = only(dataset, tag);
  if (typeof text !== 'string') return undefined;
  const parts = parseDate(text);
  if (!parts) return undefined;
  if (parts.month === undefined) return parts.year;
  return parts.day === undefined
    ? `${parts.year}-${parts.month}`
    : `${parts.year}-${parts.month}-${parts.day}`;
}

/** Date and time, as precise as they are; `offset` is null where what stands there is none. */
function moment(
  dataset: DicomJson,
  dateTag: string,
  timeTag: string,
  offset: string | undefined | null,
): string | undefined {
  const date = fhirDate(dataset, dateTag);
  const time = only(dataset, timeTag);
  const zone = offset === undefined ? '+00:00' : offset === null ? undefined : fhirOffset(offset);
  if (date === undefined || zone === undefined) return undefined;
  if (time === undefined) return date;
  const parts = typeof time === 'string' ? parseTime(time) : undefined;
  if (!parts) return undefined;
  const { hour, minute, second = '00', fraction } = parts;
  if (date.length < 10 || minute === undefined) return date;
  return `${date}T${hour}:${minute}:${second}${fraction === undefined ? '' : `.${fraction}`}${zone}`;
}

function fhirOffset(text: string): string | undefined {
  const match = /^([+-])(\d\d):?([0-5]\d)$/.exec(text);
  if (!match) return undefined;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  const isPossible = match[1] === '-' ? minutes > 0 && minutes <= 720 : minutes <= 840;
  return isPossible ? `${match[1]}${match[2]}:${match[3]}` : undefined;
}

/** The first component group that has a name. */
function humanName(value: unknown): HumanName | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const groups = value as Readonly<Record<string, unknown>>;
  let used: readonly string[] | undefined;
  for (const key of ['Alphabetic', 'Ideographic', 'Phonetic']) {
    const group = groups[key];
    if (group === undefined || group === null) continue;
    const text = typeof group === 'string' ? group.replace(/^[ \0]+|[ \0]+$/g, '') : '=';
    const parts = text.split('^').map((part) => part.replace(/^[ \0]+|[ \0]+$/g, ''));
    if (text.includes('=') || parts.length > 5 || !isLine(text, 64)) return undefined;
    if (parts.some((part) => part !== '')) used ??= parts;
  }
  if (!used) return undefined;
  const [family = '', given = '', middle = '', prefix = '', suffix = ''] = used;
  const name: { -readonly [Key in keyof HumanName]: HumanName[Key] } = {};
  if (family.includes(' ') && !given && !middle && !prefix && !suffix) name.text = family;
  if (family) name.family = family;
  if (given || middle) name.given = [...words(given), ...words(middle)];
  if (prefix) name.prefix = words(prefix);
  if (suffix) name.suffix = suffix.includes(',') ? suffix.split(/ *, */).filter(Boolean) : words(suffix);
  return name;
}

function words(text: string): readonly string[] {
  return text === '' ? [] : text.split(/[ \u3000]+/).filter(Boolean);
}
