/**
 * What must hold for every case without being asked: the first run of a case comes in with a way to make fresh worlds; each promise
 * that does not hold goes out as a failure. That results are valid FHIR is for the store to say: it takes nothing else, and the refusal is
 * an error row.
 */
import { createMemo } from '../apply/memo.ts';
import { draftEntry } from '../apply/transform.ts';
import type { ChangeFeedEntry, FeedItem } from '../dicom/entry.ts';
import type { FhirResource, FhirValue } from '../fhir/resource.ts';
import { doAgree } from './agreement.ts';
import { failureOf, writesOf } from './assertions.ts';
import type { Failure, Outcome } from './case-result.ts';
import type { Blame } from './origins.ts';
import { diffResources } from './path-diff.ts';
import { createWorld, type WorldOptions, type WorldRun } from './world.ts';

export interface FirstRun {
  readonly items: readonly FeedItem[];
  readonly run: WorldRun;
  /** As stored after it. */
  readonly stored: readonly FhirResource[];
  /** What the same feed, run again over the result, sent. */
  readonly sentAgain: readonly string[];
  readonly world: WorldOptions;
  readonly blame: Blame;
}

type Broken = Omit<Failure, 'kind' | 'line'>;

export async function brokenInvariants(first: FirstRun): Promise<readonly Broken[]> {
  const { items, run, world, blame } = first;
  const broken: Broken[] = [];
  const again = await runFresh(items, world);
  if (textOf(again, items) !== textOf(run, items) || again.sent.join('\n') !== run.sent.join('\n'))
    broken.push(differing('a second run over the same input gives something else', run, again, blame));
  for (const size of [1, 2].filter((each) => each < items.length)) {
    const cut = await runFresh(items, world, size);
    const message = `pages of ${size} give something else than one page`;
    if (textOf(cut, items) !== textOf(run, items)) broken.push(differing(message, run, cut, blame));
  }
  broken.push(...sentTwice(first), ...danglingReferences(first));
  if (await mayComeInAnyOrder(items, world)) {
    const reversed = await runFresh(items.toReversed(), world, 1);
    const [want, got] = [run, reversed].map(({ outcome }) => outcome.resources.map(asSets) as FhirResource[]);
    const differences = diffResources(want ?? [], got ?? []);
    const message = 'instances that agree, in reverse order and one by one, give something else';
    if (differences.length > 0) broken.push(failureOf(message, differences, blame));
  }
  return broken;
}

async function runFresh(
  items: readonly FeedItem[],
  options: WorldOptions,
  pageSize?: number,
): Promise<WorldRun> {
  const world = await createWorld(options);
  try {
    return await world.run(items, pageSize);
  } finally {
    world.close();
  }
}

/** An entry without a sequence gets that of the page it came in. */
function textOf({ outcome }: WorldRun, items: readonly FeedItem[]): string {
  const isCounted = items.every(({ sequence }) => sequence !== undefined);
  const rows = outcome.rows.map(({ sequence, ...row }) => (isCounted ? { sequence, ...row } : row));
  return JSON.stringify({ ...outcome, rows } satisfies Partial<Outcome> | object);
}

function differing(message: string, want: WorldRun, got: WorldRun, blame: Blame): Broken {
  return failureOf(message, diffResources(want.outcome.resources, got.outcome.resources), blame);
}

function sentTwice({ sentAgain }: FirstRun): readonly Broken[] {
  if (sentAgain.length === 0) return [];
  const words = [...writesOf(sentAgain)].flatMap(([type, each]) => each.map((word) => `${word} ${type}`));
  return [{ message: `the same feed again, over its own result, is sent again: ${words.join(', ')}` }];
}

function danglingReferences({ stored, world: { existing } }: FirstRun): readonly Broken[] {
  const known = new Set([...stored.map(addressOf), ...existing.flatMap(referencesIn)]);
  return stored.flatMap((resource) =>
    referencesIn(resource)
      .filter((reference) => /^(?:[A-Z][A-Za-z]+\/|urn:uuid:)/.test(reference) && !known.has(reference))
      .map((reference) => ({
        message: `a reference of the ${resource.resourceType} leads nowhere: ${reference}`,
        hint: 'Where the server has it before, give it under `existing`.',
      })),
  );
}

function referencesIn(value: FhirValue | undefined): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, child]) =>
    name === 'reference' && typeof child === 'string' ? [child] : referencesIn(child as FhirValue),
  );
}

function addressOf({ resourceType, id }: FhirResource): string {
  return `${resourceType}/${id}`;
}

/** Only new instances, each once, that say the same where they speak of the same element. */
async function mayComeInAnyOrder(
  items: readonly FeedItem[],
  { plan, source, enforceTagValues }: WorldOptions,
): Promise<boolean> {
  const entries = items.filter((item): item is ChangeFeedEntry => !('malformed' in item));
  const uids = new Set(entries.map(({ sopInstanceUid }) => sopInstanceUid));
  const isNew = entries.every(({ action, state }) => action === 'create' && state === 'current');
  if (items.length < 2 || uids.size < items.length || !isNew) return false;
  const memo = createMemo();
  const drafts = await Promise.all(
    entries.map((entry) => draftEntry(plan, entry, { source, enforceTagValues }, memo)),
  );
  return doAgree(drafts);
}

/** Lists and keys sorted: what is left is what is there. */
function asSets(value: FhirValue): FhirValue {
  if (Array.isArray(value)) {
    const items = value.map((item) => [asSets(item), ''] as const);
    return items.map(([item]) => item).toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  }
  if (typeof value !== 'object' || 'rawJSON' in value) return value;
  const entries = Object.entries(value).map(([name, child]) => [name, asSets(child as FhirValue)] as const);
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
