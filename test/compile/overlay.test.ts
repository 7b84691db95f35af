/** Overlays (design 2.5): what an overlay and the file below it become together, and who is named for what. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { compileMappings, type FindFile } from '../../engine/compile/compile.ts';
import type { MappingPlan, RulePlan } from '../../engine/plan.ts';

const test = suite('compile/overlay');

const PATIENT = `resource: Patient
settings:
  system: { type: string, default: "urn:a", description: Of PatientID. }
let:
  issuer: |
    IssuerOfPatientID
identity: identifier
rules:
  identifier:
    to: Patient.identifier.where(system = %settings.system).value
    tag: PatientID
  gender:
    to: Patient.gender
    tag: PatientSex
    codes: { M: male, F: female }
    default: unknown
    when: $exists($issuer)
  name: { to: Patient.name, tag: [PatientName, OtherPatientNames], as: first, merge: append }
`;
const STUDY = `resource: ImagingStudy
identity: identifier
rules:
  identifier: { to: "ImagingStudy.identifier.where(system = 'urn:s').value", tag: StudyInstanceUID }
  status: { to: ImagingStudy.status, const: available }
  subject: { to: ImagingStudy.subject, reference: Patient, logical: true }
lists:
  series:
    to: ImagingStudy.series
    key: { uid: SeriesInstanceUID }
    rules:
      modality: { to: modality, tag: Modality, system: "urn:m" }
      number: { to: number, tag: SeriesNumber }
`;
const FILES: Readonly<Record<string, string>> = { 'base/patient.yaml': PATIENT, 'base/study.yaml': STUDY };

function finder(files: Readonly<Record<string, string>>): FindFile {
  return (path, from) => {
    const folder = from.includes('/') ? from.slice(0, from.lastIndexOf('/') + 1) : '';
    const file = `${folder}${path}`.replace(/[^/]+\/\.\.\//g, '');
    const text = files[file];
    return text === undefined ? { error: 'does not exist' } : { file, text };
  };
}

function compile(texts: Readonly<Record<string, string>>, files: Readonly<Record<string, string>> = {}) {
  return compileMappings(
    Object.entries(texts).map(([file, text]) => ({ file, text })),
    { values: {} },
    finder({ ...FILES, ...files }),
  );
}

function planOf(
  texts: Readonly<Record<string, string>>,
  files?: Readonly<Record<string, string>>,
): MappingPlan {
  const { plan, diagnostics } = compile(texts, files);
  if (!plan) throw new Error(diagnostics.map(({ code, message }) => `${code}: ${message}`).join('\n'));
  return plan;
}

/** Findings as `file:line code`. */
function codesOf(texts: Readonly<Record<string, string>>, files?: Readonly<Record<string, string>>) {
  return compile(texts, files).diagnostics.map(
    ({ file, range, code }) => `${file}:${range?.start.line} ${code}`,
  );
}

function rulesOf(plan: MappingPlan, index = 0): Readonly<Record<string, RulePlan>> {
  const { transform } = plan.mappings[index] ?? {};
  if (!transform) throw new Error(`no mapping ${index}`);
  const lists = transform.lists.flatMap((list) => [list.key.rule, ...list.rules]);
  return Object.fromEntries(
    [transform.identity.rule, ...transform.rules, ...lists].map((rule) => [rule.name, rule]),
  );
}

function optionsOf(rule: RulePlan | undefined): unknown {
  return rule?.source.kind === 'tag' ? rule.source.options : rule?.source;
}

const patient = (overlay: string) => planOf({ 'site.yaml': `extends: base/patient.yaml\n${overlay}` });

test('an overlay without changes is the mapping below', () => {
  const plan = planOf({ 'site.yaml': 'extends: base/patient.yaml\n' });
  assert.is(plan.fingerprint, planOf({ 'base/patient.yaml': PATIENT }).fingerprint);
  assert.equal(
    plan.mappings.map(({ name, file, extends: below }) => [name, file, below]),
    [['Patient', 'site.yaml', ['base/patient.yaml']]],
  );
});

