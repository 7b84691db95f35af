/**
 * Metrics in the text format of Prometheus, and the owner of prom-client: what the engine logs, how far it came and how services
 * answer come in; numbers under names of sources, codes and kinds go out. Nothing else is in a label: what may not stand in a
 * log line cannot stand in a metric.
 */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Log } from '../ports.ts';

/** Running totals of one source since the start of the process. */
export interface Totals {
  readonly stored: number;
  readonly skipped: number;
  readonly failed: number;
  readonly written: Readonly<Record<'create' | 'update' | 'delete' | 'none', number>>;
}

/** What is true of one source at the moment of asking. */
export interface SourceGauges {
  readonly source: string;
  /** Sequence number of the checkpoint. */
  readonly sequence?: number;
  /** How far the checkpoint is behind the newest entry that is known. */
  readonly lag?: { readonly entries: number; readonly seconds?: number };
  /** True while the source is followed: neither paused nor held up, nor waiting for a service. */
  readonly isFollowed: boolean;
  /** Open rows of the error store. */
  readonly openRows: readonly { readonly code: string; readonly open: number }[];
}

export interface Metrics {
  /** The same log, with its rows and retries counted. */
  watch(log: Log): Log;
  progress(source: string, totals: Totals): void;
  /** One request was answered, or not (`none`). */
  request(service: 'feed' | 'fhir', status: number | 'none', seconds: number): void;
  readonly contentType: string;
  text(): Promise<string>;
}

export interface MetricsOptions {
  /** Of the engine. */
  readonly version: string;
  /** Fingerprint of the mappings. */
  readonly plan: string;
  /** Asked once each time the metrics are. */
  gauges(): readonly SourceGauges[];
}

/** Seconds: from a search on the same machine to a transaction that a server takes a minute for. */
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

const RESULTS = { stored: 'stored', skipped: 'passed_over', failed: 'failed' } as const;
const CHANGES = { create: 'created', update: 'updated', delete: 'deleted', none: 'unchanged' } as const;

export function createMetrics({ version, plan, gauges }: MetricsOptions): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });

  const entries = new Counter({
    name: 'dicomcast_entries_total',
    help: 'Entries of the change feed that are done, by what became of them',
    labelNames: ['source', 'result'],
    registers,
  });
  const resources = new Counter({
    name: 'dicomcast_resources_total',
    help: 'Resources on the FHIR server, by what was done to them',
    labelNames: ['source', 'change'],
    registers,
  });
  const rows = new Counter({
    name: 'dicomcast_error_rows_total',
    help: 'Rows written to the error store, repeated ones included',
    labelNames: ['source', 'kind', 'code'],
    registers,
  });
  const retries = new Counter({
    name: 'dicomcast_retries_total',
    help: 'Waits after which something was tried again',
    labelNames: ['source', 'code'],
    registers,
  });
  const requests = new Histogram({
    name: 'dicomcast_http_request_duration_seconds',
    help: 'Requests to the services, by status; none: no answer',
    labelNames: ['service', 'status'],
    buckets: SECONDS,
    registers,
  });
  new Gauge({
    name: 'dicomcast_info',
    help: 'Version and fingerprint of the mappings',
    labelNames: ['version', 'plan'],
    registers,
  }).set({ version, plan }, 1);
  let current: readonly SourceGauges[] = [];
  addSourceGauges(registry, () => current);

  /** Totals that are counted already. */
  const counted = new Map<string, Totals>();
  return {
    watch(log) {
      const count = (event: string, fields: Readonly<Record<string, unknown>> = {}): void => {
        const source = String(fields['source'] ?? '');
        const code = String(fields['code'] ?? '');
        if (event === 'row') rows.inc({ source, kind: String(fields['kind'] ?? ''), code });
        if (event === 'again' || event === 'waiting') retries.inc({ source, code });
      };
      const both =
        (level: keyof Log): Log['info'] =>
        (event, fields) => {
          count(event, fields);
          log[level](event, fields);
        };
      return { debug: both('debug'), info: both('info'), warn: both('warn'), error: both('error') };
    },
    progress(source, totals) {
      const before = counted.get(source);
      for (const [name, result] of Object.entries(RESULTS))
        entries.inc({ source, result }, grown(totals, before, name as keyof typeof RESULTS));
      for (const [name, change] of Object.entries(CHANGES))
        resources.inc(
          { source, change },
          grown(totals.written, before?.written, name as keyof typeof CHANGES),
        );
      counted.set(source, totals);
    },
    request: (service, status, seconds) => requests.observe({ service, status: String(status) }, seconds),
    contentType: registry.contentType,
    text() {
      current = gauges();
      return registry.metrics();
    },
  };
}

function grown<Name extends string>(
  now: Readonly<Record<Name, number>>,
  before: Readonly<Record<Name, number>> | undefined,
  name: Name,
): number {
  return Math.max(0, now[name] - (before?.[name] ?? 0));
}

function addSourceGauges(registry: Registry, gauges: MetricsOptions['gauges']): void {
  const add = <Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[],
    read: (gauge: Gauge<Label>, source: SourceGauges) => void,
  ): void => {
    new Gauge({
      name,
      help,
      labelNames: [...labelNames],
      registers: [registry],
      collect() {
        // What is gone since the last time must not stay.
        this.reset();
        for (const source of gauges()) read(this, source);
      },
    });
  };
  add(
    'dicomcast_source_followed',
    '1 while the source is followed',
    ['source'],
    (gauge, { source, isFollowed }) => gauge.set({ source }, isFollowed ? 1 : 0),
  );
  add(
    'dicomcast_checkpoint_sequence',
    'Sequence number of the checkpoint',
    ['source'],
    (gauge, { source, sequence }) => {
      if (sequence !== undefined) gauge.set({ source }, sequence);
    },
  );
  add(
    'dicomcast_lag_entries',
    'Sequence numbers between checkpoint and newest entry',
    ['source'],
    (gauge, { source, lag }) => {
      if (lag) gauge.set({ source }, lag.entries);
    },
  );
  add(
    'dicomcast_lag_seconds',
    'Time between the entries at the checkpoint and at the end of the feed',
    ['source'],
    (gauge, { source, lag }) => {
      if (lag?.seconds !== undefined) gauge.set({ source }, lag.seconds);
    },
  );
  add(
    'dicomcast_open_error_rows',
    'Open rows of the error store',
    ['source', 'code'],
    (gauge, { source, openRows }) => {
      for (const { code, open } of openRows) gauge.inc({ source, code }, open);
    },
  );
}
