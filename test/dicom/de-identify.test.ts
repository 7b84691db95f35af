/** De-identification: what becomes of single attributes. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type DeidentifyOptions, deidentify, keepFault } from '../../engine/dicom/de-identify.ts';
import { attributeByKeyword } from '../../engine/dicom/dictionary.ts';
import type { DicomJson } from '../../engine/dicom/entry.ts';
import { dataset } from '../support/dataset.ts';

const test = suite('dicom/de-identify');

const KEY = Buffer.from('a key for tests, no secret');
const OPTIONS: DeidentifyOptions = { key: KEY, keep: new Set(), keepDates: false };

/** The values of an attribute after de-identification; undefined when it is gone, [] when it is empty. */
function after(
  values: Parameters<typeof dataset>[0],
  options: Partial<DeidentifyOptions> = {},
): (keyword: string) => readonly unknown[] | undefined {
  const { dataset: clean } = deidentify(dataset(values), { ...OPTIONS, ...options });
  return (keyword) => {
    const element = clean[attributeByKeyword(keyword)?.tag ?? ''];
    return element && (element.Value ?? []);
  };
}

test('an instance, whole', () => {
  const original = Object.freeze(
    dataset({
      SOPClassUID: ['1.2.840.10008.5.1.4.1.1.2'],
      SOPInstanceUID: ['1.2.3.1.1'],
      StudyDate: ['20260117'],
      StudyTime: ['0931'],
      AccessionNumber: ['A-77'],
      Modality: ['CT'],
      StudyDescription: ['CT head, Mrs Beispiel'],
      PatientName: [{ Alphabetic: 'Beispiel^Anna^^Dr.' }],
      PatientID: ['4711'],
      PatientBirthDate: ['19510312'],
      PatientSex: ['F'],
      PatientAge: ['074Y'],
      StudyInstanceUID: ['1.2.3'],
      SeriesInstanceUID: ['1.2.3.1'],
      InstanceNumber: ['7'],
    }),
  );
  const { dataset: clean, ...told } = deidentify(original, OPTIONS);
  assert.equal(clean, {
    '00080016': { vr: 'UI', Value: ['1.2.840.10008.5.1.4.1.1.2'] },
    '00080018': { vr: 'UI', Value: ['2.25.1950935995390131810593608244719594838'] },
    '00080020': { vr: 'DA', Value: ['20000101'] },
    '00080030': { vr: 'TM', Value: ['1200'] },
    '00080050': { vr: 'SH', Value: ['dummy-043d351c'] },
    '00080060': { vr: 'CS', Value: ['CT'] },
    '00100010': { vr: 'PN', Value: [{ Alphabetic: 'Family-220005^Given-220005^^Prefix-220005' }] },
    '00100020': { vr: 'LO', Value: ['dummy-0508aa4c'] },
    '00100030': { vr: 'DA', Value: ['19700101'] },
    '00100040': { vr: 'CS', Value: ['O'] },
    '00120062': { vr: 'CS', Value: ['YES'] },
    '00120063': { vr: 'LO', Value: ['dicomcast fixture: PS3.15 Basic Profile'] },
    '00120064': {
      vr: 'SQ',
      Value: [code('113100', 'DCM', 'Basic Application Confidentiality Profile')],
    },
    '0020000D': { vr: 'UI', Value: ['2.25.297179135438519284373448349432827683478'] },
    '0020000E': { vr: 'UI', Value: ['2.25.145125701980880106584996409444607522272'] },
    '00200013': { vr: 'IS', Value: ['7'] },
    '00280303': { vr: 'CS', Value: ['REMOVED'] },
  });
  assert.equal(told, {
    kept: ['InstanceNumber', 'Modality', 'SOPClassUID'],
    keptTexts: [],
    replaced: [
      'AccessionNumber',
      'PatientBirthDate',
      'PatientID',
      'PatientName',
      'PatientSex',
      'SOPInstanceUID',
      'SeriesInstanceUID',
      'StudyDate',
      'StudyInstanceUID',
      'StudyTime',
    ],
    removed: ['PatientAge', 'StudyDescription'],
    repeating: [],
    privateCount: 0,
  });
});

test('the same original gives the same dummy, in every file and attribute; under another key another one', () => {
  const one = after({
    StudyInstanceUID: ['1.2.3'],
    PatientID: ['4711'],
    ReferencedFrameOfReferenceUID: ['1.2.9'],
  });
  const two = after({ StudyInstanceUID: ['1.2.3 '], PatientID: [' 4711'], FrameOfReferenceUID: ['1.2.9'] });
  assert.equal(one('StudyInstanceUID'), two('StudyInstanceUID'));
  assert.equal(one('PatientID'), two('PatientID'));
  assert.equal(one('ReferencedFrameOfReferenceUID'), two('FrameOfReferenceUID'));
  assert.match(String(one('StudyInstanceUID')?.[0]), /^2\.25\.[1-9]\d{30,38}$/);
  const other = after(
    { StudyInstanceUID: ['1.2.3'], PatientID: ['4711'] },
    { key: Buffer.from('another key, 26 bytes long') },
  );
  assert.not.equal(one('StudyInstanceUID'), other('StudyInstanceUID'));
  assert.not.equal(one('PatientID'), other('PatientID'));
});

