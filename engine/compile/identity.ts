/**
 * Rules that find resources: the name of a rule that writes the value of an identifier comes in; its plan and the operand
 * that says the identifier's system go out, or undefined after findings were added.
 */
import { suggest } from '../diagnostic.ts';
import type { Operand, RulePlan, TargetPlan } from '../plan.ts';
import type { MappingContext } from './context.ts';
import type { YamlPath } from './findings.ts';
import type { MappingFile } from './mapping-file.ts';
import type { Gathered } from './mapping-rules.ts';
import type { CompiledRule } from './rule.ts';

export interface IdentifierRule {
  readonly compiled: CompiledRule;
  readonly rule: RulePlan;
  readonly system?: Operand;
}

/** The rule that `identity:` or `instanceRule:` names. */
export function compileIdentifierRule(
  context: MappingContext,
  file: MappingFile,
  gathered: Gathered,
  key: 'identity' | 'instanceRule',
): IdentifierRule | undefined {
  const name = file[key] ?? '';
  if (!Object.hasOwn(file.rules, name)) {
    addUnknownRule(context, file, name, [key]);
    return undefined;
  }
  const compiled = gathered.rules.find(({ plan }) => plan.name === name);
  if (!compiled) return undefined;
  const { plan, parsed } = compiled;
  const path = ['rules', name];
  const rule = `${context.mapping}.${name}`;
  if (parsed.elements.at(-2)?.type !== 'Identifier' || plan.target.steps.at(-1)?.element !== 'value') {
    context.findings.add({
      code: 'identity-target',
      message: `the ${key === 'identity' ? 'identity' : 'instance'} rule must write the value of an identifier`,
      path: [...path, 'to'],
      rule,
      hint:
        plan.source.kind === 'tag' && plan.source.tags.length > 1
          ? `Let it read the value alone: ${file.resource}.identifier.where(system = %issuer).value; let: { issuer: { tag: ${plan.source.tags.at(-1)}, … } } gives the system.`
          : `For example ${file.resource}.identifier.where(system = 'urn:example').value`,
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
  if (file.rules[name]?.required === false) {
    context.findings.add({
      code: 'identity-required',
      message: 'the rule by which a resource is found is always required',
      path: [...path, 'required'],
      part: 'key',
      rule,
      hint: 'Without its value the entry is not stored. Remove required:, or give the mapping a when: that leaves such instances out.',
    });
    return undefined;
  }
  const system = systemOf(plan.target);
  return { compiled, rule: { ...plan, required: true }, ...(system ? { system } : {}) };
}

/** What `where` of `identifier.where(…).value` says of the system. */
export function systemOf({ steps }: TargetPlan): Operand | undefined {
  const equations = steps.at(-2)?.where ?? [];
  return equations.find(({ path }) => path.length === 1 && path[0]?.element === 'system')?.operand;
}

export function addUnknownRule(
  context: MappingContext,
  file: MappingFile,
  name: string,
  path: YamlPath,
): void {
  if (context.dropped.has(`rules/${name}`)) return;
  const names = Object.keys(file.rules);
  const close = suggest(name, names);
  const more = close ? { suggestion: close } : { hint: `Rules here: ${names.join(', ')}.` };
  context.findings.add({ code: 'unknown-rule', message: `there is no rule ${name}`, path, ...more });
}
