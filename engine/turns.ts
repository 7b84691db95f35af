/**
 * Groups of several sources that share a resource take turns: each source has a pipeline of its own over one FHIR server,
 * and two of them must not make the same resource at once. The version check would find most clashes, but not on servers that
 * do not guard conditional creates against each other.
 */
import type { EntryDraft } from './apply/draft.ts';
import type { Pipeline } from './pipeline.ts';

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

  /** All slots are taken at once, so that no two wait for each other. */
  const hold = async <T>(drafts: readonly EntryDraft[], work: () => Promise<T>): Promise<T> => {
    const slots = new Set(drafts.flatMap(slotsOf));
    await new Promise<void>((begin) => {
      queue = [...queue, { slots, begin }];
      next();
    });
    try {
      return await work();
    } finally {
      for (const slot of slots) taken.delete(slot);
      next();
    }
  };

  return {
    guard: (pipeline) => ({
      settleShared: (...all) => hold(all[0].map(sharedPart), () => pipeline.settleShared(...all)),
      settleGroup: (...all) => hold(all[0].map(ownPart), () => pipeline.settleGroup(...all)),
    }),
  };
}

function slotsOf({ resources, sets }: EntryDraft): readonly string[] {
  return [...resources.map(({ slot }) => slot), ...sets.map(({ key }) => `set ${key}`)];
}

/** What `settleShared` writes. */
function sharedPart(draft: EntryDraft): EntryDraft {
  return {
    ...draft,
    resources: draft.resources.filter(({ plan }) => !plan.transform.readsDataset),
    sets: [],
  };
}

/** What `settleGroup` writes. */
function ownPart(draft: EntryDraft): EntryDraft {
  return { ...draft, resources: draft.resources.filter(({ plan }) => plan.transform.readsDataset) };
}
