/**
 * One group of entries through all stages, numbered as in the diagram of engine/README.md: drafts come in, the written
 * resources and the rows for the error store go out. A conflict starts again from the read; a refusal is halved down to
 * the guilty entry; nothing is written twice.
 */
import type { EntryDraft } from './apply/draft.ts';
import { cutGroup, type EntryGroup } from './apply/group.ts';
import { adoptionLookup, identityLookups, matchAdoption, matchIdentities, slotDrafts } from './apply/lookup.ts';
import { type ResourceChange, createFold } from './apply/merge.ts';
import { rowFor } from './apply/rows.ts';
import { buildTransaction } from './apply/transaction.ts';
import { validateChanges } from './apply/validate.ts';
import { EngineError, ERROR_TABLE, isEngineError } from './errors.ts';
import type { CurrentResource } from './fhir/resource.ts';
import { backoff } from './io/retry.ts';
import type { MappingPlan } from './plan.ts';
import type { Clock, ErrorRow, FhirServer, Log } from './ports.ts';


export interface PipelineOptions {
  readonly plan: MappingPlan;
  readonly fhir: FhirServer;
  readonly clock: Clock;
  readonly log: Log;
  /** `%source` in `owned` and `assert`. */
  readonly source: { readonly id: string; readonly url: string };
  /** Entries in one transaction at most. */
  readonly maxTransactionEntries: number;
  /** Milliseconds that one group may be tried again before its entries get rows. */
  readonly retryDuration: number;
  readonly signal?: AbortSignal;
}

/** What became of resources, by kind of change. */
export type Written = Readonly<Record<ResourceChange['kind'], number>>;

export interface GroupResult {
  readonly rows: readonly ErrorRow[];
  readonly written: Written;
}

/** References to resources that no dataset has a say in, by slot; see `settleShared`. */
export type SharedReferences = ReadonlyMap<string, string>;

export interface Pipeline {
  /**
   * Writes the resources whose rules read only settings and source, and gives references to them. They belong to no
   * group, so they are settled before all groups.
   */
  settleShared(drafts: readonly EntryDraft[]): Promise<SharedReferences>;
  /** Writes one group. Throws only for errors that stop the engine, or when the server cannot be reached. */
  settleGroup(group: EntryGroup, shared: SharedReferences): Promise<GroupResult>;
}

const UNREACHABLE: ReadonlySet<string> = new Set(['fhir.unreachable', 'auth.unreachable']);
const NOTHING: Written = { create: 0, update: 0, delete: 0, none: 0 };

