/**
 * A canary in every credential, query value, body and header that goes out or comes in: whatever fails, neither the error nor
 * its log line shows it.
 */
import { inspect } from 'node:util';
import nock from 'nock';
import { suite } from 'uvu';
import type { TransactionBundle } from '../../engine/fhir/resource.ts';
import { createChangeFeed, FEED_HTTP_CODES } from '../../engine/io/change-feed.ts';
import { createFhirServer, FHIR_HTTP_CODES } from '../../engine/io/fhir-server.ts';
import { createHttp } from '../../engine/io/http.ts';
import { createLog } from '../../engine/io/log.ts';
import { type AuthConfig, createAuthorization } from '../../engine/io/tokens.ts';
import { engineErrorOf } from '../support/engine-error.ts';

const test = suite('secrets');
test.before(() => nock.disableNetConnect());
test.after.each(() => nock.cleanAll());
test.after(() => nock.enableNetConnect());

const CANARY = 'cAnArY';
const LOGIN = 'https://login.test';
const SERVICE = `https://user:${CANARY}@service.test/base?sig=${CANARY}`;

const AUTH: Readonly<Record<string, AuthConfig>> = {
  none: { type: 'none' },
  bearer: { type: 'bearer', token: CANARY },
  basic: { type: 'basic', username: CANARY, password: CANARY },
  client: {
    type: 'client-credentials',
    tokenUrl: `${LOGIN}/token?code=${CANARY}`,
    clientId: CANARY,
    clientSecret: CANARY,
    scope: CANARY,
  },
  identity: {
    type: 'managed-identity',
    resource: CANARY,
    clientId: CANARY,
    endpoint: `${LOGIN}/token?x=${CANARY}`,
  },
};

/** Which words of an outcome are codes and may be told is for test/fhir/outcome.test.ts. */
const BODY = {
  resourceType: 'OperationOutcome',
  issue: [
    {
      severity: 'error',
      code: `${CANARY} ^`,
      details: { text: CANARY },
      diagnostics: CANARY,
      expression: [CANARY],
      location: [`Patient.${CANARY}`],
    },
  ],
};
/** What a server, or the way to it, can do. */
const ANSWERS: Readonly<Record<string, (interceptor: nock.Interceptor) => nock.Scope>> = {
  'network error': (one) => one.replyWithError(Object.assign(new Error(CANARY), { code: 'ECONNRESET' })),
  'error without code': (one) => one.replyWithError(new Error(CANARY)),
  'error with odd code': (one) => one.replyWithError(Object.assign(new Error(CANARY), { code: CANARY })),
  'foreign redirect': (one) =>
    one.reply(302, CANARY, { Location: `https://u:${CANARY}@evil.test/${CANARY}?${CANARY}` }),
  'broken redirect': (one) => one.reply(307, CANARY, { Location: `https://[${CANARY}` }),
  'redirect in a circle': (one) => one.reply(307, CANARY, { Location: `/base?x=${CANARY}` }),
  'not JSON': (one) => one.reply(200, `{"${CANARY}": ${CANARY}`, { 'Content-Type': 'application/json' }),
  'a page': (one) => one.reply(200, `<html>${CANARY}`),
  'other JSON': (one) =>
    one.reply(200, { [CANARY]: CANARY, error: CANARY, resourceType: 'Patient', id: CANARY }),
  'a text': (one) => one.reply(200, JSON.stringify(CANARY)),
  'a list': (one) => one.reply(200, [{ sequence: 1, action: `${CANARY} `, [CANARY]: CANARY }, CANARY]),
  'a bundle': (one) =>
    one.reply(200, {
      resourceType: 'Bundle',
      link: [{ relation: 'next', url: `https://evil.test/${CANARY}` }],
      entry: [{ response: { status: CANARY, outcome: BODY } }],
    }),
  'a foreign capability': (one) =>
    one.reply(200, { resourceType: 'CapabilityStatement', fhirVersion: `${CANARY} ` }),
  ...Object.fromEntries(
    [400, 401, 403, 404, 408, 409, 410, 412, 413, 422, 429, 500, 503].map((status) => [
      String(status),
      (one: nock.Interceptor) =>
        one.reply(status, { ...BODY, error: CANARY, error_description: CANARY }, { 'Retry-After': CANARY }),
    ]),
  ),
};

