/** retry and replay, and a run that is paused, as their users see them: what is printed, and the exit code. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { replayEntries, retry } from '../../engine/cli/retry.ts';
import { run } from '../../engine/cli/run.ts';
import { status } from '../../engine/cli/status.ts';
import { openSqliteState } from '../../engine/io/state-sqlite.ts';
import { createChangeFeedSandbox } from '../../engine/sandbox/change-feed-server.ts';
import { createFhirSandbox, type FhirSandbox } from '../../engine/sandbox/fhir-server.ts';
import { created, type FeedEntry } from '../support/loop.ts';
import { siteProject } from '../support/site.ts';
import { temporaryFolder } from '../support/temp.ts';
import { type FakeTerminal, fakeTerminal } from '../support/terminal.ts';

const test = suite('retry and replay');

test('retry and replay say what they need', async () => {
  const terminal = fakeTerminal(siteProject());
  assert.equal(
    [
      await retry(terminal, [], {}),
      await replayEntries(terminal, { to: 7 }),
      await retry(terminal, [], { all: true }),
    ],
    [64, 64, 0],
  );
  assert.equal(terminal.printed(), {
    out: 'nothing to run again\n',
    err: `error: which rows?
  = help: name ids, --code, --rule or --all; \`dicomcast errors\` shows them
error: which entries?
  = help: name --from, and --to if not all the rest, or --study
`,
  });
});

test('retry and replay leave a running engine alone', async () => {
  const folder = siteProject();
  const engine = openSqliteState(join(folder, '.dicomcast/state.db'));
  for (const work of [
    (terminal: FakeTerminal) => retry(terminal, [1], {}),
    (terminal: FakeTerminal) => replayEntries(terminal, { from: 1 }),
  ]) {
    const terminal = fakeTerminal(folder);
    assert.is(await work(terminal), 1);
    assert.is(
      terminal.printed().err,
      `error: an engine is running on .dicomcast/state.db
  = help: stop it, run this again, and start it anew; what it has not read yet waits in the feed
`,
    );
  }
  engine.close();
});

const ANNA = { PatientID: 'patient-anna', PatientName: 'Zebra^Anna' };
const ENTRIES: readonly FeedEntry[] = [
  created(1, '1.1.1', { ...ANNA, StudyDescription: 'Thorax nativ' }),
  created(2, '1.1.2', ANNA),
  created(3, '2.1.1', { ...ANNA, PatientID: undefined }),
];

/** Makes the study's description required, or not. */
function requireDescription(folder: string, isRequired: boolean): void {
  const path = join(folder, 'mappings/imaging-study.yaml');
  const to = '    to: ImagingStudy.description\n';
  const text = readFileSync(path, 'utf8').replace('    required: true # broken\n', '');
  writeFileSync(path, isRequired ? text.replace(to, `${to}    required: true # broken\n`) : text);
}

async function withServices(
  work: (folder: string, env: Readonly<Record<string, string>>, fhir: FhirSandbox) => Promise<void>,
): Promise<void> {
  const feed = await createChangeFeedSandbox({ folder: temporaryFolder() });
  const fhir = await createFhirSandbox();
  for (const entry of ENTRIES) feed.push(entry);
  try {
    await work(siteProject(), { DICOM_URL: feed.url, FHIR_URL: fhir.url }, fhir);
  } finally {
    await feed.close();
    await fhir.close();
  }
}

test('a mapping is corrected, and retry brings what it had kept out', () =>
  withServices(async (folder, env, fhir) => {
    requireDescription(folder, true);
    assert.is(await run(fakeTerminal(folder, env), { once: true }), 0);
    requireDescription(folder, false);
    const terminal = fakeTerminal(folder, env);
    assert.is(await retry(terminal, [], { all: true }), 1);
    const { out, err } = terminal.printed();
    assert.is(err, '');
    assert.is(
      out.replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, '(a time)           '),
      `2 entries: 1 stored, 1 failed; resources: 0 made, 1 changed, 0 deleted

still open:
  rows  kind              code               rule                first seen (UTC)     last seen (UTC)      ids
  1     DicomFailToStore  dicom.missing-tag  Patient.identifier  (a time)             (a time)             2

  dicom.missing-tag: The mapping requires this tag; correct the instance, or set required: false on the rule.
`,
    );
    assert.is(fhir.resources('ImagingStudy')[0]?.['numberOfInstances'], 2);
    const again = fakeTerminal(folder, env);
    assert.is(await retry(again, [1, 2, 3], {}), 1);
    assert.match(again.printed().err, /^no open row: 1, 3\n$/);
    const misspelt = fakeTerminal(folder, env);
    assert.is(await retry(misspelt, [], { rule: 'Patient.identifer' }), 64);
    assert.is(await retry(misspelt, [], { code: 'dicom.mising-tag' }), 64);
    assert.match(
      misspelt.printed().err,
      /did you mean: Patient\.identifier\n.*\n.*did you mean: dicom\.missing-tag/,
    );
    assert.not.match(out + again.printed().out, /Zebra|patient-anna/);
  }));

