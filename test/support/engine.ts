/**
 * The whole engine for tests: entries as raw JSON go in and run through the real compiler, poller, pipeline and HTTP clients
 * against the FHIR sandbox; resources with stable names, error rows and what was asked come out. Only feed, clock and log
 * are in memory.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { compileMappings, type FindFile, type MappingText } from '../../engine/compile/compile.ts';
import { renderDiagnostic } from '../../engine/diagnostic.ts';
import { readEntry } from '../../engine/dicom/entry.ts';
import type { FhirResource, TransactionBundle } from '../../engine/fhir/resource.ts';
import { createFhirServer, FHIR_HTTP_CODES } from '../../engine/io/fhir-server.ts';
import { createHttp } from '../../engine/io/http.ts';
import { openSqliteState } from '../../engine/io/state-sqlite.ts';
import { createPipeline } from '../../engine/pipeline.ts';
import type { MappingPlan } from '../../engine/plan.ts';
import { followFeed, type Progress } from '../../engine/poller.ts';
import type { ChangeFeed, FeedPage, Log } from '../../engine/ports.ts';
import { createRemembered } from '../../engine/remembered.ts';
import { createFhirSandbox, type FhirSandboxOptions } from '../../engine/sandbox/fhir-server.ts';
import { canonical } from '../../engine/testing/canonical.ts';
import type { CaseRow } from '../../engine/testing/case-result.ts';
import { byPlace, rowOf } from '../../engine/testing/case-rows.ts';
import { createPinnedClock } from '../../engine/testing/pinned-clock.ts';

export type RawEntry = Readonly<Record<string, unknown>>;
export type Settings = Readonly<Record<string, string | number | boolean>>;

export interface EngineSetup {
  /** Texts of mapping files; the shipped ones when left out. */
  readonly mappings?: readonly string[];
  readonly settings?: Settings;
  /** What the mappings extend and the tables that they name, by their paths; the shipped mappings are there anyway. */
  readonly files?: Readonly<Record<string, string>>;
  /** On the server before the engine starts; each with an id. */
  readonly existing?: readonly FhirResource[];
  /** `$source.url`; default `https://dicom.example.org/`. */
  readonly sourceUrl?: string;
  readonly enforceTagValues?: boolean;
  readonly maxTransactionEntries?: number;
  readonly faults?: FhirSandboxOptions['faults'];
  /** Gives the plan that runs, for the one that was compiled. */
  readonly watch?: (plan: MappingPlan) => MappingPlan;
}

export interface RunOptions {
  /** Width of the windows over sequence numbers; by default one window holds the whole feed. */
  readonly pageSize?: number;
}

export type { CaseRow as Row } from '../../engine/testing/case-result.ts';

export interface RunResult {
  /** By sequence, code and rule; of this run. */
  readonly rows: readonly CaseRow[];
  readonly progress: Progress;
  /** Transactions that were posted in this run. */
  readonly sent: readonly TransactionBundle[];
  /** `GET /fhir/Patient?identifier=…` of this run, decoded. */
  readonly requests: readonly string[];
  /** `warn again {…}`. */
  readonly log: readonly string[];
}

export interface RunningEngine {
  /** Reads the feed from its start to its end, with a state of its own, over what the server holds by now. */
  run(entries: readonly RawEntry[], options?: RunOptions): Promise<RunResult>;
  /** What the server holds, without ids, versions and dates, references by identifier; sorted. */
  resources(): readonly FhirResource[];
  /** As they are. */
  stored(type?: string): readonly FhirResource[];
  close(): Promise<void>;
}

const SHIPPED = resolve(import.meta.dirname, '../../mappings');
const START = Date.parse('2024-05-06T12:00:00Z');
const plans = new Map<string, MappingPlan>();

/** The plan of mapping texts, compiled once per process; throws the findings as they would be printed. */
export function planOf(
  mappings: readonly string[] | undefined,
  settings: Settings = {},
  files: EngineSetup['files'] = {},
): MappingPlan {
  const key = JSON.stringify([mappings ?? null, settings, files]);
  const known = plans.get(key);
  if (known) return known;
  const texts =
    mappings?.map((text, index) => ({ file: `mapping-${index + 1}.yaml`, text })) ?? shippedMappings();
  const find: FindFile = (path) => {
    const text = files[path] ?? shippedMappings().find(({ file }) => path.endsWith(file))?.text;
    return text === undefined ? { error: 'does not exist' } : { file: path, text };
  };
  const { plan, diagnostics } = compileMappings(texts, { values: settings }, find);
  if (!plan) {
    const source = (file: string) => texts.find((text) => text.file === file)?.text;
    throw new Error(diagnostics.map((each) => renderDiagnostic(each, source(each.file))).join('\n\n'));
  }
  plans.set(key, plan);
  return plan;
}

