/**
 * What runs beside our own code: package-lock.json and node_modules come in; every package that is installed with the engine,
 * with its licence and what speaks against it, goes out, and the page THIRD_PARTY.md. Only `audit` asks the network.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const PROJECT = resolve(import.meta.dirname, '../..');
export const PAGE = join(PROJECT, 'THIRD_PARTY.md');

/** Licences under which MIT software may hand on what it depends on, by SPDX name; none asks for the source of ours. */
const ALLOWED: ReadonlySet<string> = new Set(
  'MIT ISC 0BSD BSD-2-Clause BSD-3-Clause Apache-2.0 BlueOak-1.0.0 Python-2.0 Zlib Unlicense CC0-1.0'.split(
    ' ',
  ),
);

interface Judged {
  readonly licence: string;
  /** What the judgement rests on, and the SHA-256 of that file: another text is judged anew. */
  readonly file: string;
  readonly sha256: string;
}

/** Packages whose package.json names no SPDX licence: read by a person. */
const JUDGED: Readonly<Record<string, Judged>> = {
  fhirpath: {
    licence: 'BSD-like, of the NLM; asks to be cited in research',
    file: 'LICENSE.md',
    sha256: 'e3845fb19fe87896d697d9f350e90ad1c00255ffbf2882d843d3009e589a4dac',
  },
  '@lhncbc/ucum-lhc': {
    licence: 'BSD-like, of the NLM; its UCUM table under the terms of UCUM and LOINC',
    file: 'LICENSE.md',
    sha256: '463942925ac6abd42e4367a583d9af37ce6c57e24ce0596b184fd12b9b1dc541',
  },
  'emitter-component': {
    licence: 'MIT, by its component.json',
    file: 'component.json',
    sha256: '34d8c079a5427455ffa065405346d71d37602ab80f69a82e273cfcbccf0aee8f',
  },
};

export interface RuntimePackage {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  /** Direct dependency, or what needs it. */
  readonly isDirect: boolean;
  readonly faults: readonly string[];
}

interface LockEntry {
  readonly version?: string;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly hasInstallScript?: boolean;
}

interface Manifest {
  readonly version?: string;
  readonly license?: string | { readonly type?: string };
  readonly licenses?: readonly { readonly type?: string }[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly allowScripts?: Readonly<Record<string, boolean>>;
}

/** All packages of `npm ci --omit=dev`, by name. */
export function runtimePackages(project = PROJECT): readonly RuntimePackage[] {
  const own = readJson<Manifest>(join(project, 'package.json'));
  const { packages } = readJson<{ readonly packages: Readonly<Record<string, LockEntry>> }>(
    join(project, 'package-lock.json'),
  );
  return Object.entries(packages)
    .filter(([path, { dev, devOptional }]) => path !== '' && !dev && !devOptional)
    .map(([path, entry]) => readPackage(project, path, entry, own))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function readPackage(project: string, path: string, entry: LockEntry, own: Manifest): RuntimePackage {
  const name = path.replace(/^.*node_modules\//, '');
  const folder = join(project, path);
  const faults: string[] = [];
  const check = (isFine: boolean, fault: string): void => {
    if (!isFine) faults.push(fault);
  };
  // .npmrc leaves the address out where it is the registry's.
  check(entry.resolved === undefined, 'is not from the npm registry');
  check(/^sha512-/.test(entry.integrity ?? ''), 'has no SHA-512 in the lock file');
  check(!entry.hasInstallScript || own.allowScripts?.[name] === false, 'runs a script when it is installed');
  const wanted = own.dependencies?.[name];
  check(wanted === undefined || /^\d+\.\d+\.\d+$/.test(wanted), 'is not pinned to one version');
  const manifest = existsSync(folder) ? readJson<Manifest>(join(folder, 'package.json')) : undefined;
  check(manifest !== undefined, 'is not installed');
  check(!manifest || manifest.version === entry.version, 'is installed in another version');
  const licence = manifest ? licenceOf(name, folder, manifest, check) : '';
  check(!existsSync(folder) || !hasNativeCode(folder), 'has native code');
  return { name, version: entry.version ?? '', licence, isDirect: wanted !== undefined, faults };
}

function licenceOf(
  name: string,
  folder: string,
  manifest: Manifest,
  check: (isFine: boolean, fault: string) => void,
): string {
  const { license, licenses } = manifest;
  const named = typeof license === 'string' ? license : (license?.type ?? licenses?.[0]?.type ?? '');
  const judged = JUDGED[name];
  if (judged) {
    const text = readFileSync(join(folder, judged.file), 'utf8').replaceAll('\r\n', '\n');
    const sha256 = createHash('sha256').update(text).digest('hex');
    check(sha256 === judged.sha256, `${judged.file} is another text than was judged (SHA-256 ${sha256})`);
    return judged.licence;
  }
  check(isAllowed(named), `licence ${named || 'unknown'} is not on the list`);
  return named;
}

/** An SPDX expression of AND and OR, as packages write them: without brackets inside. */
export function isAllowed(expression: string): boolean {
  const plain = expression.trim().replace(/^\((.*)\)$/, '$1');
  if (plain.includes(' OR ')) return plain.split(' OR ').some((each) => isAllowed(each));
  return plain.split(' AND ').every((each) => ALLOWED.has(each.trim()));
}

function hasNativeCode(folder: string): boolean {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).some(
    // What is installed inside a package is one of its own.
    (path) => /(?:\.node|binding\.gyp)$/.test(path) && !/(?:^|\/)node_modules\//.test(path),
  );
}

/** THIRD_PARTY.md. */
export function thirdPartyPage(packages: readonly RuntimePackage[]): string {
  const counts = new Map<string, number>();
  for (const { licence } of packages) counts.set(licence, (counts.get(licence) ?? 0) + 1);
  const rows = packages.map(
    ({ name, version, licence, isDirect }) =>
      `| ${isDirect ? `**${name}**` : name} | ${version} | ${licence} |`,
  );
  return [
    '# Third-party packages',
    '',
    'What is installed with the engine (`npm ci --omit=dev`), by `npm run proof:supply-chain`; a test holds this page true. Direct',
    'dependencies are in bold. Licences stand in `node_modules` as the authors ship them, also in the image. All packages come from the npm',
    'registry with a SHA-512 in the lock file; none has native code, and none may run a script when it is installed.',
    '',
    [...counts]
      .toSorted(([, a], [, b]) => b - a)
      .map(([licence, count]) => `${count} × ${licence}`)
      .join(' · '),
    '',
    '| package | version | licence |',
    '|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

/**
 * What `npm audit` says of these packages, in one line; it asks the registry. Known faults are no failure here: a person reads
 * them, and CONTRIBUTING.md says what they mean for the engine.
 */
export function audit(): string {
  const { stdout, stderr } = spawnSync('npm', ['audit', '--omit=dev', '--json'], {
    cwd: PROJECT,
    encoding: 'utf8',
    timeout: 60_000,
  });
  try {
    const { metadata, message } = JSON.parse(stdout) as {
      readonly metadata?: { readonly vulnerabilities: Readonly<Record<string, number>> };
      readonly message?: string;
    };
    if (!metadata) return `not answered: ${message ?? 'unknown'}`;
    const found = Object.entries(metadata.vulnerabilities).filter(([, count]) => count > 0);
    return found.length === 0
      ? 'nothing known'
      : found.map(([level, count]) => `${level} ${count}`).join(', ');
  } catch {
    return `not answered: ${stderr.split('\n')[0] ?? ''}`;
  }
}

function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(path, 'utf8')) as T;
}
