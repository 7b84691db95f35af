/** The names of `let`: tags with what stands for them where they are absent, tables that expressions look things up in. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { compileMappings } from '../../engine/compile/compile.ts';
import { elementOf, madeUp, rowsOf } from '../support/made-up.ts';

const test = suite('compile/lets');

const FILES = {
  'issuers.csv': 'issuer,value,note\nNORTH,urn:north,\nSOUTH,urn:south,\nWARD,,no system of its own\n',
  'procedures.csv':
    'procedure,code,system,display\nRIS|CT1,77477000,http://snomed.info/sct,CT\nCT2,241526005,http://snomed.info/sct,\nRIS|OLD,,,\n',
};

/** A Patient whose identifier has the system `%system`. */
const issued = (lets: string, rules = '') => `resource: Patient
identity: id
let:
${lets}
rules:
  id: { to: "Patient.identifier.where(system = %system).value", tag: PatientID }
${rules}`;

const files = (path: string) => {
  const text = FILES[path as keyof typeof FILES];
  return text === undefined ? { error: 'is not there' } : { file: path, text };
};

const findings = (mapping: string) =>
  compileMappings([{ file: 'mapping.yaml', text: mapping }], undefined, files).diagnostics.map(
    ({ code, message, file, range }) => `${file}:${range?.start.line} ${code}: ${message}`,
  );

async function identified(lets: string, words: Readonly<Record<string, unknown>>) {
  const result = await madeUp({
    mappings: [issued(lets)],
    files: FILES,
    feed: [{ PatientID: 'P1', ...words }],
  });
  return [elementOf(result, 'identifier'), ...rowsOf(result)];
}

const of = (system: string) => [[{ system, value: 'P1' }]];

test('the default stands for a tag without a value and for a value without a row, not for a row without a code', async () => {
  const lets = '  system: { tag: IssuerOfPatientID, table: issuers.csv, default: "urn:other" }';
  assert.equal(await identified(lets, { IssuerOfPatientID: 'SOUTH' }), of('urn:south'));
  assert.equal(await identified(lets, { IssuerOfPatientID: 'EAST' }), of('urn:other'));
  assert.equal(await identified(lets, { IssuerOfPatientID: '' }), of('urn:other'));
  assert.equal(await identified(lets, {}), of('urn:other'));
  assert.equal(await identified(lets, { IssuerOfPatientID: 'WARD' }), [[{ value: 'P1' }]]);
  assert.equal(await identified(lets, { IssuerOfPatientID: 'x'.repeat(65) }), [
    [{ value: 'P1' }],
    '1 dicom.invalid-tag Patient.let.system',
  ]);
});

test('a let may take another as its default', async () => {
  const lets = `  own: { tag: IssuerOfAccessionNumberSequence.LocalNamespaceEntityID, table: issuers.csv }
  system: { tag: IssuerOfPatientID, table: issuers.csv, default: "%own" }`;
  const issuer = { IssuerOfAccessionNumberSequence: [{ LocalNamespaceEntityID: 'NORTH' }] };
  assert.equal(await identified(lets, issuer), of('urn:north'));
  assert.equal(await identified(lets, { ...issuer, IssuerOfPatientID: 'SOUTH' }), of('urn:south'));
});

test('without the value of a let that is required, the entry is not stored', async () => {
  const lets = '  system: { tag: IssuerOfPatientID, table: issuers.csv, required: true }';
  assert.equal(await identified(lets, { IssuerOfPatientID: 'NORTH' }), of('urn:north'));
  assert.equal(await identified(lets, {}), [undefined, '1 dicom.missing-tag Patient.let.system']);
  assert.equal(await identified(lets, { IssuerOfPatientID: 'EAST' }), [
    undefined,
    '1 dicom.invalid-required-tag Patient.let.system',
  ]);
  const elsewhere = issued(lets).replace('let:', 'when: |\n  Modality = "CT"\nlet:');
  const feed = [{ Modality: 'MR' }];
  assert.equal(rowsOf(await madeUp({ mappings: [elsewhere], files: FILES, feed })), []);
});

test('an issuer sequence is the address of the issuer', async () => {
  const lets = '  system: { tag: IssuerOfPatientIDQualifiersSequence, default: "urn:other" }';
  const by = (item: object) => identified(lets, { IssuerOfPatientIDQualifiersSequence: [item] });
  const universal = (UniversalEntityID: string, UniversalEntityIDType: string) =>
    by({ UniversalEntityID, UniversalEntityIDType });
  assert.equal(await universal('1.2.3', 'ISO'), of('urn:oid:1.2.3'));
  assert.equal(await universal('Hospital.example.org', 'DNS'), of('http://hospital.example.org'));
  assert.equal(await universal('a', 'X500'), of('urn:other'));
  assert.equal(await identified(lets, {}), of('urn:other'));
  assert.equal(await universal('a.b', 'ISO'), [[{ value: 'P1' }], '1 dicom.invalid-tag Patient.let.system']);
});

