import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { elementOf, first, IDENTIFIER, madeUp, patient, rowsOf, storedPatient } from '../support/made-up.ts';

const test = suite('modifiers');

/** A study with instances, and a Patient before it, to see what fails with what. */
const STUDY = `resource: ImagingStudy
identity: id
rules:
  id: { to: "ImagingStudy.identifier.where(system = 'urn:dicom:uid').value", tag: StudyInstanceUID }
  status: { to: ImagingStudy.status, const: available, on: create }
  subject: { to: ImagingStudy.subject, reference: Patient }
`;
const LISTS = `lists:
  series:
    to: ImagingStudy.series
    key: { uid: SeriesInstanceUID }
    rules:
      modality: { to: modality, tag: Modality, system: "urn:m" }
`;

test('required: a missing or invalid value fails the whole entry, for all mappings, wherever the rule stands', async () => {
  const mappings = [
    patient(''),
    `${STUDY}${LISTS}      number: { to: number, tag: SeriesNumber, required: true }\n`,
  ];
  const result = await madeUp({
    mappings,
    feed: [{}, { SeriesNumber: -1 }, { PatientID: 'P2', StudyInstanceUID: '1.2.4', SeriesNumber: 1 }],
  });
  assert.equal(rowsOf(result), [
    '1 dicom.missing-tag ImagingStudy.series.number',
    '2 dicom.invalid-required-tag ImagingStudy.series.number',
  ]);
  assert.equal(
    result.resources.map(({ resourceType, identifier }) => [resourceType, identifier]),
    [
      ['ImagingStudy', [{ system: 'urn:dicom:uid', value: '1.2.4' }]],
      ['Patient', [{ system: 'urn:test', value: 'P2' }]],
    ],
  );
});

test('required also asks a value: rule, and is not asked of delete entries', async () => {
  const mapping = `${STUDY.replace(/ {2}subject.*\n/, '')}  description:
    to: ImagingStudy.description
    required: true
    value: |
      StudyDescription
  subject: { to: ImagingStudy.subject, const: { display: x } }
${LISTS}`.replace('identity: id', 'identity: id\nonDelete: removeItem');
  const result = await madeUp({
    mappings: [mapping],
    feed: [{}, { StudyDescription: 'x' }, { action: 'delete' }],
  });
  assert.equal(rowsOf(result), ['1 dicom.missing-tag ImagingStudy.description']);
  assert.is(elementOf(result, 'series', 'ImagingStudy'), undefined);
  assert.is(elementOf(result, 'description', 'ImagingStudy'), 'x');
});

test('codes: a row, else the default, else invalid; a listed value need not keep the rules of its VR', async () => {
  const mapping = patient(`  gender: { to: Patient.gender, tag: PatientSex, codes: { M: male, f: female } }
  language: { to: Patient.language, tag: PatientSex, codes: { M: de }, default: en }`);
  const run = async (sex: string) => {
    const result = await madeUp({ mappings: [mapping], feed: [{ PatientSex: sex }] });
    return [elementOf(result, 'gender'), elementOf(result, 'language'), ...rowsOf(result)];
  };
  assert.equal(await run('M'), ['male', 'de']);
  assert.equal(await run('f'), ['female', undefined, '1 dicom.invalid-tag Patient.language']);
  assert.equal(await run('O'), [undefined, 'en', '1 dicom.invalid-tag Patient.gender']);
});

test('a value that misses the value set that FHIR requires is invalid', async () => {
  const mapping = patient('  gender: { to: Patient.gender, tag: StudyDescription }');
  const run = async (text: string) => {
    const result = await madeUp({ mappings: [mapping], feed: [{ StudyDescription: text }] });
    return [elementOf(result, 'gender'), ...rowsOf(result)];
  };
  assert.equal(await run('female'), ['female']);
  assert.equal(await run('F'), [undefined, '1 dicom.invalid-tag Patient.gender']);
});

