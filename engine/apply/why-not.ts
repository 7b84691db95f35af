/**
 * Why a path is not there: a path as a person writes it, the plan and what was explained come in; the rules that could write
 * it, with each condition and what became of it for each entry, go out, or the nearest paths that rules do write.
 */
import { suggest } from '../diagnostic.ts';
import type { DisabledRule, ExpressionPlan, MappingPlan, ResourcePlan, RulePlan } from '../plan.ts';
import type { ExplainedEntry } from './attempts.ts';
import type { ResourceExplanation, RuleEffect } from './explain.ts';
import { datasetOf } from './extract.ts';
import { type RulePaths, rulesOf, tagsOf, tagsOfExpression } from './rule-paths.ts';
import { type TagState, tagState } from './tag-states.ts';

/** One condition on the way from an instance to an element. */
export interface Check {
  /** `the instance is stored`, `when`, `tags`, `on: create`. */
  readonly what: string;
  readonly holds: boolean;
  /** In words, without values. */
  readonly detail?: string;
  readonly tags?: readonly TagState[];
}

/** What became of one rule for one entry, in one resource or item. */
export interface Chain {
  readonly mapping: ResourcePlan;
  readonly rule: RulePlan;
  readonly entry: number;
  /** In the order in which the engine asks them; it stops at the first that does not hold. */
  readonly checks: readonly Check[];
  /** Where the value stands. */
  readonly leaves: readonly string[];
}

export interface PathAnswer {
  readonly chains: readonly Chain[];
  /** Rules that would write it, and that somebody switched off. */
  readonly disabled: readonly { readonly mapping: ResourcePlan; readonly rule: DisabledRule }[];
  /** Paths that rules write, when no rule writes this one. */
  readonly nearest: readonly string[];
}

export interface PathQuestion {
  /** `birthDate` with or without its mapping, `series[0].instance.number`, `name.where(use = 'usual').family`, a rule's name. */
  readonly path: string;
  readonly plan: MappingPlan;
  readonly entries: readonly ExplainedEntry[];
  readonly explanations: readonly ResourceExplanation[];
  /** Why nothing of all this would be sent. */
  readonly refused?: string;
  readonly showValues: boolean;
}

export function explainPath(question: PathQuestion): PathAnswer {
  const { plan, explanations } = question;
  const asked = readPath(question.path, plan);
  const all = plan.mappings.filter((mapping) => asked.mappings.includes(mapping)).flatMap(rulesOf);
  const byPath = all.filter((rule) => couldWrite(rule, asked.elements));
  const name = asked.elements.join('.');
  const writers = byPath.length > 0 ? byPath : all.filter(({ rule }) => rule.name === name);
  const disabled = disabledRules(asked, plan);
  if (writers.length === 0 && disabled.length === 0)
    return { chains: [], disabled, nearest: nearestPaths(asked.elements, all) };
  const effects = explanations.flatMap((each) => each.effects);
  return { chains: writers.flatMap((writer) => chainsOf(writer, effects, question)), disabled, nearest: [] };
}

function disabledRules({ mappings, elements }: AskedPath, plan: MappingPlan): PathAnswer['disabled'] {
  return mappings.flatMap((mapping) =>
    (mapping.disabled ?? [])
      .filter(({ name, target }) => {
        const path = readPath(target, plan).elements;
        return name === elements.join('.') || isWithin(path, elements) || isWithin(elements, path);
      })
      .map((rule) => ({ mapping, rule })),
  );
}

interface AskedPath {
  readonly mappings: readonly ResourcePlan[];
  readonly elements: readonly string[];
}

/** Indexes and `where(…)` say which item, which is not asked here; `value[x]` and `value.ofType(Quantity)` name a choice. */
function readPath(text: string, plan: MappingPlan): AskedPath {
  let plain = text.trim();
  for (let before = ''; before !== plain; ) {
    before = plain;
    plain = plain.replace(/\.where\((?:'(?:[^'\\]|\\.)*'|[^()'])*\)/g, '');
  }
  const elements = plain
    .replace(/\[[^\]]*\]/g, '')
    .replace(/\.ofType\((\w)(\w*)\)/g, (_, head: string, tail: string) => head.toUpperCase() + tail)
    .replace(/\bextension\([^)]*\)/g, 'extension')
    .split('.')
    .filter((part) => part !== '');
  const [first = '', ...rest] = elements;
  const named = plan.mappings.filter(({ name, resourceType }) => name === first || resourceType === first);
  return named.length > 0 ? { mappings: named, elements: rest } : { mappings: plan.mappings, elements };
}

/** The rule writes the path itself, an element around it, or something inside it. */
function couldWrite({ rule, path, others }: RulePaths, asked: readonly string[]): boolean {
  if (others.some((other) => isWithin(other, asked))) return true;
  if (!isWithin(path, asked) && !isWithin(asked, path)) return false;
  const inside = asked[path.length];
  return inside === undefined || rule.owns.length === 0 || rule.owns.includes(inside);
}

function isWithin(inner: readonly string[], outer: readonly string[]): boolean {
  return outer.every((element, index) => isElement(inner[index], element));
}

/** `value` stands for `valueQuantity` too; FHIR has no element whose name begins so otherwise. */
function isElement(element: string | undefined, asked: string): boolean {
  if (element === undefined) return false;
  return element === asked || (element.startsWith(asked) && /^[A-Z]/.test(element.slice(asked.length)));
}

const NEAREST = 5;

