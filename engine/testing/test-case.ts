/**
 * A case of a test file, as types: what stands in the file after YAML and schema, and what a case is once its bases and the
 * defaults of its file are in it. Paths are as written, from the folder of the file.
 */
import type { FhirResource } from '../fhir/resource.ts';
import type { SourceInfo } from '../plan.ts';
import type { AttributeWords } from './attributes.ts';

export type Settings = Readonly<Record<string, string | number | boolean>>;
export type Change = 'create' | 'update' | 'delete';

export interface EntryFile {
  readonly change?: Change;
  readonly instance?: string | AttributeWords;
  readonly set?: AttributeWords;
  readonly unset?: readonly string[];
  readonly state?: 'current' | 'replaced' | 'deleted';
  readonly sequence?: number;
  readonly timestamp?: string;
  readonly partition?: string;
  readonly metadata?: null;
  readonly entry?: Readonly<Record<string, unknown>>;
}

export interface GivenFile {
  readonly base?: string;
  readonly change?: Change;
  readonly instances?: readonly (string | AttributeWords)[];
  readonly feed?: readonly EntryFile[];
  readonly set?: AttributeWords;
  readonly unset?: readonly string[];
  readonly existing?: string | readonly (string | FhirResource)[];
  readonly at?: string;
  readonly settings?: Settings;
  readonly source?: {
    readonly url?: string;
    readonly id?: string;
    readonly partitions?: 'together' | 'separate';
  };
  readonly enforceValidationOfTagValues?: boolean;
}

export type WriteWord = Change | 'none';

export interface ExpectedRow {
  readonly code: string;
  readonly rule?: string;
  readonly tag?: string;
  readonly kind?: string;
  readonly sequence?: number;
}

export interface ExpectedFinding {
  readonly code: string;
  readonly rule?: string;
  readonly line?: number;
}

export interface Expectation {
  readonly golden?: string;
  readonly shows?: Readonly<Record<string, readonly string[] | 'all'>>;
  readonly contains?: Readonly<Record<string, unknown>>;
  readonly absent?: readonly string[];
  readonly fhirpath?: Readonly<Record<string, readonly string[]>>;
  readonly writes?: 'none' | Readonly<Record<string, WriteWord | readonly Change[]>>;
  readonly rows?: readonly ExpectedRow[];
  readonly findings?: readonly ExpectedFinding[];
  readonly warnings?: 'none' | readonly string[];
}

export interface CaseFile {
  readonly about?: string;
  readonly given?: GivenFile;
  readonly expect: Expectation;
}

export interface DefaultsFile
  extends Pick<GivenFile, 'at' | 'settings' | 'source' | 'enforceValidationOfTagValues'> {
  readonly instance?: AttributeWords;
}

/** The file after the schema. */
export interface TestFileText {
  readonly config?: string;
  readonly mappings?: readonly string[];
  readonly defaults?: DefaultsFile;
  readonly cases: Readonly<Record<string, CaseFile>>;
}

/** One entry of the feed with the line that it stands at. */
export interface GivenEntry extends EntryFile {
  readonly line: number;
}

export interface Given {
  /** True for `feed`: entries that name no instance are about the first one. */
  readonly isHistory: boolean;
  readonly entries: readonly GivenEntry[];
  /** For every instance, in this order: those of a base before those of the case. */
  readonly edits: readonly { readonly set?: AttributeWords; readonly unset?: readonly string[] }[];
  readonly existing: readonly { readonly resource: string | FhirResource; readonly line: number }[];
  /** What instances in place have unless they say otherwise. */
  readonly instance: AttributeWords;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly settings: Settings;
  readonly source: Pick<SourceInfo, 'id' | 'url' | 'hasSeparatePartitions'>;
  /** Undefined: as in the configuration. */
  readonly enforceTagValues?: boolean;
}

export interface TestCase {
  /** As shown to the user. */
  readonly file: string;
  readonly name: string;
  readonly about?: string;
  readonly given: Given;
  readonly expect: Expectation;
  /** 1-based line of a place in the case: `['expect', 'golden']`; of its name for the empty path. */
  lineOf(path: readonly (string | number)[]): number;
}
