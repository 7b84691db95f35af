/**
 * One mapping file after the schema comes in, a ResourcePlan with its references still by name goes out, or only
 * findings. Decides what may run on delete entries and whether the resource joins entries into a group.
 */

import { suggest } from '../diagnostic.ts';
import { readElement } from '../dicom/dataset.ts';
import { parseTag, tagName } from '../dicom/tag.ts';
import { isResourceType, resourceTypes } from '../fhir/elements.ts';
import { searchParameter } from '../fhir/search-parameters.ts';
import { compileShape } from '../fhir/shape.ts';
import type {
  AdoptPlan,
  AssertPlan,
  ConditionPlan,
  LetPlan,
  ListPlan,
  Operand,
  ResourcePlan,
  RulePlan,
} from '../plan.ts';
import { chooseConversion } from './conversion.ts';
import { compilePath } from './fhirpath.ts';
import type { Findings, YamlPath } from './findings.ts';
import type { ListFile, MappingFile, RuleFile } from './mapping-file.ts';
import {
  type CompiledRule,
  compileOperand,
  compileRule,
  compileTag,
  expression,
  type MappingContext,
  type Reads,
  vrsOf,
} from './rule.ts';
import { parseTarget } from './target.ts';

const UIDS: ReadonlySet<string> = new Set(['StudyInstanceUID', 'SeriesInstanceUID', 'SOPInstanceUID']);
const GIVEN_NAMES = ['settings', 'source', 'entry'];

/** Gathers what the parts of a mapping read, by part, while it is compiled. */
interface Gathered {
  readonly rules: CompiledRule[];
  /** Rules that delete entries need: identity and keys. */
  readonly needed: CompiledRule[];
  readonly other: Reads[];
}

export function compileMapping(
  file: MappingFile,
  fileName: string,
  findings: Findings,
): ResourcePlan | undefined {
  if (!isResourceType(file.resource)) {
    const suggestion = suggest(file.resource, resourceTypes());
    findings.add({
      code: 'unknown-resource',
      message: `${file.resource} is not a FHIR R4 resource type`,
      path: ['resource'],
      ...(suggestion ? { suggestion } : {}),
    });
    return undefined;
  }
  const context: MappingContext = {
    mapping: file.name ?? file.resource,
    file: fileName,
    names: new Set([...GIVEN_NAMES, ...Object.keys(file.let ?? {})]),
    findings,
  };
  const gathered: Gathered = { rules: [], needed: [], other: [] };
  const lets = compileLets(context, file);
  const perInstance = belongsToInstance(file.rules[file.identity]?.tag);
  const rules = compileRules(context, gathered, file.rules, ['rules'], '', file.resource, perInstance);
  const lists = compileLists(context, gathered, file.lists ?? {}, ['lists'], '', file.resource, perInstance);
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
  checkLife(context, file, gathered, lets);
  if (findings.hasErrors() || !identity || create === undefined) return undefined;
  return {
    name: context.mapping,
    resourceType: file.resource,
    file: fileName,
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
      required: gathered.rules.filter(({ plan }) => plan.required).map(({ plan }) => plan.name),
      tags: gathered.rules.flatMap(({ plan }) => validatedTags(plan)),
      shape: compileShape(file.resource),
      asserts,
    },
  };
}

/** True for an identity or key by which there is one resource or item for each instance. */
function belongsToInstance(tag: string | readonly string[] | undefined): boolean {
  const path = typeof tag === 'string' ? parseTag(tag) : undefined;
  return path !== undefined && !('error' in path) && tagName(path) === 'SOPInstanceUID';
}

interface CompiledLet {
  readonly plan: LetPlan;
  readonly reads: Reads;
}

