/**
 * Drafts come in, groups go out: two entries are in one group if they share a resource to which a rule that reads the
 * dataset writes (design 3). Groups stand in the order of their first entry, entries in the order of the feed.
 */
import type { EntryDraft } from './draft.ts';

/** The drafts of one group, by sequence. */
export type EntryGroup = readonly EntryDraft[];

export function groupDrafts(drafts: readonly EntryDraft[]): readonly EntryGroup[] {
  const parents = new Map<string, string>();
  const rootOf = (slot: string): string => {
    let root = slot;
    for (let parent = parents.get(root); parent !== undefined && parent !== root; parent = parents.get(root))
      root = parent;
    parents.set(slot, root);
    return root;
  };
  for (const draft of drafts) {
    const [first, ...others] = joiningSlots(draft);
    if (first === undefined) continue;
    for (const other of others) parents.set(rootOf(other), rootOf(first));
  }
  const groups = new Map<string, EntryDraft[]>();
  for (const draft of drafts.toSorted((a, b) => a.entry.sequence - b.entry.sequence)) {
    const [first] = joiningSlots(draft);
    const root = first === undefined ? `alone ${draft.entry.sequence}` : rootOf(first);
    const group = groups.get(root);
    if (group) group.push(draft);
    else groups.set(root, [draft]);
  }
  return [...groups.values()];
}

/**
 * What the entry has a say in: the resources to which rules that read its dataset write, and the sets of its instance. Sets of
 * one study join: two reports may speak of the same item, which then goes from one set to the other.
 */
export function joiningSlots({ entry, resources, sets }: EntryDraft): readonly string[] {
  const slots = resources.filter(({ plan }) => plan.transform.readsDataset).map(({ slot }) => slot);
  for (const { plan, key } of sets) slots.push(`set ${key}`, `set ${plan.name} ${entry.studyInstanceUid}`);
  return slots;
}

/** Cuts a group between entries so that no part writes more than `maxResources` resources, unless one entry alone does. */
export function cutGroup(group: EntryGroup, maxResources: number): readonly EntryGroup[] {
  const parts: EntryDraft[][] = [];
  let slots = new Set<string>();
  for (const draft of group) {
    const own = new Set(joiningSlots(draft));
    const added = [...own].filter((slot) => !slots.has(slot));
    const part = parts.at(-1);
    if (part && slots.size + added.length <= maxResources) {
      part.push(draft);
      for (const slot of added) slots.add(slot);
    } else {
      parts.push([draft]);
      slots = own;
    }
  }
  return parts;
}
