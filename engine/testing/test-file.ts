/**
 * The text of a test file comes in; its cases, each with its bases and defaults worked in, or findings with their places go out.
 * A file with an error has no cases: nothing passes because it was not understood.
 */
import testSchema from '../../schemas/mapping-test.schema.json' with { type: 'json' };
import { createSchemaCheck } from '../compile/json-schema.ts';
import { readYaml, type YamlSource } from '../compile/yaml-source.ts';
import type { Diagnostic } from '../diagnostic.ts';
import type { CaseFile, Given, GivenEntry, GivenFile, TestCase, TestFileText } from './test-case.ts';
import { checkCases } from './test-file-check.ts';

export interface TestFile {
  /** As shown to the user. */
  readonly file: string;
  /** Paths as written. */
  readonly config?: string;
  readonly mappings?: readonly string[];
  /** In the order of the file; none where there is an error. */
  readonly cases: readonly TestCase[];
  readonly diagnostics: readonly Diagnostic[];
}

const DEFAULT_AT = '2024-01-01T00:00:00Z';
const DEFAULT_SOURCE = { url: 'https://dicom.example.org/', id: 'test' } as const;

const checkSchema = createSchemaCheck(testSchema, 'test');

/** Reads one file; never throws. */
export function readTestFile(file: string, text: string): TestFile {
  const source = readYaml(file, text);
  const shape = [...source.diagnostics, ...checkSchema(source)];
  if (shape.length > 0) return { file, cases: [], diagnostics: shape };
  const content = source.value as TestFileText;
  const diagnostics = checkCases(source, content);
  const { config, mappings } = content;
  const cases =
    diagnostics.length > 0 ? [] : Object.keys(content.cases).map((name) => caseOf(source, content, name));
  return {
    file,
    ...(config === undefined ? {} : { config }),
    ...(mappings === undefined ? {} : { mappings }),
    cases,
    diagnostics,
  };
}

function caseOf(source: YamlSource, content: TestFileText, name: string): TestCase {
  const { about, expect } = content.cases[name] as CaseFile;
  return {
    file: source.file,
    name,
    ...(about === undefined ? {} : { about }),
    given: givenOf(source, content, name),
    expect,
    lineOf: (path) => lineAt(source, name, path),
  };
}

function lineAt(source: YamlSource, name: string, path: readonly (string | number)[]): number {
  return source.rangeOf(['cases', name, ...path], 'key')?.start.line ?? 1;
}

/** The `given` of a case over those of its bases, over the defaults. */
function givenOf(source: YamlSource, content: TestFileText, name: string): Given {
  const { defaults = {} } = content;
  const { source: address, at, settings, enforceValidationOfTagValues } = defaults;
  const start: Given = {
    isHistory: false,
    entries: [],
    edits: [],
    existing: [],
    instance: defaults.instance ?? {},
    at: Date.parse(at ?? DEFAULT_AT),
    settings: settings ?? {},
    source: sourceOver(DEFAULT_SOURCE, address),
    ...(enforceValidationOfTagValues === undefined ? {} : { enforceTagValues: enforceValidationOfTagValues }),
  };
  return chainOf(content, name).reduce<Given>((given, each) => over(source, content, given, each), start);
}

/** From the first base down to the case itself. */
function chainOf({ cases }: TestFileText, name: string): readonly string[] {
  const chain: string[] = [];
  for (
    let at: string | undefined = name;
    at !== undefined && !chain.includes(at);
    at = cases[at]?.given?.base
  )
    chain.unshift(at);
  return chain;
}

function over(source: YamlSource, { cases }: TestFileText, given: Given, name: string): Given {
  const own: GivenFile = cases[name]?.given ?? {};
  const { set, unset, existing, at, settings, enforceValidationOfTagValues: enforce } = own;
  return {
    ...given,
    ...entriesOver(source, given, own, name),
    edits:
      set || unset ? [...given.edits, { ...(set ? { set } : {}), ...(unset ? { unset } : {}) }] : given.edits,
    ...(existing === undefined ? {} : { existing: existingOf(source, existing, name) }),
    ...(at === undefined ? {} : { at: Date.parse(at) }),
    settings: { ...given.settings, ...settings },
    source: sourceOver(given.source, own.source),
    ...(enforce === undefined ? {} : { enforceTagValues: enforce }),
  };
}

function entriesOver(
  source: YamlSource,
  given: Given,
  { instances, feed, change }: GivenFile,
  name: string,
): Pick<Given, 'isHistory' | 'entries'> {
  if (feed) {
    const entries = feed.map((entry, index): GivenEntry => {
      return { ...entry, line: lineAt(source, name, ['given', 'feed', index]) };
    });
    return { isHistory: true, entries };
  }
  const before = instances
    ? instances.map((instance, index): GivenEntry => {
        const inherited = given.isHistory ? undefined : given.entries[0]?.change;
        const line = lineAt(source, name, ['given', 'instances', index]);
        return { instance, ...(inherited ? { change: inherited } : {}), line };
      })
    : given.entries;
  const entries = change ? before.map((entry) => ({ ...entry, change })) : before;
  return { isHistory: instances ? false : given.isHistory, entries };
}

function existingOf(
  source: YamlSource,
  existing: NonNullable<GivenFile['existing']>,
  name: string,
): Given['existing'] {
  if (typeof existing === 'string')
    return [{ resource: existing, line: lineAt(source, name, ['given', 'existing']) }];
  return existing.map((resource, index) => ({
    resource,
    line: lineAt(source, name, ['given', 'existing', index]),
  }));
}

/** The address in the normal form of a URI, as the engine has it in `$source`. */
function sourceOver(before: Given['source'], own: GivenFile['source']): Given['source'] {
  const { url, id, partitions } = own ?? {};
  const isSeparate = partitions === undefined ? before.hasSeparatePartitions : partitions === 'separate';
  return {
    url: url === undefined ? before.url : new URL(url).href,
    id: id ?? before.id,
    ...(isSeparate ? { hasSeparatePartitions: true } : {}),
  };
}
