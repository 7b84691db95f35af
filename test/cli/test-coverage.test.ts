/** `dicomcast test --coverage` as its user meets it: a project with tests in, text, files and exit codes out. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type TestOptions, test as testCommand } from '../../engine/cli/test.ts';
import { temporaryFolder } from '../support/temp.ts';
import { fakeTerminal } from '../support/terminal.ts';

const test = suite('test --coverage');

const CONFIG = `source: { type: change-feed, url: "https://dicom.example.org" }
fhir: { url: "https://fhir.example.org" }
mappings: [maps/person.yaml, maps/place.yaml]
`;
const PERSON = `extends: ../base/person.yaml
rules:
  gender:
    to: Patient.gender
    tag: PatientSex
    table: sex.csv
`;
const BASE = `resource: Patient
identity: identifier
rules:
  identifier:
    to: Patient.identifier.where(system = 'urn:test').value
    tag: PatientID
    required: true
`;
const PLACE = `resource: Location
when: Modality = "XA"
identity: identifier
rules:
  identifier:
    to: Location.identifier.where(system = 'urn:test').value
    tag: StationName
  name:
    to: Location.name
    tag: StationName
`;
const TESTS = `cases:
  a-man:
    given: { instances: [{ PatientID: P1, PatientSex: M, SOPClassUID: 1.2.840.10008.5.1.4.1.1.2 }] }
    expect:
      contains: { Patient: { gender: male } }
  of-no-sex:
    given: { base: a-man, unset: [PatientSex] }
    expect:
      absent: [Patient.gender]
`;

function project(changes: Readonly<Record<string, string>> = {}): string {
  const folder = temporaryFolder();
  const files = {
    'dicomcast.config.yaml': CONFIG,
    'base/person.yaml': BASE,
    'maps/person.yaml': PERSON,
    'maps/place.yaml': PLACE,
    'maps/sex.csv': 'value,code\nM,male\nF,female\n',
    'maps/person.test.yaml': TESTS,
    ...changes,
  };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

async function run(folder: string, options: TestOptions, names: readonly string[] = []) {
  const terminal = fakeTerminal(folder);
  const code = await testCommand(terminal, names, options);
  const { out, err } = terminal.printed();
  return { code, err, out: out.replace(/\(\d+\.\d s\)/, '(… s)') };
}

test('what no case reached stands behind the results, mappings without any test among it', async () => {
  assert.equal(await run(project(), { coverage: true }), {
    code: 0,
    err: '',
    out: `2 cases in 1 file, 2 passed, 0 failed (… s)

maps/person.yaml   rules 1/1 (100 %)   branches 1/2 (50 %)
  3:3  Patient.gender  never invalid
maps/place.yaml    rules 0/2 (0 %)   branches 1/5 (20 %)
  5:3  Location  never ran: none of its 2 rules here (when: never true)
maps/sex.csv       rows 1/2 (50 %)
  3:1  Patient.gender  table: row F never met
all files          rules 1/3 (33.3 %)   branches 2/7 (28.5 %)   rows 1/2 (50 %)
`,
  });
});

test('with the scope all, what is extended counts as well', async () => {
  const { out } = await run(project(), { scope: 'all' });
  assert.match(
    out,
    'base/person.yaml   rules 1/1 (100 %)   branches 0/1 (0 %)\n  4:3  Patient.identifier  never missing or invalid\n',
  );
});

test('mappings from elsewhere have their own tests, unless there is nothing else', async () => {
  const other = project();
  const elsewhere = join(other, 'maps/place.yaml');
  const folder = project({
    'dicomcast.config.yaml': CONFIG.replace('maps/place.yaml', elsewhere),
    'node_modules/x/place.yaml': PLACE.replace('Location\n', 'Location\nname: Other\n'),
  });
  assert.not.match((await run(folder, { coverage: true })).out, 'place.yaml');
  assert.match((await run(folder, { scope: 'all' })).out, elsewhere);
  writeFileSync(
    join(folder, 'dicomcast.config.yaml'),
    CONFIG.replace('maps/place.yaml', 'dicomcast:endpoint.yaml'),
  );
  assert.not.match((await run(folder, { coverage: true })).out, 'endpoint.yaml');
  const installed = CONFIG.replace('maps/place.yaml', 'node_modules/x/place.yaml');
  writeFileSync(join(folder, 'dicomcast.config.yaml'), installed);
  assert.not.match((await run(folder, { coverage: true })).out, 'place.yaml');
  writeFileSync(join(folder, 'dicomcast.config.yaml'), installed.replace('maps/person.yaml, ', ''));
  writeFileSync(
    join(folder, 'maps/person.test.yaml'),
    TESTS.replace(/contains:.*|absent:.*/g, 'writes: none'),
  );
  assert.match(
    (await run(folder, { coverage: true }, ['maps'])).out,
    'node_modules/x/place.yaml   rules 0/2',
  );
});

