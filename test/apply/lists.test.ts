import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { FhirResource } from '../../engine/fhir/resource.ts';
import { elementOf, madeUp, rowsOf } from '../support/made-up.ts';

const test = suite('lists');

const study = (life: string, lists: string) => `resource: ImagingStudy
identity: id
${life}
rules:
  id: { to: "ImagingStudy.identifier.where(system = 'urn:dicom:uid').value", tag: StudyInstanceUID }
  source: { to: ImagingStudy.meta.source, value: '$source.url', on: create }
  status: { to: ImagingStudy.status, const: available, on: create }
  subject: { to: ImagingStudy.subject, const: { display: x } }
  counted: { to: ImagingStudy.numberOfInstances, derive: series.instance.count() }
lists:
${lists}`;
const SERIES = `  series:
    to: ImagingStudy.series
    key: { uid: SeriesInstanceUID }
    rules: { modality: { to: modality, tag: Modality, system: "urn:m" } }
    lists:
      instance:
        to: instance
        key: { uid: SOPInstanceUID }
        rules: { sopClass: { to: sopClass, tag: SOPClassUID } }
`;
const EXTENSIONS = `  mentioned:
    to: ImagingStudy.extension
    key: { url: SOPInstanceUID }
    rules: { value: { to: value.ofType(integer), tag: InstanceNumber } }
`;
const REMOVING = 'onDelete: removeItem';

const modality = { system: 'urn:m', code: 'CT' };
const instance = (uid: string) => ({
  uid,
  sopClass: { system: 'urn:ietf:rfc:3986', code: 'urn:oid:1.2.840.10008.5.1.4.1.1.2' },
});
const stored = (content: Readonly<Record<string, unknown>>) =>
  ({
    resourceType: 'ImagingStudy',
    id: 's',
    identifier: [{ system: 'urn:dicom:uid', value: '1.2.3' }],
    status: 'available',
    subject: { display: 'x' },
    ...content,
  }) as FhirResource;

/** Elements of the only study. */
async function studyOf(
  mapping: string,
  feed: readonly Readonly<Record<string, unknown>>[],
  existing?: readonly FhirResource[],
  sourceUrl?: string,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const result = await madeUp({
    mappings: [mapping],
    feed,
    ...(existing ? { existing } : {}),
    ...(sourceUrl ? { sourceUrl } : {}),
  });
  assert.equal(rowsOf(result), []);
  return result.resources.find(({ resourceType }) => resourceType === 'ImagingStudy');
}

test('the key makes two items the same, inside lists too, and is written', async () => {
  const result = await studyOf(study('', SERIES), [
    { SeriesInstanceUID: '1.1', SOPInstanceUID: '1.1.1' },
    { SeriesInstanceUID: '1.2', SOPInstanceUID: '1.1.1' },
    { SeriesInstanceUID: '1.1', SOPInstanceUID: '1.1.2' },
    { SeriesInstanceUID: '1.1', SOPInstanceUID: '1.1.1' },
  ]);
  assert.equal(result?.['series'], [
    { uid: '1.1', modality, instance: [instance('1.1.1'), instance('1.1.2')] },
    { uid: '1.2', modality, instance: [instance('1.1.1')] },
  ]);
});

test('the key is required, and counts as the rule of that name', async () => {
  const mapping = study('', EXTENSIONS.replace('url: SOPInstanceUID', 'url: StudyID'));
  const result = await madeUp({
    mappings: [mapping],
    feed: [{}, { StudyID: 'S1' }, { StudyID: 'this is longer than SH' }],
  });
  assert.equal(rowsOf(result), [
    '1 dicom.missing-tag ImagingStudy.mentioned.url',
    '3 dicom.invalid-required-tag ImagingStudy.mentioned.url',
  ]);
  assert.equal(elementOf(result, 'extension', 'ImagingStudy'), [{ url: 'S1' }]);
});

test('a key that is a number is written as one', async () => {
  const mapping = `resource: Patient
identity: id
rules:
  id: { to: "Patient.identifier.where(system = 'urn:test').value", tag: PatientID }
lists:
  telecom:
    to: Patient.telecom
    key: { rank: SeriesNumber }
    rules: { value: { to: value, tag: SeriesDescription } }
`;
  const result = await madeUp({
    mappings: [mapping],
    feed: [
      { SeriesNumber: 1, SeriesDescription: 'a' },
      { SeriesNumber: 2, SeriesDescription: 'b' },
      { SeriesNumber: '1', SeriesDescription: 'c' },
    ],
  });
  assert.equal(rowsOf(result), []);
  assert.equal(elementOf(result, 'telecom'), [
    { value: 'c', rank: 1 },
    { value: 'b', rank: 2 },
  ]);
});

