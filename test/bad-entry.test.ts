/**
 * ignoreJsonParsingErrors: the one entry of the feed that cannot be read is found, whatever page it is on and whatever gap it is
 * behind; it has a row, and no other entry is lost.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { created, type FeedEntry, withLoop } from './support/loop.ts';
import { ANNA, listing, rows } from './support/loop-view.ts';

const test = suite('an entry that cannot be read');

/** Sequences with gaps, and the bad one. */
const FEEDS: readonly (readonly [sequences: readonly number[], bad: number])[] = [
  [[1, 2, 3, 4, 5], 3],
  [[1, 2, 300, 301], 300],
  [[1, 2, 300, 301], 301],
  [[40, 41, 42], 40],
  [[1, 90, 95, 180, 270], 95],
  [[7], 7],
];

const instanceOf = (sequence: number): string => `1.1.${sequence}`;

/** The entry as text whose metadata breaks off in the middle of a number. */
function broken(entry: FeedEntry): string {
  return JSON.stringify({ ...entry, metadata: { '00200013': { vr: 'IS', Value: ['MARK'] } } }).replace(
    '"MARK"',
    '1e',
  );
}

for (const apiVersion of ['v1', 'v2'] as const)
  for (const pageSize of [1, 2, 100])
    test(`${apiVersion}, pages of ${pageSize}: it alone has a row, and all others are stored`, async () => {
      for (const [sequences, bad] of FEEDS)
        await withLoop({ apiVersion, pageSize, ignoreJsonParsingErrors: true }, async (loop) => {
          await loop.show(
            sequences.map((sequence) => {
              const entry = created(sequence, instanceOf(sequence), ANNA);
              return sequence === bad ? broken(entry) : entry;
            }),
          );
          await loop.run();
          const stored = sequences.filter((sequence) => sequence !== bad).map((n) => `2.25.${instanceOf(n)}`);
          const where = `${sequences}, ${bad} is bad`;
          assert.equal(listing(loop), stored.length > 0 ? [`study 1: ${stored.join(' ')}`] : [], where);
          assert.equal(rows(loop), [`${bad} DicomFailToStore entry.malformed`], where);
          assert.is(loop.state.position('source')?.sequence, sequences.at(-1), where);
        });
    });

test.run();
