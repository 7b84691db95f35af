/**
 * What a case is given comes in with a way to read its fixtures; the entries that the change feed delivers, and the resources
 * that the FHIR server holds before, go out. What cannot be read is a failure with its line. The same given, the same entries.
 */
import { readElement } from '../dicom/dataset.ts';
import type { DicomJson } from '../dicom/entry.ts';
import { isEngineError } from '../errors.ts';
import type { FhirResource } from '../fhir/resource.ts';
import { readInstance } from '../io/dicom-file.ts';
import { withAttributes, withoutAttribute } from './attributes.ts';
import type { Failure } from './case-result.ts';
import { type Fail, type ReadFixture, readExisting } from './existing.ts';
import type { EntryFile, Given, GivenEntry, TestCase } from './test-case.ts';

export type { ReadFixture } from './existing.ts';

/** An entry as the feed sends it: raw JSON. */
export type RawEntry = Readonly<Record<string, unknown>>;

export interface GivenParts {
  readonly entries: readonly RawEntry[];
  /** Each with an id. */
  readonly existing: readonly FhirResource[];
  /** Datasets of the instances, those of deletions too. */
  readonly datasets: readonly DicomJson[];
  /** When there are any, the rest is not to be used. */
  readonly failures: readonly Failure[];
}

export function readGiven({ given }: TestCase, read: ReadFixture): GivenParts {
  const failures: Failure[] = [];
  const fail = (line: number, message: string, hint?: string): void => {
    failures.push({ kind: 'given', message, line, ...(hint === undefined ? {} : { hint }) });
  };
  const takeUid = createUids(given.isHistory);
  const datasets: DicomJson[] = [];
  const entries = given.entries.map((entry, index) => {
    const dataset = withUids(edited(datasetOf(entry, given, read, fail), given, entry), takeUid);
    datasets.push(dataset);
    return rawEntry(entry, dataset, index + 1, new Date(given.at).toISOString());
  });
  return { entries, existing: readExisting(given.existing, read, fail), datasets, failures };
}

function datasetOf({ instance, line }: GivenEntry, given: Given, read: ReadFixture, fail: Fail): DicomJson {
  if (typeof instance !== 'string') return withAttributes(withAttributes({}, given.instance), instance ?? {});
  const file = read(instance);
  if ('error' in file) {
    const hint =
      'Paths start at the folder of the test file; `dicomcast fixture` makes a fixture of a DICOM file.';
    fail(line, `the instance ${instance} ${file.error}`, hint);
    return {};
  }
  try {
    return readInstance(file.bytes, instance);
  } catch (error) {
    if (!isEngineError(error)) throw error;
    fail(line, `the instance ${instance} cannot be used: ${error.message}`);
    return {};
  }
}

/** `set` before `unset`, of a base before the case's own, an entry's own last. */
function edited(dataset: DicomJson, { edits }: Given, entry: EntryFile): DicomJson {
  return [...edits, entry].reduce<DicomJson>((before, { set = {}, unset = [] }) => {
    return unset.reduce<DicomJson>(withoutAttribute, withAttributes(before, set));
  }, dataset);
}

const UID_TAGS = { study: '0020000D', series: '0020000E', instance: '00080018' } as const;

function uidOf(dataset: DicomJson, tag: string): unknown {
  return readElement(dataset, [{ tag }])?.values[0];
}

type TakeUid = (series: string) => string;

/** Counts on within a series; in a history, what names no instance is about the first one. */
function createUids(isHistory: boolean): TakeUid {
  const counts = new Map<string, number>();
  return (series) => {
    const count = isHistory ? 1 : (counts.get(series) ?? 0) + 1;
    counts.set(series, count);
    return below(series, count);
  };
}

/** PS3.5 9.1: a UID has at most 64 characters. */
function below(uid: string, count: number): string {
  const made = `${uid}.${count}`;
  return made.length > 64 ? `1.2.3.${count}` : made;
}

function withUids(dataset: DicomJson, takeUid: TakeUid): DicomJson {
  const study = uidOf(dataset, UID_TAGS.study) ?? '1.2.3';
  const series = uidOf(dataset, UID_TAGS.series) ?? below(String(study), 1);
  const instance = uidOf(dataset, UID_TAGS.instance) ?? takeUid(String(series));
  return withAttributes(dataset, {
    StudyInstanceUID: { vr: 'UI', Value: [study] },
    SeriesInstanceUID: { vr: 'UI', Value: [series] },
    SOPInstanceUID: { vr: 'UI', Value: [instance] },
  });
}

function rawEntry(words: GivenEntry, dataset: DicomJson, sequence: number, at: string): RawEntry {
  const { change = 'create', state = change === 'delete' ? 'deleted' : 'current', partition } = words;
  const hasMetadata = state !== 'deleted' && words.metadata !== null;
  return {
    sequence: words.sequence ?? sequence,
    timestamp: words.timestamp ?? at,
    ...(partition === undefined ? {} : { partitionName: partition }),
    studyInstanceUid: uidOf(dataset, UID_TAGS.study),
    seriesInstanceUid: uidOf(dataset, UID_TAGS.series),
    sopInstanceUid: uidOf(dataset, UID_TAGS.instance),
    action: change,
    state,
    ...(hasMetadata ? { metadata: dataset } : {}),
    ...words.entry,
  };
}
