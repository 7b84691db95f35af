/**
 * FHIRPath that is evaluated over merged resources (`derive`, `owned`, `assert`): text comes in, a synchronous closure or
 * faults with their place go out. Plain paths with `count()` or `distinct()`, which run over every instance of a study,
 * are evaluated natively in linear time; everything else by fhirpath.js with the R4 model.
 */
import fhirpath from 'fhirpath';
import r4 from 'fhirpath/fhir-context/r4';
import { suggest } from '../diagnostic.ts';
import { isDecimalObject } from '../fhir/decimal.ts';
import { childrenOf } from '../fhir/elements.ts';
import type { FhirElement, FhirValue } from '../fhir/resource.ts';
import type { Names } from '../plan.ts';
import type { ExpressionFault } from './jsonata.ts';
import { patternFault, patternMatches } from './regex.ts';

export type PathClosure = (context: FhirElement, names: Names) => readonly FhirValue[];

/** Functions that need the clock, a server, or print. */
const REFUSED = new Set([
  'now',
  'today',
  'timeOfDay',
  'trace',
  'resolve',
  'memberOf',
  'weight',
  'replaceMatches',
  'matchesFull',
]);
const NAMES = new Set(['settings', 'source', 'resource', 'context', 'ucum', 'sct', 'loinc']);

/** Compiles FHIRPath with `type` (a resource type or `Study.series`) as its context. */
export function compilePath(
  text: string,
  type: string,
): { readonly evaluate: PathClosure } | { readonly faults: readonly ExpressionFault[] } {
  let tree: unknown;
  try {
    tree = fhirpath.parse(text);
  } catch (error) {
    return { faults: [syntaxFault(error, text)] };
  }
  const faults = inspect(tree as PathNode, text, type);
  if (faults.length > 0) return { faults };
  const native = nativePath(text);
  if (native) return { evaluate: native };
  try {
    const compiled = fhirpath.compile(type.includes('.') ? { base: type, expression: text } : text, r4, {
      userInvocationTable: { matches: { fn: matches, arity: { 1: ['String'] } } },
    }) as (resource: unknown, names: unknown) => readonly FhirValue[];
    return {
      evaluate: (context, names) =>
        compiled(plainNumbers(context), { settings: names['settings'], source: names['source'] }),
    };
  } catch (error) {
    return { faults: [syntaxFault(error, text)] };
  }
}

function matches(inputs: readonly unknown[], pattern: string): readonly boolean[] {
  return inputs.map((input) => patternMatches(pattern, String(input)));
}

/** Decimals that keep their digits are objects, which fhirpath.js does not know. */
function plainNumbers<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (isDecimalObject(value)) return Number((value as unknown as { rawJSON: string }).rawJSON) as T;
  if (Array.isArray(value)) {
    const copy = value.map(plainNumbers);
    return (copy.some((item, index) => item !== value[index]) ? copy : value) as T;
  }
  const entries = Object.entries(value).map(([name, child]) => [name, plainNumbers(child)] as const);
  const changed = entries.some(([name, child]) => child !== (value as Record<string, unknown>)[name]);
  return (changed ? Object.fromEntries(entries) : value) as T;
}

/** `a.b.c`, `a.b.count()`, `a.b.distinct()`: the shapes that meet every instance. */
function nativePath(text: string): PathClosure | undefined {
  const match = /^\s*([a-zA-Z][a-zA-Z0-9]*(?:\.[a-zA-Z][a-zA-Z0-9]*)*)(?:\.(count|distinct)\(\))?\s*$/.exec(
    text,
  );
  const steps = match?.[1]?.split('.');
  if (!match || !steps) return undefined;
  const reduce = match[2];
  return (context) => {
    let found: FhirValue[] = [context];
    for (const step of steps) {
      const next: FhirValue[] = [];
      for (const item of found) {
        const child = (item as FhirElement)[step];
        if (Array.isArray(child)) for (const value of child) next.push(value);
        else if (child !== undefined) next.push(child as FhirValue);
      }
      found = next;
    }
    if (reduce === 'count') return [found.length];
    if (reduce === undefined) return found;
    const seen = new Map(found.map((value) => [JSON.stringify(sorted(value)), value]));
    return [...seen.values()];
  };
}