test('single fields of single rules: maps merge by key, scalars replace, the rest stays', () => {
  const { gender, name } = rulesOf(
    patient('rules:\n  gender:\n    codes: { F: other, O: other }\n    default: other\n    required: true\n'),
  );
  assert.equal(optionsOf(gender), { codes: { M: 'male', F: 'other', O: 'other' }, default: 'other' });
  assert.equal(
    [gender?.required, gender?.when?.text, gender?.target.text],
    [true, '$exists($issuer)', 'Patient.gender'],
  );
  assert.is(name?.merge, 'append');
});

test('lists replace', () => {
  const { name } = rulesOf(patient('rules:\n  name:\n    tag: [PatientBirthName]\n'));
  assert.equal(name?.source.kind === 'tag' && name.source.tags, ['PatientBirthName']);
});

test('maps merge under lists and settings too', () => {
  const study = 'extends: base/study.yaml\nlists:\n  series:\n    rules:\n      number: { required: true }\n';
  const plan = planOf({ 'base/patient.yaml': PATIENT, 'study.yaml': study });
  const rules = rulesOf(plan, 1);
  assert.equal([rules['series.number']?.required, rules['series.modality']?.required], [true, false]);
  assert.equal(patient('settings:\n  system: { default: "urn:b" }\n').settings, { system: 'urn:b' });
});

test('switching the source clears the inherited one and the modifiers that belong only to it', () => {
  const { gender } = rulesOf(patient('rules:\n  gender:\n    value: |\n      "other"\n'));
  assert.is(gender?.source.kind, 'value');
  assert.is(gender?.when?.text, '$exists($issuer)', 'what belongs to any source stays');
  const switched = 'extends: base/study.yaml\nrules:\n  subject: { const: { display: nobody } }\n';
  assert.equal(optionsOf(rulesOf(planOf({ 'site.yaml': switched }))['subject']), {
    kind: 'const',
    value: { display: 'nobody' },
  });
});

test('an overlay is the same as the mapping written out', () => {
  const written = PATIENT.replace(/tag: PatientSex\n.*\n.*\n/, 'const: other\n');
  const switched = patient('rules:\n  gender: { const: other }\n');
  assert.is(switched.fingerprint, planOf({ 'base/patient.yaml': written }).fingerprint);
});

test('the same source again keeps its modifiers', () => {
  const { gender } = rulesOf(patient('rules:\n  gender: { tag: SmokingStatus }\n'));
  assert.equal(optionsOf(gender), { codes: { M: 'male', F: 'female' }, default: 'unknown' });
});

test('codes and table take the place of each other', () => {
  const files = {
    'sex.csv': 'sex,code\nD,other\n',
    'base/tabled.yaml': PATIENT.replace(/codes: .*/, 'table: ../sex.csv'),
  };
  const tabled = 'extends: base/patient.yaml\nrules:\n  gender: { table: sex.csv }\n';
  assert.equal(optionsOf(rulesOf(planOf({ 'site.yaml': tabled }, files))['gender']), {
    table: 'sex.csv',
    default: 'unknown',
  });
  const coded = 'extends: base/tabled.yaml\nrules:\n  gender: { codes: { M: male } }\n';
  assert.equal(optionsOf(rulesOf(planOf({ 'site.yaml': coded }, files))['gender']), {
    codes: { M: 'male' },
    default: 'unknown',
  });
});

test('a path starts at the folder of the file that wrote it', () => {
  const files = {
    'base/tables/sex.csv': 'sex,code\nM,male\n',
    'base/tabled.yaml': PATIENT.replace(/codes: .*/, 'table: tables/sex.csv'),
  };
  const site = 'extends: ../base/tabled.yaml\nrules:\n  gender: { required: true }\n';
  const { gender } = rulesOf(planOf({ 'site/patient.yaml': site }, files));
  assert.equal(gender?.source.kind === 'tag' && gender.source.table, {
    file: 'base/tables/sex.csv',
    rows: 1,
  });
});

test('a rule is switched off with a reason', () => {
  const plan = patient('rules:\n  gender:\n    disabled: true\n    reason: Ask the registry.\n');
  assert.equal(Object.keys(rulesOf(plan)), ['identifier', 'name']);
  assert.equal(plan.mappings[0]?.disabled, [
    { name: 'gender', target: 'Patient.gender', reason: 'Ask the registry.', file: 'site.yaml', line: 3 },
  ]);
  const without = 'extends: base/patient.yaml\nrules:\n  gender: { disabled: true }\n';
  assert.equal(codesOf({ 'site.yaml': without }), ['site.yaml:3 mapping.missing-key']);
  const alone = PATIENT.replace('as: first', 'as: first, disabled: true, reason: Later.');
  assert.equal(
    Object.keys(rulesOf(planOf({ 'a.yaml': alone }))),
    ['identifier', 'gender'],
    'without an overlay too',
  );
});

