/** YAML in Markdown pages: which blocks are checked as what, and findings at the lines of the page. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { checkPage, yamlBlocks } from '../../engine/compile/markdown.ts';

const test = suite('compile/markdown');

/** `line:column code` of every finding. */
function findings(page: string): readonly string[] {
  return checkPage('page.md', page).map(
    ({ code, file, range }) =>
      `${file === 'page.md' ? '' : file}${range?.start.line}:${range?.start.column} ${code}`,
  );
}

test('blocks are found with their words and lines; other languages and inline code are none', () => {
  const page =
    '# Title\n\n```yaml rules Patient\na: 1\n```\n\n```json\n{}\n```\n\n  ~~~yml\n  b: 2\n  ~~~\n```yamlish\n```\n';
  assert.equal(yamlBlocks(page), [
    { words: ['rules', 'Patient'], lines: ['a: 1'], line: 4 },
    { words: [], lines: ['  b: 2'], line: 12 },
  ]);
  assert.equal(yamlBlocks('```yaml\na: 1'), [{ words: [], lines: ['a: 1'], line: 2 }]);
});

const MAPPING = `resource: Patient
identity: id
rules:
  id: { to: "Patient.identifier.where(system = 'urn:p').value", tag: PatientIDD }`;

test('a block that begins with resource: or names the schema is a mapping; others without a word are not', () => {
  assert.equal(findings(`text\n\`\`\`yaml\n${MAPPING}\n\`\`\`\n`), ['6:70 mapping.unknown-attribute']);
  const named = `# yaml-language-server: $schema=../schemas/mapping.schema.json\n${MAPPING}`;
  assert.equal(findings(`text\n\`\`\`yaml\n${named}\n\`\`\`\n`), ['7:70 mapping.unknown-attribute']);
  assert.equal(findings('```yaml\nservices:\n  web: {}\n```\n'), []);
});

test('rules: what stands under rules:, at any depth; columns are those of the page', () => {
  const rules = (indent: string) =>
    `${indent}gender:\n${indent}  to: Patient.gendr\n${indent}  tag: PatientSex\n`;
  assert.equal(findings(`\`\`\`yaml rules Patient\n${rules('')}\`\`\``), ['3:15 mapping.unknown-element']);
  assert.equal(findings(`\`\`\`yaml rules Patient\n${rules('    ')}\`\`\``), [
    '3:19 mapping.unknown-element',
  ]);
});

test('mapping with a type: a part of a mapping, with its own identity and rules or without', () => {
  const part = (text: string) => findings(`\`\`\`yaml mapping Patient\n${text}\n\`\`\``);
  assert.equal(part('assert:\n  one: { fhirpath: nam.exists() }'), ['3:20 mapping.unknown-element']);
  assert.equal(part('rules:\n  sex: { to: Patient.gendr, tag: PatientSex }'), [
    '3:22 mapping.unknown-element',
  ]);
  assert.equal(part('let:\n  x: PatientID\nwhen: Modality'), ['4:7 mapping.never-true']);
  assert.equal(
    part('adopt: [nam]\nrules:\n  name: { to: "Patient.name.where(use = \'x\')", tag: PatientName }'),
    ['2:9 mapping.unknown-rule', '4:41 mapping.code-not-allowed'],
  );
  assert.equal(
    part('identity: id\nrules:\n  id: { to: Patient.gender, tag: PatientSex, codes: { M: male } }'),
    ['4:13 mapping.identity-target'],
  );
});

test('a page need not show other mappings, nor all of a resource; whole mappings must be whole', () => {
  const rule = '  subject: { to: ImagingStudy.subject, reference: Patient }';
  assert.equal(findings(`\`\`\`yaml rules ImagingStudy\n${rule}\n\`\`\``), []);
  const whole = `resource: ImagingStudy\nidentity: id\nrules:\n  id: { to: "ImagingStudy.identifier.where(system = 'urn:s').value", tag: StudyInstanceUID }\n${rule}`;
  assert.equal(findings(`\`\`\`yaml\n${whole}\n\`\`\``), ['2:11 mapping.required-element']);
});

test('config: a configuration or a part of one, without its environment', () => {
  const config = (text: string) => findings(`\`\`\`yaml config\n${text}\n\`\`\``);
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a placeholder of the configuration
  assert.equal(config('source:\n  type: change-feed\n  url: ${env:DICOM_URL}'), []);
  assert.equal(config('poll: { pageSize: 0 }'), ['2:19 config.out-of-range']);
});

test('blocks marked wrong are left alone; all blocks of a page are checked', () => {
  const block = (word: string) =>
    `\`\`\`yaml rules Patient ${word}\n  a: { to: Patient.x, const: 1 }\n\`\`\`\n`;
  assert.equal(findings(`${block('wrong')}${block('')}${block('right')}`), [
    '5:20 mapping.unknown-element',
    '8:20 mapping.unknown-element',
  ]);
});

test.run();
