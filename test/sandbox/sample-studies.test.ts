import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { DicomJson } from '../../engine/dicom/entry.ts';
import { trimValue, vrFault } from '../../engine/dicom/vr.ts';
import { readDicomFile } from '../../engine/io/dicom-file.ts';
import { SAMPLE_STUDIES, writeSampleStudies } from '../../engine/sandbox/sample-studies.ts';
import { temporaryFolder } from '../support/temp.ts';

const test = suite('sandbox/sample-studies');
const folder = temporaryFolder();
const paths = await writeSampleStudies(folder);
const bytesOf = (path: string) => readFileSync(join(folder, path));
const first = (dataset: DicomJson, tag: string) => dataset[tag]?.Value?.[0];

test('the files', () => {
  assert.is(paths.length, 48);
  assert.equal(paths.slice(0, 3), [
    'cr-chest/series-1/001.dcm',
    'cr-chest/series-2/001.dcm',
    'cr-hand-japanese/series-1/001.dcm',
  ]);
  const size = paths.reduce((total, path) => total + bytesOf(path).length, 0);
  assert.ok(size < 200_000, `${size} bytes`);
});

test('the bytes are the same on every machine and in every run', async () => {
  const hash = createHash('sha256');
  for (const path of paths) hash.update(path).update(bytesOf(path));
  assert.is(hash.digest('hex'), '3d3616d01ac94488faac4116b2919d02379adb046b9d42af1b720339db9b6dfe');
  const again = temporaryFolder();
  assert.equal(await writeSampleStudies(again), paths);
  for (const path of paths) assert.equal(readFileSync(join(again, path)), bytesOf(path));
});

test('each instance has its own UID, each series and study theirs, and all values fit their VR', () => {
  const datasets = paths.map((path) => readDicomFile(bytesOf(path)));
  const count = (tag: string) => new Set(datasets.map((dataset) => first(dataset, tag))).size;
  assert.equal([count('0020000D'), count('0020000E'), count('00080018')], [8, 15, 48]);
  for (const dataset of datasets) {
    for (const [tag, { vr = '', Value: values = [] }] of Object.entries(dataset)) {
      for (const value of values) {
        const fault = vrFault(vr, typeof value === 'string' ? trimValue(vr, value) : value);
        assert.is(fault, undefined, tag);
      }
    }
  }
});

test('names in other scripts', () => {
  const name = (path: string) => first(readDicomFile(bytesOf(path)), '00100010');
  assert.equal(name('cr-hand-japanese/series-1/002.dcm'), {
    Alphabetic: 'Mihon^Hanako',
    Ideographic: '見本^花子',
    Phonetic: 'みほん^はなこ',
  });
  assert.equal(name('ct-thorax-arabic/series-1/006.dcm'), { Alphabetic: 'مثال^ليلى' });
  assert.equal(name('mr-head-cyrillic/series-2/004.dcm'), { Alphabetic: 'Образцова^Мария^Петровна' });
});

test('the key object refers to images that are there', () => {
  const keyObject = readDicomFile(bytesOf('ct-head/series-3/001.dcm'));
  const selected = (keyObject['0040A730']?.Value ?? []).map((item) => {
    const [image] = ((item as DicomJson)['00081199']?.Value ?? []) as DicomJson[];
    return image && first(image, '00081155');
  });
  assert.equal(
    selected,
    ['ct-head/series-2/001.dcm', 'ct-head/series-2/008.dcm'].map((path) =>
      first(readDicomFile(bytesOf(path)), '00080018'),
    ),
  );
});

test('the list of studies tells what is there', () => {
  assert.equal(
    SAMPLE_STUDIES.map((study) => [
      study.folder,
      study.patient.id,
      study.series.map((series) => `${series.instances} ${series.modality}`).join(', '),
    ]),
    [
      ['ct-head', 'DEMO-1001', '2 CT, 8 CT, 1 KO'],
      ['cr-chest', 'DEMO-1001', '1 CR, 1 CR'],
      ['mr-knee', 'DEMO-1002', '3 MR, 5 MR, 4 MR'],
      ['us-abdomen', 'DEMO-1003', '5 US'],
      ['cr-hand-japanese', 'DEMO-1004', '2 CR'],
      ['ct-thorax-arabic', 'DEMO-1005', '6 CT, 1 SR'],
      ['mr-head-cyrillic', 'DEMO-1006', '4 MR, 4 MR'],
      ['cr-unknown', 'DEMO-1007', '1 CR'],
    ],
  );
});

test.run();
