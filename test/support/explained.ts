/**
 * A small made-up project for tests of `dicomcast explain`: instances as keywords come in, what is printed goes out.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ExplainOptions, explain } from '../../engine/cli/explain.ts';
import { dataset, type EntryWords } from './entries.ts';
import { temporaryFolder } from './temp.ts';
import { fakeTerminal } from './terminal.ts';

export const CONFIG = `source: { type: change-feed, url: "https://dicom.example.org", apiVersion: v1 }
fhir: { url: "https://fhir.example.org" }
mappings: [patient.yaml, study.yaml, device.yaml]
`;
export const PATIENT = `resource: Patient
identity: id
let:
  issuer: { tag: IssuerOfPatientID }
rules:
  id:
    to: Patient.identifier.where(system = %issuer).value
    tag: PatientID
  name:
    to: Patient.name.where(use = 'usual')
    tag: PatientName
  gender:
    to: Patient.gender
    tag: PatientSex
    codes: { M: male, F: female }
  birthDate:
    to: Patient.birthDate
    tag: PatientBirthDate
    on: create
  active:
    to: Patient.active
    const: true
`;
const STUDY = `resource: ImagingStudy
identity: id
authority: |
  Modality != "KO"
rules:
  id: { to: ImagingStudy.identifier.where(system = 'urn:dicom:uid').value, tag: StudyInstanceUID, prefix: "urn:oid:" }
  status: { to: ImagingStudy.status, const: available }
  subject: { to: ImagingStudy.subject, reference: Patient, required: true }
  description: { to: ImagingStudy.description, tag: StudyDescription }
  bodyPart:
    to: ImagingStudy.reasonCode
    value: |
      { "text": BodyPartExamined }
    when: |
      Modality = "MR"
    merge: append
  count: { to: ImagingStudy.numberOfInstances, derive: series.instance.count() }
  modality: { to: ImagingStudy.modality, derive: series.modality.distinct(), merge: replace }
lists:
  series:
    to: ImagingStudy.series
    key: { uid: SeriesInstanceUID }
    rules:
      modality: { to: modality, tag: Modality, system: "urn:dcm" }
      number: { to: number, tag: SeriesNumber }
    lists:
      instance:
        to: instance
        key: { uid: SOPInstanceUID }
        rules:
          sopClass: { to: sopClass, tag: SOPClassUID }
          title: { to: title, tag: DocumentTitle, when: "$exists(DocumentTitle)" }
`;
const DEVICE = `resource: Device
identity: serial
when: $exists(DeviceSerialNumber)
rules:
  serial: { to: Device.identifier.where(system = 'urn:example').value, tag: DeviceSerialNumber }
`;
export const UIDS = {
  StudyInstanceUID: '1.2.3',
  SeriesInstanceUID: '1.2.3.1',
  SOPInstanceUID: '1.2.3.1.1',
  SOPClassUID: '1.2.840.10008.5.1.4.1.1.4',
};
export const INSTANCE = {
  ...UIDS,
  PatientID: 'P-1',
  PatientName: 'Beispiel^Anna',
  PatientBirthDate: '19700230',
  PatientSex: 'F',
  Modality: 'MR',
  BodyPartExamined: 'HEAD',
  SeriesNumber: [],
  StationName: 'MR-2',
  '(0019,1001)': { vr: 'LO', Value: ['private'] },
};

/** What is printed for instances a.json, b.json …, and the exit code. */
export async function explained(
  instances: readonly EntryWords[],
  options: ExplainOptions = {},
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const folder = temporaryFolder();
  const files = instances.map((words, index) => {
    const name = `${'abcdef'[index]}.json`;
    writeFileSync(join(folder, name), JSON.stringify(dataset(words)));
    return name;
  });
  writeFileSync(join(folder, 'dicomcast.config.yaml'), CONFIG);
  writeFileSync(join(folder, 'patient.yaml'), PATIENT);
  writeFileSync(join(folder, 'study.yaml'), STUDY);
  writeFileSync(join(folder, 'device.yaml'), DEVICE);
  const terminal = fakeTerminal(folder);
  const code = await explain(terminal, files, options);
  const { out, err } = terminal.printed();
  return { code, out: out.replaceAll(/\b[0-9a-f]{16}\b/g, 'PLAN'), err };
}
