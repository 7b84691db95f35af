/**
 * A change feed as long as one likes, of which nothing is kept: a sequence comes in with how much of the feed there is by then,
 * the entry goes out as the service would show it, and what must be stored when all of it is read.
 */
import { entry } from '../support/entries.ts';

/** Entries in which one study comes, and an old one goes. */
const STEP = 200;
const BLOCK = 100;
/** Studies that come before one is deleted. */
const LIFE = 25;
const PATIENTS = 1500;
const CREATED = 80;
const UPDATED = 10;
const DELETED = 9;

/** What one entry does. */
interface Act {
  readonly study: number;
  readonly instance: number;
  readonly action: 'create' | 'update' | 'delete' | 'malformed';
}

/**
 * A block of 100 entries that makes study m: 80 instances, 10 of them updated, 9 deleted, and one more or an entry that cannot
 * be read. Then one that deletes all of study m - 25, and updates study m.
 */
function actOf(sequence: number): Act {
  const at = sequence - 1;
  const study = Math.floor(at / STEP);
  const place = at % STEP;
  if (place < CREATED) return { study, instance: place, action: 'create' };
  if (place < CREATED + UPDATED) return { study, instance: place - CREATED, action: 'update' };
  if (place < BLOCK - 1) return { study, instance: place - CREATED, action: 'delete' };
  if (place === BLOCK - 1)
    return { study, instance: place, action: hasFault(study) ? 'malformed' : 'create' };
  const old = study - LIFE;
  const instance = old < 0 ? undefined : liveInstances(old)[place - BLOCK];
  if (instance !== undefined) return { study: old, instance, action: 'delete' };
  return { study, instance: CREATED - 1 - (place % 50), action: 'update' };
}

function hasFault(study: number): boolean {
  return study % 10 === 9;
}

/** Of a whole study. */
function liveInstances(study: number): readonly number[] {
  const first = Array.from({ length: CREATED }, (_, index) => index);
  const all = hasFault(study) ? first : [...first, BLOCK - 1];
  return all.filter((instance) => instance < UPDATED || instance >= UPDATED + DELETED);
}

export interface LongFeed {
  /** The JSON of the entries from `first` to `last`, when the feed ends at `visible`. */
  page(first: number, last: number, visible: number): string;
}

export function createLongFeed(): LongFeed {
  /** Sequences by instance, of the studies that were asked for last. */
  const studies = new Map<number, ReadonlyMap<number, readonly number[]>>();
  const eventsOf = (study: number): ReadonlyMap<number, readonly number[]> => {
    const known = studies.get(study);
    if (known) return known;
    const events = new Map<number, number[]>();
    const ranges = [study * STEP, study * STEP + BLOCK, (study + LIFE) * STEP + BLOCK];
    for (const from of ranges) {
      for (let sequence = from + 1; sequence <= from + BLOCK; sequence++) {
        const act = actOf(sequence);
        if (act.study !== study || act.action === 'malformed') continue;
        events.set(act.instance, [...(events.get(act.instance) ?? []), sequence]);
      }
    }
    studies.set(study, events);
    for (const old of studies.keys()) if (studies.size > 4 * LIFE) studies.delete(old);
    return events;
  };
  const show = (sequence: number, visible: number): object => {
    const { study, instance, action } = actOf(sequence);
    const uid = `2.25.${study + 1}`;
    const words = {
      StudyInstanceUID: uid,
      SeriesInstanceUID: `${uid}.${1 + (instance % 4)}`,
      SOPInstanceUID: `${uid}.${1 + (instance % 4)}.${instance + 1}`,
      timestamp: new Date(Date.UTC(2024, 0, 1) + sequence * 100).toISOString().replace('Z', '+00:00'),
    };
    if (action === 'malformed')
      return { ...entry({ ...words, action: 'rename' }, sequence), metadata: undefined };
    const newest = (eventsOf(study).get(instance) ?? []).findLast((other) => other <= visible) ?? sequence;
    const state =
      actOf(newest).action === 'delete' ? 'deleted' : newest === sequence ? 'current' : 'replaced';
    if (state !== 'current') return { ...entry({ ...words, action, state }, sequence), metadata: undefined };
    const values = {
      PatientID: `patient-${study % PATIENTS}`,
      PatientName: `Zebra^Number ${study % PATIENTS}`,
      StudyDate: '20240305',
      StudyTime: '101530',
      AccessionNumber: `A${study}`,
      StudyDescription: 'Thorax nativ',
      SeriesDescription: `Series ${instance % 4}`,
      SeriesNumber: instance % 4,
      InstanceNumber: instance,
      BodyPartExamined: 'CHEST',
    };
    return entry({ ...words, ...values, action }, sequence);
  };
  return {
    page: (first, last, visible) => {
      const length = Math.max(0, last - first + 1);
      return JSON.stringify(Array.from({ length }, (_, index) => show(first + index, visible)));
    },
  };
}

export interface LongModel {
  /** `Type count`, and instances in all studies together. */
  readonly resources: Readonly<Record<string, number>>;
  readonly instances: number;
  /** Open rows. */
  readonly rows: number;
}

/** What there is when all entries are read; `entries` is a whole number of steps. */
export function modelOf(entries: number): LongModel {
  const studies = entries / STEP;
  const live = Array.from({ length: Math.min(studies, LIFE) }, (_, index) => studies - 1 - index);
  return {
    resources: { Endpoint: 1, ImagingStudy: live.length, Patient: Math.min(studies, PATIENTS) },
    instances: live.reduce((sum, study) => sum + liveInstances(study).length, 0),
    rows: Math.floor(studies / 10),
  };
}

/** Down to a whole number of steps. */
export function wholeSteps(entries: number): number {
  return Math.max(STEP, entries - (entries % STEP));
}
