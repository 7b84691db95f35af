/**
 * One mapping file after the schema comes in, a ResourcePlan with its references still by name goes out, or only
 * findings. Decides what may run on delete entries and whether the resource joins entries into a group.
 */
import { suggest } from '../diagnostic.ts';
import { isResourceType, resourceTypes } from '../fhir/elements.ts';
import { searchParameter } from '../fhir/search-parameters.ts';
import { compileShape } from '../fhir/shape.ts';
import type { AdoptPlan, AssertPlan, ConditionPlan, Operand, ResourcePlan, RulePlan } from '../plan.ts';
import { checkRequired, checkSameTarget, checkUnused, createLevel } from './completeness.ts';
import { compileOperand, expression, type MappingContext, type Reads, resourcePath } from './context.ts';
import type { YamlPath } from './findings.ts';
import { type CompiledLet, compileLets } from './lets.ts';
import type { MappingFile } from './mapping-file.ts';
import { belongsToInstance, compileLists, compileRules, type Gathered } from './mapping-rules.ts';
import { hasDroppedSettings, type Unit } from './mapping-set.ts';
import { givenNames } from './operand.ts';

const UIDS: ReadonlySet<string> = new Set(['StudyInstanceUID', 'SeriesInstanceUID', 'SOPInstanceUID']);

