/** check, map and run as their users see them: what is printed, and the exit code. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { check } from '../../engine/cli/check.ts';
import { explain } from '../../engine/cli/explain.ts';
import { map } from '../../engine/cli/map.ts';
import { run } from '../../engine/cli/run.ts';
import { createChangeFeedSandbox } from '../../engine/sandbox/change-feed-server.ts';
import { createFhirSandbox } from '../../engine/sandbox/fhir-server.ts';
import { siteProject } from '../support/site.ts';
import { fakeTerminal } from '../support/terminal.ts';

const test = suite('commands');

const INSTANCE = {
  '00080016': { vr: 'UI', Value: ['1.2.840.10008.5.1.4.1.1.4'] },
  '00080018': { vr: 'UI', Value: ['1.2.3.1.1'] },
  '00080020': { vr: 'DA', Value: ['20260230'] },
  '00080060': { vr: 'CS', Value: ['MR'] },
  '00100010': { vr: 'PN', Value: [{ Alphabetic: 'Beispiel^Anna' }] },
  '00100020': { vr: 'LO', Value: ['P-1'] },
  '0020000D': { vr: 'UI', Value: ['1.2.3'] },
  '0020000E': { vr: 'UI', Value: ['1.2.3.1'] },
};

test('check says what is there', () => {
  const terminal = fakeTerminal(siteProject());
  assert.is(check(terminal, {}), 0);
  const { out, err } = terminal.printed();
  assert.match(out, /^dicomcast\.config\.yaml: 4 mappings, 47 rules, plan [0-9a-f]{16}\n$/);
  assert.is(err, '');
});

test('a file of the configuration is checked with the others, another file in their place', () => {
  const folder = siteProject();
  const checked = (...mappings: readonly string[]) => {
    const terminal = fakeTerminal(folder);
    return [
      check(terminal, { mappings }),
      terminal.printed().out.replace(/plan .*/, ''),
      terminal.printed().err,
    ];
  };
  // It refers to Patient and Endpoint.
  assert.equal(checked('mappings/imaging-study.yaml'), [
    0,
    'dicomcast.config.yaml: 4 mappings, 47 rules, \n',
    '',
  ]);
  // The settings of the configuration are for other mappings.
  assert.equal(checked('mappings/examples/device.yaml'), [
    0,
    'dicomcast.config.yaml: 1 mapping, 7 rules, \n',
    '',
  ]);
  const [code, , err] = checked('mappings/examples/device.yaml', 'mappings/imaging-study.yaml');
  assert.is(code, 1);
  assert.match(String(err), 'no mapping is named Patient');
});

test('check shows all mistakes of all files at once, each with a caret', () => {
  const terminal = fakeTerminal(
    siteProject({
      'mappings/patient.yaml': ['tag: PatientSex', 'tag: PatientSexx'],
      'mappings/imaging-study.yaml': ['to: ImagingStudy.status', 'to: ImagingStudy.staus'],
    }),
  );
  assert.is(check(terminal, {}), 1);
  assert.is(
    terminal.printed().err,
    `error[mapping.unknown-element]: ImagingStudy has no element staus
  --> mappings/imaging-study.yaml:62:22
   |
62 |     to: ImagingStudy.staus
   |                      ^^^^^
   = rule: ImagingStudy.status
   = did you mean: status

error[mapping.unknown-attribute]: there is no DICOM attribute PatientSexx
  --> mappings/patient.yaml:35:10
   |
35 |     tag: PatientSexx
   |          ^^^^^^^^^^^
   = rule: Patient.gender
   = did you mean: PatientSex

2 errors, 0 warnings; more about one: dicomcast explain mapping.unknown-element
`,
  );
});

test('a credential in the configuration is not shown, whatever is wrong beside it', () => {
  const auth = '  auth: { type: bearer, token: CANARY-1, tokn: CANARY-2 }\n';
  const terminal = fakeTerminal(
    siteProject({ 'dicomcast.config.yaml': ['  apiVersion: v1\n', `  apiVersion: v1\n${auth}`] }),
  );
  assert.is(check(terminal, {}), 1);
  const { out, err } = terminal.printed();
  assert.match(err, 'config.unknown-key');
  assert.not.match(out + err, /CANARY/);
});

test('map shows what an instance becomes, and what was left out', async () => {
  const folder = siteProject();
  writeFileSync(join(folder, 'mr.json'), JSON.stringify(INSTANCE));
  const terminal = fakeTerminal(folder);
  assert.is(await map(terminal, 'mr.json', {}), 0);
  const { out, err } = terminal.printed();
  const resources = JSON.parse(out) as { resourceType: string; name?: unknown; started?: string }[];
  assert.equal(
    resources.map(({ resourceType }) => resourceType),
    ['Patient', 'Endpoint', 'ImagingStudy'],
  );
  assert.equal(resources[0]?.name, [{ family: 'Beispiel', given: ['Anna'], use: 'usual' }]);
  assert.is(resources[2]?.started, undefined);
  assert.is(err, 'left out: ImagingStudy.started: StudyDate is no DA: a day of the calendar as yyyymmdd\n');
});

