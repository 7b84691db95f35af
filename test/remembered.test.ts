/** What is remembered of the server: how much, how long, when it is believed, and what others write meanwhile. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { CurrentResource } from '../engine/fhir/resource.ts';
import { createRemembered } from '../engine/remembered.ts';
import { created, type FeedEntry, type Loop, withLoop } from './support/loop.ts';
import { ANNA, aboutStudies, listing, only, rows } from './support/loop-view.ts';

const test = suite('remembered');

function patient(id: string, versionId: string, content: object = {}): CurrentResource {
  return { resource: { resourceType: 'Patient', id, ...content }, versionId };
}

test('what was read is believed; what was written, when it was seen once that it is kept as it was sent', () => {
  const memory = createRemembered({ bytes: 1000, now: () => 0 });
  memory.read('read', patient('1', '7'));
  assert.is(memory.get('read')?.versionId, '7');
  memory.wrote('a', patient('2', '1', { gender: 'male' }), 50);
  assert.is(memory.get('a'), undefined);
  // The same version as the server has it: with a stamp, and with the number of the request behind the source, as HAPI writes it.
  const meta = { versionId: '1', lastUpdated: '2024-01-01T00:00:00Z', source: 'https://d/#k2' };
  memory.wrote('b', patient('3', '1', { gender: 'male', meta: { source: 'https://d/' } }), 50);
  memory.read('b', patient('3', '1', { gender: 'male', meta }));
  assert.is(memory.get('a')?.versionId, '1');
});

test('a server that changes what it is sent is read before every write', () => {
  const memory = createRemembered({ bytes: 1000, now: () => 0 });
  memory.wrote('a', patient('1', '1', { gender: 'male' }), 50);
  memory.read('a', patient('1', '1', { gender: 'male', active: true }));
  memory.wrote('a', patient('1', '2', { gender: 'female', active: true }), 50);
  assert.is(memory.get('a'), undefined);
  // Of another version nothing can be said.
  memory.wrote('b', patient('2', '1', {}), 50);
  memory.read('b', patient('2', '2', { gender: 'male' }));
  assert.is(memory.get('b')?.versionId, '2');
});

test('the least used goes first, what is larger than everything is not kept, and nothing is kept for more than a minute', () => {
  let now = 0;
  const memory = createRemembered({ bytes: 110, now: () => now });
  const size = JSON.stringify(patient('1', '1').resource).length;
  assert.is(size, 35);
  for (const id of ['1', '2', '3']) memory.read(id, patient(id, '1'));
  memory.get('1');
  memory.read('4', patient('4', '1'));
  assert.equal(
    ['1', '2', '3', '4'].filter((slot) => memory.get(slot)),
    ['1', '3', '4'],
  );
  memory.read('5', patient('5', '1', { name: [{ text: 'x'.repeat(100) }] }));
  assert.is(memory.get('5'), undefined);
  assert.is(memory.get('4')?.versionId, '1');
  now = 60_001;
  assert.is(memory.get('4'), undefined);
});

test('a resource is forgotten under all of its identities', () => {
  const memory = createRemembered({ bytes: 1000, now: () => 0 });
  for (const slot of ['a', 'b']) memory.read(slot, patient('1', '1'));
  memory.read('c', patient('2', '1'));
  memory.forgetResource({ resourceType: 'Patient', id: '1' });
  assert.equal(
    ['a', 'b', 'c'].map((slot) => memory.get(slot)?.versionId),
    [undefined, undefined, '1'],
  );
});

/** `GET ImagingStudy`, `POST` for a transaction. */
function asked(loop: Loop): readonly string[] {
  return loop.fhir
    .requests()
    .filter(({ path }) => !path.includes('Endpoint') && !path.includes('Patient'))
    .map(({ method, path }) => [method, ...(/ImagingStudy/.exec(path) ?? [])].join(' '));
}

const instances = (...numbers: readonly number[]): readonly FeedEntry[] =>
  numbers.map((number) => created(number, `1.1.${number}`, ANNA));

