import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  elementOf,
  first,
  IDENTIFIER,
  type MadeUpResult,
  madeUp,
  patient,
  rowsOf,
  storedPatient,
} from '../support/made-up.ts';

const test = suite('sources');

/** One rule `x` that writes Patient.language, a code, out of an expression. */
async function language(
  expression: string,
  words: Readonly<Record<string, unknown>> = {},
  head = '',
): Promise<unknown> {
  const indented = expression.trim().replaceAll('\n', '\n      ');
  const mapping = patient(`  x:\n    to: Patient.language\n    value: |\n      ${indented}`, head);
  return elementOf(await madeUp({ mappings: [mapping], feed: [words] }), 'language');
}

async function names(rules: string, words: Readonly<Record<string, unknown>>): Promise<MadeUpResult> {
  return madeUp({ mappings: [patient(rules)], feed: [words] });
}

test('the three UIDs are those of the feed entry, whatever the metadata says', async () => {
  const metadata = {
    '00100020': { vr: 'LO', Value: ['P1'] },
    '0020000D': { vr: 'UI', Value: ['9.9'] },
    '00080018': { vr: 'UI', Value: [] },
  };
  const result = await madeUp({
    mappings: [
      patient(`  study: { to: "Patient.name.where(use = 'old').text", tag: StudyInstanceUID }
  series: { to: "Patient.name.where(use = 'temp').text", tag: "(0020,000E)" }
  instance:
    to: Patient.language
    value: |
      SOPInstanceUID`),
    ],
    feed: [
      { StudyInstanceUID: '1.2.3', SeriesInstanceUID: '1.2.3.4', SOPInstanceUID: '1.2.3.4.5', metadata },
    ],
  });
  assert.equal(first(result), {
    identifier: [IDENTIFIER],
    language: '1.2.3.4.5',
    name: [
      { use: 'old', text: '1.2.3' },
      { use: 'temp', text: '1.2.3.4' },
    ],
  });
});

test('in expressions a sequence is an array of datasets, also of one', async () => {
  const words = { ProcedureCodeSequence: [{ CodeValue: 'X1', CodeMeaning: 'one' }] };
  assert.is(await language('ProcedureCodeSequence[0].CodeValue', words), 'X1');
  assert.is(await language('$type(ProcedureCodeSequence)', words), 'array');
});

test('in expressions a person name has groups, numbers are numbers, everything else is text', async () => {
  const words = {
    PatientName: 'Doe^Jane=名^前',
    SeriesNumber: '7',
    PatientWeight: '70.50',
    PatientAge: '045Y',
  };
  assert.is(await language('PatientName.Ideographic', words), '名^前');
  assert.is(await language('$string(SeriesNumber + 1)', words), '8');
  assert.is(await language('$string(PatientWeight * 2)', words), '141');
  assert.is(await language('$type(PatientAge)', words), 'string');
});

test('several values are an array, one is itself, none is absent', async () => {
  assert.is(await language("$join(OtherPatientIDs, '-')", { OtherPatientIDs: ['A', 'B'] }), 'A-B');
  assert.is(await language('OtherPatientIDs', { OtherPatientIDs: ['A'] }), 'A');
  assert.is(await language('OtherPatientIDs', { OtherPatientIDs: [] }), undefined);
  assert.is(await language("$exists(OtherPatientIDs) ? 'yes' : 'no'", { OtherPatientIDs: ['  '] }), 'no');
});

test('$source, $entry and $settings are what they say', async () => {
  assert.is(await language("$source.id & '_' & $source.url"), 'test_https://dicom.example.org/');
  assert.is(await language('$source.partition', { partitionName: 'north' }), 'north');
  assert.is(await language('$entry.action', { action: 'update' }), 'update');
  assert.is(await language('$string($entry.sequence)'), '1');
  assert.is(await language('$entry.sopInstanceUid'), '1.2.3.1.1');
  assert.is(await language('$entry.timestamp'), '2024-05-06T07:08:09.123+00:00');
  assert.is(
    await language('$settings.word', {}, 'settings: { word: { type: string, default: hello } }'),
    'hello',
  );
});

test('a let is computed once from what stands above it, a tag or an expression, and is a name everywhere', async () => {
  const head = `let:
  issuer: { tag: IssuerOfPatientID }
  system: |
    "urn:" & $issuer
  none: { tag: PatientComments }`;
  const mapping = patient(
    `  other: { to: Patient.identifier.where(system = %system and period.start = %none).value, tag: AccessionNumber }
  gender: { to: Patient.gender, tag: PatientSex, codes: { M: male }, default: "%issuer" }
  marital: { to: Patient.maritalStatus, tag: PatientBodyMassIndex, codes: { "22": normal }, system: "%system" }
  note: { to: "Patient.name.where(use = 'old').text", tag: StudyID, prefix: "%issuer" }`,
    head,
  );
  const words = {
    IssuerOfPatientID: 'other',
    AccessionNumber: 'A1',
    PatientSex: 'X',
    PatientBodyMassIndex: '22',
    StudyID: '-7',
  };
  assert.equal(first(await madeUp({ mappings: [mapping], feed: [words] })), {
    identifier: [IDENTIFIER, { system: 'urn:other', value: 'A1' }],
    name: [{ use: 'old', text: 'other-7' }],
    gender: 'other',
    maritalStatus: { coding: [{ system: 'urn:other', code: 'normal' }] },
  });
});

