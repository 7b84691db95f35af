/** Credentials of each kind: what the token endpoint is asked, when it is asked again, and what its failures mean. */
import nock from 'nock';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createHttp } from '../../engine/io/http.ts';
import { type AuthConfig, createAuthorization } from '../../engine/io/tokens.ts';
import { engineErrorOf } from '../support/engine-error.ts';
import { withoutNetwork } from '../support/no-network.ts';

const test = suite('tokens');
withoutNetwork(test);

const CLIENT = {
  type: 'client-credentials',
  tokenUrl: 'https://login.test/tenant/token',
  clientId: 'dicomcast',
  clientSecret: 'hush&hush',
  scope: 'fhir/.default',
} as const satisfies AuthConfig;
const FORM =
  'grant_type=client_credentials&client_id=dicomcast&client_secret=hush%26hush&scope=fhir%2F.default';

function tokenEndpoint() {
  return nock('https://login.test').post('/tenant/token', FORM);
}

test('none, bearer and basic', async () => {
  assert.is(await createAuthorization({ type: 'none' }).header(), undefined);
  const bearer = createAuthorization({ type: 'bearer', token: ' abc.def\n' });
  assert.is(await bearer.header(), 'Bearer abc.def');
  assert.is(bearer.refused('Bearer abc.def'), false);
  const basic = createAuthorization({ type: 'basic', username: 'us', password: 'pä:ss' });
  assert.is(await basic.header(), `Basic ${Buffer.from('us:pä:ss').toString('base64')}`);
});

test('a token that no header can carry', async () => {
  for (const token of ['', ' ', 'a b', 'a\r\nX-Evil: 1', 'é']) {
    const error = await engineErrorOf(() => createAuthorization({ type: 'bearer', token }));
    assert.is(error.code, 'auth.token');
    assert.is(error.message, 'the configured token is empty or has characters that a header cannot carry');
  }
});

test('client credentials: cached until five minutes before the end', async () => {
  let now = 0;
  const auth = createAuthorization(CLIENT, { now: () => now });
  tokenEndpoint().reply(200, { access_token: 'A', expires_in: 3600 });
  assert.is(await auth.header(), 'Bearer A');
  now = 55 * 60_000 - 1;
  assert.is(await auth.header(), 'Bearer A');
  now = 55 * 60_000;
  tokenEndpoint().reply(200, { access_token: 'B', expires_in: '600' });
  assert.is(await auth.header(), 'Bearer B');
  // A tenth of ten minutes is less than five.
  now += 9 * 60_000 - 1;
  assert.is(await auth.header(), 'Bearer B');
  now += 1;
  tokenEndpoint().reply(200, { access_token: 'C' });
  assert.is(await auth.header(), 'Bearer C');
  now += 270_000;
  tokenEndpoint().reply(200, { access_token: 'D' });
  assert.is(await auth.header(), 'Bearer D');
});

test('resource and audience go along, a token address keeps its query', async () => {
  nock('https://login.test')
    .post('/t?p=b2c', 'grant_type=client_credentials&client_id=c&client_secret=s&resource=r&audience=a')
    .reply(200, { access_token: 'A', expires_in: 60 });
  const config = {
    type: 'client-credentials',
    clientId: 'c',
    clientSecret: 's',
    resource: 'r',
    audience: 'a',
  } as const;
  assert.is(
    await createAuthorization({ ...config, tokenUrl: 'https://login.test/t?p=b2c' }).header(),
    'Bearer A',
  );
});

test('many requests at once share one refresh', async () => {
  const auth = createAuthorization(CLIENT);
  // nock answers once: a second request would fail.
  tokenEndpoint().delay(20).reply(200, { access_token: 'A', expires_in: 3600 });
  assert.equal(await Promise.all([auth.header(), auth.header(), auth.header()]), [
    'Bearer A',
    'Bearer A',
    'Bearer A',
  ]);
});

test('a failed refresh is not remembered', async () => {
  const auth = createAuthorization(CLIENT);
  tokenEndpoint().reply(503, 'down', { 'Retry-After': '7' });
  const error = await engineErrorOf(() => auth.header());
  assert.equal([error.code, error.details], ['auth.unreachable', { status: 503, retryAfter: 7000 }]);
  tokenEndpoint().reply(200, { access_token: 'A', expires_in: 3600 });
  assert.is(await auth.header(), 'Bearer A');
});

