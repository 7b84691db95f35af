/**
 * A folder of DICOM files comes in; the change feed of a Microsoft DICOM service that received them goes out, over HTTP on
 * loopback: versions 1 and 2, with the parameters, statuses and states of that service. For first runs, demos and tests.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type FeedVersion, readFeedQuery, readLatestQuery } from './change-feed-query.ts';
import { type ChangeFeedStore, createChangeFeedStore, type FeedChanges } from './change-feed-store.ts';
import { createDicomFolder, type ReportProblem } from './dicom-folder.ts';

export interface FaultRequest {
  readonly method: string;
  /** `/v1/changefeed` */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** What a test wants to go wrong: without `status` or `drop`, the request is answered as usual after the delay. */
export interface Fault {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Closes the connection without an answer. */
  readonly drop?: boolean;
  readonly delayMs?: number;
}

export interface ChangeFeedSandboxOptions {
  readonly folder: string;
  /** 0, the default, takes a free port. */
  readonly port?: number;
  readonly host?: '127.0.0.1';
  /** Scans the folder again every second; less often where that would take more than a tenth of the time. */
  readonly watch?: boolean;
  /** Where the feed is remembered: an SQLite file, or `:memory:`. Default: a private file that vanishes with the process. */
  readonly path?: string;
  /** When given, requests need `Authorization: Bearer <token>`. */
  readonly token?: string;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  readonly faults?: (request: FaultRequest) => Fault | undefined;
  /** Told of files that are no instances, once for each content. */
  readonly onProblem?: ReportProblem;
}

export interface ChangeFeedSandbox {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** Brings the feed in line with the folder. Counts entries of instances; files that are none go to `onProblem`. */
  rescan(): Promise<FeedChanges>;
  /**
   * Adds an entry as it stands, an object or any text, with the next sequence, or with its own if that is higher: so a
   * test makes gaps, odd states, and JSON that is none.
   */
  push(entry: unknown): void;
  /** Stops listening and scanning; open connections are cut. */
  close(): Promise<void>;
}

const SCAN_INTERVAL_MS = 1000;

/** Scans the folder, then starts the server. Rejects when the folder cannot be listed or the port is taken. */
export async function createChangeFeedSandbox(options: ChangeFeedSandboxOptions): Promise<ChangeFeedSandbox> {
  const { onProblem = () => {}, now = Date.now } = options;
  const store = createChangeFeedStore(options.path ?? '', now);
  const stopping = new AbortController();
  let isFolderThere = true;
  const folder = createDicomFolder(options.folder, store, (path, reason) => {
    if (path === '') isFolderThere = false;
    onProblem(path, reason);
  });
  let last: Promise<unknown> = Promise.resolve();
  /** One scan at a time; a scan that failed does not stop the next. */
  const scan = (settling: boolean): Promise<FeedChanges> => {
    const scanned = last.then(() => folder.scan({ settling }));
    last = scanned.catch(() => {});
    return scanned;
  };
  const server = createServer((request, response) => {
    answer(request, response, options, store, stopping.signal).catch(() => {
      if (!response.headersSent) send(response, 500, '');
      else response.destroy();
    });
  });
  try {
    await scan(false);
    if (!isFolderThere) throw new Error(`the folder cannot be listed: ${options.folder}`);
    await listen(server, options.port ?? 0, options.host ?? '127.0.0.1');
  } catch (error) {
    store.close();
    throw error;
  }
  const watching = options.watch ? watch(() => scan(true), stopping.signal) : Promise.resolve();
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    rescan: () => scan(false),
    push: store.push,
    async close() {
      stopping.abort();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await Promise.all([closed, watching, last]);
      store.close();
    },
  };
}

async function watch(scan: () => Promise<unknown>, signal: AbortSignal): Promise<void> {
  let pause = SCAN_INTERVAL_MS;
  while (!signal.aborted) {
    await sleep(pause, undefined, { signal }).catch(() => {});
    const start = performance.now();
    // What went wrong in one scan (a full disk, a share that is away) may be right in the next.
    if (!signal.aborted) await scan().catch(() => {});
    // A large folder takes long to walk through: nine tenths of the time are left for answers.
    pause = Math.max(SCAN_INTERVAL_MS, 9 * (performance.now() - start));
  }
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: ChangeFeedSandboxOptions,
  store: ChangeFeedStore,
  signal: AbortSignal,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const fault = options.faults?.({
    method: request.method ?? '',
    path: url.pathname,
    query: url.searchParams,
    headers: request.headers,
  });
  if (fault?.delayMs) await sleep(fault.delayMs, undefined, { signal });
  if (fault?.drop) {
    response.destroy();
    return;
  }
  if (fault?.status) return send(response, fault.status, fault.body ?? '', fault.headers);
  if (options.token !== undefined && request.headers.authorization !== `Bearer ${options.token}`) {
    return send(response, 401, '', { 'www-authenticate': 'Bearer' });
  }
  const route = /^\/(v1(?:\.0-prerelease)?|v2)\/changefeed(\/latest)?\/?$/i.exec(url.pathname);
  if (!route) return send(response, 404, '');
  if (request.method !== 'GET') return send(response, 405, '', { allow: 'GET' });
  const version: FeedVersion = route[1]?.toLowerCase() === 'v2' ? 'v2' : 'v1';
  const isLatest = route[2] !== undefined;
  const query = (isLatest ? readLatestQuery : readFeedQuery)(version, url.searchParams);
  if (query.faults) {
    const body = JSON.stringify({
      title: 'The query parameters are not valid.',
      status: 400,
      errors: query.faults,
    });
    return send(response, 400, body, { 'content-type': 'application/problem+json; charset=utf-8' });
  }
  const entries = store.entries(query.window);
  if (!isLatest) return send(response, 200, `[${entries.join(',')}]`);
  const [newest] = entries;
  return newest === undefined ? send(response, 204, '') : send(response, 200, newest);
}

function send(
  response: ServerResponse,
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  const type = body === '' ? {} : { 'content-type': 'application/json; charset=utf-8' };
  response.writeHead(status, { ...type, ...headers });
  response.end(body);
}
