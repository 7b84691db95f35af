/**
 * Coverage of mapping tests: mapping text and cases come in, the report comes out, with the place of everything that no case
 * did. The cases run through the whole engine.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { coverageText } from '../../engine/testing/coverage-text.ts';
import { cover, missing, PATIENT } from '../support/coverage.ts';

const test = suite('coverage');

test('a rule: never ran, absent, produced, invalid; a required one: missing or invalid', async () => {
  const mapping = `${PATIENT}
  birthDate:
    to: Patient.birthDate
    tag: PatientBirthDate
`;
  assert.equal(missing(await cover(mapping, {})), ['4:3 Patient never ran: none of its 2 rules here']);
  assert.equal(missing(await cover(mapping, { plain: [{}] })), [
    '4:3 Patient.identifier never missing or invalid',
    '9:3 Patient.birthDate never produced a value, never invalid',
  ]);
  assert.equal(missing(await cover(mapping, { dated: [{ PatientBirthDate: '19700203' }] })), [
    '4:3 Patient.identifier never missing or invalid',
    '9:3 Patient.birthDate never absent, never invalid',
  ]);
  const refused = await cover(mapping, { 'no id': [{ PatientID: null }] });
  assert.equal(missing(refused), [
    '4:3 Patient.identifier never produced a value',
    '9:3 Patient.birthDate never ran',
  ]);
  const all = await cover(mapping, {
    dated: [{ PatientBirthDate: '19700203' }],
    impossible: [{ PatientBirthDate: '19700230' }],
    plain: [{}],
    'no id': [{ PatientID: null }],
  });
  assert.equal(missing(all), []);
  assert.equal(all.files[0]?.rules, [
    {
      rule: 'Patient.identifier',
      line: 4,
      column: 3,
      ran: 4,
      produced: 3,
      absent: 0,
      failed: 1,
      tests: ['dated', 'impossible', 'no id', 'plain'],
    },
    {
      rule: 'Patient.birthDate',
      line: 9,
      column: 3,
      ran: 3,
      produced: 1,
      absent: 1,
      failed: 1,
      tests: ['dated', 'impossible', 'plain'],
    },
  ]);
});

test('every kind of source produces, and what cannot be brought about is not asked for', async () => {
  const mapping = `${PATIENT}
  active:
    to: Patient.active
    const: true

  language:
    to: Patient.language
    value: |
      PatientSex = "X" ? "de" : PatientComments

  birthDate:
    to: Patient.birthDate
    value: $date(PatientBirthDate)

  maritalStatus:
    to: Patient.maritalStatus.text
    derive: identifier.value

  link:
    to: Patient.multipleBirthInteger
    derive: contact.count()
`;
  const report = await cover(mapping, {
    a: [{ PatientSex: 'X' }],
    b: [{ PatientID: null }],
    c: [{ PatientBirthDate: '19700203' }],
    d: [{ PatientComments: 'no  language' }],
  });
  assert.equal(missing(report), []);
  assert.equal(
    report.files[0]?.rules.map(({ rule, produced, absent, failed }) => [rule, produced, absent, failed]),
    [
      ['Patient.identifier', 3, 0, 1],
      ['Patient.active', 3, 0, 0],
      ['Patient.language', 1, 1, 1],
      ['Patient.birthDate', 1, 1, 0],
      ['Patient.maritalStatus', 2, 0, 0],
      ['Patient.link', 2, 0, 0],
    ],
  );
});

test('conditions of rules and mappings: true and false, and their parts, inside blocks and quotes too', async () => {
  const mapping = `resource: Patient
when: |
  Modality = "CT"
  or PatientComments = "all"
authority: '$not(Modality in ["SR"])'
identity: identifier
rules:
  identifier:
    to: Patient.identifier.where(system = 'urn:test').value
    tag: SOPInstanceUID
  birthDate:
    when: "PatientSex = \\"F\\" and Modality = \\"CT\\""
    to: Patient.birthDate
    const: "1970-02-03"
  active:
    when: Modality = "CT"
    to: Patient.active
    const: true
`;
  assert.equal(missing(await cover(mapping, { mr: [{ Modality: 'MR' }] })), [
    '8:3 Patient never ran: none of its 3 rules here (when: never true)',
  ]);
  assert.equal(missing(await cover(mapping, { ct: [{ Modality: 'CT' }] })), [
    '2:1 Patient when: never false',
    '4:3 Patient or never false',
    '4:6 Patient or right side never true',
    '5:1 Patient authority: never false',
    '11:3 Patient.birthDate never ran (when: never true)',
    '16:5 Patient.active when: never false',
  ]);
  assert.equal(missing(await cover(mapping, { woman: [{ Modality: 'CT', PatientSex: 'F' }] })), [
    '2:1 Patient when: never false',
    '4:3 Patient or never false',
    '4:6 Patient or right side never true',
    '5:1 Patient authority: never false',
    '12:5 Patient.birthDate when: never false',
    '12:12 Patient.birthDate and left side never false',
    '12:35 Patient.birthDate and right side never false',
    '16:5 Patient.active when: never false',
  ]);
  assert.equal(
    missing(
      await cover(mapping, {
        woman: [{ Modality: 'CT', PatientSex: 'F' }],
        man: [{ Modality: 'CT', PatientSex: 'M' }],
        mr: [{ Modality: 'MR' }],
        sr: [{ Modality: 'SR', PatientSex: 'F', PatientComments: 'all' }],
      }),
    ),
    [],
  );
});

test('expressions: the arms that were never taken, of values and lets, at their line and column', async () => {
  const mapping = `resource: Patient
let:
  system: |
    /* where it is known */
    IssuerOfPatientID
      ? "urn:" & IssuerOfPatientID
      : "urn:unknown"
