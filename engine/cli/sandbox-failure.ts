/**
 * An error that kept the sandbox from starting comes in: ports and files are the user's to choose, so what, why and what to do
 * is printed; anything else is reported as for every command. The exit code goes out.
 */
import { reportFailure } from './failure.ts';
import { EXIT, type Terminal } from './terminal.ts';

/** `data`: the folder in which the sandbox keeps what it remembers, as shown. */
export function reportStart(terminal: Pick<Terminal, 'err'>, error: unknown, data: string): number {
  const known = (typeof error === 'object' && error !== null ? error : {}) as SystemError;
  const fault = startFault(known, data);
  if (!fault) return reportFailure(terminal, error);
  terminal.err(`error: ${fault.what}\n  = help: ${fault.help}\n`);
  return EXIT.findings;
}

interface SystemError {
  readonly code?: unknown;
  readonly syscall?: unknown;
  readonly port?: unknown;
  /** SQLite's own sentence for the kind of error. */
  readonly errstr?: unknown;
}

const FILES: ReadonlySet<unknown> = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'ENOSPC']);

function startFault(
  { code, syscall, port, errstr }: SystemError,
  data: string,
): { readonly what: string; readonly help: string } | undefined {
  if (syscall === 'listen' && code === 'EACCES')
    return {
      what: `port ${String(port)} may not be used by this user`,
      help: 'choose one above 1023 with --fhir-port or --feed-port; 0 takes a free one',
    };
  if (FILES.has(code))
    return {
      what: `${data} cannot be written (${String(code)})`,
      help: 'the sandbox keeps its data below the folder where it is started; start it where you may write',
    };
  if (code === 'ERR_SANDBOX_FILE' || code === 'ERR_SQLITE_ERROR')
    return {
      what: `the data in ${data} cannot be used${typeof errstr === 'string' ? `: ${errstr}` : ': another version, or another program, made them'}`,
      help: '--fresh forgets them and starts anew; the DICOM files stay',
    };
  return undefined;
}
