/**
 * The `to` of a rule: FHIRPath text in the notation of DICOM Cast's mapping table comes in, a TargetPlan checked against
 * the FHIR element table, or faults with their place in the text, goes out. Grammar: element steps, `where(…)` with
 * equations joined by `and`, `ofType(type)`, `extension('url')`.
 */
import { suggest } from '../diagnostic.ts';
import { child, childrenOf, choiceOf, type ElementDefinition } from '../fhir/elements.ts';
import type { EquationPlan, Operand, StepPlan, TargetPlan } from '../plan.ts';
import type { ExpressionFault } from './jsonata.ts';
import { literalOperand, namedOperand } from './operand.ts';

interface Token {
  readonly kind: 'name' | 'string' | 'number' | 'variable' | 'symbol' | 'end';
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const TOKEN =
  /\s*(?:([A-Za-z_][A-Za-z0-9_]*)|'((?:[^'\\]|\\.)*)'|(-?\d+(?:\.\d+)?)|(%[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)?)|([.()=\][,]))/y;

/** Carries the fault out of the recursive descent; never leaves this file. */
interface Abort {
  readonly fault: ExpressionFault;
}

export interface ParsedTarget {
  readonly plan: TargetPlan;
  /** Names that its equations use. */
  readonly used: readonly string[];
  /** The elements of the steps, in order. */
  readonly elements: readonly ElementDefinition[];
}

/**
 * Parses `text` with `context` (a resource type, or the type of a list's items) as the first thing; at the root the
 * text may, and for a resource should, begin with the resource type.
 */
export function parseTarget(
  text: string,
  context: string,
  names: ReadonlySet<string>,
): ParsedTarget | { readonly fault: ExpressionFault } {
  try {
    const reader = createReader(text);
    const used = new Set<string>();
    if (reader.peek().kind === 'name' && reader.peek().text === context) {
      reader.next();
      reader.expect('.');
    }
    const steps: StepPlan[] = [];
    let type = context;
    const elements: ElementDefinition[] = [];
    for (;;) {
      const step = readStep(reader, type, names, used);
      steps.push(step.plan);
      type = step.definition.type;
      elements.push(step.definition);
      if (reader.peek().kind === 'end') break;
      if (step.plan.list && !step.plan.where) {
        reader.fail(
          step.token,
          'list-without-where',
          `${step.token.text} is a list: say which item is meant`,
          {
            hint: `Write ${step.token.text}.where(…), or make the rule write whole items.`,
          },
        );
      }
      reader.expect('.');
    }
    const end = steps.at(-1);
    const plan: TargetPlan = { text, steps, type, several: Boolean(elements.at(-1)?.list && !end?.where) };
    return { plan, used: [...used], elements };
  } catch (abort) {
    if (isAbort(abort)) return { fault: abort.fault };
    throw abort;
  }
}

