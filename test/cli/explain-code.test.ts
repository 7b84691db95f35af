/** `explain <code>` as its users see it: whoever has a code from a finding, a log line or an error row is told what it means. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { explain } from '../../engine/cli/explain.ts';
import { findingSections, isCode } from '../../engine/cli/explain-code.ts';
import { ERROR_TABLE } from '../../engine/errors.ts';
import { temporaryFolder } from '../support/temp.ts';
import { fakeTerminal } from '../support/terminal.ts';

const test = suite('explain a code');

async function explained(code: string): Promise<{ code: number; out: string; err: string }> {
  const terminal = fakeTerminal(temporaryFolder());
  return { code: await explain(terminal, [code], {}), ...terminal.printed() };
}

test('of a finding, its section', async () => {
  const { code, out } = await explained('mapping.where-on-single');
  assert.is(code, 0);
  assert.match(
    out,
    /^mapping\.where-on-single\n\n`where\(…\)` chooses an item of a list, and this element holds one value\.\n\nWrong:\n\n```yaml/,
  );
});

test('of an error that costs an entry: what happened, what the engine does, the kind of the row, what to do', async () => {
  assert.equal(await explained('dicom.missing-tag'), {
    code: 0,
    err: '',
    out: `dicom.missing-tag

A tag that a rule requires has no value.

  engine  skip: it writes a row to the error store and goes on with the feed
  row     DicomFailToStore: nothing of the entry is stored; the reason is in the DICOM instance or in the mapping
  help    The mapping requires this tag; correct the instance, or set required: false on the rule.

\`dicomcast errors --code dicom.missing-tag\` lists its rows, \`dicomcast retry --code dicom.missing-tag\` runs their entries again.
`,
  });
});

test('of an error that stops the engine, and of one that it waits for', async () => {
  const { out: stops } = await explained('feed.rebuilt');
  assert.match(stops, /^ {2}engine {2}stop: it ends with exit code 1/m);
  assert.match(stops, /^ {2}row {5}none: what was not stored is read again$/m);
  const { out: waits } = await explained('fhir.busy');
  assert.match(waits, /^ {2}engine {2}retry: it asks again, with growing pauses/m);
  assert.match(waits, /^ {2}row {5}TransientRetry: .*\n {10}TransientFailure: /m);
  const { out: redoes } = await explained('fhir.conflict');
  assert.match(redoes, /^ {2}engine {2}redo: /m);
  assert.match(redoes, /^ {2}row {5}TransientRetry: .*\n {10}FhirFailToStore: /m);
});

test('every error that the engine knows is explained, and none has the code of a finding', async () => {
  const page = readFileSync(join(import.meta.dirname, '../../mappings/findings.md'), 'utf8');
  const findings = findingSections(page);
  for (const [code, { meaning, hint }] of Object.entries(ERROR_TABLE)) {
    assert.not(findings.has(code), code);
    assert.match(meaning, /^[A-Z].*\.$/, code);
    const { out, code: exit } = await explained(code);
    assert.is(exit, 0, code);
    assert.ok(out.startsWith(`${code}\n\n${meaning}\n`), out);
    assert.ok(out.includes(`  help    ${hint}\n`), out);
  }
});

test('of a kind of rows, what it says and which codes have it', async () => {
  assert.is(
    (await explained('InvalidDicomTag')).out,
    `InvalidDicomTag

A kind of rows in the error store: an element or an item was left out; the rest of the entry is stored.

  codes  dicom.invalid-tag, mapping.duplicate-item
`,
  );
});

test('an unknown code is told, with what is close, or with what there is', async () => {
  const told = async (code: string) => (await explained(code)).err.replaceAll('\n', '|');
  assert.equal(
    [
      await told('mapping.where-on-singel'),
      await told('dicm.missing-tag'),
      await told('Feed.Rebuilt'),
      await told('resource.nothing-of-the-kind'),
    ],
    [
      'error: no finding and no error has the code mapping.where-on-singel|  = did you mean: mapping.where-on-single|',
      'error: no finding and no error has the code dicm.missing-tag|  = did you mean: dicom.missing-tag|',
      'error: no finding and no error has the code Feed.Rebuilt|  = did you mean: feed.rebuilt|',
      'error: no finding and no error has the code resource.nothing-of-the-kind|  = help: there are resource.shape, resource.assertion, resource.ambiguous, resource.loose-match, resource.too-large|',
    ],
  );
  assert.is((await explained('feed.rebuild')).code, 64);
});

test('names of files are no codes', () => {
  const codes = ['mapping.unknown-key', 'yaml.tag', 'feed.rebuilt', 'TransientFailure'];
  const files = ['mapping.json', 'mr.dcm', 'mapping.test.json', 'a', 'patient.txt', 'ct.dicom', 'fhir.dcm'];
  assert.equal(codes.filter(isCode), codes);
  assert.equal(files.filter(isCode), []);
});

test.run();
