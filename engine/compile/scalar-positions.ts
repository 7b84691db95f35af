/**
 * A YAML scalar as it stands in the file comes in; for every UTF-16 unit of its value, where that unit stands comes out.
 * The scalar is decoded a second time here, with positions; where that does not give the parser's value, nothing comes out.
 */

/** What the parser knows of a scalar's text; line breaks are `\n`. */
export interface ScalarToken {
  readonly type: string;
  readonly offset: number;
  readonly source: string;
  readonly indent?: number;
  /** Of block scalars: the header (`|2-`), spaces, a comment and the newline that stand before `source`. */
  readonly props?: readonly { readonly source?: string }[];
}

/** `starts[i]` and `ends[i]` (exclusive) bound the text that gave `value[i]`; an escape or a folded newline is wider than one. */
export interface ScalarPositions {
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  /** Where the content begins, also when it is empty. */
  readonly first: number;
}

interface Decoded {
  text: string;
  readonly starts: number[];
  readonly ends: number[];
}

/**
 * Positions of every unit of `value`, for plain, quoted (also over several lines, YAML 1.2 6.5) and literal block scalars;
 * undefined for folded block scalars and for whatever is not decoded alike.
 */
export function scalarPositions(token: ScalarToken, value: string): ScalarPositions | undefined {
  if (token.type === 'block-scalar') return literalPositions(token, value);
  const quoted = token.type !== 'scalar';
  const first = token.offset + (quoted ? 1 : 0);
  const raw = quoted ? token.source.slice(1, -1) : token.source;
  const decoded = decodeFlow(raw, first, token.type);
  return decoded.text === value ? { starts: decoded.starts, ends: decoded.ends, first } : undefined;
}

/** Plain, single-quoted and double-quoted scalars: escapes and folded lines. */
function decodeFlow(raw: string, base: number, type: string): Decoded {
  const decoded: Decoded = { text: '', starts: [], ends: [] };
  const fold = /[ \t]*\n[ \t\n]*/y;
  for (let at = 0; at < raw.length; ) {
    fold.lastIndex = at;
    const folded = fold.exec(raw)?.[0];
    if (folded !== undefined) {
      const breaks = folded.split('\n').length - 1;
      add(decoded, breaks === 1 ? ' ' : '\n'.repeat(breaks - 1), base + at, base + at + folded.length);
      at += folded.length;
    } else if (type === 'double-quoted-scalar' && raw[at] === '\\') {
      const { text, width } = decodeEscape(raw, at);
      add(decoded, text, base + at, base + at + width);
      at += width;
    } else {
      const width = type === 'single-quoted-scalar' && raw.startsWith("''", at) ? 2 : 1;
      add(decoded, raw[at] ?? '', base + at, base + at + width);
      at += width;
    }
  }
  return decoded;
}

/** YAML 1.2 5.7; the two-character escapes, in the order of that list. */
const ESCAPES: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  t: '\t',
  '\t': '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  e: '\x1b',
  N: '\u0085',
  _: '\u00a0',
  L: '\u2028',
  P: '\u2029',
};

function decodeEscape(raw: string, at: number): { readonly text: string; readonly width: number } {
  const letter = raw[at + 1] ?? '';
  // An escaped line break joins two lines without a space and takes the next line's indentation with it.
  const joined = /\\\n[ \t]*/y;
  joined.lastIndex = at;
  const width = joined.exec(raw)?.[0].length;
  if (width !== undefined) return { text: '', width };
  const digits = { x: 2, u: 4, U: 8 }[letter];
  if (digits === undefined) return { text: ESCAPES[letter] ?? letter, width: 2 };
  const code = Number.parseInt(raw.slice(at + 2, at + 2 + digits), 16);
  const valid = code >= 0 && code <= 0x10ffff;
  return { text: valid ? String.fromCodePoint(code) : '', width: 2 + digits };
}

function literalPositions(token: ScalarToken, value: string): ScalarPositions | undefined {
  const header = token.props?.[0]?.source ?? '';
  if (!header.startsWith('|')) return undefined;
  const first = token.offset + (token.props ?? []).reduce((sum, prop) => sum + (prop.source?.length ?? 0), 0);
  const lines = token.source.split('\n');
  const explicit = /[1-9]/.exec(header)?.[0];
  const filled = lines.find((line) => line.trim() !== '');
  // Spaces in a text of blank lines are all indentation.
  const found = filled === undefined ? Number.POSITIVE_INFINITY : leadingSpaces(filled);
  const indent = explicit && filled !== undefined ? (token.indent ?? 0) + Number(explicit) : found;
  const decoded: Decoded = { text: '', starts: [], ends: [] };
  let at = first;
  for (const line of lines) {
    const skipped = Math.min(indent, leadingSpaces(line));
    for (let index = skipped; index < line.length; index++) {
      add(decoded, line[index] ?? '', at + index, at + index + 1);
    }
    at += line.length;
    // The last line of a file may lack its line break, and the value has one all the same.
    const hasBreak = at < first + token.source.length;
    add(decoded, '\n', at, at + (hasBreak ? 1 : 0));
    at += 1;
  }
  if (!decoded.text.startsWith(value)) return undefined;
  return {
    starts: decoded.starts.slice(0, value.length),
    ends: decoded.ends.slice(0, value.length),
    first: first + Math.min(indent, token.source.length),
  };
}

function leadingSpaces(line: string): number {
  return line.length - line.replace(/^ +/, '').length;
}

function add(decoded: Decoded, text: string, start: number, end: number): void {
  decoded.text += text;
  for (let unit = 0; unit < text.length; unit++) {
    decoded.starts.push(start);
    decoded.ends.push(end);
  }
}
