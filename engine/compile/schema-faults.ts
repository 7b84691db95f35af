/**
 * A violation of a JSON Schema comes in; plain words with advice and a place in the file go out. Words come from the schema
 * and keys from the file; values are never repeated.
 */
import { type Range, suggest } from '../diagnostic.ts';
import {
  alternatives,
  isMap,
  isMissingType,
  present,
  type SchemaObject,
  suggestKey,
  type Violation,
} from './schema-violations.ts';
import { asFlow, homesOf, listed, nameOf, typeWord, typeWords } from './schema-words.ts';
import { expressionHint } from './yaml-faults.ts';
import type { YamlPath, YamlSource } from './yaml-source.ts';

export interface ViolationText {
  readonly code: string;
  readonly message: string;
  readonly range?: Range;
  readonly hint?: string;
  readonly suggestion?: string;
}

/** Words, advice and place of one violation. `root` is the whole schema, for keys that stand in the wrong place. */
export function describeViolation(
  violation: Violation,
  source: YamlSource,
  root: SchemaObject,
): ViolationText {
  if (violation.ofKey !== undefined) return badName(violation, source, violation.ofKey);
  switch (violation.keyword) {
    case 'additionalProperties':
      return unknownKey(violation, source, root);
    case 'required':
      return missingKey(violation, source, String(violation.params.missingProperty), root);
    case 'discriminator':
      return isMissingType(violation)
        ? missingKey(violation, source, String(violation.params.tag), root)
        : wrongWord(
            violation,
            source,
            [...violation.path, String(violation.params.tag)],
            wordsOf(violation.parentSchema, String(violation.params.tag)),
          );
    case 'oneOf':
      return notOne(violation, source, root);
    case 'dependencies':
      return misplacedKey(violation, source);
    case 'x-expression':
      return cutExpression(violation, source);
    default:
      return describeValue(violation, source);
  }
}

function unknownKey(violation: Violation, source: YamlSource, root: SchemaObject): ViolationText {
  const { path, params, parentSchema } = violation;
  const key = String(params.additionalProperty);
  const range = source.rangeOf([...path, key], 'key');
  const line = lineOf(source, range);
  const message = `unknown key \`${key}\` in ${nameOf(path, parentSchema)}`;
  const suggestion = suggestKey(violation);
  if (suggestion !== undefined) return place({ code: 'unknown-key', message, suggestion }, range);
  const homes = homesOf(key, root);
  const keys = Object.keys(parentSchema.properties ?? {});
  // A key with signs in it is a piece of an expression that YAML took apart.
  const hint =
    (/^[\w-]+$/.test(key) ? undefined : expressionHint(line)) ??
    (homes.length > 0 ? `\`${key}\` is a key of ${homes.join(' and ')}.` : `Keys here: ${keys.join(', ')}.`);
  return place({ code: 'unknown-key', message, hint }, range);
}

function lineOf(source: YamlSource, range: Range | undefined): string {
  return range ? (source.text.split(/\r\n|\n|\r/)[range.start.line - 1] ?? '') : '';
}

function missingKey(
  { path, parentSchema }: Violation,
  source: YamlSource,
  key: string,
  root: SchemaObject,
): ViolationText {
  const property = resolve(parentSchema.properties?.[key], root);
  const choice = wordsOf(parentSchema, key);
  const message = `\`${key}\` is missing in ${nameOf(path, parentSchema)}`;
  const about = property?.description ?? (choice.length > 0 ? `One of ${choice.join(', ')}.` : undefined);
  const example = property?.examples?.[0];
  const shown = example === undefined ? undefined : `For example \`${key}: ${asFlow(example)}\`.`;
  const hint = [about, shown].filter(Boolean).join(' ');
  return place({ code: 'missing-key', message, ...(hint ? { hint } : {}) }, source.rangeOf(path, 'key'));
}

/** A schema with what it refers to in the same file; its own keywords win. */
function resolve(schema: SchemaObject | undefined, root: SchemaObject): SchemaObject | undefined {
  const reference = schema?.['$ref'];
  if (typeof reference !== 'string') return schema;
  const steps = reference.split('/').slice(1);
  const target = steps.reduce<SchemaObject | undefined>((at, step) => at?.[step] as SchemaObject, root);
  return { ...resolve(target, root), ...schema };
}