export function createPipeline(options: PipelineOptions): Pipeline {
  const { plan, fhir, clock, log, source, maxTransactionEntries, retryDuration, signal } = options;

  /** Stages 3 to 7 for drafts that are complete; throws what stands in the way. */
  const once = async (group: EntryGroup, shared: SharedReferences): Promise<GroupResult & { changes: readonly ResourceChange[] }> => {
    const currents = await readCurrents(fhir, group, shared); // 3 read
    const fold = createFold(currents, shared); // 4 merge
    const rows = group.flatMap((draft) => {
      const issue = fold.step(draft);
      return (issue ? [issue] : draft.issues).map((each) => rowFor(draft.entry, each));
    });
    const changes = fold.finish();
    for (const { message } of validateChanges(changes, plan, { source })) log.warn('assert', { message }); // 5 validate
    const transaction = buildTransaction(changes, plan); // 6 transaction
    const written = count(changes);
    if (!transaction) return { rows, written, changes };
    const answers = await fhir.transact(transaction.bundle); // 7 post
    const stored = transaction.changes.map((change, index) => {
      const answer = answers[index];
      // 200 for a conditional create: somebody else made it meanwhile, and our values are not in it yet.
      if (change.kind === 'create' && answer?.status === 200) {
        throw new EngineError('fhir.conflict', `a resource of type ${change.plan.resourceType} was made by somebody else meanwhile`);
      }
      return answer?.location;
    });
    return {
      rows,
      written,
      changes: changes.map((change) => {
        const location = stored[transaction.changes.indexOf(change)];
        return change.kind === 'create' && location ? { ...change, resource: { ...change.resource, id: location.split('/')[1] ?? '' } } : change;
      }),
    };
  };

  /** Tries again what may succeed later; throws what is final. */
  const persist = async <T>(work: () => Promise<T>, onRetry: (error: EngineError) => void): Promise<T> => {
    const deadline = clock.now() + retryDuration;
    for (let attempt = 1; ; attempt++) {
      try {
        return await work();
      } catch (error) {
        if (!isEngineError(error) || (error.action !== 'retry' && error.action !== 'redo')) throw error;
        const soon = error.action === 'redo' && attempt === 1;
        const pause = soon ? 0 : backoff(attempt, clock.jitter, error.details.retryAfter);
        if (signal?.aborted || clock.now() + pause > deadline) throw error;
        log.warn('again', { code: error.code, message: error.message, attempt, pause });
        onRetry(error);
        await clock.sleep(pause, signal);
      }
    }
  };

  const settle = async (group: EntryGroup, shared: SharedReferences): Promise<GroupResult> => {
    const retried: ErrorRow[] = [];
    const [first] = group;
    if (!first) return { rows: [], written: NOTHING };
    try {
      const result = await persist(
        () => once(group, shared),
        (error) => retried.push(rowFor(first.entry, issueOf(error), 'TransientRetry')),
      );
      return { rows: [...result.rows, ...retried], written: result.written };
    } catch (error) {
      // A server that is down must not drain the feed into the error store: only what it answered is final.
      if (!isEngineError(error) || error.action === 'stop' || UNREACHABLE.has(error.code)) throw error;
      if (signal?.aborted && error.action !== 'skip') throw error;
      if (error.action !== 'skip') {
        return { rows: [...retried, ...group.map(({ entry }) => rowFor(entry, issueOf(error), 'TransientFailure'))], written: NOTHING };
      }
      if (group.length === 1) return { rows: [...retried, rowFor(first.entry, issueOf(error), ERROR_TABLE[error.code].kind)], written: NOTHING };
      // Halved by sequence, the earlier half first; each part is read and folded anew (design 3, bisecting).
      const middle = Math.ceil(group.length / 2);
      const earlier = await settle(group.slice(0, middle), shared);
      const later = await settle(group.slice(middle), shared);
      return { rows: [...retried, ...earlier.rows, ...later.rows], written: add(earlier.written, later.written) };
    }
  };

  return {
    async settleShared(drafts) {
      const parts = sharedDrafts(drafts);
      if (!parts) return new Map();
      const { changes } = await persist(
        () => once([parts], new Map()),
        () => undefined,
      );
      const references = new Map<string, string>();
      for (const { slot, resource, plan: mapping } of changes) {
        if (resource.id) references.set(slot, `${mapping.resourceType}/${resource.id}`);
      }
      if (changes.every(({ slot }) => references.has(slot))) return references;
      // A server that does not say what it made is asked: the second read finds it.
      const again = await readCurrents(fhir, [parts], new Map());
      for (const [slot, { resource }] of again) references.set(slot, `${resource.resourceType}/${resource.id}`);
      return references;
    },
    async settleGroup(group, shared) {
      const rows: ErrorRow[] = [];
      let written = NOTHING;
      for (const part of cutGroup(group, maxTransactionEntries)) {
        const result = await settle(part, shared);
        rows.push(...result.rows);
        written = add(written, result.written);
      }
      return { rows, written };
    },
  };
}

/** Stage 3: the resources that the group is about, by slot. */
async function readCurrents(
  fhir: FhirServer,
  group: EntryGroup,
  shared: SharedReferences,
): Promise<ReadonlyMap<string, CurrentResource>> {
  const drafts = slotDrafts(group, shared);
  const currents = new Map<string, CurrentResource>();
  for (const lookup of identityLookups(drafts)) {
    const found = await fhir.search(lookup.resourceType, lookup.criteria);
    for (const [slot, current] of matchIdentities(lookup, found)) currents.set(slot, current);
  }
  for (const draft of drafts) {
    const lookup = currents.has(draft.slot) ? undefined : adoptionLookup(draft);
    if (!lookup) continue;
    const adopted = matchAdoption(lookup, await fhir.search(lookup.resourceType, lookup.criteria));
    if (adopted) currents.set(draft.slot, adopted);
  }
  return currents;
}

/** One draft with the parts of all drafts that read no dataset, once each; undefined when there are none. */
function sharedDrafts(drafts: readonly EntryDraft[]): EntryDraft | undefined {
  const parts = new Map<string, EntryDraft['resources'][number]>();
  for (const { kind, resources } of drafts) {
    if (kind === 'delete') continue;
    for (const part of resources) if (!part.plan.transform.readsDataset) parts.set(`${part.plan.name} ${part.slot}`, part);
  }
  const [first] = drafts;
  return first && parts.size > 0 ? { entry: first.entry, kind: 'upsert', resources: [...parts.values()], issues: [] } : undefined;
}

function issueOf(error: EngineError): Parameters<typeof rowFor>[1] {
  const { rule, tag, outcome } = error.details;
  return {
    code: error.code,
    message: error.message,
    ...(rule ? { rule } : {}),
    ...(tag ? { tag } : {}),
    ...(outcome ? { outcome } : {}),
  };
}

function count(changes: readonly ResourceChange[]): Written {
  const counted = { ...NOTHING };
  for (const { kind } of changes) counted[kind]++;
  return counted;
}

function add(a: Written, b: Written): Written {
  return { create: a.create + b.create, update: a.update + b.update, delete: a.delete + b.delete, none: a.none + b.none };
}
