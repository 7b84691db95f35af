/** Overlays and tables on disk: check, check --fix and docs as their users see them. */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { check } from '../../engine/cli/check.ts';
import { docs } from '../../engine/cli/docs.ts';
import { temporaryFolder } from '../support/temp.ts';
import { fakeTerminal } from '../support/terminal.ts';

const test = suite('cli/overlay');
const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));

/** A folder with the shipped mappings, and `files` besides; the configuration names the mapping `site/patient.yaml`. */
function project(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder();
  // The tests of the shipped mappings are not those of a site.
  const filter = (path: string): boolean => !/\.test\.ya?ml$/.test(path);
  cpSync(join(REPOSITORY, 'mappings'), join(folder, 'mappings'), { recursive: true, filter });
  const config = readFileSync(join(REPOSITORY, 'dicomcast.config.yaml'), 'utf8');
  const all = {
    'dicomcast.config.yaml': config.replace('- mappings/patient.yaml', '- site/patient.yaml'),
    ...files,
  };
  for (const [name, text] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

const OVERLAY = `extends: ../mappings/patient.yaml   # shipped
rules:
  # D is what our RIS sends.
  gender:
    codes:
      D: other
  birthDate:
    disabled: true
    reason: The registry has it.
  maritalStatus:
    to: Patient.maritalStatus
    tag: PregnancyStatus
    table: status.csv
    system: urn:example
`;
const STATUS = 'status,code,note\n1,U,\n4,T,\n';

function run(folder: string, options: Parameters<typeof check>[1] = {}) {
  const terminal = fakeTerminal(folder);
  const code = check(terminal, options);
  return { code, ...terminal.printed() };
}

test('check tells of rules without a base, --fix writes it, then nothing is left to tell', () => {
  const folder = project({ 'site/patient.yaml': OVERLAY, 'site/status.csv': STATUS });
  const summary = /dicomcast\.config\.yaml: 4 mappings, 47 rules, plan [0-9a-f]{16}\n$/;
  const before = run(folder);
  assert.is(before.code, 0);
  assert.is(before.err, '');
  assert.match(before.out, summary);
  assert.is(
    before.out.split('\n')[0],
    'site/patient.yaml: 2 rules that it changes have no base:, which would tell of changes below; dicomcast check --fix writes it',
  );
  const fixed = run(folder, { fix: true });
  assert.is(fixed.out.split('\n')[0], 'site/patient.yaml: wrote base: of Patient.gender, Patient.birthDate');
  const text = readFileSync(join(folder, 'site/patient.yaml'), 'utf8');
  assert.is(
    text.replace(/base: [a-f][0-9a-f]{11}/g, 'base: …'),
    OVERLAY.replace('  gender:\n', '  gender:\n    base: …\n').replace(
      '  birthDate:\n',
      '  birthDate:\n    base: …\n',
    ),
  );
  assert.is(run(folder).out.split('\n').length, 2);
  assert.is(run(folder, { fix: true }).out, run(folder).out);
});

test('after a new release, check names both files, and --fix records what is there now', () => {
  const folder = project({ 'site/patient.yaml': OVERLAY, 'site/status.csv': STATUS });
  run(folder, { fix: true });
  const shipped = join(folder, 'mappings/patient.yaml');
  writeFileSync(shipped, readFileSync(shipped, 'utf8').replace('O: other', 'O: unknown'));
  const { code, err } = run(folder);
  assert.is(code, 0);
  assert.is(
    err.replace(/[a-f][0-9a-f]{11}/g, 'fingerprint'),
    `warning[mapping.base-changed]: the rule that this one overrides has changed: mappings/patient.yaml:33
 --> site/patient.yaml:5:11
  |
5 |     base: fingerprint
  |           ^^^^^^^^^^^^
  = rule: Patient.gender (overrides mappings/patient.yaml:33)
  = help: Compare the two; \`dicomcast check --fix\` then records the rule as it is now.

${err.slice(err.indexOf('0 errors'))}`,
  );
  assert.is(run(folder, { fix: true }).err, '');
});

test('where something is wrong, nothing is written', () => {
  const folder = project({
    'site/patient.yaml': OVERLAY.replace('D: other', 'D: divers'),
    'site/status.csv': STATUS,
  });
  const { code } = run(folder, { fix: true });
  assert.is(code, 1);
  assert.not.match(readFileSync(join(folder, 'site/patient.yaml'), 'utf8'), /base:/);
});

test('a byte order mark and line breaks stay', () => {
  const overlay = `\uFEFF${OVERLAY.replaceAll('\n', '\r\n')}`;
  const folder = project({ 'site/patient.yaml': overlay, 'site/status.csv': STATUS });
  run(folder, { fix: true });
  const text = readFileSync(join(folder, 'site/patient.yaml'), 'utf8');
  assert.is(text.replace(/ {4}base: [a-f][0-9a-f]{11}\r\n/g, ''), overlay);
});

test('a finding in a table shows its line', () => {
  const folder = project({ 'site/patient.yaml': OVERLAY, 'site/status.csv': `${STATUS}4,X,\n` });
  assert.match(
    run(folder).err,
    `error[mapping.table-duplicate]: line 3 has a row for this value already, with another code
 --> site/status.csv:4:1
  |
4 | 4,X,
  | ^
  = help: Keep one of the two.
`,
  );
});

test('docs shows what an overlay changes, and what is switched off, with the reason', () => {
  const folder = project({ 'site/patient.yaml': OVERLAY, 'site/status.csv': STATUS });
  const terminal = fakeTerminal(folder);
  assert.is(docs(terminal, {}), 0);
  const page = terminal.printed().out;
  const patient = page.slice(page.indexOf('## Patient'), page.indexOf('## Endpoint'));
  assert.is(
    patient,
    `## Patient

The person who was imaged. From \`site/patient.yaml\` over \`mappings/patient.yaml\`. Deletions leave it alone.

| element | from | required | when written | rule | note |
|---|---|---|---|---|---|
| \`identifier.where(system = %patientSystem).value\` | PatientID (LO → string) | yes |  | identifier (mappings/patient.yaml:22) | Finds the person. One system for several issuers makes different people one; set it with care. |
| \`name.where(use = 'usual')\` | PatientName (PN → HumanName) |  |  | name (mappings/patient.yaml:28) | Names that others wrote, with another use, stay. |
| \`gender\` | PatientSex (CS → code (codes)) |  |  | gender (site/patient.yaml:4, overrides mappings/patient.yaml:33) |  |
| \`maritalStatus\` | PregnancyStatus (US → CodeableConcept (table status.csv)) |  |  | maritalStatus (site/patient.yaml:10) |  |

Switched off:

| element | rule | reason |
|---|---|---|
| \`birthDate\` | birthDate (site/patient.yaml:7) | The registry has it. |

`,
  );
});

test.run();
