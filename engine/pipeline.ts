/**
 * One group of entries through all stages, numbered as in the diagram of engine/README.md: drafts come in, the written
 * resources and the rows for the error store go out. A conflict starts again from the read; a refusal is halved down to
 * the guilty entry; nothing is written twice.
 */
import type { EntryDraft, ResourceDraft } from './apply/draft.ts';
import { cutGroup, type EntryGroup } from './apply/group.ts';
import {
  adoptionLookup,
  identityLookups,
  matchAdoption,
  matchIdentities,
  matchSets,
  setLookups,
  slotDrafts,
} from './apply/lookup.ts';
import { createFold, type ResourceChange } from './apply/merge.ts';
import { rowFor } from './apply/rows.ts';
import { buildTransaction, type Transaction } from './apply/transaction.ts';
import { validateChanges } from './apply/validate.ts';
import { EngineError, ERROR_TABLE, isEngineError } from './errors.ts';
import type { CurrentResource } from './fhir/resource.ts';
import { backoff } from './io/retry.ts';
import type { MappingPlan } from './plan.ts';
import type { Clock, EntryResponse, ErrorRow, FhirServer, Log } from './ports.ts';

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
  settleShared(drafts: readonly EntryDraft[], wait?: Wait): Promise<SharedReferences>;
  /** Writes one group. Throws only for errors that stop the engine, or when the server cannot be reached. */
  settleGroup(group: EntryGroup, shared: SharedReferences, wait?: Wait): Promise<GroupResult>;
}

/** How a group waits before it asks again, in milliseconds: whoever runs several lets others go on meanwhile. */
export type Wait = (ms: number) => Promise<void>;

const UNREACHABLE: ReadonlySet<string> = new Set(['fhir.unreachable', 'auth.unreachable']);
export const NOTHING_WRITTEN: Written = { create: 0, update: 0, delete: 0, none: 0 };

/**
 * What is known about the stored resources of one group: slots that stand in the way of every entry that touches them, and
 * the versions of those that the server was seen to accept as they are.
 */
interface Findings {
  readonly blocked: Map<string, EngineError>;
  readonly sound: Set<string>;
}

interface Attempt extends GroupResult {
  readonly changes: readonly ResourceChange[];
}

