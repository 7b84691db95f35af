/**
 * `monitor` of the configuration: an engine that runs is watched by what it logs and by its state file. Log, totals and requests come
 * in; metrics and readiness go out at a listener, or nothing where none is configured.
 */
import packageJson from '../../package.json' with { type: 'json' };
import type { Config } from '../compile/config.ts';
import type { Http } from '../io/http.ts';
import type { SourceGauges } from '../io/metrics.ts';
import type { Progress } from '../poller.ts';
import type { Log } from '../ports.ts';
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

/** What a source is at: `following` once it was heard of, until something stands in its way. */
interface Standing {
  readonly state: 'starting' | 'following' | 'waiting' | 'held';
  readonly code?: string;
  /** ISO 8601, UTC. */
  readonly since: string;
}

/** What each event of a source says of it. */
const STANDINGS: Readonly<Record<string, Standing['state']>> = {
  start: 'starting',
  waiting: 'waiting',
  source: 'held',
};

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
  const standings = new Map<string, Standing>();
  const stand = (source: string, state: Standing['state'], code?: string): void => {
    const before = standings.get(source);
    if (before?.state === state && before.code === code) return;
    standings.set(source, { state, ...(code ? { code } : {}), since: new Date().toISOString() });
  };
  const isFollowed = (source: string): boolean => standings.get(source)?.state === 'following';
  const metrics = createMetrics({
    version: packageJson.version,
    plan: plan.fingerprint,
    gauges: () => gaugesOf(config, isFollowed),
  });
  try {
    const { url, close } = await startMonitor({
      ...monitor,
      contentType: metrics.contentType,
      metrics: metrics.text,
      readiness: () => readinessOf(config, standings),
    });
    log.info('monitor', { url });
    return {
      log: metrics.watch(noting(log, stand)),
      progress(totals, source) {
        stand(source, 'following');
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

/** The same log; what it says of a source is noted. */
function noting(log: Log, stand: (source: string, state: Standing['state'], code?: string) => void): Log {
  const noted =
    (level: keyof Log): Log['info'] =>
    (event, fields) => {
      const state = STANDINGS[event];
      const { source, code } = fields ?? {};
      if (state && typeof source === 'string')
        stand(source, state, typeof code === 'string' ? code : undefined);
      log[level](event, fields);
    };
  return { debug: noted('debug'), info: noted('info'), warn: noted('warn'), error: noted('error') };
}

function readinessOf({ sources }: Config, standings: ReadonlyMap<string, Standing>) {
  const all = sources.map(({ id }) => ({ source: id, ...standings.get(id) }));
  const isReady = all.every(({ state }) => state === 'following');
  return { isReady, body: { ready: isReady, sources: all } };
}

function gaugesOf(config: Config, isFollowed: (source: string) => boolean): readonly SourceGauges[] {
  const read = readState(config, (store) =>
    config.sources.map(({ id }): SourceGauges => {
      const status = store.status(id);
      const { position } = status;
      const lag = lagOf(status);
      return {
        source: id,
        isFollowed: isFollowed(id),
        ...(position ? { sequence: position.sequence } : {}),
        ...(lag ? { lag } : {}),
        openRows: store.errorGroups(id, { isOpen: true }),
      };
    }),
  );
  return read ?? [];
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
