/**
 * Nothing that is remembered or passed over shows: mappings made at random of every modifier and kind of source, and
 * histories that come back to themselves, give byte for byte what an engine gives that remembers nothing and applies
 * everything, and the resources of one that meets the entries one by one. `SEED=… RUNS=…` repeat a failure or look longer.
 */
import fc from 'fast-check';
import { suite } from 'uvu';
import type { EntryDraft } from '../../engine/apply/draft.ts';
import { createMemo, type Memo } from '../../engine/apply/memo.ts';
import { createFold, type FoldOptions } from '../../engine/apply/merge.ts';
import { belongsToSet } from '../../engine/apply/set.ts';
import { draftEntry } from '../../engine/apply/transform.ts';
import type { CurrentResource, FhirResource } from '../../engine/fhir/resource.ts';
import type { MappingPlan } from '../../engine/plan.ts';
import { planOf } from '../support/engine.ts';
import { type EntryWords, readWords } from '../support/entries.ts';
import { history, mappings, raw } from '../support/random-mappings.ts';

const test = suite('skipped work');

/** Remembers nothing. */
const FORGETFUL: Memo = {
  evaluate: (expression, dataset, names) => expression.evaluate(expression.view(dataset), names),
  recall: () => undefined,
  keep: () => undefined,
};

const SOURCES = [
  { id: 'a', url: 'https://a.example.org/' },
  { id: 'b', url: 'https://b.example.org/', hasSeparatePartitions: true },
] as const;

interface Way {
  readonly memo: Memo;
  readonly fold: FoldOptions;
}

/** What the server holds by id. */
type Store = ReadonlyMap<string, Stored>;
type Stored = CurrentResource['resource'];

/** One run: for each cut of the entries, what the changes were, and what the server holds at the end. */
async function run(
  plan: MappingPlan,
  all: readonly EntryWords[],
  cuts: readonly number[],
  enforce: boolean,
  { memo, fold }: Way,
) {
  const drafts: EntryDraft[] = [];
  for (const [index, each] of all.entries()) {
    const item = readWords(each, index + 1);
    const source = SOURCES[index % 5 === 4 ? 1 : 0] as (typeof SOURCES)[number];
    drafts.push(await draftEntry(plan, item, { source, enforceTagValues: enforce && index % 4 === 3 }, memo));
  }
  const told: unknown[] = drafts.map(({ issues, failed }) => [issues, failed]);
  let store: Store = new Map();
  for (const [index, from] of [0, ...cuts].entries()) {
    const group = drafts.slice(from, cuts[index]).filter(({ failed }) => !failed);
    const made = createFold(currentsOf(group, store), new Map(), membersOf(group, store), fold);
    told.push(group.map((draft) => made.step(draft)));
    const changes = made.finish();
    told.push(changes.map(({ plan: { name }, current: _, ...change }) => ({ ...change, name })));
    store = after(store, changes);
  }
  return {
    told: JSON.stringify(told, null, 1),
    store: JSON.stringify(
      [...store.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1)),
      null,
      1,
    ),
  };
}

function currentsOf(group: readonly EntryDraft[], store: Store): ReadonlyMap<string, CurrentResource> {
  const slots = new Set(group.flatMap(({ resources }) => resources.map(({ slot }) => slot)));
  return new Map(
    [...slots].flatMap((slot) => {
      const resource = store.get(idOf(slot));
      return resource ? [[slot, { resource, versionId: '1' }] as const] : [];
    }),
  );
}

function membersOf(group: readonly EntryDraft[], store: Store): readonly CurrentResource[] {
  const sets = group.flatMap((draft) => draft.sets);
  return [...store.values()]
    .filter((resource) => sets.some((set) => belongsToSet(resource, set)))
    .map((resource) => ({ resource, versionId: '1' }));
}

/** A resource that is made again has the id that it had. */
const idOf = (slot: string): string => `id-${Buffer.from(slot).toString('hex')}`;

function after(store: Store, changes: ReturnType<ReturnType<typeof createFold>['finish']>): Store {
  const result = new Map(store);
  for (const { kind, slot, resource, current } of changes) {
    const id = current?.resource.id ?? idOf(slot);
    if (kind === 'delete') result.delete(id);
    else result.set(id, { resourceType: resource.resourceType, id, ...withoutId(resource) });
  }
  let text = JSON.stringify([...result.values()]);
  for (const { slot, fullUrl, plan } of changes)
    text = text.replaceAll(fullUrl, `${plan.resourceType}/${idOf(slot)}`);
  return new Map((JSON.parse(text, withDigits as never) as Stored[]).map((each) => [each.id, each]));
}

function withoutId({ id: _, ...rest }: FhirResource): object {
  return rest;
}

/** Decimals keep their digits on the way through the store. */
function withDigits(_key: string, value: unknown, { source }: { readonly source?: string }): unknown {
  return typeof value === 'number' && source !== undefined && String(value) !== source ? raw(source) : value;
}

/** Undefined where the compiler refuses them: some rules do not go together. */
function compiled(texts: readonly string[]): MappingPlan | undefined {
  try {
    return planOf(texts);
  } catch {
    return undefined;
  }
}

/** What means the same as what is stored is no change, so that 1.5 may stay where 1.50 took its place within one group. */
const meaning = (text: string): string => JSON.stringify(JSON.parse(text), null, 1);

function same(actual: string, expected: string): void {
  if (actual === expected) return;
  const [a, b] = [actual.split('\n'), expected.split('\n')];
  const at = a.findIndex((line, index) => line !== b[index]);
  throw new Error(
    `at line ${at}:\n${a.slice(at - 8, at + 4).join('\n')}\ninstead of\n${b.slice(at - 3, at + 4).join('\n')}`,
  );
}

test('what is remembered and passed over shows nowhere', async () => {
  const property = fc.asyncProperty(
    mappings,
    fc.array(history, { minLength: 3, maxLength: 3 }),
    fc.nat(30),
    fc.boolean(),
    async (texts, histories, cut, enforce) => {
      const plan = compiled(texts);
      fc.pre(plan !== undefined);
      for (const all of histories) {
        const cuts = cut < all.length ? [cut] : [];
        const plain = await run(plan, all, cuts, enforce, { memo: FORGETFUL, fold: { appliesAll: true } });
        for (const memo of [createMemo(), createMemo(60_000)]) {
          const skipping = await run(plan, all, cuts, enforce, { memo, fold: {} });
          same(skipping.told, plain.told);
          same(skipping.store, plain.store);
        }
        const single = await run(plan, all, all.map((_, index) => index + 1).slice(0, -1), enforce, {
          memo: createMemo(),
          fold: {},
        });
        same(meaning(single.store), meaning(plain.store));
      }
    },
  );
  const seed = process.env['SEED'];
  await fc.assert(property, {
    numRuns: Number(process.env['RUNS'] ?? 15),
    includeErrorInReport: true,
    ...(seed === undefined ? {} : { seed: Number(seed) }),
  });
});

test.run();
