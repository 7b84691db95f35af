/** Attributes as test files write them: words in, DICOM JSON out, and what cannot be written so. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { DicomJson } from '../../engine/dicom/entry.ts';
import { type AttributeFault, withAttributes, withoutAttribute } from '../../engine/testing/attributes.ts';

const test = suite('testing/attributes');

function made(words: Readonly<Record<string, unknown>>, dataset: DicomJson = {}): DicomJson {
  const faults: AttributeFault[] = [];
  const result = withAttributes(dataset, words, faults);
  assert.equal(faults, []);
  return result;
}

test('keywords, numbers and eight digits; values of every kind', () => {
  assert.equal(
    made({
      PatientName: 'DOE^JANE=山田^太郎',
      '(0010,0020)': 'P1',
      '00100040': [],
      PatientBirthDate: 19700102,
      SeriesNumber: 3,
      ImageType: ['ORIGINAL', 'PRIMARY'],
      StudyDescription: { vr: 'LO', Value: ['a', null] },
      PatientComments: null,
    }),
    {
      '00080008': { vr: 'CS', Value: ['ORIGINAL', 'PRIMARY'] },
      '00081030': { vr: 'LO', Value: ['a', null] },
      '00100010': { vr: 'PN', Value: [{ Alphabetic: 'DOE^JANE', Ideographic: '山田^太郎' }] },
      '00100020': { vr: 'LO', Value: ['P1'] },
      '00100030': { vr: 'DA', Value: ['19700102'] },
      '00100040': { vr: 'CS' },
      '00200011': { vr: 'IS', Value: [3] },
    },
  );
});

test('sequences are lists of maps; a path writes into every item, and makes one where there is none', () => {
  const two = made({ ProcedureCodeSequence: [{ CodeValue: 'a' }, { CodeValue: 'b' }] });
  assert.equal(two, {
    '00081032': {
      vr: 'SQ',
      Value: [{ '00080100': { vr: 'SH', Value: ['a'] } }, { '00080100': { vr: 'SH', Value: ['b'] } }],
    },
  });
  assert.equal(made({ 'ProcedureCodeSequence.CodeValue': 'c' }, two)['00081032']?.Value, [
    { '00080100': { vr: 'SH', Value: ['c'] } },
    { '00080100': { vr: 'SH', Value: ['c'] } },
  ]);
  assert.equal(made({ 'ProcedureCodeSequence.CodeValue': 'c' }), {
    '00081032': { vr: 'SQ', Value: [{ '00080100': { vr: 'SH', Value: ['c'] } }] },
  });
  assert.equal(withoutAttribute(two, 'ProcedureCodeSequence.CodeValue'), {
    '00081032': { vr: 'SQ', Value: [{}, {}] },
  });
  assert.equal(withoutAttribute(two, 'ProcedureCodeSequence'), {});
});

test('a private attribute stands in the block of its creator, which is made where it is missing', () => {
  const value = { vr: 'LO', Value: ['x'] };
  const first = made({ '(0029,xx08, "ACME")': value }, { '00290010': { vr: 'LO', Value: ['OTHER'] } });
  assert.equal(first, {
    '00290010': { vr: 'LO', Value: ['OTHER'] },
    '00290011': { vr: 'LO', Value: ['ACME'] },
    '00291108': value,
  });
  assert.equal(Object.keys(made({ '(0029,xx09, "ACME")': value }, first)), [
    '00290010',
    '00290011',
    '00291108',
    '00291109',
  ]);
  assert.equal(Object.keys(withoutAttribute(first, '(0029,xx08, "ACME")')), ['00290010', '00290011']);
});

test('the dataset that comes in stays as it was', () => {
  const before = made({ ProcedureCodeSequence: [{ CodeValue: 'a' }], PatientID: 'P1' });
  const text = JSON.stringify(before);
  withAttributes(before, { 'ProcedureCodeSequence.CodeValue': 'b', PatientID: 'P2' });
  withoutAttribute(before, 'ProcedureCodeSequence.CodeValue');
  assert.is(JSON.stringify(before), text);
});

test('what cannot be written so is told with its place', () => {
  const faults: AttributeFault[] = [];
  withAttributes(
    {},
    {
      PatientsID: 'P1',
      PatientSex: true,
      StudyID: 1.5,
      '(0029,xx08, "ACME")': 'x',
      ProcedureCodeSequence: [{ CodeValue: 'a', CodeMeanin: 'b' }, 'c'],
    },
    faults,
  );
  assert.equal(
    faults.map(({ path, message, hint, suggestion }) => [path.join('.'), message, hint ?? suggestion]),
    [
      ['PatientsID', 'there is no DICOM attribute PatientsID', 'PatientID'],
      ['PatientSex', 'PatientSex is text, and YAML reads this as true or false', 'Put it in quotes.'],
      ['StudyID', 'StudyID is text, and YAML reads this as a number', 'Put it in quotes.'],
      [
        '(0029,xx08, "ACME")',
        '(0029,xx08, "ACME") is not in the dictionary',
        'Write `{ vr: LO, Value: [text] }`.',
      ],
      ['ProcedureCodeSequence.0.CodeMeanin', 'there is no DICOM attribute CodeMeanin', 'CodeMeaning'],
      [
        'ProcedureCodeSequence.1',
        'ProcedureCodeSequence is a sequence: its items are maps of attributes',
        undefined,
      ],
    ],
  );
});

test.run();
