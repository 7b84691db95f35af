/**
 * Why a resource is as it is: the drafts of the entries that made it and the finished resources come in; every leaf with the
 * rule that wrote it, and every rule without effect with the reason, go out. A value that may identify somebody is marked so.
 */
import type { FhirValue } from '../fhir/resource.ts';
import type { Operand, ResourcePlan, RulePlan } from '../plan.ts';
import { type Attempt, attemptsOf, type ExplainedEntry } from './attempts.ts';
import { createDisclosure, type Disclosure } from './disclosure.ts';
import type { EntryDraft } from './draft.ts';
import { datasetOf } from './extract.ts';
import { type ResourceChange, referenceValue } from './merge.ts';
import { elements, tagsOf, tagsOfExpression, tagsOfOperand } from './rule-paths.ts';
import { tagState } from './tag-states.ts';
import {
  identityLeaves,
  joined,
  type Leaf,
  leavesOf,
  type Paths,
  pathsOf,
  targetLeaves,
  valueLeaves,
  whereLeaves,
} from './written-leaves.ts';

/** Why a rule wrote nothing; `derived`: its FHIRPath gives nothing. */
export type Why =
  | 'absent'
  | 'invalid'
  | 'condition'
  | 'create'
  | 'reference'
  | 'authority'
  | 'covered'
  | 'derived';

/** What one rule did for one entry, in one resource or item. */
export interface RuleEffect {
  readonly mapping: ResourcePlan;
  readonly rule: RulePlan;
  /** Index of the entry. */
  readonly entry: number;
  /** The resource or item it writes to: empty, or `series[0].instance[2]`. */
  readonly at: string;
  /** Where its value stands; none when there is a `why`. */
  readonly leaves: readonly string[];
  readonly why?: Why;
  /** In words, without values. */
  readonly reason?: string;
}

export interface LeafRow extends Leaf {
  /** Undefined for a leaf that no rule accounts for. */
  readonly rule?: RulePlan;
  readonly mapping: ResourcePlan;
  /** `where`: an equation of the rule's `to` made it. */
  readonly source: RulePlan['source']['kind'] | 'where';
  readonly tags: readonly string[];
  /** True when the value must not be shown. */
  readonly confidential: boolean;
  /** Whose value it is; of what is derived, nobody's in particular. */
  readonly entries: readonly number[];
}

export interface ResourceExplanation {
  readonly change: ResourceChange;
  readonly rows: readonly LeafRow[];
  readonly effects: readonly RuleEffect[];
}

interface Claim {
  readonly attempt: Attempt;
  readonly operand?: Operand;
}

/** One explanation for each change, in their order. */
export function explainChanges(
  entries: readonly ExplainedEntry[],
  changes: readonly ResourceChange[],
): readonly ResourceExplanation[] {
  const urls = new Map(changes.map(({ slot, fullUrl }) => [slot, fullUrl]));
  return changes.map((change) => explainChange(entries, change, urls));
}

function explainChange(
  entries: readonly ExplainedEntry[],
  change: ResourceChange,
  urls: ReadonlyMap<string, string>,
): ResourceExplanation {
  const { resource } = change;
  const paths = pathsOf(resource);
  const attempts = attemptsOf(entries, change, paths);
  const claims = new Map<string, Claim[]>();
  const claim = (path: string, made: Claim): void => {
    const known = claims.get(path);
    if (known) known.push(made);
    else claims.set(path, [made]);
  };
  const judged = attempts.map((attempt) => ({ attempt, ...judge(attempt, paths, urls) }));
  for (const { attempt, leaves } of judged) {
    for (const path of leaves) claim(path, { attempt });
    if (leaves.length === 0) continue;
    for (const { path, operand } of whereLeaves(paths, attempt.holder, attempt.rule, attempt.names))
      claim(path, { attempt, operand });
  }
  const winners = new Map([...claims].map(([path, all]) => [path, winnerOf(all)]));
  const effects = judged.map(({ attempt, leaves, why, reason }): RuleEffect => {
    const { mapping, rule, entry, at } = attempt;
    const base = { mapping, rule, entry, at };
    if (why) return { ...base, leaves: [], why, reason };
    const won = leaves.filter((path) => winners.get(path)?.attempt === attempt);
    const isSame = leaves.some((path) => winners.get(path)?.attempt.rule === rule);
    if (won.length > 0 || isSame) return { ...base, leaves };
    const place = leaves[0] ?? targetLeaves(paths, attempt.holder, rule, attempt.names)[0] ?? '';
    return { ...base, leaves: [], ...lost(attempt, winners.get(place)?.attempt) };
  });
  return { change, rows: rowsOf(change, claims, winners), effects };
}

