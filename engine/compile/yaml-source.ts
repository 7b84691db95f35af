/**
 * The text of a YAML file comes in; plain data, findings, and a way from any place in the data back to the text go out.
 * YAML 1.2 core schema, without merge keys and tags. Lines and columns are those of the text without its byte order mark.
 */
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  parseDocument,
  type Scalar,
  visit,
} from 'yaml';
import type { Diagnostic, Position, Range } from '../diagnostic.ts';
import type { ScalarToken } from './scalar-positions.ts';
import { describeFault, expressionHint, TAB_FAULT } from './yaml-faults.ts';
import {
  createTreeLocator,
  type MapEntry,
  readTree,
  type Span,
  type YamlPath,
  type YamlTree,
} from './yaml-tree.ts';

export type { YamlPath } from './yaml-tree.ts';

export interface YamlSource {
  /** As the user wrote it. */
  readonly file: string;
  /** What the positions refer to: the text without its byte order mark. */
  readonly text: string;
  /** Plain data; undefined when the text has no single meaning (the findings say why); null for an empty file. */
  readonly value: unknown;
  /** In the order of the file. */
  readonly diagnostics: readonly Diagnostic[];
  /**
   * Where the key or the value (default) at `path` stands. An item of a list has no key: both are the item. An empty value
   * has no place: both are the key. Where the path does not exist: the key of its nearest ancestor that does, and the first
   * character of the content when that is the whole file. Undefined only for a file without content.
   */
  rangeOf(path: YamlPath, part?: 'key' | 'value'): Range | undefined;
  /**
   * Where the units `start` to `end` (UTF-16, exclusive) of the text at `path` stand in the file: exact in plain, quoted
   * and literal block (`|`) style, else the key.
   */
  rangeIn(path: YamlPath, start: number, end: number): Range | undefined;
  /** The comment that ends an unquoted value on its own line: where YAML may have cut off text that was meant. */
  commentAfter(path: YamlPath): Range | undefined;
}

/** Mapping files have about ten thousand characters; half a million takes the parser a second. */
const MAX_CHARACTERS = 512 * 1024;
const MAX_DEPTH = 64;

/** Findings in spite of which the rest of the file means what it says. */
const CLEAR: ReadonlySet<string> = new Set(['yaml.duplicate-key', 'yaml.merge-key', 'yaml.forbidden-key']);

/** Reads one YAML text. Never throws: what cannot be read is a finding `yaml.…`, all of them at once. */
export function readYaml(file: string, text: string): YamlSource {
  const shown = text.startsWith('\uFEFF') ? text.slice(1) : text;
  if (shown.length > MAX_CHARACTERS) {
    const message = `the file has more than ${MAX_CHARACTERS} characters`;
    return sourceOf(file, shown, undefined, [{ code: 'yaml.too-large', severity: 'error', message, file }]);
  }
  // A line break is one unit for the parser, whatever it is in the file; lines and columns stay the same.
  const parsed = shown.replace(/\r\n?/g, '\n');
  const document = parseDocument(parsed, {
    version: '1.2',
    schema: 'core',
    merge: false,
    resolveKnownTags: false,
    stringKeys: true,
    uniqueKeys: false,
    keepSourceTokens: true,
    prettyErrors: false,
    logLevel: 'error',
  });
  const toRange = createRanges(parsed);
  const faults = parserFaults(file, parsed, document, toRange);
  const root = document.contents ? buildTree(document.contents, 0) : undefined;
  if (root === 'too-deep') {
    const message = `the file is nested more than ${MAX_DEPTH} levels deep`;
    const deep: Diagnostic = { code: 'yaml.too-large', severity: 'error', message, file };
    return sourceOf(file, shown, undefined, [...faults.filter(({ code }) => code !== deep.code), deep]);
  }
  const read = readTree(root);
  const findings = read.findings.map(({ code, message, hint, span }): Diagnostic => {
    const advice = expressionHint(lineAt(parsed, span[0])) ?? hint;
    const range = toRange(span);
    return {
      code,
      severity: 'error',
      message,
      file,
      range,
      ...(advice === undefined ? {} : { hint: advice }),
    };
  });
  const diagnostics = [...faults, ...findings].toSorted(byPosition);
  const value = diagnostics.every(({ code }) => CLEAR.has(code)) ? read.value : undefined;
  return sourceOf(file, shown, value, diagnostics, root, toRange);
}

