/**
 * The hand-written mapping, which every benchmark takes for the truth, gives what the shipped mappings give: for whole studies
 * and for entries with absent, odd and invalid values.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { shippedProject, sourceInfo } from '../../bench/engine.ts';
import { entriesOf, type RawEntry } from '../../bench/entries.ts';
import { createHandState } from '../../bench/hand-state.ts';
import { asEntry, foldAll } from '../../bench/mapping.ts';
import { assertSameState, stateOf } from '../../bench/state.ts';

const project = shippedProject();
const source = sourceInfo(project);

/** Throws unless the plan and the hand-written mapping make the same resources of these entries; gives their number. */
async function compare(raw: readonly RawEntry[]): Promise<number> {
  const entries = raw.map(asEntry);
  const state = createHandState(source.url);
  for (const entry of entries) state.apply(entry);
  const expected = state.resources();
  assertSameState(
    JSON.stringify(raw.length === 1 ? raw[0]?.metadata : raw.length),
    await foldAll(project.plan, source, entries),
    expected,
  );
  return expected.length;
}

const studies = suite('hand-written mapping: whole studies');

studies('interleaved studies of several people are equal', async () => {
  const shape = { studies: 7, instances: 130, atOnce: 7, patients: 4 };
  assert.is(await compare(entriesOf(shape)), 4 + 1 + 7);
});

studies('a difference is found', async () => {
  const shape = { studies: 1, instances: 3, atOnce: 1, patients: 1 };
  const resources = await foldAll(project.plan, source, entriesOf(shape).map(asEntry));
  const changed = JSON.parse(JSON.stringify(resources).replace('"number":2', '"number":4'));
  assert.throws(() => assertSameState('it', changed, resources), /ImagingStudy\?urn:oid:[\d.]+ differs at/);
  assert.throws(() => assertSameState('it', [], resources), /Patient\?P-40000000 is missing/);
});

studies('references, ids and versions of servers do not count, names do', () => {
  const at = (id: string, versionId: string, value: string) => [
    { resourceType: 'Patient', id, meta: { versionId }, identifier: [{ value }] },
    {
      resourceType: 'Basic',
      id: `b${id}`,
      identifier: [{ value: 'x' }],
      subject: { reference: `Patient/${id}` },
    },
  ];
  assert.equal(stateOf(at('1', '1', 'p'), true), stateOf(at('2', '7', 'p'), true));
  assert.not.equal(stateOf(at('1', '1', 'p'), true), stateOf(at('1', '1', 'q'), true));
});

studies.run();

const values = suite('hand-written mapping: values');

