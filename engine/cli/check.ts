/**
 * `dicomcast check`: configuration and mappings through parser, schema and compiler, without starting anything.
 */
import { count, loadProject, type ProjectOptions } from './project.ts';
import { EXIT, type Terminal } from './terminal.ts';

export function check(terminal: Terminal, options: ProjectOptions): number {
  const project = loadProject(terminal, options);
  if (!project) return EXIT.findings;
  const { plan, file, ruleCount } = project;
  terminal.out(
    `${file}: ${count(plan.mappings.length, 'mapping')}, ${count(ruleCount, 'rule')}, plan ${plan.fingerprint}\n`,
  );
  return EXIT.ok;
}
