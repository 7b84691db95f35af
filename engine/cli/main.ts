#!/usr/bin/env node
/**
 * The command line, and the owner of commander: arguments come in, the exit code of one command goes out. Each command is
 * loaded when it runs, so that `check` does not wait for DICOM files, servers and databases.
 */
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { FORMATS } from '../diagnostic-formats.ts';
import { helpLine, names, texts, withMappings } from './arguments.ts';
import type { CheckOptions } from './check.ts';
import type { DemoOptions } from './demo.ts';
import type { DoctorOptions } from './doctor.ts';
import type { ErrorsOptions } from './errors.ts';
import { exitCodesText } from './exit-codes.ts';
import type { ExplainOptions } from './explain.ts';
import type { FixtureOptions } from './fixture.ts';
import type { ReplayOptions, RetryOptions } from './retry.ts';
import type { RunOptions } from './run.ts';
import type { SandboxOptions } from './sandbox.ts';
import { DEFAULT_FEED_PORT, DEFAULT_FHIR_PORT } from './sandbox-ports.ts';
import type { StatusOptions } from './status.ts';
import { EXIT, processTerminal, type Terminal } from './terminal.ts';
import type { TestOptions } from './test.ts';
import { TEST_FORMATS } from './test-formats.ts';

const CONFIG = [
  '-c, --config <file>',
  'configuration file (default: dicomcast.config.yaml here, else the shipped one)',
] as const;

const SOURCE = ['--source <id>', 'one of the configured sources (default: all)'] as const;

function program(terminal: Terminal, finish: (code: number) => void): Command {
  const root = new Command('dicomcast')
    .description('Keeps a FHIR server in step with a DICOM service, by rules in YAML.')
    .version(packageJson.version)
    .showSuggestionAfterError()
    .addHelpText('after', exitCodesText())
    .showHelpAfterError(helpLine())
    .exitOverride()
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.err });
  root
    .command('run')
    .description('the engine: follows the change feed and writes to the FHIR server')
    .option(...CONFIG)
    .option('--once', 'stop when the feed is drained')
    .option('--resume', 'go on where the engine was paused, and do not pause again')
    .action(async (options: RunOptions) => {
      const { run } = await import('./run.ts');
      finish(await run(terminal, options));
    });
  withSandboxOptions(root.command('demo'))
    .description('sandbox and engine together on sample studies; prints what arrived (npm start)')
    .option(...CONFIG)
    .option('--once', 'stop when the feed is drained')
    .action(async (options: DemoOptions) => {
      const { demo } = await import('./demo.ts');
      finish(await demo(terminal, options));
    });
  withSandboxOptions(root.command('sandbox'))
    .description('a change feed over a folder of DICOM files and a small FHIR server, on loopback')
    .action(async (options: SandboxOptions) => {
      const { sandbox } = await import('./sandbox.ts');
      finish(await sandbox(terminal, options));
    });
  addMappingCommands(root, terminal, finish);
  addTestCommand(root, terminal, finish);
  addProjectCommands(root, terminal, finish);
  addStateCommands(root, terminal, finish);
  addDoctor(root, terminal, finish);
  for (const command of root.commands) addHelp(command, command.name());
  return root;
}

/** What stands at the end of `--help`, and below the message about wrong arguments. */
function addHelp(command: Command, name: string): void {
  command.addHelpText('after', exitCodesText(name.split(' ')[0])).showHelpAfterError(helpLine(`${name} `));
  for (const part of command.commands) addHelp(part, `${name} ${part.name()}`);
}

