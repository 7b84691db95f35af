/**
 * Between a request that was read and its reply: host, token, path, preferences; then what the address means. Synchronous, and
 * knows no socket, so that the server on loopback and the one inside a process answer alike.
 */
import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { acceptedFormat, preference, type Reply } from './fhir-http.ts';
import { isRefusal, outcomeOf, refusal } from './fhir-outcome.ts';
import { errorPage, PAGE_HEADERS } from './fhir-page.ts';
import { parseQuery } from './fhir-query.ts';
import { type FhirRequest, type RouteRules, route } from './fhir-routes.ts';

/** Method, path with query, and headers with names in lower case. */
export type RequestHead = Pick<IncomingMessage, 'method' | 'url' | 'headers'>;

export interface HandlerRules {
  /** The address that the server is bound to. */
  readonly host: string;
  /** Requests must bring it as `Authorization: Bearer …`. */
  readonly token?: string;
  /** `base` is the address under which the request came. */
  rulesFor(base: string): RouteRules;
}

/** The reply to one request; refusals of the work become replies here. */
export function handleRequest(request: RequestHead, body: string, rules: HandlerRules): Reply {
  try {
    const host = checkHost(request, rules.host);
    checkToken(request, rules.token);
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
    return route(rules.rulesFor(`http://${host}/fhir`), fhirRequest);
  } catch (error) {
    return errorReply(error, request);
  }
}

function formatOf(request: RequestHead, query: string): 'json' | 'html' {
  const format = parseQuery(query).find(([name]) => name === '_format')?.[1];
  return acceptedFormat(request.headers.accept, format);
}

/**
 * The Host of the request, for links. A server on loopback answers to loopback names only: a page in a browser must not
 * reach it under a name of its own that it lets point here (DNS rebinding).
 */
function checkHost(request: RequestHead, boundTo: string): string {
  const host = request.headers.host ?? '';
  const isPlain = /^(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(?::\d+)?$/.test(host);
  const name = host.replace(/:\d+$/, '').toLowerCase();
  const isOnLoopback = ['127.0.0.1', 'localhost', '::1'].includes(boundTo);
  if (!isPlain || (isOnLoopback && !['127.0.0.1', 'localhost', '[::1]'].includes(name))) {
    throw refusal(421, 'security', 'this server answers to loopback names only');
  }
  return host;
}

function checkToken(request: RequestHead, token: string | undefined): void {
  if (token === undefined) return;
  const given = Buffer.from(request.headers.authorization ?? '');
  const wanted = Buffer.from(`Bearer ${token}`);
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) {
    throw Object.assign(refusal(401, 'login', 'a valid bearer token is needed'), {
      headers: { 'www-authenticate': 'Bearer' },
    });
  }
}

/** What a failure is answered with. What is not a refusal is a fault of the sandbox itself; its text may quote a value and stays here. */
export function errorReply(error: unknown, request: RequestHead): Reply {
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

/** The parts before and behind the first separator. */
export function splitOnce(text: string, separator: string): readonly [string, string?] {
  const index = text.indexOf(separator);
  return index < 0 ? [text] : [text.slice(0, index), text.slice(index + 1)];
}
