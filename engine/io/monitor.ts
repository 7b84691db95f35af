/**
 * A listener for those who watch the engine: GET requests come in, metrics and what is followed go out. It takes no bodies, knows
 * three addresses, and has nothing of a resource to give away.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface MonitorOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly contentType: string;
  metrics(): Promise<string>;
  /** What is followed; `isReady` is told by the status, 200 or 503. */
  readiness(): { readonly isReady: boolean; readonly body: object };
}

export interface Monitor {
  /** `http://127.0.0.1:9464` */
  readonly url: string;
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

const PLAIN = 'text/plain; charset=utf-8';

/** Rejects with the error of the socket where the port is taken or the host is not of this machine. */
export async function startMonitor(options: MonitorOptions): Promise<Monitor> {
  const { host, port, contentType } = options;
  const answer = async (path: string): Promise<Answer> => {
    if (path === '/livez') return { status: 200, type: PLAIN, body: 'ok\n' };
    if (path === '/metrics') return { status: 200, type: contentType, body: await options.metrics() };
    if (path !== '/readyz') return { status: 404, type: PLAIN, body: '/metrics, /livez or /readyz\n' };
    const { isReady, body } = options.readiness();
    return { status: isReady ? 200 : 503, type: 'application/json', body: `${JSON.stringify(body)}\n` };
  };
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 5000 }, (request, response) => {
    const send = ({ status, type, body }: Answer): void => {
      response.writeHead(status, { 'Content-Type': type, 'Cache-Control': 'no-store' });
      response.end(request.method === 'HEAD' ? '' : body);
    };
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return send({ status: 405, type: PLAIN, body: 'GET only\n' });
    answer(new URL(request.url ?? '/', 'http://monitor').pathname).then(send, () =>
      // Whatever is wrong with the state file, the engine says it itself.
      send({ status: 500, type: PLAIN, body: 'the metrics could not be read\n' }),
    );
  });
  server.maxConnections = 32;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, resolve);
  });
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${taken}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
