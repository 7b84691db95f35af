/**
 * The loop as in production, between the sandbox's feed and FHIR server over HTTP, with a clock that never waits: entries and
 * faults go in; resources, rows, log lines and requests come out. After every run it is checked that nothing printed or
 * stored outside FHIR holds a value of the metadata.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import * as assert from 'uvu/assert';
import { compileMappings } from '../../engine/compile/compile.ts';
import type { DicomJson } from '../../engine/dicom/entry.ts';
import { isEngineError } from '../../engine/errors.ts';
import type { FhirResource, TransactionBundle } from '../../engine/fhir/resource.ts';
import { createChangeFeed, FEED_HTTP_CODES } from '../../engine/io/change-feed.ts';
import { createFhirServer, FHIR_HTTP_CODES } from '../../engine/io/fhir-server.ts';
import { createHttp } from '../../engine/io/http.ts';
import { openSqliteState } from '../../engine/io/state-sqlite.ts';
import { createPatching } from '../../engine/patching.ts';
import { createPipeline } from '../../engine/pipeline.ts';
import type { MappingPlan } from '../../engine/plan.ts';
import { followFeed, type PollerOptions, type Progress } from '../../engine/poller.ts';
import type { Clock, Log, StateStore, StoredErrorRow } from '../../engine/ports.ts';
import type { RedriveOptions } from '../../engine/redrive.ts';
import { createRemembered } from '../../engine/remembered.ts';
import {
  type ChangeFeedSandbox,
  createChangeFeedSandbox,
  type Fault as FeedFault,
  type FaultRequest as FeedRequest,
} from '../../engine/sandbox/change-feed-server.ts';
import {
  createFhirSandbox,
  type Fault as FhirFault,
  type FaultRequest as FhirRequest,
  type FhirSandbox,
} from '../../engine/sandbox/fhir-server.ts';
import { fakeClock, recorder } from './fakes.ts';
import { temporaryFolder } from './temp.ts';

/** One entry as the feed writes it. */
export interface FeedEntry {
  readonly sequence: number;
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly sopInstanceUid: string;
  readonly action: string;
  readonly state: string;
  readonly timestamp: string;
  readonly metadata?: DicomJson;
}

/** What an instance says, by DICOM keyword; what is undefined is not in its metadata. */
export interface Values {
  readonly PatientID?: string | undefined;
  readonly PatientName?: string | undefined;
  readonly PatientSex?: string | undefined;
  readonly PatientBirthDate?: string | undefined;
  readonly StudyDate?: string | undefined;
  readonly StudyDescription?: string | undefined;
  readonly AccessionNumber?: string | undefined;
  readonly Modality?: string | undefined;
  readonly SeriesDescription?: string | undefined;
  readonly SOPClassUID?: string | undefined;
  readonly InstanceNumber?: number | undefined;
}

const TAGS: Readonly<Record<keyof Values, readonly [tag: string, vr: string]>> = {
  PatientID: ['00100020', 'LO'],
  PatientName: ['00100010', 'PN'],
  PatientSex: ['00100040', 'CS'],
  PatientBirthDate: ['00100030', 'DA'],
  StudyDate: ['00080020', 'DA'],
  StudyDescription: ['00081030', 'LO'],
  AccessionNumber: ['00080050', 'SH'],
  Modality: ['00080060', 'CS'],
  SeriesDescription: ['0008103E', 'LO'],
  SOPClassUID: ['00080016', 'UI'],
  InstanceNumber: ['00200013', 'IS'],
};

const CT_IMAGE = '1.2.840.10008.5.1.4.1.1.2';

export function metadataOf(values: Values): DicomJson {
  const all: Values = { Modality: 'CT', SOPClassUID: CT_IMAGE, ...values };
  const elements = Object.entries(all).flatMap(([keyword, value]) => {
    const [tag, vr] = TAGS[keyword as keyof Values];
    return value === undefined ? [] : [[tag, { vr, Value: [vr === 'PN' ? { Alphabetic: value } : value] }]];
  });
  return Object.fromEntries(elements);
}

