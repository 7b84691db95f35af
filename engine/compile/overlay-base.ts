/**
 * The text of an overlay and the fingerprints of the rules that it overrides come in; the text with `base:` written into those
 * rules goes out. Nothing else of the text changes: comments, quotes, order and line breaks stay.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Position } from '../diagnostic.ts';
import { readYaml, type YamlPath, type YamlSource } from './yaml-source.ts';

export interface BaseEdit {
  /** Of the rule: `['rules', 'gender']`. */
  readonly path: YamlPath;
  readonly fingerprint: string;
}

export interface BasesWritten {
  readonly text: string;
  /** Edits for which no place was found, such as a rule that is an alias. */
  readonly left: readonly BaseEdit[];
}

export function writeBases(text: string, edits: readonly BaseEdit[]): BasesWritten {
  const left: BaseEdit[] = [];
  let current = text;
  for (const edit of edits) {
    const source = readYaml('overlay', current);
    const next = editOne(source, edit);
    if (next !== undefined && isMeant(source, next, edit)) current = next;
    else left.push(edit);
  }
  return { text: current, left };
}

function editOne(source: YamlSource, { path, fingerprint }: BaseEdit): string | undefined {
  const rule = valueAt(source.value, path);
  if (!isMap(rule)) return undefined;
  const lines = source.text.split(/(?<=\r\n|\n|\r(?!\n))/);
  if (Object.hasOwn(rule, 'base')) {
    const range = source.rangeOf([...path, 'base'], 'value');
    if (!range || range.start.line !== range.end.line) return undefined;
    const quote = /^["']/.exec(lineAt(lines, range.start).slice(range.start.column - 1))?.[0] ?? '';
    return spliced(
      lines,
      range.start,
      range.end.column - range.start.column,
      `${quote}${fingerprint}${quote}`,
    );
  }
  const name = source.rangeOf(path, 'key')?.start;
  const value = source.rangeOf(path, 'value')?.start;
  if (!name || !value) return undefined;
  if (lineAt(lines, value)[value.column - 1] === '{') {
    const rest = Object.keys(rule).length > 0 ? ',' : ' ';
    return spliced(lines, { line: value.line, column: value.column + 1 }, 0, ` base: ${fingerprint}${rest}`);
  }
  const [first] = Object.keys(rule);
  const start = first === undefined ? undefined : source.rangeOf([...path, first], 'key')?.start;
  if (!start || start.line <= name.line) return undefined;
  const indent = lineAt(lines, start).slice(0, start.column - 1);
  const end = /[\r\n]+$/.exec(lineAt(lines, name))?.[0] ?? '\n';
  return spliced(lines, { line: name.line + 1, column: 1 }, 0, `${indent}base: ${fingerprint}${end}`);
}

/** The text with the `width` units at a place replaced. */
function spliced(lines: readonly string[], { line, column }: Position, width: number, text: string): string {
  const old = lines[line - 1] ?? '';
  const changed = `${old.slice(0, column - 1)}${text}${old.slice(column - 1 + width)}`;
  return [...lines.slice(0, line - 1), changed, ...lines.slice(line)].join('');
}

function lineAt(lines: readonly string[], { line }: Position): string {
  return lines[line - 1] ?? '';
}

/** True when the new text says what the old one says, with this `base:` and nothing else. */
function isMeant(before: YamlSource, text: string, { path, fingerprint }: BaseEdit): boolean {
  const wanted = structuredClone(before.value);
  const rule = valueAt(wanted, path);
  if (!isMap(rule)) return false;
  rule['base'] = fingerprint;
  return isDeepStrictEqual(readYaml('overlay', text).value, wanted);
}

function valueAt(value: unknown, path: YamlPath): unknown {
  return path.reduce<unknown>((at, step) => (isMap(at) ? at[String(step)] : undefined), value);
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