export function createPipeline(options: PipelineOptions): Pipeline {
  const { plan, fhir, clock, log, source, maxTransactionEntries, retryDuration, signal } = options;

  const pause: Wait = (ms) => clock.sleep(ms, signal);

  /** Stages 3 to 7 for drafts that are complete; throws what stands in the way. */
  const once = async (group: EntryGroup, shared: SharedReferences, findings: Findings): Promise<Attempt> => {
    const currents = await readCurrents(fhir, unblocked(group, findings), shared, findings); // 3 read
    const fold = createFold(currents.bySlot, shared, currents.members); // 4 merge
    const step = (draft: EntryDraft): readonly ErrorRow[] => {
      const blocked = blockOf(draft, findings);
      if (blocked) return [rowFor(draft.entry, issueOf(blocked))];
      const issue = fold.step(draft);
      return (issue ? [issue] : draft.issues).map((each) => rowFor(draft.entry, each));
    };
    const { rows, changes } = overStored(currents.bySlot.values(), plan, () => ({
      rows: group.flatMap(step),
      changes: fold.finish(),
    }));
    const warnings = validateChanges(changes, plan, { source }); // 5 validate
    for (const { rule, message } of warnings) log.warn('assert', { rule, message });
    const transaction = buildTransaction(changes, plan); // 6 transaction
    const written = count(changes);
    if (!transaction) return { rows, written, changes };
    try {
      const answers = await fhir.transact(transaction.bundle); // 7 post
      return { rows, written, changes: withIds(changes, transaction, answers) };
    } catch (error) {
      // The server finds several where the search found none: it blocks whatever touches that resource, and nothing else.
      const change = isEngineError(error, 'resource.ambiguous')
        ? transaction.changes[error.details.entryIndex ?? -1]
        : undefined;
      if (!change) throw error;
      findings.blocked.set(change.slot, error as EngineError);
      return once(group, shared, findings);
    }
  };

  /** Tries again what may succeed later, until `retryDuration` is over; throws what is final. */
  const persist = async <T>(
    work: () => Promise<T>,
    wait: Wait,
    onRetry: (error: EngineError) => void = () => undefined,
  ): Promise<T> => {
    const deadline = clock.now() + retryDuration;
    for (let attempt = 1; ; attempt++) {
      try {
        return await work();
      } catch (error) {
        if (!isEngineError(error) || (error.action !== 'retry' && error.action !== 'redo')) throw error;
        const { retryAfter = 0 } = error.details;
        const left = deadline - clock.now();
        if (signal?.aborted || left <= 0 || retryAfter > left) throw error;
        const soon = error.action === 'redo' && attempt === 1;
        const ms = soon ? retryAfter : Math.min(left, backoff(attempt, clock.jitter, retryAfter));
        log.warn('again', { code: error.code, message: error.message, attempt, pause: ms });
        onRetry(error);
        await wait(ms);
      }
    }
  };

  /** `isLast`: no entry of the group follows. */
  const settle = async (
    group: EntryGroup,
    shared: SharedReferences,
    findings: Findings,
    wait: Wait,
    isLast = true,
  ): Promise<GroupResult> => {
    const retried: ErrorRow[] = [];
    const [first] = group;
    if (!first) return { rows: [], written: NOTHING_WRITTEN };
    try {
      const result = await persist(
        () => once(group, shared, findings),
        wait,
        (error) => retried.push(rowFor(first.entry, issueOf(error), 'TransientRetry')),
      );
      return { rows: [...result.rows, ...retried], written: result.written };
    } catch (error) {
      // A server that is down must not drain the feed into the error store: only what it answered is final.
      if (!isEngineError(error) || error.action === 'stop' || UNREACHABLE.has(error.code)) throw error;
      if (signal?.aborted && error.action !== 'skip') throw error;
      if (error.action !== 'skip') {
        // A gateway that answers for a dead server refuses this too: then nothing was said about these entries.
        if (error.action === 'retry') await fhir.capability();
        return {
          rows: [...retried, ...group.map(({ entry }) => rowFor(entry, issueOf(error), 'TransientFailure'))],
          written: NOTHING_WRITTEN,
        };
      }
      if (group.length === 1) {
        if (!isLast) await judgeStored(first, shared, findings, wait, error);
        return {
          rows: [...retried, rowFor(first.entry, issueOf(error), ERROR_TABLE[error.code].kind)],
          written: NOTHING_WRITTEN,
        };
      }
      // Halved by sequence, the earlier half first; each part is read and folded anew (design 3, bisecting).
      const middle = Math.ceil(group.length / 2);
      const earlier = await settle(group.slice(0, middle), shared, findings, wait, false);
      const later = await settle(group.slice(middle), shared, findings, wait, isLast);
      return {
        rows: [...retried, ...earlier.rows, ...later.rows],
        written: addWritten(earlier.written, later.written),
      };
    }
  };

  /**
   * An entry was refused: when the stored resources are refused as well, as they stand and without its values, they are at
   * fault, and block whatever touches them. Asked once for each version.
   */
  const judgeStored = async (
    draft: EntryDraft,
    shared: SharedReferences,
    findings: Findings,
    wait: Wait,
    cause: EngineError,
  ): Promise<void> => {
    const currents = await readCurrents(fhir, [draft], shared, findings);
    const stored = draft.resources.flatMap((part) => {
      const current = currents.bySlot.get(part.slot);
      return current && !findings.sound.has(versionOf(current)) ? [unchanged(part, current)] : [];
    });
    const accepts = async (changes: readonly ResourceChange[]): Promise<boolean> => {
      try {
        validateChanges(changes, plan, { source });
        const transaction = cause.code === 'fhir.refused' ? buildTransaction(changes, plan) : undefined;
        if (transaction) await persist(() => fhir.transact(transaction.bundle), wait);
        return true;
      } catch (error) {
        if (isEngineError(error, cause.code)) return false;
        if (!isEngineError(error) || error.action === 'stop' || UNREACHABLE.has(error.code)) throw error;
        return true;
      }
    };
    if (stored.length === 0) return;
    if (await accepts(stored)) {
      for (const { current } of stored) if (current) findings.sound.add(versionOf(current));
      return;
    }
    for (const change of stored) {
      if (stored.length === 1 || !(await accepts([change]))) findings.blocked.set(change.slot, cause);
    }
  };

  return {
    async settleShared(drafts, wait = pause) {
      const parts = sharedDrafts(drafts);
      if (!parts) return new Map();
      const findings = createFindings();
      const { changes } = await persist(() => once([parts], new Map(), findings), wait);
      // Every entry needs them: going on would drain the feed into the error store.
      for (const error of findings.blocked.values()) throw error;
      const references = new Map<string, string>();
      for (const { slot, resource, plan: mapping } of changes) {
        if (resource.id) references.set(slot, `${mapping.resourceType}/${resource.id}`);
      }
      if (changes.every(({ slot }) => references.has(slot))) return references;
      // A server that does not say what it made is asked: the second read finds it.
      const again = await readCurrents(fhir, [parts], new Map(), findings);
      for (const [slot, { resource }] of again.bySlot)
        references.set(slot, `${resource.resourceType}/${resource.id}`);
      return references;
    },
    async settleGroup(group, shared, wait = pause) {
      const findings = createFindings();
      const rows: ErrorRow[] = [];
      let written = NOTHING_WRITTEN;
      const parts = cutGroup(group, maxTransactionEntries);
      for (const [index, part] of parts.entries()) {
        const result = await settle(part, shared, findings, wait, index === parts.length - 1);
        rows.push(...result.rows);
        written = addWritten(written, result.written);
      }
      return { rows, written };
    },
  };
}

function createFindings(): Findings {
  return { blocked: new Map(), sound: new Set() };
}

