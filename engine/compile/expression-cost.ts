/**
 * What an evaluation of JSONata may cost: the syntax tree comes in, hooks that JSONata calls before and after every node go
 * out. Steps are counted, not milliseconds: a good entry must not get an error row because the machine was stalled, and the
 * same entry must always give the same result.
 */
import { childNodes, type SyntaxNode } from './expression-nodes.ts';

/** Half a second to a second of computing. */
export const MOST_STEPS = 1_000_000;
/** UTF-16 units of one text that an expression makes. */
export const MOST_CHARACTERS = 1_000_000;
/** Values, and blocks of 64 characters, in one list or object that an expression makes or looks at. */
export const MOST_WEIGHT = 1_000_000;
/** Of the bound: `code` of what is thrown. */
export const TOO_MANY_STEPS = 'dicomcast-steps';
export const TOO_LONG_TEXT = 'dicomcast-text';
export const TOO_LARGE_VALUE = 'dicomcast-value';

/** Places of a list that are copied, or seen for the first time, in the time of one step. */
const PLACES_IN_A_STEP = 40;
/** Parts of a value that are walked again in the time of one step: values of this size are looked at for nothing. */
const WEIGHT_IN_A_STEP = 30;
/** Characters that are copied or compared in the time of one step: 2 to this power. */
const CHARACTER_BITS = 6;
/** Earlier items of a group that JSONata copies for each further item, in the time of one step. */
const GROUPED_IN_A_STEP = 100;
/** For each comparison of `^(…)`, twice: JSONata keeps a copy of what is left of the list until the list is sorted. */
const STEPS_OF_A_SORT_TERM = 5;

/** JSONata's outermost frame: one object for each evaluation, also of those that run side by side. */
export interface Evaluation {
  dicomcast?: Meter;
  RegexEngine?: unknown;
}

interface Meter {
  steps: number;
  /** What was weighed; nothing where values can change afterwards. */
  readonly weights: WeakMap<object, number> | undefined;
  /** Items that the grouping under way has seen, by grouping. */
  readonly grouped: Map<unknown, number>;
}

export interface EvaluationHooks {
  /** Called before a node; `base` is of this evaluation alone. */
  enter(node: SyntaxNode, input: unknown, frame: { readonly base: Evaluation }): void;
  /** Called after a node with what it gave. */
  leave(node: SyntaxNode, input: unknown, frame: { readonly base: Evaluation }, result: unknown): void;
}

/** `begin` is called once for each evaluation, before its first node. */
export function createHooks(ast: SyntaxNode, begin: (evaluation: Evaluation) => void): EvaluationHooks {
  const { groupings, sortTerms, operands, hasTransforms } = survey(ast);
  return {
    enter(node, input, { base }) {
      if (!base.dicomcast) {
        const weights = hasTransforms ? undefined : new WeakMap<object, number>();
        base.dicomcast = { steps: 0, weights, grouped: new Map() };
        begin(base);
      }
      spend(base, sortTerms.has(node) ? STEPS_OF_A_SORT_TERM : 1);
      if (INSIDE.has(node.type) && (node.type !== 'name' || Array.isArray(input))) spendValue(base, input);
      const grouping = groupings.get(node);
      if (!grouping) return;
      const { grouped } = base.dicomcast;
      // All keys are asked for before the first value; each item is appended to a copy of those of its group.
      const seen = grouping.isKey ? (grouped.get(grouping.of) ?? 0) + 1 : 0;
      grouped.set(grouping.of, seen);
      spend(base, Math.floor(seen / GROUPED_IN_A_STEP));
    },
    leave(node, _input, { base }, result) {
      if (typeof result === 'string') spendText(base, result, MAKERS.has(node.type));
      else if (typeof result !== 'object' || result === null) return;
      else if (operands.has(node)) spendValue(base, result);
      else bounded(base, result);
    },
  };
}

/** Nodes that look for something inside what they are given: a name, in lists in lists. */
const INSIDE: ReadonlySet<string> = new Set(['name', 'wildcard', 'descendant']);
/** Nodes that make texts; others give one that is there. */
const MAKERS: ReadonlySet<string> = new Set(['binary', 'function', 'apply']);

/** Throws when the steps of this evaluation are used up. */
export function spend({ dicomcast }: Evaluation, steps: number): void {
  if (!dicomcast) return;
  dicomcast.steps += steps;
  if (dicomcast.steps > MOST_STEPS) throw overrun(TOO_MANY_STEPS);
}

