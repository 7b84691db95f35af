/**
 * What JSONata accepts and does in a way that nobody means: small rules over the nodes of a syntax tree, each with its code.
 * Faults with their place in the text go out.
 */
import { suggest } from '../diagnostic.ts';
import { argumentRange, functionNames } from './expression-functions.ts';
import {
  argumentsOf,
  attributeOf,
  childNodes,
  isPlainName,
  type SyntaxNode,
  spanOf,
} from './expression-nodes.ts';
import type { ExpressionFault } from './findings.ts';

interface ExpressionRule {
  readonly code: string;
  /** Where and why the node is not what is meant; nothing for all others. */
  faultsOf(node: SyntaxNode, around: Surroundings): readonly RuleFault[];
}

interface Surroundings {
  /** True where `$` would be the whole dataset. */
  readonly isAtRoot: boolean;
  /** True for what stands behind `~>`. */
  readonly isChained: boolean;
  /** Names that the expression binds itself, anywhere. */
  readonly own: ReadonlySet<string>;
}

interface RuleFault {
  readonly node: SyntaxNode;
  readonly message: string;
  readonly hint: string;
}

/** Entries of an object are computed side by side: what one binds, another does not see, or sees by chance. */
const bindingInObject: ExpressionRule = {
  code: 'binding-in-object',
  faultsOf(node) {
    if (node.type !== 'unary' || node.value !== '{') return [];
    return bindings(node['lhs']).map((bind) => ({
      node: (bind['lhs'] as SyntaxNode) ?? bind,
      message: 'a name that is bound inside { } is not seen by its other entries',
      hint: 'Bind it before the object: ($name := …; { … }).',
    }));
  },
};

/** `:=` in the same frame: blocks and functions have one of their own. */
function bindings(value: unknown): readonly SyntaxNode[] {
  return childNodes(value).flatMap((node) => {
    if (node.type === 'bind') return [node];
    if (node.type === 'block' || node.type === 'lambda') return [];
    return Object.values(node).flatMap(bindings);
  });
}

/** Nothing is ever equal to what is absent, and empty values are absent. */
const comparedWithNothing: ExpressionRule = {
  code: 'absent-comparison',
  faultsOf(node) {
    if (node.type !== 'binary' || node.value !== '=') return [];
    const [left, right] = [node['lhs'], node['rhs']].map((side) => childNodes(side)[0]);
    const nothing = [left, right].find((side) => side && isNothing(side));
    const attribute = [left, right].map(attributeOf).find((name) => name !== undefined);
    if (!nothing || attribute === undefined) return [];
    return [
      {
        node: nothing,
        message: 'an attribute without a value is absent, and nothing is equal to what is absent',
        hint: `Write $not($exists(${attribute})).`,
      },
    ];
  },
};

function isNothing(node: SyntaxNode): boolean {
  if (node.type === 'string') return String(node.value).trim() === '';
  return node.type === 'value' && node.value === null;
}

/** What gives nothing where it finds nothing, and what to ask instead. */
const FINDERS: Readonly<Record<string, string>> = {
  match: 'Write $not($contains(…, /…/)).',
  lookup: 'Write $not($exists($lookup(…))).',
};

/** `$not` of what is absent is absent, and a condition that is absent does not hold. */
const negatedNothing: ExpressionRule = {
  code: 'absent-negation',
  faultsOf(node, { own }) {
    const [negated] = (own.has('not') ? undefined : argumentsOf(node, 'not')) ?? [];
    if (!negated) return [];
    const attribute = attributeOf(negated);
    if (attribute !== undefined) {
      const message = '$not of an attribute that is absent is absent, not true';
      return [{ node: negated, message, hint: `Write $not($exists(${attribute})).` }];
    }
    const finder = Object.keys(FINDERS).find((name) => !own.has(name) && argumentsOf(negated, name));
    if (finder === undefined) return [];
    const message = `$${finder} gives nothing where it finds nothing, and $not of nothing is absent, not true`;
    return [{ node: negated, message, hint: FINDERS[finder] ?? '' }];
  },
};