function sourceOf(
  file: string,
  text: string,
  value: unknown,
  diagnostics: readonly Diagnostic[],
  root?: YamlTree,
  toRange?: ToRange,
): YamlSource {
  const locator = createTreeLocator(root);
  const place = (span: Span | undefined) => span && toRange?.(span);
  return {
    file,
    text,
    value,
    diagnostics,
    rangeOf: (path, part = 'value') => place(locator.spanOf(path, part)),
    rangeIn: (path, start, end) => place(locator.spanIn(path, start, end)),
    commentAfter: (path) => place(locator.commentAfter(path)),
  };
}

/** The parser's nodes as our own tree. */
function buildTree(node: Node, depth: number): YamlTree | 'too-deep' {
  if (depth > MAX_DEPTH) return 'too-deep';
  const span: Span = [node.range?.[0] ?? 0, node.range?.[1] ?? 0];
  if (isAlias(node)) return { kind: 'alias', name: node.source, span };
  const anchor = 'anchor' in node && typeof node.anchor === 'string' ? { anchor: node.anchor } : {};
  if (isMap(node)) {
    const entries: MapEntry[] = [];
    for (const { key, value } of node.items) {
      const tree = value ? buildTree(value as Node, depth + 1) : undefined;
      if (tree === 'too-deep') return tree;
      const keyNode = key as Node;
      const keySpan: Span = [keyNode.range?.[0] ?? span[0], keyNode.range?.[1] ?? span[0]];
      const plainKey = isScalar(keyNode) && keyNode.type === 'PLAIN';
      const name = isScalar(keyNode) ? String(keyNode.value ?? '') : '';
      entries.push({ key: name, keySpan, plainKey, ...(tree ? { value: tree } : {}) });
    }
    return { kind: 'map', entries, span, ...anchor };
  }
  if (isSeq(node)) {
    const items: YamlTree[] = [];
    for (const item of node.items) {
      const tree = buildTree(item as Node, depth + 1);
      if (tree === 'too-deep') return tree;
      items.push(tree);
    }
    return { kind: 'list', items, span, ...anchor };
  }
  const scalar = node as Scalar.Parsed;
  const token = scalar.srcToken as ScalarToken | undefined;
  const plain = scalar.type === 'PLAIN';
  const comment = plain ? commentBehind(scalar) : undefined;
  const written = scalar.source ?? '';
  const extra = { ...(token ? { token } : {}), ...(comment ? { comment } : {}), ...anchor };
  return { kind: 'scalar', value: scalar.value, plain, written, span, ...extra };
}

function commentBehind({ srcToken }: Scalar.Parsed): Span | undefined {
  const after = srcToken && 'end' in srcToken ? srcToken.end : undefined;
  const comment = after?.[0]?.type === 'space' ? after[1] : undefined;
  return comment?.type === 'comment' ? [comment.offset, comment.offset + comment.source.length] : undefined;
}