/** `mappings`: the resource type of each mapping of the configuration; undefined while one of them cannot be read. */
export function compileMapping(
  unit: Unit,
  mappings: ReadonlyMap<string, string> | undefined,
): ResourcePlan | undefined {
  const { file, findings, dropped } = unit;
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
  const context: MappingContext = {
    mapping: file.name ?? file.resource,
    file: unit.source.file,
    names: new Map([...Object.keys(file.let ?? {}).map((name) => [name, undefined] as const), ...given]),
    findings,
    used: new Set(),
    dropped,
    mappings,
  };
  const gathered: Gathered = { rules: [], needed: [], other: [], levels: [] };
  const lets = compileLets(context, file, given);
  const level = createLevel({ type: file.resource, path: ['resource'], part: 'value' });
  gathered.levels.push(level);
  const identified = Object.hasOwn(file.rules, file.identity) ? file.rules[file.identity] : undefined;
  const root = { prefix: '', perInstance: belongsToInstance(identified?.tag), level };
  const rules = compileRules(context, gathered, file.rules, { ...root, path: ['rules'] });
  const lists = compileLists(context, gathered, file.lists ?? {}, { ...root, path: ['lists'] });
  const identity = compileIdentity(context, file, gathered);
  const create = compileCreate(context, file);
  const when = file.when === undefined ? undefined : expression(context, ['when'], file.when);
  const authority =
    file.authority === undefined ? undefined : expression(context, ['authority'], file.authority);
  for (const part of [when, authority]) if (part) gathered.other.push(part);
  const adopt = compileAdopt(context, file, rules);
  const owned =
    file.owned === undefined ? undefined : compileCondition(context, ['owned'], file.owned, file.resource);
  const asserts = compileAsserts(context, file);
  checkTogether(context, file, gathered, lets);
  if (findings.hasErrors() || !identity || create === undefined) return undefined;
  const compiled = gathered.rules.map(({ plan }) => plan);
  return {
    name: context.mapping,
    resourceType: file.resource,
    file: unit.source.file,
    ...(file.description ? { description: file.description } : {}),
    transform: {
      lets: lets.map(({ plan }) => plan),
      ...(when ? { when } : {}),
      ...(authority ? { authority } : {}),
      identity,
      ...(adopt ? { adopt } : {}),
      create,
      rules: rules.filter((rule) => rule.source.kind !== 'derive' && rule.name !== file.identity),
      lists,
      derives: rules.filter((rule) => rule.source.kind === 'derive'),
      ...(file.onDelete ? { onDelete: file.onDelete } : {}),
      ...(file.whenEmpty ? { whenEmpty: file.whenEmpty } : {}),
      ...(owned ? { owned } : {}),
      readsDataset: readsDataset(gathered, lets, lists.length > 0),
    },
    validation: {
      required: compiled
        .filter(({ required, name }) => required || name === file.identity)
        .map(({ name }) => name),
      tags: gathered.rules.flatMap(({ plan }) => validatedTags(plan)),
      shape: compileShape(file.resource),
      asserts,
    },
  };
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

function compileIdentity(
  context: MappingContext,
  file: MappingFile,
  gathered: Gathered,
): { readonly rule: RulePlan; readonly system?: Operand } | undefined {
  if (!Object.hasOwn(file.rules, file.identity)) {
    addUnknownRule(context, file, file.identity, ['identity']);
    return undefined;
  }
  const compiled = gathered.rules.find(({ plan }) => plan.name === file.identity);
  if (!compiled) return undefined;
  const { plan, parsed } = compiled;
  const holder = parsed.elements.at(-2);
  const path = ['rules', file.identity];
  const rule = `${context.mapping}.${file.identity}`;
  if (holder?.type !== 'Identifier' || plan.target.steps.at(-1)?.element !== 'value') {
    context.findings.add({
      code: 'identity-target',
      message: 'the identity rule must write the value of an identifier',
      path: [...path, 'to'],
      rule,
      hint: `For example ${file.resource}.identifier.where(system = 'urn:example').value`,
    });
    return undefined;
  }
  if (plan.source.kind === 'derive') {
    context.findings.add({
      code: 'identity-target',
      message: 'the identity is needed before the resource: it cannot be derived from it',
      path: [...path, 'derive'],
      part: 'key',
      rule,
      hint: 'Use tag: or value:.',
    });
    return undefined;
  }
  gathered.needed.push(compiled);
  const system = plan.target.steps
    .at(-2)
    ?.where?.find(({ path }) => path.length === 1 && path[0]?.element === 'system')?.operand;
  return { rule: { ...plan, required: true }, ...(system ? { system } : {}) };
}

function addUnknownRule(context: MappingContext, file: MappingFile, name: string, path: YamlPath): void {
  if (context.dropped.has(`rules/${name}`)) return;
  const names = Object.keys(file.rules);
  const close = suggest(name, names);
  const more = close ? { suggestion: close } : { hint: `Rules here: ${names.join(', ')}.` };
  context.findings.add({ code: 'unknown-rule', message: `there is no rule ${name}`, path, ...more });
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
  const parameters = found.flatMap((rule) => {
    const parameter = searchParameter(
      file.resource,
      rule.target.steps.map(({ element }) => element).join('.'),
    );
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
      hint: `Name at least one rule whose element is a search parameter of ${file.resource}, by token, text or address.`,
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
  if (file.onDelete === 'removeItem' && !file.lists && !context.dropped.has('lists')) {
    context.findings.add({
      code: 'remove-item',
      message: 'removeItem has no list to take an item out of',
      path: ['onDelete'],
      hint: 'Declare the list under lists: with the key SOPInstanceUID, or write onDelete: delete.',
    });
  }
  if (!file.onDelete) return;
  const needed = gathered.needed.map(({ plan, reads }) => ({
    name: plan.name,
    reads,
    rule: `${context.mapping}.${plan.name}`,
  }));
  const create =
    typeof file.create === 'string'
      ? [{ name: 'create', reads: { keywords: [], names: [file.create.slice(1)] } }]
      : [];
  for (const { name, reads, ...of } of [...needed, ...create]) {
    const offending = transitiveKeywords(reads, lets).find((keyword) => !UIDS.has(keyword));
    if (offending === undefined) continue;
    context.findings.add({
      code: 'delete-reads',
      message: `the entry of a deleted instance has only its three UIDs, and ${name} reads ${offending}`,
      path: ['onDelete'],
      ...of,
      hint: 'Remove onDelete:, or let identity and keys read StudyInstanceUID, SeriesInstanceUID or SOPInstanceUID.',
    });
  }
}

function readsDataset(gathered: Gathered, lets: readonly CompiledLet[], hasLists: boolean): boolean {
  if (hasLists) return true;
  const all = [...gathered.rules.map(({ reads }) => reads), ...gathered.other];
  return all.some(
    (reads) => transitiveKeywords(reads, lets).length > 0 || transitiveNames(reads, lets).has('entry'),
  );
}

function transitiveNames(reads: Reads, lets: readonly CompiledLet[]): ReadonlySet<string> {
  const names = new Set(reads.names);
  for (const { plan, reads: inner } of lets.toReversed()) {
    if (names.has(plan.name)) for (const name of inner.names) names.add(name);
  }
  return names;
}

function transitiveKeywords(reads: Reads, lets: readonly CompiledLet[]): readonly string[] {
  const names = transitiveNames(reads, lets);
  return [
    ...reads.keywords,
    ...lets.filter(({ plan }) => names.has(plan.name)).flatMap((each) => each.reads.keywords),
  ];
}

function validatedTags(rule: RulePlan): readonly { rule: string; tag: string; vrs: readonly string[] }[] {
  const { source } = rule;
  return source.kind === 'tag'
    ? source.tags.map((tag, index) => ({ rule: rule.name, tag, vrs: source.vrs[index] ?? [] }))
    : [];
}
