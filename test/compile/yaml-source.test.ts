/**
 * YAML text in; data and places out. The places are checked by property: what stands at the
 * place of a unit of a value is that unit, or reads as it.
 */
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readYaml, type YamlSource } from '../../engine/compile/yaml-source.ts';
import type { Range } from '../../engine/diagnostic.ts';

const test = suite('yaml-source');

test('data of the YAML 1.2 core schema', () => {
  const text = `%YAML 1.2
---
text: on
empty: ""
number: -1.5
hex: 0x1F
flag: true
nothing: ~
list: [yes, "1", { a: b }]
1.10: a key is text
block: |
  two
  lines
same: &same { a: [1] }
again: *same
quoted<<: fine
"<<": fine
`;
  assert.equal(readYaml('f.yaml', text).diagnostics, []);
  assert.equal(readYaml('f.yaml', text).value, {
    text: 'on',
    empty: '',
    number: -1.5,
    hex: 31,
    flag: true,
    nothing: null,
    list: ['yes', '1', { a: 'b' }],
    '1.10': 'a key is text',
    block: 'two\nlines\n',
    same: { a: [1] },
    again: { a: [1] },
    'quoted<<': 'fine',
    '<<': 'fine',
  });
});

test('parts that an alias repeats are not shared', () => {
  const { value } = readYaml('f.yaml', 'a: &x { b: 1 }\nc: *x\n');
  const { a, c } = value as { a: object; c: object };
  assert.equal(a, c);
  assert.is.not(a, c);
});

test('a key that reaches the prototype changes nothing', () => {
  const { value } = readYaml('f.yaml', '__proto__: { admin: true }\na: 1\n');
  assert.equal(Object.keys(value as object), ['a']);
  assert.is(Object.getPrototypeOf(value), Object.prototype);
  assert.is((value as { admin?: boolean }).admin, undefined);
});

test('a file whose meaning is in doubt has no value; one with a key too many has', () => {
  const read = (text: string) => readYaml('f.yaml', text).value;
  assert.is(read('a: "x'), undefined);
  assert.is(read('a: *nowhere'), undefined);
  assert.is(read('a: !t x'), undefined);
  assert.is(read(''), undefined);
  assert.equal(read('a: 1\na: 2\n'), { a: 1 });
});

test('what would take long or much is refused', () => {
  const codes = (text: string) => readYaml('f.yaml', text).diagnostics.map(({ code }) => code);
  assert.equal(codes(`a: "${'x'.repeat(600_000)}"`), ['yaml.too-large']);
  assert.equal(codes('['.repeat(20_000)), ['yaml.too-large']);
  assert.equal(codes(`${'['.repeat(100)}${']'.repeat(100)}`), ['yaml.too-large']);
  assert.equal(codes(`${'['.repeat(60)}${']'.repeat(60)}`), []);
  const doubled = (name: string, of: string) => `${name}: &${name} [${`*${of}, `.repeat(9)}*${of}]\n`;
  const bomb = `a: &a [x]\n${doubled('b', 'a')}${doubled('c', 'b')}${doubled('d', 'c')}${doubled('e', 'd')}${doubled('f', 'e')}`;
  assert.equal([...new Set(codes(bomb))], ['yaml.alias']);
  assert.equal(codes('a: &a [*a]'), ['yaml.alias']);
});

/** The text that a range covers, by the same line breaks as renderDiagnostic. */
function textAt(source: YamlSource, range: Range | undefined): string {
  if (!range) return '(nowhere)';
  const ends = [...source.text.matchAll(/\r\n|\n|\r/g)].map((match) => match.index + match[0].length);
  const offset = ({ line, column }: Range['start']) => (line === 1 ? 0 : (ends[line - 2] ?? 0)) + column - 1;
  return source.text.slice(offset(range.start), offset(range.end));
}

test('places of keys and values', () => {
  const text =
    'rules:\n  name: { to: Patient.name }\n  tag: [A, "B"]\n  none:\nbase: &base\n  x: 1\nuse: *base\n';
  const source = readYaml('f.yaml', text);
  const at = (path: readonly (string | number)[], part?: 'key' | 'value') =>
    textAt(source, source.rangeOf(path, part));
  assert.is(at(['rules', 'name'], 'key'), 'name');
  assert.is(at(['rules', 'name']), '{ to: Patient.name }');
  assert.is(at(['rules', 'name', 'to']), 'Patient.name');
  assert.is(at(['rules', 'tag', 1]), '"B"');
  assert.is(at(['rules', 'tag', 1], 'key'), '"B"');
  assert.is(at(['rules', 'none']), 'none', 'an empty value has no place');
  assert.is(at(['rules', 'name', 'tag', 'x']), 'name', 'the nearest that exists');
  assert.is(at(['rules', 'tag', 7]), 'tag');
  assert.is(at(['other']), 'r', 'the first character of the content');
  assert.is(at([]), 'r');
  assert.is(at(['use']), '*base');
  assert.is(at(['use', 'x']), '1', 'where the repeated text stands');
  assert.is(readYaml('f.yaml', '').rangeOf(['a']), undefined);
});

