/**
 * `fhir.patch` in the whole pipeline: entries go in; what is sent and what is stored come out, on servers that take patches, refuse
 * them, or hold something else than was thought.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { patchText } from '../engine/fhir/json-patch.ts';
import type { FhirResource } from '../engine/fhir/resource.ts';
import {
  created,
  deleted,
  type FeedEntry,
  type Loop,
  type LoopOptions,
  updated,
  withLoop,
} from './support/loop.ts';
import { ANNA, BERT, listing, only, outcome, rows, sent } from './support/loop-view.ts';

const test = suite('patches');

const ONE_BY_ONE: LoopOptions = { pageSize: 1, flushInterval: 0, lanes: 1, patch: true };
const instances = (from: number, to: number): readonly FeedEntry[] =>
  Array.from({ length: to - from + 1 }, (_, index) => created(from + index, `1.1.${from + index}`, ANNA));

const isPatch = ({ body = '' }: { readonly body?: string }): boolean => body.includes('"PATCH"');
const refusal = { status: 400, body: outcome('processing') };

/** The operations of the last transaction, as `op path`. */
function operations(loop: Loop): readonly string[] {
  const resources = loop.bundles.at(-1)?.entry.map(({ resource }) => resource) ?? [];
  return resources.flatMap((resource) =>
    (JSON.parse(patchText(resource as FhirResource) ?? '[]') as { op: string; path: string }[]).map(
      ({ op, path }) => `${op} ${path}`,
    ),
  );
}

async function grown(loop: Loop, to: number): Promise<void> {
  await loop.show(instances(1, to));
  await loop.run();
}

test('an update is what changed, where that is shorter, with the version tested twice', () =>
  withLoop(ONE_BY_ONE, async (loop) => {
    await grown(loop, 6);
    assert.equal(sent(loop), [
      'POST Endpoint',
      'POST Patient, POST ImagingStudy',
      ...Array.from({ length: 5 }, () => 'PATCH ImagingStudy'),
    ]);
    assert.is(loop.bundles.at(-1)?.entry[0]?.request.ifMatch, 'W/"5"');
    assert.equal(operations(loop), [
      'test /meta/versionId',
      'test /numberOfInstances',
      'replace /numberOfInstances',
      'test /series/0/uid',
      'test /series/0/numberOfInstances',
      'replace /series/0/numberOfInstances',
      'add /series/0/instance/5',
    ]);
    assert.equal(listing(loop), [
      `study 1: ${[1, 2, 3, 4, 5, 6].map((each) => `2.25.1.1.${each}`).join(' ')}`,
    ]);
    loop.push(deleted(7, '1.1.2'));
    await loop.run();
    assert.is(sent(loop).at(-1), 'PATCH ImagingStudy');
    assert.equal(listing(loop), [`study 1: ${[1, 3, 4, 5, 6].map((each) => `2.25.1.1.${each}`).join(' ')}`]);
    assert.equal(rows(loop), []);
  }));

test('what refers to a resource of the same transaction is sent whole: nobody resolves references in a patch', () =>
  withLoop(ONE_BY_ONE, async (loop) => {
    await grown(loop, 8);
    loop.push(updated(9, '1.1.1', BERT));
    await loop.run();
    assert.is(sent(loop).at(-1), 'POST Patient, PUT ImagingStudy');
    const bert = loop.fhir.resources('Patient').find((patient) => JSON.stringify(patient).includes('Okapi'));
    assert.equal(only(loop, 'ImagingStudy')['subject'], { reference: `Patient/${bert?.id}` });
  }));

test('a server that refuses patches gets whole resources, and after three refusals in a row no more patches', () =>
  withLoop(ONE_BY_ONE, async (loop) => {
    loop.onFhir((request) => (isPatch(request) ? refusal : undefined));
    await grown(loop, 8);
    assert.equal(sent(loop).slice(2), [
      ...Array.from({ length: 3 }, () => ['PATCH ImagingStudy', 'PUT ImagingStudy']).flat(),
      ...Array.from({ length: 4 }, () => 'PUT ImagingStudy'),
    ]);
    assert.is(listing(loop)[0]?.split(' ').length, 2 + 8);
    assert.equal(rows(loop), []);
    const told = loop.log.filter(([event]) => event === 'patch');
    assert.is(told.length, 1);
    assert.match(String(told[0]?.[1]['message']), 'refused 3 patches in a row');
  }));

