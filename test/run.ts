/**
 * The test command: parts of paths come in, every matching *.test.ts under test/ runs in a process of its own, and one
 * closing line `N passed, N failed` goes out. What cannot be shown to have passed counts as failed: a silent file, a file
 * without tests, a summary that cannot be read, a file that does not end.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative, resolve, sep } from 'node:path';
import { parseArgs, stripVTControlCharacters, styleText } from 'node:util';

const USAGE =
  'usage: node test/run.ts [part of a path …] [--jobs N] [--limit SECONDS] [--grace SECONDS] [--folder F]';
const PROJECT = resolve(import.meta.dirname, '..');
/** Characters kept of what one file prints: the end, where uvu says what failed. */
const OUTPUT_KEPT = 1 << 20;
/** uvu 0.5.6 closes with these lines; `Total` counts what was to run, without the skipped. */
const SUMMARY = /^ {2}Total: +(\d+)\n {2}Passed: +(\d+)\n {2}Skipped: +(\d+)\n {2}Duration: /gm;

interface Options {
  readonly patterns: readonly string[];
  readonly folder: string;
  readonly jobs: number;
  /** Milliseconds for one file. */
  readonly limit: number;
  /** Milliseconds between the end of a file's process and the end of what it started. */
  readonly grace: number;
}

/** What is known when a file's process is gone. */
interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  /** Both streams, in the order in which they arrived. */
  readonly output: string;
  /** Why the runner ended it, if it did. */
  readonly ended?: string;
}

interface Verdict {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Why the file failed, beyond what uvu says. */
  readonly reason?: string;
}

const major = Number.parseInt(process.versions.node, 10);
if (major < 24) {
  console.error(
    `The tests need Node 24 or later, and this is ${process.version}: use npm test after npm ci.`,
  );
  process.exit(1);
}
process.exitCode = await main();

async function main(): Promise<number> {
  const options = readOptions();
  if (options === undefined) return 64;
  const files = findTests(options.folder, options.patterns);
  if (files.length === 0) {
    const wanted = options.patterns.length > 0 ? ` that matches ${options.patterns.join(' or ')}` : '';
    say(`There is no test file${wanted} in ${options.folder}.`);
    say('0 passed, 1 failed');
    return 1;
  }
  const verdicts = await runAll(files, options);
  const sum = (field: 'passed' | 'failed' | 'skipped') =>
    verdicts.reduce((total, verdict) => total + verdict[field], 0);
  const failing = files.filter((_, index) => (verdicts[index]?.failed ?? 1) > 0);
  say('');
  if (failing.length > 0) say(`Failing files:\n${failing.map((file) => `  ${shown(file)}`).join('\n')}\n`);
  const skipped = sum('skipped') > 0 ? `, ${sum('skipped')} skipped` : '';
  say(`${sum('passed')} passed, ${sum('failed')} failed${skipped}`);
  return sum('failed') > 0 ? 1 : 0;
}

function readOptions(): Options | undefined {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        folder: { type: 'string', default: join(PROJECT, 'test') },
        jobs: { type: 'string', default: '2' },
        limit: { type: 'string', default: '120' },
        grace: { type: 'string', default: '5' },
      },
    });
    const [jobs, limit, grace] = [Number(values.jobs), Number(values.limit), Number(values.grace)];
    if (!Number.isInteger(jobs) || !(jobs > 0) || !(limit > 0) || !(grace > 0)) throw new Error(USAGE);
    return {
      patterns: positionals.map((pattern) => pattern.replace(/^\.\//, '')),
      folder: resolve(values.folder),
      jobs: Math.min(jobs, availableParallelism()),
      limit: limit * 1000,
      grace: grace * 1000,
    };
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return undefined;
  }
}

/** All test files in `folder` whose shown path contains one of the patterns, in the order of their paths. */
function findTests(folder: string, patterns: readonly string[]): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.test.ts'))
    .map((path) => join(folder, path))
    .filter((path) => patterns.length === 0 || patterns.some((pattern) => shown(path).includes(pattern)))
    .sort();
}