test('names keep their components and groups, and different people stay different', () => {
  const name = (value: unknown): unknown => after({ PatientName: [value] })('PatientName')?.[0];
  const shape = (value: unknown): string => JSON.stringify(name(value)).replace(/-[0-9a-f]{6}/g, '');
  assert.is(shape({ Alphabetic: 'Beispiel^Anna^^Dr.' }), '{"Alphabetic":"Family^Given^^Prefix"}');
  assert.is(shape({ Alphabetic: 'ANONYMOUS' }), '{"Alphabetic":"Family"}');
  assert.is(
    shape({ Alphabetic: 'Yamada^Tarou', Ideographic: '山田^太郎', Phonetic: 'やまだ^たろう' }),
    '{"Alphabetic":"Family^Given","Ideographic":"姓^名","Phonetic":"せい^めい"}',
  );
  assert.is(shape('Yamada^Tarou=山田^太郎'), '"Family^Given=姓^名"');
  assert.is(shape('A^B^C^D^E^F'), '"Family^Given^Middle^Prefix^Suffix"');
  assert.not.equal(name('Beispiel^Anna'), name('Beispiel^Berta'));
  assert.match(String(after({ EvaluatorName: ['Beispiel'] })('EvaluatorName')?.[0]), /^Family-[0-9a-f]{6}$/);
  assert.is(after({ PatientName: ['^^'] })('PatientName')?.length, 0);
});

test('dates and times are dummies of the same precision; births come before studies', () => {
  const dates = after({
    StudyDate: ['20260117'],
    SeriesDate: ['202601'],
    ContentDate: ['17 January'],
    PatientBirthDate: ['1951'],
    StudyTime: ['09'],
    SeriesTime: ['093102.123'],
    AcquisitionDateTime: ['20260117093102.5+0100'],
    InstructionPerformedDateTime: ['202601'],
    TimezoneOffsetFromUTC: ['+0100'],
    DateOfGainCalibration: ['20250101'],
  });
  assert.equal(
    ['StudyDate', 'SeriesDate', 'ContentDate', 'PatientBirthDate', 'StudyTime', 'SeriesTime'].map(
      (keyword) => dates(keyword)?.[0],
    ),
    ['20000101', '200001', '20000101', '1970', '12', '120000.000'],
  );
  assert.equal(dates('AcquisitionDateTime'), ['20000101120000.0']);
  assert.equal(dates('InstructionPerformedDateTime'), ['200001']);
  assert.is(dates('TimezoneOffsetFromUTC'), undefined);
  assert.is(dates('DateOfGainCalibration'), undefined);
});

test('keepDates keeps dates and times, also faulty ones, but no births and no ages; the statement says so', () => {
  const kept = after(
    {
      StudyDate: ['20260230'],
      StudyTime: ['09:31'],
      TimezoneOffsetFromUTC: ['+0100'],
      DateOfGainCalibration: ['20250101'],
      ContentDate: ['Anna'],
      PatientBirthDate: ['19510312'],
      PatientAge: ['074Y'],
      ManufacturerModelName: ['Scanner 19510312'],
    },
    { keepDates: true },
  );
  assert.equal(kept('StudyDate'), ['20260230']);
  assert.equal(kept('StudyTime'), ['09:31']);
  assert.equal(kept('TimezoneOffsetFromUTC'), ['+0100']);
  assert.equal(kept('DateOfGainCalibration'), ['20250101']);
  assert.is(kept('ContentDate'), undefined);
  assert.equal(kept('PatientBirthDate'), ['19700101']);
  assert.is(kept('PatientAge'), undefined);
  assert.is(kept('ManufacturerModelName'), undefined);
  assert.equal(kept('LongitudinalTemporalInformationModified'), ['UNMODIFIED']);
  assert.match(JSON.stringify(kept('DeidentificationMethodCodeSequence')), /113100.*113106/);
});

test('what is kept on request stays as it is, is told, and stands in the statement', () => {
  const values = { StudyDescription: ['CT head'], SeriesDescription: ['x'], NumberOfFrames: ['1A'] };
  const options = { ...OPTIONS, keep: new Set(['StudyDescription', 'NumberOfFrames', 'ImageComments']) };
  const { dataset: clean, kept, removed } = deidentify(dataset(values), options);
  assert.equal(clean['00081030'], { vr: 'LO', Value: ['CT head'] });
  assert.equal(clean['00280008'], { vr: 'IS', Value: ['1A'] });
  assert.equal(kept, ['NumberOfFrames', 'StudyDescription']);
  assert.equal(removed, ['SeriesDescription']);
  assert.equal(clean['00120063']?.Value, [
    'dicomcast fixture: PS3.15 Basic Profile',
    'kept: NumberOfFrames',
    'kept: StudyDescription',
  ]);
});

