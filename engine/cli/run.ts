/**
 * `dicomcast run`: the engine against the configured services, until it is stopped or, with --once, until the feed is drained.
 */
import { createLog } from '../io/log.ts';
import { runEngine } from './engine.ts';
import { reportFailure, worstOf } from './failure.ts';
import { openMonitoring } from './monitoring.ts';
import { createProgressLine, summary } from './progress.ts';
import { loadProject } from './project.ts';
import { EXIT, type Terminal } from './terminal.ts';

export interface RunOptions {
  readonly config?: string;
  readonly once?: boolean;
  /** Goes on where the engine was paused, and pauses no more. */
  readonly resume?: boolean;
}

/**
 * Exit code: 0 also when rows went to the error store; the summary and the rows say so. With --once, a source that failed
 * gives its code after the others are drained.
 */
export async function run(terminal: Terminal, options: RunOptions): Promise<number> {
  const project = loadProject(terminal, options);
  if (!project) return EXIT.findings;
  const isSeveral = project.config.sources.length > 1;
  const line = createProgressLine(terminal);
  const write = (text: string): void => {
    line.end();
    terminal.err(text);
  };
  const log = createLog({
    level: project.config.log.level,
    destination: { write },
    pretty: terminal.isInteractive,
  });
  const monitoring = await openMonitoring(terminal, project, log);
  if (!monitoring) return EXIT.findings;
  try {
    const { progress, bySource, failures } = await runEngine({
      config: project.config,
      plan: project.plan,
      log: monitoring.log,
      observe: monitoring.observe,
      once: options.once ?? false,
      resume: options.resume ?? false,
      signal: terminal.signal,
      onProgress: (totals, source) => {
        monitoring.progress(totals, source);
        line.show(isSeveral ? `${source}: ${summary(totals)}` : summary(totals));
        if (!terminal.isInteractive) log.info('progress', { source, ...totals });
      },
    });
    line.end();
    if (terminal.isInteractive) {
      if (isSeveral) for (const [source, totals] of bySource) terminal.err(`${source}: ${summary(totals)}\n`);
      terminal.err(`${isSeveral ? 'all sources: ' : ''}${summary(progress)}\n`);
    }
    // What held a source up was told every minute; being stopped is no failure.
    if (terminal.signal.aborted) return EXIT.ok;
    return worstOf(failures.map(({ error }) => reportFailure(terminal, error)));
  } catch (error) {
    line.end();
    return terminal.signal.aborted ? EXIT.ok : reportFailure(terminal, error);
  } finally {
    await monitoring.close();
  }
}