test('tags may be private, numbers, or paths into sequences', async () => {
  const result = await names(
    `  private: { to: "Patient.name.where(use = 'old').text", tag: '(0029,1010, "MADE UP")' }
  number: { to: "Patient.name.where(use = 'temp').text", tag: "(0010,4000)" }
  path: { to: "Patient.name.where(use = 'nickname').text", tag: ProcedureCodeSequence.CodeMeaning }`,
    {
      '(0029,0011)': { vr: 'LO', Value: ['MADE UP'] },
      '(0029,1110)': { vr: 'LO', Value: ['private'] },
      PatientComments: 'number',
      ProcedureCodeSequence: [{ CodeMeaning: 'path' }],
    },
  );
  assert.equal(elementOf(result, 'name'), [
    { use: 'old', text: 'private' },
    { use: 'temp', text: 'number' },
    { use: 'nickname', text: 'path' },
  ]);
});

test('several values in a single target are invalid, unless as: first or as: join', async () => {
  const words = { OtherPatientIDs: ['A', 'B'] };
  const rule = (use: string, rest: string) =>
    `  ${use}: { to: "Patient.name.where(use = '${use}').text", tag: OtherPatientIDs${rest} }\n`;
  const result = await names(
    rule('old', '') + rule('temp', ', as: first') + rule('nickname', ', as: join'),
    words,
  );
  assert.equal(elementOf(result, 'name'), [
    { use: 'temp', text: 'A' },
    { use: 'nickname', text: 'A, B' },
  ]);
  assert.equal(rowsOf(result), ['1 dicom.invalid-tag Patient.old']);
});

test('whether a target is a list comes from its type: one value fills a list, one result of many fills none', async () => {
  const listed = await names(
    `  x:
    to: Patient.name
    merge: append
    value: |
      { "text": PatientComments }`,
    { PatientComments: 'one' },
  );
  assert.equal(elementOf(listed, 'name'), [{ text: 'one' }]);
  assert.is(await language("['a']"), 'a');
  const several = await names('  x:\n    to: Patient.language\n    value: |\n      $split("a b", " ")', {});
  assert.equal(rowsOf(several), ['1 mapping.shape Patient.x']);
  assert.equal(several.resources, []);
});

test('an expression that fails, or gives no FHIR of the type, fails the entry with its rule, and shows no value', async () => {
  const wrong = (value: string) => patient(`  x:\n    to: Patient.birthDate\n    value: |\n      ${value}`);
  const secret = { PatientComments: 'secret' };
  const shape = await madeUp({ mappings: [wrong('PatientComments')], feed: [secret] });
  assert.equal(rowsOf(shape), ['1 mapping.shape Patient.x']);
  const failing = await madeUp({
    mappings: [wrong('$map(PatientComments, function($text) { $text + 1 })')],
    feed: [secret],
  });
  assert.equal(rowsOf(failing), ['1 mapping.evaluation Patient.x']);
  assert.equal(failing.resources, []);
  assert.not.match(JSON.stringify([shape, failing]), 'secret');
});

test('one entry that fails leaves the others of its group alone', async () => {
  const mapping = patient('  x:\n    to: Patient.birthDate\n    value: |\n      PatientComments');
  const result = await madeUp({
    mappings: [mapping],
    feed: [{ PatientComments: '1970-01-01' }, { PatientComments: 'x' }, { PatientComments: '1970-01-02' }],
  });
  assert.is(elementOf(result, 'birthDate'), '1970-01-02');
  assert.equal(rowsOf(result), ['2 mapping.shape Patient.x']);
});

test('a constant has any shape', async () => {
  const result = await names(
    `  active: { to: Patient.active, const: true }
  names: { to: Patient.name, merge: append, const: [{ text: a }, { text: b, given: [x] }] }
  rank: { to: "Patient.telecom.where(system = 'phone').rank", const: 3 }`,
    {},
  );
  assert.equal(first(result), {
    identifier: [IDENTIFIER],
    active: true,
    name: [{ text: 'a' }, { text: 'b', given: ['x'] }],
    telecom: [{ system: 'phone', rank: 3 }],
  });
});

test('derive comes after everything else, reads items and the resource, settings and source', async () => {
  const mapping = `resource: Patient
identity: id
settings: { word: { type: string, default: hello } }
rules:
  id: { to: "Patient.identifier.where(system = 'urn:test').value", tag: PatientID }
  count: { to: "Patient.name.where(use = 'temp').text", derive: "telecom.count().toString()" }
  words: { to: "Patient.name.where(use = 'nickname').text", derive: "%settings.word & ' ' & %source.id" }
  none: { to: Patient.language, derive: telecom.where(use = 'home').value.first() }
lists:
  telecom:
    to: Patient.telecom
    key: { value: SOPInstanceUID }
    rules:
      system: { to: system, const: other }
      rank: { to: rank, derive: value.length() }
`;
  const result = await madeUp({
    mappings: [mapping],
    existing: [storedPatient({ language: 'de' })],
    feed: [{}, { SOPInstanceUID: '1.2.3.1.10' }],
  });
  assert.equal(first(result), {
    identifier: [IDENTIFIER],
    name: [
      { use: 'temp', text: '2' },
      { use: 'nickname', text: 'hello test' },
    ],
    telecom: [
      { system: 'other', value: '1.2.3.1.1', rank: 9 },
      { system: 'other', value: '1.2.3.1.10', rank: 10 },
    ],
  });
});

test.run();
