/**
 * One rule of a mapping file comes in, a RulePlan goes out, or undefined after its findings were added: target, source,
 * conversion and modifiers, each checked against the FHIR element table and the DICOM attribute table.
 */
import { hasValue, readElement } from '../dicom/dataset.ts';
import { attributeByTag } from '../dicom/dictionary.ts';
import { parseTag, type TagPath } from '../dicom/tag.ts';
import type { ElementDefinition } from '../fhir/elements.ts';
import { isPrimitiveType, primitiveFault } from '../fhir/primitives.ts';
import type { FhirValue } from '../fhir/resource.ts';
import { compileShape, type ShapeIssue } from '../fhir/shape.ts';
import type { ExpressionPlan, Operand, Reading, ReadScope, RulePlan, SourcePlan } from '../plan.ts';
import { type ConversionInput, chooseConversion } from './conversion.ts';
import { compilePath } from './fhirpath.ts';
import type { Findings, YamlPath } from './findings.ts';
import { compileExpression } from './jsonata.ts';
import type { RuleFile } from './mapping-file.ts';
import { literalOperand, namedOperand } from './operand.ts';
import { type ParsedTarget, parseTarget } from './target.ts';

/** What the rules of one mapping have in common. */
export interface MappingContext {
  readonly mapping: string;
  readonly file: string;
  readonly names: ReadonlySet<string>;
  readonly findings: Findings;
}

/** Where a rule stands. */
export interface RuleContext {
  /** `series.instance.number`. */
  readonly name: string;
  readonly path: YamlPath;
  /** Resource type, or the type of the list's items. */
  readonly type: string;
  /** True inside what belongs to one instance, where absent values clear. */
  readonly perInstance: boolean;
}

export interface CompiledRule {
  readonly plan: RulePlan;
  readonly parsed: ParsedTarget;
  readonly reads: Reads;
}

/** Everything that a rule depends on; what may run on delete entries and what joins entries follow from it. */
export interface Reads {
  readonly keywords: readonly string[];
  readonly names: readonly string[];
}

export function compileRule(
  context: MappingContext,
  place: RuleContext,
  file: RuleFile,
): CompiledRule | undefined {
  const { findings, names } = context;
  const rule = `${context.mapping}.${place.name}`;
  const parsed = parseTarget(file.to, place.type, names);
  if ('fault' in parsed) {
    findings.addFault([...place.path, 'to'], parsed.fault, rule);
    return undefined;
  }
  checkMerge(context, place, file, parsed, rule);
  const operands = compileOperands(context, place, file, rule);
  const source = compileSource(context, place, file, parsed, operands.byKey, rule);
  const when =
    file.when === undefined ? undefined : expression(context, [...place.path, 'when'], file.when, rule);
  if (!source || findings.hasErrors()) return undefined;
  const tags = source.plan.kind === 'tag' ? source.plan.tags : [];
  return {
    parsed,
    reads: {
      keywords: [...source.reads.keywords, ...(when?.keywords ?? [])],
      names: [...parsed.used, ...operands.used, ...source.reads.names, ...(when?.names ?? [])],
    },
    plan: {
      name: place.name,
      file: context.file,
      line: findings.lineOf(place.path),
      ...(file.description ? { description: file.description } : {}),
      target: parsed.plan,
      source: source.plan,
      ...(when ? { when } : {}),
      required: file.required ?? false,
      ...(file.merge ? { merge: file.merge } : {}),
      on: file.on ?? 'any',
      onAbsent:
        file.onAbsent ??
        (place.perInstance && (tags.length > 0 || source.plan.kind === 'value') ? 'clear' : 'keep'),
      exempt: file.authority === 'any',
      owns: source.owns,
      ...(source.check ? { check: source.check } : {}),
    },
  };
}

function checkMerge(
  context: MappingContext,
  place: RuleContext,
  file: RuleFile,
  parsed: ParsedTarget,
  rule: string,
): void {
  const { plan } = parsed;
  const end = plan.steps.at(-1);
  const last = `${end?.element}`;
  if (plan.several && file.merge === undefined && file.derive === undefined) {
    const start = Math.max(0, file.to.lastIndexOf(last));
    context.findings.addFault(
      [...place.path, 'to'],
      {
        code: 'list-without-merge',
        message: `${last} is a list: say which item is meant, or what happens to the others`,
        start,
        end: start + last.length,
        hint: 'Add .where(…), or merge: append (adds), merge: replace (the rule owns the list) or merge: fill (only when empty).',
      },
      rule,
    );
  }
  if ((file.merge === 'append' || file.merge === 'replace') && !plan.several && !end?.where) {
    context.findings.add({
      code: 'merge-on-single',
      message: `merge: ${file.merge} is for lists; ${last} holds one value`,
      path: [...place.path, 'merge'],
      rule,
      hint: 'Leave merge out: the value is replaced. merge: fill writes only where nothing is.',
    });
  }
}

