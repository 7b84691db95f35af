/**
 * One mapping file after the schema comes in, a ResourcePlan with its references still by name goes out, or only
 * findings. Decides what may run on delete entries and whether the resource joins entries into a group.
 */
import { suggest } from '../diagnostic.ts';
import { isResourceType, resourceTypes } from '../fhir/elements.ts';
import { searchParameter } from '../fhir/search-parameters.ts';
import { compileShape } from '../fhir/shape.ts';
import type {
  AdoptPlan,
  AssertPlan,
  ConditionPlan,
  Operand,
  ResourcePlan,
  RulePlan,
  ValidationPlan,
} from '../plan.ts';
import { checkRequired, checkSameTarget, checkUnused, createLevel } from './completeness.ts';
import { compileOperand, expression, type MappingContext, type Reads, resourcePath } from './context.ts';
import type { YamlPath } from './findings.ts';
import type { Prints } from './fingerprint.ts';
import { compileForEach, compileItems } from './for-each.ts';
import { addUnknownRule, compileIdentifierRule, systemOf } from './identity.ts';
import {
  type CompiledLet,
  compileLets,
  isTableAlone,
  transitiveKeywords,
  transitiveNames,
  UIDS,
} from './lets.ts';
import { levelReads } from './level-reads.ts';
import type { MappingFile } from './mapping-file.ts';
import { belongsToInstance, compileLists, compileRules, type Gathered } from './mapping-rules.ts';
import { hasDroppedSettings, type Unit } from './mapping-set.ts';
import { givenNames, type KnownNames } from './operand.ts';
import { tableName } from './table.ts';

/** `mappings`: the resource type of each mapping of the configuration; undefined while one of them cannot be read. */
export function compileMapping(
  unit: Unit,
  mappings: ReadonlyMap<string, string> | undefined,
  printOf: Prints['rule'] = () => '',
): ResourcePlan | undefined {
  const { file, findings } = unit;
  if (!isResourceType(file.resource)) {
    const close = suggest(file.resource, resourceTypes());
    findings.add({
      code: 'unknown-resource',
      message: `FHIR R4 has no resource type ${file.resource}`,
      path: ['resource'],
      ...(close ? { suggestion: close } : { hint: 'hl7.org/fhir/R4/resourcelist.html lists them.' }),
    });
    return undefined;
  }
  const given = givenNames(hasDroppedSettings(unit) ? undefined : Object.keys(file.settings ?? {}));
  // What is computed once for each dataset, and what for each item, if there are any.
  const outer = outerContext(unit, given, mappings, printOf);
  const { items, context } = compileItems(outer, file);
  const gathered: Gathered = { rules: [], needed: [], other: [], levels: [] };
  const lets = compileLets(outer, file, given);
  const level = createLevel({ type: file.resource, path: ['resource'], part: 'value' });
  gathered.levels.push(level);
  const identified = Object.hasOwn(file.rules, file.identity) ? file.rules[file.identity] : undefined;
  const perInstance = file.forEach !== undefined || belongsToInstance(identified?.tag);
  const root = { prefix: '', perInstance, level };
  const rules = compileRules(context, gathered, file.rules, { ...root, path: ['rules'] });
  const lists = compileLists(context, gathered, file.lists ?? {}, { ...root, path: ['lists'] });
  const identity = compileIdentifierRule(context, file, gathered, 'identity');
  if (identity) gathered.needed.push(identity.compiled);
  const forEach = compileForEach(context, items, file, gathered, lets, identity);
  const create = compileCreate(outer, file);
  const when = file.when === undefined ? undefined : expression(outer, ['when'], file.when);
  const authority =
    file.authority === undefined ? undefined : expression(outer, ['authority'], file.authority);
  gathered.other.push(createReads(file));
  for (const part of [when, authority]) if (part) gathered.other.push(part);
  const adopt = compileAdopt(context, file, rules);
  const owned =
    file.owned === undefined ? undefined : compileCondition(context, ['owned'], file.owned, file.resource);
  const validation = validationOf(context, file, gathered);
  checkTogether(context, file, gathered, lets);
  if (findings.hasErrors() || !identity || create === undefined) return undefined;
  const reading = levelReads(gathered, lets, rules, identity.rule, forEach !== undefined);
  return {
    name: context.mapping,
    resourceType: file.resource,
    file: unit.source.file,
    ...inheritance(unit),
    ...(file.description ? { description: file.description } : {}),
    placeOf: findings.positionOf,
    transform: {
      lets: lets.map(({ plan }) => plan),
      ...(when ? { when } : {}),
      ...(authority ? { authority } : {}),
      ...(forEach ? { forEach } : {}),
      identity: { rule: identity.rule, ...(identity.system ? { system: identity.system } : {}) },
      ...(adopt ? { adopt } : {}),
      create,
      rules: rules
        .filter((rule) => rule.source.kind !== 'derive' && rule.name !== file.identity)
        .map((rule) => (forEach?.instance.rule.name === rule.name ? forEach.instance.rule : rule)),
      lists: reading.lists(lists),
      derives: rules.filter((rule) => rule.source.kind === 'derive'),
      ...(file.onDelete ? { onDelete: file.onDelete } : {}),
      ...(file.whenEmpty ? { whenEmpty: file.whenEmpty } : {}),
      ...(owned ? { owned } : {}),
      readsDataset: readsDataset(gathered, lets, lists.length > 0),
      ...reading.head,
    },
    validation,
  };
}

