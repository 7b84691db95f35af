/**
 * `forEach` and `instanceRule` of one mapping come in, a ForEachPlan goes out, or undefined after findings were added: what was
 * made from an instance is found again by its UIDs alone, also when nothing else is left of the instance.
 */
import type { ExpressionPlan, ForEachPlan, ResourcePlan } from '../plan.ts';
import type { MappingContext, Reads } from './context.ts';
import { compileIdentifierRule, type IdentifierRule } from './identity.ts';
import { compileExpression } from './jsonata.ts';
import { type CompiledLet, transitiveKeywords, transitiveNames, UIDS } from './lets.ts';
import type { MappingFile } from './mapping-file.ts';
import type { Gathered } from './mapping-rules.ts';
import { mappingName, rulesOf, type Unit } from './mapping-set.ts';
import { itemNames } from './operand.ts';

/** `forEach` itself, and the context of the rules, which know the item too. */
export function compileItems(
  outer: MappingContext,
  { forEach }: MappingFile,
): { readonly items?: ExpressionPlan; readonly context: MappingContext } {
  if (forEach === undefined) return { context: outer };
  const compiled = compileExpression(forEach, outer.names, 'items');
  const isKnown = 'plan' in compiled;
  const context = {
    ...outer,
    names: new Map([...outer.names, ...itemNames(isKnown && compiled.givesDatasets)]),
  };
  if (isKnown) {
    for (const use of compiled.uses) outer.used.add(use);
    return { items: compiled.plan, context };
  }
  for (const fault of compiled.faults) outer.findings.addFault(['forEach'], fault);
  return { context };
}

/** `items`: the expression, if it is sound. */
export function compileForEach(
  context: MappingContext,
  items: ExpressionPlan | undefined,
  file: MappingFile,
  gathered: Gathered,
  lets: readonly CompiledLet[],
  identity: IdentifierRule | undefined,
): ForEachPlan | undefined {
  if (file.forEach === undefined || file.instanceRule === undefined) return undefined;
  if (items) gathered.other.push(items);
  if (file.onDelete === 'removeItem') {
    context.findings.add({
      code: 'remove-item',
      message: 'forEach makes whole resources: there is no item to take out of a list',
      path: ['onDelete'],
      hint: 'Write onDelete: delete: it deletes everything that was made from the instance.',
    });
  }
  const instance = compileIdentifierRule(context, file, gathered, 'instanceRule');
  if (!instance) return undefined;
  checkInstanceRule(context, file, instance, lets);
  if (identity) checkIdentity(context, file, identity, lets);
  const { rule, system } = instance;
  // Whoever speaks: it is not about the item, but about where it comes from.
  return items && { items, instance: { rule: { ...rule, exempt: true }, ...(system ? { system } : {}) } };
}

function checkInstanceRule(
  context: MappingContext,
  file: MappingFile,
  { compiled: { reads } }: IdentifierRule,
  lets: readonly CompiledLet[],
): void {
  const name = file.instanceRule ?? '';
  const rule = `${context.mapping}.${name}`;
  const add = (message: string, hint: string, key?: string): void =>
    context.findings.add({
      code: 'instance-rule',
      message,
      path: key === undefined ? ['instanceRule'] : ['rules', name, key],
      part: key === undefined ? 'value' : 'key',
      rule,
      hint,
    });
  if (name === file.identity) {
    add(
      'the identity tells the items of an instance apart, and the instance rule finds them all: they are two rules',
      `Add a rule that writes SOPInstanceUID to another ${file.resource}.identifier.where(system = …).value, and name it here.`,
    );
    return;
  }
  const written = file.rules[name];
  for (const key of ['when', 'merge', 'on'] as const) {
    if (written?.[key] === undefined || written[key] === 'any') continue;
    add(`the instance rule is always written, and ${key}: cannot be used`, `Remove ${key}:.`, key);
  }
  // What a condition reads is no fault of its own.
  if (written?.when !== undefined) return;
  const offending = notOfUids(reads, lets);
  if (offending !== undefined) {
    context.findings.add({
      code: 'delete-reads',
      message: `what was made from an instance is found by its UIDs alone, and ${name} reads ${offending}`,
      path: ['instanceRule'],
      rule,
      hint: 'Let it read SOPInstanceUID, and nothing else of the dataset.',
    });
  } else if (!transitiveKeywords(reads, lets).includes('SOPInstanceUID')) {
    add(
      `the instance rule tells instances apart, and ${name} does not read SOPInstanceUID`,
      'Write tag: SOPInstanceUID in that rule.',
    );
  }
}

/** By the system of their identity, resources of this mapping are told from others that were made from the instance. */
function checkIdentity(
  context: MappingContext,
  file: MappingFile,
  { compiled: { parsed } }: IdentifierRule,
  lets: readonly CompiledLet[],
): void {
  const offending = notOfUids({ keywords: [], names: parsed.used }, lets);
  if (offending === undefined) return;
  context.findings.add({
    code: 'delete-reads',
    message: `what was made from an instance is found by its UIDs alone, and the system of ${file.identity} depends on ${offending}`,
    path: ['rules', file.identity, 'to'],
    rule: `${context.mapping}.${file.identity}`,
    hint: 'where(…) of the identity may use constants, %settings and %source; let the value tell the items apart.',
  });
}

/** The first thing it reads that an entry of a deleted instance does not have. */
function notOfUids(reads: Reads, lets: readonly CompiledLet[]): string | undefined {
  const names = transitiveNames(reads, lets);
  return (
    transitiveKeywords(reads, lets).find((keyword) => !UIDS.has(keyword)) ??
    ['item', 'index', 'entry'].filter((name) => names.has(name)).map((name) => `$${name}`)[0]
  );
}

/** What mappings with `forEach` ask of others: no reference to them, and no other identity under the same system. */
export function checkForEach(units: readonly Unit[], plans: readonly ResourcePlan[]): void {
  const several = new Set(
    units.filter(({ file }) => file.forEach !== undefined).map(({ file }) => mappingName(file)),
  );
  if (several.size === 0) return;
  const reported = new Set<string>();
  for (const { file, findings } of units) {
    for (const { rule, path, file: written } of rulesOf(file)) {
      if (written.reference === undefined || !several.has(written.reference)) continue;
      findings.add({
        code: 'reference-target',
        message: `${written.reference} makes a resource for each item: which of them is meant is not known`,
        path: [...path, 'reference'],
        rule,
        hint: `Let ${written.reference} refer to this resource instead.`,
      });
    }
    const own = plans.find(({ name, transform }) => transform.forEach && name === mappingName(file));
    const other = own && plans.find((plan) => plan !== own && hasSameSystem(plan, own));
    if (!other || reported.has(other.name)) continue;
    reported.add(own.name);
    findings.add({
      code: 'shared-set',
      message: `${other.name} and ${own.name} make identifiers of one system: what one made from an instance, the other would delete`,
      path: ['rules', file.identity, 'to'],
      rule: `${own.name}.${file.identity}`,
      hint: 'Give the identities of the two mappings different systems.',
    });
  }
}

function hasSameSystem(a: ResourcePlan, b: ResourcePlan): boolean {
  const system = ({ transform }: ResourcePlan) => transform.identity.system?.text;
  return a.resourceType === b.resourceType && system(a) === system(b);
}
