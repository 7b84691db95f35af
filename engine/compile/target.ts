/**
 * The `to` of a rule: FHIRPath text in the notation of DICOM Cast's mapping table comes in, a TargetPlan checked against
 * the FHIR element table, or a fault with its place in the text, goes out. Grammar: element steps, `where(…)` with
 * equations joined by `and`, `ofType(type)`, `extension('url')`.
 */
import { suggest } from '../diagnostic.ts';
import { child, childrenOf, choiceOf, type ElementDefinition, isResourceType } from '../fhir/elements.ts';
import { isPrimitiveType, primitiveFault } from '../fhir/primitives.ts';
import type { EquationPlan, Operand, StepPlan, TargetPlan } from '../plan.ts';
import type { ExpressionFault } from './findings.ts';
import { type KnownNames, literalOperand, namedOperand } from './operand.ts';
import { createTargetReader, type TargetReader, type Token, targetFault } from './target-tokens.ts';

export interface ParsedTarget {
  readonly plan: TargetPlan;
  /** Names that its equations use. */
  readonly used: readonly string[];
  /** The same, with members: `settings.zone`. */
  readonly uses: readonly string[];
  /** The elements of the steps, in order. */
  readonly elements: readonly ElementDefinition[];
  /** The name of the last step, and where it stands in the text. */
  readonly last: { readonly text: string; readonly start: number; readonly end: number };
}

interface Step {
  readonly plan: StepPlan;
  readonly definition: ElementDefinition;
  readonly token: Token;
}

/** What the recursive descent carries with it. */
interface Parsing {
  readonly reader: TargetReader;
  readonly names: KnownNames;
  readonly used: Set<string>;
  readonly uses: Set<string>;
}

/**
 * Parses `text` with `context` (a resource type, or the type of a list's items) as the first thing; at the root the
 * text may, and for a resource should, begin with the resource type.
 */
export function parseTarget(
  text: string,
  context: string,
  names: KnownNames,
): ParsedTarget | { readonly fault: ExpressionFault } {
  try {
    return readTarget(text, context, names);
  } catch (thrown) {
    return { fault: targetFault(thrown) };
  }
}

function readTarget(text: string, context: string, names: KnownNames): ParsedTarget {
  const reader = createTargetReader(text);
  const parsing: Parsing = { reader, names, used: new Set(), uses: new Set() };
  readRoot(parsing, text, context);
  const steps: Step[] = [];
  let type = context;
  for (;;) {
    const step = readStep(parsing, type);
    steps.push(step);
    type = step.definition.type;
    refuseUnwritable(reader, steps, context);
    if (reader.peek().kind === 'end') break;
    reader.expect('.', AFTER_STEP);
    refuseFunction(parsing);
    if (step.plan.list && !step.plan.where) {
      reader.fail(step.token, {
        code: 'list-without-where',
        message: `${step.token.text} is a list: say which item is meant`,
        hint: `Write ${step.token.text}.where(…), or let the rule write whole items of ${step.token.text}.`,
      });
    }
  }
  const { plan, definition, token } = steps.at(-1) as Step;
  return {
    plan: { text, steps: steps.map((step) => step.plan), type, several: definition.list && !plan.where },
    used: [...parsing.used],
    uses: [...parsing.uses],
    elements: steps.map((step) => step.definition),
    last: { text: token.text, start: token.start, end: token.end },
  };
}

const AFTER_STEP = 'A target is a path of elements: name.where(…).family.';

function readRoot({ reader }: Parsing, text: string, context: string): void {
  const first = reader.peek();
  if (first.kind !== 'name') return;
  if (first.text === context) {
    reader.next();
    if (reader.peek().kind === 'end') {
      const message = `${context} alone is the whole resource`;
      reader.fail(first, {
        code: 'target-syntax',
        message,
        hint: `Name an element of it: ${context}.language.`,
      });
    }
    reader.expect('.', AFTER_STEP);
    return;
  }
  const [root = ''] = context.split('.');
  const isInside = context !== root;
  if (child(context, first.text) || !isResourceType(first.text) || (isInside && first.text !== root)) return;
  const inner =
    isInside && text.trim().startsWith(`${context}.`) ? text.trim().slice(context.length + 1) : undefined;
  reader.fail(first, {
    code: 'unknown-element',
    message: isInside
      ? `inside a list, to: starts at the item, not at ${root}`
      : `this file maps ${context}, not ${first.text}`,
    ...(inner ? { suggestion: inner } : {}),
    ...(isInside
      ? {}
      : { hint: `Each resource type has a file of its own: move this rule to that of ${first.text}.` }),
  });
}

