/**
 * Collects the findings about one mapping: a place in the YAML tree, or an offset inside an expression there, comes in; a
 * Diagnostic with line and column goes out, in the file that supplied the text. Of equal findings at one place only the
 * first is kept.
 */
import type { Diagnostic, Range, Severity } from '../diagnostic.ts';
import type { PlaceInFile } from '../plan.ts';
import { type FilePlace, type LayeredSource, lineIn, rulePathOf } from './layers.ts';
import type { YamlPath } from './yaml-source.ts';

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
  /** A fault in another file, such as a row of a table. */
  addIn(file: string, range: Range | undefined, finding: Omit<Finding, 'path' | 'part'>): void;
  readonly list: readonly Diagnostic[];
  placeOf(path: YamlPath): FilePlace;
  /** Where the key at `path` stands, or, with `offset`, that unit of the text there. */
  positionOf(path: YamlPath, offset?: number): PlaceInFile;
  /** Where the file that an overlay extends has what stands at `path` too; nearest first. */
  overridden(path: YamlPath): readonly FilePlace[];
  /** True for what stands in the file that the configuration names, not in one that it extends. */
  isOwn(path: YamlPath): boolean;
  hasErrors(): boolean;
}

export function createFindings(source: LayeredSource): Findings {
  const list: Diagnostic[] = [];
  const overridesAt = (path: YamlPath): string | undefined => {
    const [first] = source.overridden(rulePathOf(path) ?? path);
    return first && `${first.file}:${first.line}`;
  };
  const push = (
    finding: Omit<Finding, 'path' | 'part'>,
    file: string,
    range: Range | undefined,
    path?: YamlPath,
  ): void => {
    const { code, message, severity = 'error', rule, hint, suggestion } = finding;
    const { line, column } = range?.start ?? {};
    const isKnown = list.some(
      (other) =>
        other.message === message &&
        other.file === file &&
        other.range?.start.line === line &&
        other.range?.start.column === column,
    );
    if (isKnown) return;
    const overrides = rule && path ? overridesAt(path) : undefined;
    list.push({
      code: `mapping.${code}`,
      severity,
      message,
      file,
      ...(range ? { range } : {}),
      ...(rule ? { rule } : {}),
      ...(overrides ? { overrides } : {}),
      ...(hint ? { hint } : {}),
      ...(suggestion ? { suggestion } : {}),
    });
  };
  return {
    list,
    add: (finding) => {
      const { path, part = 'value' } = finding;
      push(finding, source.layerOf(path).file, source.rangeOf(path, part), path);
    },
    addFault: (path, fault, rule) =>
      push(
        { ...fault, ...(rule ? { rule } : {}) },
        source.layerOf(path).file,
        source.rangeIn(path, fault.start, fault.end) ?? source.rangeOf(path, 'value'),
        path,
      ),
    addIn: (file, range, finding) => push(finding, file, range),
    placeOf: (path) => ({ file: source.layerOf(path).file, line: lineIn(source, path) }),
    positionOf(path, offset) {
      const inside = offset === undefined ? undefined : source.rangeIn(path, offset, offset + 1);
      const { line, column } = (inside ?? source.rangeOf(path, 'key'))?.start ?? { line: 1, column: 1 };
      return { file: source.layerOf(path).file, line, column };
    },
    overridden: (path) => source.overridden(path),
    isOwn: (path) => source.layerOf(path) === source.layers[0],
    hasErrors: () => list.some(({ severity }) => severity === 'error'),
  };
}