test('a byte order mark is no column; line breaks of any kind are one', () => {
  const source = readYaml('f.yaml', '\uFEFFa: "😀x"\r\nb: 1\rc: |\r\n  two\r\n  lines\r\n');
  assert.equal(source.value, { a: '😀x', b: 1, c: 'two\nlines\n' });
  assert.equal(source.rangeOf(['a'], 'key'), { start: { line: 1, column: 1 }, end: { line: 1, column: 2 } });
  assert.equal(source.rangeIn(['a'], 2, 3), { start: { line: 1, column: 7 }, end: { line: 1, column: 8 } });
  assert.equal(source.rangeOf(['b']), { start: { line: 2, column: 4 }, end: { line: 2, column: 5 } });
  assert.equal(source.rangeIn(['c'], 4, 9), { start: { line: 5, column: 3 }, end: { line: 5, column: 8 } });
});

test('places inside of texts', () => {
  const text = [
    'plain: Modality = "CT"',
    "single: 'it''s CT'",
    'double: "a\\u0041\\n CT"',
    'literal: |',
    '  first',
    '    CT',
    'folded: >',
    '  some CT',
    'lines: one',
    '  and CT',
    'number: 5',
  ].join('\n');
  const source = readYaml('f.yaml', text);
  const at = (key: string, start: number, end: number) => textAt(source, source.rangeIn([key], start, end));
  const value = source.value as Record<string, string>;
  for (const key of ['plain', 'single', 'double', 'literal', 'lines']) {
    const start = value[key]?.indexOf('CT') ?? -1;
    assert.is(at(key, start, start + 2), 'CT', key);
  }
  assert.is(at('double', 1, 3), '\\u0041\\n', 'escapes count whole');
  assert.is(at('literal', 4, 6), 't', 'a line break at the end stays on its line');
  assert.is(at('folded', 0, 1), 'folded', 'folded text is not mapped');
  assert.is(at('number', 0, 1), '5');
  assert.is(at('absent', 0, 1), 'p');
  const end = source.rangeIn(['plain'], 15, 15);
  assert.equal(end, { start: { line: 1, column: 23 }, end: { line: 1, column: 23 } });
});

test('the comment that ends an unquoted value', () => {
  const source = readYaml(
    'f.yaml',
    'a: x & " #1"\nb: "x" # no\nc: x\n# no\nd: |\n  x # no\ne: { f: x # yes\n }\n',
  );
  const after = (...path: string[]) => textAt(source, source.commentAfter(path));
  assert.is(after('a'), '#1"');
  assert.is(after('b'), '(nowhere)');
  assert.is(after('c'), '(nowhere)');
  assert.is(after('d'), '(nowhere)');
  assert.is(after('e', 'f'), '# yes');
});

interface Written {
  readonly style: string;
  /** The scalar as it stands behind `key: `, lines below it indented by `indent`. */
  readonly yaml: string;
}

/** Characters that matter to some style, an astral one among them. */
const unit = fc.constantFrom(...'ab$ \'"\\#:,[]{}&*!|>%@`\t\n-?.éß中', '😀', '\u0085', '\u2028', '\u00a0');
const value = fc.array(unit, { maxLength: 24 }).map((units) => units.join(''));
const ESCAPED: Readonly<Record<string, string>> = { '"': '\\"', '\\': '\\\\', '\n': '\\n', '\t': '\\t' };