function compileLets(context: MappingContext, file: MappingFile): readonly CompiledLet[] {
  const lets: CompiledLet[] = [];
  const known = new Set(GIVEN_NAMES);
  for (const [name, source] of Object.entries(file.let ?? {})) {
    const path = ['let', name];
    if (GIVEN_NAMES.includes(name)) {
      context.findings.add({
        code: 'reserved-name',
        message: `${name} has a meaning of its own here`,
        path,
        part: 'key',
      });
    } else if (typeof source === 'string') {
      const plan = expression({ ...context, names: new Set(known) }, path, source);
      if (plan) lets.push({ plan: { name, source: plan }, reads: plan });
    } else {
      const tagPath = compileTag(context, [...path, 'tag'], source.tag);
      if (!tagPath) continue;
      const conversion = chooseConversion([vrsOf(tagPath)], 'string', {
        hasSystem: false,
        hasPrefix: false,
        several: false,
      });
      if ('error' in conversion) {
        context.findings.add({ code: 'no-conversion', message: conversion.error, path: [...path, 'tag'] });
        continue;
      }
      const read = ({ dataset }: Parameters<Extract<LetPlan['source'], { tag: string }>['read']>[0]) =>
        conversion.convert({ elements: [readElement(dataset, tagPath)] });
      lets.push({
        plan: { name, source: { tag: source.tag, read } },
        reads: { keywords: [source.tag], names: [] },
      });
    }
    known.add(name);
  }
  return lets;
}

function compileRules(
  context: MappingContext,
  gathered: Gathered,
  files: Readonly<Record<string, RuleFile>>,
  path: YamlPath,
  prefix: string,
  type: string,
  perInstance: boolean,
): readonly RulePlan[] {
  return Object.entries(files).flatMap(([name, file]) => {
    const compiled = compileRule(
      context,
      { name: `${prefix}${name}`, path: [...path, name], type, perInstance },
      file,
    );
    if (!compiled) return [];
    gathered.rules.push(compiled);
    return [compiled.plan];
  });
}

function compileLists(
  context: MappingContext,
  gathered: Gathered,
  files: Readonly<Record<string, ListFile>>,
  path: YamlPath,
  prefix: string,
  type: string,
  perInstance: boolean,
): readonly ListPlan[] {
  return Object.entries(files).flatMap(([name, file]) => {
    const at = [...path, name];
    const full = `${prefix}${name}`;
    const target = parseTarget(file.to, type, context.names);
    if ('fault' in target) {
      context.findings.addFault([...at, 'to'], target.fault, `${context.mapping}.${full}`);
      return [];
    }
    if (!target.plan.several) {
      context.findings.add({
        code: 'list-target',
        message: `${file.to} is not a list`,
        path: [...at, 'to'],
        rule: `${context.mapping}.${full}`,
        hint: 'The `to` of a list is a repeating element without where().',
      });
      return [];
    }
    const itemType = target.plan.type;
    const [element, tag] = Object.entries(file.key)[0] ?? ['', ''];
    const inInstance = perInstance || belongsToInstance(tag);
    const keyPlace = {
      name: `${full}.${element}`,
      path: [...at, 'key', element],
      type: itemType,
      perInstance: false,
    };
    const key = compileKey(context, keyPlace, element, tag);
    const rules = compileRules(
      context,
      gathered,
      file.rules ?? {},
      [...at, 'rules'],
      `${full}.`,
      itemType,
      inInstance,
    );
    const lists = compileLists(
      context,
      gathered,
      file.lists ?? {},
      [...at, 'lists'],
      `${full}.`,
      itemType,
      inInstance,
    );
    if (!key) return [];
    gathered.rules.push(key);
    gathered.needed.push(key);
    return [
      {
        name: full,
        target: target.plan,
        key: { element, rule: key.plan },
        rules: rules.filter((rule) => rule.source.kind !== 'derive'),
        derives: rules.filter((rule) => rule.source.kind === 'derive'),
        lists,
      },
    ];
  });
}

