/**
 * What test files are run with: a test file and the settings of a case come in; the compiled mappings, or their findings, go out.
 * Each distinct set of mappings and settings is compiled once. Neither the environment nor secrets are read: a test gives the
 * same result on every machine.
 */
import { dirname, resolve } from 'node:path';
import { compileMappings, type MappingText } from '../compile/compile.ts';
import { type Config, readConfig } from '../compile/config.ts';
import type { Diagnostic } from '../diagnostic.ts';
import type { Findings } from '../diagnostic-formats.ts';
import { readText } from '../io/files.ts';
import type { MappingPlan } from '../plan.ts';
import type { Settings } from '../testing/test-case.ts';
import type { TestFile } from '../testing/test-file.ts';
import { configPath, createFinder, nearestShipped, shown } from './project.ts';
import { isShippedName, pathOf } from './shipped.ts';
import type { Terminal } from './terminal.ts';

/** What a case runs with. */
export interface TestPlan {
  /** Undefined where there are errors. */
  readonly plan?: MappingPlan;
  readonly diagnostics: readonly Diagnostic[];
  readonly enforceTagValues: boolean;
  /** Absolute paths of all files that went into it. */
  readonly files: readonly string[];
}

export interface TestPlans {
  planFor(test: Pick<TestFile, 'file' | 'config' | 'mappings'>, settings: Settings): TestPlan;
  /** The mapping files of the configuration of the command, absolute, without shipped ones, which have tests of their own; undefined, with its findings, when it cannot be read. */
  configured(): { readonly path: string; readonly mappings: readonly string[] } | Findings;
}

type EnterPlan = (plan: MappingPlan) => void;

/** Stands for environment variables that the configuration gives no default for. */
const UNSET = 'https://unset.example.org';

interface ConfigFile {
  readonly path: string;
  readonly config?: Config;
  readonly findings: Findings;
}

/** `config`: that of the command line. `enter` is told each plan that is compiled. */
export function createTestPlans(
  terminal: Terminal,
  { config: given, enter = () => undefined }: { readonly config?: string; readonly enter?: EnterPlan },
): TestPlans {
  const configs = new Map<string, ConfigFile>();
  const compiled = new Map<string, TestPlan>();
  const configAt = (path: string): ConfigFile => {
    const known = configs.get(path) ?? readConfigFile(terminal, path);
    configs.set(path, known);
    return known;
  };
  return {
    planFor({ file, config, mappings }, settings) {
      const folder = dirname(resolve(terminal.cwd, file));
      const path = config === undefined ? configPath(terminal, given) : resolve(folder, config);
      const isOwn = mappings !== undefined && config === undefined;
      const read = isOwn ? undefined : configAt(path);
      if (read && !read.config)
        return { diagnostics: read.findings.diagnostics, enforceTagValues: false, files: [path] };
      const own = mappings?.map((name) => pathOf(name, folder));
      const paths = own ?? read?.config?.mappings.map((name) => pathOf(name, dirname(path))) ?? [];
      const values = { ...read?.config?.settings, ...settings };
      const key = JSON.stringify([paths, Object.entries(values).toSorted(), read?.path]);
      const known = compiled.get(key) ?? compileFiles(terminal, paths, values, read, enter);
      compiled.set(key, known);
      return known;
    },
    configured() {
      const path = configPath(terminal, given);
      const { config, findings } = configAt(path);
      if (!config) return findings;
      const own = config.mappings.filter((name) => !isShippedName(name));
      return { path, mappings: own.map((name) => resolve(dirname(path), name)) };
    },
  };
}

function readConfigFile(terminal: Terminal, path: string): ConfigFile {
  const file = shown(terminal, path);
  const text = readText(path);
  if ('error' in text) {
    const message = `the configuration ${text.error}`;
    const hint = 'After config: in a test file stands a path from the folder of that file.';
    const diagnostic = { code: 'config.unreadable', severity: 'error', message, file, hint } as const;
    return { path, findings: { diagnostics: [diagnostic], sources: new Map() } };
  }
  const names = [...text.text.matchAll(/\$\{env:([A-Za-z_][A-Za-z0-9_]*)\}/g)].map(([, name = '']) => name);
  const env = Object.fromEntries(names.map((name) => [name, UNSET]));
  const { config, diagnostics, source } = readConfig(file, text.text, env, () => UNSET);
  const findings = { diagnostics, sources: new Map([[file, source.text]]) };
  return { path, findings, ...(config ? { config } : {}) };
}

function compileFiles(
  terminal: Terminal,
  paths: readonly string[],
  values: Settings,
  read: ConfigFile | undefined,
  enter: EnterPlan,
): TestPlan {
  const sources = new Map<string, string>();
  const unreadable: Diagnostic[] = [];
  const texts = paths.flatMap((path): readonly MappingText[] => {
    const found = readText(path);
    const file = shown(terminal, path);
    if ('text' in found) return [{ file, text: found.text }];
    const message = `the mapping ${file} ${found.error}`;
    unreadable.push({
      code: 'mapping.unreadable',
      severity: 'error',
      message,
      file,
      ...nearestShipped(file),
    });
    return [];
  });
  const filled = read?.config?.filledSettings ?? new Set<string>();
  const site = { values, filled, isPartial: unreadable.length > 0 };
  const { plan, diagnostics } = compileMappings(texts, site, createFinder(terminal, sources));
  const isSound = plan !== undefined && unreadable.length === 0;
  if (isSound) enter(plan);
  const more = [...sources.keys()].map((name) => pathOf(name, terminal.cwd));
  return {
    ...(isSound ? { plan } : {}),
    diagnostics: [...unreadable, ...diagnostics],
    enforceTagValues: read?.config?.enforceValidationOfTagValues ?? false,
    files: [...(read ? [read.path] : []), ...paths, ...more],
  };
}