test('when: the rule, or the mapping, applies only where it is true', async () => {
  const mapping = patient(
    `  gender:
    to: Patient.gender
    tag: PatientSex
    codes: { M: male, F: female }
    when: |
      Modality = "CT"`,
    'when: |\n  $exists(PatientSex)',
  );
  const result = await madeUp({
    mappings: [mapping],
    feed: [
      { PatientID: 'P1' },
      { PatientID: 'P2', StudyInstanceUID: '1.2.4', PatientSex: 'M' },
      { PatientID: 'P3', StudyInstanceUID: '1.2.5', PatientSex: 'M', Modality: 'MR' },
    ],
  });
  assert.equal(
    result.resources.map(({ identifier, gender }) => [(identifier as { value: string }[])[0]?.value, gender]),
    [
      ['P2', 'male'],
      ['P3', undefined],
    ],
  );
  assert.equal(rowsOf(result), []);
});

test('a required rule of a mapping that does not apply is not asked for', async () => {
  const mapping = patient(
    '  name: { to: Patient.name, tag: PatientName, merge: append, required: true }',
    'when: |\n  Modality = "MR"',
  );
  const result = await madeUp({ mappings: [mapping], feed: [{ Modality: 'CT' }] });
  assert.equal([rowsOf(result), result.resources], [[], []]);
});

test('merge append adds, unless an item has every child that the rule would set; it never removes', async () => {
  const mapping = patient(`  name:
    to: Patient.name
    merge: append
    onAbsent: clear
    value: |
      { "text": PatientComments, "use": $exists(PatientComments) ? "old" : [] }`);
  const existing = [
    storedPatient({ name: [{ text: 'a', use: 'old', period: { end: '2020' } }, { text: 'b' }] }),
  ];
  const run = async (...comments: readonly string[]) =>
    elementOf(
      await madeUp({
        mappings: [mapping],
        existing,
        feed: comments.map((comment) => (comment ? { PatientComments: comment } : {})),
      }),
      'name',
    );
  const before = [{ use: 'old', text: 'a', period: { end: '2020' } }, { text: 'b' }];
  assert.equal(await run('a'), before);
  assert.equal(await run('b'), [...before, { use: 'old', text: 'b' }]);
  assert.equal(await run('c', 'c', 'd'), [...before, { use: 'old', text: 'c' }, { use: 'old', text: 'd' }]);
  assert.equal(await run(''), before);
});

test('merge append with where adds an item of its own beside those that match', async () => {
  const mapping = patient(
    `  name: { to: "Patient.name.where(use = 'old')", tag: PatientName, merge: append }`,
  );
  const result = await madeUp({
    mappings: [mapping],
    existing: [storedPatient({ name: [{ use: 'old', family: 'Roe' }, { family: 'Doe' }] })],
    feed: [{ PatientName: 'Doe' }, { PatientName: 'Doe' }, { PatientName: 'Roe' }],
  });
  assert.equal(elementOf(result, 'name'), [
    { use: 'old', family: 'Roe' },
    { family: 'Doe' },
    { use: 'old', family: 'Doe' },
  ]);
});

test('merge replace owns the whole list, foreign items too; another order is no change', async () => {
  const mapping = patient(`  name:
    to: Patient.name
    merge: replace
    value: |
      $map(OtherPatientIDs, function($id) { { "text": $id } })`);
  const run = (name: readonly unknown[], ids: readonly string[]) =>
    madeUp({ mappings: [mapping], existing: [storedPatient({ name })], feed: [{ OtherPatientIDs: ids }] });
  assert.equal(elementOf(await run([{ text: 'x' }, { text: 'a', use: 'old' }], ['a', 'b']), 'name'), [
    { text: 'a' },
    { text: 'b' },
  ]);
  const reordered = await run([{ text: 'b' }, { text: 'a' }], ['a', 'b']);
  assert.equal([elementOf(reordered, 'name'), reordered.sent], [[{ text: 'b' }, { text: 'a' }], []]);
});

