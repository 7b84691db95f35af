/**
 * `dicomcast check`: configuration and mappings through parser, schema and compiler, test files and the YAML of Markdown pages,
 * without starting anything.
 */
import { resolve } from 'node:path';
import packageJson from '../../package.json' with { type: 'json' };
import { describeConfig } from '../compile/config-description.ts';
import { checkPage } from '../compile/markdown.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { type Findings, type Format, renderGithub, renderJson, renderSarif } from '../diagnostic-formats.ts';
import { readText } from '../io/files.ts';
import { readTestFile } from '../testing/test-file.ts';
import { checkTestPage } from '../testing/test-page.ts';
import { fixBases, missingBases } from './check-fix.ts';
import {
  count,
  createFinder,
  type Project,
  type ProjectOptions,
  printFindings,
  readProject,
  shown,
  TEST_FILE,
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

/** Pages and test files alone are checked alone; with mappings, or nothing, the configuration and its mappings are checked too. */
export function check(terminal: Terminal, options: CheckOptions): number {
  const { mappings: given = [], docs = [], format = 'text', ...rest } = options;
  const mappings = given.filter((name) => !PAGE.test(name) && !TEST_FILE.test(name));
  const pages = [...given.filter((name) => PAGE.test(name)), ...docs];
  const tests = given.filter((name) => TEST_FILE.test(name));
  const isPagesOnly = given.length > 0 && mappings.length === 0;
  // A mapping that the configuration lists is right or wrong together with the others.
  const read = () =>
    readProject(terminal, { ...rest, ...(mappings.length > 0 ? { mappings, together: true } : {}) });
  const fixed = options.fix && !isPagesOnly ? fixBases(terminal, read().project?.bases ?? []) : '';
  const { project, findings } = isPagesOnly ? { findings: { diagnostics: [], sources: new Map() } } : read();
  const all = withTexts(terminal, withTexts(terminal, findings, pages, 'page'), tests, 'test');
  if (format === 'text') printFindings(terminal, all, options.max);
  else terminal.out(rendered(all, format));
  const hasErrors = all.diagnostics.some(({ severity }) => severity === 'error');
  if (format === 'text' && project) terminal.out(`${fixed}${missingBases(project.bases)}${summary(project)}`);
  const others = [
    ...(pages.length > 0 ? [count(pages.length, 'page')] : []),
    ...(tests.length > 0 ? [count(tests.length, 'test file')] : []),
  ];
  if (format === 'text' && others.length > 0 && !hasErrors) terminal.out(`${others.join(', ')}\n`);
  if (format === 'text' && project && options.print) terminal.out(`\n${describeConfig(project.config)}\n`);
  return hasErrors || !(project || isPagesOnly) ? EXIT.findings : EXIT.ok;
}

const PAGE = /\.(?:md|markdown)$/i;

/** `test`: files of `dicomcast test`. */
function withTexts(
  terminal: Terminal,
  { diagnostics, sources }: Findings,
  names: readonly string[],
  kind: 'page' | 'test',
): Findings {
  const found: Diagnostic[] = [];
  const texts = new Map(sources);
  for (const name of names) {
    const file = shown(terminal, resolve(terminal.cwd, name));
    const read = readText(resolve(terminal.cwd, name));
    if ('error' in read) {
      const message = `the ${kind === 'page' ? 'page' : 'test file'} ${read.error}`;
      found.push({
        code: kind === 'page' ? 'page.unreadable' : 'test.unreadable',
        severity: 'error',
        message,
        file,
      });
      continue;
    }
    const { text } = read;
    texts.set(file, text);
    if (kind === 'test') found.push(...readTestFile(file, text).diagnostics);
    else found.push(...checkPage(file, text, createFinder(terminal, texts)), ...checkTestPage(file, text));
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
