import * as fc from 'fast-check';
import jsonata from 'jsonata';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { hasValue, readElement, type TagPath, togetherReader, viewOf } from '../../engine/dicom/dataset.ts';
import type { DicomJson } from '../../engine/dicom/entry.ts';
import { isEngineError } from '../../engine/errors.ts';

const test = suite('dicom/dataset');

const PATIENT_ID: TagPath = [{ tag: '00100020' }];
const CODE_MEANINGS: TagPath = [{ tag: '00081032' }, { tag: '00080104' }];
const read = (dataset: unknown, path: TagPath) => readElement(dataset as DicomJson, path);

test('reads the values of an element as they stand', () => {
  assert.equal(read({ '00100020': { vr: 'LO', Value: ['a ', null] } }, PATIENT_ID), {
    vr: 'LO',
    values: ['a ', null],
  });
  assert.equal(read({ '00100020': { Value: ['a'] } }, PATIENT_ID), { vr: undefined, values: ['a'] });
});

test('finds nothing where there is no Value', () => {
  for (const dataset of [
    {},
    { '00100020': { vr: 'LO' } },
    { '00100020': { vr: 'LO', Value: [] } },
    { '00100020': { vr: 'LO', Value: null } },
    { '00100020': { vr: 'OB', InlineBinary: 'AAAA' } },
    { '00100020': { vr: 'OB', BulkDataURI: 'https://example.org' } },
    { '00100020': null },
    { '00100020': {} },
    null,
  ]) {
    assert.is(read(dataset, PATIENT_ID), undefined, JSON.stringify(dataset));
  }
});

test('flags what is no Value array', () => {
  for (const dataset of [
    { '00100020': { vr: 'LO', Value: 'a' } },
    { '00100020': { vr: 'LO', Value: { 0: 'a' } } },
    { '00100020': 'a' },
    { '00100020': ['a'] },
    { '00100020': 5 },
    [],
    'a',
  ]) {
    assert.is(read(dataset, PATIENT_ID)?.malformed, true, JSON.stringify(dataset));
  }
});

test('tags that go into one sequence are read item by item, with what stands above it', () => {
  const lo = (value: string) => ({ vr: 'LO', Value: [value] });
  const values = (dataset: unknown, ...paths: TagPath[]) =>
    togetherReader(paths)?.(dataset as DicomJson).map((together) =>
      together.map((element) => (element?.malformed ? 'malformed' : element?.values)),
    );
  const step = (tag: string) => ({ tag });
  const [OUTER, INNER] = [step('00101002'), step('00400275')];
  const [ID, ISSUER, ZONE] = [step('00100020'), step('00100021'), step('00080201')];
  const inItems: [TagPath, TagPath, TagPath] = [[OUTER, ID], [OUTER, ISSUER], [ZONE]];
  const two = {
    vr: 'SQ',
    Value: [{ '00100020': lo('a') }, null, { '00100020': lo('b'), '00100021': lo('B') }],
  };
  assert.equal(values({ '00101002': two, '00080201': lo('z') }, ...inItems), [
    [['a'], undefined, ['z']],
    [undefined, undefined, ['z']],
    [['b'], ['B'], ['z']],
  ]);
  assert.equal(values({ '00080201': lo('z') }, ...inItems), []);
  assert.equal(values({ '00101002': { vr: 'SQ', Value: ['x'] } }, ...inItems), [
    ['malformed', 'malformed', undefined],
  ]);
  // An issuer of the outer item is that of all inner ones.
  const nested = {
    vr: 'SQ',
    Value: [
      {
        '00100021': lo('A'),
        '00400275': { vr: 'SQ', Value: [{ '00100020': lo('1') }, { '00100020': lo('2') }] },
      },
      { '00400275': { vr: 'SQ', Value: [{ '00100020': lo('3') }] } },
    ],
  };
  assert.equal(values({ '00101002': nested }, [OUTER, INNER, ID], [OUTER, ISSUER]), [
    [['1', '2'], ['A']],
    [['3'], undefined],
  ]);
  assert.is(togetherReader([[OUTER, ID], [ISSUER]]), undefined, 'nothing in common');
  assert.is(togetherReader([[ID]]), undefined);
});

test('reads all items of the sequences on the way, in order', () => {
  const item = (meaning: string) => ({ '00080104': { vr: 'LO', Value: [meaning] } });
  const sequence = (...items: unknown[]) => ({ '00081032': { vr: 'SQ', Value: items } });
  assert.equal(read(sequence(item('a'), item('b')), CODE_MEANINGS), { vr: 'LO', values: ['a', 'b'] });
  assert.equal(read(sequence(item('a'), null, {}, item('b')), CODE_MEANINGS), {
    vr: 'LO',
    values: ['a', 'b'],
  });
  assert.equal(read(sequence(item('a')), CODE_MEANINGS), { vr: 'LO', values: ['a'] });
  assert.equal(read(sequence(item('a'), 'x', item('b')), CODE_MEANINGS), {
    vr: 'LO',
    values: ['a', 'b'],
    malformed: true,
  });
  assert.equal(read(sequence('x'), CODE_MEANINGS), { vr: undefined, values: [], malformed: true });
  assert.is(read(sequence(), CODE_MEANINGS), undefined);
  assert.is(read(sequence({}), CODE_MEANINGS), undefined);
});

