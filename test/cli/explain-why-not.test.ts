/** explain --why-not: the chain of conditions for one path, as its users see it. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { EntryWords } from '../support/entries.ts';
import { explained, INSTANCE, UIDS } from '../support/explained.ts';

const test = suite('explain --why-not');

test('--why-not: each condition up to the one that fails', async () => {
  const { out, code } = await explained([INSTANCE], { whyNot: 'Patient.birthDate' });
  assert.is(code, 0);
  assert.is(
    out,
    `Patient.birthDate  patient.yaml:16
  yes  the instance is stored
  no   the tags have a value: PatientBirthDate is no DA: a day of the calendar as yyyymmdd
         (0010,0030) PatientBirthDate: DA, 1 value
  nothing is written
`,
  );
});

test('--why-not under a when, in a list, of a where, by the name of a rule', async () => {
  const why = async (path: string, words: EntryWords = INSTANCE) =>
    (await explained([words], { whyNot: path })).out;
  assert.is(
    await why('series[0].instance.title'),
    `ImagingStudy.series.instance.title  study.yaml:32
  yes  the instance is stored
  no   when: $exists(DocumentTitle)
         (0042,0010) DocumentTitle: absent
  nothing is written
`,
  );
  assert.is(
    await why('reasonCode', { ...INSTANCE, Modality: 'CT' }),
    `ImagingStudy.bodyPart  study.yaml:10
  yes  the instance is stored
  no   when: Modality = "MR"
         (0008,0060) Modality: CS, 1 value
  nothing is written
`,
  );
  assert.is(
    await why("ImagingStudy.identifier.where(system = 'urn:dicom:uid').system"),
    `ImagingStudy.id  study.yaml:6
  yes  the instance is stored
  yes  the tags have a value: UI → string
         (0020,000D) StudyInstanceUID: UI, 1 value
  yes  no other value counts more
  written: identifier[0].value
`,
  );
  assert.is(
    await why('Device.identifier'),
    `Device.serial  device.yaml:5
  yes  the instance is stored
  no   when of the mapping: $exists(DeviceSerialNumber)
         (0018,1000) DeviceSerialNumber: absent
  nothing is written
`,
  );
  assert.is(
    await why('Patient.id', { ...INSTANCE, PatientID: [] }),
    `Patient.id  patient.yaml:6
  no   the instance is stored: PatientID is required and has no value
         (0010,0020) PatientID: empty
  nothing is written
`,
  );
});

test('--why-not over several instances: equal answers stand together', async () => {
  const { out } = await explained(
    [
      { ...INSTANCE, PatientBirthDate: null },
      { ...INSTANCE, SOPInstanceUID: '1.2.3.1.2', PatientBirthDate: '19700201' },
      { ...INSTANCE, SOPInstanceUID: '1.2.3.1.3', PatientBirthDate: '19700202' },
    ],
    { whyNot: 'Patient.birthDate' },
  );
  assert.is(
    out,
    `Patient.birthDate  patient.yaml:16
  a.json
  yes  the instance is stored
  no   the tags have a value: PatientBirthDate is absent
         (0010,0030) PatientBirthDate: absent
  nothing is written

Patient.birthDate  patient.yaml:16
  b.json, c.json
  yes  the instance is stored
  yes  the tags have a value: DA → date
         (0010,0030) PatientBirthDate: DA, 1 value
  no   on: create: on: create, and an instance before made the resource or item
  nothing is written
`,
  );
});

test('--why-not with values, where they are asked for', async () => {
  const { out } = await explained([INSTANCE], { whyNot: 'birthDate', showValues: true });
  assert.match(out, '(0010,0030) PatientBirthDate: DA, 1 value ["19700230"]\n');
});

test('--why-not for a path that no rule writes', async () => {
  const nearest = async (path: string) => {
    const { out, code } = await explained([INSTANCE], { whyNot: path });
    assert.is(code, 1);
    return out;
  };
  assert.is(
    await nearest('Patient.birthdat'),
    'no rule writes Patient.birthdat\n  rules write: Patient.birthDate\n',
  );
  assert.is(
    await nearest('Patient.name.period'),
    'no rule writes Patient.name.period\n  rules write: Patient.name\n',
  );
  assert.is(
    await nearest('ImagingStudy.series.description'),
    `no rule writes ImagingStudy.series.description
  rules write: ImagingStudy.description, ImagingStudy.series.uid, ImagingStudy.series.modality, ImagingStudy.series.number, ImagingStudy.series.instance.uid
`,
  );
  assert.is(
    await nearest('Patient.photo'),
    `no rule writes Patient.photo
  rules write: Patient.identifier.value, Patient.name, Patient.gender, Patient.birthDate, Patient.active
`,
  );
});

test('--why-not as json', async () => {
  const { out } = await explained([{ ...UIDS, PatientID: 'P-1', PatientBirthDate: 'x' }], {
    format: 'json',
    mappings: ['patient.yaml'],
    whyNot: 'birthDate',
  });
  assert.equal(JSON.parse(out), {
    version: 1,
    plan: 'PLAN',
    masked: true,
    instances: [{ file: 'a.json', stored: true }],
    path: 'birthDate',
    rules: [
      {
        rule: 'Patient.birthDate',
        file: 'patient.yaml',
        line: 16,
        instance: 0,
        checks: [
          { what: 'the instance is stored', holds: true },
          {
            what: 'the tags have a value',
            holds: false,
            detail: 'PatientBirthDate is no DA: a day of the calendar as yyyymmdd',
            tags: [{ tag: '(0010,0030)', keyword: 'PatientBirthDate', state: 'present', vr: 'DA', count: 1 }],
          },
        ],
        written: [],
      },
    ],
    nearest: [],
  });
});

test.run();
