/** `base:` written into overlays: the least change of a text, whatever its style, and when it is due. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { compileMappings } from '../../engine/compile/compile.ts';
import { writeBases } from '../../engine/compile/overlay-base.ts';

const test = suite('compile/overlay-base');

const PRINT = 'c0ffee012345';

/** The text with `base:` in `gender`; what could not be written is an error. */
function written(text: string, path: readonly string[] = ['rules', 'gender']): string {
  const { text: after, left } = writeBases(text, [{ path, fingerprint: PRINT }]);
  assert.equal(left, []);
  return after;
}

test('a line is added behind the name of the rule, with the indentation of its keys', () => {
  assert.is(
    written(
      'extends: a.yaml\n# ours\nrules:\n    gender:   # local codes\n        # why\n        codes: { D: other }\n',
    ),
    'extends: a.yaml\n# ours\nrules:\n    gender:   # local codes\n        base: c0ffee012345\n        # why\n        codes: { D: other }\n',
  );
});

test('line breaks stay as they are', () => {
  assert.is(
    written('rules:\r\n  gender:\r\n    required: true\r\n'),
    'rules:\r\n  gender:\r\n    base: c0ffee012345\r\n    required: true\r\n',
  );
  assert.is(
    written('rules:\n  gender:\n    required: true'),
    'rules:\n  gender:\n    base: c0ffee012345\n    required: true',
  );
});

test('a map in braces gets it as its first entry', () => {
  assert.is(
    written('rules:\n  gender: { required: true }\n'),
    'rules:\n  gender: { base: c0ffee012345, required: true }\n',
  );
  assert.is(written('rules: {gender: {}}\n'), 'rules: {gender: { base: c0ffee012345 }}\n');
  assert.is(
    written('rules:\n  gender: {\n    required: true }\n'),
    'rules:\n  gender: { base: c0ffee012345,\n    required: true }\n',
  );
});

test('one that is there is replaced, in its quotes', () => {
  assert.is(
    written('rules:\n  gender:\n    required: true\n    base: abcdef01 # of May\n'),
    'rules:\n  gender:\n    required: true\n    base: c0ffee012345 # of May\n',
  );
  assert.is(
    written("rules:\n  gender: { base: 'abcdef01' }\n"),
    "rules:\n  gender: { base: 'c0ffee012345' }\n",
  );
});

test('rules of lists, keys in quotes and anchors', () => {
  assert.is(
    written('lists:\n  series:\n    rules:\n      "number": &n\n        required: true\n', [
      'lists',
      'series',
      'rules',
      'number',
    ]),
    'lists:\n  series:\n    rules:\n      "number": &n\n        base: c0ffee012345\n        required: true\n',
  );
});

test('several at once', () => {
  const text = 'rules:\n  a:\n    required: true\n  b: { required: true }\n';
  const edits = ['a', 'b'].map((name) => ({ path: ['rules', name], fingerprint: PRINT }));
  assert.is(
    writeBases(text, edits).text,
    'rules:\n  a:\n    base: c0ffee012345\n    required: true\n  b: { base: c0ffee012345, required: true }\n',
  );
});

test('what has no safe place is left: a rule that is an alias, or has the anchor of one', () => {
  const text = 'rules:\n  a: &x\n    required: true\n  b: *x\n';
  const edits = ['a', 'b'].map((name) => ({ path: ['rules', name], fingerprint: PRINT }));
  assert.equal(writeBases(text, edits), { text, left: edits });
});

const BASE = `resource: Patient
identity: identifier
settings:
  system: { type: string, default: "urn:a" }
let:
  issuer: |
    IssuerOfPatientID
rules:
  identifier: { to: Patient.identifier.where(system = %issuer).value, tag: PatientID }
  gender: { to: Patient.gender, tag: PatientSex, codes: { M: male } }
  name: { to: Patient.name.where(use = 'usual'), tag: PatientName }
`;

function compile(overlay: string, base = BASE, settings = {}) {
  return compileMappings([{ file: 'site.yaml', text: overlay }], { values: settings }, () => ({
    file: 'base.yaml',
    text: base,
  }));
}

const OVERLAY =
  'extends: base.yaml\nrules:\n  gender: { required: true }\n  identifier: { description: Ours. }\n';

/** Findings after the fingerprints of `before` were recorded and the file below became `after`. */
function changesOf(from: string | RegExp, to: string): readonly string[] {
  const changed = BASE.replace(from, to);
  assert.is.not(changed, BASE);
  const { text, left } = writeBases(OVERLAY, compile(OVERLAY).bases);
  assert.equal(left, []);
  return compile(text, changed).diagnostics.map(({ severity, code, rule }) => `${severity} ${code} ${rule}`);
}

test('what is recorded is the rule that is there', () => {
  const { text } = writeBases(OVERLAY, compile(OVERLAY).bases);
  const { diagnostics, bases } = compile(text);
  assert.equal(diagnostics, []);
  for (const { recorded, fingerprint } of bases) assert.is(recorded, fingerprint);
  assert.equal(compile(text, BASE, { system: 'urn:b' }).diagnostics, [], 'settings of a site do not count');
});

test('a change of the rule below is told, another spelling of it is not', () => {
  assert.equal(changesOf('M: male', 'M: other'), ['warning mapping.base-changed Patient.gender']);
  assert.equal(changesOf('tag: PatientSex,', 'when: $exists(PatientID), tag: PatientSex,'), [
    'warning mapping.base-changed Patient.gender',
  ]);
  assert.equal(changesOf('    IssuerOfPatientID', '    $lowercase(IssuerOfPatientID)'), [
    'warning mapping.base-changed Patient.identifier',
  ]);
  assert.equal(
    changesOf(
      'tag: PatientSex, codes: { M: male }',
      'description: Sex, codes: { "M": male }, tag: "(0010,0040)"',
    ),
    [],
  );
  assert.equal(
    changesOf('tag: PatientName', 'tag: OtherPatientNames, as: first'),
    [],
    'other rules do not count',
  );
});

test('eight digits are enough', () => {
  const [gender] = compile(OVERLAY).bases;
  const short = `extends: base.yaml\nrules:\n  gender: { required: true, base: ${gender?.fingerprint.slice(0, 8)} }\n`;
  assert.equal(compile(short).diagnostics, []);
});

test.run();
