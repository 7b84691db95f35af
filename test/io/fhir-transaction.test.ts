/** Transactions: what is posted, and what each kind of answer means, literal by literal. */
import nock from 'nock';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { decimal } from '../../engine/fhir/decimal.ts';
import type { TransactionBundle } from '../../engine/fhir/resource.ts';
import { createFhirServer, FHIR_HTTP_CODES } from '../../engine/io/fhir-server.ts';
import { createHttp } from '../../engine/io/http.ts';
import { engineErrorOf } from '../support/engine-error.ts';
import { loopback } from '../support/loopback.ts';
import { fhirTest, withoutNetwork } from '../support/no-network.ts';

const test = suite('fhir transaction');
withoutNetwork(test);

const post = () => nock('https://fhir.test').post('/r4');

const BUNDLE: TransactionBundle = {
  resourceType: 'Bundle',
  type: 'transaction',
  entry: [
    {
      fullUrl: 'urn:uuid:1',
      resource: { resourceType: 'Patient', identifier: [{ value: 'SECRET' }] },
      request: { method: 'POST', url: 'Patient', ifNoneExist: 'identifier=%7CSECRET' },
    },
    {
      resource: { resourceType: 'ImagingStudy', id: 's1' },
      request: { method: 'PUT', url: 'ImagingStudy/s1', ifMatch: 'W/"3"' },
    },
    { request: { method: 'DELETE', url: 'Observation/o1' } },
  ],
};

type Entry = { readonly response?: Readonly<Record<string, unknown>>; readonly resource?: unknown } | null;
const answer = (entry: readonly Entry[]) => ({ resourceType: 'Bundle', type: 'transaction-response', entry });
const GOOD: readonly Entry[] = [
  {
    response: {
      status: '201 Created',
      location: 'https://fhir.test/r4/Patient/p1/_history/1',
      etag: 'W/"11"',
    },
  },
  { response: { status: '200', location: 'ImagingStudy/s1/_history/4' } },
  { response: { status: '204' } },
];
const outcome = (...issue: object[]) => ({ resourceType: 'OperationOutcome', issue });
const issue = (code: string, extra: object = {}) => ({
  severity: 'error',
  code,
  diagnostics: 'SECRET',
  ...extra,
});

test('what is posted, and what a good answer becomes', async () => {
  let sent: unknown;
  nock('https://fhir.test', {
    reqheaders: { 'content-type': 'application/fhir+json' },
    badheaders: ['prefer'],
  })
    .post('/r4', (body: unknown) => {
      sent = body;
      return true;
    })
    .reply(200, answer(GOOD));
  assert.equal(await fhirTest().transact(BUNDLE), [
    { status: 201, location: 'Patient/p1', versionId: '11', bytes: 177 },
    { status: 200, location: 'ImagingStudy/s1', versionId: '4', bytes: 125 },
    { status: 204, location: 'Observation/o1', bytes: 54 },
  ]);
  assert.equal(sent, BUNDLE);
});

test('the version: ETag in any spelling, then location, then the resource', async () => {
  const entry = (response: object, meta?: object) => ({
    response: { status: '201', ...response },
    resource: { resourceType: 'Patient', id: 'p2', meta },
  });
  for (const [given, location, versionId] of [
    [entry({ etag: '"5"', location: 'Patient/p1/_history/6' }, { versionId: '7' }), 'Patient/p1', '5'],
    [entry({ etag: 'a-b' }), 'Patient/p2', 'a-b'],
    [entry({ etag: '', location: '/r4/Patient/p1/_history/6' }, { versionId: '7' }), 'Patient/p1', '6'],
    [entry({ location: 'Patient/p1' }, { versionId: '7' }), 'Patient/p1', '7'],
    [{ response: { status: '201' } }, undefined, undefined],
  ] as const) {
    post().reply(200, answer([given]));
    const [response] = await fhirTest().transact({ ...BUNDLE, entry: BUNDLE.entry.slice(0, 1) });
    assert.equal([response?.location, response?.versionId], [location, versionId]);
  }
});

