/**
 * The other side of every benchmark: a change feed (version 1) and a FHIR server over HTTP on loopback, each with a latency of
 * its own; every request and every byte is counted. Run as a program it is a process of its own, which its parent commands
 * over the IPC channel, and which ends when that channel closes.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createEntryTexts, entryCount, type FeedShape } from './entries.ts';
import { type Answer, createFhirStore, type JsonObject, outcome } from './fhir-store.ts';

export interface Load {
  readonly shape: FeedShape;
  /** The feed ends here; default: at its end. */
  readonly last?: number;
  /** Milliseconds before each answer. */
  readonly feedLatency: number;
  readonly fhirLatency: number;
}

export interface Counts {
  readonly feedRequests: number;
  readonly fhirRequests: number;
  readonly transactions: number;
  /** Bodies that the FHIR server was sent. */
  readonly fhirBytesIn: number;
  readonly fhirBytesOut: number;
}

export interface BenchServer {
  readonly feedUrl: string;
  readonly fhirUrl: string;
  /** A new feed, an empty FHIR server, counts at zero. */
  load(load: Load): Promise<void>;
  counts(): Promise<Counts>;
  resources(): Promise<readonly JsonObject[]>;
  close(): Promise<void>;
}

/** The service refuses more. */
const MAX_WINDOW = 100;

export async function createBenchServer(): Promise<BenchServer> {
  let state = createState({
    shape: { studies: 0, instances: 1, atOnce: 1, patients: 1 },
    feedLatency: 0,
    fhirLatency: 0,
  });
  const server: Server = createServer((request, response) => {
    const current = state;
    const began = performance.now();
    readBody(request)
      .then((body) => {
        const isFeed = request.url?.startsWith('/v1/') === true;
        const { status, body: answer } = isFeed ? current.feed(request) : current.fhir(request, body);
        const text = typeof answer === 'string' ? answer : JSON.stringify(answer);
        if (!isFeed) current.counts.fhirBytesOut += Buffer.byteLength(text);
        const left = (isFeed ? current.feedLatency : current.fhirLatency) - (performance.now() - began);
        const reply = () => send(response, status, text, isFeed);
        if (left > 0) setTimeout(reply, left);
        else reply();
      })
      .catch(() => response.destroy());
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    feedUrl: `http://127.0.0.1:${port}`,
    fhirUrl: `http://127.0.0.1:${port}/fhir`,
    async load(load) {
      state = createState(load);
    },
    counts: async () => ({ ...state.counts }),
    resources: async () => state.store.resources(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function createState({ shape, last = entryCount(shape), feedLatency, fhirLatency }: Load) {
  const store = createFhirStore();
  const textsOf = createEntryTexts(shape);
  const counts = { feedRequests: 0, fhirRequests: 0, transactions: 0, fhirBytesIn: 0, fhirBytesOut: 0 };
  const feed = (request: IncomingMessage): Answer => {
    counts.feedRequests++;
    const url = new URL(request.url ?? '', 'http://bench');
    if (url.pathname.endsWith('/latest')) return { status: 200, body: textsOf(last, last)[0] ?? '' };
    const offset = Number(url.searchParams.get('offset'));
    const limit = Number(url.searchParams.get('limit'));
    if (!(offset >= 0) || !(limit > 0 && limit <= MAX_WINDOW))
      return { status: 400, body: 'offset or limit' };
    return { status: 200, body: `[${textsOf(offset + 1, Math.min(last, offset + limit)).join(',')}]` };
  };
  const fhir = (request: IncomingMessage, body: string): Answer => {
    counts.fhirRequests++;
    counts.fhirBytesIn += Buffer.byteLength(body);
    const url = new URL(request.url ?? '', 'http://bench');
    const [, , type = '', id] = url.pathname.split('/');
    if (request.method === 'POST' && type === '') {
      counts.transactions++;
      return store.transact(JSON.parse(body) as JsonObject, request.headers['prefer'] === 'return=minimal');
    }
    if (request.method === 'POST' && id === '_search') return store.search(type, new URLSearchParams(body));
    if (request.method !== 'GET') return { status: 405, body: outcome('method') };
    if (type === 'metadata') return { status: 200, body: CAPABILITY };
    return id === undefined ? store.search(type, url.searchParams) : store.read(type, id);
  };
  return { store, counts, feed, fhir, feedLatency, fhirLatency };
}

const CAPABILITY = {
  resourceType: 'CapabilityStatement',
  fhirVersion: '4.0.1',
  rest: [{ mode: 'server', interaction: [{ code: 'transaction' }] }],
};

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function send(response: ServerResponse, status: number, text: string, isFeed: boolean): void {
  // The status of an empty feed's newest entry (204) has no body.
  const bytes = Buffer.from(text);
  response.writeHead(bytes.length === 0 ? 204 : status, {
    'content-type': isFeed ? 'application/json' : 'application/fhir+json',
    'content-length': bytes.length,
  });
  response.end(bytes);
}

/** What a parent asks; answers carry the same number. */
export interface Command {
  readonly number: number;
  readonly call: 'load' | 'counts' | 'resources';
  readonly load?: Load;
}

if (import.meta.main) {
  const server = await createBenchServer();
  process.on('disconnect', () => process.exit());
  process.on('message', async ({ number, call, load }: Command) => {
    const result =
      call === 'load' && load
        ? await server.load(load)
        : call === 'counts'
          ? await server.counts()
          : await server.resources();
    process.send?.({ number, result });
  });
  process.send?.({ feedUrl: server.feedUrl, fhirUrl: server.fhirUrl });
}
