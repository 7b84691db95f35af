/**
 * Rows come in; a table for a terminal and the page bench/README.md go out. The page holds what this run saw, and nothing
 * else.
 */
import { availableParallelism, cpus, totalmem } from 'node:os';
import type { Row } from './row.ts';
import { spell } from './row.ts';

export interface RunFacts {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly seconds: number;
  /** Of the minute before the run: of this machine's other work. */
  readonly load: number;
}

export function line({ what, measured, must, stretch, reached, note }: Row): string {
  const goals = must === '' ? '' : `  must ${must}, stretch ${stretch}`;
  return `${reached.padEnd(8)} ${what}: ${measured}${goals}\n         ${note}`;
}

export function page(rows: readonly Row[], facts: RunFacts): string {
  const goals = rows.filter(({ must }) => must !== '');
  const others = rows.filter(({ must }) => must === '');
  return `${METHOD}
## Machine

${availableParallelism()} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GB, ${process.platform} ${process.arch}, Node ${process.versions.node}, shared with
other work: load ${facts.load.toFixed(2)} when the run began. The run took ${Math.round(facts.seconds)} s.

## Results of ${new Date(facts.at).toISOString().slice(0, 10)}

| | measured | must | stretch | reached | |
|---|---|---|---|---|---|
${goals.map(cells).join('\n')}

Beside the goals:

| | measured | |
|---|---|---|
${others.map(({ what, measured, note }) => `| ${what} | ${measured} | ${note} |`).join('\n')}
`;
}

function cells({ what, measured, must, stretch, reached, note }: Row): string {
  return `| ${what} | **${measured}** | ${must} | ${stretch} | ${reached} | ${note} |`;
}

const METHOD = `# Benchmarks

This page is written by \`npm run bench\` (some minutes). \`npm run bench -- --quick\` does less of everything in about a minute and prints
only; \`-- --only memory\` runs what has that word in its name. Requests and bytes are the same in every run and are asserted
in \`test/bench/\`; times are reported, never asserted.

## Method

- **Entries** are made up by \`entries.ts\`: CT images of ${spell(103)} attributes and 5.7 KB, the same texts in every run.
- **Servers**: \`server.ts\` is a change feed (version 1) and a FHIR server in memory, in a process of its own, over HTTP on loopback,
  each with a latency before every answer. It checks versions and conditions and answers with the resources unless asked not to.
  It is far cheaper than a real server, which flatters the rival.
- **The engine** is what \`dicomcast run --once\` puts together with the shipped configuration and mappings, an SQLite file for its
  state included; for memory and start it is that command itself.
- **The original's access pattern** (\`rival.ts\`): pages of 10, the newest sequence asked before each, one entry after the other,
  three searches and one transaction with the whole study for each. It has the engine's own mapping, merge and HTTP clients, and
  gets the first half of the feed (\`--rival 6000\` gives it all of it), while studies are small, in its favour.
- **The hand-written mapping** (\`hand-written.ts\`, \`hand-state.ts\`): the three shipped mappings as a program, with the same checks.
- **Before a number is told**, all resources on the server are compared with what the hand-written mapping makes of the same
  entries one by one; those of the rival are compared byte for byte, but for ids, versions and dates.
- CPU is that of the whole process, garbage collector and compiler included. Variants run in turn; numbers are medians, ratios
  medians of the ratios of rounds. Times of one run are good to about 20 %, more on a busy machine.
`;
