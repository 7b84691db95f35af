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

/** The terminal of this process; SIGINT and SIGTERM abort its signal, a second one ends the process at once. */
export function processTerminal(): Terminal {
  const stopping = new AbortController();
  const stop = (): void => {
    if (stopping.signal.aborted) process.exit(130);
    stopping.abort();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return {
    cwd: process.cwd(),
    env: process.env,
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    isInteractive: process.stderr.isTTY === true,
    signal: stopping.signal,
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
