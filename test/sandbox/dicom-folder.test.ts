import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { writeDicomFile } from '../../engine/io/dicom-file.ts';
import { createChangeFeedSandbox } from '../../engine/sandbox/change-feed-server.ts';
import { dataset, read, summary, withSandbox, write } from '../support/change-feed-sandbox.ts';
import { skipWithoutCorpus } from '../support/corpus.ts';
import { temporaryFolder } from '../support/temp.ts';

const test = suite('sandbox/dicom-folder');
const onCorpus = skipWithoutCorpus(test);

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
      'cut.dcm: the file ends inside an element: it is cut, or no DICOM file',
      'no-study.json: the instance has no StudyInstanceUID',
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
    write(folder, 'copying.dcm', whole.subarray(0, 320));
    for (let waited = 0; (await read(sandbox)).length < 1 && waited < 8000; waited += 50) {
      await sleep(50);
      if (waited === 1100) write(folder, 'copying.dcm', whole);
    }
    assert.equal(await summary(sandbox), ['1 1.1.1.1 create/current a']);
    assert.equal(problems, []);
    write(folder, 'text.json', 'no JSON');
    for (let waited = 0; problems.length < 1 && waited < 8000; waited += 50) await sleep(50);
    assert.equal(await summary(sandbox), ['1 1.1.1.1 create/current a', '2  create/undefined']);
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

onCorpus('every file of the corpus is in the feed, each instance once current', async (folder) => {
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
