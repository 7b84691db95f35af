/** The tutorial is true: its blocks are its files, the check passes, and an instance becomes what it says. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { check } from '../../engine/cli/check.ts';
import { map } from '../../engine/cli/map.ts';
import { temporaryFolder } from '../support/temp.ts';
import { fakeTerminal } from '../support/terminal.ts';

const test = suite('tutorial');
const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));
const CONFIG = 'mappings/tutorial/dicomcast.config.yaml';

function page(): string {
  return readFileSync(join(REPOSITORY, 'mappings/tutorial/README.md'), 'utf8');
}

function blocks(language: string): readonly string[] {
  const fences = page().matchAll(/^```(\S+)[^\n]*\n([\s\S]*?)^```$/gm);
  return [...fences].filter(([, name]) => name === language).map(([, , text]) => text ?? '');
}

/** A copy of the shipped mappings, to be changed. */
function copy(): string {
  const folder = temporaryFolder();
  cpSync(join(REPOSITORY, 'mappings'), join(folder, 'mappings'), { recursive: true });
  return folder;
}

test('the blocks are the files', () => {
  const files = ['dicomcast.config.yaml', 'imaging-study.yaml', 'body-parts.csv'];
  assert.equal(
    [...blocks('yaml'), ...blocks('csv')],
    files.map((name) => readFileSync(join(REPOSITORY, 'mappings/tutorial', name), 'utf8')),
  );
});

test('the check passes, and tells a misspelt rule as the page says', async () => {
  const folder = copy();
  const terminal = fakeTerminal(folder);
  assert.is(await check(terminal, { config: CONFIG }), 0);
  assert.match(
    page(),
    terminal
      .printed()
      .out.replace(/plan \w+/, 'plan …')
      .trim(),
  );
  const path = join(folder, 'mappings/tutorial/imaging-study.yaml');
  writeFileSync(path, readFileSync(path, 'utf8').replace('  note:', '  nota:'));
  const wrong = fakeTerminal(folder);
  assert.is(await check(wrong, { config: CONFIG }), 1);
  const [finding = ''] = wrong.printed().err.split('\n\n');
  assert.match(page(), finding);
});

test('an instance becomes what the page says', async () => {
  const folder = copy();
  const text = (vr: string, value: unknown) => ({ vr, Value: [value] });
  writeFileSync(
    join(folder, 'head.json'),
    JSON.stringify({
      '00080016': text('UI', '1.2.840.10008.5.1.4.1.1.2'),
      '00080018': text('UI', '1.2.3.1.1'),
      '00080060': text('CS', 'CT'),
      '00080090': text('PN', { Alphabetic: 'Beispiel^Berta^^Dr.' }),
      '00081030': text('LO', 'CT head'),
      '00100020': text('LO', '4711'),
      '00180015': text('CS', 'HEAD'),
      '0020000D': text('UI', '1.2.3'),
      '0020000E': text('UI', '1.2.3.1'),
    }),
  );
  const terminal = fakeTerminal(folder);
  assert.is(await map(terminal, 'head.json', { config: CONFIG }), 0);
  type Element = Readonly<Record<string, unknown>>;
  const resources = JSON.parse(terminal.printed().out) as Element[];
  const of = (type: string): Element => resources.find(({ resourceType }) => resourceType === type) ?? {};
  const study = of('ImagingStudy');
  assert.equal(
    {
      'Patient.identifier': of('Patient')['identifier'],
      'Practitioner.name': of('Practitioner')['name'],
      'ImagingStudy.description': study['description'],
      'ImagingStudy.series.bodySite': (study['series'] as Element[]).map(({ bodySite }) => bodySite),
    },
    JSON.parse(blocks('json')[0] ?? ''),
  );
  assert.is(study['note'], undefined);
  assert.match(JSON.stringify(study['referrer']), /^\{"reference":"urn:uuid:/);
});

test.run();
