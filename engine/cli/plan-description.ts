/**
 * A compiled plan comes in, the same plan as plain data goes out: what is read, converted, written and checked, with every
 * default in words and no closure left. The same plan always gives the same description.
 */
import { tagsOfMapping } from '../apply/rule-paths.ts';
import type {
  EquationPlan,
  ExpressionPlan,
  ListPlan,
  MappingPlan,
  ResourcePlan,
  RulePlan,
  StepPlan,
} from '../plan.ts';
import { type TagName, tagNamed } from './explain-document.ts';
import { describeInterpreted, describeLevel, type InterpretedDescription } from './plan-interpreted.ts';

export interface PlanDescription {
  /** Of the shape of this document. */
  readonly version: 1;
  readonly plan: string;
  readonly fhirVersion: string;
  readonly settings: MappingPlan['settings'];
  /** Expressions, which cost some hundred times what other rules do, and how often each is evaluated. */
  readonly interpreted: readonly InterpretedDescription[];
  /** In the order in which they run. */
  readonly mappings: readonly MappingDescription[];
}

export interface MappingDescription {
  readonly mapping: string;
  readonly resourceType: string;
  readonly file: string;
  /** What that file extends, nearest first. */
  readonly extends?: readonly string[];
  readonly disabled?: readonly {
    readonly rule: string;
    readonly reason: string;
    readonly file: string;
    readonly line: number;
  }[];
  readonly description?: string;
  readonly when?: ExpressionDescription;
  readonly authority?: ExpressionDescription;
  readonly forEach?: ExpressionDescription & { readonly instanceRule: string };
  /** The identifier by which the resource is searched; `system` as written. */
  readonly identity: { readonly rule: string; readonly system?: string };
  readonly adopt?: { readonly rules: readonly string[]; readonly search: readonly string[] };
  /** True, false, or the operand that says so. */
  readonly create: boolean | string;
  readonly life: { readonly onDelete: string; readonly whenEmpty: string; readonly owned?: string };
  /** False: settled once, before all groups. */
  readonly joinsEntries: boolean;
  readonly reads: readonly TagName[];
  /** Its rules outside lists are run once for each difference in these; null: for each instance or item. */
  readonly onceFor: readonly TagName[] | null;
  readonly lets: readonly ({ readonly name: string } & (
    | (TagName & LetTagDescription)
    | ExpressionDescription
  ))[];
  readonly rules: readonly RuleDescription[];
  readonly lists: readonly ListDescription[];
  readonly validation: {
    readonly required: readonly string[];
    readonly tags: readonly (TagName & { readonly rule: string; readonly vrs: readonly string[] })[];
    readonly asserts: readonly {
      readonly name: string;
      readonly fhirpath: string;
      readonly severity: string;
    }[];
  };
}

/** A JSONata expression; its result is remembered by the values of what it reads. */
export interface ExpressionDescription {
  readonly jsonata: string;
  readonly memo: { readonly keywords: readonly string[]; readonly names: readonly string[] };
}

/** What a let says of its tag. */
export interface LetTagDescription {
  readonly default?: string;
  readonly required: boolean;
}

export interface ListDescription {
  readonly list: string;
  readonly to: readonly StepDescription[];
  readonly key: string;
  readonly onceFor: readonly TagName[] | null;
  readonly rules: readonly RuleDescription[];
  readonly lists: readonly ListDescription[];
}

export interface StepDescription {
  readonly element: string;
  readonly list: boolean;
  readonly where?: readonly string[];
  readonly removes?: readonly string[];
}

export type SourceDescription =
  | {
      readonly kind: 'tag';
      readonly tags: readonly (TagName & { readonly vrs: readonly string[] })[];
      readonly conversion: string;
      readonly options: Readonly<Record<string, unknown>>;
      readonly table?: { readonly file: string; readonly rows: number };
    }
  | { readonly kind: 'const'; readonly value: unknown }
  | ({ readonly kind: 'value' } & ExpressionDescription)
  | { readonly kind: 'reference'; readonly mapping: string; readonly logical: boolean }
  | { readonly kind: 'derive'; readonly fhirpath: string };

export interface RuleDescription {
  readonly rule: string;
  readonly file: string;
  readonly line: number;
  readonly overrides?: RulePlan['overrides'];
  readonly fingerprint: string;
  readonly description?: string;
  readonly to: readonly StepDescription[];
  readonly type: string;
  /** True: the rule writes the list, not one item. */
  readonly several: boolean;
  readonly source: SourceDescription;
  /** Closures never touch an interpreter. */
  readonly run: 'closure' | 'jsonata' | 'fhirpath';
  readonly modifiers: {
    readonly when?: ExpressionDescription;
    readonly required: boolean;
    readonly merge: string;
    readonly on: string;
    readonly onAbsent: string;
    readonly authority: string;
    /** Children that are removed where the conversion does not give them. */
    readonly owns: readonly string[];
  };
}

export function describePlan(plan: MappingPlan): PlanDescription {
  const { fingerprint, fhirVersion, settings, mappings } = plan;
  const interpreted = describeInterpreted(plan);
  const described = mappings.map(describeMapping);
  return { version: 1, plan: fingerprint, fhirVersion, settings, interpreted, mappings: described };
}

