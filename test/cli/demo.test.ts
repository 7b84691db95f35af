/** The demo as its user sees it: sample studies, the same again, real instances, a changed mapping. */

import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { demo } from '../../engine/cli/demo.ts';
import { sandbox } from '../../engine/cli/sandbox.ts';
import { skipWithoutCorpus } from '../support/corpus.ts';
import { siteProject } from '../support/site.ts';
import { fakeTerminal } from '../support/terminal.ts';

const test = suite('demo');
const onCorpus = skipWithoutCorpus(test);
const PORTS = { fhirPort: 0, feedPort: 0 };

test('sample studies arrive and are shown', async () => {
  const terminal = fakeTerminal(siteProject());
  assert.is(await demo(terminal, { ...PORTS, once: true }), 0);
  const { out, err } = terminal.printed();
  assert.is(err, '');
  // Studies are written side by side: which id the server gives to which is not the same every time.
  const shown = out
    .split('\n')
    .slice(6)
    .map((line) => line.replace(/^( +ImagingStudy)\/\d+ +(Patient)\/\d+ +/, '$1 of $2  '));
  const studies = shown.filter((line) => line.includes(' of Patient ')).toSorted();
  assert.equal(studies, [
    '  ImagingStudy of Patient  CR          1       1',
    '  ImagingStudy of Patient  CR          1       2',
    '  ImagingStudy of Patient  CR          2       2',
    '  ImagingStudy of Patient  CT, KO      3       11',
    '  ImagingStudy of Patient  CT, SR      2       7',
    '  ImagingStudy of Patient  MR          2       8',
    '  ImagingStudy of Patient  MR          3       12',
    '  ImagingStudy of Patient  US          1       5',
  ]);
  assert.equal(
    shown.filter((line) => !studies.includes(line)),
    [
      '48 entries: 48 stored, 0 passed over, 0 in the error store; resources: 17 made, 0 changed, 0 deleted',
      '',
      '  study            of          modalities  series  instances',
      '',
      'On the FHIR server: Endpoint 1, ImagingStudy 8, Observation 2, Patient 7',
      '',
    ],
  );
});

test('a second start sends nothing', async () => {
  const folder = siteProject();
  await demo(fakeTerminal(folder), { ...PORTS, once: true });
  const terminal = fakeTerminal(folder);
  assert.is(await demo(terminal, { ...PORTS, once: true }), 0);
  assert.match(
    terminal.printed().out,
    '0 entries: 0 stored, 0 passed over, 0 in the error store; resources: 0 made, 0 changed, 0 deleted',
  );
});

test('a removed file leaves the FHIR server while the demo runs', async () => {
  const folder = siteProject();
  const terminal = fakeTerminal(folder);
  const ended = demo(terminal, { ...PORTS });
  const waitFor = async (text: string): Promise<void> => {
    for (let tries = 0; tries < 100 && !terminal.printed().out.includes(text); tries++) await sleep(100);
    assert.match(terminal.printed().out, text);
  };
  await waitFor('Now remove or add a file');
  rmSync(join(folder, '.dicomcast/demo/dicom/us-abdomen'), { recursive: true });
  await waitFor('resources: 0 made, 0 changed, 1 deleted');
  terminal.stop();
  assert.is(await ended, 0);
});

test('a folder that is not there, and a port that is taken, are told plainly', async () => {
  const folder = siteProject();
  const terminal = fakeTerminal(folder);
  assert.is(await demo(terminal, { ...PORTS, dicom: 'nowhere' }), 1);
  assert.is(
    terminal.printed().err,
    'error: nowhere does not exist\n  = help: --dicom names a folder of DICOM files or DICOM JSON\n',
  );
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  const second = fakeTerminal(folder);
  assert.is(await demo(second, { fhirPort: 0, feedPort: port, once: true }), 3);
  taken.close();
  assert.is(
    second.printed().err,
    `error: port ${port} is in use by another program\n  = help: choose another with --fhir-port or --feed-port; 0 takes a free one\n`,
  );
});

