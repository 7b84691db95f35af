/**
 * A JSON Schema (draft-07) comes in, a check for YAML files goes out: one finding for each mistake, at its place, in words
 * for people who edit the file. Also says which texts the schema wants as numbers or booleans.
 */
import { createHash } from 'node:crypto';
import type { ErrorObject, ValidateFunction } from 'ajv';
import { validators } from '../../schemas/validators.mjs';
import type { Diagnostic, Position, Range } from '../diagnostic.ts';
import { describeViolation } from './schema-faults.ts';
import { relevantViolations, type SchemaObject, type Violation } from './schema-violations.ts';
import type { YamlPath, YamlSource } from './yaml-source.ts';

/** Findings about `value`, which has the places of `source.value` and is that when left out; none when it is undefined. */
export type SchemaCheck = (source: YamlSource, value?: unknown) => readonly Diagnostic[];

/**
 * A check by a schema of schemas/, or by another whose validator is given. Finding codes are `<prefix>.unknown-key`, `.missing-key`, `.wrong-type`,
 * `.not-allowed`, `.out-of-range`, `.one-of`, `.misplaced-key`, `.null`, `.cut-expression`. No value of the file is echoed.
 */
export function createSchemaCheck(
  schema: object,
  prefix = 'schema',
  validate = validatorOf(schema),
): SchemaCheck {
  const findExpressions = createExpressionFinder(schema as SchemaObject);
  return (source, value = source.value) => {
    if (value === undefined) return [];
    const violations = [...violationsOf(validate, value), ...cutExpressions(findExpressions(value), source)];
    const relevant = relevantViolations(violations).filter((violation) => !isUnread(violation, source));
    const findings = relevant.map((violation) => {
      const { code, range, ...text } = describeViolation(violation, source, schema as SchemaObject);
      return {
        code: `${prefix}.${code}`,
        severity: 'error' as const,
        file: source.file,
        ...(range ? { range } : {}),
        ...text,
      };
    });
    return findings.toSorted(
      (a, b) =>
        (a.range?.start.line ?? 0) - (b.range?.start.line ?? 0) ||
        (a.range?.start.column ?? 0) - (b.range?.start.column ?? 0),
    );
  };
}

/** True where something is missing in a map of which YAML left a key out: that was told already. */
function isUnread({ keyword, path, data }: Violation, source: YamlSource): boolean {
  if (keyword !== 'required' && keyword !== 'oneOf') return false;
  const keys = typeof data === 'object' && data !== null ? Object.keys(data) : [];
  return source.diagnostics.some(({ code, range }) => {
    if (code !== 'yaml.merge-key' && code !== 'yaml.forbidden-key') return false;
    const isIn = (map: Range | undefined): boolean =>
      range !== undefined && map !== undefined && isOrdered(map.start, range.start, map.end);
    // In the map itself, not in one that is nested in it.
    return isIn(source.rangeOf(path)) && !keys.some((key) => isIn(source.rangeOf([...path, key])));
  });
}

function isOrdered(...places: readonly Position[]): boolean {
  return places.every((place, index) => {
    const before = places[index - 1] ?? place;
    return before.line < place.line || (before.line === place.line && before.column <= place.column);
  });
}

/**
 * For texts that stand where `schema` wants a number or a boolean and no text: a copy of `value` in which those that read
 * as one are one. Only paths that `mayChange` are touched.
 */
export function createSchemaCoercion(
  schema: object,
  validate = validatorOf(schema),
): (source: YamlSource, value: unknown, mayChange: (path: YamlPath) => boolean) => unknown {
  return (_source, value, mayChange) => {
    const root = { value: structuredClone(value) };
    // A value that changed can open another branch of the schema, hence the rounds; each one changes something.
    for (let changed = true; changed; ) {
      changed = false;
      for (const { keyword, path, params, data } of violationsOf(validate, root.value)) {
        if (keyword !== 'type' || typeof data !== 'string' || !mayChange(path)) continue;
        const types: readonly string[] = [params.type].flat().map(String);
        const read = types.map((type) => readAs(data, type)).find((result) => result !== undefined);
        if (read === undefined) continue;
        assign(root, ['value', ...path], read);
        changed = true;
      }
    }
    return root.value;
  };
}

/** The number or boolean that `text` writes out; undefined when it does not. */
export function readAs(text: string, type: string): number | boolean | undefined {
  if (type === 'boolean') return text === 'true' ? true : text === 'false' ? false : undefined;
  if (type === 'integer') return /^-?[0-9]{1,15}$/.test(text) ? Number(text) : undefined;
  return type === 'number' && /^-?[0-9]{1,15}(\.[0-9]{1,15})?$/.test(text) ? Number(text) : undefined;
}