test('expressions look things up in a table', async () => {
  const mapping = issued(
    `  system: { tag: IssuerOfPatientID, table: issuers.csv, default: "urn:other" }
  issuers: { table: issuers.csv }
  procedures: { table: procedures.csv }`,
    `  others:
    to: Patient.identifier
    merge: append
    value: |
      [OtherPatientIDsSequence.($system := $lookup($issuers, IssuerOfPatientID);
        $exists($system) ? { "system": $system, "value": PatientID })]
  done:
    to: Patient.maritalStatus
    value: |
      $codeableConcept(ProcedureCodeSequence, $procedures)
  first:
    to: Patient.language
    value: |
      $lookup($procedures, "CT2").code
`,
  );
  const run = async (words: Readonly<Record<string, unknown>>) => {
    const result = await madeUp({ mappings: [mapping], files: FILES, feed: [words] });
    assert.equal(rowsOf(result), []);
    return [elementOf(result, 'identifier'), elementOf(result, 'maritalStatus')];
  };
  const other = (PatientID: string, IssuerOfPatientID?: string) => ({
    PatientID,
    ...(IssuerOfPatientID === undefined ? {} : { IssuerOfPatientID }),
  });
  const OtherPatientIDsSequence = [
    other('1', 'NORTH'),
    other('2', 'EAST'),
    other('3'),
    other('4', 'WARD'),
    other('5', 'constructor'),
    other('6', 'SOUTH'),
  ];
  const own = { system: 'urn:other', value: 'P1' };
  assert.equal(await run({ OtherPatientIDsSequence }), [
    [own, { system: 'urn:north', value: '1' }, { system: 'urn:south', value: '6' }],
    undefined,
  ]);
  const procedure = async (CodeValue: string) => {
    const item = { CodeValue, CodingSchemeDesignator: 'RIS', CodeMeaning: 'Scan' };
    return (await run({ ProcedureCodeSequence: [item] }))[1];
  };
  const local = (code: string) => ({ system: 'urn:dicom:scheme:RIS', code, display: 'Scan' });
  const snomed = { system: 'http://snomed.info/sct' };
  assert.equal(await procedure('CT1'), {
    coding: [{ ...snomed, code: '77477000', display: 'CT' }, local('CT1')],
  });
  assert.equal(await procedure('CT2'), { coding: [{ ...snomed, code: '241526005' }, local('CT2')] });
  assert.equal(await procedure('OLD'), { coding: [local('OLD')] });
  assert.equal(await procedure('CT3'), { coding: [local('CT3')] });
});

test('what a let without a tag cannot be is told', () => {
  const use = '  language: { to: Patient.language, value: "$lookup($codes, PatientID)" }\n';
  const system = '  system: |\n    $settings.x\n';
  const of = (lets: string, rules = use) =>
    findings(issued(lets, rules)).filter((finding) => !finding.includes('setting'));
  assert.equal(of(`  system: { tag: IssuerOfPatientID }\n  codes: { table: issuers.csv }`), []);
  assert.equal(of(`  system: { tag: IssuerOfPatientID }\n  codes: { table: none.csv }`), [
    'mapping.yaml:5 mapping.table-file: the table is not there',
  ]);
  assert.equal(
    of(`  system: { tag: IssuerOfPatientID }\n  codes: { table: issuers.csv, default: x, required: true }`),
    [
      'mapping.yaml:5 mapping.no-conversion: default: has no use without tag:',
      'mapping.yaml:5 mapping.no-conversion: required: has no use without tag:',
    ],
  );
  assert.equal(of(`  system: { tag: IssuerOfPatientID }\n  codes: { default: x }`), [
    'mapping.yaml:5 mapping.missing-key: let `codes` has no tag:',
  ]);
  assert.equal(of('  system: { table: issuers.csv }', ''), [
    'mapping.yaml:6 mapping.unknown-variable: %system is a table, and no text',
  ]);
  assert.equal(
    of(`${system}  codes: { table: issuers.csv }`.replace('$settings.x', 'IssuerOfPatientID'), ''),
    ['mapping.yaml:6 mapping.unused-let: nothing uses codes'],
  );
});

test.run();
