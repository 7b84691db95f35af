/**
 * `dicomcast check`: configuration and mappings through parser, schema and compiler, without starting anything.
 */
import { describeConfig } from '../compile/config-description.ts';
import { count, loadProject, type ProjectOptions } from './project.ts';
import { EXIT, type Terminal } from './terminal.ts';

export interface CheckOptions extends ProjectOptions {
  /** Shows the configuration in force: defaults and origins, no credential. */
  readonly print?: boolean;
}

export function check(terminal: Terminal, options: CheckOptions): number {
  const project = loadProject(terminal, options);
  if (!project) return EXIT.findings;
  const { plan, file, ruleCount } = project;
  terminal.out(
    `${file}: ${count(plan.mappings.length, 'mapping')}, ${count(ruleCount, 'rule')}, plan ${plan.fingerprint}\n`,
  );
  if (options.print) terminal.out(`\n${describeConfig(project.config)}\n`);
  return EXIT.ok;
}
