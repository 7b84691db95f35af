/**
 * Findings in the forms that people and programs read: text for a terminal, JSON, GitHub's workflow commands, SARIF 2.1.0.
 * All are views of the one record in diagnostic.ts: lines and columns are 1-based in each, columns in UTF-16 units. Pure.
 */
import { type Diagnostic, type Paint, renderDiagnostic } from './diagnostic.ts';

export const FORMATS = ['text', 'json', 'github', 'sarif'] as const;

export type Format = (typeof FORMATS)[number];

export interface Findings {
  readonly diagnostics: readonly Diagnostic[];
  /** Text of each file, as far as it may be shown. */
  readonly sources: ReadonlyMap<string, string>;
}

export interface TextOptions {
  /** How many findings are shown in full; the others are counted. */
  readonly max: number;
  readonly paint?: Paint;
}

/**
 * Each finding with its source line and a caret, those of one file together, and a last line that counts them. Empty where
 * there are none.
 */
export function renderText({ diagnostics, sources }: Findings, { max, paint }: TextOptions): string {
  const [first] = diagnostics;
  if (!first) return '';
  const inFileOrder = [...Map.groupBy(diagnostics, ({ file }) => file).values()].flat();
  const shown = inFileOrder.slice(0, max);
  const blocks = shown.map((diagnostic) => renderDiagnostic(diagnostic, sources.get(diagnostic.file), paint));
  const hidden = diagnostics.length - shown.length;
  const more = hidden > 0 ? `… and ${hidden} more (--max ${diagnostics.length} shows all)\n` : '';
  const { errors, warnings } = counted(diagnostics);
  const total = `${plural(errors, 'error')}, ${plural(warnings, 'warning')}`;
  return `${blocks.map((block) => `${block}\n\n`).join('')}${more}${total}; more about one: dicomcast explain ${first.code}\n`;
}

/**
 * One object: `format` 1, `findings` in the order of the text, how many `errors` and `warnings`. Each finding has `code`,
 * `severity`, `message` and `file`; `range` (start and exclusive end), `rule`, `hint` and `suggestion` where there are any.
 */
export function renderJson({ diagnostics }: Findings): string {
  const findings = diagnostics.map(({ code, severity, message, file, range, rule, hint, suggestion }) => ({
    code,
    severity,
    message,
    file,
    range,
    rule,
    hint,
    suggestion,
  }));
  return `${JSON.stringify({ format: 1, findings, ...counted(diagnostics) }, undefined, 2)}\n`;
}

/** One workflow command a line, by which GitHub marks the lines of a pull request. */
export function renderGithub({ diagnostics }: Findings): string {
  return diagnostics
    .map((diagnostic) => {
      const { severity, file, range, code } = diagnostic;
      const place = range && {
        line: range.start.line,
        endLine: range.end.line,
        // GitHub takes columns only where a finding stands on one line.
        ...(range.start.line === range.end.line
          ? { col: range.start.column, endColumn: Math.max(range.start.column, range.end.column - 1) }
          : {}),
      };
      const properties = Object.entries({ file, ...place, title: code })
        .map(([name, value]) => `${name}=${escapeProperty(String(value))}`)
        .join(',');
      return `::${severity} ${properties}::${escapeData(sentences(diagnostic))}\n`;
    })
    .join('');
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/** A log of one run (SARIF 2.1.0, OASIS); `version` is that of the engine. */
export function renderSarif({ diagnostics }: Findings, version: string): string {
  const codes = [...new Set(diagnostics.map(({ code }) => code))].toSorted();
  const results = diagnostics.map((diagnostic) => {
    const { code, severity, file, range, rule } = diagnostic;
    const region = range && {
      startLine: range.start.line,
      startColumn: range.start.column,
      endLine: range.end.line,
      endColumn: range.end.column,
    };
    return {
      ruleId: code,
      ruleIndex: codes.indexOf(code),
      level: severity,
      message: { text: sentences(diagnostic) },
      locations: [
        {
          physicalLocation: { artifactLocation: { uri: uriOf(file) }, ...(region ? { region } : {}) },
          ...(rule ? { logicalLocations: [{ fullyQualifiedName: rule }] } : {}),
        },
      ],
    };
  });
  const rules = codes.map((id) => ({ id, help: { text: `dicomcast explain ${id}` } }));
  const run = {
    tool: { driver: { name: 'dicomcast', version, rules } },
    // 3.14.17: what a column counts.
    columnKind: 'utf16CodeUnits',
    results,
  };
  return `${JSON.stringify({ version: '2.1.0', runs: [run] }, undefined, 2)}\n`;
}

/** A file name as a URI reference (RFC 3986): relative stays relative, an absolute one gets its scheme. */
function uriOf(file: string): string {
  const path = file.replaceAll('\\', '/').split('/').map(encodeURIComponent).join('/');
  return path.startsWith('/') ? `file://${path}` : path;
}

/** Everything that a finding says, for readers who do not see its source line. */
function sentences({ message, suggestion, hint, rule }: Diagnostic): string {
  const parts = [
    message,
    ...(suggestion ? [`Did you mean ${suggestion}?`] : []),
    ...(hint ? [hint] : []),
    ...(rule ? [`Rule: ${rule}`] : []),
  ];
  return parts.join('\n');
}

function counted(diagnostics: readonly Diagnostic[]): { readonly errors: number; readonly warnings: number } {
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  return { errors, warnings: diagnostics.length - errors };
}

function plural(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
