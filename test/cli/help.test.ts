/** --help and wrong arguments as users see them: exit codes are named, and every message says where to read on. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const test = suite('help');
const MAIN = join(import.meta.dirname, '../../engine/cli/main.ts');

function dicomcast(...args: readonly string[]): { out: string; err: string; status: number | null } {
  const { stdout, stderr, status } = spawnSync(process.execPath, [MAIN, ...args], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  return { out: stdout, err: stderr, status };
}

test('every command says what its exit codes mean', () => {
  const { out: all } = dicomcast('--help');
  const commands = [...all.matchAll(/^ {2}([a-z]+) /gm)].map(([, name = '']) => name);
  assert.ok(commands.includes('retry') && commands.length > 14, all);
  for (const command of commands.filter((name) => name !== 'help')) {
    const { out, status } = dicomcast(command, '--help');
    assert.is(status, 0, command);
    assert.match(
      out,
      /\n\nExit codes:\n {2}0 {3}\S[^\n]*\n(?: {2}[13] {3}\S[^\n]*\n)+ {2}64 {2}the command line is wrong\n$/,
    );
  }
});

test('those of retry', () => {
  assert.match(
    dicomcast('retry', '--help').out,
    `
Exit codes:
  0   every entry came through, or there was none to run again
  1   an entry failed again or was not found; something is to be corrected; it was stopped before the end
  3   a service could not be reached; what was not run is as it was
  64  the command line is wrong
`,
  );
  const ofPart = dicomcast('errors', 'show', '--help').out;
  assert.match(ofPart, '\n  1   there is no such row, or the state cannot be read\n');
});

test('wrong arguments: what is wrong, what was probably meant, where to read on', () => {
  const told = (...args: readonly string[]): string => {
    const { out, err, status } = dicomcast(...args);
    return `${out}${err}exit ${status}\n`;
  };
  assert.is(
    told('statu'),
    "error: unknown command 'statu'\n(Did you mean status?)\n  = help: `dicomcast --help` tells what it takes\nexit 64\n",
  );
  assert.is(
    told('retry', 'seven'),
    "error: command-argument value 'seven' is invalid for argument 'id'. It must be a whole number from 1.\n  = help: `dicomcast retry --help` tells what it takes\nexit 64\n",
  );
  assert.is(
    told('errors', 'show'),
    "error: missing required argument 'id'\n  = help: `dicomcast errors show --help` tells what it takes\nexit 64\n",
  );
  assert.is(
    told('errors', '7'),
    'error: errors has no command 7\n  = help: `dicomcast errors show 7` shows one row\nexit 64\n',
  );
});

test.run();