test('a study that comes in many pages is read twice: once for itself, once to see what the server makes of it', () =>
  withLoop({ pageSize: 1, flushInterval: 0 }, async (loop) => {
    await loop.show(instances(1, 2, 3, 4, 5, 6));
    await loop.run({ lanes: 1, windowEntries: 1 });
    assert.equal(listing(loop), [
      'study 1: 2.25.1.1.1 2.25.1.1.2 2.25.1.1.3 2.25.1.1.4 2.25.1.1.5 2.25.1.1.6',
    ]);
    const gets = asked(loop).filter((each) => each === 'GET ImagingStudy');
    assert.equal(gets, ['GET ImagingStudy', 'GET ImagingStudy']);
    assert.equal(rows(loop), []);
  }));

/** Lets somebody else act at the n-th transaction about studies, before the server sees it. */
async function meddling(n: number, act: (loop: Loop) => Promise<number>, look: (loop: Loop) => void) {
  await withLoop({ pageSize: 1, flushInterval: 0 }, async (loop) => {
    await loop.show(instances(1, 2, 3, 4, 5, 6, 7, 8));
    let count = 0;
    let theirs: Promise<number> | undefined;
    loop.onFhir((request) => {
      if (!aboutStudies(request) || ++count !== n) return undefined;
      theirs = act(loop);
      return { delayMs: 50 };
    });
    await loop.run();
    assert.ok([200, 201, 204].includes((await theirs) ?? 0));
    look(loop);
  });
}

test('what somebody else wrote to a remembered study is kept', () =>
  meddling(
    4,
    (loop) => {
      const study = only(loop, 'ImagingStudy');
      return loop.write('PUT', `ImagingStudy/${study.id}`, { ...study, reasonCode: [{ text: 'Cough' }] });
    },
    (loop) => {
      const uids = [1, 2, 3, 4, 5, 6, 7, 8].map((number) => `2.25.1.1.${number}`);
      assert.equal(listing(loop), [['study 1:', ...uids].join(' ')]);
      assert.equal(only(loop, 'ImagingStudy')['reasonCode'], [{ text: 'Cough' }]);
      assert.equal(
        loop.rows().map(({ kind, code }) => `${kind} ${code}`),
        ['TransientRetry fhir.conflict'],
      );
    },
  ));

test('a remembered study that somebody else deleted is made again', () =>
  meddling(
    4,
    (loop) => loop.write('DELETE', `ImagingStudy/${only(loop, 'ImagingStudy').id}`),
    (loop) => {
      const [study = ''] = listing(loop);
      assert.ok(study.endsWith(' 2.25.1.1.8'), study);
      assert.not.match(study, '2.25.1.1.1 ');
      assert.equal(
        loop.rows().map(({ kind, code }) => `${kind} ${code}`),
        ['TransientRetry fhir.conflict'],
      );
    },
  ));

test('a refusal over what was remembered wrongly is no fault of the entry', () =>
  withLoop({ pageSize: 1, flushInterval: 0 }, async (loop) => {
    await loop.show(instances(1, 2, 3, 4, 5, 6));
    let count = 0;
    let theirs: Promise<number> | undefined;
    loop.onFhir((request) => {
      if (!aboutStudies(request) || ++count !== 4) return undefined;
      const study = only(loop, 'ImagingStudy');
      theirs = loop.write('PUT', `ImagingStudy/${study.id}`, { ...study, reasonCode: [{ text: 'Cough' }] });
      // A server that says so of a version that is gone.
      return { delayMs: 50, status: 422, body: '{"resourceType":"OperationOutcome","issue":[]}' };
    });
    await loop.run();
    await theirs;
    assert.equal(rows(loop), []);
    assert.match(listing(loop)[0] ?? '', '2.25.1.1.6');
    assert.equal(only(loop, 'ImagingStudy')['reasonCode'], [{ text: 'Cough' }]);
  }));

test.run();
