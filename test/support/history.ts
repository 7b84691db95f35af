/**
 * Made-up histories of a DICOM service: what was stored, changed and removed, in order, goes in; its change feed as a
 * reader would find it at a later time (states, and metadata of the newest version only) comes out.
 */
import fc from 'fast-check';
import { created, deleted, type FeedEntry, type Values } from './loop.ts';

/** Stores an instance (or a new version of it) or removes it. Removing what is not there does nothing. */
export interface Act {
  /** `1.2.1`: study 1, series 2, instance 1. */
  readonly instance: string;
  /** Undefined: removed. */
  readonly values?: Values | undefined;
}

/** The feed after the first `count` acts: events of an instance are shown as its last event left them. */
export function feedAfter(acts: readonly Act[], count = acts.length): readonly FeedEntry[] {
  const alive = new Map<string, Values>();
  const events: { readonly instance: string; readonly action: string }[] = [];
  const last = new Map<string, number>();
  for (const { instance, values } of acts.slice(0, count)) {
    if (!values && !alive.has(instance)) continue;
    events.push({ instance, action: values ? (alive.has(instance) ? 'update' : 'create') : 'delete' });
    last.set(instance, events.length - 1);
    if (values) alive.set(instance, values);
    else alive.delete(instance);
  }
  return events.map(({ instance, action }, index) => {
    const values = alive.get(instance);
    const state = !values ? 'deleted' : last.get(instance) === index ? 'current' : 'replaced';
    const entry = values ? created(index + 1, instance, values) : deleted(index + 1, instance);
    return { ...entry, action, state };
  });
}

/** One line for each entry, to be read by a person. */
export function printFeed(feed: readonly FeedEntry[]): string {
  return feed
    .map(({ sequence, action, state, sopInstanceUid, metadata }) => {
      const values = Object.values(metadata ?? {}).map(({ Value }) => JSON.stringify(Value?.[0]));
      return `  ${sequence} ${action} (${state}) ${sopInstanceUid} ${values.join(' ')}`;
    })
    .join('\n');
}

const INSTANCES = ['1.1.1', '1.1.2', '1.2.1', '2.1.1', '2.1.2', '3.1.1'];
const oneOf = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);

const values: fc.Arbitrary<Values> = fc.record({
  // Once in a while there is none, and the entry fails.
  PatientID: oneOf('patient-one', 'patient-one', 'patient-two', 'patient-two', 'patient-three', undefined),
  PatientName: oneOf('Zebra^Anna', 'Zebra^Anna^Maria', 'Okapi^Bert', undefined),
  // The last one is no sex: left out, with a row.
  PatientSex: oneOf('F', 'M', undefined, 'unlikely'),
  PatientBirthDate: oneOf('19700102', '19810203', undefined),
  StudyDate: oneOf('20240102', '20240203', undefined),
  StudyDescription: oneOf('Thorax nativ', 'Abdomen nativ', undefined),
  AccessionNumber: oneOf('accession-1', 'accession-2', undefined),
  // A key object does not speak for the study.
  Modality: oneOf('CT', 'CT', 'MR', 'KO'),
  SeriesDescription: oneOf('axial slices', 'coronal slices', undefined),
  InstanceNumber: oneOf(1, 2, undefined),
});

const act: fc.Arbitrary<Act> = fc.record({
  instance: oneOf(...INSTANCES),
  values: fc.option(values, { nil: undefined, freq: 4 }),
});

export const histories: fc.Arbitrary<readonly Act[]> = fc.array(act, { minLength: 1, maxLength: 14 });

/** Instances of one study that agree on what belongs to patient, study and series, in any order. */
export const agreeingInstances: fc.Arbitrary<readonly Act[]> = fc
  .record({
    common: fc.record({
      PatientID: fc.constant('patient-one'),
      PatientName: oneOf('Zebra^Anna', undefined),
      StudyDate: oneOf('20240102', undefined),
      StudyDescription: oneOf('Thorax nativ', undefined),
      AccessionNumber: oneOf('accession-1', undefined),
    }),
    series: fc.array(
      fc.record({ Modality: oneOf('CT', 'MR'), SeriesDescription: oneOf('axial slices', undefined) }),
      {
        minLength: 3,
        maxLength: 3,
      },
    ),
    instances: fc.uniqueArray(fc.record({ series: fc.nat(2), number: fc.nat(3) }), {
      minLength: 2,
      maxLength: 8,
      selector: ({ series, number }) => `${series}.${number}`,
    }),
  })
  .map(({ common, series, instances }) =>
    instances.map(({ series: index, number }) => ({
      instance: `1.${index + 1}.${number + 1}`,
      values: { ...common, ...series[index], InstanceNumber: number },
    })),
  );
