/** What stands between a rule and its value: conditions, invalid values of lets, and results that are too much. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { FhirResource } from '../../engine/fhir/resource.ts';
import { elementOf, madeUp, patient, rowsOf } from '../support/made-up.ts';

const test = suite('rule-draft');
const GENDER = '  gender: { to: Patient.gender, tag: PatientSex, codes: { F: female, M: male } }';
const language = (when: string) => `  language:
    to: Patient.language
    const: de
    when: |
      ${when}
`;

test('a condition that is absent counts as false', async () => {
  const run = async (when: string, words = {}) => {
    const result = await madeUp({ mappings: [patient(language(when))], feed: [words] });
    return [elementOf(result, 'language'), ...rowsOf(result)];
  };
  assert.equal(await run('PatientSex = "F"'), [undefined]);
  assert.equal(await run('PatientSex = "F"', { PatientSex: 'F' }), ['de']);
  assert.equal(await run('$exists(PatientSex) ? PatientSex = "F"'), [undefined]);
});

test('a condition that is neither true nor false fails the entry, and is named without its value', async () => {
  const messages = async (rules: string, head = '') => {
    const feed = [{ PatientComments: 'Secret', OtherPatientIDsSequence: [{ PatientID: 'Secret' }] }];
    const { rows, resources } = await madeUp({ mappings: [patient(rules, head)], feed });
    assert.equal(resources, []);
    return rows.map(({ code, rule, message }) => `${code} ${rule}: ${message}`);
  };
  const gave = (what: string) => `gave ${what} instead of true or false`;
  const text = '$exists(PatientID) ? $lookup({ "a": PatientComments }, "a") : false';
  assert.equal(await messages(language(text)), [
    `mapping.evaluation Patient.language: when: of Patient.language ${gave('a string')}`,
  ]);
  assert.equal(await messages('', `when: |\n  $lookup({ "a": 1 }, "a")`), [
    `mapping.evaluation Patient: when: of Patient ${gave('a number')}`,
  ]);
  assert.equal(await messages(GENDER, `authority: |\n  $lookup({ "a": OtherPatientIDsSequence }, "a")`), [
    `mapping.evaluation Patient: authority: of Patient ${gave('a list')}`,
  ]);
});

test('a let whose tag has an invalid value is absent, with a row', async () => {
  const mapping = patient(
    `${GENDER}
  comment: { to: "Patient.name.where(use = 'usual').text", value: "$concat($day, '.')" }`,
    `let: { day: { tag: PatientBirthDate } }
when: |
  Modality = "CT"`,
  );
  const feed = [{ PatientBirthDate: 'Secret', PatientSex: 'F' }];
  const result = await madeUp({ mappings: [mapping], feed });
  assert.is(elementOf(result, 'gender'), 'female');
  assert.is(elementOf(result, 'name'), undefined);
  assert.equal(
    result.rows.map(({ kind, code, rule, tag, message }) => [
      kind,
      code,
      rule,
      tag,
      message.includes('Secret'),
    ]),
    [['InvalidDicomTag', 'dicom.invalid-tag', 'Patient.let.day', 'PatientBirthDate', false]],
  );
  const elsewhere = await madeUp({ mappings: [mapping], feed: [{ ...feed[0], Modality: 'MR' }] });
  assert.equal(rowsOf(elsewhere), [], 'a mapping that does not apply has no rows');
  const enforced = await madeUp({ mappings: [mapping], feed, enforceTagValues: true });
  assert.equal([rowsOf(enforced), enforced.resources], [['1 dicom.enforced-tag Patient.let.day'], []]);
});

test('a result that is too much fails the entry', async () => {
  const mapping = patient(`  link:
    to: Patient.extension
    merge: replace
    value: |
      $map([1..4000], function($n) { { "url": "urn:x", "valueInteger": $n } })
`);
  const result = await madeUp({ mappings: [mapping], feed: [{}] });
  assert.equal(
    result.rows.map(({ code, rule, message }) => [code, rule, message]),
    [['mapping.evaluation', 'Patient.link', 'the expression gave more than 10000 values']],
  );
});

test('of several items of a sequence, each keeps what stands in it', async () => {
  const other = (more: string) =>
    patient(`  other: { to: Patient.identifier, merge: append, tag: [OtherPatientIDsSequence.PatientID, OtherPatientIDsSequence.IssuerOfPatientID]${more} }
  born: { to: Patient.deceased.ofType(dateTime), tag: [ReferencedStudySequence.StudyDate, ReferencedStudySequence.StudyTime, TimezoneOffsetFromUTC], as: first }
`);
  const run = async (words: Readonly<Record<string, unknown>>) => {
    const result = await madeUp({ mappings: [other('')], feed: [words] });
    const [, ...others] = (elementOf(result, 'identifier') ?? []) as readonly unknown[];
    return [others, elementOf(result, 'deceasedDateTime'), ...rowsOf(result)];
  };
  const issued = (value: string, display: string) => ({ value, assigner: { display } });
  const OtherPatientIDsSequence = [
    { PatientID: 'A', IssuerOfPatientID: 'NORTH' },
    { PatientID: 'B' },
    { IssuerOfPatientID: 'NOBODY' },
    { PatientID: 'C', IssuerOfPatientID: 'SOUTH' },
  ];
  assert.equal(await run({ OtherPatientIDsSequence }), [
    [issued('A', 'NORTH'), { value: 'B' }, issued('C', 'SOUTH')],
    undefined,
  ]);
  const [first, second] = [{ StudyDate: '20240101' }, { StudyDate: '20240202', StudyTime: '1015' }];
  const dates = { ReferencedStudySequence: [{}, first, second], TimezoneOffsetFromUTC: '+0100' };
  assert.equal(await run(dates), [[], '2024-01-01'], 'the time of another item is not its time');
  const wrong = {
    OtherPatientIDsSequence: [{ PatientID: 'A' }, { PatientID: 'B', IssuerOfPatientID: ['x', 'y'] }],
  };
  assert.equal(await run(wrong), [[], undefined, '1 dicom.invalid-tag Patient.other']);
});

test('telecom, address, age and notes from DICOM', async () => {
  const mappings = [
    patient(`  phone: { to: "Patient.telecom.where(system = 'phone')", tag: PatientTelephoneNumbers, as: first }
  email: { to: "Patient.telecom.where(system = 'email')", tag: PatientTelecomInformation, system: email }
  address: { to: "Patient.address.where(use = 'home')", tag: PatientAddress }
  region: { to: "Patient.address.where(use = 'home').state", tag: RegionOfResidence }
  country: { to: "Patient.address.where(use = 'home').country", tag: CountryOfResidence }
`),
    `resource: Observation
identity: id
rules:
  id: { to: "Observation.identifier.where(system = 'urn:o').value", tag: SOPInstanceUID }
  status: { to: Observation.status, const: final }
  code: { to: Observation.code, tag: RequestedProcedureCodeSequence, as: first }
  age: { to: Observation.value.ofType(Quantity), tag: PatientAge }
  note: { to: Observation.note, tag: [PatientComments, ImageComments], as: join, merge: append }
  order: { to: "Observation.identifier.where(type.coding.code = 'ACSN')", tag: [AccessionNumber, IssuerOfAccessionNumberSequence] }
`,
  ];
  const words = {
    PatientTelephoneNumbers: ['+41 1', '+41 2'],
    PatientTelecomInformation: 'anna@example.org',
    PatientAddress: '1 Lake Road',
    RegionOfResidence: 'ZH',
    CountryOfResidence: 'CH',
    PatientAge: '045Y',
    PatientComments: 'First',
    ImageComments: 'Second',
    AccessionNumber: 'A1',
    IssuerOfAccessionNumberSequence: [
      { LocalNamespaceEntityID: 'RIS', UniversalEntityID: '1.2.3', UniversalEntityIDType: 'ISO' },
    ],
    RequestedProcedureCodeSequence: [
      { CodeValue: '241541005', CodingSchemeDesignator: 'SCT', CodeMeaning: 'Chest CT' },
    ],
  };
  const result = await madeUp({ mappings, feed: [words, words] });
  assert.equal(rowsOf(result), []);
  assert.equal(elementOf(result, 'telecom'), [
    { system: 'phone', value: '+41 1' },
    { system: 'email', value: 'anna@example.org' },
  ]);
  assert.equal(elementOf(result, 'address'), [
    { use: 'home', text: '1 Lake Road', state: 'ZH', country: 'CH' },
  ]);
  const [observation = {} as FhirResource] = result.resources;
  const { identifier, code, valueQuantity, note } = observation;
  assert.equal(
    [identifier, code, valueQuantity, note],
    [
      [
        { system: 'urn:o', value: '1.2.3.1.1' },
        {
          type: { coding: [{ code: 'ACSN' }] },
          system: 'urn:oid:1.2.3',
          value: 'A1',
          assigner: { display: 'RIS' },
        },
      ],
      { coding: [{ system: 'http://snomed.info/sct', code: '241541005', display: 'Chest CT' }] },
      { value: 45, unit: 'a', system: 'http://unitsofmeasure.org', code: 'a' },
      [{ text: 'First, Second' }],
    ],
  );
});

test.run();
