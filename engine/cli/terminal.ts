/**
 * What commands print on and what they are told by: two streams, the environment, the signal that ends them. Commands take
 * it as an argument, so that tests run them without a process.
 */
import { styleText } from 'node:util';

/** Exit codes of design 7. */
export const EXIT = { ok: 0, findings: 1, unreachable: 3, usage: 64 } as const;

export interface Terminal {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Answers of the command. */
  out(text: string): void;
  /** Findings, progress, log. */
  err(text: string): void;
  /** True when a person looks at `err`. */
  readonly isInteractive: boolean;
  readonly signal: AbortSignal;
}

/**
 * The terminal of this process; SIGINT and SIGTERM abort its signal, a second one ends the process at once. So does output that
 * nobody reads any more (`| head -1`): what a command began, it ends in order.
 */
export function processTerminal(): Terminal {
  const stopping = new AbortController();
  const fail = (): void => {
    process.on('exit', () => {
      process.exitCode ||= EXIT.findings;
    });
  };
  const err = writer(process.stderr, () => {
    fail();
    stopping.abort();
  });
  const out = writer(process.stdout, ({ code = 'an error' }) => {
    // Whoever closes a pipe has read enough.
    if (code !== 'EPIPE') {
      fail();
      err(`error: the output cannot be written (${code})\n`);
    }
    stopping.abort();
  });
  const stop = (): void => {
    if (stopping.signal.aborted) process.exit(130);
    stopping.abort();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return {
    cwd: process.cwd(),
    env: process.env,
    out,
    err,
    isInteractive: process.stderr.isTTY === true,
    signal: stopping.signal,
  };
}

type Write = (text: string) => void;

/** `onEnd`: told when nothing can be written any more. */
function writer(stream: NodeJS.WriteStream, onEnd: (error: NodeJS.ErrnoException) => void): Write {
  let isOpen = true;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (!isOpen) return;
    isOpen = false;
    onEnd(error);
  });
  return (text) => {
    if (isOpen) stream.write(text);
  };
}

export function bold(terminal: Terminal, text: string): string {
  return terminal.isInteractive ? styleText('bold', text) : text;
}

/** Rows as columns of equal width, two blanks apart; the first row is the head. */
export function columns(rows: readonly (readonly string[])[], indent = '  '): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map(
      (row) =>
        indent +
        row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd(),
    )
    .join('\n');
}
