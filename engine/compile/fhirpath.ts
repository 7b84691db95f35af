/**
 * FHIRPath that is evaluated over merged resources (`derive`, `owned`, `assert`): text comes in, a synchronous closure or
 * faults with their place go out. Plain paths with `count()` or `distinct()`, which run over every instance of a study,
 * are evaluated natively in linear time; everything else by fhirpath.js with the R4 model.
 */
import fhirpath from 'fhirpath';
import r4 from 'fhirpath/fhir-context/r4';
import { EngineError } from '../errors.ts';
import { isDecimalObject } from '../fhir/decimal.ts';
import { child } from '../fhir/elements.ts';
import type { FhirElement, FhirValue } from '../fhir/resource.ts';
import type { Names } from '../plan.ts';
import { deepFault, depthFault, lengthFault } from './expression-size.ts';
import type { ExpressionFault } from './findings.ts';
import type { KnownNames } from './operand.ts';
import { inspectPath, type PathNode } from './path-inspection.ts';
import { patternMatches } from './regex.ts';

/** Levels of the syntax tree; an operator or a function makes three or four. */
const DEEPEST = 1000;

/** Throws an EngineError mapping.evaluation, without values, where the expression cannot be applied to the resource. */
export type PathClosure = (context: FhirElement, names: Names) => readonly FhirValue[];

export interface CompiledPath {
  readonly evaluate: PathClosure;
  /** Names that it uses: `settings.zone`, `source.url`. */
  readonly uses: readonly string[];
}

/** Compiles FHIRPath with `type` (a resource type or `Study.series`) as its context; of `names` it sees settings and source. */
export function compilePath(
  text: string,
  type: string,
  names: KnownNames,
): CompiledPath | { readonly faults: readonly ExpressionFault[] } {
  const long = lengthFault(text);
  if (long) return { faults: [long] };
  let tree: PathNode;
  try {
    tree = fhirpath.parse(text) as PathNode;
  } catch (error) {
    return { faults: [error instanceof RangeError ? deepFault(text, DEEPEST) : syntaxFault(error, text)] };
  }
  const deep = depthFault(text, tree, ({ children = [] }) => children, DEEPEST);
  if (deep) return { faults: [deep] };
  const { faults, uses } = inspectPath(tree, text, type, names);
  if (faults.length > 0) return { faults };
  try {
    const general = generalPath(text, type);
    // What no resource could change, such as a wrong number of arguments, shows on an empty one.
    general(type.includes('.') ? {} : ({ resourceType: type } as FhirElement), { settings: {}, source: {} });
    const native = nativePath(text, type);
    const evaluate: PathClosure = native
      ? (context, values) => native(context) ?? general(context, values)
      : general;
    return { evaluate: guarded(evaluate, text), uses };
  } catch (error) {
    return { faults: [uselessPath(error, text)] };
  }
}

/** The same for every spelling of an expression (blanks, comments); the text itself where it is no FHIRPath. */
export function canonicalPath(text: string): string {
  try {
    const tree: unknown = fhirpath.parse(text);
    return JSON.stringify(tree, (key, value: unknown) =>
      key === 'start' || key === 'length' ? undefined : value,
    );
  } catch {
    return text;
  }
}

function generalPath(text: string, type: string): PathClosure {
  const compiled = fhirpath.compile(type.includes('.') ? { base: type, expression: text } : text, r4, {
    userInvocationTable: { matches: { fn: matches, arity: { 1: ['String'] } } },
  }) as (resource: unknown, names: unknown) => readonly FhirValue[];
  return (context, names) =>
    compiled(plainNumbers(context), { settings: names['settings'], source: names['source'] });
}

/** Messages of fhirpath.js quote values. */
function guarded(evaluate: PathClosure, text: string): PathClosure {
  const shown = text.trim().replace(/\s+/g, ' ').slice(0, 100);
  return (context, names) => {
    try {
      return evaluate(context, names);
    } catch {
      throw new EngineError(
        'mapping.evaluation',
        `the FHIRPath expression \`${shown}\` cannot be applied to this resource`,
      );
    }
  };
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
  const entries = Object.entries(value).map(([name, part]) => [name, plainNumbers(part)] as const);
  const changed = entries.some(([name, part]) => part !== (value as Record<string, unknown>)[name]);
  return (changed ? Object.fromEntries(entries) : value) as T;
}

/** Types of which equal JSON is equality in FHIRPath too; dates and quantities are equal in several spellings. */
const SPELT_ONE_WAY: ReadonlySet<string> = new Set(
  'Coding CodeableConcept string code id uri url oid uuid canonical markdown boolean integer unsignedInt positiveInt'.split(
    ' ',
  ),
);

/**
 * `a.b.c`, `a.b.count()`, `a.b.distinct()`: the shapes that meet every instance. The closure gives undefined where a
 * resource has what only fhirpath.js knows about: extensions of primitives on the way.
 */
