/**
 * `dicomcast explain <code>`: what a code in a finding, in a line of the log or in an error row means. Of a finding the page
 * in mappings/findings.md goes out, of an error of a run what engine/errors.ts says of it and what the engine does about it.
 */
import { fileURLToPath } from 'node:url';
import { suggest } from '../diagnostic.ts';
import { ERROR_TABLE, type ErrorAction, type ErrorCode, type ErrorKind } from '../errors.ts';
import { readText } from '../io/files.ts';
import { bold, columns, EXIT, type Terminal } from './terminal.ts';

const PAGE = fileURLToPath(new URL('../../mappings/findings.md', import.meta.url));

const FINDINGS = ['yaml', 'config', 'mapping', 'page', 'table', 'test'];
const ERRORS = Object.keys(ERROR_TABLE) as ErrorCode[];
const FAMILIES: ReadonlySet<string> = new Set([...FINDINGS, ...ERRORS.map(familyOf)]);

const KINDS: Readonly<Record<ErrorKind, string>> = {
  InvalidDicomTag: 'an element or an item was left out; the rest of the entry is stored',
  DicomFailToStore: 'nothing of the entry is stored; the reason is in the DICOM instance or in the mapping',
  FhirFailToStore: 'nothing of the entry is stored; the reason is on the FHIR server or in what it holds',
  TransientRetry: 'writing was tried again; closed as soon as it is there, for nothing is left to do',
  TransientFailure: 'nothing of the entry is stored; retry.totalDuration was over before the server took it',
};

const ACTIONS: Readonly<Record<ErrorAction, readonly string[]>> = {
  stop: [
    'stop: it ends with exit code 1, and goes on from the checkpoint when it is started again; no entry is lost',
    'of several sources, one whose own feed or credentials are at fault is held up alone, and tried again every minute',
  ],
  retry: [
    'retry: it asks again, with growing pauses; no entry is lost, and `dicomcast status` tells since when',
    '`run --once`, `retry` and `replay` give up in the end (retry.totalDuration), with exit code 3',
  ],
  redo: ['redo: it reads the resources again, merges anew and writes; six times at most'],
  skip: ['skip: it writes a row to the error store and goes on with the feed'],
};

/**
 * True for what has the form of a code: `mapping.unknown-attribute`, `feed.rebuilt`, the kind of a row, or nearly so. No file
 * with such a name is an input.
 */
export function isCode(text: string): boolean {
  if (isKind(text)) return true;
  if (!/^[a-z]+\.[a-z]+(?:-[a-z]+)*$/i.test(text) || /\.(?:json|dcm)$/i.test(text)) return false;
  return FAMILIES.has(familyOf(text)) || suggest(text, ERRORS) !== undefined;
}

/** Prints what the code means; of a code that is not there, the one that is probably meant. */
export function explainCode(terminal: Terminal, code: string): number {
  const page = readText(PAGE);
  if ('error' in page) {
    terminal.err(`error: ${PAGE} ${page.error}\n`);
    return EXIT.findings;
  }
  const sections = findingSections(page.text);
  const text = isKind(code) ? kindText(code) : isErrorCode(code) ? errorText(code) : sections.get(code);
  if (text !== undefined) {
    terminal.out(`${bold(terminal, code)}\n\n${text}\n`);
    return EXIT.ok;
  }
  const close = suggest(code, [...sections.keys(), ...ERRORS, ...Object.keys(KINDS)]);
  terminal.err(`error: no finding and no error has the code ${code}\n`);
  terminal.err(close ? `  = did you mean: ${close}\n` : `  = help: ${listText(familyOf(code))}\n`);
  return EXIT.usage;
}

function listText(family: string): string {
  const errors = ERRORS.filter((code) => familyOf(code) === family).join(', ');
  if (!FINDINGS.includes(family)) return `there are ${errors}`;
  return `mappings/findings.md lists the codes of findings${errors ? `; errors are ${errors}` : ''}`;
}

function errorText(code: ErrorCode): string {
  const { meaning, action, hint } = ERROR_TABLE[code];
  const [first = '', ...further] = ACTIONS[action];
  const lines = [
    ['engine', first],
    ...further.map((line) => ['', line]),
    ...rowLines(code).map((line, index) => [index === 0 ? 'row' : '', line]),
    ['help', hint],
  ];
  const hasRows = action === 'skip' || action === 'redo';
  const next = hasRows
    ? `\n\n\`dicomcast errors --code ${code}\` lists its rows, \`dicomcast retry --code ${code}\` runs their entries again.`
    : '';
  return `${meaning}\n\n${columns(lines)}${next}`;
}

/** Kinds of the rows that tell of the code. */
function rowLines(code: ErrorCode): readonly string[] {
  const { action, kind } = ERROR_TABLE[code];
  const line = (each: ErrorKind): string => `${each}: ${KINDS[each]}`;
  if (action === 'skip') return [line(kind)];
  if (action === 'stop' || familyOf(code) === 'feed') return ['none: what was not stored is read again'];
  if (action === 'redo') return [line('TransientRetry'), line('FhirFailToStore')];
  // A server that is not there at all never costs an entry.
  return code === 'fhir.busy' || code === 'fhir.invalid-answer'
    ? [line('TransientRetry'), line('TransientFailure')]
    : [line('TransientRetry')];
}

function kindText(kind: ErrorKind): string {
  const codes = ERRORS.filter((code) => rowLines(code).some((line) => line.startsWith(`${kind}:`)));
  return `A kind of rows in the error store: ${KINDS[kind]}.\n\n${columns([['codes', codes.join(', ')]])}`;
}

function familyOf(code: string): string {
  return code.split('.')[0] ?? '';
}

function isKind(text: string): text is ErrorKind {
  return Object.hasOwn(KINDS, text);
}

function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(ERROR_TABLE, text);
}

/** Code → the text below its heading. */
export function findingSections(page: string): ReadonlyMap<string, string> {
  const parts = page.split(/^## (?=[a-z]+\.[a-z-]+$)/m).slice(1);
  return new Map(
    parts.map((part) => {
      const end = part.indexOf('\n');
      return [part.slice(0, end), part.slice(end).trim()] as const;
    }),
  );
}