const BUNDLE: TransactionBundle = {
  resourceType: 'Bundle',
  type: 'transaction',
  entry: [
    {
      resource: { resourceType: 'Patient', identifier: [{ value: CANARY }] },
      request: { method: 'POST', url: 'Patient', ifNoneExist: `identifier=%7C${CANARY}` },
    },
  ],
};
const options = { now: () => 0 };
const fhirServer = (auth: AuthConfig) =>
  createFhirServer({
    http: createHttp({ baseUrl: SERVICE, codes: FHIR_HTTP_CODES, auth: createAuthorization(auth, options) }),
    fhirVersion: '4.0',
    ...options,
  });
const feed = (auth: AuthConfig, apiVersion: 'v1' | 'v2') =>
  createChangeFeed({
    http: createHttp({ baseUrl: SERVICE, codes: FEED_HTTP_CODES, auth: createAuthorization(auth, options) }),
    apiVersion,
    ignoreJsonParsingErrors: false,
    ...options,
  });
const WORK: Readonly<Record<string, (auth: AuthConfig) => Promise<unknown>>> = {
  capability: (auth) => fhirServer(auth).capability(),
  search: (auth) => fhirServer(auth).search('Patient', [{ name: 'identifier', token: [{ value: CANARY }] }]),
  transaction: (auth) => fhirServer(auth).transact(BUNDLE),
  'feed v1': (auth) => feed(auth, 'v1').page({ sequence: 0 }, 10),
  'feed v2': (auth) =>
    feed(auth, 'v2').page({ sequence: 1, top: '2024-01-01T00:00:00.0000000Z', given: '1' }, 10),
};

const any = (origin: string, answer: (one: nock.Interceptor) => nock.Scope) => {
  for (const method of ['GET', 'POST']) answer(nock(origin).persist().intercept(/.*/, method));
};

async function checkSilence(where: string, work: () => Promise<unknown>): Promise<void> {
  const error = await engineErrorOf(work).catch((reason: unknown) => {
    throw new Error(`${where}: ${String(reason)}`);
  });
  const lines: string[] = [];
  createLog({ level: 'debug', destination: { write: (line) => lines.push(line) } }).error('failed', {
    error,
  });
  for (const text of [error.message, inspect(error, { depth: 10 }), JSON.stringify(error), ...lines]) {
    if (text.includes(CANARY)) throw new Error(`${where}: the canary sings in ${text}`);
  }
}

for (const [did, answer] of Object.entries(ANSWERS)) {
  test(`the service: ${did}`, async () => {
    any('https://service.test', answer);
    nock(LOGIN).persist().get(/.*/).reply(200, { access_token: CANARY });
    nock(LOGIN).persist().post(/.*/).reply(200, { access_token: CANARY });
    for (const [kind, auth] of Object.entries(AUTH)) {
      for (const [name, work] of Object.entries(WORK)) {
        await checkSilence(`${name} with ${kind}`, () => work(auth));
      }
    }
  });

  test(`the token endpoint: ${did}`, async () => {
    any(LOGIN, answer);
    for (const kind of ['client', 'identity']) {
      await checkSilence(kind, () => createAuthorization(AUTH[kind] ?? { type: 'none' }, options).header());
    }
  });
}

test('what cannot be configured', async () => {
  const codes = FHIR_HTTP_CODES;
  await checkSilence('token', async () =>
    createAuthorization({ type: 'bearer', token: `${CANARY}\n${CANARY}` }),
  );
  for (const address of [`https://[${CANARY}`, CANARY, `ftp://u:${CANARY}@host`, `user:${CANARY}@host`]) {
    await checkSilence(address, async () => createHttp({ baseUrl: address, codes }));
    const client = {
      type: 'client-credentials',
      tokenUrl: address,
      clientId: 'c',
      clientSecret: 's',
    } as const;
    await checkSilence(address, async () => createAuthorization(client));
    const identity = { type: 'managed-identity', resource: 'r', endpoint: address } as const;
    await checkSilence(address, async () => createAuthorization(identity));
  }
});

test.run();