function nativePath(
  text: string,
  type: string,
): ((context: FhirElement) => readonly FhirValue[] | undefined) | undefined {
  const match = /^\s*([a-zA-Z][a-zA-Z0-9]*(?:\.[a-zA-Z][a-zA-Z0-9]*)*)(?:\.(count|distinct)\(\))?\s*$/.exec(
    text,
  );
  const steps = match?.[1]?.split('.') ?? [];
  if (!match || steps.length === 0) return undefined;
  if (steps[0] === type) steps.shift();
  let last = type;
  for (const step of steps) {
    const element = child(last, step);
    if (!element || element.choice !== undefined) return undefined;
    last = element.type;
  }
  const reduce = match[2];
  if (reduce === 'distinct' && !SPELT_ONE_WAY.has(last)) return undefined;
  return (context) => {
    const found = follow(context, steps);
    if (found === undefined || reduce === undefined) return found;
    return reduce === 'count' ? [found.length] : distinct(found);
  };
}

function follow(context: FhirElement, steps: readonly string[]): readonly FhirValue[] | undefined {
  let found: FhirValue[] = [context];
  for (const step of steps) {
    const next: FhirValue[] = [];
    for (const item of found) {
      const holder = item as FhirElement;
      const value = holder[step];
      if (holder[`_${step}`] !== undefined) return undefined;
      if (Array.isArray(value)) for (const each of value) next.push(each);
      else if (value !== undefined) next.push(value as FhirValue);
    }
    found = next;
  }
  return found;
}

function distinct(found: readonly FhirValue[]): readonly FhirValue[] {
  const seen = new Map<string, FhirValue>();
  for (const value of found) {
    const key = JSON.stringify(sorted(value));
    if (!seen.has(key)) seen.set(key, value);
  }
  return [...seen.values()];
}

/** Property order does not make two elements different. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.keys(value)
      .toSorted()
      .map((key) => [key, sorted((value as Record<string, unknown>)[key])]),
  );
}

/** What people write who know other languages. */
const OTHER_OPERATORS = [
  ['==', 'Write one =.'],
  ['&&', 'Write and.'],
  ['||', 'Write or.'],
] as const;

/** What the parser says, in words; its columns count from 0, and it lists every token that could stand there. */
function syntaxFault(error: unknown, text: string): ExpressionFault {
  const report = error instanceof Error ? error.message : '';
  const [, line, column, what = ''] = /line: (\d+); column: (\d+); message: ([^\n]*)/.exec(report) ?? [];
  const last = text.trimEnd().length;
  if (line === undefined) {
    const dots = text.indexOf('..');
    const place = dots < 0 ? { start: 0, end: last } : { start: dots, end: dots + 2 };
    return { code: 'path-syntax', message: 'this is not FHIRPath', ...place };
  }
  const before = text.split('\n').slice(0, Number(line) - 1);
  const start = Math.min(before.reduce((sum, each) => sum + each.length + 1, 0) + Number(column), last);
  const [, token = ''] = /(?:at|input|at:) '(.*?)'(?: expecting|$)/.exec(what) ?? [];
  if (start >= last || token === '<EOF>') {
    return { code: 'path-syntax', message: 'the expression ends too early', start: last, end: last };
  }
  if (text[start] === '"') {
    const end = Math.max(text.indexOf('"', start + 1) + 1, start + 1);
    return {
      code: 'path-syntax',
      message: 'FHIRPath has no double quotes',
      start,
      end,
      hint: "Write texts in single quotes: 'usual'.",
    };
  }
  if (text[start] === "'") {
    return { code: 'path-syntax', message: 'a text has no closing quote', start, end: start + 1 };
  }
  const shown = /^[A-Za-z0-9_]+|^\W/.exec(text.slice(start))?.[0] ?? '';
  const missing = /^missing '(.)'/.exec(what)?.[1];
  const message = missing ? `${missing} is missing before ${shown}` : `${shown} is not expected here`;
  const advice = OTHER_OPERATORS.find(
    ([sign]) => text.slice(start - 1, start + 1).includes(sign) || text.startsWith(sign, start),
  );
  const hint = advice ? { hint: advice[1] } : {};
  return { code: 'path-syntax', message, start, end: start + Math.max(1, shown.length), ...hint };
}

/** What fhirpath.js says when it fails, in words of ours: its own quote what it works with. */
const REASONS: readonly (readonly [said: RegExp, reason: string])[] = [
  [
    /arithmetic|Unsupported unit|reading 'replace'/,
    'dates are moved by times, such as 4 days, and compared with dates',
  ],
  [/TypeSpecifier|type identifier|reading 'split'/, 'ofType(), as() and is() take the name of a type'],
  [/Invalid .*literal/, 'a date or time is none of the calendar'],
  [/singleton|Expected single|nexpected collection/, 'several values stand where one is wanted'],
  [
    /number|decimal|Decimal|Quantity|integer|Cannot .* [-*/] |Unary/,
    'something else stands where a number is wanted',
  ],
  [/string/, 'something else stands where text is wanted'],
];

/** An expression that fails on an empty resource fails on all. */
function uselessPath(error: unknown, text: string): ExpressionFault {
  const said = error instanceof Error ? error.message : '';
  const reason = REASONS.find(([pattern]) => pattern.test(said))?.[1];
  return {
    code: 'path-syntax',
    message: `this expression can never be evaluated: ${reason ?? 'something in it does not take what it is given'}`,
    start: text.length - text.trimStart().length,
    end: text.trimEnd().length,
  };
}
