/**
 * Instances that move and entries that come in an odd order: a DICOM service moves an instance by a deletion and a creation under
 * other UIDs, and what is deleted may never have been seen.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { created, deleted, type FeedEntry, withLoop } from './support/loop.ts';
import { ANNA, BERT } from './support/loop-view.ts';

const test = suite('moves');

/** The instance of `1.1.1`, in another series or study. */
const moved = (sequence: number, place: string): FeedEntry => ({
  ...created(sequence, place, ANNA),
  sopInstanceUid: '2.25.1.1.1',
});

/** `1/1: 1.1.1 1.1.2`, each series with its instances. */
function placed(resources: readonly { readonly [name: string]: unknown }[]): readonly string[] {
  return resources.flatMap(({ series }) =>
    ((series ?? []) as readonly { uid: string; instance: readonly { uid: string }[] }[]).map(
      ({ uid, instance }) => `${uid}: ${instance.map((each) => each.uid).join(' ')}`,
    ),
  );
}

const STAYS = created(2, '1.1.2', ANNA);
const CASES: readonly (readonly [what: string, entries: readonly FeedEntry[], left: readonly string[]])[] = [
  [
    'to another series: deleted, then made there',
    [created(1, '1.1.1', ANNA), STAYS, deleted(3, '1.1.1'), moved(4, '1.2.1')],
    ['2.25.1.1: 2.25.1.1.2', '2.25.1.2: 2.25.1.1.1'],
  ],
  [
    'to another series: made there, then deleted',
    [created(1, '1.1.1', ANNA), STAYS, moved(3, '1.2.1'), deleted(4, '1.1.1')],
    ['2.25.1.1: 2.25.1.1.2', '2.25.1.2: 2.25.1.1.1'],
  ],
  [
    'to another study, from a series and a study that this empties',
    [created(1, '1.1.1', ANNA), moved(2, '2.2.1'), deleted(3, '1.1.1')],
    ['2.25.2.2: 2.25.1.1.1'],
  ],
  [
    'deleted before it was seen',
    [deleted(1, '1.1.1'), created(2, '1.1.2', ANNA), deleted(3, '3.1.1'), created(4, '2.1.1', BERT)],
    ['2.25.1.1: 2.25.1.1.2', '2.25.2.1: 2.25.2.1.1'],
  ],
];

for (const [what, entries, left] of CASES)
  for (const pageSize of [1, 100])
    test(`${what}, in pages of ${pageSize}`, () =>
      withLoop({ pageSize }, async (loop) => {
        await loop.show(entries);
        await loop.run();
        assert.equal(placed(loop.fhir.resources('ImagingStudy')), left);
        assert.equal(loop.rows(), []);
      }));

test.run();
