/**
 * The way between node:http and plain data: reads a request's body within the limit (also gzip), decides what the client accepts,
 * and writes a reply. Knows nothing of resources.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { gunzip } from 'node:zlib';
import { type Refusal, refusal } from './fhir-outcome.ts';

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A resource, or the text of a page. */
  readonly body?: object | string;
}

/**
 * The body as text, at most `limit` bytes before and after decompression. Refuses with 413, 415 (unknown Content-Encoding) or 400 (broken
 * gzip, not UTF-8). Reads on to the end of what is too long, within reason, since a client that is still sending hears no answer.
 */
export async function readBody(request: IncomingMessage, limit: number): Promise<string> {
  const encoding = (request.headers['content-encoding'] ?? 'identity').toLowerCase();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= limit) chunks.push(chunk);
    else if (size > 8 * limit + 1_000_000) break;
    else chunks.length = 0;
  }
  if (size > limit) throw tooLarge(limit);
  if (encoding !== 'identity' && encoding !== 'gzip') {
    throw refusal(415, 'not-supported', 'the Content-Encoding must be gzip or none');
  }
  const bytes = Buffer.concat(chunks);
  return decodeUtf8(encoding === 'gzip' && bytes.length > 0 ? await decompress(bytes, limit) : bytes);
}

function decompress(bytes: Buffer, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    gunzip(bytes, { maxOutputLength: limit }, (error, result) => {
      if (!error) resolve(result);
      else if ('code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') reject(tooLarge(limit));
      else reject(refusal(400, 'structure', 'the body is no gzip'));
    });
  });
}

function tooLarge(limit: number): Refusal {
  return refusal(413, 'too-long', `the body is longer than ${limit} bytes`);
}

function decodeUtf8(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw refusal(400, 'structure', 'the body is not UTF-8');
  }
}

/** Refuses (415) a Content-Type other than those, a charset other than UTF-8, and another FHIR version. */
export function checkContentType(header: string | undefined, accepted: readonly string[]): void {
  const [type = '', ...parameters] = (header ?? '')
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  const isForeign = parameters.some(
    (parameter) =>
      (parameter.startsWith('charset=') && !/^charset="?utf-?8"?$/.test(parameter)) ||
      (parameter.startsWith('fhirversion=') && !/^fhirversion="?4\.0"?$/.test(parameter)),
  );
  if (!accepted.includes(type) || isForeign) {
    throw refusal(415, 'not-supported', `the Content-Type must be ${accepted[0]}, in UTF-8`);
  }
}

/** What to answer with, by `_format` before Accept (R4 http.html#mime-type). Refuses (406) what is neither JSON nor HTML. */
export function acceptedFormat(accept: string | undefined, format: string | undefined): 'json' | 'html' {
  const wanted = format ?? accept ?? '*/*';
  const types = wanted
    .toLowerCase()
    .split(',')
    .map((part) => (part.split(';')[0] ?? '').trim());
  for (const type of types) {
    if (type === 'text/html' || type === 'html') return 'html';
    if (['json', 'application/json', 'application/fhir+json', 'application/*', '*/*'].includes(type))
      return 'json';
  }
  throw refusal(406, 'not-supported', 'answers are application/fhir+json');
}

/** `Prefer: return=minimal, handling=strict` → the value of one preference (RFC 7240). */
export function preference(header: string | readonly string[] | undefined, name: string): string | undefined {
  const parts = [header ?? ''].flat().join(',').split(/[,;]/);
  for (const part of parts) {
    const [key = '', value = ''] = part.split('=').map((text) => text.trim());
    if (key.toLowerCase() === name) return value.replace(/^"|"$/g, '');
  }
  return undefined;
}

/** The body of a reply as it is sent; undefined for none. */
export function replyBytes({ body }: Reply, isPretty = false): Buffer | undefined {
  if (body === undefined) return undefined;
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body, null, isPretty ? 2 : undefined));
}

/** Writes the reply and ends the response. */
export function sendReply(response: ServerResponse, reply: Reply, isPretty: boolean): void {
  const isText = typeof reply.body === 'string';
  const bytes = replyBytes(reply, isPretty);
  response.writeHead(reply.status, {
    ...(bytes && !isText ? { 'content-type': 'application/fhir+json; charset=utf-8' } : {}),
    // Nobody on the way may answer a search in our place, or keep what it held.
    'cache-control': 'no-store',
    ...reply.headers,
    // 204 and 304 have no body, and no length either (RFC 9110 8.6).
    ...(bytes
      ? { 'content-length': String(bytes.length) }
      : reply.status === 204 || reply.status === 304
        ? {}
        : { 'content-length': '0' }),
  });
  response.end(bytes);
}
