/**
 * The schemas themselves: help in editors for every key, defaults and examples that pass, the same keys as the types, and
 * real change feed entries.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createSchemaCheck } from '../../engine/compile/json-schema.ts';
import { readYaml } from '../../engine/compile/yaml-source.ts';
import entrySchema from '../../schemas/change-feed-entry.schema.json' with { type: 'json' };
import configSchema from '../../schemas/config.schema.json' with { type: 'json' };
import { compileValidator } from '../../schemas/generate/validators.ts';
import mappingSchema from '../../schemas/mapping.schema.json' with { type: 'json' };
import testSchema from '../../schemas/mapping-test.schema.json' with { type: 'json' };
import { skipWithoutCorpus } from '../support/corpus.ts';

const test = suite('schema-files');
const onCorpus = skipWithoutCorpus(test);

interface Schema {
  readonly $ref?: string;
  readonly title?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly enum?: readonly unknown[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly [keyword: string]: unknown;
}

/** What editors show of `schema`: its own keywords before those of what it refers to. */
function resolved(schema: Schema, root: Schema): Schema {
  if (schema.$ref === undefined) return schema;
  const steps = schema.$ref.split('/').slice(1);
  const target = steps.reduce<Schema | undefined>((at, step) => at?.[step] as Schema, root);
  assert.ok(target, schema.$ref);
  return { ...resolved(target, root), ...schema };
}

function properties(schema: unknown, path = ''): readonly (readonly [string, Schema])[] {
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([key, child]) => {
    const here = `${path}/${key}`;
    // Conditions repeat keys that are described elsewhere.
    if (key === 'if' || key === 'then' || key === 'else') return [];
    const own =
      key === 'properties'
        ? Object.entries(child as object).map(
            ([name, found]) => [`${here}/${name}`, found as Schema] as const,
          )
        : [];
    return [...own, ...properties(child, here)];
  });
}

for (const [name, schema] of Object.entries({ mappingSchema, configSchema, entrySchema, testSchema })) {
  test(`${name}: every key has a title, a description, and examples or its words`, () => {
    const found = properties(schema);
    assert.ok(found.length > 8, name);
    for (const [path, property] of found) {
      const { title, description, ...rest } = resolved(property, schema as Schema);
      assert.is(title, path.split('/').at(-1), path);
      assert.ok(description && description.length > 3, `${path}: no description`);
      const help = rest.examples ?? rest.enum ?? rest.const ?? rest.default;
      assert.ok(help !== undefined || rest.type === 'boolean', `${path}: no example`);
    }
  });

  test(`${name}: its defaults and examples are what it asks for`, () => {
    for (const [path, property] of properties(schema)) {
      const { examples = [], default: initial, ...rest } = resolved(property, schema as Schema);
      const part = { ...rest, $id: undefined, definitions: (schema as Schema)['definitions'] };
      const check = createSchemaCheck(part, 'part', compileValidator(part));
      const source = readYaml('f.yaml', 'a: 1');
      for (const value of [...examples, ...(initial === undefined ? [] : [initial])]) {
        assert.equal(check(source, value), [], `${path}: ${JSON.stringify(value)}`);
      }
    }
  });
}

interface Key {
  readonly isOptional: boolean;
  readonly words: readonly string[];
}

