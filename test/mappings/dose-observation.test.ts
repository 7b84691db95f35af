/** mappings/dose-observation.yaml on large reports, and switched off. What it makes of reports is tested beside it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { check } from '../../engine/cli/check.ts';
import { map } from '../../engine/cli/map.ts';
import type { FhirElement, FhirResource } from '../../engine/fhir/resource.ts';
import { runFeed, startEngine } from '../support/engine.ts';
import { dataset, entries } from '../support/entries.ts';
import { ctReport, longReport } from '../support/reports.ts';
import { siteProject } from '../support/site.ts';
import { fakeTerminal } from '../support/terminal.ts';

const test = suite('mappings/dose-observation');

function componentNames({ component }: FhirResource): string {
  const components = (component ?? []) as readonly FhirElement[];
  return components.map(({ code }) => (code as FhirElement)['text']).join(', ');
}

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
    return resources.filter(({ resourceType }) => resourceType === 'Observation').map(componentNames);
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
