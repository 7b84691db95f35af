/**
 * Entries that are run again: retries after a mapping was corrected, replays of a part of the feed, and what they leave
 * alone. Properties say when the result is that of a feed in which everything had been right from the start.
 */
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { ErrorFilter } from '../engine/ports.ts';
import { type RedriveResult, type ReplayRange, replayFeed, retryEntries } from '../engine/redrive.ts';
import { engineErrorOf } from './support/engine-error.ts';
import { agreeingInstances, feedAfter, histories, printFeed } from './support/history.ts';
import {
  canonical,
  created,
  deleted,
  type FeedEntry,
  type Loop,
  type LoopOptions,
  shippedText,
  withLoop,
} from './support/loop.ts';
import { ANNA, aboutStudies, BERT, listing, only, sent } from './support/loop-view.ts';

const test = suite('redrive');
const RUNS = Number(process.env['RUNS'] ?? 15);

/** As if somebody had written that every study has a description. */
const BROKEN = [
  'patient.yaml',
  'endpoint.yaml',
  shippedText('imaging-study.yaml').text.replace(
    '    to: ImagingStudy.description\n',
    '    to: ImagingStudy.description\n    required: true\n',
  ),
];
const DESCRIBED = { ...ANNA, StudyDescription: 'Thorax nativ' };

const retry = (loop: Loop, filter: ErrorFilter = {}, options: LoopOptions = {}): Promise<RedriveResult> =>
  loop.with((parts) => retryEntries(parts, filter), options);
const replay = (loop: Loop, range: Partial<ReplayRange>, options: LoopOptions = {}): Promise<RedriveResult> =>
  loop.with((parts) => replayFeed(parts, { from: 1, lateness: 0, ...range }), options);

/** `3 dicom.missing-tag ImagingStudy.description`, and how it was closed. */
const rows = (loop: Loop): readonly string[] =>
  loop.state
    .errors('source', { order: 'sequence' })
    .map(({ sequence, code, rule, closedAs }) => [sequence, code, rule, closedAs].filter(Boolean).join(' '));

const counts = ({ entries, stored, failed, overtaken, gone, missing }: RedriveResult): readonly unknown[] => [
  entries,
  stored,
  failed,
  overtaken,
  gone,
  missing,
];

for (const apiVersion of ['v1', 'v2'] as const) {
  test(`${apiVersion}: after the mapping is corrected, failed entries are stored and their rows closed`, () =>
    withLoop({ apiVersion, pageSize: 2 }, async (loop) => {
      await loop.show([
        created(1, '1.1.1', ANNA),
        created(3, '1.1.2', DESCRIBED),
        created(250, '2.1.1', BERT),
        created(251, '3.1.1', { ...BERT, PatientID: undefined, StudyDescription: 'Abdomen nativ' }),
      ]);
      await loop.run({ mappings: BROKEN });
      assert.equal(listing(loop), ['study 1: 2.25.1.1.2']);
      const position = loop.state.position('source');
      assert.equal(counts(await retry(loop)), [3, 2, 1, 0, 0, []]);
      assert.equal(listing(loop), ['study 1: 2.25.1.1.2 2.25.1.1.1', 'study 2: 2.25.2.1.1']);
      assert.equal(rows(loop), [
        '1 dicom.missing-tag ImagingStudy.description stored',
        '250 dicom.missing-tag ImagingStudy.description stored',
        '251 dicom.missing-tag Patient.identifier',
      ]);
      assert.equal(loop.state.position('source'), position);
      const before = loop.transactions();
      assert.equal(counts(await retry(loop)), [1, 0, 1, 0, 0, []]);
      assert.equal(
        loop.state.errors('source', { isOpen: true }).map(({ attempts }) => attempts),
        [3],
      );
      assert.is(loop.transactions(), before);
    }));

  test(`${apiVersion}: what was replaced or removed since is told as such, and its row closed`, () =>
    withLoop({ apiVersion }, async (loop) => {
      const first = [created(1, '1.1.1', ANNA), created(2, '1.1.2', ANNA), created(3, '2.1.1', BERT)];
      await loop.show(first);
      await loop.run({ mappings: BROKEN });
      await loop.show([
        { ...created(1, '1.1.1', DESCRIBED), state: 'replaced' },
        { ...created(2, '1.1.2'), state: 'deleted', metadata: {} },
        created(3, '2.1.1', BERT),
        { ...created(4, '1.1.1', DESCRIBED), action: 'update' },
        deleted(5, '1.1.2'),
      ]);
      assert.equal(counts(await retry(loop)), [3, 1, 0, 1, 1, []]);
      assert.equal(listing(loop), ['study 2: 2.25.2.1.1']);
      assert.equal(rows(loop), [
        '1 dicom.missing-tag ImagingStudy.description overtaken',
        '2 dicom.missing-tag ImagingStudy.description gone',
        '3 dicom.missing-tag ImagingStudy.description stored',
      ]);
      await loop.run();
      assert.equal(listing(loop), ['study 1: 2.25.1.1.1', 'study 2: 2.25.2.1.1']);
    }));

  test(`${apiVersion}: what the feed does not have, or has another instance for, is told and stays open`, () =>
    withLoop({ apiVersion }, async (loop) => {
      await loop.show([created(1, '1.1.1', ANNA), created(2, '1.1.2', ANNA), created(3, '1.1.3', ANNA)]);
      await loop.run({ mappings: BROKEN });
      await loop.show([created(1, '9.1.1', ANNA), created(3, '1.1.3', ANNA)]);
      assert.equal(counts(await retry(loop)), [1, 1, 0, 0, 0, [1, 2]]);
      assert.equal(listing(loop), ['study 1: 2.25.1.1.3']);
      assert.is(loop.state.errors('source', { isOpen: true }).length, 2);
    }));
}

