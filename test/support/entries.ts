/**
 * Entries of a change feed as a test writes them: keywords with plain values come in, the JSON that a DICOM service would
 * send goes out. What a test does not say has a default, so that it says only what it is about.
 */

import { attributeByTag } from '../../engine/dicom/dictionary.ts';
import {
  type ChangeFeedEntry,
  type DicomElement,
  type DicomJson,
  readEntry,
} from '../../engine/dicom/entry.ts';
import { parseTag } from '../../engine/dicom/tag.ts';
import { NUMBER_VRS } from '../../engine/dicom/vr.ts';

/**
 * Keys with a capital or `(gggg,eeee)` are attributes, the others (`action`, `state`, `sequence`, `timestamp`,
 * `partitionName`) belong to the entry. An attribute that is null is not there, not even by default; one that is [] is
 * there without a value; `{ vr, Value }` stands as it is.
 */
export type EntryWords = Readonly<Record<string, unknown>>;

/** What an entry has unless it says otherwise. */
const DEFAULTS: EntryWords = {
  StudyInstanceUID: '1.2.3',
  SeriesInstanceUID: '1.2.3.1',
  SOPInstanceUID: '1.2.3.1.1',
  SOPClassUID: '1.2.840.10008.5.1.4.1.1.2',
  PatientID: 'P1',
  Modality: 'CT',
};
const UIDS = {
  studyInstanceUid: 'StudyInstanceUID',
  seriesInstanceUid: 'SeriesInstanceUID',
  sopInstanceUid: 'SOPInstanceUID',
} as const;

/** One raw entry; a delete entry has no metadata, as in the feed. `sequence` counts when the words name none. */
export function entry(words: EntryWords, sequence = 1): Readonly<Record<string, unknown>> {
  const fields = Object.fromEntries(Object.entries(words).filter(([key]) => /^[a-z]/.test(key)));
  const attributes = Object.entries({ ...DEFAULTS, ...words }).filter(([key]) => !/^[a-z]/.test(key));
  const uids = Object.entries(UIDS).map(([field, keyword]) => [
    field,
    Object.fromEntries(attributes)[keyword],
  ]);
  const { action = 'create', state = action === 'delete' ? 'deleted' : 'current', ...rest } = fields;
  return {
    sequence,
    timestamp: '2024-05-06T07:08:09.123+00:00',
    ...Object.fromEntries(uids),
    action,
    state,
    ...(state === 'deleted' ? {} : { metadata: dataset(Object.fromEntries(attributes)) }),
    ...rest,
  };
}

/** Entries numbered from 1. */
export function entries(...all: readonly EntryWords[]): readonly Readonly<Record<string, unknown>>[] {
  return all.map((words, index) => entry(words, index + 1));
}

/** One entry as the engine reads it. */
export function readWords(words: EntryWords, sequence = 1): ChangeFeedEntry {
  const item = readEntry(entry(words, sequence));
  if ('malformed' in item) throw new Error(item.reason);
  return item;
}

/** The DICOM JSON Model of keywords (or `(gggg,eeee)`) with plain values; the VR is that of the dictionary. */
export function dataset(words: EntryWords): DicomJson {
  const elements: [string, DicomElement][] = [];
  for (const [name, value] of Object.entries(words)) {
    if (value === null) continue;
    const number = /^\(([0-9A-F]{4}),([0-9A-F]{4})\)$/.exec(name);
    if (number) {
      const tag = `${number[1]}${number[2]}`;
      elements.push([tag, element(name, tag, value)]);
      continue;
    }
    const path = parseTag(name);
    if ('error' in path || path.length !== 1 || !path[0] || !('tag' in path[0]))
      throw new Error(`${name} is no attribute`);
    elements.push([path[0].tag, element(name, path[0].tag, value)]);
  }
  return Object.fromEntries(elements.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function element(name: string, tag: string, value: unknown): DicomElement {
  if (typeof value === 'object' && value !== null && 'vr' in value) return value as DicomElement;
  const vr = attributeByTag(tag)?.vrs[0];
  if (vr === undefined) throw new Error(`${name} is not in the dictionary: write { vr: …, Value: […] }`);
  const values = (Array.isArray(value) ? value : [value]).map((each) => scalar(name, vr, each));
  return values.length === 0 ? { vr } : { vr, Value: values };
}

function scalar(name: string, vr: string, value: unknown): unknown {
  if (value === null || NUMBER_VRS.includes(vr)) return value;
  if (vr === 'SQ') return dataset(value as EntryWords);
  if (vr === 'PN' && typeof value === 'string') {
    const [Alphabetic, Ideographic, Phonetic] = value.split('=');
    return Object.fromEntries(
      Object.entries({ Alphabetic, Ideographic, Phonetic }).filter(([, group]) => group),
    );
  }
  // YAML reads 0930 as a number and its zero is gone.
  if (typeof value === 'number' && (vr === 'TM' || vr === 'SH'))
    throw new Error(`${name} must stand in quotes`);
  return typeof value === 'number' ? String(value) : value;
}
