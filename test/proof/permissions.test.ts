/**
 * The container's process may do what the engine needs, and no more: the options of Node in the Dockerfile, with folders of this
 * machine, around the real engine.
 */
import { existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openSqliteState } from '../../engine/io/state-sqlite.ts';
import { createFhirSandbox } from '../../engine/sandbox/fhir-server.ts';
import { entries } from '../support/entries.ts';
import { temporaryFolder } from '../support/temp.ts';
import { openFeed } from './crash.ts';
import { runToEnd, startEngine, writeConfig } from './engine-process.ts';

const test = suite('permissions');
const PROJECT = resolve(import.meta.dirname, '../..');
const DOCKERFILE = readFileSync(join(PROJECT, 'Dockerfile'), 'utf8');

/** The options of Node in the Dockerfile, with folders of this machine. */
function containerOptions(home: string): readonly string[] {
  const folders: Readonly<Record<string, string>> = {
    '/app/': PROJECT,
    '/site/': join(home, 'site'),
    '/etc/dicomcast/': join(home, 'etc'),
    '/run/secrets/': join(home, 'secrets'),
    '/var/lib/dicomcast/': join(home, 'state'),
    '/tmp/': join(home, 'tmp'),
  };
  const [, words = ''] = /^ENTRYPOINT (\[[\s\S]*?\])$/m.exec(DOCKERFILE) ?? [];
  const command = JSON.parse(words.replaceAll('\\\n', '')) as readonly string[];
  assert.is(command[0], 'node');
  const options = command.slice(1, -1);
  assert.ok(options.includes('--permission'));
  assert.ok(options.includes('--disallow-code-generation-from-strings'));
  return options.map((option) => {
    const [, way, path] = /^(--allow-fs-\w+)=(\/.*\/)$/.exec(option) ?? [];
    if (way === undefined || path === undefined) return option;
    const here = folders[path];
    if (here === undefined) throw new Error(`${path} has no folder here`);
    return `${way}=${here}/`;
  });
}

/** A machine's folders; `elsewhere` is none of the container's. */
function makeHome(): string {
  const home = realpathSync(temporaryFolder());
  for (const name of ['site', 'etc', 'secrets', 'state', 'tmp', 'elsewhere']) mkdirSync(join(home, name));
  return home;
}

async function withServices(work: (urls: { feed: string; fhir: string }) => Promise<void>): Promise<number> {
  const fhir = await createFhirSandbox({});
  const feed = await openFeed(
    entries(
      { PatientName: 'Zebra^Anna' },
      { SOPInstanceUID: '1.2.3.1.2' },
      { SOPInstanceUID: '1.2.3.1.2', action: 'delete' },
    ),
  );
  try {
    await work({ feed: feed.url, fhir: fhir.url });
    return fhir.resources().length;
  } finally {
    await feed.close();
    await fhir.close();
  }
}

test('the engine of the container syncs a feed, with its configuration, a secret and its state', async () => {
  const home = makeHome();
  writeFileSync(join(home, 'secrets/token'), 'secret');
  const state = join(home, 'state/state.db');
  const resources = await withServices(async ({ feed, fhir }) => {
    const source = { auth: { type: 'bearer', token: `\${file:${join(home, 'secrets/token')}}` } };
    const config = writeConfig(join(home, 'etc'), { feed, fhir, state, more: { source } });
    const [, forNode = ''] = /^ +NODE_OPTIONS=(\S+)/m.exec(DOCKERFILE) ?? [];
    assert.match(forNode, /^--max-semi-space-size=\d+$/);
    const { code, err } = await runToEnd({
      cwd: home,
      node: containerOptions(home),
      env: { NODE_OPTIONS: forNode },
      args: ['run', '--once', '-c', config],
    });
    assert.is(code, 0, err);
    assert.not.match(err, 'Warning');
  });
  // Patient, Endpoint, ImagingStudy.
  assert.is(resources, 3);
  const store = openSqliteState(state);
  assert.is(store.position('proof')?.sequence, 3);
  store.close();
});

test('the engine of the container is watched', async () => {
  const home = makeHome();
  await withServices(async ({ feed, fhir }) => {
    const state = join(home, 'state/state.db');
    const config = writeConfig(join(home, 'etc'), { feed, fhir, state, more: { monitor: { port: 0 } } });
    const engine = startEngine({ cwd: home, node: containerOptions(home), args: ['run', '-c', config] });
    const ask = async (path: string): Promise<string> => {
      const [, url] = /"url":"([^"]+)","event":"monitor"/.exec(engine.err()) ?? [];
      return url === undefined ? '' : (await fetch(`${url}/${path}`)).text();
    };
    try {
      for (let count = 0; count < 200 && !(await ask('readyz')).includes('"ready":true'); count++)
        await sleep(50);
      const metrics = await ask('metrics');
      assert.match(metrics, '\ndicomcast_checkpoint_sequence{source="proof"} 3\n');
      assert.match(metrics, '\nprocess_resident_memory_bytes ');
    } finally {
      engine.stop();
    }
    assert.is((await engine.ended).code, 0);
  });
});

