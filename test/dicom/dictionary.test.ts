/** The attributes of PS3.6 by keyword and by tag. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { attributeByKeyword, attributeByTag, keywords } from '../../engine/dicom/dictionary.ts';

const test = suite('dicom/dictionary');

test('an attribute is found by its keyword', () => {
  assert.equal(attributeByKeyword('PatientName'), {
    keyword: 'PatientName',
    tag: '00100010',
    vrs: ['PN'],
    vm: '1',
    retired: false,
  });
  assert.equal(attributeByKeyword('ModalitiesInStudy')?.vm, '1-n');
  assert.is(attributeByKeyword('patientname'), undefined);
  assert.is(attributeByKeyword('toString'), undefined);
  assert.is(attributeByKeyword(''), undefined);
});

test('an attribute is found by its tag in any letter case', () => {
  assert.equal(attributeByTag('7fe00010'), {
    keyword: 'PixelData',
    tag: '7FE00010',
    vrs: ['OB', 'OW'],
    vm: '1',
    retired: false,
  });
  assert.is(attributeByTag('00080020')?.keyword, 'StudyDate');
  for (const tag of ['00090010', '0010001', '001000100', '(0010,0010)', '']) {
    assert.is(attributeByTag(tag), undefined, tag);
  }
});

test('VRs that the standard leaves open are all told', () => {
  assert.equal(attributeByKeyword('SmallestImagePixelValue')?.vrs, ['US', 'SS']);
  assert.equal(attributeByKeyword('LUTData')?.vrs, ['US', 'OW']);
  assert.equal(attributeByKeyword('DirectoryRecordSequence')?.vrs, ['SQ']);
  assert.equal(attributeByKeyword('OffsetOfTheNextDirectoryRecord')?.vrs, ['UL']);
});

test('retired attributes keep their keyword', () => {
  assert.equal(attributeByKeyword('OtherPatientIDs'), {
    keyword: 'OtherPatientIDs',
    tag: '00101000',
    vrs: ['LO'],
    vm: '1-n',
    retired: true,
  });
  assert.is(attributeByKeyword('StudyComments')?.retired, true);
  assert.is(attributeByKeyword('RETIRED_StudyComments'), undefined);
});

test('an attribute of a repeating group is found in each of its groups, never in a private one', () => {
  assert.is(attributeByKeyword('OverlayRows')?.tag, '60000010');
  assert.equal(attributeByTag('60020010'), {
    keyword: 'OverlayRows',
    tag: '60020010',
    vrs: ['US'],
    vm: '1',
    retired: false,
  });
  assert.is(attributeByTag('60010010'), undefined);
  assert.is(attributeByTag('00203102')?.keyword, 'SourceImageIDs');
});

test('the table follows PS3.6 where its source does not', () => {
  assert.is(attributeByTag('0040A803')?.keyword, 'NumberOfTableColumns');
  assert.equal(attributeByKeyword('GenderIdentitySequence')?.vrs, ['SQ']);
});

test('every keyword leads to an attribute with that keyword and a tag of its own', () => {
  const tags = new Set(keywords().map((keyword) => attributeByKeyword(keyword)?.tag));
  assert.is(tags.size, keywords().length);
  assert.not(tags.has(undefined));
  for (const keyword of keywords()) {
    const attribute = attributeByKeyword(keyword);
    assert.match(attribute?.tag ?? '', /^[0-9A-F]{8}$/);
    assert.is(attributeByTag(attribute?.tag ?? '')?.keyword, keyword);
    for (const vr of attribute?.vrs ?? []) assert.match(vr, /^[A-Z]{2}$/, keyword);
    assert.match(attribute?.vm ?? '', /^\d+(?:-(?:\d+|\d*n))?$/, keyword);
  }
});

test.run();
