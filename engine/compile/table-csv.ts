/**
 * Text of comma-separated values (RFC 4180) comes in; records of cells, each with its place, go out, or the first fault. Line
 * breaks may be LF or CRLF, quoted cells may hold commas, quotes and line breaks, blank lines are passed over.
 */
import type { Position, Range } from '../diagnostic.ts';

export interface CsvCell {
  /** Without quotes; an unquoted one without blanks around it. */
  readonly text: string;
  readonly range: Range;
}

export interface CsvFault {
  readonly message: string;
  readonly hint: string;
  readonly range: Range;
}

export interface Csv {
  readonly records: readonly (readonly CsvCell[])[];
  /** Nothing behind it was read. */
  readonly fault?: CsvFault;
}

/** Reads at most `most` records; further ones are left unread. */
export function readCsv(text: string, most: number): Csv {
  const records: CsvCell[][] = [];
  let cells: CsvCell[] = [];
  const cursor = { at: 0, line: 1, lineStart: 0 };
  while (cursor.at < text.length && records.length < most) {
    const cell = text[skipBlanks(text, cursor.at)] === '"' ? quoted(text, cursor) : unquoted(text, cursor);
    if ('message' in cell) return { records, fault: cell };
    cells.push(cell);
    const isLast = text[cursor.at] !== ',';
    if (!isLast && cursor.at + 1 < text.length) {
      cursor.at++;
      continue;
    }
    if (!isLast) cells.push({ text: '', range: pointAt(cursor, 1) });
    cursor.at += isLast ? 0 : 1;
    if (cells.length > 1 || cells[0]?.text !== '') records.push(cells);
    cells = [];
    nextLine(text, cursor);
  }
  return { records };
}

interface Cursor {
  at: number;
  line: number;
  lineStart: number;
}

function unquoted(text: string, cursor: Cursor): CsvCell | CsvFault {
  const start = skipBlanks(text, cursor.at);
  const found = /[^,\r\n]*/y;
  found.lastIndex = start;
  const raw = found.exec(text)?.[0] ?? '';
  const value = raw.trimEnd();
  const range = rangeOn(cursor, start, start + value.length);
  cursor.at = start + raw.length;
  if (!raw.includes('"')) return { text: value, range };
  return {
    message: 'a quote stands inside a cell that does not begin with one',
    hint: 'Put the whole cell in quotes, and write a quote inside it twice: "a ""b"" c".',
    range,
  };
}

function quoted(text: string, cursor: Cursor): CsvCell | CsvFault {
  const open = skipBlanks(text, cursor.at);
  const start = positionOf(cursor, open);
  const content = /(?:[^"]|"")*/y;
  content.lastIndex = open + 1;
  const raw = content.exec(text)?.[0] ?? '';
  const close = open + 1 + raw.length;
  if (close >= text.length) {
    const range = { start, end: { line: start.line, column: start.column + 1 } };
    return {
      message: 'the quote that opens here is never closed',
      hint: 'Close the cell with a quote.',
      range,
    };
  }
  for (const { index } of raw.matchAll(/\n/g)) {
    cursor.line++;
    cursor.lineStart = open + 1 + index + 1;
  }
  const range = { start, end: positionOf(cursor, close + 1) };
  cursor.at = skipBlanks(text, close + 1);
  const next = text[cursor.at];
  if (next === undefined || next === ',' || next === '\n' || next === '\r') {
    return { text: raw.replaceAll('""', '"'), range };
  }
  return {
    message: 'text follows behind the closing quote',
    hint: 'A quote inside a quoted cell is written twice: "a ""b"" c".',
    range: rangeOn(cursor, cursor.at, cursor.at + 1),
  };
}

function nextLine(text: string, cursor: Cursor): void {
  const found = /\r\n|\n|\r/y;
  found.lastIndex = cursor.at;
  const width = found.exec(text)?.[0].length ?? 0;
  cursor.at += width;
  cursor.line += width > 0 ? 1 : 0;
  cursor.lineStart = cursor.at;
}

function skipBlanks(text: string, at: number): number {
  let next = at;
  while (text[next] === ' ' || text[next] === '\t') next++;
  return next;
}

function positionOf({ line, lineStart }: Cursor, at: number): Position {
  return { line, column: at - lineStart + 1 };
}

function rangeOn(cursor: Cursor, start: number, end: number): Range {
  return { start: positionOf(cursor, start), end: positionOf(cursor, end) };
}

function pointAt(cursor: Cursor, width: number): Range {
  return rangeOn(cursor, cursor.at, cursor.at + width);
}
