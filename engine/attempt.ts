/**
 * Stages 3 to 7 for one group, once: drafts that are complete come in, what was written goes out, or the error that stood in the
 * way is thrown and nothing was written. What is remembered of the server is never blamed on an entry: it is read first.
 */
import type { EntryDraft } from './apply/draft.ts';
import type { EntryGroup } from './apply/group.ts';
import { createFold, type ResourceChange } from './apply/merge.ts';
import { rowFor } from './apply/rows.ts';
import { buildTransaction, type Transaction } from './apply/transaction.ts';
import { validateChanges } from './apply/validate.ts';
import { EngineError, isEngineError } from './errors.ts';
import { isDecimalObject } from './fhir/decimal.ts';
import type { CurrentResource, FhirElement, FhirResource, FhirValue } from './fhir/resource.ts';
import type { GroupPatching } from './patching.ts';
import type { MappingPlan } from './plan.ts';
import type { EntryResponse, ErrorRow, FhirServer, Log } from './ports.ts';
import { looseMatch, readCurrents } from './read-currents.ts';
import type { Remembered } from './remembered.ts';
import { countWritten, type GroupResult } from './written.ts';

export interface AttemptOptions {
  readonly plan: MappingPlan;
  readonly fhir: FhirServer;
  readonly log: Log;
  /** `%source` in `owned` and `assert`. */
  readonly source: { readonly id: string; readonly url: string };
  /** Entries in one transaction at most. */
  readonly maxTransactionEntries: number;
  /** Bytes that a resource may grow to; without it, whatever the server takes. */
  readonly maxResourceBytes?: number;
  /** What need not be read before it is written again: one for all pipelines that write to one server. */
  readonly remembered: Remembered;
}

/** References to resources that no dataset has a say in, by slot; see `settleShared`. */
export type SharedReferences = ReadonlyMap<string, string>;

/** What was found out about the stored resources of one group. */
export interface Findings {
  /** Slots that stand in the way of every entry that touches them. */
  readonly blocked: Map<string, EngineError>;
  /** Slots that stand in the way of what would make them larger. */
  readonly full: Map<string, EngineError>;
  /** Versions that the server was seen to accept as they are. */
  readonly sound: Set<string>;
  /** Slots for which the server said once that somebody else had made the resource. */
  readonly taken: Set<string>;
  readonly patches: GroupPatching;
}

export interface Attempt extends GroupResult {
  readonly changes: readonly ResourceChange[];
}

/** More entries than one transaction may have: the group is to be cut. */
export const TOO_MANY = Symbol('too many');

/** `isTrusted`: what is remembered need not be read again. */
export type TryGroup = (
  group: EntryGroup,
  shared: SharedReferences,
  findings: Findings,
  isTrusted: boolean,
) => Promise<Attempt | typeof TOO_MANY>;

export function createFindings(patches: GroupPatching): Findings {
  return { blocked: new Map(), full: new Map(), sound: new Set(), taken: new Set(), patches };
}

export function createAttempts(options: AttemptOptions): TryGroup {
  const { plan, fhir, log, source, remembered, maxTransactionEntries, maxResourceBytes } = options;

  const once: TryGroup = async (group, shared, findings, isTrusted) => {
    const reading = { fhir, shared, blocked: findings.blocked, remembered, isTrusted };
    const open = group.filter((draft) => blockOf(draft, findings) === undefined);
    const currents = await readCurrents(open, reading); // 3 read
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
    const transaction = buildTransaction(changes, plan, findings.patches.areWanted()); // 6 transaction
    const written = countWritten(changes);
    if (!transaction) {
      findings.patches.stored(undefined);
      return { rows, written, changes };
    }
    // What belongs to stored sets shows only now.
    if (transaction.changes.length > maxTransactionEntries && group.length > 1) return TOO_MANY;
    const large =
      maxResourceBytes === undefined ? undefined : tooLarge(transaction.changes, maxResourceBytes);
    if (large) {
      if (group.length === 1) findings.full.set(large.slot, large.error);
      throw large.error;
    }
    try {
      const answers = await fhir.transact(transaction.bundle); // 7 post
      const made = withIds(changes, transaction, answers, findings);
      remember(remembered, transaction, answers);
      findings.patches.stored(transaction);
      return { rows, written, changes: made };
    } catch (error) {
      remembered.forget(slotsOf(group));
      for (const { current } of transaction.changes) if (current) remembered.forgetResource(current.resource);
      // The server finds another, or several, where the search found none: it blocks whatever touches that resource, and nothing else.
      const change = isEngineError(error, 'resource.ambiguous', 'resource.loose-match')
        ? transaction.changes[error.details.entryIndex ?? -1]
        : undefined;
      if (change) findings.blocked.set(change.slot, error as EngineError);
      else if (!findings.patches.areToBlame(transaction, error)) throw error;
      return once(group, shared, findings, isTrusted);
    }
  };

  return async (group, shared, findings, isTrusted) => {
    const versions = new Map<string, string>();
    for (const slot of isTrusted ? slotsOf(group) : []) {
      const known = shared.has(slot) ? undefined : remembered.get(slot);
      if (known) versions.set(slot, known.versionId);
    }
    try {
      return await once(group, shared, findings, versions.size > 0);
    } catch (error) {
      if (versions.size === 0 || !isEngineError(error) || error.action !== 'skip') throw error;
      // Refused over what was remembered: is it still so?
      const reading = { fhir, shared, blocked: findings.blocked, remembered, isTrusted: false };
      const { bySlot } = await readCurrents(group, reading);
      if ([...versions].every(([slot, version]) => bySlot.get(slot)?.versionId === version)) throw error;
      return once(group, shared, findings, false);
    }
  };
}

