/**
 * Running totals come in as text; one line that rewrites itself on a terminal, or nothing (the log tells) elsewhere, goes out.
 */
import type { Progress } from '../poller.ts';
import { count } from './project.ts';
import type { Terminal } from './terminal.ts';

export interface ProgressLine {
  show(text: string): void;
  /** Ends the line, so that what follows starts on a new one. */
  end(): void;
}

export function createProgressLine(terminal: Terminal): ProgressLine {
  let isShown = false;
  return {
    show(text) {
      if (!terminal.isInteractive) return;
      terminal.err(`\r\u001b[K${text}`);
      isShown = true;
    },
    end() {
      if (isShown) terminal.err('\n');
      isShown = false;
    },
  };
}

/** `43 entries: 41 stored, 1 passed over, 1 in the error store; resources: 20 made, 3 changed, 0 deleted` */
export function summary({ entries, stored, skipped, failed, written }: Progress): string {
  const parts = [`${stored} stored`, `${skipped} passed over`, `${failed} in the error store`];
  return `${count(entries, 'entry').replace('entrys', 'entries')}: ${parts.join(', ')}; resources: ${written.create} made, ${written.update} changed, ${written.delete} deleted`;
}