function readStep(
  reader: Reader,
  type: string,
  names: ReadonlySet<string>,
  used: Set<string>,
): { readonly plan: StepPlan; readonly definition: ElementDefinition; readonly token: Token } {
  const token = reader.name();
  if (token.text === 'extension' && reader.take('(')) {
    const url = reader.string();
    reader.expect(')');
    const definition = elementOf(reader, token, type);
    const where: EquationPlan[] = [{ path: [{ element: 'url', list: false }], operand: literalOperand(url) }];
    return { plan: { element: 'extension', list: true, where }, definition, token };
  }
  const choices = choiceOf(type, token.text);
  if (choices.length > 0 && !child(type, token.text)) return readChoice(reader, token, choices);
  const definition = elementOf(reader, token, type);
  if (reader.peek().text === '.' && reader.peekAfter().text === 'where') {
    reader.expect('.');
    const whereToken = reader.name();
    if (!definition.list) {
      reader.fail(whereToken, 'where-on-single', `${token.text} holds one value; where() is for lists`);
    }
    reader.expect('(');
    const where = readEquations(reader, definition.type, names, used);
    reader.expect(')');
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

function readChoice(
  reader: Reader,
  token: Token,
  choices: readonly ElementDefinition[],
): { readonly plan: StepPlan; readonly definition: ElementDefinition; readonly token: Token } {
  const offered = choices.map(({ type }) => type).join(', ');
  if (!(reader.peek().text === '.' && reader.peekAfter().text === 'ofType')) {
    reader.fail(token, 'choice-without-type', `${token.text} may have several types: ${offered}`, {
      hint: `Write ${token.text}.ofType(${choices[0]?.type ?? 'type'}).`,
    });
  }
  reader.expect('.');
  reader.name();
  reader.expect('(');
  const wanted = reader.name();
  reader.expect(')');
  const definition = choices.find(({ type }) => type === wanted.text);
  if (!definition) {
    const close = suggest(
      wanted.text,
      choices.map(({ type }) => type),
    );
    return reader.fail(
      wanted,
      'unknown-type',
      `${token.text} has no type ${wanted.text}; it may be ${offered}`,
      {
        ...(close ? { suggestion: close } : {}),
      },
    );
  }
  const rivals = choices.map(({ name }) => name).filter((name) => name !== definition.name);
  return { plan: { element: definition.name, list: definition.list, rivals }, definition, token };
}

function elementOf(reader: Reader, token: Token, type: string): ElementDefinition {
  const definition = child(type, token.text);
  if (definition) return definition;
  const known = childrenOf(type);
  if (!known) return reader.fail(token, 'unknown-element', `${type} has no elements inside`);
  const close = suggest(token.text, known.keys());
  return reader.fail(
    token,
    'unknown-element',
    `${type} has no element ${token.text}`,
    close ? { suggestion: close } : {},
  );
}

function readEquations(
  reader: Reader,
  type: string,
  names: ReadonlySet<string>,
  used: Set<string>,
): readonly EquationPlan[] {
  const equations: EquationPlan[] = [];
  do {
    equations.push(readEquation(reader, type, names, used));
  } while (reader.takeWord('and'));
  return equations;
}

function readEquation(
  reader: Reader,
  itemType: string,
  names: ReadonlySet<string>,
  used: Set<string>,
): EquationPlan {
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
    if (!reader.take('.')) break;
  }
  reader.expect('=');
  return { path, operand: readOperand(reader, names, used) };
}

function readOperand(reader: Reader, names: ReadonlySet<string>, used: Set<string>): Operand {
  const token = reader.next();
  switch (token.kind) {
    case 'string':
      return literalOperand(token.text);
    case 'number':
      return literalOperand(Number(token.text));
    case 'name':
      if (token.text === 'true' || token.text === 'false') return literalOperand(token.text === 'true');
      break;
    case 'variable': {
      const named = namedOperand(token.text, names);
      if ('fault' in named) {
        return reader.fail(
          token,
          'unknown-variable',
          named.fault,
          named.suggestion ? { suggestion: named.suggestion } : {},
        );
      }
      used.add(named.name);
      return named.operand;
    }
    default:
      break;
  }
  return reader.fail(token, 'target-syntax', "expected a literal such as 'usual', or a %name");
}

interface Reader {
  peek(): Token;
  peekAfter(): Token;
  next(): Token;
  name(): Token;
  string(): string;
  take(symbol: string): boolean;
  takeWord(word: string): boolean;
  expect(symbol: string): void;
  fail(token: Token, code: string, message: string, more?: { hint?: string; suggestion?: string }): never;
}

function createReader(text: string): Reader {
  const tokens: Token[] = [];
  const fail: Reader['fail'] = (token, code, message, more = {}) => {
    throw {
      fault: { code, message, start: token.start, end: Math.max(token.end, token.start + 1), ...more },
    } satisfies Abort;
  };
  TOKEN.lastIndex = 0;
  for (let position = 0; ; ) {
    TOKEN.lastIndex = position;
    const match = TOKEN.exec(text);
    if (!match) {
      const start = position + (/^\s*/.exec(text.slice(position))?.[0].length ?? 0);
      if (start < text.length) {
        fail(
          { kind: 'end', text: '', start, end: start + 1 },
          'target-syntax',
          `unexpected character ${text[start]}`,
        );
      }
      tokens.push({ kind: 'end', text: '', start: Math.max(0, text.length - 1), end: text.length });
      break;
    }
    const [whole, name, quoted, number, variable] = match;
    const end = position + whole.length;
    const start = end - whole.trimStart().length;
    if (name !== undefined) tokens.push({ kind: 'name', text: name, start, end });
    else if (quoted !== undefined)
      tokens.push({ kind: 'string', text: quoted.replace(/\\(.)/g, '$1'), start, end });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number, start, end });
    else if (variable !== undefined) tokens.push({ kind: 'variable', text: variable, start, end });
    else tokens.push({ kind: 'symbol', text: match[5] ?? '', start, end });
    position = end;
  }
  let index = 0;
  const at = (offset: number): Token => tokens[Math.min(index + offset, tokens.length - 1)] as Token;
  const next = (): Token => {
    const token = at(0);
    index++;
    return token;
  };
  const shown = (token: Token): string => (token.kind === 'end' ? 'the end of the path' : token.text);
  return {
    peek: () => at(0),
    peekAfter: () => at(1),
    next,
    name() {
      const token = next();
      return token.kind === 'name'
        ? token
        : fail(token, 'target-syntax', `expected an element name instead of ${shown(token)}`);
    },
    string() {
      const token = next();
      return token.kind === 'string'
        ? token.text
        : fail(token, 'target-syntax', `expected a text in single quotes instead of ${shown(token)}`);
    },
    take(symbol) {
      if (at(0).kind !== 'symbol' || at(0).text !== symbol) return false;
      index++;
      return true;
    },
    takeWord(word) {
      if (at(0).kind !== 'name' || at(0).text !== word) return false;
      index++;
      return true;
    },
    expect(symbol) {
      const token = next();
      if (token.kind !== 'symbol' || token.text !== symbol) {
        fail(token, 'target-syntax', `expected ${symbol} instead of ${shown(token)}`);
      }
    },
    fail,
  };
}

function isAbort(value: unknown): value is Abort {
  return typeof value === 'object' && value !== null && 'fault' in value;
}
