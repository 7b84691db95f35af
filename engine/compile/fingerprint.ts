/**
 * The fingerprints of rules and of a plan: what the mappings mean comes in, hex digits go out, 12 for a rule and 16 for a plan.
 * Spelling, comments, descriptions, written-out defaults and the order of keys and table rows do not count; what a rule does
 * and the lets, settings and table rows that it uses do, and for the plan conversions, functions and languages too.
 */
import { createHash } from 'node:crypto';
import { parseTag, tagName } from '../dicom/tag.ts';
import { conversionTable } from './conversion.ts';
import { canonicalPath } from './fhirpath.ts';
import { functionTable } from './functions.ts';
import { compileExpression } from './jsonata.ts';
import type { LetFile, ListFile, MappingFile, RuleFile } from './mapping-file.ts';
import { givenNames, itemNames, type KnownNames } from './operand.ts';
import type { YamlPath } from './yaml-source.ts';

const LANGUAGES = 'jsonata 2.2.2, fhirpath 5.2.0, dicomcast 1';

/** The rows of the table that stands at `path`, in an order of their own. */
export type RowsOf = (path: YamlPath, table: string) => unknown;

export interface Prints {
  /** Of the rule at `path`: 12 hex digits, the first one a letter, so that YAML takes none for a number. */
  rule(rule: RuleFile, path: YamlPath): string;
  /** Everything that the mapping says, for the plan's fingerprint. */
  mapping(): unknown;
}

/** Without `settings`, their values do not count: a rule is the same at every site. */
export function createPrints(
  file: MappingFile,
  rows: RowsOf,
  settings: Readonly<Record<string, unknown>> = {},
): Prints {
  const { settings: declared = {}, let: lets = {}, forEach } = file;
  const names: KnownNames = new Map([
    ...Object.keys(lets).map((name) => [name, undefined] as const),
    ...givenNames(Object.keys(declared)),
    ...(forEach === undefined ? [] : itemNames()),
  ]);
  const letMeaning = (name: string): unknown => {
    const source = lets[name];
    if (source === undefined || typeof source === 'string') return expressionMeaning(source ?? '', names);
    const { tag, required = false, ...more } = tableMeaning(source, ['let', name], rows);
    return {
      ...more,
      ...(tag === undefined ? {} : { tag: tagMeaning(tag) }),
      ...(required ? { required } : {}),
    };
  };
  const print = (rule: RuleFile, path: YamlPath): string => {
    const used = usedNames(rule, lets);
    return digits({
      resource: file.resource,
      rule: ruleMeaning(tableMeaning(rule, path, rows), names, path.length === 2 ? file.resource : undefined),
      lets: used.lets.map((name) => [name, letMeaning(name)]),
      settings: Object.entries(settings).filter(([name]) => used.settings.has(name) || used.settings.has('')),
    });
  };
  return { rule: print, mapping: () => mappingMeaning(file, names, letMeaning, print) };
}

/** `order` is that in which the mappings run; `settings` are the values in force. */
export function fingerprintOf(
  mappings: readonly Prints[],
  order: readonly string[],
  settings: Readonly<Record<string, unknown>>,
): string {
  const meaning = {
    languages: LANGUAGES,
    conversions: conversionTable(),
    functions: functionTable(),
    settings,
    order,
    files: mappings.map((each) => each.mapping()).toSorted((a, b) => (textOf(a) < textOf(b) ? -1 : 1)),
  };
  return createHash('sha256').update(textOf(meaning)).digest('hex').slice(0, 16);
}

/** Keys that change nothing when they have these values: what is meant without them. */
const DEFAULTS: Readonly<Record<string, unknown>> = {
  fhirVersion: '4.0',
  create: true,
  required: false,
  on: 'any',
  authority: 'mapping',
  logical: false,
  severity: 'error',
  disabled: false,
};

/** A table is its rows, whatever its file is called. */
function tableMeaning<Holder extends { readonly table?: string }>(
  holder: Holder,
  path: YamlPath,
  rows: RowsOf,
): Holder {
  if (holder.table === undefined) return holder;
  return { ...holder, table: rows([...path, 'table'], holder.table) };
}

