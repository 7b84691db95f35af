/**
 * Reads the project from disk for the tests that hold its rules: TypeScript of engine/, test/, bench/ and schemas/, and the
 * pages and tables that the rules compare it with.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import type { Tree } from './architecture.ts';

const PROJECT = resolve(import.meta.dirname, '../..');
const FOLDERS = ['engine', 'test', 'bench', 'schemas'];
const PAGES = ['CONTRIBUTING.md', 'engine/README.md', 'package.json', 'schemas/fhir-r4-elements.json'];

/** Path relative to the project, with slashes → text; a page that does not exist is left out. */
export function projectTree(): Tree {
  const code = FOLDERS.filter((folder) => existsSync(join(PROJECT, folder))).flatMap((folder) =>
    readdirSync(join(PROJECT, folder), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts'))
      .map((path) => `${folder}/${path.split(sep).join('/')}`),
  );
  const pages = PAGES.filter((path) => existsSync(join(PROJECT, path)));
  return new Map([...code.sort(), ...pages].map((path) => [path, readFileSync(join(PROJECT, path), 'utf8')]));
}
