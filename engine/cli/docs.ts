/**
 * `dicomcast docs`: the plan comes in, the mapping table as Markdown goes out, for reviewers and as a conformance document;
 * --check compares it with a committed page.
 */
import { basename, resolve } from 'node:path';
import { readText } from '../io/files.ts';
import type { ListPlan, MappingPlan, ResourcePlan, RulePlan } from '../plan.ts';
import { loadProject, type ProjectOptions } from './project.ts';
import { EXIT, type Terminal } from './terminal.ts';

export interface DocsOptions extends ProjectOptions {
  /** A page that must be equal to what would be printed. */
  readonly check?: string;
}

export function docs(terminal: Terminal, options: DocsOptions): number {
  const project = loadProject(terminal, options);
  if (!project) return EXIT.findings;
  const page = mappingTable(project.plan);
  if (options.check === undefined) {
    terminal.out(page);
    return EXIT.ok;
  }
  const committed = readText(resolve(terminal.cwd, options.check));
  if ('text' in committed && committed.text === page) return EXIT.ok;
  const why = 'text' in committed ? 'is not what the mappings say' : committed.error;
  terminal.err(`error: ${options.check} ${why}\n  = help: dicomcast docs > ${options.check}\n`);
  return EXIT.findings;
}

/** The same plan always gives the same page. */
function mappingTable(plan: MappingPlan): string {
  const head =
    '# Mapping table\n\nMade by `dicomcast docs` from the mappings in force; not edited by hand.\n';
  return [head, ...plan.mappings.map(section)].join('\n');
}

function section({ name, description, file, transform }: ResourcePlan): string {
  const rules = [transform.identity.rule, ...transform.rules, ...transform.derives];
  const rows = [...rules.map((rule) => row(rule, '')), ...listRows(transform.lists, '')];
  return [
    `## ${name}\n`,
    `${description ? `${description} ` : ''}From \`${basename(file)}\`${life(transform)}\n`,
    '| element | from | required | when written | rule | note |',
    '|---|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

function listRows(lists: readonly ListPlan[], prefix: string): readonly string[] {
  return lists.flatMap((list) => {
    const path = `${prefix}${withoutType(list.target.text)}.`;
    const rules = [list.key.rule, ...list.rules, ...list.derives];
    return [...rules.map((rule) => row(rule, path)), ...listRows(list.lists, path)];
  });
}

function row(rule: RulePlan, prefix: string): string {
  const cells = [
    `\`${prefix}${withoutType(rule.target.text)}\``,
    sourceOf(rule),
    rule.required ? 'yes' : '',
    policyOf(rule),
    `${rule.name} (${basename(rule.file)}:${rule.line})`,
    rule.description ?? '',
  ];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
}

function sourceOf({ source }: RulePlan): string {
  switch (source.kind) {
    case 'tag':
      return `${source.tags.join(', ')} (${source.conversion})`;
    case 'const':
      return `\`${JSON.stringify(source.value)}\``;
    case 'value':
      return `\`${source.expression.text.trim()}\``;
    case 'reference':
      return `reference to ${source.mapping}`;
    default:
      return `derived: \`${source.text}\``;
  }
}

function policyOf({ merge, on, onAbsent, exempt, when, source, required }: RulePlan): string {
  const parts = [
    when ? `when \`${when.text.trim()}\`` : '',
    on === 'create' ? 'at creation' : '',
    merge && source.kind !== 'derive' ? merge : '',
    onAbsent === 'clear' && !required ? 'cleared when absent' : '',
    exempt ? 'from any instance' : '',
  ];
  return parts.filter((part) => part !== '').join(', ');
}

function life({ onDelete, whenEmpty, owned }: ResourcePlan['transform']): string {
  if (!onDelete) return '. Deletions leave it alone.';
  const emptied = whenEmpty ? `; deleted when empty${owned ? ` and \`${owned.text.trim()}\`` : ''}` : '';
  return `. On deletion: ${onDelete}${emptied}.`;
}

function withoutType(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/^[A-Z][A-Za-z]*\./, '');
}
