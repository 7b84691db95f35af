/**
 * Expressions that YAML cuts, splits or takes for something else: each gives one finding, at its place, which says to write the
 * expression as a block.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { compileMappings } from '../../engine/compile/compile.ts';

const test = suite('compile/yaml-expressions');

const HEAD = `resource: Patient
identity: id
rules:
  id: { to: "Patient.identifier.where(system = 'urn:p').value", tag: PatientID }
`;
const block = (key: string) => `Put the expression on the next line after \`${key}: |\``;

/** What stands behind `value: ` in line 7; where the finding is, and its code. */
const BEHIND_VALUE: Readonly<Record<string, string>> = {
  'PatientID & " #1"': '7:26 mapping.cut-expression',
  'PatientID #1': '7:22 mapping.cut-expression',
  '{ "a": PatientID }': '7:12 mapping.wrong-type',
  '[PatientID, PatientName]': '7:12 mapping.wrong-type',
  '"Patient/" & PatientID': '7:23 yaml.syntax',
  "'a' & PatientID": '7:16 yaml.syntax',
  'PatientID ? "a" : "b"': '7:28 yaml.syntax',
  '$string("a: b")': '7:22 yaml.syntax',
  '$lookup({"M": "male"}, PatientSex)': '7:24 yaml.syntax',
  '`00100020`.Value[0]': '7:12 yaml.syntax',
  '%.foo': '7:12 yaml.syntax',
  '@x': '7:12 yaml.syntax',
  '*.x': '7:12 yaml.alias',
  '**.x': '7:12 yaml.alias',
  '&x': '7:5 mapping.null',
  '!x': '7:12 yaml.tag',
  '!$exists(PatientID)': '7:12 yaml.tag',
  '1.10': '7:12 mapping.wrong-type',
  '-1': '7:12 mapping.wrong-type',
  null: '7:12 mapping.null',
  '~': '7:12 mapping.null',
  '': '7:5 mapping.null',
  true: '7:12 mapping.wrong-type',
  '|PatientID': '7:13 yaml.syntax',
  '> 5': '7:14 yaml.syntax',
  '- PatientID': '7:12 yaml.syntax',
  '? PatientID': '7:12 yaml.syntax',
};

for (const [written, expected] of Object.entries(BEHIND_VALUE)) {
  test(`value: ${written}`, () => {
    oneFinding(`  x:\n    to: Patient.language\n    value: ${written}\n`, expected, block('value'));
  });
}

test('in a map on one line, a comma ends the expression', () => {
  const rule = '  x: { to: Patient.language, value: $concat("g", $string("S")), on: any }\n';
  oneFinding(rule, '5:50 mapping.unknown-key', block('value'));
});

for (const key of ['when', 'authority', 'forEach', 'owned']) {
  test(`${key}: "CT" = Modality`, () => {
    oneFinding(`${key}: "CT" = Modality\n`, `5:${key.length + 8} yaml.syntax`, block(key));
  });
}

function oneFinding(lines: string, expected: string, hint: string): void {
  const { diagnostics } = compileMappings([{ file: 'm.yaml', text: HEAD + lines }]);
  assert.equal(
    diagnostics.map(({ code, range }) => `${range?.start.line}:${range?.start.column} ${code}`),
    [expected],
  );
  assert.ok(diagnostics[0]?.hint?.startsWith(hint), diagnostics[0]?.hint);
}

test.run();
