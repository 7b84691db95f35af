/**
 * A parsed configuration and its surroundings come in; the same data with `${env:…}` and `${file:…}` filled in go out, with
 * where each text came from. Texts are filled in after parsing and read once: a value never becomes structure, a placeholder
 * or a key.
 */
import type { Diagnostic } from '../diagnostic.ts';
import type { YamlPath, YamlSource } from './yaml-source.ts';

/** What placeholders are filled from. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The text of a file; undefined when it cannot be read. The path is passed as written. */
  readonly readFile: (path: string) => string | undefined;
}

export interface Substitution {
  readonly value: unknown;
  /** By `placeKey`: for each text that had a placeholder, where its parts came from: `env:NAME`, `file:/path`. */
  readonly origins: ReadonlyMap<string, string>;
  /** By `placeKey`: texts that could not be filled in; they stand in `value` as written. */
  readonly unresolved: ReadonlySet<string>;
  readonly diagnostics: readonly Diagnostic[];
}

const MAX_FILE_CHARACTERS = 64 * 1024;
const FORMS = `Write \${env:NAME}, \${env:NAME:-default} or \${file:/path}; for the text \${ itself write $$\{.`;

/** A path as the key of a map. */
export function placeKey(path: YamlPath): string {
  return JSON.stringify(path);
}

/**
 * Fills in the placeholders of all texts in `source.value`. `${env:NAME:-default}` gives the default where the variable is
 * unset or empty, as in a shell; `$$` gives `$`. Findings (`config.…`), all at once, at the placeholder itself.
 */
export function fillPlaceholders(source: YamlSource, surroundings: Surroundings): Substitution {
  const origins = new Map<string, string>();
  const unresolved = new Set<string>();
  const diagnostics: Diagnostic[] = [];
  const fillText = (text: string, path: YamlPath): string => {
    const labels: string[] = [];
    let failed = false;
    const filled = text.replace(
      /\$\$|\$\{([^}]*)(\}?)/g,
      (written: string, body: string, close: string, at: number) => {
        if (written === '$$') return '$';
        const result: Filled = close === '' ? UNCLOSED : fill(body, surroundings);
        if ('label' in result) {
          labels.push(result.label);
          return result.text;
        }
        failed = true;
        const range = source.rangeIn(path, at, at + written.length);
        diagnostics.push({ severity: 'error', file: source.file, ...(range ? { range } : {}), ...result });
        return written;
      },
    );
    if (labels.length > 0) origins.set(placeKey(path), [...new Set(labels)].join(', '));
    if (failed) unresolved.add(placeKey(path));
    return failed ? text : filled;
  };
  const walk = (value: unknown, path: YamlPath): unknown => {
    if (typeof value === 'string') return fillText(value, path);
    if (Array.isArray(value)) return value.map((item, index) => walk(item, [...path, index]));
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value).map(([key, child]) => {
      if (key.includes('${')) diagnostics.push(keyFinding(source, [...path, key]));
      return [key, walk(child, [...path, key])];
    });
    return Object.fromEntries(entries);
  };
  const value = walk(source.value, []);
  return { value, origins, unresolved, diagnostics };
}

function keyFinding(source: YamlSource, path: YamlPath): Diagnostic {
  const range = source.rangeOf(path, 'key');
  return {
    code: 'config.placeholder',
    severity: 'error',
    message: 'placeholders are filled in values, never in keys',
    file: source.file,
    ...(range ? { range } : {}),
    hint: 'Write the key out.',
  };
}

type Filled =
  | { readonly label: string; readonly text: string }
  | { readonly code: string; readonly message: string; readonly hint?: string; readonly suggestion?: string };

const UNCLOSED: Filled = {
  code: 'config.placeholder',
  message: 'this placeholder is never closed',
  hint: FORMS,
};

function fill(body: string, surroundings: Surroundings): Filled {
  const env = /^env:([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?$/s.exec(body);
  if (env) return fillFromEnvironment(env[1] ?? '', env[2], surroundings);
  const file = /^file:(.+)$/s.exec(body);
  if (file) return fillFromFile(file[1] ?? '', surroundings);
  const bare = /^(?:[Ee][Nn][Vv][:.])?([A-Za-z_][A-Za-z0-9_]*)(:?-)?/.exec(body);
  const isVariable = bare && (bare[0] === body || bare[2] !== undefined);
  const suggestion = isVariable ? `\${env:${bare[1]}${bare[2] ? ':-…' : ''}}` : undefined;
  const message = isVariable
    ? 'an environment variable is written with env: before its name'
    : 'this placeholder is not known';
  return { code: 'config.placeholder', message, hint: FORMS, ...(suggestion ? { suggestion } : {}) };
}

function fillFromEnvironment(name: string, fallback: string | undefined, { env }: Surroundings): Filled {
  const set = Object.hasOwn(env, name) ? env[name] : undefined;
  if (set !== undefined && (set !== '' || fallback === undefined)) return { label: `env:${name}`, text: set };
  if (fallback !== undefined) return { label: `default of env:${name}`, text: fallback };
  return {
    code: 'config.unset-variable',
    message: `the environment variable ${name} is not set`,
    hint: `Set it, or give a default: \${env:${name}:-default}.`,
  };
}

function fillFromFile(path: string, { readFile }: Surroundings): Filled {
  const text = readFile(path);
  if (text === undefined) {
    const hint = 'Check that it exists and that this user may read it.';
    return { code: 'config.unreadable-file', message: `the file ${path} cannot be read`, hint };
  }
  if (text.length > MAX_FILE_CHARACTERS) {
    return {
      code: 'config.unreadable-file',
      message: `the file ${path} has more than ${MAX_FILE_CHARACTERS} characters`,
    };
  }
  // Editors and `echo` end a file with a line break that is no part of the secret.
  return { label: `file:${path}`, text: text.replace(/\r?\n$/, '') };
}
