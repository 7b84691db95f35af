/** explain --plan: the compiled plan in words and as JSON, without a closure in it, the same every time. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type ExplainOptions, explain } from '../../engine/cli/explain.ts';
import { dataset } from '../support/entries.ts';
import { temporaryFolder } from '../support/temp.ts';
import { fakeTerminal } from '../support/terminal.ts';

const test = suite('explain --plan');
const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));
const FILES = {
  'dicomcast.config.yaml': `source: { type: change-feed, url: "https://dicom.example.org", apiVersion: v1 }
fhir: { url: "https://fhir.example.org" }
mappings: [site/patient.yaml]
settings: { system: "urn:site" }
`,
  'patient.yaml': `resource: Patient
settings:
  system: { type: string, default: "", description: Identifier system of PatientID. }
let:
  issuer: { tag: IssuerOfPatientID }
  where: |
    $settings.system & StudyID
identity: id
rules:
  id: { to: Patient.identifier.where(system = %settings.system).value, tag: PatientID }
  gender: { to: Patient.gender, tag: PatientSex, codes: { M: male, F: female } }
  birthDate: { to: Patient.birthDate, tag: PatientBirthDate, on: create }
  photo: { to: Patient.photo, const: [{ title: none }], merge: fill }
  address:
    to: Patient.address
    value: |
      { "text":   PatientAddress & $issuer & $where }
    merge: append
    when: $exists(PatientAddress)
  deceased: { to: Patient.deceased.ofType(boolean), const: false }
assert:
  named: { fhirpath: "name.exists()", severity: warning }
`,
  'site/patient.yaml': `extends: ../patient.yaml
rules:
  birthDate: { on: any }
  photo: { disabled: true, reason: nobody wants it }
`,
};

async function explained(
  files: readonly string[],
  options: ExplainOptions,
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const uids = { StudyInstanceUID: '1.2.3', SeriesInstanceUID: '1.2.3.1', SOPInstanceUID: '1.2.3.1.1' };
  writeFileSync(
    join(folder, 'a.json'),
    JSON.stringify(dataset({ ...uids, PatientID: 'P', PatientBirthDate: '19700101' })),
  );
  const terminal = fakeTerminal(folder);
  const code = await explain(terminal, files, options);
  const { out, err } = terminal.printed();
  return { code, out: out.replaceAll(/\b[0-9a-f]{16}\b|\b[0-9a-f]{12}\b/g, 'PRINT'), err };
}

test('the plan of a mapping with an overlay, with every default in words', async () => {
  assert.is(
    (await explained([], { plan: true })).out,
    `plan PRINT, FHIR 4.0
settings
  system = "urn:site"
evaluated by JSONata
  Patient let where     once for each different StudyID
  Patient.address when  once for each different PatientAddress
  Patient.address       once for each different PatientAddress, $issuer, $where

1. Patient  site/patient.yaml
  extends    patient.yaml
  off        photo: nobody wants it (site/patient.yaml:4)
  found by   identifier of the rule id, system %settings.system
  deletion   untouched
  reads      IssuerOfPatientID (0010,0021), PatientAddress (0010,1040), PatientBirthDate (0010,0030), PatientID (0010,0020), PatientSex (0010,0040), StudyID (0020,0010)
  runs       once for each different IssuerOfPatientID, StudyID, PatientID, PatientSex, PatientBirthDate, PatientAddress
  let        issuer = IssuerOfPatientID (0010,0021)
  let        where = $settings.system & StudyID  [remembered by StudyID, $settings]
  required   id
  assert     named (warning): name.exists()
  rule id  patient.yaml:10  PRINT
    to         identifier.where(system = %settings.system).value : string
    from       PatientID (0010,0020) LO: LO → string
    run        closure
    modifiers  required: true, merge: none, on: any, onAbsent: keep, authority: mapping
  rule gender  patient.yaml:11  PRINT
    to         gender : code
    from       PatientSex (0010,0040) CS: CS → code (codes), codes: {"M":"male","F":"female"}
    run        closure
    modifiers  required: false, merge: none, on: any, onAbsent: keep, authority: mapping
  rule birthDate  site/patient.yaml:3 over patient.yaml:12  PRINT
    to         birthDate : date
    from       PatientBirthDate (0010,0030) DA: DA → date
    run        closure
    modifiers  required: false, merge: none, on: any, onAbsent: keep, authority: mapping
  rule address  patient.yaml:14  PRINT
    to         address : Address (the list)
    from       { "text": PatientAddress & $issuer & $where }  [remembered by PatientAddress, $issuer, $where]
    when       $exists(PatientAddress)  [remembered by PatientAddress]
    run        jsonata
    modifiers  required: false, merge: append, on: any, onAbsent: keep, authority: mapping
  rule deceased  patient.yaml:20  PRINT
    to         deceasedBoolean (removes deceasedDateTime) : boolean
    from       false
    run        closure
    modifiers  required: false, merge: none, on: any, onAbsent: keep, authority: mapping
`,
  );
});

test('as JSON it has everything, and nothing that JSON cannot say', async () => {
  const { out, code } = await explained([], { plan: true, format: 'json' });
  assert.is(code, 0);
  const { mappings, ...head } = JSON.parse(out);
  assert.equal(head, {
    version: 1,
    plan: 'PRINT',
    fhirVersion: '4.0',
    settings: { system: 'urn:site' },
    interpreted: [
      { rule: 'Patient let where', evaluated: 'once for each different StudyID' },
      { rule: 'Patient.address when', evaluated: 'once for each different PatientAddress' },
      { rule: 'Patient.address', evaluated: 'once for each different PatientAddress, $issuer, $where' },
    ],
  });
  const [patient] = mappings;
  assert.equal(patient.rules[2], {
    rule: 'birthDate',
    file: 'site/patient.yaml',
    line: 3,
    overrides: [{ file: 'patient.yaml', line: 12 }],
    fingerprint: 'PRINT',
    to: [{ element: 'birthDate', list: false }],
    type: 'date',
    several: false,
    source: {
      kind: 'tag',
      tags: [{ tag: '(0010,0030)', keyword: 'PatientBirthDate', vrs: ['DA'] }],
      conversion: 'DA → date',
      options: {},
    },
    run: 'closure',
    modifiers: {
      required: false,
      merge: 'none',
      on: 'any',
      onAbsent: 'keep',
      authority: 'mapping',
      owns: [],
    },
  });
  assert.equal(patient.validation, {
    required: ['id'],
    tags: [
      { rule: 'id', tag: '(0010,0020)', keyword: 'PatientID', vrs: ['LO'] },
      { rule: 'gender', tag: '(0010,0040)', keyword: 'PatientSex', vrs: ['CS'] },
      { rule: 'birthDate', tag: '(0010,0030)', keyword: 'PatientBirthDate', vrs: ['DA'] },
    ],
    asserts: [{ name: 'named', fhirpath: 'name.exists()', severity: 'warning' }],
  });
});

test('the shipped plan: the same text every time, and no closure', async () => {
  const print = async (format: 'text' | 'json'): Promise<string> => {
    const terminal = fakeTerminal(REPOSITORY);
    assert.is(await explain(terminal, [], { plan: true, format }), 0);
    return terminal.printed().out;
  };
  const text = await print('text');
  assert.is(await print('text'), text);
  assert.not.match(text, /\[Function|\[object|undefined|=>/);
  const count = (pattern: RegExp, where: string): number => where.match(pattern)?.length ?? 0;
  const json = await print('json');
  assert.is(count(/^ *rule /gm, text), count(/"fingerprint":/g, json));
  assert.ok(count(/^ *rule /gm, text) > 25);
});

test('a value names the overlay that changed its rule, and what it changed; a rule that is switched off says so', async () => {
  const { out } = await explained(['a.json'], {});
  assert.is(
    out,
    `plan PRINT, on an empty FHIR server; values that may identify somebody are shown as •••

warning: Patient.named does not hold

Patient: create
  identifier[0].system  "urn:site"  id         patient.yaml:10                           where
  identifier[0].value   •••         id         patient.yaml:10                           (0010,0020) PatientID
  birthDate             •••         birthDate  site/patient.yaml:3 over patient.yaml:12  (0010,0030) PatientBirthDate
  deceasedBoolean       false       deceased   patient.yaml:20                           constant
  without effect:
    gender   PatientSex is absent           gender   patient.yaml:11      (0010,0040) PatientSex
    address  when: is not true              address  patient.yaml:14      (0010,1040) PatientAddress, (0010,0021) IssuerOfPatientID, (0020,0010) StudyID
    photo    switched off: nobody wants it  photo    site/patient.yaml:4

3 attributes are read by no rule; --unread lists them
`,
  );
  assert.is(
    (await explained(['a.json'], { whyNot: 'Patient.photo' })).out,
    `Patient.photo  site/patient.yaml:4
  no   the rule is switched on: nobody wants it
  nothing is written
`,
  );
});

test.run();
