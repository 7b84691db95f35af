/**
 * Where the value of a rule comes from: `tag`, `const`, `value`, `reference` or `derive` of one rule and its parsed target come
 * in; a SourcePlan with what it reads and how its results are checked goes out, or undefined after findings were added.
 */
import { suggest } from '../diagnostic.ts';
import { hasValue, readElement, togetherReader } from '../dicom/dataset.ts';
import { type TagPath, tagName } from '../dicom/tag.ts';
import { type ElementDefinition, isResourceType } from '../fhir/elements.ts';
import { isPrimitiveType, primitiveFault } from '../fhir/primitives.ts';
import type { FhirValue } from '../fhir/resource.ts';
import { compileShape, type ShapeIssue } from '../fhir/shape.ts';
import type { Operand, Reading, ReadScope, RowMet, SourcePlan } from '../plan.ts';
import type { RuleContext } from './completeness.ts';
import {
  compileTag,
  expression,
  type MappingContext,
  READS_NOTHING,
  type Reads,
  resourcePath,
  vrsOf,
} from './context.ts';
import { type Conversion, chooseConversion } from './conversion.ts';
import type { YamlPath } from './findings.ts';
import type { RuleFile } from './mapping-file.ts';
import { isZone, ZONE_HINT } from './operand.ts';
import { inspectResult, keywordsOf, resultTarget } from './result-inspection.ts';
import { codesOf } from './table-rows.ts';
import { codeFault, type ParsedTarget } from './target.ts';

export interface CompiledSource {
  readonly plan: SourcePlan;
  readonly owns: readonly string[];
  readonly reads: Reads;
  readonly check?: (value: FhirValue) => readonly ShapeIssue[];
}

export type OperandKey = 'default' | 'prefix' | 'system' | 'zone';
type Operands = Readonly<Partial<Record<OperandKey, Operand>>>;

export function compileSource(
  context: MappingContext,
  place: RuleContext,
  file: RuleFile,
  parsed: ParsedTarget,
  operands: Operands,
  rule: string,
): CompiledSource | undefined {
  if (file.tag !== undefined) return compileTagSource(context, place, file, parsed, operands, rule);
  if (file.const !== undefined) return compileConstant(context, place, file, parsed, rule);
  if (file.reference !== undefined) return compileReference(context, place, file, parsed, rule);
  if (file.value !== undefined) {
    const path = [...place.path, 'value'];
    const compiled = expression(context, path, file.value, rule, undefined, 'value', (ast, text) =>
      inspectResult(ast, text, resultTarget(parsed), keywordsOf(context.when, file.when)),
    );
    if (!compiled) return undefined;
    return {
      plan: { kind: 'value', expression: compiled },
      owns: [],
      reads: { keywords: compiled.keywords, names: compiled.names },
      check: valueCheck(parsed),
    };
  }
  const text = file.derive ?? '';
  const evaluate = resourcePath(context, [...place.path, 'derive'], text, place.type, rule);
  if (!evaluate) return undefined;
  return {
    plan: { kind: 'derive', text, evaluate },
    owns: [],
    reads: READS_NOTHING,
    check: valueCheck(parsed),
  };
}

function compileConstant(
  context: MappingContext,
  place: RuleContext,
  file: RuleFile,
  parsed: ParsedTarget,
  rule: string,
): CompiledSource | undefined {
  const value = file.const as FhirValue;
  const fault = constantFault(parsed, value);
  if (!fault) return { plan: { kind: 'const', value: freeze(value) }, owns: [], reads: READS_NOTHING };
  const { at, ...finding } = fault;
  context.findings.add({ ...finding, path: [...place.path, 'const', ...at], rule });
  return undefined;
}

function compileReference(
  context: MappingContext,
  place: RuleContext,
  file: RuleFile,
  parsed: ParsedTarget,
  rule: string,
): CompiledSource | undefined {
  const mapping = file.reference ?? '';
  const { type } = parsed.plan;
  const { last } = parsed;
  if (type !== 'Reference') {
    const message = `reference: makes a Reference, and ${last.text} is ${article(type)}`;
    const hint = 'Write to an element of the type Reference, or use another source.';
    context.findings.addFault(
      [...place.path, 'to'],
      { code: 'reference-target', message, hint, ...spanOf(last) },
      rule,
    );
    return undefined;
  }
  const plan = { kind: 'reference', mapping, logical: file.logical ?? false } as const;
  const compiled = { plan, owns: [], reads: READS_NOTHING };
  if (!context.mappings) return compiled;
  const found = context.mappings.get(mapping);
  const path = [...place.path, 'reference'];
  if (found === undefined) {
    const close = suggest(mapping, context.mappings.keys());
    const names = [...context.mappings.keys()].join(', ');
    context.findings.add({
      code: 'unknown-mapping',
      message: `no mapping is named ${mapping}`,
      path,
      rule,
      hint: `Mappings here: ${names}. The configuration lists their files under mappings:.`,
      ...(close ? { suggestion: close } : {}),
    });
    return undefined;
  }
  const targets = (parsed.elements.at(-1) as ElementDefinition).targets;
  if (!targets || !isResourceType(found) || targets.includes(found) || targets.includes('Resource'))
    return compiled;
  const message = `${last.text} may not refer to ${article(found)}`;
  context.findings.add({
    code: 'reference-target',
    message,
    path,
    rule,
    hint: `It may refer to ${targets.join(', ')}.`,
  });
  return undefined;
}

