/**
 * Collects the findings about one file: a place in the YAML tree, or an offset inside an expression there, comes in; a
 * Diagnostic with line and column goes out.
 */
import type { Diagnostic, Range, Severity } from '../diagnostic.ts';
import type { ExpressionFault } from './jsonata.ts';
import type { YamlSource } from './yaml-source.ts';

export type YamlPath = readonly (string | number)[];

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
