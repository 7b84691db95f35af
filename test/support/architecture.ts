/**
 * The rules of design section 1 about who imports whom, as functions: a map of paths to texts comes in, one line for each
 * breach goes out, empty when the house is in order. Paths are relative to the project, with slashes.
 */
import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import { codeOnly, exportsOf, type ImportClause, importsOf } from './source-text.ts';

/** Path → text. */
export type Tree = ReadonlyMap<string, string>;

/** Where the engine starts: the command, and the names that others may import. */
const ENTRIES = ['engine/cli/main.ts', 'engine/index.ts'];

const LAYERS: readonly { readonly name: string; readonly rank: number; readonly pattern: RegExp }[] = [
  { name: 'ground', rank: 0, pattern: /^engine\/(errors|diagnostic|diagnostic-formats)\.ts$/ },
  { name: 'vocabulary', rank: 1, pattern: /^engine\/(dicom|fhir)\// },
  { name: 'contract', rank: 2, pattern: /^engine\/(plan|ports)\.ts$/ },
  { name: 'compile', rank: 3, pattern: /^engine\/compile\// },
  { name: 'apply', rank: 3, pattern: /^engine\/apply\// },
  { name: 'io', rank: 3, pattern: /^engine\/io\// },
  {
    name: 'flow',
    rank: 4,
    pattern:
      /^engine\/(pipeline|attempt|read-currents|remembered|patching|written|window|lanes|flush|ledger|pause|poller|redrive|turns|followers)\.ts$/,
  },
  { name: 'index', rank: 5, pattern: /^engine\/index\.ts$/ },
  { name: 'sandbox', rank: 5, pattern: /^engine\/sandbox\// },
  { name: 'testing', rank: 6, pattern: /^engine\/testing\// },
  { name: 'cli', rank: 7, pattern: /^engine\/cli\// },
];

/** Modules of Node that compute and do nothing else; every other one has effects. */
const PURE_MODULES = new Set(
  ['assert', 'buffer', 'crypto', 'events', 'path', 'path/posix', 'string_decoder', 'url', 'util'].map(
    (name) => `node:${name}`,
  ),
);
const EFFECTS_ALLOWED = /^engine\/(io|sandbox|cli)\//;

/** The layer of an engine file, or undefined for a file that has no place. */
export function layerOf(path: string): string | undefined {
  return LAYERS.find((layer) => layer.pattern.test(path))?.name;
}

/** Every import of the engine runs from a layer to one below it, or stays in its own. */
export function layerBreaches(tree: Tree): readonly string[] {
  const breaches: string[] = [];
  for (const [path, clauses] of engineImports(tree)) {
    const from = LAYERS.find((layer) => layer.pattern.test(path));
    if (from === undefined) {
      breaches.push(`${path} belongs to no layer`);
      continue;
    }
    for (const { specifier } of clauses) {
      if (specifier === '') breaches.push(`${path} imports a path that only the running program knows`);
      if (!isRelative(specifier)) continue;
      const target = resolved(path, specifier);
      const to = LAYERS.find((layer) => layer.pattern.test(target));
      const isAllowed =
        to === undefined
          ? /^schemas\/[\w.-]+\.(?:json|mjs)$/.test(target) ||
            (from.name === 'cli' && target === 'package.json')
          : to.name === from.name ||
            (to.rank < from.rank &&
              (to.name !== 'sandbox' || from.name === 'cli' || from.name === 'testing'));
      if (!isAllowed) breaches.push(`${path} (${from.name}) imports ${target} (${to?.name ?? 'no layer'})`);
    }
  }
  return breaches;
}

/** No file of the engine needs a file that needs it, not even for a type. */
export function importCycles(tree: Tree): readonly string[] {
  const graph = new Map(
    [...engineImports(tree)].map(([path, clauses]) => [
      path,
      clauses
        .filter((clause) => isRelative(clause.specifier))
        .map((clause) => resolved(path, clause.specifier)),
    ]),
  );
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (path: string, trail: readonly string[]) => {
    if (trail.includes(path)) {
      cycles.push([...trail.slice(trail.indexOf(path)), path].join(' → '));
      return;
    }
    if (done.has(path)) return;
    for (const target of graph.get(path) ?? []) visit(target, [...trail, path]);
    done.add(path);
  };
  for (const path of graph.keys()) visit(path, []);
  return cycles;
}

/** Only io, sandbox and cli import modules of Node that have effects. */
export function effectBreaches(tree: Tree): readonly string[] {
  return [...engineImports(tree)]
    .filter(([path]) => !EFFECTS_ALLOWED.test(path))
    .flatMap(([path, clauses]) =>
      clauses
        .filter(({ specifier }) => isBuiltin(specifier) && !PURE_MODULES.has(specifier))
        .map(({ specifier }) => `${path} imports ${specifier}`),
    );
}

/** The dependencies of package.json, `dependencies` and `devDependencies`. */
export interface Packages {
  readonly runtime: readonly string[];
  readonly development: readonly string[];
}

/**
 * Every runtime package has exactly one engine file that imports it, and the engine imports no other package.
 * `wanted` are packages that must be imported somewhere, in the engine or in its tests.
 */
export function ownerBreaches(tree: Tree, packages: Packages, wanted: readonly string[]): readonly string[] {
  const owners = packageOwners(tree);
  const breaches: string[] = [];
  for (const name of packages.runtime) {
    const files = owners.get(name) ?? [];
    if (files.length === 0) breaches.push(`${name} is a dependency, and no engine file imports it`);
    if (files.length > 1) breaches.push(`${name} has several owners: ${files.join(', ')}`);
  }
  for (const [name, files] of owners) {
    if (!packages.runtime.includes(name))
      breaches.push(`${name} is no dependency; ${files.join(', ')} imports it`);
  }
  const used = new Set([...importsIn(tree, /\.ts$/)].flatMap(([, clauses]) => clauses.map(packageOf)));
  const known = [...packages.runtime, ...packages.development];
  for (const name of wanted) {
    if (!known.includes(name)) breaches.push(`${name} is missing in package.json`);
    else if (!used.has(name)) breaches.push(`${name} is imported nowhere`);
  }
  return breaches;
}

/** The table of owners in a Markdown page (rows: package, owning file, why) says what the engine does. */
export function ownerTableBreaches(tree: Tree, page: string): readonly string[] {
  const text = tree.get(page);
  if (text === undefined) return [`${page} is missing`];
  const told = new Map(
    [...text.matchAll(/^\| `([^`]+)` \| `(engine\/[^`]+)` \|/gm)].map(([, name = '', file = '']) => [
      name,
      file,
    ]),
  );
  const breaches: string[] = [];
  for (const [name, files] of packageOwners(tree)) {
    const file = told.get(name);
    if (file === undefined) breaches.push(`${page} does not name the owner of ${name}: ${files.join(', ')}`);
    else if (!files.includes(file))
      breaches.push(`${page}: ${name} belongs to ${files.join(', ')}, not ${file}`);
  }
  for (const [name, file] of told) {
    if (!packageOwners(tree).has(name)) breaches.push(`${page}: ${file} does not import ${name}`);
  }
  return breaches;
}

/** Every engine file is needed, directly or not, by the command or by engine/index.ts. */
export function unreachableFiles(tree: Tree): readonly string[] {
  const imports = engineImports(tree);
  const reached = new Set<string>();
  const reach = (path: string) => {
    if (reached.has(path) || !imports.has(path)) return;
    reached.add(path);
    for (const { specifier } of imports.get(path) ?? []) {
      if (isRelative(specifier)) reach(resolved(path, specifier));
    }
  };
  for (const entry of ENTRIES) reach(entry);
  return [...imports.keys()].filter((path) => !reached.has(path)).map((path) => `${path} is used by nothing`);
}

/**
 * Every name that an engine file exports is imported by another file of the tree; entries are exempt. A type may instead be
 * a part of what its own file exports.
 */
export function unusedExports(tree: Tree): readonly string[] {
  const used = new Map<string, Set<string>>();
  for (const [path, clauses] of importsIn(tree, /\.ts$/)) {
    for (const { specifier, names } of clauses) {
      if (!isRelative(specifier)) continue;
      const target = resolved(path, specifier);
      const taken = used.get(target) ?? new Set();
      used.set(target, taken);
      for (const name of names) taken.add(name);
    }
  }
  return [...tree]
    .filter(([path]) => ENGINE_SOURCE.test(path) && !ENTRIES.includes(path))
    .flatMap(([path, text]) => {
      const taken = used.get(path) ?? new Set();
      if (taken.has('*')) return [];
      const words = codeOnly(text).match(/[\w$]+/g) ?? [];
      return exportsOf(text)
        .filter(({ name }) => !taken.has(name))
        .filter(({ name, isType }) => !isType || words.filter((word) => word === name).length < 2)
        .map(({ name }) => `${path} exports ${name}, and nobody imports it`);
    });
}

/** Package → the engine files that import it. */
function packageOwners(tree: Tree): ReadonlyMap<string, readonly string[]> {
  const owners = new Map<string, string[]>();
  for (const [path, clauses] of engineImports(tree)) {
    for (const name of new Set(clauses.map(packageOf))) {
      if (name !== undefined) owners.set(name, [...(owners.get(name) ?? []), path]);
    }
  }
  return owners;
}

/** `yaml`, `@scope/name`; undefined for files and modules of Node. */
function packageOf({ specifier }: ImportClause): string | undefined {
  if (specifier === '' || isRelative(specifier) || isBuiltin(specifier)) return undefined;
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** Declarations for packages without types (`….d.ts`) take part in nothing. */
const ENGINE_SOURCE = /^engine\/.*(?<!\.d)\.ts$/;

function engineImports(tree: Tree): ReadonlyMap<string, readonly ImportClause[]> {
  return importsIn(tree, ENGINE_SOURCE);
}

function importsIn(tree: Tree, pattern: RegExp): ReadonlyMap<string, readonly ImportClause[]> {
  return new Map(
    [...tree].filter(([path]) => pattern.test(path)).map(([path, text]) => [path, importsOf(text)]),
  );
}

function isRelative(specifier: string): boolean {
  return specifier.startsWith('.');
}

function resolved(path: string, specifier: string): string {
  return posix.join(posix.dirname(path), specifier);
}
