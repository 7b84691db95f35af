/**
 * `dicomcast demo` (npm start): the sandbox and the engine together on sample studies; prints what arrived and where to look.
 */
import { join } from 'node:path';
import type { Source } from '../compile/config.ts';
import { ERROR_TABLE, type ErrorCode } from '../errors.ts';
import { createLog } from '../io/log.ts';
import type { Progress } from '../poller.ts';
import type { StoredErrorRow } from '../ports.ts';
import { studyTable, typeCounts } from '../sandbox/overview.ts';
import { type EngineResult, runEngine } from './engine.ts';
import { createProgressLine, summary } from './progress.ts';
import { loadProject, type Project } from './project.ts';
import {
  addresses,
  dataFolder,
  isFolderThere,
  type Sandbox,
  type SandboxOptions,
  startSandbox,
} from './sandbox.ts';
import { reportStart } from './sandbox-failure.ts';
import { bold, columns, EXIT, type Terminal } from './terminal.ts';

export interface DemoOptions extends SandboxOptions {
  readonly config?: string;
  /** Ends when the feed is drained. */
  readonly once?: boolean;
}

const LOOK_INTERVAL_MS = 1000;

export async function demo(terminal: Terminal, options: DemoOptions): Promise<number> {
  const project = loadProject(terminal, options);
  if (!project || !isFolderThere(terminal, options)) return EXIT.findings;
  let running: Sandbox | undefined;
  try {
    running = await startSandbox(terminal, options);
    terminal.out(
      `${bold(terminal, 'dicomcast demo')}: a DICOM service, a FHIR server, and the engine between them\n\n${addresses(running)}\n\n`,
    );
    await follow(terminal, options, project, running);
    return EXIT.ok;
  } catch (error) {
    return terminal.signal.aborted ? EXIT.ok : reportStart(terminal, error, dataFolder(terminal, options));
  } finally {
    await running?.close();
  }
}

async function follow(
  terminal: Terminal,
  options: DemoOptions,
  { config, plan }: Project,
  running: Sandbox,
): Promise<void> {
  const line = createProgressLine(terminal);
  let isFirst = true;
  const settings = {
    plan,
    signal: terminal.signal,
    // A folder of files that all lack the same tag shall be seen through to its end.
    resume: true,
    log: createLog({ level: 'silent', destination: 'stderr' }),
    config: {
      ...config,
      sources: [demoSource(running.feed.url)] as const,
      fhir: { ...config.fhir, url: running.fhir.url, auth: { type: 'none' } as const },
      // Files that are no instances stand in the feed as entries that cannot be read: each shall get its row.
      ignoreJsonParsingErrors: true,
      poll: { ...config.poll, interval: LOOK_INTERVAL_MS, catchUpInterval: 0 },
      state: { ...config.state, path: join(running.data, 'state.db') },
    },
  };
  const drained = await runEngine({
    ...settings,
    once: true,
    onProgress: (progress) => line.show(summary(progress)),
  });
  line.end();
  report(terminal, running, drained);
  if (options.once || terminal.signal.aborted) return;
  terminal.out(
    `\nNow remove or add a file in ${running.folder}, and see it here a second later.\nChange mappings/patient.yaml and start again with --fresh. Ctrl+C stops the demo.\n\n`,
  );
  let before: Progress | undefined;
  await runEngine({
    ...settings,
    once: false,
    onProgress: (progress) => {
      if (!isFirst && before && progress.entries > before.entries)
        terminal.out(`${summary(difference(progress, before))}\n`);
      isFirst = false;
      before = progress;
    },
  });
}

function demoSource(url: string): Source {
  const auth = { type: 'none' } as const;
  return {
    type: 'change-feed',
    id: 'demo',
    url,
    publicUrl: url,
    apiVersion: 'v1',
    partitions: 'together',
    auth,
  };
}

function report(terminal: Terminal, running: Sandbox, { progress, errors }: EngineResult): void {
  const resources = running.fhir.resources();
  terminal.out(`${summary(progress)}\n\n`);
  terminal.out(`${columns(studyTable(resources))}\n\n`);
  terminal.out(`On the FHIR server: ${typeCounts(resources) || 'nothing'}\n`);
  const { problems } = running;
  if (problems.length > 0) {
    terminal.out(
      `\nFiles that are no instances:\n${columns(problems.map(([file, reason]) => [file, reason]))}\n`,
    );
  }
  if (errors.length > 0) terminal.out(`\nIn the error store:\n${errorTable(errors)}\n`);
}

/** Rows grouped by code and rule, with what to do. */
function errorTable(errors: readonly StoredErrorRow[]): string {
  const groups = Map.groupBy(errors, ({ kind, code, rule, message }) =>
    JSON.stringify([kind, code, rule ?? '', message]),
  );
  const rows = [...groups].map(([, all]) => {
    const [{ kind, code, rule, message, sequence }] = all as [StoredErrorRow, ...StoredErrorRow[]];
    return [
      String(all.length),
      kind,
      code,
      rule ?? '',
      `${message} (entry ${sequence}${all.length > 1 ? ', …' : ''})`,
    ];
  });
  const hints = new Set(errors.map(({ code }) => `  ${code}: ${ERROR_TABLE[code as ErrorCode]?.hint ?? ''}`));
  return `${columns([['entries', 'kind', 'code', 'rule', 'what'], ...rows])}\n\n${[...hints].join('\n')}`;
}

function difference(now: Progress, before: Progress): Progress {
  return {
    ...now,
    entries: now.entries - before.entries,
    stored: now.stored - before.stored,
    skipped: now.skipped - before.skipped,
    failed: now.failed - before.failed,
    written: {
      create: now.written.create - before.written.create,
      update: now.written.update - before.written.update,
      delete: now.written.delete - before.written.delete,
      none: now.written.none - before.written.none,
    },
  };
}
