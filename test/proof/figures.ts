/**
 * The page of figures: a table comes in for one proof, its section of README.md is written anew, the rest of the page stays.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { join } from 'node:path';

export interface Figures {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface Circumstances {
  readonly seed: number;
  readonly seconds: number;
}

const PAGE = join(import.meta.dirname, 'README.md');

/** Replaces what stands between `<!-- name -->` and `<!-- /name -->`. */
export function writeFigures(name: string, figures: Figures, { seed, seconds }: Circumstances): void {
  const page = readFileSync(PAGE, 'utf8');
  const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [from, to] = [page.indexOf(start), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`README.md has no section ${start} … ${end}`);
  const row = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const date = new Date().toISOString().slice(0, 10);
  const section = [
    start,
    `### ${figures.title}`,
    '',
    `${date}, ${machine()}, Node ${process.versions.node}, seed ${seed}, ${seconds.toFixed(0)} s.`,
    '',
    row(figures.head),
    row(figures.head.map(() => '---')),
    ...figures.rows.map(row),
    '',
  ].join('\n');
  writeFileSync(PAGE, page.slice(0, from) + section + page.slice(to));
}

function machine(): string {
  const memory = Math.round(totalmem() / 1024 ** 3);
  return `${availableParallelism()} cores of ${cpus()[0]?.model.trim() ?? 'unknown'}, ${memory} GB, ${process.platform}`;
}
