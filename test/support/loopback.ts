/**
 * A small HTTP server on loopback for tests: what it was asked comes out as plain records, what it answers is decided per
 * request. It ends with `close`.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  /** Port of the other end: equal for requests over one connection. */
  readonly connection: number | undefined;
}

export interface Loopback {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  readonly asked: readonly Asked[];
  close(): Promise<void>;
}

export async function loopback(answer: (asked: Asked, response: ServerResponse) => void): Promise<Loopback> {
  const asked: Asked[] = [];
  const server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method = '', url = '', headers } = request;
    const record = {
      method,
      url,
      headers,
      body: Buffer.concat(chunks),
      connection: request.socket.remotePort,
    };
    asked.push(record);
    answer(record, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
