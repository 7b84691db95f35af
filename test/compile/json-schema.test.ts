/**
 * Mapping files with mistakes in their values in; what people see out. What passes, what never shows, what is coerced.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createSchemaCoercion, readAs } from '../../engine/compile/json-schema.ts';
import { readYaml } from '../../engine/compile/yaml-source.ts';
import { compileValidator } from '../../schemas/generate/validators.ts';
import { checkMapping, schemaFindings } from '../support/schema-findings.ts';

const test = suite('json-schema');

schemaFindings(
  test,
  'words that are not allowed',
  [
    'resource: Patient',
    'identity: identifier',
    'rules:',
    '  name: { to: Patient.name, tag: PatientName, merge: appendd, on: update }',
  ],
  [
    'error[mapping.not-allowed]: `merge` must be one of append, replace, fill',
    ' --> site.yaml:4:54',
    '  |',
    '4 |   name: { to: Patient.name, tag: PatientName, merge: appendd, on: update }',
    '  |                                                      ^^^^^^^',
    '  = did you mean: append',
    'error[mapping.not-allowed]: `on` must be one of any, create',
    ' --> site.yaml:4:67',
    '  |',
    '4 |   name: { to: Patient.name, tag: PatientName, merge: appendd, on: update }',
    '  |                                                                   ^^^^^^',
  ],
);

schemaFindings(
  test,
  'yes for true, a number for a tag, nothing at all',
  [
    'resource: Patient',
    'identity: identifier',
    'rules:',
    '  name: { to: Patient.name, tag: 100010, required: yes }',
    '  gender: { to: Patient.gender, tag: }',
    '  birthDate:',
  ],
  [
    'error[mapping.wrong-type]: `tag` must be text or a list, but is a number',
    ' --> site.yaml:4:34',
    '  |',
    '4 |   name: { to: Patient.name, tag: 100010, required: yes }',
    '  |                                  ^^^^^^',
    '  = help: Put it in quotes.',
    'error[mapping.wrong-type]: `required` must be true or false, but is text',
    ' --> site.yaml:4:52',
    '  |',
    '4 |   name: { to: Patient.name, tag: 100010, required: yes }',
    '  |                                                    ^^^',
    '  = help: Write true or false, in lower case and without quotes; yes, no, on and off are text.',
    'error[mapping.null]: `tag` has no value',
    ' --> site.yaml:5:33',
    '  |',
    '5 |   gender: { to: Patient.gender, tag: }',
    '  |                                 ^^^',
    '  = help: Write a value after the colon, or remove the key.',
    'error[mapping.null]: `birthDate` has no value',
    ' --> site.yaml:6:3',
    '  |',
    '6 |   birthDate:',
    '  |   ^^^^^^^^^',
    '  = help: Write a value after the colon, or remove the key.',
  ],
);

schemaFindings(
  test,
  'a map for an expression',
  [
    'resource: Patient',
    'identity: identifier',
    'rules:',
    '  name:',
    '    to: Patient.name',
    '    value: { "text": PatientName }',
  ],
  [
    'error[mapping.wrong-type]: `value` must be text, but is a map',
    ' --> site.yaml:6:12',
    '  |',
    '6 |     value: { "text": PatientName }',
    '  |            ^^^^^^^^^^^^^^^^^^^^^^^',
    '  = help: Put the expression on the next line after `value: |`.',
  ],
);

schemaFindings(
  test,
  'an expression cut off by its own sign',
  [
    'resource: Patient',
    'identity: identifier',
    'rules:',
    '  name:',
    '    to: Patient.name',
    '    value: PatientID & " #1"',
  ],
  [
    'error[mapping.cut-expression]: YAML reads the rest of this line as a comment, so `value` ends before it',
    ' --> site.yaml:6:26',
    '  |',
    '6 |     value: PatientID & " #1"',
    '  |                          ^^^',
    '  = help: Put the expression on the next line after `value: |`, and a comment on a line of its own.',
  ],
);

schemaFindings(
  test,
  'an expression that YAML took apart',
  [
    'resource: Patient',
    'identity: identifier',
    'rules:',
    '  name: { to: Patient.name, value: $join([A, $string(B)]) }',
  ],
  [
    'error[yaml.syntax]: text follows after the value has ended',
    ' --> site.yaml:4:42',
    '  |',
    '4 |   name: { to: Patient.name, value: $join([A, $string(B)]) }',
    '  |                                          ^',
    '  = help: Put the expression on the next line after `value: |`.',
  ],
);

schemaFindings(
  test,
  'a version that YAML reads as a number',
  [
    'fhirVersion: 4.0',
    'resource: Patient',
    'identity: identifier',
    'rules:',
    '  name: { to: Patient.name, tag: PatientName }',
  ],
  [
    'error[mapping.wrong-type]: `fhirVersion` must be text, but is a number',
    ' --> site.yaml:1:14',
    '  |',
    '1 | fhirVersion: 4.0',
    '  |              ^^^',
    '  = help: Put it in quotes.',
  ],
);

schemaFindings(
  test,
  'a default of another type',
  [
    'settings:',
    '  isIssuerIdUsed: { type: boolean, default: "no" }',
    '  system: { type: text, default: "" }',
    'resource: Patient',
    'identity: identifier',
    'rules: {}',
  ],
  [
    'error[mapping.wrong-type]: `default` must be true or false, but is text',
    ' --> site.yaml:2:45',
    '  |',
    '2 |   isIssuerIdUsed: { type: boolean, default: "no" }',
    '  |                                             ^^^^',
    '  = help: Write true or false, in lower case and without quotes; yes, no, on and off are text.',
    'error[mapping.not-allowed]: `type` must be one of string, boolean, integer',
    ' --> site.yaml:3:19',
    '  |',
    '3 |   system: { type: text, default: "" }',
    '  |                   ^^^^',
  ],
);

schemaFindings(
  test,
  'a code that is no text',
  [
    'resource: Patient',
    'identity: identifier',
    'rules:',
    '  active: { to: Patient.active, tag: PatientSex, codes: { M: true, F: null } }',
  ],
  [
    'error[mapping.wrong-type]: `M` must be text, but is true or false',
    ' --> site.yaml:4:62',
    '  |',
    '4 |   active: { to: Patient.active, tag: PatientSex, codes: { M: true, F: null } }',
    '  |                                                              ^^^^',
    '  = help: Put it in quotes.',
    'error[mapping.null]: `F` has no value',
    ' --> site.yaml:4:71',
    '  |',
    '4 |   active: { to: Patient.active, tag: PatientSex, codes: { M: true, F: null } }',
    '  |                                                                       ^^^^',
    '  = help: Write a value after the colon, or remove the key.',
  ],
);

schemaFindings(
  test,
  'a list at the top',
  ['- resource: Patient'],
  [
    'error[mapping.wrong-type]: this file must be a map of keys and values, but is a list',
    ' --> site.yaml:1:1',
    '  |',
    '1 | - resource: Patient',
    '  | ^',
    '  = help: Keys here: extends, resource, name, description, fhirVersion, settings, let, identity, adopt, create, when, authority, forEach, instanceRule, onDelete, whenEmpty, owned, rules, lists, assert.',
  ],
);

const MAPPING = `# yaml-language-server: $schema=../schemas/mapping.schema.json
resource: ImagingStudy
name: Study
description: A study.
fhirVersion: "4.0"
settings:
  system: { type: string, default: "", description: A system. }
  isUsed: { type: boolean, default: false }
  days: { type: integer, default: 30 }
let:
  system: |
    $settings.isUsed ? IssuerOfPatientID : $settings.system
  study: { tag: StudyInstanceUID }
identity: identifier
adopt: [identifier]
create: "%settings.isUsed"
when: Modality != 'SR'
authority: $not(Modality in ['KO', 'PR'])
onDelete: removeItem
whenEmpty: delete
owned: meta.source = %source.url   # a comment is welcome here
rules:
  identifier: { to: ImagingStudy.identifier.where(system = 'urn:dicom:uid').value, tag: StudyInstanceUID, prefix: "urn:oid:", required: true }
  status: { to: ImagingStudy.status, const: available, on: create }
  started: { to: ImagingStudy.started, tag: [StudyDate, StudyTime, TimezoneOffsetFromUTC], zone: none, onAbsent: keep }
  subject: { to: ImagingStudy.subject, reference: Patient, logical: true, authority: any }
  modality: { to: ImagingStudy.modality, tag: Modality, system: "%system", as: first, merge: append, codes: { CT: CT }, default: OT }
  count: { to: ImagingStudy.numberOfSeries, derive: series.count() }
  note:
    to: ImagingStudy.note.text
    when: $exists(StudyComments)
    value: |
      $join([StudyComments, 'x'], ': ')   # part of the text
  dose: { to: ImagingStudy.extension('urn:x').value, tag: "(0018,1110)", unit: mm, description: A length. }
  code: { to: ImagingStudy.procedureCode, const: { coding: [{ system: urn:x, code: "1", userSelected: true }] } }
lists:
  series:
    description: The series.
    to: ImagingStudy.series
    key: { uid: SeriesInstanceUID }
    rules: { number: { to: number, tag: SeriesNumber } }
    lists:
      instance: { to: instance, key: { uid: SOPInstanceUID } }
assert:
  has-series: { fhirpath: series.exists(), severity: warning, description: A study has series. }
`;

test('a mapping with every key is fine', () => {
  const source = readYaml('f.yaml', MAPPING);
  assert.equal(source.diagnostics, []);
  assert.equal(checkMapping(source), []);
});

test('a file that cannot be read is not checked', () => {
  assert.equal(checkMapping(readYaml('f.yaml', 'resource: "Pat')), []);
});

test('a comment behind an expression: never behind JSONata, behind FHIRPath where nothing is open', () => {
  const codes = (line: string) =>
    checkMapping(
      readYaml('f.yaml', `resource: P\nidentity: i\nrules:\n  i:\n    to: P.id\n    ${line}\n`),
    ).map(({ code }) => code);
  assert.equal(codes('value: PatientID # the id'), ['mapping.cut-expression']);
  assert.equal(codes('value: PatientID#1'), []);
  assert.equal(codes("derive: a.where(b = 'c # d')"), ['mapping.cut-expression']);
  assert.equal(codes("derive: a.where(b = 'c') # d"), []);
  assert.equal(codes('tag: PatientID # the id'), []);
});

test('no finding repeats a value of the file', () => {
  const canary = 'SECRET';
  const places = [
    `resource: [${canary}]`,
    `fhirVersion: ${canary}`,
    `create: ${canary}`,
    `onDelete: ${canary}`,
    `settings: { a: { type: ${canary}, default: ${canary} } }`,
    `let: ${canary}`,
    `rules: { a: ${canary} }`,
    `rules: { a: { to: x, tag: ${canary}, required: ${canary}, on: ${canary}, codes: ${canary} } }`,
    `rules: { a: { to: x, tag: ${canary}, value: ${canary}, unknown: ${canary} } }`,
    `rules: { a: { to: x, value: ${canary} # ${canary}\n } }`,
    `lists: { a: { to: x, key: { b: ${canary}, c: ${canary} } } }`,
    `adopt: [${canary}, ${canary}]`,
  ];
  for (const text of places) {
    const findings = checkMapping(readYaml('f.yaml', text));
    assert.ok(findings.length > 0, text);
    for (const { message, hint, suggestion } of findings) {
      assert.not(`${message} ${hint} ${suggestion}`.includes(canary), `${text}: ${message}`);
    }
  }
});

test('texts become numbers and booleans only where allowed, wanted and readable', () => {
  const schema = {
    type: 'object',
    properties: {
      text: { type: 'string' },
      count: { type: 'integer' },
      share: { type: 'number' },
      flag: { type: 'boolean' },
      either: { type: ['string', 'boolean'] },
      list: { type: 'array', items: { type: 'integer' } },
    },
  };
  const coerce = createSchemaCoercion(schema, compileValidator(schema));
  const value = { text: '1', count: '12', share: '1.5', flag: 'true', either: 'true', list: ['1', 'x', '3'] };
  const source = readYaml('f.yaml', 'a: 1');
  const changed = coerce(source, value, (path) => path[0] !== 'list' || path[1] !== 2);
  assert.equal(changed, {
    text: '1',
    count: 12,
    share: 1.5,
    flag: true,
    either: 'true',
    list: [1, 'x', '3'],
  });
  assert.is(value.count, '12', 'what came in stays');
  assert.is(readAs('1.5', 'integer'), undefined);
  assert.is(readAs('1e3', 'number'), undefined);
  assert.is(readAs('', 'number'), undefined);
  assert.is(readAs('True', 'boolean'), undefined);
});

test('a key that YAML left out hides what is missing in its own map, and nowhere else', () => {
  const codes = (rules: string) => {
    const source = readYaml('site.yaml', `{ resource: Patient, identity: name, rules: ${rules} }`);
    return [...source.diagnostics, ...checkMapping(source)].map(({ code, message }) => `${code} ${message}`);
  };
  const forbidden = 'yaml.forbidden-key a key cannot be named `__proto__`';
  assert.equal(codes('{ name: { __proto__: x, tag: PatientName } }'), [forbidden]);
  assert.equal(codes('{ name: { tag: PatientName }, gender: { to: { __proto__: 1 }, tag: PatientSex } }'), [
    forbidden,
    'mapping.missing-key `to` is missing in rule `name`',
    'mapping.wrong-type `to` must be text, but is a map',
  ]);
});

test.run();
