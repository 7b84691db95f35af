/**
 * A terminal for tests: what a command prints is kept, and a test can end it.
 */
import type { Terminal } from '../../engine/cli/terminal.ts';

export interface FakeTerminal extends Terminal {
  /** Everything printed so far, answers and findings apart. */
  printed(): { readonly out: string; readonly err: string };
  stop(): void;
}

export function fakeTerminal(cwd: string, env: Readonly<Record<string, string>> = {}): FakeTerminal {
  const stopping = new AbortController();
  const text = { out: '', err: '' };
  return {
    cwd,
    env,
    out: (part) => {
      text.out += part;
    },
    err: (part) => {
      text.err += part;
    },
    isInteractive: false,
    signal: stopping.signal,
    printed: () => ({ ...text }),
    stop: () => stopping.abort(),
  };
}