test('a sequence that is kept is cleaned', () => {
  const item = dataset({ ScheduledProcedureStepID: ['S1'], RequestedProcedureCodeSequence: [CODES.public] });
  const clean = after(
    { RequestAttributesSequence: [item] },
    { keep: new Set(['RequestAttributesSequence']) },
  );
  assert.equal(clean('RequestAttributesSequence'), [
    dataset({ RequestedProcedureCodeSequence: [CODES.public] }),
  ]);
  assert.is(after({ RequestAttributesSequence: [item] })('RequestAttributesSequence'), undefined);
});

test('what may be kept: not bulk data, and not what no option of PS3.15 keeps', () => {
  const fault = (keyword: string): string | undefined => {
    const attribute = attributeByKeyword(keyword);
    return attribute && keepFault(attribute);
  };
  for (const keyword of ['PatientName', 'PatientID', 'PatientBirthDate', 'AccessionNumber', 'OperatorsName'])
    assert.match(String(fault(keyword)), /no option/, keyword);
  assert.match(String(fault('PixelData')), /bulk data/);
  for (const keyword of ['StudyDescription', 'StudyInstanceUID', 'InstitutionName', 'PatientAge', 'DeviceID'])
    assert.is(fault(keyword), undefined, keyword);
});

const code = (value: string, scheme: string, meaning: string): DicomJson =>
  dataset({ CodeValue: [value], CodingSchemeDesignator: [scheme], CodeMeaning: [meaning] });
const CODES = {
  public: code('69536005', 'SCT', 'Head'),
  local: code('ROOM 7', '99KLINIKUM', 'Dr. Beispiel'),
};

test('public codes stay, those of a local scheme are replaced', () => {
  const clean = after({ ProcedureCodeSequence: [CODES.public, CODES.local] })('ProcedureCodeSequence');
  assert.equal(clean?.[0], CODES.public);
  assert.match(
    JSON.stringify(clean?.[1]),
    /^\{"00080100":\{"vr":"SH","Value":\["dummy-[0-9a-f]{8}"\]\},"00080102":\{"vr":"SH","Value":\["dummy-[0-9a-f]{8}"\]\},"00080104":\{"vr":"LO","Value":\["dummy-[0-9a-f]{8}"\]\}\}$/,
  );
});

test('a structured report keeps its tree, codes and numbers, and loses names, texts, dates and UIDs', () => {
  const item = (type: string, concept: DicomJson, rest: Parameters<typeof dataset>[0]): DicomJson => ({
    ...dataset({ ValueType: [type], ConceptNameCodeSequence: [concept] }),
    ...dataset(rest),
  });
  const measured = (value: string): DicomJson => dataset({ NumericValue: [value] });
  const dlp = code('113838', 'DCM', 'DLP');
  const age = code('121033', 'DCM', 'Subject Age');
  const sex = code('121032', 'DCM', 'Subject Sex');
  const observer = code('121008', 'DCM', 'Person Observer Name');
  const tree = [
    item('NUM', dlp, { MeasuredValueSequence: [measured('123.4')] }),
    item('NUM', age, { MeasuredValueSequence: [measured('74')] }),
    item('CODE', sex, { ConceptCodeSequence: [code('F', 'DCM', 'Female')] }),
    item('PNAME', observer, { PersonName: ['Beispiel^Berta'] }),
    item('TEXT', dlp, { TextValue: ['seen by Berta'] }),
    item('DATE', dlp, { Date: ['20260117'] }),
    item('UIDREF', dlp, { UID: ['1.2.3'] }),
    item('UIDREF', dlp, { UID: ['1.2.840.10008.5.1.4.1.1.2'] }),
  ];
  const clean = after({ ContentSequence: tree, StudyInstanceUID: ['1.2.3'] });
  const [num, subjectAge, subjectSex, pname, text, date, uid, other] = clean(
    'ContentSequence',
  ) as DicomJson[];
  assert.equal(num, tree[0]);
  assert.equal(subjectAge, item('NUM', age, {}));
  assert.equal(subjectSex, item('CODE', sex, {}));
  assert.match(String(pname?.['0040A123']?.Value?.[0]), /^Family-[0-9a-f]{6}\^Given-[0-9a-f]{6}$/);
  assert.equal(text?.['0040A160']?.Value, ['dummy']);
  assert.equal(date?.['0040A121']?.Value, ['20000101']);
  assert.equal(uid?.['0040A124']?.Value, clean('StudyInstanceUID'));
  assert.match(String(other?.['0040A124']?.Value?.[0]), /^2\.25\./);
  assert.match(JSON.stringify(clean('DeidentificationMethodCodeSequence')), /113100.*113104/);
});

