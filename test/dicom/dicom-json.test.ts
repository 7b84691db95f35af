import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readDicomJson, writeDicomJson } from '../../engine/dicom/dicom-json.ts';

const test = suite('dicom/dicom-json');

const reasonOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    return `${(error as { code?: string }).code}: ${(error as Error).message}`;
  }
  return 'no error';
};

test('leaves out what a change feed leaves out, also inside sequences', () => {
  const text = JSON.stringify({
    '0002000e': { vr: 'UI', Value: ['1'] },
    '00020010': { vr: 'UI', Value: ['1.2.840.10008.1.2.1'] },
    '0008103e': { vr: 'LO', Value: ['Thorax'] },
    '00081140': {
      vr: 'SQ',
      Value: [{ '00081155': { vr: 'UI', Value: ['1.2'] }, '00420011': { vr: 'OB', InlineBinary: 'AA==' } }],
    },
    '00100040': { vr: 'CS' },
    '00291010': { vr: 'UN', InlineBinary: 'AA==' },
    '7FE00010': { vr: 'OW', BulkDataURI: 'http://127.0.0.1/x' },
  });
  assert.equal(readDicomJson(text), {
    '0008103E': { vr: 'LO', Value: ['Thorax'] },
    '00081140': { vr: 'SQ', Value: [{ '00081155': { vr: 'UI', Value: ['1.2'] } }] },
    '00100040': { vr: 'CS' },
  });
});

test('decimal strings keep their digits, in and out', () => {
  const text =
    '{"00101020":{"vr":"DS","Value":[1.70,1.7,"+01.50",".5","x",null]},"00200013":{"vr":"IS","Value":[7.0]},"00189073":{"vr":"FD","Value":[2.50]}}';
  const dataset = readDicomJson(text);
  assert.equal(dataset, {
    '00101020': { vr: 'DS', Value: ['1.70', 1.7, '+01.50', '.5', 'x', null] },
    '00200013': { vr: 'IS', Value: [7] },
    '00189073': { vr: 'FD', Value: [2.5] },
  });
  assert.is(
    writeDicomJson(dataset),
    '{"00101020":{"vr":"DS","Value":[1.70,1.7,1.50,0.5,"x",null]},"00200013":{"vr":"IS","Value":[7]},"00189073":{"vr":"FD","Value":[2.5]}}',
  );
});

test('an array of one dataset is that dataset', () => {
  assert.equal(readDicomJson('\uFEFF[{"00100020":{"vr":"LO","Value":["A"]}}]'), {
    '00100020': { vr: 'LO', Value: ['A'] },
  });
});

test('a value without brackets is a list of one', () => {
  assert.equal(readDicomJson('{"00080050":{"vr":"SH","Value":"A1"}}'), {
    '00080050': { vr: 'SH', Value: ['A1'] },
  });
});

test('reasons quote nothing', () => {
  assert.is(
    reasonOf(() => readDicomJson('{"00100020": Geheim')),
    'entry.malformed: the text is no JSON',
  );
  assert.is(
    reasonOf(() => readDicomJson('[]')),
    'entry.malformed: the JSON holds 0 datasets where one is wanted',
  );
  assert.is(
    reasonOf(() => readDicomJson('{"Geheim": 1}')),
    'entry.malformed: the JSON is no DICOM dataset: it has a key that is no tag',
  );
  assert.is(
    reasonOf(() => readDicomJson('["Geheim"]')),
    'entry.malformed: the JSON is no DICOM dataset: it is no object',
  );
  assert.is(
    reasonOf(() => readDicomJson('{}')),
    'entry.malformed: the dataset has no elements',
  );
});

test.run();
