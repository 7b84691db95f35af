/**
 * A configuration file comes in; the checked configuration and the plan of its mappings go out, or all findings of all
 * files are printed and nothing goes out.
 */
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { styleText } from 'node:util';
import { type BaseLine, compileMappings, type FindFile, type MappingText } from '../compile/compile.ts';
import { type Config, readConfig, type Source } from '../compile/config.ts';
import { type Diagnostic, type Paint, suggest } from '../diagnostic.ts';
import { type Findings, renderText } from '../diagnostic-formats.ts';
import { readText } from '../io/files.ts';
import type { MappingPlan, SourceInfo } from '../plan.ts';
import { calledFrom, INSTALLED, pathOf, shippedNames } from './shipped.ts';
import type { Terminal } from './terminal.ts';

const CONFIG_NAME = 'dicomcast.config.yaml';

/** Files of `dicomcast test`, which lie beside mappings and are none. */
export const TEST_FILE = /\.test\.ya?ml$/i;

export interface Project {
  /** With the path of the state made absolute. */
  readonly config: Config;
  readonly plan: MappingPlan;
  /** As shown to the user. */
  readonly file: string;
  /** Rules over all mappings. */
  readonly ruleCount: number;
  /** What `base:` of each rule that changes another should say. */
  readonly bases: readonly BaseLine[];
}

export interface ProjectOptions {
  /** `--config`; default: dicomcast.config.yaml here, else the shipped one. */
  readonly config?: string;
  /** Replaces the mappings of the configuration. */
  readonly mappings?: readonly string[];
  /** Where all of `mappings` stand in the configuration, the configuration is read as it is. */
  readonly together?: boolean;
}

/** Undefined when there were errors; they are printed then. Warnings are printed and do not stop anything. */
export function loadProject(terminal: Terminal, options: ProjectOptions): Project | undefined {
  const { project, findings } = readProject(terminal, options);
  printFindings(terminal, findings);
  return project;
}

export interface ProjectReading {
  /** Undefined where there are errors. */
  readonly project?: Project;
  /** There also when only the mappings have errors. */
  readonly config?: Config;
  readonly findings: Findings;
}

/** The project and all findings; prints nothing. */
export function readProject(terminal: Terminal, options: ProjectOptions): ProjectReading {
  const path = configPath(terminal, options.config);
  const file = shown(terminal, path);
  const text = readText(path);
  const sources = new Map<string, string>();
  if ('error' in text) {
    const message = `the configuration ${text.error}`;
    const unreadable = { code: 'config.unreadable', severity: 'error', message, file } as const;
    return { findings: { diagnostics: [unreadable], sources } };
  }
  const readSecret = (name: string): string | undefined => {
    const found = readText(resolve(dirname(path), name));
    return 'text' in found ? found.text : undefined;
  };
  const read = readConfig(file, text.text, terminal.env, readSecret);
  const named = mappingsAmong(options.mappings);
  const given = options.together && isAmong(terminal, named, read.config?.mappings, path) ? undefined : named;
  const folder = given ? terminal.cwd : dirname(path);
  const unreadable: Diagnostic[] = [];
  const texts = (given ?? read.config?.mappings ?? []).flatMap((named, index): readonly MappingText[] => {
    const mapping = pathOf(named, folder);
    const found = TEST_FILE.test(mapping)
      ? { error: 'is a test file, not a mapping: `dicomcast test` runs it' }
      : readText(mapping);
    const name = shown(terminal, mapping);
    if ('text' in found) {
      sources.set(name, found.text);
      return [{ file: name, text: found.text }];
    }
    const message = `the mapping ${name} ${found.error}`;
    const range = given ? undefined : read.source.rangeOf(['mappings', index]);
    const place = range ? { file, range } : { file: name };
    unreadable.push({
      code: 'mapping.unreadable',
      severity: 'error',
      message,
      ...place,
      ...nearestShipped(named),
    });
    return [];
  });
  const compiled = read.config
    ? compileMappings(
        texts,
        {
          values: read.config.settings,
          switches: read.config.switches,
          isPartial: unreadable.length > 0,
          isForOthers: given !== undefined,
          filled: read.config.filledSettings,
          source: read.source,
        },
        createFinder(terminal, sources),
      )
    : undefined;
  // The reader's text has credentials blotted out; the file's own must not be shown.
  sources.set(file, read.source.text);
  const diagnostics = [...read.diagnostics, ...unreadable, ...(compiled?.diagnostics ?? [])];
  const findings = { diagnostics, sources };
  if (!read.config) return { findings };
  const config = {
    ...read.config,
    state: { ...read.config.state, path: resolve(dirname(path), read.config.state.path) },
  };
  if (!compiled?.plan || unreadable.length > 0) return { config, findings };
  const ruleCount = compiled.plan.mappings.reduce((sum, mapping) => sum + countRules(mapping.transform), 0);
  return {
    project: { config, plan: compiled.plan, file, ruleCount, bases: compiled.bases },
    config,
    findings,
  };
}

