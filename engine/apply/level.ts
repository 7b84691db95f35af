/**
 * One level of a mapping for one entry: what its rules read comes in; what it gave for an earlier entry that has the same, or
 * what it gives now, goes out. Whoever asks cannot tell the two apart: rows and failures are given again.
 */
import type { LevelReads } from '../plan.ts';
import type { DraftIssue } from './draft.ts';
import { type Drafting, type Failure, isFailure } from './rule-draft.ts';
import type { Steps } from './steps.ts';

/** How a level ended. */
interface LevelEnd<T> {
  readonly value?: T;
  readonly failed?: DraftIssue;
  readonly issues: readonly DraftIssue[];
}

/** What the level gave before; undefined where it has to be drafted. Throws a Failure where it failed before. */
export function recallLevel<T extends object>(
  { memo, scope, issues, enforce }: Drafting,
  reads: LevelReads | undefined,
): T | undefined {
  const end = reads && (memo.recall(reads, scope, enforce) as LevelEnd<T> | undefined);
  return end && given(end, issues);
}

/** Drafts the level and remembers how it ended. `values`: what of its result may be large. */
export function* draftLevel<T extends object>(
  drafting: Drafting,
  reads: LevelReads | undefined,
  work: (drafting: Drafting) => Steps<T>,
  values: (result: T) => readonly unknown[],
): Steps<T> {
  if (!reads) return yield* work(drafting);
  const end = yield* endOf(drafting, work);
  const { memo, scope, issues, enforce } = drafting;
  memo.keep(reads, scope, enforce, end, end.value ? [...values(end.value), end.issues] : [end.issues]);
  return given(end, issues) as T;
}

function given<T>({ value, failed, issues }: LevelEnd<T>, to: DraftIssue[]): T | undefined {
  for (const issue of issues) to.push(issue);
  if (failed) throw { failed } satisfies Failure;
  return value;
}

function* endOf<T>(drafting: Drafting, work: (drafting: Drafting) => Steps<T>): Steps<LevelEnd<T>> {
  const issues: DraftIssue[] = [];
  try {
    return { value: yield* work({ ...drafting, issues }), issues };
  } catch (error) {
    if (isFailure(error)) return { failed: error.failed, issues };
    throw error;
  }
}
