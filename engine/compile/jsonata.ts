/**
 * JSONata inside mapping files: expression text comes in, an ExpressionPlan with exactly what it reads, or faults with
 * their place in the text, goes out. Evaluation sees fresh bindings, no clock, no randomness, linear regular expressions.
 */
import jsonata from 'jsonata';
import { viewOf } from '../dicom/dataset.ts';
import { attributeByKeyword } from '../dicom/dictionary.ts';
import { EngineError } from '../errors.ts';
import type { ExpressionPlan } from '../plan.ts';
import { type BranchHooks, createBranchHooks, EVALUATE_EXIT } from './expression-branches.ts';
import {
  createHooks,
  MOST_CHARACTERS,
  MOST_STEPS,
  MOST_WEIGHT,
  overrun,
  spend,
  TOO_LARGE_VALUE,
  TOO_LONG_TEXT,
  TOO_MANY_STEPS,
} from './expression-cost.ts';
import { createDepthHooks } from './expression-depth.ts';
import { builtInNames, REFUSED_FUNCTIONS } from './expression-functions.ts';
import { inspectExpression } from './expression-inspection.ts';
import { innerNodes, parentFault, type SyntaxNode } from './expression-nodes.ts';
import { type ResultKind, resultOf } from './expression-result.ts';
import { ruleFaults } from './expression-rules.ts';
import { deepFault, depthFault, lengthFault } from './expression-size.ts';
import type { ExpressionFault } from './findings.ts';
import { metered, meteredFunctions, type NativeFunction } from './function-cost.ts';
import { FUNCTIONS } from './functions.ts';
import { type KnownNames, tableNamed } from './operand.ts';
import { brokenPattern, LinearRegExp } from './regex.ts';

/**
 * JSONata's `stack` counts what has begun and not ended, also side by side: it bounds the memory of an evaluation (1 KB each).
 * What calls itself is stopped by the depth of its calls.
 */
const LIMITS = { stack: 100_000, sequence: 100_000 };
const MOST_CALLS = 300;
const TOO_DEEP = 'dicomcast-depth';
/** JSONata calls what is bound to this name before each node that it evaluates. */
const EVALUATE_ENTRY = Symbol.for('jsonata.__evaluate_entry') as unknown as string;

export interface CompiledExpression {
  readonly plan: ExpressionPlan;
  /** Names that it uses, with members where they are known: `settings.zone`, `patientSystem`. */
  readonly uses: readonly string[];
  /** True where it gives items of a sequence. */
  readonly givesDatasets: boolean;
}

/** Compiles one expression. `names` are the variables that it may use besides its own. */
export function compileExpression(
  text: string,
  names: KnownNames,
  kind: ResultKind = 'value',
  inspect?: (ast: SyntaxNode, text: string) => readonly ExpressionFault[],
): CompiledExpression | { readonly faults: readonly ExpressionFault[] } {
  const long = lengthFault(text);
  if (long) return { faults: [long] };
  let expression: jsonata.Expression;
  try {
    expression = parse(text);
  } catch (error) {
    return { faults: [error instanceof RangeError ? deepFault(text) : syntaxFault(error, text)] };
  }
  const ast = expression.ast() as unknown as SyntaxNode;
  const deep = depthFault(text, ast, innerNodes);
  if (deep) return { faults: [deep] };
  const found = inspectExpression(ast, text, names);
  const faults = [...found.faults, ...ruleFaults(ast, text)];
  // What the expression gives is not known while a name in it is wrong.
  if (faults.length === 0 && inspect) faults.push(...inspect(ast, text));
  if (faults.length > 0) return { faults };
  equip(expression);
  const reads = found.keywords.toSorted().map((keyword) => {
    const attribute = attributeByKeyword(keyword);
    if (!attribute) throw new Error(`${keyword} was checked before`);
    return { keyword, path: [{ tag: attribute.tag }] };
  });
  const tables = new Map(
    found.names.flatMap((name) => {
      const table = tableNamed(names, name);
      return table ? [[name, table] as const] : [];
    }),
  );
  const variables = found.names.filter((name) => !tables.has(name));
  const running = (each: jsonata.Expression): ExpressionPlan['evaluate'] => {
    return async (input, values) => {
      const bound = variables.map((name) => [name, values[name]] as const);
      return resultOf(await evaluate(each, [...bound, ...tables], input), kind);
    };
  };
  const plan: ExpressionPlan = Object.freeze({
    text,
    canonical: canonical(expression.ast()),
    keywords: Object.freeze(reads.map(({ keyword }) => keyword)),
    names: Object.freeze(variables.toSorted()),
    view: (dataset) => viewOf(dataset, reads),
    evaluate: running(expression),
    watched(took) {
      const { expression: other, branches } = watchedExpression(text, took);
      return { expression: Object.freeze({ ...plan, evaluate: running(other) }), branches };
    },
  } satisfies ExpressionPlan);
  return {
    plan,
    uses: found.uses,
    givesDatasets: found.givesDatasets,
  };
}

