/**
 * A JSON Schema (draft-07) comes in, a check for YAML files goes out: one finding for each mistake, at its place, in words
 * for people who edit the file. Also says which texts the schema wants as numbers or booleans.
 */
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import type { Diagnostic } from '../diagnostic.ts';
import { describeViolation } from './schema-faults.ts';
import { relevantViolations, type SchemaObject, type Violation } from './schema-violations.ts';
import type { YamlPath, YamlSource } from './yaml-source.ts';

/** Findings about `value`, which has the places of `source.value` and is that when left out; none when it is undefined. */
export type SchemaCheck = (source: YamlSource, value?: unknown) => readonly Diagnostic[];

/**
 * Compiles `schema`; throws on a faulty one. Finding codes are `<prefix>.unknown-key`, `.missing-key`, `.wrong-type`,
 * `.not-allowed`, `.out-of-range`, `.one-of`, `.misplaced-key`, `.null`, `.cut-expression`. No value of the file is echoed.
 */
export function createSchemaCheck(schema: object, prefix = 'schema'): SchemaCheck {
  const validate = compileSchema(schema);
  return (source, value = source.value) => {
    if (value === undefined) return [];
    const violations = violationsOf(validate, source, value);
    const findings = relevantViolations(violations).map((violation) => {
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

/**
 * For texts that stand where `schema` wants a number or a boolean and no text: a copy of `value` in which those that read
 * as one are one. Only paths that `mayChange` are touched.
 */
export function createSchemaCoercion(
  schema: object,
): (source: YamlSource, value: unknown, mayChange: (path: YamlPath) => boolean) => unknown {
  const validate = compileSchema(schema);
  return (source, value, mayChange) => {
    const root = { value: structuredClone(value) };
    // A value that changed can open another branch of the schema, hence the rounds; each one changes something.
    for (let changed = true; changed; ) {
      changed = false;
      for (const { keyword, path, params, data } of violationsOf(validate, source, root.value)) {
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

function violationsOf(validate: ValidateFunction, source: YamlSource, value: unknown): readonly Violation[] {
  if (validate.call(source, value)) return [];
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

const compiled = new WeakMap<object, ValidateFunction>();

function compileSchema(schema: object): ValidateFunction {
  const known = compiled.get(schema);
  if (known) return known;
  const ajv = new Ajv({
    allErrors: true,
    strict: true,
    // A union of `{ required: [key] }` names keys that its parent declares.
    strictRequired: false,
    allowUnionTypes: true,
    discriminator: true,
    verbose: true,
    passContext: true,
    logger: false,
  });
  // What editors show in place of the pattern, and what to do about a wrong value.
  ajv.addVocabulary(['patternErrorMessage', 'x-hint']);
  ajv.addKeyword({
    keyword: 'x-expression',
    type: 'string',
    schemaType: 'string',
    validate(this: YamlSource, language: string, text: string, _parent?: object, at?: DataPlace) {
      const path = pathOf(at?.instancePath ?? '', at?.rootData);
      return this.commentAfter(path) === undefined || (language !== 'jsonata' && isBalanced(text));
    },
  });
  const validate = ajv.compile(schema);
  compiled.set(schema, validate);
  return validate;
}

interface DataPlace {
  readonly instancePath: string;
  readonly rootData: unknown;
}

/** True when quotes and brackets close: a comment behind such a text was meant as one. */
function isBalanced(text: string): boolean {
  const bare = text.replace(/'[^']*'|"[^"]*"|`[^`]*`/g, '');
  const count = (signs: RegExp) => bare.match(signs)?.length ?? 0;
  return !/['"`]/.test(bare) && count(/[([{]/g) === count(/[)\]}]/g);
}