/** A shell takes tests for mappings (`mappings/*.yaml`); a test file that is named alone is told of. */
function mappingsAmong(names: readonly string[] | undefined): readonly string[] | undefined {
  const mappings = names?.filter((name) => !TEST_FILE.test(name));
  return mappings && mappings.length > 0 ? mappings : names;
}

/** True where the configuration at `path` lists all of these files. */
function isAmong(
  terminal: Terminal,
  named: readonly string[] | undefined,
  listed: readonly string[] | undefined,
  path: string,
): boolean {
  const known = new Set(listed?.map((each) => pathOf(each, dirname(path))));
  return named?.every((each) => known.has(pathOf(each, terminal.cwd))) ?? false;
}

/** A file of this size takes seconds to read. */
const MAX_TABLE = 5 * 1024 * 1024;

/** What mappings extend and the tables that they name, from the folder of the file that names them. */
export function createFinder(terminal: Terminal, sources: Map<string, string>): FindFile {
  return (name, from) => {
    const path = pathOf(name, dirname(pathOf(from, terminal.cwd)));
    const file = shown(terminal, path);
    const found = readText(path, MAX_TABLE);
    if ('error' in found) return { ...found, ...nearestShipped(name) };
    sources.set(file, found.text);
    return { file, text: found.text };
  };
}

export function configPath(terminal: Terminal, given: string | undefined): string {
  if (given !== undefined) return resolve(terminal.cwd, given);
  const here = join(terminal.cwd, CONFIG_NAME);
  return existsSync(here) ? here : join(INSTALLED, CONFIG_NAME);
}

export function shown(terminal: Terminal, path: string): string {
  return calledFrom(terminal.cwd, path);
}

/** What could be meant where a shipped mapping is not there. */
export function nearestShipped(name: string): { readonly suggestion?: string; readonly hint?: string } {
  const shipped = shippedNames(name);
  if (!shipped) return {};
  const close = suggest(name, shipped);
  return close === undefined ? { hint: `Shipped are ${shipped.join(', ')}.` } : { suggestion: close };
}

const SHOWN_FINDINGS = 20;

/** As text, in colour where a person looks at it. */
export function printFindings(terminal: Terminal, findings: Findings, max = SHOWN_FINDINGS): void {
  const isColoured = terminal.isInteractive && !terminal.env['NO_COLOR'];
  terminal.err(renderText(findings, { max, ...(isColoured ? { paint } : {}) }));
}

const STYLES: Readonly<Record<Parameters<Paint>[0], Parameters<typeof styleText>[0]>> = {
  error: ['bold', 'red'],
  warning: ['bold', 'yellow'],
  frame: 'blue',
  message: 'bold',
};

const paint: Paint = (style, text) => styleText(STYLES[style], text, { validateStream: false });

/**
 * `$source` of the mappings, by default that of the first source. Addresses are in the normal form of a URI, `/` for an
 * empty path, as DICOM Cast wrote them, so that what DICOM Cast made is recognised.
 */
export function sourceOf({ sources }: Config, source: Source = sources[0]): SourceInfo {
  const addressOf = ({ publicUrl }: Source): string => new URL(publicUrl).href;
  return {
    id: source.id,
    url: addressOf(source),
    urls: [...new Set(sources.map(addressOf))],
    ...(source.partitions === 'separate' ? { hasSeparatePartitions: true } : {}),
  };
}

export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

interface Counted {
  readonly rules: readonly unknown[];
  readonly derives: readonly unknown[];
  readonly lists: readonly Counted[];
}

/** The identity and each key count as rules. */
function countRules(part: Counted): number {
  return (
    1 + part.rules.length + part.derives.length + part.lists.reduce((sum, list) => sum + countRules(list), 0)
  );
}
