/**
 * Which kind of JSON the parts of a JSONata expression give, where it does not depend on the dataset; and the kinds by which a
 * condition can never be true.
 */
import { attributeByKeyword } from '../dicom/dictionary.ts';
import {
  allNodes,
  argumentsOf,
  attributeOf,
  childNodes,
  isAttribute,
  keywordsIn,
  type SyntaxNode,
  spanOf,
} from './expression-nodes.ts';
import type { ExpressionFault } from './findings.ts';

/** Of every entry (design 2.2). */
export const ALWAYS_THERE: ReadonlySet<string> = new Set([
  'StudyInstanceUID',
  'SeriesInstanceUID',
  'SOPInstanceUID',
]);

export type Kind = 'text' | 'number' | 'boolean' | 'object';

/** What operators and functions give, where they give anything. */
export const OPERATOR_KINDS: Readonly<Record<string, Kind>> = {
  '&': 'text',
  ...Object.fromEntries(['+', '-', '*', '/', '%'].map((sign) => [sign, 'number'] as const)),
  ...Object.fromEntries(
    ['=', '!=', '<', '<=', '>', '>=', 'and', 'or', 'in'].map((sign) => [sign, 'boolean'] as const),
  ),
};
export const FUNCTION_KINDS: Readonly<Record<string, Kind>> = {
  ...Object.fromEntries(
    'string uppercase lowercase trim join concat pad replace formatNumber date dateTime timestamp substring substringBefore substringAfter'
      .split(' ')
      .map((name) => [name, 'text'] as const),
  ),
  ...Object.fromEntries(
    'number length count sum abs floor ceil round parseInteger toMillis'
      .split(' ')
      .map((name) => [name, 'number'] as const),
  ),
  ...Object.fromEntries(
    ['exists', 'not', 'boolean', 'contains', 'isConcept'].map((name) => [name, 'boolean'] as const),
  ),
  ...Object.fromEntries(
    ['humanName', 'coding', 'codeableConcept', 'quantity'].map((name) => [name, 'object'] as const),
  ),
};
export const KIND_WORDS: Readonly<Record<Kind, string>> = {
  text: 'text',
  number: 'a number',
  boolean: 'true or false',
  object: 'an object',
};

export function literalKind(value: unknown): Kind {
  return typeof value === 'string' ? 'text' : typeof value === 'number' ? 'number' : 'boolean';
}

const COMPARE = 'Write a comparison, or $exists(…).';

/** What makes a condition hold too seldom: kinds of results that are never true, and negations that are absent. */
export function inspectCondition(ast: SyntaxNode, text: string): readonly ExpressionFault[] {
  const never = inspectKind(ast, text);
  return never.length > 0 ? never : absentNegations(ast, text);
}

const ORDERS: ReadonlySet<unknown> = new Set(['<', '<=', '>', '>=']);

/** `$not($contains(PatientID, "x"))`: absent without a PatientID, unless the condition asks for it. */
function absentNegations(ast: SyntaxNode, text: string): readonly ExpressionFault[] {
  const nodes = allNodes(ast);
  const asked = new Set(nodes.flatMap((node) => keywordsIn(argumentsOf(node, 'exists') ?? [])));
  return nodes.flatMap((node) => {
    const [negated] = argumentsOf(node, 'not') ?? [];
    if (!negated) return [];
    const isOrder = negated.type === 'binary' && ORDERS.has(negated.value);
    const sides = isOrder
      ? [...childNodes(negated['lhs']), ...childNodes(negated['rhs'])]
      : (argumentsOf(negated, 'contains') ?? []).slice(0, 1);
    const attribute = sides.map(attributeOf).find((each) => each !== undefined);
    const [root = ''] = attribute?.split('.') ?? [];
    if (attribute === undefined || asked.has(root) || ALWAYS_THERE.has(root)) return [];
    const message = `without ${attribute} this is absent, and $not of it too: the condition does not hold`;
    const hint = `Write $not($exists(${attribute}) and …), or $exists(${attribute}) and $not(…).`;
    return [{ code: 'absent-negation', message, hint, ...spanOf(node, text) }];
  });
}

/** Kinds of results by which a condition can never be true: it holds where it is true itself, not where it has a value. */
function inspectKind(ast: SyntaxNode, text: string): readonly ExpressionFault[] {
  const fault = (node: SyntaxNode, what: string, hint = COMPARE): readonly ExpressionFault[] => [
    {
      code: 'never-true',
      message: `${what}, and a condition holds only where it is true`,
      hint,
      ...spanOf(node, text),
    },
  ];
  switch (ast.type) {
    case 'block': {
      const last = childNodes(ast['expressions']).at(-1);
      return last ? inspectKind(last, text) : [];
    }
    case 'string':
    case 'number':
      return fault(ast, `this is ${KIND_WORDS[literalKind(ast.value)]}`);
    case 'value':
      return ast.value === true ? [] : fault(ast, `this is ${String(ast.value)}`);
    case 'unary':
      return fault(
        ast,
        `this is ${ast.value === '[' ? 'a list' : ast.value === '{' ? 'an object' : 'a number'}`,
      );
    case 'binary': {
      const kind = OPERATOR_KINDS[String(ast.value)];
      return kind && kind !== 'boolean' ? fault(ast, `${ast.value} gives ${KIND_WORDS[kind]}`) : [];
    }
    case 'path': {
      const [only, ...others] = childNodes(ast['steps']);
      if (!only || others.length > 0 || !isAttribute(only) || !attributeByKeyword(String(only.value)))
        return [];
      const { value } = only;
      return fault(
        only,
        `${value} is the value of an attribute`,
        `Write $exists(${value}), or compare it: ${value} = "…".`,
      );
    }
    default:
      return [];
  }
}
