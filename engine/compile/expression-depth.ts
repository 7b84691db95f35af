/**
 * How deep the calls of an expression are nested: its syntax tree comes in; hooks for JSONata that count the calls which
 * wait for one another, and refuse more than a limit, go out. The values of an object, of a grouping and of a list stand
 * side by side: JSONata begins them all at once, so here each waits for the one before it, and their number does not count.
 */
import { allNodes, childNodes, type SyntaxNode } from './expression-nodes.ts';

export interface DepthHooks {
  /** Undefined, or a promise for which JSONata waits. `base` is one object for each evaluation. */
  enter(node: unknown, base: object): Promise<void> | undefined;
  leave(node: unknown, base: object): void;
}

/** Values that were begun together: one is evaluated, the others wait. */
interface Siblings {
  readonly waiting: (() => void)[];
  /** The index of the one whose turn is next. */
  next: number;
}

interface Running {
  /** Calls that wait for others. */
  calls: number;
  /** The siblings that are being begun; JSONata begins all of them before anything else happens. */
  beginning?: Siblings | undefined;
  /** Siblings of which one is evaluated, innermost last. */
  readonly open: Siblings[];
}

/** What makes functions: without any of them nothing can call itself. */
const MAKERS = new Set(['lambda', 'transform', 'partial', 'apply']);
const CALLS = new Set(['function', 'apply']);
/** What evaluates no other node. */
const LEAVES = new Set(['string', 'number', 'value', 'name', 'variable', 'regex', 'lambda']);

/**
 * Undefined for an expression that cannot go deeper than it is written, nor wider than what it names. `refuse` throws; it is
 * called when calls are nested more than `limit` deep. After an error the hooks leave what waits alone: nobody asks for it.
 */
export function createDepthHooks(
  ast: SyntaxNode,
  limit: number,
  refuse: () => never,
): DepthHooks | undefined {
  const nodes = allNodes(ast);
  if (!nodes.some(({ type }) => MAKERS.has(type)) && !groupsOf(nodes).some(isOpen)) return undefined;
  const siblings = siblingsIn(nodes);
  const evaluations = new WeakMap<object, Running>();
  const runningOf = (base: object): Running => {
    const running = evaluations.get(base) ?? { calls: 0, open: [] };
    evaluations.set(base, running);
    return running;
  };
  const begin = (node: SyntaxNode, running: Running): void => {
    if (CALLS.has(node.type) && ++running.calls > limit) refuse();
  };
  return {
    enter(node, base) {
      const each = node as SyntaxNode;
      const running = runningOf(base);
      if (!siblings.has(each)) {
        begin(each, running);
        return undefined;
      }
      const { beginning } = running;
      if (beginning)
        return new Promise<void>((resolve) => beginning.waiting.push(resolve)).then(() => {
          running.open.push(beginning);
          begin(each, running);
        });
      const first: Siblings = { waiting: [], next: 0 };
      running.beginning = first;
      queueMicrotask(() => {
        running.beginning = undefined;
      });
      running.open.push(first);
      begin(each, running);
      return undefined;
    },
    leave(node, base) {
      const each = node as SyntaxNode;
      const running = runningOf(base);
      if (CALLS.has(each.type)) running.calls--;
      if (!siblings.has(each)) return;
      const own = running.open.pop();
      own?.waiting[own.next++]?.();
    },
  };
}

/** The pairs of each object and grouping: a key and its value. */
function groupsOf(nodes: readonly SyntaxNode[]): readonly (readonly (readonly SyntaxNode[])[])[] {
  return nodes.flatMap((node) => {
    const group = node['group'] as { readonly lhs?: readonly (readonly SyntaxNode[])[] } | undefined;
    const own = node.type === 'unary' && node.value === '{' ? [node['lhs']] : [];
    return [...own, ...(group?.lhs ? [group.lhs] : [])] as (readonly (readonly SyntaxNode[])[])[];
  });
}

/** True where data say how many keys there are. */
function isOpen(pairs: readonly (readonly SyntaxNode[])[]): boolean {
  return pairs.some(([key]) => key?.type !== 'string');
}

/** The nodes that JSONata begins side by side, but for those that are done at once. */
function siblingsIn(nodes: readonly SyntaxNode[]): ReadonlySet<SyntaxNode> {
  const values = groupsOf(nodes).flatMap((pairs) => pairs.flatMap(([, value]) => (value ? [value] : [])));
  const items = nodes.flatMap((node) =>
    node.type === 'unary' && node.value === '[' ? childNodes(node['expressions']) : [],
  );
  return new Set([...values, ...items].filter((node) => !LEAVES.has(node.type) || hasMore(node)));
}

/** True where a node is evaluated further: `x[…]`, `x{…}`. */
function hasMore(node: SyntaxNode): boolean {
  return node['predicate'] !== undefined || node['group'] !== undefined;
}