test('rows of a version 2 feed that have no timestamp are found by reading the feed', () =>
  withLoop({ apiVersion: 'v2' }, async (loop) => {
    await loop.show(Array.from({ length: 30 }, (_, index) => created(index + 1, `${index + 1}.1.1`, ANNA)));
    const row = { kind: 'FhirFailToStore', code: 'fhir.refused', message: 'refused' } as const;
    loop.state.commit(
      'source',
      { sequence: 30 },
      [
        { ...row, sequence: 7 },
        { ...row, sequence: 29 },
      ],
      0,
    );
    assert.equal(counts(await retry(loop)), [2, 2, 0, 0, 0, []]);
    assert.equal(listing(loop), ['study 29: 2.25.29.1.1', 'study 7: 2.25.7.1.1']);
  }));

test('only the rows that are asked for', () =>
  withLoop({}, async (loop) => {
    await loop.show([created(1, '1.1.1', ANNA), created(2, '2.1.1', ANNA), created(3, '3.1.1', {})]);
    await loop.run({ mappings: BROKEN });
    assert.equal(counts(await retry(loop, { ids: [2] })), [1, 1, 0, 0, 0, []]);
    assert.equal(counts(await retry(loop, { rule: 'Patient.identifier' })), [1, 0, 1, 0, 0, []]);
    assert.equal(listing(loop), ['study 2: 2.25.2.1.1']);
    assert.equal(counts(await retry(loop, { code: 'dicom.missing-tag' })), [2, 1, 1, 0, 0, []]);
    assert.equal(listing(loop), ['study 1: 2.25.1.1.1', 'study 2: 2.25.2.1.1']);
  }));

test('a row for a tag that was left out is closed by the mapping that knows its value', () =>
  withLoop({}, async (loop) => {
    await loop.show([created(1, '1.1.1', { ...ANNA, PatientSex: 'X' })]);
    await loop.run();
    assert.equal(counts(await retry(loop)), [1, 1, 0, 0, 0, []]);
    assert.equal(rows(loop), ['1 dicom.invalid-tag Patient.gender']);
    const { text } = shippedText('patient.yaml');
    const patient = text.replace('      M: male', '      X: unknown\n      M: male');
    await retry(loop, {}, { mappings: [patient, 'endpoint.yaml', 'imaging-study.yaml'] });
    assert.equal(rows(loop), ['1 dicom.invalid-tag Patient.gender stored']);
    assert.is(only(loop, 'Patient')['gender'], 'unknown');
  }));

test('two hundred failed instances of one study are written at once', () =>
  withLoop({ windowEntries: 1000 }, async (loop) => {
    await loop.show(Array.from({ length: 200 }, (_, index) => created(index + 1, `1.1.${index + 1}`, ANNA)));
    await loop.run({ mappings: BROKEN });
    assert.is(loop.transactions(), 0);
    assert.equal(counts(await retry(loop)), [200, 200, 0, 0, 0, []]);
    assert.equal(sent(loop), ['POST Endpoint', 'POST Patient, POST ImagingStudy']);
    assert.is(only(loop, 'ImagingStudy')['numberOfInstances'], 200);
  }));

test('rows are run by sequence, whenever they were seen', () =>
  withLoop({ pageSize: 1 }, async (loop) => {
    const feed = Array.from({ length: 150 }, (_, index) =>
      created(index + 1, '1.1.1', { ...ANNA, StudyDescription: `State ${index + 1}` }),
    );
    await loop.show(feed);
    const row = { kind: 'FhirFailToStore', code: 'fhir.refused', message: 'refused' } as const;
    for (const { sequence } of feed)
      loop.state.commit('source', { sequence: 150 }, [{ ...row, sequence }], 1000 - sequence);
    assert.equal(counts(await retry(loop)), [150, 150, 0, 0, 0, []]);
    assert.is(only(loop, 'ImagingStudy')['description'], 'State 150');
  }));