test('merge fill writes only where nothing is', async () => {
  const mapping =
    patient(`  gender: { to: Patient.gender, tag: PatientSex, codes: { M: male, F: female }, merge: fill }
  names: { to: Patient.name, tag: PatientName, merge: fill }
  phone: { to: "Patient.telecom.where(system = 'phone')", value: '{ "value": PatientTelephoneNumbers }', merge: fill }`);
  const words = { PatientSex: 'F', PatientName: 'Doe', PatientTelephoneNumbers: '1' };
  const empty = await madeUp({ mappings: [mapping], existing: [storedPatient({})], feed: [words] });
  assert.equal(first(empty), {
    identifier: [IDENTIFIER],
    name: [{ family: 'Doe' }],
    telecom: [{ system: 'phone', value: '1' }],
    gender: 'female',
  });
  const there = { name: [{ text: 'x' }], telecom: [{ system: 'phone', use: 'home' }], gender: 'male' };
  const full = await madeUp({ mappings: [mapping], existing: [storedPatient(there)], feed: [words] });
  assert.equal([first(full), full.sent], [{ identifier: [IDENTIFIER], ...there }, []]);
});

test('on: create acts only in the step in which the entry makes the resource or the item', async () => {
  const mapping = `${STUDY.replace(/ {2}subject.*\n/, '')}  subject: { to: ImagingStudy.subject, const: { display: x } }
  description: { to: ImagingStudy.description, tag: StudyDescription, on: create }
${LISTS}      number: { to: number, tag: SeriesNumber, on: create }
`;
  const result = await madeUp({
    mappings: [mapping],
    feed: [
      { StudyDescription: 'first', SeriesInstanceUID: '1.2.3.1' },
      { StudyDescription: 'second', SeriesInstanceUID: '1.2.3.1', SeriesNumber: 1 },
      { SeriesInstanceUID: '1.2.3.2', SeriesNumber: 2 },
      { SeriesInstanceUID: '1.2.3.2', SeriesNumber: 3 },
    ],
  });
  assert.is(elementOf(result, 'description', 'ImagingStudy'), 'first');
  assert.equal(
    (elementOf(result, 'series', 'ImagingStudy') as { uid: string; number?: number }[]).map(
      ({ uid, number }) => [uid, number],
    ),
    [
      ['1.2.3.1', undefined],
      ['1.2.3.2', 2],
    ],
  );
});

test('onAbsent clear acts only if all tags of the rule are absent; keep is the default outside instances', async () => {
  const mapping = patient(`  kept: { to: Patient.birthDate, tag: PatientBirthDate }
  cleared: { to: Patient.gender, tag: PatientSex, codes: { M: male }, onAbsent: clear }
  both: { to: Patient.deceased.ofType(dateTime), tag: [StudyDate, StudyTime], zone: "+00:00", onAbsent: clear }
  value:
    to: Patient.language
    onAbsent: clear
    value: |
      PatientComments = "x" ? "de" : []`);
  const before = {
    birthDate: '1970-01-01',
    gender: 'female',
    deceasedDateTime: '2020-01-01',
    language: 'en',
  };
  const run = async (words: Readonly<Record<string, unknown>>) => {
    const result = await madeUp({ mappings: [mapping], existing: [storedPatient(before)], feed: [words] });
    const { identifier: _, ...content } = first(result) ?? {};
    return content;
  };
  assert.equal(await run({}), { birthDate: '1970-01-01' });
  assert.equal(await run({ PatientSex: ' ', PatientComments: [] }), { birthDate: '1970-01-01' });
  // Invalid values, and a part of the tags, leave what is there.
  assert.equal(await run({ PatientSex: 'X', StudyTime: '101500', PatientComments: 'y' }), before);
});

