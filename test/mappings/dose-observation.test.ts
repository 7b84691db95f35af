/**
 * mappings/dose-observation.yaml on reports as they should not be: odd values, odd trees, large ones. What it makes of ordinary
 * reports of each kind is in test/golden/dose-*.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { check } from '../../engine/cli/check.ts';
import { map } from '../../engine/cli/map.ts';
import type { FhirElement, FhirResource } from '../../engine/fhir/resource.ts';
import { runFeed, startEngine } from '../support/engine.ts';
import { dataset, type EntryWords, entries } from '../support/entries.ts';
import {
  coded,
  codeItem,
  container,
  ctReport,
  datetime,
  longReport,
  num,
  PLANE,
  report,
  text,
  uidref,
  XRAY_REPORT,
} from '../support/reports.ts';
import { siteProject } from '../support/site.ts';
import { fakeTerminal } from '../support/terminal.ts';

const test = suite('mappings/dose-observation');

/** `name: value` of each component, quantities with their unit. */
function shown(observation: FhirResource | undefined): readonly string[] {
  const components = (observation?.['component'] ?? []) as readonly FhirElement[];
  return components.map(({ code, ...value }) => {
    const { value: number, unit } = (value['valueQuantity'] ?? {}) as FhirElement;
    const told = number === undefined ? JSON.stringify(Object.values(value)[0]) : `${number} ${unit}`;
    return `${(code as FhirElement)['text']}: ${told}`;
  });
}

function keyOf({ identifier }: FhirResource): string {
  return String((identifier as readonly FhirElement[])[0]?.['value']);
}

/** Observations by identity. */
async function observations(...feed: readonly EntryWords[]): Promise<Readonly<Record<string, FhirResource>>> {
  const { resources, rows } = await runFeed({ entries: entries(...feed) });
  assert.equal(rows, []);
  const found = resources.filter(({ resourceType }) => resourceType === 'Observation');
  return Object.fromEntries(found.map((resource) => [keyOf(resource), resource]));
}

const acquisition = (...content: readonly EntryWords[]) => container('DCM|113819|CT Acquisition', ...content);
const eventUid = (uid: string) => uidref('DCM|113769|Irradiation Event UID', uid);
const dlp = (value: number | readonly number[]) => num('DCM|113838|DLP', value, 'mGy.cm');

test('counts of zero are written, no value is none, and two values are two', async () => {
  const unknown = { NumericValueQualifierCodeSequence: [codeItem('DCM|114007|Measurement not attempted')] };
  const made = await observations(
    report(XRAY_REPORT, [
      container(
        'DCM|113811|CT Accumulated Dose Data',
        num('DCM|113812|Total Number of Irradiation Events', 0, '{events}'),
        num('DCM|113731|Total Number of Radiographic Frames', 2.5),
        num('DCM|113813|CT Dose Length Product Total', 0, 'mGycm'),
        num('DCM|113722|Dose Area Product Total', []),
        { ...num('DCM|113725|Dose (RP) Total', []), ...unknown },
        num('DCM|113730|Total Fluoro Time', [74, 1.25], 's'),
        text('DCM|113507|Administered activity', 'not measured'),
        coded('DCM|113726|Fluoro Dose Area Product Total', 'DCM|114006|Measurement failure'),
      ),
    ]),
  );
  assert.equal(Object.keys(made), ['1.2.3.9.1/#1']);
  assert.equal(shown(made['1.2.3.9.1/#1']), [
    'Total Number of Irradiation Events: 0',
    'Total Number of Radiographic Frames: 2.5 1',
    'CT Dose Length Product Total: 0 mGy.cm',
    'Dose (RP) Total: {"coding":[{"system":"http://dicom.nema.org/resources/ontology/DCM","code":"114007","display":"Measurement not attempted"}]}',
    'Total Fluoro Time: 74 s',
    'Total Fluoro Time: 1.25 s',
    'Administered activity: "not measured"',
    'Fluoro Dose Area Product Total: {"coding":[{"system":"http://dicom.nema.org/resources/ontology/DCM","code":"114006","display":"Measurement failure"}]}',
  ]);
});

