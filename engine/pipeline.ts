/**
 * One group of entries until it is settled: drafts come in, the written resources and the rows for the error store go out. A
 * conflict starts again from the read; a refusal is halved down to the guilty entry; nothing is written twice. The stages
 * themselves stand in attempt.ts.
 */
import type { EntryDraft, ResourceDraft } from './apply/draft.ts';
import { cutGroup, type EntryGroup } from './apply/group.ts';
import type { ResourceChange } from './apply/merge.ts';
import { rowFor } from './apply/rows.ts';
import { buildTransaction } from './apply/transaction.ts';
import { validateChanges } from './apply/validate.ts';
import {
  type AttemptOptions,
  createAttempts,
  createFindings,
  type Findings,
  issueOf,
  type SharedReferences,
  TOO_MANY,
} from './attempt.ts';
import { type EngineError, ERROR_TABLE, isEngineError } from './errors.ts';
import type { CurrentResource } from './fhir/resource.ts';
import { backoff } from './io/retry.ts';
import { NO_PATCHES, type Patching } from './patching.ts';
import type { Clock, ErrorRow } from './ports.ts';
import { type Reading, readCurrents } from './read-currents.ts';
import { addWritten, type GroupResult, NOTHING_WRITTEN } from './written.ts';

export interface PipelineOptions extends AttemptOptions {
  readonly clock: Clock;
  /** Where updates are to go out as patches: one for all pipelines that write to one server. */
  readonly patching?: Patching;
  /** Milliseconds that one group may be tried again before its entries get rows. */
  readonly retryDuration: number;
  readonly signal?: AbortSignal;
  /** Told what a group waits for when it waits for long. */
  onHeld?(error: EngineError): void;
}

export interface Pipeline {
  /**
   * Writes the resources whose rules read only settings and source, and gives references to them. They belong to no
   * group, so they are settled before all groups.
   */
  settleShared(drafts: readonly EntryDraft[], wait?: Wait): Promise<SharedReferences>;
  /** Writes one group. Throws only for errors that stop the engine, or when the server cannot be reached. */
  settleGroup(group: EntryGroup, shared: SharedReferences, wait?: Wait): Promise<GroupResult>;
}

/**
 * How a group waits for a service or for its turn: whoever runs several lets others go on meanwhile. `pause` ends early when
 * `stopped` is aborted; after a failure elsewhere the wait itself rejects.
 */
export type Wait = (pause: (stopped?: AbortSignal) => Promise<void>) => Promise<void>;

const UNREACHABLE: ReadonlySet<string> = new Set(['fhir.unreachable', 'auth.unreachable']);

/** So many conflicts in a row, each after a new read, are no race any more; of a part of a group, fewer. */
const CONFLICTS = 6;
const CONFLICTS_OF_PART = 2;
/** So many answers in a row that the server has no time, or none at all, are told: fewer are over in a moment. */
const HELD_AFTER = 3;

/** What is the same for a group and its parts. */
interface Job {
  readonly shared: SharedReferences;
  readonly findings: Findings;
  readonly wait: Wait;
}