/** Runs the files, `jobs` at a time, and reports each as it ends. Verdicts come in the order of the files. */
async function runAll(files: readonly string[], options: Options): Promise<readonly Verdict[]> {
  const running = new Set<ChildProcess>();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      for (const child of running) kill(child);
      process.exit(130);
    });
  }
  const verdicts: Verdict[] = [];
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < files.length; index = next++) {
      const file = files[index] as string;
      const start = performance.now();
      const ending = await runFile(file, options, running);
      const verdict = judge(ending);
      verdicts[index] = verdict;
      report(file, verdict, ending.output, performance.now() - start);
    }
  };
  await Promise.all(Array.from({ length: options.jobs }, worker));
  return verdicts;
}

function runFile(file: string, options: Options, running: Set<ChildProcess>): Promise<Ending> {
  // Colour would stand between the runner and uvu's numbers; Node warns when both variables are set.
  const { FORCE_COLOR: _, ...environment } = process.env;
  // A group of its own, so that what a test starts ends with it.
  const child = spawn(process.execPath, [file], {
    cwd: PROJECT,
    env: { ...environment, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  running.add(child);
  return new Promise((done) => {
    let stdout = '';
    let output = '';
    let ended: string | undefined;
    const end = (reason: string) => {
      ended = reason;
      kill(child);
    };
    const keep = (text: string) => {
      output = (output + text).slice(-OUTPUT_KEPT);
    };
    let timer = setTimeout(end, options.limit, `did not end within ${options.limit / 1000} s`);
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout = (stdout + text).slice(-OUTPUT_KEPT);
      keep(text);
    });
    child.stderr.setEncoding('utf8').on('data', keep);
    child.on('exit', () => {
      clearTimeout(timer);
      // `close` comes when nobody holds the pipes any more.
      if (ended === undefined) timer = setTimeout(end, options.grace, 'left a process running');
    });
    child.on('error', (error) => keep(`${error.message}\n`));
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      running.delete(child);
      done({ code, signal, stdout, output, ...(ended === undefined ? {} : { ended }) });
    });
  });
}

/** Ends the process group that the runner started, and nothing else. */
function kill(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // Gone already.
  }
}

/** Counts what passed for certain; everything else that should have is failed. */
function judge(ending: Ending): Verdict {
  const summaries = [...stripVTControlCharacters(ending.stdout).matchAll(SUMMARY)];
  const [total = 0, passed = 0, skipped = 0] = (summaries[0] ?? []).slice(1).map(Number);
  const failure = (reason: string, missing = 0): Verdict => ({
    passed: Math.min(passed, total),
    failed: Math.max(1, missing),
    skipped,
    reason,
  });
  if (ending.ended !== undefined) return failure(ending.ended, total - passed);
  if (summaries.length > 1) {
    // uvu takes its exit code from the last summary alone, so an earlier failure would vanish.
    return failure('printed several summaries: call every run() before the first top-level await');
  }
  if (summaries.length === 0) {
    if (ending.signal !== null) return failure(`was ended by ${ending.signal}`);
    if (ending.code !== 0) return failure(`ended with exit code ${ending.code} and without uvu's summary`);
    return failure("ran no test, or uvu's summary cannot be read: is a run() missing?");
  }
  if (passed > total) return failure(`says that ${passed} of ${total} tests passed`);
  // A hook that throws makes uvu drop the tests of a suite and exit with 0: the numbers tell.
  if (passed < total) return failure(`${total - passed} of ${total} tests did not pass`, total - passed);
  if (ending.code !== 0) return failure(`all tests passed, but the exit code was ${ending.code}`);
  if (total === 0 && skipped === 0) return failure('ran no test');
  return { passed, failed: 0, skipped };
}

function report(file: string, verdict: Verdict, output: string, duration: number): void {
  const time = `${(duration / 1000).toFixed(2)} s`;
  const skipped = verdict.skipped > 0 ? `, ${verdict.skipped} skipped` : '';
  if (verdict.failed === 0) {
    say(`${styleText('green', 'ok')}    ${shown(file)}  ${verdict.passed} passed${skipped}  ${time}`);
    return;
  }
  const counts = `${verdict.passed} passed, ${verdict.failed} failed${skipped}`;
  say(`${styleText('red', 'FAIL')}  ${shown(file)}  ${counts}  ${time}`);
  for (const line of output.trimEnd().split('\n')) say(`      ${line}`);
  say(`      ${shown(file)}: ${verdict.reason}`);
}

function shown(file: string): string {
  return relative(PROJECT, file).split(sep).join('/');
}

function say(line: string): void {
  console.log(line);
}
