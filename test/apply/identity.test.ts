import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { FhirResource } from '../../engine/fhir/resource.ts';
import { elementOf, first, IDENTIFIER, madeUp, patient, rowsOf, storedPatient } from '../support/made-up.ts';

const test = suite('identity');

const GENDER = '  gender: { to: Patient.gender, tag: PatientSex, codes: { F: female } }';
const study = (rules: string, head = '') => `resource: ImagingStudy
identity: id
${head}
rules:
  id: { to: "ImagingStudy.identifier.where(system = 'urn:dicom:uid').value", tag: StudyInstanceUID }
  status: { to: ImagingStudy.status, const: available }
${rules}`;

test('the identity adds its identifier, and never changes one that is there', async () => {
  const adopting = patient(GENDER, 'adopt: [gender]');
  const existing = [
    {
      resourceType: 'Patient',
      id: 'p',
      identifier: [{ system: 'urn:other', value: 'P1' }],
      gender: 'female',
    } as FhirResource,
  ];
  const adopted = await madeUp({ mappings: [adopting], existing, feed: [{ PatientSex: 'F' }] });
  assert.equal(elementOf(adopted, 'identifier'), [{ system: 'urn:other', value: 'P1' }, IDENTIFIER]);
  const several = [
    { system: 'urn:test', value: 'P0' },
    { ...IDENTIFIER, use: 'old' },
  ];
  const kept = await madeUp({
    mappings: [patient(GENDER)],
    existing: [storedPatient({ identifier: several })],
    feed: [{ PatientSex: 'F' }],
  });
  assert.equal(first(kept), {
    identifier: [
      { system: 'urn:test', value: 'P0' },
      { use: 'old', ...IDENTIFIER },
    ],
    gender: 'female',
  });
});

test('the item of the identity is the one with its where and its value', async () => {
  const mapping = patient(GENDER).replace(
    "system = 'urn:test'",
    "system = 'urn:test' and type.coding.code = 'MR'",
  );
  const existing = [storedPatient({ identifier: [IDENTIFIER] })];
  const result = await madeUp({ mappings: [mapping], existing, feed: [{}, {}] });
  assert.equal(result.resources.length, 1);
  assert.equal(elementOf(result, 'identifier'), [
    IDENTIFIER,
    { type: { coding: [{ code: 'MR' }] }, ...IDENTIFIER },
  ]);
});

test('what a search finds is compared again, exactly', async () => {
  // A server that ignores the parameter altogether.
  // Of one that ignores case, or the system, test/pipeline-limits.test.ts tells.
  const loose = [
    storedPatient({ id: 'a', identifier: [{ system: 'urn:test', value: 'P2' }] }),
    storedPatient({ id: 'b', identifier: [{ system: 'urn:test', value: 'P1 x' }] }),
    storedPatient({ id: 'c', identifier: [{ system: 'P1' }] }),
  ];
  const bundle = {
    resourceType: 'Bundle',
    type: 'searchset',
    entry: loose.map((resource) => ({
      resource: { ...resource, meta: { versionId: '1' } },
      search: { mode: 'match' },
    })),
  };
  const result = await madeUp({
    mappings: [patient(GENDER)],
    feed: [{ PatientSex: 'F' }],
    faults: ({ path }) =>
      path.startsWith('/fhir/Patient?')
        ? { status: 200, headers: { 'content-type': 'application/fhir+json' }, body: JSON.stringify(bundle) }
        : undefined,
  });
  assert.equal(result.resources, [{ resourceType: 'Patient', identifier: [IDENTIFIER], gender: 'female' }]);
  assert.equal(
    result.sent.map(({ entry }) => entry.map(({ request }) => request.method)),
    [['POST']],
  );
});

test('several resources with the identifier: a row, and nothing is written', async () => {
  const existing = [storedPatient({ id: 'a' }), storedPatient({ id: 'b' })];
  const result = await madeUp({ mappings: [patient(GENDER)], existing, feed: [{ PatientSex: 'F' }] });
  assert.equal(rowsOf(result), ['1 resource.ambiguous Patient.id']);
  assert.equal(result.sent, []);
});

