/**
 * Coverage of mapping tests: the plans that cases run with come in, equal plans that take notes go out, and at the end a
 * report of what the cases made the mappings do, and of what none of them did.
 */
import { isAbsolute } from 'node:path';
import type { MappingPlan } from '../plan.ts';
import { createLedger } from './coverage-ledger.ts';
import { instrumentPlan } from './coverage-plan.ts';
import { type CoverageReport, type CoverageScope, reportOf } from './coverage-report.ts';

export interface Coverage {
  /** The rules of the plan count from now on, whether a case runs them or not. */
  enter(plan: MappingPlan): void;
  /** The plan for one case, named as reports are to name it. It gives the same bytes as the plan itself. */
  watch(plan: MappingPlan, label: string): MappingPlan;
  /** `own`, the default: the files of the project that plans name, and their tables. The same cases always give the same report. */
  report(scope?: CoverageScope): CoverageReport;
}

export function createCoverage(): Coverage {
  const ledger = createLedger();
  const own = new Set<string>();
  const enter = (plan: MappingPlan): void => {
    for (const { file } of plan.mappings) own.add(file);
  };
  return {
    enter(plan) {
      enter(plan);
      instrumentPlan(plan, ledger);
    },
    watch(plan, label) {
      enter(plan);
      return instrumentPlan(plan, ledger, label);
    },
    report: (scope = 'own') => reportOf(ledger, scope === 'own' ? ofProject(own) : undefined),
  };
}

/** Without mappings that were installed, or lie outside of the project: they have their own tests. All, if nothing else is left. */
function ofProject(files: ReadonlySet<string>): ReadonlySet<string> {
  const inside = [...files].filter(
    (file) =>
      !isAbsolute(file) && !file.startsWith('dicomcast:') && !file.split(/[\\/]/).includes('node_modules'),
  );
  return inside.length > 0 ? new Set(inside) : files;
}
