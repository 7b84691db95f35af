/**
 * The fingerprint of a plan: what the mappings mean comes in, 16 hex digits go out. Spelling, comments, descriptions and
 * the order of keys do not count; rules, lets, settings, conversions, functions and the versions of the languages do.
 */
import { createHash } from 'node:crypto';
import type { ResourcePlan } from '../plan.ts';
import { conversionTable } from './conversion.ts';
import { functionTable } from './functions.ts';
import { compileExpression } from './jsonata.ts';
import type { MappingFile } from './mapping-file.ts';

const LANGUAGES = 'jsonata 2.2.2, fhirpath 5.2.0, dicomcast 1';

export function fingerprintOf(
  files: readonly MappingFile[],
  plans: readonly ResourcePlan[],
  settings: Readonly<Record<string, unknown>>,
): string {
  const names = new Set([
    'settings',
    'source',
    'entry',
    ...files.flatMap(({ let: lets }) => Object.keys(lets ?? {})),
  ]);
  const meaning = {
    languages: LANGUAGES,
    conversions: conversionTable(),
    functions: functionTable(),
    settings,
    order: plans.map(({ name }) => name),
    files: files
      .map((file) => normalise(file, names))
      .toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b))),
  };
  return createHash('sha256')
    .update(JSON.stringify(sorted(meaning)))
    .digest('hex')
    .slice(0, 16);
}

/** Keys whose children are names that the author chose; a rule may be called `description`. */
const NAME_MAPS = new Set(['rules', 'lists', 'let', 'settings', 'codes', 'key', 'assert']);
const EXPRESSIONS = new Set(['value', 'when', 'authority']);
const PATHS = new Set(['to', 'derive', 'owned', 'fhirpath']);

/** Replaces expressions by their syntax trees, squeezes blanks out of paths, leaves descriptions out. */
function normalise(value: unknown, names: ReadonlySet<string>, key = '', parent = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => normalise(item, names, key, parent));
  if (typeof value === 'object' && value !== null) {
    const children = Object.entries(value).filter(([name]) => name !== 'description' || NAME_MAPS.has(key));
    return Object.fromEntries(children.map(([name, child]) => [name, normalise(child, names, name, key)]));
  }
  if (typeof value !== 'string') return value;
  if (EXPRESSIONS.has(key) || parent === 'let') {
    const compiled = compileExpression(value, names);
    return 'plan' in compiled ? compiled.plan.canonical : value;
  }
  return PATHS.has(key) ? value.replace(/\s+(?=(?:[^']*'[^']*')*[^']*$)/g, '') : value;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const record = value as Record<string, unknown>;
  return Object.fromEntries(
    Object.keys(record)
      .toSorted()
      .map((key) => [key, sorted(record[key])]),
  );
}
