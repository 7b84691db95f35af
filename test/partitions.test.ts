/**
 * Partitions of one DICOM service, together and as sources of their own: copies of an instance in two of them, deletion in one,
 * Endpoints, identifiers, retry and replay.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { replayEntries } from '../engine/cli/retry.ts';
import type { FhirResource } from '../engine/fhir/resource.ts';
import { created, deleted, updated } from './support/loop.ts';
import { studies, urlOf, withSeveral } from './support/several.ts';

const test = suite('partitions');

const ANNA = { PatientID: 'patient-anna', PatientName: 'Zebra^Anna' };
const inside = (partitionName: string, entry: object): object => ({ ...entry, partitionName });

/** The same instance in two partitions, another study in one of them. */
const COPIES = [
  inside('north', created(1, '1.1.1', ANNA)),
  inside('south', created(2, '1.1.1', ANNA)),
  inside('south', created(3, '1.1.2', ANNA)),
  inside('Microsoft.Default', created(4, '2.1.1', ANNA)),
];
const SEPARATE = { pacs: 'partitions: separate' };
const partitionUrl = (name: string): string => `${urlOf('pacs')}partitions/${name}`;

function identifiers(resource: FhirResource): readonly string[] {
  const all = resource['identifier'] as readonly { system?: string; value: string }[];
  return all.map(({ system = '', value }) => `${system}|${value}`);
}

test('separate: an Endpoint and studies for each partition, found by everybody by their UID', () =>
  withSeveral({ feeds: { pacs: COPIES }, config: SEPARATE }, async (several) => {
    assert.is((await several.drain()).code, 0);
    assert.equal(studies(several), [
      `2.25.1: 2.25.1.1.1 2.25.1.1.2; ${partitionUrl('south')}`,
      `2.25.1: 2.25.1.1.1; ${partitionUrl('north')}`,
      `2.25.2: 2.25.2.1.1; ${partitionUrl('Microsoft.Default')}`,
    ]);
    assert.equal(
      several
        .resources('Endpoint')
        .map((endpoint) => [...identifiers(endpoint), endpoint['address'], endpoint['name']].join(' '))
        .toSorted(),
      ['Microsoft.Default', 'north', 'south']
        .map(partitionUrl)
        .map((url) => `urn:dicomcast:source|${url} ${url} DICOM WADO-RS endpoint ${url}`),
    );
    const studiesOfNorth = several
      .resources('ImagingStudy')
      .filter((study) => identifiers(study).includes(`${partitionUrl('north')}|urn:oid:2.25.1`));
    const [first] = studiesOfNorth;
    assert.equal(studiesOfNorth.map(identifiers), [
      [`${partitionUrl('north')}|urn:oid:2.25.1`, 'urn:dicom:uid|urn:oid:2.25.1'],
    ]);
    assert.is((first?.['meta'] as { source?: string } | undefined)?.source, partitionUrl('north'));
    assert.is(several.resources('Patient').length, 1);
  }));

test('separate: what is deleted in one partition stays in the other; the last instance of a partition takes its study', () =>
  withSeveral({ feeds: { pacs: COPIES }, config: SEPARATE }, async (several) => {
    await several.drain();
    several.push('pacs', inside('south', deleted(5, '1.1.1')));
    await several.drain();
    assert.equal(studies(several).slice(0, 2), [
      `2.25.1: 2.25.1.1.1; ${partitionUrl('north')}`,
      `2.25.1: 2.25.1.1.2; ${partitionUrl('south')}`,
    ]);
    several.push('pacs', inside('north', deleted(6, '1.1.1')));
    await several.drain();
    assert.equal(studies(several).slice(0, 1), [`2.25.1: 2.25.1.1.2; ${partitionUrl('south')}`]);
  }));

test('separate: an update in one partition does not touch the copy; a replay finds both again', () =>
  withSeveral({ feeds: { pacs: COPIES }, config: SEPARATE }, async (several) => {
    await several.drain();
    several.push('pacs', inside('north', updated(5, '1.1.1', { ...ANNA, StudyDescription: 'Thorax nativ' })));
    await several.drain();
    const described = several
      .resources('ImagingStudy')
      .filter(({ description }) => description !== undefined);
    assert.equal(
      described.map(identifiers).map(([id]) => id),
      [`${partitionUrl('north')}|urn:oid:2.25.1`],
    );
    for (const { id } of several.resources('ImagingStudy'))
      await fetch(`${several.fhir.url}/ImagingStudy/${id}`, { method: 'DELETE' });
    const terminal = several.terminal();
    assert.is(await replayEntries(terminal, { study: '2.25.1' }), 0);
    assert.is(studies(several).length, 2);
  }));

test('separate: names of partitions are written as they can stand in an address', () =>
  withSeveral(
    { feeds: { pacs: [inside('süd/1', created(1, '1.1.1', ANNA))] }, config: SEPARATE },
    async (several) => {
      assert.is((await several.drain()).code, 0);
      assert.equal(
        several.resources('Endpoint').map(({ address }) => address),
        [partitionUrl('s%C3%BCd%2F1')],
      );
    },
  ));

test('separate: an entry without a partition belongs to the service', () =>
  withSeveral({ feeds: { pacs: [created(1, '1.1.1', ANNA)] }, config: SEPARATE }, async (several) => {
    await several.drain();
    assert.equal(studies(several), [`2.25.1: 2.25.1.1.1; ${urlOf('pacs')}`]);
    assert.equal(several.resources('ImagingStudy').map(identifiers), [['urn:dicom:uid|urn:oid:2.25.1']]);
  }));

test('together: one study with one Endpoint, and a copy counts as the instance: it is gone when it is deleted in one partition', () =>
  withSeveral({ feeds: { pacs: COPIES } }, async (several) => {
    await several.drain();
    assert.equal(studies(several), [
      `2.25.1: 2.25.1.1.1 2.25.1.1.2; ${urlOf('pacs')}`,
      `2.25.2: 2.25.2.1.1; ${urlOf('pacs')}`,
    ]);
    several.push('pacs', inside('south', deleted(5, '1.1.1')));
    await several.drain();
    assert.equal(studies(several).slice(0, 1), [`2.25.1: 2.25.1.1.2; ${urlOf('pacs')}`]);
  }));

test.run();
