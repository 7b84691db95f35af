/**
 * The `let` names of one mapping come in; a plan for each, in the order of the file, with what it reads, goes out.
 */
import { readElement } from '../dicom/dataset.ts';
import { tagName } from '../dicom/tag.ts';
import type { LetPlan, ReadScope } from '../plan.ts';
import { compileTag, expression, type MappingContext, type Reads, vrsOf } from './context.ts';
import { chooseConversion } from './conversion.ts';
import { isFunctionName } from './expression-functions.ts';
import type { YamlPath } from './findings.ts';
import type { MappingFile } from './mapping-file.ts';
import type { KnownNames } from './operand.ts';

export interface CompiledLet {
  readonly plan: LetPlan;
  readonly reads: Reads;
}

/** A let sees the names that stand above it; `given` are those that every mapping knows. */
export function compileLets(
  context: MappingContext,
  file: MappingFile,
  given: KnownNames,
): readonly CompiledLet[] {
  const lets: CompiledLet[] = [];
  const known = new Map(given);
  const all = Object.keys(file.let ?? {});
  for (const [name, source] of Object.entries(file.let ?? {})) {
    const path = ['let', name];
    if (given.has(name) || isFunctionName(name)) {
      const what = given.has(name) ? `${name} is a name that every mapping has` : `$${name} is a function`;
      context.findings.add({
        code: 'reserved-name',
        message: what,
        path,
        part: 'key',
        hint: 'Choose another name.',
      });
      continue;
    }
    const compiled =
      typeof source === 'string'
        ? compileLetExpression({ ...context, names: known }, path, source, all)
        : compileLetTag(context, [...path, 'tag'], source.tag);
    if (compiled) lets.push({ plan: { name, source: compiled.source }, reads: compiled.reads });
    known.set(name, undefined);
  }
  return lets;
}

type CompiledLetSource = { readonly source: LetPlan['source']; readonly reads: Reads } | undefined;

function compileLetExpression(
  context: MappingContext,
  path: YamlPath,
  text: string,
  all: readonly string[],
): CompiledLetSource {
  const plan = expression(context, path, text, undefined, ({ hint, suggestion, ...fault }) => {
    const name = /^there is no variable \$(\w+)$/.exec(fault.message)?.[1];
    if (name === undefined || !all.includes(name)) {
      return { ...fault, ...(hint ? { hint } : {}), ...(suggestion ? { suggestion } : {}) };
    }
    return name === path.at(-1)
      ? { ...fault, message: `$${name} cannot be made of itself` }
      : {
          ...fault,
          message: `$${name} stands further down`,
          hint: 'A let uses the names above it: move it down.',
        };
  });
  return plan && { source: plan, reads: plan };
}

function compileLetTag(context: MappingContext, path: YamlPath, text: string): CompiledLetSource {
  const tagPath = compileTag(context, path, text);
  if (!tagPath) return undefined;
  const conversion = chooseConversion([vrsOf(tagPath)], 'string', {
    hasSystem: false,
    hasPrefix: false,
    several: false,
  });
  if ('error' in conversion) {
    const { error, hint } = conversion;
    context.findings.add({ code: 'no-conversion', message: error, path, ...(hint ? { hint } : {}) });
    return undefined;
  }
  const name = tagName(tagPath);
  const read = ({ dataset }: ReadScope) => conversion.convert({ elements: [readElement(dataset, tagPath)] });
  return { source: { tag: name, read }, reads: { keywords: [name], names: [] } };
}
