/**
 * What a FHIRPath expression reads: its syntax tree and the type that it starts from come in; the names that it uses and
 * everything that cannot be right, with its place in the text, go out. fhirpath.js answers a misspelt element with silence.
 */
import { suggest } from '../diagnostic.ts';
import { childrenOf, isResourceType } from '../fhir/elements.ts';
import { isPrimitiveType } from '../fhir/primitives.ts';
import type { ExpressionFault } from './findings.ts';
import { type KnownNames, memberFault } from './operand.ts';
import { patternFault } from './regex.ts';
import { namesOf } from './target.ts';

/** fhirpath.js's syntax tree, as far as it is walked. */
export interface PathNode {
  readonly type?: string;
  readonly text?: string;
  readonly start?: { readonly line: number; readonly column: number };
  readonly length?: number;
  readonly children?: readonly PathNode[];
}

export interface PathReads {
  /** `settings.zone`, `source.url`; `settings` where it is not said which. */
  readonly uses: readonly string[];
  readonly faults: readonly ExpressionFault[];
}

/** Functions that need the clock, a server, or print; and those whose regular expressions are not ours to bound. */
const REFUSED: ReadonlySet<string> = new Set(
  'now today timeOfDay trace resolve memberOf weight replaceMatches matchesFull'.split(' '),
);
/** How many arguments the functions take: fhirpath.js gives nothing for another number, and prints that on the console. */
const ARGUMENTS: Readonly<Record<string, string>> = {
  '0-0': `empty not allTrue anyTrue allFalse anyFalse isDistinct distinct count sum min max avg ordinal single first last type
    tail toInteger toLong toDecimal toString toDate toDateTime toTime toBoolean hasValue getValue htmlChecks convertsToBoolean
    convertsToInteger convertsToLong convertsToDecimal convertsToString convertsToDate convertsToDateTime convertsToTime
    convertsToQuantity upper lower length toChars trim abs ceiling exp floor ln sqrt truncate yearOf monthOf dayOf hourOf
    minuteOf secondOf millisecondOf timezoneOffsetOf dateOf timeOf children descendants`,
  '0-1': 'exists toQuantity pathname join round lowBoundary highBoundary',
  '0-': 'sort',
  '1-1': `all subsetOf supersetOf where extension select ofType is as take skip combine union intersect exclude indexOf
    lastIndexOf startsWith endsWith contains split encode decode escape unescape log power repeat matches`,
  '1-2': 'aggregate defineVariable substring',
  '1-': 'coalesce',
  '2-2': 'replace',
  '2-3': 'iif',
};
const FUNCTIONS: ReadonlyMap<string, string> = new Map(
  Object.entries(ARGUMENTS).flatMap(([range, names]) => names.split(/\s+/).map((name) => [name, range])),
);
/** Names that FHIRPath itself gives. */
const GIVEN: ReadonlySet<string> = new Set(['context', 'ucum', 'sct', 'loinc']);
/** Functions that give some of the items that they are called on. */
const SELECTING: ReadonlySet<string> = new Set(
  'where first last single tail take skip distinct exclude intersect sort'.split(' '),
);
/** Functions whose arguments are asked of each item. */
const PER_ITEM: ReadonlySet<string> = new Set('where select all exists repeat sort aggregate'.split(' '));
/** What primitive values have besides their value. */
const PRIMITIVE_PARTS: ReadonlySet<string> = new Set(['id', 'extension', 'value']);

/** A FHIR type, or undefined where it is not known: then nothing is checked. */
type Type = string | undefined;

