/**
 * What an expression gave comes in as JSONata left it; plain, frozen JSON within limits goes out, undefined when there is
 * nothing. What is too much throws mapping.evaluation; messages carry no values.
 */
import { EngineError } from '../errors.ts';

/**
 * What is asked of a result: `value` becomes FHIR; `between` (a `let`) may be a part of the dataset, and larger; `items`
 * (a `forEach`) is a list of such parts, in which lists keep their places.
 */
export type ResultKind = 'value' | 'between' | 'items';

interface Limit {
  /** Texts, numbers, lists and objects together. */
  readonly values: number;
  /** UTF-16 units of all texts and keys. */
  readonly characters: number;
}

/** A FHIR element that is larger is a mistake; what an expression hands on may be a large part of a large report. */
const SMALL: Limit = { values: 10_000, characters: 1_000_000 };
const LARGE: Limit = { values: 1_000_000, characters: 32_000_000 };
const LIMITS: Readonly<Record<ResultKind, Limit>> = { value: SMALL, between: LARGE, items: LARGE };
const MOST_ITEMS = 10_000;
const DEEPEST = 50;

/** The only item of a list is unwrapped by JSONata: `items` are a list again, without those that are absent. */
export function resultOf(raw: unknown, kind: ResultKind): unknown {
  const copying: Copying = { limit: LIMITS[kind], open: { ...LIMITS[kind] }, keepsPlaces: kind === 'items' };
  if (kind !== 'items') return plain(raw, 0, copying);
  if (raw === undefined || raw === null) return undefined;
  const list: readonly unknown[] = Array.isArray(raw) ? raw : [raw];
  if (list.length > MOST_ITEMS) throw tooMuch('items', MOST_ITEMS);
  const items = list.map((item) => plain(item, 1, copying)).filter((item) => item !== undefined);
  return items.length === 0 ? undefined : Object.freeze(items);
}

interface Copying {
  readonly limit: Limit;
  /** What is left of the limit. */
  readonly open: { values: number; characters: number };
  /** True where an empty value keeps its place in a list: several values of an attribute belong together by position. */
  readonly keepsPlaces: boolean;
}

/** A copy without JSONata's null prototypes, hidden properties, functions, and without what counts as absent. */
function plain(value: unknown, depth: number, copying: Copying): unknown {
  if (depth > DEEPEST) throw failure(`the expression gave a result nested more than ${DEEPEST} deep`);
  if (--copying.open.values < 0) throw tooMuch('values', copying.limit.values);
  switch (typeof value) {
    case 'string':
      spend(copying, value.length);
      return value.trim() === '' ? undefined : value;
    case 'boolean':
    case 'undefined':
      return value;
    case 'number':
      if (!Number.isFinite(value)) throw failure('the expression gave a number that is not finite');
      return value;
    case 'object': {
      if (value === null) return undefined;
      if (Array.isArray(value)) {
        const all = value.map((item) => plain(item, depth + 1, copying));
        const some = all.filter((item) => item !== undefined);
        if (some.length === 0) return undefined;
        return Object.freeze(copying.keepsPlaces ? all : some);
      }
      const children = Object.entries(value)
        .map(([name, child]) => {
          spend(copying, name.length);
          return [name, plain(child, depth + 1, copying)] as const;
        })
        .filter(([, child]) => child !== undefined);
      return children.length === 0 ? undefined : Object.freeze(Object.fromEntries(children));
    }
    default:
      throw failure(`the expression gave a ${typeof value} instead of data`);
  }
}

function spend({ open, limit }: Copying, characters: number): void {
  open.characters -= characters;
  if (open.characters < 0) throw tooMuch('characters', limit.characters);
}

function tooMuch(what: string, limit: number): EngineError {
  return failure(`the expression gave more than ${limit} ${what}`);
}

function failure(message: string): EngineError {
  return new EngineError('mapping.evaluation', message);
}
