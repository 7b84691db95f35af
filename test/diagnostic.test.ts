/** Findings quote what stands in a file, but not all of it. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { compileMappings } from '../engine/compile/compile.ts';
import { readConfig } from '../engine/compile/config.ts';
import { type Diagnostic, shortened } from '../engine/diagnostic.ts';

const test = suite('diagnostic');

const FINDING: Diagnostic = { code: 'a.b', severity: 'error', message: 'no x', file: 'a.yaml' };

test('what is short stays as it is', () => {
  const whole = { ...FINDING, rule: 'Patient.name', hint: 'Write y.', suggestion: 'y' };
  assert.equal(shortened(whole), whole);
});

test('a long word keeps its beginning and its end', () => {
  const { message } = shortened({
    ...FINDING,
    message: `there is no ${'a'.repeat(500)}${'z'.repeat(20)} here`,
  });
  assert.is(message, `there is no ${'a'.repeat(100)}…${'z'.repeat(20)} here`);
});

test('a long text keeps its beginning and its end', () => {
  const { message } = shortened({ ...FINDING, message: `begin ${'blah '.repeat(1000)}end` });
  assert.ok(message.length < 1000);
  assert.match(message, /^begin blah .*… .*blah end$/);
});

test('a suggestion is whole or not there', () => {
  assert.is(shortened({ ...FINDING, suggestion: 'a'.repeat(300) }).suggestion, undefined);
});

test('names of any length in mappings and configurations', () => {
  const name = 'x'.repeat(50_000);
  const value = `"${name} & $${name}"`;
  const mapping = `resource: Patient
identity: id
rules:
  id: { to: "Patient.identifier.where(system = 'urn:p').value", tag: PatientID }
  a: { to: Patient.language, value: ${value} }
  b: { to: Patient.${name}, tag: ${name} }
`;
  const config = `source: { type: ${name} }\nfhir: "\${env:${name}}"\n`;
  const findings = [
    ...compileMappings([{ file: 'a.yaml', text: mapping }]).diagnostics,
    ...readConfig('c.yaml', config, {}, () => '').diagnostics,
  ];
  assert.ok(findings.length > 3);
  assert.equal(
    findings
      .map(({ file: _, range: __, ...rest }) => JSON.stringify(rest))
      .filter(({ length }) => length > 2000),
    [],
  );
});

test.run();
