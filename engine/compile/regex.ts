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

/** What JSONata constructs from each regular expression: `new` on a function that returns an object gives that object. */
export function LinearRegExp(pattern: RegExp | string): LinearPattern {
  const compiled = compilePattern(pattern);
  const state: LinearPattern = {
    lastIndex: 0,
    exec(text) {
      const matcher = compiled.matcher(text);
      if (state.lastIndex > text.length || !matcher.find(state.lastIndex)) {
        state.lastIndex = 0;
        return null;
      }
      state.lastIndex = matcher.end();
      const groups = Array.from(
        { length: matcher.groupCount() + 1 },
        (_, group) => matcher.group(group) ?? undefined,
      );
      return Object.assign(groups, { index: matcher.start() });
    },
  };
  return state;
}

export interface PatternFault {
  readonly code: 'regex';
  readonly message: string;
  readonly hint?: string;
}

/** What is wrong with the pattern, or undefined when it can be run. */
export function patternFault(pattern: RegExp | string): PatternFault | undefined {
  try {
    compilePattern(pattern);
    return undefined;
  } catch {
    return brokenPattern(typeof pattern === 'string' ? pattern : pattern.source);
  }
}

/** What is wrong with a pattern that could not be read. */
export function brokenPattern(source: string): PatternFault {
  const isSlow = /\(\?<?[=!]|\\[1-9]|\\k</.test(source);
  if (!isSlow) return { code: 'regex', message: 'this regular expression is not understood' };
  const hint = 'Look-around, as in (?=…), and back references, as in \\1, do not exist here.';
  return { code: 'regex', message: 'this regular expression cannot be run in linear time', hint };
}

/** True when the pattern is found somewhere in the text; as FHIRPath wants it, `.` is any character (FHIRPath 5.6.9). */
export function patternMatches(pattern: string, text: string): boolean {
  return RE2JS.compile(RE2JS.translateRegExp(pattern), RE2JS.DOTALL).matcher(text).find();
}

function compilePattern(pattern: RegExp | string): RE2JS {
  const flags = typeof pattern === 'string' ? '' : pattern.flags;
  let mode = 0;
  if (flags.includes('i')) mode |= RE2JS.CASE_INSENSITIVE;
  if (flags.includes('m')) mode |= RE2JS.MULTILINE;
  return RE2JS.compile(RE2JS.translateRegExp(typeof pattern === 'string' ? pattern : pattern.source), mode);
}