/** `1.2.3`: the third instance of series `1.2` of study `1`. */
export function created(sequence: number, instance: string, values: Values = {}): FeedEntry {
  return { ...bare(sequence, instance), action: 'create', state: 'current', metadata: metadataOf(values) };
}

export function updated(sequence: number, instance: string, values: Values = {}): FeedEntry {
  return { ...created(sequence, instance, values), action: 'update' };
}

export function deleted(sequence: number, instance: string): FeedEntry {
  return { ...bare(sequence, instance), action: 'delete', state: 'deleted' };
}

const FIRST_TIME = Date.UTC(2024, 0, 1);

function bare(sequence: number, instance: string): Omit<FeedEntry, 'action' | 'state'> {
  const [study, series] = instance.split('.');
  return {
    sequence,
    studyInstanceUid: `2.25.${study}`,
    seriesInstanceUid: `2.25.${study}.${series}`,
    sopInstanceUid: `2.25.${instance}`,
    timestamp: new Date(FIRST_TIME + sequence * 1000).toISOString().replace('Z', '+00:00'),
  };
}

export interface LoopOptions {
  /** File names under mappings/, or texts of mappings; default: what is shipped. */
  readonly mappings?: readonly string[];
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly apiVersion?: 'v1' | 'v2';
  readonly ignoreJsonParsingErrors?: boolean;
  readonly maxTransactionEntries?: number;
  /** Default 10 minutes, as shipped. */
  readonly retryDuration?: number;
  readonly lanes?: number;
  readonly pageSize?: number;
  /** Default: every page is a window of its own. */
  readonly windowEntries?: number;
  readonly windowBytes?: number;
  readonly flushInterval?: number;
  readonly readAhead?: number;
  readonly rememberedBytes?: number;
  readonly maxResourceBytes?: number;
  readonly patch?: boolean;
  readonly resume?: boolean;
}

export interface RunOptions {
  readonly once?: boolean;
  readonly signal?: AbortSignal;
  readonly state?: StateStore;
  /** Told before every pause. */
  onPause?(ms: number): void;
}

export interface Loop {
  readonly fhir: FhirSandbox;
  readonly state: StateStore;
  /** Milliseconds of every pause. */
  readonly pauses: readonly number[];
  readonly log: readonly (readonly [event: string, fields: Readonly<Record<string, unknown>>])[];
  /** Bundles that reached the FHIR server, refused ones included. */
  readonly bundles: readonly TransactionBundle[];
  /** From now on the feed shows these: objects, or texts as they stand. */
  show(entries: readonly (FeedEntry | string | object)[]): Promise<void>;
  /** Adds one entry. */
  push(entry: FeedEntry): void;
  /** Until the feed is drained, or, with `once: false`, until it is stopped. */
  run(options?: LoopOptions & RunOptions): Promise<Progress>;
  /** Anything else that is made of the parts of an engine. */
  with<T>(work: (parts: Parts) => Promise<T>, options?: LoopOptions & RunOptions): Promise<T>;
  /** What the FHIR server does instead of answering; undefined: it answers. */
  onFhir(fault: ((request: FhirRequest) => FhirFault | undefined) | undefined): void;
  onFeed(fault: ((request: FeedRequest) => FeedFault | undefined) | undefined): void;
  /** Somebody else writes: gives the status of one request to the FHIR server. */
  write(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: object): Promise<number>;
  /** Posted transactions so far. */
  transactions(): number;
  rows(): readonly StoredErrorRow[];
}

