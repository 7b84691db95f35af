/**
 * Names of things in a file and of types in a schema, as a person who edits the file would say them.
 */
import { isMap, type SchemaObject } from './schema-violations.ts';
import type { YamlPath } from './yaml-source.ts';

/** A value of an example as a person would write it on one line. */
export function asFlow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(asFlow).join(', ')}]`;
  if (isMap(value)) {
    const entries = Object.entries(value).map(([key, child]) => `${key}: ${asFlow(child)}`);
    return `{ ${entries.join(', ')} }`;
  }
  return typeof value === 'string' && /^[A-Za-z.][\w./-]*$|^[0-9]+(ms|s|m|h)$/.test(value)
    ? value
    : JSON.stringify(value);
}

/** JSON types as alternatives: `text or a list`. */
export function typeWords(types: readonly string[]): string {
  // "true or false" comes last, where its own "or" does not confuse.
  const words = types
    .toSorted((a, b) => Number(a === 'boolean') - Number(b === 'boolean'))
    .map((type) => TYPE_WORDS[type] ?? type);
  return words.length < 2
    ? words.join('')
    : `${words.slice(0, -1).join(', ')}${words.length > 2 ? ',' : ''} or ${words.at(-1)}`;
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: 'text',
  boolean: 'true or false',
  integer: 'a whole number',
  number: 'a number',
  array: 'a list',
  object: 'a map of keys and values',
};

/** What a value is, in the same words; null is asked about elsewhere. */
export function typeWord(data: unknown): string {
  if (Array.isArray(data)) return 'a list';
  if (typeof data === 'boolean') return 'true or false';
  return typeof data === 'string' ? 'text' : typeof data === 'number' ? 'a number' : 'a map';
}

/** ``rule `gender` ``, `` `poll` ``, ``entry 2 of `mappings` ``, `this file`: how a person would call the thing at `path`. */
export function nameOf(path: YamlPath, schema?: SchemaObject): string {
  const last = path.at(-1);
  if (last === undefined) return 'this file';
  if (typeof last === 'number') return `entry ${last + 1} of ${nameOf(path.slice(0, -1))}`;
  const title = schema?.title;
  if (title === undefined || title === last) return `\`${last}\``;
  return title.startsWith(`${last} `) ? title : `${title} \`${last}\``;
}

/** `tag`, `tag and value`, `tag, const and value`. */
export function listed(keys: readonly string[]): string {
  return keys.length < 2 ? keys.join('') : `${keys.slice(0, -1).join(', ')} and ${keys.at(-1)}`;
}

/** Where in the schema `key` is a key: `` `poll` ``, `a rule`, `the top level`. */
export function homesOf(key: string, root: SchemaObject): readonly string[] {
  const homes = new Set<string>();
  const enter = (schema: SchemaObject, home: string): void => {
    if (schema.properties && Object.hasOwn(schema.properties, key)) homes.add(home);
    for (const [name, property] of Object.entries(schema.properties ?? {})) {
      if (property.properties) enter(property, `\`${name}\``);
    }
  };
  enter(root, 'the top level');
  const definitions = (root['definitions'] ?? {}) as Readonly<Record<string, SchemaObject>>;
  for (const definition of Object.values(definitions)) {
    if (definition.properties) enter(definition, `a ${definition.title ?? 'map'}`);
  }
  return [...homes];
}
