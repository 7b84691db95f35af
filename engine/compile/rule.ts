/**
 * One rule of a mapping file comes in, a RulePlan goes out, or undefined after its findings were added: target, source and
 * modifiers, each checked against the FHIR element table and the DICOM attribute table.
 */
import type { Operand, RulePlan } from '../plan.ts';
import type { RuleContext } from './completeness.ts';
import { compileOperand, expression, type MappingContext, type Reads } from './context.ts';
import type { RuleFile } from './mapping-file.ts';
import { compileSource, type OperandKey } from './rule-source.ts';
import { type ParsedTarget, parseTarget } from './target.ts';

export interface CompiledRule {
  readonly plan: RulePlan;
  readonly parsed: ParsedTarget;
  readonly reads: Reads;
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
    place.level.isBroken = true;
    return undefined;
  }
  for (const use of parsed.uses) context.used.add(use);
  place.level.written.push({ rule, name: place.name, path: place.path, file, parsed });
  checkMerge(context, place, file, parsed, rule);
  checkOnAbsent(context, place, file, rule);
  const operands = compileOperands(context, place, file, rule);
  const source = compileSource(context, place, file, parsed, operands.byKey, rule);
  const when =
    file.when === undefined ? undefined : expression(context, [...place.path, 'when'], file.when, rule);
  if (!source || operands.isBroken || (file.when !== undefined && !when)) return undefined;
  const overrides = findings.overridden(place.path);
  const reads = source.plan.kind === 'tag' || source.plan.kind === 'value';
  return {
    parsed,
    reads: {
      keywords: [...source.reads.keywords, ...(when?.keywords ?? [])],
      names: [...parsed.used, ...operands.used, ...source.reads.names, ...(when?.names ?? [])],
    },
    plan: {
      name: place.name,
      ...findings.placeOf(place.path),
      ...(overrides.length > 0 ? { overrides } : {}),
      fingerprint: context.printOf(file, place.path),
      ...(file.description ? { description: file.description } : {}),
      target: parsed.plan,
      source: source.plan,
      ...(when ? { when } : {}),
      required: file.required ?? false,
      ...(file.merge ? { merge: file.merge } : {}),
      on: file.on ?? 'any',
      onAbsent: file.onAbsent ?? (place.perInstance && reads ? 'clear' : 'keep'),
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
  { plan, last }: ParsedTarget,
  rule: string,
): void {
  if (plan.several && file.merge === undefined && file.derive === undefined) {
    context.findings.addFault(
      [...place.path, 'to'],
      {
        code: 'list-without-merge',
        message: `${last.text} is a list: say which item is meant, or what happens to the others`,
        start: last.start,
        end: last.end,
        hint: 'Add .where(…), or merge: append (adds), merge: replace (the rule owns the list) or merge: fill (only when empty).',
      },
      rule,
    );
  }
  if ((file.merge === 'append' || file.merge === 'replace') && !plan.several && !plan.steps.at(-1)?.where) {
    context.findings.add({
      code: 'merge-on-single',
      message: `merge: ${file.merge} is for lists, and ${last.text} holds one value`,
      path: [...place.path, 'merge'],
      rule,
      hint: 'Leave merge: out, then the value is replaced; merge: fill writes only where nothing is.',
    });
  }
}

/** Only what comes from tags can be absent because its tags are. */
function checkOnAbsent(context: MappingContext, place: RuleContext, file: RuleFile, rule: string): void {
  const source = (['const', 'reference', 'derive'] as const).find((key) => file[key] !== undefined);
  if (file.onAbsent !== 'clear' || source === undefined) return;
  context.findings.add({
    code: 'on-absent',
    message: `onAbsent: clear asks for absent tags, and a rule with ${source}: has none`,
    path: [...place.path, 'onAbsent'],
    part: 'key',
    rule,
    hint:
      source === 'derive'
        ? 'Remove it: what derive: does not give is removed anyway.'
        : 'Remove it; onAbsent: is for rules with tag: or value:.',
  });
}

function compileOperands(
  context: MappingContext,
  place: RuleContext,
  file: RuleFile,
  rule: string,
): {
  readonly byKey: Readonly<Partial<Record<OperandKey, Operand>>>;
  readonly used: readonly string[];
  readonly isBroken: boolean;
} {
  const byKey: Partial<Record<OperandKey, Operand>> = {};
  const used: string[] = [];
  let isBroken = false;
  for (const key of ['default', 'prefix', 'system', 'zone'] as const) {
    const text = file[key];
    if (text === undefined) continue;
    const operand = compileOperand(context, [...place.path, key], text, rule);
    isBroken ||= !operand;
    if (!operand) continue;
    byKey[key] = operand.operand;
    if (operand.name) used.push(operand.name);
  }
  return { byKey, used, isBroken };
}
