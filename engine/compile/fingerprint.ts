/**
 * The fingerprint of a plan: what the mappings mean comes in, 16 hex digits go out. Spelling, comments, descriptions,
 * written-out defaults and the order of keys do not count; rules, lets, settings, conversions, functions and the versions
 * of the languages do.
 */
import { createHash } from 'node:crypto';
import { parseTag, tagName } from '../dicom/tag.ts';
import type { ResourcePlan } from '../plan.ts';
import { conversionTable } from './conversion.ts';
import { canonicalPath } from './fhirpath.ts';
import { functionTable } from './functions.ts';
import { compileExpression } from './jsonata.ts';
import type { ListFile, MappingFile, RuleFile } from './mapping-file.ts';
import { givenNames, type KnownNames } from './operand.ts';

const LANGUAGES = 'jsonata 2.2.2, fhirpath 5.2.0, dicomcast 1';

/** `plans` in the order in which they run; `settings` are the values in force. */
export function fingerprintOf(
  files: readonly MappingFile[],
  plans: readonly ResourcePlan[],
  settings: Readonly<Record<string, unknown>>,
): string {
  const meaning = {
    languages: LANGUAGES,
    conversions: conversionTable(),
    functions: functionTable(),
    settings,
    order: plans.map(({ name }) => name),
    files: files.map(mappingMeaning).toSorted((a, b) => (textOf(a) < textOf(b) ? -1 : 1)),
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
};

function mappingMeaning(file: MappingFile): unknown {
  const {
    settings = {},
    let: lets = {},
    rules,
    lists = {},
    assert = {},
    when,
    authority,
    owned,
    ...rest
  } = file;
  const names = new Map([
    ...Object.keys(lets).map((name) => [name, undefined] as const),
    ...givenNames(Object.keys(settings)),
  ]);
  return {
    ...plain({ name: file.resource, ...rest }),
    settings: mapValues(settings, plain),
    let: Object.entries(lets).map(([name, source]) => [
      name,
      typeof source === 'string' ? expressionMeaning(source, names) : { tag: tagMeaning(source.tag) },
    ]),
    when: when && expressionMeaning(when, names),
    authority: authority && expressionMeaning(authority, names),
    owned: owned && canonicalPath(owned),
    assert: mapValues(assert, (each) => ({ ...plain(each), fhirpath: canonicalPath(each.fhirpath) })),
    rules: mapValues(rules, (rule) => ruleMeaning(rule, names, file.resource)),
    lists: mapValues(lists, (list) => listMeaning(list, names, file.resource)),
  };
}

function listMeaning(list: ListFile, names: KnownNames, root?: string): unknown {
  return {
    to: targetMeaning(list.to, root),
    key: mapValues(list.key, tagMeaning),
    rules: mapValues(list.rules ?? {}, (rule) => ruleMeaning(rule, names)),
    lists: mapValues(list.lists ?? {}, (inner) => listMeaning(inner, names)),
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

/** Without descriptions and without defaults that are written out. */
function plain(record: object): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(record).filter(
      ([key, value]) => key !== 'description' && !(key in DEFAULTS && DEFAULTS[key] === value),
    ),
  );
}

function mapValues<Value>(
  record: Readonly<Record<string, Value>>,
  meaning: (value: Value) => unknown,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, meaning(value)]));
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