/** What the server sets, and what a mapping promises to leave alone. */
function refuseUnwritable(reader: TargetReader, steps: readonly Step[], context: string): void {
  if (!isResourceType(context)) return;
  const path = steps.map(({ plan }) => plan.element).join('.');
  const why =
    path === 'contained'
      ? 'no rule writes contained resources: what is there stays'
      : path === 'id' || path === 'meta.versionId' || path === 'meta.lastUpdated'
        ? `the FHIR server sets ${path}`
        : undefined;
  if (why)
    reader.fail((steps.at(-1) as Step).token, {
      code: 'not-writable',
      message: why,
      hint:
        path === 'contained'
          ? 'Give it a mapping of its own, and refer to it by reference:; for a name alone, write to .display of the reference.'
          : 'Remove this rule.',
    });
}

const KNOWN_CALLS: ReadonlySet<string> = new Set(['extension', 'where', 'ofType']);

/** `name.first()`, `where(…).where(…)`: FHIRPath, but no target. */
function refuseFunction({ reader }: Parsing): void {
  const token = reader.peek();
  if (token.kind !== 'name' || reader.peekAfter().text !== '(') return;
  if (!KNOWN_CALLS.has(token.text)) {
    reader.fail(token, {
      code: 'target-syntax',
      message: `${token.text}() cannot stand in a target`,
      hint: "Only where(…), ofType(type) and extension('url') can.",
    });
  }
  if (token.text === 'where') {
    const hint = 'Join equations with and: where(a = 1 and b = 2).';
    reader.fail(token, { code: 'target-syntax', message: 'where() stands once behind an element', hint });
  }
}

function readStep(parsing: Parsing, type: string): Step {
  const { reader } = parsing;
  const token = reader.name();
  if (token.text === 'extension' && reader.take('(')) {
    const url = reader.string();
    reader.expect(')');
    const definition = elementOf(reader, token, type);
    const where = [{ path: [{ element: 'url', list: false }], operand: literalOperand(url.text) }];
    return { plan: { element: 'extension', list: true, where }, definition, token };
  }
  const choices = choiceOf(type, token.text);
  if (choices.length > 0 && !child(type, token.text)) return readChoice(reader, token, choices);
  const definition = elementOf(reader, token, type);
  if (reader.peek().text === '.' && reader.peekAfter().text === 'where') {
    reader.expect('.');
    const whereToken = reader.name();
    if (!definition.list) {
      const message = `${token.text} holds one value, and where() is for lists`;
      reader.fail(whereToken, { code: 'where-on-single', message, hint: 'Leave where(…) out.' });
    }
    reader.expect('(');
    const where = readEquations(parsing, definition.type);
    reader.expect(')', reader.peek().kind === 'name' ? 'Equations are joined with and.' : undefined);
    return { plan: { element: definition.name, list: true, where }, definition, token };
  }
  const rivals = definition.choice
    ? choiceOf(type, definition.choice)
        .map(({ name }) => name)
        .filter((name) => name !== definition.name)
    : [];
  return {
    plan: { element: definition.name, list: definition.list, ...(rivals.length > 0 ? { rivals } : {}) },
    definition,
    token,
  };
}

function readChoice(reader: TargetReader, token: Token, choices: readonly ElementDefinition[]): Step {
  const types = choices.map(({ type }) => type);
  const offered = types.length > 12 ? `${types.slice(0, 12).join(', ')} and others` : types.join(', ');
  if (!(reader.peek().text === '.' && reader.peekAfter().text === 'ofType')) {
    reader.fail(token, {
      code: 'choice-without-type',
      message: `${token.text} has several types: say which`,
      hint: `Write ${token.text}.ofType(…) with one of ${offered}.`,
    });
  }
  reader.expect('.');
  reader.name();
  reader.expect('(');
  const wanted = reader.name();
  reader.expect(')');
  const definition = choices.find(({ type }) => type === wanted.text);
  if (!definition) {
    const close = suggest(wanted.text, types);
    return reader.fail(wanted, {
      code: 'unknown-type',
      message: `${token.text} cannot be of the type ${wanted.text}`,
      hint: `It may be ${offered}.`,
      ...(close ? { suggestion: close } : {}),
    });
  }
  const rivals = choices.map(({ name }) => name).filter((name) => name !== definition.name);
  return { plan: { element: definition.name, list: definition.list, rivals }, definition, token };
}

