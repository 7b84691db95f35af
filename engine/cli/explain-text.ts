/**
 * The documents of `dicomcast explain` as text for people: one line for each path, grouped by resource.
 */
import { basename } from 'node:path';
import {
  type ExplainedInstance,
  type Explanation,
  MASK,
  type MissingPath,
  type PathExplanation,
  placeText,
  printable,
  type RulePlace,
  type TagName,
  tagStateText,
  type WrittenPath,
} from './explain-document.ts';
import { columns } from './terminal.ts';

export function explanationText(document: Explanation): string {
  const { plan, masked, instances, resources, unmade, refused, warnings, unread } = document;
  const many = instances.length > 1;
  const shown = masked ? `values that may identify somebody are shown as ${MASK}` : 'with all values';
  const parts = [
    `plan ${plan}, on an empty FHIR server; ${shown}`,
    ...instances.flatMap((instance) => failureText(instance)),
    ...(refused ? [`not sent: error[${refused.code}]: ${refused.message}`] : []),
    ...warnings.map((message) => `warning: ${message}`),
    ...resources.map((resource) => resourceText(resource, document)),
    ...unmade.map(
      ({ mapping, file, reason, tags, instances: of }) =>
        `${mapping}: nothing\n${columns([[reason, file, tagList(tags), ...(many ? [names(document, of)] : [])]])}`,
    ),
    unreadText(unread),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/** Nothing for an instance that is stored. */
function failureText({ file, error }: ExplainedInstance): readonly string[] {
  if (!error) return [];
  const place = error.file === undefined ? '' : ` (${error.file}:${error.line})`;
  return [
    `${file}: nothing of it is stored\n  error[${error.code}]: ${error.rule ? `${error.rule}${place}: ` : ''}${error.message}`,
  ];
}

function resourceText(
  { mapping, resourceType, request, written, missing }: Explanation['resources'][number],
  document: Explanation,
): string {
  const many = document.instances.length > 1;
  const head = mapping === resourceType ? mapping : `${mapping} (${resourceType})`;
  const rows = written.map((row) => [
    row.path,
    valueText(row),
    ruleText(row.rule ?? '', mapping),
    isPlaced(row) ? placeText(row) : '',
    fromText(row),
    ...(many ? [names(document, row.instances)] : []),
  ]);
  const lost = alike(missing).map(({ first, count, instances }) => [
    count > 1 ? `${first.path} (and ${count - 1} more)` : first.path,
    first.why === 'invalid' ? `invalid: ${first.reason}` : first.reason,
    ruleText(first.rule, mapping),
    placeText(first),
    tagList(first.tags),
    ...(many ? [names(document, instances)] : []),
  ]);
  const parts = [`${head}: ${request}`, columns(rows)];
  if (lost.length > 0) parts.push('  without effect:', columns(lost, '    '));
  return parts.join('\n');
}

/** False for a leaf that no rule accounts for. */
function isPlaced(row: WrittenPath): row is WrittenPath & RulePlace {
  return row.file !== undefined;
}

/** Under its mapping, a rule goes by its own name. */
function ruleText(rule: string, mapping: string): string {
  return rule.startsWith(`${mapping}.`) ? rule.slice(mapping.length + 1) : rule;
}

/** The same rule for the same reason in many items is one line. */
function alike(
  missing: readonly MissingPath[],
): readonly { readonly first: MissingPath; readonly count: number; readonly instances: readonly number[] }[] {
  const groups = Map.groupBy(missing, ({ rule, why, reason }) => `${rule} ${why} ${reason}`);
  return [...groups.values()].map((all) => ({
    first: all[0] as MissingPath,
    count: all.length,
    instances: [...new Set(all.flatMap(({ instances }) => instances))],
  }));
}

const WIDEST_VALUE = 60;

function valueText({ value, masked, source, of }: WrittenPath): string {
  const text = masked ? MASK : printable(value);
  const cut = text.length > WIDEST_VALUE ? `${text.slice(0, WIDEST_VALUE)}…` : text;
  return source === 'reference' && of !== undefined ? `${cut} → ${of}` : cut;
}

function fromText({ source, of, tags }: WrittenPath): string {
  switch (source) {
    case 'const':
      return 'constant';
    case 'value':
      return tags.length > 0 ? `expression of ${tagList(tags)}` : 'expression';
    case 'derive':
      return `derived: ${of}`;
    case 'tag':
      return tagList(tags);
    default:
      return tags.length > 0 ? `${source}, ${tagList(tags)}` : source;
  }
}

function tagList(tags: readonly TagName[]): string {
  return tags.map(({ tag, keyword }) => (tag === keyword ? tag : `${tag} ${keyword}`)).join(', ');
}

const NAMED_FILES = 3;

function names(
  { instances }: { readonly instances: readonly ExplainedInstance[] },
  of: readonly number[],
): string {
  if (of.length === instances.length && of.length > 1) return 'all files';
  const short = instances.map(({ file }) => basename(file));
  const isClear = new Set(short).size === short.length;
  const files = of
    .slice(0, NAMED_FILES)
    .map((index) => (isClear ? short[index] : instances[index]?.file) ?? '');
  return of.length > NAMED_FILES
    ? `${files.join(', ')} and ${of.length - NAMED_FILES} more`
    : files.join(', ');
}

function unreadText({ count, attributes }: Explanation['unread']): string {
  if (count === 0) return '';
  const what = count === 1 ? '1 attribute is read by no rule' : `${count} attributes are read by no rule`;
  if (!attributes) return `${what}; --unread lists them`;
  return `${what}:\n${columns(attributes.map(({ tag, keyword, vr }) => [tag, vr, keyword]))}`;
}

export function pathText(document: PathExplanation): string {
  const { path, rules, nearest, instances } = document;
  if (rules.length === 0)
    return `no rule writes ${path}\n  rules write: ${nearest.length > 0 ? nearest.join(', ') : 'nothing'}\n`;
  const groups = Map.groupBy(rules, ({ rule, checks, written }) =>
    JSON.stringify([rule, checks, written.length > 0]),
  );
  const parts = [...groups.values()].map((all) => {
    const [first] = all as [PathExplanation['rules'][number]];
    const files = [...new Set(all.flatMap(({ instance }) => instance ?? []))];
    const whose = instances.length > 1 && files.length > 0 ? `\n  ${names({ instances }, files)}` : '';
    const checks = first.checks.flatMap(({ what, holds, detail, tags = [] }) => [
      `  ${holds ? 'yes' : 'no '}  ${what}${detail ? `: ${detail}` : ''}`,
      ...tags.map((tag) => `         ${tagStateText(tag)}`),
    ]);
    const written = [...new Set(all.flatMap((chain) => chain.written))];
    const end = written.length > 0 ? `  written: ${some(written)}` : '  nothing is written';
    return [`${first.rule}  ${placeText(first)}${whose}`, ...checks, end].join('\n');
  });
  return `${parts.join('\n\n')}\n`;
}

const SHOWN_PATHS = 6;

function some(paths: readonly string[]): string {
  const shown = paths.slice(0, SHOWN_PATHS).join(', ');
  return paths.length > SHOWN_PATHS ? `${shown} and ${paths.length - SHOWN_PATHS} more` : shown;
}
