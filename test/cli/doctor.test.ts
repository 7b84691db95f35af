/**
 * `doctor` against servers that do things their own way: the quirk goes in, the findings that it makes, the exit code and what is
 * left on the server come out. On a server without quirks everything is in order.
 */
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { doctor } from '../../engine/cli/doctor.ts';
import { openSqliteState } from '../../engine/io/state-sqlite.ts';
import { createChangeFeedSandbox } from '../../engine/sandbox/change-feed-server.ts';
import { deletedOnce, type Given, QUIRKS, refusing } from '../support/doctor-quirks.ts';
import { created } from '../support/loop.ts';
import { type Answer, createQuirkyFhir, isBundle } from '../support/quirky-fhir.ts';
import { siteProject } from '../support/site.ts';
import { temporaryFolder } from '../support/temp.ts';
import { fakeTerminal } from '../support/terminal.ts';

const test = suite('doctor');

interface Seen {
  readonly code: number;
  /** Lines of findings that are not `ok`, with their advice. */
  readonly told: readonly string[];
  readonly out: string;
  readonly err: string;
  /** Resources that are on the server afterwards. */
  readonly left: number;
}

async function seen({ quirk, server, config, feed: entries = [], format, prepare }: Given): Promise<Seen> {
  const fhir = await createQuirkyFhir(quirk, server);
  const feed = await createChangeFeedSandbox({ folder: temporaryFolder() });
  try {
    for (const entry of entries) feed.push(entry);
    const folder = siteProject(config ? { 'dicomcast.config.yaml': config } : {});
    const terminal = fakeTerminal(folder, { DICOM_URL: feed.url, FHIR_URL: fhir.url });
    prepare?.(terminal, fhir, folder);
    const code = await doctor(terminal, format ? { format } : {});
    const { out, err } = terminal.printed();
    const told = out.split('\n').filter((line) => /^ {2}(?:note|WRONG|\?) /.test(line));
    return { code, told: told.map((line) => line.trim()), out, err, left: fhir.sandbox.resources().length };
  } finally {
    await feed.close();
    await fhir.close();
  }
}

for (const [name, given, code, told] of QUIRKS) {
  test(`a server where ${name} is different`, async () => {
    deletedOnce.clear();
    const found = await seen(given);
    const plain = found.told.map((line) =>
      line.replace(/about \d+ ms/, 'about N ms').replace(/http:\/\/127\.0\.0\.1:\d+$/, 'ORIGIN'),
    );
    assert.equal(plain, told, found.out + found.err);
    assert.is(found.code, code, found.out + found.err);
    if (name !== 'nothing may be deleted') assert.is(found.left, 0, 'everything was removed');
  });
}

test('what could not be removed is named', async () => {
  const { code, err, left, out } = await seen({
    quirk: refusing(422, (question) => question.body.includes('"DELETE"')),
  });
  const named = /error: not removed: (.*)\n {2}= help: delete them by hand; nothing refers to them\n/.exec(
    err,
  )?.[1];
  assert.is(named?.split(', ').length, left);
  assert.match(out, '\nremoved: 0 test resources\n');
  assert.is(code, 1);
});

test('nothing on the server is touched but what the probe made; what an earlier probe left goes too', async () => {
  const endpoint = {
    resourceType: 'Endpoint',
    status: 'active',
    connectionType: { code: 'x' },
    payloadType: [{ text: 'x' }],
    address: 'https://a',
  };
  const fhir = await createQuirkyFhir();
  try {
    for (const system of ['urn:dicomcast:doctor', 'urn:dicomcast:source', 'urn:dicomcast:doctor2'])
      await fetch(`${fhir.url}/Endpoint`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/fhir+json' },
        body: JSON.stringify({ ...endpoint, identifier: [{ system, value: '1' }] }),
      });
    const terminal = fakeTerminal(siteProject(), { FHIR_URL: fhir.url, DICOM_URL: 'http://127.0.0.1:1' });
    assert.is(await doctor(terminal, {}), 3);
    assert.match(terminal.printed().out, '\n  WRONG  feed of http://127.0.0.1:1: feed.unreachable: ');
    assert.equal(
      fhir.sandbox.resources().map(({ identifier }) => (identifier as { system: string }[])[0]?.system),
      ['urn:dicomcast:source', 'urn:dicomcast:doctor2'],
    );
  } finally {
    await fhir.close();
  }
});