test('map takes an instance for one of the source that is named', async () => {
  const folder = siteProject({
    'dicomcast.config.yaml': [
      'source:\n',
      'sources:\n  - { id: a, type: change-feed, url: "https://a.example.org" }\n  - { id: b, type: change-feed, url: "https://b.example.org" }\nx-source:\n',
    ],
  });
  const config = join(folder, 'dicomcast.config.yaml');
  const text = readFileSync(config, 'utf8');
  writeFileSync(config, text.replace(/^x-source:\n(?: .*\n|\n)*/m, ''));
  writeFileSync(join(folder, 'mr.json'), JSON.stringify(INSTANCE));
  const of = async (options: Parameters<typeof map>[2]) => {
    const terminal = fakeTerminal(folder);
    const code = await map(terminal, 'mr.json', options);
    const { out, err } = terminal.printed();
    return [code, /"source": "(.*)"/.exec(out)?.[1], code === 0 ? '' : err];
  };
  assert.equal(await of({}), [0, 'https://a.example.org/', '']);
  assert.equal(await of({ source: 'b' }), [0, 'https://b.example.org/', '']);
  assert.equal(await of({ source: 'c' }), [
    64,
    undefined,
    'error: there is no source of this id\n  = help: the configuration has a, b\n',
  ]);
});

test('map of an instance that would go to the error store, and of what is no instance', async () => {
  const folder = siteProject();
  const { '00100020': _, ...withoutId } = INSTANCE;
  writeFileSync(join(folder, 'mr.json'), JSON.stringify(withoutId));
  const terminal = fakeTerminal(folder);
  assert.is(await map(terminal, 'mr.json', {}), 1);
  assert.is(await map(terminal, 'mappings/patient.yaml', {}), 1);
  assert.is(await map(terminal, 'nothing.dcm', {}), 1);
  assert.is(await map(terminal, 'mappings', {}), 1);
  assert.equal(terminal.printed(), {
    out: '',
    err: `error[dicom.missing-tag]: Patient.identifier: PatientID is required and has no value
  = help: The mapping requires this tag; correct the instance, or set required: false on the rule.
error: mappings/patient.yaml: it is neither a DICOM file (there is no DICM at byte 128) nor DICOM JSON
error: nothing.dcm does not exist
error: mappings is a folder, not a file
`,
  });
});

test('an instance without its UIDs is told of by their names, as a person finds them in it', async () => {
  const folder = siteProject();
  const { '0020000D': _, ...withoutStudy } = INSTANCE;
  const { '0020000E': __, '00080018': ___, ...others } = INSTANCE;
  writeFileSync(join(folder, 'study.json'), JSON.stringify(withoutStudy));
  writeFileSync(
    join(folder, 'others.json'),
    JSON.stringify({ ...others, '00080018': { vr: 'UI', Value: [null] } }),
  );
  writeFileSync(
    join(folder, 'number.json'),
    JSON.stringify({ ...INSTANCE, '00080018': { vr: 'UI', Value: [12] } }),
  );
  const terminal = fakeTerminal(folder);
  const help =
    '  = help: no DICOM service takes an instance without its three UIDs, as text; correct the file\n';
  assert.is(await map(terminal, 'study.json', {}), 1);
  assert.is(await explain(terminal, ['others.json'], {}), 1);
  assert.is(await map(terminal, 'number.json', {}), 1);
  assert.equal(terminal.printed(), {
    out: '',
    err: `error: study.json: StudyInstanceUID (0020,000D) is missing
${help}error: others.json: SeriesInstanceUID (0020,000E) and SOPInstanceUID (0008,0018) are missing
${help}error: number.json: SOPInstanceUID (0008,0018) is not text
${help}`,
  });
});

test('run --once brings the feed to the FHIR server, and keeps values out of its log', async () => {
  const folder = siteProject();
  const dicom = join(folder, 'dicom');
  mkdirSync(dicom);
  writeFileSync(join(dicom, 'mr.json'), JSON.stringify(INSTANCE));
  const feed = await createChangeFeedSandbox({ folder: dicom });
  const fhir = await createFhirSandbox();
  try {
    const terminal = fakeTerminal(folder, { DICOM_URL: feed.url, FHIR_URL: fhir.url });
    assert.is(await run(terminal, { once: true }), 0);
    assert.equal(
      fhir.resources().map(({ resourceType, id }) => `${resourceType}/${id}`),
      ['Endpoint/1', 'ImagingStudy/3', 'Patient/2'],
    );
    const events = terminal
      .printed()
      .err.trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { event: string }).event);
    assert.equal(events, ['start', 'row', 'progress', 'stop']);
    assert.not.match(terminal.printed().err, /Beispiel|P-1|20260230/);
  } finally {
    await feed.close();
    await fhir.close();
  }
});

test('run tells what it could not reach, with exit code 3', async () => {
  const terminal = fakeTerminal(siteProject(), { FHIR_URL: 'http://127.0.0.1:1/fhir' });
  assert.is(await run(terminal, { once: true }), 3);
  assert.is(
    terminal.printed().err,
    `error[fhir.unreachable]: GET http://127.0.0.1:1/fhir/metadata: no answer (ECONNREFUSED)
  = help: Check fhir.url and that the FHIR server is up.
`,
  );
});

test('run stops at wrong credentials, and says where to look', async () => {
  const fhir = await createFhirSandbox({ token: 'right' });
  try {
    const terminal = fakeTerminal(siteProject(), { FHIR_URL: fhir.url });
    assert.is(await run(terminal, { once: true }), 1);
    assert.match(terminal.printed().err, 'error[fhir.unauthorized]');
    assert.match(terminal.printed().err, 'help: Check fhir.auth in the configuration');
  } finally {
    await fhir.close();
  }
});

test.run();