/** What authors of mappings use: nothing is written anywhere, but for what they ask. */
function addMappingCommands(root: Command, terminal: Terminal, finish: (code: number) => void): void {
  root
    .command('check')
    .description('parse, check and compile the configuration and its mappings')
    .argument(
      '[file...]',
      'mapping files, test files, or Markdown pages with YAML; mappings that the configuration lists are checked as part of it, others instead of its own',
    )
    .option(...CONFIG)
    .option('--fix', 'write into overlays the fingerprints of the rules that they change (base:)')
    .option('--docs <page...>', 'check the YAML of these Markdown pages as well')
    .option('--print', 'show the configuration in force: defaults, where values came from, no credential')
    .addOption(new Option('--format <format>', 'how findings are written').choices(FORMATS).default('text'))
    .option('--max <number>', 'how many findings the text shows in full (default: 20)', positive)
    .action(async (mappings: readonly string[], { config, ...options }: CheckOptions) => {
      const { check } = await import('./check.ts');
      finish(
        check(terminal, { ...withMappings(mappings, config === undefined ? {} : { config }), ...options }),
      );
    });
  root
    .command('docs')
    .description('the mapping table as Markdown, from the mappings in force')
    .argument('[mapping...]', 'mapping files instead of those of the configuration')
    .option(...CONFIG)
    .option('--check <page>', 'compare with this page instead; exit code 1 when it is stale')
    .action(async (mappings: readonly string[], options: { config?: string; check?: string }) => {
      const { docs } = await import('./docs.ts');
      finish(
        docs(terminal, {
          ...withMappings(mappings, options),
          ...(options.check === undefined ? {} : { check: options.check }),
        }),
      );
    });
  root
    .command('map')
    .description('one DICOM file or DICOM JSON as FHIR resources on standard output')
    .argument('<file>', 'DICOM file or DICOM JSON')
    .option('--source <id>', 'the source that the instance is from (default: the first)')
    .option(...CONFIG)
    .option('-m, --mapping <file...>', 'mapping files instead of those of the configuration')
    .action(
      async (file: string, options: { config?: string; mapping?: readonly string[]; source?: string }) => {
        const { map } = await import('./map.ts');
        const { mapping = [], source } = options;
        const from = source === undefined ? {} : { source };
        finish(await map(terminal, file, { ...withMappings(mapping, options), ...from }));
      },
    );
  root
    .command('explain')
    .description(
      'why every element of what an instance becomes has its value, or has none; the compiled plan; what a code means',
    )
    .argument('[file...]', 'DICOM files or DICOM JSON of one study; or a code, of a finding or an error')
    .option('--why-not <path>', 'only this path, a type and its elements: each condition, and what failed')
    .option('--unread', 'list the attributes that no rule reads')
    .option(
      '--entry <sequence...>',
      'entries of the configured change feed, as error rows name them',
      numbers,
    )
    .option('--source <id>', 'the source that the instances are from (default: the first)')
    .option('--plan', 'print the compiled plan; takes no file')
    .option('--show-values', 'print values that may identify somebody')
    .addOption(new Option('--format <format>', 'how it is written').choices(['text', 'json']).default('text'))
    .option(...CONFIG)
    .option('-m, --mapping <file...>', 'mapping files instead of those of the configuration')
    .action(
      async (
        files: readonly string[],
        { mapping, config, ...options }: ExplainOptions & { mapping?: readonly string[] },
      ) => {
        const { explain } = await import('./explain.ts');
        const given = withMappings(mapping ?? [], config === undefined ? {} : { config });
        finish(await explain(terminal, files, { ...given, ...options }));
      },
    );
}

/** What tries mappings without any service. */
function addTestCommand(root: Command, terminal: Terminal, finish: (code: number) => void): void {
  root
    .command('test')
    .description('runs mapping tests, *.test.yaml: the whole engine in this process, without a network')
    .argument(
      '[file...]',
      'test files, folders or globs (default: beside the mappings, and test/ and tests/ beside the configuration)',
    )
    .option(
      '-t, --name <name>',
      'only cases of this name, or with this in their name; may be repeated',
      texts,
    )
    .option(
      '-u, --update',
      'write goldens that are missing or differ, and show what changes; never under CI=true',
    )
    .option('-w, --watch', 'run again what a change of a mapping, table, fixture or test touches')
    .addOption(
      new Option('--format <format>', 'how results are written').choices(TEST_FORMATS).default('text'),
    )
    .option('--max <number>', 'how many failing cases the text shows in full (default: 20)', positive)
    .option('--all', 'every difference of them, also what may only follow from an entry that was not stored')
    .option(
      '--coverage',
      'what the cases made the mappings do, and every rule and branch that none of them reached',
    )
    .option('--threshold <percent>', 'fail below it: 90, or rules=100,branches=80,rows=50; asks for coverage')
    .option('--lcov <file>', 'write coverage as an lcov tracefile, for editors and services')
    .addOption(
      new Option(
        '--scope <scope>',
        'own: the mappings of this folder (default); all: also what they extend, and those from elsewhere',
      ).choices(['own', 'all']),
    )
    .option(...CONFIG)
    .action(async (files: readonly string[], options: TestOptions) => {
      const { test } = await import('./test.ts');
      finish(await test(terminal, files, options));
    });
}

/** What makes the files of a site's project. */
function addProjectCommands(root: Command, terminal: Terminal, finish: (code: number) => void): void {
  root
    .command('init')
    .description("a site's project: configuration, mappings over the shipped ones, a test that passes")
    .argument('[folder]', 'where; made if it is not there; nothing in it is overwritten', '.')
    .action(async (folder: string) => {
      const { init } = await import('./init.ts');
      finish(init(terminal, folder));
    });
  root
    .command('fixture')
    .description('a de-identified DICOM JSON of an instance, for tests (PS3.15 Annex E, Basic Profile)')
    .argument('<file...>', 'DICOM files or DICOM JSON')
    .option('-o, --output <path>', 'file to write, or folder (default: standard output)')
    .option('--keep <keywords>', 'attributes that stay as they are: keywords, joined by commas', names)
    .option('--keep-dates', 'dates and times stay, but for those of births')
    .option(
      '--key <file>',
      'secret text by which dummies are made (default: .dicomcast/fixture.key, made once)',
    )
    .action(async (files: readonly string[], options: FixtureOptions) => {
      const { fixture } = await import('./fixture.ts');
      finish(fixture(terminal, files, options));
    });
}