function blockOf({ resources }: EntryDraft, { blocked }: Findings): EngineError | undefined {
  return resources.map(({ slot }) => blocked.get(slot)).find((error) => error !== undefined);
}

function unblocked(group: EntryGroup, findings: Findings): EntryGroup {
  return group.filter((draft) => blockOf(draft, findings) === undefined);
}

function versionOf({ resource, versionId }: CurrentResource): string {
  return `${resource.resourceType}/${resource.id}/_history/${versionId}`;
}

/**
 * Runs a part of the fold. What fails over a stored resource that is no FHIR is the fault of that resource: its entries get
 * rows, and the feed goes on.
 */
function overStored<T>(stored: Iterable<CurrentResource>, { mappings }: MappingPlan, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (isEngineError(error)) throw error;
    for (const { resource } of stored) {
      const mapping = mappings.find(({ resourceType }) => resourceType === resource.resourceType);
      const [fault] = mapping?.validation.shape(resource) ?? [];
      if (!mapping || !fault) continue;
      const message = `the stored resource is no FHIR that can be merged with: ${fault.path} ${fault.message}`;
      throw new EngineError('resource.shape', message, { rule: mapping.name, cause: error });
    }
    throw error;
  }
}

/** A stored resource to be written as it stands. */
function unchanged({ plan, identity, slot }: ResourceDraft, current: CurrentResource): ResourceChange {
  return { kind: 'update', plan, identity, slot, resource: current.resource, current, fullUrl: '' };
}

/** Gives created resources the ids that the server gave them, where it said so. */
function withIds(
  changes: readonly ResourceChange[],
  transaction: Transaction,
  answers: readonly EntryResponse[],
): readonly ResourceChange[] {
  const locations = new Map<ResourceChange, string>();
  for (const [index, change] of transaction.changes.entries()) {
    const answer = answers[index];
    if (change.kind !== 'create') continue;
    // 200 for a conditional create: somebody else made it meanwhile, and our values are not in it yet.
    if (answer?.status === 200) {
      throw new EngineError(
        'fhir.conflict',
        `a resource of type ${change.plan.resourceType} was made by somebody else meanwhile`,
      );
    }
    if (answer?.location !== undefined) locations.set(change, answer.location);
  }
  return changes.map((change) => {
    const id = locations.get(change)?.split('/')[1];
    return id === undefined ? change : { ...change, resource: { ...change.resource, id } };
  });
}

/** What the server holds of one group. */
interface Currents {
  readonly bySlot: ReadonlyMap<string, CurrentResource>;
  /** What earlier entries made from the instances of the group, by mappings with forEach. */
  readonly members: readonly CurrentResource[];
}

/** Stage 3: the resources that the group is about, by slot; those that several resources stand for are blocked. */
async function readCurrents(
  fhir: FhirServer,
  group: EntryGroup,
  shared: SharedReferences,
  { blocked }: Findings,
): Promise<Currents> {
  const drafts = slotDrafts(group, shared);
  const currents = new Map<string, CurrentResource>();
  for (const lookup of identityLookups(drafts)) {
    const found = await fhir.search(lookup.resourceType, lookup.criteria);
    const { matches, ambiguous } = matchIdentities(lookup, found);
    for (const [slot, current] of matches) currents.set(slot, current);
    for (const [slot, error] of ambiguous) blocked.set(slot, error);
  }
  for (const draft of drafts) {
    const lookup = currents.has(draft.slot) || blocked.has(draft.slot) ? undefined : adoptionLookup(draft);
    if (!lookup) continue;
    const adopted = matchAdoption(lookup, await fhir.search(lookup.resourceType, lookup.criteria));
    if (adopted) currents.set(draft.slot, adopted);
  }
  const members: CurrentResource[] = [];
  for (const lookup of setLookups(group))
    members.push(...matchSets(lookup, await fhir.search(lookup.resourceType, lookup.criteria)));
  return { bySlot: currents, members };
}

/** One draft with the parts of all drafts that read no dataset, once each; undefined when there are none. */
function sharedDrafts(drafts: readonly EntryDraft[]): EntryDraft | undefined {
  const parts = new Map<string, EntryDraft['resources'][number]>();
  for (const { kind, resources } of drafts) {
    if (kind === 'delete') continue;
    for (const part of resources)
      if (!part.plan.transform.readsDataset) parts.set(`${part.plan.name} ${part.slot}`, part);
  }
  const [first] = drafts;
  return first && parts.size > 0
    ? { entry: first.entry, kind: 'upsert', resources: [...parts.values()], sets: [], issues: [] }
    : undefined;
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
  const counted = { ...NOTHING_WRITTEN };
  for (const { kind } of changes) counted[kind]++;
  return counted;
}

/** Counts of two parts together. */
export function addWritten(a: Written, b: Written): Written {
  return {
    create: a.create + b.create,
    update: a.update + b.update,
    delete: a.delete + b.delete,
    none: a.none + b.none,
  };
}
