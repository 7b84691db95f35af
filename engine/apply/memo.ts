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
  /** What was kept for a level on a dataset that has the same for all that it reads; undefined when nothing was. */
  recall(reads: LevelReads, scope: ReadScope, enforce: boolean): unknown;
  /** Keeps what the level gave, which nobody changes. `values`: what it holds that may be large. */
  keep(
    reads: LevelReads,
    scope: ReadScope,
    enforce: boolean,
    result: object,
    values: readonly unknown[],
  ): void;
}

/** `maxBytes` bounds what is kept and by what, together: half for expressions, half for levels. */
export function createMemo(maxBytes = 16 * 1024 * 1024): Memo {
  return { evaluate: createExpressions(maxBytes / 2), ...createLevels(maxBytes / 2) };
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

function createLevels(maxSize: number): Pick<Memo, 'recall' | 'keep'> {
  // Found by the text of the identity or key, then compared with everything: no two results can be mistaken.
  const cache = new LRUCache<string, readonly Kept[]>({
    maxSize,
    sizeCalculation: (kinds, key) => kinds.reduce((sum, { bytes }) => sum + bytes, 2 * key.length + 64),
  });
  const known = new WeakMap<LevelReads, LevelReaders>();
  let nextId = 0;
  const readersOf = (reads: LevelReads): LevelReaders => {
    const readers = known.get(reads);
    if (readers) return readers;
    const made = { id: nextId++, by: reads.by && rawReader(reads.by), all: reads.paths.map(rawReader) };
    known.set(reads, made);
    return made;
  };
  const keyOf = ({ id, by }: LevelReaders, { dataset }: ReadScope): string =>
    `${id} ${by ? firstText(by(dataset)) : ''}`;
  return {
    recall(reads, scope, enforce) {
      const readers = readersOf(reads);
      const kinds = cache.get(keyOf(readers, scope));
      if (kinds) for (const kept of kinds) if (isSame(kept, readers, scope, enforce)) return kept.result;
      return undefined;
    },
    keep(reads, scope, enforce, result, values) {
      const readers = readersOf(reads);
      const elements = readers.all.map((reader) => reader(scope.dataset));
      const bytes = 256 + weigh([elements, values], maxSize);
      if (bytes > maxSize / (16 * KINDS)) return;
      const key = keyOf(readers, scope);
      const others = (cache.get(key) ?? []).filter((kept) => !isSame(kept, readers, scope, enforce));
      const { settings, source } = scope.names;
      const kept = { elements, settings, source, enforce, result, bytes };
      cache.set(key, [kept, ...others.slice(0, KINDS - 1)]);
    },
  };
}

function isSame(
  kept: Kept,
  { all }: LevelReaders,
  { dataset, names: { settings, source } }: ReadScope,
  enforce: boolean,
): boolean {
  if (kept.settings !== settings || kept.enforce !== enforce || !sameRaw(kept.source, source)) return false;
  for (let index = 0; index < all.length; index++)
    if (!sameElement(kept.elements[index], all[index]?.(dataset))) return false;
  return true;
}
