/** Other names of attributes, and attributes that exist in queries only. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { isQueryOnly, isSameWord, keywordFor } from '../../engine/dicom/keyword-notes.ts';

const test = suite('dicom/keyword-notes');

for (const [name, keyword] of Object.entries({
  PatientsName: 'PatientName',
  "Patient's Name": 'PatientName',
  'Patient ID': 'PatientID',
  ReferringPhysiciansName: 'ReferringPhysicianName',
  ManufacturersModelName: 'ManufacturerModelName',
  ImageNumber: 'InstanceNumber',
  DOB: 'PatientBirthDate',
  mrn: 'PatientID',
  StudyUID: 'StudyInstanceUID',
  NameOfPhysicianReadingStudy: 'NameOfPhysiciansReadingStudy',
})) {
  test(`${name} is ${keyword}`, () => assert.is(keywordFor(name), keyword));
}

test('a keyword of today has no other, also with an s that looks like a possessive', () => {
  for (const name of ['PatientName', 'OperatorsName', 'ResultsID', 'SeriesInstanceUID', 'Nonsense', '']) {
    assert.is(keywordFor(name), undefined);
  }
});

test('blanks, signs and letter case do not make another word', () => {
  assert.is(isSameWord('patient id', 'PatientID'), true);
  assert.is(isSameWord("Patient's Name", 'PatientName'), false);
});

test('what only answers to queries have', () => {
  assert.equal(
    ['ModalitiesInStudy', 'NumberOfStudyRelatedInstances', 'Modality', 'RetrieveAETitle'].map(isQueryOnly),
    [true, true, false, false],
  );
});

test.run();
