/**
 * A configuration file comes in; the checked configuration and the plan of its mappings go out, or all findings of all
 * files are printed and nothing goes out.
 */
import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileMappings, type MappingText } from '../compile/compile.ts';
import { type Config, readConfig } from '../compile/config.ts';
import { type Diagnostic, renderDiagnostic } from '../diagnostic.ts';
import { readText } from '../io/files.ts';
import type { MappingPlan, SourceInfo } from '../plan.ts';
import type { Terminal } from './terminal.ts';

const CONFIG_NAME = 'dicomcast.config.yaml';
const SHIPPED = fileURLToPath(new URL('../..', import.meta.url));

export interface Project {
  /** With the path of the state made absolute. */
  readonly config: Config;
  readonly plan: MappingPlan;
  /** As shown to the user. */
  readonly file: string;
  /** Rules over all mappings. */
  readonly ruleCount: number;
}

export interface ProjectOptions {
  /** `--config`; default: dicomcast.config.yaml here, else the shipped one. */
  readonly config?: string;
  /** Replaces the mappings of the configuration. */
  readonly mappings?: readonly string[];
}

/** Undefined when there were errors; they are printed then. Warnings are printed and do not stop anything. */
export function loadProject(terminal: Terminal, options: ProjectOptions): Project | undefined {
  const path = configPath(terminal, options.config);
  const file = shown(terminal, path);
  const text = readText(path);
  if ('error' in text) {
    terminal.err(`error: the configuration ${file} ${text.error}\n`);
    return undefined;
  }
  const sources = new Map<string, string>();
  const readSecret = (name: string): string | undefined => {
    const found = readText(resolve(dirname(path), name));
    return 'text' in found ? found.text : undefined;
  };
  const read = readConfig(file, text.text, terminal.env, readSecret);
  const mappings =
    options.mappings?.map((name) => resolve(terminal.cwd, name)) ??
    read.config?.mappings.map((name) => resolve(dirname(path), name));
  const texts = (mappings ?? []).flatMap((mapping): readonly MappingText[] => {
    const found = readText(mapping);
    const name = shown(terminal, mapping);
    if ('text' in found) {
      sources.set(name, found.text);
      return [{ file: name, text: found.text }];
    }
    terminal.err(`error: the mapping ${name} ${found.error}\n  = help: see mappings in ${file}\n`);
    return [];
  });
  const compiled = read.config
    ? compileMappings(texts, {
        values: read.config.settings,
        filled: read.config.filledSettings,
        source: read.source,
      })
    : undefined;
  // The reader's text has credentials blotted out; the file's own must not be shown.
  sources.set(file, read.source.text);
  printFindings(terminal, [...read.diagnostics, ...(compiled?.diagnostics ?? [])], sources);
  if (!read.config || !compiled?.plan || texts.length < (mappings ?? []).length) return undefined;
  const config = {
    ...read.config,
    state: { ...read.config.state, path: resolve(dirname(path), read.config.state.path) },
  };
  const ruleCount = compiled.plan.mappings.reduce((sum, mapping) => sum + countRules(mapping.transform), 0);
  return { config, plan: compiled.plan, file, ruleCount };
}

function configPath(terminal: Terminal, given: string | undefined): string {
  if (given !== undefined) return resolve(terminal.cwd, given);
  const here = join(terminal.cwd, CONFIG_NAME);
  return existsSync(here) ? here : join(SHIPPED, CONFIG_NAME);
}

function shown(terminal: Terminal, path: string): string {
  const short = relative(terminal.cwd, path);
  return short.startsWith('..') ? path : short;
}

const SHOWN_FINDINGS = 20;

function printFindings(
  terminal: Terminal,
  diagnostics: readonly Diagnostic[],
  sources: ReadonlyMap<string, string>,
): void {
  for (const diagnostic of diagnostics.slice(0, SHOWN_FINDINGS)) {
    terminal.err(`${renderDiagnostic(diagnostic, sources.get(diagnostic.file))}\n\n`);
  }
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  if (diagnostics.length > SHOWN_FINDINGS)
    terminal.err(`… and ${diagnostics.length - SHOWN_FINDINGS} more\n`);
  if (diagnostics.length > 0)
    terminal.err(`${count(errors, 'error')}, ${count(diagnostics.length - errors, 'warning')}\n`);
}

/**
 * `$source` of the mappings. The address is in the normal form of a URI, `/` for an empty path, as DICOM Cast wrote it, so
 * that what DICOM Cast made is recognised.
 */
export function sourceOf({ source }: Config): SourceInfo {
  return { id: source.id, url: new URL(source.publicUrl).href };
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
