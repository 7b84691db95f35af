/** What follows from committed files of schemas/ is committed too, and the editor's schema says what editors need. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readYaml } from '../../engine/compile/yaml-source.ts';
import { derivedFiles } from '../../schemas/generate/derived.ts';

const test = suite('schemas/derived');
const ROOT = join(import.meta.dirname, '../..');
const read = (name: string) => readFileSync(join(ROOT, name), 'utf8');

test('the committed files are what would be made: otherwise run "npm run generate -- --local"', async () => {
  for (const [name, text] of Object.entries(await derivedFiles())) {
    assert.ok(read(`schemas/${name}`) === text, `schemas/${name} is stale`);
  }
});

const schema = JSON.parse(read('schemas/mapping.editor.schema.json')) as {
  readonly definitions: Readonly<Record<string, { readonly enum?: readonly string[] }>>;
};
const validate = new Ajv({ strict: false, allErrors: true }).compile(schema);

test('it offers resource types, targets and keywords', () => {
  const { resourceTypes, targets, keywords } = schema.definitions;
  assert.is(resourceTypes?.enum?.length, 146);
  for (const target of [
    'Patient.gender',
    'Observation.effective.ofType(dateTime)',
    "ImagingStudy.identifier.where(system = '').value",
  ]) {
    assert.ok(targets?.enum?.includes(target), target);
  }
  assert.not.ok(targets?.enum?.includes('Patient.id'));
  assert.ok(keywords?.enum?.includes('StudyInstanceUID'));
  assert.not.ok(keywords?.enum?.includes('PatientsName'));
});

test('the shipped mappings are right by it, and name it by a path', () => {
  for (const name of readdirSync(join(ROOT, 'mappings')).filter((each) => /^[^.]+\.yaml$/.test(each))) {
    const text = read(`mappings/${name}`);
    assert.is(
      text.split('\n')[0],
      '# yaml-language-server: $schema=../schemas/mapping.editor.schema.json',
      name,
    );
    validate(readYaml(name, text).value);
    assert.equal(validate.errors ?? [], [], name);
  }
});

test('tags of every form are right by it, and a misspelt keyword is not', () => {
  const withTag = (tag: unknown) => ({
    resource: 'Patient',
    identity: 'id',
    rules: { id: { to: 'Patient.anything', tag } },
  });
  for (const tag of [
    'PatientID',
    '(0010,0020)',
    '(0029,1010, "SIEMENS CSA HEADER")',
    'ProcedureCodeSequence.CodeMeaning',
    ['StudyDate', 'StudyTime'],
  ]) {
    assert.ok(validate(withTag(tag)), JSON.stringify(tag));
  }
  for (const tag of ['PatientIDs', ['StudyDate', 'StudyTimes']]) {
    assert.not.ok(validate(withTag(tag)), JSON.stringify(tag));
  }
  assert.not.ok(validate({ ...withTag('PatientID'), resource: 'Pateint' }));
});

test('no host name stands in a reference of the schema', () => {
  const references = [...read('schemas/mapping.editor.schema.json').matchAll(/"\$(?:ref|id)": "([^"]*)"/g)];
  assert.equal(
    references.map(([, to]) => to).filter((to) => !to?.startsWith('#') && !to?.startsWith('urn:')),
    [],
  );
});

test.run();
