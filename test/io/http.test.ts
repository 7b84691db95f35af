/** The HTTP client against servers on loopback: addresses, limits, redirects, credentials. */
import { gunzipSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { EngineError } from '../../engine/errors.ts';
import { createHttp, type HttpOptions } from '../../engine/io/http.ts';
import { engineErrorOf } from '../support/engine-error.ts';
import { type Asked, type Loopback, loopback } from '../support/loopback.ts';

const test = suite('http');
const CODES = {
  unreachable: 'fhir.unreachable',
  foreign: 'fhir.foreign-link',
  tooLarge: 'fhir.invalid-answer',
} as const;

const open: Loopback[] = [];
async function serve(answer: Parameters<typeof loopback>[0]): Promise<Loopback> {
  const server = await loopback(answer);
  open.push(server);
  return server;
}
test.after.each(async () => {
  for (const server of open.splice(0)) await server.close();
});

function client(baseUrl: string, options: Partial<HttpOptions> = {}) {
  return createHttp({ baseUrl, codes: CODES, ...options });
}

test('a base address with and without prefix and slash', async () => {
  const server = await serve((_, response) => response.end('ok'));
  for (const [base, path] of [
    ['', 'metadata'],
    ['/', '/metadata'],
    ['/a/fhir', 'metadata'],
    ['/a/fhir/', 'metadata'],
    ['/a/fhir/?x=1#y', ''],
    ['', ''],
  ]) {
    await client(`${server.url}${base}`).request({ url: path ?? '' });
  }
  assert.equal(
    server.asked.map(({ url }) => url),
    ['/metadata', '/metadata', '/a/fhir/metadata', '/a/fhir/metadata', '/a/fhir', '/'],
  );
});

test('percent-encoded queries arrive as they are', async () => {
  const server = await serve((_, response) => response.end('ok'));
  await client(`${server.url}/r4`).request({ url: "T?identifier=a%7Cb%5C%2Cc%2Bd%26e'f" });
  assert.is(server.asked[0]?.url, '/r4/T?identifier=a%7Cb%5C%2Cc%2Bd%26e%27f');
});

test('status, headers and text of any answer', async () => {
  const server = await serve((_, response) => response.writeHead(418, { ETag: 'W/"1"' }).end('\uFEFFgrün'));
  const answer = await client(server.url).request({ url: 'x?secret=1' });
  assert.is(answer.status, 418);
  assert.is(answer.header('etag'), 'W/"1"');
  assert.is(answer.header('nothing'), undefined);
  assert.is(answer.text(), 'grün');
  assert.is(answer.address, `${server.url}/x`);
});

test('connections are kept', async () => {
  const server = await serve((_, response) => response.end('ok'));
  const http = client(server.url);
  for (let index = 0; index < 3; index++) await http.request({ method: 'POST', url: '', body: '{}' });
  assert.is(new Set(server.asked.map(({ connection }) => connection)).size, 1);
  http.close();
});

test('no answer, and half an answer, within the time', async () => {
  const server = await serve(({ url }, response) => {
    if (url === '/half') response.writeHead(200).write('[');
  });
  for (const url of ['none', 'half']) {
    const error = await engineErrorOf(() => client(server.url, { timeoutMs: 60 }).request({ url }));
    assert.is(error.code, 'fhir.unreachable');
    assert.is(error.message, `GET ${server.url}/${url}: no whole answer within 60 ms`);
  }
});

test('a broken body is no answer', async () => {
  const server = await serve((_, response) => {
    response.writeHead(200, { 'Content-Length': '100' }).write('[1,2');
    setTimeout(() => response.destroy(), 20);
  });
  assert.is((await engineErrorOf(() => client(server.url).request({ url: '' }))).code, 'fhir.unreachable');
});

test('a refused connection', async () => {
  const server = await loopback(() => {});
  await server.close();
  const error = await engineErrorOf(() => client(server.url).request({ url: 'T?name=DOE' }));
  assert.is(error.code, 'fhir.unreachable');
  assert.is(error.message, `GET ${server.url}/T: no answer (ECONNREFUSED)`);
});

test('an answer over the limit', async () => {
  const server = await serve((_, response) => response.end('x'.repeat(1001)));
  const error = await engineErrorOf(() => client(server.url, { maxBytes: 1000 }).request({ url: 'T?a=b' }));
  assert.is(error.code, 'fhir.invalid-answer');
  assert.is(error.message, `GET ${server.url}/T: the answer is larger than 1000 bytes`);
  assert.is((await client(server.url, { maxBytes: 1001 }).request({ url: '' })).bytes.length, 1001);
});

test('cancelled before and while', async () => {
  const server = await serve(() => {});
  const stop = new AbortController();
  const running = engineErrorOf(() => client(server.url, { signal: stop.signal }).request({ url: '' }));
  setTimeout(() => stop.abort(), 30);
  assert.is((await running).message, `GET ${server.url}/: the request was cancelled`);
  const late = await engineErrorOf(() => client(server.url).request({ url: '', signal: stop.signal }));
  assert.is(late.message, `GET ${server.url}/: the request was cancelled`);
  assert.is(server.asked.length, 1);
});

test('redirects of the same origin are followed for GET, and kept as POST by 307 and 308 only', async () => {
  const server = await serve(({ url }, response) => {
    const status = Number(url.slice(1));
    if (status) response.writeHead(status, { Location: '/end' }).end();
    else response.end('end');
  });
  const http = client(server.url);
  for (const status of [301, 302, 303, 307, 308]) {
    assert.is((await http.request({ url: String(status) })).text(), 'end');
  }
  for (const status of [307, 308]) {
    assert.is((await http.request({ method: 'POST', url: String(status), body: 'b' })).text(), 'end');
  }
  assert.equal([server.asked.at(-1)?.method, String(server.asked.at(-1)?.body)], ['POST', 'b']);
  assert.is((await http.request({ method: 'POST', url: '302', body: 'b' })).status, 302);
});

test('a redirect to another origin is refused before anything goes there', async () => {
  const other = await serve((_, response) => response.end('taken'));
  const server = await serve((_, response) =>
    response.writeHead(302, { Location: `${other.url}/?t=secret` }).end(),
  );
  const error = await engineErrorOf(() => client(server.url).request({ url: 'T' }));
  assert.is(error.code, 'fhir.foreign-link');
  assert.is(
    error.message,
    `${server.url}/T redirects to ${other.url}, which is not the configured origin ${server.url}`,
  );
  assert.is(other.asked.length, 0);
});

test('redirects in a circle end', async () => {
  const server = await serve((_, response) => response.writeHead(302, { Location: '/again' }).end());
  const error = await engineErrorOf(() => client(server.url).request({ url: '' }));
  assert.equal(
    [error.code, error.message],
    ['fhir.foreign-link', `${server.url}/ redirects more than 5 times`],
  );
});

test('an absolute address of the same origin is asked, any other is refused', async () => {
  const server = await serve((_, response) => response.end('ok'));
  const http = client(`${server.url}/r4`);
  assert.is((await http.request({ url: `${server.url}/other?page=2` })).text(), 'ok');
  assert.is(server.asked[0]?.url, '/other?page=2');
  for (const url of [
    'http://127.0.0.1:1/x',
    'https://evil.test/r4',
    'file:///etc/passwd',
    'data:text/plain,x',
  ]) {
    assert.is((await engineErrorOf(() => http.request({ url }))).code, 'fhir.foreign-link');
  }
});

test('an address that is none is refused at once, without quoting it', async () => {
  for (const base of ['fhir.example.org', 'ftp://user:hush@host/', '']) {
    const error: EngineError = await engineErrorOf(() => client(base));
    assert.is(error.message, 'the configured address is not an http or https address');
  }
});

test('userinfo in the base address becomes a header and leaves the address', async () => {
  const server = await serve((_, response) => response.writeHead(500).end());
  const http = client(server.url.replace('//', '//us%65r:p%40ss@'));
  const answer = await http.request({ url: 'T' });
  assert.is(
    server.asked[0]?.headers['authorization'],
    `Basic ${Buffer.from('user:p@ss').toString('base64')}`,
  );
  assert.equal([http.baseUrl, answer.address], [server.url, `${server.url}/T`]);
});

test('after 401 a new header is tried once', async () => {
  const server = await serve(({ headers }, response) =>
    response.writeHead(headers['authorization'] === 'Bearer 2' ? 200 : 401).end(),
  );
  const auth = (tokens: string[]) => ({
    header: async () => `Bearer ${tokens[0]}`,
    refused: (header: string) =>
      header === `Bearer ${tokens[0]}` && tokens.length > 1 && Boolean(tokens.shift()),
  });
  const status = async (tokens: string[]) =>
    (await client(server.url, { auth: auth(tokens) }).request({ url: '' })).status;
  assert.is(await status(['1', '2']), 200);
  assert.is(await status(['1']), 401);
  assert.is(await status(['0', '1', '2']), 401);
  assert.equal(
    server.asked.map(({ headers }) => headers['authorization']),
    ['Bearer 1', 'Bearer 2', 'Bearer 1', 'Bearer 0', 'Bearer 1'],
  );
});

test('bodies are compressed only when asked, and above 1 KiB', async () => {
  const server = await serve((_, response) => response.end());
  const body = 'ä'.repeat(600);
  await client(server.url).request({ method: 'POST', url: '', body });
  await client(server.url, { gzipRequests: true }).request({ method: 'POST', url: '', body });
  await client(server.url, { gzipRequests: true }).request({ method: 'POST', url: '', body: 'short' });
  const [plain, packed, short] = server.asked as [Asked, Asked, Asked];
  assert.equal([plain.headers['content-encoding'], String(plain.body)], [undefined, body]);
  assert.equal([packed.headers['content-encoding'], String(gunzipSync(packed.body))], ['gzip', body]);
  assert.equal([short.headers['content-encoding'], String(short.body)], [undefined, 'short']);
});

test.run();