/** What looks at the error store and the checkpoint, and what runs entries again. */
function addStateCommands(root: Command, terminal: Terminal, finish: (code: number) => void): void {
  const format = (): Option =>
    new Option('--format <format>', 'how it is written').choices(['text', 'json']).default('text');
  const errors = root
    .command('errors')
    .description('the error store: entries that were not stored, and elements that were left out');
  const withFilter = (command: Command): Command =>
    command
      .option('--code <code>', 'only rows with this code')
      .option('--rule <rule>', 'only rows of this rule, a mapping and a name: Mapping.rule')
      .option('--all', 'closed rows too')
      .option(...SOURCE)
      .option(...CONFIG);
  withFilter(errors.command('list', { isDefault: true }))
    .description('open rows by kind, code and rule, with what to do (the default)')
    .addOption(format())
    // What stands there in place of a subcommand comes here.
    .allowExcessArguments()
    .action(async (options: ErrorsOptions, { args }: Command) => {
      const { listErrors } = await import('./errors.ts');
      finish(listErrors(terminal, options, args));
    });
  errors
    .command('show')
    .description('one row in full')
    .argument('<id>', 'as `errors` shows it', positive)
    .addOption(format())
    .option(...CONFIG)
    .action(async (id: number, options: ErrorsOptions) => {
      const { showError } = await import('./errors.ts');
      finish(showError(terminal, id, options));
    });
  withFilter(errors.command('export'))
    .description('rows as JSON lines; names, codes, UIDs and counts, no attribute values')
    .action(async (options: ErrorsOptions) => {
      const { exportErrors } = await import('./errors.ts');
      finish(exportErrors(terminal, options));
    });
  root
    .command('retry')
    .description("runs entries of the error store again with today's mappings, while no engine runs")
    .argument('[id...]', 'rows as `errors` shows them', numbers)
    .option('--code <code>', 'all open rows with this code')
    .option('--rule <rule>', 'all open rows of this rule')
    .option('--all', 'all open rows')
    .option(...SOURCE)
    .option(...CONFIG)
    .action(async (ids: readonly number[], options: RetryOptions) => {
      const { retry } = await import('./retry.ts');
      finish(await retry(terminal, ids, options));
    });
  root
    .command('replay')
    .description('runs a part of the feed again, while no engine runs; writes only what differs')
    .option('--from <sequence>', 'first entry', positive)
    .option('--to <sequence>', 'last entry (default: as far as the engine has come)', positive)
    .option('--study <uid>', 'only entries of this study (StudyInstanceUID)')
    .option('--source <id>', 'the source whose feed is meant; with --study alone: all')
    .option(...CONFIG)
    .action(async (options: ReplayOptions) => {
      const { replayEntries } = await import('./retry.ts');
      finish(await replayEntries(terminal, options));
    });
  root
    .command('status')
    .description('how far the engine is, how far behind, why it is paused or held up, how many rows are open')
    .option(...SOURCE)
    .addOption(format())
    .option(...CONFIG)
    .action(async (options: StatusOptions) => {
      const { status } = await import('./status.ts');
      finish(status(terminal, options));
    });
}

/** What looks at the services. */
function addDoctor(root: Command, terminal: Terminal, finish: (code: number) => void): void {
  root
    .command('doctor')
    .description(
      'what the FHIR server does differently, by harmless test resources; whether the feeds can be read',
    )
    .option(...SOURCE)
    .addOption(new Option('--format <format>', 'how it is written').choices(['text', 'json']).default('text'))
    .option(...CONFIG)
    .addHelpText(
      'after',
      '\nMakes about fifteen marked resources on the FHIR server and removes them, also after Ctrl+C; reads the feeds.',
    )
    .action(async (options: DoctorOptions) => {
      const { doctor } = await import('./doctor.ts');
      finish(await doctor(terminal, options));
    });
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

/** Whole numbers, one argument after the other. */
function numbers(text: string, before: readonly number[] = []): readonly number[] {
  return [...before, positive(text)];
}

function positive(text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number from 1.');
}

// What Node made of the engine's files is kept beside the packages, where only who installed them writes: half the time of
// a short command. Where nothing can be written, as in a container, everything works as before.
enableCompileCache(fileURLToPath(new URL('../../node_modules/.cache/dicomcast', import.meta.url)));
const terminal = processTerminal();
// The engine itself prints by other ways; packages warn on the console, and quote values.
for (const way of ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const) console[way] = () => undefined;
for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
  // What Node would print holds the message, which may quote a value.
  process.on(event, async (error: unknown) => {
    const { reportFailure } = await import('./failure.ts');
    process.exit(reportFailure(terminal, error));
  });
}
try {
  await program(terminal, (code) => {
    process.exitCode = code;
  }).parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  } else {
    const { reportFailure } = await import('./failure.ts');
    process.exitCode = reportFailure(terminal, error);
  }
}
