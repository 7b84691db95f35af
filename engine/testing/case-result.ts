/**
 * What came of a case, as types: the runner makes it; reports, coverage and the command read it. Differences hold values of
 * fixtures, so they are for the person who runs the tests and never for a log.
 */
import type { FhirValue } from '../fhir/resource.ts';
import type { MappingPlan } from '../plan.ts';
import type { ErrorRow } from '../ports.ts';

/** A row of the error store without what is the same for every row of its entry. */
export type CaseRow = Omit<
  ErrorRow,
  'studyInstanceUid' | 'seriesInstanceUid' | 'sopInstanceUid' | 'timestamp'
>;

/** Every resource without ids, versions and dates, references by identifier, in an order of its own; rows by sequence. */
export interface Outcome {
  readonly resources: readonly {
    readonly resourceType: string;
    readonly [element: string]: FhirValue | undefined;
  }[];
  readonly rows: readonly CaseRow[];
}

export type AssertionKind =
  | 'golden'
  | 'contains'
  | 'absent'
  | 'fhirpath'
  | 'writes'
  | 'rows'
  | 'findings'
  | 'warnings';

/** `given`: a fixture is missing or wrong; `mapping`: the mappings do not compile; `crash`: the engine stopped; `time`: it took too long. */
export type FailureKind = AssertionKind | 'given' | 'mapping' | 'crash' | 'invariant' | 'time';

/** Who is to blame for a difference, and what it had to go by. */
export interface Origin {
  /** `Mapping.rule`. */
  readonly rule: string;
  readonly file: string;
  readonly line: number;
  /** Attributes that the rule reads, and the best that an instance of the case has of each. */
  readonly reads: readonly { readonly keyword: string; readonly state: 'absent' | 'empty' | 'present' }[];
  /** It would write there, and an overlay switched it off. */
  readonly isDisabled?: true;
}

export interface Difference {
  /** `Type.name[0].family`; of several resources of a type with the identifier: `Type(P1).gender`. */
  readonly path: string;
  /** Undefined: wanted to be absent. */
  readonly want?: FhirValue;
  /** Undefined: it is absent. */
  readonly got?: FhirValue;
  /** True where nothing is wanted of this path itself: it only shows what a condition looked at. */
  readonly isContext?: true;
  readonly origins: readonly Origin[];
}

export interface Failure {
  readonly kind: FailureKind;
  /** One sentence. */
  readonly message: string;
  /** Where in the test file. */
  readonly line: number;
  /** What to do. */
  readonly hint?: string;
  /** True where an entry was not stored at all: other failures of the case may follow from it. */
  readonly isCause?: true;
  readonly differences?: readonly Difference[];
  /** Attributes that the rules in question read and no instance of the case has. */
  readonly lacking?: readonly string[];
}

/** One assertion of a case: a golden, or one line of what is expected. */
export interface AssertionResult {
  readonly kind: AssertionKind;
  readonly line: number;
  readonly passed: boolean;
}

/** What the golden file of a case should hold. */
export interface GoldenText {
  /** As the case has it, from the folder of its file. */
  readonly path: string;
  readonly text: string;
  /** The file holds it. */
  readonly isSame: boolean;
  /** Why it must not be written as it is: undeclared rows, a broken invariant. */
  readonly refused?: string;
}

export interface CaseResult {
  /** As shown to the user. */
  readonly file: string;
  readonly name: string;
  /** Where its name stands. */
  readonly line: number;
  readonly outcome: 'passed' | 'failed';
  /** None for a case that passed. */
  readonly failures: readonly Failure[];
  readonly assertions: readonly AssertionResult[];
  /** Error rows of the first run, declared or not. */
  readonly rows: readonly CaseRow[];
  /** Invariants that only warn and did not hold, `Mapping.assertion`, declared or not. */
  readonly warnings: readonly string[];
  /** The plan that it ran with; undefined when the mappings do not compile. */
  readonly plan?: MappingPlan;
  readonly golden?: GoldenText;
  readonly durationMs: number;
}
