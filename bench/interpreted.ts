/**
 * Which expressions of the shipped mappings JSONata evaluates for a thousand instances, how often, and what that costs: the
 * same numbers of evaluations in every run, and the time of one beside them.
 */
import { createMemo } from '../engine/apply/memo.ts';
import { draftEntry } from '../engine/apply/transform.ts';
import { type ChangeFeedEntry, readEntry } from '../engine/dicom/entry.ts';
import type { ExpressionPlan, MappingPlan, SourceInfo } from '../engine/plan.ts';
import { INTERLEAVED } from './counts.ts';
import { sourceInfo } from './engine.ts';
import { entriesOf } from './entries.ts';
import { measure } from './measure.ts';
import { type Bench, plainRow, type Row, spell } from './row.ts';

const INSTANCES = 1000;

/** An expression that was evaluated. */
export interface Evaluated {
  readonly mapping: string;
  readonly text: string;
  readonly times: number;
  /** Runs it once more, as it was run last. */
  again(): Promise<unknown>;
}

/** The expressions that are evaluated for these entries, drafted one after the other. */
export async function evaluationsOf(
  plan: MappingPlan,
  source: SourceInfo,
  entries: readonly ChangeFeedEntry[],
): Promise<readonly Evaluated[]> {
  const seen = new Map<ExpressionPlan, Evaluated>();
  const watch = (mapping: string, expression: ExpressionPlan): ExpressionPlan => ({
    ...expression,
    evaluate(input, names) {
      const again = () => expression.evaluate(input, names);
      const { times = 0 } = seen.get(expression) ?? {};
      seen.set(expression, { mapping, text: expression.text.trim(), times: times + 1, again });
      return again();
    },
  });
  const watched = {
    ...plan,
    mappings: plan.mappings.map((mapping) => ({
      ...mapping,
      transform: withExpressions(mapping.transform, (each) => watch(mapping.name, each)),
    })),
  };
  const memo = createMemo();
  for (const entry of entries) await draftEntry(watched, entry, { source, enforceTagValues: false }, memo);
  return [...seen.values()];
}

/** The same plan with other expressions. */
function withExpressions<Part>(part: Part, change: (expression: ExpressionPlan) => ExpressionPlan): Part {
  if (typeof part !== 'object' || part === null) return part;
  if ('evaluate' in part && 'canonical' in part)
    return change(part as unknown as ExpressionPlan) as unknown as Part;
  if (Array.isArray(part)) return part.map((each: unknown) => withExpressions(each, change)) as Part;
  const parts = Object.entries(part).map(([name, each]) => [name, withExpressions(each, change)]);
  return Object.fromEntries(parts) as Part;
}

/** The first thousand entries of the usual feed: instances of twenty studies. */
export function thousandEntries(): readonly ChangeFeedEntry[] {
  return entriesOf(INTERLEAVED, 1, INSTANCES).map((raw) => {
    const entry = readEntry(raw);
    if ('malformed' in entry) throw new Error('the generator made an entry that cannot be read');
    return entry;
  });
}

export async function interpretedRows({ project, isQuick }: Bench): Promise<readonly Row[]> {
  const evaluated = await evaluationsOf(project.plan, sourceInfo(project), thousandEntries());
  const notes: string[] = [];
  for (const { mapping, text, times, again } of evaluated) {
    const calls = isQuick ? 2000 : 10_000;
    const { cpuMs } = await measure(async () => {
      for (let call = 0; call < calls; call++) await again();
    });
    notes.push(
      `${mapping}: \`${text.replaceAll(/\s+/g, ' ')}\` × ${times}, ${spell((cpuMs * 1000) / calls)} µs`,
    );
  }
  const all = evaluated.reduce((sum, { times }) => sum + times, 0);
  return [plainRow('JSONata evaluations for 1,000 instances of 20 studies', all, notes.join('; '))];
}
