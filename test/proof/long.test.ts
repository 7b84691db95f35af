/** The long run, short: what is stored is what the model says, and nothing is left open. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { proveLong } from './long.ts';
import { createLongFeed, modelOf } from './long-feed.ts';

const test = suite('long run');

test('6,000 entries: resources, instances, rows and checkpoint of the model, with answers that are lost', async () => {
  const figures = await proveLong(6000, 110_000);
  assert.is(figures.entries, 6000);
  assert.is(figures.rows >= 3, true);
});

test('the feed shows states as a reader would find them, and the model is worked out by hand', () => {
  const feed = createLongFeed();
  const shown = (sequence: number, visible: number) => {
    const [{ action, state, metadata }] = JSON.parse(feed.page(sequence, sequence, visible));
    return `${action} ${state}${metadata ? ' with metadata' : ''}`;
  };
  // Instance 0 of study 0: created by 1, updated by 81, deleted with its study by 5101.
  assert.equal(
    [1, 80].map((visible) => shown(1, visible)),
    ['create current with metadata', 'create current with metadata'],
  );
  assert.equal([shown(1, 81), shown(81, 81)], ['create replaced', 'update current with metadata']);
  assert.equal(
    [shown(1, 5101), shown(81, 5101), shown(5101, 5101)],
    ['create deleted', 'update deleted', 'delete deleted'],
  );
  // Instance 10: created by 11, deleted by 91.
  assert.equal(
    [shown(11, 90), shown(11, 91), shown(91, 91)],
    ['create current with metadata', 'create deleted', 'delete deleted'],
  );
  // Study 9 has an entry that cannot be read.
  assert.is(shown(1900, 1900), 'rename current');
  // 25 studies are left, of 72 instances, those with a fault of 71.
  assert.equal(modelOf(6000), {
    resources: { Endpoint: 1, ImagingStudy: 25, Patient: 30 },
    instances: 25 * 72 - 3,
    rows: 3,
  });
});

test.run();