test('of two items with one key the first counts', async () => {
  const twins = [
    { uid: '1.1', modality, description: 'first' },
    { uid: '1.1', modality, description: 'second' },
  ];
  const result = await studyOf(
    study('', SERIES),
    [{ SeriesInstanceUID: '1.1', SOPInstanceUID: '1.1.1' }],
    [stored({ series: twins })],
  );
  assert.equal(result?.['series'], [{ ...twins[0], instance: [instance('1.1.1')] }, twins[1]]);
});

test('an item that a rule beside the list made is the item of its key', async () => {
  const mapping = study('', SERIES).replace(
    'lists:',
    `  first: { to: "ImagingStudy.series.where(uid = '1.1').description", tag: StudyDescription }\nlists:`,
  );
  const result = await studyOf(mapping, [
    { SeriesInstanceUID: '1.2', SOPInstanceUID: '1.2.1' },
    { SeriesInstanceUID: '1.2', SOPInstanceUID: '1.2.1', StudyDescription: 'made' },
    { SeriesInstanceUID: '1.1', SOPInstanceUID: '1.1.1' },
  ]);
  assert.equal(result?.['series'], [
    { uid: '1.2', modality, instance: [instance('1.2.1')] },
    { uid: '1.1', description: 'made', modality, instance: [instance('1.1.1')] },
  ]);
});

test('removeItem takes out the item of the instance, and items that this empties', async () => {
  const feed = [
    { SeriesInstanceUID: '1.1', SOPInstanceUID: '1.1.1' },
    { SeriesInstanceUID: '1.1', SOPInstanceUID: '1.1.2' },
    { SeriesInstanceUID: '1.2', SOPInstanceUID: '1.2.1' },
    { SeriesInstanceUID: '1.1', SOPInstanceUID: '1.1.1', action: 'delete' },
    { SeriesInstanceUID: '1.2', SOPInstanceUID: '1.2.1', action: 'delete' },
  ];
  const result = await studyOf(study(REMOVING, SERIES), feed);
  assert.equal(result?.['series'], [{ uid: '1.1', modality, instance: [instance('1.1.2')] }]);
  assert.is(result?.['numberOfInstances'], 1);
});

test('an instance is looked for in its own series only', async () => {
  const feed = [
    { SeriesInstanceUID: '1.1', SOPInstanceUID: '1.1.1' },
    { SeriesInstanceUID: '1.2', SOPInstanceUID: '1.1.1', action: 'delete' },
  ];
  const result = await studyOf(study(REMOVING, SERIES), feed);
  assert.equal(result?.['series'], [{ uid: '1.1', modality, instance: [instance('1.1.1')] }]);
});

test('without onDelete a mapping takes no part in delete entries', async () => {
  const feed = [
    { SeriesInstanceUID: '1.1', SOPInstanceUID: '1.1.1' },
    { SeriesInstanceUID: '1.1', SOPInstanceUID: '1.1.1', action: 'delete' },
  ];
  const result = await studyOf(study('', SERIES), feed);
  assert.equal(result?.['series'], [{ uid: '1.1', modality, instance: [instance('1.1.1')] }]);
});

test('without whenEmpty, and where owned does not hold, the emptied resource is written', async () => {
  const feed = [
    { SeriesInstanceUID: '1.1', SOPInstanceUID: '1.1.1' },
    { SeriesInstanceUID: '1.1', SOPInstanceUID: '1.1.1', action: 'delete' },
  ];
  for (const life of [REMOVING, `${REMOVING}\nwhenEmpty: delete\nowned: status = 'registered'`]) {
    const result = await studyOf(study(life, SERIES), feed);
    assert.is(result?.['series'], undefined);
    assert.is(result?.['numberOfInstances'], 0);
  }
});

test('whenEmpty: delete without owned deletes whatever it emptied', async () => {
  const existing = [stored({ series: [{ uid: '1.1', modality, instance: [instance('1.1.1')] }] })];
  const feed = [{ SeriesInstanceUID: '1.1', SOPInstanceUID: '1.1.1', action: 'delete' }];
  assert.is(await studyOf(study(`${REMOVING}\nwhenEmpty: delete`, SERIES), feed, existing), undefined);
});

test('owned is asked of the state inside the fold, with settings and source', async () => {
  const life = `${REMOVING}\nwhenEmpty: delete\nowned: meta.source = %source.url and %source.id = 'test'`;
  const feed = [
    { SeriesInstanceUID: '1.1', SOPInstanceUID: '1.1.1' },
    { SeriesInstanceUID: '1.1', SOPInstanceUID: '1.1.1', action: 'delete' },
  ];
  assert.is(await studyOf(study(life, SERIES), feed), undefined);
});

test('whenEmpty waits until all lists are empty, and acts only when this removal emptied them', async () => {
  const mapping = study(`${REMOVING}\nwhenEmpty: delete`, SERIES + EXTENSIONS);
  const words = { SeriesInstanceUID: '1.1', SOPInstanceUID: '1.1.1', InstanceNumber: 1 };
  const foreign = [{ url: 'urn:foreign', valueInteger: 5 }];
  const removed = [words, { ...words, action: 'delete' }];
  assert.is(await studyOf(mapping, removed), undefined);
  const kept = await studyOf(mapping, removed, [stored({ extension: foreign })]);
  assert.equal([kept?.['series'], kept?.['extension']], [undefined, foreign]);
  const neverListed = await studyOf(mapping, [{ ...words, action: 'delete' }], [stored({})]);
  assert.is(neverListed?.['status'], 'available');
});

