/** errors, status, retry, replay and explain of several sources as their users see them: what is printed, and the exit code. */
import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { exportErrors, listErrors, showError } from '../../engine/cli/errors.ts';
import { explain } from '../../engine/cli/explain.ts';
import { replayEntries, retry } from '../../engine/cli/retry.ts';
import { run } from '../../engine/cli/run.ts';
import { status } from '../../engine/cli/status.ts';
import { created } from '../support/loop.ts';
import { type Several, withSeveral } from '../support/several.ts';
import type { FakeTerminal } from '../support/terminal.ts';

const test = suite('commands with several sources');

const ANNA = { PatientID: 'patient-anna', PatientName: 'Zebra^Anna' };
const NOBODY = { ...ANNA, PatientID: undefined };
const FEEDS = {
  north: [created(1, '1.1.1', ANNA), created(2, '1.1.2', NOBODY)],
  south: [created(1, '1.1.3', ANNA), created(2, '2.1.1', NOBODY), created(3, '2.1.2', NOBODY)],
};

async function told(
  several: Several,
  work: (terminal: FakeTerminal) => number | Promise<number>,
): Promise<string> {
  const terminal = several.terminal();
  const code = await work(terminal);
  const { out, err } = terminal.printed();
  const text = (out + err)
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, '(a time)')
    .replaceAll(/[0-9a-f]{16}/g, '(plan)');
  return `${text}exit ${code}\n`;
}

const HELP =
  '  dicom.missing-tag: The mapping requires this tag; correct the instance, or set required: false on the rule.';

test('errors and status, of all sources and of one', () =>
  withSeveral({ feeds: FEEDS }, async (several) => {
    await several.drain();
    assert.is(
      await told(several, (terminal) => listErrors(terminal, {})),
      `1 open row of north in .dicomcast/state.db

  rows  kind              code               rule                first seen (UTC)     last seen (UTC)      ids
  1     DicomFailToStore  dicom.missing-tag  Patient.identifier  (a time)  (a time)  ID

${HELP}

2 open rows of south in .dicomcast/state.db

  rows  kind              code               rule                first seen (UTC)     last seen (UTC)      ids
  2     DicomFailToStore  dicom.missing-tag  Patient.identifier  (a time)  (a time)  IDS

${HELP}

more about one: dicomcast explain dicom.missing-tag
exit 0
`
        .replace('IDS', idsOf(several, 'south'))
        .replace('ID', idsOf(several, 'north')),
    );
    assert.match(
      await told(several, (terminal) => listErrors(terminal, { source: 'south' })),
      /^2 open rows of south in (?:(?!north)[\s\S])*exit 0\n$/,
    );
    assert.is(
      await told(several, (terminal) => status(terminal, {})),
      ['north', 'south']
        .map(
          (id, index) => `  source    ${id}
  state     .dicomcast/state.db
  engine    not running
  position  entry ${index + 2}, (a time) UTC
  behind    nothing
  plan      (plan)
  errors    ${index + 1} open
            ${index + 1} dicom.missing-tag at Patient.identifier
`,
        )
        .join('\n')
        .concat('exit 0\n'),
    );
    const json = several.terminal();
    status(json, { format: 'json', source: 'south' });
    assert.equal(
      JSON.parse(json.printed().out).sources.map(({ source, position, lag }: Record<string, unknown>) => [
        source,
        position,
        lag,
      ]),
      [['south', { sequence: 3 }, { entries: 0, seconds: 0 }]],
    );
    const exported = await told(several, (terminal) => exportErrors(terminal, {}));
    assert.equal(
      exported
        .split('\n')
        .slice(0, 3)
        .map((line) => `${JSON.parse(line).source} ${JSON.parse(line).sequence}`),
      ['north 2', 'south 2', 'south 3'],
    );
    const [id = ''] = idsOf(several, 'south').split(',');
    assert.match(
      await told(several, (terminal) => showError(terminal, Number(id), {})),
      '\n  source      south\n',
    );
    assert.match(
      await told(several, (terminal) => showError(terminal, Number(id), { source: 'north' })),
      `error: there is no row ${id}\n`,
    );
  }));