function describeMapping(mapping: ResourcePlan): MappingDescription {
  const { name, resourceType, file, extends: below, disabled, description, transform, validation } = mapping;
  const { when, authority, forEach, identity, adopt, create, onDelete, whenEmpty, owned, lets } = transform;
  return {
    mapping: name,
    resourceType,
    file,
    ...(below ? { extends: below } : {}),
    ...(disabled
      ? {
          disabled: disabled.map(({ name: rule, reason, file: by, line }) => ({
            rule,
            reason,
            file: by,
            line,
          })),
        }
      : {}),
    ...(description ? { description } : {}),
    ...(when ? { when: describeExpression(when) } : {}),
    ...(authority ? { authority: describeExpression(authority) } : {}),
    ...(forEach
      ? { forEach: { ...describeExpression(forEach.items), instanceRule: forEach.instance.rule.name } }
      : {}),
    identity: {
      rule: identity.rule.name,
      ...(identity.system ? { system: identity.system.text } : {}),
    },
    ...(adopt
      ? {
          adopt: {
            rules: adopt.rules.map((rule) => rule.name),
            search: adopt.parameters.map((parameter) => parameter.name),
          },
        }
      : {}),
    create: typeof create === 'boolean' ? create : create.text,
    life: {
      onDelete: onDelete ?? 'untouched',
      whenEmpty: whenEmpty ?? 'kept',
      ...(owned ? { owned: oneLine(owned.text) } : {}),
    },
    joinsEntries: transform.readsDataset,
    reads: [...new Set(tagsOfMapping(mapping))].toSorted().map(tagNamed),
    onceFor: (!forEach && describeLevel(transform.reads)) || null,
    lets: lets.map(({ name: letName, source }) => ({
      name: letName,
      ...('read' in source
        ? { ...tagNamed(source.tag), ...describeLetTag(source) }
        : describeExpression(source)),
    })),
    rules: [identity.rule, ...transform.rules, ...transform.derives].map(describeRule),
    lists: transform.lists.map(describeList),
    validation: {
      required: validation.required,
      tags: validation.tags.map(({ rule, tag, vrs }) => ({ rule, ...tagNamed(tag), vrs })),
      asserts: validation.asserts.map(({ name: assertName, text, severity }) => ({
        name: assertName,
        fhirpath: oneLine(text),
        severity,
      })),
    },
  };
}

function describeList({ name, target, key, rules, derives, lists, reads }: ListPlan): ListDescription {
  return {
    list: name,
    to: target.steps.map(describeStep),
    key: key.element,
    onceFor: describeLevel(reads) ?? null,
    rules: [key.rule, ...rules, ...derives].map(describeRule),
    lists: lists.map(describeList),
  };
}

function describeRule(rule: RulePlan): RuleDescription {
  const {
    name,
    file,
    line,
    overrides,
    fingerprint,
    description,
    target,
    when,
    required,
    merge,
    on,
    onAbsent,
    exempt,
    owns,
  } = rule;
  const source = describeSource(rule);
  return {
    rule: name,
    file,
    line,
    ...(overrides ? { overrides } : {}),
    fingerprint,
    ...(description ? { description } : {}),
    to: target.steps.map(describeStep),
    type: target.type,
    several: target.several,
    source,
    run: source.kind === 'value' ? 'jsonata' : source.kind === 'derive' ? 'fhirpath' : 'closure',
    modifiers: {
      ...(when ? { when: describeExpression(when) } : {}),
      required,
      merge: merge ?? 'none',
      on,
      onAbsent,
      authority: exempt ? 'any' : 'mapping',
      owns,
    },
  };
}

function describeSource({ source }: RulePlan): SourceDescription {
  switch (source.kind) {
    case 'tag': {
      const { tags, vrs, conversion, options, table } = source;
      const described = tags.map((tag, index) => ({ ...tagNamed(tag), vrs: vrs[index] ?? [] }));
      return { kind: 'tag', tags: described, conversion, options, ...(table ? { table } : {}) };
    }
    case 'const':
      return { kind: 'const', value: source.value };
    case 'value':
      return { kind: 'value', ...describeExpression(source.expression) };
    case 'reference':
      return { kind: 'reference', mapping: source.mapping, logical: source.logical };
    default:
      return { kind: 'derive', fhirpath: oneLine(source.text) };
  }
}

function describeLetTag({ default: fallback, required }: LetTagDescription): LetTagDescription {
  return { ...(fallback === undefined ? {} : { default: fallback }), required };
}

function describeExpression({ text, keywords, names }: ExpressionPlan): ExpressionDescription {
  return { jsonata: oneLine(text), memo: { keywords, names } };
}

function describeStep({ element, list, where, rivals }: StepPlan): StepDescription {
  return {
    element,
    list,
    ...(where ? { where: where.map(equationText) } : {}),
    ...(rivals && rivals.length > 0 ? { removes: rivals } : {}),
  };
}

function equationText({ path, operand }: EquationPlan): string {
  const left = path.map(({ element }) => element).join('.');
  return operand ? `${left} = ${operand.text}` : `${left}.empty()`;
}

function oneLine(text: string): string {
  return text.trim().replace(/\s+/g, ' ');
}
