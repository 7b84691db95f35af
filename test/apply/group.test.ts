import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { EntryDraft, ResourceDraft } from '../../engine/apply/draft.ts';
import { cutGroup, groupDrafts } from '../../engine/apply/group.ts';
import { createMemo } from '../../engine/apply/memo.ts';
import { draftEntry } from '../../engine/apply/transform.ts';
import type { ChangeFeedEntry } from '../../engine/dicom/entry.ts';
import { planOf } from '../support/engine.ts';
import { readWords } from '../support/entries.ts';

const test = suite('group');

/** A draft that touches the named resources; those in capitals read no dataset. */
function draft(sequence: number, ...slots: readonly string[]): EntryDraft {
  const resources = slots.map((slot) => ({
    slot,
    plan: { transform: { readsDataset: slot !== slot.toUpperCase() } },
  })) as unknown as readonly ResourceDraft[];
  return { entry: { sequence } as ChangeFeedEntry, kind: 'upsert', resources, sets: [], issues: [] };
}

const sequences = (groups: readonly (readonly EntryDraft[])[]) =>
  groups.map((group) => group.map(({ entry: { sequence } }) => sequence));

test('entries that share a study, or a patient, are one group; others are not', () => {
  const drafts = [
    draft(1, 'p1', 's1'),
    draft(2, 'p2', 's2'),
    draft(3, 'p1', 's3'),
    draft(4, 'p4', 's2'),
    draft(5, 'p5', 's5'),
  ];
  assert.equal(sequences(groupDrafts(drafts)), [[1, 3], [2, 4], [5]]);
});

test('groups grow together over several steps, also when the link comes last', () => {
  const drafts = [
    draft(1, 'p1', 's1'),
    draft(2, 'p2', 's2'),
    draft(3, 'p3', 's3'),
    draft(4, 'p1', 's2'),
    draft(5, 'p2', 's3'),
  ];
  assert.equal(sequences(groupDrafts(drafts)), [[1, 2, 3, 4, 5]]);
});

test('resources that read no dataset join nothing', () => {
  assert.equal(
    sequences(groupDrafts([draft(1, 'p1', 'E'), draft(2, 'p2', 'E'), draft(3, 'E'), draft(4, 'E')])),
    [[1], [2], [3], [4]],
  );
});

test('a group stands in the order of the feed, and groups in that of their first entry', () => {
  const drafts = [draft(9, 'a'), draft(3, 'b'), draft(7, 'b'), draft(5, 'a')];
  assert.equal(sequences(groupDrafts(drafts)), [
    [3, 7],
    [5, 9],
  ]);
});

test('long chains are grouped in about linear time', () => {
  const drafts = Array.from({ length: 20_000 }, (_, index) => draft(index + 1, `s${index}`, `s${index + 1}`));
  assert.is(groupDrafts(drafts.toReversed()).length, 1);
});

test('with the shipped mappings a delete entry joins its study, and the Endpoint joins nobody', async () => {
  const plan = planOf(undefined);
  const drafts: EntryDraft[] = [];
  const words = [
    { PatientID: 'P1', StudyInstanceUID: '1.1' },
    { PatientID: 'P2', StudyInstanceUID: '1.2' },
    { PatientID: 'P1', StudyInstanceUID: '1.3' },
    { StudyInstanceUID: '1.2', action: 'delete', SOPInstanceUID: '1.2.1' },
    { StudyInstanceUID: '1.9', action: 'delete', SOPInstanceUID: '1.9.1' },
  ];
  for (const [index, each] of words.entries()) {
    const options = { source: { id: 'test', url: 'https://dicom.example.org/' }, enforceTagValues: false };
    drafts.push(await draftEntry(plan, readWords(each, index + 1), options, createMemo()));
  }
  assert.equal(sequences(groupDrafts(drafts)), [[1, 3], [2, 4], [5]]);
  assert.equal(
    drafts.slice(3).map(({ resources }) => resources.map(({ plan: { name } }) => name)),
    [['ImagingStudy'], ['ImagingStudy']],
  );
});

test('a group is cut between entries, so that no part writes too much; one entry is never cut', () => {
  const group = [
    draft(1, 'p', 'a', 'E'),
    draft(2, 'p', 'a'),
    draft(3, 'p', 'b'),
    draft(4, 'p', 'c', 'd', 'e'),
    draft(5, 'p'),
  ];
  assert.equal(sequences(cutGroup(group, 100)), [[1, 2, 3, 4, 5]]);
  assert.equal(sequences(cutGroup(group, 3)), [[1, 2, 3], [4], [5]]);
  assert.equal(sequences(cutGroup(group, 2)), [[1, 2], [3], [4], [5]]);
});

test.run();