test('return=minimal only when asked for', async () => {
  nock('https://fhir.test', { reqheaders: { prefer: 'return=minimal' } })
    .post('/r4')
    .reply(200, answer(GOOD));
  assert.is((await fhirTest({ preferMinimal: true }).transact(BUNDLE)).length, 3);
});

test('digits of decimals are sent as they are', async () => {
  nock.enableNetConnect('127.0.0.1');
  const real = await loopback((_, response) =>
    response.end(JSON.stringify(answer([{ response: { status: '200' } }]))),
  );
  const resource = { resourceType: 'Observation', valueQuantity: { value: decimal('1.50') } };
  const request = { method: 'PUT', url: 'Observation/o1' } as const;
  const http = createHttp({ baseUrl: real.url, codes: FHIR_HTTP_CODES });
  await createFhirServer({ http, fhirVersion: '4.0' }).transact({
    ...BUNDLE,
    entry: [{ resource, request }],
  });
  await real.close();
  nock.disableNetConnect();
  assert.match(String(real.asked[0]?.body), '{"resourceType":"Observation","valueQuantity":{"value":1.50}}');
});

test('some stored and some refused under HTTP 200: the server is not atomic', async () => {
  const entries = [
    GOOD[0] ?? null,
    { response: { status: '412 Precondition Failed', outcome: outcome(issue('conflict')) } },
  ];
  post().reply(200, answer([...entries, GOOD[2] ?? null]));
  const error = await engineErrorOf(() => fhirTest().transact(BUNDLE));
  assert.is(error.code, 'fhir.not-atomic');
  assert.equal(error.details, { status: 412, outcome: ['error/conflict'], entryIndex: 1 });
  assert.is(
    error.message,
    'the server stored 2 of 3 entries of a transaction: the transaction was answered 412 for entry 1 (error/conflict)',
  );
});

test('all refused under HTTP 200: nothing was stored, the guilty entry says why', async () => {
  const bad = { response: { status: '422', outcome: outcome(issue('required')) } };
  post().reply(200, answer([{ response: { status: '424' } }, bad, { response: { status: '424' } }]));
  const error = await engineErrorOf(() => fhirTest().transact(BUNDLE));
  assert.equal(
    [error.code, error.details],
    ['fhir.refused', { status: 422, outcome: ['error/required'], entryIndex: 1 }],
  );
});

for (const [name, status, body, message] of [
  ['fewer entries', 200, answer(GOOD.slice(1)), 'with 2 entries for 3'],
  ['no entries', 200, { resourceType: 'Bundle' }, 'with 0 entries for 3'],
  ['an entry without response', 200, answer([...GOOD.slice(1), null]), 'without a status for entry 2'],
  [
    'a status that is none',
    200,
    answer([{ response: { status: '2000' } }, ...GOOD.slice(1)]),
    'without a status for entry 0',
  ],
  [
    'a status as number',
    200,
    answer([{ response: { status: 201 } }, ...GOOD.slice(1)]),
    'without a status for entry 0',
  ],
  ['a page', 200, '<html>', 'with what is no Bundle'],
  ['an outcome', 200, outcome(issue('informational')), 'with what is no Bundle'],
  ['nothing', 204, '', 'with what is no Bundle'],
] as const) {
  test(`an answer that does not say what happened: ${name}`, async () => {
    post().reply(status, body);
    const error = await engineErrorOf(() => fhirTest().transact(BUNDLE));
    assert.equal(
      [error.code, error.message],
      ['fhir.invalid-answer', `the transaction was answered ${status} ${message}`],
    );
  });
}