function assign(root: object, path: YamlPath, value: unknown): void {
  const parents = path.slice(0, -1);
  const holder = parents.reduce<unknown>((at, step) => (at as Record<string, unknown>)[step], root);
  (holder as Record<string, unknown>)[path.at(-1) ?? ''] = value;
}

function violationsOf(validate: ValidateFunction, value: unknown): readonly Violation[] {
  if (validate(value)) return [];
  return (validate.errors ?? []).map((error: ErrorObject) => ({
    keyword: error.keyword,
    params: error.params,
    path: pathOf(error.instancePath, value),
    schemaPath: error.schemaPath,
    schema: error.schema,
    parentSchema: error.parentSchema ?? {},
    data: error.data,
    ...(error.propertyName === undefined ? {} : { ofKey: error.propertyName }),
  }));
}

/** A JSON pointer into `value` as a path: steps into lists are numbers. */
function pathOf(pointer: string, value: unknown): YamlPath {
  let at = value;
  return pointer
    .split('/')
    .slice(1)
    .map((part) => {
      const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
      const step = Array.isArray(at) ? Number(name) : name;
      at = (at as Record<string, unknown> | undefined)?.[name];
      return step;
    });
}

/** The validator that was made from the schema before; throws where there is none, or the schema has changed since. */
function validatorOf(schema: object): ValidateFunction {
  const known = fitting.get(schema);
  if (known) return known;
  const { $id = '' } = schema as { readonly $id?: string };
  const made = Object.hasOwn(validators, $id) ? validators[$id] : undefined;
  const digest = createHash('sha256').update(JSON.stringify(schema)).digest('hex');
  if (made?.digest !== digest)
    throw new RangeError(`schemas/validators.mjs does not fit ${$id}: run npm run generate -- --local`);
  fitting.set(schema, made.validate);
  return made.validate;
}

const fitting = new WeakMap<object, ValidateFunction>();

interface PlacedExpression {
  readonly path: YamlPath;
  readonly text: string;
  readonly language: unknown;
}

/** Expressions that YAML cut short at what it took for a comment. */
function cutExpressions(expressions: readonly PlacedExpression[], source: YamlSource): readonly Violation[] {
  return expressions
    .filter(({ path, text, language }) => {
      const isWhole = language !== 'jsonata' && isBalanced(text);
      return !isWhole && source.commentAfter(path) !== undefined;
    })
    .map(({ path, text, language }) => ({
      keyword: 'x-expression',
      params: {},
      path,
      schemaPath: '#/x-expression',
      schema: language,
      parentSchema: {},
      data: text,
    }));
}

/** Keywords whose schemas are about the same value. */
const SAME_VALUE = ['allOf', 'anyOf', 'oneOf', 'if', 'then', 'else'];

/** Finds the texts in a value that its schema says are expressions (`x-expression`). */
function createExpressionFinder(root: SchemaObject): (value: unknown) => readonly PlacedExpression[] {
  return (value) => {
    const found = new Map<string, PlacedExpression>();
    const visit = (schema: unknown, at: unknown, path: YamlPath): void => {
      if (!isObject(schema)) return;
      const { $ref } = schema;
      if (typeof $ref === 'string') visit(resolved(root, $ref), at, path);
      const language = schema['x-expression'];
      if (language !== undefined && typeof at === 'string')
        found.set(JSON.stringify(path), { path, text: at, language });
      for (const keyword of SAME_VALUE) {
        const about = schema[keyword];
        if (Array.isArray(about)) for (const each of about) visit(each, at, path);
        else if (about !== undefined) visit(about, at, path);
      }
      if (Array.isArray(at))
        for (const [index, item] of at.entries()) visit(schema['items'], item, [...path, index]);
      else if (isObject(at)) visitEntries(schema, at, path);
    };
    const visitEntries = (schema: SchemaObject, at: SchemaObject, path: YamlPath): void => {
      const properties = schema.properties ?? {};
      for (const [key, child] of Object.entries(at)) {
        const own = Object.hasOwn(properties, key) ? properties[key] : schema.additionalProperties;
        visit(own, child, [...path, key]);
      }
    };
    visit(root, value, []);
    return [...found.values()];
  };
}

function resolved(root: SchemaObject, reference: string): unknown {
  const steps = reference.split('/').slice(1);
  return steps.reduce<unknown>((at, step) => (isObject(at) ? at[step] : undefined), root);
}

function isObject(value: unknown): value is SchemaObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** True when quotes and brackets close: a comment behind such a text was meant as one. */
function isBalanced(text: string): boolean {
  const bare = text.replace(/'[^']*'|"[^"]*"|`[^`]*`/g, '');
  const count = (signs: RegExp) => bare.match(signs)?.length ?? 0;
  return !/['"`]/.test(bare) && count(/[([{]/g) === count(/[)\]}]/g);
}