test('adopt takes the only resource with all the values, and none of several, of another identity, or without a value', async () => {
  const mapping = patient(
    `${GENDER}\n  family: { to: "Patient.name.where(use = 'usual').family", tag: PatientComments }`,
    'adopt: [gender, family]',
  );
  const candidate = (id: string, content = {}) =>
    ({
      resourceType: 'Patient',
      id,
      gender: 'female',
      name: [{ use: 'usual', family: 'Doe' }],
      ...content,
    }) as FhirResource;
  const adopted = async (existing: readonly FhirResource[], words: Readonly<Record<string, string>> = {}) => {
    const feed = [{ PatientSex: 'F', PatientComments: 'Doe', ...words }];
    const { sent } = await madeUp({ mappings: [mapping], existing, feed });
    return sent.flatMap(({ entry }) => entry.map(({ request: { method, url } }) => `${method} ${url}`));
  };
  assert.equal(await adopted([candidate('a')]), ['PUT Patient/a']);
  assert.equal(await adopted([candidate('a', { gender: 'male' }), candidate('b')]), ['PUT Patient/b']);
  assert.equal(await adopted([candidate('a'), candidate('b')]), ['POST Patient']);
  assert.equal(await adopted([candidate('a', { name: [{ use: 'old', family: 'Doe' }] })]), ['POST Patient']);
  assert.equal(await adopted([candidate('a', { identifier: [{ system: 'urn:test', value: 'P9' }] })]), [
    'POST Patient',
  ]);
  assert.equal(await adopted([candidate('a')], { PatientComments: '' }), ['POST Patient']);
});

test('adopt by another identifier: found by its token, in its system only', async () => {
  const mapping = study(
    `  accession: { to: "ImagingStudy.identifier.where(system = 'urn:acc').value", tag: AccessionNumber }
  subject: { to: ImagingStudy.subject, const: { display: x } }
`,
    'adopt: [accession]',
  );
  const stored = (id: string, system: string, value: string) =>
    ({
      resourceType: 'ImagingStudy',
      id,
      identifier: [{ system, value }],
      status: 'registered',
      subject: { display: 'y' },
    }) as FhirResource;
  const existing = [
    stored('a', 'urn:other', 'A1'),
    stored('b', 'urn:acc', 'A1'),
    stored('c', 'urn:acc', 'A2'),
  ];
  const result = await madeUp({ mappings: [mapping], existing, feed: [{ AccessionNumber: 'A1' }] });
  assert.equal(
    result.sent.flatMap(({ entry }) => entry.map(({ request: { method, url } }) => `${method} ${url}`)),
    ['PUT ImagingStudy/b'],
  );
  assert.ok(
    result.requests.includes('GET /fhir/ImagingStudy?identifier=urn:acc|A1&_count=100'),
    result.requests.join('\n'),
  );
  const none = await madeUp({ mappings: [mapping], existing, feed: [{ AccessionNumber: 'A3' }] });
  assert.equal(none.resources.length, 4);
});

test('what was adopted is found by its identifier the next time', async () => {
  const existing = [{ resourceType: 'Patient', id: 'a', gender: 'female' } as FhirResource];
  const result = await madeUp({
    mappings: [patient(GENDER, 'adopt: [gender]')],
    existing,
    feed: [{ PatientSex: 'F' }, { PatientSex: 'F' }],
    pageSize: 1,
  });
  assert.equal(result.resources, [{ resourceType: 'Patient', identifier: [IDENTIFIER], gender: 'female' }]);
});

test('a delete entry that comes first in its page does not keep a resource from being adopted', async () => {
  const mapping = `resource: Patient
identity: id
adopt: [gender]
onDelete: removeItem
rules:
  id: { to: "Patient.identifier.where(system = 'urn:test').value", tag: StudyInstanceUID }
${GENDER}
lists:
  telecom: { to: Patient.telecom, key: { value: SOPInstanceUID }, rules: { system: { to: system, const: other } } }
`;
  const existing = [{ resourceType: 'Patient', id: 'a', gender: 'female', language: 'de' } as FhirResource];
  const feed = [{ action: 'delete', SOPInstanceUID: '1.2.3.1.9' }, { PatientSex: 'F' }];
  for (const pageSize of [1, 2]) {
    const result = await madeUp({ mappings: [mapping], existing, feed, pageSize });
    assert.equal(result.resources.length, 1);
    assert.equal(first(result), {
      language: 'de',
      identifier: [{ system: 'urn:test', value: '1.2.3' }],
      telecom: [{ system: 'other', value: '1.2.3.1.1' }],
      gender: 'female',
    });
  }
});

