/**
 * The plan of the shipped mappings against the same mappings written by hand, on 100 entries in rotation: the engine's own
 * overhead. Before a number is told, both have given the same resources for every entry of the benchmark.
 */
import { createMemo } from '../engine/apply/memo.ts';
import { createFold } from '../engine/apply/merge.ts';
import { draftEntry } from '../engine/apply/transform.ts';
import { type ChangeFeedEntry, readEntry } from '../engine/dicom/entry.ts';
import type { MappingPlan, SourceInfo } from '../engine/plan.ts';
import { INTERLEAVED } from './counts.ts';
import { sourceInfo } from './engine.ts';
import { entriesOf } from './entries.ts';
import type { JsonObject } from './fhir-store.ts';
import { createHandState } from './hand-state.ts';
import { mapByHand } from './hand-written.ts';
import { type Duel, duel } from './measure.ts';
import { type Bench, plainRow, type Row, row, spell } from './row.ts';
import { assertSameState } from './state.ts';

const HOT = 100;

export async function mappingRows(bench: Bench): Promise<readonly Row[]> {
  const { plan } = bench.project;
  const source = sourceInfo(bench.project);
  const options = { source, enforceTagValues: false };
  const entries = entriesOf(INTERLEAVED, 1, HOT).map(asEntry);
  assertSameState(
    'the plan against the hand-written mapping',
    await foldAll(plan, source, entries),
    byHand(source, entries),
  );
  const memo = createMemo();
  const effort = { rounds: bench.isQuick ? 5 : 15, roundMs: bench.isQuick ? 60 : 120 };
  const next = rotation(entries);
  const nextByHand = rotation(entries);
  const mapped = await duel(
    () => keep(draftEntry(plan, next(), options, memo)),
    () => keep(mapByHand(nextByHand())),
    effort,
  );

  // With the merge: every hundred entries a new fold, as a new study would begin.
  const merged = await duel(
    async () => {
      const fold = createFold(new Map());
      for (const entry of entries) fold.step(await draftEntry(plan, entry, options, memo));
      return keep(fold.finish());
    },
    () => keep(byHand(source, entries)),
    effort,
  );
  return [
    row(
      'plan of the shipped mappings ÷ hand-written mapping, CPU',
      mapped.ratio,
      { must: 3.5, stretch: 2 },
      note(mapped, 1),
    ),
    plainRow(
      'plan ÷ hand-written, with merging 100 entries into their resources, CPU',
      merged.ratio,
      note(merged, HOT),
    ),
  ];
}

/** The plan on all entries, one after the other; references by identifier, as the hand-written state has them. */
export async function foldAll(
  plan: MappingPlan,
  source: SourceInfo,
  entries: readonly ChangeFeedEntry[],
): Promise<readonly JsonObject[]> {
  const fold = createFold(new Map());
  const memo = createMemo();
  for (const entry of entries) {
    const draft = await draftEntry(plan, entry, { source, enforceTagValues: false }, memo);
    if (!draft.failed) fold.step(draft);
  }
  const changes = fold.finish();
  const ids = new Map(changes.map(({ fullUrl }, index) => [fullUrl, String(index)]));
  return changes.map(({ resource, fullUrl }) => {
    const text = JSON.stringify({ ...resource, id: ids.get(fullUrl) });
    return JSON.parse(text, (key, value: unknown) => {
      const change = key === 'reference' ? changes.find((each) => each.fullUrl === value) : undefined;
      return change ? `${change.plan.resourceType}/${ids.get(change.fullUrl)}` : value;
    }) as JsonObject;
  });
}

function byHand(source: SourceInfo, entries: readonly ChangeFeedEntry[]): readonly JsonObject[] {
  const state = createHandState(source.url);
  for (const entry of entries) state.apply(entry);
  return state.resources();
}

export function asEntry(raw: unknown): ChangeFeedEntry {
  const entry = readEntry(raw);
  if ('malformed' in entry) throw new Error('the generator made an entry that cannot be read');
  return entry;
}

/** Results are kept for a while, so that no compiler drops the work. */
const kept: unknown[] = new Array(64);
let keptAt = 0;

function keep<Result>(result: Result): Result {
  kept[keptAt++ & 63] = result;
  return result;
}

function rotation<Item>(items: readonly Item[]): () => Item {
  let at = 0;
  return () => items[at++ % items.length] as Item;
}

function note({ first, second }: Duel, entries: number): string {
  return `${spell(first / entries)} against ${spell(second / entries)} µs per entry`;
}
