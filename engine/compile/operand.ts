/**
 * Operands and the names they use: a constant or one `%name` of a mapping file comes in, a closure over the names of an entry
 * goes out, or what is wrong with the name.
 */
import { suggest } from '../diagnostic.ts';
import { parseOffset } from '../dicom/date-time.ts';
import { attributeByKeyword, keywords } from '../dicom/dictionary.ts';
import type { Operand } from '../plan.ts';
import { isTimeZone } from './time-zone.ts';

/** The names that a mapping knows, each with its members; undefined where any member may be there (`let` names). */
export type KnownNames = ReadonlyMap<string, readonly string[] | TableName | undefined>;

/** In place of members: the name is a table, in which expressions look things up. Always the same, so no result depends on it. */
export interface TableName {
  readonly table: Readonly<Record<string, unknown>>;
}

/** The rows, where the name is a table. */
export function tableNamed(names: KnownNames, name: string): TableName['table'] | undefined {
  const members = names.get(name);
  return members && 'table' in members ? members.table : undefined;
}

const SOURCE_MEMBERS: readonly string[] = ['id', 'url', 'urls', 'partition', 'isPartition'];
const ENTRY_MEMBERS: readonly string[] = [
  'sequence',
  'action',
  'state',
  'timestamp',
  'studyInstanceUid',
  'seriesInstanceUid',
  'sopInstanceUid',
];

/** `settings`, `source` and `entry`, which every mapping knows; undefined where it is not known which settings there are. */
export function givenNames(settings: readonly string[] | undefined): KnownNames {
  return new Map([
    ['settings', settings],
    ['source', SOURCE_MEMBERS],
    ['entry', ENTRY_MEMBERS],
  ]);
}

/** In place of members: the name is a dataset, whose members are attributes. */
export const ATTRIBUTES: readonly string[] = Object.freeze([]);

/** What rules of a mapping with `forEach` know besides; `ofDatasets` where the items are those of a sequence. */
export function itemNames(ofDatasets = false): KnownNames {
  return new Map([
    ['item', ofDatasets ? ATTRIBUTES : undefined],
    ['index', undefined],
  ]);
}

export interface NameFault {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly suggestion?: string;
}

/** What is wrong with `member` of the known `name`; `sigil` is `$` or `%`. */
export function memberFault(
  names: KnownNames,
  sigil: string,
  name: string,
  member: string,
): NameFault | undefined {
  const members = names.get(name);
  if (members === ATTRIBUTES) return attributeFault(sigil, name, member);
  if (!members || 'table' in members || members.includes(member)) return undefined;
  const close = suggest(member, members);
  const suggestion = close ? { suggestion: `${sigil}${name}.${close}` } : {};
  if (name === 'settings') {
    const hint = close ? {} : { hint: 'Declare it under settings: in this file, with type and default.' };
    return {
      code: 'unknown-setting',
      message: `this file declares no setting ${member}`,
      ...suggestion,
      ...hint,
    };
  }
  const hint = close ? {} : { hint: `It has ${members.join(', ')}.` };
  return {
    code: 'unknown-variable',
    message: `${sigil}${name} has no member ${member}`,
    ...suggestion,
    ...hint,
  };
}

function attributeFault(sigil: string, name: string, member: string): NameFault | undefined {
  if (attributeByKeyword(member)) return undefined;
  const close = suggest(member, keywords());
  const more = close
    ? { suggestion: `${sigil}${name}.${close}` }
    : { hint: 'Attributes stand by keyword, such as PatientID.' };
  return { code: 'unknown-attribute', message: `there is no DICOM attribute ${member}`, ...more };
}

/** True for what `zone:` may be: a time zone, an offset from UTC, `Z`, or `none` (or nothing) for the date alone. */
export function isZone(text: string): boolean {
  return ['', 'none', 'Z'].includes(text) || parseOffset(text) !== undefined || isTimeZone(text);
}

export const ZONE_HINT =
  'Write a time zone such as Europe/Berlin, "+hh:mm", "-hh:mm", Z, or none for the date alone; CET and the like are no zones.';

export function literalOperand(value: string | number | boolean): Operand {
  return {
    text: typeof value === 'string' ? `'${value}'` : String(value),
    resolve: () => (value === '' ? undefined : value),
  };
}

export interface NamedOperand {
  readonly operand: Operand;
  /** `patientSystem`, or `settings.zone` for a member of a given name. */
  readonly use: string;
  readonly name: string;
}

/**
 * `%name` or `%settings.member`; the member of a name that is no object has no value. A fault has its place in the text:
 * [start, end).
 */
export function namedOperand(
  text: string,
  names: KnownNames,
): NamedOperand | { readonly fault: NameFault & { readonly start: number; readonly end: number } } {
  const [name = '', member, ...rest] = text.slice(1).split('.');
  const whole = { start: 0, end: text.length };
  if (!names.has(name)) {
    const close = suggest(name, names.keys());
    const known = [...names.keys()].map((each) => `%${each}`).join(', ');
    const more = close ? { suggestion: `%${close}` } : { hint: `Names here: ${known}.` };
    const message = `there is no name %${name}`;
    return { fault: { code: 'unknown-variable', message, start: 0, end: name.length + 1, ...more } };
  }
  const members = names.get(name);
  if (members && 'table' in members) {
    const message = `%${name} is a table, and no text`;
    const hint = `An expression looks things up in it: $lookup($${name}, PatientID). Give the result a name under let:.`;
    return { fault: { code: 'unknown-variable', message, hint, ...whole } };
  }
  if (member === undefined && members) {
    const message = `%${name} holds several values: say which`;
    const [first] = members === ATTRIBUTES ? ['PatientID'] : members;
    const hint = first === undefined ? 'This file declares no settings.' : `For example %${name}.${first}.`;
    return { fault: { code: 'unknown-variable', message, hint, ...whole } };
  }
  if (rest.length > 0) {
    const hint = `Give the value a name under let:, and write that name here.`;
    return {
      fault: { code: 'unknown-variable', message: `${text} is more than %name.member`, hint, ...whole },
    };
  }
  const fault = member === undefined ? undefined : memberFault(names, '%', name, member);
  if (fault) return { fault: { ...fault, start: name.length + 2, end: text.length } };
  const resolve: Operand['resolve'] = (values) => {
    const value = values[name];
    const found = member === undefined ? value : isRecord(value) ? value[member] : undefined;
    return typeof found === 'number' ||
      typeof found === 'boolean' ||
      (typeof found === 'string' && found !== '')
      ? found
      : undefined;
  };
  return { operand: { text, resolve }, name, use: members ? `${name}.${member}` : name };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
