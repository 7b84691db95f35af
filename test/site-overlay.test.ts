/**
 * A site's overlays and tables over the shipped mappings, through the whole engine: what arrives on the FHIR server, whatever
 * the cut into pages, and what the error store has.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type RawEntry, runFeed, shippedMapping } from './support/engine.ts';
import { entries } from './support/entries.ts';

const test = suite('site overlay');

const PATIENT = `extends: mappings/patient.yaml
let:
  patientSystem: { tag: IssuerOfPatientID, table: issuers.csv, default: "%settings.patientSystemId" }
rules:
  gender:
    codes: { D: other }
    default: unknown
  birthDate:
    disabled: true
    reason: The master patient index has it.
  language:
    to: Patient.language
    const: de
    on: create
`;
const STUDY = `extends: mappings/imaging-study.yaml
settings:
  accessionNumberSystem: { default: "urn:example:accession" }
rules:
  note: { disabled: true, reason: The description says the same. }
  description: { value: "$uppercase(StudyDescription)" }
lists:
  series:
    rules:
      bodySite:
        to: bodySite
        tag: BodyPartExamined
        table: body-sites.yaml
      number: { required: true }
`;
const FILES = {
  'issuers.csv': 'issuer,value\nHOSPITAL,urn:oid:1.2.3\n"CLINIC, NORTH",urn:oid:4.5.6\n',
  'body-sites.yaml':
    'CHEST: { system: "http://snomed.info/sct", code: "51185008", display: Thoracic structure }\nHEAD: { system: "http://snomed.info/sct", code: "69536005" }\n',
};
const MAPPINGS = [PATIENT, shippedMapping('endpoint.yaml'), STUDY];
const SETTINGS = { patientSystemId: 'urn:example:unknown' };

const FEED: readonly RawEntry[] = entries(
  {
    IssuerOfPatientID: 'CLINIC, NORTH',
    PatientSex: 'D',
    PatientBirthDate: '19700101',
    AccessionNumber: 'A1',
    StudyDescription: 'Thorax',
    SeriesNumber: 1,
    BodyPartExamined: 'CHEST',
  },
  {
    IssuerOfPatientID: 'CLINIC, NORTH',
    PatientSex: 'D',
    SeriesInstanceUID: '1.2.3.2',
    SOPInstanceUID: '1.2.3.2.1',
    StudyDescription: 'Thorax',
    SeriesNumber: 2,
    BodyPartExamined: 'KNEE',
  },
  { IssuerOfPatientID: 'ELSEWHERE', SOPInstanceUID: '1.2.3.1.2', SeriesNumber: 1 },
  { SeriesInstanceUID: '1.2.3.3', SOPInstanceUID: '1.2.3.3.1', PatientSex: 'X' },
);

test('what arrives', async () => {
  const setup = { mappings: MAPPINGS, files: FILES, settings: SETTINGS, entries: FEED.slice(0, 2) };
  const { resources, rows } = await runFeed(setup);
  const study = resources.find(({ resourceType }) => resourceType === 'ImagingStudy');
  assert.equal(
    resources.filter(({ resourceType }) => resourceType === 'Patient'),
    [
      {
        resourceType: 'Patient',
        language: 'de',
        identifier: [{ system: 'urn:oid:4.5.6', value: 'P1' }],
        gender: 'other',
      },
    ],
  );
  assert.equal(study?.['identifier'], [
    { system: 'urn:dicom:uid', value: 'urn:oid:1.2.3' },
    {
      type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'ACSN' }] },
      system: 'urn:example:accession',
      value: 'A1',
    },
  ]);
  assert.equal([study?.['description'], study?.['note']], ['THORAX', undefined]);
  assert.equal(
    ((study?.['series'] ?? []) as readonly Record<string, unknown>[]).map(({ number, bodySite }) => ({
      number,
      bodySite,
    })),
    [
      {
        number: 1,
        bodySite: { system: 'http://snomed.info/sct', code: '51185008', display: 'Thoracic structure' },
      },
      { number: 2, bodySite: undefined },
    ],
  );
  assert.equal(
    rows.map(({ sequence, kind, code, rule, tag, message }) => ({
      sequence,
      kind,
      code,
      rule,
      tag,
      message,
    })),
    [
      {
        sequence: 2,
        kind: 'InvalidDicomTag',
        code: 'dicom.invalid-tag',
        rule: 'ImagingStudy.series.bodySite',
        tag: 'BodyPartExamined',
        message: 'BodyPartExamined has no row in the table',
      },
    ],
  );
});

test('an issuer without a row, and a required number that is absent', async () => {
  const setup = { mappings: MAPPINGS, files: FILES, settings: SETTINGS, entries: FEED.slice(2) };
  const { resources, rows } = await runFeed(setup);
  const patient = resources.find(({ resourceType }) => resourceType === 'Patient');
  assert.equal(patient?.['identifier'], [{ system: 'urn:example:unknown', value: 'P1' }]);
  assert.equal(
    rows.map(({ sequence, code, rule }) => [sequence, code, rule]),
    [[4, 'dicom.missing-tag', 'ImagingStudy.series.number']],
  );
});

test('pages of any size give the same', async () => {
  const setup = { mappings: MAPPINGS, files: FILES, settings: SETTINGS, entries: FEED };
  const whole = await runFeed(setup);
  for (const pageSize of [1, 2])
    assert.equal((await runFeed({ ...setup, pageSize })).resources, whole.resources);
});

test.run();
