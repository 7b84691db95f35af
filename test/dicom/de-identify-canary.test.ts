/** De-identification: a marked value in every attribute of the dictionary, at any depth; what lives on must be told. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { profileRow } from '../../engine/dicom/confidentiality-profile.ts';
import { type DeidentifyOptions, deidentify } from '../../engine/dicom/de-identify.ts';
import { attributeByKeyword, keywords } from '../../engine/dicom/dictionary.ts';
import type { DicomElement, DicomJson } from '../../engine/dicom/entry.ts';
import { dataset } from '../support/dataset.ts';

const test = suite('dicom/de-identify-canary');

const KEY = Buffer.from('a key for tests, no secret');
const OPTIONS: DeidentifyOptions = { key: KEY, keep: new Set(), keepDates: false };

/** A value that no other attribute has, of the VR; dates, times and ages are told by their year, hour and number. */
function canary(vr: string, index: number): DicomElement {
  const text = `c${index}canary`;
  switch (vr) {
    case 'AS':
      return { vr, Value: ['047Y'] };
    case 'AT':
      return { vr, Value: [`0011${String(index).padStart(4, '0')}`] };
    case 'CS':
      return { vr, Value: [text.toUpperCase()] };
    case 'DA':
      return { vr, Value: ['19870603'] };
    case 'DT':
      return { vr, Value: ['19870603034517+0100'] };
    case 'TM':
      return { vr, Value: ['034517'] };
    case 'PN':
      return { vr, Value: [{ Alphabetic: `${text}^n${text}`, Ideographic: `山${text}` }] };
    case 'UI':
      return { vr, Value: [`1.2.3.4711.${index}`] };
    case 'UR':
      return { vr, Value: [`https://example.org/${text}`] };
    case 'SQ':
      return { vr, Value: [dataset({ PatientName: [`${text}^q`], InstitutionName: [`i${text}`] })] };
    case 'OB':
    case 'OD':
    case 'OF':
    case 'OL':
    case 'OV':
    case 'OW':
    case 'UN':
      return { vr, InlineBinary: Buffer.from(text).toString('base64') };
    case 'DS':
    case 'FD':
    case 'FL':
      return { vr, Value: [index + 0.25] };
    case 'IS':
    case 'SL':
    case 'SS':
    case 'SV':
    case 'UL':
    case 'US':
    case 'UV':
      return { vr, Value: [20_000 + index] };
    default:
      return { vr, Value: [text] };
  }
}

/** Every text and number in a dataset, at any depth. */
function leaves(value: unknown): readonly (string | number)[] {
  if (typeof value === 'string' || typeof value === 'number') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(leaves) : [];
}

const ALL = keywords().map((keyword, index) => {
  const attribute = attributeByKeyword(keyword);
  assert.ok(attribute);
  return { index, keyword, tag: attribute.tag, vrs: attribute.vrs };
});

/** With the n-th of the VRs that an attribute may have. */
function everything(choice: number): DicomJson {
  return Object.fromEntries(
    ALL.map(({ index, tag, vrs }) => [tag, canary(vrs[Math.min(choice, vrs.length - 1)] ?? '', index)]),
  );
}

/** Keywords of canaries that live on, from what is left. */
function survivors(clean: unknown): readonly string[] {
  const left = leaves(clean);
  const texts = left.filter((leaf) => typeof leaf === 'string').map((leaf) => leaf.toLowerCase());
  const numbers = new Set(left.filter((leaf) => typeof leaf === 'number'));
  const marks = new Set(texts.flatMap((text) => text.match(/c\d+canary/g) ?? []));
  const whole = new Set(texts);
  return ALL.filter(
    ({ index, vrs }) =>
      marks.has(`c${index}canary`) ||
      whole.has(`1.2.3.4711.${index}`) ||
      (vrs.includes('AT') && whole.has(`0011${String(index).padStart(4, '0')}`)) ||
      numbers.has(index + 0.25) ||
      numbers.has(20_000 + index),
  ).map(({ keyword }) => keyword);
}

const PLACES: Readonly<Record<string, (inner: DicomJson) => DicomJson>> = {
  'at the top': (inner) => inner,
  'in an item': (inner) => dataset({ ProcedureCodeSequence: [inner] }),
  'in an item of an item': (inner) =>
    dataset({
      SharedFunctionalGroupsSequence: [{}, dataset({ ReferencedImageSequence: [inner] })],
    }),
  'in a content item': (inner) =>
    dataset({ ContentSequence: [dataset({ ContentSequence: [inner], ValueType: ['TEXT'] })] }),
};

for (const [place, put] of Object.entries(PLACES)) {
  // Few attributes have more than one VR.
  for (const choice of place === 'at the top' ? [0, 1, 2] : [0]) {
    test(`a marked value in every attribute, ${place}: none lives on that is not told (VR ${choice + 1})`, () => {
      const { dataset: clean, kept } = deidentify(put(everything(choice)), OPTIONS);
      const told = new Set(kept);
      const alive = survivors(clean);
      assert.equal(
        alive.filter((keyword) => !told.has(keyword)),
        [],
      );
      // Otherwise everything was thrown away, and nothing shown.
      assert.ok(alive.includes('Modality') && alive.includes('KVP') && alive.includes('Manufacturer'));
      assert.equal(
        alive.filter((keyword) => profileRow(attributeByKeyword(keyword)?.tag ?? '') !== undefined),
        [],
      );
      const texts = leaves(clean).map(String);
      assert.equal(
        texts.filter((text) => text.includes('1987') || text.includes('034517') || text === '047Y'),
        [],
      );
      assert.not.ok(texts.some((text) => text.includes('山')));
    });
  }
}

test('of texts, only those live on that say how the instance was made', () => {
  const { keptTexts } = deidentify(everything(0), OPTIONS);
  for (const keyword of ['Manufacturer', 'SoftwareVersions', 'ConvolutionKernel', 'CodingSchemeVersion'])
    assert.ok(keptTexts.includes(keyword) || keyword === 'CodingSchemeVersion', keyword);
  const personal = /Name$|Comment|Address|Phone|Institution|Physician|Person|Location|Description$|Reason/;
  assert.equal(
    keptTexts.filter((keyword) => personal.test(keyword)),
    [
      'AlgorithmName',
      'CollimatorGridName',
      'DetectorManufacturerModelName',
      'DetectorManufacturerName',
      'EnergyWindowName',
      'HardcopyDeviceManufacturerModelName',
      'ManufacturerModelName',
      'MappingResourceName',
      'MultiCoilElementName',
      'PulseSequenceName',
      'ReceiveCoilManufacturerName',
      'ReceiveCoilName',
      'SecondaryCaptureDeviceManufacturerModelName',
      'SegmentAlgorithmName',
      'SelectorAttributeName',
      'SequenceName',
      'TransmitCoilManufacturerName',
      'TransmitCoilName',
      'ViewName',
    ],
  );
});

test.run();
