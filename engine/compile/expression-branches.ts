/**
 * Which ways an expression went: its syntax tree comes in; the ways that it can go, and hooks for JSONata that tell which
 * of them an evaluation took, go out. For coverage of mapping tests; what the engine runs has none of this. JSONata calls
 * its hooks internal: the test of this file pins what they are called with to the version that is installed.
 */
import type { BranchPlan } from '../plan.ts';
import { allNodes, type SyntaxNode, spanOf } from './expression-nodes.ts';

/** JSONata calls what is bound to this name behind each node that it evaluated, not where the evaluation failed. */
export const EVALUATE_EXIT = Symbol.for('jsonata.__evaluate_exit') as unknown as string;

export interface BranchHooks {
  readonly branches: readonly BranchPlan[];
  /** `base` is one object for each evaluation. */
  enter(node: unknown, base: object): void;
  leave(node: unknown, base: object, result: unknown): void;
}

/** `? :`, `?:`, `??`: two arms; `and`, `or`: the left side decides, or the right side does in one way or the other. */
interface Decision {
  readonly sign: string;
  /** The index of its first branch. */
  readonly first: number;
}

/** What one evaluation did at one decision; JSONata may go through it several times, also side by side. */
interface Tally {
  /** How often the second operand, or the first arm, was evaluated. */
  asked: number;
  true: number;
  false: number;
  left: number;
}

/** `took` is told the index of a branch whenever an evaluation takes it. */
export function createBranchHooks(
  ast: SyntaxNode,
  text: string,
  took: (branch: number) => void,
): BranchHooks {
  const { branches, decisions, arms, asked } = decisionsOf(ast, text);
  const running = new WeakMap<object, Map<Decision, Tally>>();
  const tallyOf = (base: object, decision: Decision): Tally => {
    const tallies = running.get(base) ?? new Map<Decision, Tally>();
    running.set(base, tallies);
    const tally = tallies.get(decision) ?? { asked: 0, true: 0, false: 0, left: 0 };
    tallies.set(decision, tally);
    return tally;
  };
  return {
    branches,
    enter(node, base) {
      const arm = arms.get(node);
      if (arm !== undefined) took(arm);
      const decision = asked.get(node);
      if (decision) tallyOf(base, decision).asked++;
    },
    leave(node, base, result) {
      const decision = decisions.get(node);
      if (decision) {
        const tally = tallyOf(base, decision);
        tally.left++;
        if (typeof result === 'boolean') tally[`${result}`]++;
      }
      // Only what came to its end can be told from how often its parts were evaluated.
      if (node !== ast) return;
      for (const [at, tally] of running.get(base) ?? [])
        for (const branch of settled(at, tally)) took(branch);
      running.delete(base);
    },
  };
}

/** The branches that follow from how often operands were evaluated and what came of them. */
function settled({ sign, first }: Decision, { asked, left, ...gave }: Tally): readonly number[] {
  const decidedLeft = left - asked;
  const [isLeft, isRight, isWhole] =
    sign === 'and'
      ? [decidedLeft > 0, gave.false > decidedLeft, gave.true > 0]
      : sign === 'or'
        ? [decidedLeft > 0, gave.true > decidedLeft, gave.false > 0]
        : // An arm that is not written: the first one was evaluated less often than asked for.
          [false, decidedLeft > 0, false];
  return [isLeft ? [first] : [], isRight ? [first + 1] : [], isWhole ? [first + 2] : []].flat();
}

interface Decisions {
  readonly branches: readonly BranchPlan[];
  /** By the node that decides; only those of which something is to be told at the end. */
  readonly decisions: ReadonlyMap<unknown, Decision>;
  /** The branch of an arm, by its node. */
  readonly arms: ReadonlyMap<unknown, number>;
  /** By the second operand, or by the first arm where there is no other. */
  readonly asked: ReadonlyMap<unknown, Decision>;
}

function decisionsOf(ast: SyntaxNode, text: string): Decisions {
  const branches: BranchPlan[] = [];
  const decisions = new Map<unknown, Decision>();
  const arms = new Map<unknown, number>();
  const asked = new Map<unknown, Decision>();
  /** JSONata copies the left side of ?: and ??: both copies stand at the same place. */
  const known = new Map<string, Decision>();
  for (const node of allNodes(ast)) {
    const sign = signOf(node, text);
    if (sign === undefined) continue;
    const end = node.position ?? text.length;
    const place = `${sign} ${end}`;
    const decision = known.get(place) ?? { sign, first: branches.length };
    if (!known.has(place)) {
      const at = { start: end - (sign === '? :' ? 1 : sign.length), end };
      branches.push(...branchesOf(node, sign, at, text, known.size));
      known.set(place, decision);
    }
    if (sign === 'and' || sign === 'or') {
      decisions.set(node, decision);
      asked.set(node['rhs'], decision);
      continue;
    }
    arms.set(node['then'], decision.first);
    if (node['else'] === undefined) {
      decisions.set(node, decision);
      asked.set(node['then'], decision);
    } else arms.set(node['else'], decision.first + 1);
  }
  return { branches: Object.freeze(branches), decisions, arms, asked };
}

/** Undefined for a node that decides nothing. */
function signOf(node: SyntaxNode, text: string): string | undefined {
  if (node.type === 'binary') return node.value === 'and' || node.value === 'or' ? node.value : undefined;
  if (node.type !== 'condition') return undefined;
  const written = text.slice((node.position ?? 0) - 2, node.position);
  return written === '?:' || written === '??' ? written : '? :';
}

function branchesOf(
  node: SyntaxNode,
  sign: string,
  at: { readonly start: number; readonly end: number },
  text: string,
  group: number,
): readonly BranchPlan[] {
  const branch = (untaken: string, place: unknown): BranchPlan => ({
    group,
    untaken: `${sign} ${untaken}`,
    ...(place === undefined ? at : spanIn(place as SyntaxNode, text)),
  });
  switch (sign) {
    case 'and':
      return [
        branch('left side never false', node['lhs']),
        branch('right side never false', node['rhs']),
        branch('never true', undefined),
      ];
    case 'or':
      return [
        branch('left side never true', node['lhs']),
        branch('right side never true', node['rhs']),
        branch('never false', undefined),
      ];
    case '? :':
      return node['else'] === undefined
        ? [branch('arm never taken', node['then']), branch('condition never false', undefined)]
        : [branch('first arm never taken', node['then']), branch('second arm never taken', node['else'])];
    default:
      return [branch('left side never taken', node['then']), branch('right side never taken', node['else'])];
  }
}

/** Where a part begins; JSONata tells only where the token of each node ends. */
function spanIn(node: SyntaxNode, text: string): { readonly start: number; readonly end: number } {
  const tokens = allNodes(node).filter(
    ({ type, position, value }) => position !== undefined && (type === 'block' || value !== undefined),
  );
  const spans = tokens.map((each) => spanOf(each, text));
  const start = Math.min(...spans.map((span) => span.start));
  return { start, end: spans.find((span) => span.start === start)?.end ?? start };
}
