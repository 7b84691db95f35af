/**
 * The contract between compile/ and apply/, as types: what mapping files become. Compile makes a MappingPlan, apply runs
 * it; neither imports the other. Everything in a plan is frozen and, but for closures, printable.
 */
import type { TagPath } from './dicom/dataset.ts';
import type { ChangeFeedEntry, DicomJson } from './dicom/entry.ts';
import type { FhirElement, FhirResource, FhirValue } from './fhir/resource.ts';
import type { ShapeIssue } from './fhir/shape.ts';

/** What reading the source of a rule on one dataset gave. Empty, blank and null count as absent (design 2.2). */
export type Reading =
  | { readonly state: 'absent' }
  | { readonly state: 'value'; readonly value: FhirValue }
  /** `reason` says which rule of the standard or of the mapping was broken, without the value. */
  | { readonly state: 'invalid'; readonly reason: string; readonly tag?: string };

export const ABSENT: Reading = Object.freeze({ state: 'absent' });

/** `$source` in expressions: where the entry comes from. */
export interface SourceInfo {
  readonly id: string;
  /** The address that FHIR resources carry: source.publicUrl, else source.url. */
  readonly url: string;
  /** The addresses of all sources that are brought into one FHIR server, this one included; default: this one alone. */
  readonly urls?: readonly string[];
  readonly partition?: string;
  /** True where each partition of the service counts as a source of its own. */
  readonly hasSeparatePartitions?: boolean;
}

/** The values of `settings`, `source`, `entry`, the `let` names and, under `forEach`, `item` and `index`; what `$name` and `%name` stand for. */
export type Names = Readonly<Record<string, unknown>>;

/** What a rule reads: one dataset with the three UIDs of its entry, and the names. */
export interface ReadScope {
  readonly entry: ChangeFeedEntry;
  readonly dataset: DicomJson;
  readonly names: Names;
}

/** A constant of the mapping file, or `%name` with an optional `.member`. */
export interface Operand {
  /** As written: `'usual'`, `%patientSystem`. */
  readonly text: string;
  /** Undefined when the name has no value; an empty text counts as none. */
  resolve(names: Names): string | number | boolean | undefined;
}

/** `path = literal`, `path = %name` or, without an operand, `path.empty()`. */
export interface EquationPlan {
  readonly path: readonly { readonly element: string; readonly list: boolean }[];
  readonly operand?: Operand;
}

export interface StepPlan {
  /** The name in FHIR JSON: `effectiveDateTime`, not `effective`. */
  readonly element: string;
  readonly list: boolean;
  readonly where?: readonly EquationPlan[];
  /** The other names of a choice element; writing this one removes them. */
  readonly rivals?: readonly string[];
}

export interface TargetPlan {
  /** As written in the mapping file. */
  readonly text: string;
  readonly steps: readonly StepPlan[];
  /** FHIR type of the last step: `code`, `HumanName`, or the path of a backbone element. */
  readonly type: string;
  /** True when the last step is a list without `where`: the rule writes the list, not one item. */
  readonly several: boolean;
}

