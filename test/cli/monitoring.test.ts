/**
 * `monitor:` as those who watch the engine see it: a feed and a FHIR server, what becomes of them, and what /metrics, /readyz and
 * /livez say meanwhile.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { run } from '../../engine/cli/run.ts';
import { createChangeFeedSandbox } from '../../engine/sandbox/change-feed-server.ts';
import { createFhirSandbox } from '../../engine/sandbox/fhir-server.ts';
import { writeConfig } from '../proof/engine-process.ts';
import { created, updated } from '../support/loop.ts';
import { ANNA, BERT } from '../support/loop-view.ts';
import { temporaryFolder } from '../support/temp.ts';
import { fakeTerminal } from '../support/terminal.ts';

const test = suite('monitoring');

/** Asks until it is as wanted, ten seconds at most. */
async function until<T>(ask: () => Promise<T>, isWanted: (value: T) => boolean): Promise<T> {
  for (let count = 0; ; count++) {
    const value = await ask();
    if (isWanted(value)) return value;
    if (count > 500) throw new Error(`still ${JSON.stringify(value)}`);
    await sleep(20);
  }
}

async function get(url: string): Promise<{ readonly status: number; readonly body: string }> {
  const answer = await fetch(url);
  return { status: answer.status, body: await answer.text() };
}

/** Metrics of the engine without times and buckets, sorted. */
async function metricsAt(url: string): Promise<readonly string[]> {
  const { body } = await get(`${url}/metrics`);
  const lines = body.split('\n').filter((line) => line.startsWith('dicomcast_'));
  return lines.filter((line) => !/duration_seconds_|_info/.test(line)).toSorted();
}

test('a source that is followed, and one whose service is gone', async () => {
  const feed = await createChangeFeedSandbox({ folder: temporaryFolder() });
  let isOpen = true;
  const fhir = await createFhirSandbox({});
  const folder = temporaryFolder();
  const more = { poll: { interval: '100ms' }, monitor: { port: 0 } };
  const config = writeConfig(folder, { feed: feed.url, fhir: fhir.url, more });
  const terminal = fakeTerminal(folder);
  for (const each of [
    created(1, '1.1.1', ANNA),
    updated(2, '1.1.1', { ...ANNA, StudyDate: '20240230' }),
    created(3, '2.1.1', { ...BERT, PatientID: undefined }),
  ])
    feed.push(each);
  const ended = run(terminal, { config });
  try {
    const url = await until(
      async () => /"url":"(http:[^"]+)","event":"monitor"/.exec(terminal.printed().err)?.[1] ?? '',
      (found) => found !== '',
    );
    const ready = await until(
      () => get(`${url}/readyz`),
      ({ status }) => status === 200,
    );
    assert.match(
      ready.body,
      /^\{"ready":true,"sources":\[\{"source":"proof","state":"following","since":"[^"]+Z"\}\]\}\n$/,
    );
    assert.equal(await metricsAt(url), [
      'dicomcast_checkpoint_sequence{source="proof"} 3',
      'dicomcast_entries_total{source="proof",result="failed"} 1',
      'dicomcast_entries_total{source="proof",result="passed_over"} 0',
      'dicomcast_entries_total{source="proof",result="stored"} 2',
      'dicomcast_error_rows_total{source="proof",kind="DicomFailToStore",code="dicom.missing-tag"} 1',
      'dicomcast_error_rows_total{source="proof",kind="InvalidDicomTag",code="dicom.invalid-tag"} 1',
      'dicomcast_lag_entries{source="proof"} 0',
      'dicomcast_lag_seconds{source="proof"} 0',
      'dicomcast_open_error_rows{source="proof",code="dicom.invalid-tag"} 1',
      'dicomcast_open_error_rows{source="proof",code="dicom.missing-tag"} 1',
      'dicomcast_resources_total{source="proof",change="created"} 2',
      'dicomcast_resources_total{source="proof",change="deleted"} 0',
      'dicomcast_resources_total{source="proof",change="unchanged"} 0',
      'dicomcast_resources_total{source="proof",change="updated"} 0',
      'dicomcast_source_followed{source="proof"} 1',
    ]);
    await feed.close();
    isOpen = false;
    const gone = await until(
      () => get(`${url}/readyz`),
      ({ status }) => status === 503,
    );
    assert.match(
      gone.body,
      '"ready":false,"sources":[{"source":"proof","state":"held","code":"feed.unreachable"',
    );
    const metrics = await metricsAt(url);
    assert.ok(metrics.includes('dicomcast_source_followed{source="proof"} 0'));
    assert.ok(
      metrics.some((line) =>
        line.startsWith('dicomcast_retries_total{source="proof",code="feed.unreachable"}'),
      ),
    );
    const requests = (await get(`${url}/metrics`)).body;
    assert.match(
      requests,
      /^dicomcast_http_request_duration_seconds_count\{service="fhir",status="200"\} [1-9]/m,
    );
    assert.match(
      requests,
      /^dicomcast_http_request_duration_seconds_count\{service="feed",status="none"\} [1-9]/m,
    );
    assert.equal(await get(`${url}/livez`), { status: 200, body: 'ok\n' });
    assert.is((await get(`${url}/secret`)).status, 404);
    assert.is((await fetch(`${url}/metrics`, { method: 'POST', body: 'x' })).status, 405);
    terminal.stop();
    assert.is(await ended, 0);
    assert.is(await get(`${url}/livez`).catch(() => 'closed'), 'closed');
  } finally {
    terminal.stop();
    await ended;
    if (isOpen) await feed.close();
    await fhir.close();
  }
});

test('a port that is taken and an address of another machine are told before anything is read', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const cases = [
    [
      { port },
      `error: nothing can listen on 127.0.0.1, port ${port} (EADDRINUSE)\n  = help: Another program listens there`,
    ],
    [
      { host: '192.0.2.1', port: 9464 },
      'error: nothing can listen on 192.0.2.1, port 9464 (EADDRNOTAVAIL)\n  = help: monitor.host must',
    ],
  ] as const;
  try {
    for (const [monitor, said] of cases) {
      const folder = temporaryFolder();
      const nowhere = 'http://127.0.0.1:9';
      const terminal = fakeTerminal(folder);
      const config = writeConfig(folder, { feed: nowhere, fhir: nowhere, more: { monitor } });
      assert.is(await run(terminal, { config }), 1);
      assert.match(terminal.printed().err, said);
    }
  } finally {
    other.close();
  }
});

test.run();
