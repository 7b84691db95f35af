/** Coverage of what mappings do as a whole: deletion, create, references, forEach; and that a watched plan is an equal plan. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createCoverage } from '../../engine/testing/coverage.ts';
import { cover, missing, PATIENT } from '../support/coverage.ts';
import { runFeed } from '../support/engine.ts';
import { entries } from '../support/entries.ts';

const test = suite('coverage plan');

const STUDY = `resource: ImagingStudy
identity: identifier
onDelete: removeItem
whenEmpty: delete
owned: meta.source = %source.url
rules:
  identifier:
    to: ImagingStudy.identifier.where(system = 'urn:dicom:uid').value
    tag: StudyInstanceUID
  source:
    to: ImagingStudy.meta.source
    value: $source.url
    on: create
  status:
    to: ImagingStudy.status
    const: available
  subject:
    to: ImagingStudy.subject.display
    const: somebody
lists:
  series:
    to: ImagingStudy.series
    key: { uid: SeriesInstanceUID }
    rules:
      modality:
        to: modality
        const: { code: CT }
    lists:
      instance:
        to: instance
        key: { uid: SOPInstanceUID }
        rules:
          sopClass:
            to: sopClass
            const: { code: x }
          number:
            to: number
            tag: InstanceNumber
`;

test('deletion: nothing taken out, something taken out, emptied and ours, emptied and of others', async () => {
  const other = { InstanceNumber: 2, SOPInstanceUID: '1.2.3.1.2' };
  const cases = {
    kept: [{ InstanceNumber: 1 }, other],
    wrong: [{ InstanceNumber: 1.5 }],
    cleared: [{ InstanceNumber: 1 }, {}],
  };
  assert.equal(missing(await cover(STUDY, { ...cases, unknown: [{ action: 'delete' }] })), [
    '3:1 ImagingStudy onDelete: removeItem never took an item out',
    '5:1 ImagingStudy owned: never true',
    '5:1 ImagingStudy owned: never false',
  ]);
  assert.equal(missing(await cover(STUDY, { ...cases, one: [{}, other, { action: 'delete' }] })), [
    '5:1 ImagingStudy owned: never true',
    '5:1 ImagingStudy owned: never false',
  ]);
  const foreign = {
    resourceType: 'ImagingStudy',
    id: 'a',
    identifier: [{ system: 'urn:dicom:uid', value: '1.2.3' }],
    status: 'available',
    subject: { display: 'x' },
  };
  const ours = { ...cases, ours: [{}, { action: 'delete' }] };
  assert.equal(missing(await cover(STUDY, ours)), ['5:1 ImagingStudy owned: never false']);
  const theirs = { existing: [foreign], feed: [{}, { action: 'delete' }] };
  assert.equal(missing(await cover(STUDY, { ...ours, theirs })), []);
});

test('whenEmpty without owned', async () => {
  const mapping = STUDY.replace(/owned: .*\n/, '');
  const cases = { wrong: [{ InstanceNumber: 1.5 }], cleared: [{ InstanceNumber: 1 }, {}] };
  const one = [{}, { SOPInstanceUID: '1.2.3.1.2' }, { action: 'delete' }];
  assert.equal(missing(await cover(mapping, { ...cases, one })), [
    '4:1 ImagingStudy whenEmpty: delete never deleted',
  ]);
  assert.equal(missing(await cover(mapping, { ...cases, all: [{}, { action: 'delete' }] })), []);
});

test('onDelete: delete, of one resource', async () => {
  const mapping = `resource: Patient
identity: identifier
onDelete: delete
rules:
  identifier:
    to: Patient.identifier.where(system = 'urn:test').value
    tag: SOPInstanceUID
`;
  assert.equal(missing(await cover(mapping, { kept: [{}], unknown: [{ action: 'delete' }] })), [
    '3:1 Patient onDelete: delete never deleted',
  ]);
  assert.equal(missing(await cover(mapping, { gone: [{}, { action: 'delete' }] })), []);
});

test('create by a setting, and a reference that is found or not', async () => {
  const person = `resource: Patient
settings:
  isMade: { type: boolean, default: true, description: x }
create: "%settings.isMade"
${PATIENT.slice(PATIENT.indexOf('identity'))}`;
  const study = STUDY.replace(
    / {2}subject:(?:.|\n)*?somebody\n/,
    '  subject:\n    to: ImagingStudy.subject\n    reference: Patient\n',
  );
  const coverage = createCoverage();
  const run = (isMade: boolean, name: string) =>
    runFeed({
      mappings: [person, study],
      settings: { isMade },
      entries: entries({}),
      watch: (plan) => coverage.watch(plan, name),
    });
  const states = () =>
    coverage
      .report()
      .files.flatMap(({ rules }) => rules)
      .filter(({ rule }) => rule === 'ImagingStudy.subject')
      .map(({ produced, absent }) => ({ produced, absent }));
  const created = () => missing(coverage.report()).filter((line) => line.includes('create:'));
  await run(false, 'linked');
  assert.equal(created(), ['mapping-1.yaml 4:1 Patient create: never true']);
  assert.equal(states(), [{ produced: 0, absent: 1 }]);
  await run(true, 'made');
  assert.equal(created(), []);
  assert.equal(states(), [{ produced: 1, absent: 1 }]);
});

test('forEach: with items and without', async () => {
  const mapping = `resource: Patient
forEach: ReferencedStudySequence
instanceRule: instance
onDelete: delete
identity: identifier
rules:
  identifier:
    to: Patient.identifier.where(system = 'urn:test').value
    value: $item.ReferencedSOPInstanceUID
    required: true
  instance:
    to: Patient.identifier.where(system = 'urn:instance').value
    tag: SOPInstanceUID
`;
  const some = [{ ReferencedStudySequence: [{ ReferencedSOPInstanceUID: '1.2' }] }];
  assert.equal(missing(await cover(mapping, { none: [{}] })), [
    '2:1 Patient forEach: never an item',
    '4:1 Patient onDelete: delete never deleted',
    '7:3 Patient.identifier never ran',
  ]);
  assert.equal(missing(await cover(mapping, { some })), [
    '2:1 Patient forEach: never without an item',
    '4:1 Patient onDelete: delete never deleted',
  ]);
  assert.equal(missing(await cover(mapping, { none: [{}], gone: [...some, { action: 'delete' }] })), []);
});

test.run();
