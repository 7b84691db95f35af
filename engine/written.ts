/**
 * What came of a group of entries: rows for the error store and how many resources were written, counted by kind of change and
 * added up over groups, windows and runs.
 */
import type { ResourceChange } from './apply/merge.ts';
import type { ErrorRow } from './ports.ts';

/** Resources, by what became of them. */
export type Written = Readonly<Record<ResourceChange['kind'], number>>;

export interface GroupResult {
  readonly rows: readonly ErrorRow[];
  readonly written: Written;
}

export const NOTHING_WRITTEN: Written = { create: 0, update: 0, delete: 0, none: 0 };

export function countWritten(changes: readonly ResourceChange[]): Written {
  const counted = { ...NOTHING_WRITTEN };
  for (const { kind } of changes) counted[kind]++;
  return counted;
}

/** Counts of two parts together. */
export function addWritten(a: Written, b: Written): Written {
  return {
    create: a.create + b.create,
    update: a.update + b.update,
    delete: a.delete + b.delete,
    none: a.none + b.none,
  };
}
