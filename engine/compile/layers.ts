/**
 * The texts that one mapping is made of, an overlay and what it extends: a place in the merged data comes in, the text that
 * supplied what stands there goes out. A mapping that extends nothing is one layer.
 */
import type { YamlPath, YamlSource } from './yaml-source.ts';

export interface MappingText {
  /** As it is to be shown in findings. */
  readonly file: string;
  readonly text: string;
}

/** Why a file cannot be read: `does not exist`. */
export interface NoFile {
  readonly error: string;
  /** In place of general advice. */
  readonly hint?: string;
  readonly suggestion?: string;
}

/** The file at `path` as the file `from` names it. */
export type FindFile = (path: string, from: string) => MappingText | NoFile;

/** Which layer supplied a value of the merged data; a map that several layers wrote has `children`. */
export interface Supply {
  readonly layer: YamlSource;
  /** By key. Without them the whole value is of this layer. */
  readonly children?: ReadonlyMap<string, Supply>;
}

export interface FilePlace {
  readonly file: string;
  readonly line: number;
}

/** What findings about a mapping need to know of its texts. */
export interface LayeredSource extends Pick<YamlSource, 'file' | 'rangeOf' | 'rangeIn'> {
  /** From the file that the configuration names down to the one that extends nothing. */
  readonly layers: readonly YamlSource[];
  /** The text that supplied what stands at `path`; of a map that several wrote, the one that the configuration is nearest to. */
  layerOf(path: YamlPath): YamlSource;
  /** Where the layers below that of `path` have it too: what was overridden, nearest first. */
  overridden(path: YamlPath): readonly FilePlace[];
}

/** `layers` from the top; without `supply` everything stands in the first. */
export function layeredSource(
  layers: readonly [YamlSource, ...YamlSource[]],
  supply?: Supply,
): LayeredSource {
  const [top] = layers;
  const root = supply ?? { layer: top };
  const layerOf = (path: YamlPath): YamlSource => supplyAt(root, path).layer;
  return {
    file: top.file,
    layers,
    layerOf,
    rangeOf: (path, part) => layerOf(path).rangeOf(path, part),
    rangeIn: (path, start, end) => layerOf(path).rangeIn(path, start, end),
    overridden(path) {
      const having = layers.filter(({ value }) => isAt(value, path));
      return having.slice(1).map((layer) => ({ file: layer.file, line: lineIn(layer, path) }));
    },
  };
}

/** The supply of `key` in a map whose supply is `holder`. */
export function childSupply(holder: Supply, key: string): Supply {
  return holder.children?.get(key) ?? { layer: holder.layer };
}

function supplyAt(root: Supply, path: YamlPath): Supply {
  return path.reduce<Supply>((at, step) => childSupply(at, String(step)), root);
}

export function lineIn(source: Pick<YamlSource, 'rangeOf'>, path: YamlPath): number {
  return source.rangeOf(path, 'key')?.start.line ?? 1;
}

function isAt(value: unknown, path: YamlPath): boolean {
  let at = value;
  for (const step of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return false;
    at = (at as Readonly<Record<string | number, unknown>>)[step];
  }
  return true;
}

/** The part of `path` that names a rule: `['lists', 'series', 'rules', 'number']`; undefined outside of rules. */
export function rulePathOf(path: YamlPath): YamlPath | undefined {
  const depth = path[0] === 'lists' ? rulePathOf(path.slice(2)) : path[0] === 'rules' && path.length > 1;
  if (depth === true) return path.slice(0, 2);
  return depth ? [...path.slice(0, 2), ...depth] : undefined;
}
