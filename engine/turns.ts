/**
 * Groups of several sources that share a resource take turns: each source has a pipeline of its own over one FHIR server,
 * and two of them must not make the same resource at once. The version check would find most clashes, but not on servers that
 * do not guard conditional creates against each other.
 */
import type { EntryDraft } from './apply/draft.ts';
import type { Pipeline, Wait } from './pipeline.ts';

export interface Turns {
  /** The same pipeline, whose groups wait while another pipeline of these turns writes one of their resources. */
  guard(pipeline: Pipeline): Pipeline;
}

interface Waiting {
  readonly slots: ReadonlySet<string>;
  begin(): void;
}

export function createTurns(): Turns {
  const taken = new Set<string>();
  let queue: readonly Waiting[] = [];

  /** Whoever came first goes first; nobody overtakes on a slot for which somebody waits. */
  const next = (): void => {
    const wanted = new Set<string>();
    const waiting: Waiting[] = [];
    for (const each of queue) {
      const slots = [...each.slots];
      if (slots.every((slot) => !taken.has(slot) && !wanted.has(slot))) {
        for (const slot of slots) taken.add(slot);
        each.begin();
      } else {
        waiting.push(each);
      }
      for (const slot of slots) wanted.add(slot);
    }
    queue = waiting;
  };

  /**
   * All slots are taken at once, so that no two wait for each other. Whoever waits for a turn takes no place in a lane: the
   * group that has the turn may need that place to go on.
   */
  const hold = async <T>(
    slots: ReadonlySet<string>,
    wait: Wait = (pause) => pause(),
    work: () => Promise<T>,
  ): Promise<T> => {
    const { promise: called, resolve: call } = Promise.withResolvers<void>();
    let hasTurn = false;
    const turn: Waiting = {
      slots,
      begin() {
        hasTurn = true;
        call();
      },
    };
    queue = [...queue, turn];
    next();
    try {
      if (!hasTurn) await wait((stopped) => orStopped(called, call, stopped));
      if (!hasTurn) throw new Error('stopped');
      return await work();
    } finally {
      if (hasTurn) for (const slot of slots) taken.delete(slot);
      else queue = queue.filter((each) => each !== turn);
      next();
    }
  };

  return {
    guard: (pipeline) => ({
      settleShared: (drafts, wait) =>
        hold(new Set(drafts.flatMap(sharedSlots)), wait, () => pipeline.settleShared(drafts, wait)),
      settleGroup: (group, shared, wait) =>
        hold(new Set(group.flatMap(ownSlots)), wait, () => pipeline.settleGroup(group, shared, wait)),
    }),
  };
}

/** Resolves with `called`, or when `stopped` is aborted, which then does the calling. */
async function orStopped(called: Promise<void>, call: () => void, stopped?: AbortSignal): Promise<void> {
  if (stopped?.aborted) return;
  stopped?.addEventListener('abort', call, { once: true });
  await called;
  stopped?.removeEventListener('abort', call);
}

/** What `settleShared` writes. */
function sharedSlots({ resources }: EntryDraft): readonly string[] {
  return resources.filter(({ plan }) => !plan.transform.readsDataset).map(({ slot }) => slot);
}

/** What `settleGroup` writes. */
function ownSlots({ resources, sets }: EntryDraft): readonly string[] {
  const own = resources.filter(({ plan }) => plan.transform.readsDataset).map(({ slot }) => slot);
  return [...own, ...sets.map(({ key }) => `set ${key}`)];
}