test('create: false, also by a setting, is searched and referred to, and never written', async () => {
  const setting = 'settings: { makes: { type: boolean, default: false } }\ncreate: "%settings.makes"';
  for (const head of ['create: false', setting]) {
    const mappings = [
      study('  subject: { to: ImagingStudy.subject, reference: Patient, required: true }\n'),
      patient(GENDER, head),
    ];
    const feed = [{ PatientSex: 'F' }, { PatientSex: 'F', PatientID: 'P2', StudyInstanceUID: '1.2.4' }];
    const result = await madeUp({ mappings, existing: [storedPatient({})], feed });
    assert.equal(rowsOf(result), ['2 mapping.reference ImagingStudy.subject']);
    assert.equal(result.resources, [
      {
        resourceType: 'ImagingStudy',
        identifier: [{ system: 'urn:dicom:uid', value: '1.2.3' }],
        status: 'available',
        subject: { reference: 'Patient?identifier=urn:test|P1' },
      },
      { resourceType: 'Patient', identifier: [IDENTIFIER] },
    ]);
  }
  const mappings = [patient(GENDER, setting)];
  const made = await madeUp({ mappings, settings: { makes: true }, feed: [{ PatientSex: 'F' }] });
  assert.is(elementOf(made, 'gender'), 'female');
});

test('create: false holds for delete entries too', async () => {
  const mapping = study(
    `  subject: { to: ImagingStudy.subject, const: { display: x } }
lists:
  series: { to: ImagingStudy.series, key: { uid: SeriesInstanceUID }, rules: { modality: { to: modality, tag: Modality, system: "urn:m" } } }
`,
    'create: false\nonDelete: removeItem\nwhenEmpty: delete',
  );
  const stored = {
    resourceType: 'ImagingStudy',
    id: 's',
    identifier: [{ system: 'urn:dicom:uid', value: '1.2.3' }],
    status: 'registered',
    subject: { display: 'y' },
    series: [{ uid: '1.2.3.1', modality: { code: 'CT' } }],
  } as FhirResource;
  const result = await madeUp({ mappings: [mapping], existing: [stored], feed: [{ action: 'delete' }, {}] });
  const { id: _, ...content } = stored;
  assert.equal([result.resources, result.sent, rowsOf(result)], [[content], [], []]);
});

test('a second mapping of a resource type writes under its own name', async () => {
  const second = `resource: Patient
name: Mother
identity: id
rules:
  id: { to: "Patient.identifier.where(system = 'urn:mother').value", tag: PatientMotherBirthName }
  link: { to: Patient.link, value: '[{ "other": { "display": PatientID }, "type": "seealso" }]', merge: replace }
  gender: { to: Patient.gender, tag: PatientSex, codes: { F: female }, required: true }
`.replace('PatientMotherBirthName', 'AccessionNumber');
  const result = await madeUp({
    mappings: [patient(''), second],
    feed: [{ AccessionNumber: 'M1' }, { AccessionNumber: 'M1', PatientSex: 'F' }],
  });
  assert.equal(rowsOf(result), ['1 dicom.missing-tag Mother.gender']);
  assert.equal(result.resources, [
    {
      resourceType: 'Patient',
      identifier: [{ system: 'urn:mother', value: 'M1' }],
      gender: 'female',
      link: [{ other: { display: 'P1' }, type: 'seealso' }],
    },
    { resourceType: 'Patient', identifier: [IDENTIFIER] },
  ]);
});

test('two mappings that find the same resource write into one', async () => {
  const second = patient(
    '  birthDate: { to: Patient.birthDate, tag: PatientBirthDate, on: create }',
    'name: Dates',
  );
  const feed = [{ PatientSex: 'F', PatientBirthDate: '19700101' }];
  const result = await madeUp({ mappings: [patient(GENDER), second], feed });
  assert.equal(result.resources.length, 1);
  assert.is(elementOf(result, 'gender'), 'female');
});

test('an identity whose value is missing or invalid fails the entry', async () => {
  const result = await madeUp({
    mappings: [patient('')],
    feed: [{ PatientID: null }, { PatientID: ['a', 'b'] }],
  });
  assert.equal(rowsOf(result), ['1 dicom.missing-tag Patient.id', '2 dicom.invalid-required-tag Patient.id']);
  assert.equal(result.resources, []);
});

test.run();
