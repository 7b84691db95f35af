/**
 * Levels of rules that change nothing any more: a level that is to be applied to a resource or item comes in, and is applied
 * unless the very same one was the last there, changed nothing, and nobody else was there since. What comes out is always
 * what applying it would give.
 */
import type { FhirElement } from '../fhir/resource.ts';
import type { ListPlan, ResourcePlan, RulePlan } from '../plan.ts';
import type { RuleDraft } from './draft.ts';
import type { Holder } from './json.ts';

/** All that applying a level depends on, beside the place. */
export interface Level {
  /** Remembered drafts are shared, and whoever has the very same rules has the same names and the same say. */
  readonly rules: readonly RuleDraft[];
  /** What its reference rules would write. */
  readonly references: readonly string[];
  /** Lists whose items have levels of their own. */
  readonly lists: readonly ListPlan[];
}

/** For one resource. */
export interface Settled {
  apply(holder: Holder, level: Level, work: () => void): void;
  /** After anything else was written to the resource. */
  forget(): void;
}

interface Mark {
  readonly level: Level;
  /** True once applying it was seen to change nothing: then it never will. */
  isFixed: boolean;
}

export function createSettled(): Settled {
  const marks = new Map<Holder, Mark>();
  return {
    apply(holder, level, work) {
      const mark = marks.get(holder);
      if (!mark || !isSame(mark.level, level)) {
        work();
        marks.set(holder, { level, isFixed: false });
      } else if (!mark.isFixed) {
        // Rules are not asked whether they come to rest: of two that undo each other, each always has something to do.
        const before = textOf(holder, level.lists);
        work();
        mark.isFixed = textOf(holder, level.lists) === before;
      }
    },
    forget: () => marks.clear(),
  };
}

function isSame(a: Level, b: Level): boolean {
  return (
    a.rules === b.rules &&
    a.references.length === b.references.length &&
    a.references.every((reference, index) => reference === b.references[index])
  );
}

function textOf(holder: Holder, lists: readonly ListPlan[]): string {
  const rest: Holder = { ...holder };
  for (const list of lists) delete rest[firstOf(list)];
  return JSON.stringify(rest as FhirElement);
}

const settling = new WeakMap<ResourcePlan, boolean>();

/**
 * True for a mapping whose levels write apart from each other, so that items can change without a word to the level around
 * them, and whose levels are shared by several entries at all.
 */
export function canSettle(plan: ResourcePlan): boolean {
  const known = settling.get(plan);
  if (known !== undefined) return known;
  const { reads, forEach, identity, rules, lists } = plan.transform;
  const can = reads !== undefined && !forEach && areApart([identity.rule, ...rules], lists);
  settling.set(plan, can);
  return can;
}

function areApart(rules: readonly RulePlan[], lists: readonly ListPlan[]): boolean {
  const written = new Set(
    rules.flatMap(({ target: { steps } }) => [steps[0]?.element, ...(steps[0]?.rivals ?? [])]),
  );
  return lists.every((list) => {
    const element = firstOf(list);
    if (written.has(element)) return false;
    written.add(element);
    return areApart([list.key.rule, ...list.rules], list.lists);
  });
}

function firstOf({ target }: ListPlan): string {
  return target.steps[0]?.element ?? '';
}