/** The words that the branches of a discriminated union have for `key`. */
function wordsOf({ oneOf }: SchemaObject, key: string): readonly string[] {
  const branches = Array.isArray(oneOf) ? (oneOf as readonly SchemaObject[]) : [];
  return branches.flatMap(({ properties }) => properties?.[key]?.['const'] ?? []).map(String);
}

function wrongWord(
  { data }: Violation,
  source: YamlSource,
  path: YamlPath,
  words: readonly string[],
): ViolationText {
  const written = isMap(data) ? data[String(path.at(-1))] : data;
  const message =
    words.length === 1
      ? `${nameOf(path)} can only be ${words[0]}`
      : `${nameOf(path)} must be one of ${words.join(', ')}`;
  const suggestion = typeof written === 'string' ? suggest(written, words) : undefined;
  return place({ code: 'not-allowed', message, ...(suggestion ? { suggestion } : {}) }, source.rangeOf(path));
}

function badName({ path, parentSchema }: Violation, source: YamlSource, name: string): ViolationText {
  const wanted = parentSchema.patternErrorMessage;
  const message = `\`${name}\` cannot be a name in ${nameOf(path)}`;
  const hint = wanted ? { hint: `A name is ${wanted}.` } : {};
  return place({ code: 'not-allowed', message, ...hint }, source.rangeOf([...path, name], 'key'));
}

function notOne(violation: Violation, source: YamlSource, root: SchemaObject): ViolationText {
  const { path, parentSchema } = violation;
  const given = present(violation);
  const options = alternatives(violation.schema);
  const which = given.length === 0 ? 'has none of them' : `has ${listed(given)}`;
  const message = `${nameOf(path, parentSchema)} needs exactly one of ${options.join(', ')}; it ${which}`;
  const extra = given[1];
  const range = extra === undefined ? source.rangeOf(path, 'key') : source.rangeOf([...path, extra], 'key');
  const hint =
    given.length === 0 ? `Add one of them${exampleOf(parentSchema, options, root)}.` : 'Keep one of them.';
  return place({ code: 'one-of', message, hint }, range);
}

function exampleOf({ properties }: SchemaObject, options: readonly string[], root: SchemaObject): string {
  const [key] = options;
  const example = key === undefined ? undefined : resolve(properties?.[key], root)?.examples?.[0];
  if (example === undefined) return '';
  return `, such as \`${key}: ${typeof example === 'string' ? example : asFlow(example)}\``;
}

function misplacedKey({ path, params, parentSchema, data }: Violation, source: YamlSource): ViolationText {
  const key = String(params.property);
  const needed = String(params.missingProperty);
  const others = alternatives(parentSchema['oneOf']).filter(
    (name) => isMap(data) && Object.hasOwn(data, name),
  );
  const instead = others.length > 0 ? `; ${nameOf(path, parentSchema)} has ${listed(others)} instead` : '';
  const message = `\`${key}\` works only together with \`${needed}\`${instead}`;
  const hint = others.length > 0 ? `Remove \`${key}\`.` : `Add \`${needed}\`, or remove \`${key}\`.`;
  return place({ code: 'misplaced-key', message, hint }, source.rangeOf([...path, key], 'key'));
}

function cutExpression({ path }: Violation, source: YamlSource): ViolationText {
  const key = String(path.at(-1));
  const message = `YAML reads the rest of this line as a comment, so \`${key}\` ends before it`;
  const hint = `Put the expression on the next line after \`${key}: |\`, and a comment on a line of its own.`;
  return place({ code: 'cut-expression', message, hint }, source.commentAfter(path));
}

