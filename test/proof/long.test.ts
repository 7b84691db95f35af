/** The long run, short: what is stored is what the model says, nothing is left open, and what grows would be noticed. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { judge, type LongFigures, proveLong } from './long.ts';
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

test('what grows with a million entries is noticed: 20 bytes for each that are held, 100 that nobody collects, files, handles', () => {
  const mega = 1024 ** 2;
  const entries = 1_000_000;
  // Between the two quarters of the samples after the first tenth.
  const between = entries * 0.9 * 0.75;
  const figures: LongFigures = {
    entries,
    perSecond: 6000,
    kept: { early: 54 * mega, late: 56 * mega },
    rss: { early: 382 * mega, late: 421 * mega, most: 423 * mega },
    files: { least: 45, most: 50 },
    handles: { least: 2, most: 48 },
    state: 4 * mega,
    transactions: 9950,
    faults: 167,
    rows: 667,
  };
  const judged = (words: Partial<LongFigures>, samples = 300, weighings = 20) => {
    try {
      judge({ ...figures, ...words }, samples, weighings);
      return 'holds';
    } catch (error) {
      return (error as Error).message.replace(/:? ?[{\d].*/, '');
    }
  };
  const grown = (start: number, bytes: number) => ({ early: start, late: start + bytes * between });
  assert.is(judged({}), 'holds');
  assert.is(judged({ kept: grown(54 * mega, 20) }), 'more and more is kept');
  assert.is(judged({ rss: { ...grown(300 * mega, 100), most: 423 * mega } }), 'memory grew');
  assert.is(judged({}, 300, 3), 'what is kept was weighed');
  assert.is(judged({ files: { least: 45, most: 70 } }), 'files');
  assert.is(judged({ handles: { least: 2, most: 51 } }), 'handles');
  // These bounds hold for every run; growth is judged where there is enough to go by.
  assert.is(judged({ rss: { early: 1, late: 1, most: 513 * mega } }, 3, 3), '');
  assert.is(judged({ state: 9 * mega }, 3, 3), 'the state file has');
  assert.is(judged({ kept: { early: 50 * mega, late: 60 * mega } }, 3, 3), 'holds');
  assert.is(
    judged({ entries: 100_000, kept: { early: 50 * mega, late: 63 * mega } }, 24),
    'more and more is kept',
  );
});

test.run();