test('finds private attributes by their creator, wherever its block is', () => {
  const path: TagPath = [{ group: '0029', element: '08', creator: 'SIEMENS CSA HEADER' }];
  const creator = (name: string) => ({ vr: 'LO', Value: [name] });
  const found = { vr: 'CS', values: ['IMAGE NUM 4'] };
  const element = { vr: 'CS', Value: ['IMAGE NUM 4'] };
  assert.equal(read({ '00290010': creator('SIEMENS CSA HEADER'), '00291008': element }, path), found);
  assert.equal(read({ '0029004A': creator('SIEMENS CSA HEADER '), '00294A08': element }, path), found);
  assert.equal(
    read(
      {
        '00290010': creator('OTHER'),
        '00290011': creator('SIEMENS CSA HEADER'),
        '00290012': creator('SIEMENS CSA HEADER'),
        '00291008': { vr: 'CS', Value: ['WRONG'] },
        '00291208': element,
      },
      path,
    ),
    found,
  );
  assert.is(read({ '00290010': creator('OTHER'), '00291008': element }, path), undefined);
  assert.is(read({ '00291008': element }, path), undefined);
});

test('resolves private creators in the dataset of each item', () => {
  const item = (block: string, value: string) => ({
    [`002900${block}`]: { vr: 'LO', Value: ['ACME'] },
    [`0029${block}01`]: { vr: 'LO', Value: [value] },
  });
  const path: TagPath = [{ tag: '00081032' }, { group: '0029', element: '01', creator: 'ACME' }];
  const dataset = { '00081032': { vr: 'SQ', Value: [item('10', 'a'), item('11', 'b')] } };
  assert.equal(read(dataset, path), { vr: 'LO', values: ['a', 'b'] });
});

test('knows whether there is a value', () => {
  assert.is(hasValue(undefined), false);
  assert.is(hasValue({ vr: 'LO', values: [null, '  '] }), false);
  assert.is(hasValue({ vr: 'PN', values: [{ Alphabetic: '^' }] }), false);
  assert.is(hasValue({ vr: 'LO', values: ['', 'a'] }), true);
  assert.is(hasValue({ vr: 'IS', values: [0] }), true);
  assert.is(hasValue({ vr: undefined, values: [], malformed: true }), true);
});

/** The view as plain JSON: it has no prototypes, and undefined among several values is null there. */
const view = (dataset: unknown, tags: Record<string, string>) =>
  JSON.parse(
    JSON.stringify(
      viewOf(
        dataset as DicomJson,
        Object.entries(tags).map(([keyword, tag]) => ({ keyword, path: [{ tag }] })),
      ),
    ),
  );

test('the view has one value as it is, several as an array, absent ones not at all', () => {
  const dataset = {
    '00100020': { vr: 'LO', Value: [' A1 '] },
    '00080008': { vr: 'CS', Value: ['ORIGINAL', '', 'AXIAL'] },
    '00100010': { vr: 'PN', Value: [{ Alphabetic: 'Doe^Jane ', Ideographic: '' }] },
    '00081060': { vr: 'PN', Value: ['Yamada=山田'] },
    '00200013': { vr: 'IS', Value: ['012'] },
    '00280030': { vr: 'DS', Value: [0.5, '0.50'] },
    '00280008': { vr: 'IS', Value: ['1A'] },
    '00080020': { vr: 'DA', Value: ['20240229'] },
    '00080050': { vr: 'SH', Value: ['  '] },
    '00081030': { vr: 'LO', Value: [null] },
    '00081040': { vr: 'LO', Value: [{ a: 1 }] },
    '7FE00010': { vr: 'OW', InlineBinary: 'AAAA' },
    '00189999': { vr: 'UV', Value: ['18446744073709551615', '7'] },
  };
  assert.equal(
    view(dataset, {
      PatientID: '00100020',
      ImageType: '00080008',
      PatientName: '00100010',
      NameOfPhysiciansReadingStudy: '00081060',
      InstanceNumber: '00200013',
      PixelSpacing: '00280030',
      NumberOfFrames: '00280008',
      StudyDate: '00080020',
      AccessionNumber: '00080050',
      StudyDescription: '00081030',
      InstitutionalDepartmentName: '00081040',
      PixelData: '7FE00010',
      Long: '00189999',
      Modality: '00080060',
    }),
    {
      PatientID: 'A1',
      ImageType: ['ORIGINAL', null, 'AXIAL'],
      PatientName: { Alphabetic: 'Doe^Jane' },
      NameOfPhysiciansReadingStudy: { Alphabetic: 'Yamada', Ideographic: '山田' },
      InstanceNumber: 12,
      PixelSpacing: [0.5, 0.5],
      NumberOfFrames: '1A',
      StudyDate: '20240229',
      Long: ['18446744073709551615', 7],
    },
  );
});

