/**
 * `monitor` of the configuration: an engine that runs is watched by what it logs and by its state file, as `status` is. Log, totals and requests
 * come in; metrics and readiness go out at a listener, or nothing where none is configured.
 */
import packageJson from '../../package.json' with { type: 'json' };
import type { Config } from '../compile/config.ts';
import type { Http } from '../io/http.ts';
import type { SourceGauges } from '../io/metrics.ts';
import type { Progress } from '../poller.ts';
import type { Log, SourceStatus, StateStore } from '../ports.ts';
import { readState } from './error-store.ts';
import type { Project } from './project.ts';
import { lagOf } from './status.ts';
import type { Terminal } from './terminal.ts';

export interface Monitoring {
  /** What the engine is to log to. */
  readonly log: Log;
  progress(totals: Progress, source: string): void;
  /** The same client, with its requests counted and timed. */
  observe(http: Http, service: 'feed' | 'fhir'): Http;
  close(): Promise<void>;
}

/** What a source is at: `following` once it came further in this process, until something stands in its way. */
interface Standing {
  readonly source: string;
  readonly state: 'starting' | 'following' | 'paused' | 'held';
  readonly code?: string;
  /** ISO 8601, UTC. */
  readonly since?: string;
}

const HELP: Readonly<Record<string, string>> = {
  EADDRINUSE: 'Another program listens there, perhaps another engine: choose another monitor.port.',
  EADDRNOTAVAIL: 'monitor.host must be an address of this machine; 0.0.0.0 is all of them.',
  EACCES: 'Ports below 1024 need rights: choose another monitor.port.',
};

/** Undefined, after it was said why, where nothing can listen there. */
export async function openMonitoring(
  terminal: Terminal,
  { config, plan }: Project,
  log: Log,
): Promise<Monitoring | undefined> {
  const { monitor } = config;
  if (!monitor)
    return { log, progress: () => undefined, observe: (http) => http, close: async () => undefined };
  // Whoever does not watch does not wait for it.
  const { createMetrics } = await import('../io/metrics.ts');
  const { startMonitor } = await import('../io/monitor.ts');
  /** Sources that were heard of, and when first. */
  const heard = new Map<string, string>();
  const metrics = createMetrics({
    version: packageJson.version,
    plan: plan.fingerprint,
    gauges: () => reading(config, (store, id) => gaugesOf(store, id, heard)),
  });
  try {
    const { url, close } = await startMonitor({
      ...monitor,
      contentType: metrics.contentType,
      metrics: metrics.text,
      readiness: () => readinessOf(config, heard),
    });
    log.info('monitor', { url });
    return {
      log: metrics.watch(log),
      progress(totals, source) {
        if (!heard.has(source)) heard.set(source, new Date().toISOString());
        metrics.progress(source, totals);
      },
      observe: (http, service) => timed(http, (status, seconds) => metrics.request(service, status, seconds)),
      close,
    };
  } catch (error) {
    const { code = 'unknown' } = error as { code?: string };
    terminal.err(`error: nothing can listen on ${monitor.host}, port ${monitor.port} (${code})\n`);
    terminal.err(`  = help: ${HELP[code] ?? 'See monitor in the configuration.'}\n`);
    return undefined;
  }
}

/** What the state says of each source; nothing where there is none yet. */
function reading<T>(config: Config, read: (store: StateStore, id: string) => T): readonly T[] {
  return readState(config, (store) => config.sources.map(({ id }) => read(store, id))) ?? [];
}

function readinessOf(config: Config, heard: ReadonlyMap<string, string>) {
  const sources = reading(config, (store, id) => standingOf(id, store.status(id), heard));
  const isReady = sources.length > 0 && sources.every(({ state }) => state === 'following');
  return { isReady, body: { ready: isReady, sources } };
}

function standingOf(
  source: string,
  { held, pause }: SourceStatus,
  heard: ReadonlyMap<string, string>,
): Standing {
  if (pause) return { source, state: 'paused', code: pause.code, since: pause.since };
  if (held) return { source, state: 'held', code: held.code, since: held.since };
  const since = heard.get(source);
  return since === undefined ? { source, state: 'starting' } : { source, state: 'following', since };
}

function gaugesOf(store: StateStore, source: string, heard: ReadonlyMap<string, string>): SourceGauges {
  const status = store.status(source);
  const { position } = status;
  const lag = lagOf(status);
  return {
    source,
    isFollowed: standingOf(source, status, heard).state === 'following',
    ...(position ? { sequence: position.sequence } : {}),
    ...(lag ? { lag } : {}),
    openRows: store.errorGroups(source, { isOpen: true }),
  };
}

function timed(http: Http, observe: (status: number | 'none', seconds: number) => void): Http {
  return {
    ...http,
    async request(request) {
      const began = performance.now();
      const seconds = (): number => (performance.now() - began) / 1000;
      try {
        const answer = await http.request(request);
        observe(answer.status, seconds());
        return answer;
      } catch (error) {
        observe('none', seconds());
        throw error;
      }
    },
  };
}
