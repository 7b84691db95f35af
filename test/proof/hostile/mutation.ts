/**
 * Hostile JSON: a good document comes in, arbitraries of the same document with a few things wrong go out, as text, so that
 * what JSON can say and objects cannot (`__proto__`, numbers out of range, ten thousand brackets) gets through.
 */
import fc from 'fast-check';

/** What may stand anywhere. Words in `@…@` are spelt out by `hostileText`. */
const ODD_VALUES: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  0.1,
  4_294_967_296,
  '@1e400@',
  '@-0@',
  '@123456789012345678901234567890@',
  '@1.50@',
  '',
  ' ',
  '0',
  '__proto__',
  'constructor',
  'toString',
  'a\u0000b',
  '\ud800',
  '\u202e^=\\',
  '=^^=',
  '^'.repeat(30),
  '\\'.repeat(30),
  '$.**',
  '%',
  "'",
  '"',
  '<script>',
  '20240230',
  '99999999',
  '24:61',
  '+9999',
  '1.2.',
  '1'.repeat(70),
  '-1',
  '@long@',
  [],
  [null],
  [[]],
  [[['x']]],
  {},
  { Alphabetic: null },
  { Alphabetic: 5, Ideographic: {}, Phonetic: [] },
  { vr: 'SQ', Value: [null, 5, {}, { '00080100': { vr: 'SH', Value: ['x'] } }] },
  { vr: 'LO', Value: 'x' },
  { InlineBinary: '////', BulkDataURI: 'https://evil.example.org/' },
  { reference: 'javascript:alert(1)' },
  { resourceType: 'Patient' },
  { ['__proto__']: { polluted: true } },
  { constructor: { prototype: { polluted: true } } },
  '@list 100@',
  '@list 20000@',
  '@object 100@',
  '@object 20000@',
  '@wide@',
];

const ODD_KEYS = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'length',
  '',
  '0',
  'resourceType',
  'id',
  'Value',
  'vr',
];

/** One thing that goes wrong; `at` counts the nodes of the document, round and round. */
export type Mutation =
  | { readonly kind: 'replace' | 'add'; readonly at: number; readonly key: string; readonly value: unknown }
  | { readonly kind: 'remove' | 'wrap' | 'unwrap' | 'double' | 'empty'; readonly at: number }
  | { readonly kind: 'rename'; readonly at: number; readonly key: string };

export const oddValue: fc.Arbitrary<unknown> = fc.oneof(
  { arbitrary: fc.constantFrom(...ODD_VALUES), weight: 6 },
  { arbitrary: fc.string({ unit: 'binary', maxLength: 40 }), weight: 1 },
  { arbitrary: fc.double(), weight: 1 },
  { arbitrary: fc.jsonValue({ maxDepth: 3 }), weight: 1 },
);

const at = fc.nat(5000);
const key = fc.constantFrom(...ODD_KEYS);

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  { arbitrary: fc.record({ kind: fc.constant('replace' as const), at, key, value: oddValue }), weight: 5 },
  { arbitrary: fc.record({ kind: fc.constant('add' as const), at, key, value: oddValue }), weight: 1 },
  {
    arbitrary: fc.record({
      kind: fc.constantFrom(
        'remove' as const,
        'wrap' as const,
        'unwrap' as const,
        'double' as const,
        'empty' as const,
      ),
      at,
    }),
    weight: 3,
  },
  { arbitrary: fc.record({ kind: fc.constant('rename' as const), at, key }), weight: 1 },
);

export const mutations: fc.Arbitrary<readonly Mutation[]> = fc.array(mutation, {
  minLength: 1,
  maxLength: 4,
});

const ODD_STRINGS = ODD_VALUES.filter(
  (value) => typeof value === 'string' && !/^@(?:list|object|wide|-?[\d.])/.test(value),
);
const ODD_NUMBERS = [0, -1, 0.1, 4_294_967_296, 1e300, '@1.50@', '@-0@', '@123456789012345678901234567890@'];
/** What may stand where nothing is expected. */
const ODD_ADDITIONS = [
  '',
  'x',
  5,
  true,
  [],
  {},
  [[1]],
  { ['__proto__']: { polluted: true } },
  '@list 100@',
  '@long@',
  '@wide@',
];

/** One thing that goes wrong with the content, while lists stay lists, texts texts and objects objects. */
export interface Misstatement {
  readonly kind: 'say' | 'remove' | 'double' | 'add';
  readonly at: number;
  readonly key: string;
  readonly text: unknown;
  readonly number: unknown;
  readonly more: unknown;
}

export const misstatements: fc.Arbitrary<readonly Misstatement[]> = fc.array(
  fc.record({
    kind: fc.constantFrom('say', 'say', 'remove', 'double', 'add'),
    at,
    key,
    text: fc.oneof(fc.constantFrom(...ODD_STRINGS), fc.string({ unit: 'binary', maxLength: 20 })),
    number: fc.constantFrom(...ODD_NUMBERS),
    more: fc.constantFrom(...ODD_ADDITIONS),
  }),
  { maxLength: 5 },
);

