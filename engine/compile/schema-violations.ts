/**
 * What a JSON Schema validator reports comes in; of it, the violations that are a person's mistakes go out, one for each.
 */
import { suggest } from '../diagnostic.ts';
import type { YamlPath } from './yaml-source.ts';

/** One report of the validator (Ajv's error object, with the path as keys and indexes). */
export interface Violation {
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly path: YamlPath;
  /** `#/definitions/rule/oneOf`: which rule of the schema was broken. */
  readonly schemaPath: string;
  /** The value of the keyword, and the schema that holds it. */
  readonly schema: unknown;
  readonly parentSchema: SchemaObject;
  readonly data: unknown;
  /** The name of a key that is at fault itself, not its value; `path` is that of its map. */
  readonly ofKey?: string;
}

export interface SchemaObject {
  readonly title?: string;
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly properties?: Readonly<Record<string, SchemaObject>>;
  readonly additionalProperties?: SchemaObject | boolean;
  readonly patternErrorMessage?: string;
  readonly 'x-hint'?: string;
  readonly [keyword: string]: unknown;
}

/**
 * Leaves out what follows from another violation: whatever is said of a value of the wrong type, the branches of a union, a
 * key that is missing because it is misspelt, modifiers of a source that is missing.
 */
export function relevantViolations(violations: readonly Violation[]): readonly Violation[] {
  const unions = Map.groupBy(
    violations.filter(({ keyword }) => keyword === 'oneOf'),
    ({ path }) => pathKey(path),
  );
  const mistyped = new Set(
    violations.filter(({ keyword }) => keyword === 'type').map(({ path }) => pathKey(path)),
  );
  const intended = intendedKeys(violations);
  const outdented = new Set(violations.flatMap(keysBeside).map(pathKey));
  const seen = new Set<string>();
  return violations.filter((violation) => {
    const { keyword, path, schemaPath } = violation;
    const here = pathKey(path);
    const meant = intended.get(here) ?? new Set();
    if (keyword === 'if' || keyword === 'propertyNames') return false;
    if (keyword !== 'type' && mistyped.has(here)) return false;
    if (outdented.has(here)) return false;
    const unionsHere = unions.get(here) ?? [];
    if (unionsHere.some((union) => schemaPath.startsWith(`${union.schemaPath}/`))) return false;
    // A key that is missing is probably the one that is not known.
    if (keyword === 'required' && intended.has(here)) return false;
    if (keyword === 'oneOf' && intended.has(here) && present(violation).length === 0) return false;
    if (keyword === 'oneOf' && alternatives(violation.schema).some((key) => meant.has(key))) return false;
    if (keyword === 'dependencies' && isExplained(violation, meant, unionsHere)) return false;
    const identity = [isMissingType(violation) ? 'required' : keyword, here, namedKey(violation)].join(' ');
    const isNew = !seen.has(identity);
    seen.add(identity);
    return isNew;
  });
}

/**
 * For a map that has no value: the entries beside it that have the names of its keys, and are what those take. Their lines stand
 * too far to the left.
 */
function keysBeside(violation: Violation, _index: number, all: readonly Violation[]): readonly YamlPath[] {
  const { keyword, data, path, parentSchema } = violation;
  if (keyword !== 'type' || data !== null || !parentSchema.properties) return [];
  return all
    .map((other) => other.path)
    .filter(
      (other) =>
        other.length === path.length &&
        samePath(other.slice(0, -1), path.slice(0, -1)) &&
        Object.hasOwn(parentSchema.properties ?? {}, String(other.at(-1))),
    );
}

/** For each map, by its path: the keys that its unknown keys were probably meant to be. */
function intendedKeys(violations: readonly Violation[]): ReadonlyMap<string, ReadonlySet<string>> {
  const intended = new Map<string, Set<string>>();
  for (const violation of violations) {
    if (violation.keyword !== 'additionalProperties') continue;
    const keys = intended.get(pathKey(violation.path)) ?? new Set();
    const key = suggestKey(violation);
    intended.set(pathKey(violation.path), key === undefined ? keys : keys.add(key));
  }
  return intended;
}

function pathKey(path: YamlPath): string {
  return JSON.stringify(path);
}

function isExplained(
  violation: Violation,
  meant: ReadonlySet<string>,
  unionsHere: readonly Violation[],
): boolean {
  const missing = String(violation.params.missingProperty);
  if (meant.has(missing)) return true;
  return unionsHere.some(
    (union) => present(union).length === 0 && alternatives(union.schema).includes(missing),
  );
}

/** A union without its discriminating key is reported as such and as a missing key. */
export function isMissingType({ keyword, data, params }: Violation): boolean {
  return keyword === 'discriminator' && isMap(data) && !Object.hasOwn(data, String(params.tag));
}

function namedKey({ params, ofKey }: Violation): string {
  const { missingProperty, additionalProperty, property, tag } = params;
  return String(ofKey ?? missingProperty ?? additionalProperty ?? property ?? tag ?? '');
}

function samePath(a: YamlPath, b: YamlPath): boolean {
  return a.length === b.length && a.every((step, index) => step === b[index]);
}

export function isMap(data: unknown): data is Readonly<Record<string, unknown>> {
  return typeof data === 'object' && data !== null && !Array.isArray(data);
}

/** The keys of which a union wants exactly one. */
export function alternatives(oneOf: unknown): readonly string[] {
  if (!Array.isArray(oneOf)) return [];
  return oneOf.flatMap((branch: { readonly required?: readonly string[] }) => branch.required ?? []);
}

export function present(union: Violation): readonly string[] {
  const { data } = union;
  return isMap(data) ? alternatives(union.schema).filter((key) => Object.hasOwn(data, key)) : [];
}

/** The key that an unknown one was probably meant to be. */
export function suggestKey({ params, parentSchema, data }: Violation): string | undefined {
  const taken = isMap(data) ? data : {};
  const free = Object.keys(parentSchema.properties ?? {}).filter((key) => !Object.hasOwn(taken, key));
  const written = String(params.additionalProperty);
  return suggest(written, free) ?? free.find((key) => hasSameLetters(key, written));
}

/** `tga` for `tag`: words too short for a guess by distance. */
function hasSameLetters(a: string, b: string): boolean {
  return [...a].toSorted().join('') === [...b.toLowerCase()].toSorted().join('');
}