/** Where a part of a mapping stands: in the file that supplied it. Both count from 1, columns in UTF-16 units. */
export interface PlaceInFile {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** One of the ways that an expression can go. */
export interface BranchPlan {
  /** The same for the ways of one operator. */
  readonly group: number;
  /** What is to be said as long as no evaluation went this way: `?: right side never taken`. */
  readonly untaken: string;
  /** Where it stands in the text of the expression, in UTF-16 units; `end` is exclusive. */
  readonly start: number;
  readonly end: number;
}

/** A JSONata expression with what it depends on; its result may be remembered by exactly that. */
export interface ExpressionPlan {
  readonly text: string;
  /** The same for every spelling of the same expression (blanks, comments). */
  readonly canonical: string;
  /** Keywords that it reads at the root of the dataset. */
  readonly keywords: readonly string[];
  /** Names that it uses: `settings`, `source`, `entry`, `let` names, `item`, `index`. */
  readonly names: readonly string[];
  /** The part of the dataset that it reads, by keyword: the input of `evaluate`. */
  view(dataset: DicomJson): Readonly<Record<string, unknown>>;
  /** Throws an EngineError mapping.evaluation, without values; results are plain JSON, undefined when absent. */
  evaluate(input: Readonly<Record<string, unknown>>, names: Names): Promise<unknown>;
  /** For coverage of tests: the same expression, slower, which tells the index of each branch that an evaluation takes. */
  watched(took: (branch: number) => void): {
    readonly expression: ExpressionPlan;
    readonly branches: readonly BranchPlan[];
  };
}

/** `codes:` or `table:` with `default:`, as what can be met there. */
export interface LookupPlan {
  readonly key: 'codes' | 'table';
  readonly hasDefault: boolean;
  /** In the order of the file. */
  rows(): readonly (PlaceInFile & { readonly value: string })[];
}

/** Told which row a value was found in; undefined stands for the default. Only coverage of tests asks. */
export type RowMet = (row: string | undefined) => void;

export type SourcePlan =
  | {
      readonly kind: 'tag';
      readonly tags: readonly string[];
      /** Per tag, the VRs by whose rules its values are judged. */
      readonly vrs: readonly (readonly string[])[];
      readonly conversion: string;
      /** The table of codes that it reads. */
      readonly table?: { readonly file: string; readonly rows: number };
      /** What the rule says about the conversion, as written: `as`, `codes`, `table`, `default`, `prefix`, `system`, `unit`, `zone`. */
      readonly options: Readonly<Record<string, unknown>>;
      readonly lookup?: LookupPlan;
      read(scope: ReadScope, met?: RowMet): Reading;
      /** True when none of the tags has a value; only then may `onAbsent: clear` act. */
      allAbsent(scope: ReadScope): boolean;
    }
  | { readonly kind: 'const'; readonly value: FhirValue }
  | { readonly kind: 'value'; readonly expression: ExpressionPlan }
  | { readonly kind: 'reference'; readonly mapping: string; readonly logical: boolean }
  | {
      readonly kind: 'derive';
      readonly text: string;
      evaluate(context: FhirElement, names: Names): readonly FhirValue[];
    };

export interface RulePlan {
  /** `series.instance.number`: unique within its mapping. */
  readonly name: string;
  /** Where the rule stands; of one that an overlay changed, in the overlay. */
  readonly file: string;
  readonly line: number;
  /** What an overlay changed: where the files below it have the rule, nearest first. */
  readonly overrides?: readonly { readonly file: string; readonly line: number }[];
  /** 12 hex digits; ignores spelling, covers the lets, settings and table rows that the rule uses. */
  readonly fingerprint: string;
  readonly description?: string;
  readonly target: TargetPlan;
  readonly source: SourcePlan;
  readonly when?: ExpressionPlan;
  readonly required: boolean;
  readonly merge?: 'append' | 'replace' | 'fill';
  readonly on: 'any' | 'create';
  readonly onAbsent: 'keep' | 'clear';
  /** True for `authority: any`: acts whatever instance speaks. */
  readonly exempt: boolean;
  /** Children that the conversion could give: those it does not give are removed from an item that is there. */
  readonly owns: readonly string[];
  /** Faults of a value for the target's type; undefined where the source cannot give a wrong one. */
  readonly check?: (value: FhirValue) => readonly ShapeIssue[];
  /** Set by coverage of tests: told what no closure of the plan shows. */
  readonly watch?: {
    cleared(): void;
    /** A reference rule ran; its target was found, or not. */
    referred(isFound: boolean): void;
  };
}

/**
 * All that the rules of one level see of a dataset, lets included; beside it they use `settings` and `source` only. What they
 * give may be remembered by exactly that: a thousand instances of a series have one series level.
 */
export interface LevelReads {
  readonly paths: readonly TagPath[];
  /** That of the identity or key, among `paths`; none where it reads no tag. */
  readonly by?: TagPath;
}

export interface ListPlan {
  /** `series.instance`. */
  readonly name: string;
  readonly target: TargetPlan;
  /** The element that makes two items the same, and the rule that reads it; always required. */
  readonly key: { readonly element: string; readonly rule: RulePlan };
  readonly rules: readonly RulePlan[];
  readonly derives: readonly RulePlan[];
  readonly lists: readonly ListPlan[];
  /** Of the key and the rules; undefined where no two entries can have the same. */
  readonly reads?: LevelReads;
}

export interface LetPlan {
  readonly name: string;
  readonly source:
    | {
        readonly tag: string;
        /** That its `default` uses. */
        readonly names: readonly string[];
        readonly lookup?: LookupPlan;
        /** As written. */
        readonly default?: string;
        /** Without a value the entry is not stored. */
        readonly required: boolean;
        read(scope: ReadScope, met?: RowMet): Reading;
      }
    | ExpressionPlan;
}

/** A boolean FHIRPath over a resource, without a dataset: `owned`. */
export interface ConditionPlan {
  readonly text: string;
  holds(resource: FhirResource, names: Names): boolean;
}

export interface AssertPlan extends ConditionPlan {
  readonly name: string;
  readonly severity: 'error' | 'warning';
  readonly description?: string;
}

export interface AdoptPlan {
  readonly rules: readonly RulePlan[];
  /** The search parameter of each rule that has one; at least one. `system` is that of the value of an identifier. */
  readonly parameters: readonly {
    readonly rule: RulePlan;
    readonly name: string;
    readonly kind: 'token' | 'text' | 'identifier';
    readonly system?: Operand;
  }[];
}

/** `forEach`: a resource for each item that the expression gives. */
export interface ForEachPlan {
  /** Gives a list, whose items keep their shape, or nothing. */
  readonly items: ExpressionPlan;
  /** Writes the identifier by which everything made from one instance is found; reads nothing but UIDs, settings and source. */
  readonly instance: { readonly rule: RulePlan; readonly system?: Operand };
}

/** What to read, convert, write and merge for one mapping. */
export interface TransformPlan {
  readonly lets: readonly LetPlan[];
  readonly when?: ExpressionPlan;
  readonly authority?: ExpressionPlan;
  readonly forEach?: ForEachPlan;
  /** Writes the value of an identifier; `system` is the operand that its `where` gives for the system. */
  readonly identity: { readonly rule: RulePlan; readonly system?: Operand };
  readonly adopt?: AdoptPlan;
  readonly create: boolean | Operand;
  /** Without the identity rule and without derived ones. */
  readonly rules: readonly RulePlan[];
  readonly lists: readonly ListPlan[];
  readonly derives: readonly RulePlan[];
  readonly onDelete?: 'removeItem' | 'delete';
  readonly whenEmpty?: 'delete';
  readonly owned?: ConditionPlan;
  /** False when its rules read only settings and the source: such a resource joins no entries into a group. */
  readonly readsDataset: boolean;
  /** Of everything but the lists, or the items of `forEach`; undefined where no two entries can have the same. */
  readonly reads?: LevelReads;
  /** Set by coverage of tests: told that a deletion took something out. */
  readonly watch?: { removed(): void };
}

/** What is asked of one mapping's values and results before anything is sent. */
export interface ValidationPlan {
  readonly required: readonly string[];
  /** Mapped tags with the VRs by whose rules they are judged (PS3.5 6.2). */
  readonly tags: readonly { readonly rule: string; readonly tag: string; readonly vrs: readonly string[] }[];
  readonly shape: (resource: unknown) => readonly ShapeIssue[];
  readonly asserts: readonly AssertPlan[];
}

/** A rule that somebody switched off. */
export interface DisabledRule {
  /** `series.instance.number`. */
  readonly name: string;
  /** What it would write, as in the mapping file. */
  readonly target: string;
  readonly reason: string;
  readonly file: string;
  readonly line: number;
}

export interface ResourcePlan {
  readonly name: string;
  readonly resourceType: string;
  /** The file that the configuration names. */
  readonly file: string;
  /** What that file extends, nearest first. */
  readonly extends?: readonly string[];
  readonly disabled?: readonly DisabledRule[];
  readonly description?: string;
  /**
   * Where the key at `path` of the merged mapping stands (`['rules', 'name', 'when']`), or, with `offset`, where that unit of
   * the text there stands. The nearest key above it, where there is none.
   */
  placeOf(path: readonly (string | number)[], offset?: number): PlaceInFile;
  readonly transform: TransformPlan;
  readonly validation: ValidationPlan;
}

export interface MappingPlan {
  readonly fhirVersion: '4.0';
  /** Ignores spelling and comments; covers rules, lets, settings, conversions and functions. */
  readonly fingerprint: string;
  /** The values in force: what the site set, else the defaults. */
  readonly settings: Readonly<Record<string, string | boolean | number>>;
  /** In such an order that what is referred to stands before what refers to it. */
  readonly mappings: readonly ResourcePlan[];
}
