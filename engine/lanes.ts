/**
 * Groups that are written side by side: groups come in, in the order of the feed, and each is written when every earlier one
 * that shares a resource with it is done. A group that waits for a service gives its place to others.
 */
import type { EntryDraft } from './apply/draft.ts';
import { type EntryGroup, joiningSlots } from './apply/group.ts';
import type { SharedReferences } from './attempt.ts';
import { isEngineError } from './errors.ts';
import type { Pipeline, Wait } from './pipeline.ts';
import type { GroupResult } from './written.ts';

export interface LanesOptions {
  readonly pipeline: Pipeline;
  readonly signal: AbortSignal;
  /** Groups that are written at the same time at most. */
  readonly lanes: number;
  /** Told of each group that is written. What it throws ends the lanes like a failure of the group. */
  onSettled(group: EntryGroup, result: GroupResult): void;
}

export interface Lanes {
  /** Puts the groups behind those that are there. */
  add(groups: readonly EntryGroup[]): void;
  /** Entries of groups that are not done. */
  load(): number;
  /** True after a failure: nothing is begun any more. */
  hasFailed(): boolean;
  /** Ends everything: what runs is awaited, what waits is woken, what has not begun stays undone. */
  fail(error: unknown): void;
  /** Resolves when a group is done, fails or begins to wait. */
  change(): Promise<void>;
  /** Resolves when nothing is left to do but to wait for services. */
  quiet(): Promise<void>;
  /** Resolves when every group is done or, after a stop, when none runs; throws the failure. */
  end(): Promise<void>;
  /** Aborted by a stop and by a failure. */
  readonly stopped: AbortSignal;
}

interface Batch {
  readonly group: EntryGroup;
  readonly shared: Promise<SharedReferences>;
  /** Earlier groups that share a resource and are not done. */
  blockers: number;
  readonly followers: Batch[];
}

const STOPPED = new Error('stopped');

export function createLanes({ pipeline, signal, lanes, onSettled }: LanesOptions): Lanes {
  /** The last group that has a say in a resource. */
  const lastOf = new Map<string, Batch>();
  const ready: Batch[] = [];
  const resuming: (() => void)[] = [];
  const errors: unknown[] = [];
  const failing = new AbortController();
  const stopped = AbortSignal.any([signal, failing.signal]);
  let listeners: (() => void)[] = [];
  let shared: Promise<SharedReferences> = Promise.resolve(new Map());
  /** Begun and not ended, and of these those that do not wait. */
  let [begun, running, open, load] = [0, 0, 0, 0];

  const tell = (): void => {
    const told = listeners;
    listeners = [];
    for (const listener of told) listener();
  };
  const until = async (isSo: () => boolean): Promise<void> => {
    while (!isSo()) await new Promise<void>((resolve) => listeners.push(resolve));
  };
  const fail = (error: unknown): void => {
    // Whoever is woken to stop has not failed.
    if (error !== STOPPED) errors.push(error);
    failing.abort();
    start();
    tell();
  };

  /** Gives the place to somebody else meanwhile. */
  const wait: Wait = async (pause) => {
    running--;
    start();
    tell();
    try {
      await pause(stopped);
    } finally {
      await new Promise<void>((resolve) => {
        resuming.push(resolve);
        start();
      });
    }
    if (failing.signal.aborted) throw STOPPED;
  };

  function start(): void {
    while (resuming.length > 0 && (running < lanes || stopped.aborted)) {
      running++;
      resuming.shift()?.();
    }
    while (ready.length > 0 && running < lanes && !stopped.aborted) {
      running++;
      begun++;
      const batch = ready.shift() as Batch;
      void write(batch);
    }
  }

  async function write(batch: Batch): Promise<void> {
    try {
      const result = await pipeline.settleGroup(batch.group, await batch.shared, wait);
      load -= batch.group.length;
      open--;
      onSettled(batch.group, result);
      for (const follower of batch.followers) if (--follower.blockers === 0) ready.push(follower);
      for (const slot of slotsOf(batch.group)) if (lastOf.get(slot) === batch) lastOf.delete(slot);
    } catch (error) {
      fail(error);
    }
    running--;
    begun--;
    start();
    tell();
  }

  return {
    stopped,
    load: () => load,
    hasFailed: () => errors.length > 0,
    fail,
    add(groups) {
      // One after the other: the second finds what the first one made.
      const before = shared;
      const drafts = groups.flat();
      shared = before.then(() => pipeline.settleShared(drafts, (pause) => pause(stopped)));
      // Told to each group that needs them.
      shared.catch(() => undefined);
      for (const group of groups) {
        const batch: Batch = { group, shared, blockers: 0, followers: [] };
        for (const slot of slotsOf(group)) {
          const earlier = lastOf.get(slot);
          lastOf.set(slot, batch);
          if (!earlier || earlier === batch || earlier.followers.at(-1) === batch) continue;
          earlier.followers.push(batch);
          batch.blockers++;
        }
        open++;
        load += group.length;
        if (batch.blockers === 0) ready.push(batch);
      }
      start();
    },
    change: () => new Promise<void>((resolve) => listeners.push(resolve)),
    quiet: () => until(() => stopped.aborted || (running === 0 && ready.length === 0)),
    async end() {
      await until(() => begun === 0 && (open === 0 || stopped.aborted));
      // What stops the engine comes before what it would only wait for.
      if (errors.length > 0)
        throw errors.find((error) => !isEngineError(error) || error.action !== 'retry') ?? errors[0];
    },
  };
}

function slotsOf(group: EntryGroup): ReadonlySet<string> {
  return new Set(group.flatMap((draft: EntryDraft) => joiningSlots(draft)));
}
