/**
 * The test command on small files in a temporary folder: what it counts, what it refuses to believe, how it closes.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { temporaryFolder } from '../support/temp.ts';

const PROJECT = resolve(import.meta.dirname, '../..');
const UVU = JSON.stringify(import.meta.resolve('uvu'));
const HEAD = `import { suite } from ${UVU};\nconst test = suite('made up');\n`;

const PASSING = `${HEAD}test('one', () => {}); test('two', () => {}); test.skip('three'); test.run();`;
const FAILING = `${HEAD}test('one', () => {}); test('two', () => { throw new Error('broken on purpose'); }); test.run();`;

interface Result {
  readonly code: number | null;
  readonly lines: readonly string[];
}

/** Runs the command over `files` (name → text); `more` are parts of paths and options, the last of a kind counts. */
async function run(
  files: Readonly<Record<string, string>>,
  more: readonly string[] = [],
  environment: Readonly<Record<string, string>> = { NO_COLOR: '1' },
): Promise<Result & { readonly folder: string }> {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const options = ['--folder', folder, '--limit', '30'];
  const { NO_COLOR: _, FORCE_COLOR: __, ...inherited } = process.env;
  const child = spawn(process.execPath, [join(PROJECT, 'test/run.ts'), ...options, ...more], {
    env: { ...inherited, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const code = await new Promise<number | null>((done) => child.on('close', done));
  return { code, folder, lines: output.trimEnd().split('\n') };
}

/** The line that says why the file failed. */
function reason(result: Result, file: string): string | undefined {
  const line = result.lines.find((line) => line.includes(`${file}: `));
  return line?.slice(line.indexOf(`${file}: `) + file.length + 2);
}

const test = suite('test/run.ts');

test('counts passed and skipped tests and exits with 0', async () => {
  const result = await run({ 'a.test.ts': PASSING, 'b.test.ts': PASSING, 'c.ts': FAILING });
  assert.is(result.lines.at(-1), '4 passed, 0 failed, 2 skipped');
  assert.is(result.code, 0);
  assert.match(
    result.lines.find((line) => line.includes('a.test.ts')) ?? '',
    /^ok {4}\S+a\.test\.ts {2}2 passed, 1 skipped {2}\d+\.\d\d s$/,
  );
});

test('leaves the skipped out of the closing line when there are none', async () => {
  const result = await run({ 'a.test.ts': PASSING.replace("test.skip('three');", '') });
  assert.is(result.lines.at(-1), '2 passed, 0 failed');
});

test('counts every failed test, shows the output of failing files only, and exits with 1', async () => {
  const result = await run({
    'a.test.ts': `${PASSING} console.log('quiet');`,
    'b.test.ts': FAILING,
  });
  assert.is(result.lines.at(-1), '3 passed, 1 failed, 1 skipped');
  assert.is(result.code, 1);
  assert.ok(result.lines.some((line) => line.includes('broken on purpose')));
  assert.not.ok(result.lines.some((line) => line.includes('quiet')));
});

test('fails when no file matches', async () => {
  const result = await run({ 'a.test.ts': PASSING }, ['nothing-like-it']);
  assert.is(result.lines[0], `There is no test file that matches nothing-like-it in ${result.folder}.`);
  assert.is(result.lines.at(-1), '0 passed, 1 failed');
  assert.is(result.code, 1);
});

test('runs only the files that match a part of a path', async () => {
  const result = await run({ 'a.test.ts': PASSING, 'b.test.ts': FAILING }, ['/a.test']);
  assert.is(result.lines.at(-1), '2 passed, 0 failed, 1 skipped');
});

test('fails a file that ran no test', async () => {
  const silent = "ran no test, or uvu's summary cannot be read: is a run() missing?";
  const result = await run({
    'empty.test.ts': '',
    'without-run.test.ts': PASSING.replace('test.run();', ''),
    'without-tests.test.ts': `${HEAD}test.run();`,
    'exiting.test.ts': `${HEAD}test('one', () => process.exit(0)); test.run();`,
  });
  assert.is(reason(result, 'empty.test.ts'), silent);
  assert.is(reason(result, 'without-run.test.ts'), silent);
  assert.is(reason(result, 'without-tests.test.ts'), 'ran no test');
  assert.is(reason(result, 'exiting.test.ts'), "ended with exit code 1 and without uvu's summary");
  assert.is(result.lines.at(-1), '0 passed, 4 failed');
  assert.is(result.code, 1);
});

test('accepts a file whose tests are all skipped', async () => {
  const result = await run({ 'a.test.ts': `${HEAD}test.skip('one'); test.run();` });
  assert.is(result.lines.at(-1), '0 passed, 0 failed, 1 skipped');
  assert.is(result.code, 0);
});

test('fails a file that prints a pass count and exits with another code than 0', async () => {
  const late = `${PASSING} process.on('exit', () => { process.exitCode = 3; });`;
  const result = await run({ 'a.test.ts': late });
  assert.is(reason(result, 'a.test.ts'), 'all tests passed, but the exit code was 3');
  assert.is(result.lines.at(-1), '2 passed, 1 failed, 1 skipped');
});

test('fails what uvu passes over: a hook that throws, an earlier summary', async () => {
  const hook = PASSING.replace('test.run', "test.before(() => { throw new Error('hook'); }); test.run");
  const again = `${FAILING} await new Promise((done) => setTimeout(done, 100));
    const other = suite('other'); other('three', () => {}); other.run();`;
  const result = await run({ 'hook.test.ts': hook, 'again.test.ts': again });
  assert.is(reason(result, 'hook.test.ts'), '2 of 2 tests did not pass');
  assert.match(reason(result, 'again.test.ts') ?? '', /^printed several summaries/);
  assert.is(result.code, 1);
});

test('fails a summary whose numbers cannot be true', async () => {
  const forged = "console.log('\\n  Total:     1\\n  Passed:    2\\n  Skipped:   0\\n  Duration:  1ms\\n');";
  const result = await run({ 'a.test.ts': forged });
  assert.is(reason(result, 'a.test.ts'), 'says that 2 of 1 tests passed');
  assert.is(result.lines.at(-1), '1 passed, 1 failed');
});

test('ends a file that hangs, and the process that it started', async () => {
  const hanging = `${HEAD}import { spawn } from 'node:child_process'; import { writeFileSync } from 'node:fs';
    const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'], { stdio: 'inherit' });
    writeFileSync(import.meta.dirname + '/pid', String(child.pid));
    test('one', () => new Promise((done) => setTimeout(done, 60000))); test.run();`;
  const result = await run({ 'a.test.ts': hanging }, ['--limit', '2']);
  assert.is(reason(result, 'a.test.ts'), 'did not end within 2 s');
  assert.is(result.lines.at(-1), '0 passed, 1 failed');
  const pid = readFileSync(join(result.folder, 'pid'), 'utf8');
  assert.ok(await isGone(pid), 'the grandchild still runs');
});

test('fails a file that leaves a process running', async () => {
  const leaving = `${PASSING} import { spawn } from 'node:child_process';
    spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'], { stdio: 'inherit' }).unref();`;
  const result = await run({ 'a.test.ts': leaving }, ['--grace', '0.5']);
  assert.is(reason(result, 'a.test.ts'), 'left a process running');
  assert.is(result.lines.at(-1), '2 passed, 1 failed, 1 skipped');
});

test('reads the numbers of a file that prints in colour, and closes with a plain line', async () => {
  const coloured = PASSING.replace(
    'import',
    "delete process.env.NO_COLOR; process.env.FORCE_COLOR = '1'; import",
  ).replace(`import { suite } from ${UVU};`, `const { suite } = await import(${UVU});`);
  const result = await run({ 'a.test.ts': coloured }, [], { FORCE_COLOR: '1' });
  assert.is(result.lines.at(-1), '2 passed, 0 failed, 1 skipped');
  assert.ok(result.lines.some((line) => line.startsWith('\u001b[32mok\u001b[39m')));
});

test('refuses options that make no sense', async () => {
  const result = await run({ 'a.test.ts': PASSING }, ['--jobs', 'many']);
  assert.match(result.lines.at(-1) ?? '', /^usage: /);
  assert.is(result.code, 64);
});

test('refuses to run under an older Node, in one sentence', async () => {
  const pretence = 'Object.defineProperty(process, "versions", { value: { node: "22.18.0" } })';
  const older = `data:text/javascript,${encodeURIComponent(pretence)}`;
  const result = await run({ 'a.test.ts': PASSING }, [], { NODE_OPTIONS: `--import ${older}` });
  assert.equal(result.lines, [
    `The tests need Node 24 or later, and this is ${process.version}: use npm test after npm ci.`,
  ]);
  assert.is(result.code, 1);
});

/** True when the process is gone, or a zombie that nobody asked about, within two seconds. */
async function isGone(pid: string): Promise<boolean> {
  for (let attempt = 0; attempt < 40; attempt++) {
    const status = `/proc/${pid}/status`;
    if (!existsSync('/proc/self/status') || !existsSync(status)) return true;
    if (/^State:\s+Z/m.test(readFileSync(status, 'utf8'))) return true;
    await new Promise((done) => setTimeout(done, 50));
  }
  return false;
}

test.run();
