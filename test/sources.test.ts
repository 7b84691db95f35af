/**
 * Several sources into one FHIR server: what they share is made once and loses nothing, each has its own checkpoint and
 * Endpoint, and a failure of one leaves the others alone.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { check } from '../engine/cli/check.ts';
import { run } from '../engine/cli/run.ts';
import { openSqliteState } from '../engine/io/state-sqlite.ts';
import { createChangeFeedSandbox } from '../engine/sandbox/change-feed-server.ts';
import { created, deleted } from './support/loop.ts';
import { createQuirkyFhir, isBundle, type Quirk, withJson } from './support/quirky-fhir.ts';
import { type Several, studies, urlOf, withSeveral } from './support/several.ts';
import { siteProject } from './support/site.ts';
import { temporaryFolder } from './support/temp.ts';
import { fakeTerminal } from './support/terminal.ts';

const test = suite('several sources');

const ANNA = { PatientID: 'patient-anna', PatientName: 'Zebra^Anna' };

function checkpoints({ folder }: Several, ...ids: readonly string[]): readonly unknown[] {
  const state = openSqliteState(join(folder, '.dicomcast/state.db'));
  const found = ids.map((id) => state.position(id)?.sequence);
  state.close();
  return found;
}

test('one study with instances in two services: one study, both endpoints, two checkpoints', () =>
  withSeveral(
    {
      feeds: {
        a: [created(1, '1.1.1', ANNA), created(2, '1.1.2', ANNA)],
        b: [created(1, '1.1.3', ANNA), created(2, '2.1.1', ANNA), created(7, '1.2.1', ANNA)],
      },
    },
    async (several) => {
      assert.is((await several.drain()).code, 0);
      assert.equal(studies(several), [
        `2.25.1: 2.25.1.1.1 2.25.1.1.2 2.25.1.1.3 2.25.1.2.1; ${urlOf('a')} ${urlOf('b')}`,
        `2.25.2: 2.25.2.1.1; ${urlOf('b')}`,
      ]);
      assert.is(several.resources('Patient').length, 1);
      assert.equal(checkpoints(several, 'a', 'b'), [2, 7]);
    },
  ));

/** Conditional creates count for nothing; and every search is slow, so that all are asked before anything is made. */
const HEEDLESS: Quirk = {
  ask: (question) =>
    isBundle(question)
      ? {
          body: withJson(question.body, ({ entry, ...bundle }) => ({
            ...(bundle as object),
            entry: (entry as unknown as { request: object }[]).map(({ request, ...each }) => {
              const { ifNoneExist: _, ...plain } = request as Record<string, unknown>;
              return { ...each, request: plain };
            }),
          })),
        }
      : undefined,
  async answer(answer, { method }) {
    if (method === 'GET') await new Promise((resolve) => setTimeout(resolve, 20));
    return answer;
  },
};

test('what two sources make at once is made once and loses nothing, also where the server guards no conditional create', () =>
  withSeveral(
    {
      quirk: HEEDLESS,
      feeds: Object.fromEntries(
        ['a', 'b', 'c'].map((id, index) => [
          id,
          Array.from({ length: 12 }, (_, n) => created(n + 1, `${(n % 4) + 1}.${index + 1}.${n + 1}`, ANNA)),
        ]),
      ),
    },
    async (several) => {
      assert.is((await several.drain()).code, 0);
      const all = (study: number): string =>
        [1, 2, 3]
          .flatMap((series) => [0, 4, 8].map((n) => `2.25.${study}.${series}.${study + n}`))
          .toSorted()
          .join(' ');
      const addresses = ['a', 'b', 'c'].map(urlOf).join(' ');
      assert.equal(
        studies(several),
        [1, 2, 3, 4].map((study) => `2.25.${study}: ${all(study)}; ${addresses}`),
      );
      assert.equal([several.resources('Patient').length, several.resources('Endpoint').length], [1, 3]);
    },
  ));

test('a study of two services goes with its last instance, whichever service made it and whichever removes it', async () => {
  for (const last of ['a', 'b']) {
    const first = last === 'a' ? 'b' : 'a';
    await withSeveral({ feeds: { a: [created(1, '1.1.1', ANNA)], b: [] } }, async (several) => {
      await several.drain();
      const [made] = several.resources('ImagingStudy');
      assert.is((made?.['meta'] as { source?: string } | undefined)?.source, urlOf('a'));
      several.push('b', created(1, '1.1.2', ANNA));
      await several.drain();
      const instance = { a: '1.1.1', b: '1.1.2' } as const;
      several.push(first, deleted(5, instance[first]));
      await several.drain();
      assert.equal(studies(several), [`2.25.1: 2.25.${instance[last as 'a']}; ${urlOf('a')} ${urlOf('b')}`]);
      several.push(last, deleted(6, instance[last as 'a']));
      await several.drain();
      assert.equal([studies(several), several.resources('Patient').length], [[], 1], `${last} was the last`);
    });
  }
});

