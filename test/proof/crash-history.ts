/**
 * A made-up past of a DICOM service for the proof of crashes: a seed and sizes come in; feeds as a reader would find them at
 * several times go out, each longer than the one before. Everything that can fail for an entry fails somewhere.
 */
import { type Act, feedAfter } from '../support/history.ts';
import type { Values } from '../support/loop.ts';
import { createRandom, type Random } from './random.ts';

export interface HistoryOptions {
  readonly seed: number;
  readonly entries: number;
  readonly studies: number;
  /** How often the service is looked at. */
  readonly looks: number;
}

/** The FHIR server refuses what has this description. */
export const REFUSED = 'REFUSE ME';

/** What the feed shows at each look: entries, and texts that are none. */
export type Feed = readonly (object | string)[];

/** At every look the feed is read to its end, so that what is stored does not depend on when an entry was read. */
export function makeHistory(options: HistoryOptions): readonly Feed[] {
  const random = createRandom(options.seed);
  const acts = makeActs(random, options);
  // Sequences have gaps, and here and there something that cannot be read.
  const broken = new Map<number, string>();
  const sequences: number[] = [];
  let sequence = 0;
  for (const index of acts.keys()) {
    if (random.oneIn(25)) sequence += random.below(300);
    sequence++;
    if (random.oneIn(60)) {
      broken.set(index, random.pick(BROKEN));
      sequence++;
    }
    sequences.push(sequence);
  }
  return Array.from({ length: options.looks }, (_, look) => {
    // Most of it at the first look; the later ones change and remove.
    const known =
      look === options.looks - 1 ? acts.length : Math.ceil((acts.length * (look + 3)) / (options.looks + 3));
    return feedAfter(acts, known).flatMap((entry, index) => {
      const text = broken.get(index);
      const numbered = { ...entry, sequence: sequences[index] as number };
      const before = text === undefined ? [] : [text.replace('SEQUENCE', String(numbered.sequence - 1))];
      return [...before, numbered];
    });
  });
}

const BROKEN = [
  '{"sequence":SEQUENCE,"timestamp":"2024-01-01T00:00:00+00:00","action":"create",',
  '{"sequence":SEQUENCE,"action":"vanish","studyInstanceUid":"2.25.1","seriesInstanceUid":"2.25.1.1","sopInstanceUid":"2.25.1.1.1"}',
  '{"sequence":SEQUENCE,"action":"create","state":"current","studyInstanceUid":"2.25.1"}',
];

function makeActs(random: Random, { entries, studies }: HistoryOptions): readonly Act[] {
  const alive: string[] = [];
  const gone: string[] = [];
  const acts: Act[] = [];
  let made = 0;
  while (acts.length < entries) {
    const share = acts.length / entries;
    const wish = random.next();
    if (alive.length > 0 && wish < 0.1 + 0.2 * share) {
      const [instance = ''] = alive.splice(random.below(alive.length), 1);
      gone.push(instance);
      acts.push({ instance });
    } else if (alive.length > 0 && wish < 0.2 + 0.5 * share) {
      const instance = random.pick(alive);
      acts.push({ instance, values: valuesOf(random, instance) });
    } else {
      const isBack = gone.length > 0 && random.oneIn(8);
      const instance = isBack
        ? (gone.splice(random.below(gone.length), 1)[0] as string)
        : `${1 + random.below(studies)}.${1 + random.below(4)}.${++made}`;
      alive.push(instance);
      acts.push({ instance, values: valuesOf(random, instance) });
    }
  }
  // A study that loses everything at the end.
  for (const instance of alive.filter((each) => each.startsWith('1.'))) acts.push({ instance });
  return acts;
}

function valuesOf(random: Random, instance: string): Values {
  const [study = ''] = instance.split('.');
  // Two studies have one patient; now and then an instance is moved to somebody else.
  // A key object only fills what is empty: whether the server meets its description depends on the cut, which the promise of
  // design 3 leaves out (a state in the middle that the server would refuse).
  const modality = random.pick(['CT', 'CT', 'MR', 'KO']);
  const isRefused = random.oneIn(80) && modality !== 'KO';
  const patient = `patient-${random.oneIn(30) ? random.below(5) : Math.floor(Number(study) / 2)}`;
  return {
    PatientID: random.oneIn(50) ? undefined : patient,
    PatientName: `Zebra^${random.pick(['Anna', 'Bert', 'Carla'])}`,
    PatientSex: random.oneIn(40) ? 'unlikely' : random.pick(['F', 'M', undefined]),
    PatientBirthDate: random.pick(['19700102', '19810203', undefined]),
    StudyDate: random.pick(['20240102', '20240203', undefined]),
    StudyDescription: isRefused ? REFUSED : random.pick(['Thorax nativ', 'Abdomen nativ', undefined]),
    AccessionNumber: `accession-${study}`,
    Modality: modality,
    SeriesDescription: random.pick(['axial slices', undefined]),
    InstanceNumber: random.below(100),
  };
}
