/**
 * Mapping files with mistakes in their keys and sources in; what people see out, one finding for each mistake.
 */
import { suite } from 'uvu';
import { schemaFindings } from '../support/schema-findings.ts';

const test = suite('schema-faults');

schemaFindings(
  test,
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

schemaFindings(
  test,
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

schemaFindings(
  test,
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

schemaFindings(
  test,
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

schemaFindings(
  test,
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

schemaFindings(
  test,
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
    '  = help: Keys here: extends, resource, name, description, fhirVersion, settings, let, identity, adopt, create, when, authority, forEach, instanceRule, onDelete, whenEmpty, owned, rules, lists, assert.',
  ],
);

schemaFindings(
  test,
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

schemaFindings(
  test,
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

schemaFindings(
  test,
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

test.run();