test('what none of the configured sources made is not deleted with its last instance', () =>
  withSeveral(
    { feeds: { a: [created(1, '1.1.1', ANNA)], b: [created(1, '1.1.2', ANNA)] } },
    async (several) => {
      const study = {
        resourceType: 'ImagingStudy',
        meta: { source: 'https://a.example.org/2' },
        identifier: [{ system: 'urn:dicom:uid', value: 'urn:oid:2.25.1' }],
        status: 'available',
        subject: { display: 'somebody' },
      };
      const headers = { 'Content-Type': 'application/fhir+json' };
      await fetch(`${several.fhir.url}/ImagingStudy`, {
        method: 'POST',
        headers,
        body: JSON.stringify(study),
      });
      await several.drain();
      several.push('a', deleted(2, '1.1.1'));
      several.push('b', deleted(2, '1.1.2'));
      await several.drain();
      assert.equal(studies(several), [`2.25.1: ; ${urlOf('a')} ${urlOf('b')}`]);
    },
  ));

test('wrong credentials of one source: the others are drained, and the exit code says that something is left', () =>
  withSeveral(
    { feeds: { a: [created(1, '1.1.1', ANNA)], b: [created(1, '2.1.1', ANNA)] } },
    async (several) => {
      several.onFeed('a', () => ({ status: 401 }));
      const { code, err } = await several.drain();
      assert.is(code, 1);
      assert.match(
        err,
        /\nerror\[feed\.unauthorized\]: a: http:\S+\/v1\/changefeed answered 401\n {2}= help: Check /,
      );
      assert.match(err, /"level":"error","time":"[^"]*","source":"a","code":"feed.unauthorized"/);
      assert.equal(
        [studies(several), checkpoints(several, 'a', 'b')],
        [[`2.25.2: 2.25.2.1.1; ${urlOf('b')}`], [undefined, 1]],
      );
      several.onFeed('a', undefined);
      assert.is((await several.drain()).code, 0);
      assert.equal([studies(several).length, checkpoints(several, 'a', 'b')], [2, [1, 1]]);
    },
  ));

test('each service is sent its own token and no other, whatever another one points to, and no token is printed', async () => {
  const tokens = { a: 'token-of-a', b: 'token-of-b', fhir: 'token-of-fhir' };
  const sent = { a: new Set<unknown>(), b: new Set<unknown>(), fhir: new Set<unknown>() };
  const auth = (of: keyof typeof tokens): string => `auth: { type: bearer, token: "${tokens[of]}" }`;
  const quirk: Quirk = {
    ask: ({ headers }) => {
      sent.fhir.add(headers['authorization']);
      return undefined;
    },
  };
  const feeds = { a: [created(1, '1.1.1', ANNA)], b: [created(1, '1.1.2', ANNA)] };
  await withSeveral({ feeds, quirk, config: { a: auth('a'), b: auth('b') } }, async (several) => {
    const path = join(several.folder, 'dicomcast.config.yaml');
    writeFileSync(path, readFileSync(path, 'utf8').replace(/^fhir:$/m, `fhir:\n  ${auth('fhir')}`));
    several.onFeed('a', ({ headers }) => {
      sent.a.add(headers['authorization']);
      return undefined;
    });
    several.onFeed('b', ({ headers }) => {
      sent.b.add(headers['authorization']);
      return { status: 307, headers: { location: `${several.fhir.url}/Patient` } };
    });
    const { code, err } = await several.drain();
    assert.is(code, 1);
    assert.match(err, 'error[feed.refused]: b: ');
    assert.equal(studies(several), [`2.25.1: 2.25.1.1.1; ${urlOf('a')}`]);
    const terminal = several.terminal();
    assert.is(check(terminal, { print: true }), 0);
    const { out, err: more } = terminal.printed();
    assert.match(out, 'token: «hidden»');
    assert.not.match(err + out + more, 'token-of-');
  });
  const only = (of: keyof typeof tokens): readonly string[] => [`Bearer ${tokens[of]}`];
  assert.equal([[...sent.a], [...sent.b], [...sent.fhir]], [only('a'), only('b'), only('fhir')]);
});

test('an engine that is stopped while one source is held up ends cleanly', () =>
  withSeveral(
    { feeds: { a: [created(1, '1.1.1', ANNA)], b: [created(1, '2.1.1', ANNA)] } },
    async (several) => {
      several.onFeed('a', () => ({ status: 401 }));
      const terminal = several.terminal();
      const running = run(terminal, {});
      const isDone = (): boolean =>
        studies(several).length > 0 && terminal.printed().err.includes('feed.unauthorized');
      while (!isDone()) await new Promise((resolve) => setTimeout(resolve, 10));
      terminal.stop();
      assert.is(await running, 0);
      assert.not.match(terminal.printed().err, 'error[');
    },
  ));