test('a further overlay may switch it on again', () => {
  const files = {
    'base/off.yaml': 'extends: patient.yaml\nrules:\n  gender: { disabled: true, reason: Later. }\n',
  };
  const plan = planOf(
    { 'site.yaml': 'extends: base/off.yaml\nrules:\n  gender: { disabled: false }\n' },
    files,
  );
  assert.ok(rulesOf(plan)['gender']);
  assert.is(plan.mappings[0]?.disabled, undefined);
});

test('complete rules, lists, settings and lets are added', () => {
  const added = patient(`settings:
  language: { type: string, default: de }
let:
  language: |
    $settings.language
rules:
  language:
    to: Patient.language
    value: |
      $language
`);
  assert.equal(Object.keys(rulesOf(added)), ['identifier', 'gender', 'name', 'language']);
  assert.equal(added.settings, { system: 'urn:a', language: 'de' });
  const list = `extends: base/study.yaml
lists:
  series:
    lists:
      instance:
        to: instance
        key: { uid: SOPInstanceUID }
        rules:
          sopClass: { to: sopClass, tag: SOPClassUID }
`;
  const plan = planOf({ 'base/patient.yaml': PATIENT, 'study.yaml': list });
  assert.equal(
    plan.mappings[1]?.transform.lists[0]?.lists.map(({ name }) => name),
    ['series.instance'],
  );
});

test('a new let that an inherited one uses by now moves above it', () => {
  const lets = 'let:\n  issuer: |\n    $site & IssuerOfPatientID\n  site: |\n    $source.id\n';
  assert.equal(
    patient(lets).mappings[0]?.transform.lets.map(({ name }) => name),
    ['site', 'issuer'],
  );
});

test('a chain: the file that the configuration is nearest to wins', () => {
  const files = {
    'base/region.yaml': 'extends: patient.yaml\nrules:\n  gender: { default: other, required: true }\n',
  };
  const plan = planOf(
    { 'site.yaml': 'extends: base/region.yaml\nrules:\n  gender: { default: unknown }\n' },
    files,
  );
  const { gender } = rulesOf(plan);
  assert.equal(
    [optionsOf(gender), gender?.required],
    [{ codes: { M: 'male', F: 'female' }, default: 'unknown' }, true],
  );
  assert.equal(
    [gender?.file, gender?.line, gender?.overrides],
    [
      'site.yaml',
      3,
      [
        { file: 'base/region.yaml', line: 3 },
        { file: 'base/patient.yaml', line: 12 },
      ],
    ],
  );
  assert.equal(plan.mappings[0]?.extends, ['base/region.yaml', 'base/patient.yaml']);
});

test('a rule that no overlay touches stays where it stands', () => {
  const { name } = rulesOf(patient('rules:\n  gender: { required: true }\n'));
  assert.equal([name?.file, name?.line, name?.overrides], ['base/patient.yaml', 18, undefined]);
});

test('five files may stand below a mapping, a sixth may not', () => {
  const chain = (depth: number) =>
    Object.fromEntries(
      Array.from({ length: depth }, (_, index) => [
        `${index}.yaml`,
        index === depth - 1 ? PATIENT : `extends: ${index + 1}.yaml\n`,
      ]),
    );
  assert.equal(codesOf({ '0.yaml': 'extends: 1.yaml\n' }, chain(6)), []);
  assert.equal(codesOf({ '0.yaml': 'extends: 1.yaml\n' }, chain(7)), ['5.yaml:1 mapping.extends-depth']);
});

