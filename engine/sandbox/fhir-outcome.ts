/**
 * How the sandbox says no: a refusal is an error that carries an HTTP status and the issues of an OperationOutcome
 * (R4 operationoutcome.html). Diagnostics name elements, parameters and rules; no value of a resource gets in.
 */
import type { FhirResource } from '../fhir/resource.ts';

export interface Issue {
  readonly severity: 'error' | 'warning' | 'information';
  /** R4 valueset-issue-type. */
  readonly code: string;
  readonly diagnostics: string;
  /** FHIRPath of the element that is to blame. */
  readonly expression?: readonly string[];
}

export interface Refusal extends Error {
  readonly status: number;
  readonly issues: readonly Issue[];
}

/** Builds a refusal with one issue of severity error. */
export function refusal(status: number, code: string, diagnostics: string, ...expression: string[]): Refusal {
  return refusalOf(status, [
    { severity: 'error', code, diagnostics, ...(expression.length ? { expression } : {}) },
  ]);
}

/** Builds a refusal with the issues given. */
export function refusalOf(status: number, issues: readonly Issue[]): Refusal {
  return Object.assign(new Error(issues[0]?.diagnostics ?? 'refused'), { status, issues });
}

export function isRefusal(error: unknown): error is Refusal {
  return error instanceof Error && 'issues' in error && 'status' in error;
}

/** The same refusal as seen from a bundle: expressions begin at the entry that was refused. */
export function atEntry(error: Refusal, index: number): Refusal {
  const entry = `Bundle.entry[${index}]`;
  const issues = error.issues.map((issue) => ({
    ...issue,
    expression: (issue.expression ?? []).map((path) =>
      path.startsWith('Bundle.') ? path : `${entry}.resource${/^\w+(.*)$/s.exec(path)?.[1] ?? ''}`,
    ),
  }));
  return refusalOf(
    error.status,
    issues.map((issue) => (issue.expression.length ? issue : { ...issue, expression: [entry] })),
  );
}

/** An OperationOutcome of the issues. */
export function outcomeOf(issues: readonly Issue[]): FhirResource {
  return { resourceType: 'OperationOutcome', issue: issues.map((issue) => ({ ...issue })) };
}
