/** Plans as literals: what files and settings become together, that a plan is frozen, and that findings come all at once. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createMemo } from '../../engine/apply/memo.ts';
import { compileMappings, type MappingText } from '../../engine/compile/compile.ts';
import { FUNCTIONS } from '../../engine/compile/functions.ts';
import { compileExpression } from '../../engine/compile/jsonata.ts';
import type { DicomJson } from '../../engine/dicom/entry.ts';
import type { ListPlan, MappingPlan, ResourcePlan, RulePlan } from '../../engine/plan.ts';

const test = suite('compile/compile');

function planOf(texts: readonly string[], settings: Readonly<Record<string, unknown>> = {}): MappingPlan {
  const files = texts.map((text, index): MappingText => ({ file: `${index + 1}.yaml`, text }));
  const { plan, diagnostics } = compileMappings(files, { values: settings });
  if (!plan) throw new Error(diagnostics.map(({ code, message }) => `${code}: ${message}`).join('\n'));
  return plan;
}

function codesOf(texts: readonly string[]): readonly string[] {
  const files = texts.map((text, index) => ({ file: `${index + 1}.yaml`, text }));
  return compileMappings(files).diagnostics.map(
    ({ code, file, range }) => `${file}:${range?.start.line} ${code}`,
  );
}

const PATIENT = `resource: Patient
identity: id
rules:
  id: { to: "Patient.identifier.where(system = 'urn:p').value", tag: PatientID }
`;
const STUDY = `resource: ImagingStudy
identity: uid
rules:
  uid: { to: "ImagingStudy.identifier.where(system = 'urn:s').value", tag: StudyInstanceUID }
  status: { to: ImagingStudy.status, const: available }
  subject: { to: ImagingStudy.subject, reference: Patient }
`;

test('the shipped mappings have no findings', () => {
  const folder = join(import.meta.dirname, '../../mappings');
  const names = readdirSync(folder).filter((name) => /^[^.]+\.yaml$/.test(name));
  assert.ok(names.length >= 3);
  const files = names.map((file) => ({ file, text: readFileSync(join(folder, file), 'utf8') }));
  assert.equal(compileMappings(files).diagnostics, []);
  // Each by itself, too, but for references to the others.
  for (const file of files) {
    const alone = compileMappings([file]).diagnostics.filter(
      ({ code }) => code !== 'mapping.unknown-mapping',
    );
    assert.equal(alone, [], file.file);
  }
});

test('what a rule with a tag becomes', () => {
  const [patient] = planOf([
    `${PATIENT}  sex: { to: Patient.gender, tag: "(0010,0040)", codes: { M: male } }\n`,
  ]).mappings;
  const [rule] = patient?.transform.rules ?? [];
  assert.ok(rule?.source.kind === 'tag');
  const { tags, vrs, conversion } = rule.source;
  assert.equal(
    {
      name: rule.name,
      line: rule.line,
      file: rule.file,
      required: rule.required,
      on: rule.on,
      onAbsent: rule.onAbsent,
      tags,
      vrs,
      conversion,
    },
    {
      name: 'sex',
      line: 5,
      file: '1.yaml',
      required: false,
      on: 'any',
      onAbsent: 'keep',
      tags: ['PatientSex'],
      vrs: [['CS']],
      conversion: 'CS → code (codes)',
    },
  );
  const scope = (value: string) =>
    ({ dataset: { '00100040': { vr: 'CS', Value: [value] } }, names: {} }) as never;
  assert.equal(rule.source.read(scope('M')), { state: 'value', value: 'male' });
  assert.is(rule.source.read(scope('X')).state, 'invalid');
  assert.equal(rule.source.read({ dataset: {}, names: {} } as never), { state: 'absent' });
});

test('identity, keys, derived rules and lists have places of their own', () => {
  const plan = planOf([
    PATIENT,
    `${STUDY}  count: { to: ImagingStudy.numberOfSeries, derive: series.count() }
lists:
  series:
    to: ImagingStudy.series
    key: { uid: SeriesInstanceUID }
    rules:
      modality: { to: modality, tag: Modality, system: urn:m }
      count: { to: numberOfInstances, derive: instance.count() }
    lists:
      instance:
        to: instance
        key: { uid: SOPInstanceUID }
        rules:
          class: { to: sopClass, tag: SOPClassUID, system: urn:ietf:rfc:3986 }
          title: { to: title, value: $uppercase(ImageComments) }
`,
  ]);
  const { transform, validation } = plan.mappings[1] as ResourcePlan;
  const names = (rules: readonly RulePlan[]) => rules.map(({ name }) => name);
  assert.is(transform.identity.rule.name, 'uid');
  assert.is(transform.identity.rule.required, true);
  assert.is(transform.identity.system?.resolve({}), 'urn:s');
  assert.equal(names(transform.rules), ['status', 'subject']);
  assert.equal(names(transform.derives), ['count']);
  const [series] = transform.lists as readonly [ListPlan];
  assert.is(series.key.rule.name, 'series.uid');
  assert.equal(names(series.rules), ['series.modality']);
  assert.equal(names(series.derives), ['series.count']);
  const [instance] = series.lists as readonly [ListPlan];
  assert.equal(names(instance.rules), ['series.instance.class', 'series.instance.title']);
  assert.equal(
    instance.rules.map(({ onAbsent }) => onAbsent),
    ['clear', 'clear'],
  );
  assert.is(series.rules[0]?.onAbsent, 'keep');
  assert.equal(validation.required, ['uid', 'series.uid', 'series.instance.uid']);
  assert.equal(
    validation.tags.map(({ rule, tag }) => `${rule} ${tag}`),
    [
      'uid StudyInstanceUID',
      'series.uid SeriesInstanceUID',
      'series.modality Modality',
      'series.instance.uid SOPInstanceUID',
      'series.instance.class SOPClassUID',
    ],
  );
});

test('what is referred to stands before what refers to it, else the order of the configuration', () => {
  const endpoint = `resource: Device
identity: id
rules:
  id: { to: "Device.identifier.where(system = 'urn:d').value", tag: DeviceSerialNumber }
  patient: { to: Device.patient, reference: Patient }
`;
  assert.equal(
    planOf([STUDY, endpoint, PATIENT]).mappings.map(({ name }) => name),
    ['Patient', 'ImagingStudy', 'Device'],
  );
});

test('resources whose rules read only settings and source join no entries', () => {
  const place = `resource: Location
identity: id
settings: { site: { type: string, default: main } }
let: { name: $settings.site & $source.id }
rules:
  id: { to: "Location.identifier.where(system = 'urn:l').value", value: $name }
`;
  assert.is(planOf([place]).mappings[0]?.transform.readsDataset, false);
  const byEntry = place.replace('$settings.site & $source.id', '$settings.site & $entry.sequence');
  assert.is(planOf([byEntry]).mappings[0]?.transform.readsDataset, true);
  const byTag = place.replace('$source.id', 'InstitutionName');
  assert.is(planOf([byTag]).mappings[0]?.transform.readsDataset, true);
});

test('settings in force: what the site set, else the defaults', () => {
  const text = PATIENT.replace(
    'identity: id',
    'identity: id\nsettings:\n  a: { type: string, default: x }\n  b: { type: integer, default: 1 }\n  c: { type: boolean, default: true }',
  ).replace('tag: PatientID', 'tag: PatientID, when: $settings.a = $string($settings.b) or $settings.c');
  assert.equal(planOf([text]).settings, { a: 'x', b: 1, c: true });
  assert.equal(planOf([text], { a: '', b: 0, c: false }).settings, { a: '', b: 0, c: false });
});

test('a plan cannot be changed', () => {
  const plan = planOf([PATIENT, STUDY]);
  const open: string[] = [];
  const visit = (value: unknown, path: string): void => {
    if (typeof value !== 'object' || value === null) return;
    if (!Object.isFrozen(value)) open.push(path);
    for (const [key, child] of Object.entries(value)) visit(child, `${path}.${key}`);
  };
  visit(plan, 'plan');
  assert.equal(open, []);
});

test('a plan can be printed, and says which file and line each rule has', () => {
  const printed = JSON.parse(JSON.stringify(planOf([PATIENT, STUDY]))) as MappingPlan;
  assert.equal(
    printed.mappings
      .flatMap(({ transform }) => transform.rules)
      .map(({ name, file, line }) => `${file}:${line} ${name}`),
    ['2.yaml:5 status', '2.yaml:6 subject'],
  );
});

test('findings of all files and of all rules come at once, in the order of the files', () => {
  const faulty = `resource: Patient
identity: id
when: PatientId
let:
  a: Foo
  b: { tag: Bar }
rules:
  id: { to: "Patient.identifer.where(system = %c).value", tag: PatientID }
  name: { to: Patient.name, tag: PatientsName }
  sex: { to: Patient.gender, tag: PatientSex, codes: { M: man } }
  birth: { to: Patient.birthDate, tag: PatientName, when: $x }
owned: meta.sorce = 'x'
assert:
  one: { fhirpath: name.cuont() = 1 }
`;
  assert.equal(
    codesOf([
      faulty,
      'resource: Pateint\nidentity: id\nrules:\n  id: { to: a.b, tag: PatientID }\n',
      'rules: [',
    ]),
    [
      '1.yaml:3 mapping.unknown-attribute',
      '1.yaml:5 mapping.unknown-attribute',
      '1.yaml:6 mapping.unknown-attribute',
      '1.yaml:8 mapping.unknown-element',
      '1.yaml:9 mapping.list-without-merge',
      '1.yaml:9 mapping.retired-keyword',
      '1.yaml:10 mapping.code-not-allowed',
      '1.yaml:11 mapping.no-conversion',
      '1.yaml:11 mapping.unknown-variable',
      '1.yaml:12 mapping.unknown-element',
      '1.yaml:14 mapping.unknown-function',
      '2.yaml:1 mapping.unknown-resource',
      '3.yaml:1 yaml.syntax',
    ],
  );
});

test('a fault brings no further ones with it', () => {
  // The misspelt target might have been the required one, and what a faulty expression uses is not unused.
  assert.equal(codesOf([PATIENT, STUDY.replace('ImagingStudy.status', 'ImagingStudy.staus')]), [
    '2.yaml:5 mapping.unknown-element',
  ]);
  const lets = PATIENT.replace('rules:', 'let:\n  a: PatientName.Alphabetic\nrules:');
  assert.equal(codesOf([`${lets}  text: { to: Patient.language, value: $a & Foo }\n`]), [
    '1.yaml:7 mapping.unknown-attribute',
  ]);
  // With one file unreadable, nobody knows which mappings and settings it has.
  assert.equal(codesOf(['resource: [', STUDY]), ['1.yaml:1 yaml.syntax']);
  // A mapping with faults still exists.
  assert.equal(codesOf([`${PATIENT}  x: { to: Patient.x, const: 1 }\n`, STUDY]), [
    '1.yaml:5 mapping.unknown-element',
  ]);
});

test('warnings do not stand in the way of a plan', () => {
  const text = PATIENT.replace('rules:', 'let:\n  a: PatientName.Alphabetic\nrules:');
  const { plan, diagnostics } = compileMappings([{ file: 'a.yaml', text }]);
  assert.equal(
    diagnostics.map(({ code, severity }) => `${severity} ${code}`),
    ['warning mapping.unused-let'],
  );
  assert.ok(plan);
});

test('names that an object has by itself are no rules, settings or mappings', () => {
  assert.equal(codesOf([PATIENT.replace('identity: id', 'identity: constructor\nadopt: [toString]')]), [
    '1.yaml:2 mapping.unknown-rule',
    '1.yaml:3 mapping.unknown-rule',
  ]);
  const { diagnostics } = compileMappings([{ file: 'a.yaml', text: PATIENT }], {
    values: { constructor: 'x' },
  });
  assert.equal(
    diagnostics.map(({ code }) => code),
    ['config.unknown-setting'],
  );
});

test('a study-level expression runs once for a study of many instances', async () => {
  const compiled = compileExpression(
    '$concat(StudyDescription, " ", $settings.site)',
    new Map([['settings', ['site']]]),
  );
  assert.ok('plan' in compiled);
  const { plan } = compiled;
  const evaluated: string[] = [];
  const watched = {
    ...plan,
    evaluate: (input: Readonly<Record<string, unknown>>, names: Readonly<Record<string, unknown>>) => {
      evaluated.push(String(input['StudyDescription']));
      return plan.evaluate(input, names);
    },
  };
  const memo = createMemo();
  const results = new Set<unknown>();
  for (const description of ['Chest', 'Abdomen', 'Chest']) {
    for (let number = 0; number < 100; number++) {
      const dataset: DicomJson = {
        '00081030': { vr: 'LO', Value: [description] },
        '00080018': { vr: 'UI', Value: [`1.2.${number}`] },
      };
      const names = { settings: { site: 'main' }, entry: { sequence: number } };
      results.add(await memo.evaluate(watched, dataset, names));
    }
  }
  assert.equal([...results], ['Chest main', 'Abdomen main']);
  // What was evaluated is the literal: one text for each study, whatever the number of instances.
  assert.equal(evaluated, ['Chest', 'Abdomen']);
  await memo.evaluate(
    watched,
    { '00081030': { vr: 'LO', Value: ['Chest'] } },
    { settings: { site: 'other' } },
  );
  assert.equal(evaluated, ['Chest', 'Abdomen', 'Chest']);
});

test('the library is what mappings may count on', () => {
  assert.equal(Object.keys(FUNCTIONS), [
    'concat',
    'date',
    'dateTime',
    'timestamp',
    'humanName',
    'coding',
    'codeableConcept',
    'contentItems',
    'contentTree',
    'referencedItem',
    'isConcept',
    'quantity',
  ]);
});

test.run();
