/** explain as its users see it: the exact text for made-up instances and mappings. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { explain } from '../../engine/cli/explain.ts';
import { CONFIG, explained, INSTANCE, PATIENT, UIDS } from '../support/explained.ts';
import { temporaryFolder } from '../support/temp.ts';
import { fakeTerminal } from '../support/terminal.ts';

const test = suite('explain');

test('every path has its rule, every rule without effect its reason, and nobody is named', async () => {
  assert.equal(await explained([INSTANCE]), {
    code: 0,
    err: '',
    out: `plan PLAN, on an empty FHIR server; values that may identify somebody are shown as •••

Patient: create
  identifier[0].value  •••      id      patient.yaml:6   (0010,0020) PatientID
  active               true     active  patient.yaml:20  constant
  name[0].use          "usual"  name    patient.yaml:9   where
  name[0].family       •••      name    patient.yaml:9   (0010,0010) PatientName
  name[0].given[0]     •••      name    patient.yaml:9   (0010,0010) PatientName
  gender               •••      gender  patient.yaml:12  (0010,0040) PatientSex
  without effect:
    birthDate  invalid: PatientBirthDate is no DA: a day of the calendar as yyyymmdd  birthDate  patient.yaml:16  (0010,0030) PatientBirthDate

ImagingStudy: create
  identifier[0].system                   "urn:dicom:uid"                      id                        study.yaml:6   where
  identifier[0].value                    •••                                  id                        study.yaml:6   (0020,000D) StudyInstanceUID
  status                                 "available"                          status                    study.yaml:7   constant
  modality[0].system                     "urn:dcm"                            modality                  study.yaml:18  derived: series.modality.distinct()
  modality[0].code                       "MR"                                 modality                  study.yaml:18  derived: series.modality.distinct()
  subject.reference                      ••• → Patient                        subject                   study.yaml:8   reference
  numberOfInstances                      1                                    count                     study.yaml:17  derived: series.instance.count()
  reasonCode[0].text                     "HEAD"                               bodyPart                  study.yaml:10  expression of (0018,0015) BodyPartExamined
  series[0].uid                          •••                                  series.uid                study.yaml:22  (0020,000E) SeriesInstanceUID
  series[0].modality.system              "urn:dcm"                            series.modality           study.yaml:24  (0008,0060) Modality
  series[0].modality.code                "MR"                                 series.modality           study.yaml:24  (0008,0060) Modality
  series[0].instance[0].uid              •••                                  series.instance.uid       study.yaml:29  (0008,0018) SOPInstanceUID
  series[0].instance[0].sopClass.system  "urn:ietf:rfc:3986"                  series.instance.sopClass  study.yaml:31  (0008,0016) SOPClassUID
  series[0].instance[0].sopClass.code    "urn:oid:1.2.840.10008.5.1.4.1.1.4"  series.instance.sopClass  study.yaml:31  (0008,0016) SOPClassUID
  without effect:
    description                  StudyDescription is absent  description            study.yaml:9   (0008,1030) StudyDescription
    series[0].number             SeriesNumber is empty       series.number          study.yaml:25  (0020,0011) SeriesNumber
    series[0].instance[0].title  when: is not true           series.instance.title  study.yaml:32  (0042,0010) DocumentTitle

Device: nothing
  when: of the mapping is not true  device.yaml  (0018,1000) DeviceSerialNumber

2 attributes are read by no rule; --unread lists them
`,
  });
});

test('--show-values shows them', async () => {
  const { out } = await explained([{ ...INSTANCE, PatientName: 'Bei\u009bspiel^\u2028Anna' }], {
    showValues: true,
  });
  assert.match(out, 'plan PLAN, on an empty FHIR server; with all values\n');
  assert.match(out, /^ {2}identifier\[0\]\.value {2}"P-1" {5}id {6}patient/m);
  assert.match(out, /^ {2}gender {15}"female" {2}gender/m);
  assert.not.match(out, /[\u0080-\u009f\u2028]/);
});

test('several instances: who wrote, who did not speak, who came too late', async () => {
  const { out, code } = await explained([
    { ...INSTANCE, IssuerOfPatientID: 'urn:x', PatientBirthDate: null, StudyDescription: 'Head' },
    {
      ...INSTANCE,
      IssuerOfPatientID: 'urn:x',
      SOPInstanceUID: '1.2.3.1.2',
      PatientBirthDate: '19700201',
      StudyDescription: 'Head and neck',
    },
    {
      ...INSTANCE,
      IssuerOfPatientID: 'urn:x',
      SOPInstanceUID: '1.2.3.2.1',
      SeriesInstanceUID: '1.2.3.2',
      Modality: 'KO',
      StudyDescription: 'Key',
    },
  ]);
  assert.is(code, 0);
  const lines = out.split('\n').map((line) => line.trim().replace(/ {2,}/g, ' | '));
  const about = (word: string) => lines.filter((line) => line.includes(word));
  assert.equal(about('identifier[0].'), [
    'identifier[0].system | ••• | id | patient.yaml:6 | where, (0010,0021) IssuerOfPatientID | all files',
    'identifier[0].value | ••• | id | patient.yaml:6 | (0010,0020) PatientID | all files',
    'identifier[0].system | "urn:dicom:uid" | id | study.yaml:6 | where | all files',
    'identifier[0].value | ••• | id | study.yaml:6 | (0020,000D) StudyInstanceUID | all files',
  ]);
  const birthDate = 'birthDate | patient.yaml:16 | (0010,0030) PatientBirthDate';
  assert.equal(about('birthDate'), [
    `birthDate | PatientBirthDate is absent | ${birthDate} | a.json`,
    `birthDate | on: create, and an instance before made the resource or item | ${birthDate} | b.json`,
    `birthDate | invalid: PatientBirthDate is no DA: a day of the calendar as yyyymmdd | ${birthDate} | c.json`,
  ]);
  const description = 'description | study.yaml:9 | (0008,1030) StudyDescription';
  assert.equal(about('description'), [
    `description | ••• | ${description} | b.json`,
    `description | a later instance wrote there | ${description} | a.json`,
    `description | the instance does not speak for the resource (authority), and something was there already | ${description} | c.json`,
  ]);
  assert.equal(about('series[0].number'), [
    'series[0].number (and 1 more) | SeriesNumber is empty | series.number | study.yaml:25 | (0020,0011) SeriesNumber | all files',
  ]);
  assert.equal(about('.instance[1].uid'), [
    'series[0].instance[1].uid | ••• | series.instance.uid | study.yaml:29 | (0008,0018) SOPInstanceUID | b.json',
  ]);
});

test('an instance for the error store', async () => {
  assert.equal(await explained([{ ...INSTANCE, PatientID: null }]), {
    code: 1,
    err: '',
    out: `plan PLAN, on an empty FHIR server; values that may identify somebody are shown as •••

a.json: nothing of it is stored
  error[dicom.missing-tag]: Patient.id (patient.yaml:6): PatientID is required and has no value

2 attributes are read by no rule; --unread lists them
`,
  });
});

test('a resource that FHIR does not allow is not sent, and that is said', async () => {
  const { out, code } = await explained([{ ...INSTANCE, Modality: [], SOPClassUID: null }]);
  assert.is(code, 1);
  assert.match(
    out,
    '\n\nnot sent: error[resource.shape]: ImagingStudy.series[0].instance[0].sopClass is required\n\n',
  );
  assert.is(
    (await explained([{ ...INSTANCE, SOPClassUID: null }], { whyNot: 'gender' })).out,
    `Patient.gender  patient.yaml:12
  no   the instance is stored: ImagingStudy.series[0].instance[0].sopClass is required
  nothing is written
`,
  );
});

test('--unread lists keywords and VRs, no values', async () => {
  const { out } = await explained([INSTANCE], { unread: true });
  assert.is(
    out.slice(out.indexOf('2 attributes')),
    `2 attributes are read by no rule:
  (0008,1010)  SH  StationName
  (0019,1001)  LO
`,
  );
});

test('what is no instance, and no file at all', async () => {
  const folder = temporaryFolder();
  writeFileSync(
    join(folder, 'dicomcast.config.yaml'),
    CONFIG.replace('patient.yaml, study.yaml, device.yaml', 'p.yaml'),
  );
  writeFileSync(join(folder, 'p.yaml'), PATIENT);
  const terminal = fakeTerminal(folder);
  assert.is(await explain(terminal, ['p.yaml'], {}), 1);
  assert.is(await explain(terminal, [], {}), 64);
  assert.is(await explain(terminal, ['a.json'], { plan: true }), 64);
  assert.equal(terminal.printed(), {
    out: '',
    err: `error: p.yaml: it is neither a DICOM file (there is no DICM at byte 128) nor DICOM JSON
error: which file?
  = help: name DICOM files or DICOM JSON, entries with --entry, a code, or --plan
error: --plan takes no file
`,
  });
});

test('--format json is the same, with masks', async () => {
  const words = {
    ...UIDS,
    PatientID: 'P-1',
    PatientSex: 'M',
    PatientBirthDate: 'x',
    BodyPartExamined: 'HEAD',
  };
  const { out } = await explained([words], { format: 'json', mappings: ['patient.yaml'], unread: true });
  const tag = (number: string, keyword: string) => [{ tag: number, keyword }];
  const place = (rule: string, line: number) => ({ rule: `Patient.${rule}`, file: 'patient.yaml', line });
  assert.equal(JSON.parse(out), {
    version: 1,
    plan: 'PLAN',
    masked: true,
    instances: [{ file: 'a.json', stored: true }],
    resources: [
      {
        mapping: 'Patient',
        resourceType: 'Patient',
        request: 'create',
        written: [
          {
            path: 'identifier[0].value',
            value: '•••',
            masked: true,
            ...place('id', 6),
            source: 'tag',
            tags: tag('(0010,0020)', 'PatientID'),
            instances: [0],
          },
          {
            path: 'active',
            value: true,
            masked: false,
            ...place('active', 20),
            source: 'const',
            tags: [],
            instances: [0],
          },
          {
            path: 'gender',
            value: '•••',
            masked: true,
            ...place('gender', 12),
            source: 'tag',
            tags: tag('(0010,0040)', 'PatientSex'),
            instances: [0],
          },
        ],
        missing: [
          {
            path: 'name',
            ...place('name', 9),
            why: 'absent',
            reason: 'PatientName is absent',
            tags: tag('(0010,0010)', 'PatientName'),
            instances: [0],
          },
          {
            path: 'birthDate',
            ...place('birthDate', 16),
            why: 'invalid',
            reason: 'PatientBirthDate is no DA: a day of the calendar as yyyymmdd',
            tags: tag('(0010,0030)', 'PatientBirthDate'),
            instances: [0],
          },
        ],
      },
    ],
    unmade: [],
    warnings: [],
    unread: {
      count: 5,
      attributes: [
        { tag: '(0008,0016)', keyword: 'SOPClassUID', vr: 'UI' },
        { tag: '(0008,0018)', keyword: 'SOPInstanceUID', vr: 'UI' },
        { tag: '(0018,0015)', keyword: 'BodyPartExamined', vr: 'CS' },
        { tag: '(0020,000D)', keyword: 'StudyInstanceUID', vr: 'UI' },
        { tag: '(0020,000E)', keyword: 'SeriesInstanceUID', vr: 'UI' },
      ],
    },
  });
});

test('the name of a finding goes to its page', async () => {
  const terminal = fakeTerminal(temporaryFolder());
  assert.is(await explain(terminal, ['mapping.unknown-attribute'], {}), 0);
  assert.match(terminal.printed().out, /^mapping\.unknown-attribute\n\n/);
});

test.run();
