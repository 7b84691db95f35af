/**
 * What the exit code of each command says: the name of a command comes in, the lines at the end of its `--help` go out.
 */
import { columns, EXIT } from './terminal.ts';

type Meanings = Partial<Record<keyof typeof EXIT, string>>;

const AGAIN: Meanings = {
  ok: 'every entry came through, or there was none to run again',
  findings:
    'an entry failed again or was not found; something is to be corrected; it was stopped before the end',
  unreachable: 'a service could not be reached; what was not run is as it was',
};
const SERVERS: Meanings = {
  ok: 'stopped by Ctrl+C or SIGTERM',
  findings: 'something is to be corrected first',
  unreachable: 'a port is in use by another program',
};

/** Code 64 means the same everywhere. */
const MEANINGS: Readonly<Record<string, Meanings>> = {
  run: {
    ok: 'stopped by Ctrl+C or SIGTERM, or the feed is drained (--once), also when entries went to the error store',
    findings:
      'something is to be corrected: configuration, mappings, credentials, the state, a reason to pause',
    unreachable: 'with --once: a service could not be reached',
  },
  demo: { ...SERVERS, ok: 'stopped by Ctrl+C or SIGTERM, or everything has arrived (--once)' },
  sandbox: SERVERS,
  check: { ok: 'nothing is wrong; there may be warnings', findings: 'there are errors' },
  docs: {
    ok: 'printed, or the page is up to date',
    findings: 'the mappings have errors, or the page is stale',
  },
  map: { ok: 'printed', findings: 'the instance cannot be read or would not be stored; or findings' },
  explain: {
    ok: 'printed; the instances would be stored',
    findings: 'an instance cannot be read or would not be stored; no rule writes the path; or findings',
    unreachable: 'the change feed could not be reached (--entry)',
  },
  test: {
    ok: 'every case passed',
    findings: 'a case failed, a file could not be run, nothing was run, or coverage is below its threshold',
  },
  init: {
    ok: 'made',
    findings: 'nothing was written: something is there already, or the folder cannot be written',
  },
  fixture: { ok: 'written', findings: 'an instance cannot be read, or a file cannot be written' },
  errors: {
    ok: 'told, whether there are rows or not',
    findings: 'there is no such row, or the state cannot be read',
  },
  retry: AGAIN,
  replay: { ...AGAIN, ok: 'every entry came through' },
  status: { ok: 'told, whatever the status is', findings: 'the configuration or the state cannot be read' },
  doctor: {
    ok: 'the engine works there',
    findings: 'something is wrong, or test resources are left',
    unreachable: 'a service could not be reached',
  },
};

/** Of all commands together where none is named. */
export function exitCodesText(command?: string): string {
  const given = command === undefined ? EVERYWHERE : MEANINGS[command];
  const rows = Object.entries({ ...given, usage: 'the command line is wrong' });
  return `\nExit codes:\n${columns(rows.map(([name, meaning]) => [String(EXIT[name as keyof typeof EXIT]), meaning ?? '']))}`;
}

const EVERYWHERE: Meanings = {
  ok: 'fine',
  findings: 'findings or failures: something is to be corrected',
  unreachable: 'could not reach something: it can be tried again as it is',
};
