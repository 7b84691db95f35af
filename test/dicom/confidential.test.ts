/** What may be shown of an instance: in doubt nothing. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { mayBeShown } from '../../engine/dicom/confidential.ts';
import { attributeByKeyword, keywords } from '../../engine/dicom/dictionary.ts';

const test = suite('confidential');

test('defined terms, whole numbers and UIDs of the standard are shown', () => {
  const shown = ['Modality', 'BodyPartExamined', 'InstanceNumber', 'Rows', 'SOPClassUID', '(0020,0013)'];
  assert.equal(shown.filter(mayBeShown), shown);
});

test('names, ids, dates, texts, measured values, UIDs, sequences and private attributes are not', () => {
  const hidden = [
    'PatientName',
    'PatientID',
    'PatientBirthDate',
    'StudyTime',
    'StudyDescription',
    'AccessionNumber',
    'StationName',
    'PatientWeight',
    'PatientAge',
    'StudyInstanceUID',
    'SOPInstanceUID',
    'RequestAttributesSequence',
    'RequestAttributesSequence.ScheduledProcedureStepID',
    'AnatomicRegionSequence.CodeValue',
    'DeidentificationMethodCodeSequence',
    '(0029,xx10, "SIEMENS CSA HEADER")',
    '(0009,0010)',
    'NoSuchAttribute',
  ];
  assert.equal(hidden.filter(mayBeShown), []);
});

test('what PS3.15 Annex E takes out is not shown, whatever its VR', () => {
  const removed = ['PatientSex', 'PatientSexNeutered', 'SmokingStatus', 'PregnancyStatus', 'GPSLatitudeRef'];
  assert.equal(removed.filter(mayBeShown), []);
});

test('of every attribute that is shown the VR is one of a few', () => {
  const vrs = new Set(
    keywords()
      .filter(mayBeShown)
      .flatMap((keyword) => attributeByKeyword(keyword)?.vrs ?? []),
  );
  assert.equal([...vrs].sort(), ['CS', 'IS', 'SL', 'SS', 'SV', 'UI', 'UL', 'US', 'UV']);
});

test.run();