test('a finding names the file that supplied the text', () => {
  const files = { 'base/typo.yaml': PATIENT.replace('PatientSex', 'PatientSexx') };
  const found = (overlay: string) =>
    compile({ 'site.yaml': `extends: base/typo.yaml\nrules:\n${overlay}` }, files).diagnostics.map(
      ({ code, file, range, rule, overrides }) => ({ code, file, line: range?.start.line, rule, overrides }),
    );
  const typo = {
    code: 'mapping.unknown-attribute',
    file: 'base/typo.yaml',
    line: 14,
    rule: 'Patient.gender',
  };
  assert.equal(found('  name: { required: true }\n'), [{ ...typo, overrides: undefined }]);
  assert.equal(found('  gender: { required: true }\n'), [{ ...typo, overrides: 'base/typo.yaml:12' }]);
});

test('an overlay file has the findings of a full one', () => {
  const overlay = (rule: string) =>
    codesOf({ 'site.yaml': `extends: base/patient.yaml\nrules:\n  gender:\n${rule}` });
  assert.equal(overlay('    cods: { M: male }\n'), ['site.yaml:4 mapping.unknown-key']);
  assert.equal(overlay('    tag: PatientSex\n    const: male\n'), ['site.yaml:5 mapping.one-of']);
  assert.equal(overlay('    required: "yes"\n'), ['site.yaml:4 mapping.wrong-type']);
  assert.equal(overlay('    codes: { D: divers }\n'), ['site.yaml:4 mapping.code-not-allowed']);
  assert.equal(overlay('    base: 123456789012\n'), ['site.yaml:4 mapping.wrong-type']);
});

test('a fault of the file below is told once, whoever extends it, and not again for what is merged', () => {
  const files = { 'base/bad.yaml': PATIENT.replace('tag: PatientSex', 'tagg: PatientSex') };
  const site = (name: string) =>
    `extends: base/bad.yaml\nname: ${name}\nrules:\n  gender: { required: true }\n`;
  assert.equal(codesOf({ 'a.yaml': site('A'), 'b.yaml': site('B') }, files), [
    'base/bad.yaml:14 mapping.unknown-key',
  ]);
});

test('a base: of a rule whose inherited one has a fault is not judged', () => {
  const files = { 'base/bad.yaml': PATIENT.replace('tag: PatientSex', 'tagg: PatientSex') };
  const site = 'extends: base/bad.yaml\nrules:\n  gender: { required: true, base: abcdef01 }\n';
  assert.equal(codesOf({ 'site.yaml': site }, files), ['base/bad.yaml:14 mapping.unknown-key']);
});

test('what a faulty part of an overlay would have changed is not judged without it', () => {
  const site =
    'extends: base/patient.yaml\nrules:\n  gender:\n    to: Patient.active\n    cods: { M: "true" }\n';
  assert.equal(codesOf({ 'site.yaml': site }), ['site.yaml:5 mapping.unknown-key']);
});

test('names that only what was changed used are not reported', () => {
  const site = 'extends: base/patient.yaml\nrules:\n  gender: { disabled: true, reason: Later. }\n';
  assert.equal(codesOf({ 'site.yaml': site }), []);
  assert.equal(codesOf({ 'site.yaml': `${site}let:\n  mine: PatientID\n` }), [
    'site.yaml:5 mapping.unused-let',
  ]);
});

test('the type of a setting and its default stay together', () => {
  const site = (setting: string) =>
    codesOf({ 'site.yaml': `extends: base/patient.yaml\nsettings:\n  system: ${setting}\n` });
  assert.equal(site('{ default: 7 }'), ['site.yaml:3 mapping.setting-type']);
  assert.equal(site('{ type: integer }'), ['site.yaml:3 mapping.setting-type']);
  assert.equal(site('{ type: integer, default: "7" }'), ['site.yaml:3 mapping.wrong-type']);
});

test('the same to and key of a list may be written again', () => {
  const site =
    'extends: base/study.yaml\nlists:\n  series:\n    to: ImagingStudy.series\n    key: { uid: SeriesInstanceUID }\n';
  assert.equal(codesOf({ 'base/patient.yaml': PATIENT, 'site.yaml': site }), []);
});

test('two overlays of one file are two mappings when they have names', () => {
  const site = (name: string) => `extends: base/patient.yaml\nname: ${name}\n`;
  const plan = planOf({ 'a.yaml': site('Ours'), 'b.yaml': site('Theirs') });
  assert.equal(
    plan.mappings.map(({ name }) => name),
    ['Ours', 'Theirs'],
  );
});

test.run();
