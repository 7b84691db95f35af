/**
 * `dicomcast init`: a folder comes in, a site's project goes out into it, whose `dicomcast test` passes at once. The files are
 * those of init/, always the same bytes; nothing that is there is ever overwritten.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EXIT, type Terminal } from './terminal.ts';

const TEMPLATES = fileURLToPath(new URL('./init', import.meta.url));
/** Files that would mean something to tools where they are kept. */
const CALLED: Readonly<Record<string, string>> = { gitignore: '.gitignore' };

/** `folder` is made where it is not there. Exit code 1, and nothing written, where one of the files exists. */
export function init(terminal: Terminal, folder: string): number {
  const root = resolve(terminal.cwd, folder);
  const files = templates();
  const there = files.filter(({ name }) => existsSync(join(root, name))).map(({ name }) => name);
  if (there.length > 0) {
    terminal.err(
      `error: nothing was written, since ${there.join(', ')} ${there.length === 1 ? 'exists' : 'exist'} already\n` +
        '  = help: dicomcast init <folder> makes the project in another folder; take from it what you want\n',
    );
    return EXIT.findings;
  }
  try {
    for (const { name, text } of files) {
      mkdirSync(dirname(join(root, name)), { recursive: true });
      writeFileSync(join(root, name), text, { flag: 'wx' });
    }
  } catch (error) {
    const code = String((error as { code?: unknown }).code);
    terminal.err(`error: ${folder} cannot be written: ${REASONS[code] ?? code}\n`);
    return EXIT.findings;
  }
  const isHere = root === resolve(terminal.cwd);
  const where = isHere ? '' : `cd ${folder}\n  `;
  terminal.out(
    `${files.map(({ name }) => join(isHere ? '' : folder, name)).join('\n')}\n\n` +
      `Next:\n  ${where}dicomcast test      # passes; then change mappings/patient.yaml and see it fail\n` +
      '  dicomcast check     # before the first run: patientSystemId in dicomcast.config.yaml is only an example\n',
  );
  return EXIT.ok;
}

/** What the file system refuses, in words; the rest by its code. */
const REASONS: Readonly<Record<string, string>> = {
  EEXIST: 'a file stands where a folder is to be',
  ENOTDIR: 'a file stands where a folder is to be',
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
};

/** Sorted by name. */
function templates(): readonly { readonly name: string; readonly text: Uint8Array }[] {
  const entries = readdirSync(TEMPLATES, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      const name = relative(TEMPLATES, path);
      return { name: CALLED[name] ?? name, text: readFileSync(path) };
    })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