test('one source that is down, and one that is rebuilt: the third is drained', () =>
  withSeveral(
    {
      feeds: {
        a: [created(1, '1.1.1', ANNA)],
        b: [created(9, '2.1.1', ANNA)],
        c: [created(1, '3.1.1', ANNA)],
      },
    },
    async (several) => {
      const state = openSqliteState(join(several.folder, '.dicomcast/state.db'));
      state.commit('b', { sequence: 20 }, [], 0);
      state.close();
      several.onFeed('a', () => ({ status: 503, headers: { 'Retry-After': '3600' } }));
      const { code, err } = await several.drain();
      assert.is(code, 1);
      assert.match(err, 'error[feed.busy]: a: ');
      assert.match(err, 'error[feed.rebuilt]: b: ');
      assert.equal(checkpoints(several, 'a', 'b', 'c'), [undefined, 20, 1]);
      several.onFeed('b', () => ({ status: 503, headers: { 'Retry-After': '3600' } }));
      assert.is((await several.drain()).code, 3);
    },
  ));

test('what is wrong with the FHIR server stops all sources', () =>
  withSeveral(
    {
      feeds: { a: [created(1, '1.1.1', ANNA)], b: [created(1, '2.1.1', ANNA)] },
      quirk: { ask: (question) => (isBundle(question) ? { status: 403 } : undefined) },
    },
    async (several) => {
      const { code, err } = await several.drain();
      assert.is(code, 1);
      assert.is(err.match(/error\[fhir\.unauthorized\]/g)?.length, 1);
      assert.equal(checkpoints(several, 'a', 'b'), [undefined, undefined]);
    },
  ));

test('every log line about a source names it', () =>
  withSeveral(
    {
      feeds: { a: [created(1, '1.1.1', { ...ANNA, PatientID: undefined })], b: [created(1, '2.1.1', ANNA)] },
    },
    async (several) => {
      const { err } = await several.drain();
      const lines = err
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { event: string; source?: string });
      assert.equal(lines.map(({ event, source }) => `${source} ${event}`).toSorted(), [
        'a progress',
        'a row',
        'a start',
        'a stop',
        'b progress',
        'b start',
        'b stop',
      ]);
    },
  ));

test('a source that gets an id goes on where its address was left, with its rows', () =>
  withSeveral(
    { feeds: { a: [created(1, '1.1.1', ANNA)], b: [created(1, '2.1.1', ANNA)] } },
    async (several) => {
      const state = openSqliteState(join(several.folder, '.dicomcast/state.db'));
      const url = /url: "(http[^"]+)"/.exec(configOf(several))?.[1] ?? '';
      const row = { kind: 'DicomFailToStore', code: 'dicom.missing-tag', sequence: 1, message: 'x' } as const;
      state.commit(url, { sequence: 1 }, [row], 0, { plan: 'p' });
      state.commit('b', { sequence: 0 }, [], 0);
      state.close();
      await several.drain();
      assert.equal(
        [studies(several), checkpoints(several, 'a', 'b', url)],
        [[`2.25.2: 2.25.2.1.1; ${urlOf('b')}`], [1, 1, undefined]],
      );
      const after = openSqliteState(join(several.folder, '.dicomcast/state.db'));
      assert.equal([after.errors('a').length, after.errors(url).length], [1, 0]);
      after.close();
    },
  ));

function configOf({ folder }: Several): string {
  return readFileSync(join(folder, 'dicomcast.config.yaml'), 'utf8');
}

test('two engines, each with a source and a state of its own: the version check finds what clashes, nothing is lost', async () => {
  const fhir = await createQuirkyFhir({
    async answer(answer, { method }) {
      // Both have read before either writes.
      if (method === 'GET') await new Promise((resolve) => setTimeout(resolve, 30));
      return answer;
    },
  });
  const feeds = await Promise.all([1, 2].map(() => createChangeFeedSandbox({ folder: temporaryFolder() })));
  try {
    const runs = feeds.map(async (feed, index) => {
      for (let n = 1; n <= 8; n++) feed.push(created(n, `${n % 2}.${index + 1}.${n}`, ANNA));
      const folder = siteProject({
        'dicomcast.config.yaml': [
          '  apiVersion: v1\n',
          `  apiVersion: v1\n  publicUrl: ${urlOf(`s${index}`)}\n`,
        ],
      });
      const terminal = fakeTerminal(folder, { DICOM_URL: feed.url, FHIR_URL: fhir.url });
      assert.is(await run(terminal, { once: true }), 0, terminal.printed().err);
      return terminal.printed().err;
    });
    assert.match((await Promise.all(runs)).join(''), '"code":"fhir.conflict"');
    const resources = (type: string) => fhir.sandbox.resources(type);
    const endpoints = `${urlOf('s0')} ${urlOf('s1')}`;
    assert.equal(studies({ resources }), [
      `2.25.0: 2.25.0.1.2 2.25.0.1.4 2.25.0.1.6 2.25.0.1.8 2.25.0.2.2 2.25.0.2.4 2.25.0.2.6 2.25.0.2.8; ${endpoints}`,
      `2.25.1: 2.25.1.1.1 2.25.1.1.3 2.25.1.1.5 2.25.1.1.7 2.25.1.2.1 2.25.1.2.3 2.25.1.2.5 2.25.1.2.7; ${endpoints}`,
    ]);
    assert.is(resources('Patient').length, 1);
  } finally {
    for (const feed of feeds) await feed.close();
    await fhir.close();
  }
});

test.run();