/** The document with other content of the same shape; its root stays what it is. */
export function misstate(document: unknown, list: readonly Misstatement[]): unknown {
  return list.reduce<unknown>((whole, { kind, at: place, key: name, text, number, more }) => {
    const node = nodeAt(whole, place);
    const isBranch = typeof node === 'object' && node !== null;
    if (kind === 'say' && !isBranch) {
      const value = typeof node === 'string' ? text : typeof node === 'number' ? number : !node;
      return mutateOnce(whole, { kind: 'replace', at: place, key: '', value });
    }
    if (kind === 'add' && isBranch && !Array.isArray(node))
      return mutateOnce(whole, { kind: 'add', at: place, key: name, value: more });
    const isRoot = place % Math.max(1, countNodes(whole)) === 0;
    return kind === 'remove' || kind === 'double'
      ? isRoot
        ? whole
        : mutateOnce(whole, { kind, at: place })
      : whole;
  }, document);
}

function nodeAt(document: unknown, place: number): unknown {
  let left = place % Math.max(1, countNodes(document));
  const visit = (node: unknown): { readonly found: unknown } | undefined => {
    if (left-- === 0) return { found: node };
    if (typeof node !== 'object' || node === null) return undefined;
    for (const child of Object.values(node)) {
      const result = visit(child);
      if (result) return result;
    }
    return undefined;
  };
  return visit(document)?.found;
}

/** The document with all mutations, one after the other. The document itself stays as it is. */
export function mutate(document: unknown, list: readonly Mutation[]): unknown {
  return list.reduce(mutateOnce, document);
}

function mutateOnce(document: unknown, wish: Mutation): unknown {
  const target = wish.at % Math.max(1, countNodes(document));
  let seen = 0;
  /** Undefined takes the node out. */
  const visit = (node: unknown): unknown => {
    if (seen++ === target) return change(node, wish);
    if (typeof node !== 'object' || node === null) return node;
    if (Array.isArray(node)) {
      return node.flatMap((item, index) => {
        const isTarget = seen === target;
        const result = visit(item);
        if (result === undefined) return [];
        return isTarget && wish.kind === 'double' ? [result, node[index]] : [result];
      });
    }
    const entries = Object.entries(node).flatMap(([name, child]) => {
      const isTarget = seen === target;
      const result = visit(child);
      if (result === undefined) return [];
      return [[isTarget && wish.kind === 'rename' ? wish.key : name, result] as const];
    });
    return Object.fromEntries(entries);
  };
  return visit(document) ?? null;
}

function change(node: unknown, wish: Mutation): unknown {
  const isBranch = typeof node === 'object' && node !== null;
  switch (wish.kind) {
    case 'replace':
      return wish.value;
    case 'remove':
      return undefined;
    case 'wrap':
      return [node];
    case 'unwrap':
      return isBranch ? (Object.values(node)[0] ?? null) : node;
    case 'empty':
      return Array.isArray(node) ? [] : isBranch ? {} : '';
    case 'add':
      if (Array.isArray(node)) return [...node, wish.value];
      return isBranch
        ? Object.fromEntries([...Object.entries(node), [wish.key, wish.value]])
        : [node, wish.value];
    default:
      return node;
  }
}

function countNodes(node: unknown): number {
  if (typeof node !== 'object' || node === null) return 1;
  return Object.values(node).reduce<number>((sum, child) => sum + countNodes(child), 1);
}

/** JSON text of a mutated document, with the words in `@…@` spelt out. */
export function hostileText(document: unknown): string {
  return JSON.stringify(document).replace(
    /"@(list|object|wide|long|[-\d.e]+)(?: (\d+))?@"/g,
    (_, word: string, size = '0') => {
      const depth = Number(size);
      if (word === 'list') return '['.repeat(depth) + ']'.repeat(depth);
      if (word === 'object')
        return `${'{"00081140":{"vr":"SQ","Value":[{"00081140":'.repeat(depth)}null${'}]}}'.repeat(depth)}`;
      if (word === 'wide')
        return `{${Array.from({ length: 5000 }, (_unused, index) => `"k${index}":${index}`).join(',')}}`;
      return word === 'long' ? `"${'x'.repeat(100_000)}"` : word;
    },
  );
}

/** A few characters of a text cut out, or others put in. */
export interface Wound {
  readonly at: number;
  readonly length: number;
  readonly by: string;
}

const ODD_TEXTS = [
  '',
  '"',
  '{',
  '}',
  '[',
  ']',
  ':',
  ',',
  '\u0000',
  '\\',
  '<html>',
  '\ufeff',
  '- ',
  '\n',
  '\t',
  '&a ',
  '*a',
];

/** Mostly one or two; none now and then. */
export const wounds: fc.Arbitrary<readonly Wound[]> = fc.array(
  fc.record({
    at: fc.nat(1_000_000),
    length: fc.nat(12),
    by: fc.oneof(fc.constantFrom(...ODD_TEXTS), fc.string({ maxLength: 4 })),
  }),
  { maxLength: 3 },
);

export function wound(text: string, list: readonly Wound[]): string {
  return list.reduce((whole, { at, length, by }) => {
    const start = at % (whole.length + 1);
    return whole.slice(0, start) + by + whole.slice(start + length);
  }, text);
}