/** Keys of an interface in mapping-file.ts, and the words of those that are unions of words. */
function keysOfInterface(text: string, name: string): Readonly<Record<string, Key>> {
  const body = new RegExp(`export interface ${name} \\{\\n([\\s\\S]*?)\\n\\}`).exec(text)?.[1] ?? '';
  return Object.fromEntries(
    [...body.matchAll(/^ {2}readonly (\w+)(\??): (.*);$/gm)].map(([, key = '', optional, type = '']) => [
      key,
      { isOptional: optional === '?', words: [...type.matchAll(/'([^']+)'/g)].map(([, word = '']) => word) },
    ]),
  );
}

function keysOfSchema(schema: Schema): Readonly<Record<string, Key>> {
  return Object.fromEntries(
    Object.entries(schema.properties ?? {}).map(([key, property]) => [
      key,
      { isOptional: !schema.required?.includes(key), words: (property.enum ?? []).map(String) },
    ]),
  );
}

test('the mapping schema and mapping-file.ts name the same keys', () => {
  const text = readFileSync(resolve(import.meta.dirname, '../../engine/compile/mapping-file.ts'), 'utf8');
  const { complete, completeRule, completeList, completeAssertion, completeSetting, ...definitions } =
    mappingSchema.definitions;
  const { rule, list, assertion, setting } = definitions;
  const lets = mappingSchema.properties.let.additionalProperties;
  // What a key means is said once; what is required depends on whether the file extends another.
  const pairs = {
    MappingFile: { ...mappingSchema, required: complete.required },
    RuleFile: { ...rule, required: completeRule.required },
    ListFile: { ...list, required: completeList.required },
    AssertFile: { ...assertion, required: completeAssertion.required },
    SettingFile: { ...setting, required: completeSetting.required },
    LetTagFile: lets,
  } as unknown as Readonly<Record<string, Schema>>;
  for (const [name, schema] of Object.entries(pairs)) {
    const typed = keysOfInterface(text, name);
    assert.ok(Object.keys(typed).length >= 3, name);
    const sorted = (keys: Readonly<Record<string, Key>>) =>
      Object.entries(keys).toSorted(([a], [b]) => a.localeCompare(b));
    const known = keysOfSchema(schema);
    // SettingType is a type of its own.
    const expected =
      name === 'SettingFile'
        ? { ...typed, type: { isOptional: false, words: ['string', 'boolean', 'integer'] } }
        : typed;
    assert.equal(sorted(known), sorted(expected), name);
  }
  assert.ok(text.includes("type SettingType = 'string' | 'boolean' | 'integer'"));
  assert.ok(text.includes('type LetFile = string | LetTagFile'));
});

const checkEntry = createSchemaCheck(entrySchema, 'entry');
const ENTRY = {
  sequence: 7,
  studyInstanceUid: '1.2.3',
  seriesInstanceUid: '1.2.3.1',
  sopInstanceUid: '1.2.3.1.1',
  action: 'Create',
  state: 'current',
};

function entryCodes(entry: unknown): readonly string[] {
  return checkEntry(readYaml('f.yaml', 'a: 1'), entry).map(({ code, message }) => `${code} ${message}`);
}

test('change feed entries: any letter case of words, more keys than known, no key less', () => {
  assert.equal(entryCodes(ENTRY), []);
  assert.equal(entryCodes({ ...ENTRY, action: 'DELETE', state: 'Deleted', originalVersion: 1 }), []);
  assert.equal(entryCodes({ ...ENTRY, action: 'move' }), [
    'entry.not-allowed `action` must be create, update or delete',
  ]);
  assert.equal(entryCodes({ ...ENTRY, sopInstanceUid: undefined }), [
    'entry.missing-key `sopInstanceUid` is missing in this file',
  ]);
  assert.equal(entryCodes({ ...ENTRY, sequence: 0 }), ['entry.out-of-range `sequence` must be at least 1']);
});

test('change feed entries: names, sequences and empty values in the metadata', () => {
  const metadata = {
    '00100010': { vr: 'PN', Value: [{ Alphabetic: 'Doe^Jane', Phonetic: 'x' }] },
    '00081115': { vr: 'SQ', Value: [{ '0020000E': { vr: 'UI', Value: ['1.2'] } }, {}] },
    '00080060': { vr: 'CS', Value: [null, 'CT'] },
    '00280010': { vr: 'US', Value: [512] },
  };
  assert.equal(entryCodes({ ...ENTRY, metadata }), []);
  assert.equal(entryCodes({ ...ENTRY, metadata: { '0010001g': { vr: 'PN' } } }).length, 1);
  assert.equal(entryCodes({ ...ENTRY, metadata: { '00100010': { vr: 'PN', value: ['x'] } } }), [
    'entry.unknown-key unknown key `value` in element `00100010`',
  ]);
});

onCorpus('change feed entries: the metadata of real instances', (folder) => {
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  assert.ok(files.length > 50);
  const refused = files.filter((file) => {
    const metadata = JSON.parse(readFileSync(resolve(folder, file), 'utf8'));
    return entryCodes({ ...ENTRY, metadata }).length > 0;
  });
  // The example of a specification, which writes a text where PS3.18 F.2.2 wants an array.
  assert.equal(refused, ['hl7-example-measurement-report.json']);
});

test.run();
