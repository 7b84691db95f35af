/** Fingerprints of plans: equal for every spelling of the same mappings, different for every change of what they do. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { compileMappings } from '../../engine/compile/compile.ts';

const BASE = `resource: ImagingStudy
identity: identifier
settings:
  system: { type: string, default: urn:a }
let:
  site: |
    $uppercase($settings.system)
authority: $not(Modality = "KO")
onDelete: removeItem
owned: meta.source = %source.url
rules:
  identifier:
    to: ImagingStudy.identifier.where(system = 'urn:dicom:uid').value
    tag: StudyInstanceUID
    prefix: "urn:oid:"
  status:
    to: ImagingStudy.status
    const: available
    on: create
  subject: { to: ImagingStudy.subject, const: { display: unknown } }
  description:
    to: ImagingStudy.description
    value: |
      StudyDescription & $site
  gender:
    to: ImagingStudy.extension('urn:sex').value.ofType(code)
    tag: PatientSex
    codes: { M: male, F: female }
  count: { to: ImagingStudy.numberOfSeries, derive: series.count() }
lists:
  series:
    to: ImagingStudy.series
    key: { uid: SeriesInstanceUID }
    rules:
      modality: { to: modality, tag: Modality, system: urn:m }
assert:
  hasSeries: { fhirpath: series.exists() }
`;

const test = suite('compile/fingerprint');

function fingerprint(text: string, settings: Readonly<Record<string, unknown>> = {}): string {
  const { plan, diagnostics } = compileMappings([{ file: 'mapping.yaml', text }], { values: settings });
  if (!plan) throw new Error(diagnostics.map(({ message }) => message).join('; '));
  return plan.fingerprint;
}

/** The base with one text replaced; fails where that text is not there, so that no case is idle. */
function with_(from: string, to: string): string {
  assert.ok(BASE.includes(from), from);
  return BASE.replace(from, to);
}

test('sixteen hex digits, the same every time', () => {
  assert.match(fingerprint(BASE), /^[0-9a-f]{16}$/);
  assert.is(fingerprint(BASE), fingerprint(BASE));
});

test('spelling, comments, descriptions, key order and written-out defaults do not count', () => {
  const same: readonly (readonly [string, string])[] = [
    [
      'resource: ImagingStudy\n',
      '# a comment\nresource: "ImagingStudy"\ndescription: One study.\nfhirVersion: "4.0"\n',
    ],
    ['    $uppercase($settings.system)', '    /* why */\n      $uppercase( $settings . system )'],
    ['authority: $not(Modality = "KO")', "authority: |\n  $not(Modality='KO')"],
    ['owned: meta.source = %source.url', 'owned: |\n  meta.source=%source.url // ours'],
    [
      "identifier.where(system = 'urn:dicom:uid').value",
      "identifier . where( system='urn:dicom:uid' ) . value",
    ],
    ['to: ImagingStudy.status', 'to: status'],
    ['tag: StudyInstanceUID\n', 'tag: (0020,000D)\n'],
    ['tag: PatientSex\n', 'tag: [PatientSex]\n'],
    [
      '    const: available\n    on: create\n',
      '    on: create\n    const: "available"\n    required: false\n',
    ],
    ['codes: { M: male, F: female }', 'codes:\n      F: female\n      M: male'],
    ['derive: series.count()', 'derive: " series . count( ) "'],
    ['key: { uid: SeriesInstanceUID }', 'description: The series.\n    key:\n      uid: (0020,000e)'],
    [
      '{ fhirpath: series.exists() }',
      '{ severity: error, fhirpath: "series.exists()", description: Not empty. }',
    ],
    ['rules:\n  identifier:', 'create: true\nrules:\n  identifier:\n    description: Finds it.'],
    ['{ type: string, default: urn:a }', '{ default: urn:a, type: string, description: The system. }'],
  ];
  const wanted = fingerprint(BASE);
  for (const [from, to] of same) assert.is(fingerprint(with_(from, to)), wanted, to);
});

test('every change of what is done counts', () => {
  const changes: readonly (readonly [string, string])[] = [
    ['default: urn:a', 'default: urn:b'],
    ['$uppercase($settings', '$lowercase($settings'],
    ['"KO"', '"PR"'],
    ['onDelete: removeItem\n', ''],
    ['meta.source = %source.url', 'meta.source != %source.url'],
    ["'urn:dicom:uid'", "'urn:dicom:uids'"],
    ['tag: StudyInstanceUID\n', 'tag: SeriesInstanceUID\n'],
    ['prefix: "urn:oid:"', 'prefix: "urn:uid:"'],
    ['const: available', 'const: registered'],
    ['    on: create\n', ''],
    ['StudyDescription & $site', '$site & StudyDescription'],
    ['M: male, F: female', 'M: male, F: other'],
    ['M: male, F: female', 'M: male, F: female, O: other'],
    ['series.count()', 'series.instance.count()'],
    ['key: { uid: SeriesInstanceUID }', 'key: { uid: StudyInstanceUID }'],
    ['system: urn:m', 'system: urn:n'],
    ['series.exists()', 'series.count() > 1'],
    ['hasSeries:', 'hasAny:'],
    ['  description:\n', '  text:\n'],
    ['{ display: unknown }', '{ display: Unknown }'],
    ['    const: available\n', '    const: available\n    required: true\n'],
    ['    const: available\n', '    const: available\n    when: $exists(PatientID)\n'],
    ['    const: available\n', '    const: available\n    merge: fill\n'],
    ['    const: available\n', '    const: available\n    authority: any\n'],
  ];
  const seen = new Map([[fingerprint(BASE), 'the base']]);
  for (const [from, to] of changes) {
    const changed = fingerprint(with_(from, to));
    assert.is(seen.get(changed), undefined, `${to} is like ${seen.get(changed)}`);
    seen.set(changed, to);
  }
});

test('the values of settings count, also when they only say the default', () => {
  assert.is(fingerprint(BASE, { system: 'urn:a' }), fingerprint(BASE));
  assert.is.not(fingerprint(BASE, { system: 'urn:b' }), fingerprint(BASE));
});

test('a rule may be named as a key is', () => {
  const named = (rule: string) => with_('  status:\n', `  ${rule}:\n    description: A rule.\n`);
  for (const name of ['rules', 'codes', 'key', 'to', 'let']) {
    assert.is.not(fingerprint(named(name)), fingerprint(named('status')), name);
    assert.is(fingerprint(named(name)), fingerprint(named(name).replace('A rule.', 'Another text.')), name);
  }
});

test('the order of the files counts only where it is the order of the work', () => {
  const folder = join(import.meta.dirname, '../../mappings');
  const text = (file: string) => ({ file, text: readFileSync(join(folder, file), 'utf8') });
  const files = ['patient.yaml', 'endpoint.yaml', 'imaging-study.yaml'].map(text);
  const [a, b] = [compileMappings(files).plan, compileMappings(files.toReversed()).plan];
  assert.ok(a && b);
  assert.is(a.fingerprint, b.fingerprint);
});

test.run();