test('several dose reports inside another document are several summaries, each with its own', async () => {
  const inside = (total: number, ...events: readonly EntryWords[]) =>
    container(
      XRAY_REPORT,
      container('DCM|113811|CT Accumulated Dose Data', num('DCM|113813|Total', total, 'mGy.cm')),
      ...events,
    );
  const made = await observations(
    report('LN|18748-4|Diagnostic imaging report', [
      text('DCM|121106|Comment', 'two examinations'),
      inside(10, acquisition(eventUid('1.2.8.1'), dlp(10))),
      container(
        'DCM|121064|Current Procedure Descriptions',
        inside(20, acquisition(eventUid('1.2.8.2'), dlp(20))),
      ),
    ]),
  );
  assert.equal(
    Object.entries(made).map(([key, observation]) => [key, ...shown(observation)]),
    [
      ['1.2.3.9.1/#1.2', 'Total: 10 mGy.cm'],
      ['1.2.3.9.1/#1.3.1', 'Total: 20 mGy.cm'],
      ['1.2.3.9.1/1.2.8.1', 'DLP: 10 mGy.cm'],
      ['1.2.3.9.1/1.2.8.2', 'DLP: 20 mGy.cm'],
    ],
  );
});

test('events without a UID, or with one that is there twice, are told by their places', async () => {
  const keys = async (...content: readonly EntryWords[]) =>
    Object.keys(await observations(report('DCM|121181|DICOM Object Catalog', content)));
  assert.equal(await keys(acquisition(dlp(1)), acquisition(eventUid('1.2.8.1'), dlp(2))), [
    '1.2.3.9.1/#1.1',
    '1.2.3.9.1/1.2.8.1',
  ]);
  assert.equal(
    await keys(acquisition(eventUid('1.2.8.1'), dlp(1)), acquisition(eventUid('1.2.8.1'), dlp(2))),
    ['1.2.3.9.1/#1.1', '1.2.3.9.1/#1.2'],
  );
});

test('an identifier is a UID, or it is not written', async () => {
  const content = [
    uidref('DCM|121012|Device Observer UID', '1.2.00.-5'),
    text('DCM|121016|Device Observer Serial Number', 'SN 7'),
    acquisition(eventUid('1.2.00.-7'), dlp(1)),
  ];
  const made = await observations(report(XRAY_REPORT, content));
  const event = made['1.2.3.9.1/1.2.00.-7'];
  assert.equal(event?.['identifier'], [
    { system: 'urn:dicomcast:dose', value: '1.2.3.9.1/1.2.00.-7' },
    { system: 'urn:dicom:uid', value: 'urn:oid:1.2.3.9.1' },
  ]);
  const type = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'SNO' }] };
  assert.equal(event?.['device'], { type: 'Device', identifier: { type, value: 'SN 7' } });
});

test('an event has its own time, whatever the study has; a partial report is preliminary', async () => {
  const at = (started: string) => datetime('DCM|111526|DateTime Started', started);
  const made = await observations(
    report(
      XRAY_REPORT,
      [
        acquisition(eventUid('1.2.8.1'), at('20240507101500')),
        acquisition(eventUid('1.2.8.2'), at('20240507101500-0500')),
        acquisition(eventUid('1.2.8.3'), at('202405')),
        acquisition(eventUid('1.2.8.4')),
        { ...acquisition(eventUid('1.2.8.5')), ObservationDateTime: '20240508090000' },
      ],
      { StudyDate: '20240506', StudyTime: '1010', CompletionFlag: 'PARTIAL' },
    ),
  );
  assert.equal(
    Object.values(made).map(({ effectiveDateTime, status }) => `${effectiveDateTime} ${status}`),
    [
      '2024-05-06T10:10:00+00:00 preliminary',
      '2024-05-07T10:15:00+00:00 preliminary',
      '2024-05-07T10:15:00-05:00 preliminary',
      '2024-05 preliminary',
      'undefined preliminary',
      '2024-05-08T09:00:00+00:00 preliminary',
    ],
  );
});

test('the summary has nothing of the events, and an event nothing of others', async () => {
  const mean = num('DCM|113830|Mean CTDIvol', 5, 'mGy');
  const inner = container('99A|x|Inner', dlp(2), acquisition(dlp(3)));
  const content = [
    coded(PLANE, 'DCM|113622|Single Plane'),
    acquisition(eventUid('1.2.8.1'), mean, dlp(1), inner),
  ];
  const made = await observations(report(XRAY_REPORT, content));
  assert.equal(
    Object.entries(made).map(([key, observation]) => [key, ...shown(observation)]),
    [
      ['1.2.3.9.1/#1'],
      ['1.2.3.9.1/#1.2.4.2', 'DLP: 3 mGy.cm'],
      ['1.2.3.9.1/1.2.8.1', 'Mean CTDIvol: 5 mGy', 'DLP: 1 mGy.cm', 'DLP: 2 mGy.cm'],
    ],
  );
});

