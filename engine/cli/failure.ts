/**
 * An error that ended a command comes in; what, why and what to do is printed, and the exit code goes out.
 */
import { isEngineError } from '../errors.ts';
import { EXIT, type Terminal } from './terminal.ts';

const UNREACHABLE = new Set([
  'feed.unreachable',
  'feed.busy',
  'fhir.unreachable',
  'fhir.busy',
  'auth.unreachable',
  'fhir.invalid-answer',
]);

/** Errors of the engine carry no values; anything else is a defect, of which only kind and place are shown. */
export function reportFailure(terminal: Terminal, error: unknown): number {
  if (isEngineError(error)) {
    terminal.err(`error[${error.code}]: ${error.message}\n`);
    if (error.details.outcome?.length) terminal.err(`  = outcome: ${error.details.outcome.join(', ')}\n`);
    terminal.err(`  = help: ${error.hint}\n`);
    return UNREACHABLE.has(error.code) ? EXIT.unreachable : EXIT.findings;
  }
  const { name, code, port } = error as { name?: string; code?: string; port?: number };
  if (code === 'EADDRINUSE') {
    terminal.err(
      `error: port ${port} is in use by another program\n  = help: choose another with --fhir-port or --feed-port; 0 takes a free one\n`,
    );
    return EXIT.unreachable;
  }
  const frames =
    error instanceof Error ? (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)) : [];
  terminal.err(
    `error: a defect in dicomcast (${name ?? typeof error}${code ? ` ${code}` : ''}); please report these lines\n${frames.slice(0, 8).join('\n')}\n`,
  );
  return EXIT.findings;
}
