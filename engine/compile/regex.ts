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

/** Why the pattern cannot be run in linear time, or undefined. */
export function patternFault(pattern: RegExp | string): string | undefined {
  try {
    compilePattern(pattern);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : 'not understood';
  }
}

/** True when the pattern is found somewhere in the text. */
export function patternMatches(pattern: string, text: string): boolean {
  return compilePattern(pattern).matcher(text).find();
}

function compilePattern(pattern: RegExp | string): RE2JS {
  const flags = typeof pattern === 'string' ? '' : pattern.flags;
  let mode = 0;
  if (flags.includes('i')) mode |= RE2JS.CASE_INSENSITIVE;
  if (flags.includes('m')) mode |= RE2JS.MULTILINE;
  return RE2JS.compile(RE2JS.translateRegExp(typeof pattern === 'string' ? pattern : pattern.source), mode);
}