/** What may stand in the place of each mapped attribute, beside what the generator wrote. */
const ODD: Readonly<Record<string, readonly (readonly unknown[])[]>> = {
  '00100020': [
    [],
    [''],
    [null],
    [' P1 '],
    ['A\\B'],
    ['x'.repeat(64)],
    ['x'.repeat(65)],
    ['a', 'b'],
    [7],
    ['a', ''],
  ],
  '00100010': [
    [],
    [{}],
    [{ Alphabetic: '' }],
    [{ Alphabetic: '^^^' }],
    [{ Alphabetic: 'Jo Doe' }],
    [{ Alphabetic: 'Doe^Jo Ann^Maria^Dr. med.^Jr.' }],
    [{ Alphabetic: ' Doe ^ Jo ' }],
    [{ Alphabetic: 'Doe^Jo^^^MD, PhD,' }],
    [{ Alphabetic: 'a^b^c^d^e^f' }],
    [{ Alphabetic: 'a=b' }],
    [{ Alphabetic: 'x'.repeat(65) }],
    [{ Alphabetic: 'a\\b' }],
    [{ Ideographic: '山田^太郎', Phonetic: 'やまだ^たろう' }],
    [{ Alphabetic: 'Yamada^Tarou', Ideographic: '山田^太郎' }],
    [{ Alphabetic: 'Doe' }, { Alphabetic: 'Roe' }],
  ],
  '00100040': [[], ['X'], ['m'], [' F '], ['M', 'F'], ['']],
  '00100030': [[], ['1980'], ['198002'], ['1980.02.03'], ['19800230'], ['x'], ['19800203 '], ['0000']],
  '00080020': [
    [],
    ['2026'],
    ['202603'],
    ['2026.03.02'],
    ['20260230'],
    [' 20260302'],
    ['20260302', '20260303'],
  ],
  '00080030': [
    [],
    ['09'],
    ['0935'],
    ['093512'],
    ['09:35'],
    ['093560'],
    ['243512'],
    ['093512.1234567'],
    ['0935 '],
  ],
  '00080021': [[], ['2026'], ['20260229'], ['20260302']],
  '00080031': [[], ['09'], ['0935'], ['093512.5'], ['later']],
  '00080201': [
    [],
    ['+0000'],
    ['-0000'],
    ['-0530'],
    ['+1400'],
    ['+1401'],
    ['+01:00'],
    ['UTC'],
    ['+0100', '+0200'],
    [''],
  ],
  '00080050': [[], [''], ['A 1'], ['x'.repeat(16)], ['x'.repeat(17)], ['a\tb']],
  '00080060': [[], ['MR'], ['KO'], ['SR'], ['ct'], ['CT '], ['CT', 'MR'], ['AU'], ['X'.repeat(17)]],
  '00081030': [[], ['Schädel'], ['x'.repeat(65)], ['a\\b'], ['a\nb'], ['  '], ['\ud800']],
  '0008103E': [[], ['Schädel nativ'], ['x'.repeat(65)], ['a', 'b']],
  '00200011': [[], [0], [-1], ['12'], ['x'], [5.5], [2147483647], [2147483648]],
  '00200013': [[], [0], ['007'], [' 7 '], ['+3'], [''], [null], [1, 2], ['1234567890123'], [-0]],
  '00080016': [[], ['1.2.3'], ['1.02'], ['x'], ['1'.repeat(65)], ['1.2.3\0']],
};

/** Numbers below 1 that are the same in every run (mulberry32). */
function createChance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}

function withOdd(
  entry: RawEntry,
  changes: Readonly<Record<string, readonly unknown[] | undefined>>,
): RawEntry {
  const metadata = { ...entry.metadata };
  for (const [tag, odd] of Object.entries(changes)) {
    if (odd === undefined) delete metadata[tag];
    else metadata[tag] = { ...metadata[tag], Value: odd };
  }
  return { ...entry, metadata };
}

const one = { studies: 1, instances: 1, atOnce: 1, patients: 1 };

values('each odd value of each attribute gives the same', async () => {
  const [entry] = entriesOf(one) as [RawEntry];
  const cases = Object.entries(ODD).flatMap(([tag, all]) =>
    [undefined, ...all].map((odd) => withOdd(entry, { [tag]: odd })),
  );
  const made = [];
  for (const each of cases) made.push(await compare([each]));
  // Entries without patient, modality or class contribute nothing; all others make three resources.
  assert.equal([...new Set(made)].sort(), [0, 3]);
});

values('a key object only fills what is empty, before images and after them', async () => {
  const entries = entriesOf({ studies: 1, instances: 4, atOnce: 1, patients: 1 });
  const keyObject = {
    '00080060': ['KO'],
    '00080020': ['20270101'],
    '00080050': ['KO-1'],
    '00081030': ['Key object'],
  };
  for (const index of [0, 1, 3])
    assert.is(
      await compare(entries.map((entry, at) => (at === index ? withOdd(entry, keyObject) : entry))),
      3,
    );
});

values('random changes give the same, entry after entry', async () => {
  const chance = createChance(11);
  const shape = { studies: 6, instances: 200, atOnce: 6, patients: 3 };
  const changed = entriesOf(shape).map((entry, index, all) => {
    const changes: Record<string, readonly unknown[] | undefined> = {};
    for (const [tag, odd] of Object.entries(ODD)) {
      if (chance() < 0.1) changes[tag] = undefined;
      else if (chance() < 0.2) changes[tag] = odd[Math.floor(chance() * odd.length)] ?? [];
    }
    // Some entries say something new of an instance that was there before.
    const again = chance() < 0.2 ? all[Math.floor(chance() * index)] : undefined;
    return withOdd(again ? { ...again, sequence: entry.sequence } : entry, changes);
  });
  assert.ok((await compare(changed)) > 10);
});

values.run();
