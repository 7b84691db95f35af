/**
 * What of a mapping file can be compiled in spite of faults: the file and the places of its faults come in; the file without the
 * rules, lists and names that they are in goes out, so that all findings of a file come at once.
 */
import type { Diagnostic, Position } from '../diagnostic.ts';
import type { MappingFile } from './mapping-file.ts';
import type { YamlPath, YamlSource } from './yaml-source.ts';

export interface SoundPart {
  readonly file: MappingFile;
  /** Paths that were left out, joined by `/`: `rules/name`, `lists/series/rules/number`, `settings/zone`. */
  readonly dropped: ReadonlySet<string>;
}

/** A map of the file, by key. */
export type Tree = Record<string, unknown>;

/** Without these there is no mapping. */
const NEEDED = ['resource', 'identity', 'rules'];
/** Without these, as a whole, sound parts would look wrong. */
const FRAME: ReadonlySet<string> = new Set([...NEEDED, 'name', 'let', 'extends']);
/** Maps whose entries can be left out one by one. */
const MAPS: ReadonlySet<string> = new Set(['rules', 'lists', 'let', 'settings', 'assert']);

/**
 * Undefined where a fault is in the frame of the file: then nothing in it can be trusted. An overlay needs no frame of its own;
 * `file` is then what it changes.
 */
export function soundPart(source: YamlSource, faults: readonly Diagnostic[]): SoundPart | undefined {
  if (!isMap(source.value)) return undefined;
  const copy = structuredClone(source.value);
  const isOverlay = Object.hasOwn(copy, 'extends');
  if (!isOverlay && NEEDED.some((key) => !Object.hasOwn(copy, key))) return undefined;
  const candidates = partsOf(copy, []);
  const dropped = new Set<string>();
  const partAt = partFinder(source, candidates);
  for (const { range } of faults.filter(({ severity }) => severity === 'error')) {
    const part = range && partAt(range.start);
    if (!part || (part.length === 1 && FRAME.has(String(part[0])))) return undefined;
    dropped.add(part.join('/'));
  }
  // What is no map cannot be compiled, also where it is only the consequence of a fault and was not told.
  for (const path of candidates) if (!hasForm(copy, path)) dropped.add(path.join('/'));
  for (const path of candidates) if (dropped.has(path.join('/'))) removePart(copy, path);
  // What depends on a key that is gone would look wrong by itself.
  if (dropped.has('onDelete')) delete copy['whenEmpty'];
  return { file: copy as unknown as MappingFile, dropped };
}

/** False for an entry of rules, lists, settings or assert that is no map. */
function hasForm(root: Tree, path: YamlPath): boolean {
  const map = String(path.at(-2));
  if (map === 'let' || !MAPS.has(map)) return true;
  return isMap(path.reduce<unknown>((at, step) => (isMap(at) ? at[String(step)] : undefined), root));
}

/** Every key of the file, and every entry of its maps of rules, lists and names; the inner ones behind the outer ones. */
function partsOf(holder: Tree, path: YamlPath): readonly YamlPath[] {
  return Object.entries(holder).flatMap(([key, value]) => {
    const at = [...path, key];
    if (!MAPS.has(key) || !isMap(value)) return [at];
    const entries = Object.entries(value).flatMap(([name, entry]) => {
      const inner = key === 'lists' && isMap(entry) ? partsOf(entry, [...at, name]) : [];
      // The keys of a list, but for its rules and lists, are the list.
      const ownParts = inner.filter(
        (part) => MAPS.has(String(part[at.length + 1])) && part.length > at.length + 2,
      );
      return [[...at, name], ...ownParts];
    });
    return [at, ...entries];
  });
}

/** Finds the deepest part that has a position in it: of those that begin before it, the last one. */
function partFinder(
  source: YamlSource,
  paths: readonly YamlPath[],
): (position: Position) => YamlPath | undefined {
  const parts = paths
    .flatMap((path) => {
      const start = source.rangeOf(path, 'key')?.start;
      const end = source.rangeOf(path, 'value')?.end;
      return start && end ? [{ path, start, end }] : [];
    })
    .toSorted((a, b) => a.start.line - b.start.line || a.start.column - b.start.column);
  return (position) => {
    let [low, high] = [0, parts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const part = parts[middle];
      if (part && isBefore(position, part.start)) high = middle;
      else low = middle + 1;
    }
    for (let index = low - 1; index >= 0; index--) {
      const part = parts[index];
      if (part && !isBefore(part.end, position)) return part.path;
    }
    return undefined;
  };
}

function isBefore(a: Position, b: Position): boolean {
  return a.line < b.line || (a.line === b.line && a.column < b.column);
}

/** A `let` that is left out keeps its name, with nothing in it. */
export function removePart(root: Tree, path: YamlPath): void {
  const key = String(path.at(-1));
  const holder = path
    .slice(0, -1)
    .reduce<unknown>((at, step) => (isMap(at) ? at[String(step)] : undefined), root);
  if (!isMap(holder)) return;
  if (path.length === 2 && path[0] === 'let') holder[key] = 'null';
  else delete holder[key];
}

export function isMap(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
