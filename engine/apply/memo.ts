/**
 * Results of expressions, remembered by everything that the expression reads: a study-level expression runs once for a
 * study, not once for an instance. Bounded by bytes; results are frozen and shared.
 */
import { LRUCache } from 'lru-cache';
import type { DicomJson } from '../dicom/entry.ts';
import type { ExpressionPlan, Names } from '../plan.ts';

export interface Memo {
  /** The result of the expression on this dataset; undefined when absent. Throws what the expression throws. */
  evaluate(expression: ExpressionPlan, dataset: DicomJson, names: Names): Promise<unknown>;
}

/** `maxBytes` bounds keys and results together, counted as UTF-16 text. */
export function createMemo(maxBytes = 16 * 1024 * 1024): Memo {
  const cache = new LRUCache<string, { readonly result: unknown }>({
    maxSize: maxBytes,
    sizeCalculation: ({ result }, key) => 2 * (key.length + (JSON.stringify(result)?.length ?? 0)) + 64,
  });
  const ids = new WeakMap<ExpressionPlan, number>();
  let nextId = 0;
  return {
    async evaluate(expression, dataset, names) {
      // Each item of forEach is met once: to remember it would only push out what is met again.
      if (expression.names.includes('item')) return expression.evaluate(expression.view(dataset), names);
      const id = ids.get(expression) ?? nextId++;
      ids.set(expression, id);
      const input = expression.view(dataset);
      const key = `${id} ${JSON.stringify([input, expression.names.map((name) => names[name] ?? null)])}`;
      const known = cache.get(key);
      if (known) return known.result;
      const result = await expression.evaluate(input, names);
      cache.set(key, { result });
      return result;
    },
  };
}