for (const status of [409, 412, 422, 500]) {
  test(`patches that are answered ${status} cost a second transaction each, and lose nothing`, () =>
    withLoop(ONE_BY_ONE, async (loop) => {
      loop.onFhir((request) => (isPatch(request) ? { status, body: outcome('processing') } : undefined));
      await grown(loop, 6);
      assert.is(loop.bundles.filter(({ entry }) => entry[0]?.request.method === 'PATCH').length, 3);
      assert.is(listing(loop)[0]?.split(' ').length, 2 + 6);
      assert.equal(new Set(rows(loop).map((row) => row.split(' ')[1])).has('FhirFailToStore'), false);
    }));
}

test('refusals that are not in a row are accidents', () =>
  withLoop(ONE_BY_ONE, async (loop) => {
    let count = 0;
    loop.onFhir((request) => (isPatch(request) && ++count % 2 === 1 ? refusal : undefined));
    await grown(loop, 13);
    assert.is(sent(loop).at(-1), 'PATCH ImagingStudy');
    assert.equal(rows(loop), []);
    assert.equal(
      loop.log.filter(([event]) => event === 'patch'),
      [],
    );
  }));

test('a study that is larger than what may be remembered is read before every write, however short the patch', () =>
  withLoop({ ...ONE_BY_ONE, rememberedBytes: 1500 }, async (loop) => {
    await grown(loop, 16);
    const asked = loop.fhir.requests().filter(({ path }) => !/Patient|Endpoint/.test(path));
    assert.equal(
      asked.slice(-6).map(({ method }) => method),
      ['GET', 'POST', 'GET', 'POST', 'GET', 'POST'],
    );
    assert.is(sent(loop).at(-1), 'PATCH ImagingStudy');
  }));

test('a busy server says nothing about patches', () =>
  withLoop(ONE_BY_ONE, async (loop) => {
    let count = 0;
    loop.onFhir((request) => (isPatch(request) && ++count % 2 ? { status: 503 } : undefined));
    await grown(loop, 6);
    assert.not.ok(sent(loop).includes('PUT ImagingStudy'));
    assert.equal(
      loop.log.filter(([event]) => event === 'patch'),
      [],
    );
  }));

for (const [how, meddle] of [
  ['adds', (study: object) => ({ ...study, reasonCode: [{ text: 'Cough' }] })],
  [
    'puts a series before ours',
    (study: { series: object[] }) => ({
      ...study,
      series: [
        { uid: '9', modality: { code: 'US' }, instance: [{ uid: '9.1', sopClass: { code: 'x' } }] },
        ...study.series,
      ],
    }),
  ],
] as const) {
  test(`somebody else ${how} at the same time, on a server that answers stale patches with 400: both are kept`, () =>
    withLoop(ONE_BY_ONE, async (loop) => {
      await grown(loop, 4);
      let theirs: Promise<number> | undefined;
      loop.onFhir((request) => {
        if (theirs || !isPatch(request)) return undefined;
        const study = only(loop, 'ImagingStudy') as never;
        theirs = loop.write('PUT', `ImagingStudy/${(study as FhirResource).id}`, meddle(study));
        // As HAPI does it, which passes over ifMatch and says 400 when a test fails.
        return { ...refusal, delayMs: 50 };
      });
      loop.push(created(5, '1.1.5', ANNA));
      await loop.run();
      assert.is(await theirs, 200);
      assert.match(listing(loop)[0] ?? '', ' 2.25.1.1.5');
      const text = JSON.stringify(only(loop, 'ImagingStudy'));
      assert.ok(text.includes('Cough') || text.includes('"uid":"9"'), text);
      assert.equal(rows(loop), []);
      assert.equal(
        loop.log.filter(([event]) => event === 'patch'),
        [],
      );
    }));
}

test('an entry that the server refuses whole as well is refused, and the others of its group are not', () =>
  withLoop({ ...ONE_BY_ONE, pageSize: 100 }, async (loop) => {
    await grown(loop, 8);
    loop.onFhir(({ body = '' }) => {
      const text = body + bodiesOf(body);
      return text.includes('2.25.1.1.10"') ? { status: 422, body: outcome('invalid') } : undefined;
    });
    for (const entry of instances(9, 12)) loop.push(entry);
    await loop.run();
    assert.equal(rows(loop), ['10 FhirFailToStore fhir.refused']);
    assert.match(listing(loop)[0] ?? '', /2\.25\.1\.1\.9 2\.25\.1\.1\.11 2\.25\.1\.1\.12$/);
  }));

/** What patches in the body say. */
function bodiesOf(body: string): string {
  const bundle = body.startsWith('{') ? JSON.parse(body) : {};
  const entries: readonly { resource?: FhirResource }[] = Array.isArray(bundle.entry) ? bundle.entry : [];
  return entries.map(({ resource }) => (resource && patchText(resource)) ?? '').join('');
}

test.run();
