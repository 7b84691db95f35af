/**
 * The `let` names of one mapping come in; a plan for each, in the order of the file, with what it reads, goes out.
 */
import { readElement } from '../dicom/dataset.ts';
import { tagName } from '../dicom/tag.ts';
import type { LetPlan, ReadScope, RowMet } from '../plan.ts';
import { compileOperand, compileTag, expression, type MappingContext, type Reads, vrsOf } from './context.ts';
import { chooseConversion } from './conversion.ts';
import { isFunctionName } from './expression-functions.ts';
import type { ExpressionFault, YamlPath } from './findings.ts';
import type { LetTagFile, MappingFile } from './mapping-file.ts';
import { itemNames, type KnownNames } from './operand.ts';
import { codesOf } from './table-rows.ts';

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
    const isItem = file.forEach !== undefined && itemNames().has(name);
    if (given.has(name) || isItem || isFunctionName(name)) {
      const whose = isItem ? 'a mapping with forEach has' : 'every mapping has';
      const what = given.has(name) || isItem ? `${name} is a name that ${whose}` : `$${name} is a function`;
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
        : compileLetTag({ ...context, names: given }, path, source);
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
  const reword = ({ hint, suggestion, ...fault }: ExpressionFault): ExpressionFault => {
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
  };
  const plan = expression(context, path, text, undefined, reword, 'between');
  return plan && { source: plan, reads: plan };
}

function compileLetTag(context: MappingContext, at: YamlPath, source: LetTagFile): CompiledLetSource {
  const path = [...at, 'tag'];
  const tagPath = compileTag(context, path, source.tag);
  if (!tagPath) return undefined;
  const vrs = [vrsOf(tagPath)];
  const rows = codesOf(context, at, source, { type: 'string', vrs });
  const fallback =
    source.default === undefined ? undefined : compileOperand(context, [...at, 'default'], source.default);
  if (!rows || (source.default !== undefined && !fallback)) return undefined;
  if (fallback && !rows.codes) {
    const message = 'default: has no use without codes: or table:';
    const hint = 'default: is the code of a value that has no row there.';
    context.findings.add({ code: 'no-conversion', message, path: [...at, 'default'], part: 'key', hint });
  }
  const conversion = chooseConversion(vrs, 'string', {
    ...(rows.codes ? { codes: rows.codes } : {}),
    ...(rows.isTable ? { isTable: true } : {}),
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
  const read = ({ dataset, names }: ReadScope, met?: RowMet) => {
    const code = fallback?.operand.resolve(names);
    return conversion.convert({
      elements: [readElement(dataset, tagPath)],
      ...(code === undefined ? {} : { fallback: String(code) }),
      ...(met ? { met } : {}),
    });
  };
  return {
    source: { tag: name, ...(rows.lookup ? { lookup: rows.lookup } : {}), read },
    reads: { keywords: [name], names: fallback?.name === undefined ? [] : [fallback.name] },
  };
}

/** What the entry of a deleted instance has. */
export const UIDS: ReadonlySet<string> = new Set(['StudyInstanceUID', 'SeriesInstanceUID', 'SOPInstanceUID']);

/** Names that are read, also through lets. */
export function transitiveNames(reads: Reads, lets: readonly CompiledLet[]): ReadonlySet<string> {
  const names = new Set(reads.names);
  for (const { plan, reads: inner } of lets.toReversed()) {
    if (names.has(plan.name)) for (const name of inner.names) names.add(name);
  }
  return names;
}

/** Attributes that are read, also through lets. */
export function transitiveKeywords(reads: Reads, lets: readonly CompiledLet[]): readonly string[] {
  const names = transitiveNames(reads, lets);
  return [
    ...reads.keywords,
    ...lets.filter(({ plan }) => names.has(plan.name)).flatMap((each) => each.reads.keywords),
  ];
}
