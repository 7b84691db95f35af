/**
 * Tables beside mapping files: the text of a CSV or YAML file comes in, rows from DICOM value to FHIR code go out, each with
 * its place. Faults of a file are told once, whoever uses it.
 */
import tableSchema from '../../schemas/table.schema.json' with { type: 'json' };
import { type Diagnostic, type Range, suggest } from '../diagnostic.ts';
import type { CodeRow } from './conversion-choice.ts';
import type { RowsOf } from './fingerprint.ts';
import { createSchemaCheck } from './json-schema.ts';
import type { FindFile, LayeredSource, MappingText } from './layers.ts';
import type { TableName } from './operand.ts';
import { type CsvCell, readCsv } from './table-csv.ts';
import { readYaml } from './yaml-source.ts';

export interface TableRow {
  readonly value: CodeRow;
  readonly range: Range | undefined;
}

export interface Table {
  readonly file: string;
  /** By DICOM value, in the order of the file. */
  readonly rows: ReadonlyMap<string, TableRow>;
  readonly codes: ReadonlyMap<string, CodeRow>;
  /** True where a part could not be read; the findings are told elsewhere. */
  readonly isBroken: boolean;
}

/**
 * A table as expressions see it: value to code, or, where a row has more than a code, value to Coding for all of them. Rows without a
 * code are left out. Undefined for a table that cannot be used.
 */
export function tableName(table: Table | { readonly error: string }): TableName | undefined {
  if ('error' in table || table.isBroken) return undefined;
  const known = tableNames.get(table);
  if (known) return known;
  const isCoded = [...table.codes.values()].some((row) => typeof row === 'object');
  const rows = [...table.codes].flatMap(([key, row]) => {
    const coding = typeof row === 'object' ? row : { code: row };
    return coding.code === '' ? [] : [[key, isCoded ? Object.freeze({ ...coding }) : coding.code] as const];
  });
  // Without a prototype, so that a value such as `constructor` finds nothing.
  const made = { table: Object.freeze(Object.assign(Object.create(null), Object.fromEntries(rows))) };
  tableNames.set(table, made);
  return made;
}

const tableNames = new WeakMap<Table, TableName>();

export interface Tables {
  /** The table that the file `from` names, read once. */
  read(path: string, from: string): Table | { readonly error: string };
  readonly diagnostics: readonly Diagnostic[];
}

const MAX_BYTES = 5 * 1024 * 1024;
const MAX_ROWS = 100_000;

export function createTables(find: FindFile): Tables {
  const known = new Map<string, Table>();
  const diagnostics: Diagnostic[] = [];
  return {
    diagnostics,
    read(path, from) {
      const found = find(path, from);
      if ('error' in found) return found;
      const before = known.get(found.file);
      if (before) return before;
      const { table, faults } = readTable(found);
      diagnostics.push(...faults);
      known.set(found.file, table);
      return table;
    },
  };
}

/** Rows of the tables of a mapping, sorted, for fingerprints. */
export function rowsOf(tables: Tables, source: LayeredSource): RowsOf {
  return (path, name) => {
    const table = tables.read(name, source.layerOf(path).file);
    return 'error' in table ? name : [...table.codes].toSorted(([a], [b]) => (a < b ? -1 : 1));
  };
}

interface Reading {
  readonly file: string;
  readonly rows: Map<string, TableRow>;
  readonly faults: Diagnostic[];
}

function readTable({ file, text }: MappingText): {
  readonly table: Table;
  readonly faults: readonly Diagnostic[];
} {
  const reading: Reading = { file, rows: new Map(), faults: [] };
  if (text.length > MAX_BYTES) {
    addFault(reading, 'table-file', undefined, `the table has more than ${MAX_BYTES} characters`);
  } else if (/\.csv$/i.test(file)) readCsvTable(reading, text);
  else readYamlTable(reading, text);
  const { rows, faults } = reading;
  const isBroken = faults.some(({ severity }) => severity === 'error');
  if (rows.size === 0 && !isBroken) addFault(reading, 'table-file', undefined, 'the table has no rows');
  const codes = new Map([...rows].map(([key, { value }]) => [key, value]));
  return { table: { file, rows, codes, isBroken: isBroken || rows.size === 0 }, faults };
}

function addFault(
  { file, faults }: Reading,
  code: string,
  range: Range | undefined,
  message: string,
  more: { readonly hint?: string; readonly suggestion?: string; readonly severity?: 'warning' } = {},
): void {
  faults.push({
    severity: 'error',
    message,
    file,
    ...(range ? { range } : {}),
    ...more,
    code: `mapping.${code}`,
  });
}

