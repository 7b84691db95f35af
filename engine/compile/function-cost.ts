/**
 * What one call of a function of JSONata may cost: the functions come in as JSONata has them, the same functions go out that
 * count what they do as steps, before they do it. Two are made anew, since theirs take time or memory with the square of a list.
 */
import {
  type Evaluation,
  MOST_CHARACTERS,
  overrun,
  spend,
  spendPlaces,
  spendText,
  spendValue,
  TOO_LONG_TEXT,
} from './expression-cost.ts';

/** A function as JSONata's frames hold it. */
export interface NativeFunction {
  readonly _jsonata_function: true;
  readonly implementation: Implementation;
  readonly signature?: unknown;
}

export type Implementation = (this: Focus, ...parameters: readonly unknown[]) => unknown;

interface Focus {
  readonly environment: { readonly base: Evaluation };
  createSequence(): unknown[];
}

type Cost = (evaluation: Evaluation, parameters: readonly unknown[]) => void;

/** Pictures of numbers and times; JSONata takes them apart again for every call. */
const MOST_OF_A_PICTURE = 200;
/** Characters of a time that is read by a picture. */
const MOST_OF_A_TIME = 100;

/** Steps beyond one for each call and those of going through what goes in. */
const COSTS: Readonly<Record<string, Cost>> = {
  pad(evaluation, [text, width, padding]) {
    const length = Math.abs(Number(width)) * Math.max(1, lengthOf(padding));
    // Also where the width is no number.
    if (!(length <= MOST_CHARACTERS)) throw overrun(TOO_LONG_TEXT);
    spendText(evaluation, { length: length + lengthOf(text) });
  },
  join(evaluation, [texts, separator]) {
    if (!Array.isArray(texts)) return;
    const length = texts.reduce<number>((sum, text) => sum + lengthOf(text) + lengthOf(separator), 0);
    spendText(evaluation, { length });
  },
  replace(evaluation, [text, pattern, replacement]) {
    if (typeof text !== 'string' || typeof pattern !== 'string' || pattern === '') return;
    const length = text.length + (text.split(pattern).length - 1) * lengthOf(replacement);
    spendText(evaluation, { length });
  },
  // Each item is appended to a copy of those before it.
  spread: (evaluation, [list]) => spendPlaces(evaluation, Array.isArray(list) ? list.length ** 2 : 0),
  // An object for each, an array in each.
  zip: (evaluation, lists) =>
    spendPlaces(evaluation, 40 * lists.length * Math.max(0, ...lists.map(lengthOf))),
  formatNumber: (_, [, picture]) => atMost(picture, MOST_OF_A_PICTURE),
  formatInteger: (_, [, picture]) => atMost(picture, MOST_OF_A_PICTURE),
  parseInteger: (_, [, picture]) => atMost(picture, MOST_OF_A_PICTURE),
  fromMillis: (_, [, picture]) => atMost(picture, MOST_OF_A_PICTURE),
  toMillis(evaluation, [text, picture]) {
    atMost(text, MOST_OF_A_TIME);
    atMost(picture, MOST_OF_A_PICTURE);
    if (typeof picture === 'string') spend(evaluation, divisions(lengthOf(text), picture) / 200);
  },
};

/**
 * Ways of sharing out a text among the parts of a picture, all of which the regular expression that JSONata makes of it may
 * try: parts of letters, and all of them where digits stand between them.
 */