interface Judgement {
  readonly leaves: readonly string[];
  readonly why?: Why;
  readonly reason?: string;
}

function judge(attempt: Attempt, paths: Paths, urls: ReadonlyMap<string, string>): Judgement {
  const { rule, outcome, holder, names, fixed, at, made } = attempt;
  const none = (why: Why, reason: string): Judgement => ({ leaves: [], why, reason });
  if (outcome.kind === 'derive') {
    const leaves = targetLeaves(paths, holder, rule, names);
    return leaves.length > 0 ? { leaves } : none('derived', 'the path gives nothing');
  }
  if (fixed === 'key') return { leaves: [joined(at, rule.target.steps[0]?.element ?? '')] };
  if (outcome.kind === 'none' && outcome.why === 'condition') return none('condition', 'when: is not true');
  if (outcome.kind === 'none' && outcome.why === 'invalid') return none('invalid', outcome.reason ?? '');
  if (outcome.kind === 'none' || outcome.kind === 'clear') return none('absent', absentReason(attempt));
  if (rule.on === 'create' && !made)
    return none('create', 'on: create, and an instance before made the resource or item');
  const value = outcome.kind === 'value' ? outcome.value : referenced(attempt, urls);
  if (value === undefined) return none('reference', referenceReason(attempt));
  return {
    leaves:
      fixed === 'identity'
        ? identityLeaves(paths, holder, rule, String(value), names)
        : valueLeaves(
            paths,
            holder,
            rule,
            rule.target.several && outcome.kind === 'reference' ? [value] : value,
            names,
          ),
  };
}

function referenced({ rule, draft }: Attempt, urls: ReadonlyMap<string, string>): FhirValue | undefined {
  const reference = (mapping: string): string | undefined => {
    const slot = draft?.resources.find(({ plan }) => plan.name === mapping)?.slot;
    return slot === undefined ? undefined : urls.get(slot);
  };
  return draft && referenceValue(rule, { draft, reference });
}

function referenceReason({ rule: { source }, draft }: Attempt): string {
  if (source.kind !== 'reference') return '';
  const target = draft?.resources.find(({ plan }) => plan.name === source.mapping);
  return target
    ? `${source.mapping} may not be made (create), and there is none`
    : `${source.mapping} does not apply to this instance`;
}

/** Which of its attributes are missing; where all are there, it is the conversion or expression that gives nothing. */
function absentReason({ mapping, rule, draft }: Attempt): string {
  const tags = draft ? tagsOf(mapping, rule).map((tag) => tagState(datasetOf(draft.entry), tag, false)) : [];
  const byState = Map.groupBy(tags, ({ state }) => state);
  const names = (['absent', 'empty'] as const)
    .flatMap((state) => {
      const lacking = (byState.get(state) ?? []).map(({ keyword }) => keyword);
      if (lacking.length === 0) return [];
      return [`${lacking.join(', ')} ${lacking.length === 1 ? 'is' : 'are'} ${state}`];
    })
    .join(', ');
  if (rule.source.kind !== 'value') return names || 'the conversion gives nothing';
  return names ? `the expression gives nothing: ${names}` : 'the expression gives nothing';
}

/** Of what replaces, the last counts; of what fills and appends, the first. Values count more than equations. */
function winnerOf(claims: readonly Claim[]): Claim | undefined {
  const values = claims.filter(({ operand }) => operand === undefined);
  const pool = values.length > 0 ? values : claims;
  return pool.findLast(({ attempt }) => replaces(attempt)) ?? pool[0];
}

function replaces({ rule, speaks, fixed }: Attempt): boolean {
  return fixed === undefined && (speaks || rule.exempt) && rule.merge !== 'fill' && rule.merge !== 'append';
}