interface CompiledSource {
  readonly plan: SourcePlan;
  readonly owns: readonly string[];
  readonly reads: Reads;
  readonly check?: (value: FhirValue) => readonly ShapeIssue[];
}

type OperandKey = 'default' | 'prefix' | 'system' | 'zone';

function compileOperands(
  context: MappingContext,
  place: RuleContext,
  file: RuleFile,
  rule: string,
): { readonly byKey: Readonly<Partial<Record<OperandKey, Operand>>>; readonly used: readonly string[] } {
  const byKey: Partial<Record<OperandKey, Operand>> = {};
  const used: string[] = [];
  for (const key of ['default', 'prefix', 'system', 'zone'] as const) {
    const text = file[key];
    if (text === undefined) continue;
    const operand = compileOperand(context, [...place.path, key], text, rule);
    if (!operand) continue;
    byKey[key] = operand.operand;
    if (operand.name) used.push(operand.name);
  }
  return { byKey, used };
}

export function compileOperand(
  context: MappingContext,
  path: YamlPath,
  text: string,
  rule?: string,
): { readonly operand: Operand; readonly name?: string } | undefined {
  if (!text.startsWith('%')) return { operand: literalOperand(text) };
  const named = namedOperand(text, context.names);
  if ('operand' in named) return named;
  const { fault, suggestion } = named;
  context.findings.add({
    code: 'unknown-variable',
    message: fault,
    path,
    ...(rule ? { rule } : {}),
    ...(suggestion ? { suggestion } : {}),
  });
  return undefined;
}

function compileSource(
  context: MappingContext,
  place: RuleContext,
  file: RuleFile,
  parsed: ParsedTarget,
  operands: Readonly<Partial<Record<OperandKey, Operand>>>,
  rule: string,
): CompiledSource | undefined {
  const none: Reads = { keywords: [], names: [] };
  if (file.tag !== undefined) return compileTagSource(context, place, file, parsed, operands, rule);
  if (file.const !== undefined) {
    const value = file.const as FhirValue;
    const fault = constFault(parsed, value);
    if (fault) {
      context.findings.add({ code: 'constant', message: fault, path: [...place.path, 'const'], rule });
      return undefined;
    }
    return { plan: { kind: 'const', value: freeze(value) }, owns: [], reads: none };
  }
  if (file.value !== undefined) {
    const compiled = expression(context, [...place.path, 'value'], file.value, rule);
    if (!compiled) return undefined;
    return {
      plan: { kind: 'value', expression: compiled },
      owns: [],
      reads: { keywords: compiled.keywords, names: compiled.names },
      check: valueCheck(parsed),
    };
  }
  if (file.reference !== undefined) {
    if (parsed.plan.type !== 'Reference') {
      context.findings.add({
        code: 'reference-target',
        message: `${parsed.plan.text} is a ${parsed.plan.type}, not a Reference`,
        path: [...place.path, 'to'],
        rule,
      });
      return undefined;
    }
    return {
      plan: { kind: 'reference', mapping: file.reference, logical: file.logical ?? false },
      owns: [],
      reads: none,
    };
  }
  const compiled = compilePath(file.derive ?? '', place.type);
  if ('faults' in compiled) {
    for (const fault of compiled.faults) context.findings.addFault([...place.path, 'derive'], fault, rule);
    return undefined;
  }
  return {
    plan: { kind: 'derive', text: file.derive ?? '', evaluate: compiled.evaluate },
    owns: [],
    reads: none,
    check: valueCheck(parsed),
  };
}

function compileTagSource(
  context: MappingContext,
  place: RuleContext,
  file: RuleFile,
  parsed: ParsedTarget,
  operands: Readonly<Partial<Record<OperandKey, Operand>>>,
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
  checkCodes(context, place, file, definition, rule);
  const conversion = chooseConversion(paths.map(vrsOf), parsed.plan.type, {
    ...(file.as ? { as: file.as } : {}),
    hasSystem: file.system !== undefined,
    ...(file.unit ? { hasUnit: file.unit } : {}),
    ...(file.codes ? { codes: new Map(Object.entries(file.codes)) } : {}),
    hasPrefix: file.prefix !== undefined,
    several: parsed.plan.several,
  });
  if ('error' in conversion) {
    context.findings.add({
      code: 'no-conversion',
      message: conversion.error,
      path: [...place.path, 'tag'],
      rule,
      ...(conversion.hint ? { hint: conversion.hint } : {}),
    });
    return undefined;
  }
  const text = (operand: Operand | undefined, scope: ReadScope): string | undefined => {
    const value = operand?.resolve(scope.names);
    return value === undefined ? undefined : String(value);
  };
  const read = (scope: ReadScope): Reading => {
    const input: ConversionInput = {
      elements: paths.map((path) => readElement(scope.dataset, path)),
      ...optional('system', text(operands.system, scope)),
      ...optional('prefix', text(operands.prefix, scope)),
      ...optional('zone', text(operands.zone, scope)),
      ...optional('fallback', text(operands.default, scope)),
    };
    const reading = conversion.convert(input);
    if (reading.state !== 'invalid' || reading.tagIndex === undefined) return reading;
    return { ...reading, tag: texts[reading.tagIndex] ?? '' };
  };
  return {
    plan: {
      kind: 'tag',
      tags: texts,
      vrs: paths.map(vrsOf),
      conversion: conversion.name,
      read,
      allAbsent: (scope) => !paths.some((path) => hasValue(readElement(scope.dataset, path))),
    },
    owns: conversion.owns ?? [],
    reads: { keywords: texts, names: [] },
    // A code without `codes:` meets a required value set only at run time.
    ...(definition.codes && !file.codes ? { check: valueCheck(parsed, definition.codes) } : {}),
  };
}