function parse(text: string): jsonata.Expression {
  return jsonata(text, { ...LIMITS, RegexEngine: LinearRegExp as unknown as RegExpConstructor });
}

/**
 * Gives an expression its functions, and bounds what an evaluation costs: steps for nodes, for functions of JSONata and for
 * regular expressions, and the depth of calls. `watch` is told of the nodes besides.
 */
function equip(expression: jsonata.Expression, watch?: BranchHooks): void {
  const ast = expression.ast() as unknown as SyntaxNode;
  const { enter, leave } = createHooks(ast, (evaluation) => {
    // JSONata makes its regular expressions by `new`.
    evaluation.RegexEngine = function pattern(source: RegExp) {
      return LinearRegExp(source, (steps) => spend(evaluation, steps));
    };
  });
  const depth = createDepthHooks(ast, MOST_CALLS, () => {
    throw overrun(TOO_DEEP);
  });
  const enterAll = (...[node, input, frame]: Parameters<typeof enter>) => {
    enter(node, input, frame);
    watch?.enter(node, frame.base);
    return depth?.enter(node, frame.base);
  };
  const leaveAll: typeof leave = (node, input, frame, result) => {
    leave(node, input, frame, result);
    depth?.leave(node, frame.base);
    watch?.leave(node, frame.base, result);
  };
  expression.assign(EVALUATE_ENTRY, watch || depth ? enterAll : enter);
  expression.assign(EVALUATE_EXIT, watch || depth ? leaveAll : leave);
  for (const [name, definition] of Object.entries(METERED)) expression.assign(name, { ...definition });
  for (const [name, definition] of Object.entries(FUNCTIONS)) {
    // JSONata's own type of `this` leaves out what it also has.
    const run = metered(name, definition.run) as unknown as Parameters<typeof expression.registerFunction>[1];
    expression.registerFunction(name, run, definition.signature);
  }
}

/** The expression once more, with hooks that tell which branches evaluations take. */
function watchedExpression(text: string, took: (branch: number) => void) {
  const expression = parse(text);
  const hooks = createBranchHooks(expression.ast() as unknown as SyntaxNode, text, took);
  equip(expression, hooks);
  return { expression, branches: hooks.branches };
}

/** What evaluation can run into, in words; the rest by JSONata's code. */
const FAILURES: Readonly<Record<string, string>> = {
  T0410: 'an argument of a function has the wrong type',
  T0411: 'an argument of a function has the wrong type',
  T0412: 'an argument of a function has the wrong type',
  T1006: 'what is called is no function',
  T2001: 'the left side of an operator is no number',
  T2002: 'the right side of an operator is no number',
  T2009: 'a comparison has values of different types',
  T2010: 'a comparison has values that cannot be compared',
  D1001: 'a number is out of range',
  D1004: 'a regular expression matches the empty text',
  D1011: `more than ${LIMITS.stack} of its parts wait for one another`,
  [TOO_DEEP]: `its calls are nested more than ${MOST_CALLS} deep, or it calls itself without end`,
  [TOO_MANY_STEPS]: `it takes more than ${MOST_STEPS} steps`,
  [TOO_LONG_TEXT]: `a text has more than ${MOST_CHARACTERS} characters, or a picture or time more than a few hundred`,
  [TOO_LARGE_VALUE]: `a list or object has more than ${MOST_WEIGHT} parts`,
  D2014: 'a list is too long',
  D2015: 'a list is too long',
  D3030: 'a text is no number',
  D3137: '$error() was called',
  D3141: '$assert() does not hold',
};

/** JSONata's own functions: nothing exports them, but the hook is given the frame in which they are looked up. */
function nativeFunctions(): (name: string) => NativeFunction {
  let find: ((name: string) => unknown) | undefined;
  const expression = jsonata('1');
  expression.assign(EVALUATE_ENTRY, (_: unknown, __: unknown, frame: { lookup(name: string): unknown }) => {
    find = frame.lookup;
  });
  // The hook is called before the first await.
  void expression.evaluate({});
  return (name) => find?.(name) as NativeFunction;
}

const METERED = meteredFunctions(builtInNames(), nativeFunctions());

async function evaluate(
  expression: jsonata.Expression,
  bound: readonly (readonly [name: string, value: unknown])[],
  input: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  // An own bindings object for every call: without one, concurrent evaluations have mixed up their records.
  const bindings: Record<string, unknown> = Object.fromEntries(
    Object.keys(REFUSED_FUNCTIONS).map((name) => [name, undefined]),
  );
  for (const [name, value] of bound) bindings[name] = value;
  let result: unknown;
  try {
    result = await expression.evaluate(input, bindings);
  } catch (error) {
    // JSONata's messages quote values; its code and position do not.
    const { code = 'unknown', position } = error as { code?: string; position?: number };
    const place = position === undefined ? '' : ` (before character ${position + 1})`;
    const reason = FAILURES[code] ?? 'JSONata cannot go on';
    throw new EngineError(
      'mapping.evaluation',
      `the expression failed: ${reason}${code.startsWith('dicomcast-') ? '' : `, JSONata error ${code}`}${place}`,
    );
  }
  return result;
}

