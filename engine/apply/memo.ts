/**
 * What expressions and whole levels of rules gave, remembered by everything that they read: a study level is computed once
 * for a study, not once for an instance. Bounded by bytes; results are frozen and shared.
 */
import { LRUCache } from 'lru-cache';
import type { DicomJson } from '../dicom/entry.ts';
import type { ExpressionPlan, LevelReads, Names, ReadScope } from '../plan.ts';
import { firstText, type RawReader, rawReader, sameElement, sameRaw, weigh } from './raw.ts';

export interface Memo {
  /**
   * The result of the expression on this dataset, undefined when absent: at once where it is known, else a promise. Throws,
   * or rejects with, what the expression throws.
   */
  evaluate(expression: ExpressionPlan, dataset: DicomJson, names: Names): unknown;
  /** Where what a level gives on this dataset may be kept; undefined for a level that is not met twice. */
  level(reads: LevelReads | undefined, scope: ReadScope, enforce: boolean): LevelPlace | undefined;
}

export interface LevelPlace {
  /** What was kept here; undefined when nothing was. */
  recall(): unknown;
  /** Keeps a frozen result. `values`: what it holds that may be large. */
  keep(result: object, values: readonly unknown[]): void;
}

/** `maxBytes` bounds what is kept and by what, together: half for expressions, half for levels. */
export function createMemo(maxBytes = 16 * 1024 * 1024): Memo {
  return { evaluate: createExpressions(maxBytes / 2), level: createLevels(maxBytes / 2) };
}

function createExpressions(maxSize: number): Memo['evaluate'] {
  const cache = new LRUCache<string, { readonly result: unknown }>({
    maxSize,
    sizeCalculation: ({ result }, key) => 2 * (key.length + (JSON.stringify(result)?.length ?? 0)) + 64,
  });
  const ids = new WeakMap<ExpressionPlan, number>();
  let nextId = 0;
  return (expression, dataset, names) => {
    const input = expression.view(dataset);
    // Each item of forEach is met once: to remember it would only push out what is met again.
    if (expression.names.includes('item')) return expression.evaluate(input, names);
    const id = ids.get(expression) ?? nextId++;
    ids.set(expression, id);
    const key = `${id} ${JSON.stringify([input, expression.names.map((name) => names[name] ?? null)])}`;
    const known = cache.get(key);
    if (known) return known.result;
    return expression.evaluate(input, names).then((result) => {
      cache.set(key, { result });
      return result;
    });
  };
}

/** One result of a level, and everything that it follows from. */
interface Kept {
  readonly elements: readonly unknown[];
  readonly settings: unknown;
  readonly source: unknown;
  readonly enforce: boolean;
  readonly result: object;
  readonly bytes: number;
}

/** A level with what reads its part of a dataset. */
interface LevelReaders {
  readonly id: number;
  readonly by: RawReader | undefined;
  readonly all: readonly RawReader[];
}

/** Of one study several kinds of instances may come in turn; more kinds than these are computed again. */
const KINDS = 4;

function createLevels(maxSize: number): Memo['level'] {
  // Found by the text of the identity or key, then compared with everything: no two results can be mistaken.
  const cache = new LRUCache<string, readonly Kept[]>({
    maxSize,
    maxEntrySize: maxSize / 16,
    sizeCalculation: (kinds, key) => kinds.reduce((sum, { bytes }) => sum + bytes, 2 * key.length + 64),
  });
  const readers = new WeakMap<LevelReads, LevelReaders>();
  let nextId = 0;
  const readersOf = (reads: LevelReads): LevelReaders => {
    const known = readers.get(reads);
    if (known) return known;
    const made = { id: nextId++, by: reads.by && rawReader(reads.by), all: reads.paths.map(rawReader) };
    readers.set(reads, made);
    return made;
  };
  return (reads, { dataset, names }, enforce) => {
    if (!reads) return undefined;
    const { id, by, all } = readersOf(reads);
    const key = `${id} ${by ? firstText(by(dataset)) : ''}`;
    const { settings, source } = names;
    const isSame = (kept: Kept): boolean => {
      if (kept.settings !== settings || kept.enforce !== enforce || !sameRaw(kept.source, source))
        return false;
      for (let index = 0; index < all.length; index++)
        if (!sameElement(kept.elements[index], all[index]?.(dataset))) return false;
      return true;
    };
    return {
      recall: () => cache.get(key)?.find(isSame)?.result,
      keep(result, values) {
        const elements = all.map((reader) => reader(dataset));
        const bytes = 256 + weigh([elements, values], maxSize);
        if (bytes > maxSize / (16 * KINDS)) return;
        const others = (cache.get(key) ?? []).filter((kept) => !isSame(kept)).slice(0, KINDS - 1);
        cache.set(key, [{ elements, settings, source, enforce, result, bytes }, ...others]);
      },
    };
  };
}