test('replay sends nothing where nothing differs, and brings back what somebody removed', () =>
  withServices(async (folder, env, fhir) => {
    await run(fakeTerminal(folder, env), { once: true });
    const replayed = async (options: Parameters<typeof replayEntries>[1]): Promise<string> => {
      const terminal = fakeTerminal(folder, env);
      const code = await replayEntries(terminal, options);
      const { out, err } = terminal.printed();
      return `${(out + err).split('\n')[0]}, exit ${code}`;
    };
    assert.is(
      await replayed({ from: 1 }),
      '3 entries: 2 stored, 1 failed; resources: 0 made, 0 changed, 0 deleted, exit 1',
    );
    const [study] = fhir.resources('ImagingStudy');
    await fetch(`${fhir.url}/ImagingStudy/${study?.id}`, { method: 'DELETE' });
    assert.is(
      await replayed({ study: '2.25.1' }),
      '2 entries: 2 stored, 0 failed; resources: 1 made, 0 changed, 0 deleted, exit 0',
    );
    assert.is(
      await replayed({ from: 2, to: 2 }),
      '1 entry: 1 stored, 0 failed; resources: 0 made, 0 changed, 0 deleted, exit 0',
    );
    for (const options of [{ study: '2.25.99' }, { from: 4 }])
      assert.is(await replayed(options), 'error: the engine has read no such entry, exit 1');
    assert.is(await replayed({ from: 3, to: 2 }), 'error: --to is before --from, exit 64');
    assert.is(await replayed({ study: 'thorax' }), 'error: --study is no UID, exit 64');
  }));

test('a retry that is stopped has not come to its end, and says so', () =>
  withServices(async (folder, env) => {
    await run(fakeTerminal(folder, env), { once: true });
    const terminal = fakeTerminal(folder, env);
    terminal.stop();
    assert.is(await retry(terminal, [], { all: true }), 1);
    assert.match(terminal.printed().err, /^stopped before the end; the rest is as it was\n$/m);
  }));

test('run says that it is paused, and how to go on', () =>
  withServices(async (folder, env) => {
    const path = join(folder, '.dicomcast/state.db');
    const state = openSqliteState(path);
    const plan = /"mappings": "([0-9a-f]+)"/;
    const before = fakeTerminal(folder, env);
    status(before, { format: 'json' });
    const told = before.printed().out;
    const reason = { code: 'dicom.missing-tag', rule: 'Patient.identifier', failed: 16, of: 20 };
    const pause = { ...reason, plan: plan.exec(told)?.[1] ?? '', since: '2024-05-06T12:00:00.000Z' };
    state.commit(env['DICOM_URL'] ?? '', { sequence: 1 }, [], 0, { pause });
    state.close();
    const terminal = fakeTerminal(folder, env);
    assert.is(await run(terminal, { once: true }), 1);
    assert.match(
      terminal.printed().err,
      `error[engine.paused]: paused since 2024-05-06T12:00:00.000Z: 16 of the last 20 studies came to nothing: dicom.missing-tag at Patient.identifier
  = help: See \`dicomcast errors\`. Correct the mapping and start again, or go on as it is with \`dicomcast run --resume\`; then \`dicomcast retry\` runs the failed entries again.
`,
    );
    assert.is(await run(fakeTerminal(folder, env), { once: true, resume: true }), 0);
    assert.is(await run(fakeTerminal(folder, env), { once: true }), 0);
  }));

test.run();
