/**
 * YAML files with mistakes in; what people see, as a whole, out.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readYaml } from '../../engine/compile/yaml-source.ts';
import { renderDiagnostic } from '../../engine/diagnostic.ts';

const test = suite('yaml-faults');

/** What a person sees for a file with these lines. */
function golden(name: string, file: readonly string[], shown: readonly string[]): void {
  test(name, () => {
    const source = readYaml('site.yaml', `${file.join('\n')}\n`);
    const rendered = source.diagnostics.map((finding) => renderDiagnostic(finding, source.text)).join('\n');
    assert.is(rendered, shown.join('\n'));
  });
}

golden(
  'an expression with a colon',
  ['rules:', '  status:', '    value: Modality = "CT" ? "a" : "b"'],
  [
    'error[yaml.syntax]: this value holds a colon followed by a space, which YAML reads as a second key',
    ' --> site.yaml:3:34',
    '  |',
    '3 |     value: Modality = "CT" ? "a" : "b"',
    '  |                                  ^',
    '  = help: Put the expression on the next line after `value: |`.',
  ],
);

golden(
  'an expression that starts with a quote',
  ['rules:', '  name:', '    value: "Patient/" & PatientID'],
  [
    'error[yaml.syntax]: text follows after the value has ended',
    ' --> site.yaml:3:23',
    '  |',
    '3 |     value: "Patient/" & PatientID',
    '  |                       ^',
    '  = help: Put the expression on the next line after `value: |`.',
  ],
);

golden(
  'a condition that starts with a sign',
  ['name:', '  when: `00100020` = "1"'],
  [
    'error[yaml.syntax]: text without quotes cannot start with this character',
    ' --> site.yaml:2:9',
    '  |',
    '2 |   when: `00100020` = "1"',
    '  |         ^',
    '  = help: Put the expression on the next line after `when: |`.',
  ],
);

golden(
  'an expression that starts with a star',
  ['name:', '  value: *.PatientID'],
  [
    'error[yaml.alias]: no anchor of this name stands above',
    ' --> site.yaml:2:10',
    '  |',
    '2 |   value: *.PatientID',
    '  |          ^^^^^^^^^^^',
    '  = help: Put the expression on the next line after `value: |`.',
  ],
);

golden(
  'an expression that starts with an exclamation mark',
  ['name: { when: !$exists(PatientID) }'],
  [
    'error[yaml.tag]: tags (`!name`) are not used in these files',
    ' --> site.yaml:1:15',
    '  |',
    '1 | name: { when: !$exists(PatientID) }',
    '  |               ^^^^^^^^^^^^^^^^^^^',
    '  = help: Put the expression on the next line after `when: |`.',
  ],
);

golden(
  'text with a colon',
  ['name:', '  description: Name: as in the passport'],
  [
    'error[yaml.syntax]: this value holds a colon followed by a space, which YAML reads as a second key',
    ' --> site.yaml:2:20',
    '  |',
    '2 |   description: Name: as in the passport',
    '  |                    ^',
    '  = help: Put the whole text in quotes, or on the next line after `description: |`.',
  ],
);

golden(
  'a line without its colon',
  ['resource: Patient', 'identity identifier', 'rules: {}'],
  [
    'error[yaml.syntax]: this line is neither `key: value` nor a part of the lines above',
    ' --> site.yaml:2:1',
    '  |',
    '2 | identity identifier',
    '  | ^^^^^^^^^^^^^^^^^^^',
    '  = help: Write `key: value` with a space after the colon, in the same column as the keys beside it.',
  ],
);

golden(
  'a line too far to the right',
  ['resource: Patient', '  identity: identifier'],
  [
    'error[yaml.syntax]: this line stands further to the right than the key above, which already has a value',
    ' --> site.yaml:2:3',
    '  |',
    '2 |   identity: identifier',
    '  |   ^^^^^^^^',
    '  = help: Put it in the same column as the key above.',
  ],
);

golden(
  'a line too far to the left',
  ['rules:', '    gender:', '      to: Patient.gender', '   birthDate:', '      to: Patient.birthDate'],
  [
    'error[yaml.syntax]: the indentation does not fit the lines above',
    ' --> site.yaml:4:4',
    '  |',
    '4 |    birthDate:',
    '  |    ^',
    '  = help: Keys of one map start in the same column; what belongs to a key stands further to the right.',
  ],
);

golden(
  'a tab',
  ['rules:', '\tgender: {}'],
  [
    'error[yaml.syntax]: a tab stands in the indentation',
    ' --> site.yaml:2:1',
    '  |',
    '2 | \tgender: {}',
    '  | ^',
    '  = help: YAML is indented with spaces only.',
  ],
);

golden(
  'a quote that never closes',
  ['description: "The person', 'resource: Patient'],
  [
    'error[yaml.syntax]: the quote that opens here is never closed',
    ' --> site.yaml:1:14',
    '  |',
    '1 | description: "The person',
    '  |              ^',
    '  = help: Close it with the same sign.',
  ],
);

golden(
  'a bracket that never closes',
  ['tag: [StudyDate, StudyTime', 'resource: Patient'],
  [
    'error[yaml.syntax]: a { or [ above is still open here',
    ' --> site.yaml:2:1',
    '  |',
    '2 | resource: Patient',
    '  | ^',
    '  = help: Close it; lines inside it stand further to the right than its key.',
  ],
);