/** Walks the tree of `text`, which starts from `type`: a resource type, or the path of a list's items. */
export function inspectPath(tree: PathNode, text: string, type: string, known: KnownNames): PathReads {
  const faults: ExpressionFault[] = [];
  const uses = new Set<string>();
  const lines = text.split('\n');

  const fault = (
    node: PathNode,
    code: string,
    message: string,
    more: Partial<ExpressionFault> = {},
  ): void => {
    const { line, column } = node.start ?? { line: 1, column: 1 };
    const start = lines.slice(0, line - 1).reduce((sum, before) => sum + before.length + 1, 0) + column - 1;
    faults.push({ code, message, start, end: start + (node.length ?? node.text?.length ?? 1), ...more });
  };

  const member = (node: PathNode, holder: Type): Type => {
    const name = node.text?.replace(/^`|`$/g, '') ?? '';
    if (holder === undefined || holder === 'Resource') return undefined;
    const children = childrenOf(holder);
    const found = children?.get(name);
    if (found) return found.type;
    if (children && [...children.values()].some(({ choice }) => choice === name)) return undefined;
    if (!children && PRIMITIVE_PARTS.has(name)) return name === 'extension' ? 'Extension' : undefined;
    if (!children) {
      fault(node, 'unknown-element', `a ${holder} has no elements inside`);
    } else {
      const close = suggest(name, children.keys());
      fault(
        node,
        'unknown-element',
        `${holder} has no element ${name}`,
        close ? { suggestion: close } : { hint: `It has ${namesOf(children)}.` },
      );
    }
    return undefined;
  };

  const atRoot = (node: PathNode, context: Type): Type => {
    const name = node.text ?? '';
    if (name === context || (context !== undefined && isResourceType(name) && name === type)) return context;
    if (context === type && isResourceType(name) && !childrenOf(type)?.has(name)) {
      fault(node, 'unknown-element', `this expression starts from ${type}, not from ${name}`, {
        hint: 'Begin with an element.',
      });
      return undefined;
    }
    return member(node, context);
  };

  const call = (node: PathNode, holder: Type, context: Type): Type => {
    const name = node.text ?? '';
    const given = argumentsOf(node);
    if (REFUSED.has(name)) {
      fault(
        node,
        'unknown-function',
        `${name}() cannot be used: the result must depend on the resource alone`,
      );
    } else if (!FUNCTIONS.has(name)) {
      const close = suggest(name, FUNCTIONS.keys());
      fault(
        node,
        'unknown-function',
        `there is no function ${name}()`,
        close ? { suggestion: `${close}()` } : {},
      );
    } else {
      const wrong = argumentFault(name, given.length);
      if (wrong) fault(node, 'function-arguments', wrong);
    }
    if (name === 'ofType' || name === 'as' || name === 'is')
      return name === 'is' ? undefined : typeNamed(given[0]);
    const inside = PER_ITEM.has(name) ? holder : context;
    const types = given.map((argument) => infer(argument, inside));
    if (name === 'matches') pattern(given[0]);
    if (SELECTING.has(name)) return holder;
    return name === 'select' ? types[0] : name === 'extension' ? 'Extension' : undefined;
  };

  const pattern = (node: PathNode | undefined): void => {
    const literal = node && literalIn(node);
    const written = literal?.text ?? '';
    const wrong = /^'.*'$/s.test(written) ? patternFault(unescaped(written)) : undefined;
    if (literal && wrong) fault(literal, wrong.code, wrong.message, wrong.hint ? { hint: wrong.hint } : {});
  };

  /** `%settings.zone`: the constant, and the member behind it. */
  const constant = (node: PathNode, next?: PathNode): void => {
    const name = node.children?.[0]?.text?.replace(/^[`']|[`']$/g, '') ?? '';
    if (GIVEN.has(name) || name === '') return;
    if (name !== 'settings' && name !== 'source') {
      const close = suggest(name, ['settings', 'source']);
      const hint = 'Here, without a dataset, only %settings and %source exist.';
      const place = node.children?.[0];
      const start = place?.start && { line: place.start.line, column: place.start.column - 1 };
      fault(
        { ...place, ...(start ? { start } : {}), length: name.length + 1 },
        'unknown-variable',
        `%${name} is not known here`,
        {
          hint,
          ...(close ? { suggestion: `%${close}` } : {}),
        },
      );
      return;
    }
    const memberName = next?.type === 'MemberInvocation' ? (next.text ?? '') : undefined;
    uses.add(memberName === undefined ? name : `${name}.${memberName}`);
    const wrong = memberName === undefined ? undefined : memberFault(known, '%', name, memberName);
    if (wrong && next) {
      const { code, message, ...more } = wrong;
      fault(next, code, message, more);
    }
  };

  const infer = (node: PathNode | undefined, context: Type): Type => {
    if (!node) return undefined;
    const [first, second] = node.children ?? [];
    switch (node.type) {
      case 'EntireExpression':
      case 'TermExpression':
      case 'InvocationTerm':
      case 'ParenthesizedTerm':
        return infer(first, context);
      case 'ThisInvocation':
        return context;
      case 'MemberInvocation':
        return atRoot(node, context);
      case 'FunctionInvocation':
        return call(node, context, context);
      case 'ExternalConstantTerm':
        if (first) constant(first);
        return undefined;
      case 'InvocationExpression': {
        const name = constantIn(first);
        if (name) {
          constant(name, second);
          return undefined;
        }
        const holder = infer(first, context);
        if (second?.type === 'MemberInvocation') return member(second, holder);
        return second ? call(second, holder, context) : holder;
      }
      case 'IndexerExpression':
        infer(second, context);
        return infer(first, context);
      case 'TypeExpression':
        infer(first, context);
        return node.text === 'as' ? typeNamed(second) : undefined;
      case 'UnionExpression': {
        const [left, right] = [infer(first, context), infer(second, context)];
        return left === right ? left : undefined;
      }
      default:
        for (const child of node.children ?? []) infer(child, context);
        return undefined;
    }
  };

  infer(tree, type);
  return { uses: [...uses], faults: faults.toSorted((a, b) => a.start - b.start) };
}

/** What is wrong with so many arguments. */
function argumentFault(name: string, given: number): string | undefined {
  const [least = '', most = ''] = FUNCTIONS.get(name)?.split('-') ?? [];
  if (given >= Number(least) && given <= Number(most || given)) return undefined;
  const wanted = least === most ? least : most === '' ? `${least} or more` : `${least} to ${most}`;
  const takes = wanted === '0' ? 'no arguments' : `${wanted} argument${wanted === '1' ? '' : 's'}`;
  return `${name}() takes ${takes}, and has ${given === 0 ? 'none' : given}`;
}

function argumentsOf(node: PathNode): readonly PathNode[] {
  return node.children?.[0]?.children?.find((child) => child.type === 'ParamList')?.children ?? [];
}

/** The type that `ofType(Quantity)` or `as Quantity` names; undefined for System types. */
function typeNamed(node: PathNode | undefined): Type {
  const name = node?.text ?? '';
  return childrenOf(name) || isPrimitiveType(name) ? name : undefined;
}

function literalIn(node: PathNode): PathNode | undefined {
  if (node.type === 'LiteralTerm') return node;
  const [only, ...others] = node.children ?? [];
  return only && others.length === 0 ? literalIn(only) : undefined;
}

function constantIn(node: PathNode | undefined): PathNode | undefined {
  if (node?.type === 'ExternalConstant') return node;
  const [only, ...others] = node?.children ?? [];
  return only && others.length === 0 && ['TermExpression', 'ExternalConstantTerm'].includes(node?.type ?? '')
    ? constantIn(only)
    : undefined;
}

/** The text of a FHIRPath string literal (FHIRPath 4.1.2). */
function unescaped(literal: string): string {
  const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', f: '\f' };
  return literal
    .slice(1, -1)
    .replace(/\\(?:u([0-9A-Fa-f]{4})|(.))/gs, (_, code: string | undefined, char: string) =>
      code ? String.fromCharCode(Number.parseInt(code, 16)) : (escapes[char] ?? char),
    );
}
