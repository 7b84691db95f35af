import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseTag, tagName } from '../../engine/dicom/tag.ts';

const test = suite('dicom/tag');

test('reads keywords, numbers, private tags and paths', () => {
  const rows: [string, ReturnType<typeof parseTag>, string?][] = [
    ['PatientID', [{ tag: '00100020' }]],
    ['(0010,0020)', [{ tag: '00100020' }], 'PatientID'],
    [' ( 0010 , 0020 ) ', [{ tag: '00100020' }], 'PatientID'],
    ['(0010,9ffe)', [{ tag: '00109FFE' }], '(0010,9FFE)'],
    ['(0029,0010)', [{ tag: '00290010' }]],
    [
      '(0029,1010, "SIEMENS CSA HEADER")',
      [{ group: '0029', element: '10', creator: 'SIEMENS CSA HEADER' }],
      '(0029,xx10, "SIEMENS CSA HEADER")',
    ],
    ["(0019,xx0c,'A.B)')", [{ group: '0019', element: '0C', creator: 'A.B)' }], '(0019,xx0C, "A.B)")'],
    ['ProcedureCodeSequence.CodeMeaning', [{ tag: '00081032' }, { tag: '00080104' }]],
    [
      '(0029,1010, "X.Y").(0008,1032) . CodeValue',
      [{ group: '0029', element: '10', creator: 'X.Y' }, { tag: '00081032' }, { tag: '00080100' }],
      '(0029,xx10, "X.Y").ProcedureCodeSequence.CodeValue',
    ],
    ['(6002,0010)', [{ tag: '60020010' }]],
  ];
  for (const [text, path, name = text] of rows) {
    assert.equal(parseTag(text), path, text);
    if (Array.isArray(path)) assert.is(tagName(path), name, text);
    assert.equal(parseTag(tagName(path as never)), path, name);
  }
});

test('says what is wrong with which part', () => {
  const rows: [string, { error: string; offset: number; length: number; candidates?: readonly string[] }][] =
    [
      [
        'PatientNmae',
        {
          error: 'there is no DICOM attribute PatientNmae',
          offset: 0,
          length: 11,
          candidates: ['PatientName'],
        },
      ],
      [
        'ProcedureCodeSequence.CodeMeanin',
        {
          error: 'there is no DICOM attribute CodeMeanin',
          offset: 22,
          length: 10,
          candidates: ['CodeMeaning'],
        },
      ],
      ['Xyzzy', { error: 'there is no DICOM attribute Xyzzy', offset: 0, length: 5 }],
      ['PatientName.CodeValue', { error: 'PatientName is no sequence: its VR is PN', offset: 0, length: 11 }],
      ['00100020', { error: '00100020 is written as (0010,0020)', offset: 0, length: 8 }],
      [
        '(0029,1010)',
        { error: '(0029,1010) is private: name its creator, (0029,xx10, "CREATOR")', offset: 0, length: 11 },
      ],
      [
        '(0010,0020, "X")',
        { error: '(0010,0020, "X") is not private: it has no creator', offset: 0, length: 16 },
      ],
      ['(0029,1010, " ")', { error: '(0029,1010, " ") has an empty creator', offset: 0, length: 16 }],
      [
        '(0010,xx20)',
        { error: '(0010,xx20) has no block: only private tags are written with xx', offset: 0, length: 11 },
      ],
      [
        '(0010,002)',
        {
          error: '(0010,002) is no tag: (gggg,eeee) or (gggg,eeee, "CREATOR") is expected',
          offset: 0,
          length: 10,
        },
      ],
      [
        'PatientID Name',
        { error: 'Name is no tag: a point, or the end, is expected', offset: 10, length: 4 },
      ],
      ['', { error: 'the tag is no tag: a keyword or (gggg,eeee) is expected', offset: 0, length: 1 }],
      [
        'ProcedureCodeSequence.',
        { error: 'the tag is no tag: a keyword or (gggg,eeee) is expected', offset: 22, length: 1 },
      ],
      [
        'ProcedureCodeSequence..CodeValue',
        { error: 'the tag is no tag: a keyword or (gggg,eeee) is expected', offset: 22, length: 1 },
      ],
    ];
  for (const [text, fault] of rows) assert.equal(parseTag(text), fault, text);
});

test('no text makes it throw', () => {
  const piece = fc.constantFrom(
    'PatientID',
    '.',
    '(',
    ')',
    '0010',
    ',',
    '"',
    ' ',
    'xx',
    '0029,1010',
    'constructor',
  );
  fc.assert(
    fc.property(
      fc.array(piece).map((pieces) => pieces.join('')),
      (text) => void parseTag(text),
    ),
  );
});

test.run();