test('size and mass of the patient do not stay, whatever they are called', () => {
  for (const [value, scheme, meaning] of [
    ['301898006', 'SCT', 'Body surface area'],
    ['8277-6', 'LN', 'Body surface area'],
    ['60621009', 'SCT', 'Body mass index'],
    ['39156-5', 'LN', 'Body mass index'],
    ['29463-7', 'LN', 'Patient Weight'],
  ] as const) {
    const concept = dataset({ ConceptNameCodeSequence: [code(value, scheme, meaning)] });
    const item = { ...concept, ...dataset({ MeasuredValueSequence: [dataset({ NumericValue: ['1.73'] })] }) };
    assert.equal(after({ ContentSequence: [item] })('ContentSequence'), [concept]);
  }
});

test('a label that somebody typed does not stay, though its VR is CS', () => {
  const { dataset: clean, removed } = deidentify(
    { '00700080': { vr: 'CS', Value: ['ST ELSEWHERE'] }, '00080060': { vr: 'CS', Value: ['PR'] } },
    OPTIONS,
  );
  assert.is(clean['00700080'], undefined);
  assert.equal(clean['00080060'], { vr: 'CS', Value: ['PR'] });
  assert.equal(removed, ['ContentLabel']);
});

test('a name, an identifier or a date that is repeated elsewhere takes that place along, and is told', () => {
  const {
    dataset: clean,
    repeating,
    removed,
    kept,
  } = deidentify(
    dataset({
      PatientName: ['Beispiel^Anna'],
      PatientID: ['MRN-4711'],
      PatientBirthDate: ['19510312'],
      StudyDescription: ['for BEISPIEL'],
      SequenceName: ['t1 (beispiel)'],
      SoftwareVersions: ['V1', 'mrn-4711'],
      ConvolutionKernel: ['K 19510312'],
      BodyPartExamined: ['ANNA'],
      ViewName: ['Annasaal'],
      ImageType: ['ORIGINAL', 'PRIMARY'],
      AccessionNumber: ['123456'],
      StudyID: ['1234'],
      SeriesNumber: [123456],
      InstanceNumber: [1234],
    }),
    { ...OPTIONS, keep: new Set(['StudyDescription']) },
  );
  const left = [
    'BodyPartExamined',
    'ConvolutionKernel',
    'SequenceName',
    'SeriesNumber',
    'SoftwareVersions',
    'StudyDescription',
  ];
  assert.equal(repeating, left);
  assert.equal(removed, left);
  assert.equal(kept, ['ImageType', 'InstanceNumber', 'ViewName']);
  assert.not.match(JSON.stringify(clean), /beispiel|4711|1951|"ANNA"/i);
});

test('private, unknown and misnamed elements, bulk data and what is too long are left out', () => {
  const {
    dataset: clean,
    removed,
    privateCount,
  } = deidentify(
    {
      '00020003': { vr: 'UI', Value: ['1.2.3'] },
      '00091001': { vr: 'LO', Value: ['Beispiel'] },
      '00090010': { vr: 'LO', Value: ['VENDOR'] },
      '00081234': { vr: 'LO', Value: ['Beispiel'] },
      '00100010': { vr: 'CS', Value: ['BEISPIEL'] },
      '00180060': { vr: 'LO', Value: ['Beispiel'] },
      '00180015': { vr: 'CS', Value: ['Beispiel, Anna'] },
      '00081140': { vr: 'LO', Value: ['Beispiel'] },
      '00280010': { vr: 'XX', Value: [512] },
      '00283006': { vr: 'US', Value: Array.from({ length: 2000 }, (_, index) => index) },
      '50000005': { vr: 'US', Value: [2] },
      '60000022': { vr: 'LO', Value: ['Beispiel'] },
      '60000010': { vr: 'US', Value: [512] },
      '7FE00010': { vr: 'OW', InlineBinary: 'AAAA' },
      '00200062': { Value: ['L'] },
    },
    OPTIONS,
  );
  assert.not.match(JSON.stringify(clean), /beispiel/i);
  assert.equal(
    Object.keys(clean)
      .filter((tag) => !tag.startsWith('0012') && tag !== '00280303')
      .sort(),
    ['00100010', '00200062', '00280010', '60000010'],
  );
  assert.is(privateCount, 2);
  assert.equal(removed, [
    '(0008,1234)',
    'BodyPartExamined',
    'CurveDimensions',
    'KVP',
    'LUTData',
    'MediaStorageSOPInstanceUID',
    'OverlayDescription',
    'PixelData',
    'ReferencedImageSequence',
  ]);
});

test.run();