/** Runs in the engine's own process before the engine, tries, and says how it went. */
const PROBE = `
import * as fs from 'node:fs';
import { spawnSync } from 'node:child_process';
import { Worker } from 'node:worker_threads';
const tried = {
  read: () => fs.readFileSync('/etc/passwd'),
  list: () => fs.readdirSync('/'),
  elsewhere: () => fs.writeFileSync(process.env.ELSEWHERE, 'x'),
  engine: () => fs.writeFileSync(process.env.ENGINE, 'x'),
  spawn: () => spawnSync('/bin/ls'),
  thread: () => new Worker('1', { eval: true }),
  addon: () => process.dlopen({ exports: {} }, process.env.ELSEWHERE),
  code: () => eval('1'),
  code2: () => new Function('return 1'),
  state: () => fs.writeFileSync(process.env.STATE, 'x'),
};
for (const [name, attempt] of Object.entries(tried)) {
  try { attempt(); process.stdout.write(name + ' done\\n'); } catch (error) { process.stdout.write(name + ' ' + (error.code ?? error.name) + '\\n'); }
}
process.exit(0);
`;

test('nothing else: no other file, no process, no thread, no add-on, no code from text', async () => {
  const home = makeHome();
  const { out } = await runToEnd({
    cwd: home,
    node: [...containerOptions(home), `--import=data:text/javascript,${encodeURIComponent(PROBE)}`],
    args: ['status'],
    env: {
      ELSEWHERE: join(home, 'elsewhere/x'),
      ENGINE: join(PROJECT, 'engine/written-by-a-test'),
      STATE: join(home, 'state/x'),
    },
  });
  assert.equal(out.trim().split('\n'), [
    'read ERR_ACCESS_DENIED',
    'list ERR_ACCESS_DENIED',
    'elsewhere ERR_ACCESS_DENIED',
    'engine ERR_ACCESS_DENIED',
    'spawn ERR_ACCESS_DENIED',
    'thread ERR_ACCESS_DENIED',
    'addon ERR_DLOPEN_DISABLED',
    'code EvalError',
    'code2 EvalError',
    'state done',
  ]);
  assert.not.ok(existsSync(join(PROJECT, 'engine/written-by-a-test')));
});

test('what a configuration may not name is a clear error', async () => {
  const home = makeHome();
  const options = { feed: 'http://127.0.0.1:1/', fhir: 'http://127.0.0.1:1/' };
  const run = async (folder: string, words: object = {}) => {
    const config = writeConfig(join(home, folder), {
      ...options,
      state: join(home, 'state/state.db'),
      ...words,
    });
    const { code, err } = await runToEnd({
      cwd: home,
      node: containerOptions(home),
      args: ['run', '-c', config],
    });
    assert.is(code, 1);
    return err;
  };
  const stolen = { more: { source: { auth: { type: 'bearer', token: `\${file:/etc/passwd}` } } } };
  assert.match(
    await run('etc', stolen),
    'error[config.unreadable-file]: the file /etc/passwd cannot be read',
  );
  assert.match(await run('elsewhere'), 'the configuration cannot be read (ERR_ACCESS_DENIED)');
  const lost = { state: join(home, 'elsewhere/deep/state.db') };
  assert.match(await run('etc', lost), /error\[state\.unusable\]: .* cannot be used: ERR_ACCESS_DENIED/);
});

test('a site: its project is checked and tested where it is mounted, and written by nobody', async () => {
  const home = makeHome();
  const site = join(home, 'site/ours');
  const made = await runToEnd({ cwd: join(home, 'site'), args: ['init', 'ours'] });
  assert.is(made.code, 0, made.err);
  for (const command of ['check', 'test']) {
    const { code, out, err } = await runToEnd({ cwd: site, node: containerOptions(home), args: [command] });
    assert.is(code, 0, `${command}: ${out}${err}`);
  }
  const { code } = await runToEnd({ cwd: site, node: containerOptions(home), args: ['init', 'theirs'] });
  assert.is(code, 1);
});

test('the sandbox and the demo keep their data in /tmp', async () => {
  const home = makeHome();
  const { code, out, err } = await runToEnd({
    cwd: join(home, 'tmp'),
    node: containerOptions(home),
    args: ['demo', '--once', '--fhir-port', '0', '--feed-port', '0'],
  });
  assert.is(code, 0, err);
  assert.match(out, 'On the FHIR server: Endpoint 1, ImagingStudy 8, Observation 2, Patient 7');
});

test.run();