/** Faults of a value: its type, its words, its pattern, its size. */
function describeValue(violation: Violation, source: YamlSource): ViolationText {
  const { keyword, params, path, parentSchema, data, schema } = violation;
  const name = nameOf(path);
  const own = ownHint(parentSchema, path);
  const limit = Number(params.limit);
  const range = source.rangeOf(path);
  const text = (code: string, message: string, hint = own): ViolationText =>
    place({ code, message, ...(hint ? { hint } : {}) }, range);
  switch (keyword) {
    case 'type':
      return wrongType(violation, source);
    case 'enum':
      return wrongWord(violation, source, path, (Array.isArray(schema) ? schema : []).map(String));
    case 'const':
      return wrongWord(violation, source, path, [String(schema)]);
    case 'pattern':
      return text(
        'not-allowed',
        `${name} must be ${parentSchema.patternErrorMessage ?? 'written differently'}`,
      );
    case 'minimum':
      return text('out-of-range', `${name} must be at least ${limit}`);
    case 'maximum':
      return text('out-of-range', `${name} must be at most ${limit}`);
    case 'minLength':
    case 'minItems':
      return text(
        'empty',
        `${name} is empty`,
        own ?? (keyword === 'minItems' ? 'Give at least one entry.' : 'Give it a value.'),
      );
    case 'minProperties':
    case 'maxProperties': {
      const count = isMap(data) ? Object.keys(data).length : 0;
      const wanted = parentSchema['maxProperties'] === 1 ? 'exactly one entry' : 'at least one entry';
      const message = `${name} needs ${wanted}; it has ${count || 'none'}`;
      const hint = exampleHint(parentSchema, path);
      return place({ code: 'entries', message, ...(hint ? { hint } : {}) }, source.rangeOf(path, 'key'));
    }
    case 'uniqueItems':
      return place(
        { code: 'duplicate', message: `${name} names the same twice` },
        source.rangeOf([...path, Number(params.i)]),
      );
    default:
      return text('not-allowed', `${name} is not what this key takes`);
  }
}

function wrongType({ params, path, parentSchema, data }: Violation, source: YamlSource): ViolationText {
  const range = source.rangeOf(path);
  const types = [params.type].flat().map(String);
  // Expressions are text, and their advice is what to write; that of a number is about its size.
  const own = types.includes('string') ? ownHint(parentSchema, path) : undefined;
  if (data === null) {
    const below = keysBelow(source, path, parentSchema);
    const hint =
      own ??
      (below.length > 0
        ? `Indent what belongs to it: \`${below[0]}\` stands in its own column.`
        : 'Write a value after the colon, or remove the key.');
    const isAnchor = /:\s+&\S*\s*$/.test(lineOf(source, range));
    const cause = isAnchor ? ': what starts with & is an anchor of YAML' : '';
    return place({ code: 'null', message: `${nameOf(path)} has no value${cause}`, hint }, range);
  }
  const { patternErrorMessage } = parentSchema;
  const message = patternErrorMessage
    ? `${nameOf(path)} must be ${patternErrorMessage}`
    : `${nameOf(path)} must be ${typeWords(types)}, but is ${typeWord(data)}`;
  const hint =
    own ?? (patternErrorMessage ? undefined : (typeHint(types, data) ?? exampleHint(parentSchema, path)));
  return place({ code: 'wrong-type', message, ...(hint ? { hint } : {}) }, range);
}

/** Keys of the map that `path` should hold, written beside it instead of inside. */
function keysBelow(source: YamlSource, path: YamlPath, { properties = {} }: SchemaObject): readonly string[] {
  const parent = path
    .slice(0, -1)
    .reduce<unknown>((at, step) => (isMap(at) ? at[String(step)] : undefined), source.value);
  const keys = isMap(parent) ? Object.keys(parent) : [];
  return keys.filter((key) => key !== path.at(-1) && Object.hasOwn(properties, key));
}

/** The schema's own advice; `{key}` in it stands for the key at fault. */
function ownHint(schema: SchemaObject, path: YamlPath): string | undefined {
  return schema['x-hint']?.replaceAll('{key}', String(path.at(-1) ?? ''));
}

function exampleHint({ examples, properties }: SchemaObject, path: YamlPath): string | undefined {
  const key = path.at(-1);
  if (key === undefined) return properties ? `Keys here: ${Object.keys(properties).join(', ')}.` : undefined;
  const example = examples?.[0];
  return typeof example === 'object' && typeof key === 'string'
    ? `For example \`${key}: ${asFlow(example)}\`.`
    : undefined;
}

function typeHint(types: readonly string[], data: unknown): string | undefined {
  const isPlain = typeof data === 'number' || typeof data === 'boolean';
  if (types.includes('string') && isPlain) return 'Put it in quotes.';
  if (typeof data !== 'string') return undefined;
  if (types.includes('boolean') && /^(yes|no|on|off|y|n|true|false)$/i.test(data)) {
    return 'Write true or false, in lower case and without quotes; yes, no, on and off are text.';
  }
  return types.some((type) => readsAsNumber(type, data)) ? 'Remove the quotes.' : undefined;
}

function readsAsNumber(type: string, data: string): boolean {
  return (type === 'integer' || type === 'number') && data.trim() !== '' && Number.isFinite(Number(data));
}

function place(text: Omit<ViolationText, 'range'>, range: Range | undefined): ViolationText {
  return range ? { ...text, range } : text;
}
