/**
 * The shape of a mapping file after YAML and schema: what the rest of compile/ reads. Types only; the schema
 * (schemas/mapping.schema.json) says the same with descriptions, and a test holds the two together.
 */

export type SettingType = 'string' | 'boolean' | 'integer';

export interface SettingFile {
  readonly type: SettingType;
  readonly default: string | boolean | number;
  readonly description?: string;
}

/** JSONata text, a tag, or a table without a tag, which expressions look things up in. */
export type LetFile = string | LetTagFile;

export interface LetTagFile {
  readonly tag?: string;
  readonly codes?: Readonly<Record<string, string>>;
  readonly table?: string;
  readonly default?: OperandFile;
  readonly required?: boolean;
}

/** A literal, or one `%name` (`%settings.x` and `%source.x` included). */
export type OperandFile = string;

export interface RuleFile {
  readonly description?: string;
  readonly to: string;
  // exactly one of the six sources
  readonly tag?: string | readonly string[];
  readonly const?: unknown;
  readonly value?: string;
  readonly reference?: string;
  readonly derive?: string;
  // with tag
  readonly as?: 'first' | 'join';
  readonly codes?: Readonly<Record<string, string>>;
  /** A file of rows in place of `codes`, relative to the file that names it. */
  readonly table?: string;
  readonly default?: OperandFile;
  readonly prefix?: OperandFile;
  readonly system?: OperandFile;
  readonly unit?: string;
  readonly zone?: OperandFile;
  // with reference
  readonly logical?: boolean;
  // any source
  readonly when?: string;
  readonly required?: boolean;
  readonly merge?: 'append' | 'replace' | 'fill';
  readonly on?: 'any' | 'create';
  readonly onAbsent?: 'keep' | 'clear';
  readonly authority?: 'any' | 'mapping';
  // overlays; gone where rules are compiled
  readonly disabled?: boolean;
  readonly reason?: string;
  /** Fingerprint of the rule that this one overrides. */
  readonly base?: string;
}

export interface ListFile {
  readonly description?: string;
  readonly to: string;
  /** Exactly one element to one tag: the element that makes two items the same. */
  readonly key: Readonly<Record<string, string>>;
  readonly rules?: Readonly<Record<string, RuleFile>>;
  readonly lists?: Readonly<Record<string, ListFile>>;
}

export interface AssertFile {
  readonly fhirpath: string;
  readonly severity?: 'error' | 'warning';
  readonly description?: string;
}

export interface MappingFile {
  /** The file that this one changes; gone where the mapping is compiled. */
  readonly extends?: string;
  readonly resource: string;
  /** Needed for a second mapping of one resource type; default: the resource type. */
  readonly name?: string;
  readonly description?: string;
  readonly fhirVersion?: '4.0';
  readonly settings?: Readonly<Record<string, SettingFile>>;
  readonly let?: Readonly<Record<string, LetFile>>;
  /** Name of the rule whose identifier finds the resource on the server. */
  readonly identity: string;
  readonly adopt?: readonly string[];
  /** `false`, or a %name that is a boolean: searched and referred to, never written. */
  readonly create?: boolean | OperandFile;
  readonly when?: string;
  readonly authority?: string;
  /** JSONata giving a list: a resource for each item. */
  readonly forEach?: string;
  /** With forEach: the rule whose identifier finds everything that was made from one instance. */
  readonly instanceRule?: string;
  readonly onDelete?: 'removeItem' | 'delete';
  readonly whenEmpty?: 'delete';
  readonly owned?: string;
  readonly rules: Readonly<Record<string, RuleFile>>;
  readonly lists?: Readonly<Record<string, ListFile>>;
  readonly assert?: Readonly<Record<string, AssertFile>>;
}
