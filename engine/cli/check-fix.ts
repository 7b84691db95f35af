/**
 * `dicomcast check --fix`: what the overlays of a project change comes in; `base:` lines go into the overlays' files, and what
 * was done goes out as text.
 */
import { resolve } from 'node:path';
import type { BaseLine } from '../compile/compile.ts';
import { writeBases } from '../compile/overlay-base.ts';
import { readText, replaceText } from '../io/files.ts';
import { isShippedName } from './shipped.ts';
import type { Terminal } from './terminal.ts';

/** Writes what is missing or out of date; one line for each file that has anything of it. */
export function fixBases(terminal: Terminal, bases: readonly BaseLine[]): string {
  const stale = bases.filter(({ recorded, fingerprint }) => !recorded || !fingerprint.startsWith(recorded));
  // What ships is not the site's to write.
  return byFile(stale.filter(({ file }) => !isShippedName(file)))
    .map(([file, lines]) => fixFile(terminal, file, lines))
    .join('');
}

function fixFile(terminal: Terminal, file: string, lines: readonly BaseLine[]): string {
  const path = resolve(terminal.cwd, file);
  const read = readText(path);
  if ('error' in read) return `${file}: ${read.error}\n`;
  const { text, left } = writeBases(read.text, lines);
  const error = text === read.text ? undefined : replaceText(path, text);
  if (error !== undefined) return `${file}: ${error}, so nothing was written\n`;
  const isLeft = ({ path: at }: BaseLine): boolean => left.some((each) => each.path === at);
  const done = lines.filter((line) => !isLeft(line)).map(({ rule }) => rule);
  const undone = lines.filter(isLeft);
  const written = done.length > 0 ? `${file}: wrote base: of ${done.join(', ')}\n` : '';
  const byHand = undone.map(
    ({ rule, fingerprint }) => `${file}: write by hand into ${rule}: base: ${fingerprint}\n`,
  );
  return [written, ...byHand].join('');
}

/** How many rules that overlays change record nothing: a line for each file. */
export function missingBases(bases: readonly BaseLine[]): string {
  return byFile(bases.filter(({ file, recorded }) => recorded === undefined && !isShippedName(file)))
    .map(([file, { length }]) => {
      const rules = length === 1 ? '1 rule that it changes has' : `${length} rules that it changes have`;
      return `${file}: ${rules} no base:, which would tell of changes below; dicomcast check --fix writes it\n`;
    })
    .join('');
}

function byFile(bases: readonly BaseLine[]): readonly (readonly [string, readonly BaseLine[]])[] {
  return [...Map.groupBy(bases, ({ file }) => file)];
}