/** Runs `work` with a loop of its own and ends everything after it. */
export async function withLoop<T>(base: LoopOptions, work: (loop: Loop) => Promise<T>): Promise<T> {
  const faults: { fhir?: Parameters<Loop['onFhir']>[0]; feed?: Parameters<Loop['onFeed']>[0] } = {};
  const bundles: TransactionBundle[] = [];
  const fhir = await createFhirSandbox({
    faults: (request) => {
      if (isTransaction(request)) bundles.push(JSON.parse(request.body ?? '{}'));
      return faults.fhir?.(request);
    },
  });
  const state = openSqliteState(':memory:');
  const log: [string, Readonly<Record<string, unknown>>][] = [];
  const pauses: number[] = [];
  const values = new Set<string>();
  let feed: ChangeFeedSandbox | undefined;
  const loop: Loop = {
    fhir,
    state,
    pauses,
    log,
    bundles,
    async show(entries) {
      await feed?.close();
      let time = FIRST_TIME;
      const fault = (request: FeedRequest): FeedFault | undefined => faults.feed?.(request);
      // What has no readable time of its own was stored between its neighbours.
      feed = await createChangeFeedSandbox({ folder: temporaryFolder(), faults: fault, now: () => time });
      for (const entry of entries) {
        time += 1000;
        feed.push(entry);
      }
      for (const value of valuesIn(entries)) values.add(value);
    },
    push(entry) {
      feed?.push(entry);
      for (const value of valuesIn([entry])) values.add(value);
    },
    run: (own = {}) => loop.with((parts) => followFeed(parts, own.once ?? true), own),
    async with(work, own = {}) {
      if (!feed) await loop.show([]);
      const url = (feed as ChangeFeedSandbox).url;
      const services = { feed: url, fhir: fhir.url };
      const clock = fakeClock(pauses, own.onPause);
      const world: World = { state, ...own, clock, log: recorder(log) };
      try {
        return await withParts({ ...base, ...own }, services, world, work);
      } finally {
        assertSilent(values, [log, state.errors()]);
      }
    },
    onFhir: (fault) => {
      faults.fhir = fault;
    },
    onFeed: (fault) => {
      faults.feed = fault;
    },
    async write(method, path, body) {
      const headers = { 'Content-Type': 'application/fhir+json' };
      const content = body === undefined ? {} : { headers, body: JSON.stringify(body) };
      return (await fetch(`${fhir.url}/${path}`, { method, ...content })).status;
    },
    transactions: () => bundles.length,
    rows: () => state.errors(),
  };
  try {
    return await work(loop);
  } catch (error) {
    // uvu takes `details` for text: an EngineError that a test did not expect would end the suite in silence.
    throw isEngineError(error) ? new Error(`${error.code}: ${error.message}`, { cause: error }) : error;
  } finally {
    await feed?.close();
    await fhir.close();
    state.close();
  }
}

export function isTransaction({ method, path }: FhirRequest): boolean {
  return method === 'POST' && /^\/fhir\/?$/.test(path);
}

interface World extends RunOptions {
  readonly state: StateStore;
  readonly clock: Clock;
  readonly log: Log;
}

export type Parts = PollerOptions & RedriveOptions;

async function withParts<T>(
  options: LoopOptions,
  services: { readonly feed: string; readonly fhir: string },
  world: World,
  work: (parts: Parts) => Promise<T>,
): Promise<T> {
  const { lanes = 8, pageSize = 100, retryDuration = 600_000, apiVersion = 'v1' } = options;
  const { windowEntries = pageSize } = options;
  const { clock, log, state, signal = new AbortController().signal } = world;
  const plan = planOf(options);
  const source = { id: 'source', url: 'https://dicom.example.org' };
  const feedHttp = createHttp({ baseUrl: services.feed, codes: FEED_HTTP_CODES, signal });
  const fhirHttp = createHttp({ baseUrl: services.fhir, codes: FHIR_HTTP_CODES, signal });
  const parts: Parts = {
    plan,
    state,
    clock,
    log,
    source,
    pageSize,
    windowEntries,
    windowBytes: options.windowBytes ?? 64 * 1024 * 1024,
    flushInterval: options.flushInterval ?? 2000,
    lanes,
    retryDuration,
    signal,
    feed: createChangeFeed({
      http: feedHttp,
      apiVersion,
      ignoreJsonParsingErrors: options.ignoreJsonParsingErrors ?? false,
      now: clock.now,
      readAhead: options.readAhead ?? 4,
    }),
    pipeline: createPipeline({
      plan,
      fhir: createFhirServer({ http: fhirHttp, fhirVersion: '4.0', now: clock.now }),
      clock,
      log,
      source,
      maxTransactionEntries: options.maxTransactionEntries ?? 500,
      remembered: createRemembered({ bytes: options.rememberedBytes ?? 8_000_000, now: clock.now }),
      ...(options.maxResourceBytes === undefined ? {} : { maxResourceBytes: options.maxResourceBytes }),
      ...(options.patch ? { patching: createPatching(log) } : {}),
      retryDuration,
      signal,
      onHeld: (error) => state.hold(source.id, error, clock.now()),
    }),
    enforceTagValues: false,
    interval: 60_000,
    catchUpInterval: 0,
    resume: options.resume ?? false,
  };
  try {
    return await work(parts);
  } finally {
    feedHttp.close();
    fhirHttp.close();
  }
}