test('sequences are arrays of datasets by keyword, private and unknown ones by their tag', () => {
  const dataset = {
    '00081032': {
      vr: 'SQ',
      Value: [
        {
          '00080100': { vr: 'SH', Value: ['CT1'] },
          '00291010': { vr: 'LO', Value: ['x'] },
          '0008FFFE': { Value: ['y'] },
          '00280002': { Value: [3] },
          '00080121': { vr: 'SQ', Value: [{ '00080100': { vr: 'SH', Value: ['T1'] } }] },
          junk: { vr: 'LO', Value: ['z'] },
        },
        null,
      ],
    },
    '00081110': { vr: 'SQ', Value: [] },
  };
  assert.equal(view(dataset, { ProcedureCodeSequence: '00081032', ReferencedStudySequence: '00081110' }), {
    ProcedureCodeSequence: [
      {
        CodeValue: 'CT1',
        '(0029,1010)': 'x',
        '(0008,FFFE)': 'y',
        SamplesPerPixel: 3,
        EquivalentCodeSequence: [{ CodeValue: 'T1' }],
      },
      {},
    ],
  });
});

test('JSONata sees an empty value as absent, and no prototype', async () => {
  const dataset = {
    '00080008': { vr: 'CS', Value: ['ORIGINAL', '', 'AXIAL'] },
    '00081032': { vr: 'SQ', Value: [{ '00080100': { vr: 'SH', Value: ['CT1'] } }] },
  };
  const seen = viewOf(dataset, [
    { keyword: 'ImageType', path: [{ tag: '00080008' }] },
    { keyword: 'ProcedureCodeSequence', path: [{ tag: '00081032' }] },
  ]);
  const evaluate = (text: string) => jsonata(text).evaluate(seen);
  assert.is(await evaluate('ImageType[1]'), undefined);
  assert.is(await evaluate('ImageType[2]'), 'AXIAL');
  assert.is(await evaluate('"AXIAL" in ImageType'), true);
  assert.is(await evaluate('ProcedureCodeSequence.CodeValue'), 'CT1');
  assert.is(await evaluate('constructor'), undefined);
  assert.is(await evaluate('ProcedureCodeSequence.toString'), undefined);
});

test('views are frozen to the bottom', () => {
  const dataset: DicomJson = {
    '00081032': { vr: 'SQ', Value: [{ '00080008': { vr: 'CS', Value: ['A', 'B'] } }] },
    '00100010': { vr: 'PN', Value: [{ Alphabetic: 'Doe' }] },
  };
  const seen = viewOf(dataset, [
    { keyword: 'ProcedureCodeSequence', path: [{ tag: '00081032' }] },
    { keyword: 'PatientName', path: [{ tag: '00100010' }] },
  ]);
  const frozen = (value: unknown): boolean =>
    typeof value !== 'object' ||
    value === null ||
    (Object.isFrozen(value) && Object.values(value).every(frozen));
  assert.is(frozen(seen), true);
});

test('sequences nested without end are refused', () => {
  let dataset: DicomJson = { '00100020': { vr: 'LO', Value: ['a'] } };
  for (let depth = 0; depth < 1000; depth++) dataset = { '0040A730': { vr: 'SQ', Value: [dataset] } };
  assert.throws(
    () => viewOf(dataset, [{ keyword: 'ContentSequence', path: [{ tag: '0040A730' }] }]),
    (error: unknown) => isEngineError(error, 'entry.malformed'),
  );
});

test('no JSON makes reading throw', () => {
  const tag = fc.constantFrom('00081032', '00080104', '00100010', '00290010', '00291008', 'x', '__proto__');
  const { element } = fc.letrec((tie) => ({
    element: fc.oneof(
      fc.jsonValue(),
      fc.record({
        vr: fc.constantFrom('SQ', 'LO', 'PN', 'IS', 'XX', 5),
        Value: fc.oneof(fc.jsonValue(), fc.array(tie('dataset'), { maxLength: 3 })),
      }),
    ),
    dataset: fc.oneof({ maxDepth: 3 }, fc.jsonValue(), fc.dictionary(tag, tie('element'))),
  }));
  fc.assert(
    fc.property(fc.dictionary(tag, element), (dataset) => {
      for (const path of [
        PATIENT_ID,
        CODE_MEANINGS,
        [{ tag: '00081032' }, { group: '0029', element: '08', creator: 'ACME' }],
      ] satisfies TagPath[]) {
        hasValue(read(dataset, path));
        viewOf(dataset as DicomJson, [
          { keyword: 'x', path },
          { keyword: 'y', path: [{ tag: '00081032' }] },
        ]);
      }
    }),
  );
});

test.run();