identity: identifier
rules:
  identifier:
    to: Patient.identifier.where(system = %system).value
    tag: PatientID
  language:
    to: Patient.language
    value: PatientComments ?? "de"
`;
  assert.equal(missing(await cover(mapping, { plain: [{}], 'no id': [{ PatientID: null }] })), [
    '6:9 Patient let system ? : first arm never taken',
    '15:12 Patient.language ?? left side never taken',
  ]);
  assert.equal(
    missing(
      await cover(mapping, {
        known: [{ IssuerOfPatientID: 'A', PatientComments: 'en' }],
        'no id': [{ IssuerOfPatientID: 'A', PatientID: null }],
      }),
    ),
    ['7:9 Patient let system ? : second arm never taken', '15:31 Patient.language ?? right side never taken'],
  );
});

const SEX = `
  gender:
    to: Patient.gender
    tag: PatientSex
    codes:
      M: male
      F: female
      O: other
    default: unknown
`;

test('codes: each row and the default', async () => {
  const report = await cover(`${PATIENT}${SEX}`, {
    man: [{ PatientSex: 'M' }],
    nobody: [{ PatientID: null }],
    absent: [{}],
    wrong: [{ PatientSex: 'much too long for a code string' }],
  });
  assert.equal(missing(report), [
    '14:7 Patient.gender codes: row never met F',
    '15:7 Patient.gender codes: row never met O',
    '16:5 Patient.gender default: never used',
  ]);
  assert.is(
    coverageText(report),
    `mapping-1.yaml   rules 2/2 (100 %)   branches 4/7 (57.1 %)
  14:7  Patient.gender  codes: rows F and O never met
  16:5  Patient.gender  default: never used
all files        rules 2/2 (100 %)   branches 4/7 (57.1 %)
`,
  );
});

test('the rows of a table count in the file of the table, once for all rules that look there', async () => {
  const table = (rule: string) => `
  ${rule}:
    to: Patient.${rule}
    tag: PatientComments
    table: words.csv
`;
  const files = { 'words.csv': 'value,code\nA,a\nB,b\nC,c\nD,d\nE,e\nF,f\nG,g\nH,h\n' };
  const report = await cover(
    `${PATIENT}${table('language')}${table('implicitRules')}`,
    {
      some: [{ PatientComments: 'B' }],
    },
    { files },
  );
  assert.is(
    coverageText(report),
    `mapping-1.yaml   rules 3/3 (100 %)   branches 0/5 (0 %)
  4:3   Patient.identifier     never missing or invalid
  9:3   Patient.language       never absent, never invalid
  14:3  Patient.implicitRules  never absent, never invalid
words.csv        rows 1/8 (12.5 %)
  2:1  Patient.language  table: rows A, C, D, E, F and 2 more never met
all files        rules 3/3 (100 %)   branches 0/5 (0 %)   rows 1/8 (12.5 %)
`,
  );
});

test('codes of a let', async () => {
  const mapping = `resource: Patient
let:
  system:
    tag: IssuerOfPatientID
    codes: { A: "urn:a", B: "urn:b" }
    default: "urn:c"
