import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { elementOf, first, madeUp, patient } from '../support/made-up.ts';

const test = suite('authority');

/** A study of which key objects do not speak. */
const STUDY = `resource: ImagingStudy
identity: id
authority: |
  Modality != "KO"
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

test('authority: another instance fills outside the lists, never clears, and appends only where nothing is', async () => {
  const mapping = `${STUDY}  started: { to: ImagingStudy.started, tag: StudyDate, onAbsent: clear }
  description: { to: ImagingStudy.description, tag: StudyDescription }
  note: { to: ImagingStudy.note, tag: StudyDescription, merge: append }
  accession: { to: "ImagingStudy.identifier.where(system = 'urn:acc').value", tag: AccessionNumber, onAbsent: clear }
  owned: { to: ImagingStudy.procedureCode, value: '[{ "text": StudyDescription }]', merge: replace }
  reason: { to: ImagingStudy.reasonCode, value: '[{ "text": StudyDescription }]', merge: append, authority: any }
${LISTS}      description: { to: description, tag: SeriesDescription, onAbsent: clear }
`;
  const image = {
    StudyDate: '20240229',
    StudyDescription: 'CT',
    AccessionNumber: 'A1',
    SeriesDescription: 'x',
  };
  const report = { Modality: 'KO', StudyDescription: 'KO' };
  const run = async (...feed: readonly Readonly<Record<string, unknown>>[]) => {
    const result = await madeUp({ mappings: [patient(''), mapping], feed });
    const { started, description, note, procedureCode, reasonCode, identifier, series } =
      first(result, 'ImagingStudy') ?? {};
    return { started, description, note, procedureCode, reasonCode, identifier, series };
  };
  const study = { system: 'urn:dicom:uid', value: '1.2.3' };
  assert.equal(await run(image, report), {
    started: '2024-02-29',
    description: 'CT',
    note: [{ text: 'CT' }],
    procedureCode: [{ text: 'CT' }],
    reasonCode: [{ text: 'CT' }, { text: 'KO' }],
    identifier: [study, { system: 'urn:acc', value: 'A1' }],
    // In a list it speaks: of its own series.
    series: [{ uid: '1.2.3.1', modality: { system: 'urn:m', code: 'KO' } }],
  });
  assert.equal(await run(report), {
    started: undefined,
    description: 'KO',
    note: [{ text: 'KO' }],
    procedureCode: [{ text: 'KO' }],
    reasonCode: [{ text: 'KO' }],
    identifier: [study],
    series: [{ uid: '1.2.3.1', modality: { system: 'urn:m', code: 'KO' } }],
  });
});

test('authority: any lets a rule act for every instance, clearing too', async () => {
  const mapping = `${STUDY}  description: { to: ImagingStudy.description, tag: StudyDescription, authority: any, onAbsent: clear }
  started: { to: ImagingStudy.started, tag: StudyDate, authority: mapping }
`;
  const result = await madeUp({
    mappings: [patient(''), mapping],
    feed: [
      { StudyDescription: 'CT', StudyDate: '20240229' },
      { PatientID: 'P2', Modality: 'KO', StudyDate: '20240301' },
    ],
  });
  assert.is(elementOf(result, 'description', 'ImagingStudy'), undefined);
  assert.is(elementOf(result, 'started', 'ImagingStudy'), '2024-02-29');
  // `subject` has no authority of its own here: without `any` a report does not move the study.
  assert.equal(elementOf(result, 'subject', 'ImagingStudy'), { reference: 'Patient?identifier=urn:test|P1' });
});

test.run();
