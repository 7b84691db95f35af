/**
 * What `dicomcast explain` says, as plain data: explanations come in, the document that --format json prints and that the
 * text is made of goes out. Values that may identify somebody are gone from it unless they were asked for.
 */
import type { ExplainedEntry } from '../apply/attempts.ts';
import { type LeafRow, placeOf, type ResourceExplanation, type UnmadeMapping } from '../apply/explain.ts';
import { rulesOf, tagsOf } from '../apply/rule-paths.ts';
import { type TagState, tagNumber } from '../apply/tag-states.ts';
import type { Check, PathAnswer } from '../apply/why-not.ts';
import type { FhirValue } from '../fhir/resource.ts';
import type { DisabledRule, MappingPlan, RulePlan } from '../plan.ts';

export const MASK = '•••';

/** Where a rule stands. */
export interface RulePlace {
  /** `Mapping.rule`. */
  readonly rule: string;
  /** Of a rule that an overlay changed, the overlay. */
  readonly file: string;
  readonly line: number;
  /** Where the files below the overlay have the rule, nearest first. */
  readonly overrides?: readonly { readonly file: string; readonly line: number }[];
}

export interface WrittenPath extends Partial<RulePlace> {
  readonly path: string;
  /** The leaf; `•••` where masked. */
  readonly value: FhirValue;
  readonly masked: boolean;
  readonly source: LeafRow['source'];
  /** Of a reference: the mapping whose resource is meant; of a derived element: its FHIRPath. */
  readonly of?: string;
  readonly tags: readonly TagName[];
  /** Indexes of `instances`. */
  readonly instances: readonly number[];
}

export interface TagName {
  readonly tag: string;
  readonly keyword: string;
}

export interface MissingPath extends RulePlace {
  readonly path: string;
  readonly why: string;
  readonly reason: string;
  readonly tags: readonly TagName[];
  readonly instances: readonly number[];
}

export interface Explanation {
  /** Of the shape of this document. */
  readonly version: 1;
  readonly plan: string;
  /** True when values that may identify somebody are masked. */
  readonly masked: boolean;
  readonly instances: readonly ExplainedInstance[];
  readonly resources: readonly {
    readonly mapping: string;
    readonly resourceType: string;
    readonly request: 'create' | 'update' | 'delete' | 'none';
    readonly written: readonly WrittenPath[];
    readonly missing: readonly MissingPath[];
  }[];
  readonly unmade: readonly {
    readonly mapping: string;
    readonly file: string;
    readonly why: UnmadeMapping['why'];
    readonly reason: string;
    readonly tags: readonly TagName[];
    readonly instances: readonly number[];
  }[];
  /** Why nothing of all this would be sent. */
  readonly refused?: { readonly code: string; readonly message: string };
  /** Invariants that do not hold and only warn. */
  readonly warnings: readonly string[];
  readonly unread: {
    readonly count: number;
    /** Only on demand. */
    readonly attributes?: readonly (TagName & { readonly vr: string })[];
  };
}

export interface ExplainedInstance {
  readonly file: string;
  readonly stored: boolean;
  readonly error?: {
    readonly code: string;
    readonly message: string;
    readonly tag?: string;
  } & Partial<RulePlace>;
}

export interface PathExplanation {
  readonly version: 1;
  readonly plan: string;
  readonly masked: boolean;
  readonly path: string;
  readonly instances: readonly ExplainedInstance[];
  readonly rules: readonly (RulePlace & {
    /** Undefined where it is the same for all. */
    readonly instance?: number;
    readonly checks: readonly Check[];
    readonly written: readonly string[];
  })[];
  readonly nearest: readonly string[];
}

export function instancesOf(
  plan: MappingPlan,
  files: readonly string[],
  entries: readonly ExplainedEntry[],
  isRefused: boolean,
): readonly ExplainedInstance[] {
  const rules = new Map(
    plan.mappings.flatMap(rulesOf).map(({ mapping, rule }) => [`${mapping.name}.${rule.name}`, rule]),
  );
  return entries.map(({ failed }, index) => {
    const file = files[index] ?? '';
    if (!failed) return { file, stored: !isRefused };
    const { code, message, tag, rule } = failed;
    const found = rule === undefined ? undefined : rules.get(rule);
    return {
      file,
      stored: false,
      error: {
        code,
        message,
        ...(tag ? { tag } : {}),
        ...(rule ? { rule } : {}),
        ...(found ? { file: found.file, line: found.line } : {}),
      },
    };
  });
}

export function resourceDocument(
  { change, rows, effects }: ResourceExplanation,
  showValues: boolean,
): Explanation['resources'][number] {
  const { plan, kind } = change;
  return {
    mapping: plan.name,
    resourceType: plan.resourceType,
    request: kind,
    written: rows.map((row) => writtenPath(row, showValues)),
    missing: [
      ...missingPaths(effects),
      ...(plan.disabled ?? []).map((rule) => disabledPath(plan.name, rule)),
    ],
  };
}