test('files that are in the way, and data that cannot be used, are told as what they are', async () => {
  const folder = siteProject();
  const told = async (start: typeof demo | typeof sandbox, options = {}): Promise<string> => {
    const terminal = fakeTerminal(folder);
    const code = await start(terminal, { ...PORTS, once: true, ...options });
    return `${terminal.printed().err}exit ${code}\n`;
  };
  writeFileSync(join(folder, '.dicomcast'), '');
  const inTheWay = `error: .dicomcast/demo cannot be written (ENOTDIR)
  = help: the sandbox keeps its data below the folder where it is started; start it where you may write
exit 1
`;
  assert.equal([await told(demo), await told(sandbox)], [inTheWay, inTheWay]);
  rmSync(join(folder, '.dicomcast'));
  mkdirSync(join(folder, '.dicomcast/demo'), { recursive: true });
  writeFileSync(join(folder, '.dicomcast/demo/feed.db'), 'notes '.repeat(200));
  assert.is(
    await told(demo),
    `error: the data in .dicomcast/demo cannot be used: file is not a database
  = help: --fresh forgets them and starts anew; the DICOM files stay
exit 1
`,
  );
  new DatabaseSync(join(folder, '.dicomcast/demo/fhir.db')).exec('PRAGMA user_version = 99');
  rmSync(join(folder, '.dicomcast/demo/feed.db'));
  assert.is(
    await told(demo),
    `error: the data in .dicomcast/demo cannot be used: another version, or another program, made them
  = help: --fresh forgets them and starts anew; the DICOM files stay
exit 1
`,
  );
  assert.is(await told(demo, { fresh: true }), 'exit 0\n');
  assert.is(
    await told(demo, { dicom: 'dicomcast.config.yaml' }),
    'error: dicomcast.config.yaml is no folder\n  = help: --dicom names a folder of DICOM files or DICOM JSON\nexit 1\n',
  );
});

test('one changed line of a mapping changes what arrives', async () => {
  const folder = siteProject();
  const path = join(folder, 'mappings/patient.yaml');
  writeFileSync(path, readFileSync(path, 'utf8').replace('M: male', 'M: unknown'));
  const terminal = fakeTerminal(folder);
  const ended = demo(terminal, { ...PORTS });
  for (let tries = 0; tries < 100 && !terminal.printed().out.includes('Now remove'); tries++)
    await sleep(100);
  const base = /http:\/\/127\.0\.0\.1:\d+\/fhir/.exec(terminal.printed().out)?.[0];
  const answer = await fetch(`${base}/Patient?_count=100`, { headers: { Accept: 'application/fhir+json' } });
  const { entry } = (await answer.json()) as { entry: { resource: { gender?: string } }[] };
  terminal.stop();
  await ended;
  const genders = new Set(entry.map(({ resource }) => resource.gender));
  assert.is(genders.has('male'), false);
  assert.is(genders.has('unknown'), true);
});

onCorpus('every real instance ends as FHIR or as a row with a reason', async (corpus) => {
  const folder = siteProject();
  const terminal = fakeTerminal(folder);
  assert.is(await demo(terminal, { ...PORTS, once: true, dicom: corpus }), 0);
  const { out } = terminal.printed();
  assert.match(
    out,
    '122 entries: 83 stored, 21 passed over, 18 in the error store; resources: 117 made, 0 changed, 0 deleted',
  );
  assert.match(out, 'On the FHIR server: Endpoint 1, ImagingStudy 46, Observation 30, Patient 41');
  assert.match(
    out,
    /12 +DicomFailToStore +dicom\.missing-tag +Patient\.identifier +PatientID is required and has no value/,
  );
  const again = fakeTerminal(folder);
  await demo(again, { ...PORTS, once: true, dicom: corpus });
  assert.match(
    again.printed().out,
    '0 entries: 0 stored, 0 passed over, 0 in the error store; resources: 0 made, 0 changed, 0 deleted',
  );
});

test.run();
