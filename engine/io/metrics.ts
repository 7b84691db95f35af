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

export function createMetrics({ version, plan, gauges }: MetricsOptions): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });

  /** Totals of each source, as they were told last. */
  const latest = new Map<string, Totals>();
  let current: readonly SourceGauges[] = [];
  const counter = <Label extends string>(name: string, help: string, ...labelNames: readonly Label[]) =>
    new Counter({ name: `dicomcast_${name}`, help, labelNames: [...labelNames], registers });
  const rows = counter(
    'error_rows_total',
    'Rows written to the error store, repeated ones included',
    'source',
    'kind',
    'code',
  );
  const retries = counter('retries_total', 'Waits after which something was tried again', 'source', 'code');
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
  for (const family of [...totalFamilies(latest), ...sourceFamilies(() => current)]) {
    const { isTotal, name, help, labelNames, samples } = family;
    const Kind = isTotal ? Counter<string> : Gauge<string>;
    new Kind({
      name: `dicomcast_${name}`,
      help,
      labelNames: [...labelNames],
      registers,
      collect() {
        // What is gone since the last time must not stay.
        this.reset();
        for (const { labels, value } of samples()) this.inc(labels, value);
      },
    });
  }

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
    progress: (source, totals) => void latest.set(source, totals),
    request: (service, status, seconds) => requests.observe({ service, status: String(status) }, seconds),
    contentType: registry.contentType,
    text() {
      current = gauges();
      return registry.metrics();
    },
  };
}

/** Numbers that are known elsewhere, and written down when they are asked for. */
interface Family {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly string[];
  /** True for what only grows. */
  readonly isTotal: boolean;
  samples(): readonly Sample[];
}

interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

function totalFamilies(latest: ReadonlyMap<string, Totals>): readonly Family[] {
  const family = (
    name: string,
    help: string,
    label: string,
    read: (totals: Totals) => readonly (readonly [word: string, value: number])[],
  ): Family => ({
    name,
    help,
    labelNames: ['source', label],
    isTotal: true,
    samples: () =>
      [...latest].flatMap(([source, totals]) =>
        read(totals).map(([word, value]) => ({ labels: { source, [label]: word }, value })),
      ),
  });
  return [
    family(
      'entries_total',
      'Entries of the change feed that are done, by what became of them',
      'result',
      ({ stored, skipped, failed }) => [
        ['stored', stored],
        ['passed_over', skipped],
        ['failed', failed],
      ],
    ),
    family(
      'resources_total',
      'Resources on the FHIR server, by what was done to them',
      'change',
      ({ written }) => [
        ['created', written.create],
        ['updated', written.update],
        ['deleted', written.delete],
        ['unchanged', written.none],
      ],
    ),
  ];
}

function sourceFamilies(gauges: () => readonly SourceGauges[]): readonly Family[] {
  /** `read` gives undefined for what is not known. */
  const family = (
    name: string,
    help: string,
    read: (source: SourceGauges) => number | undefined,
  ): Family => ({
    name,
    help,
    labelNames: ['source'],
    isTotal: false,
    samples: () =>
      gauges().flatMap((each) => {
        const value = read(each);
        return value === undefined ? [] : [{ labels: { source: each.source }, value }];
      }),
  });
  return [
    family('source_followed', '1 while the source is followed', ({ isFollowed }) => (isFollowed ? 1 : 0)),
    family('checkpoint_sequence', 'Sequence number of the checkpoint', ({ sequence }) => sequence),
    family('lag_entries', 'Sequence numbers between checkpoint and newest entry', ({ lag }) => lag?.entries),
    family(
      'lag_seconds',
      'Time between the entries at the checkpoint and at the end of the feed',
      ({ lag }) => lag?.seconds,
    ),
    {
      name: 'open_error_rows',
      help: 'Open rows of the error store',
      labelNames: ['source', 'code'],
      isTotal: false,
      samples: () =>
        gauges().flatMap(({ source, openRows }) =>
          openRows.map(({ code, open }) => ({ labels: { source, code }, value: open })),
        ),
    },
  ];
}
