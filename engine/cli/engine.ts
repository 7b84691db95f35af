/**
 * Puts the engine together: a project comes in, a running feed with the real clients goes out. `run` and `demo` use the
 * same assembly, so the demo is the engine as in production.
 */
import type { Auth, Config } from '../compile/config.ts';
import { createChangeFeed, FEED_HTTP_CODES } from '../io/change-feed.ts';
import { systemClock } from '../io/clock.ts';
import { createFhirServer, FHIR_HTTP_CODES } from '../io/fhir-server.ts';
import { createHttp } from '../io/http.ts';
import { openSqliteState } from '../io/state-sqlite.ts';
import { type AuthConfig, createAuthorization } from '../io/tokens.ts';
import { createPipeline } from '../pipeline.ts';
import type { MappingPlan } from '../plan.ts';
import { followFeed, type Progress } from '../poller.ts';
import type { Log, StoredErrorRow } from '../ports.ts';
import { sourceOf } from './project.ts';

/** Groups that are written side by side. */
const LANES = 8;
/** Entries that are merged and written together while there is a backlog. */
const WINDOW_ENTRIES = 1000;

export interface EngineOptions {
  readonly config: Config;
  readonly plan: MappingPlan;
  readonly log: Log;
  readonly once: boolean;
  readonly signal: AbortSignal;
  onProgress?(progress: Progress): void;
  /** Told when both services answered and the first page is about to be read. */
  onReady?(): void;
}

export interface EngineResult {
  readonly progress: Progress;
  /** Rows of this source in the error store, old ones included. */
  readonly errors: readonly StoredErrorRow[];
}

/** Resolves after a clean stop, or with `once` when the feed is drained; rejects with an EngineError that stops the engine. */
export async function runEngine(options: EngineOptions): Promise<EngineResult> {
  const { config, plan, log, once, signal } = options;
  const { source, fhir } = config;
  const state = openSqliteState(config.state.path);
  const feedHttp = createHttp({
    baseUrl: source.url,
    codes: FEED_HTTP_CODES,
    auth: createAuthorization(revealed(source.auth), { signal }),
    signal,
  });
  const fhirHttp = createHttp({
    baseUrl: fhir.url,
    codes: FHIR_HTTP_CODES,
    auth: createAuthorization(revealed(fhir.auth), { signal }),
    signal,
  });
  try {
    const server = createFhirServer({ http: fhirHttp, fhirVersion: plan.fhirVersion });
    const capability = await server.capability();
    log.info('start', {
      plan: plan.fingerprint,
      source: source.id,
      feed: feedHttp.baseUrl,
      fhir: fhirHttp.baseUrl,
      ...capability,
    });
    options.onReady?.();
    const info = sourceOf(config);
    const pipeline = createPipeline({
      plan,
      fhir: server,
      clock: systemClock,
      log,
      source: info,
      maxTransactionEntries: fhir.maxTransactionEntries,
      retryDuration: config.retry.totalDuration,
      signal,
    });
    const progress = await followFeed(
      {
        plan,
        pipeline,
        state,
        log,
        signal,
        clock: systemClock,
        feed: createChangeFeed({
          http: feedHttp,
          apiVersion: source.apiVersion,
          ignoreJsonParsingErrors: config.ignoreJsonParsingErrors,
        }),
        source: info,
        enforceTagValues: config.enforceValidationOfTagValues,
        pageSize: config.poll.pageSize,
        windowEntries: WINDOW_ENTRIES,
        interval: config.poll.interval,
        catchUpInterval: config.poll.catchUpInterval,
        retryDuration: config.retry.totalDuration,
        lanes: LANES,
        ...(options.onProgress ? { onProgress: options.onProgress } : {}),
      },
      once,
    );
    log.info('stop', { sequence: progress.sequence, entries: progress.entries });
    return { progress, errors: state.errors(source.id) };
  } finally {
    feedHttp.close();
    fhirHttp.close();
    state.close();
  }
}

/** Secrets leave their wrapping here and nowhere else, on the way to the client that sends them. */
function revealed(auth: Auth): AuthConfig {
  switch (auth.type) {
    case 'bearer':
      return { ...auth, token: auth.token.reveal() };
    case 'basic':
      return { ...auth, password: auth.password.reveal() };
    case 'client-credentials':
      return { ...auth, clientSecret: auth.clientSecret.reveal() };
    default:
      return auth;
  }
}