test('a server that is down is waited for; in the end the rows are as they were', () =>
  withLoop({ retryDuration: 30_000 }, async (loop) => {
    await loop.show([created(1, '1.1.1', ANNA), created(2, '2.1.1', ANNA)]);
    await loop.run({ mappings: BROKEN });
    const before = loop.rows();
    loop.onFhir(() => ({ drop: true }));
    assert.is((await engineErrorOf(() => retry(loop))).code, 'fhir.unreachable');
    loop.onFhir(undefined);
    loop.onFeed(() => ({ status: 503 }));
    assert.is((await engineErrorOf(() => retry(loop))).code, 'feed.busy');
    assert.equal(loop.rows(), before);
    let failures = 2;
    loop.onFeed(() => (failures-- > 0 ? { drop: true } : undefined));
    loop.onFhir((request) => (aboutStudies(request) && failures-- > -2 ? { status: 429 } : undefined));
    assert.equal(counts(await retry(loop)), [2, 2, 0, 0, 0, []]);
  }));

test('a feed that never answered is given up sooner than one that goes away', () =>
  withLoop({ retryDuration: 30_000 }, async (loop) => {
    const entries = [created(1, '1.1.1', ANNA), created(2, '2.1.1', ANNA)];
    await loop.show(entries);
    await loop.run();
    const replayed = () =>
      loop.with((parts) =>
        replayFeed({ ...parts, pageSize: 1, firstDuration: 10_000 }, { from: 1, lateness: 0 }),
      );
    const busy = { status: 503, headers: { 'Retry-After': '9' } };
    for (const [isAnswered, pauses] of [
      [() => false, [9000]],
      // The second page is about what follows the first entry.
      [(url: string) => /latest|offset=0/.test(url), [9000, 9000, 9000]],
    ] as const) {
      loop.onFeed(({ path, query }) => (isAnswered(`${path}?${query}`) ? undefined : busy));
      const before = loop.pauses.length;
      assert.is((await engineErrorOf(replayed)).code, 'feed.busy');
      assert.equal(loop.pauses.slice(before), pauses);
    }
  }));

test('a replay sends only what differs, and leaves the checkpoint', () =>
  withLoop({ pageSize: 2 }, async (loop) => {
    await loop.show([
      created(1, '1.1.1', ANNA),
      created(2, '2.1.1', BERT),
      created(5, '2.1.2', BERT),
      created(6, '3.1.1', ANNA),
    ]);
    await loop.run();
    const before = loop.transactions();
    assert.equal(counts(await replay(loop, { to: 6 })), [4, 4, 0, 0, 0, []]);
    assert.is(loop.transactions(), before);
    const [, second] = loop.fhir.resources('ImagingStudy');
    assert.is(await loop.write('DELETE', `ImagingStudy/${second?.id}`), 204);
    assert.equal(counts(await replay(loop, { from: 6 })), [1, 1, 0, 0, 0, []]);
    assert.equal(listing(loop), ['study 1: 2.25.1.1.1', 'study 3: 2.25.3.1.1']);
    assert.equal(counts(await replay(loop, { from: 2, to: 4 })), [1, 1, 0, 0, 0, []]);
    assert.equal(listing(loop), ['study 1: 2.25.1.1.1', 'study 2: 2.25.2.1.1', 'study 3: 2.25.3.1.1']);
    assert.equal(loop.state.position('source'), { sequence: 6 });
  }));

for (const apiVersion of ['v1', 'v2'] as const) {
  test(`${apiVersion}: a replay of one study runs its entries only, and closes their rows`, () =>
    withLoop({ apiVersion, pageSize: 3 }, async (loop) => {
      const feed: FeedEntry[] = [];
      for (let n = 1; n <= 12; n++) feed.push(created(n, `${n % 3}.1.${n}`, n % 2 ? ANNA : DESCRIBED));
      await loop.show(feed);
      await loop.run({ mappings: BROKEN });
      const lateness = apiVersion === 'v2' ? 300_000 : 0;
      const range = { studyInstanceUid: '2.25.1', lateness };
      assert.equal(counts(await replay(loop, { ...range, from: 4, to: 7 })), [2, 2, 0, 0, 0, []]);
      assert.equal(counts(await replay(loop, range)), [4, 4, 0, 0, 0, []]);
      assert.equal(listing(loop)[1], 'study 1: 2.25.1.1.4 2.25.1.1.10 2.25.1.1.7 2.25.1.1.1');
      assert.equal(rows(loop), [
        '1 dicom.missing-tag ImagingStudy.description stored',
        '3 dicom.missing-tag ImagingStudy.description',
        '5 dicom.missing-tag ImagingStudy.description',
        '7 dicom.missing-tag ImagingStudy.description stored',
        '9 dicom.missing-tag ImagingStudy.description',
        '11 dicom.missing-tag ImagingStudy.description',
      ]);
    }));
}

