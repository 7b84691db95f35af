#!/usr/bin/env node
/**
 * The command line, and the owner of commander: arguments come in, the exit code of one command goes out.
 */
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { check } from './check.ts';
import { type DemoOptions, demo } from './demo.ts';
import { docs } from './docs.ts';
import { reportFailure } from './failure.ts';
import { map } from './map.ts';
import { type RunOptions, run } from './run.ts';
import { DEFAULT_FEED_PORT, DEFAULT_FHIR_PORT, type SandboxOptions, sandbox } from './sandbox.ts';
import { EXIT, processTerminal, type Terminal } from './terminal.ts';

const CONFIG = [
  '-c, --config <file>',
  'configuration file (default: dicomcast.config.yaml here, else the shipped one)',
] as const;

function program(terminal: Terminal, finish: (code: number) => void): Command {
  const root = new Command('dicomcast')
    .description('Keeps a FHIR server in step with a DICOM service, by rules in YAML.')
    .version(packageJson.version)
    .showSuggestionAfterError()
    .addHelpText(
      'after',
      '\nExit codes: 0 fine, 1 findings or failures, 3 could not reach something, 64 usage.',
    )
    .exitOverride()
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.err });
  root
    .command('run')
    .description('the engine: follows the change feed and writes to the FHIR server')
    .option(...CONFIG)
    .option('--once', 'stop when the feed is drained')
    .action(async (options: RunOptions) => finish(await run(terminal, options)));
  withSandboxOptions(root.command('demo'))
    .description('sandbox and engine together on sample studies; prints what arrived (npm start)')
    .option(...CONFIG)
    .option('--once', 'stop when the feed is drained')
    .action(async (options: DemoOptions) => finish(await demo(terminal, options)));
  withSandboxOptions(root.command('sandbox'))
    .description('a change feed over a folder of DICOM files and a small FHIR server, on loopback')
    .action(async (options: SandboxOptions) => finish(await sandbox(terminal, options)));
  root
    .command('check')
    .description('parse, check and compile the configuration and its mappings')
    .argument('[mapping...]', 'mapping files instead of those of the configuration')
    .option(...CONFIG)
    .option('--print', 'show the configuration in force: defaults, where values came from, no credential')
    .action((mappings: readonly string[], options: { config?: string; print?: boolean }) =>
      finish(check(terminal, { ...withMappings(mappings, options), print: options.print ?? false })),
    );
  root
    .command('docs')
    .description('the mapping table as Markdown, from the mappings in force')
    .argument('[mapping...]', 'mapping files instead of those of the configuration')
    .option(...CONFIG)
    .option('--check <page>', 'compare with this page instead; exit code 1 when it is stale')
    .action((mappings: readonly string[], options: { config?: string; check?: string }) =>
      finish(
        docs(terminal, {
          ...withMappings(mappings, options),
          ...(options.check === undefined ? {} : { check: options.check }),
        }),
      ),
    );
  root
    .command('map')
    .description('one DICOM file or DICOM JSON as FHIR resources on standard output')
    .argument('<file>', 'DICOM file or DICOM JSON')
    .option(...CONFIG)
    .option('-m, --mapping <file...>', 'mapping files instead of those of the configuration')
    .action(async (file: string, options: { config?: string; mapping?: readonly string[] }) =>
      finish(await map(terminal, file, withMappings(options.mapping ?? [], options))),
    );
  return root;
}

function withMappings(
  mappings: readonly string[],
  { config }: { config?: string },
): { config?: string; mappings?: readonly string[] } {
  return { ...(config === undefined ? {} : { config }), ...(mappings.length > 0 ? { mappings } : {}) };
}

function withSandboxOptions(command: Command): Command {
  return command
    .option(
      '--dicom <folder>',
      'folder of DICOM files or DICOM JSON (default: sample studies of people who do not exist)',
    )
    .option('--fhir-port <port>', `port of the FHIR server (default: ${DEFAULT_FHIR_PORT})`, port)
    .option('--feed-port <port>', `port of the change feed (default: ${DEFAULT_FEED_PORT})`, port)
    .option('--fresh', 'forget what was stored before; the DICOM files stay');
}

function port(text: string): number {
  const number = Number(text);
  if (/^\d{1,5}$/.test(text) && number <= 65_535) return number;
  throw new InvalidArgumentError('It must be a number from 0 (any free port) to 65535.');
}

const terminal = processTerminal();
try {
  await program(terminal, (code) => {
    process.exitCode = code;
  }).parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) process.exitCode = reportFailure(terminal, error);
  else process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
}
