/**
 * The whole engine in one process: feed items come in and run through the real poller, pipeline and FHIR client against the
 * sandbox's store; resources, error rows and what was sent go out. No network, no file, one pinned clock.
 */
import type { FeedItem } from '../dicom/entry.ts';
import type { FhirResource, TransactionBundle } from '../fhir/resource.ts';
import { createFhirServer } from '../io/fhir-server.ts';
import { openSqliteState } from '../io/state-sqlite.ts';
import { createPipeline } from '../pipeline.ts';
import type { MappingPlan, SourceInfo } from '../plan.ts';
import { followFeed } from '../poller.ts';
import type { ErrorRow, Log } from '../ports.ts';
import { createRemembered } from '../remembered.ts';
import { createInProcessFhir } from '../sandbox/fhir-in-process.ts';
import { canonical } from './canonical.ts';
import type { Outcome } from './case-result.ts';
import { byPlace, rowOf } from './case-rows.ts';
import { createMemoryFeed } from './memory-feed.ts';
import { createPinnedClock } from './pinned-clock.ts';

export interface WorldOptions {
  readonly plan: MappingPlan;
  readonly source: Pick<SourceInfo, 'id' | 'url' | 'hasSeparatePartitions'>;
  readonly enforceTagValues: boolean;
  /** The time of all clocks, milliseconds since 1970. */
  readonly at: number;
  /** Each with an id. */
  readonly existing: readonly FhirResource[];
}

export interface WorldRun {
  readonly outcome: Outcome;
  /** With the UIDs of their entries, in the order of `outcome.rows`. */
  readonly rows: readonly ErrorRow[];
  /** Accepted transactions, as they were sent. */
  readonly sent: readonly string[];
  /** Invariants that only warn and did not hold, `Mapping.assertion`, each once, sorted. */
  readonly warnings: readonly string[];
}

export interface World {
  /** Reads the items from first to last with a state of its own; `pageSize` is the size of a window too. */
  run(items: readonly FeedItem[], pageSize?: number): Promise<WorldRun>;
  /** As they are stored. */
  stored(): readonly FhirResource[];
  close(): void;
}

/** More than any case has. */
const ONE_PAGE = 1_000_000;
/** Milliseconds of pinned time that the engine asks again; nothing in a world fails for a while only. */
const PATIENCE = 60_000;

/** Throws fhir.refused, with the codes of the outcome, when the server does not take what exists. */
export async function createWorld(options: WorldOptions): Promise<World> {
  const { plan, source, at, existing } = options;
  const server = createInProcessFhir({ now: () => at });
  const fhir = createFhirServer({ http: server.http, fhirVersion: plan.fhirVersion, now: () => at });
  try {
    if (existing.length > 0) await fhir.transact(bundleOf(existing));
  } catch (error) {
    server.close();
    throw error;
  }
  server.takeAccepted();
  return {
    async run(items, pageSize = ONE_PAGE) {
      const state = openSqliteState(':memory:');
      const clock = createPinnedClock(at);
      const warnings = new Set<string>();
      const log: Log = {
        ...SILENT,
        warn(event, fields) {
          if (event === 'assert') warnings.add(String(fields?.['rule']));
        },
      };
      try {
        const pipeline = createPipeline({
          plan,
          fhir,
          clock,
          log,
          source,
          maxTransactionEntries: 500,
          remembered: createRemembered({ bytes: 8_000_000, now: clock.now }),
          retryDuration: PATIENCE,
        });
        const settings = {
          plan,
          pipeline,
          state,
          clock,
          source,
          pageSize,
          log: SILENT,
          windowEntries: pageSize,
          windowBytes: Number.POSITIVE_INFINITY,
          flushInterval: 2000,
        };
        const pace = { interval: 0, catchUpInterval: 0, retryDuration: PATIENCE, lanes: 8, resume: true };
        const { enforceTagValues } = options;
        const feed = createMemoryFeed(items);
        const { signal } = new AbortController();
        await followFeed({ ...settings, ...pace, feed, enforceTagValues, signal }, true);
        const rows = state.errors().toSorted(byPlace);
        const outcome = { resources: canonical(server.resources()), rows: rows.map(rowOf) };
        return { outcome, rows, sent: server.takeAccepted(), warnings: [...warnings].toSorted() };
      } finally {
        state.close();
      }
    },
    stored: () => server.resources(),
    close: () => server.close(),
  };
}

function bundleOf(resources: readonly FhirResource[]): TransactionBundle {
  const entry = resources.map((resource) => ({
    resource,
    request: { method: 'PUT' as const, url: `${resource.resourceType}/${resource.id}` },
  }));
  return { resourceType: 'Bundle', type: 'transaction', entry };
}

const SILENT: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing };

function nothing(): void {}
