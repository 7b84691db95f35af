/** init as its users see it: what is made, that it passes its own check and test at once, and that nothing is overwritten. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { check } from '../../engine/cli/check.ts';
import { init } from '../../engine/cli/init.ts';
import { test as runTests } from '../../engine/cli/test.ts';
import { readYaml } from '../../engine/compile/yaml-source.ts';
import { temporaryFolder } from '../support/temp.ts';
import { fakeTerminal } from '../support/terminal.ts';

const test = suite('cli/init');

const FILES = [
  '.gitignore',
  'README.md',
  'compose.yaml',
  'dicomcast.config.yaml',
  'mappings/patient.yaml',
  'tests/fixtures/ct-1.json',
  'tests/golden/a-new-study.json',
  'tests/patient.test.yaml',
];

function made(): string {
  const folder = temporaryFolder();
  assert.is(init(fakeTerminal(folder), '.'), 0);
  return folder;
}

function filesOf(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

const read = (...path: readonly string[]): string => readFileSync(join(...path), 'utf8');

test('a project, the same every time, and what to do next', () => {
  const folder = temporaryFolder();
  const terminal = fakeTerminal(folder);
  assert.is(init(terminal, '.'), 0);
  assert.equal(filesOf(folder), FILES);
  assert.is(
    terminal.printed().out,
    `${FILES.join('\n')}

Next:
  dicomcast test      # passes; then change mappings/patient.yaml and see it fail
  dicomcast check     # before the first run: patientSystemId in dicomcast.config.yaml is only an example
`,
  );
  const again = made();
  for (const name of FILES) assert.is(read(folder, name), read(again, name), name);
});

test('its check passes without a word, and records what the overlay changes', () => {
  const terminal = fakeTerminal(made());
  assert.is(check(terminal, {}), 0);
  assert.match(
    terminal.printed().out,
    /^dicomcast\.config\.yaml: 3 mappings, 34 rules, plan [0-9a-f]{16}\n$/,
  );
  assert.is(terminal.printed().err, '');
});

test('its test passes at once, in less than two seconds of work', async () => {
  const folder = made();
  const began = process.cpuUsage();
  const terminal = fakeTerminal(folder);
  assert.is(await runTests(terminal, [], {}), 0, terminal.printed().out);
  const { user, system } = process.cpuUsage(began);
  assert.match(terminal.printed().out, /^5 cases in 1 file, 5 passed, 0 failed/);
  assert.ok(user + system < 2_000_000, `${user + system} microseconds`);
  assert.equal(filesOf(folder), FILES, 'a run leaves nothing behind');
});

test('its test is one of the overlay: without the site’s code, the case of the code fails', async () => {
  const folder = made();
  const path = join(folder, 'mappings/patient.yaml');
  writeFileSync(path, read(path).replace('D: other', 'X: other'));
  const terminal = fakeTerminal(folder);
  assert.is(await runTests(terminal, [], {}), 1);
  assert.match(terminal.printed().out, /✗ tests\/patient\.test\.yaml:\d+ {2}our-own-code\n/);
  assert.match(terminal.printed().out, /5 cases in 1 file, 4 passed, 1 failed/);
});

test('in another folder, which is made', async () => {
  const parent = temporaryFolder();
  const terminal = fakeTerminal(parent);
  assert.is(init(terminal, 'site'), 0);
  assert.equal(filesOf(join(parent, 'site')), FILES);
  assert.match(terminal.printed().out, /^site\/\.gitignore\n/);
  assert.match(terminal.printed().out, /\n {2}cd site\n {2}dicomcast test /);
  // From outside too: the test file names its configuration.
  assert.is(await runTests(fakeTerminal(parent), ['site'], {}), 0);
});

test('nothing is overwritten: the files that are there are named, and none is written', () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'mappings'));
  writeFileSync(join(folder, 'README.md'), 'ours\n');
  writeFileSync(join(folder, 'mappings/patient.yaml'), 'ours\n');
  const terminal = fakeTerminal(folder);
  assert.is(init(terminal, '.'), 1);
  assert.equal(terminal.printed(), {
    out: '',
    err:
      'error: nothing was written, since README.md, mappings/patient.yaml exist already\n' +
      '  = help: dicomcast init <folder> makes the project in another folder; take from it what you want\n',
  });
  assert.equal(filesOf(folder), ['README.md', 'mappings/patient.yaml']);
  assert.is(read(folder, 'README.md'), 'ours\n');
});

test('a folder that cannot be made', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'file'), '');
  const terminal = fakeTerminal(folder);
  assert.is(init(terminal, 'file/site'), 1);
  assert.is(
    terminal.printed().err,
    'error: file/site cannot be written: a file stands where a folder is to be\n',
  );
});

test('the compose file is YAML and mounts the project where it works', () => {
  const { value, diagnostics } = readYaml('compose.yaml', read(made(), 'compose.yaml'));
  assert.equal(diagnostics, []);
  const { dicomcast, sandbox } = (value as { services: Record<string, Record<string, unknown>> }).services;
  assert.equal(
    [dicomcast?.['working_dir'], dicomcast?.['volumes']],
    ['/site', ['.:/site:ro', 'state:/var/lib/dicomcast']],
  );
  assert.equal([dicomcast?.['image'], sandbox?.['image']], ['dicomcast', 'dicomcast']);
  assert.ok(existsSync(join(import.meta.dirname, '../../Dockerfile')));
  const dockerfile = read(import.meta.dirname, '../../Dockerfile');
  assert.match(
    dockerfile,
    /^ENTRYPOINT \["node", [^\]]*"--allow-fs-read=\/site\/", [^\]]*"\/app\/engine\/cli\/main\.ts"\]$/m,
  );
});

test.run();