function shippedMappings(): readonly MappingText[] {
  const names = readdirSync(SHIPPED).filter((name) => /^[^.]+\.yaml$/.test(name));
  return names
    .sort()
    .map((name) => ({ file: `mappings/${name}`, text: readFileSync(join(SHIPPED, name), 'utf8') }));
}

/** One shipped mapping's text, to be changed by a test. */
export function shippedMapping(name: string): string {
  return readFileSync(join(SHIPPED, name), 'utf8');
}

/** One run on a fresh server. */
export async function runFeed(
  setup: EngineSetup & RunOptions & { readonly entries: readonly RawEntry[] },
): Promise<RunResult & { readonly resources: readonly FhirResource[] }> {
  const engine = await startEngine(setup);
  try {
    return { ...(await engine.run(setup.entries, setup)), resources: engine.resources() };
  } finally {
    await engine.close();
  }
}

export async function startEngine(setup: EngineSetup = {}): Promise<RunningEngine> {
  const compiled = planOf(setup.mappings, setup.settings, setup.files);
  const plan = setup.watch?.(compiled) ?? compiled;
  let sent: TransactionBundle[] = [];
  const sandbox = await createFhirSandbox({
    now: () => START,
    faults(request) {
      if (request.method === 'POST' && request.path === '/fhir' && request.body)
        sent.push(JSON.parse(request.body));
      return setup.faults?.(request);
    },
  });
  const http = createHttp({ baseUrl: sandbox.url, codes: FHIR_HTTP_CODES });
  const fhir = createFhirServer({ http, fhirVersion: plan.fhirVersion });
  const source = { id: 'test', url: setup.sourceUrl ?? 'https://dicom.example.org/' };
  if (setup.existing) await put(sandbox.url, setup.existing);
  return {
    async run(entries, { pageSize = 1_000_000 } = {}) {
      sent = [];
      const asked = sandbox.requests().length;
      const { log, lines } = createTestLog();
      const clock = createPinnedClock(START);
      const state = openSqliteState(':memory:');
      try {
        const pipeline = createPipeline({
          plan,
          fhir,
          clock,
          log,
          source,
          maxTransactionEntries: setup.maxTransactionEntries ?? 500,
          remembered: createRemembered({ bytes: 8_000_000, now: clock.now }),
          retryDuration: 60_000,
        });
        const progress = await followFeed(
          {
            plan,
            pipeline,
            state,
            clock,
            log,
            source,
            pageSize,
            windowEntries: pageSize,
            windowBytes: 64 * 1024 * 1024,
            flushInterval: 2000,
            feed: createMemoryFeed(entries),
            enforceTagValues: setup.enforceTagValues ?? false,
            interval: 1000,
            catchUpInterval: 0,
            retryDuration: 60_000,
            lanes: 8,
            signal: new AbortController().signal,
          },
          true,
        );
        const rows = state.errors().map(rowOf).sort(byPlace);
        const requests = sandbox.requests().slice(asked);
        return {
          rows,
          progress,
          sent,
          requests: requests.map(({ method, path }) => `${method} ${decodeURIComponent(path)}`),
          log: lines,
        };
      } finally {
        state.close();
      }
    },
    resources: () => canonical(sandbox.resources()),
    stored: (type) => sandbox.resources(type),
    async close() {
      http.close();
      await sandbox.close();
    },
  };
}

async function put(base: string, resources: readonly FhirResource[]): Promise<void> {
  const entry = resources.map((resource) => ({
    resource,
    request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
  }));
  const response = await fetch(base, {
    method: 'POST',
    headers: { 'content-type': 'application/fhir+json' },
    body: JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry }),
  });
  const answer = await response.text();
  if (!response.ok) throw new Error(`the server refused what the test put there: ${answer}`);
}

/** Windows over sequence numbers, as version 1 of the feed has them. */
export function createMemoryFeed(entries: readonly RawEntry[]): ChangeFeed {
  const items = entries.map(readEntry);
  const last = Math.max(0, ...items.map(({ sequence = 0 }) => sequence));
  return {
    async page(after, limit): Promise<FeedPage> {
      const offset = after?.sequence ?? 0;
      const found = items.filter(({ sequence = 0 }) => sequence > offset && sequence <= offset + limit);
      const end = Math.min(offset + limit, Math.max(last, offset));
      return {
        items: found.toSorted((a, b) => (a.sequence ?? 0) - (b.sequence ?? 0)),
        next: { sequence: end },
        drained: end >= last,
      };
    },
  };
}

function createTestLog(): { readonly log: Log; readonly lines: readonly string[] } {
  const lines: string[] = [];
  const at =
    (level: string) =>
    (event: string, fields: Readonly<Record<string, unknown>> = {}) =>
      void lines.push(`${level} ${event} ${JSON.stringify(fields)}`);
  return { log: { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }, lines };
}