function divisions(length: number, picture: string): number {
  const parts = picture.match(/\[[^\]]*\]?/g) ?? [];
  const between = picture.replace(/\[[^\]]*\]?/g, '');
  const open = /\d/.test(between) ? parts : parts.filter((part) => /^\[.[^0-9#]*[a-zA-Z]/.test(part));
  return open.reduce((ways, _, index) => (ways * (length + index)) / (index + 1), 1);
}

function atMost(text: unknown, most: number): void {
  if (lengthOf(text) > most) throw overrun(TOO_LONG_TEXT);
}

function lengthOf(value: unknown): number {
  return typeof value === 'string' || Array.isArray(value) ? value.length : 0;
}

const OWN: Readonly<Record<string, Implementation>> = { sort, distinct };

/** Copies that count; JSONata writes into them where it was when it called them. */
export function meteredFunctions(
  names: Iterable<string>,
  find: (name: string) => NativeFunction,
): Readonly<Record<string, NativeFunction>> {
  return Object.fromEntries(
    [...names].map((name) => {
      const found = find(name);
      return [name, { ...found, implementation: metered(name, found.implementation) }];
    }),
  );
}

/** The same function, of ours or of JSONata; `name` is known here only where the function does more than read its parameters. */
export function metered(name: string, original: Implementation): Implementation {
  const cost = COSTS[name];
  const run = OWN[name] ?? original;
  const counted: Implementation = function (...parameters) {
    const { base } = this.environment;
    spend(base, 1);
    // What it gives is counted as the result of the call, or as a parameter of the next one.
    for (const parameter of parameters) {
      if (typeof parameter === 'string') spendText(base, parameter, false);
      else if (typeof parameter === 'object' && parameter !== null) spendValue(base, parameter);
    }
    cost?.(base, parameters);
    return run.call(this, ...(name === 'replace' ? withCountedPattern(base, parameters) : parameters));
  };
  // JSONata reads the number of parameters from the function, and their names from its text.
  Object.defineProperty(counted, 'length', { value: original.length });
  Object.defineProperty(counted, 'toString', { value: () => original.toString() });
  return counted;
}

function isPromise(value: unknown): value is Promise<unknown> {
  return (
    typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
  );
}

interface Match {
  readonly match?: string;
  readonly groups?: readonly unknown[];
  readonly next?: () => unknown;
}

/** `$replace` with a regular expression: every match makes a text out of its groups. */
function withCountedPattern(evaluation: Evaluation, parameters: readonly unknown[]): readonly unknown[] {
  const [text, pattern, replacement, ...rest] = parameters;
  if (typeof pattern !== 'function' || typeof replacement !== 'string') return parameters;
  const references = replacement.split('$').length - 1;
  const count = (found: unknown): unknown => {
    if (typeof found !== 'object' || found === null) return found;
    const { match, groups = [], next } = found as Match;
    const longest = Math.max(lengthOf(match), ...groups.map(lengthOf));
    spendText(evaluation, { length: replacement.length + references * longest });
    return typeof next === 'function' ? { ...found, next: () => after(next()) } : found;
  };
  const after = (found: unknown): unknown => (isPromise(found) ? found.then(count) : count(found));
  return [text, (...asked: readonly unknown[]) => after(pattern(...asked)), replacement, ...rest];
}

/**
 * Stable merge sort; asks the same questions in the same order as JSONata's own, which copies both halves for each answer and
 * keeps all copies. `comparator` is true where its first argument belongs behind its second.
 */
async function sort(this: Focus, ...[list, comparator]: readonly unknown[]): Promise<unknown> {
  if (!Array.isArray(list) || list.length <= 1) return list;
  const { base } = this.environment;
  const every = (type: string): boolean => list.every((item) => typeof item === type);
  if (comparator === undefined && !every('number') && !every('string')) throw overrun('D3070');
  const isBehind = (a: unknown, b: unknown): unknown =>
    comparator === undefined
      ? (a as string) > (b as string)
      : (comparator as Implementation).call(this, a, b);
  const sorted = async (items: readonly unknown[]): Promise<readonly unknown[]> => {
    if (items.length <= 1) return items;
    spendPlaces(base, items.length);
    const middle = Math.floor(items.length / 2);
    const left = await sorted(items.slice(0, middle));
    const right = await sorted(items.slice(middle));
    const merged: unknown[] = [];
    let [l, r] = [0, 0];
    while (l < left.length && r < right.length) {
      const answer = isBehind(left[l], right[r]);
      const takesRight = isPromise(answer) ? await answer : answer;
      merged.push(takesRight ? right[r++] : left[l++]);
    }
    for (; l < left.length; l++) merged.push(left[l]);
    for (; r < right.length; r++) merged.push(right[r]);
    return merged;
  };
  return sorted(list);
}

/** Without what is equal to something before it; compares by one text of each, where JSONata compares all with all. */
function distinct(this: Focus, ...[list]: readonly unknown[]): unknown {
  if (!Array.isArray(list) || list.length <= 1) return list;
  const isSequence = (list as { sequence?: unknown }).sequence === true;
  const results = isSequence ? this.createSequence() : [];
  const seen = new Set<string>();
  const functions = new Map<unknown, number>();
  for (const value of list) {
    const key = keyOf(value, functions);
    if (seen.has(key)) continue;
    seen.add(key);
    results.push(value);
  }
  return results;
}

/** Equal for equal values: keys in any order; functions are equal to themselves alone. */
function keyOf(value: unknown, functions: Map<unknown, number>): string {
  if (Array.isArray(value)) return `[${value.map((item) => keyOf(item, functions)).join()}]`;
  if (typeof value !== 'object' || value === null) {
    return typeof value === 'function' ? numbered(value, functions) : (JSON.stringify(value) ?? 'undefined');
  }
  if ('_jsonata_lambda' in value || '_jsonata_function' in value) return numbered(value, functions);
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([name, part]) => `${JSON.stringify(name)}:${keyOf(part, functions)}`).join()}}`;
}

function numbered(value: unknown, functions: Map<unknown, number>): string {
  const number = functions.get(value) ?? functions.size;
  functions.set(value, number);
  return `f${number}`;
}
