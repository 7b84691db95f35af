/**
 * `forEach` on random histories: whatever the pages, the resources are those of a model of ten lines, and the same feed again
 * sends nothing. `SEED=… RUNS=…` repeat a failure or look longer.
 */
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { startEngine } from './support/engine.ts';
import { type EntryWords, entries } from './support/entries.ts';
import { STEPS } from './support/steps.ts';

const test = suite('properties of forEach');
const RUNS = Number(process.env['RUNS'] ?? 25);
const SEED = process.env['SEED'];

const MAPPING = `${STEPS}  text: { to: Observation.value.ofType(string), value: "$item.ScheduledProcedureStepDescription" }
`;

/** An instance with its items, or (undefined) its removal. */
interface Act {
  readonly instance: string;
  readonly items?: readonly (readonly [step: string, text: string])[] | undefined;
}

const acts: fc.Arbitrary<readonly Act[]> = fc.array(
  fc.record({
    instance: fc.constantFrom('1', '2', '3'),
    items: fc.option(
      fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('x', 'y')), { maxLength: 4 }),
      { nil: undefined, freq: 4 },
    ),
  }),
  { minLength: 1, maxLength: 9 },
);

function wordsOf({ instance, items }: Act): EntryWords {
  const uids = { SOPInstanceUID: instance, StudyInstanceUID: `9.${instance === '3' ? 2 : 1}` };
  if (!items) return { ...uids, action: 'delete' };
  const sequence = items.map(([step, text]) => ({
    ScheduledProcedureStepID: step,
    ScheduledProcedureStepDescription: text,
  }));
  return { ...uids, RequestAttributesSequence: sequence };
}

/** What should be there: `step@instance text`. */
function model(history: readonly Act[]): readonly string[] {
  const stored = new Map<string, { readonly instance: string; readonly text: string }>();
  for (const { instance, items = [] } of history) {
    const first = new Map(items.toReversed());
    for (const [step, text] of first) stored.set(step, { instance, text });
    for (const [step, each] of stored)
      if (each.instance === instance && !first.has(step)) stored.delete(step);
  }
  return [...stored].map(([step, { instance, text }]) => `${step}@${instance} ${text}`).sort();
}

async function looks(history: readonly Act[], pageSize: number) {
  const engine = await startEngine({ mappings: [MAPPING] });
  try {
    const feed = entries(...history.map(wordsOf));
    const { rows } = await engine.run(feed, { pageSize });
    const shown = engine.resources().map(({ identifier, valueString }) => {
      const [step, instance] = identifier as readonly { value: string }[];
      return `${step?.value}@${instance?.value} ${String(valueString)}`;
    });
    const stored = JSON.stringify(engine.resources());
    // Whether a conflict of two groups was met is not for the feed to say.
    const kept = rows.filter(({ kind }) => kind !== 'TransientRetry');
    const lines = kept.map(({ code, sequence }) => `${sequence} ${code}`);
    const { sent } = await engine.run(feed);
    return {
      shown: shown.sort(),
      stored,
      sentAgain: sent,
      rows: lines,
    };
  } finally {
    await engine.close();
  }
}

test('pages of any size give what the model says, and the same feed again sends nothing', async () => {
  const property = fc.asyncProperty(acts, fc.integer({ min: 2, max: 4 }), async (history, pageSize) => {
    const whole = await looks(history, 100);
    assert.equal(whole.shown, model(history));
    assert.equal(whole.sentAgain, []);
    for (const size of [1, pageSize]) assert.equal(await looks(history, size), whole, `pages of ${size}`);
  });
  const seed = SEED === undefined ? {} : { seed: Number(SEED) };
  await fc.assert(property, { numRuns: RUNS, interruptAfterTimeLimit: RUNS > 25 ? 600_000 : 8000, ...seed });
});

test.run();