function nearestPaths(asked: readonly string[], rules: readonly RulePaths[]): readonly string[] {
  const byText = new Map(
    rules.map(({ mapping, path }) => [path.join('.'), `${mapping.name}.${path.join('.')}`]),
  );
  const close = suggest(asked.join('.'), byText.keys());
  if (close !== undefined) return [byText.get(close) ?? close];
  const last = asked.at(-1);
  const related = [...byText].filter(([text]) => {
    const parts = text.split('.');
    return parts[0] === asked[0] || parts.at(-1) === last || suggest(last ?? '', parts) !== undefined;
  });
  return (related.length > 0 ? related : [...byText]).slice(0, NEAREST).map(([, whole]) => whole);
}

function chainsOf(
  { mapping, rule }: RulePaths,
  effects: readonly RuleEffect[],
  { entries, refused, showValues }: PathQuestion,
): readonly Chain[] {
  return entries.flatMap((explained, entry): readonly Chain[] => {
    const context: Context = { mapping, rule, explained, refused, showValues };
    const before = checksBefore(context);
    const own = effects.filter(
      (effect) =>
        effect.rule === rule &&
        (effect.entry === entry || rule.source.kind === 'derive') &&
        before.every(isHeld),
    );
    const base = { mapping, rule, entry };
    if (own.length === 0) return [{ ...base, checks: before, leaves: [] }];
    return own.map((effect) => ({
      ...base,
      checks: [...before, ...checksOf(context, effect)],
      leaves: effect.leaves,
    }));
  });
}

interface Context {
  readonly mapping: ResourcePlan;
  readonly rule: RulePlan;
  readonly explained: ExplainedEntry;
  readonly refused: string | undefined;
  readonly showValues: boolean;
}

function isHeld({ holds }: Check): boolean {
  return holds;
}

/** What must hold before any rule of the mapping is read. */
function checksBefore(context: Context): readonly Check[] {
  const { mapping, explained } = context;
  const { draft, failed } = explained;
  const { when, forEach } = mapping.transform;
  if (failed) {
    const tags = failed.tag ? [tagState(datasetOf(draft.entry), failed.tag, context.showValues)] : [];
    const check = { what: 'the instance is stored', holds: false, detail: failed.message };
    return [{ ...check, ...(tags.length > 0 ? { tags } : {}) }];
  }
  if (context.refused !== undefined)
    return [{ what: 'the instance is stored', holds: false, detail: context.refused }];
  const checks: Check[] = [{ what: 'the instance is stored', holds: true }];
  const parts = draft.resources.filter(({ plan }) => plan === mapping);
  const applies = parts.length > 0 || draft.sets.some(({ plan }) => plan === mapping);
  if (when) checks.push({ ...expressionCheck(context, 'when of the mapping', when), holds: applies });
  if (forEach && applies)
    checks.push({
      ...expressionCheck(context, 'forEach gives an item', forEach.items),
      holds: parts.length > 0,
    });
  if (parts.length > 0 && !parts.some(({ create }) => create))
    checks.push({ what: 'create', holds: false, detail: 'the mapping may not make this resource' });
  return checks;
}

function expressionCheck(
  { mapping, explained, showValues }: Context,
  what: string,
  expression: ExpressionPlan,
): Omit<Check, 'holds'> {
  const dataset = datasetOf(explained.draft.entry);
  const tags = tagsOfExpression(mapping, expression).map((tag) => tagState(dataset, tag, showValues));
  return { what, detail: oneLine(expression.text), tags };
}

/** The conditions of the rule itself, up to the one that stopped it. */
function checksOf(context: Context, { why, reason }: RuleEffect): readonly Check[] {
  const { mapping, rule, explained, showValues } = context;
  const checks: Check[] = [];
  if (rule.when) {
    checks.push({ ...expressionCheck(context, 'when', rule.when), holds: why !== 'condition' });
    if (why === 'condition') return checks;
  }
  const dataset = datasetOf(explained.draft.entry);
  const tags = tagsOf(mapping, rule).map((tag) => tagState(dataset, tag, showValues));
  const isRead = why !== 'absent' && why !== 'invalid' && why !== 'reference' && why !== 'derived';
  checks.push({
    what: SOURCES[rule.source.kind],
    holds: isRead,
    ...(isRead ? sourceDetail(rule) : { detail: reason ?? '' }),
    ...(tags.length > 0 ? { tags } : {}),
  });
  if (!isRead) return checks;
  if (rule.on === 'create')
    checks.push({ what: 'on: create', holds: why !== 'create', ...more(why === 'create', reason) });
  if (why === 'create') return checks;
  const what = why === 'authority' ? 'authority' : 'no other value counts more';
  checks.push({ what, holds: why === undefined, ...more(why !== undefined, reason) });
  return checks;
}

function more(isFailed: boolean, reason: string | undefined): { detail?: string } {
  return isFailed && reason !== undefined ? { detail: reason } : {};
}

const SOURCES: Readonly<Record<RulePlan['source']['kind'], string>> = {
  tag: 'the tags have a value',
  const: 'a constant',
  value: 'the expression gives a value',
  reference: 'there is something to refer to',
  derive: 'the path gives something',
};

function sourceDetail({ source }: RulePlan): { detail?: string } {
  switch (source.kind) {
    case 'tag':
      return { detail: source.conversion };
    case 'value':
      return { detail: oneLine(source.expression.text) };
    case 'reference':
      return { detail: source.mapping };
    case 'derive':
      return { detail: oneLine(source.text) };
    default:
      return {};
  }
}

/** As much of an expression as says which one it is; the whole stands in the file. */
function oneLine(text: string): string {
  const line = text.trim().replace(/\s+/g, ' ');
  return line.length > 200 ? `${line.slice(0, 199)}…` : line;
}