function validationOf(context: MappingContext, file: MappingFile, gathered: Gathered): ValidationPlan {
  const found = [file.identity, file.instanceRule];
  return {
    required: gathered.rules.flatMap(({ plan: { required, name } }) =>
      required || found.includes(name) ? [name] : [],
    ),
    tags: gathered.rules.flatMap(({ plan }) => validatedTags(plan)),
    shape: compileShape(file.resource),
    asserts: compileAsserts(context, file),
  };
}

function outerContext(
  { file, source, findings, dropped, tables, disabled }: Unit,
  given: KnownNames,
  mappings: ReadonlyMap<string, string> | undefined,
  printOf: Prints['rule'],
): MappingContext {
  const lets = Object.entries(file.let ?? {}).map(([name, source]) => {
    const place = findings.placeOf(['let', name, 'table']).file;
    return [name, isTableAlone(source) ? tableName(tables.read(source.table, place)) : undefined] as const;
  });
  return {
    mapping: file.name ?? file.resource,
    file: source.file,
    names: new Map([...lets, ...given]),
    when: file.when,
    findings,
    used: new Set(),
    dropped,
    mappings,
    tables,
    disabled,
    printOf,
  };
}

/** What is told of an overlay. */
function inheritance({ source, disabled }: Unit): Pick<ResourcePlan, 'extends' | 'disabled'> {
  const below = source.layers.slice(1).map(({ file }) => file);
  const off = disabled.map(({ path: _, ...rule }) => rule);
  return { ...(below.length > 0 ? { extends: below } : {}), ...(off.length > 0 ? { disabled: off } : {}) };
}

/** What is wrong with the whole, where its parts are right. */
function checkTogether(
  context: MappingContext,
  file: MappingFile,
  gathered: Gathered,
  lets: readonly CompiledLet[],
): void {
  checkLife(context, file, gathered, lets);
  for (const each of gathered.levels) checkSameTarget(context, each);
  // What a part with faults writes and uses is not known.
  if (context.dropped.size > 0) return;
  for (const each of gathered.levels) if (file.create !== false) checkRequired(context, each);
  if (!context.findings.hasErrors()) checkUnused(context, file);
}

function compileCreate(context: MappingContext, file: MappingFile): boolean | Operand | undefined {
  if (file.create === undefined || typeof file.create === 'boolean') return file.create ?? true;
  const operand = compileOperand(context, ['create'], file.create)?.operand;
  const setting = /^%settings\.(.*)$/.exec(file.create)?.[1] ?? '';
  const declared = operand && file.settings?.[setting];
  if (!declared || declared.type === 'boolean') return operand;
  context.findings.add({
    code: 'setting-type',
    message: `create: is true or false, and the setting ${setting} is ${declared.type === 'integer' ? 'an integer' : 'a string'}`,
    path: ['create'],
    hint: `Declare ${setting} with type: boolean.`,
  });
  return undefined;
}

function compileAdopt(
  context: MappingContext,
  file: MappingFile,
  rules: readonly RulePlan[],
): AdoptPlan | undefined {
  if (!file.adopt) return undefined;
  const found = file.adopt.flatMap((name, index) => {
    const rule = rules.find((candidate) => candidate.name === name);
    if (!Object.hasOwn(file.rules, name)) addUnknownRule(context, file, name, ['adopt', index]);
    return rule ? [rule] : [];
  });
  const parameters = found.flatMap((rule): AdoptPlan['parameters'] => {
    const path = rule.target.steps.map(({ element }) => element).join('.');
    const parameter = searchParameter(file.resource, path);
    if (path === 'identifier.value') {
      const system = systemOf(rule.target);
      return [{ rule, name: 'identifier', kind: 'identifier' as const, ...(system ? { system } : {}) }];
    }
    if (!parameter || parameter.kind === 'date' || parameter.kind === 'reference') return [];
    return [
      {
        rule,
        name: parameter.name,
        kind: parameter.kind === 'token' ? ('token' as const) : ('text' as const),
      },
    ];
  });
  if (found.length === file.adopt.length && parameters.length === 0) {
    context.findings.add({
      code: 'adopt-search',
      message: 'the FHIR server cannot be searched for what these rules write',
      path: ['adopt'],
      hint: `Name at least one rule that writes an identifier, or whose element is a search parameter of ${file.resource}, by token, text or address.`,
    });
  }
  return { rules: found, parameters };
}

