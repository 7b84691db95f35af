/**
 * A FHIR R4 server on loopback, over node:http and node:sqlite: for first runs, demos, and as the test double of the suite. Requests come in
 * over HTTP; whatever goes wrong comes back as an OperationOutcome. It says in `metadata` what it does not do.
 */
import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FhirResource } from '../fhir/resource.ts';
import { acceptedFormat, preference, type Reply, readBody, sendReply } from './fhir-http.ts';
import { isRefusal, outcomeOf, refusal } from './fhir-outcome.ts';
import { errorPage, PAGE_HEADERS } from './fhir-page.ts';
import { parseQuery } from './fhir-query.ts';
import { type FhirRequest, type RouteRules, route } from './fhir-routes.ts';
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
    reply = isReplaced && !fault?.after ? { status: 0 } : handle(request, body, options, rulesFor);
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

/** Everything between a request that was read and its reply; synchronous. Refusals of the work become replies here. */
function handle(
  request: IncomingMessage,
  body: string,
  options: FhirSandboxOptions,
  rulesFor: (base: string) => RouteRules,
): Reply {
  try {
    const host = checkHost(request, options.host ?? '127.0.0.1');
    checkToken(request, options.token);
    const [path, query = ''] = splitOnce(request.url ?? '/', '?');
    const segments = path.split('/').slice(1).map(decodeSegment);
    const isStart = segments.length === 1 && segments[0] === '';
    if (!isStart && segments.shift() !== 'fhir')
      throw refusal(404, 'not-found', 'the base address ends with /fhir');
    if (segments.at(-1) === '') segments.pop();
    // HEAD is GET whose body node:http keeps back (RFC 9110 9.3.2).
    const method = request.method === 'HEAD' ? 'GET' : (request.method ?? '');
    const prefer = request.headers['prefer'];
    const fhirRequest: FhirRequest = {
      method,
      path: segments,
      query,
      headers: request.headers as Readonly<Record<string, string | undefined>>,
      body,
      format: isStart ? 'html' : formatOf(request, query),
      returns: preference(prefer, 'return'),
      isStrict: preference(prefer, 'handling') === 'strict',
    };
    return route(rulesFor(`http://${host}/fhir`), fhirRequest);
  } catch (error) {
    return errorReply(error, request);
  }
}

function formatOf(request: IncomingMessage, query: string): 'json' | 'html' {
  const format = parseQuery(query).find(([name]) => name === '_format')?.[1];
  return acceptedFormat(request.headers.accept, format);
}

/**
 * The Host of the request, for links. A server on loopback answers to loopback names only: a page in a browser must not
 * reach it under a name of its own that it lets point here (DNS rebinding).
 */
function checkHost(request: IncomingMessage, boundTo: string): string {
  const host = request.headers.host ?? '';
  const isPlain = /^(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(?::\d+)?$/.test(host);
  const name = host.replace(/:\d+$/, '').toLowerCase();
  const isOnLoopback = ['127.0.0.1', 'localhost', '::1'].includes(boundTo);
  if (!isPlain || (isOnLoopback && !['127.0.0.1', 'localhost', '[::1]'].includes(name))) {
    throw refusal(421, 'security', 'this server answers to loopback names only');
  }
  return host;
}

function checkToken(request: IncomingMessage, token: string | undefined): void {
  if (token === undefined) return;
  const given = Buffer.from(request.headers.authorization ?? '');
  const wanted = Buffer.from(`Bearer ${token}`);
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) {
    throw Object.assign(refusal(401, 'login', 'a valid bearer token is needed'), {
      headers: { 'www-authenticate': 'Bearer' },
    });
  }
}

function errorReply(error: unknown, request: IncomingMessage): Reply {
  // What is not a refusal is a fault of the sandbox itself; its text may quote a value and stays here.
  const known = isRefusal(error)
    ? error
    : refusal(500, 'exception', 'the sandbox failed; this is a fault of its own');
  const headers = 'headers' in known ? (known.headers as Record<string, string>) : {};
  const isPage = request.method === 'GET' && (request.headers.accept ?? '').startsWith('text/html');
  return isPage
    ? {
        status: known.status,
        headers: { ...PAGE_HEADERS, ...headers },
        body: errorPage(
          known.status,
          known.issues.map(({ diagnostics }) => diagnostics),
        ),
      }
    : { status: known.status, headers, body: outcomeOf(known.issues) };
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw refusal(400, 'invalid', 'the address is not valid percent-encoded UTF-8');
  }
}

function splitOnce(text: string, separator: string): readonly [string, string?] {
  const index = text.indexOf(separator);
  return index < 0 ? [text] : [text.slice(0, index), text.slice(index + 1)];
}
