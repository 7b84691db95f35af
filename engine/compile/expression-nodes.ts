/**
 * JSONata's syntax tree, as the checks of expressions walk it: nodes, what attributes they name, and where they stand in the
 * text, of which JSONata tells only where the token of a node ends.
 */
import { attributeByKeyword } from '../dicom/dictionary.ts';
import type { ExpressionFault } from './findings.ts';

/** JSONata's syntax tree, as far as it is walked. `position` is where the token of the node ends. */
export interface SyntaxNode {
  readonly type: string;
  readonly value?: unknown;
  readonly position?: number;
  readonly [key: string]: unknown;
}

/** The nodes in a value of the tree: a node, a list, or pairs of key and value. */
export function childNodes(value: unknown): readonly SyntaxNode[] {
  if (Array.isArray(value)) return value.flatMap(childNodes);
  return isNode(value) ? [value] : [];
}

/** What stands in a node, whatever lies between: lists, pairs, terms of a sort. */
export function innerNodes(node: SyntaxNode): readonly SyntaxNode[] {
  const inside = (value: unknown): readonly SyntaxNode[] => {
    if (typeof value !== 'object' || value === null || value instanceof RegExp) return [];
    return isNode(value) ? [value] : Object.values(value).flatMap(inside);
  };
  return Object.values(node).flatMap(inside);
}

export function isNode(value: unknown): value is SyntaxNode {
  return (
    typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string'
  );
}

/** The node and all below it. */
export function allNodes(value: unknown): readonly SyntaxNode[] {
  if (Array.isArray(value)) return value.flatMap(allNodes);
  if (typeof value !== 'object' || value === null || value instanceof RegExp) return [];
  const inner = Object.values(value).flatMap(allNodes);
  return typeof (value as { type?: unknown }).type === 'string' ? [value as SyntaxNode, ...inner] : inner;
}

/** True for a name without predicates: an attribute, where it stands at the root. */
export function isAttribute(node: SyntaxNode): boolean {
  return node.type === 'name' && !node['predicate'] && !node['stages'];
}

/** True for a name alone, as it stands before the arguments of a call. */
export function isPlainName(node: SyntaxNode): boolean {
  const steps = node.type === 'path' ? childNodes(node['steps']) : [node];
  return steps.length === 1 && steps[0]?.type === 'name';
}

/** `PatientName.Alphabetic`: a path that starts at an attribute, as written. */
export function attributeOf(node: SyntaxNode | undefined): string | undefined {
  const steps = node?.type === 'path' ? childNodes(node['steps']) : [];
  if (steps.length === 0 || !steps.every((step) => isAttribute(step))) return undefined;
  const names = steps.map(({ value }) => String(value));
  return attributeByKeyword(names[0] ?? '') ? names.join('.') : undefined;
}

/** The arguments of a call of this function; undefined for all other nodes. */
export function argumentsOf(node: SyntaxNode, name: string): readonly SyntaxNode[] | undefined {
  const procedure = node.type === 'function' ? (node['procedure'] as SyntaxNode) : undefined;
  const isIt = procedure?.type === 'variable' && procedure.value === name;
  return isIt ? childNodes(node['arguments']) : undefined;
}

/** Every attribute that is named somewhere below. */
export function keywordsIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(keywordsIn);
  if (typeof value !== 'object' || value === null) return [];
  const own = isNode(value) && value.type === 'name' && attributeByKeyword(String(value.value));
  return [...(own ? [own.keyword] : []), ...Object.values(value).flatMap(keywordsIn)];
}

export interface TextSpan {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

/** The token of a node; of a path or a call, all of its name. */
export function spanOf(node: SyntaxNode, text: string): TextSpan {
  if (node.type === 'path') return pathSpan(node, text);
  if (node.type === 'function') return spanOf(node['procedure'] as SyntaxNode, text);
  if (node.type === 'condition' || node.type === 'block') {
    const end = node.position ?? 1;
    return { start: end - 1, end };
  }
  const end = node.position ?? text.trimEnd().length;
  return { start: Math.max(0, end - tokenLength(node, text, end)), end };
}

function pathSpan(node: SyntaxNode, text: string): TextSpan {
  const steps = childNodes(node['steps']);
  const [first, last] = [steps[0], steps.at(-1)];
  if (!first || !last) return { start: 0, end: text.trimEnd().length };
  const { start, end } = spanOf(first, text);
  return { start, end: last === first ? end : Math.max(end, spanOf(last, text).end) };
}

function tokenLength(node: SyntaxNode, text: string, end: number): number {
  const name = String(node.value);
  switch (node.type) {
    case 'string':
      return stringLength(text, end);
    case 'name':
      return text[end - 1] === '`' ? name.length + 2 : name.length;
    case 'variable':
      return name.length + 1;
    case 'number':
      return /-?[\d.]+(?:[eE][-+]?\d+)?$/.exec(text.slice(0, end))?.[0].length ?? 1;
    default:
      return Math.max(1, name.length);
  }
}

/** A text in quotes that ends at `end`: found by passing over all before it. */
function stringLength(text: string, end: number): number {
  const token = /\/\*.*?\*\/|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`|./sy;
  for (let at = 0; at < end; at = token.lastIndex) {
    token.lastIndex = at;
    if (!token.test(text)) break;
    if (token.lastIndex === end) return end - at;
  }
  return 1;
}

/** JSONata does not say where it stands: at the first % that is no remainder, since nothing stands before it. */
export function parentFault(text: string): ExpressionFault {
  const before = /(?:^|[.([{,;:?=<>&+*/-])\s*%/.exec(text);
  const end = before ? before.index + before[0].length : text.trimEnd().length;
  return {
    code: 'parent',
    message: 'the parent operator % cannot be used: what it reads is not known before',
    hint: 'Bind what is needed before it: ($outer := …; …).',
    start: end - 1,
    end,
  };
}
