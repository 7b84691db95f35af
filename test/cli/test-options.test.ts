/** Options of `dicomcast test`: which files and cases are meant, goldens that are accepted, formats, and runs that wait for changes. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { test as runTest } from '../../engine/cli/test.ts';
import { folderWith, GOLDEN, HEAD, MAPPING, runCases, runIn } from '../support/mapping-tests.ts';
import { type FakeTerminal, fakeTerminal } from '../support/terminal.ts';

const test = suite('cli/test options');

const TWO = `  first: { given: { instances: [{}] }, expect: { writes: { Patient: create } } }
  first-again: { given: { instances: [{}] }, expect: { writes: { Patient: update } } }
`;

test('files, folders, globs and names that match nothing fail; so does nothing at all', async () => {
  const folder = folderWith({
    'sub/t.test.yaml': HEAD.replace('p.yaml', '../p.yaml') + TWO,
    'empty/x.txt': '',
    'sub/t.yaml': 'a: 1',
  });
  const heads = async (...names: readonly string[]) => {
    const { code, err } = await runIn(folder, names);
    assert.is(code, 1);
    return err.split('\n').filter((line) => /^error| -->|did you mean/.test(line));
  };
  assert.equal(await heads('empty'), ['error[test.no-file]: the folder has no test file', ' --> empty']);
  assert.equal(await heads('no/*.test.yaml'), [
    'error[test.no-file]: no test file matches',
    ' --> no/*.test.yaml',
  ]);
  assert.equal(await heads('sub/t.yaml'), [
    'error[test.no-file]: this is no test file',
    ' --> sub/t.yaml',
    '  = did you mean: sub/t.test.yaml',
  ]);
  const named = await runIn(folder, ['.'], { name: ['fist'] });
  assert.match(
    named.err,
    'error[test.no-case]: no case is named fist\n --> -t fist\n  = did you mean: first\n',
  );
  assert.is(named.code, 1);
  const config =
    'source: { type: change-feed, url: "https://d.example.org" }\nfhir: { url: "https://f.example.org" }\nmappings: [p.yaml]\n';
  writeFileSync(join(folder, 'dicomcast.config.yaml'), config);
  mkdirSync(join(folder, 'tests'));
  writeFileSync(join(folder, 'p.yaml'), MAPPING);
  const found = await runIn(folder, []);
  assert.match(found.out, '2 cases in 1 file, 1 passed, 1 failed');
  const lonely = folderWith({
    'maps/p.yaml': MAPPING,
    'dicomcast.config.yaml': config.replace('p.yaml', 'maps/p.yaml'),
  });
  const none = await runIn(lonely, []);
  assert.match(none.err, 'there is no test file beside the mappings, and none in test/ or tests/');
  assert.is(none.code, 1);
});

test('-t takes the case of that name, or else all that have it in their name', async () => {
  assert.is((await runCases(TWO, { name: ['first'] })).out, '1 case in 1 file, 1 passed, 0 failed (0.0 s)\n');
  assert.match((await runCases(TWO, { name: ['firs'] })).out, '2 cases in 1 file, 1 passed, 1 failed');
  assert.match(
    (await runCases(TWO, { name: ['first', 'again'] })).out,
    '2 cases in 1 file, 1 passed, 1 failed',
  );
});

const WITH_GOLDEN = `
  a:
    given: { instances: [{}] }
    expect: { golden: golden/a.json }
`;

test('--update tells of cases that start from a golden what holds after it is written', async () => {
  const folder = folderWith({
    't.test.yaml': `${HEAD}  again: { given: { instances: [{ PatientSex: F }], existing: golden/a.json }, expect: { writes: none } }
  a: { given: { instances: [{ PatientSex: F }] }, expect: { golden: golden/a.json } }
`,
    'golden/a.json': GOLDEN.replace('female', 'male'),
  });
  const { out, code } = await runIn(folder, ['.'], { update: true });
  assert.is(
    out,
    `~ t.test.yaml:5  a
  wrote golden/a.json
    Patient.gender  -"male"  +"female"
      rule Patient.gender  p.yaml:5  reads PatientSex

2 cases in 1 file, 2 passed, 0 failed (0.0 s)
`,
  );
  assert.is(code, 0);
});

test('--update writes a golden that is missing or differs, and shows what changes; never in CI', async () => {
  const folder = folderWith({ 't.test.yaml': HEAD + WITH_GOLDEN });
  const golden = join(folder, 'golden/a.json');
  const missing = await runIn(folder);
  assert.match(
    missing.out,
    'line 7  golden: the golden file golden/a.json does not exist\n    help: Write it with --update',
  );
  assert.match(missing.out, '  accept: dicomcast test t.test.yaml -t a --update\n');
  const inCi = await runIn(folder, ['.'], { update: true }, { CI: 'true' });
  assert.is(inCi.code, 64);
  assert.match(inCi.err, '--update has no place in a CI run');
  assert.not.ok(existsSync(golden));
  const written = await runIn(folder, ['.'], { update: true });
  assert.is(
    written.out,
    '~ t.test.yaml:5  a\n  wrote golden/a.json\n\n1 case in 1 file, 1 passed, 0 failed (0.0 s)\n',
  );
  assert.is(written.code, 0);
  assert.is(readFileSync(golden, 'utf8'), GOLDEN);
  writeFileSync(golden, GOLDEN.replace('female', 'male'));
  const changed = await runIn(folder, ['.'], { update: true });
  assert.is(
    changed.out,
    `~ t.test.yaml:5  a
  wrote golden/a.json
    Patient.gender  -"male"  +"female"
      rule Patient.gender  p.yaml:5  reads PatientSex

1 case in 1 file, 1 passed, 0 failed (0.0 s)
`,
  );
  assert.is(readFileSync(golden, 'utf8'), GOLDEN);
  assert.is(
    (await runIn(folder, ['.'], { update: true })).out,
    '1 case in 1 file, 1 passed, 0 failed (0.0 s)\n',
  );
});

test('--update leaves alone what must not be accepted', async () => {
  const other = '{ "name": "somebody else\'s file" }\n';
  const folder = folderWith({
    't.test.yaml': `${HEAD}
  rows:
    given: { instances: [{ PatientSex: X }] }
    expect: { golden: golden/rows.json }
  other:
    given: { instances: [{}] }
    expect: { golden: other.json }
  one:
    given: { instances: [{}] }
    expect: { golden: golden/shared.json }
  two:
    given: { instances: [{ PatientSex: M }] }
    expect: { golden: golden/shared.json }
`,
    'other.json': other,
  });
  const { out, code } = await runIn(folder, ['.'], { update: true });
  assert.match(out, '  golden/rows.json was not written: error rows are not as declared\n');
  assert.match(out, '  other.json was not written: the file holds something else\n');
  assert.match(out, '  golden/shared.json was not written: another case wants something else there\n');
  assert.not.match(out, 'accept: dicomcast test t.test.yaml -t rows');
  assert.is(code, 1);
  assert.not.ok(existsSync(join(folder, 'golden/rows.json')));
  assert.is(readFileSync(join(folder, 'other.json'), 'utf8'), other);
  assert.is(readFileSync(join(folder, 'golden/shared.json'), 'utf8'), GOLDEN);
});

test('--max says how many failing cases are shown', async () => {
  const cases = ['a', 'b', 'c']
    .map((name) => `  ${name}: { given: { instances: [{}] }, expect: { writes: none } }\n`)
    .join('');
  assert.is(
    (await runCases(cases, { max: 1 })).out,
    `✗ t.test.yaml:4  a
  line 4  writes: all types: want none, got create Patient
  rerun:  dicomcast test t.test.yaml -t a

… and 2 failing cases more (--max 3 shows all)

3 cases in 1 file, 0 passed, 3 failed (0.0 s)
`,
  );
});

const FAILING = `  good: { given: { instances: [{}] }, expect: { writes: { Patient: create } } }
  bad: { given: { instances: [{}] }, expect: { contains: { Patient: { gender: "<male>" } } } }
`;

test('JSON for programs', async () => {
  const { out, code } = await runCases(FAILING, { format: 'json' });
  const report = JSON.parse(out);
  assert.is(code, 1);
  assert.equal([report.format, report.passed, report.failed, report.findings], [1, 1, 1, []]);
  const { durationMs, ...bad } = report.cases[1];
  assert.ok(Number.isInteger(durationMs));
  const origin = {
    rule: 'Patient.gender',
    file: 'p.yaml',
    line: 5,
    reads: [{ keyword: 'PatientSex', state: 'present' }],
  };
  assert.equal(bad, {
    file: 't.test.yaml',
    name: 'bad',
    line: 5,
    outcome: 'failed',
    failures: [
      {
        kind: 'contains',
        line: 5,
        message: 'the Patient differs in',
        differences: [{ path: 'Patient.gender', want: '<male>', got: 'female', origins: [origin] }],
      },
    ],
    assertions: [{ kind: 'contains', line: 5, passed: false }],
    rows: [],
    warnings: [],
  });
});

test('JUnit for build servers', async () => {
  const { out } = await runIn(
    folderWith({ 't.test.yaml': HEAD + FAILING, 'u.test.yaml': 'cases: {}\n' }),
    ['.'],
    { format: 'junit' },
  );
  assert.is(
    out.replace(/time="[\d.]+"/g, 'time="0"'),
    `<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
  <testsuite name="t.test.yaml" tests="2" failures="1" errors="0" time="0">
    <testcase classname="t.test.yaml" name="good" line="4" time="0"/>
    <testcase classname="t.test.yaml" name="bad" line="5" time="0">
      <failure message="contains: the Patient differs in">t.test.yaml:5
Patient.gender want "&lt;male&gt;" got "female" (Patient.gender p.yaml:5)</failure>
    </testcase>
  </testsuite>
  <testsuite name="u.test.yaml" tests="1" failures="0" errors="1" time="0">
    <testcase classname="u.test.yaml" name="test.entries at line 1">
      <error message="\`cases\` needs at least one entry; it has none">For example \`cases: { a-new-study: { given: { instances: [{ PatientID: P1 }] }, expect: { writes: { Patient: create } } } }\`.</error>
    </testcase>
  </testsuite>
</testsuites>
`,
  );
});

/** Until the terminal has printed the text; fails after ten seconds. */
async function printed(terminal: FakeTerminal, text: string): Promise<void> {
  for (let tries = 0; tries < 1000; tries++) {
    if (terminal.printed().out.includes(text)) return;
    await wait(10);
  }
  assert.unreachable(`never printed: ${text}\n${terminal.printed().out}`);
}

test('--watch runs again what a change touches, and ends when it is told', async () => {
  const folder = folderWith({ 't.test.yaml': HEAD + WITH_GOLDEN, 'golden/a.json': GOLDEN });
  const terminal = fakeTerminal(folder);
  const running = runTest(terminal, ['.'], { watch: true });
  await printed(terminal, '1 passed, 0 failed');
  await printed(terminal, 'watching');
  writeFileSync(join(folder, 'p.yaml'), MAPPING.replace('F: female', 'F: other'));
  await printed(terminal, 'Patient.gender  -"female"  +"other"');
  writeFileSync(join(folder, 'golden/a.json'), GOLDEN.replace('female', 'other'));
  await wait(50);
  writeFileSync(
    join(folder, 'u.test.yaml'),
    `${HEAD}  new: { given: { instances: [{}] }, expect: { writes: { Patient: create } } }\n`,
  );
  await printed(terminal, '2 cases in 2 files, 2 passed');
  terminal.stop();
  assert.is(await running, 0);
  const refused = await runIn(folder, ['.'], { watch: true, format: 'json' });
  assert.is(refused.code, 64);
});

test.run();
