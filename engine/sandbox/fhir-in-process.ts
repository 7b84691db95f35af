/**
 * The FHIR sandbox without a network: requests of the engine's own client come in through its Http port and are answered from
 * a store in memory, by the same code as over loopback. For mapping tests.
 */
import type { FhirResource } from '../fhir/resource.ts';
import type { Http, HttpRequest } from '../io/http.ts';
import { handleRequest } from './fhir-handler.ts';
import { type Reply, replyBytes } from './fhir-http.ts';
import type { RouteRules } from './fhir-routes.ts';
import { createFhirStore, resourceOf } from './fhir-store.ts';

export interface InProcessFhir {
  readonly http: Http;
  /** Living resources, by type, then in the order in which they were made. */
  resources(): readonly FhirResource[];
  /** Transactions that were posted and accepted since the last call, as they were sent, oldest first. */
  takeAccepted(): readonly string[];
  close(): void;
}

const HOST = '127.0.0.1';
const BASE = `http://${HOST}/fhir`;

/** `now` is milliseconds since 1970: what the server takes for the time. */
export function createInProcessFhir({ now }: { readonly now: () => number }): InProcessFhir {
  const historyLimit = 2;
  const store = createFhirStore(':memory:', historyLimit);
  const rules: RouteRules = {
    store,
    now,
    historyLimit,
    maxTransactionEntries: Number.MAX_SAFE_INTEGER,
    hasToken: false,
    bases: [BASE],
  };
  let accepted: string[] = [];
  const answer = ({ method = 'GET', url, headers = {}, body = '' }: HttpRequest): Reply => {
    const { pathname, search } = new URL(addressOf(url));
    const lowered = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
    const head = {
      method,
      url: `${pathname}${search}`,
      headers: { host: HOST, ...Object.fromEntries(lowered) },
    };
    return handleRequest(head, body, { host: HOST, rulesFor: () => rules });
  };
  return {
    http: {
      baseUrl: BASE,
      async request(request) {
        const reply = answer(request);
        if (request.method === 'POST' && request.url === '' && reply.status === 200)
          accepted.push(request.body ?? '');
        const bytes = replyBytes(reply) ?? new Uint8Array();
        return {
          status: reply.status,
          address: BASE,
          url: addressOf(request.url),
          header: (name) => reply.headers?.[name.toLowerCase()],
          bytes,
          text: () => new TextDecoder().decode(bytes),
        };
      },
      close: () => undefined,
    },
    resources: () => store.find({ sql: '1', binds: [] }, 'r.type, r.number', -1).map(resourceOf),
    takeAccepted() {
      const taken = accepted;
      accepted = [];
      return taken;
    },
    close: () => store.close(),
  };
}

/** As the client joins an address with its base. */
function addressOf(url: string): string {
  if (/^https?:/i.test(url)) return url;
  return url === '' ? BASE : `${BASE}/${url}`;
}
