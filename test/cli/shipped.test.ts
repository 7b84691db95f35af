/** `dicomcast:patient.yaml`: shipped mappings by name, from any folder, and what is told of a name that is none. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { check } from '../../engine/cli/check.ts';
import { docs } from '../../engine/cli/docs.ts';
import { calledFrom, INSTALLED, pathOf } from '../../engine/cli/shipped.ts';
import { temporaryFolder } from '../support/temp.ts';
import { fakeTerminal } from '../support/terminal.ts';

const test = suite('cli/shipped');

const CONFIG = `source: { type: change-feed, url: "https://dicom.example.org" }
fhir: { url: "https://fhir.example.org" }
`;

function project(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

const withMappings = (...names: readonly string[]): string =>
  `${CONFIG}mappings: [${names.map((name) => `"${name}"`).join(', ')}]\n`;

test('names and paths', () => {
  const patient = join(INSTALLED, 'mappings/patient.yaml');
  assert.is(pathOf('dicomcast:patient.yaml', '/site'), patient);
  assert.is(pathOf('patient.yaml', '/site/mappings'), '/site/mappings/patient.yaml');
  // No name leads out of the folder.
  assert.is(pathOf('dicomcast:../../etc/passwd', '/site'), join(INSTALLED, 'mappings/etc/passwd'));
  assert.is(calledFrom('/site', patient), 'dicomcast:patient.yaml');
  assert.is(calledFrom(INSTALLED, patient), 'mappings/patient.yaml');
  assert.is(calledFrom('/site', '/site/mappings/a.yaml'), 'mappings/a.yaml');
  assert.is(calledFrom('/site', '/elsewhere/a.yaml'), '/elsewhere/a.yaml');
});

test('a configuration, an overlay and the command line take them', () => {
  const folder = project({
    'dicomcast.config.yaml': withMappings(
      'mappings/patient.yaml',
      'dicomcast:endpoint.yaml',
      'dicomcast:imaging-study.yaml',
    ),
    'mappings/patient.yaml': 'extends: dicomcast:patient.yaml\nrules:\n  gender: { default: unknown }\n',
  });
  const terminal = fakeTerminal(folder);
  assert.is(check(terminal, {}), 0, terminal.printed().err);
  assert.is(check(terminal, { mappings: ['dicomcast:patient.yaml'] }), 0, terminal.printed().err);
  const page = fakeTerminal(folder);
  docs(page, {});
  assert.match(page.printed().out, /From `mappings\/patient\.yaml` over `dicomcast:patient\.yaml`/);
  assert.match(page.printed().out, /overrides dicomcast:patient\.yaml:\d+/);
});

test('a shipped overlay finds what it extends; --fix never writes into it', () => {
  const folder = project({
    'dicomcast.config.yaml': withMappings(
      'dicomcast:patient.yaml',
      'dicomcast:endpoint.yaml',
      'dicomcast:examples/practitioner.yaml',
      'dicomcast:examples/imaging-study-referrer.yaml',
    ),
  });
  const terminal = fakeTerminal(folder);
  assert.is(check(terminal, { fix: true }), 0, terminal.printed().err);
  assert.match(
    terminal.printed().out,
    /^dicomcast\.config\.yaml: 4 mappings, \d+ rules, plan [0-9a-f]{16}\n$/,
  );
});

test('a misspelt name: which one is meant', () => {
  const folder = project({
    'dicomcast.config.yaml': withMappings('mappings/patient.yaml', 'dicomcast:endpont.yaml'),
    'mappings/patient.yaml': 'extends: dicomcast:patien.yaml\n',
  });
  const terminal = fakeTerminal(folder);
  assert.is(check(terminal, {}), 1);
  assert.is(
    terminal.printed().err,
    `error[mapping.unreadable]: the mapping dicomcast:endpont.yaml does not exist
 --> dicomcast.config.yaml:3:37
  |
3 | mappings: ["mappings/patient.yaml", "dicomcast:endpont.yaml"]
  |                                     ^^^^^^^^^^^^^^^^^^^^^^^^
  = did you mean: dicomcast:endpoint.yaml

error[mapping.extends-file]: the file does not exist
 --> mappings/patient.yaml:1:10
  |
1 | extends: dicomcast:patien.yaml
  |          ^^^^^^^^^^^^^^^^^^^^^
  = did you mean: dicomcast:patient.yaml

2 errors, 0 warnings; more about one: dicomcast explain mapping.unreadable
`,
  );
});

test('a name like no other: all that there are', () => {
  const folder = project({ 'dicomcast.config.yaml': withMappings('dicomcast:device.yaml') });
  const terminal = fakeTerminal(folder);
  assert.is(check(terminal, {}), 1);
  assert.match(
    terminal.printed().err,
    / = help: Shipped are dicomcast:dose-observation\.yaml, dicomcast:endpoint\.yaml, dicomcast:examples\/device\.yaml, .*dicomcast:patient\.yaml\.\n/,
  );
});

test.run();