/** The steps of going through a text once. Throws for a text that an expression makes, and that is too long. */
export function spendText(
  evaluation: Evaluation,
  { length }: { readonly length: number },
  isMade = true,
): void {
  if (isMade && length > MOST_CHARACTERS) throw overrun(TOO_LONG_TEXT);
  spend(evaluation, Math.floor(length / 2 ** CHARACTER_BITS));
}

/** The steps of going through a list once without looking inside its items. */
export function spendPlaces(evaluation: Evaluation, places: number): void {
  spend(evaluation, Math.floor(places / PLACES_IN_A_STEP));
}

/** The steps of going through a value once; throws for one that is too large. */
export function spendValue(evaluation: Evaluation, value: unknown): void {
  spend(evaluation, Math.floor(bounded(evaluation, value) / WEIGHT_IN_A_STEP));
}

/**
 * The weight of a value. Throws for one that is too large, also where it is large only because parts of it stand in it many
 * times: functions and operators go through them as often as they stand there.
 */
function bounded(evaluation: Evaluation, value: unknown): number {
  const weight = weigh(evaluation, value);
  if (weight > MOST_WEIGHT) throw overrun(TOO_LARGE_VALUE);
  return weight;
}

function weigh(evaluation: Evaluation, value: unknown): number {
  if (typeof value === 'string') return 1 + Math.floor(value.length / 2 ** CHARACTER_BITS);
  if (typeof value !== 'object' || value === null || isFunction(value)) return 1;
  const weights = evaluation.dicomcast?.weights;
  const known = weights?.get(value);
  if (known !== undefined) return known;
  // What stands inside itself is refused further on; here it must only come to an end.
  weights?.set(value, 1);
  const parts = Array.isArray(value) ? value : Object.values(value);
  spendPlaces(evaluation, parts.length + PLACES_IN_A_STEP - 1);
  let weight = 1;
  for (const part of parts) weight += weigh(evaluation, part);
  weights?.set(value, weight);
  return weight;
}

/** JSONata's functions are objects that hold frames, and these everything. */
function isFunction(value: object): boolean {
  const { _jsonata_lambda: isLambda, _jsonata_function: isNative } = value as Readonly<
    Record<string, unknown>
  >;
  return isLambda === true || isNative === true;
}

/** JSONata hands on what has a code. */
export function overrun(code: string): Error {
  return Object.assign(new Error(code), { code });
}

interface Survey {
  /** Keys and values of `{…}`. */
  readonly groupings: ReadonlyMap<unknown, { readonly of: unknown; readonly isKey: boolean }>;
  /** What is gone through as a whole: both sides of operators, conditions, predicates, and what functions give to others. */
  readonly operands: ReadonlySet<unknown>;
  /** Expressions by which `^(…)` compares. */
  readonly sortTerms: ReadonlySet<unknown>;
  /** True where values can change after they were weighed. */
  readonly hasTransforms: boolean;
}

function survey(ast: SyntaxNode): Survey {
  const groupings = new Map<unknown, { readonly of: unknown; readonly isKey: boolean }>();
  const sortTerms = new Set<unknown>();
  const operands = new Set<unknown>();
  let hasTransforms = false;
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || value instanceof RegExp) return;
    const { type, lhs, rhs, condition, expr, body, group, terms } = value as Readonly<
      Record<string, unknown>
    >;
    if (type === 'transform') hasTransforms = true;
    if (type === 'binary') operands.add(lhs).add(rhs);
    operands
      .add(condition)
      .add(type === 'filter' ? expr : undefined)
      .add(type === 'lambda' ? body : undefined);
    if (type === 'sort')
      for (const { expression } of terms as readonly SyntaxNode[]) sortTerms.add(expression);
    const pairs = type === 'unary' && Array.isArray(lhs) ? lhs : (group as SyntaxNode | undefined)?.['lhs'];
    if (Array.isArray(pairs)) {
      for (const [key, made] of pairs.map(childNodes)) {
        groupings.set(key, { of: pairs, isKey: true });
        groupings.set(made, { of: pairs, isKey: false });
      }
    }
    for (const child of Object.values(value)) visit(child);
  };
  visit(ast);
  return { groupings, sortTerms, operands, hasTransforms };
}