function writtenPath(row: LeafRow, showValues: boolean): WrittenPath {
  const { path, value, rule, mapping, source, tags, confidential, entries } = row;
  const masked = confidential && !showValues;
  const from = rule?.source;
  return {
    path,
    value: masked ? MASK : value,
    masked,
    ...(rule ? rulePlace(mapping.name, rule) : {}),
    source,
    ...(source === 'reference' && from?.kind === 'reference' ? { of: from.mapping } : {}),
    ...(source === 'derive' && from?.kind === 'derive' ? { of: from.text.trim() } : {}),
    tags: tags.map(tagNamed),
    instances: entries,
  };
}

/** What another instance explains better is left out: of two instances of a study, one need not have everything. */
const QUIET: ReadonlySet<string> = new Set(['absent', 'condition', 'create']);

function missingPaths(effects: ResourceExplanation['effects']): readonly MissingPath[] {
  const written = new Set(
    effects.filter(({ why }) => !why).map(({ mapping, rule, at }) => `${mapping.name}.${rule.name} ${at}`),
  );
  const found = new Map<string, MissingPath>();
  const ranks = new Map<string, number>();
  for (const { rule } of effects) if (!ranks.has(rule.name)) ranks.set(rule.name, ranks.size);
  const rankOf = ({ rule }: { readonly rule: { readonly name: string } }): number =>
    ranks.get(rule.name) ?? 0;
  for (const effect of effects.toSorted((a, b) => rankOf(a) - rankOf(b))) {
    const { mapping, rule, at, why, reason = '', entry } = effect;
    if (!why || (QUIET.has(why) && written.has(`${mapping.name}.${rule.name} ${at}`))) continue;
    const path = placeOf(effect);
    const key = `${mapping.name}.${rule.name} ${path} ${why} ${reason}`;
    const known = found.get(key);
    const instances = [...(known?.instances ?? []), entry];
    const place = rulePlace(mapping.name, rule);
    found.set(key, { path, ...place, why, reason, tags: tagsOf(mapping, rule).map(tagNamed), instances });
  }
  return [...found.values()];
}

function disabledPath(mapping: string, { name, target, reason, file, line }: DisabledRule): MissingPath {
  const path = target.trim().replace(/^[A-Z][A-Za-z]*\./, '');
  const place = { rule: `${mapping}.${name}`, file, line };
  return { path, ...place, why: 'disabled', reason: `switched off: ${reason}`, tags: [], instances: [] };
}

const UNMADE: Readonly<Record<UnmadeMapping['why'], string>> = {
  condition: 'when: of the mapping is not true',
  create: 'create: it is searched and referred to, never made',
  items: 'forEach: gives no item',
};

export function unmadeDocument({
  mapping,
  why,
  tags,
  entries,
}: UnmadeMapping): Explanation['unmade'][number] {
  return {
    mapping: mapping.name,
    file: mapping.file,
    why,
    reason: UNMADE[why],
    tags: tags.map(tagNamed),
    instances: entries,
  };
}

/** Of what was switched off, only that. */
export function pathRules({ chains, disabled }: PathAnswer): PathExplanation['rules'] {
  const off = disabled.map(({ mapping, rule: { name, file, line, reason } }) => ({
    rule: `${mapping.name}.${name}`,
    file,
    line,
    checks: [{ what: 'the rule is switched on', holds: false, detail: reason }],
    written: [],
  }));
  return [...off, ...ofChains(chains)];
}

function ofChains(chains: PathAnswer['chains']): PathExplanation['rules'] {
  return chains.map(({ mapping, rule, entry, checks, leaves }) => ({
    ...rulePlace(mapping.name, rule),
    instance: entry,
    checks,
    written: leaves,
  }));
}

function rulePlace(mapping: string, { name, file, line, overrides }: RulePlan): RulePlace {
  return { rule: `${mapping}.${name}`, file, line, ...(overrides ? { overrides } : {}) };
}

/** `site/patient.yaml:12 over mappings/patient.yaml:30`. */
export function placeText({ file, line, overrides = [] }: RulePlace): string {
  return [{ file, line }, ...overrides].map((place) => `${place.file}:${place.line}`).join(' over ');
}

export function tagNamed(keyword: string): TagName {
  return { tag: tagNumber(keyword), keyword };
}

/** Text that a terminal only prints: control characters of an instance are written out. */
export function printable(value: unknown): string {
  return (JSON.stringify(value) ?? '').replace(
    /[\u007f-\u009f\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** `(0010,0030) PatientBirthDate: DA, 1 value`. */
export function tagStateText({ tag, keyword, state, vr, count, values }: TagState): string {
  const name = tag === keyword ? tag : `${tag} ${keyword}`;
  if (state !== 'present') return `${name}: ${state}`;
  const number = `${count} value${count === 1 ? '' : 's'}`;
  return `${name}: ${vr ? `${vr}, ` : ''}${number}${values ? ` ${printable(values)}` : ''}`;
}