function writeDouble(text: string, choices: readonly number[]): string {
  const units = [...text].map((sign, index) => {
    const code = sign.codePointAt(0) ?? 0;
    const choice = choices[index % choices.length];
    if (choice === 1) return `\\U${code.toString(16).padStart(8, '0')}`;
    if (choice === 2 && code <= 0xffff) return `\\u${code.toString(16).padStart(4, '0')}`;
    if (choice === 3 && code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`;
    if (choice === 4) return `\\\n   ${sign === ' ' ? '\\ ' : (ESCAPED[sign] ?? sign)}`;
    return ESCAPED[sign] ?? sign;
  });
  return `"${units.join('')}"`;
}

function writeLiteral(text: string, indent: number, deep: string): string {
  const body = text.split('\n').map((line) => (line === '' ? '' : `${deep}${' '.repeat(indent)}${line}`));
  return `|${indent}-\n${body.join('\n')}`;
}

function ways(text: string, choices: readonly number[], indent: number, deep: string): readonly Written[] {
  return [
    { style: 'double', yaml: writeDouble(text, choices) },
    { style: 'single', yaml: `'${text.replaceAll("'", "''").replaceAll('\n', `\n\n${deep}   `)}'` },
    { style: 'plain', yaml: text.replaceAll('\n', `\n\n${deep}   `) },
    { style: 'literal with indicator', yaml: writeLiteral(text, indent, deep) },
    { style: 'literal', yaml: writeLiteral(text, indent, deep).replace(/^\|\d-/, '|-') },
    { style: 'literal, kept', yaml: `${writeLiteral(text, indent, deep).replace(/^\|\d-/, '|+')}\n\n` },
  ];
}

test('every unit of a value stands where its place says', () => {
  const seen: Record<string, number> = {};
  const breaks = fc.constantFrom('\n', '\r\n', '\r');
  const property = fc.property(
    value,
    fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 5 }),
    fc.integer({ min: 1, max: 4 }),
    breaks,
    fc.boolean(),
    fc.constantFrom('', '&anchor '),
    (text, choices, indent, lineBreak, hasMark, anchor) => {
      for (const nested of [false, true]) {
        const deep = nested ? '  ' : '';
        for (const { style, yaml } of ways(text, choices, indent, deep)) {
          const lines = `${nested ? 'outer:\n  ' : ''}key: ${anchor}${yaml}\n${deep}next: 1\n`;
          const file = `${hasMark ? '\uFEFF' : ''}# ${lineBreak}${lines.replaceAll('\n', lineBreak)}`;
          const source = readYaml('f.yaml', file);
          const path = nested ? ['outer', 'key'] : ['key'];
          const read = path.reduce<unknown>(
            (at, step) => (at as Record<string, unknown> | undefined)?.[step],
            source.value,
          );
          // Not every text can be written in every style; what YAML makes of it is still to be placed.
          if (typeof read !== 'string') continue;
          if (checkPlaces(source, path, read, style)) seen[style] = (seen[style] ?? 0) + 1;
        }
      }
    },
  );
  fc.assert(property, { numRuns: 400, seed: 20260117 });
  // Each style was really written and placed often.
  for (const style of ['double', 'single', 'plain', 'literal with indicator', 'literal', 'literal, kept']) {
    assert.ok((seen[style] ?? 0) > 100, `${style}: ${seen[style]}`);
  }
});

/** True when there was something to check. */
function checkPlaces(source: YamlSource, path: readonly string[], read: string, style: string): boolean {
  const at = [...read].map((sign) => sign.length);
  for (let start = 0, index = 0; index < at.length; start += at[index++] ?? 1) {
    const sign = read.slice(start, start + (at[index] ?? 1));
    const text = textAt(source, source.rangeIn(path, start, start + sign.length));
    assert.ok(
      readsAs(text, sign, style),
      `${style}: ${JSON.stringify(text)} at ${start} of ${JSON.stringify(read)}`,
    );
  }
  // All at once: it begins where the first begins and ends where the last ends.
  const whole = source.rangeIn(path, 0, read.length);
  const first = source.rangeIn(path, 0, 1);
  const last = source.rangeIn(path, read.length - 1, read.length);
  assert.equal(whole?.start, first?.start);
  if (read.length > 0) assert.equal(whole?.end, last?.end);
  return read.length > 0;
}

function readsAs(text: string, sign: string, style: string): boolean {
  if (text === sign) return true;
  // Line breaks: of the file, or folded into a space or fewer breaks.
  if (/^[ \t\r\n]*$/.test(text) && (sign === '\n' || (sign === ' ' && /[\r\n]/.test(text)))) return true;
  if (style === 'single') return text === "''" && sign === "'";
  if (style !== 'double' || !text.startsWith('\\')) return false;
  // The escape alone, and of a surrogate pair both halves at once.
  return readYaml('f.yaml', `"${text}"`).value === sign;
}

test.run();