const SHIPPED = ['patient.yaml', 'endpoint.yaml', 'imaging-study.yaml'];
const plans = new Map<string, MappingPlan>();

function planOf({ mappings = SHIPPED, settings = {} }: LoopOptions): MappingPlan {
  const key = JSON.stringify([mappings, settings]);
  const known = plans.get(key);
  if (known) return known;
  const texts = mappings.map((mapping, index) =>
    mapping.includes('\n') ? { file: `mapping-${index}.yaml`, text: mapping } : shippedText(mapping),
  );
  const { plan, diagnostics } = compileMappings(texts, { values: settings });
  assert.ok(plan, diagnostics.map(({ code, message }) => `${code}: ${message}`).join('\n'));
  plans.set(key, plan);
  return plan;
}

/** A shipped mapping, to be changed by a test. */
export function shippedText(name: string): { readonly file: string; readonly text: string } {
  const file = resolve(import.meta.dirname, '../../mappings', name);
  return { file: name, text: readFileSync(file, 'utf8') };
}

const PUBLIC = /^(?:[A-Z]{1,4}|[0-9.]+|\d{1,3})$/;

/** Texts in the metadata that could tell who somebody is: no UIDs, no short codes. */
function valuesIn(entries: readonly unknown[]): readonly string[] {
  const texts: string[] = [];
  const collect = (value: unknown): void => {
    if (typeof value === 'string' && value.length > 3) texts.push(value);
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(collect);
  };
  for (const entry of entries) collect((entry as Partial<FeedEntry>).metadata);
  return texts.filter((text) => !PUBLIC.test(text) || /^\d{8}$/.test(text));
}

function assertSilent(values: ReadonlySet<string>, printed: unknown): void {
  const text = JSON.stringify(printed);
  for (const value of values)
    assert.not.ok(text.includes(value), 'a log line or a row holds a value of the metadata');
}

/**
 * Resources as text that compares: without id, version and date, with references by the identity of what they point to.
 * `sets` also sorts keys and lists.
 */
export function canonical(resources: readonly FhirResource[], sets = false): string {
  const names = new Map(resources.map((each) => [`${each.resourceType}/${each.id}`, identityOf(each)]));
  const tidy = (value: unknown): unknown => {
    if (Array.isArray(value)) {
      const items = value.map(tidy);
      return sets ? items.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) : items;
    }
    if (typeof value !== 'object' || value === null) return value;
    const children = Object.entries(value);
    return Object.fromEntries(
      (sets ? children.toSorted(([a], [b]) => (a < b ? -1 : 1)) : children).map(([key, child]) => [
        key,
        key === 'reference' ? (names.get(String(child)) ?? child) : tidy(child),
      ]),
    );
  };
  const plain = resources.map((resource) => {
    const { id: _id, meta, ...rest } = resource;
    const { versionId: _version, lastUpdated: _updated, ...own } = (meta ?? {}) as Record<string, unknown>;
    return JSON.stringify(tidy({ ...rest, meta: own }), undefined, 1);
  });
  return plain.toSorted().join('\n');
}

function identityOf(resource: FhirResource): string {
  const [first] = (resource['identifier'] ?? []) as readonly { system?: string; value?: string }[];
  return `${resource.resourceType}?${first?.system ?? ''}|${first?.value ?? ''}`;
}
