import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { DicomJson } from '../../engine/dicom/entry.ts';
import { writeDicomFile } from '../../engine/io/dicom-file.ts';
import {
  type ChangeFeedSandbox,
  type ChangeFeedSandboxOptions,
  createChangeFeedSandbox,
} from '../../engine/sandbox/change-feed-server.ts';
import { corpusFolder, skipWithoutCorpus } from '../support/corpus.ts';
import { temporaryFolder } from '../support/temp.ts';

const test = suite('sandbox/change-feed-server');
const onCorpus = skipWithoutCorpus(test);

const EIGHT = Date.UTC(2024, 2, 5, 8);

/** A clock that is a minute later each time it is asked; the first answer is eight o'clock. */
function minutes(): () => number {
  let next = EIGHT;
  return () => {
    next += 60_000;
    return next - 60_000;
  };
}

/** `study.series.instance` makes the UIDs `1.<study>`, `1.<study>.<series>`, `1.<study>.<series>.<instance>`. */
function dataset(uids: string, description = 'a'): DicomJson {
  const [study, series, instance] = uids.split('.');
  return {
    '00080018': { vr: 'UI', Value: [`1.${study}.${series}.${instance}`] },
    '00081030': { vr: 'LO', Value: [description] },
    '0020000D': { vr: 'UI', Value: [`1.${study}`] },
    '0020000E': { vr: 'UI', Value: [`1.${study}.${series}`] },
  };
}

function write(folder: string, path: string, content: DicomJson | string | Uint8Array): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  const isBytes = typeof content === 'string' || content instanceof Uint8Array;
  writeFileSync(join(folder, path), isBytes ? content : JSON.stringify(content));
}

/** Runs `body` with a sandbox over a new folder, and closes it. */
async function withSandbox(
  options: Partial<ChangeFeedSandboxOptions>,
  files: Readonly<Record<string, DicomJson | string | Uint8Array>>,
  body: (sandbox: ChangeFeedSandbox, folder: string) => Promise<void>,
): Promise<void> {
  const folder = options.folder ?? temporaryFolder();
  for (const [path, content] of Object.entries(files)) write(folder, path, content);
  const sandbox = await createChangeFeedSandbox({ now: minutes(), ...options, folder });
  try {
    await body(sandbox, folder);
  } finally {
    await sandbox.close();
  }
}

interface Entry {
  readonly sequence: number;
  readonly action: string;
  readonly state?: string;
  readonly sopInstanceUid?: string;
  readonly metadata?: DicomJson;
}

async function read(sandbox: ChangeFeedSandbox, path = '/v1/changefeed?limit=100'): Promise<Entry[]> {
  const response = await fetch(sandbox.url + path);
  assert.is(response.status, 200);
  return (await response.json()) as Entry[];
}

/** `sequence instance action/state description` of each entry. */
async function summary(sandbox: ChangeFeedSandbox, path?: string): Promise<readonly string[]> {
  return (await read(sandbox, path)).map(({ sequence, sopInstanceUid, action, state, metadata }) =>
    [
      sequence,
      sopInstanceUid,
      `${action}/${state}`,
      ...(metadata ? [metadata['00081030']?.Value?.[0] ?? '-'] : []),
    ].join(' '),
  );
}

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

test('states are those of the moment of asking: create, update, delete, create', () =>
  withSandbox({}, { 'x.json': dataset('1.1.1', 'first') }, async (sandbox, folder) => {
    assert.equal(await summary(sandbox), ['1 1.1.1.1 create/current first']);
    write(folder, 'x.json', dataset('1.1.1', 'second'));
    assert.equal(await sandbox.rescan(), { created: 0, updated: 1, deleted: 0 });
    assert.equal(await summary(sandbox), [
      '1 1.1.1.1 create/replaced second',
      '2 1.1.1.1 update/current second',
    ]);
    rmSync(join(folder, 'x.json'));
    assert.equal(await sandbox.rescan(), { created: 0, updated: 0, deleted: 1 });
    assert.equal(await summary(sandbox), [
      '1 1.1.1.1 create/deleted',
      '2 1.1.1.1 update/deleted',
      '3 1.1.1.1 delete/deleted',
    ]);
    write(folder, 'y.json', dataset('1.1.1', 'third'));
    assert.equal(await sandbox.rescan(), { created: 1, updated: 0, deleted: 0 });
    assert.equal(await summary(sandbox), [
      '1 1.1.1.1 create/replaced third',
      '2 1.1.1.1 update/replaced third',
      '3 1.1.1.1 delete/replaced third',
      '4 1.1.1.1 create/current third',
    ]);
    assert.equal(await sandbox.rescan(), { created: 0, updated: 0, deleted: 0 });
  }));

