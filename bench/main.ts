/**
 * `npm run bench`: runs all benchmarks one after the other, prints each result when it is known, and writes bench/README.md
 * after a full run. Ends with exit code 1 when a check of results fails; a missed goal is reported, no failure.
 */
import { writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { byteRows, INTERLEAVED, requestRows } from './counts.ts';
import { runHere, shippedProject } from './engine.ts';
import { interpretedRows } from './interpreted.ts';
import { mappingRows } from './mapping.ts';
import { line, page } from './report.ts';
import type { Bench, Row } from './row.ts';
import { startServerProcess } from './server-process.ts';
import {
  ceilingRows,
  growthRows,
  latencyRows,
  memoryRows,
  parseRows,
  startRows,
  throughputRows,
} from './times.ts';

const BENCHMARKS: Readonly<Record<string, (bench: Bench) => Promise<readonly Row[]>>> = {
  throughput: throughputRows,
  requests: requestRows,
  bytes: byteRows,
  mapping: mappingRows,
  interpreted: interpretedRows,
  parse: parseRows,
  growth: growthRows,
  memory: memoryRows,
  latency: latencyRows,
  start: startRows,
  ceiling: ceilingRows,
};

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    rival: { type: 'string' },
  },
});
const at = Date.now();
const [load = 0] = loadavg();
const server = await startServerProcess();
try {
  const bench: Bench = {
    project: shippedProject(),
    server,
    isQuick: values.quick,
    rivalEntries: Number(values.rival ?? (values.quick ? 200 : 3000)),
  };
  // What is measured is the engine under way, not its first second.
  await runHere(bench.project, server, { shape: INTERLEAVED, feedLatency: 0, fhirLatency: 0 });
  const rows: Row[] = [];
  for (const [name, benchmark] of Object.entries(BENCHMARKS)) {
    if (values.only !== undefined && !name.includes(values.only)) continue;
    for (const row of await benchmark(bench)) {
      rows.push(row);
      console.log(line(row));
    }
  }
  const seconds = (Date.now() - at) / 1000;
  console.log(`\n${Math.round(seconds)} s`);
  if (!values.quick && values.only === undefined)
    writeFileSync(join(import.meta.dirname, 'README.md'), page(rows, { at, seconds, load }));
} finally {
  await server.close();
}