function compileCondition(
  context: MappingContext,
  path: YamlPath,
  text: string,
  type: string,
): ConditionPlan | undefined {
  const evaluate = resourcePath(context, path, text, type);
  return evaluate && { text, holds: (resource, names) => evaluate(resource, names)[0] === true };
}

function compileAsserts(context: MappingContext, file: MappingFile): readonly AssertPlan[] {
  return Object.entries(file.assert ?? {}).flatMap(([name, declared]) => {
    const condition = compileCondition(
      context,
      ['assert', name, 'fhirpath'],
      declared.fhirpath,
      file.resource,
    );
    if (!condition) return [];
    const { severity = 'error', description } = declared;
    return [{ ...condition, name, severity, ...(description ? { description } : {}) }];
  });
}

/** What delete entries need may read only the three UIDs, the settings and the source (design 2.4). */
function checkLife(
  context: MappingContext,
  file: MappingFile,
  gathered: Gathered,
  lets: readonly CompiledLet[],
): void {
  if (file.whenEmpty && file.onDelete !== 'removeItem') {
    context.findings.add({
      code: 'when-empty',
      message: 'whenEmpty: works only together with onDelete: removeItem',
      path: ['whenEmpty'],
      part: 'key',
      hint: 'onDelete: delete deletes the resource at once: remove whenEmpty:, or write onDelete: removeItem.',
    });
  }
  if (
    file.onDelete === 'removeItem' &&
    !file.lists &&
    !context.dropped.has('lists') &&
    file.forEach === undefined
  ) {
    context.findings.add({
      code: 'remove-item',
      message: 'removeItem has no list to take an item out of',
      path: ['onDelete'],
      hint: 'Declare the list under lists: with the key SOPInstanceUID, or write onDelete: delete.',
    });
  }
  if (!file.onDelete) return;
  // Of mappings with forEach, delete entries need the instance rule alone, which is checked where it is compiled.
  const rules = file.forEach === undefined ? gathered.needed : [];
  const needed = rules.map(({ plan, reads }) => ({
    name: plan.name,
    reads,
    rule: `${context.mapping}.${plan.name}`,
  }));
  const create = [{ name: 'create', reads: createReads(file), path: ['create'], hint: CREATE_HINT }];
  for (const { name, reads, ...of } of [...needed, ...create]) {
    const offending = transitiveKeywords(reads, lets).find((keyword) => !UIDS.has(keyword));
    if (offending === undefined) continue;
    context.findings.add({
      code: 'delete-reads',
      message: `the entry of a deleted instance has only its three UIDs, and ${name} reads ${offending}`,
      path: ['onDelete'],
      hint: 'Remove onDelete:, or let identity and keys read StudyInstanceUID, SeriesInstanceUID or SOPInstanceUID.',
      ...of,
    });
  }
}

const CREATE_HINT = 'Remove onDelete:, or let create: be true, false or a setting.';

/** `create: "%name"` depends on what the name depends on. */
function createReads({ create }: MappingFile): Reads {
  const name = typeof create === 'string' ? create.slice(1).split('.')[0] : undefined;
  return { keywords: [], names: name === undefined ? [] : [name] };
}

function readsDataset(gathered: Gathered, lets: readonly CompiledLet[], hasLists: boolean): boolean {
  if (hasLists) return true;
  const all = [...gathered.rules.map(({ reads }) => reads), ...gathered.other];
  return all.some(
    (reads) => transitiveKeywords(reads, lets).length > 0 || transitiveNames(reads, lets).has('entry'),
  );
}

function validatedTags(rule: RulePlan): readonly { rule: string; tag: string; vrs: readonly string[] }[] {
  const { source } = rule;
  return source.kind === 'tag'
    ? source.tags.map((tag, index) => ({ rule: rule.name, tag, vrs: source.vrs[index] ?? [] }))
    : [];
}
