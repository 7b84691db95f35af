/**
 * JSONata inside mapping files: expression text comes in, an ExpressionPlan with exactly what it reads, or faults with
 * their place in the text, goes out. Evaluation sees fresh bindings, no clock, no randomness, linear regular expressions.
 */
import jsonata from 'jsonata';
import { suggest } from '../diagnostic.ts';
import { viewOf } from '../dicom/dataset.ts';
import { attributeByKeyword, keywords } from '../dicom/dictionary.ts';
import { EngineError } from '../errors.ts';
import type { ExpressionPlan } from '../plan.ts';
import { FUNCTIONS } from './functions.ts';
import { LinearRegExp, patternFault } from './regex.ts';

/** A fault at [start, end) of the expression text. */
export interface ExpressionFault {
  readonly code: string;
  readonly message: string;
  readonly start: number;
  readonly end: number;
  readonly suggestion?: string;
  readonly hint?: string;
}

/** The functions of JSONata that a mapping may call: all that are deterministic and cannot run text as code. */
const BUILT_IN = new Set(
  `sum count max min average string substring substringBefore substringAfter lowercase uppercase length trim pad match
  contains replace split join formatNumber formatBase formatInteger parseInteger number floor ceil round abs sqrt power
  boolean not map zip filter single reduce sift keys lookup append exists spread merge reverse each error assert type sort
  distinct base64encode base64decode encodeUrlComponent encodeUrl decodeUrlComponent decodeUrl toMillis fromMillis clone`
    .trim()
    .split(/\s+/),
);
const REFUSED: Readonly<Record<string, string>> = {
  eval: 'runs text as code',
  now: 'depends on the clock; the same entry must always give the same resource',
  millis: 'depends on the clock; the same entry must always give the same resource',
  random: 'is random; the same entry must always give the same resource',
  shuffle: 'is random; the same entry must always give the same resource',
};
const LIMITS = { timeout: 2_000, stack: 300, sequence: 100_000 };

/** JSONata's syntax tree, as far as it is walked. */
interface Node {
  readonly type: string;
  readonly value?: unknown;
  readonly position?: number;
  readonly [key: string]: unknown;
}

/** Compiles one expression. `names` are the variables that it may use besides its own. */
export function compileExpression(
  text: string,
  names: ReadonlySet<string>,
): { readonly plan: ExpressionPlan } | { readonly faults: readonly ExpressionFault[] } {
  let expression: jsonata.Expression;
  try {
    expression = jsonata(text, { ...LIMITS, RegexEngine: LinearRegExp as unknown as RegExpConstructor });
  } catch (error) {
    return { faults: [syntaxFault(error, text)] };
  }
  const found = inspect(expression.ast() as unknown as Node, text, names);
  if (found.faults.length > 0) return { faults: found.faults };
  for (const [name, definition] of Object.entries(FUNCTIONS)) {
    expression.registerFunction(name, definition.run, definition.signature);
  }
  const reads = found.keywords.toSorted().map((keyword) => {
    const attribute = attributeByKeyword(keyword);
    if (!attribute) throw new Error(`${keyword} was checked before`);
    return { keyword, path: [{ tag: attribute.tag }] };
  });
  return {
    plan: Object.freeze({
      text,
      canonical: canonical(expression.ast()),
      keywords: Object.freeze(reads.map(({ keyword }) => keyword)),
      names: Object.freeze(found.names.toSorted()),
      view: (dataset) => viewOf(dataset, reads),
      evaluate: (input, bindings) => evaluate(expression, found.names, input, bindings),
    } satisfies ExpressionPlan),
  };
}

async function evaluate(
  expression: jsonata.Expression,
  used: readonly string[],
  input: Readonly<Record<string, unknown>>,
  names: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  // An own bindings object for every call: without one, concurrent evaluations have mixed up their records.
  const bindings: Record<string, unknown> = Object.fromEntries(
    Object.keys(REFUSED).map((name) => [name, undefined]),
  );
  for (const name of used) bindings[name] = names[name];
  let result: unknown;
  try {
    result = await expression.evaluate(input, bindings);
  } catch (error) {
    // JSONata's messages quote values; its code and position do not.
    const { code, position } = error as { code?: string; position?: number };
    const place = position === undefined ? '' : ` before character ${position + 1}`;
    throw new EngineError(
      'mapping.evaluation',
      `the expression failed with JSONata error ${code ?? 'unknown'}${place}`,
    );
  }
  return plain(result, 0);
}

