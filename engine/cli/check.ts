/**
 * `dicomcast check`: configuration and mappings through parser, schema and compiler, and the YAML of Markdown pages, without
 * starting anything.
 */
import { resolve } from 'node:path';
import packageJson from '../../package.json' with { type: 'json' };
import { describeConfig } from '../compile/config-description.ts';
import { checkPage } from '../compile/markdown.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { type Findings, type Format, renderGithub, renderJson, renderSarif } from '../diagnostic-formats.ts';
import { readText } from '../io/files.ts';
import { fixBases, missingBases } from './check-fix.ts';
import {
  count,
  createFinder,
  type Project,
  type ProjectOptions,
  printFindings,
  readProject,
  shown,
} from './project.ts';
import { EXIT, type Terminal } from './terminal.ts';

export interface CheckOptions extends ProjectOptions {
  /** Shows the configuration in force: defaults and origins, no credential. */
  readonly print?: boolean;
  /** Markdown pages whose YAML is checked too. Pages may also stand among the mappings. */
  readonly docs?: readonly string[];
  /** Writes `base:` into overlays, where nothing is wrong with them. */
  readonly fix?: boolean;
  /** Default: text, on the error stream; the others go to standard output, and nothing else does. */
  readonly format?: Format;
  /** How many findings the text shows in full. */
  readonly max?: number;
}

/** Pages alone are checked alone; with anything else, or nothing, the configuration and its mappings are checked too. */
export function check(terminal: Terminal, options: CheckOptions): number {
  const { mappings: given = [], docs = [], format = 'text', ...others } = options;
  const mappings = given.filter((name) => !PAGE.test(name));
  const pages = [...given.filter((name) => PAGE.test(name)), ...docs];
  const isPagesOnly = given.length > 0 && mappings.length === 0;
  const read = () => readProject(terminal, { ...others, ...(mappings.length > 0 ? { mappings } : {}) });
  const fixed = options.fix && !isPagesOnly ? fixBases(terminal, read().project?.bases ?? []) : '';
  const { project, findings } = isPagesOnly ? { findings: { diagnostics: [], sources: new Map() } } : read();
  const all = withPages(terminal, findings, pages);
  if (format === 'text') printFindings(terminal, all, options.max);
  else terminal.out(rendered(all, format));
  const hasErrors = all.diagnostics.some(({ severity }) => severity === 'error');
  if (format === 'text' && project) terminal.out(`${fixed}${missingBases(project.bases)}${summary(project)}`);
  if (format === 'text' && pages.length > 0 && !hasErrors) terminal.out(`${count(pages.length, 'page')}\n`);
  if (format === 'text' && project && options.print) terminal.out(`\n${describeConfig(project.config)}\n`);
  return hasErrors || !(project || isPagesOnly) ? EXIT.findings : EXIT.ok;
}

const PAGE = /\.(?:md|markdown)$/i;

function withPages(
  terminal: Terminal,
  { diagnostics, sources }: Findings,
  pages: readonly string[],
): Findings {
  const found: Diagnostic[] = [];
  const texts = new Map(sources);
  for (const page of pages) {
    const file = shown(terminal, resolve(terminal.cwd, page));
    const read = readText(resolve(terminal.cwd, page));
    if ('error' in read) {
      found.push({ code: 'page.unreadable', severity: 'error', message: `the page ${read.error}`, file });
      continue;
    }
    texts.set(file, read.text);
    found.push(...checkPage(file, read.text, createFinder(terminal, texts)));
  }
  return { diagnostics: [...diagnostics, ...found], sources: texts };
}

function summary({ plan, file, ruleCount }: Project): string {
  return `${file}: ${count(plan.mappings.length, 'mapping')}, ${count(ruleCount, 'rule')}, plan ${plan.fingerprint}\n`;
}

function rendered(findings: Findings, format: Exclude<Format, 'text'>): string {
  if (format === 'json') return renderJson(findings);
  return format === 'github' ? renderGithub(findings) : renderSarif(findings, packageJson.version);
}
