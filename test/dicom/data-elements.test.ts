import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type DatasetEncoding, readDataset } from '../../engine/dicom/data-elements.ts';

const test = suite('dicom/data-elements');

const EXPLICIT: DatasetEncoding = { explicitVr: true, littleEndian: true };
const IMPLICIT: DatasetEncoding = { explicitVr: false, littleEndian: true };

/** Pairs of hex digits, and text in quotes; blanks are nothing. */
function bytes(...parts: readonly string[]): Uint8Array {
  return Uint8Array.from(
    [...parts.join(' ').matchAll(/'([^']*)'|([0-9A-F]{2})/g)].flatMap(([, text, hex]) =>
      text === undefined ? [Number.parseInt(hex ?? '', 16)] : [...text].map((c) => c.charCodeAt(0)),
    ),
  );
}

const read = (encoding: DatasetEncoding, ...parts: readonly string[]) =>
  readDataset(bytes(...parts), 0, encoding);

const reasonOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    return `${(error as { code?: string }).code}: ${(error as Error).message}`;
  }
  return 'no error';
};

test('explicit VR: text, numbers, empty, padding, several values', () => {
  assert.equal(
    read(
      EXPLICIT,
      "08 00 16 00 'UI' 04 00 '1.2' 00",
      "08 00 20 00 'DA' 00 00",
      "08 00 60 00 'CS' 02 00 'CT'",
      "10 00 10 00 'PN' 0C 00 'Doe^Jane=x=y'",
      "10 00 20 00 'LO' 04 00 ' A  '",
      "10 00 00 40 'LT' 06 00 ' a\\b  '",
      "18 00 50 00 'DS' 0A 00 '5.0\\1.25\\ '",
      "20 00 11 00 'IS' 04 00 '+07 '",
      "28 00 10 00 'US' 02 00 00 02",
      "28 00 09 00 'AT' 04 00 18 00 63 10",
      "28 00 20 95 'UC' 00 00 02 00 00 00 'ab'",
      "18 00 73 90 'FD' 08 00 00 00 00 00 00 00 F8 3F",
      "27 00 43 10 'FL' 04 00 CD CC CC 3D",
    ),
    {
      '00080016': { vr: 'UI', Value: ['1.2'] },
      '00080020': { vr: 'DA' },
      '00080060': { vr: 'CS', Value: ['CT'] },
      '00100010': { vr: 'PN', Value: [{ Alphabetic: 'Doe^Jane', Ideographic: 'x', Phonetic: 'y' }] },
      '00100020': { vr: 'LO', Value: ['A'] },
      '00104000': { vr: 'LT', Value: [' a\\b'] },
      '00180050': { vr: 'DS', Value: ['5.0', 1.25, null] },
      '00200011': { vr: 'IS', Value: [7] },
      '00280010': { vr: 'US', Value: [512] },
      '00280009': { vr: 'AT', Value: ['00181063'] },
      '00289520': { vr: 'UC', Value: ['ab'] },
      '00189073': { vr: 'FD', Value: [1.5] },
      '00271043': { vr: 'FL', Value: [0.1] },
    },
  );
});

test('implicit VR: the dictionary, private creators, US or SS by Pixel Representation', () => {
  assert.equal(
    read(
      IMPLICIT,
      "08 00 60 00 02 00 00 00 'MR'",
      "09 00 10 00 04 00 00 00 'ACME'",
      "09 00 01 10 02 00 00 00 'ab'",
      '28 00 06 01 02 00 00 00 FF FF',
      '28 00 03 01 02 00 00 00 01 00',
      '28 00 07 01 02 00 00 00 FF FF',
    ),
    {
      '00080060': { vr: 'CS', Value: ['MR'] },
      '00090010': { vr: 'LO', Value: ['ACME'] },
      '00280106': { vr: 'US', Value: [65535] },
      '00280103': { vr: 'US', Value: [1] },
      '00280107': { vr: 'SS', Value: [-1] },
    },
  );
});

test('big endian', () => {
  assert.equal(
    read(
      { explicitVr: true, littleEndian: false },
      "00 08 00 60 'CS' 00 02 'CT'",
      "00 28 00 10 'US' 00 02 02 00",
    ),
    { '00080060': { vr: 'CS', Value: ['CT'] }, '00280010': { vr: 'US', Value: [512] } },
  );
});

test('sequences of defined and undefined length, nested, empty', () => {
  const expected = {
    '00081140': {
      vr: 'SQ',
      Value: [{ '00081115': { vr: 'SQ', Value: [{ '00080060': { vr: 'CS', Value: ['CT'] } }] } }, {}],
    },
    '00081199': { vr: 'SQ' },
    '00100020': { vr: 'LO', Value: ['AB'] },
  };
  const tail = "08 00 99 11 'SQ' 00 00 00 00 00 00 10 00 20 00 'LO' 02 00 'AB'";
  assert.equal(
    read(
      EXPLICIT,
      "08 00 40 11 'SQ' 00 00 FF FF FF FF",
      'FE FF 00 E0 FF FF FF FF',
      "08 00 15 11 'SQ' 00 00 FF FF FF FF FE FF 00 E0 FF FF FF FF 08 00 60 00 'CS' 02 00 'CT'",
      'FE FF 0D E0 00 00 00 00 FE FF DD E0 00 00 00 00 FE FF 0D E0 00 00 00 00',
      'FE FF 00 E0 00 00 00 00 FE FF DD E0 00 00 00 00',
      tail,
    ),
    expected,
  );
  assert.equal(
    read(
      EXPLICIT,
      "08 00 40 11 'SQ' 00 00 2E 00 00 00 FE FF 00 E0 1E 00 00 00",
      "08 00 15 11 'SQ' 00 00 12 00 00 00 FE FF 00 E0 0A 00 00 00 08 00 60 00 'CS' 02 00 'CT'",
      'FE FF 00 E0 00 00 00 00',
      tail,
    ),
    expected,
  );
});

