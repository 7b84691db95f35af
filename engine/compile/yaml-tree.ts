/**
 * A parsed YAML file as a tree with offsets comes in; plain data and findings, or the offsets of any place in the data, go
 * out. The data are trees: no cycles, no shared parts, no key that could reach a prototype. Knows no parser.
 */
import { type ScalarToken, scalarPositions } from './scalar-positions.ts';

/** Keys of maps and zero-based indexes of lists, from the top of the file. */
export type YamlPath = readonly (string | number)[];

/** Start and exclusive end in the parsed text, in UTF-16 units. */
export type Span = readonly [number, number];

interface Placed {
  readonly span: Span;
  readonly anchor?: string;
}

export interface ScalarTree extends Placed {
  readonly kind: 'scalar';
  readonly value: unknown;
  /** Written without quotes. */
  readonly plain: boolean;
  /** The text as written, without quotes' content decoded. */
  readonly written: string;
  readonly token?: ScalarToken;
  /** A comment on the same line, behind an unquoted value. */
  readonly comment?: Span;
}

export interface MapEntry {
  readonly key: string;
  readonly keySpan: Span;
  readonly plainKey: boolean;
  readonly value?: YamlTree;
}

export interface MapTree extends Placed {
  readonly kind: 'map';
  readonly entries: readonly MapEntry[];
}

export interface ListTree extends Placed {
  readonly kind: 'list';
  readonly items: readonly YamlTree[];
}

export interface AliasTree extends Placed {
  readonly kind: 'alias';
  readonly name: string;
}

export type YamlTree = ScalarTree | MapTree | ListTree | AliasTree;

export interface TreeFinding {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly span: Span;
}

/** Places that aliases may add up to: enough for any table that a person repeats, far below a bomb. */
const MAX_REPEATED = 10_000;

interface Reading {
  readonly findings: TreeFinding[];
  readonly anchors: Map<string, YamlTree>;
  /** Anchored trees that are being read: an alias to one of them would have no end. */
  readonly open: Set<YamlTree>;
  repeated: number;
}

/**
 * Plain data of a tree, with everything that stands in the way of reading it. Of a key that stands twice the first counts;
 * merge keys and `__proto__` are left out.
 */
export function readTree(tree: YamlTree | undefined): {
  readonly value: unknown;
  readonly findings: readonly TreeFinding[];
} {
  const reading: Reading = { findings: [], anchors: new Map(), open: new Set(), repeated: 0 };
  const value = tree === undefined ? null : readNode(tree, reading, false);
  return { value, findings: reading.findings };
}

function readNode(tree: YamlTree, reading: Reading, repeated: boolean): unknown {
  if (repeated && ++reading.repeated > MAX_REPEATED) return undefined;
  if (tree.kind === 'alias') return readAlias(tree, reading);
  if (tree.anchor !== undefined) reading.anchors.set(tree.anchor, tree);
  reading.open.add(tree);
  const value =
    tree.kind === 'scalar'
      ? readScalar(tree, reading)
      : tree.kind === 'list'
        ? tree.items.map((item) => readNode(item, reading, repeated))
        : readMap(tree, reading, repeated);
  reading.open.delete(tree);
  return value;
}

function readMap(tree: MapTree, reading: Reading, repeated: boolean): Readonly<Record<string, unknown>> {
  const first = new Map<string, MapEntry>();
  const value: Record<string, unknown> = {};
  for (const entry of tree.entries) {
    const fault = keyFault(entry, first.has(entry.key));
    if (fault) {
      // A repeated map was read before: its findings are known.
      if (!repeated) reading.findings.push({ ...fault, span: entry.keySpan });
      continue;
    }
    first.set(entry.key, entry);
    value[entry.key] = entry.value ? readNode(entry.value, reading, repeated) : null;
  }
  return value;
}

function keyFault(entry: MapEntry, known: boolean): Omit<TreeFinding, 'span'> | undefined {
  if (entry.key === '<<' && entry.plainKey) {
    const hint = 'Write the keys out, or repeat a whole value with an anchor: `&name` and `*name`.';
    return { code: 'yaml.merge-key', message: 'merge keys (`<<`) are not read', hint };
  }
  if (entry.key === '__proto__') {
    return {
      code: 'yaml.forbidden-key',
      message: 'a key cannot be named `__proto__`',
      hint: 'Choose another name.',
    };
  }
  if (!known) return undefined;
  const message = `the key \`${entry.key}\` stands twice in one map`;
  return { code: 'yaml.duplicate-key', message, hint: 'Keep one of the two.' };
}

function readAlias(tree: AliasTree, reading: Reading): unknown {
  const target = reading.anchors.get(tree.name);
  const fault = (message: string, hint: string) => {
    reading.findings.push({ code: 'yaml.alias', message, hint, span: tree.span });
    return undefined;
  };
  if (target === undefined) {
    const hint = 'Text that starts with `*` belongs in quotes; an anchor stands before its aliases.';
    return fault('no anchor of this name stands above', hint);
  }
  if (reading.open.has(target))
    return fault('this alias stands inside its own anchor', 'Write the value out.');
  const before = reading.repeated;
  const value = readNode(target, reading, true);
  // Reported once, where the limit is crossed.
  if (before <= MAX_REPEATED && reading.repeated > MAX_REPEATED) {
    return fault('aliases repeat too much', `All aliases together may stand for ${MAX_REPEATED} values.`);
  }
  return value;
}

