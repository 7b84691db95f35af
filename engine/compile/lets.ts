/**
 * The `let` names of one mapping come in; a plan for each, in the order of the file, with what it reads, goes out.
 */
import { hasValue, readElement } from '../dicom/dataset.ts';
import { tagName } from '../dicom/tag.ts';
import type { LetPlan, ReadScope, RowMet } from '../plan.ts';
import { compileOperand, compileTag, expression, type MappingContext, type Reads, vrsOf } from './context.ts';
import { chooseConversion, issuerConversion } from './conversion.ts';
import { isFunctionName } from './expression-functions.ts';
import type { ExpressionFault, YamlPath } from './findings.ts';
import type { LetFile, LetTagFile, MappingFile } from './mapping-file.ts';
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
    if (typeof source === 'object' && source.tag === undefined) {
      checkLetTable(context, path, source);
      known.set(name, context.names.get(name));
      continue;
    }
    const compiled =
      typeof source === 'string'
        ? compileLetExpression({ ...context, names: known }, path, source, all)
        : compileLetTag({ ...context, names: known }, path, source);
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

/** Without `tag:`, a let is a table in which expressions look things up. */
export function isTableAlone(source: LetFile): source is LetTagFile & { readonly table: string } {
  return typeof source === 'object' && source.tag === undefined && source.table !== undefined;
}

/** Adds the findings of a let that has no tag. */
function checkLetTable(context: MappingContext, path: YamlPath, source: LetTagFile): void {
  const { table, ...others } = source;
  if (table === undefined) {
    const message = `let \`${path.at(-1)}\` has no tag:`;
    const hint =
      'tag: is the attribute that it reads; with table: alone, expressions look things up in the table.';
    context.findings.add({ code: 'missing-key', message, path, part: 'key', hint });
    return;
  }
  codesOf(context, path, { table }, { type: 'string', vrs: [] });
  for (const key of Object.keys(others)) {
    const message = `${key}: has no use without tag:`;
    const hint = 'A table alone is there for expressions to look things up in.';
    context.findings.add({ code: 'no-conversion', message, path: [...path, key], part: 'key', hint });
  }
}

function compileLetTag(context: MappingContext, at: YamlPath, source: LetTagFile): CompiledLetSource {
  const path = [...at, 'tag'];
  const tagPath = compileTag(context, path, source.tag ?? '');
  if (!tagPath) return undefined;
  const vrs = [vrsOf(tagPath)];
  const rows = codesOf(context, at, source, { type: 'string', vrs });
  const fallback =
    source.default === undefined ? undefined : compileOperand(context, [...at, 'default'], source.default);
  if (!rows || (source.default !== undefined && !fallback)) return undefined;
  const name = tagName(tagPath);
  const issuer = rows.codes ? undefined : issuerConversion(name.split('.').at(-1) ?? '');
  const conversion =
    issuer ??
    chooseConversion(vrs, 'string', {
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
  const names = fallback?.name === undefined ? [] : [fallback.name];
  const read = (scope: ReadScope, met?: RowMet) => {
    const element = readElement(scope.dataset, tagPath);
    const code = fallback?.operand.resolve(scope.names);
    const reading = conversion.convert({
      elements: [element],
      ...(code === undefined ? {} : { fallback: String(code) }),
      ...(met ? { met } : {}),
    });
    // A row without a code says that nothing is meant; otherwise the default stands for what is not there, too.
    const isSaid = rows.codes !== undefined && hasValue(element);
    if (reading.state !== 'absent' || code === undefined || code === '' || isSaid) return reading;
    met?.(undefined);
    return { state: 'value', value: String(code) } as const;
  };
  const { required = false, default: written } = source;
  return {
    source: {
      tag: name,
      names,
      ...(written === undefined ? {} : { default: written }),
      ...(rows.lookup ? { lookup: rows.lookup } : {}),
      required,
      read,
    },
    reads: { keywords: [name], names },
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