golden(
  'a backslash',
  ['description: "C:\\dicom"'],
  [
    'error[yaml.syntax]: this backslash does not start an escape that YAML knows',
    ' --> site.yaml:1:17',
    '  |',
    '1 | description: "C:\\dicom"',
    '  |                 ^',
    '  = help: Write \\\\ for a backslash, or use single quotes, in which a backslash is itself.',
  ],
);

golden(
  'a key twice',
  ['rules:', '  name: { to: Patient.name }', '  gender: {}', '  name: { to: Patient.name }'],
  [
    'error[yaml.duplicate-key]: the key `name` stands twice in one map',
    ' --> site.yaml:4:3',
    '  |',
    '4 |   name: { to: Patient.name }',
    '  |   ^^^^',
    '  = help: Keep one of the two.',
  ],
);

golden(
  'a merge key',
  ['base: &base { tag: PatientID }', 'other:', '  <<: *base'],
  [
    'error[yaml.merge-key]: merge keys (`<<`) are not read',
    ' --> site.yaml:3:3',
    '  |',
    '3 |   <<: *base',
    '  |   ^^',
    '  = help: Write the keys out, or repeat a whole value with an anchor: `&name` and `*name`.',
  ],
);

golden(
  'a tag',
  ['const: !code available'],
  [
    'error[yaml.tag]: tags (`!name`) are not used in these files',
    ' --> site.yaml:1:8',
    '  |',
    '1 | const: !code available',
    '  |        ^^^^^',
    '  = help: Remove the tag; text that starts with `!` belongs in quotes.',
  ],
);

golden(
  'a code with leading zeros',
  ['codes: { first: 007 }'],
  [
    'error[yaml.number]: YAML reads this as a number and drops its leading zero',
    ' --> site.yaml:1:17',
    '  |',
    '1 | codes: { first: 007 }',
    '  |                 ^^^',
    '  = help: Put it in quotes if it is text, such as a code or a version.',
  ],
);

golden(
  'a number that loses digits',
  ['const: 12345678901234567890'],
  [
    'error[yaml.number]: this number is too large to keep its digits',
    ' --> site.yaml:1:8',
    '  |',
    '1 | const: 12345678901234567890',
    '  |        ^^^^^^^^^^^^^^^^^^^^',
    '  = help: Put it in quotes if it is text, such as a code or a version.',
  ],
);

golden(
  'two documents',
  ['resource: Patient', '---', 'resource: Endpoint'],
  [
    'error[yaml.syntax]: a second document starts here (`---`); a file holds one',
    ' --> site.yaml:2:1',
    '  |',
    '2 | ---',
    '  | ^^^',
    '  = help: Put it into a file of its own, or remove the line.',
  ],
);

golden(
  'another YAML version',
  ['%YAML 1.1', '---', 'create: yes'],
  [
    'error[yaml.syntax]: files are read as YAML 1.2, whatever this directive says',
    ' --> site.yaml:1:1',
    '  |',
    '1 | %YAML 1.1',
    '  | ^^^^^',
    '  = help: Remove the line that starts with %YAML.',
  ],
);

golden(
  'a key that reaches the prototype',
  ['__proto__: { admin: true }'],
  [
    'error[yaml.forbidden-key]: a key cannot be named `__proto__`',
    ' --> site.yaml:1:1',
    '  |',
    '1 | __proto__: { admin: true }',
    '  | ^^^^^^^^^',
    '  = help: Choose another name.',
  ],
);

golden(
  'nothing',
  ['# resource: Patient'],
  ['error[yaml.empty]: the file holds nothing but comments', ' --> site.yaml'],
);

golden(
  'several mistakes at once',
  ['a: "x" y', 'b: @z', 'c: !t x', 'c: 1'],
  [
    'error[yaml.syntax]: text follows after the value has ended',
    ' --> site.yaml:1:8',
    '  |',
    '1 | a: "x" y',
    '  |        ^',
    '  = help: Put the whole text in quotes, or on the next line after `a: |`.',
    'error[yaml.syntax]: text without quotes cannot start with this character',
    ' --> site.yaml:2:4',
    '  |',
    '2 | b: @z',
    '  |    ^',
    '  = help: Put the whole text in quotes, or on the next line after `b: |`.',
    'error[yaml.tag]: tags (`!name`) are not used in these files',
    ' --> site.yaml:3:4',
    '  |',
    '3 | c: !t x',
    '  |    ^^',
    '  = help: Remove the tag; text that starts with `!` belongs in quotes.',
    'error[yaml.duplicate-key]: the key `c` stands twice in one map',
    ' --> site.yaml:4:1',
    '  |',
    '4 | c: 1',
    '  | ^',
    '  = help: Keep one of the two.',
  ],
);

test('no finding repeats what stands in the file', () => {
  const canary = 'SECRET';
  const mistakes = [
    `a: "${canary}" ${canary}`,
    `a: @${canary}`,
    `a: !${canary} x`,
    `a: *${canary}`,
    `a: "\\${canary}"`,
    `a: [${canary}`,
    `a: {b: ${canary}}}${canary}`,
    `a: "${canary}`,
    `${canary}`,
    `a: |${canary}\n x`,
    `a: x: ${canary}`,
    `%${canary} x\n---\na: 1`,
    `a: &${canary} [*${canary}]`,
  ];
  for (const text of mistakes) {
    for (const { message, hint } of readYaml('f.yaml', text).diagnostics) {
      assert.not(`${message} ${hint}`.includes(canary), `${text}: ${message} ${hint}`);
    }
  }
});

test.run();
