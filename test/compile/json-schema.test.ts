/**
 * Mapping files with mistakes in; what people see out, one finding for each mistake. The schemas themselves: the same keys as
 * the types, and help in editors for every key.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createSchemaCheck, createSchemaCoercion, readAs } from '../../engine/compile/json-schema.ts';
import { readYaml } from '../../engine/compile/yaml-source.ts';
import { renderDiagnostic } from '../../engine/diagnostic.ts';
import entrySchema from '../../schemas/change-feed-entry.schema.json' with { type: 'json' };
import configSchema from '../../schemas/config.schema.json' with { type: 'json' };
import mappingSchema from '../../schemas/mapping.schema.json' with { type: 'json' };
import { skipWithoutCorpus } from '../support/corpus.ts';

const test = suite('json-schema');
const onCorpus = skipWithoutCorpus(test);
const checkMapping = createSchemaCheck(mappingSchema, 'mapping');

/** What a person sees for a file with these lines. */
function golden(name: string, file: readonly string[], shown: readonly string[]): void {
  test(name, () => {
    const source = readYaml('site.yaml', `${file.join('\n')}\n`);
    const findings = [...source.diagnostics, ...checkMapping(source)];
    const rendered = findings.map((finding) => renderDiagnostic(finding, source.text)).join('\n');
    assert.is(rendered, shown.join('\n'));
  });
}

golden(
  'misspelt keys, one of them needed',
  [
    'resource: Patient',
    'identitty: identifier',
    'rules:',
    '  gender:',
    '    to: Patient.gender',
    '    tag: PatientSex',
    '    codez: { M: male }',
    '    Required: true',
  ],
  [
    'error[mapping.unknown-key]: unknown key `identitty` in this file',
    ' --> site.yaml:2:1',
    '  |',
    '2 | identitty: identifier',
    '  | ^^^^^^^^^',
    '  = did you mean: identity',
    'error[mapping.unknown-key]: unknown key `codez` in rule `gender`',
    ' --> site.yaml:7:5',
    '  |',
    '7 |     codez: { M: male }',
    '  |     ^^^^^',
    '  = did you mean: codes',
    'error[mapping.unknown-key]: unknown key `Required` in rule `gender`',
    ' --> site.yaml:8:5',
    '  |',
    '8 |     Required: true',
    '  |     ^^^^^^^^',
    '  = did you mean: required',
  ],
);

golden(
  'a misspelt source',
  [
    'resource: Patient',
    'identity: identifier',
    'rules:',
    '  gender:',
    '    to: Patient.gender',
    '    tags: PatientSex',
    '    codes: { M: male }',
  ],
  [
    'error[mapping.unknown-key]: unknown key `tags` in rule `gender`',
    ' --> site.yaml:6:5',
    '  |',
    '6 |     tags: PatientSex',
    '  |     ^^^^',
    '  = did you mean: tag',
  ],
);

golden(
  'no source',
  [
    'resource: Patient',
    'identity: identifier',
    'rules:',
    '  gender:',
    '    to: Patient.gender',
    '    codes: { M: male }',
  ],
  [
    'error[mapping.one-of]: rule `gender` needs exactly one of tag, const, value, reference, derive; it has none of them',
    ' --> site.yaml:4:3',
    '  |',
    '4 |   gender:',
    '  |   ^^^^^^',
    '  = help: Add one of them, such as `tag: PatientID`.',
  ],
);

golden(
  'two sources',
  [
    'resource: Patient',
    'identity: identifier',
    'rules:',
    '  gender:',
    '    to: Patient.gender',
    '    tag: PatientSex',
    '    value: |',
    '      PatientSex',
  ],
  [
    'error[mapping.one-of]: rule `gender` needs exactly one of tag, const, value, reference, derive; it has tag and value',
    ' --> site.yaml:7:5',
    '  |',
    '7 |     value: |',
    '  |     ^^^^^',
    '  = help: Keep one of them.',
  ],
);