/** `key: { uid: SeriesInstanceUID }` is a required rule; its findings point at the key. */
function compileKey(
  context: MappingContext,
  place: Parameters<typeof compileRule>[1],
  element: string,
  tag: string,
): CompiledRule | undefined {
  const probe = parseTarget(element, place.type, context.names);
  if ('fault' in probe) {
    context.findings.add({
      code: probe.fault.code,
      message: probe.fault.message,
      path: place.path,
      part: 'key',
      ...(probe.fault.suggestion ? { suggestion: probe.fault.suggestion } : {}),
    });
    return undefined;
  }
  if (compileTag(context, place.path, tag, `${context.mapping}.${place.name}`) === undefined)
    return undefined;
  return compileRule(context, place, { to: element, tag, required: true });
}

function compileIdentity(
  context: MappingContext,
  file: MappingFile,
  gathered: Gathered,
): { readonly rule: RulePlan; readonly system?: Operand } | undefined {
  const declared = file.rules[file.identity];
  if (!declared) {
    const suggestion = suggest(file.identity, Object.keys(file.rules));
    context.findings.add({
      code: 'unknown-rule',
      message: `identity names the rule ${file.identity}, which does not exist`,
      path: ['identity'],
      ...(suggestion ? { suggestion } : {}),
    });
    return undefined;
  }
  const compiled = gathered.rules.find(({ plan }) => plan.name === file.identity);
  if (!compiled) return undefined;
  const { plan, parsed } = compiled;
  const holder = parsed.elements.at(-2);
  if (holder?.type !== 'Identifier' || plan.target.steps.at(-1)?.element !== 'value') {
    context.findings.add({
      code: 'identity-target',
      message: 'the identity rule must write the value of an identifier',
      path: ['rules', file.identity, 'to'],
      rule: `${context.mapping}.${file.identity}`,
      hint: `For example ${file.resource}.identifier.where(system = 'urn:example').value`,
    });
    return undefined;
  }
  gathered.needed.push(compiled);
  const system = plan.target.steps
    .at(-2)
    ?.where?.find(({ path }) => path.length === 1 && path[0]?.element === 'system')?.operand;
  return { rule: { ...plan, required: true }, ...(system ? { system } : {}) };
}

function compileCreate(context: MappingContext, file: MappingFile): boolean | Operand | undefined {
  if (file.create === undefined || typeof file.create === 'boolean') return file.create ?? true;
  return compileOperand(context, ['create'], file.create)?.operand;
}

function compileAdopt(
  context: MappingContext,
  file: MappingFile,
  rules: readonly RulePlan[],
): AdoptPlan | undefined {
  if (!file.adopt) return undefined;
  const found = file.adopt.flatMap((name, index) => {
    const rule = rules.find((candidate) => candidate.name === name);
    if (!rule && !file.rules[name]) {
      const suggestion = suggest(name, Object.keys(file.rules));
      context.findings.add({
        code: 'unknown-rule',
        message: `adopt names the rule ${name}, which does not exist`,
        path: ['adopt', index],
        ...(suggestion ? { suggestion } : {}),
      });
    }
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
      message: `no search parameter of ${file.resource} finds what these rules write`,
      path: ['adopt'],
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
  const compiled = compilePath(text, type);
  if ('faults' in compiled) {
    for (const fault of compiled.faults) context.findings.addFault(path, fault);
    return undefined;
  }
  return { text, holds: (resource, names) => compiled.evaluate(resource, names)[0] === true };
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
      message: 'whenEmpty needs onDelete: removeItem',
      path: ['whenEmpty'],
      part: 'key',
    });
  }
  if (file.onDelete === 'removeItem' && !file.lists) {
    context.findings.add({
      code: 'remove-item',
      message: 'onDelete: removeItem needs lists to take an item out of',
      path: ['onDelete'],
    });
  }
  if (!file.onDelete) return;
  for (const { plan, reads } of gathered.needed) {
    const offending = transitiveKeywords(reads, lets).find((keyword) => !UIDS.has(keyword));
    if (offending === undefined) continue;
    context.findings.add({
      code: 'delete-reads',
      message: `delete entries carry only the three UIDs, but ${plan.name} reads ${offending}`,
      path: ['onDelete'],
      rule: `${context.mapping}.${plan.name}`,
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