function lost(
  { rule, speaks, entry }: Attempt,
  winner: Attempt | undefined,
): Pick<Judgement, 'why' | 'reason'> {
  const who =
    winner && winner.rule !== rule
      ? `${winner.mapping.name}.${winner.rule.name} wrote there`
      : winner && winner.entry > entry
        ? 'a later instance wrote there'
        : 'something was there already';
  if (!speaks && !rule.exempt)
    return {
      why: 'authority',
      reason: `the instance does not speak for the resource (authority), and ${who}`,
    };
  return { why: 'covered', reason: rule.merge === 'fill' ? `merge: fill, and ${who}` : who };
}

function rowsOf(
  change: ResourceChange,
  claims: ReadonlyMap<string, readonly Claim[]>,
  winners: ReadonlyMap<string, Claim | undefined>,
): readonly LeafRow[] {
  const disclosures = new Map<ResourcePlan, Disclosure>();
  const rows = leavesOf(change.resource).map(({ path, value }): LeafRow => {
    const winner = winners.get(path);
    if (!winner) {
      const { plan: mapping } = change;
      return { path, value, mapping, source: 'where', tags: [], confidential: true, entries: [] };
    }
    const { attempt, operand } = winner;
    const { mapping, rule } = attempt;
    const disclosure = disclosures.get(mapping) ?? createDisclosure(mapping);
    disclosures.set(mapping, disclosure);
    const entries = (rule.source.kind === 'derive' ? [] : (claims.get(path) ?? []))
      .filter(
        (each) => each.attempt.rule === rule && (each.operand === undefined) === (operand === undefined),
      )
      .map((each) => each.attempt.entry);
    return {
      path,
      value,
      mapping,
      rule,
      source: operand ? 'where' : rule.source.kind,
      tags: operand ? tagsOfOperand(mapping, operand) : tagsOf(mapping, rule),
      confidential: !(operand ? disclosure.ofOperand(operand) : disclosure.ofRule(rule)),
      entries: [...new Set(entries)],
    };
  });
  return rows.map((row) => (row.source === 'derive' ? withDerivedDisclosure(row, rows) : row));
}

/** A count may be shown, and what is shown elsewhere in the resource and hidden nowhere. */
function withDerivedDisclosure(row: LeafRow, rows: readonly LeafRow[]): LeafRow {
  const source = row.rule?.source;
  if (source?.kind !== 'derive') return row;
  const same = rows.filter(({ value, source: from }) => value === row.value && from !== 'derive');
  const isShown = same.length > 0 && same.every(({ confidential }) => !confidential);
  const isCount = typeof row.value === 'number' && /\bcount\(\)\s*$/.test(source.text);
  return { ...row, confidential: !(isShown || isCount) };
}

/** Where a rule would have written: `series[0].instance[0].number`. */
export function placeOf({ at, rule }: Pick<RuleEffect, 'at' | 'rule'>): string {
  return joined(at, elements(rule.target.steps).join('.'));
}

/** A mapping that made nothing of an entry. */
export interface UnmadeMapping {
  readonly mapping: ResourcePlan;
  readonly why: 'condition' | 'create' | 'items';
  readonly tags: readonly string[];
  readonly entries: readonly number[];
}

export function unmadeMappings(
  mappings: readonly ResourcePlan[],
  entries: readonly ExplainedEntry[],
): readonly UnmadeMapping[] {
  return mappings.flatMap((mapping): readonly UnmadeMapping[] => {
    const sound = [...entries.entries()].filter(([, { failed }]) => !failed);
    const without = sound.filter(([, { draft }]) => !draft.resources.some(({ plan }) => plan === mapping));
    const unmade = sound.filter(([, { draft }]) =>
      draft.resources.some(({ plan, create }) => plan === mapping && !create),
    );
    const { when, forEach } = mapping.transform;
    const isItems = (draft: EntryDraft): boolean => draft.sets.some(({ plan }) => plan === mapping);
    const of = (why: UnmadeMapping['why'], some: typeof sound, tags: readonly string[]) =>
      some.length === 0 ? [] : [{ mapping, why, tags, entries: some.map(([index]) => index) }];
    return [
      ...of(
        'condition',
        without.filter(([, { draft }]) => !isItems(draft)),
        when ? tagsOfExpression(mapping, when) : [],
      ),
      ...of(
        'items',
        without.filter(([, { draft }]) => isItems(draft)),
        forEach ? tagsOfExpression(mapping, forEach.items) : [],
      ),
      ...of('create', unmade, []),
    ];
  });
}
