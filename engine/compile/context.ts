/**
 * What the rules of one mapping share while they are compiled: its names, what was used of them, and where findings go; and
 * the small parts of rules that several places have: operands, tags, expressions, paths.
 */
import { attributeByTag } from '../dicom/dictionary.ts';
import { isQueryOnly, isSameWord, keywordFor } from '../dicom/keyword-notes.ts';
import { parseTag, type TagPath, tagName } from '../dicom/tag.ts';
import type { ExpressionPlan, Operand } from '../plan.ts';
import { QUERY_HINT } from './expression-inspection.ts';
import type { SyntaxNode } from './expression-nodes.ts';
import type { ResultKind } from './expression-result.ts';
import { compilePath, type PathClosure } from './fhirpath.ts';
import type { ExpressionFault, Findings, YamlPath } from './findings.ts';
import type { Prints } from './fingerprint.ts';
import { compileExpression } from './jsonata.ts';
import type { PlacedDisabledRule } from './mapping-set.ts';
import { type KnownNames, literalOperand, namedOperand } from './operand.ts';
import { inspectCondition } from './result-kinds.ts';
import type { Tables } from './table.ts';

export interface MappingContext {
  readonly mapping: string;
  readonly file: string;
  readonly names: KnownNames;
  /** Of the mapping: what it asks for is there wherever its rules run. */
  readonly when: string | undefined;
  readonly findings: Findings;
  /** Names that were used so far: `patientSystem`, `settings.zone`, `settings` where it is not said which. */
  readonly used: Set<string>;
  /** Parts of the file that have faults and were left out: `rules/name`. */
  readonly dropped: ReadonlySet<string>;
  /** The resource type of each mapping of the configuration; undefined while one of them cannot be read. */
  readonly mappings: ReadonlyMap<string, string> | undefined;
  readonly tables: Tables;
  /** Rules that an overlay switched off. */
  readonly disabled: readonly PlacedDisabledRule[];
  readonly printOf: Prints['rule'];
}

/** Everything that a rule depends on; what may run on delete entries and what joins entries follow from it. */
export interface Reads {
  readonly keywords: readonly string[];
  readonly names: readonly string[];
}

export const READS_NOTHING: Reads = Object.freeze({ keywords: [], names: [] });

/** A constant or `%name`; adds a finding and gives undefined when there is no such name. */
export function compileOperand(
  context: MappingContext,
  path: YamlPath,
  text: string,
  rule?: string,
): { readonly operand: Operand; readonly name?: string } | undefined {
  if (!text.startsWith('%')) return { operand: literalOperand(text) };
  const named = namedOperand(text, context.names);
  if ('fault' in named) {
    context.findings.addFault(path, named.fault, rule);
    return undefined;
  }
  context.used.add(named.use);
  return named;
}

/** Parses a tag; adds a finding and gives undefined when there is no such attribute. */
export function compileTag(
  context: MappingContext,
  path: YamlPath,
  text: string,
  rule?: string,
): TagPath | undefined {
  const parsed = parseTag(text);
  const today = keywordFor(text.trim());
  if (!('error' in parsed)) return checkStored(context, path, text, parsed, rule);
  const { error, offset, length } = parsed;
  if (today) {
    const message = `there is no DICOM attribute ${text.trim()}`;
    const code = isSameWord(text, today) ? 'unknown-attribute' : 'retired-keyword';
    const fault = { code, message, suggestion: today, start: 0, end: text.length };
    context.findings.addFault(path, fault, rule);
    return undefined;
  }
  const suggestion = parsed.candidates?.[0];
  const isKeyword = /^[A-Za-z]/.test(text.slice(offset)) && error.startsWith('there is no');
  const hint =
    isKeyword && !suggestion ? { hint: 'Keywords are those of DICOM PS3.6, such as PatientID.' } : {};
  const fault = { code: 'unknown-attribute', message: error, start: offset, end: offset + length };
  context.findings.addFault(path, { ...fault, ...hint, ...(suggestion ? { suggestion } : {}) }, rule);
  return undefined;
}

/** Adds a finding and gives undefined for a path to what no stored instance has. */
function checkStored(
  context: MappingContext,
  path: YamlPath,
  text: string,
  parsed: TagPath,
  rule?: string,
): TagPath | undefined {
  const name = tagName(parsed).split('.').find(isQueryOnly);
  if (name === undefined) return parsed;
  const message = `${name} exists in queries only: no stored instance has it`;
  const fault = { code: 'query-only-attribute', message, hint: QUERY_HINT, start: 0, end: text.length };
  context.findings.addFault(path, fault, rule);
  return undefined;
}

/** The VRs that the dictionary allows at the end of the path; none for what is not in it: the dataset says it then. */
export function vrsOf(path: TagPath): readonly string[] {
  const last = path.at(-1);
  const attribute = last && 'tag' in last ? attributeByTag(last.tag) : undefined;
  return attribute?.vrs ?? [];
}

/** What is asked of an expression besides its names: faults of what it gives. */
export type ResultInspection = (ast: SyntaxNode, text: string) => readonly ExpressionFault[];

/** The keys whose expressions are conditions. */
const CONDITIONS: Readonly<Record<string, ResultInspection>> = {
  when: inspectCondition,
  authority: inspectCondition,
};

/** Compiles a JSONata expression; adds its findings, reworded where asked, and gives undefined when it cannot be used. */
export function expression(
  context: MappingContext,
  path: YamlPath,
  text: string,
  rule?: string,
  reword = (fault: ExpressionFault): ExpressionFault => fault,
  kind: ResultKind = 'value',
  inspect = path.length > 2 || path[0] !== 'let' ? CONDITIONS[String(path.at(-1))] : undefined,
): ExpressionPlan | undefined {
  const compiled = compileExpression(text, context.names, kind, inspect);
  if ('plan' in compiled) {
    for (const use of compiled.uses) context.used.add(use);
    return compiled.plan;
  }
  for (const fault of compiled.faults) context.findings.addFault(path, reword(fault), rule);
  return undefined;
}

/** Compiles FHIRPath over `type`; adds its findings and gives undefined when it cannot be used. */
export function resourcePath(
  context: MappingContext,
  path: YamlPath,
  text: string,
  type: string,
  rule?: string,
): PathClosure | undefined {
  const compiled = compilePath(text, type, context.names);
  if ('evaluate' in compiled) {
    for (const use of compiled.uses) context.used.add(use);
    return compiled.evaluate;
  }
  for (const fault of compiled.faults) context.findings.addFault(path, fault, rule);
  return undefined;
}