test('a report of 145 events and 57,000 elements, and one of 400 events, in bounded time', async () => {
  for (const [events, seconds] of [
    [145, 10],
    [400, 25],
  ] as const) {
    const engine = await startEngine();
    try {
      const feed = entries(longReport(events), { SOPInstanceUID: '1.2.3.1.2' });
      const before = process.cpuUsage();
      const { rows, progress } = await engine.run(feed);
      const { user } = process.cpuUsage(before);
      assert.equal(rows, []);
      assert.is(progress.failed, 0);
      assert.is(engine.stored('Observation').length, events + 1);
      assert.ok(user < seconds * 1e6, `${events} events took ${user / 1e6} s`);
      assert.equal((await engine.run(feed)).sent, []);
    } finally {
      await engine.close();
    }
  }
});

test('of what is no structured report, the server is asked nothing', async () => {
  const { requests, resources } = await runFeed({
    entries: entries({}, { SOPInstanceUID: '1.2.3.1.2', Modality: 'MR' }),
  });
  assert.equal(
    requests.filter((request) => request.includes('Observation')),
    [],
  );
  assert.ok(resources.length > 0);
});

test('generateObservations: false in the configuration switches it off', async () => {
  const switched = (line: string) =>
    siteProject({ 'dicomcast.config.yaml': ['generateObservations: true', line] });
  const types = async (folder: string) => {
    writeFileSync(
      join(folder, 'ct.json'),
      JSON.stringify(dataset({ PatientID: 'P', StudyInstanceUID: '1.2', ...ctReport() })),
    );
    const terminal = fakeTerminal(folder);
    assert.is(await map(terminal, 'ct.json', {}), 0, terminal.printed().err);
    const resources = JSON.parse(terminal.printed().out) as readonly FhirResource[];
    return resources.filter(({ resourceType }) => resourceType === 'Observation').length;
  };
  assert.is(await types(siteProject()), 3);
  assert.is(await types(switched('generateObservations: false')), 0);
  // What the configuration does not say, the mapping says.
  assert.is(await types(switched('')), 3);
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a placeholder of the configuration
  assert.is(await types(switched('generateObservations: ${env:NOT_SET:-false}')), 0);
});

test('an overlay says which values are components', async () => {
  const codes = async (let_: string) => {
    const folder = siteProject({
      'dicomcast.config.yaml': ['mappings/dose-observation.yaml', 'dose.yaml'],
    });
    writeFileSync(join(folder, 'dose.yaml'), `extends: mappings/dose-observation.yaml\nlet:\n${let_}`);
    writeFileSync(
      join(folder, 'ct.json'),
      JSON.stringify(dataset({ PatientID: 'P', StudyInstanceUID: '1.2', ...ctReport() })),
    );
    const terminal = fakeTerminal(folder);
    assert.is(await map(terminal, 'ct.json', {}), 0, terminal.printed().err);
    const resources = JSON.parse(terminal.printed().out) as readonly FhirResource[];
    return resources
      .filter(({ resourceType }) => resourceType === 'Observation')
      .map((each) =>
        shown(each)
          .map((line) => line.replace(/:.*/, ''))
          .join(', '),
      );
  };
  const events = 'Mean CTDIvol, CTDIw Phantom Type, DLP';
  const summary = 'Procedure reported, Total Number of Irradiation Events, CT Dose Length Product Total';
  assert.equal(await codes(`  totals: '["DCM|113813"]'\n`), ['CT Dose Length Product Total', events, events]);
  assert.equal(await codes(`  doses: '["DCM|113830", "DCM|113838"]'\n`), [
    summary,
    'Mean CTDIvol, DLP',
    'Mean CTDIvol, DLP',
  ]);
  assert.equal(await codes(`  totals: '[]'\n  doses: '[]'\n`), ['', '', '']);
});

test('the switch may stand without its mapping, and not twice', () => {
  const changed = (change: readonly [string, string]) => {
    const terminal = fakeTerminal(siteProject({ 'dicomcast.config.yaml': change }));
    return [check(terminal, {}), terminal.printed().err] as const;
  };
  assert.equal(changed(['  - mappings/dose-observation.yaml\n', '']), [0, '']);
  const [code, err] = changed(['settings:\n', 'settings:\n  generateObservations: true\n']);
  assert.is(code, 1);
  assert.match(
    err,
    'error[config.not-allowed]: `generateObservations` stands at the top level of the file too',
  );
});

test.run();