/** What the parser found, one finding a line: further ones on a line are nearly always consequences of the first. */
function parserFaults(file: string, text: string, document: Document.Parsed, toRange: ToRange): Diagnostic[] {
  const found: Diagnostic[] = [];
  // The one harmless warning is about the indentation of a closing bracket.
  const faults = [...document.errors, ...document.warnings.filter(({ code }) => code !== 'BAD_INDENT')];
  const starts = (wanted: string) =>
    new Set(faults.filter(({ code }) => code === wanted).map(({ pos }) => pos[0]));
  const second = starts('BLOCK_AS_IMPLICIT_KEY');
  const multiline = starts('MULTILINE_IMPLICIT_KEY');
  for (const { code, message, pos } of faults.toSorted((a, b) => a.pos[0] - b.pos[0])) {
    if (code === 'MULTILINE_IMPLICIT_KEY' && second.has(pos[0])) continue;
    if (code === 'RESOURCE_EXHAUSTION' && found.some((other) => other.code === 'yaml.too-large')) continue;
    const deeper = code === 'BLOCK_AS_IMPLICIT_KEY' && multiline.has(pos[0]);
    const span = deeper ? deeperLine(text, pos[0]) : faultSpan(code, message, text, pos, document);
    const range = toRange([span[0], Math.max(span[0] + 1, span[1])]);
    if (found.some((other) => other.range?.start.line === range.start.line)) continue;
    const about = describeFault(
      deeper ? 'DEEPER_LINE' : code,
      message,
      lineAt(text, deeper ? pos[0] : span[0]),
    );
    found.push({ severity: 'error', file, range, ...about });
    // Where the indentation is a tab, nothing below it stands where it seems to stand.
    if (about.message === TAB_FAULT) break;
  }
  const { yaml } = document.directives ?? {};
  if (yaml?.explicit && yaml.version !== '1.2') {
    const at = Math.max(0, text.indexOf('%YAML'));
    const range = toRange([at, at + '%YAML'.length]);
    found.push({ severity: 'error', file, range, ...describeFault('OTHER_VERSION', '', '') });
  }
  if (document.contents === null && found.length === 0) {
    found.push({
      code: 'yaml.empty',
      severity: 'error',
      message: 'the file holds nothing but comments',
      file,
    });
  }
  return found;
}

/** Where a person would look; the parser often names the place where it noticed. */
function faultSpan(code: string, message: string, text: string, pos: Span, document: Document.Parsed): Span {
  const [start] = pos;
  switch (code) {
    case 'MISSING_CHAR': {
      const quote = message.startsWith('Missing closing') ? openQuote(document, start) : undefined;
      return quote === undefined ? pos : [quote, quote + 1];
    }
    case 'MULTILINE_IMPLICIT_KEY':
      return [start, text.indexOf('\n', start)];
    case 'BLOCK_AS_IMPLICIT_KEY': {
      const colon = text.slice(start).search(/:(?=[ \t])/);
      return colon < 0 ? pos : [start + colon, start + colon + 1];
    }
    case 'BAD_INDENT': {
      const blank = /^[ \t]*/.exec(text.slice(start))?.[0].length ?? 0;
      return [start + blank, start + blank + 1];
    }
    default:
      return pos;
  }
}

/** `a: 1` with an indented `b: 2` below: the parser blames the first line, a person would blame the second. */
function deeperLine(text: string, value: number): Span {
  const next = text.indexOf('\n', value) + 1;
  const start = next + (/^[ \t]*/.exec(text.slice(next))?.[0].length ?? 0);
  return [start, start + (/^[^\s:]*/.exec(text.slice(start))?.[0].length ?? 0)];
}

/** The start of the quoted text that ends, unclosed, at `end`. */
function openQuote(document: Document.Parsed, end: number): number | undefined {
  let start: number | undefined;
  visit(document, {
    Scalar(_key, { type, range }) {
      if (
        (type === 'QUOTE_DOUBLE' || type === 'QUOTE_SINGLE') &&
        range &&
        range[0] < end &&
        range[1] >= end
      ) {
        start = range[0];
      }
    },
  });
  return start;
}

type ToRange = (span: Span) => Range;

function createRanges(text: string): ToRange {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  const position = (offset: number): Position => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  };
  return ([start, end]) => ({ start: position(start), end: position(Math.max(start, end)) });
}

function lineAt(text: string, offset: number): string {
  const end = text.indexOf('\n', offset);
  return text.slice(text.lastIndexOf('\n', offset - 1) + 1, end < 0 ? text.length : end);
}

function byPosition(a: Diagnostic, b: Diagnostic): number {
  const [from, to] = [a.range?.start, b.range?.start];
  return (from?.line ?? 0) - (to?.line ?? 0) || (from?.column ?? 0) - (to?.column ?? 0);
}