test('stopped in the middle: what was made is removed all the same', async () => {
  let bundles = 0;
  let stop: (() => void) | undefined;
  const found = await seen({
    quirk: {
      // The answer of what was written is lost to the stop.
      async answer(answer: Answer, question) {
        if (isBundle(question) && ++bundles === 3) {
          stop?.();
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
        return answer;
      },
    },
    prepare: (terminal) => {
      stop = terminal.stop;
    },
  });
  assert.equal([found.code, found.left], [1, 0]);
  assert.match(found.err, 'stopped before the end\n');
  assert.not.match(found.out, 'nothing is wrong');
  assert.match(found.out, /\nremoved: [1-3] test resources?\n/);
});

test('wrong credentials and a server that is none', async () => {
  const unauthorized = await seen({ server: { token: 'right' } });
  assert.is(unauthorized.code, 1);
  assert.match(unauthorized.err, 'error[fhir.unauthorized]');
  const stranger = await seen({ quirk: { ask: () => ({ status: 200, body: '<html>' }) } });
  assert.is(stranger.code, 1);
  assert.match(stranger.err, 'error[fhir.unsuitable]');
  const terminal = fakeTerminal(siteProject(), {
    FHIR_URL: 'http://127.0.0.1:1',
    DICOM_URL: 'http://127.0.0.1:1',
  });
  assert.is(await doctor(terminal, { source: 'none' }), 64);
  assert.is(await doctor(terminal, {}), 3);
});

test('the feed: newest entry, what is to be read, partitions, a checkpoint behind its end', async () => {
  const entries = [
    created(1, '1.1.1', { PatientID: 'x' }),
    { ...created(4, '1.1.2'), partitionName: 'north' },
  ];
  const commit = (sequence: number) => (_: unknown, __: unknown, folder: string) => {
    const state = openSqliteState(join(folder, 'state.db'));
    state.commit('here', { sequence }, [], 0, { timestamp: entries[0]?.timestamp ?? '' });
    state.close();
  };
  const config = ['apiVersion: v1\n', 'apiVersion: v1\n  id: here\n'] as const;
  const path = (given: Given): Given => ({
    ...given,
    config,
    prepare(terminal, fhir, folder) {
      (terminal.env as Record<string, string>)['DICOMCAST_STATE'] = 'state.db';
      given.prepare?.(terminal, fhir, folder);
    },
  });
  const first = await seen(path({ feed: entries.slice(0, 1) }));
  assert.match(first.out, '\n  ok     feed of here: v1, newest entry 1; nothing read yet\n');
  const behind = await seen(path({ feed: entries, prepare: commit(1) }));
  assert.match(
    behind.out,
    '\n  note   feed of here: v1, newest entry 4; to be read: 3 entries at most, 3 s\n         The service has partitions: ',
  );
  assert.is(behind.code, 0);
  const rebuilt = await seen(path({ feed: entries.slice(0, 1), prepare: commit(9) }));
  assert.match(rebuilt.out, '; it ends before the checkpoint 9\n');
  assert.match(rebuilt.out, /\n {9}The feed ends before the checkpoint: [^\n]* use another state file/);
  assert.is(rebuilt.code, 1);
  const empty = await seen(path({}));
  assert.match(empty.out, '\n  ok     feed of here: v1, empty\n');
});

test('--format json', async () => {
  const { out, code } = await seen({ format: 'json', server: { maxTransactionEntries: 60 } });
  const report = JSON.parse(out);
  assert.is(code, 1);
  assert.equal(Object.keys(report), ['fhir', 'checks', 'removed', 'left', 'feeds', 'settings']);
  assert.equal(report.settings, { 'fhir.maxTransactionEntries': 50 });
  assert.is(report.fhir.fhirVersion, '4.0.1');
  assert.equal(
    report.checks
      .map(({ check, verdict }: { check: string; verdict: string }) => `${check}: ${verdict}`)
      .slice(-3),
    ['return=minimal: ok', 'transaction size: problem', 'delete: ok'],
  );
});

test('--format json says why the FHIR server could not be examined', async () => {
  const nowhere = 'http://127.0.0.1:1';
  const terminal = fakeTerminal(siteProject(), { FHIR_URL: nowhere, DICOM_URL: nowhere });
  assert.is(await doctor(terminal, { format: 'json' }), 3);
  assert.equal(JSON.parse(terminal.printed().out).error, {
    code: 'fhir.unreachable',
    message: `GET ${nowhere}/metadata: no answer (ECONNREFUSED)`,
    help: 'Check fhir.url and that the FHIR server is up.',
  });
});

test.run();
