/**
 * One HTTP client per service, and the owner of node-fetch: a request goes in, a whole answer within time and size limits
 * comes out, of any status. A credential goes to the configured origin only, and no message holds one or a query value.
 */
import http from 'node:http';
import https from 'node:https';
import { gzipSync } from 'node:zlib';
import fetch, { FetchError } from 'node-fetch';
import { EngineError, type ErrorCode } from '../errors.ts';

/** Which codes the failures of one service have. */
export interface HttpCodes {
  /** No answer: refused connections, time-outs, broken bodies, TLS failures. */
  readonly unreachable: ErrorCode;
  /** A link or redirect to another origin, and redirects without end. */
  readonly foreign: ErrorCode;
  /** The answer is larger than `maxBytes`. */
  readonly tooLarge: ErrorCode;
}

/** Where the credentials of a service come from; tokens.ts makes it. */
export interface Authorization {
  /** The value of the Authorization header; undefined for none. Throws auth.token or auth.unreachable. */
  header(): Promise<string | undefined>;
  /** Told that the service answered 401 to `header`. True when asking again with a new header can help. */
  refused(header: string): boolean;
}

export interface HttpOptions {
  /** With or without a path prefix, with or without a slash at its end; its query and fragment are not used. */
  readonly baseUrl: string;
  readonly codes: HttpCodes;
  readonly auth?: Authorization;
  /** Milliseconds for one request with its answer; 100 s by default, as long as the slowest servers allow a bundle. */
  readonly timeoutMs?: number;
  /** Bytes of an answer after decompression; 256 MiB by default. */
  readonly maxBytes?: number;
  /** Sends bodies above 1 KiB compressed. Off by default: several servers cannot read them. */
  readonly gzipRequests?: boolean;
  /** Aborts all requests of this client. */
  readonly signal?: AbortSignal;
}

export interface HttpRequest {
  readonly method?: 'GET' | 'POST';
  /** Relative to the base address (`metadata`, `Type?name=value`, empty for the base itself), or an absolute address. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Bytes of the answer, where they are fewer than those of the client. */
  readonly maxBytes?: number;
  readonly signal?: AbortSignal;
}

export interface HttpAnswer {
  readonly status: number;
  /** What was asked, without userinfo and query: fit for messages. */
  readonly address: string;
  /** The absolute address that answered, for links relative to it. Not for messages. */
  readonly url: string;
  header(name: string): string | undefined;
  readonly bytes: Uint8Array;
  /** The body as UTF-8, without byte order mark. */
  text(): string;
}

export interface Http {
  /** Without slash at the end, without userinfo, query and fragment. */
  readonly baseUrl: string;
  /** Throws EngineError with one of `codes`, or what `auth` throws; every status is an answer, not an error. */
  request(request: HttpRequest): Promise<HttpAnswer>;
  /** Closes idle connections. */
  close(): void;
}

const MAX_REDIRECTS = 5;
const GZIP_FROM_BYTES = 1024;

/** Makes a client for one service. Throws EngineError `codes.foreign` for a base address that is not http or https. */
export function createHttp(options: HttpOptions): Http {
  const { codes, auth } = options;
  const base = readBase(options.baseUrl, codes);
  const agents = {
    'http:': new http.Agent({ keepAlive: true }),
    'https:': new https.Agent({ keepAlive: true }),
  };
  const limits = {
    timeoutMs: options.timeoutMs ?? 100_000,
    maxBytes: options.maxBytes ?? 256 * 1024 * 1024,
    agent: (url: URL) => agents[url.protocol as keyof typeof agents],
    codes,
    signal: options.signal,
  };

  /** Follows redirects of the same origin. */
  async function send(
    first: URL,
    request: HttpRequest,
    headers: Record<string, string>,
  ): Promise<HttpAnswer> {
    let url = first;
    const body =
      request.body !== undefined && options.gzipRequests ? compress(request.body, headers) : request.body;
    for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
      const answer = await exchange(url, { ...request, headers, body }, limits);
      const target = redirectOf(answer, request.method ?? 'GET');
      if (target === undefined) return answer;
      url = sameOrigin(target, url, base.origin, codes, `${answer.address} redirects`);
    }
    throw new EngineError(codes.foreign, `${addressOf(first)} redirects more than ${MAX_REDIRECTS} times`);
  }

  return {
    baseUrl: base.url,
    async request(request) {
      const url = locate(request.url, base, codes);
      const attempt = async () => {
        const authorization = (await auth?.header()) ?? base.userinfo;
        const headers = { 'User-Agent': 'dicomcast', ...request.headers };
        const answer = await send(
          url,
          request,
          authorization ? { ...headers, Authorization: authorization } : headers,
        );
        return { answer, authorization };
      };
      const { answer, authorization } = await attempt();
      // A token may be withdrawn before its time; one new token settles it, a second 401 is the answer.
      if (answer.status === 401 && authorization && auth?.refused(authorization))
        return (await attempt()).answer;
      return answer;
    },
    close() {
      agents['http:'].destroy();
      agents['https:'].destroy();
    },
  };
}

interface Base {
  readonly url: string;
  readonly origin: string;
  /** Basic credentials out of `https://user:password@host`; they never stay in an address. */
  readonly userinfo?: string;
}