/** Lets that a rule uses, also through others, and settings; '' stands for all of them. */
function usedNames(
  { description: _, const: __, ...rule }: RuleFile,
  lets: Readonly<Record<string, LetFile>>,
): { readonly lets: readonly string[]; readonly settings: ReadonlySet<string> } {
  const found = new Set<string>();
  const settings = new Set<string>();
  const read = (part: unknown): void => {
    for (const [, name = '', member] of JSON.stringify(part).matchAll(/[$%](\w+)(?:\s*\.\s*(\w+))?/g)) {
      if (name === 'settings') settings.add(member ?? '');
      if (found.has(name) || !Object.hasOwn(lets, name)) continue;
      found.add(name);
      read(lets[name]);
    }
  };
  read(rule);
  return { lets: [...found].toSorted(), settings };
}

/** The first digit is one of a to f. */
function digits(meaning: unknown): string {
  const hex = createHash('sha256').update(textOf(meaning)).digest('hex');
  return `${'abcdef'[Number.parseInt(hex.slice(0, 4), 16) % 6]}${hex.slice(4, 15)}`;
}

function mappingMeaning(
  file: MappingFile,
  names: KnownNames,
  letMeaning: (name: string) => unknown,
  print: Prints['rule'],
): unknown {
  const {
    settings = {},
    let: lets = {},
    rules,
    lists = {},
    assert = {},
    when,
    authority,
    forEach,
    owned,
    ...rest
  } = file;
  return {
    ...plain({ name: file.resource, ...rest }),
    settings: mapValues(settings, (each) => plain(each)),
    let: Object.keys(lets).map((name) => [name, letMeaning(name)]),
    when: when && expressionMeaning(when, names),
    authority: authority && expressionMeaning(authority, names),
    forEach: forEach && expressionMeaning(forEach, names),
    owned: owned && canonicalPath(owned),
    assert: mapValues(assert, (each) => ({ ...plain(each), fhirpath: canonicalPath(each.fhirpath) })),
    rules: mapValues(rules, (rule, name) => print(rule, ['rules', name])),
    lists: mapValues(lists, (list, name) => listMeaning(list, ['lists', name], print, file.resource)),
  };
}

function listMeaning(list: ListFile, path: YamlPath, print: Prints['rule'], root?: string): unknown {
  return {
    to: targetMeaning(list.to, root),
    key: mapValues(list.key, (tag) => tagMeaning(tag)),
    rules: mapValues(list.rules ?? {}, (rule, name) => print(rule, [...path, 'rules', name])),
    lists: mapValues(list.lists ?? {}, (inner, name) => listMeaning(inner, [...path, 'lists', name], print)),
  };
}

function ruleMeaning(rule: RuleFile, names: KnownNames, root?: string): unknown {
  const { to, tag, value, when, derive, ...rest } = rule;
  return {
    ...plain(rest),
    to: targetMeaning(to, root),
    tag: typeof tag === 'string' ? [tagMeaning(tag)] : tag?.map(tagMeaning),
    value: value && expressionMeaning(value, names),
    when: when && expressionMeaning(when, names),
    derive: derive && canonicalPath(derive),
  };
}

function expressionMeaning(text: string, names: KnownNames): string {
  const compiled = compileExpression(text, names);
  return 'plan' in compiled ? compiled.plan.canonical : text;
}

function tagMeaning(text: string): string {
  const path = parseTag(text);
  return 'error' in path ? text : tagName(path);
}

/** Blanks outside of texts and the resource type in front do not count. */
function targetMeaning(text: string, root: string | undefined): string {
  const squeezed = text
    .replace(/('(?:[^'\\]|\\.)*')|\s+/g, (_, literal: string | undefined) => literal ?? ' ')
    .trim();
  const tight = squeezed.replace(
    /('(?:[^'\\]|\\.)*')|\s*([.()=,])\s*/g,
    (_, literal?: string, symbol?: string) => literal ?? symbol ?? '',
  );
  return root !== undefined && tight.startsWith(`${root}.`) ? tight.slice(root.length + 1) : tight;
}

const NOTES: ReadonlySet<string> = new Set(['description', 'reason', 'base']);

/** Without notes for people and without defaults that are written out. */
function plain(record: object): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(record).filter(
      ([key, value]) => !NOTES.has(key) && !(Object.hasOwn(DEFAULTS, key) && DEFAULTS[key] === value),
    ),
  );
}

function mapValues<Value>(
  record: Readonly<Record<string, Value>>,
  meaning: (value: Value, key: string) => unknown,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, meaning(value, key)]));
}

/** JSON with sorted keys. */
function textOf(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
    const record = part as Readonly<Record<string, unknown>>;
    return Object.fromEntries(
      Object.keys(record)
        .toSorted()
        .map((key) => [key, record[key]]),
    );
  });
}
