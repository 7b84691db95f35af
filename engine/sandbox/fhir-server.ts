/**
 * A FHIR R4 server on loopback, over node:http and node:sqlite: for first runs, demos, and as the test double of the suite. Requests come in
 * over HTTP; whatever goes wrong comes back as an OperationOutcome. It says in `metadata` what it does not do.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FhirResource } from '../fhir/resource.ts';
import { errorReply, handleRequest, splitOnce } from './fhir-handler.ts';
import { type Reply, readBody, sendReply } from './fhir-http.ts';
import type { RouteRules } from './fhir-routes.ts';
import { createFhirStore, resourceOf } from './fhir-store.ts';

export interface FaultRequest {
  readonly method: string;
  /** With the query: `/fhir/Patient?name=x`. */
  readonly path: string;
  readonly body?: string;
}

/** What a test wants to go wrong. */
export interface Fault {
  /** Answers this instead. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Closes the connection without an answer. */
  readonly drop?: true;
  /** Does the work first and then loses, or replaces, the answer. */
  readonly after?: true;
  /** Waits before anything else. */
  readonly delayMs?: number;
}

export interface FhirSandboxOptions {
  /** Database file; `:memory:` (the default) keeps nothing. */
  readonly path?: string;
  /** 0 (the default): any free port. */
  readonly port?: number;
  /** Default `127.0.0.1`: nobody else can reach it. */
  readonly host?: string;
  /** Requests must bring it as `Authorization: Bearer …`. */
  readonly token?: string;
  /** Default 32 MiB, before and after decompression. */
  readonly maxBodyBytes?: number;
  /** Default 500. */
  readonly maxTransactionEntries?: number;
  /** Versions kept of each resource; default 10. */
  readonly historyLimit?: number;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  readonly faults?: (request: FaultRequest) => Fault | undefined;
}

export interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  /** 0: the connection was dropped. */
  readonly status: number;
}

export interface FhirSandbox {
  /** The base address: `http://127.0.0.1:<port>/fhir`. */
  readonly url: string;
  /** Ends all connections and closes the database; a second call waits for the first. */
  close(): Promise<void>;
  /** Living resources straight from the store, by type, then by id (as text). */
  resources(type?: string): readonly FhirResource[];
  /** The last 1,000 requests, oldest first. Paths hold query values: for tests, not for logs. */
  requests(): readonly LoggedRequest[];
}

const MAX_LOGGED = 1000;

/** Starts the server. Rejects when the port is taken or the file is not a database of this version. */
export async function createFhirSandbox(options: FhirSandboxOptions = {}): Promise<FhirSandbox> {
  const { host = '127.0.0.1', historyLimit = 10, maxTransactionEntries = 500, now = Date.now } = options;
  const store = createFhirStore(options.path ?? ':memory:', historyLimit);
  const logged: LoggedRequest[] = [];
  const log = (request: IncomingMessage, status: number): void => {
    logged.push({ method: request.method ?? '', path: request.url ?? '', status });
    if (logged.length > MAX_LOGGED) logged.shift();
  };
  let closed: Promise<void> | undefined;
  const ownBases: string[] = [];
  const rulesFor = (base: string): RouteRules => ({
    store,
    now,
    historyLimit,
    maxTransactionEntries,
    hasToken: options.token !== undefined,
    bases: [base, ...ownBases.filter((each) => each !== base)],
  });
  const server = createServer((request, response) => {
    answer(request, response, options, rulesFor, log).catch(() => response.destroy());
  });
  try {
    await listen(server, options.port ?? 0, host);
  } catch (error) {
    store.close();
    throw error;
  }
  const { port } = server.address() as AddressInfo;
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}/fhir`;
  ownBases.push(...new Set([url, `http://127.0.0.1:${port}/fhir`, `http://localhost:${port}/fhir`]));
  return {
    url,
    resources: (type) =>
      store
        .find(
          type === undefined ? { sql: '1', binds: [] } : { sql: 'r.type = ?', binds: [type] },
          'r.type, r.id',
          -1,
        )
        .map(resourceOf),
    requests: () => logged.slice(),
    close: () => {
      closed ??= new Promise((resolve) => {
        server.close(() => {
          store.close();
          resolve();
        });
        server.closeAllConnections();
      });
      return closed;
    },
  };
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
  options: FhirSandboxOptions,
  rulesFor: (base: string) => RouteRules,
  log: (request: IncomingMessage, status: number) => void,
): Promise<void> {
  const path = request.url ?? '/';
  const [, query = ''] = splitOnce(path, '?');
  const isPretty = /(?:^|&)_pretty=true(?:&|$)/.test(query);
  let body: string | undefined;
  let reply: Reply;
  let fault: Fault | undefined;
  try {
    body = await readBody(request, options.maxBodyBytes ?? 32 * 1024 * 1024);
    fault = options.faults?.({ method: request.method ?? '', path, ...(body === '' ? {} : { body }) });
    if (fault?.delayMs) await new Promise((resolve) => setTimeout(resolve, fault?.delayMs).unref());
    const isReplaced = fault !== undefined && (fault.drop === true || fault.status !== undefined);
    // A test that closed the server while this request waited must not find its work done.
    if (response.destroyed) return;
    const rules = { ...options, host: options.host ?? '127.0.0.1', rulesFor };
    reply = isReplaced && !fault?.after ? { status: 0 } : handleRequest(request, body, rules);
    if (isReplaced) reply = faultReply(fault as Fault);
  } catch (error) {
    // The client went away before it had said everything: nobody is there to answer.
    if (!request.complete) return void response.destroy();
    reply = errorReply(error, request);
  }
  log(request, fault?.drop ? 0 : reply.status);
  if (fault?.drop) response.destroy();
  else sendReply(response, reply, isPretty);
}

function faultReply({ status = 500, headers, body }: Fault): Reply {
  return { status, ...(headers ? { headers } : {}), ...(body === undefined ? {} : { body }) };
}