test('a token that the service refuses is dropped once, a newer one stays', async () => {
  const auth = createAuthorization(CLIENT);
  tokenEndpoint().reply(200, { access_token: 'A', expires_in: 3600 });
  assert.is(await auth.header(), 'Bearer A');
  assert.is(auth.refused('Bearer A'), true);
  tokenEndpoint().reply(200, { access_token: 'B', expires_in: 3600 });
  assert.is(await auth.header(), 'Bearer B');
  assert.is(auth.refused('Bearer A'), true);
  assert.is(await auth.header(), 'Bearer B');
});

test('through a client: 401, a new token, success', async () => {
  tokenEndpoint().reply(200, { access_token: 'A', expires_in: 3600 });
  tokenEndpoint().reply(200, { access_token: 'B', expires_in: 3600 });
  nock('https://fhir.test').get('/x').matchHeader('authorization', 'Bearer A').reply(401);
  nock('https://fhir.test').get('/x').matchHeader('authorization', 'Bearer B').reply(200, 'ok');
  const codes = {
    unreachable: 'fhir.unreachable',
    foreign: 'fhir.foreign-link',
    tooLarge: 'fhir.invalid-answer',
  } as const;
  const http = createHttp({ baseUrl: 'https://fhir.test', codes, auth: createAuthorization(CLIENT) });
  assert.is((await http.request({ url: 'x' })).text(), 'ok');
});

for (const [status, body, code, message] of [
  [
    400,
    { error: 'invalid_scope', error_description: 'hush&hush' },
    'auth.token',
    'answered 400 (invalid_scope)',
  ],
  [401, { error: 'Secret HUSH' }, 'auth.token', 'answered 401'],
  [403, '<html>', 'auth.token', 'answered 403'],
  [200, { token: 'x' }, 'auth.token', 'answered 200 without an access token'],
  [200, '<html>hush', 'auth.token', 'answered 200 without an access token'],
  [408, '', 'auth.unreachable', 'answered 408'],
  [429, '', 'auth.unreachable', 'answered 429'],
  [500, '', 'auth.unreachable', 'answered 500'],
] as const) {
  test(`token endpoint: ${code} ${message}`, async () => {
    tokenEndpoint().reply(status, body);
    const error = await engineErrorOf(() => createAuthorization(CLIENT).header());
    assert.equal([error.code, error.message], [code, `https://login.test/tenant/token ${message}`]);
  });
}

test('a token endpoint that cannot be reached, or sends elsewhere', async () => {
  tokenEndpoint().replyWithError(Object.assign(new Error('hush'), { code: 'ENOTFOUND' }));
  const error = await engineErrorOf(() => createAuthorization(CLIENT).header());
  assert.is(error.code, 'auth.unreachable');
  assert.is(error.message, 'POST https://login.test/tenant/token: no answer (ENOTFOUND)');
  tokenEndpoint().reply(307, '', { Location: 'https://evil.test/' });
  assert.is((await engineErrorOf(() => createAuthorization(CLIENT).header())).code, 'auth.token');
});

test('managed identity asks the instance metadata service', async () => {
  let now = 0;
  const config = {
    type: 'managed-identity',
    resource: 'https://dicom.azure.test',
    clientId: 'id-1',
  } as const;
  const auth = createAuthorization(config, { now: () => now });
  const ask = () =>
    nock('http://169.254.169.254', { reqheaders: { metadata: 'true' } })
      .get('/metadata/identity/oauth2/token')
      .query({ 'api-version': '2018-02-01', resource: 'https://dicom.azure.test', client_id: 'id-1' });
  ask().reply(200, { access_token: 'M', expires_in: '86399', token_type: 'Bearer' });
  assert.is(await auth.header(), 'Bearer M');
  now = (86399 - 301) * 1000;
  assert.is(await auth.header(), 'Bearer M');
  now = (86399 - 299) * 1000;
  ask().reply(410);
  assert.is((await engineErrorOf(() => auth.header())).code, 'auth.unreachable');
  ask().reply(400, { error: 'invalid_request' });
  assert.is((await engineErrorOf(() => auth.header())).code, 'auth.token');
});

test('managed identity at another address', async () => {
  nock('http://localhost:40342')
    .get('/token')
    .query({ 'api-version': '2018-02-01', resource: 'r' })
    .reply(200, { access_token: 'M' });
  const config = {
    type: 'managed-identity',
    resource: 'r',
    endpoint: 'http://localhost:40342/token',
  } as const;
  assert.is(await createAuthorization(config).header(), 'Bearer M');
});

test.run();
