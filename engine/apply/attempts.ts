/**
 * What the rules offered to one resource: the drafts of entries and the finished resource come in, one attempt for each rule,
 * entry and item goes out, in the order of the fold, with what the fold knew when it came to the rule.
 */
import type { FhirElement } from '../fhir/resource.ts';
import type { Names, ResourcePlan, RulePlan } from '../plan.ts';
import type { DraftIssue, EntryDraft, ListDraft, ResourceDraft, RuleOutcome } from './draft.ts';
import { listItems } from './list-items.ts';
import type { ResourceChange } from './merge.ts';
import type { Paths } from './written-leaves.ts';

/** One entry in the order in which the fold took them; `failed` when it contributes nothing. */
export interface ExplainedEntry {
  readonly draft: EntryDraft;
  readonly failed?: DraftIssue;
}

/** What a rule offers to a resource, and what the fold knew when it did. */
export interface Attempt {
  readonly mapping: ResourcePlan;
  readonly rule: RulePlan;
  readonly names: Names;
  readonly holder: FhirElement;
  readonly at: string;
  readonly entry: number;
  readonly draft?: EntryDraft;
  readonly outcome: RuleOutcome | { readonly kind: 'derive' };
  /** Identities and keys: written where nothing is, always. */
  readonly fixed?: 'identity' | 'key';
  readonly made: boolean;
  readonly speaks: boolean;
}

export function attemptsOf(
  entries: readonly ExplainedEntry[],
  change: ResourceChange,
  paths: Paths,
): readonly Attempt[] {
  const { resource } = change;
  const attempts: Attempt[] = [];
  const made = new Set<object>();
  const parts = new Map<string, { readonly part: ResourceDraft; readonly entry: number }>();
  for (const [entry, { draft, failed }] of entries.entries()) {
    for (const part of failed ? [] : draft.resources) {
      if (part.slot !== change.slot || !part.create) continue;
      const { plan: mapping, names, identity, speaks } = part;
      parts.set(mapping.name, { part, entry });
      const base = { mapping, names, holder: resource as FhirElement, at: '', entry, draft };
      const first = !made.has(resource);
      made.add(resource);
      const { rule } = mapping.transform.identity;
      const outcome = { kind: 'value', value: identity.value } as const;
      attempts.push({ ...base, rule, outcome, fixed: 'identity', made: first, speaks });
      for (const each of part.rules) attempts.push({ ...base, ...each, made: first, speaks });
      for (const list of part.lists) attempts.push(...listAttempts(list, base, paths, made));
    }
  }
  for (const { part, entry } of parts.values())
    attempts.push(...derivedAttempts(part, entry, resource, paths));
  return attempts;
}

type Base = Pick<Attempt, 'mapping' | 'names' | 'holder' | 'at' | 'entry' | 'draft'>;

function listAttempts(draft: ListDraft, base: Base, paths: Paths, made: Set<object>): readonly Attempt[] {
  const { list, key } = draft;
  const item = listItems(base.holder, list, base.names).find(
    (each) => String(each[list.key.element]) === String(key),
  );
  if (!item) return [];
  const first = !made.has(item);
  made.add(item);
  const inner = { ...base, holder: item, at: paths.get(item) ?? '', made: first, speaks: true };
  const outcome = { kind: 'value', value: key } as const;
  return [
    { ...inner, rule: list.key.rule, outcome, fixed: 'key' },
    ...draft.rules.map((each) => ({ ...inner, ...each })),
    ...draft.lists.flatMap((each) => listAttempts(each, inner, paths, made)),
  ];
}

/** What is derived comes last, in every item. */
function derivedAttempts(
  { plan: mapping, names }: ResourceDraft,
  entry: number,
  resource: FhirElement,
  paths: Paths,
): readonly Attempt[] {
  const at = (holder: FhirElement, rules: readonly RulePlan[]): readonly Attempt[] =>
    rules.map((rule) => ({
      mapping,
      rule,
      names,
      holder,
      at: paths.get(holder) ?? '',
      entry,
      outcome: { kind: 'derive' },
      made: true,
      speaks: true,
    }));
  const inLists = (holder: FhirElement, lists: ResourcePlan['transform']['lists']): readonly Attempt[] =>
    lists.flatMap((list) =>
      listItems(holder, list, names).flatMap((item) => [
        ...at(item, list.derives),
        ...inLists(item, list.lists),
      ]),
    );
  return [...at(resource, mapping.transform.derives), ...inLists(resource, mapping.transform.lists)];
}