function compileTagSource(
  context: MappingContext,
  place: RuleContext,
  file: RuleFile,
  parsed: ParsedTarget,
  operands: Operands,
  rule: string,
): CompiledSource | undefined {
  const texts = typeof file.tag === 'string' ? [file.tag] : (file.tag ?? []);
  const paths: TagPath[] = [];
  texts.forEach((text, index) => {
    const at = typeof file.tag === 'string' ? [...place.path, 'tag'] : [...place.path, 'tag', index];
    const path = compileTag(context, at, text, rule);
    if (path) paths.push(path);
  });
  if (paths.length < texts.length) return undefined;
  const definition = parsed.elements.at(-1) as ElementDefinition;
  const vrs = paths.map(vrsOf);
  const target = { type: parsed.plan.type, allowed: definition.codes, vrs };
  const rows = codesOf(context, place.path, file, target, rule);
  checkCodes(context, place, file, definition, rule);
  checkIdleKeys(context, place, file, parsed, rule);
  if (!rows) return undefined;
  const conversion = chooseConversion(vrs, parsed.plan.type, {
    ...(file.as ? { as: file.as } : {}),
    hasSystem: file.system !== undefined,
    ...(file.unit ? { hasUnit: file.unit } : {}),
    ...(rows.codes ? { codes: rows.codes } : {}),
    ...(rows.isTable ? { isTable: true } : {}),
    hasPrefix: file.prefix !== undefined,
    several: parsed.plan.several,
  });
  if ('error' in conversion) {
    const { error, hint } = conversion;
    // A fault that begins with a key of the rule is about that key.
    const named = /^(as|codes|table|prefix|system|unit): /.exec(error)?.[1];
    const key = named !== undefined && Object.hasOwn(file, named) ? named : undefined;
    const more = { rule, ...(hint ? { hint } : {}), ...(key ? ({ part: 'key' } as const) : {}) };
    context.findings.add({
      code: 'no-conversion',
      message: error,
      path: [...place.path, key ?? 'tag'],
      ...more,
    });
    return undefined;
  }
  const names = paths.map(tagName);
  return {
    plan: {
      kind: 'tag',
      tags: names,
      vrs,
      conversion: conversion.name,
      ...(rows.file === undefined ? {} : { table: { file: rows.file, rows: rows.codes?.size ?? 0 } }),
      options: optionsOf(file),
      ...(rows.lookup ? { lookup: rows.lookup } : {}),
      read: readerOf(conversion, paths, names, operands),
      allAbsent: (scope) => !paths.some((path) => hasValue(readElement(scope.dataset, path))),
    },
    owns: conversion.owns ?? [],
    reads: { keywords: names, names: [] },
    // A code without `codes:` meets a required value set only at run time.
    ...(definition.codes && !rows.codes ? { check: valueCheck(parsed) } : {}),
  };
}

const OPTIONS = ['as', 'codes', 'table', 'default', 'prefix', 'system', 'unit', 'zone'] as const;

function optionsOf(file: RuleFile): Readonly<Record<string, unknown>> {
  return Object.fromEntries(OPTIONS.flatMap((key) => (file[key] === undefined ? [] : [[key, file[key]]])));
}

function readerOf(
  conversion: Conversion,
  paths: readonly TagPath[],
  names: readonly string[],
  operands: Operands,
): (scope: ReadScope, met?: RowMet) => Reading {
  const text = (operand: Operand | undefined, scope: ReadScope): string | undefined => {
    const value = operand?.resolve(scope.names);
    return value === undefined ? undefined : String(value);
  };
  const { convertItems } = conversion;
  const readItems = convertItems && togetherReader(paths);
  return (scope, met) => {
    const input = {
      elements: readItems ? [] : paths.map((path) => readElement(scope.dataset, path)),
      system: text(operands.system, scope),
      prefix: text(operands.prefix, scope),
      zone: text(operands.zone, scope),
      fallback: text(operands.default, scope),
      met,
    };
    const reading =
      convertItems && readItems ? convertItems(input, readItems(scope.dataset)) : conversion.convert(input);
    if (reading.state !== 'invalid' || reading.tagIndex === undefined) return reading;
    return { ...reading, tag: names[reading.tagIndex] ?? '' };
  };
}

/** Codes of `codes:` and of its, or a table's, `default:` that the required value set of the target does not have. */
function checkCodes(
  context: MappingContext,
  place: RuleContext,
  file: RuleFile,
  { codes: allowed }: ElementDefinition,
  rule: string,
): void {
  if (!allowed || !(file.codes ?? file.table)) return;
  const rows = Object.entries(file.codes ?? {}).map(([from, to]) => ({ code: to, path: ['codes', from] }));
  const fallback = file.default?.startsWith('%') ? undefined : file.default;
  for (const { code, path } of [
    ...rows,
    ...(fallback === undefined ? [] : [{ code: fallback, path: ['default'] }]),
  ]) {
    // An empty row says that the value stands for nothing.
    if (code !== '' && !allowed.includes(code)) {
      context.findings.add({ ...codeFault(code, allowed), path: [...place.path, ...path], rule });
    }
  }
}