/** Property order does not make two elements different. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null || isDecimalObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .toSorted()
      .map((key) => [key, sorted((value as Record<string, unknown>)[key])]),
  );
}

interface PathNode {
  readonly type?: string;
  readonly text?: string;
  readonly atRoot?: number;
  readonly start?: { readonly line: number; readonly column: number };
  readonly length?: number;
  readonly children?: readonly PathNode[];
}

/** fhirpath.js answers unknown elements with silence; here the elements at the root, the names and the functions are checked. */
function inspect(tree: PathNode, text: string, type: string): readonly ExpressionFault[] {
  const faults: ExpressionFault[] = [];
  const lines = text.split('\n');
  const offsetOf = (node: PathNode): number => {
    const { line, column } = node.start ?? { line: 1, column: 1 };
    return lines.slice(0, line - 1).reduce((sum, before) => sum + before.length + 1, 0) + column - 1;
  };
  const fault = (node: PathNode, code: string, message: string, suggestion?: string): void => {
    const start = offsetOf(node);
    faults.push({
      code,
      message,
      start,
      end: start + (node.length ?? node.text?.length ?? 1),
      ...(suggestion ? { suggestion } : {}),
    });
  };
  const children = childrenOf(type);
  const visit = (node: PathNode): void => {
    if (node.type === 'MemberInvocation' && node.atRoot !== undefined && node.text && children) {
      const name = node.text;
      const known =
        children.has(name) || name === type || [...children.values()].some(({ choice }) => choice === name);
      if (!known && /^[a-z]/.test(name) && !insideFunction.has(node)) {
        fault(node, 'unknown-element', `${type} has no element ${name}`, suggest(name, children.keys()));
      }
    }
    if (node.type === 'FunctionInvocation' && node.text && REFUSED.has(node.text)) {
      fault(
        node,
        'unknown-function',
        `${node.text}() is not available: the result must depend on the resource alone`,
      );
    }
    if (node.type === 'ExternalConstant') {
      const name = node.children?.[0]?.text ?? node.text?.replace(/^%/, '') ?? '';
      if (name !== '' && !NAMES.has(name)) {
        fault(
          node.children?.[0] ?? node,
          'unknown-variable',
          `%${name} is not known here: only %settings and %source are`,
        );
      }
    }
    for (const child of node.children ?? []) visit(child);
  };
  // Arguments of functions such as where() have items as their context, which this check does not follow.
  const insideFunction = new Set<PathNode>();
  const markArguments = (node: PathNode, inside: boolean): void => {
    if (inside) insideFunction.add(node);
    for (const child of node.children ?? []) markArguments(child, inside || node.type === 'ParamList');
  };
  markArguments(tree, false);
  visit(tree);
  for (const [, pattern] of text.matchAll(/\.matches\(\s*'((?:[^'\\]|\\.)*)'/g)) {
    if (pattern !== undefined && patternFault(pattern)) {
      const start = text.indexOf(pattern);
      faults.push({
        code: 'regex',
        message: 'this regular expression cannot run in linear time (no look-around, no back references)',
        start,
        end: start + pattern.length,
      });
    }
  }
  return faults;
}

function syntaxFault(error: unknown, text: string): ExpressionFault {
  const message = error instanceof Error ? error.message : String(error);
  const [, line, column, what] = /line: (\d+); column: (\d+); message: ([^\n]*)/.exec(message) ?? [];
  const lines = text.split('\n');
  const before = lines
    .slice(0, Number(line ?? 1) - 1)
    .reduce((sum, previous) => sum + previous.length + 1, 0);
  const start = Math.min(before + Number(column ?? 1) - 1, Math.max(0, text.length - 1));
  // The parser lists every token that could stand there; the first half sentence says enough.
  const reason = (what ?? message).replace(/ expecting .*/s, '');
  return { code: 'path-syntax', message: `FHIRPath: ${reason}`, start, end: start + 1 };
}