for (const [name, status, body, headers, code, details] of [
  ['wrong credentials', 401, '', {}, 'fhir.unauthorized', { status: 401 }],
  [
    'no rights',
    403,
    outcome(issue('forbidden')),
    {},
    'fhir.unauthorized',
    { status: 403, outcome: ['error/forbidden'] },
  ],
  [
    'busy',
    429,
    '',
    { 'x-ms-retry-after-ms': '42', 'retry-after': '1' },
    'fhir.busy',
    { status: 429, retryAfter: 42 },
  ],
  ['time-out', 408, outcome(issue('timeout')), {}, 'fhir.busy', { status: 408, outcome: ['error/timeout'] }],
  ['failure', 500, '<html>', {}, 'fhir.busy', { status: 500 }],
  ['throttled', 400, '{"__type":"ThrottlingException"}', {}, 'fhir.busy', { status: 400 }],
  ['too large, by a proxy', 413, '<html>', {}, 'fhir.refused', { status: 413 }],
  ['a page', 400, '<html>', {}, 'fhir.invalid-answer', { status: 400 }],
  ['method not allowed', 405, '', {}, 'fhir.invalid-answer', { status: 405 }],
  ['refused without a word', 422, '', {}, 'fhir.refused', { status: 422 }],
  [
    'refused content, with its place',
    422,
    outcome(issue('required', { expression: ['Bundle.entry[1].resource.status'] }), issue('value')),
    {},
    'fhir.refused',
    { status: 422, outcome: ['error/required', 'error/value'], entryIndex: 1 },
  ],
  [
    'the place as location',
    400,
    outcome(issue('structure', { location: ['Bundle.entry[2]'] })),
    {},
    'fhir.refused',
    { status: 400, outcome: ['error/structure'], entryIndex: 2 },
  ],
  [
    'gone meanwhile',
    404,
    outcome(issue('not-found')),
    {},
    'fhir.conflict',
    { status: 404, outcome: ['error/not-found'] },
  ],
] as const) {
  test(`${name} (${status})`, async () => {
    if (code === 'fhir.conflict') {
      nock('https://fhir.test')
        .get('/r4/Patient?identifier=%7CSECRET&_count=2')
        .reply(200, { resourceType: 'Bundle' });
    }
    post().reply(status, body, headers);
    const error = await engineErrorOf(() => fhirTest().transact(BUNDLE));
    assert.equal([error.code, error.details], [code, details]);
  });
}

test('404 for creates alone is no conflict', async () => {
  post().reply(404, outcome(issue('not-found')));
  const bundle = { ...BUNDLE, entry: BUNDLE.entry.slice(0, 1) };
  assert.is((await engineErrorOf(() => fhirTest().transact(bundle))).code, 'fhir.refused');
});

const patient = (id: string) => ({ search: { mode: 'match' }, resource: { resourceType: 'Patient', id } });

for (const status of [409, 412]) {
  test(`${status}: one match or none is a conflict, two are ambiguous, an unknown number is a conflict`, async () => {
    const again = () => nock('https://fhir.test').get('/r4/Patient?identifier=%7CSECRET&_count=2');
    for (const [matches, code, entryIndex] of [
      [[], 'fhir.conflict', undefined],
      [[patient('a')], 'fhir.conflict', undefined],
      [[patient('a'), patient('b')], 'resource.ambiguous', 0],
    ] as const) {
      post().reply(status, outcome(issue('conflict')));
      again().reply(200, { resourceType: 'Bundle', entry: matches });
      const error = await engineErrorOf(() => fhirTest().transact(BUNDLE));
      assert.equal([error.code, error.details.entryIndex, error.details.status], [code, entryIndex, status]);
    }
    post().reply(status, outcome(issue('conflict')));
    again().reply(503);
    assert.is((await engineErrorOf(() => fhirTest().transact(BUNDLE))).code, 'fhir.conflict');
  });
}

test('412 without conditional creates asks nothing more', async () => {
  post().reply(412);
  const bundle = { ...BUNDLE, entry: BUNDLE.entry.slice(1) };
  assert.is((await engineErrorOf(() => fhirTest().transact(bundle))).code, 'fhir.conflict');
});

test('an answer that is lost', async () => {
  post().replyWithError(Object.assign(new Error('socket hang up SECRET'), { code: 'ECONNRESET' }));
  const error = await engineErrorOf(() => fhirTest().transact(BUNDLE));
  assert.equal(
    [error.code, error.message],
    ['fhir.unreachable', 'POST https://fhir.test/r4: no answer (ECONNRESET)'],
  );
});

test('a redirect of a transaction to elsewhere', async () => {
  post().reply(308, '', { Location: 'https://evil.test/r4' });
  assert.is((await engineErrorOf(() => fhirTest().transact(BUNDLE))).code, 'fhir.foreign-link');
});

test.run();