test('a replay of a version 2 feed also finds what stands late in it', () =>
  withLoop({ apiVersion: 'v2', pageSize: 1 }, async (loop) => {
    const late = { ...created(2, '2.1.1', BERT), timestamp: created(40, '1.1.1').timestamp };
    await loop.show([
      created(1, '1.1.1', ANNA),
      created(3, '3.1.1', ANNA),
      late,
      created(900, '4.1.1', ANNA),
    ]);
    const result = await replay(loop, { to: 2, lateness: 300_000 });
    assert.equal(counts(result), [2, 2, 0, 0, 0, []]);
    assert.equal(listing(loop), ['study 1: 2.25.1.1.1', 'study 2: 2.25.2.1.1']);
  }));

async function holds<T>(
  arbitrary: fc.Arbitrary<T>,
  check: (value: T) => Promise<void>,
  print: (value: T) => string,
): Promise<void> {
  const details = await fc.check(fc.asyncProperty(arbitrary, check), {
    numRuns: RUNS,
    interruptAfterTimeLimit: 10_000,
    ...(process.env['SEED'] === undefined ? {} : { seed: Number(process.env['SEED']) }),
  });
  if (!details.failed) return;
  const [value] = details.counterexample ?? [];
  const error = details.errorInstance as { message?: string; details?: unknown } | null;
  const difference = typeof error?.details === 'string' ? error.details : '';
  throw new Error([`SEED=${details.seed}`, value && print(value), error?.message, difference].join('\n'));
}

test('a retry gives what the same feed gives with the failed entries at its end', () =>
  holds(
    fc.record({ acts: histories, windowEntries: fc.integer({ min: 1, max: 5 }) }),
    async ({ acts, windowEntries }) => {
      const feed = feedAfter(acts);
      const [retried, rows] = await withLoop({ windowEntries }, async (loop) => {
        await loop.show(feed);
        await loop.run({ mappings: BROKEN });
        const open = loop.state.errors('source', { isOpen: true });
        await retry(loop);
        return [canonical(loop.fhir.resources()), open] as const;
      });
      const again = new Set(rows.map(({ sequence }) => sequence));
      // Those of which a tag was left out were stored the first time too.
      const failed = new Set(
        rows.filter(({ kind }) => kind !== 'InvalidDicomTag').map(({ sequence }) => sequence),
      );
      const first = feed.filter(({ sequence }) => !failed.has(sequence));
      const last = feed.filter(({ sequence }) => again.has(sequence));
      await withLoop({}, async (loop) => {
        await loop.show([...first, ...last].map((entry, index) => ({ ...entry, sequence: index + 1 })));
        await loop.run();
        assert.is(retried, canonical(loop.fhir.resources()));
      });
    },
    ({ acts, windowEntries }) => `${printFeed(feedAfter(acts))}\nin windows of ${windowEntries}`,
  ));

test('where instances agree, a retry gives what would be there if the mapping had been right from the start', () =>
  holds(
    fc.record({ acts: agreeingInstances, failing: fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }) }),
    async ({ acts, failing }) => {
      // Entries without InstanceNumber are those that the mapping refuses at first.
      const feed = feedAfter(
        acts.map(({ instance, values }, index) => ({
          instance,
          values: { ...values, InstanceNumber: failing[index] ? undefined : index },
        })),
      );
      const { text } = shippedText('imaging-study.yaml');
      const strict = text.replace('tag: InstanceNumber', 'tag: InstanceNumber\n            required: true');
      const right = await withLoop({}, async (loop) => {
        await loop.show(feed);
        await loop.run();
        return canonical(loop.fhir.resources(), true);
      });
      await withLoop({ pageSize: 3 }, async (loop) => {
        await loop.show(feed);
        await loop.run({ mappings: ['patient.yaml', 'endpoint.yaml', strict] });
        assert.is(
          loop.state.errors('source', { isOpen: true }).length,
          acts.filter((_, index) => failing[index]).length,
        );
        await retry(loop);
        assert.is(canonical(loop.fhir.resources(), true), right);
        assert.is(loop.state.errors('source', { isOpen: true }).length, 0);
      });
    },
    ({ acts }) => printFeed(feedAfter(acts)),
  ));

test.run();
