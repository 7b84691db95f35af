/** The committed mapping table is what the shipped mappings say. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { docs } from '../../engine/cli/docs.ts';
import { siteProject } from '../support/site.ts';
import { fakeTerminal } from '../support/terminal.ts';

const test = suite('docs');
const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));

test('mappings/mapping-table.md is not stale (npx dicomcast docs > mappings/mapping-table.md)', () => {
  const terminal = fakeTerminal(REPOSITORY);
  assert.is(docs(terminal, { check: 'mappings/mapping-table.md' }), 0);
  assert.equal(terminal.printed(), { out: '', err: '' });
});

test('another page is refused, with the command that makes it', () => {
  const terminal = fakeTerminal(REPOSITORY);
  assert.is(docs(terminal, { check: 'mappings/conversions.md' }), 1);
  assert.is(
    terminal.printed().err,
    `error: mappings/conversions.md is not what the mappings say
  = help: dicomcast docs > mappings/conversions.md
`,
  );
});

const CASES = `cases:
  name-without-family:
    given: { instances: [{ PatientName: "^A" }] }
    expect: { absent: [Patient.name.family], contains: { Patient: { name: [{ given: [A] }] } } }
  whole:
    given: { instances: [{ PatientID: P1 }] }
    expect: { golden: whole.json }
  sex:
    given: { instances: [{ PatientSex: X }] }
    expect: { rows: [{ code: dicom.invalid-tag, rule: Patient.gender }], fhirpath: { Patient: [name.exists()] } }
`;
const GOLDEN = {
  resources: [{ resourceType: 'Patient', gender: 'male', name: [{ use: 'usual', text: 'x' }] }],
  rows: [],
};

/** The last cell of each rule of the first section, by rule; undefined where the page has no such column. */
function testsIn(folder: string): Readonly<Record<string, string>> | undefined {
  const terminal = fakeTerminal(folder);
  assert.is(docs(terminal, {}), 0);
  const [, section = ''] = terminal.printed().out.split(/^## /m);
  const rows = section.split('\n').filter((line) => line.startsWith('|'));
  if (!rows[0]?.endsWith('| tests |')) return undefined;
  return Object.fromEntries(
    rows.slice(2).map((line) => {
      const cells = line.split(' | ');
      return [cells[4]?.split(' ')[0] ?? '', (cells.at(-1) ?? '').replace(/ ?\|$/, '')];
    }),
  );
}

test('each rule has the cases that speak of it, the most telling first; the files are read, not run', () => {
  const folder = siteProject();
  assert.is(testsIn(folder), undefined, 'without test files there is no column');
  writeFileSync(join(folder, 'mappings/patient.test.yaml'), CASES);
  writeFileSync(join(folder, 'mappings/whole.json'), JSON.stringify(GOLDEN));
  assert.equal(testsIn(folder), {
    identifier: '',
    name: 'name-without-family, sex, …',
    gender: 'sex, whole',
    birthDate: '',
  });
});

test('test files of other mappings, and those that cannot be read, say nothing of these', () => {
  const folder = siteProject();
  const others = [
    `mappings: [other.yaml]\n${CASES}`,
    `config: other.config.yaml\n${CASES}`,
    `${CASES}  more: [`,
    CASES.replace('cases', 'case'),
  ];
  for (const text of others) {
    writeFileSync(join(folder, 'mappings/patient.test.yaml'), text);
    assert.is(testsIn(folder), undefined, text);
  }
  for (const text of [`mappings: [patient.yaml]\n${CASES}`, `config: ../dicomcast.config.yaml\n${CASES}`]) {
    writeFileSync(join(folder, 'mappings/patient.test.yaml'), text);
    assert.is(testsIn(folder)?.['gender'], 'sex', text);
  }
});

test('a page is stale when a test was added', () => {
  const folder = siteProject();
  const terminal = fakeTerminal(folder);
  assert.is(docs(terminal, {}), 0);
  writeFileSync(join(folder, 'page.md'), terminal.printed().out);
  assert.is(docs(fakeTerminal(folder), { check: 'page.md' }), 0);
  writeFileSync(join(folder, 'mappings/patient.test.yaml'), CASES);
  assert.is(docs(fakeTerminal(folder), { check: 'page.md' }), 1);
});

test.run();
