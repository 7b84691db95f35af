/**
 * An error that ended a command comes in; what, why and what to do is printed, and the exit code goes out.
 */
import { describeDefect, type EngineError, isEngineError } from '../errors.ts';
import { EXIT, type Terminal } from './terminal.ts';

const UNREACHABLE = new Set([
  'feed.unreachable',
  'feed.busy',
  'fhir.unreachable',
  'fhir.busy',
  'auth.unreachable',
  'fhir.invalid-answer',
]);

/** Nothing to correct where a service could not be reached: it can be tried again as it is. */
export function exitCodeOf({ code }: EngineError): number {
  return UNREACHABLE.has(code) ? EXIT.unreachable : EXIT.findings;
}

/** One exit code for several: something to correct counts more than something to wait for. */
export function worstOf(codes: readonly number[]): number {
  if (codes.includes(EXIT.findings)) return EXIT.findings;
  return codes.find((code) => code !== EXIT.ok) ?? EXIT.ok;
}

/** Errors of the engine carry no values; anything else is a defect, of which only kind and place are shown. */
export function reportFailure(terminal: Pick<Terminal, 'err'>, error: unknown): number {
  if (isEngineError(error)) {
    terminal.err(`error[${error.code}]: ${error.message}\n`);
    if (error.details.outcome?.length) terminal.err(`  = outcome: ${error.details.outcome.join(', ')}\n`);
    terminal.err(`  = help: ${error.hint}\n`);
    return exitCodeOf(error);
  }
  const isObject = typeof error === 'object' && error !== null;
  const { code, port } = (isObject ? error : {}) as { code?: unknown; port?: unknown };
  if (code === 'EADDRINUSE' && Number.isInteger(port)) {
    terminal.err(
      `error: port ${port} is in use by another program\n  = help: choose another with --fhir-port or --feed-port; 0 takes a free one\n`,
    );
    return EXIT.unreachable;
  }
  const defect: ReturnType<typeof describeDefect> =
    error instanceof Error ? describeDefect(error) : { name: typeof error, stack: [] };
  const { name, code: known, stack } = defect;
  const kind = known === undefined ? name : `${name} ${known}`;
  const places = stack.slice(0, 8).map((place) => `    ${place}`);
  terminal.err(`error: a defect in dicomcast (${kind}); please report these lines\n${places.join('\n')}\n`);
  return EXIT.findings;
}
