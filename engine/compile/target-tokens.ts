/**
 * The words of a `to`: text comes in, a reader of its tokens with their places goes out. A fault leaves as an exception that
 * only `targetFault` understands.
 */
import type { ExpressionFault } from './findings.ts';

export interface Token {
  readonly kind: 'name' | 'string' | 'number' | 'variable' | 'symbol' | 'end';
  /** Of a string: what it means, without quotes and escapes. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

export interface TargetReader {
  peek(): Token;
  peekAfter(): Token;
  next(): Token;
  name(): Token;
  string(): Token;
  take(symbol: string): boolean;
  takeWord(word: string): boolean;
  /** `hint` says what to do where the symbol is missing. */
  expect(symbol: string, hint?: string): Token;
  fail(place: Pick<Token, 'start' | 'end'>, fault: Omit<ExpressionFault, 'start' | 'end'>): never;
}

/** Carries the fault out of the recursive descent. */
interface Abort {
  readonly fault: ExpressionFault;
}

const TOKEN =
  /\s*(?:([A-Za-z_][A-Za-z0-9_]*)|'((?:[^'\\]|\\.)*)'|(-?\d+(?:\.\d+)?)|(%[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*)|([.()=,]))/y;

/** Characters that people write in a `to`, and what to write instead. */
const STRAY: Readonly<Record<string, string>> = {
  '[': 'Which item of a list is meant is said with where(…), never by its number.',
  '"': "Write texts in single quotes: 'usual'.",
  '!': 'Equations are path = literal, path = %name or path.empty().',
  '|': 'A target is one path; write a second rule for the other.',
  $: 'Names are written %name here.',
  ':': "Write addresses in single quotes: 'http://example.org/size'.",
};

/** Throws what `targetFault` reads. */
export function createTargetReader(text: string): TargetReader {
  const fail: TargetReader['fail'] = (place, fault) => {
    throw { fault: { ...fault, start: place.start, end: place.end } } satisfies Abort;
  };
  const tokens = tokensOf(text, fail);
  let index = 0;
  const at = (offset: number): Token => tokens[Math.min(index + offset, tokens.length - 1)] as Token;
  const next = (): Token => {
    const token = at(0);
    index++;
    return token;
  };
  const wanted = (what: string, token: Token, hint?: string): never =>
    fail(token, {
      code: 'target-syntax',
      message:
        token.kind === 'end'
          ? `the path ends where ${what} is expected`
          : `${what} is expected instead of ${shown(token)}`,
      ...(hint ? { hint } : {}),
    });
  return {
    peek: () => at(0),
    peekAfter: () => at(1),
    next,
    name() {
      const token = next();
      return token.kind === 'name' ? token : wanted('an element name', token);
    },
    string() {
      const token = next();
      return token.kind === 'string' ? token : wanted('a text in single quotes', token);
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
    expect(symbol, hint) {
      const token = next();
      return token.kind === 'symbol' && token.text === symbol ? token : wanted(symbol, token, hint);
    },
    fail,
  };
}

/** The fault that a reader threw; anything else is thrown again. */
export function targetFault(thrown: unknown): ExpressionFault {
  if (typeof thrown === 'object' && thrown !== null && 'fault' in thrown) return (thrown as Abort).fault;
  throw thrown;
}

function tokensOf(text: string, fail: TargetReader['fail']): readonly Token[] {
  const tokens: Token[] = [];
  for (let position = 0; ; ) {
    TOKEN.lastIndex = position;
    const match = TOKEN.exec(text);
    if (!match) {
      const start = position + (/^\s*/.exec(text.slice(position))?.[0].length ?? 0);
      if (start < text.length) {
        const char = text[start] ?? '';
        const hint = STRAY[char];
        const message = char === "'" ? 'a text has no closing quote' : `${char} has no meaning in a target`;
        fail({ start, end: start + 1 }, { code: 'target-syntax', message, ...(hint ? { hint } : {}) });
      }
      const end = text.trimEnd().length;
      return [...tokens, { kind: 'end', text: '', start: end, end }];
    }
    const [whole, name, quoted, number, variable, symbol = ''] = match;
    const end = position + whole.length;
    const place = { start: end - whole.trimStart().length, end };
    if (name !== undefined) tokens.push({ kind: 'name', text: name, ...place });
    else if (quoted !== undefined)
      tokens.push({ kind: 'string', text: quoted.replace(/\\(.)/gs, '$1'), ...place });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number, ...place });
    else if (variable !== undefined) tokens.push({ kind: 'variable', text: variable, ...place });
    else tokens.push({ kind: 'symbol', text: symbol, ...place });
    position = end;
  }
}

function shown({ kind, text }: Token): string {
  return kind === 'string' ? `'${text}'` : text;
}
