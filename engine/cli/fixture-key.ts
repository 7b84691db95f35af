/**
 * The key under which fixtures get their dummies: a file that the user names, or one that is made once beside the project,
 * comes in; its bytes go out. A hash without a secret would let anybody who guesses a UID or a patient's ID test the guess.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Terminal } from './terminal.ts';

/** Below the working folder, where demo and state are too; `init` has git ignore it. */
const DEFAULT = join('.dicomcast', 'fixture.key');
const SHORTEST = 16;

/** Undefined after the reason was printed. */
export function readFixtureKey(terminal: Terminal, given: string | undefined): Uint8Array | undefined {
  const path = resolve(terminal.cwd, given ?? DEFAULT);
  try {
    if (given === undefined) makeKey(terminal, path);
    const key = Buffer.from(readFileSync(path, 'utf8').trim());
    if (key.length >= SHORTEST) return key;
    terminal.err(
      `error: the key in ${given ?? DEFAULT} is shorter than ${SHORTEST} characters, and could be guessed\n`,
    );
  } catch (error) {
    const code = String((error as { code?: unknown }).code);
    terminal.err(
      `error: the key ${given ?? DEFAULT} cannot be read or made (${code}); --key <file> names another\n`,
    );
  }
  return undefined;
}

function makeKey(terminal: Terminal, path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  try {
    writeFileSync(path, `${randomBytes(32).toString('hex')}\n`, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as { code?: unknown }).code === 'EEXIST') return;
    throw error;
  }
  terminal.err(
    `made ${DEFAULT}, the key of dummies: with it, fixtures made later agree with this one. Who has it and guesses an\n` +
      'original UID or ID can test the guess, so keep it to yourself and out of version control.\n',
  );
}
