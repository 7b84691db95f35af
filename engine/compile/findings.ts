/**
 * Collects the findings about one file: a place in the YAML tree, or an offset inside an expression there, comes in; a
 * Diagnostic with line and column goes out. Of equal findings at one place only the first is kept.
 */
import type { Diagnostic, Range, Severity } from '../diagnostic.ts';
import type { YamlPath, YamlSource } from './yaml-source.ts';

export type { YamlPath } from './yaml-source.ts';

/** A fault at [start, end) of the text of an expression or path, in UTF-16 units. */
export interface ExpressionFault {
  readonly code: string;
  readonly message: string;
  readonly start: number;
  readonly end: number;
  readonly suggestion?: string;
  readonly hint?: string;
}

export interface Finding {
  readonly code: string;
  readonly message: string;
  readonly path: YamlPath;
  readonly part?: 'key' | 'value';
  readonly severity?: Severity;
  readonly rule?: string;
  readonly hint?: string;
  readonly suggestion?: string;
}

export interface Findings {
  add(finding: Finding): void;
  /** A fault inside the text of an expression or path at `path`. */
  addFault(path: YamlPath, fault: ExpressionFault, rule?: string): void;
  readonly list: readonly Diagnostic[];
  lineOf(path: YamlPath): number;
  hasErrors(): boolean;
}

export function createFindings(source: YamlSource): Findings {
  const list: Diagnostic[] = [];
  const push = (finding: Omit<Finding, 'path' | 'part'>, range: Range | undefined): void => {
    const { code, message, severity = 'error', rule, hint, suggestion } = finding;
    const { line, column } = range?.start ?? {};
    const isKnown = list.some(
      (other) =>
        other.message === message && other.range?.start.line === line && other.range?.start.column === column,
    );
    if (isKnown) return;
    list.push({
      code: `mapping.${code}`,
      severity,
      message,
      file: source.file,
      ...(range ? { range } : {}),
      ...(rule ? { rule } : {}),
      ...(hint ? { hint } : {}),
      ...(suggestion ? { suggestion } : {}),
    });
  };
  return {
    list,
    add: (finding) => push(finding, source.rangeOf(finding.path, finding.part ?? 'value')),
    addFault: (path, fault, rule) =>
      push(
        { ...fault, ...(rule ? { rule } : {}) },
        source.rangeIn(path, fault.start, fault.end) ?? source.rangeOf(path, 'value'),
      ),
    lineOf: (path) => source.rangeOf(path, 'key')?.start.line ?? 1,
    hasErrors: () => list.some(({ severity }) => severity === 'error'),
  };
}
