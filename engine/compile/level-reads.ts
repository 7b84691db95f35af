/**
 * What the levels of one mapping read: its compiled rules and lets come in, a LevelReads for the mapping and for each list
 * goes out, so that what a level gave may be remembered. A level that two entries cannot share has none.
 */
import { parseTag, type TagPath } from '../dicom/tag.ts';
import type { LevelReads, ListPlan, RulePlan } from '../plan.ts';
import type { Reads } from './context.ts';
import { type CompiledLet, transitiveKeywords } from './lets.ts';
import type { Gathered } from './mapping-rules.ts';

export interface MappingReads {
  /** For the TransformPlan. */
  readonly head: { readonly reads?: LevelReads };
  /** The lists with theirs. */
  lists(lists: readonly ListPlan[]): readonly ListPlan[];
}

/**
 * `rules`: those outside lists, identity included. With `forEach` the rules read items, each of which is met once: what comes
 * before the items is all that is remembered.
 */
export function levelReads(
  gathered: Gathered,
  lets: readonly CompiledLet[],
  rules: readonly RulePlan[],
  identity: RulePlan,
  hasItems: boolean,
): MappingReads {
  const byName = new Map(gathered.rules.map(({ plan, reads }) => [plan.name, reads]));
  const everything = [...byName.values(), ...gathered.other, ...lets.map(({ reads }) => reads)];
  // The names of an entry go through the whole mapping: with %entry in one place, those of no other entry will do.
  const usesEntry = everything.some(({ names }) => names.includes('entry'));
  if (usesEntry) return { head: {}, lists: (lists) => lists };

  const of = (all: readonly Reads[], finds: RulePlan | undefined): { readonly reads?: LevelReads } => {
    const keywords = all.flatMap((reads) => transitiveKeywords(reads, lets));
    // There is one such level for each instance.
    if (keywords.includes('SOPInstanceUID')) return {};
    const paths = new Map([...new Set(keywords)].map((keyword) => [keyword, pathOf(keyword)]));
    const [first] = finds?.source.kind === 'tag' ? finds.source.tags : [];
    const by = first === undefined ? undefined : paths.get(first);
    return { reads: { paths: [...paths.values()], ...(by ? { by } : {}) } };
  };
  const ofRules = (level: readonly RulePlan[]): readonly Reads[] =>
    level.flatMap(({ name }) => byName.get(name) ?? []);
  const inList = (list: ListPlan): ListPlan => {
    const { key, rules: own } = list;
    return { ...list, lists: list.lists.map(inList), ...of(ofRules([key.rule, ...own]), key.rule) };
  };
  const before = [...gathered.other, ...lets.map(({ reads }) => reads)];
  if (hasItems) return { head: of(before, undefined), lists: (lists) => lists };
  return {
    head: of([...before, ...ofRules(rules.filter(({ source }) => source.kind !== 'derive'))], identity),
    lists: (lists) => lists.map(inList),
  };
}

/** Names of compiled tags are paths. */
function pathOf(name: string): TagPath {
  const path = parseTag(name);
  if ('error' in path) throw new Error(`${name} was checked before`);
  return path;
}