test('of two files with the same UIDs the later path counts', () =>
  withSandbox(
    {},
    { 'b.json': dataset('1.1.1', 'b'), 'a.json': dataset('1.1.1', 'a') },
    async (sandbox, folder) => {
      assert.equal(await summary(sandbox), ['1 1.1.1.1 create/replaced b', '2 1.1.1.1 update/current b']);
      write(folder, 'a.json', dataset('1.1.1', 'hidden'));
      assert.equal(await sandbox.rescan(), { created: 0, updated: 0, deleted: 0 });
      rmSync(join(folder, 'b.json'));
      assert.equal(await sandbox.rescan(), { created: 0, updated: 1, deleted: 0 });
      assert.equal((await summary(sandbox)).slice(2), ['3 1.1.1.1 update/current hidden']);
    },
  ));

test('a file that moves, or is copied, changes nothing; one that takes other UIDs is a delete and a create', () =>
  withSandbox({}, { 'm/x.json': dataset('1.1.1') }, async (sandbox, folder) => {
    for (const [from, to] of [
      ['m/x.json', 'z/x.json'],
      ['z/x.json', 'a/x.json'],
    ] as const) {
      write(folder, to, dataset('1.1.1'));
      rmSync(join(folder, from));
      assert.equal(await sandbox.rescan(), { created: 0, updated: 0, deleted: 0 });
    }
    write(folder, 'copy.json', dataset('1.1.1'));
    assert.equal(await sandbox.rescan(), { created: 0, updated: 0, deleted: 0 });
    rmSync(join(folder, 'copy.json'));
    write(folder, 'a/x.json', dataset('2.1.1'));
    assert.equal(await sandbox.rescan(), { created: 1, updated: 0, deleted: 1 });
    assert.equal((await summary(sandbox)).toSorted(), [
      '1 1.1.1.1 create/deleted',
      '2 1.2.1.1 create/current a',
      '3 1.1.1.1 delete/deleted',
    ]);
  }));

test('files that are no instances: an entry that lacks what they lack, and a report', async () => {
  const problems: string[] = [];
  const { '0020000D': _, ...withoutStudy } = dataset('1.1.2', 'Geheim');
  const files = {
    '.hidden/x.json': dataset('9.9.9'),
    DICOMDIR: 'an index',
    'LICENSES.md': 'text',
    README: 'Geheim',
    'cut.dcm': writeDicomFile(dataset('1.1.1', 'Geheim')).subarray(0, 300),
    'good.json': dataset('1.1.1'),
    'no-study.json': withoutStudy,
    'sub/1.2.840.55': writeDicomFile(dataset('1.1.3')),
    'text.json': '{ "Geheim',
  };
  const onProblem = (path: string, reason: string) => problems.push(`${path}: ${reason}`);
  await withSandbox({ onProblem }, files, async (sandbox, folder) => {
    assert.equal(problems, [
      'README: it is neither a DICOM file (there is no DICM at byte 128) nor DICOM JSON',
      'cut.dcm: the file ends inside (0002,0002): it is cut, or no DICOM file',
      'no-study.json: the instance has no studyInstanceUid',
      'text.json: the text is no JSON',
    ]);
    const entries = await read(sandbox, '/v1/changefeed?limit=100&includeMetadata=false');
    assert.equal(
      entries.map(({ sequence, sopInstanceUid }) => [sequence, sopInstanceUid]),
      [
        [1, undefined],
        [2, undefined],
        [3, '1.1.1.1'],
        [4, '1.1.1.2'],
        [5, '1.1.1.3'],
        [6, undefined],
      ],
    );
    assert.equal(entries[0], {
      sequence: 1,
      filePath: 'README',
      action: 'create',
      timestamp: '2024-03-05T08:00:00+00:00',
    });
    assert.equal(entries[3], {
      sequence: 4,
      seriesInstanceUid: '1.1.1',
      sopInstanceUid: '1.1.1.2',
      filePath: 'no-study.json',
      action: 'create',
      timestamp: '2024-03-05T08:03:00+00:00',
    });
    // Nothing is said twice; a repaired file is an instance; a ruined one is gone.
    write(folder, 'text.json', dataset('1.1.4'));
    write(folder, 'good.json', 'ruined');
    rmSync(join(folder, 'README'));
    assert.equal(await sandbox.rescan(), { created: 1, updated: 0, deleted: 1 });
    assert.equal(problems.slice(4), ['good.json: the text is no JSON']);
    assert.equal((await summary(sandbox)).slice(6), [
      '7 1.1.1.1 delete/deleted',
      '8  create/undefined',
      '9 1.1.1.4 create/current a',
    ]);
  });
});

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