test('of test files that are named, the mappings that they run count', async () => {
  const { out } = await run(project(), { coverage: true }, ['maps/person.test.yaml']);
  assert.match(out, 'maps/place.yaml');
  const alone = `mappings: [person.yaml]\n${TESTS}`;
  const { out: few } = await run(project({ 'maps/person.test.yaml': alone }), { coverage: true }, ['maps']);
  assert.not.match(few, 'maps/place.yaml');
});

test('a threshold that is not reached fails, and says by how much', async () => {
  assert.is((await run(project(), { threshold: 'rules=33,branches=28.5,rows=50' })).code, 0);
  const { code, err } = await run(project(), { threshold: '30' });
  assert.is(code, 1);
  assert.is(err, 'error: coverage of branches 28.5 %, and 30 % is asked for\n');
});

test('lcov is written where it is asked for, and a place that cannot be written to is told', async () => {
  const folder = project();
  assert.is((await run(folder, { lcov: 'out/lcov.info' })).code, 0);
  const text = readFileSync(join(folder, 'out/lcov.info'), 'utf8');
  assert.is(
    text.slice(0, text.indexOf('end_of_record')),
    `TN:
SF:maps/person.yaml
FN:3,Patient.gender
FNDA:1,Patient.gender
FNF:1
FNH:1
BRDA:3,0,0,1
BRDA:3,0,1,0
BRF:2
BRH:1
DA:3,1
LF:1
LH:1
`,
  );
  const { code, err } = await run(folder, { lcov: 'maps' });
  assert.is(code, 1);
  assert.match(err, /^error: maps /);
});

test('JSON has the report as data, with the cases that ran each rule', async () => {
  const { out } = await run(project(), { coverage: true, format: 'json' });
  const { coverage } = JSON.parse(out);
  assert.equal(coverage.totals.rules, { covered: 1, total: 3 });
  assert.equal(coverage.files[0].rules, [
    {
      rule: 'Patient.gender',
      line: 3,
      column: 3,
      ran: 2,
      produced: 1,
      absent: 1,
      failed: 0,
      tests: ['maps/person.test.yaml: a-man', 'maps/person.test.yaml: of-no-sex'],
    },
  ]);
  assert.is(JSON.parse((await run(project(), { format: 'json' })).out).coverage, undefined);
});

test('options that make no sense end with 64 before anything runs', async () => {
  const folder = project();
  assert.equal(await run(folder, { threshold: 'most', lcov: 'lcov.info' }), {
    code: 64,
    out: '',
    err: 'error: --threshold is a percentage (90), or rules=100,branches=80,rows=50\n',
  });
  assert.not.ok(existsSync(join(folder, 'lcov.info')));
  assert.is((await run(folder, { watch: true, coverage: true })).code, 64);
});

test('a case that fails is shown as without coverage', async () => {
  const folder = project({ 'maps/person.test.yaml': TESTS.replace('gender: male', 'gender: female') });
  const [plain, watched] = [await run(folder, {}), await run(folder, { coverage: true })];
  assert.is(plain.code, 1);
  assert.is(watched.code, 1);
  assert.ok(watched.out.startsWith(plain.out), `${plain.out}\n---\n${watched.out}`);
});

test.run();