/** `name(…)`: JSONata takes it for a field that holds a function, and no dataset has one. */
const calledName: ExpressionRule = {
  code: 'unknown-function',
  faultsOf(node) {
    const procedure = node.type === 'function' ? (node['procedure'] as SyntaxNode) : undefined;
    if (!procedure || !isPlainName(procedure)) return [];
    const name = procedure.type === 'path' ? (childNodes(procedure['steps'])[0] as SyntaxNode) : procedure;
    const close = suggest(String(name.value), functionNames());
    const hint = close ? `There is $${close}(…).` : 'mappings/functions.md lists what there is.';
    return [
      { node: name, message: `${name.value}(…) is no function: names of functions begin with $`, hint },
    ];
  },
};

/** The number of arguments; the first one may be left out where there is something to work on. */
const argumentCount: ExpressionRule = {
  code: 'function-arguments',
  faultsOf(node, { isAtRoot, isChained, own }) {
    const procedure = node.type === 'function' ? (node['procedure'] as SyntaxNode) : undefined;
    const name = String(procedure?.value);
    const range = procedure?.type === 'variable' && !own.has(name) ? argumentRange(name) : undefined;
    if (!procedure || !range) return [];
    const { least, most, usesContext } = range;
    const given = childNodes(node['arguments']).length + (isChained ? 1 : 0);
    // Without any argument, another finding says more: it works on the whole dataset.
    const isEnough = given >= least || (usesContext && (given === 0 || (!isAtRoot && given === least - 1)));
    if (isEnough && given <= most) return [];
    const wanted =
      least === most
        ? `${least}`
        : most === Number.POSITIVE_INFINITY
          ? `${least} or more`
          : `${least} to ${most}`;
    const message = `$${name} takes ${wanted} argument${wanted === '1' ? '' : 's'}, and has ${given === 0 ? 'none' : given}`;
    return [{ node: procedure, message, hint: 'mappings/functions.md tells what it takes.' }];
  },
};

const RULES: readonly ExpressionRule[] = [
  bindingInObject,
  comparedWithNothing,
  negatedNothing,
  calledName,
  argumentCount,
];

/** Applies every rule to every node of the tree of `text`. */
export function ruleFaults(ast: SyntaxNode, text: string): readonly ExpressionFault[] {
  const faults: ExpressionFault[] = [];
  const own = boundNames(ast);
  const visit = (node: SyntaxNode, isAtRoot: boolean, isChained: boolean): void => {
    for (const { code, faultsOf } of RULES) {
      for (const { node: at, message, hint } of faultsOf(node, { isAtRoot, isChained, own })) {
        faults.push({ code, message, hint, ...spanOf(at, text) });
      }
    }
    for (const [key, value] of Object.entries(node)) {
      if (key === 'steps') walkSteps(value, isAtRoot);
      else
        walk(
          value,
          isAtRoot && !WITHIN.has(key) && node.type !== 'lambda',
          node.type === 'apply' && key === 'rhs',
        );
    }
  };
  const walkSteps = (steps: unknown, isAtRoot: boolean): void => {
    for (const [index, step] of childNodes(steps).entries()) visit(step, isAtRoot && index === 0, false);
  };
  const walk = (value: unknown, isAtRoot: boolean, isChained: boolean): void => {
    if (Array.isArray(value)) for (const each of value) walk(each, isAtRoot, false);
    else if (isTree(value)) visit(value, isAtRoot, isChained);
  };
  visit(ast, true, false);
  return faults.filter(
    ({ start, code }, index) =>
      faults.findIndex((other) => other.start === start && other.code === code) === index,
  );
}

/** Keys of nodes in which something else than the dataset is looked at. */
const WITHIN: ReadonlySet<string> = new Set(['predicate', 'stages', 'group', 'terms']);

/** Names that are bound, or are parameters, anywhere in the tree. */
function boundNames(value: unknown): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (at: unknown): void => {
    if (Array.isArray(at)) for (const each of at) visit(each);
    if (!isTree(at) || Array.isArray(at)) return;
    if (at.type === 'bind') names.add(String((at['lhs'] as SyntaxNode).value));
    if (at.type === 'lambda') for (const each of childNodes(at['arguments'])) names.add(String(each.value));
    for (const each of Object.values(at)) visit(each);
  };
  visit(value);
  return names;
}

/** Nodes, and what lies between them: the terms of a sort, the pairs of a grouping. */
function isTree(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && !(value instanceof RegExp);
}