test('a feed in a file goes on after a restart, with what changed meanwhile', async () => {
  const folder = temporaryFolder();
  const path = join(temporaryFolder(), 'feed.db');
  const files = { 'a.json': dataset('1.1.1'), 'b.json': dataset('1.1.2'), 'text.json': 'no JSON' };
  await withSandbox({ folder, path }, files, async (sandbox) => {
    sandbox.push({ sequence: 9, action: 'create', state: 'current' });
    assert.is((await read(sandbox)).length, 4);
  });
  rmSync(join(folder, 'a.json'));
  const problems: string[] = [];
  const onProblem = (name: string) => problems.push(name);
  await withSandbox({ folder, path, onProblem }, { 'c.json': dataset('1.1.3') }, async (sandbox) => {
    assert.equal(await summary(sandbox), [
      '1 1.1.1.1 create/deleted',
      '2 1.1.1.2 create/current a',
      '3  create/undefined',
      '9  create/current',
      '10 1.1.1.3 create/current a',
      '11 1.1.1.1 delete/deleted',
    ]);
    assert.equal(problems, []);
  });
});

test('watching: a new file appears, one that is still being copied is waited for', async () => {
  const problems: string[] = [];
  const onProblem = (path: string) => problems.push(path);
  await withSandbox({ watch: true, onProblem }, {}, async (sandbox, folder) => {
    const whole = writeDicomFile(dataset('1.1.1'));
    write(folder, 'copying.dcm', whole.subarray(0, 400));
    for (let waited = 0; (await read(sandbox)).length < 1 && waited < 8000; waited += 50) {
      await sleep(50);
      if (waited === 1100) write(folder, 'copying.dcm', whole);
    }
    assert.equal(await summary(sandbox), ['1 1.1.1.1 create/current a']);
    assert.equal(problems, []);
  });
});

test('a folder that goes away takes nothing with it; one that never was is an error', async () => {
  const problems: string[] = [];
  const onProblem = (path: string, reason: string) => problems.push(`${path}: ${reason}`);
  const folder = join(temporaryFolder(), 'share');
  await withSandbox({ folder, onProblem }, { 'a.json': dataset('1.1.1') }, async (sandbox) => {
    rmSync(folder, { recursive: true });
    assert.equal(await sandbox.rescan(), { created: 0, updated: 0, deleted: 0 });
    assert.equal(await summary(sandbox), ['1 1.1.1.1 create/current a']);
    assert.equal(problems, [': the folder cannot be listed: ENOENT']);
  });
  const failed = await createChangeFeedSandbox({ folder }).then(
    () => 'started',
    (error: Error) => error.message,
  );
  assert.is(failed, `the folder cannot be listed: ${folder}`);
});

onCorpus('every file of the corpus is in the feed, each instance once current', async () => {
  const folder = corpusFolder() ?? '';
  const files = readdirSync(folder).filter((name) => /\.(?:dcm|json)$/.test(name));
  const problems: string[] = [];
  const onProblem = (path: string) => problems.push(path);
  const sandbox = await createChangeFeedSandbox({ folder, onProblem });
  try {
    const counts: Record<string, number> = {};
    for (let offset = 0; offset < files.length; offset += 50) {
      for (const { action, state, metadata } of await read(
        sandbox,
        `/v1/changefeed?limit=50&offset=${offset}`,
      )) {
        const kind = `${action}/${state}${metadata ? '' : ' without metadata'}`;
        counts[kind] = (counts[kind] ?? 0) + 1;
      }
    }
    assert.is(files.length, 122);
    assert.equal(counts, {
      'create/current': 76,
      'create/replaced': 21,
      'update/current': 21,
      'create/undefined without metadata': 4,
    });
    assert.equal(problems, [
      'color-palette-fall.json',
      'cs-sequence-own-charset.json',
      'min-empty-charset.json',
      'min-no-study.json',
    ]);
  } finally {
    await sandbox.close();
  }
});

test.run();
