import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { writeDicomFile } from '../../engine/io/dicom-file.ts';
import type { ChangeFeedSandboxOptions } from '../../engine/sandbox/change-feed-server.ts';
import { dataset, type Entry, read, summary, withSandbox, write } from '../support/change-feed-sandbox.ts';

const test = suite('sandbox/change-feed-server');

test('an answer as a whole, in both versions', () =>
  withSandbox(
    {},
    { 'b.json': dataset('1.1.2'), 'a/x.dcm': writeDicomFile(dataset('1.1.1')) },
    async (sandbox) => {
      const response = await fetch(`${sandbox.url}/v1/changefeed`);
      assert.is(response.status, 200);
      assert.is(response.headers.get('content-type'), 'application/json; charset=utf-8');
      const expected =
        '[{"sequence":1,"partitionName":"Microsoft.Default","studyInstanceUid":"1.1","seriesInstanceUid":"1.1.1","sopInstanceUid":"1.1.1.1","action":"create","timestamp":"2024-03-05T08:00:00+00:00","state":"current","metadata":{"00080005":{"vr":"CS","Value":["ISO_IR 192"]},"00080018":{"vr":"UI","Value":["1.1.1.1"]},"00081030":{"vr":"LO","Value":["a"]},"0020000D":{"vr":"UI","Value":["1.1"]},"0020000E":{"vr":"UI","Value":["1.1.1"]}}},' +
        '{"sequence":2,"partitionName":"Microsoft.Default","studyInstanceUid":"1.1","seriesInstanceUid":"1.1.1","sopInstanceUid":"1.1.1.2","action":"create","timestamp":"2024-03-05T08:01:00+00:00","state":"current","metadata":{"00080018":{"vr":"UI","Value":["1.1.1.2"]},"00081030":{"vr":"LO","Value":["a"]},"0020000D":{"vr":"UI","Value":["1.1"]},"0020000E":{"vr":"UI","Value":["1.1.1"]}}}]';
      assert.is(await response.text(), expected);
      assert.is(await (await fetch(`${sandbox.url}/v2/changefeed`)).text(), expected);
      assert.is(
        await (await fetch(`${sandbox.url}/v1/changefeed?IncludeMetadata=False&offset=1`)).text(),
        '[{"sequence":2,"partitionName":"Microsoft.Default","studyInstanceUid":"1.1","seriesInstanceUid":"1.1.1","sopInstanceUid":"1.1.1.2","action":"create","timestamp":"2024-03-05T08:01:00+00:00","state":"current"}]',
      );
      const latest = await fetch(`${sandbox.url}/V1.0-prerelease/ChangeFeed/Latest?includeMetadata=false`);
      assert.is(
        await latest.text(),
        '{"sequence":2,"partitionName":"Microsoft.Default","studyInstanceUid":"1.1","seriesInstanceUid":"1.1.1","sopInstanceUid":"1.1.1.2","action":"create","timestamp":"2024-03-05T08:01:00+00:00","state":"current"}',
      );
    },
  ));

test('v1: limit is a window over sequences, an empty page over a gap is not the end', () =>
  withSandbox({}, { 'a.json': dataset('1.1.1') }, async (sandbox, folder) => {
    sandbox.push({ sequence: 25, action: 'create' });
    sandbox.push({ action: 'without a sequence' });
    sandbox.push('{ no JSON');
    write(folder, 'b.json', dataset('1.1.2'));
    await sandbox.rescan();
    const text = async (path: string) => (await fetch(sandbox.url + path)).text();
    assert.equal(await summary(sandbox, '/v1/changefeed?limit=10'), ['1 1.1.1.1 create/current a']);
    assert.is(await text('/v1/changefeed?offset=1&limit=23'), '[]');
    assert.is(await text('/v1/changefeed?offset=1&limit=24'), '[{"sequence":25,"action":"create"}]');
    assert.is(await text('/v1/changefeed?offset=25&limit=2'), '[{"action":"without a sequence"},{ no JSON]');
    assert.equal(await summary(sandbox, '/v1/changefeed?offset=27'), ['28 1.1.1.2 create/current a']);
    assert.is(await text('/v1/changefeed?offset=28'), '[]');
  }));

