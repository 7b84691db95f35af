/**
 * `table:` of a rule or a let: the table that the file names comes in through the context, its rows as codes go out, or
 * undefined after findings were added; rows that the target cannot take are told where they stand.
 */
import { NUMBER_VRS } from '../dicom/vr.ts';
import type { LookupPlan } from '../plan.ts';
import type { MappingContext } from './context.ts';
import { type CodeRow, codeRowFault } from './conversion-choice.ts';
import { shortestNumber } from './conversion-run.ts';
import type { YamlPath } from './findings.ts';
import type { Table } from './table.ts';
import { codeFault } from './target.ts';

/** `codes:`, or the rows of `table:`. */
export interface Codes {
  readonly codes?: ReadonlyMap<string, CodeRow>;
  readonly isTable?: boolean;
  /** Of a table. */
  readonly file?: string;
  readonly lookup?: LookupPlan;
}

interface Holder {
  readonly codes?: Readonly<Record<string, string>>;
  readonly table?: string;
  readonly default?: string;
}

/** What the rows are for. */
export interface RowTarget {
  /** FHIR type. */
  readonly type: string;
  /** The codes of a required value set. */
  readonly allowed?: readonly string[] | undefined;
  /** One list for each tag. */
  readonly vrs: readonly (readonly string[])[];
}

/** Undefined when the table cannot be used: then nothing is known of what the rule gives. */
export function codesOf(
  context: MappingContext,
  path: YamlPath,
  holder: Holder,
  target: RowTarget,
  rule?: string,
): Codes | undefined {
  const { codes, table: name } = holder;
  const hasDefault = holder.default !== undefined;
  if (name === undefined) {
    if (!codes) return {};
    if (!checkKeys(context, path, Object.keys(codes), target, rule)) return undefined;
    const rows = () =>
      Object.keys(codes).map((value) => ({
        value,
        ...context.findings.positionOf([...path, 'codes', value]),
      }));
    return { codes: new Map(Object.entries(codes)), lookup: { key: 'codes', hasDefault, rows } };
  }
  const at = [...path, 'table'];
  const ruled = rule === undefined ? {} : { rule };
  if (codes) {
    const message = 'codes: and table: are two ways to say the same';
    const hint = 'Keep one of the two; rows of codes: can go into the table.';
    context.findings.add({ code: 'codes-and-table', message, path: at, part: 'key', hint, ...ruled });
    return undefined;
  }
  const table = context.tables.read(name, context.findings.placeOf(at).file);
  if ('error' in table) {
    const hint = 'The path starts at the folder of this file.';
    context.findings.add({
      code: 'table-file',
      message: `the table ${table.error}`,
      path: at,
      hint,
      ...ruled,
    });
    return undefined;
  }
  // Its findings are told once, however many rules use it.
  if (table.isBroken) return undefined;
  if (!checkRows(context, table, target, rule)) return undefined;
  const { file } = table;
  const rows = () =>
    [...table.rows].map(([value, { range }]) => ({
      value,
      file,
      ...(range?.start ?? { line: 1, column: 1 }),
    }));
  return { codes: table.codes, isTable: true, file, lookup: { key: 'table', hasDefault, rows } };
}

/** How many rows of one table are told of for one rule. */
const MOST_FAULTS = 10;

/** Rows of `codes:` that no value can match. */
function checkKeys(
  context: MappingContext,
  path: YamlPath,
  keys: readonly string[],
  { vrs }: RowTarget,
  rule?: string,
): boolean {
  const faults = keys.flatMap((key) => {
    const fault = keyFault(key, isOfNumbers(vrs));
    return fault ? [{ ...fault, path: [...path, 'codes', key] }] : [];
  });
  for (const fault of faults) {
    const ruled = rule === undefined ? {} : { rule };
    context.findings.add({ ...fault, code: 'table-row', part: 'key', ...ruled });
  }
  return faults.length === 0;
}

interface RowFault {
  readonly message: string;
  readonly hint?: string;
  readonly suggestion?: string;
}

function keyFault(key: string, isNumber: boolean): RowFault | undefined {
  if (key.trim() === '') {
    const message = 'no value matches this row: what is empty is absent, and is not looked up';
    const hint =
      'Where nothing is known, another rule for the same target writes const: with merge: fill; in a let, default: stands for it.';
    return { message, hint };
  }
  if (!isNumber || shortestNumber(key) === key) return undefined;
  const message = 'no value matches this row: numbers are looked up by their shortest spelling';
  return { message, suggestion: shortestNumber(key) };
}

function isOfNumbers(vrs: RowTarget['vrs']): boolean {
  return vrs.length > 0 && vrs.every((choice) => choice.length > 0 && choice.every(isNumberVr));
}

function checkRows(context: MappingContext, table: Table, target: RowTarget, rule?: string): boolean {
  const isNumber = isOfNumbers(target.vrs);
  let faults = 0;
  for (const [key, { value, range }] of table.rows) {
    const fault = rowFault(key, value, target, isNumber);
    if (!fault) continue;
    faults++;
    const more = faults === MOST_FAULTS ? ' (further rows like this are not shown)' : '';
    const message = `${fault.message}${more}`;
    const found = { ...fault, code: 'table-row', message, ...(rule === undefined ? {} : { rule }) };
    context.findings.addIn(table.file, range, found);
    if (faults === MOST_FAULTS) break;
  }
  return faults === 0;
}

function rowFault(
  key: string,
  value: CodeRow,
  { type, allowed }: RowTarget,
  isNumber: boolean,
): RowFault | undefined {
  const noMatch = keyFault(key, isNumber);
  if (noMatch) return noMatch;
  const code = typeof value === 'string' ? value : value.code;
  if (allowed && code !== '' && !allowed.includes(code)) {
    const { code: _, ...fault } = codeFault(code, allowed);
    return fault;
  }
  const reason = codeRowFault(value, type);
  return reason === undefined ? undefined : { message: `this row ${reason}` };
}

const NUMBERS: ReadonlySet<string> = new Set(NUMBER_VRS);

function isNumberVr(vr: string): boolean {
  return NUMBERS.has(vr);
}
