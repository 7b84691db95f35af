/** One mistake, one finding, with a hint that mends it: what follows from the mistake is not told. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { compileMappings } from '../../engine/compile/compile.ts';

const test = suite('compile/one-mistake');

const HEAD = `resource: Patient
identity: id
rules:
  id: { to: "Patient.identifier.where(system = 'urn:p').value", tag: PatientID }
`;
/** A rule whose expression stands in line 8 from column 7. */
const value = (text: string, to = "Patient.name.where(use = 'usual').text") =>
  `  x:\n    to: ${to}\n    value: |\n      ${text}\n`;

const CASES: Readonly<Record<string, readonly [lines: string, finding: string]>> = {
  'letters of a short key change places': [
    '  x: { to: Patient.language, tga: PatientID }\n',
    '5:30 mapping.unknown-key, did you mean tag',
  ],
  'a key that is far from all, and what it was meant to be is missing': [
    '  x: { target: Patient.language, tag: PatientID }\n',
    '5:8 mapping.unknown-key, Keys here: to, tag',
  ],
  'the lines of a rule stand in its own column': [
    '  x:\n  to: Patient.active\n  const: true\n',
    '5:3 mapping.null, Indent what belongs to it',
  ],
  'a tab in the indentation': [
    '  x:\n    to: Patient.gender\n\ttag: PatientSex\n    codes:\n      M: male\n',
    '7:1 yaml.syntax, YAML is indented with spaces only.',
  ],
  'a merge key': ['  x:\n    <<: *y\n    tag: PatientID\n', '6:5 yaml.merge-key, Write the keys out'],
  'a tag as digits': [
    '  x: { to: Patient.language, tag: 00100020 }\n',
    '5:35 yaml.number, A tag is written (0010,0020)',
  ],
  'a tag without parentheses': [
    '  x: { to: Patient.language, tag: "0010,0020" }\n',
    '5:36 mapping.unknown-attribute, undefined',
  ],
  'the resource type in small letters': [
    '  x: { to: patient.language, const: de }\n',
    '5:12 mapping.unknown-element, did you mean Patient',
  ],
  'FHIRPath names in JSONata': [
    value('%issuer & "x"'),
    '8:8 mapping.expression-syntax, Names are written $issuer',
  ],
  'not as in other languages': [
    value('!(PatientSex = "M")'),
    '8:7 mapping.expression-syntax, Write $not(…).',
  ],
  'if as in other languages': [
    value('if (PatientSex = "M") "a" else "b"'),
    '8:29 mapping.expression-syntax, Write condition ? value : other value.',
  ],
  'a method': [value('PatientID.toUpperCase()'), '8:17 mapping.unknown-function, There is $uppercase(…).'],
  'a function without $': [
    value('uppercase(PatientID)'),
    '8:7 mapping.unknown-function, There is $uppercase(…).',
  ],
  'and as in other languages, in FHIRPath': [
    'assert:\n  one: { fhirpath: "name.exists() && active" }\n',
    '6:36 mapping.path-syntax, Write and.',
  ],
  'a number in quotes': [
    value('"3"', 'Patient.multipleBirth.ofType(integer)'),
    '8:7 mapping.result-type, Leave the quotes out.',
  ],
};

for (const [name, [lines, expected]] of Object.entries(CASES)) {
  test(name, () => {
    const { diagnostics } = compileMappings([{ file: 'm.yaml', text: HEAD + lines }]);
    const [first] = diagnostics;
    const advice = first?.suggestion ? `did you mean ${first.suggestion}` : String(first?.hint);
    const told = `${first?.range?.start.line}:${first?.range?.start.column} ${first?.code}, ${advice}`;
    assert.is(told.slice(0, expected.length), expected);
    assert.equal(diagnostics.slice(1), []);
  });
}

const STUDY = {
  file: 's.yaml',
  text: `resource: ImagingStudy
identity: id
rules:
  id: { to: "ImagingStudy.identifier.where(system = 'urn:s').value", tag: StudyInstanceUID }
  status: { to: ImagingStudy.status, const: available }
  subject: { to: ImagingStudy.subject, reference: Patient }
`,
};

test('what refers to a mapping with a misspelt resource type is not at fault', () => {
  const text = HEAD.replace('resource: Patient', 'resource: Patinet').replace('Patient.', '');
  const { diagnostics } = compileMappings([{ file: 'm.yaml', text }, STUDY]);
  assert.equal(
    diagnostics.map(({ code, suggestion }) => `${code} ${suggestion}`),
    ['mapping.unknown-resource Patient'],
  );
});

test('what refers to a mapping that could not be read is not at fault', () => {
  assert.equal(compileMappings([STUDY], { values: {}, isPartial: true }).diagnostics, []);
  assert.is(compileMappings([STUDY]).diagnostics[0]?.code, 'mapping.unknown-mapping');
});

test.run();