/** A copy without JSONata's null prototypes, hidden properties, functions, and without what counts as absent. */
function plain(value: unknown, depth: number): unknown {
  if (depth > 50)
    throw new EngineError('mapping.evaluation', 'the expression gave a result nested more than 50 deep');
  switch (typeof value) {
    case 'string':
      return value.trim() === '' ? undefined : value;
    case 'boolean':
    case 'undefined':
      return value;
    case 'number':
      if (!Number.isFinite(value))
        throw new EngineError('mapping.evaluation', 'the expression gave a number that is not finite');
      return value;
    case 'object': {
      if (value === null) return undefined;
      if (Array.isArray(value)) {
        const items = value.map((item) => plain(item, depth + 1)).filter((item) => item !== undefined);
        return items.length === 0 ? undefined : Object.freeze(items);
      }
      const children = Object.entries(value)
        .map(([name, child]) => [name, plain(child, depth + 1)] as const)
        .filter(([, child]) => child !== undefined);
      return children.length === 0 ? undefined : Object.freeze(Object.fromEntries(children));
    }
    default:
      throw new EngineError('mapping.evaluation', `the expression gave a ${typeof value} instead of data`);
  }
}

function syntaxFault(error: unknown, text: string): ExpressionFault {
  const { message, position, token } = error as { message?: string; position?: number; token?: string };
  const end = Math.min(Math.max(position ?? text.length, 1), Math.max(text.length, 1));
  const start = Math.max(0, token && text.slice(0, end).endsWith(token) ? end - token.length : end - 1);
  return { code: 'expression-syntax', message: `JSONata: ${message ?? 'not understood'}`, start, end };
}

interface Findings {
  readonly keywords: string[];
  readonly names: string[];
  readonly faults: ExpressionFault[];
}