test('onDelete: delete deletes the resource of the instance, where it is owned', async () => {
  const mapping = `resource: DocumentReference
identity: id
onDelete: delete
owned: meta.source = %source.url
rules:
  id: { to: "DocumentReference.identifier.where(system = 'urn:dicom:uid').value", tag: SOPInstanceUID, prefix: "urn:oid:" }
  source: { to: DocumentReference.meta.source, value: '$source.url', on: create }
  status: { to: DocumentReference.status, const: current }
  content: { to: DocumentReference.content, const: [{ attachment: { title: x } }], merge: fill }
`;
  const foreign = {
    resourceType: 'DocumentReference',
    id: 'f',
    identifier: [{ system: 'urn:dicom:uid', value: 'urn:oid:1.9' }],
    status: 'current',
    content: [{ attachment: { title: 'y' } }],
  } as FhirResource;
  const result = await madeUp({
    mappings: [mapping],
    existing: [foreign],
    feed: [
      { SOPInstanceUID: '1.1' },
      { SOPInstanceUID: '1.2' },
      { SOPInstanceUID: '1.1', action: 'delete' },
      { SOPInstanceUID: '1.9', action: 'delete' },
    ],
  });
  assert.equal(
    result.resources.map(({ identifier }) => (identifier as { value: string }[])[0]?.value),
    ['urn:oid:1.2', 'urn:oid:1.9'],
  );
});

test('delete entries need nothing but the three UIDs, however these are written', async () => {
  const mapping = study(REMOVING, SERIES.replace('uid: SOPInstanceUID', 'uid: "(0008,0018)"')).replace(
    'tag: StudyInstanceUID',
    'tag: "(0020,000D)"',
  );
  const feed = [
    { SeriesInstanceUID: '1.1', SOPInstanceUID: '1.1.1' },
    { SeriesInstanceUID: '1.1', SOPInstanceUID: '1.1.2' },
    { SeriesInstanceUID: '1.1', SOPInstanceUID: '1.1.1', action: 'delete' },
  ];
  const result = await studyOf(mapping, feed);
  assert.equal(result?.['series'], [{ uid: '1.1', modality, instance: [instance('1.1.2')] }]);
});

test('a let that a delete entry cannot compute does not stand in its way', async () => {
  const mapping = study(`${REMOVING}\nlet:\n  broken: |\n    $number(Modality ? "1" : "x")`, SERIES);
  const feed = [
    { SeriesInstanceUID: '1.1', SOPInstanceUID: '1.1.1' },
    { SeriesInstanceUID: '1.1', SOPInstanceUID: '1.1.1', action: 'delete' },
  ];
  const result = await studyOf(mapping, feed);
  assert.is(result?.['series'], undefined);
});

test('an invariant of severity error fails the entry that breaks it, and only that', async () => {
  const mapping = `${study('', SERIES)}assert:
  small:
    fhirpath: series.instance.count() <= 2
    description: A study here has two instances.
  named:
    fhirpath: description.exists()
    severity: warning
`;
  const result = await madeUp({
    mappings: [mapping],
    feed: [
      { SOPInstanceUID: '1.1' },
      { SOPInstanceUID: '1.2' },
      { SOPInstanceUID: '1.3' },
      { SOPInstanceUID: '1.2', action: 'update' },
    ],
  });
  assert.equal(
    result.rows.map(({ sequence, kind, code, rule, message }) => [sequence, kind, code, rule, message]),
    [
      [
        3,
        'FhirFailToStore',
        'resource.assertion',
        'ImagingStudy.small',
        'ImagingStudy.small does not hold: A study here has two instances.',
      ],
    ],
  );
  assert.is(elementOf(result, 'numberOfInstances', 'ImagingStudy'), 2);
  assert.ok(
    result.log.some(
      (line) =>
        line === 'warn assert {"rule":"ImagingStudy.named","message":"ImagingStudy.named does not hold"}',
    ),
    result.log.join('\n'),
  );
});

test('invariants may use settings and source', async () => {
  const mapping = `${study('settings: { most: { type: integer, default: 1 } }', SERIES)}assert:
  small:
    fhirpath: series.count() <= %settings.most and meta.source = %source.url
`;
  const feed = [{ SeriesInstanceUID: '1.1' }, { SeriesInstanceUID: '1.2' }];
  const strict = await madeUp({ mappings: [mapping], feed });
  assert.equal(rowsOf(strict), ['2 resource.assertion ImagingStudy.small']);
  const loose = await madeUp({ mappings: [mapping], feed, settings: { most: 2 } });
  assert.equal(rowsOf(loose), []);
});

test.run();