function readYamlTable(reading: Reading, text: string): void {
  const source = readYaml(reading.file, text);
  reading.faults.push(...source.diagnostics);
  if (source.value === undefined) return;
  const faults = createSchemaCheck(tableSchema, 'mapping')(source);
  reading.faults.push(...faults);
  if (faults.length > 0) return;
  const rows = Object.entries(source.value as Readonly<Record<string, CodeRow>>);
  if (isTooLong(reading, rows.length)) return;
  for (const [key, value] of rows) reading.rows.set(key, { value, range: source.rangeOf([key], 'key') });
}

function isTooLong(reading: Reading, count: number): boolean {
  if (count > MAX_ROWS)
    addFault(reading, 'table-file', undefined, `the table has more than ${MAX_ROWS} rows`);
  return count > MAX_ROWS;
}

const COLUMNS = ['code', 'value', 'system', 'display', 'note'] as const;
type Column = (typeof COLUMNS)[number];

function readCsvTable(reading: Reading, text: string): void {
  const { records, fault } = readCsv(text, MAX_ROWS + 2);
  if (fault) addFault(reading, 'table-syntax', fault.range, fault.message, { hint: fault.hint });
  if (isTooLong(reading, records.length - 1)) return;
  const [head, ...rows] = records;
  const columns = head && columnsOf(reading, head);
  if (!head || !columns) return;
  for (const cells of rows) {
    if (cells.length !== head.length) {
      const range = { start: cells[0]?.range.start, end: cells.at(-1)?.range.end } as Range;
      const message = `this row has ${cells.length} cells, and the header has ${head.length}`;
      const hint = 'A cell with a comma in it stands in quotes.';
      addFault(reading, 'table-syntax', range, message, { hint });
    } else addRow(reading, columns, cells);
  }
}

/** The index of each column by its name; undefined after a finding. */
function columnsOf(reading: Reading, head: readonly CsvCell[]): ReadonlyMap<Column, number> | undefined {
  const columns = new Map<Column, number>();
  const [key, ...others] = head;
  const before = reading.faults.length;
  if (others.length === 0) {
    const separator = /[;\t|]/.test(key?.text ?? '') ? 'Cells are separated by commas. ' : '';
    const hint = `${separator}The first line names the columns, such as: value,code`;
    addFault(reading, 'table-syntax', key?.range, 'the header has one column, and a table needs two', {
      hint,
    });
    return undefined;
  }
  for (const [index, { text, range }] of others.entries()) {
    const column = COLUMNS.find((name) => name === text.toLowerCase());
    if (!column) {
      const close = suggest(text, COLUMNS);
      const more = close
        ? { suggestion: close }
        : { hint: `Columns behind the first: ${COLUMNS.join(', ')}.` };
      addFault(
        reading,
        'table-syntax',
        range,
        `there is no column ${text === '' ? 'without a name' : text}`,
        more,
      );
    } else if (columns.has(column)) {
      addFault(reading, 'table-syntax', range, `the column ${column} stands twice`);
    } else columns.set(column, index + 1);
  }
  if (columns.has('code') === columns.has('value') && reading.faults.length === before) {
    const message = columns.has('code')
      ? 'the columns code and value mean the same'
      : 'the header has no column code or value';
    const hint = 'The first column is the DICOM value; one behind it, code or value, is what becomes of it.';
    addFault(reading, 'table-syntax', key?.range, message, { hint });
  }
  return reading.faults.length === before ? columns : undefined;
}

function addRow(reading: Reading, columns: ReadonlyMap<Column, number>, cells: readonly CsvCell[]): void {
  const [key] = cells;
  if (!key) return;
  const cell = (column: Column): string => cells[columns.get(column) ?? -1]?.text ?? '';
  const code = cell('code') || cell('value');
  const [system, display] = [cell('system'), cell('display')];
  const isPlain = system === '' && display === '';
  const range = { start: key.range.start, end: (cells.at(-1) ?? key).range.end };
  if (key.text === '') {
    const hint = 'An absent value needs no row: the element is left out.';
    addFault(reading, 'table-syntax', range, 'the first cell is empty', { hint });
    return;
  }
  if (code === '' && !isPlain) {
    addFault(reading, 'table-row', range, 'this row has a system or a display, and no code', {
      hint: 'Add the code; a row that is to leave the element out has nothing but its first cell.',
    });
    return;
  }
  const value: CodeRow = isPlain
    ? code
    : { ...(system === '' ? {} : { system }), code, ...(display === '' ? {} : { display }) };
  const before = reading.rows.get(key.text);
  if (!before) {
    reading.rows.set(key.text, { value, range: key.range });
    return;
  }
  const isSame = JSON.stringify(before.value) === JSON.stringify(value);
  const message = `line ${before.range?.start.line} has a row for this value already${isSame ? '' : ', with another code'}`;
  const severity = isSame ? ({ severity: 'warning' } as const) : {};
  addFault(reading, 'table-duplicate', key.range, message, { hint: 'Keep one of the two.', ...severity });
}
