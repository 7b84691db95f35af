/**
 * One line of the table: what was measured, its goals, and which of them it reaches. Goals are those of the issue that asked
 * for these benchmarks.
 */
import type { Project } from '../engine/cli/project.ts';
import type { BenchServer } from './server.ts';

/** What every benchmark gets. */
export interface Bench {
  readonly project: Project;
  readonly server: BenchServer;
  /** Less of everything, so that all ends within a minute; the goals stay. */
  readonly isQuick: boolean;
  /** Entries that the rival is given. */
  readonly rivalEntries: number;
}

export interface Row {
  readonly what: string;
  readonly measured: string;
  readonly must: string;
  readonly stretch: string;
  /** `—` where there is no goal. */
  readonly reached: 'stretch' | 'must' | 'missed' | '—';
  /** What stands behind the number. */
  readonly note: string;
}

export interface Goal {
  readonly must: number;
  readonly stretch: number;
  /** True where more is better. */
  readonly isFloor?: true;
  readonly unit?: string;
}

export function row(what: string, value: number, goal: Goal, note: string): Row {
  const { must, stretch, isFloor, unit = '' } = goal;
  const holds = (limit: number) => (isFloor ? value >= limit : value <= limit);
  const sign = isFloor ? '≥' : '≤';
  return {
    what,
    measured: `${spell(value)}${unit}`,
    must: `${sign} ${must}${unit}`,
    stretch: `${sign} ${stretch}${unit}`,
    reached: holds(stretch) ? 'stretch' : holds(must) ? 'must' : 'missed',
    note,
  };
}

/** A number beside the goals. */
export function plainRow(what: string, value: number, note: string): Row {
  return { what, measured: spell(value), must: '', stretch: '', reached: '—', note };
}

export function spell(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString('en');
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
