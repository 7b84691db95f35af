/**
 * Loaded before a program (`node --import`): when the process ends, what it used goes into the file that BENCH_USAGE names.
 */
import { writeFileSync } from 'node:fs';

process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const usage = { cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, peakMegabytes: maxRSS / 1024 };
  writeFileSync(process.env['BENCH_USAGE'] ?? '', JSON.stringify(usage));
});
