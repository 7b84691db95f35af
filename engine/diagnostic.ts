/**
 * Findings about files (mappings, configuration, tables): one record each, and its rendering as text with the source
 * line and a caret. Pure: whoever prints supplies the source text. Lines and columns are 1-based, columns in UTF-16 units.
 */

export type Severity = 'error' | 'warning';

export interface Position {
  readonly line: number;
  readonly column: number;
}

export interface Range {
  readonly start: Position;
  /** Exclusive. */
  readonly end: Position;
}

export interface Diagnostic {
  /** Stable name: `mapping.unknown-attribute`, `config.unset-variable`, `yaml.syntax`. */
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  /** As the user wrote it or relative to the working folder. */
  readonly file: string;
  readonly range?: Range;
  /** `Mapping.rule`: the rule that the finding is about. */
  readonly rule?: string;
  /** `mappings/patient.yaml:33`: the inherited rule that an overlay changed here. */
  readonly overrides?: string;
  /** One line: what to do. */
  readonly hint?: string;
  /** At most one, and only when it is close: what was probably meant. */
  readonly suggestion?: string;
}

/** Gives a part of a finding its colour; where there is none, text stays as it is. */
export type Paint = (style: Severity | 'frame' | 'message', text: string) => string;

/** Longer lines are shown in part: some files are one line. */
const SHOWN_WIDTH = 160;

/** Renders one finding: headline, `--> file:line:column`, source line, caret, notes. */
export function renderDiagnostic(
  diagnostic: Diagnostic,
  source: string | undefined,
  paint: Paint = (_, text) => text,
): string {
  const { range, severity } = diagnostic;
  const lines = [
    paint(severity, `${severity}[${diagnostic.code}]`) + paint('message', `: ${diagnostic.message}`),
  ];
  const place = range ? `${diagnostic.file}:${range.start.line}:${range.start.column}` : diagnostic.file;
  const text = range && source !== undefined ? source.split(/\r\n|\n|\r/)[range.start.line - 1] : undefined;
  const gutter = ' '.repeat(range && text !== undefined ? String(range.start.line).length : 1);
  lines.push(`${gutter}${paint('frame', '-->')} ${place}`);
  const frame = (rest: string, number: string | number = gutter): string =>
    paint('frame', `${number} ${rest}`);
  if (range && text !== undefined) {
    const end = range.end.line === range.start.line ? range.end.column : text.length + 1;
    const shown = window(text, range.start.column - 1, end - 1);
    // Tabs are copied so that the caret stays under its token whatever the tab width of the terminal.
    const lead = shown.text.slice(0, shown.start).replace(/[^\t]/g, ' ');
    const caret = paint(severity, '^'.repeat(Math.max(1, shown.end - shown.start)));
    lines.push(frame('|'), `${frame('|', range.start.line)} ${shown.text}`, `${frame('|')} ${lead}${caret}`);
  }
  if (diagnostic.rule) {
    const overrides = diagnostic.overrides ? ` (overrides ${diagnostic.overrides})` : '';
    lines.push(`${frame('=')} rule: ${diagnostic.rule}${overrides}`);
  }
  if (diagnostic.suggestion) lines.push(`${frame('=')} did you mean: ${diagnostic.suggestion}`);
  if (diagnostic.hint) lines.push(`${frame('=')} help: ${diagnostic.hint}`);
  return lines.join('\n');
}

/** The part of a long line that has [start, end) in it, and where that stands in the part. */
function window(
  text: string,
  start: number,
  end: number,
): { readonly text: string; readonly start: number; readonly end: number } {
  if (text.length <= SHOWN_WIDTH) return { text, start, end };
  const from = Math.max(0, Math.min(start - SHOWN_WIDTH / 4, text.length - SHOWN_WIDTH));
  const to = Math.min(text.length, from + SHOWN_WIDTH);
  const [before, after] = [from > 0 ? '…' : '', to < text.length ? '…' : ''];
  const shift = before.length - from;
  return {
    text: `${before}${text.slice(from, to)}${after}`,
    start: start + shift,
    end: Math.min(end, to) + shift,
  };
}

/** Longer than any word, path or address that a person writes; then what is left of a whole message. */
const LONGEST_WORD = 200;
const LONGEST_TEXT = 1000;

/** The finding with what it quotes cut short: a name in a file can be as long as the file. */
export function shortened(diagnostic: Diagnostic): Diagnostic {
  const { message, rule, overrides, hint, suggestion, ...rest } = diagnostic;
  return {
    ...rest,
    message: cut(message),
    ...(rule === undefined ? {} : { rule: cut(rule) }),
    ...(overrides === undefined ? {} : { overrides }),
    ...(hint === undefined ? {} : { hint: cut(hint) }),
    // What is taken over into a file is taken over whole.
    ...(suggestion === undefined || suggestion.length > LONGEST_WORD ? {} : { suggestion }),
  };
}

function cut(text: string): string {
  if (text.length <= LONGEST_WORD) return text;
  const words = text.replace(/\S+/g, (word) =>
    word.length > LONGEST_WORD ? `${word.slice(0, LONGEST_WORD / 2)}…${word.slice(-20)}` : word,
  );
  return words.length > LONGEST_TEXT ? `${words.slice(0, LONGEST_TEXT - 100)}… ${words.slice(-90)}` : words;
}

/** Errors before warnings is not wanted: authors read a file from the top, so by file, then position. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return diagnostics.toSorted(
    (a, b) =>
      a.file.localeCompare(b.file) ||
      (a.range?.start.line ?? 0) - (b.range?.start.line ?? 0) ||
      (a.range?.start.column ?? 0) - (b.range?.start.column ?? 0) ||
      a.code.localeCompare(b.code),
  );
}

/**
 * The candidate that is probably meant: at most two edits (a swap is one) and a quarter of the length away, without
 * regard to case; undefined when nothing is close, since a wrong guess misleads.
 */
export function suggest(word: string, candidates: Iterable<string>): string | undefined {
  const wanted = word.toLowerCase();
  let best: string | undefined;
  let bestDistance = Math.min(2, Math.floor(word.length / 4)) + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) >= bestDistance) continue;
    const distance = editDistance(wanted, candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Damerau-Levenshtein (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let value = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        value = Math.min(value, (beforeLast[j - 2] ?? 0) + 1);
      }
      row.push(value);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
