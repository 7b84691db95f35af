/**
 * A plan comes in, an equal plan goes out, whose closures note in a ledger that they ran and what came of it. The engine runs
 * it as any plan: what it reads, writes and refuses is the same, and so is the fingerprint.
 */
import type {
  AdoptPlan,
  AssertPlan,
  ConditionPlan,
  ForEachPlan,
  LetPlan,
  ListPlan,
  MappingPlan,
  Operand,
  ResourcePlan,
  RulePlan,
  TransformPlan,
} from '../plan.ts';
import type { Ledger } from './coverage-ledger.ts';
import {
  bothWays,
  type Entering,
  enter,
  type Notes,
  type Path,
  watchCondition,
  watchExpression,
  watchLookup,
} from './coverage-parts.ts';
import { watchRule } from './coverage-rule.ts';

/** `label` names the case; without one everything is entered and nothing noted. */
export function instrumentPlan(plan: MappingPlan, ledger: Ledger, label?: string): MappingPlan {
  const notes: Notes = {
    saw: (branch) => void (label !== undefined && branch?.seen.add(label)),
    did: (rule, state) => void (label !== undefined && rule.seen[state].add(label)),
  };
  return {
    ...plan,
    mappings: plan.mappings.map((mapping) =>
      instrumentMapping({ mapping, ledger, notes, subject: mapping.name }),
    ),
  };
}

function instrumentMapping(entering: Entering): ResourcePlan {
  const { mapping } = entering;
  const { transform, validation } = mapping;
  const known = new Map<RulePlan, RulePlan>();
  /** A rule that stands at several places of a plan is one rule in the other plan too. */
  const rule = (plan: RulePlan, path: Path): RulePlan => {
    const watched = known.get(plan) ?? watchRule(entering, plan, path);
    known.set(plan, watched);
    return watched;
  };
  const top = (plan: RulePlan): RulePlan => rule(plan, ['rules', plan.name]);
  const list = (plan: ListPlan, above: Path, prefix: string): ListPlan => {
    const path = [...above, 'lists', plan.name.slice(prefix.length)];
    const inner = (each: RulePlan): RulePlan =>
      rule(each, [...path, 'rules', each.name.slice(plan.name.length + 1)]);
    return {
      ...plan,
      key: { ...plan.key, rule: rule(plan.key.rule, [...path, 'key', plan.key.element]) },
      rules: plan.rules.map(inner),
      derives: plan.derives.map(inner),
      lists: plan.lists.map((each) => list(each, path, `${plan.name}.`)),
    };
  };
  const { when, authority, forEach, adopt, create } = transform;
  return {
    ...mapping,
    transform: {
      ...transform,
      lets: transform.lets.map((each) => watchLet(entering, each)),
      ...(when ? { when: watchCondition(entering, when, ['when']) } : {}),
      ...(authority ? { authority: watchCondition(entering, authority, ['authority']) } : {}),
      ...(forEach ? { forEach: watchItems(entering, forEach, top) } : {}),
      identity: { ...transform.identity, rule: top(transform.identity.rule) },
      ...(adopt ? { adopt: watchAdopt(adopt, top) } : {}),
      create: typeof create === 'boolean' ? create : watchOperand(entering, create, ['create']),
      rules: transform.rules.map(top),
      derives: transform.derives.map(top),
      lists: transform.lists.map((each) => list(each, [], '')),
      ...watchLife(entering, transform),
    },
    validation: { ...validation, asserts: validation.asserts.map((each) => watchAssert(entering, each)) },
  };
}

function watchLet(outer: Entering, plan: LetPlan): LetPlan {
  const { name, source } = plan;
  const path = ['let', name];
  const entering = { ...outer, subject: `${outer.mapping.name} let ${name}` };
  if (!('read' in source)) return { name, source: watchExpression(entering, source, path) };
  const met = watchLookup(entering, source.lookup, path);
  return { name, source: { ...source, read: (scope) => source.read(scope, met) } };
}

function watchItems(
  entering: Entering,
  { items, instance }: ForEachPlan,
  top: (plan: RulePlan) => RulePlan,
): ForEachPlan {
  const [some, none] = bothWays(entering, ['forEach'], 'an item', 'without an item');
  const expression = watchExpression(entering, items, ['forEach']);
  return {
    items: {
      ...expression,
      async evaluate(input, names) {
        const result = await expression.evaluate(input, names);
        entering.notes.saw(result === undefined ? none : some);
        return result;
      },
    },
    instance: { ...instance, rule: top(instance.rule) },
  };
}

function watchAdopt({ rules, parameters }: AdoptPlan, top: (plan: RulePlan) => RulePlan): AdoptPlan {
  return { rules: rules.map(top), parameters: parameters.map((each) => ({ ...each, rule: top(each.rule) })) };
}

function watchOperand(entering: Entering, operand: Operand, path: Path): Operand {
  const [yes, no] = bothWays(entering, path, 'true', 'false');
  return {
    ...operand,
    resolve(names) {
      const value = operand.resolve(names);
      entering.notes.saw(value === true ? yes : no);
      return value;
    },
  };
}

function watchAssert(entering: Entering, plan: AssertPlan): AssertPlan {
  const path = ['assert', plan.name];
  const named = { ...entering, subject: `${entering.subject}.${plan.name}` };
  const held = enter(named, path, 'assert: never seen to hold');
  const failed = enter(named, path, 'assert: never seen to fail');
  return {
    ...plan,
    holds(resource, names) {
      const result = plan.holds(resource, names);
      entering.notes.saw(result ? held : failed);
      return result;
    },
  };
}

/** What happens on deletion. Without `owned`, a condition that always holds tells that a resource was emptied. */
function watchLife(
  entering: Entering,
  { onDelete, whenEmpty, owned }: TransformPlan,
): Pick<TransformPlan, 'owned' | 'watch'> {
  if (!onDelete) return {};
  const { notes } = entering;
  const what = onDelete === 'removeItem' ? 'removeItem never took an item out' : 'delete never deleted';
  const removal = enter(entering, ['onDelete'], `onDelete: ${what}`);
  const watch = { removed: () => notes.saw(removal) };
  if (owned) {
    const [yes, no] = bothWays(entering, ['owned'], 'true', 'false');
    const holds: ConditionPlan['holds'] = (resource, names) => {
      const result = owned.holds(resource, names);
      notes.saw(result ? yes : no);
      return result;
    };
    return { watch, owned: { ...owned, holds } };
  }
  if (!whenEmpty) return { watch };
  const emptied = enter(entering, ['whenEmpty'], 'whenEmpty: delete never deleted');
  const holds = (): boolean => {
    notes.saw(emptied);
    return true;
  };
  return { watch, owned: { text: 'true', holds } };
}