function readBase(text: string, codes: HttpCodes): Base {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new EngineError(codes.foreign, 'the configured address is not an http or https address');
  }
  const userinfo =
    url.username || url.password
      ? basicHeader(decodeUserinfo(url.username), decodeUserinfo(url.password))
      : undefined;
  return { url: `${url.origin}${url.pathname.replace(/\/+$/, '')}`, origin: url.origin, userinfo };
}

function decodeUserinfo(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The value of an Authorization header (RFC 7617). */
export function basicHeader(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
}

function locate(text: string, base: Base, codes: HttpCodes): URL {
  if (/^[a-z][a-z0-9+.-]*:/i.test(text)) {
    return sameOrigin(text, undefined, base.origin, codes, 'the request goes');
  }
  // Joined as text: resolving would drop the path prefix of the base, or its last segment.
  return new URL(text === '' ? base.url : `${base.url}/${text.replace(/^\/+/, '')}`);
}

function sameOrigin(
  text: string,
  from: URL | undefined,
  origin: string,
  codes: HttpCodes,
  what: string,
): URL {
  const url = URL.canParse(text, from?.href) ? new URL(text, from?.href) : undefined;
  if (url?.origin === origin) {
    url.username = '';
    url.password = '';
    return url;
  }
  const other = url && /^https?:$/.test(url.protocol) ? url.origin : 'what is no http address';
  throw new EngineError(codes.foreign, `${what} to ${other}, which is not the configured origin ${origin}`);
}

/** Only redirects that keep the method are followed: a transaction must not turn into a GET. */
function redirectOf(answer: HttpAnswer, method: string): string | undefined {
  const isFollowed = method === 'GET' ? [301, 302, 303, 307, 308] : [307, 308];
  return isFollowed.includes(answer.status) ? answer.header('location') : undefined;
}

function compress(body: string, headers: Record<string, string>): Buffer | string {
  if (Buffer.byteLength(body) < GZIP_FROM_BYTES) return body;
  headers['Content-Encoding'] = 'gzip';
  return gzipSync(body, { level: 1 });
}

interface Limits {
  readonly timeoutMs: number;
  readonly maxBytes: number;
  readonly agent: (url: URL) => http.Agent;
  readonly codes: HttpCodes;
  readonly signal?: AbortSignal;
}

async function exchange(
  url: URL,
  request: Omit<HttpRequest, 'body'> & { readonly body?: string | Buffer },
  limits: Limits,
): Promise<HttpAnswer> {
  const { method = 'GET', headers, body } = request;
  const address = addressOf(url);
  const stop = new AbortController();
  let reason = '';
  const abort = (why: string) => {
    reason = why;
    stop.abort();
  };
  const timer = setTimeout(abort, limits.timeoutMs, `no whole answer within ${limits.timeoutMs} ms`);
  const cancel = () => abort('the request was cancelled');
  // Listeners are taken off again: the engine's own signal lives as long as the process.
  const signals = [limits.signal, request.signal].filter((signal) => signal !== undefined);
  for (const signal of signals) {
    if (signal.aborted) cancel();
    else signal.addEventListener('abort', cancel, { once: true });
  }
  try {
    const { agent } = limits;
    const size = request.maxBytes ?? limits.maxBytes;
    const response = await fetch(url.href, {
      method,
      headers,
      body,
      agent,
      size,
      redirect: 'manual',
      signal: stop.signal,
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    return {
      status: response.status,
      address,
      url: url.href,
      header: (name) => response.headers.get(name) ?? undefined,
      bytes,
      text: () => new TextDecoder().decode(bytes),
    };
  } catch (error) {
    if (error instanceof FetchError && error.type === 'max-size') {
      throw new EngineError(
        limits.codes.tooLarge,
        `${method} ${address}: the answer is larger than ${request.maxBytes ?? limits.maxBytes} bytes`,
      );
    }
    throw new EngineError(limits.codes.unreachable, `${method} ${address}: ${reason || reasonOf(error)}`);
  } finally {
    clearTimeout(timer);
    for (const signal of signals) signal.removeEventListener('abort', cancel);
  }
}

/** The code of a system error; its message would name the whole address, with the query. */
function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^[A-Z0-9_]{1,60}$/.test(code) ? `no answer (${code})` : 'no answer';
}

/** Origin and path: without userinfo, query and fragment. */
function addressOf(url: URL): string {
  return `${url.origin}${url.pathname}`;
}

/**
 * Milliseconds that an answer asks to wait: `x-ms-retry-after-ms`, else Retry-After as seconds or date (RFC 9110 10.2.3);
 * undefined without either. `now` is milliseconds since 1970, used where the answer has no Date.
 */
function retryAfterOf(answer: Pick<HttpAnswer, 'header'>, now: number): number | undefined {
  const exact = Number(answer.header('x-ms-retry-after-ms')?.trim() || Number.NaN);
  if (Number.isFinite(exact)) return Math.max(0, exact);
  const text = answer.header('retry-after')?.trim();
  if (!text) return undefined;
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  const from = Date.parse(answer.header('date') ?? '');
  return Number.isNaN(date) ? undefined : Math.max(0, date - (Number.isNaN(from) ? now : from));
}

/** `{ retryAfter }` for the details of an error, or nothing. */
export function waitDetails(
  answer: Pick<HttpAnswer, 'header'>,
  now: number,
): { readonly retryAfter?: number } {
  const retryAfter = retryAfterOf(answer, now);
  return retryAfter === undefined ? {} : { retryAfter };
}

export function isSuccess(status: number): boolean {
  return status >= 200 && status <= 299;
}