function readScalar(tree: ScalarTree, reading: Reading): unknown {
  const { value } = tree;
  if (typeof value !== 'number') return value;
  const fault = (message: string) => {
    const [, group, element] = /^([0-9]{4})([0-9]{4})$/.exec(tree.written) ?? [];
    const hint =
      group === undefined
        ? 'Put it in quotes if it is text, such as a code or a version.'
        : `A tag is written (${group},${element}); a code with these digits stands in quotes.`;
    if (reading.repeated === 0)
      reading.findings.push({ code: 'yaml.number', message, hint, span: tree.span });
  };
  if (!Number.isFinite(value)) fault('infinity and not-a-number cannot be used');
  else if (/^[-+]?0[0-9]/.test(tree.written)) fault('YAML reads this as a number and drops its leading zero');
  else if (Number.isInteger(value) && !Number.isSafeInteger(value))
    fault('this number is too large to keep its digits');
  return value;
}

/** Where things stand in a tree; every answer is undefined where there is nothing to point at. */
export interface TreeLocator {
  /** See YamlSource.rangeOf. */
  spanOf(path: YamlPath, part: 'key' | 'value'): Span | undefined;
  /** See YamlSource.rangeIn. */
  spanIn(path: YamlPath, start: number, end: number): Span | undefined;
  commentAfter(path: YamlPath): Span | undefined;
}

interface Place {
  readonly keySpan?: Span;
  readonly value?: YamlTree;
}

export function createTreeLocator(root: YamlTree | undefined): TreeLocator {
  const anchors = new Map<string, YamlTree>();
  if (root) collectAnchors(root, anchors);
  const follow = (tree: YamlTree | undefined): YamlTree | undefined =>
    tree?.kind === 'alias' ? (anchors.get(tree.name) ?? tree) : tree;
  const find = (path: YamlPath): { readonly place: Place; readonly exists: boolean } => {
    let place: Place = root ? { value: root } : {};
    for (const step of path) {
      const next = childOf(follow(place.value), step);
      if (next === undefined) return { place, exists: false };
      place = next;
    }
    return { place, exists: true };
  };
  const keySpan = ({ keySpan, value }: Place): Span | undefined => {
    if (keySpan || value === undefined) return keySpan;
    return value === root ? [value.span[0], value.span[0] + 1] : value.span;
  };
  const scalarAt = (path: YamlPath): ScalarTree | undefined => {
    const { place, exists } = find(path);
    const tree = exists ? follow(place.value) : undefined;
    return tree?.kind === 'scalar' ? tree : undefined;
  };
  return {
    spanOf(path, part) {
      const { place, exists } = find(path);
      const span = place.value?.span;
      const shown = part === 'value' && exists && path.length > 0 && span && span[0] < span[1];
      return shown ? span : keySpan(place);
    },
    spanIn(path, start, end) {
      const scalar = scalarAt(path);
      return (scalar && spanInScalar(scalar, start, end)) ?? keySpan(find(path).place);
    },
    commentAfter: (path) => scalarAt(path)?.comment,
  };
}

function spanInScalar(scalar: ScalarTree, start: number, end: number): Span | undefined {
  const text = typeof scalar.value === 'string' ? scalar.value : scalar.written;
  const map = scalar.token && scalarPositions(scalar.token, text);
  if (!map) return undefined;
  const from = Math.min(Math.max(0, start), text.length);
  const to = Math.min(Math.max(from, end), text.length);
  const startAt = map.starts[from] ?? map.ends.at(-1) ?? map.first;
  if (to <= from) return [startAt, startAt];
  // In a block, a span that takes in a line break ends before it, not at the start of the next line.
  const isBreak = scalar.token?.type === 'block-scalar' && text[to - 1] === '\n';
  const endAt = isBreak ? map.starts[to - 1] : map.ends[to - 1];
  return [startAt, endAt ?? startAt];
}

function childOf(tree: YamlTree | undefined, step: string | number): Place | undefined {
  if (tree?.kind === 'map') return entriesByKey(tree).get(String(step));
  const item = tree?.kind === 'list' && typeof step === 'number' ? tree.items[step] : undefined;
  return item && { value: item };
}

const indexes = new WeakMap<MapTree, ReadonlyMap<string, MapEntry>>();

/** The first entry of each key; made once, since every finding in a large map asks for its place. */
function entriesByKey(tree: MapTree): ReadonlyMap<string, MapEntry> {
  const known = indexes.get(tree);
  if (known) return known;
  const index = new Map(tree.entries.toReversed().map((entry) => [entry.key, entry]));
  indexes.set(tree, index);
  return index;
}

function collectAnchors(tree: YamlTree, anchors: Map<string, YamlTree>): void {
  if (tree.anchor !== undefined) anchors.set(tree.anchor, tree);
  if (tree.kind === 'list') for (const item of tree.items) collectAnchors(item, anchors);
  if (tree.kind === 'map') for (const { value } of tree.entries) if (value) collectAnchors(value, anchors);
}