const TIMES: ReadonlySet<string> = new Set(['dateTime', 'instant']);

/** Keys that can have no effect, or not the one that is meant. */
function checkIdleKeys(
  context: MappingContext,
  place: RuleContext,
  file: RuleFile,
  parsed: ParsedTarget,
  rule: string,
): void {
  const { type } = parsed.plan;
  const add = (key: string, part: 'key' | 'value', message: string, hint: string): void =>
    context.findings.add({ code: 'no-conversion', message, path: [...place.path, key], part, rule, hint });
  const { zone } = file;
  if (file.default !== undefined && !file.codes && file.table === undefined) {
    add(
      'default',
      'key',
      'default: has no use without codes: or table:',
      'default: is the code of a value that has no row there.',
    );
  }
  if (zone !== undefined && !TIMES.has(type)) {
    add(
      'zone',
      'key',
      `zone: has no use where the target is ${article(type)}`,
      'zone: gives the offset of a dateTime.',
    );
  } else if (zone !== undefined && !zone.startsWith('%') && !isZone(zone)) {
    add('zone', 'value', 'zone: must be a time zone or an offset from UTC', ZONE_HINT);
  }
}

/** A check of what a rule gives against the FHIR type of its target; lists are checked item by item. */
function valueCheck(parsed: ParsedTarget): (value: FhirValue) => readonly ShapeIssue[] {
  const { plan } = parsed;
  const checkOne = itemCheck(parsed);
  return (value) => {
    if (plan.several) return Array.isArray(value) ? value.flatMap(checkOne) : checkOne(value);
    if (!Array.isArray(value)) return checkOne(value);
    const message = `gave ${value.length} values for an element that holds one`;
    return [{ path: plan.text, rule: 'cardinality', message }];
  };
}

function itemCheck({ plan, elements }: ParsedTarget): (value: unknown) => readonly ShapeIssue[] {
  const codes = elements.at(-1)?.codes;
  const shape = isPrimitiveType(plan.type) ? undefined : compileShape(plan.type);
  return (value) => {
    if (shape) {
      // Children that `where` supplies are not the value's business; the whole resource is checked at the end.
      const issues = shape(value);
      return plan.steps.at(-1)?.where ? issues.filter((issue) => issue.rule !== 'required') : issues;
    }
    const fault = primitiveFault(plan.type, value);
    if (fault) return [{ path: plan.text, rule: 'value', message: fault }];
    if (codes && typeof value === 'string' && !codes.includes(value)) {
      return [{ path: plan.text, rule: 'code', message: 'is not in the value set that FHIR requires here' }];
    }
    return [];
  };
}

interface ConstantFault {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly suggestion?: string;
  /** From `const` to the part that is wrong. */
  readonly at: YamlPath;
}

function constantFault(parsed: ParsedTarget, value: FhirValue): ConstantFault | undefined {
  const { plan, last } = parsed;
  const codes = parsed.elements.at(-1)?.codes;
  const isList = Array.isArray(value);
  if (isList && !plan.several) {
    const hint = 'Write one value, without brackets and dashes.';
    return {
      code: 'constant',
      message: `${last.text} holds one value, and the constant is a list`,
      hint,
      at: [],
    };
  }
  const check = itemCheck(parsed);
  for (const [index, item] of ((isList ? value : [value]) as readonly FhirValue[]).entries()) {
    const issue = check(item)[0];
    if (!issue) continue;
    const before = isList ? [index] : [];
    if (issue.rule === 'code' && codes) return { ...codeFault(String(item), codes), at: before };
    const inside = isPrimitiveType(plan.type) ? '' : issue.path.slice(plan.type.length);
    const at = [...inside.matchAll(/\.([^.[]+)|\[(\d+)\]/g)].map(
      ([, name, number]) => name ?? Number(number),
    );
    const what = inside === '' ? 'the constant' : inside.slice(1);
    return {
      code: 'constant',
      message: `${what} ${issue.message}`,
      hint: typeHint(plan.type),
      at: [...before, ...at],
    };
  }
  return undefined;
}

function typeHint(type: string): string {
  return isPrimitiveType(type)
    ? `The target is ${article(type)}.`
    : `The target is ${article(type)}: write its elements.`;
}

function article(type: string): string {
  return `${/^[aeio]/i.test(type) ? 'an' : 'a'} ${type}`;
}

function spanOf({ start, end }: ParsedTarget['last']): { readonly start: number; readonly end: number } {
  return { start, end };
}

function freeze(value: FhirValue): FhirValue {
  if (typeof value === 'object' && value !== null) {
    for (const child of Object.values(value)) freeze(child as FhirValue);
    Object.freeze(value);
  }
  return value;
}