/** Rows of `codes:` that the required value set of the target does not have. */
function checkCodes(
  context: MappingContext,
  place: RuleContext,
  file: RuleFile,
  definition: ElementDefinition,
  rule: string,
): void {
  const allowed = definition.codes;
  if (!allowed || !file.codes) return;
  for (const [from, to] of Object.entries(file.codes)) {
    if (allowed.includes(to)) continue;
    context.findings.add({
      code: 'code-not-allowed',
      message: `${to} is not in the value set that FHIR requires here`,
      path: [...place.path, 'codes', from],
      rule,
      hint: `Allowed: ${allowed.slice(0, 12).join(', ')}${allowed.length > 12 ? ', …' : ''}.`,
    });
  }
}

/** Parses a tag; adds a finding and gives undefined when there is no such attribute. */
export function compileTag(
  context: MappingContext,
  path: YamlPath,
  text: string,
  rule?: string,
): TagPath | undefined {
  const parsed = parseTag(text);
  if (!('error' in parsed)) return parsed;
  const { error, offset, length } = parsed;
  const suggestion = parsed.candidates?.[0];
  context.findings.addFault(
    path,
    {
      code: 'unknown-attribute',
      message: error,
      start: offset,
      end: offset + length,
      ...(suggestion ? { suggestion } : {}),
    },
    rule,
  );
  return undefined;
}

/** The VRs that the dictionary allows at the end of the path; none for what is not in it: the dataset says it then. */
export function vrsOf(path: TagPath): readonly string[] {
  const last = path.at(-1);
  const attribute = last && 'tag' in last ? attributeByTag(last.tag) : undefined;
  return attribute?.vrs ?? [];
}

/** Compiles a JSONata expression; adds its findings and gives undefined when it cannot be used. */
export function expression(
  context: MappingContext,
  path: YamlPath,
  text: string,
  rule?: string,
): ExpressionPlan | undefined {
  const compiled = compileExpression(text, context.names);
  if ('plan' in compiled) return compiled.plan;
  for (const fault of compiled.faults) context.findings.addFault(path, fault, rule);
  return undefined;
}

/** A check of what a rule gives against the FHIR type of its target; lists are checked item by item. */
function valueCheck(
  parsed: ParsedTarget,
  codes?: readonly string[],
): (value: FhirValue) => readonly ShapeIssue[] {
  const { plan } = parsed;
  const bound = codes ?? parsed.elements.at(-1)?.codes;
  const shape = isPrimitiveType(plan.type) ? undefined : compileShape(plan.type);
  const checkOne = (value: unknown): readonly ShapeIssue[] => {
    if (shape) {
      // Children that `where` supplies are not the value's business; the whole resource is checked at the end.
      const issues = shape(value);
      return plan.steps.at(-1)?.where ? issues.filter((issue) => issue.rule !== 'required') : issues;
    }
    const fault = primitiveFault(plan.type, value);
    if (fault) return [{ path: plan.text, rule: 'value', message: fault }];
    if (bound && typeof value === 'string' && !bound.includes(value)) {
      return [{ path: plan.text, rule: 'code', message: 'is not in the value set that FHIR requires here' }];
    }
    return [];
  };
  return (value) => {
    if (plan.several) return Array.isArray(value) ? value.flatMap(checkOne) : checkOne(value);
    if (Array.isArray(value)) {
      return [
        {
          path: plan.text,
          rule: 'cardinality',
          message: `gave ${value.length} values for an element that holds one`,
        },
      ];
    }
    return checkOne(value);
  };
}

function constFault(parsed: ParsedTarget, value: FhirValue): string | undefined {
  const [issue] = valueCheck(parsed)(value);
  return issue
    ? `the constant is no ${parsed.plan.type}: ${issue.path === parsed.plan.text ? '' : `${issue.path} `}${issue.message}`
    : undefined;
}

function optional<Key extends string>(key: Key, value: string | undefined): { [K in Key]?: string } {
  return value === undefined ? {} : ({ [key]: value } as { [K in Key]: string });
}

function freeze(value: FhirValue): FhirValue {
  if (typeof value === 'object' && value !== null) {
    for (const child of Object.values(value)) freeze(child as FhirValue);
    Object.freeze(value);
  }
  return value;
}