function elementOf(reader: TargetReader, token: Token, type: string): ElementDefinition {
  const definition = child(type, token.text);
  if (definition) return definition;
  const known = childrenOf(type);
  if (isPrimitiveType(type) && token.text === 'extension') {
    return reader.fail(token, {
      code: 'not-writable',
      message: `no rule writes the extensions of a ${type}, which stand beside its value: what is there stays`,
      hint: 'Write the extension to the element, or the resource, that holds this one.',
    });
  }
  if (!known) {
    const message = `there is nothing inside a ${type}`;
    return reader.fail(token, { code: 'unknown-element', message, hint: 'The path ends before it.' });
  }
  const choices = [...known.values()].flatMap(({ choice }) => choice ?? []);
  const isRoot = token.text.toLowerCase() === type.toLowerCase();
  const close = isRoot ? type : suggest(token.text, [...known.keys(), ...choices]);
  return reader.fail(token, {
    code: 'unknown-element',
    message: `${type} has no element ${token.text}`,
    ...(close ? { suggestion: close } : { hint: `It has ${namesOf(known)}.` }),
  });
}

/** Elements that every element and every resource has say nothing about this one. */
const COMMON: ReadonlySet<string> = new Set(
  'id meta implicitRules language text contained extension modifierExtension'.split(' '),
);

/** The elements that are this type's own, for hints. */
export function namesOf(known: ReadonlyMap<string, ElementDefinition>): string {
  const names = [...new Set([...known.values()].map(({ name, choice }) => choice ?? name))];
  const own = names.filter((name) => !COMMON.has(name));
  return own.length > 15 ? `${own.slice(0, 15).join(', ')} and others` : own.join(', ');
}

function readEquations(parsing: Parsing, type: string): readonly EquationPlan[] {
  const equations: EquationPlan[] = [];
  do {
    equations.push(readEquation(parsing, type));
  } while (parsing.reader.takeWord('and'));
  return equations;
}

function readEquation(parsing: Parsing, itemType: string): EquationPlan {
  const { reader } = parsing;
  const path: { element: string; list: boolean }[] = [];
  let type = itemType;
  for (;;) {
    const token = reader.name();
    if (token.text === 'empty' && path.length > 0 && reader.take('(')) {
      reader.expect(')');
      return { path };
    }
    const definition = elementOf(reader, token, type);
    path.push({ element: definition.name, list: definition.list });
    type = definition.type;
    if (reader.take('.')) continue;
    reader.expect('=', 'Equations are path = literal, path = %name or path.empty().');
    if (!isPrimitiveType(type)) {
      const inner =
        type === 'CodeableConcept'
          ? 'coding.code'
          : (childrenOf(type)
              ?.keys()
              .toArray()
              .find((name) => !COMMON.has(name)) ?? 'value');
      const message = `${token.text} is a ${type}: name the element in it to compare`;
      reader.fail(token, { code: 'target-syntax', message, hint: `For example ${token.text}.${inner}.` });
    }
    return { path, operand: readOperand(parsing, definition) };
  }
}

function readOperand({ reader, names, used, uses }: Parsing, definition: ElementDefinition): Operand {
  const token = reader.next();
  if (token.kind === 'variable') {
    const named = namedOperand(token.text, names);
    if ('operand' in named) {
      used.add(named.name);
      uses.add(named.use);
      return named.operand;
    }
    const { start, end, ...fault } = named.fault;
    return reader.fail({ start: token.start + start, end: token.start + end }, fault);
  }
  const value = literalOf(token);
  if (value === undefined) {
    const hint =
      token.text === '='
        ? 'Write one =.'
        : token.kind === 'name'
          ? `Write texts in single quotes: '${token.text}'.`
          : 'Write a text in single quotes, a number, true, false, or a %name.';
    return reader.fail(token, { code: 'target-syntax', message: 'a value is expected behind =', hint });
  }
  const wrong = primitiveFault(definition.type, value);
  if (wrong) {
    return reader.fail(token, {
      code: 'constant',
      message: `${definition.name} ${wrong}`,
      hint: `It is compared with a ${definition.type}.`,
    });
  }
  const { codes } = definition;
  if (codes && !codes.includes(String(value))) reader.fail(token, codeFault(String(value), codes));
  return literalOperand(value);
}

function literalOf({ kind, text }: Token): string | number | boolean | undefined {
  if (kind === 'string') return text;
  if (kind === 'number') return Number(text);
  return kind === 'name' && (text === 'true' || text === 'false') ? text === 'true' : undefined;
}

/** A code that is not in a required value set. */
export function codeFault(code: string, allowed: readonly string[]) {
  const close = suggest(code, allowed);
  const list = allowed.length > 12 ? `${allowed.slice(0, 12).join(', ')} and others` : allowed.join(', ');
  return {
    code: 'code-not-allowed',
    message: `FHIR does not allow the code ${code} here`,
    hint: `Allowed: ${list}.`,
    ...(close ? { suggestion: close } : {}),
  };
}
