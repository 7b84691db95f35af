/** A fault of form hides nothing else of its file, and no damage to a mapping makes the compiler throw. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { compileMappings } from '../../engine/compile/compile.ts';

const test = suite('compile/sound-part');

function codesOf(text: string, settings: Readonly<Record<string, unknown>> = {}): readonly string[] {
  const { diagnostics } = compileMappings([{ file: 'a.yaml', text }], { values: settings });
  return diagnostics.map(({ code, range }) => `${range?.start.line ?? 0} ${code.replace('mapping.', '')}`);
}

test('rules with a fault of form are left out, the others are checked', () => {
  assert.equal(
    codesOf(`resource: Patient
identity: id
let: { system: PatientId }
rules:
  id: { to: "Patient.identifier.where(system = %system).value", tag: PatientID }
  name: { to: Patient.name.where(use = 'usual'), tag: PatientName, requird: true }
  sex: { tag: PatientSex }
  birth: { to: Patient.birthDat, tag: PatientBirthDate }
`),
    ['3 unknown-attribute', '6 unknown-key', '7 missing-key', '8 unknown-element'],
  );
});

test('nothing is said about what a part with faults may have meant', () => {
  assert.equal(
    codesOf(
      `resource: ImagingStudy
identity: id
adopt: [description]
onDelete: removeitem
whenEmpty: delete
settings: { zone: { type: text, default: none }, used: { type: string, default: x } }
let: { a: { tagg: PatientID }, b: StudyID }
rules:
  id: { to: "ImagingStudy.identifier.where(system = %a).value", tag: StudyInstanceUID, prefix: "%settings.zone" }
  description: { to: ImagingStudy.description, tags: StudyDescription }
`,
      { zone: 'none', other: 'x' },
    ),
    ['4 not-allowed', '6 not-allowed', '7 unknown-key', '10 unknown-key'],
  );
});

test('of a list with a fault, its sound rules are checked', () => {
  const study = (list: string) => `resource: ImagingStudy
identity: id
rules:
  id: { to: "ImagingStudy.identifier.where(system = 'urn:s').value", tag: StudyInstanceUID }
  status: { to: ImagingStudy.status, const: available }
  subject: { to: ImagingStudy.subject, const: { display: x } }
lists:
  series:
${list}`;
  assert.equal(
    codesOf(
      study(`    to: ImagingStudy.series
    key: { uid: SeriesInstanceUID }
    rules:
      number: { to: number, tag: SeriesNumbr }
      modality: { to: modality, tag: Modality, sistem: urn:m }
`),
    ),
    ['12 unknown-attribute', '13 unknown-key'],
  );
  assert.equal(
    codesOf(
      study('    to: ImagingStudy.series\n    rules:\n      number: { to: nummer, tag: SeriesNumber }\n'),
    ),
    ['8 missing-key'],
  );
});

test('a file whose frame has a fault is not looked into', () => {
  assert.equal(codesOf('resource: Patient\nrules:\n  id: { to: Patient.foo, tag: Foo }\n'), [
    '1 missing-key',
  ]);
  assert.equal(codesOf('resource: [Patient]\nidentity: id\nrules:\n  id: { to: Patient.foo, tag: Foo }\n'), [
    '1 wrong-type',
  ]);
  assert.equal(
    codesOf('resource: Patient\nidentity: id\nlet: x\nrules:\n  id: { to: Patient.foo, tag: Foo }\n'),
    ['3 wrong-type'],
  );
});

test('a key that stands twice is said with everything else', () => {
  assert.equal(
    codesOf(`resource: Patient
identity: id
rules:
  id: { to: "Patient.identifier.where(system = 'urn:p').value", tag: PatientID }
  name: { to: Patient.gender, const: male, const: female }
  birth: { to: Patient.birthDat, tag: PatientBirthDate }
`),
    ['5 yaml.duplicate-key', '6 unknown-element'],
  );
});

const MAPPINGS = join(import.meta.dirname, '../../mappings');
const SHIPPED = readdirSync(MAPPINGS)
  .filter((name) => /^[^.]+\.yaml$/.test(name))
  .map((name) => readFileSync(join(MAPPINGS, name), 'utf8'));
const DEBRIS = [
  '',
  ' ',
  '\n',
  ':',
  '{',
  ']',
  "'",
  '"',
  '%',
  '$',
  '(',
  '.',
  '*',
  '&',
  '|',
  '/',
  '#',
  'null',
  '1',
  '[]',
  'where',
  '\t',
  '- ',
  'é',
];

test('no damage to a shipped mapping makes the compiler throw, and every finding has its place', () => {
  const damage = fc.record({
    text: fc.constantFrom(...SHIPPED),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.integer({ min: 0, max: 12 }),
    debris: fc.array(fc.constantFrom(...DEBRIS), { maxLength: 3 }),
  });
  fc.assert(
    fc.property(damage, ({ text, at, length, debris }) => {
      const start = Math.floor(at * text.length);
      const damaged = text.slice(0, start) + debris.join('') + text.slice(start + length);
      const { plan, diagnostics } = compileMappings([{ file: 'a.yaml', text: damaged }]);
      assert.is(
        plan === undefined,
        diagnostics.some(({ severity }) => severity === 'error'),
      );
      const lines = damaged.split('\n');
      for (const { range, message } of diagnostics) {
        assert.ok(message.length > 0);
        if (!range) continue;
        const line = lines[range.start.line - 1];
        assert.ok(
          line !== undefined && range.start.column <= line.length + 1,
          `${range.start.line}:${range.start.column}`,
        );
      }
    }),
    { numRuns: 150 },
  );
});

test.run();
