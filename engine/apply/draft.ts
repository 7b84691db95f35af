/**
 * What stands between reading an entry and merging it, as types: the values that the rules of each mapping gave for one
 * entry, before any resource on the server is known.
 */
import type { ChangeFeedEntry } from '../dicom/entry.ts';
import type { ErrorCode } from '../errors.ts';
import type { FhirValue, IdentifierToken } from '../fhir/resource.ts';
import type { ListPlan, Names, ResourcePlan, RulePlan } from '../plan.ts';

/** Why a rule, or a whole entry, was left out. Names only, never a value. */
export interface DraftIssue {
  readonly code: ErrorCode;
  /** `Mapping.rule`. */
  readonly rule?: string;
  readonly tag?: string;
  readonly message: string;
}

/** `clear`: the tags are absent and the rule removes what was there; `none`: nothing to do. */
export type RuleOutcome =
  | { readonly kind: 'value'; readonly value: FhirValue }
  | { readonly kind: 'reference' }
  | { readonly kind: 'clear' }
  | {
      readonly kind: 'none';
      /** For explanations only. */
      readonly why?: 'absent' | 'invalid' | 'condition';
      /** Of an invalid value: what is wrong with it, without the value. */
      readonly reason?: string;
    };

export interface RuleDraft {
  readonly rule: RulePlan;
  readonly outcome: RuleOutcome;
}

export interface ListDraft {
  readonly list: ListPlan;
  /** What the item carries as its key; items are told apart by its text. */
  readonly key: FhirValue;
  readonly rules: readonly RuleDraft[];
  readonly lists: readonly ListDraft[];
}

export interface ResourceDraft {
  readonly plan: ResourcePlan;
  readonly identity: IdentifierToken;
  /** Type and identity in one text: drafts of one slot are about one resource. */
  readonly slot: string;
  /** False when `authority` names other instances for this resource. */
  readonly speaks: boolean;
  readonly create: boolean;
  readonly names: Names;
  readonly rules: readonly RuleDraft[];
  readonly lists: readonly ListDraft[];
}

/** Everything that one mapping with `forEach` makes from one instance. */
export interface SetDraft {
  readonly plan: ResourcePlan;
  /** What each resource of the set carries. */
  readonly instance: IdentifierToken;
  /** Mapping and instance in one text: drafts with one key are about one set. */
  readonly key: string;
  readonly create: boolean;
  readonly names: Names;
  /** Slots of the items of this entry; what else is in the set goes. None for a delete entry. */
  readonly members: ReadonlySet<string>;
}

export interface EntryDraft {
  readonly entry: ChangeFeedEntry;
  readonly kind: 'upsert' | 'delete';
  /** In plan order: what is referred to stands first. Empty when `failed`. */
  readonly resources: readonly ResourceDraft[];
  /** Of the mappings with `forEach` that apply. */
  readonly sets: readonly SetDraft[];
  /** Elements that were left out; the rest is stored. */
  readonly issues: readonly DraftIssue[];
  /** The entry contributes nothing, for this reason. */
  readonly failed?: DraftIssue;
}