golden(
  'modifiers of another source',
  [
    'resource: Patient',
    'identity: identifier',
    'rules:',
    '  gender:',
    '    to: Patient.gender',
    '    const: male',
    '    codes: { M: male }',
    '    logical: true',
  ],
  [
    'error[mapping.misplaced-key]: `codes` works only together with `tag`; rule `gender` has const instead',
    ' --> site.yaml:7:5',
    '  |',
    '7 |     codes: { M: male }',
    '  |     ^^^^^',
    '  = help: Remove `codes`.',
    'error[mapping.misplaced-key]: `logical` works only together with `reference`; rule `gender` has const instead',
    ' --> site.yaml:8:5',
    '  |',
    '8 |     logical: true',
    '  |     ^^^^^^^',
    '  = help: Remove `logical`.',
  ],
);

golden(
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

golden(
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

golden(
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

golden(
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

golden(
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

golden(
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

golden(
  'keys of other places',
  ['resource: Patient', 'identity: identifier', 'rules: {}', 'to: Patient.name', 'pageSize: 10'],
  [
    'error[mapping.unknown-key]: unknown key `to` in this file',
    ' --> site.yaml:4:1',
    '  |',
    '4 | to: Patient.name',
    '  | ^^',
    '  = help: `to` is a key of a rule and a list.',
    'error[mapping.unknown-key]: unknown key `pageSize` in this file',
    ' --> site.yaml:5:1',
    '  |',
    '5 | pageSize: 10',
    '  | ^^^^^^^^',
    '  = help: Keys here: resource, name, description, fhirVersion, settings, let, identity, adopt, create, when, authority, onDelete, whenEmpty, owned, rules, lists, assert.',
  ],
);

golden(
  'missing keys',
  ['resource: Patient', 'lists:', '  series: { to: ImagingStudy.series }'],
  [
    'error[mapping.missing-key]: `identity` is missing in this file',
    ' --> site.yaml:1:1',
    '  |',
    '1 | resource: Patient',
    '  | ^',
    '  = help: The name of the rule whose identifier finds this resource on the FHIR server. For example `identity: identifier`.',
    'error[mapping.missing-key]: `rules` is missing in this file',
    ' --> site.yaml:1:1',
    '  |',
    '1 | resource: Patient',
    '  | ^',
    '  = help: One rule for each target, by a name of your choice. Findings, coverage and error rows call it by that name. For example `rules: { gender: { to: Patient.gender, tag: PatientSex, codes: { M: male, F: female, O: other } } }`.',
    'error[mapping.missing-key]: `key` is missing in list `series`',
    ' --> site.yaml:3:3',
    '  |',
    '3 |   series: { to: ImagingStudy.series }',
    '  |   ^^^^^^',
    '  = help: One element and the tag it comes from: what makes two items the same. Written and required. For example `key: { uid: SeriesInstanceUID }`.',
  ],
);

golden(
  'a list with two keys',
  [
    'resource: Patient',
    'identity: identifier',
    'rules: {}',
    'lists:',
    '  series:',
    '    to: ImagingStudy.series',
    '    key: { uid: SeriesInstanceUID, number: SeriesNumber }',
  ],
  [
    'error[mapping.entries]: `key` needs exactly one entry; it has 2',
    ' --> site.yaml:7:5',
    '  |',
    '7 |     key: { uid: SeriesInstanceUID, number: SeriesNumber }',
    '  |     ^^^',
    '  = help: For example `key: { uid: SeriesInstanceUID }`.',
  ],
);

golden(
  'names that cannot be called',
  [
    'settings:',
    '  patient-system: { type: string, default: "" }',
    'resource: Patient',
    'identity: identifier',
    'rules:',
    '  series.uid: { to: Patient.id, tag: PatientID }',
  ],
  [
    'error[mapping.not-allowed]: `patient-system` cannot be a name in `settings`',
    ' --> site.yaml:2:3',
    '  |',
    '2 |   patient-system: { type: string, default: "" }',
    '  |   ^^^^^^^^^^^^^^',
    '  = help: A name is a letter, then letters, digits or _.',
    'error[mapping.not-allowed]: `series.uid` cannot be a name in `rules`',
    ' --> site.yaml:6:3',
    '  |',
    '6 |   series.uid: { to: Patient.id, tag: PatientID }',
    '  |   ^^^^^^^^^^',
    '  = help: A name is a letter, then letters, digits, _ or -.',
  ],
);

golden(
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

golden(
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

golden(
  'a list at the top',
  ['- resource: Patient'],
  [
    'error[mapping.wrong-type]: this file must be a map of keys and values, but is a list',
    ' --> site.yaml:1:1',
    '  |',
    '1 | - resource: Patient',
    '  | ^',
    '  = help: Keys here: resource, name, description, fhirVersion, settings, let, identity, adopt, create, when, authority, onDelete, whenEmpty, owned, rules, lists, assert.',
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
  const coerce = createSchemaCoercion(schema);
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

interface Schema {
  readonly $ref?: string;
  readonly title?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly enum?: readonly unknown[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly [keyword: string]: unknown;
}

/** What editors show of `schema`: its own keywords before those of what it refers to. */
function resolved(schema: Schema, root: Schema): Schema {
  const name = schema.$ref?.replace('#/definitions/', '');
  const definitions = root['definitions'] as Readonly<Record<string, Schema>>;
  return name === undefined ? schema : { ...definitions[name], ...schema };
}

function properties(schema: unknown, path = ''): readonly (readonly [string, Schema])[] {
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([key, child]) => {
    const here = `${path}/${key}`;
    // Conditions repeat keys that are described elsewhere.
    if (key === 'if' || key === 'then' || key === 'else') return [];
    const own =
      key === 'properties'
        ? Object.entries(child as object).map(
            ([name, found]) => [`${here}/${name}`, found as Schema] as const,
          )
        : [];
    return [...own, ...properties(child, here)];
  });
}

for (const [name, schema] of Object.entries({ mappingSchema, configSchema, entrySchema })) {
  test(`${name}: every key has a title, a description, and examples or its words`, () => {
    const found = properties(schema);
    assert.ok(found.length > 8, name);
    for (const [path, property] of found) {
      const { title, description, ...rest } = resolved(property, schema as Schema);
      assert.is(title, path.split('/').at(-1), path);
      assert.ok(description && description.length > 3, `${path}: no description`);
      const help = rest.examples ?? rest.enum ?? rest.const ?? rest.default;
      assert.ok(help !== undefined || rest.type === 'boolean', `${path}: no example`);
    }
  });

  test(`${name}: its defaults and examples are what it asks for`, () => {
    for (const [path, property] of properties(schema)) {
      const { examples = [], default: initial, ...rest } = resolved(property, schema as Schema);
      const check = createSchemaCheck({
        ...rest,
        $id: undefined,
        definitions: (schema as Schema)['definitions'],
      });
      const source = readYaml('f.yaml', 'a: 1');
      for (const value of [...examples, ...(initial === undefined ? [] : [initial])]) {
        assert.equal(check(source, value), [], `${path}: ${JSON.stringify(value)}`);
      }
    }
  });
}

interface Key {
  readonly isOptional: boolean;
  readonly words: readonly string[];
}

/** Keys of an interface in mapping-file.ts, and the words of those that are unions of words. */
function keysOfInterface(text: string, name: string): Readonly<Record<string, Key>> {
  const body = new RegExp(`export interface ${name} \\{\\n([\\s\\S]*?)\\n\\}`).exec(text)?.[1] ?? '';
  return Object.fromEntries(
    [...body.matchAll(/^ {2}readonly (\w+)(\??): (.*);$/gm)].map(([, key = '', optional, type = '']) => [
      key,
      { isOptional: optional === '?', words: [...type.matchAll(/'([^']+)'/g)].map(([, word = '']) => word) },
    ]),
  );
}

function keysOfSchema(schema: Schema): Readonly<Record<string, Key>> {
  return Object.fromEntries(
    Object.entries(schema.properties ?? {}).map(([key, property]) => [
      key,
      { isOptional: !schema.required?.includes(key), words: (property.enum ?? []).map(String) },
    ]),
  );
}

test('the mapping schema and mapping-file.ts name the same keys', () => {
  const text = readFileSync(resolve(import.meta.dirname, '../../engine/compile/mapping-file.ts'), 'utf8');
  const { rule, list, assertion, setting } = mappingSchema.definitions;
  const pairs: Readonly<Record<string, Schema>> = {
    MappingFile: mappingSchema as Schema,
    RuleFile: rule as Schema,
    ListFile: list as Schema,
    AssertFile: assertion as Schema,
    SettingFile: setting as Schema,
  };
  for (const [name, schema] of Object.entries(pairs)) {
    const typed = keysOfInterface(text, name);
    assert.ok(Object.keys(typed).length >= 3, name);
    const sorted = (keys: Readonly<Record<string, Key>>) =>
      Object.entries(keys).toSorted(([a], [b]) => a.localeCompare(b));
    const known = keysOfSchema(schema);
    // SettingType is a type of its own.
    const expected =
      name === 'SettingFile'
        ? { ...typed, type: { isOptional: false, words: ['string', 'boolean', 'integer'] } }
        : typed;
    assert.equal(sorted(known), sorted(expected), name);
  }
  assert.ok(text.includes("type SettingType = 'string' | 'boolean' | 'integer'"));
  assert.ok(text.includes('type LetFile = string | { readonly tag: string }'));
});

const checkEntry = createSchemaCheck(entrySchema, 'entry');
const ENTRY = {
  sequence: 7,
  studyInstanceUid: '1.2.3',
  seriesInstanceUid: '1.2.3.1',
  sopInstanceUid: '1.2.3.1.1',
  action: 'Create',
  state: 'current',
};

function entryCodes(entry: unknown): readonly string[] {
  return checkEntry(readYaml('f.yaml', 'a: 1'), entry).map(({ code, message }) => `${code} ${message}`);
}

test('change feed entries: any letter case of words, more keys than known, no key less', () => {
  assert.equal(entryCodes(ENTRY), []);
  assert.equal(entryCodes({ ...ENTRY, action: 'DELETE', state: 'Deleted', originalVersion: 1 }), []);
  assert.equal(entryCodes({ ...ENTRY, action: 'move' }), [
    'entry.not-allowed `action` must be create, update or delete',
  ]);
  assert.equal(entryCodes({ ...ENTRY, sopInstanceUid: undefined }), [
    'entry.missing-key `sopInstanceUid` is missing in this file',
  ]);
  assert.equal(entryCodes({ ...ENTRY, sequence: 0 }), ['entry.out-of-range `sequence` must be at least 1']);
});

test('change feed entries: names, sequences and empty values in the metadata', () => {
  const metadata = {
    '00100010': { vr: 'PN', Value: [{ Alphabetic: 'Doe^Jane', Phonetic: 'x' }] },
    '00081115': { vr: 'SQ', Value: [{ '0020000E': { vr: 'UI', Value: ['1.2'] } }, {}] },
    '00080060': { vr: 'CS', Value: [null, 'CT'] },
    '00280010': { vr: 'US', Value: [512] },
  };
  assert.equal(entryCodes({ ...ENTRY, metadata }), []);
  assert.equal(entryCodes({ ...ENTRY, metadata: { '0010001g': { vr: 'PN' } } }).length, 1);
  assert.equal(entryCodes({ ...ENTRY, metadata: { '00100010': { vr: 'PN', value: ['x'] } } }), [
    'entry.unknown-key unknown key `value` in element `00100010`',
  ]);
});

onCorpus('change feed entries: the metadata of real instances', (folder) => {
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  assert.ok(files.length > 50);
  const refused = files.filter((file) => {
    const metadata = JSON.parse(readFileSync(resolve(folder, file), 'utf8'));
    return entryCodes({ ...ENTRY, metadata }).length > 0;
  });
  // The example of a specification, which writes a text where PS3.18 F.2.2 wants an array.
  assert.equal(refused, ['hl7-example-measurement-report.json']);
});

test.run();