/** Walks the tree: what is read at the root of the dataset, which names are used, what cannot be right. */
function inspect(ast: Node, text: string, allowed: ReadonlySet<string>): Findings {
  const keywordsRead = new Set<string>();
  const namesUsed = new Set<string>();
  const faults: ExpressionFault[] = [];
  const own = ownVariables(ast);

  const fault = (
    node: Node,
    length: number,
    code: string,
    message: string,
    more: Partial<ExpressionFault> = {},
  ): void => {
    const end = node.position ?? text.length;
    faults.push({ code, message, start: Math.max(0, end - length), end: Math.max(end, 1), ...more });
  };

  const variable = (node: Node, root: boolean, called: boolean): void => {
    const name = String(node.value);
    if (name === '' || name === '$') {
      if (name === '$' || root) {
        fault(
          node,
          name.length + 1,
          'whole-dataset',
          `$${name} stands for the whole dataset, which is never built`,
          {
            hint: 'Name the attributes that the expression reads.',
          },
        );
      }
    } else if (own.has(name)) {
      return;
    } else if (allowed.has(name)) {
      namesUsed.add(name);
    } else if (Object.hasOwn(REFUSED, name)) {
      fault(node, name.length + 1, 'unknown-function', `$${name} is not available: it ${REFUSED[name]}`);
    } else if (!BUILT_IN.has(name) && !Object.hasOwn(FUNCTIONS, name)) {
      const candidates = called ? [...BUILT_IN, ...Object.keys(FUNCTIONS)] : [...allowed, ...own];
      const close = suggest(name, candidates);
      fault(
        node,
        name.length + 1,
        called ? 'unknown-function' : 'unknown-variable',
        `there is no ${called ? 'function' : 'variable'} $${name}`,
        close ? { suggestion: `$${close}` } : {},
      );
    }
  };

  const keyword = (node: Node): void => {
    const name = String(node.value);
    if (attributeByKeyword(name)) {
      keywordsRead.add(name);
      return;
    }
    const close = suggest(name, keywords());
    fault(
      node,
      name.length,
      'unknown-attribute',
      `${name} is not a DICOM attribute`,
      close ? { suggestion: close } : {},
    );
  };

  const walk = (node: Node, root: boolean): void => {
    switch (node.type) {
      case 'name':
        if (root) keyword(node);
        break;
      case 'variable':
        variable(node, root, false);
        return;
      case 'wildcard':
      case 'descendant':
        if (root) {
          fault(
            node,
            String(node.value).length,
            'whole-dataset',
            `${node.value} at the root reads the whole dataset`,
            {
              hint: 'Name the attributes that the expression reads.',
            },
          );
        }
        return;
      case 'parent':
        fault(
          node,
          1,
          'parent',
          'the parent operator % is not supported: what it reads cannot be known before',
        );
        return;
      case 'regex': {
        if (patternFault(node.value as RegExp)) {
          const source = (node.value as RegExp).source;
          fault(
            node,
            source.length + 2,
            'regex',
            'this regular expression cannot run in linear time (no look-around, no back references)',
          );
        }
        return;
      }
      case 'path': {
        const steps = node['steps'] as Node[];
        steps.forEach((step, index) => {
          walk(step, root && index === 0);
        });
        walkGroup(node, false);
        return;
      }
      case 'function':
      case 'partial': {
        const procedure = node['procedure'] as Node;
        if (procedure.type === 'variable') variable(procedure, root, true);
        else walk(procedure, root);
        for (const argument of node['arguments'] as Node[]) walk(argument, root);
        return;
      }
      default:
        break;
    }
    // Predicates look into the items of what stands before them; everything else sees what the node itself sees.
    for (const [key, child] of Object.entries(node)) {
      if (key === 'ancestor' || key === 'slot') continue;
      const inner =
        key === 'stages' || key === 'predicate' || key === 'terms' || key === 'update' || key === 'delete';
      walkChildren(child, inner ? false : root);
    }
  };

  const walkGroup = (node: Node, root: boolean): void => {
    if (node['group']) walkChildren((node['group'] as { lhs: unknown }).lhs, root);
  };

  const walkChildren = (child: unknown, root: boolean): void => {
    if (Array.isArray(child)) for (const item of child) walkChildren(item, root);
    else if (isNode(child)) walk(child, root);
    else if (isTerm(child)) walk(child.expression, root);
  };

  walk(ast, true);
  return { keywords: [...keywordsRead], names: [...namesUsed], faults };
}

/** Names that the expression binds itself: `:=`, function parameters, `@$x`, `#$i`. */
function ownVariables(ast: Node): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) {
      for (const item of value) visit(item);
    } else if (typeof value === 'object' && value !== null && !(value instanceof RegExp)) {
      const node = value as Record<string, unknown>;
      if (node['type'] === 'bind') names.add(String((node['lhs'] as Node).value));
      if (node['type'] === 'lambda')
        for (const parameter of node['arguments'] as Node[]) names.add(String(parameter.value));
      for (const key of ['focus', 'index']) if (typeof node[key] === 'string') names.add(node[key]);
      const stages = node['stages'];
      if (Array.isArray(stages))
        for (const stage of stages as Node[]) if (stage.type === 'index') names.add(String(stage.value));
      for (const child of Object.values(node)) visit(child);
    }
  };
  visit(ast);
  return names;
}

/** The tree without positions: spelling, blanks and comments do not count. */
function canonical(ast: unknown): string {
  return JSON.stringify(ast, (key, value: unknown) => {
    if (key === 'position') return undefined;
    return value instanceof RegExp ? String(value) : value;
  });
}

function isNode(value: unknown): value is Node {
  return (
    typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string'
  );
}

/** Sort terms and filter stages wrap their expression without a type of their own. */
function isTerm(value: unknown): value is { expression: Node } {
  return (
    typeof value === 'object' && value !== null && isNode((value as { expression?: unknown }).expression)
  );
}