${PATIENT.slice(PATIENT.indexOf('identity')).replace("'urn:test'", '%system')}`;
  const left = async (words: Readonly<Record<string, unknown>>) =>
    missing(await cover(mapping, { b: [{ IssuerOfPatientID: 'B' }], no: [{ PatientID: null, ...words }] }));
  assert.equal(await left({ IssuerOfPatientID: 'B' }), [
    '5:14 Patient let system codes: row never met A',
    '6:5 Patient let system default: never used',
  ]);
  assert.equal(
    await left({}),
    ['5:14 Patient let system codes: row never met A'],
    'it stands for nothing, too',
  );
});

test('onAbsent: clear acted only where something was cleared', async () => {
  const mapping = `${PATIENT}
  birthDate:
    to: Patient.birthDate
    tag: PatientBirthDate
    onAbsent: clear
`;
  const dated = { PatientBirthDate: '19700203' };
  const others = { wrong: [{ PatientBirthDate: 'x' }], 'no id': [{ PatientID: null }] };
  assert.equal(missing(await cover(mapping, { ...others, dated: [dated], plain: [{}] })), [
    '12:5 Patient.birthDate onAbsent: clear never acted',
  ]);
  assert.equal(missing(await cover(mapping, { ...others, cleared: [dated, {}] })), []);
});

test('a condition that gives nothing is false; what only adds has nothing to clear', async () => {
  const mapping = `resource: Patient
identity: identifier
rules:
  identifier:
    to: Patient.identifier.where(system = 'urn:test').value
    tag: SOPInstanceUID
  language:
    when: |
      PatientSex = "M" ? true
    to: Patient.language
    const: de
  name:
    to: Patient.name
    tag: PatientName
    merge: append
`;
  const report = await cover(mapping, { man: [{ PatientSex: 'M' }], named: [{ PatientName: 'A^B' }] });
  assert.equal(missing(report), ['12:3 Patient.name never invalid']);
});

test('asserts: seen to hold and to fail', async () => {
  const mapping = `${PATIENT}
assert:
  hasShortId:
    fhirpath: identifier.value.length() < 5
    severity: warning
`;
  const no = [{ PatientID: null }];
  assert.equal(missing(await cover(mapping, { no })), [
    '4:3 Patient.identifier never produced a value',
    '10:3 Patient.hasShortId assert: never seen to hold',
    '10:3 Patient.hasShortId assert: never seen to fail',
  ]);
  assert.equal(missing(await cover(mapping, { no, short: [{}] })), [
    '10:3 Patient.hasShortId assert: never seen to fail',
  ]);
  assert.equal(missing(await cover(mapping, { no, long: [{ PatientID: 'long one' }] })), [
    '10:3 Patient.hasShortId assert: never seen to hold',
  ]);
  assert.equal(missing(await cover(mapping, { no, short: [{}], long: [{ PatientID: 'long one' }] })), []);
});

test('an overlay: what it says counts, what it inherits only with the scope all', async () => {
  const files = { 'base.yaml': `${PATIENT}${SEX}` };
  const overlay = `extends: base.yaml
rules:
  gender:
    codes: { X: other }
    when: PatientID != "nobody"
  active:
    to: Patient.active
    value: PatientSex = "M" ? true
`;
  const cases = { man: [{ PatientSex: 'M' }] };
  const own = await cover(overlay, cases, { files });
  assert.equal(missing(own), [
    '3:3 Patient.gender never absent, never invalid',
    '4:14 Patient.gender codes: row never met X',
    '5:5 Patient.gender when: never false',
    '8:29 Patient.active ? : condition never false',
  ]);
  const all = await cover(overlay, cases, { files, scope: 'all' });
  assert.equal(missing(all).slice(0, 4), [
    'base.yaml 4:3 Patient.identifier never missing or invalid',
    'base.yaml 14:7 Patient.gender codes: row never met F',
    'base.yaml 15:7 Patient.gender codes: row never met O',
    'base.yaml 16:5 Patient.gender default: never used',
  ]);
  assert.equal(
    all.files.map(({ file, totals }) => [file, totals.rules, totals.branches]),
    [
      ['base.yaml', { covered: 1, total: 1 }, { covered: 1, total: 5 }],
      ['mapping-1.yaml', { covered: 2, total: 2 }, { covered: 2, total: 7 }],
    ],
  );
});

test('what is remembered is not taken for what never ran', async () => {
  const mapping = `${PATIENT}
  language:
    to: Patient.language
    value: PatientSex ?? "x"
`;
  const feed = [{ PatientSex: 'M' }, { PatientSex: 'M', SOPInstanceUID: '1.2.3.1.2' }];
  const report = await cover(mapping, { first: feed, second: feed });
  assert.equal(report.files[0]?.rules.at(-1), {
    rule: 'Patient.language',
    line: 9,
    column: 3,
    ran: 2,
    produced: 2,
    absent: 0,
    failed: 0,
    tests: ['first', 'second'],
  });
});

test.run();