export function createPipeline(options: PipelineOptions): Pipeline {
  const { plan, fhir, clock, log, source, remembered, maxTransactionEntries, retryDuration, signal } =
    options;
  const findingsOfGroup = (): Findings => createFindings(options.patching?.forGroup() ?? NO_PATCHES);
  const tryGroup = createAttempts(options);
  const alone: Wait = (pause) => pause(signal);

  /** Tries again what may succeed later, until `retryDuration` or the number of conflicts is over; throws what is final. */
  const persist = async <T>(
    work: () => Promise<T>,
    wait: Wait,
    conflicts = CONFLICTS,
    onRetry: (error: EngineError) => void = () => undefined,
  ): Promise<T> => {
    const deadline = clock.now() + retryDuration;
    let left = conflicts;
    for (let attempt = 1; ; attempt++) {
      try {
        return await work();
      } catch (error) {
        if (!isEngineError(error) || (error.action !== 'retry' && error.action !== 'redo')) throw error;
        const { retryAfter = 0 } = error.details;
        const time = deadline - clock.now();
        if (error.action === 'redo' && --left < 0) throw error;
        if (signal?.aborted || time <= 0 || retryAfter > time) throw error;
        const soon = error.action === 'redo' && attempt === 1;
        const ms = soon ? retryAfter : Math.min(time, backoff(attempt, clock.jitter, retryAfter));
        log.warn('again', { code: error.code, message: error.message, attempt, pause: ms });
        if (error.action === 'retry' && attempt >= HELD_AFTER) options.onHeld?.(error);
        onRetry(error);
        await wait((stopped) => clock.sleep(ms, stopped));
      }
    }
  };

  /** `isLast`: no entry of the group follows. `isPart`: something was refused already, so that nothing is taken for granted. */
  const settle = async (
    group: EntryGroup,
    job: Job,
    { isLast, isPart }: { readonly isLast: boolean; readonly isPart: boolean },
  ): Promise<GroupResult> => {
    const { shared, findings, wait } = job;
    const retried: ErrorRow[] = [];
    const [first] = group;
    if (!first) return { rows: [], written: NOTHING_WRITTEN };
    /** By sequence, the earlier half first; each part is read and folded anew (design 3, bisecting). */
    const inHalves = async (areParts: boolean): Promise<GroupResult> => {
      const middle = Math.ceil(group.length / 2);
      const earlier = await settle(group.slice(0, middle), job, { isLast: false, isPart: areParts });
      const later = await settle(group.slice(middle), job, { isLast, isPart: areParts });
      const rows = [...retried, ...earlier.rows, ...later.rows];
      return { rows, written: addWritten(earlier.written, later.written) };
    };
    try {
      const result = await persist(
        () => tryGroup(group, shared, findings, !isPart),
        wait,
        isPart ? CONFLICTS_OF_PART : CONFLICTS,
        (error) => retried.push(rowFor(first.entry, issueOf(error), 'TransientRetry')),
      );
      if (result === TOO_MANY) return await inHalves(isPart);
      return { rows: [...result.rows, ...retried], written: result.written };
    } catch (error) {
      // A server that is down must not drain the feed into the error store: only what it answered is final.
      if (!isEngineError(error) || error.action === 'stop' || UNREACHABLE.has(error.code)) throw error;
      if (signal?.aborted && error.action !== 'skip') throw error;
      if (error.action === 'retry') {
        // A gateway that answers for a dead server refuses this too: then nothing was said about these entries.
        await fhir.capability();
        return {
          rows: [...retried, ...group.map(({ entry }) => rowFor(entry, issueOf(error), 'TransientFailure'))],
          written: NOTHING_WRITTEN,
        };
      }
      if (group.length > 1) return inHalves(true);
      if (!isLast) await judgeStored(first, job, error);
      // A conflict that does not end is a refusal by another name.
      const kind = error.action === 'redo' ? 'FhirFailToStore' : ERROR_TABLE[error.code].kind;
      return { rows: [...retried, rowFor(first.entry, issueOf(error), kind)], written: NOTHING_WRITTEN };
    }
  };

  /**
   * An entry was refused: when the stored resources are refused as well, as they stand and without its values, they are at
   * fault, and block whatever touches them. Asked once for each version.
   */
  const judgeStored = async (
    draft: EntryDraft,
    { shared, findings, wait }: Job,
    cause: EngineError,
  ): Promise<void> => {
    const currents = await readCurrents([draft], readingOf(shared, findings));
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

  const readingOf = (shared: SharedReferences, { blocked }: Findings): Reading => ({
    fhir,
    shared,
    blocked,
    remembered,
    isTrusted: false,
  });

  return {
    async settleShared(drafts, wait = alone) {
      const parts = sharedDrafts(drafts);
      if (!parts) return new Map();
      const findings = findingsOfGroup();
      const result = await persist(() => tryGroup([parts], new Map(), findings, true), wait);
      if (result === TOO_MANY) throw new TypeError('one entry is not cut');
      const { changes } = result;
      // Every entry needs them: going on would drain the feed into the error store.
      for (const error of findings.blocked.values()) throw error;
      const references = new Map<string, string>();
      for (const { slot, resource, plan: mapping } of changes) {
        if (resource.id) references.set(slot, `${mapping.resourceType}/${resource.id}`);
      }
      if (changes.every(({ slot }) => references.has(slot))) return references;
      // A server that does not say what it made is asked: the second read finds it.
      const again = await readCurrents([parts], readingOf(new Map(), findings));
      for (const [slot, { resource }] of again.bySlot)
        references.set(slot, `${resource.resourceType}/${resource.id}`);
      return references;
    },
    async settleGroup(group, shared, wait = alone) {
      const findings = findingsOfGroup();
      const rows: ErrorRow[] = [];
      let written = NOTHING_WRITTEN;
      const parts = cutGroup(group, maxTransactionEntries);
      for (const [index, part] of parts.entries()) {
        const place = { isLast: index === parts.length - 1, isPart: false };
        const result = await settle(part, { shared, findings, wait }, place);
        rows.push(...result.rows);
        written = addWritten(written, result.written);
      }
      return { rows, written };
    },
  };
}

function versionOf({ resource, versionId }: CurrentResource): string {
  return `${resource.resourceType}/${resource.id}/_history/${versionId}`;
}

/** A stored resource to be written as it stands. */
function unchanged({ plan, identity, slot }: ResourceDraft, current: CurrentResource): ResourceChange {
  return { kind: 'update', plan, identity, slot, resource: current.resource, current, fullUrl: '' };
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
