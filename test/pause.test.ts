/** The pause: when the engine stops reading, what it leaves behind, and what makes it go on. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createPauseWatch } from '../engine/pause.ts';
import { retryEntries } from '../engine/redrive.ts';
import type { SettledEntry } from '../engine/window.ts';
import { engineErrorOf } from './support/engine-error.ts';
import { created, type FeedEntry, shippedText, type Values, withLoop } from './support/loop.ts';
import { ANNA, listing, refusing } from './support/loop-view.ts';

const test = suite('pause');

/** One entry a letter: a study that is stored (`.`), or fails for one reason (`a`) or another (`b`). */
function outcomes(letters: string): readonly SettledEntry[] {
  return [...letters].map((letter, index) => entryOf(`study-${index}`, index, letter));
}

function entryOf(study: string, sequence: number, letter: string): SettledEntry {
  const failure = { kind: 'DicomFailToStore', code: letter, rule: 'R', sequence, message: '' } as const;
  return letter === '.' ? { sequence, study } : { sequence, study, failure };
}

test('sixteen of the last twenty studies for one reason', () => {
  const reason = { code: 'a', rule: 'R', failed: 16, of: 20 };
  for (const [letters, expected] of [
    ['aaaaaaaaaaaaaaaa....', reason],
    ['....aaaaaaaaaaaaaaaa', reason],
    ['bbbbbbbbbbbbbbbbb.aaaaaaaaaaaaaaaa...', reason],
    ['aaaaaaaaaaaaaaaa.....', undefined],
    ['aaaaaaaaaaaaaaabbbbb', undefined],
    ['aaaaaaaaaaaaaaaaaaaaaaaa....................', undefined],
    ['aaaaaaaaaaaaaaa', undefined],
    ['', undefined],
  ] as const) {
    assert.equal(createPauseWatch()(outcomes(letters)), expected, letters);
    const watch = createPauseWatch();
    const last = outcomes(letters).map((each) => watch([each]));
    assert.equal(last.at(-1), expected, `${letters}, told one by one`);
  }
});

test('a study counts once, and not as failed if one of its entries was stored', () => {
  const watch = createPauseWatch();
  const big = Array.from({ length: 500 }, (_, index) => entryOf('big', index, 'a'));
  assert.is(watch(big), undefined);
  const mixed = Array.from({ length: 40 }, (_, index) =>
    entryOf(`study-${index >> 1}`, 500 + index, index % 2 ? 'a' : '.'),
  );
  assert.is(watch(mixed), undefined);
});

test('entries that name no study count one by one', () => {
  const failure = { kind: 'DicomFailToStore', code: 'entry.malformed', sequence: 1, message: '' } as const;
  const entries = Array.from({ length: 16 }, (_, index) => ({ sequence: index, failure }));
  assert.equal(createPauseWatch()(entries), { code: 'entry.malformed', failed: 16, of: 20 });
});

/** Studies of one instance; those at `failing` have no PatientID. */
function studies(count: number, failing: (n: number) => boolean): readonly FeedEntry[] {
  const values = (n: number): Values => ({ ...ANNA, PatientID: failing(n) ? undefined : `patient-${n}` });
  return Array.from({ length: count }, (_, index) =>
    created(index + 1, `${index + 1}.1.1`, values(index + 1)),
  );
}

const MESSAGE =
  'paused since 2024-06-01T00:00:00.000Z: 17 of the last 20 studies came to nothing: dicom.missing-tag at Patient.identifier';

test('the window that shows it is kept, and the feed is not drained; the same mappings start in vain', () =>
  withLoop({ pageSize: 10 }, async (loop) => {
    await loop.show(studies(100, (n) => n > 12 && n !== 20));
    const error = await engineErrorOf(() => loop.run());
    assert.equal([error.code, error.action, error.message], ['engine.paused', 'stop', MESSAGE]);
    assert.equal(loop.state.position('source'), { sequence: 30 });
    assert.is(loop.state.errors('source', { isOpen: true }).length, 17);
    const { pause, plan } = loop.state.status('source');
    assert.equal(pause, {
      code: 'dicom.missing-tag',
      rule: 'Patient.identifier',
      failed: 17,
      of: 20,
      plan,
      since: '2024-06-01T00:00:00.000Z',
    });
    const asked = loop.fhir.requests().length;
    assert.is((await engineErrorOf(() => loop.run())).code, 'engine.paused');
    assert.equal([loop.state.position('source'), loop.fhir.requests().length], [{ sequence: 30 }, asked]);
  }));

test('changed mappings go on, and what failed can be retried: nothing is lost', () =>
  withLoop({ pageSize: 10 }, async (loop) => {
    await loop.show(studies(60, () => true));
    await engineErrorOf(() => loop.run());
    const { text } = shippedText('patient.yaml');
    const right = {
      mappings: [
        text.replaceAll('tag: PatientID', 'tag: StudyInstanceUID'),
        'endpoint.yaml',
        'imaging-study.yaml',
      ],
    };
    const progress = await loop.run(right);
    assert.equal([progress.entries, progress.stored], [40, 40]);
    assert.is(loop.state.status('source').pause, undefined);
    await loop.with((parts) => retryEntries(parts, {}), right);
    assert.is(listing(loop).length, 60);
    assert.is(loop.state.errors('source', { isOpen: true }).length, 0);
  }));

test('--resume goes on to the end, whatever fails', () =>
  withLoop({ pageSize: 10 }, async (loop) => {
    await loop.show(studies(60, () => true));
    await engineErrorOf(() => loop.run());
    const progress = await loop.run({ resume: true });
    assert.equal([progress.entries, progress.failed, progress.drained], [40, 40, true]);
    assert.is(loop.state.errors('source', { isOpen: true }).length, 60);
    assert.is(loop.state.status('source').pause, undefined);
  }));

test('a FHIR server that refuses everything pauses the engine too', () =>
  withLoop({ pageSize: 50 }, async (loop) => {
    await loop.show(studies(200, () => false));
    loop.onFhir(refusing('ImagingStudy'));
    const error = await engineErrorOf(() => loop.run());
    assert.match(error.message, /20 of the last 20 studies came to nothing: fhir\.refused$/);
    assert.equal(loop.state.position('source'), { sequence: 50 });
  }));

test('how far behind the feed the engine is', () =>
  withLoop({ pageSize: 10 }, async (loop) => {
    await loop.show(studies(100, (n) => n <= 20));
    await engineErrorOf(() => loop.run());
    const { position, timestamp, newest, at } = loop.state.status('source');
    assert.equal(
      { position, timestamp, newest, at },
      {
        position: { sequence: 20 },
        timestamp: '2024-01-01T00:00:20.000+00:00',
        newest: { sequence: 100, timestamp: '2024-01-01T00:01:40.000+00:00' },
        at: '2024-06-01T00:00:00.000Z',
      },
    );
    await loop.run({ resume: true });
    const after = loop.state.status('source');
    assert.equal(
      [after.position, after.timestamp, after.newest],
      [
        { sequence: 100 },
        '2024-01-01T00:01:40.000+00:00',
        { sequence: 100, timestamp: '2024-01-01T00:01:40.000+00:00' },
      ],
    );
  }));

test.run();
