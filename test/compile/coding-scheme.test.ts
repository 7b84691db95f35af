import { suite } from 'uvu';
import { holds } from '../support/convert.ts';

const test = suite('compile/coding-scheme');

const text = (vr: string, value: string) => ({ vr, Value: [value] });
const item = (code: string, scheme?: string, meaning?: string) => ({
  '00080100': text('SH', code),
  ...(scheme === undefined ? {} : { '00080102': text('SH', scheme) }),
  ...(meaning === undefined ? {} : { '00080104': text('LO', meaning) }),
});

test('code sequences become concepts with the systems of their schemes', () => {
  const sct = '"system":"http://snomed.info/sct"';
  holds([
    [
      'SQ',
      'Coding',
      [item('113706', 'DCM', 'Event')],
      '{"system":"http://dicom.nema.org/resources/ontology/DCM","code":"113706","display":"Event"}',
    ],
    [
      'SQ',
      'Coding',
      [item('T-A0100', 'SRT', 'Brain')],
      '{"system":"http://snomed.info/srt","code":"T-A0100","display":"Brain"}',
    ],
    ['SQ', 'Coding', [item('T-A0100', '99SDM')], '{"system":"http://snomed.info/srt","code":"T-A0100"}'],
    ['SQ', 'Coding', [item('12738006', 'SRT')], `{${sct},"code":"12738006"}`],
    ['SQ', 'Coding', [item('12738006', 'SCT')], `{${sct},"code":"12738006"}`],
    ['SQ', 'Coding', [item('RID1301', 'RadLex')], '{"system":"http://www.radlex.org","code":"RID1301"}'],
    ['SQ', 'Coding', [item('X1', '99ACME X')], '{"system":"urn:dicom:scheme:99ACME%20X","code":"X1"}'],
    ['SQ', 'Coding', [item('X1', '99ACME')], '{"system":"urn:acme","code":"X1"}', { system: 'urn:acme' }],
    [
      'SQ',
      'Coding',
      [item('X1', 'DCM')],
      '{"system":"http://dicom.nema.org/resources/ontology/DCM","code":"X1"}',
      { system: 'urn:acme' },
    ],
    ['SQ', 'Coding', [item('X1')], '{"code":"X1"}'],
    [
      'SQ',
      'Coding',
      [
        {
          '00080119': text('UC', 'a-very-long-code-value'),
          '00080102': text('SH', 'LN'),
          '00080103': text('SH', '2.7'),
        },
      ],
      '{"system":"http://loinc.org","version":"2.7","code":"a-very-long-code-value"}',
    ],
    [
      'SQ',
      'Coding',
      [{ '00080120': text('UR', 'urn:lex:us:1') }],
      '{"system":"urn:ietf:rfc:3986","code":"urn:lex:us:1"}',
    ],
    [
      'SQ',
      'CodeableConcept',
      [item('113706', 'DCM')],
      '{"coding":[{"system":"http://dicom.nema.org/resources/ontology/DCM","code":"113706"}]}',
    ],
    [
      'SQ',
      'CodeableConcept',
      [
        {
          ...item('X1', '99ACME', 'Brain'),
          '00080121': { vr: 'SQ', Value: [item('12738006', 'SCT', 'Brain')] },
        },
      ],
      `{"coding":[{"system":"urn:dicom:scheme:99ACME","code":"X1","display":"Brain"},{${sct},"code":"12738006","display":"Brain"}]}`,
    ],
    ['SQ', 'CodeableConcept', [{ '00080104': text('LO', 'Brain') }], '{"text":"Brain"}'],
    [
      'SQ',
      'Coding',
      [{ '00080104': text('LO', 'Brain') }],
      'invalid: has an item with a meaning but without a code',
    ],
    ['SQ', 'Coding', [{}], 'absent'],
    ['SQ', 'Coding', [{ '00080102': text('SH', 'DCM') }], 'absent'],
    ['SQ', 'Coding', ['x'], 'invalid: has an item that is no dataset'],
    [
      'SQ',
      'Coding',
      [item('RIBS LT W/CHEST, MIN 3', 'BROKER')],
      'invalid: has an item whose CodeValue is longer than the 16 characters of SH',
    ],
    [
      'SQ',
      'Coding',
      [item('a  b', 'BROKER')],
      'invalid: has an item whose code is none for FHIR: must be a code: no white space around it, single spaces inside',
    ],
    [
      'SQ',
      'Coding',
      [item('1', 'DCM'), item('2', 'DCM')],
      'invalid: has several values, and one is wanted: in a rule, as: first or as: join says what becomes of them',
    ],
    [
      'SQ',
      'Coding',
      [item('1', 'LN'), item('2', 'LN')],
      '{"system":"http://loinc.org","code":"1"}',
      { as: 'first' },
    ],
    [
      'SQ',
      'Coding',
      [item('1', 'LN'), null, item('2', 'LN')],
      '[{"system":"http://loinc.org","code":"1"},{"system":"http://loinc.org","code":"2"}]',
      { several: true },
    ],
  ]);
});

test.run();
