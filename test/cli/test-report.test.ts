/** What the report of `dicomcast test` says beside differences: invariants that warn, mappings that do not compile, names nearly right. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createTestPlans } from '../../engine/cli/test-plans.ts';
import { runCase } from '../../engine/testing/run-case.ts';
import { readTestFile } from '../../engine/testing/test-file.ts';
import { folderWith, HEAD, MAPPING, runIn } from '../support/mapping-tests.ts';
import { fakeTerminal } from '../support/terminal.ts';

const test = suite('the report of dicomcast test');

const WARNING = `${MAPPING}assert:
  hasBirth: { fhirpath: birthDate.exists(), severity: warning }
  hasName: { fhirpath: name.exists(), severity: warning }
`;
const withWarnings = (cases: string) => runIn(folderWith({ 'p.yaml': WARNING, 't.test.yaml': HEAD + cases }));

test('invariants that only warn are told once, with the cases that do not speak of them', async () => {
  const { out, err, code } =
    await withWarnings(`  a: { given: { instances: [{}] }, expect: { writes: { Patient: create } } }
  b: { given: { base: a, set: { PatientBirthDate: "19700102" } }, expect: { writes: { Patient: create } } }
  c: { given: { base: a }, expect: { warnings: [Patient.hasBirth, Patient.hasName] } }
`);
  assert.is(err, '');
  assert.is(
    out,
    `warning: Patient.hasBirth does not hold in 1 case: a (\`warnings: [Patient.hasBirth]\` expects it)
warning: Patient.hasName does not hold in 2 cases: a, b (\`warnings: [Patient.hasName]\` expects it)
3 cases in 1 file, 3 passed, 0 failed (0.0 s)
`,
  );
  assert.is(code, 0);
});

test('a case that says which invariants warn says all of them', async () => {
  const { out, code } =
    await withWarnings(`  a: { given: { instances: [{}] }, expect: { warnings: [Patient.hasBirth] } }
  b: { given: { base: a }, expect: { warnings: none } }
  c: { given: { base: a, set: { PatientBirthDate: "19700102" } }, expect: { warnings: [Patient.hasBirth, Patient.hasNam, Patient.hasName] } }
`);
  assert.is(
    out,
    `✗ t.test.yaml:4  a
  line 4  warnings: not declared: Patient.hasName did not hold
  rerun:  dicomcast test t.test.yaml -t a

✗ t.test.yaml:5  b
  line 5  warnings: not declared: Patient.hasBirth, Patient.hasName did not hold
  rerun:  dicomcast test t.test.yaml -t b

✗ t.test.yaml:6  c
  line 6  warnings: Patient.hasBirth held, or nothing was written
  line 6  warnings: no invariant that only warns is named Patient.hasNam
    help: did you mean Patient.hasName?
  rerun:  dicomcast test t.test.yaml -t c

3 cases in 1 file, 0 passed, 3 failed (0.0 s)
`,
  );
  assert.is(code, 1);
});

const CASES = `${HEAD}  a: { given: { instances: [{}] }, expect: { writes: { Patient: create } } }
  b: { given: { base: a }, expect: { writes: { Patient: create } } }
`;

test('a fixture that is missing is told for the first of the cases that start from it', async () => {
  const { out } = await runIn(
    folderWith({
      't.test.yaml': `${HEAD}  a: { given: { instances: [no.json] }, expect: { writes: { Patient: create } } }
  b: { given: { base: a, change: update }, expect: { writes: { Patient: create } } }
  c: { given: { instances: [no.json] }, expect: { writes: { Patient: create } } }
`,
    }),
  );
  assert.is(
    out,
    `✗ t.test.yaml:4  a
  line 4  given: the instance no.json does not exist
    help: Paths start at the folder of the test file; \`dicomcast fixture\` makes a fixture of a DICOM file.
  rerun:  dicomcast test t.test.yaml -t a

✗ t.test.yaml:5  b
  given: as above

✗ t.test.yaml:6  c
  line 6  given: the instance no.json does not exist
    help: Paths start at the folder of the test file; \`dicomcast fixture\` makes a fixture of a DICOM file.
  rerun:  dicomcast test t.test.yaml -t c

3 cases in 1 file, 0 passed, 3 failed (0.0 s)
`,
  );
});

const LACKING = `${HEAD}  a:
    given: { instances: [{ PatientSex: F, PatientID: "" }] }
    expect: { writes: { Patient: create }, contains: { Patient: { gender: female, birthDate: "1970-01-02" } } }
  b:
    given: { base: a, instances: [{ PatientID: "" }, { PatientID: "" }, { PatientID: "" }, { PatientID: "" }, { PatientID: "" }, { PatientID: "" }, {}] }
    expect: { writes: { Patient: create } }
  c:
    given: { base: a }
    expect: { rows: [{ code: dicom.missing-tag }], contains: { Patient: { gender: female, birthDate: "1970-01-02" } } }
`;

const MISSED = `    Patient  -{"gender":"female","birthDate":"1970-01-02","resourceType":"Patient"}  +(absent)
      rule Patient.id  p.yaml:4  reads PatientID (empty)
      rule Patient.gender  p.yaml:5  reads PatientSex
      rule Patient.birth  p.yaml:6  reads PatientBirthDate (absent)
    in no instance: PatientBirthDate
`;

test('an entry that was not stored is told first, and what may follow from it is counted', async () => {
  const folder = folderWith({ 't.test.yaml': LACKING });
  const row = (entry: number, words: string) =>
    `  ${words}: entry ${entry} was not stored, and has an error row that is not declared: dicom.missing-tag Patient.id: PatientID is required and has no value
    help: Correct the fixture or the mapping, or declare it: rows: [{ code: dicom.missing-tag, rule: Patient.id }]
`;
  const { out } = await runIn(folder);
  assert.is(
    out,
    `✗ t.test.yaml:4  a
${row(1, 'line 6  rows')}  … and 2 more failures, which may follow from that: contains, writes (--all shows them)
  rerun:  dicomcast test t.test.yaml -t a

✗ t.test.yaml:7  b
${[1, 2, 3, 4, 5].map((entry) => row(entry, 'line 9  rows')).join('')}  … and 1 more error row (--all shows them)
  rerun:  dicomcast test t.test.yaml -t b

✗ t.test.yaml:10  c
  line 12  contains: there is no Patient
${MISSED}  rerun:  dicomcast test t.test.yaml -t c

3 cases in 1 file, 0 passed, 3 failed (0.0 s)
`,
  );
  assert.is(
    (await runIn(folder, ['.'], { name: ['a'], all: true })).out,
    `✗ t.test.yaml:4  a
${row(1, 'line 6  rows')}  line 6  contains: there is no Patient
${MISSED}  line 6  writes: Patient: want create, got none
  rerun:  dicomcast test t.test.yaml -t a

1 case in 1 file, 0 passed, 1 failed (0.0 s)
`,
  );
  const { cases } = JSON.parse((await runIn(folder, ['.'], { format: 'json' })).out);
  assert.equal(
    cases.map(({ failures }: { failures: { kind: string; isCause?: true }[] }) =>
      failures.map(({ kind, isCause = false }) => `${kind} ${isCause}`),
    ),
    [
      ['rows true', 'contains false', 'writes false'],
      Array.from({ length: 6 }, () => 'rows true'),
      ['contains false'],
    ],
  );
});

test('what an overlay switched off is named where its value is missed', async () => {
  const { out } = await runIn(
    folderWith({
      'below.yaml': MAPPING,
      'p.yaml': 'extends: below.yaml\nrules:\n  gender: { disabled: true, reason: Nobody asks. }\n',
      't.test.yaml': `${HEAD}  a: { given: { instances: [{ PatientSex: F }] }, expect: { contains: { Patient: { gender: female, active: true } } } }
`,
    }),
  );
  assert.match(
    out,
    `    Patient.gender  -"female"  +(absent)
      rule Patient.gender  p.yaml:3  is switched off
    Patient.active  -true  +(absent)
  rerun:`,
  );
});

test('what is wrong with the mappings is told for the first case', async () => {
  const folder = folderWith({ 'p.yaml': MAPPING.replace('PatientSex', 'PatientSx'), 't.test.yaml': CASES });
  assert.is(
    (await runIn(folder)).out,
    `✗ t.test.yaml:4  a
  line 4  mapping: p.yaml:5:38 mapping.unknown-attribute: there is no DICOM attribute PatientSx
    help: did you mean PatientSex?
  rerun:  dicomcast test t.test.yaml -t a

✗ t.test.yaml:5  b
  mapping: as above

2 cases in 1 file, 0 passed, 2 failed (0.0 s)
`,
  );
});

test('names that are nearly right', async () => {
  const folder = folderWith({ 't.test.yaml': CASES });
  const cases = await runIn(folder, ['.'], { name: ['nothing-like-it'] });
  assert.match(
    cases.err,
    'no case is named nothing-like-it\n --> -t nothing-like-it\n  = help: Cases here: a, b.',
  );
  const files = await runIn(folder, ['u.test.yaml']);
  assert.match(files.err, 'no test file matches\n --> u.test.yaml\n  = did you mean: t.test.yaml');
});

test('contains names elements that FHIR has', async () => {
  const expect =
    '{ Patient: { gendre: male, name: [{ famly: X }], _gender: { extension: [{ urll: x }] }, contact: [{ name: { family: Y } }] } }';
  const { err, code } = await runIn(
    folderWith({
      't.test.yaml': `${HEAD}  a: { given: { instances: [{}] }, expect: { contains: ${expect} } }\n`,
    }),
  );
  assert.equal(err.match(/^error.*$|did you mean.*$/gm), [
    'error[test.path]: Patient has no element gendre',
    'did you mean: gender',
    'error[test.path]: HumanName has no element famly',
    'did you mean: family',
    'error[test.path]: Extension has no element urll',
    'did you mean: url',
  ]);
  assert.is(code, 1);
});

test('programs are told what was meant, too', async () => {
  const text = `${HEAD}  a: { given: { instances: [{}] }, expect: { absnt: [Patient] } }\n`;
  const { out } = await runIn(folderWith({ 't.test.yaml': text }), ['.'], { format: 'junit' });
  assert.match(out, '<error message="unknown key `absnt` in `expect`">did you mean absent?</error>');
});

test('a case that takes more than 30 seconds fails', async () => {
  const folder = folderWith({});
  const file = readTestFile('t.test.yaml', CASES);
  const plan = createTestPlans(fakeTerminal(folder), {}).planFor(file, {});
  const took = async (milliseconds: number) => {
    const times = [1000, 1000 + milliseconds];
    const [first] = file.cases;
    assert.ok(first);
    const read = () => ({ error: 'is not asked for' });
    return runCase(first, { ...plan, read, now: () => times.shift() ?? 0 });
  };
  assert.is((await took(30_000)).outcome, 'passed');
  const { outcome, failures, durationMs } = await took(31_400);
  assert.is(durationMs, 31_400);
  assert.is(outcome, 'failed');
  assert.equal(
    failures.map(({ kind, line, message }) => ({ kind, line, message })),
    [{ kind: 'time', line: 4, message: 'it took 31 s, and a case has 30 s' }],
  );
});

test.run();