function blockOf({ resources, kind }: EntryDraft, { blocked, full }: Findings): EngineError | undefined {
  const errors = resources.map(
    ({ slot }) => blocked.get(slot) ?? (kind === 'upsert' ? full.get(slot) : undefined),
  );
  return errors.find((error) => error !== undefined);
}

function slotsOf(group: EntryGroup): readonly string[] {
  return group.flatMap(({ resources }) => resources.map(({ slot }) => slot));
}

/** Remembers what the server took, where it said under which version, and forgets what it took before. */
function remember(
  remembered: Remembered,
  { bundle, changes }: Transaction,
  answers: readonly EntryResponse[],
): void {
  for (const { slot, current } of changes) {
    remembered.forget([slot]);
    if (current) remembered.forgetResource(current.resource);
  }
  // References to what the transaction made stand on the server as references to where it was made.
  const made = new Map<string, string>();
  for (const [index, { current, fullUrl }] of changes.entries()) {
    const { location } = answers[index] ?? {};
    if (!current && location !== undefined) made.set(fullUrl, location);
  }
  for (const [index, { kind, slot, resource, current }] of changes.entries()) {
    const { versionId, location, bytes } = answers[index] ?? {};
    const isWhole = bundle.entry[index]?.request.method !== 'PATCH';
    const id = current?.resource.id ?? location?.split('/')[1];
    if (kind === 'delete' || versionId === undefined || id === undefined) continue;
    const stored = made.size > 0 ? (resolved(resource, made) as FhirResource) : resource;
    // Of a patch, the bytes that were sent say nothing.
    const size = (isWhole ? bytes : undefined) ?? JSON.stringify(resource).length;
    remembered.wrote(slot, { resource: { ...stored, id }, versionId }, size);
  }
}

function resolved(value: FhirValue, places: ReadonlyMap<string, string>): FhirValue {
  if (typeof value === 'string') return places.get(value) ?? value;
  if (typeof value !== 'object' || value === null || isDecimalObject(value)) return value;
  if (Array.isArray(value)) return value.map((item: FhirValue) => resolved(item, places));
  const children = Object.entries(value as FhirElement);
  return Object.fromEntries(
    children.map(([key, child]) => [key, child === undefined ? child : resolved(child, places)]),
  );
}

/** The first resource that is larger than the limit, and grows. */
function tooLarge(
  changes: readonly ResourceChange[],
  most: number,
): { readonly slot: string; readonly error: EngineError } | undefined {
  for (const { kind, resource, current, slot, plan } of changes) {
    if (kind !== 'create' && kind !== 'update') continue;
    const bytes = bytesOf(resource);
    if (bytes <= most || (current && bytes <= bytesOf(current.resource))) continue;
    const message = `a resource of type ${plan.resourceType} would have ${bytes} bytes; fhir.maxResourceBytes is ${most}`;
    return { slot, error: new EngineError('resource.too-large', message, { rule: plan.name }) };
  }
  return undefined;
}

function bytesOf(resource: FhirResource): number {
  return Buffer.byteLength(JSON.stringify(resource));
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

/** Gives created resources the ids that the server gave them, where it said so. */
function withIds(
  changes: readonly ResourceChange[],
  transaction: Transaction,
  answers: readonly EntryResponse[],
  { taken }: Findings,
): readonly ResourceChange[] {
  const locations = new Map<ResourceChange, string>();
  for (const [index, change] of transaction.changes.entries()) {
    const answer = answers[index];
    if (change.kind !== 'create') continue;
    // 200 for a conditional create: somebody else made it meanwhile, and our values are not in it yet.
    if (answer?.status === 200) {
      // Twice, although it was looked for in between: the server means another resource, and always will.
      if (taken.has(change.slot)) {
        const { code, message, details } = looseMatch(change);
        throw new EngineError(code, message, { ...details, entryIndex: index });
      }
      taken.add(change.slot);
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

export function issueOf(error: EngineError): Parameters<typeof rowFor>[1] {
  const { rule, tag, outcome } = error.details;
  return {
    code: error.code,
    message: error.message,
    ...(rule ? { rule } : {}),
    ...(tag ? { tag } : {}),
    ...(outcome ? { outcome } : {}),
  };
}