test('inside what belongs to one instance absent clears by default, and keep can be said', async () => {
  const mapping = `${STUDY.replace(/ {2}subject.*\n/, '')}  subject: { to: ImagingStudy.subject, const: { display: x } }
${LISTS}      number: { to: number, tag: SeriesNumber }
    lists:
      instance:
        to: instance
        key: { uid: SOPInstanceUID }
        rules:
          sopClass: { to: sopClass, tag: SOPClassUID }
          number: { to: number, tag: InstanceNumber }
          title: { to: title, tag: ImageComments, onAbsent: keep }
          again:
            to: extension('urn:x').value.ofType(string)
            value: |
              ImageComments
`;
  const result = await madeUp({
    mappings: [mapping],
    feed: [{ SeriesNumber: 1, InstanceNumber: 2, ImageComments: 'x' }, { action: 'update' }],
  });
  assert.equal(elementOf(result, 'series', 'ImagingStudy'), [
    {
      uid: '1.2.3.1',
      number: 1,
      modality: { system: 'urn:m', code: 'CT' },
      instance: [
        {
          uid: '1.2.3.1.1',
          sopClass: { system: 'urn:ietf:rfc:3986', code: 'urn:oid:1.2.840.10008.5.1.4.1.1.2' },
          title: 'x',
        },
      ],
    },
  ]);
});

test('a resource that belongs to one instance clears by default as well', async () => {
  const mapping = `resource: DocumentReference
identity: id
rules:
  id: { to: "DocumentReference.identifier.where(system = 'urn:dicom:uid').value", tag: SOPInstanceUID }
  status: { to: DocumentReference.status, const: current }
  content: { to: DocumentReference.content, const: [{ attachment: { title: x } }], merge: fill }
  description: { to: DocumentReference.description, tag: DocumentTitle }
`;
  const result = await madeUp({ mappings: [mapping], feed: [{ DocumentTitle: 'x' }, { action: 'update' }] });
  assert.is(elementOf(result, 'description', 'DocumentReference'), undefined);
});

test('clearing removes what the rule had written, and an item of which only its where is left', async () => {
  const mapping =
    patient(`  name: { to: "Patient.name.where(use = 'old')", tag: PatientName, onAbsent: clear }
  accession: { to: "Patient.identifier.where(type.coding.code = 'ACSN').value", tag: AccessionNumber, onAbsent: clear }`);
  const type = { coding: [{ code: 'ACSN' }] };
  const run = async (name: unknown, accession: unknown) => {
    const content = { identifier: [IDENTIFIER, accession], name: [{ use: 'usual', text: 'x' }, name] };
    return first(await madeUp({ mappings: [mapping], existing: [storedPatient(content)], feed: [{}] }));
  };
  assert.equal(await run({ use: 'old', family: 'Doe', given: ['J'] }, { type, value: 'A1' }), {
    identifier: [IDENTIFIER],
    name: [{ use: 'usual', text: 'x' }],
  });
  assert.equal(
    await run({ use: 'old', family: 'Doe', period: { end: '2020' } }, { type, value: 'A1', use: 'old' }),
    {
      identifier: [IDENTIFIER, { use: 'old', type }],
      name: [
        { use: 'usual', text: 'x' },
        { use: 'old', period: { end: '2020' } },
      ],
    },
  );
});

test('every default can be written', async () => {
  const plain = patient('  gender: { to: Patient.gender, tag: PatientSex, codes: { M: male } }');
  const written = patient(
    '  gender: { to: Patient.gender, tag: PatientSex, codes: { M: male }, on: any, required: false, onAbsent: keep, authority: mapping }',
    'create: true\nfhirVersion: "4.0"',
  );
  const feed = [{ PatientSex: 'M' }, {}];
  const [one, two] = [await madeUp({ mappings: [plain], feed }), await madeUp({ mappings: [written], feed })];
  assert.equal([one.resources, one.rows], [two.resources, two.rows]);
  assert.is(elementOf(one, 'gender'), 'male');
});

test.run();
