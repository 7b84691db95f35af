/**
 * Regular expressions that run in linear time: a pattern comes in, an object that JSONata and FHIRPath can use in place of
 * RegExp goes out. Look-around and back references are refused, since no linear engine has them.
 */
import { RE2JS } from 're2js';

/** The part of RegExp that JSONata uses. */
export interface LinearPattern {
  lastIndex: number;
  exec(text: string): (readonly (string | undefined)[] & { index: number }) | null;
}

/** Instructions of a compiled pattern: what it repeats by number is written out. */
const MOST_INSTRUCTIONS = 1000;
/** Characters times instructions, for patterns of FHIRPath: about half a second at most. */
const MOST_WORK = 20_000_000;

/**
 * What JSONata constructs from each regular expression: `new` on a function that returns an object gives that object.
 * `spend` is told of every search beforehand, in steps of an evaluation.
 */
export function LinearRegExp(
  pattern: RegExp | string,
  spend: (steps: number) => void = () => undefined,
): LinearPattern {
  const compiled = compilePattern(pattern);
  const size = compiled.programSize();
  const isBounded = endsWithItsMatch(typeof pattern === 'string' ? pattern : pattern.source);
  const state: LinearPattern = {
    lastIndex: 0,
    exec(text) {
      const from = state.lastIndex;
      const work = (characters: number) =>
        spend(Math.floor((Math.max(0, characters) * size * (1 + size / 100)) / 200));
      spend(1);
      if (!isBounded) work(text.length - from);
      const matcher = compiled.matcher(text);
      if (state.lastIndex > text.length || !matcher.find(state.lastIndex)) {
        state.lastIndex = 0;
        if (isBounded) work(text.length - from);
        return null;
      }
      state.lastIndex = matcher.end();
      if (isBounded) work(state.lastIndex - from + size);
      const groups = Array.from(
        { length: matcher.groupCount() + 1 },
        (_, group) => matcher.group(group) ?? undefined,
      );
      return Object.assign(groups, { index: matcher.start() });
    },
  };
  return state;
}

/**
 * True for a pattern of which a search looks hardly further than its match ends: nothing in it is repeated without end, but
 * perhaps its last part. Others, such as a(.*b)?, may look at all of the text for each match.
 */
function endsWithItsMatch(source: string): boolean {
  const signs = source.replace(/\\.|\[(?:\\.|[^\]\\])*\]/gs, 'x');
  return !/[*+]|\{\d+,\}/.test(signs.replace(/(?:^|\w)[*+]$/, ''));
}

export interface PatternFault {
  readonly code: 'regex';
  readonly message: string;
  readonly hint?: string;
}

/** What is wrong with the pattern, or undefined when it can be run. */
export function patternFault(pattern: RegExp | string): PatternFault | undefined {
  try {
    return isTooLarge(compilePattern(pattern)) ? TOO_LARGE : undefined;
  } catch (error) {
    if (/repeat count/.test((error as Error).message)) return TOO_LARGE;
    return brokenPattern(typeof pattern === 'string' ? pattern : pattern.source);
  }
}

const TOO_LARGE: PatternFault = {
  code: 'regex',
  message: 'this regular expression is too large',
  hint: 'Repetitions by number, as in {1,500}, are written out: use * or +, or smaller numbers.',
};

function isTooLarge(program: RE2JS): boolean {
  return program.programSize() > MOST_INSTRUCTIONS;
}

/** What is wrong with a pattern that could not be read. */
export function brokenPattern(source: string): PatternFault {
  const isSlow = /\(\?<?[=!]|\\[1-9]|\\k</.test(source);
  if (!isSlow) return { code: 'regex', message: 'this regular expression is not understood' };
  const hint = 'Look-around, as in (?=…), and back references, as in \\1, do not exist here.';
  return { code: 'regex', message: 'this regular expression cannot be run in linear time', hint };
}

/**
 * True when the pattern is found somewhere in the text; as FHIRPath wants it, `.` is any character (FHIRPath 5.6.9). Throws
 * for a pattern that is not understood, and for one that is too large for this text.
 */
export function patternMatches(pattern: string, text: string): boolean {
  const program = RE2JS.compile(RE2JS.translateRegExp(pattern), RE2JS.DOTALL);
  if (isTooLarge(program) || text.length * program.programSize() > MOST_WORK)
    throw new RangeError('the regular expression is too large for the text');
  return program.matcher(text).find();
}

function compilePattern(pattern: RegExp | string): RE2JS {
  const flags = typeof pattern === 'string' ? '' : pattern.flags;
  let mode = 0;
  if (flags.includes('i')) mode |= RE2JS.CASE_INSENSITIVE;
  if (flags.includes('m')) mode |= RE2JS.MULTILINE;
  return RE2JS.compile(RE2JS.translateRegExp(typeof pattern === 'string' ? pattern : pattern.source), mode);
}
