/**
 * Whether the order of instances may matter (design 3, the promise): drafts of entries come in; false goes out when two of them say
 * different things of one element, for then the later one counts.
 */
import type { EntryDraft, ListDraft, ResourceDraft, RuleDraft } from '../apply/draft.ts';

/** True when equal resources are promised in any order. Says false too often rather than too seldom. */
export function doAgree(drafts: readonly EntryDraft[]): boolean {
  const said = new Map<string, Set<string>>();
  const add = (place: string, rule: RuleDraft, draft: EntryDraft): void => {
    const key = `${place} ${rule.rule.name}`;
    const known = said.get(key) ?? new Set();
    said.set(key, known);
    const what = wordOf(rule, draft);
    // What is written by the first alone, or not at all, depends on who is first.
    if (what !== undefined || rule.rule.on === 'create') known.add(what ?? 'nothing');
  };
  const addLists = (lists: readonly ListDraft[], place: string, draft: EntryDraft): void => {
    for (const { list, key, rules, lists: inner } of lists) {
      const item = `${place} ${list.name}=${JSON.stringify(key)}`;
      for (const rule of rules) add(item, rule, draft);
      addLists(inner, item, draft);
    }
  };
  const addResource = ({ slot, plan, rules, lists }: ResourceDraft, draft: EntryDraft): void => {
    const place = `${plan.name} ${slot}`;
    for (const rule of rules) add(place, rule, draft);
    addLists(lists, place, draft);
  };
  for (const draft of drafts) for (const resource of draft.resources) addResource(resource, draft);
  return [...said.values()].every(({ size }) => size < 2);
}

/** Undefined for nothing: an absent or invalid value leaves what is there. */
function wordOf({ rule: { source }, outcome }: RuleDraft, draft: EntryDraft): string | undefined {
  switch (outcome.kind) {
    case 'value':
      return JSON.stringify(outcome.value);
    case 'reference': {
      const target = source.kind === 'reference' ? source.mapping : '';
      return `to ${draft.resources.find(({ plan }) => plan.name === target)?.slot}`;
    }
    case 'clear':
      return 'clear';
    default:
      return undefined;
  }
}
