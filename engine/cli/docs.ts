/**
 * `dicomcast docs`: the plan comes in, the mapping table as Markdown goes out, for reviewers and as a conformance document;
 * --check compares it with a committed page.
 */
import { basename, resolve } from 'node:path';
import { readText } from '../io/files.ts';
import type { ListPlan, MappingPlan, ResourcePlan, RulePlan } from '../plan.ts';
import { testsOfRules } from './docs-tests.ts';
import { loadProject, type ProjectOptions } from './project.ts';
import { isShippedName } from './shipped.ts';
import { EXIT, type Terminal } from './terminal.ts';

export interface DocsOptions extends ProjectOptions {
  /** A page that must be equal to what would be printed. */
  readonly check?: string;
}

export function docs(terminal: Terminal, options: DocsOptions): number {
  const project = loadProject(terminal, options);
  if (!project) return EXIT.findings;
  const page = mappingTable(project.plan, terminal.cwd, testsOfRules(terminal, project));
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

/** `Mapping.rule` and the cases that speak of it. */
type Tests = ReturnType<typeof testsOfRules>;

/** The same plan, with the same test files, always gives the same page, wherever it is asked for. */
function mappingTable(plan: MappingPlan, cwd: string, tests: Tests): string {
  const head =
    '# Mapping table\n\nMade by `dicomcast docs` from the mappings in force; not edited by hand.\n';
  return [head, ...plan.mappings.map((mapping) => section(mapping, cwd, tests))].join('\n');
}

/** How a section calls a file. */
type Called = (file: string) => string;

function section(
  { name, description, file, transform, ...more }: ResourcePlan,
  cwd: string,
  tests: Tests,
): string {
  // An overlay often has the name of the file that it changes.
  const called: Called = (each) =>
    more.extends && !isShippedName(each)
      ? resolve(cwd, each).split(/[\\/]/).slice(-2).join('/')
      : basename(each);
  const below = (more.extends ?? []).map((each) => ` over \`${called(each)}\``).join(',');
  const rules = [transform.identity.rule, ...transform.rules, ...transform.derives];
  const line: RowOf = (rule, prefix) => {
    const named = tests && [testCell(tests.get(`${name}.${rule.name}`) ?? [])];
    return `| ${[...row(rule, prefix, called), ...(named ?? [])].map(cellOf).join(' | ')} |`;
  };
  const rows = [...rules.map((rule) => line(rule, '')), ...listRows(transform.lists, '', line)];
  return [
    `## ${name}\n`,
    `${description ? `${description} ` : ''}From \`${called(file)}\`${below}${life(transform)}\n`,
    `| element | from | required | when written | rule | note |${tests ? ' tests |' : ''}`,
    `|---|---|---|---|---|---|${tests ? '---|' : ''}`,
    ...rows,
    ...switchedOff(more, called),
    '',
  ].join('\n');
}

function switchedOff({ disabled = [] }: Pick<ResourcePlan, 'disabled'>, called: Called): readonly string[] {
  if (disabled.length === 0) return [];
  const rows = disabled.map(
    ({ name, target, reason, file, line }) =>
      `| \`${withoutType(target)}\` | ${name} (${called(file)}:${line}) | ${cellOf(reason)} |`,
  );
  return ['', 'Switched off:', '', '| element | rule | reason |', '|---|---|---|', ...rows];
}

function cellOf(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

const LONGEST_CODE = 160;

/** An expression on one line. Of a long one, the first words: the file has it whole, with its comments. */
function codeOf(text: string): string {
  const line = text.trim().replace(/\s+/g, ' ');
  const isLong = line.length > LONGEST_CODE;
  return `\`${isLong ? line.slice(0, LONGEST_CODE - 1).trimEnd() : line}\`${isLong ? ' …' : ''}`;
}

const SHOWN_TESTS = 2;

/** The most telling cases, which stand first; how many there are besides would make the page stale with every new case. */
function testCell(names: readonly string[]): string {
  return [...names.slice(0, SHOWN_TESTS), ...(names.length > SHOWN_TESTS ? ['…'] : [])].join(', ');
}

/** The line of a rule; `prefix` is the path of its list. */
type RowOf = (rule: RulePlan, prefix: string) => string;

function listRows(lists: readonly ListPlan[], prefix: string, line: RowOf): readonly string[] {
  return lists.flatMap((list) => {
    const path = `${prefix}${withoutType(list.target.text)}.`;
    const rules = [list.key.rule, ...list.rules, ...list.derives];
    return [...rules.map((rule) => line(rule, path)), ...listRows(list.lists, path, line)];
  });
}

function row(rule: RulePlan, prefix: string, called: Called): readonly string[] {
  const overridden = (rule.overrides ?? []).map(({ file, line }) => `overrides ${called(file)}:${line}`);
  return [
    `\`${prefix}${withoutType(rule.target.text)}\``,
    sourceOf(rule),
    rule.required ? 'yes' : '',
    policyOf(rule),
    `${rule.name} (${[`${called(rule.file)}:${rule.line}`, ...overridden].join(', ')})`,
    rule.description ?? '',
  ];
}

function sourceOf({ source }: RulePlan): string {
  switch (source.kind) {
    case 'tag':
      return `${source.tags.join(', ')} (${conversionOf(source)})`;
    case 'const':
      return `\`${JSON.stringify(source.value)}\``;
    case 'value':
      return codeOf(source.expression.text);
    case 'reference':
      return `reference to ${source.mapping}`;
    default:
      return `derived: \`${source.text}\``;
  }
}

/** `CS → code (table body-sites.csv)`. */
function conversionOf({ conversion, table }: Extract<RulePlan['source'], { kind: 'tag' }>): string {
  return table ? conversion.replace('(table', `(table ${basename(table.file)}`) : conversion;
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

function life({ forEach, onDelete, whenEmpty, owned }: ResourcePlan['transform']): string {
  const items = forEach ? `, one for each item of ${codeOf(forEach.items.text)}` : '';
  if (!onDelete) return `${items}. Deletions leave it alone.`;
  const condition = owned ? ` \`${owned.text.trim()}\`` : '';
  const emptied = whenEmpty ? `; deleted when empty${condition && ` and${condition}`}` : '';
  const all = forEach ? ` everything made from the instance${condition && `, where${condition}`}` : '';
  return `${items}. On deletion: ${onDelete}${all}${emptied}.`;
}

function withoutType(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/^[A-Z][A-Za-z]*\./, '');
}