/** JSONata's syntax errors in words; `token` is what stands there, `value` what should. */
const SYNTAX: Readonly<Record<string, (token: string, value: string) => string>> = {
  S0101: () => 'a text has no closing quote',
  S0102: () => 'a number is out of range',
  S0103: (token) => `there is no escape \\${token}`,
  S0104: () => 'four hex digits are expected behind \\u',
  S0105: () => 'a quoted name has no closing `',
  S0106: () => 'a comment has no closing */',
  S0201: (token) => `${token} is not expected here: an operator is missing, or something is too much`,
  S0202: (token, value) => `${value} is expected instead of ${token}`,
  S0203: (_, value) => `the expression ends where ${value} is expected`,
  S0204: (token) => `there is no operator ${token}`,
  S0205: (token) => `${token} is not expected here`,
  S0207: () => 'the expression ends too early',
  S0208: () => 'parameters of a function begin with $',
  S0211: (token) => `something is missing before ${token}`,
  S0212: () => 'what stands before := must begin with $',
  S0213: () => 'a constant cannot be a step of a path',
  S0301: () => 'a regular expression is empty',
  S0302: () => 'a regular expression has no closing /',
};

function syntaxFault(error: unknown, text: string): ExpressionFault {
  const { code, message, position, token, value } = error as {
    readonly code?: string;
    readonly message?: string;
    readonly position?: number;
    readonly token?: unknown;
    readonly value?: unknown;
  };
  const written = token === undefined ? '' : String(token);
  const last = text.trimEnd().length;
  if (code === undefined) return unreadPattern(text);
  const end = Math.min(Math.max(position ?? last, 1), Math.max(last, 1));
  const place = placeOf(code, text, end, written);
  if (code === 'S0217') return parentFault(text);
  const words = SYNTAX[code]?.(written === '(end)' ? 'the end' : written, String(value));
  const hint = syntaxHint(code, text, place.start);
  return {
    code: 'expression-syntax',
    message: words ?? `not understood: ${message ?? code}`,
    ...place,
    ...(hint ? { hint } : {}),
  };
}

/** Where the fault begins: JSONata says where the token ends at which it noticed. */
function placeOf(
  code: string,
  text: string,
  end: number,
  token: string,
): { readonly start: number; readonly end: number } {
  switch (code) {
    case 'S0101':
    case 'S0105': {
      const start = openQuote(text);
      return { start, end: start + 1 };
    }
    case 'S0106':
      return { start: text.lastIndexOf('/*'), end: text.lastIndexOf('/*') + 2 };
    case 'S0103':
    case 'S0104':
      return { start: end - 1, end: end + 1 };
    case 'S0301':
    case 'S0302': {
      const start = Math.max(0, text.lastIndexOf('/', end - 1));
      return { start, end: start + 1 };
    }
    default:
      break;
  }
  // Where the text ends too early, the caret stands behind it.
  if (token === '(end)') return { start: end, end };
  const quoted = /["'`]$/.exec(text.slice(0, end)) ? 2 : 0;
  const start =
    token !== '' && text.slice(0, end).endsWith(token)
      ? end - token.length
      : end - Math.max(1, token.length + quoted);
  return { start: Math.max(0, start), end };
}

/** The quote that nothing closes: found by passing over all that are closed. */
function openQuote(text: string): number {
  const closed = /\/\*.*?\*\/|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`|[^"'`]/sy;
  let at = 0;
  for (closed.lastIndex = 0; closed.test(text); ) at = closed.lastIndex;
  return Math.min(at, text.length - 1);
}

/** A regular expression that JavaScript does not read; its error has no position. */
function unreadPattern(text: string): ExpressionFault {
  const match = /\/(?![*])(?:[^/\\]|\\.)+\//.exec(text);
  const start = match?.index ?? 0;
  const end = match ? start + match[0].length : text.trimEnd().length;
  return { ...brokenPattern(match?.[0] ?? ''), start, end };
}

/** What people write who know other languages. */
function syntaxHint(code: string, text: string, start: number): string | undefined {
  const pair = text.slice(Math.max(0, start - 1), start + 1);
  if (code === 'S0101' || code === 'S0105') return 'The text that is not closed begins here.';
  if (pair === '==') return 'Write one =.';
  if (pair === '&&') return 'Write and.';
  if (text.slice(start, start + 2) === '||') return 'Write or.';
  if (text[start - 1] === '%')
    return `Names are written $${/^\w+/.exec(text.slice(start))?.[0] ?? 'name'} in JSONata.`;
  if (text[start] === '!') return 'Write $not(…).';
  if (/\bif\s*\(?\s*$/.test(text.slice(0, start)) || /\bif\s*\(/.test(text))
    return 'Write condition ? value : other value.';
  return undefined;
}

/** The tree without positions: spelling, blanks and comments do not count. */
function canonical(ast: unknown): string {
  return JSON.stringify(ast, (key, value: unknown) => {
    if (key === 'position') return undefined;
    return value instanceof RegExp ? String(value) : value;
  });
}
