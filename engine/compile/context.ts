/**
 * What the rules of one mapping share while they are compiled: its names, what was used of them, and where findings go; and
 * the small parts of rules that several places have: operands, tags, expressions, paths.
 */
import { attributeByTag } from '../dicom/dictionary.ts';
import { parseTag, type TagPath } from '../dicom/tag.ts';
import type { ExpressionPlan, Operand } from '../plan.ts';
import { compilePath, type PathClosure } from './fhirpath.ts';
import type { ExpressionFault, Findings, YamlPath } from './findings.ts';
import { compileExpression } from './jsonata.ts';
import { type KnownNames, literalOperand, namedOperand } from './operand.ts';

export interface MappingContext {
  readonly mapping: string;
  readonly file: string;
  readonly names: KnownNames;
  readonly findings: Findings;
  /** Names that were used so far: `patientSystem`, `settings.zone`, `settings` where it is not said which. */
  readonly used: Set<string>;
  /** Parts of the file that have faults and were left out: `rules/name`. */
  readonly dropped: ReadonlySet<string>;
  /** The resource type of each mapping of the configuration; undefined while one of them cannot be read. */
  readonly mappings: ReadonlyMap<string, string> | undefined;
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
  if (!('error' in parsed)) return parsed;
  const { error, offset, length } = parsed;
  const suggestion = parsed.candidates?.[0];
  const isKeyword = /^[A-Za-z]/.test(text.slice(offset)) && error.startsWith('there is no');
  const hint =
    isKeyword && !suggestion ? { hint: 'Keywords are those of DICOM PS3.6, such as PatientID.' } : {};
  const fault = { code: 'unknown-attribute', message: error, start: offset, end: offset + length };
  context.findings.addFault(path, { ...fault, ...hint, ...(suggestion ? { suggestion } : {}) }, rule);
  return undefined;
}

/** The VRs that the dictionary allows at the end of the path; none for what is not in it: the dataset says it then. */
export function vrsOf(path: TagPath): readonly string[] {
  const last = path.at(-1);
  const attribute = last && 'tag' in last ? attributeByTag(last.tag) : undefined;
  return attribute?.vrs ?? [];
}

/** Compiles a JSONata expression; adds its findings, reworded where asked, and gives undefined when it cannot be used. */
export function expression(
  context: MappingContext,
  path: YamlPath,
  text: string,
  rule?: string,
  reword = (fault: ExpressionFault): ExpressionFault => fault,
): ExpressionPlan | undefined {
  const compiled = compileExpression(text, context.names);
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