test('v2: offset and limit count rows of a time window, ordered by time', () =>
  withSandbox(
    {},
    { 'a.json': dataset('1.1.1'), 'b.json': dataset('1.1.2'), 'c.json': dataset('1.1.3') },
    async (sandbox) => {
      sandbox.push({
        sequence: 50,
        sopInstanceUid: 'late',
        action: 'create',
        timestamp: '2024-03-05T08:00:30Z',
      });
      const rows = (query: string) =>
        read(sandbox, `/v2/changefeed?${query}`).then((entries) => entries.map((entry) => entry.sequence));
      assert.equal(await rows(''), [1, 50, 2, 3]);
      assert.equal(await rows('limit=2'), [1, 50]);
      assert.equal(await rows('limit=2&offset=2'), [2, 3]);
      assert.equal(await rows('offset=4'), []);
      assert.equal(await rows('startTime=2024-03-05T09:01:00%2B01:00'), [2, 3]);
      assert.equal(await rows('startTime=2024-03-05T08:00:00Z&endTime=2024-03-05T08:01:00Z'), [1, 50]);
      assert.equal(await rows('endTime=2024-03-05T08:01:00.0001Z&offset=1'), [50, 2]);
      const latest = async (version: string) =>
        ((await (await fetch(`${sandbox.url}/${version}/changefeed/latest`)).json()) as Entry).sequence;
      assert.is(await latest('v1'), 50);
      assert.is(await latest('v2'), 3);
    },
  ));

test('statuses: empty, wrong parameters, unknown routes, other methods', () =>
  withSandbox({}, {}, async (sandbox) => {
    const status = async (path: string, init?: RequestInit) => (await fetch(sandbox.url + path, init)).status;
    for (const version of ['v1', 'v2']) {
      const latest = await fetch(`${sandbox.url}/${version}/changefeed/latest`);
      assert.equal([latest.status, await latest.text()], [204, '']);
      assert.is(await (await fetch(`${sandbox.url}/${version}/changefeed`)).text(), '[]');
      assert.is(await status(`/${version}/changefeed?limit=0`), 400);
      assert.is(await status(`/${version}/changefeed/latest?includeMetadata=0`), 400);
      assert.is(await status(`/${version}/changefeed`, { method: 'POST' }), 405);
    }
    assert.is(await status('/v1/changefeed?limit=101'), 400);
    assert.is(await status('/v2/changefeed?limit=101'), 200);
    assert.is(
      await (await fetch(`${sandbox.url}/v2/changefeed?limit=201`)).text(),
      '{"title":"The query parameters are not valid.","status":400,"errors":{"limit":"must be a whole number from 1 to 200"}}',
    );
    for (const path of ['/changefeed', '/v3/changefeed', '/v1/changefeed/1', '/']) {
      assert.is(await status(path), 404);
    }
  }));

test('a token, and faults that a test asks for', () => {
  const seen: string[] = [];
  const faults: ChangeFeedSandboxOptions['faults'] = ({ method, path, query, headers }) => {
    seen.push(`${method} ${path} ${query.get('limit')} ${headers['authorization']}`);
    if (query.get('limit') === '1') return { status: 429, headers: { 'retry-after': '7' }, body: 'busy' };
    if (query.get('limit') === '2') return { drop: true };
    return query.get('limit') === '3' ? { delayMs: 30 } : undefined;
  };
  return withSandbox({ token: 'Geheim', faults }, {}, async (sandbox) => {
    const get = (limit: number, token = 'Geheim') =>
      fetch(`${sandbox.url}/v1/changefeed?limit=${limit}`, { headers: { authorization: `Bearer ${token}` } });
    const refused = await get(4, 'other');
    assert.equal([refused.status, refused.headers.get('www-authenticate')], [401, 'Bearer']);
    assert.is((await fetch(`${sandbox.url}/v1/changefeed`)).status, 401);
    const busy = await get(1);
    assert.equal([busy.status, busy.headers.get('retry-after'), await busy.text()], [429, '7', 'busy']);
    const dropped = await get(2).then(
      () => 'answered',
      () => 'dropped',
    );
    assert.is(dropped, 'dropped');
    const start = performance.now();
    assert.is((await get(3)).status, 200);
    assert.ok(performance.now() - start > 25);
    assert.equal(seen.slice(0, 2), [
      'GET /v1/changefeed 4 Bearer other',
      'GET /v1/changefeed null undefined',
    ]);
  });
});

test.run();