test('status says what holds a source up, until it comes further', () =>
  withSeveral({ feeds: FEEDS }, async (several) => {
    await several.drain();
    several.onFeed('north', () => ({ status: 401 }));
    several.push('south', created(4, '1.1.5', ANNA));
    await several.drain();
    const held = await told(several, (terminal) => status(terminal, { source: 'north' }));
    assert.is(
      held.replace(/http:\S+/, 'http://…'),
      `  source    north
  state     .dicomcast/state.db
  engine    not running
  position  entry 2, (a time) UTC
  behind    nothing, as far as it could be seen
  held up   since (a time) UTC: feed.unauthorized: http://… answered 401
            Check source.auth in the configuration and the read permission of that account on the DICOM service.
  plan      (plan)
  errors    1 open
            1 dicom.missing-tag at Patient.identifier
exit 0
`,
    );
    const terminal = several.terminal();
    status(terminal, { format: 'json' });
    const [north, south] = JSON.parse(terminal.printed().out).sources;
    assert.equal(
      { ...north.held, message: undefined, since: undefined },
      {
        code: 'feed.unauthorized',
        message: undefined,
        since: undefined,
        hint: 'Check source.auth in the configuration and the read permission of that account on the DICOM service.',
      },
    );
    assert.match(north.held.since, /^\d{4}-\d\d-\d\dT.*Z$/);
    assert.is(south.held, undefined);
    several.onFeed('north', undefined);
    await several.drain();
    assert.not.match(await told(several, (terminal) => status(terminal, {})), 'held up');
  }));

test('a FHIR server that is not there holds all sources up', () =>
  withSeveral({ feeds: FEEDS }, async (several) => {
    await several.drain();
    await several.fhir.close();
    assert.is((await several.drain()).code, 3);
    const text = await told(several, (terminal) => status(terminal, {}));
    assert.is(text.match(/held up {3}since \(a time\) UTC: fhir\.unreachable: GET http/g)?.length, 2);
  }));

test('run waits for a FHIR server that is not up yet, and says so', () =>
  withSeveral({ feeds: FEEDS }, async (several) => {
    await several.fhir.close();
    const terminal = several.terminal();
    const running = run(terminal, {});
    const held = async () => (await told(several, (other) => status(other, {}))).includes('held up');
    for (let tries = 0; tries < 100 && !(await held()); tries++) await sleep(50);
    assert.match(await told(several, (other) => status(other, {})), 'engine    running\n');
    for (const id of ['north', 'south'])
      assert.match(
        terminal.printed().err,
        new RegExp(`"source":"${id}","code":"fhir\\.unreachable".*"event":"waiting"`),
      );
    terminal.stop();
    assert.is(await running, 0);
  }));

/** As `errors` shows them; which source came first is not promised. */
function idsOf(several: Several, source: string): string {
  const terminal = several.terminal();
  listErrors(terminal, { source, format: 'json' });
  return JSON.parse(terminal.printed().out).sources[0].groups[0].ids.join(', ');
}

test('a source that is not there, and one that is not named', () =>
  withSeveral({ feeds: FEEDS }, async (several) => {
    await several.drain();
    for (const work of [listErrors, status] as const)
      assert.is(
        await told(several, (terminal) => work(terminal, { source: 'norht' })),
        'error: there is no source of this id\n  = help: did you mean north?\nexit 64\n',
      );
    assert.is(
      await told(several, (terminal) => retry(terminal, [], { all: true, source: 'x' })),
      'error: there is no source of this id\n  = help: the configuration has north, south\nexit 64\n',
    );
    const which =
      'error: which source? Each feed has sequence numbers of its own\n  = help: name --source: north, south\nexit 64\n';
    assert.is(await told(several, (terminal) => replayEntries(terminal, { from: 1 })), which);
    assert.is(await told(several, (terminal) => explain(terminal, [], { entry: [1] })), which);
  }));

test('retry and replay, of all sources and of one', () =>
  withSeveral({ feeds: FEEDS }, async (several) => {
    await several.drain();
    const first = (text: string): string => text.split('\n\n')[0] ?? '';
    assert.is(
      first(await told(several, (terminal) => retry(terminal, [], { all: true, source: 'south' }))),
      'south: 2 entries: 0 stored, 2 failed; resources: 0 made, 0 changed, 0 deleted',
    );
    const all = await told(several, (terminal) => retry(terminal, [], { all: true }));
    assert.match(all, /^north: 1 entry: 0 stored, 1 failed/);
    assert.match(all, '\nsouth: 2 entries: 0 stored, 2 failed');
    const [id = ''] = idsOf(several, 'north').split(',');
    const one = await told(several, (terminal) => retry(terminal, [Number(id)], {}));
    assert.match(one, /^north: 1 entry: [^\n]*\n\nstill open:[^§]*exit 1\n$/);
    assert.not.match(one, 'south');
    assert.match(
      await told(several, (terminal) => retry(terminal, [Number(id)], { source: 'south' })),
      `nothing to run again\nno open row: ${id}\nexit 1\n`,
    );
    // A study of two sources is run again from both feeds.
    const [study] = several.resources('ImagingStudy');
    await fetch(`${several.fhir.url}/ImagingStudy/${study?.id}`, { method: 'DELETE' });
    assert.match(
      await told(several, (terminal) => replayEntries(terminal, { study: '2.25.1' })),
      /^north: 2 entries: 1 stored, 1 failed; resources: 1 made, 0 changed, 0 deleted\n[^§]*\nsouth: 1 entry: 1 stored, 0 failed; resources: 0 made, 1 changed, 0 deleted\nexit 1\n$/,
    );
    assert.is(
      await told(several, (terminal) => replayEntries(terminal, { from: 1, to: 1, source: 'south' })),
      'south: 1 entry: 1 stored, 0 failed; resources: 0 made, 0 changed, 0 deleted\nexit 0\n',
    );
  }));