test('a sequence has the character set of the dataset unless its item names another', () => {
  assert.equal(
    read(
      EXPLICIT,
      "08 00 05 00 'CS' 0A 00 'ISO_IR 144'",
      "08 00 40 11 'SQ' 00 00 36 00 00 00",
      "FE FF 00 E0 0A 00 00 00 10 00 20 00 'LO' 02 00 B4 20",
      "FE FF 00 E0 1C 00 00 00 08 00 05 00 'CS' 0A 00 'ISO_IR 100' 10 00 20 00 'LO' 02 00 E9 20",
      "10 00 20 00 'LO' 02 00 B4 20",
    ),
    {
      '00080005': { vr: 'CS', Value: ['ISO_IR 192'] },
      '00081140': {
        vr: 'SQ',
        Value: [
          { '00100020': { vr: 'LO', Value: ['Д'] } },
          { '00080005': { vr: 'CS', Value: ['ISO_IR 192'] }, '00100020': { vr: 'LO', Value: ['é'] } },
        ],
      },
      '00100020': { vr: 'LO', Value: ['Д'] },
    },
  );
});

test('bulk data, pixel data in fragments, group lengths, trailing padding and unknown VRs are passed over', () => {
  assert.equal(
    read(
      EXPLICIT,
      "08 00 00 00 'UL' 04 00 63 00 00 00",
      "08 00 60 00 'CS' 02 00 'CT'",
      "29 00 10 10 'UN' 00 00 02 00 00 00 01 02",
      "42 00 11 00 'OB' 00 00 02 00 00 00 01 02",
      "55 00 01 10 'ZZ' 00 00 02 00 00 00 01 02",
      "E0 7F 10 00 'OB' 00 00 FF FF FF FF FE FF 00 E0 00 00 00 00 FE FF 00 E0 02 00 00 00 01 02",
      'FE FF DD E0 00 00 00 00',
      "FC FF FC FF 'OB' 00 00 02 00 00 00 00 00",
      '00 00 00 00 00 00 00 00 00 00',
    ),
    { '00080060': { vr: 'CS', Value: ['CT'] } },
  );
});

test('PS3.5 6.2.2: a standard attribute in UN has the VR of the dictionary', () => {
  assert.equal(
    read(
      EXPLICIT,
      "08 00 60 00 'UN' 00 00 02 00 00 00 'CT'",
      "08 00 40 11 'UN' 00 00 FF FF FF FF FE FF 00 E0 0B 00 00 00 08 00 55 11 03 00 00 00 '1.2'",
      'FE FF DD E0 00 00 00 00',
    ),
    {
      '00080060': { vr: 'CS', Value: ['CT'] },
      '00081140': { vr: 'SQ', Value: [{ '00081155': { vr: 'UI', Value: ['1.2'] } }] },
    },
  );
});

test('what is cut or forged is refused, without its values', () => {
  const cut = "10 00 10 00 'PN' 10 00 'Geheim'";
  assert.is(
    reasonOf(() => read(EXPLICIT, cut)),
    'entry.malformed: the file ends inside (0010,0010): it is cut, or no DICOM file',
  );
  assert.is(
    reasonOf(() => read(EXPLICIT, '10 00 10')),
    'entry.malformed: the file ends inside an element: it is cut, or no DICOM file',
  );
  assert.is(
    reasonOf(() => read(EXPLICIT, "08 00 40 11 'SQ' 00 00 FF FF FF FF FE FF 00 E0 FF FF FF FF")),
    'entry.malformed: the file ends inside an element: it is cut, or no DICOM file',
  );
  assert.is(
    reasonOf(() => read(EXPLICIT, "08 00 40 11 'SQ' 00 00 08 00 00 00 FE FF 00 E0 09 00 00 00 00 00")),
    'entry.malformed: the file ends inside an element: it is cut, or no DICOM file',
  );
  assert.is(
    reasonOf(() => read(EXPLICIT, "08 00 40 11 'SQ' 00 00 08 00 00 00 08 00 60 00 'CS' 00 00")),
    'entry.malformed: a sequence (0008,1140) holds something that is no item',
  );
  assert.is(
    reasonOf(() => read(EXPLICIT, 'FE FF 0D E0 00 00 00 00')),
    'entry.malformed: an item or a delimiter stands outside a sequence',
  );
  const deep = "08 00 40 11 'SQ' 00 00 FF FF FF FF FE FF 00 E0 FF FF FF FF ".repeat(200);
  assert.is(
    reasonOf(() => read(EXPLICIT, deep)),
    'entry.malformed: sequences are nested more than 100 deep',
  );
});

test.run();
