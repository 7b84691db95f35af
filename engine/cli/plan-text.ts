/**
 * The description of a plan comes in, a page of text goes out: what `dicomcast explain --plan` prints.
 */
import { placeText, printable, type TagName } from './explain-document.ts';
import type {
  ExpressionDescription,
  LetTagDescription,
  ListDescription,
  MappingDescription,
  PlanDescription,
  RuleDescription,
  SourceDescription,
  StepDescription,
} from './plan-description.ts';

export function planText({ plan, fhirVersion, settings, interpreted, mappings }: PlanDescription): string {
  const values = Object.entries(settings).map(([name, value]) => `  ${name} = ${printable(value)}`);
  const width = Math.max(0, ...interpreted.map(({ rule }) => rule.length));
  const slow = interpreted.map(({ rule, evaluated }) => `  ${rule.padEnd(width)}  ${evaluated}`);
  const head = [
    `plan ${plan}, FHIR ${fhirVersion}`,
    ...(values.length > 0 ? ['settings', ...values] : []),
    ...(slow.length > 0 ? ['evaluated by JSONata', ...slow] : []),
  ];
  return `${[head.join('\n'), ...mappings.map(mappingText)].join('\n\n')}\n`;
}

function mappingText(mapping: MappingDescription, index: number): string {
  const { resourceType, file, when, authority, forEach, identity, adopt, create, life, lets } = mapping;
  const facts: readonly (readonly [string, string] | undefined)[] = [
    mapping.extends && ['extends', mapping.extends.join(', ')],
    ...(mapping.disabled ?? []).map(
      ({ rule, reason, file: by, line: at }) => ['off', `${rule}: ${reason} (${by}:${at})`] as const,
    ),
    mapping.mapping === resourceType ? undefined : ['makes', resourceType],
    when && ['when', expressionText(when)],
    forEach && ['for each', `${expressionText(forEach)}; of one instance: ${forEach.instanceRule}`],
    [
      'found by',
      `identifier of the rule ${identity.rule}${identity.system === undefined ? '' : `, system ${identity.system}`}`,
    ],
    adopt && ['adopts', `${adopt.rules.join(', ')}; searched by ${adopt.search.join(', ')}`],
    create === true ? undefined : ['create', String(create)],
    authority && ['authority', expressionText(authority)],
    ['deletion', lifeText(life)],
    mapping.joinsEntries ? undefined : ['settled', 'once, before all groups'],
    ['reads', mapping.reads.map(tagText).join(', ') || 'nothing'],
    ['runs', runsText(mapping.onceFor, forEach !== undefined)],
    ...lets.map(
      (each) =>
        ['let', `${each.name} = ${'jsonata' in each ? expressionText(each) : letTagText(each)}`] as const,
    ),
    ['required', mapping.validation.required.join(', ')],
    ...mapping.validation.asserts.map(
      ({ name, fhirpath, severity }) => ['assert', `${name} (${severity}): ${fhirpath}`] as const,
    ),
  ];
  return [
    `${index + 1}. ${mapping.mapping}  ${file}`,
    ...facts.flatMap((fact) => (fact ? [line('  ', ...fact)] : [])),
    ...mapping.rules.flatMap((rule) => ruleLines(rule, '  ')),
    ...mapping.lists.flatMap((list) => listLines(list, '  ')),
  ].join('\n');
}

function listLines(
  { list, to, key, onceFor, rules, lists }: ListDescription,
  indent: string,
): readonly string[] {
  return [
    `${indent}list ${list}`,
    line(`${indent}  `, 'to', stepsText(to)),
    line(`${indent}  `, 'key', key),
    line(`${indent}  `, 'runs', runsText(onceFor, false)),
    ...rules.flatMap((rule) => ruleLines(rule, `${indent}  `)),
    ...lists.flatMap((inner) => listLines(inner, `${indent}  `)),
  ];
}

function ruleLines(rule: RuleDescription, indent: string): readonly string[] {
  const { required, merge, on, onAbsent, authority, owns, when } = rule.modifiers;
  const modifiers = [
    `required: ${required}`,
    `merge: ${merge}`,
    `on: ${on}`,
    `onAbsent: ${onAbsent}`,
    `authority: ${authority}`,
    ...(owns.length > 0 ? [`owns: ${owns.join(' ')}`] : []),
  ];
  const inner = `${indent}  `;
  return [
    `${indent}rule ${rule.rule}  ${placeText(rule)}  ${rule.fingerprint}`,
    line(inner, 'to', `${stepsText(rule.to)} : ${rule.type}${rule.several ? ' (the list)' : ''}`),
    line(inner, 'from', sourceText(rule.source)),
    ...(when ? [line(inner, 'when', expressionText(when))] : []),
    line(inner, 'run', rule.run),
    line(inner, 'modifiers', modifiers.join(', ')),
  ];
}

/** How often the rules of a level are run. */
function runsText(onceFor: readonly TagName[] | null, hasItems: boolean): string {
  if (!onceFor) return hasItems ? 'for each item' : 'for each instance';
  return onceFor.length === 0
    ? 'once'
    : `once for each different ${onceFor.map(({ keyword }) => keyword).join(', ')}`;
}

function stepsText(steps: readonly StepDescription[]): string {
  return steps
    .map(({ element, where, removes }) => {
      const item = where ? `${element}.where(${where.join(' and ')})` : element;
      if (!removes) return item;
      return `${item} (removes ${removes.length > 3 ? `${removes.length} other types` : removes.join(', ')})`;
    })
    .join('.');
}

function sourceText(source: SourceDescription): string {
  switch (source.kind) {
    case 'tag': {
      const tags = source.tags.map((tag) => `${tagText(tag)} ${tag.vrs.join('/') || 'VR of the dataset'}`);
      const options = Object.entries(source.options).map(([key, value]) => `, ${key}: ${printable(value)}`);
      const table = source.table ? ` (${source.table.rows} rows)` : '';
      return `${tags.join(' + ')}: ${source.conversion}${options.join('')}${table}`;
    }
    case 'const':
      return printable(source.value);
    case 'value':
      return expressionText(source);
    case 'reference':
      return `reference to ${source.mapping}${source.logical ? ', logical' : ''}`;
    default:
      return `derived: ${source.fhirpath}`;
  }
}

function expressionText({ jsonata, memo: { keywords, names } }: ExpressionDescription): string {
  const key = [...keywords, ...names.map((name) => `$${name}`)];
  return `${jsonata}  [remembered by ${key.length > 0 ? key.join(', ') : 'nothing: a constant'}]`;
}

function lifeText({ onDelete, whenEmpty, owned }: MappingDescription['life']): string {
  if (onDelete === 'untouched') return onDelete;
  const ifOwned = owned === undefined ? '' : ` if ${owned}`;
  return onDelete === 'removeItem' && whenEmpty === 'delete'
    ? `removeItem; when empty, delete${ifOwned}`
    : `${onDelete}${ifOwned}`;
}

function tagText({ tag, keyword }: TagName): string {
  return tag === keyword ? tag : `${keyword} ${tag}`;
}

function letTagText(each: TagName & LetTagDescription): string {
  const fallback = each.default === undefined ? '' : `, default ${each.default}`;
  return `${tagText(each)}${fallback}${each.required ? ', required' : ''}`;
}

const WIDTH = 11;

function line(indent: string, name: string, text: string): string {
  return `${indent}${name.padEnd(WIDTH)}${text}`;
}