test('retry and replay: a source that fails is named, and the others are run again', () =>
  withSeveral({ feeds: FEEDS }, async (several) => {
    await several.drain();
    several.onFeed('north', () => ({ status: 401 }));
    const works = [
      (terminal: FakeTerminal) => retry(terminal, [], { all: true }),
      (terminal: FakeTerminal) => replayEntries(terminal, { study: '2.25.2' }),
    ];
    for (const work of works)
      assert.match(
        await told(several, work),
        /^south: 2 entries: 0 stored, 2 failed; [^§]*\nerror\[feed\.unauthorized\]: north: http:\S+ answered 401\n {2}= help: Check [^\n]*\nexit 1\n$/,
      );
    // Whether the study is in the feed that could not be read, nobody knows.
    assert.match(
      await told(several, (terminal) => replayEntries(terminal, { study: '2.25.9' })),
      /^error\[feed\.unauthorized\]: north: [^§]*exit 1\n$/,
    );
  }));

test('retry and replay: a source that does not answer is not waited for long, and the others are run again', () =>
  withSeveral({ feeds: FEEDS }, async (several) => {
    await several.drain();
    let asked = 1;
    several.onFeed('north', () => ({
      status: 503,
      headers: { 'Retry-After': asked++ === 0 ? '0.01' : '60' },
    }));
    const works = [
      (terminal: FakeTerminal) => retry(terminal, [], { all: true }),
      (terminal: FakeTerminal) => replayEntries(terminal, { study: '2.25.2' }),
    ];
    for (const work of works)
      assert.match(
        await told(several, work),
        /^south: 2 entries: 0 stored, 2 failed; [^§]*\nerror\[feed\.busy\]: north: http:\S+ answered 503\n {2}= help: [^\n]*\nexit 1\n$/,
      );
    asked = 0;
    assert.match(
      await told(several, (terminal) => retry(terminal, [], { all: true, source: 'north' })),
      /^north: http:\S+ answered 503; asked again in \d s, Ctrl\+C ends\nerror\[feed\.busy\]: north: [^§]*\nexit 3\n$/,
    );
  }));

test('what was done before a source fails in the middle is told', () =>
  withSeveral(
    {
      feeds: { north: [created(1, '1.1.1', ANNA), created(150, '1.1.2', ANNA)] },
      more: 'flush: { entries: 1 }\n',
    },
    async (several) => {
      await several.drain();
      several.onFeed('north', ({ query }) => (query.get('offset') === '101' ? { status: 401 } : undefined));
      assert.match(
        await told(several, (terminal) => replayEntries(terminal, { from: 1 })),
        /^1 entry: 1 stored, 0 failed; [^\n]*\nerror\[feed\.unauthorized\]: [^§]*exit 1\n$/,
      );
    },
  ));

test('replay: bounds the wrong way round', () =>
  withSeveral({ feeds: FEEDS }, async (several) => {
    assert.is(
      await told(several, (terminal) => replayEntries(terminal, { from: 5, to: 2, source: 'south' })),
      'error: --to is before --from\n  = help: both are sequence numbers, and both count\nexit 64\n',
    );
  }));

test('explain shows an entry of the source that is named', () =>
  withSeveral({ feeds: FEEDS }, async (several) => {
    const text = await told(several, (terminal) => explain(terminal, [], { entry: [1], source: 'south' }));
    assert.match(text, 'DICOM WADO-RS endpoint https://south.example.org/');
    assert.not.match(text, 'north');
    assert.match(text, /exit 0\n$/);
  }));

test.run();
