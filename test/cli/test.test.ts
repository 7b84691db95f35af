/** `dicomcast test` from files in a folder to what it prints: every kind of failure fails, and says where and what to do. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { check } from '../../engine/cli/check.ts';
import { folderWith, GOLDEN, HEAD, MAPPING, runCases, runIn } from '../support/mapping-tests.ts';
import { fakeTerminal } from '../support/terminal.ts';

const test = suite('cli/test');

test('what holds passes, and is counted', async () => {
  const { code, out, err } = await runCases(
    `
  a:
    given: { instances: [{}] }
    expect:
      golden: golden/a.json
      contains: { Patient: { identifier: [{ value: P1 }] } }
      absent: [Patient.birthDate, Endpoint]
      fhirpath: { Patient: ["gender = 'female'"] }
      writes: { Patient: create, Endpoint: none }
  b:
    given: { base: a, existing: golden/a.json }
    expect: { writes: none }
  c:
    given: { base: a, set: { PatientBirthDate: "19700230" } }
    expect: { rows: [{ code: dicom.invalid-tag, rule: Patient.birth, tag: PatientBirthDate, sequence: 1 }] }
  d:
    given: { feed: [{}, { change: update, set: { PatientSex: M } }] }
    expect: { contains: { Patient: { gender: male } }, writes: { Patient: create } }
`,
    {},
    { 'golden/a.json': GOLDEN },
  );
  assert.is(err, '');
  assert.is(out, '4 cases in 1 file, 4 passed, 0 failed (0.0 s)\n');
  assert.is(code, 0);
});

test('each assertion that does not hold fails, with paths, rules and what they read', async () => {
  const { code, out } = await runCases(
    `
  a:
    given: { instances: [{ PatientSex: M }] }
    expect:
      golden: golden/a.json
      contains: { Patient: { gender: female, birthDate: "1970-01-01" }, Endpoint: { name: x } }
      absent: [Patient.gender, Patient, Endpoint.name]
      fhirpath: { Patient: ["gender = 'female'", "gender"], Endpoint: ["name.exists()"] }
      writes: { Patient: update, Endpoint: create }
      rows: [{ code: dicom.missing-tag, rule: Patient.id }]
`,
    {},
    { 'golden/a.json': GOLDEN },
  );
  const rule = 'rule Patient.gender  p.yaml:5  reads PatientSex';
  assert.is(
    out,
    `✗ t.test.yaml:5  a
  line 13  rows: no row has code dicom.missing-tag, rule Patient.id
  line 9  contains: the Patient differs in
    Patient.gender  -"female"  +"male"
      ${rule}
    Patient.birthDate  -"1970-01-01"  +(absent)
      rule Patient.birth  p.yaml:6  reads PatientBirthDate (absent)
    in no instance: PatientBirthDate
  line 9  contains: there is no Endpoint
    Endpoint  -{"name":"x","resourceType":"Endpoint"}  +(absent)
  line 10  absent: Patient.gender is there
    Patient.gender  -(absent)  +"male"
      ${rule}
  line 10  absent: there is a resource of type Patient
    Patient  -(absent)  +{"resourceType":"Patient","identifier":[{"system":"urn:p","value":"P1"}],"gender":"male"}
      rule Patient.id  p.yaml:4  reads PatientID
      ${rule}
      rule Patient.birth  p.yaml:6  reads PatientBirthDate (absent)
    in no instance: PatientBirthDate
  line 10  absent: there is no Endpoint, so nothing is said about Endpoint.name
    help: Write \`Endpoint\` to say that the whole resource is absent.
  line 11  fhirpath: \`gender = 'female'\` gives false
    Patient.gender  is "male"
      ${rule}
  line 11  fhirpath: \`gender\` gives "male"
    Patient.gender  is "male"
      ${rule}
    help: A condition gives true or false.
  line 11  fhirpath: there is no Endpoint, so \`name.exists()\` is not true
  line 12  writes: Patient: want update, got create
  line 12  writes: Endpoint: want create, got none
  line 8  golden: the result differs from golden/a.json in
    Patient.gender  -"female"  +"male"
      ${rule}
  rerun:  dicomcast test t.test.yaml -t a

1 case in 1 file, 0 passed, 1 failed (0.0 s)
`,
  );
  assert.is(code, 1);
});

test('an error row that nobody declared fails the case, whatever else holds', async () => {
  const { code, out } = await runCases(`
  a:
    given: { instances: [{ PatientBirthDate: "19700230" }] }
    expect: { contains: { Patient: { gender: female } } }
`);
  assert.is(
    out,
    `✗ t.test.yaml:5  a
  line 7  rows: entry 1 has an error row that is not declared: dicom.invalid-tag Patient.birth: PatientBirthDate is no DA: a day of the calendar as yyyymmdd
    help: Correct the fixture or the mapping, or declare it: rows: [{ code: dicom.invalid-tag, rule: Patient.birth }]
  rerun:  dicomcast test t.test.yaml -t a

1 case in 1 file, 0 passed, 1 failed (0.0 s)
`,
  );
  assert.is(code, 1);
});

test('fixtures that are missing or are none fail', async () => {
  const { code, out } = await runCases(
    `
  a:
    given: { instances: [no.json, text.json], existing: [none.json, text.json, no-resource.json] }
    expect: { writes: none }
`,
    {},
    { 'text.json': 'text', 'no-resource.json': '[{ "a": 1 }]' },
  );
  assert.is(
    out,
    `✗ t.test.yaml:5  a
  line 6  given: the instance no.json does not exist
    help: Paths start at the folder of the test file; \`dicomcast fixture\` makes a fixture of a DICOM file.
  line 6  given: the instance text.json cannot be used: the text is no JSON
  line 6  given: existing: none.json does not exist
    help: Where it is the golden of another case, let --update write that first, and run again.
  line 6  given: existing: text.json is no JSON
  line 6  given: existing: no-resource.json holds something that is no FHIR resource, no list of them, no Bundle and no golden result
  rerun:  dicomcast test t.test.yaml -t a

1 case in 1 file, 0 passed, 1 failed (0.0 s)
`,
  );
  assert.is(code, 1);
});

test('what stands on the server and is no FHIR, and mappings that do not compile, fail', async () => {
  const refused = await runCases(`
  a:
    given: { instances: [{}], existing: [{ resourceType: Patient, id: x, gender: 3 }] }
    expect: { writes: { Patient: create } }
`);
  assert.match(refused.out, /line 6 {2}given: existing: Patient\.gender /);
  assert.is(refused.code, 1);
  const broken = await runCases(
    `
  a:
    given: { instances: [{}] }
    expect: { writes: { Patient: create } }
  b:
    expect: { findings: [{ code: mapping.unknown-attribute, line: 5 }] }
  c:
    given: { instances: [{}] }
    expect: { findings: [{ code: mapping.unknown-attribute }], writes: none }
  d:
    expect: { findings: [{ code: mapping.unknown-attribute }, { code: mapping.unknown-element }] }
`,
    {},
    { 'p.yaml': MAPPING.replace('PatientSex', 'PatientSexx') },
  );
  assert.is(
    broken.out,
    `✗ t.test.yaml:5  a
  line 5  mapping: p.yaml:5:38 mapping.unknown-attribute: there is no DICOM attribute PatientSexx
    help: did you mean PatientSex?
  rerun:  dicomcast test t.test.yaml -t a

✗ t.test.yaml:10  c
  line 12  mapping: the mappings do not compile, so that nothing but \`findings\` can be asserted
  rerun:  dicomcast test t.test.yaml -t c

✗ t.test.yaml:13  d
  line 14  findings: the mappings have no finding with code mapping.unknown-element
  rerun:  dicomcast test t.test.yaml -t d

4 cases in 1 file, 1 passed, 3 failed (0.0 s)
`,
  );
  assert.is(broken.code, 1);
});

test('a file that says something else than it seems is not run, and fails', async () => {
  const { code, out, err } = await runIn(
    folderWith({
      'a.test.yaml': 'cases: {}\n',
      'b.test.yaml': `${HEAD}  a:\n    given: { instances: [{}] }\n    expect: {}\n`,
    }),
  );
  assert.is(
    err,
    `error[test.entries]: \`cases\` needs at least one entry; it has none
 --> a.test.yaml:1:1
  |
1 | cases: {}
  | ^^^^^
  = help: For example \`cases: { a-new-study: { given: { instances: [{ PatientID: P1 }] }, expect: { writes: { Patient: create } } } }\`.

error[test.no-assertion]: nothing is asserted
 --> b.test.yaml:6:5
  |
6 |     expect: {}
  |     ^^^^^^
  = help: Write one of golden, contains, absent, fhirpath, writes, rows, findings, warnings: a case that asserts nothing would always pass.

2 errors, 0 warnings; more about one: dicomcast explain test.entries
`,
  );
  assert.is(out, '0 cases in 2 files, 0 passed, 0 failed, 2 files not run (0.0 s)\n');
  assert.is(code, 1);
});

test('the settings, switches and mappings of a configuration count, its environment does not', async () => {
  const folder = folderWith({
    'p.yaml': MAPPING.replace(
      'rules:',
      'settings:\n  system: { type: string, default: none, description: A system. }\nrules:',
    ).replace("'urn:p'", '%settings.system'),
    'dicomcast.config.yaml': `source: { type: change-feed, url: "\${env:NOWHERE}", auth: { type: bearer, token: "\${file:/no/such/file}" } }
fhir: { url: "https://f.example.org" }
mappings: [p.yaml]
settings: { system: "\${env:SYSTEM:-urn:config}" }
enforceValidationOfTagValues: true
`,
    'tests/t.test.yaml': `cases:
  of-the-configuration:
    given: { instances: [{ PatientID: P1 }] }
    expect: { contains: { Patient: { identifier: [{ system: "urn:config" }] } } }
  of-the-case:
    given: { base: of-the-configuration, settings: { system: "urn:case" } }
    expect: { contains: { Patient: { identifier: [{ system: "urn:case" }] } } }
  enforced:
    given: { base: of-the-case, set: { PatientSex: X } }
    expect: { absent: [Patient], rows: [{ code: dicom.enforced-tag }] }
  not-enforced:
    given: { base: enforced, enforceValidationOfTagValues: false }
    expect: { contains: { Patient: {} }, rows: [{ code: dicom.invalid-tag }] }
`.replace('contains: { Patient: {} }', 'writes: { Patient: create }'),
  });
  const { out, err, code } = await runIn(folder, [], {}, { SYSTEM: 'urn:environment' });
  assert.is(err, '');
  assert.is(out, '4 cases in 1 file, 4 passed, 0 failed (0.0 s)\n');
  assert.is(code, 0);
});

test('nothing takes a test file for a mapping; check reads it', () => {
  const config =
    'source: { type: change-feed, url: "https://d.example.org" }\nfhir: { url: "https://f.example.org" }\nmappings: [t.test.yaml]\n';
  const folder = folderWith({
    'dicomcast.config.yaml': config,
    't.test.yaml': `${HEAD}  a: { given: { instances: [{}] }, expect: { writes: none } }\n`,
    'u.test.yaml': 'cases: {}\n',
  });
  const checked = (...mappings: readonly string[]) => {
    const terminal = fakeTerminal(folder);
    const code = check(terminal, mappings.length > 0 ? { mappings } : {});
    return { code, ...terminal.printed() };
  };
  const configured = checked();
  assert.is(configured.code, 1);
  assert.match(
    configured.err,
    'error[mapping.unreadable]: the mapping t.test.yaml is a test file, not a mapping: `dicomcast test` runs it\n --> dicomcast.config.yaml:3:12',
  );
  const mixed = checked('p.yaml', 't.test.yaml');
  assert.match(mixed.out, /1 mapping, 3 rules, plan [0-9a-f]{16}\n1 test file\n$/);
  assert.is(mixed.code, 0);
  const alone = checked('t.test.yaml');
  assert.equal([alone.out, alone.err, alone.code], ['1 test file\n', '', 0]);
  const wrong = checked('u.test.yaml');
  assert.match(wrong.err, 'error[test.entries]');
  assert.is(wrong.code, 1);
});

test.run();
