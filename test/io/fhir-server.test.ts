/** Searches and the capability check: requests and answers as literals. */
import nock from 'nock';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { engineErrorOf } from '../support/engine-error.ts';
import { fhirTest, withoutNetwork } from '../support/no-network.ts';

const test = suite('fhir server');
withoutNetwork(test);

const fhir = () => nock('https://fhir.test');
const CRITERIA = [{ name: 'identifier', token: [{ system: 'urn:dicom:uid', value: 'urn:oid:1.2' }] }];
const QUERY = '/r4/ImagingStudy?identifier=urn%3Adicom%3Auid%7Curn%3Aoid%3A1.2&_count=100';

function study(id: string, versionId?: string) {
  return { resourceType: 'ImagingStudy', id, ...(versionId ? { meta: { versionId } } : {}) };
}
function page(entry: readonly unknown[], next?: string) {
  const link =
    next === undefined
      ? []
      : [
          { relation: 'self', url: 'x' },
          { relation: 'next', url: next },
        ];
  return { resourceType: 'Bundle', type: 'searchset', link, entry };
}
const hit = (resource: unknown, mode: string | undefined = 'match') => ({ resource, search: { mode } });

test('a search goes past caches; its hits have id and version', async () => {
  nock('https://fhir.test', { reqheaders: { 'cache-control': 'no-cache', accept: 'application/fhir+json' } })
    .get(QUERY)
    .reply(200, page([hit(study('s1', '7'))]));
  assert.equal(await fhirTest().search('ImagingStudy', CRITERIA), [
    { resource: study('s1', '7'), versionId: '7' },
  ]);
});

test('no hit, with and without an empty list', async () => {
  fhir().get(QUERY).reply(200, page([]));
  assert.equal(await fhirTest().search('ImagingStudy', CRITERIA), []);
  fhir().get(QUERY).reply(200, { resourceType: 'Bundle', type: 'searchset' });
  assert.equal(await fhirTest().search('ImagingStudy', CRITERIA), []);
});

test('all pages, by absolute and relative links', async () => {
  fhir()
    .get(QUERY)
    .reply(200, page([hit(study('s1', '1'))], 'https://fhir.test/r4?_getpages=a&p=2'));
  fhir()
    .get('/r4?_getpages=a&p=2')
    .reply(200, page([hit(study('s2', '1'))], '/r4/next/3'));
  fhir()
    .get('/r4/next/3')
    .reply(200, page([hit(study('s3', '1'))], 'ImagingStudy?p=4'));
  fhir()
    .get('/r4/next/ImagingStudy?p=4')
    .reply(200, page([hit(study('s4', '1'))]));
  const found = await fhirTest().search('ImagingStudy', CRITERIA);
  assert.equal(
    found.map(({ resource }) => resource.id),
    ['s1', 's2', 's3', 's4'],
  );
});

test('a next link to another origin is refused', async () => {
  for (const next of [
    'https://evil.test/r4?p=2',
    'http://fhir.test/r4?p=2',
    '//evil.test/x',
    'file:///etc/passwd',
  ]) {
    fhir()
      .get(QUERY)
      .reply(200, page([hit(study('s1', '1'))], next));
    assert.is(
      (await engineErrorOf(() => fhirTest().search('ImagingStudy', CRITERIA))).code,
      'fhir.foreign-link',
    );
  }
});

test('pages in a circle end', async () => {
  fhir().get(QUERY).reply(200, page([], '/r4/p2'));
  fhir().get('/r4/p2').reply(200, page([], '/r4/p3'));
  fhir().get('/r4/p3').reply(200, page([], '/r4/p2'));
  const error = await engineErrorOf(() => fhirTest().search('ImagingStudy', CRITERIA));
  assert.is(error.code, 'fhir.invalid-answer');
});

test('includes, outcomes and other types are no hits; without mode the type decides', async () => {
  const outcome = { resourceType: 'OperationOutcome', id: 'o', meta: { versionId: '1' } };
  const entries = [
    hit(study('s1', '1')),
    hit(study('s2', '1'), 'include'),
    hit(outcome, 'outcome'),
    hit(outcome),
    { resource: study('s3', '1') },
    { resource: outcome },
    { search: { mode: 'match' } },
    null,
  ];
  fhir().get(QUERY).reply(200, page(entries));
  const found = await fhirTest().search('ImagingStudy', CRITERIA);
  assert.equal(
    found.map(({ resource }) => resource.id),
    ['s1', 's3'],
  );
});

test('a hit without version is read by its id: ETag, else meta; gone meanwhile is no hit', async () => {
  fhir()
    .get(QUERY)
    .reply(200, page(['a', 'b', 'c', 'd'].map((id) => hit(study(id)))));
  fhir()
    .get('/r4/ImagingStudy/a')
    .reply(200, { ...study('a'), status: 'available' }, { ETag: 'W/"12"' });
  fhir().get('/r4/ImagingStudy/b').reply(200, study('b', '3'));
  fhir().get('/r4/ImagingStudy/c').reply(410, { resourceType: 'OperationOutcome', issue: [] });
  fhir().get('/r4/ImagingStudy/d').reply(404);
  assert.equal(await fhirTest().search('ImagingStudy', CRITERIA), [
    { resource: { ...study('a'), status: 'available' }, versionId: '12' },
    { resource: study('b', '3'), versionId: '3' },
  ]);
});

test('a server without versions, a hit without id', async () => {
  fhir()
    .get(QUERY)
    .reply(200, page([hit(study('a'))]));
  fhir().get('/r4/ImagingStudy/a').reply(200, study('a'));
  assert.is((await engineErrorOf(() => fhirTest().search('ImagingStudy', CRITERIA))).code, 'fhir.unsuitable');
  fhir()
    .get(QUERY)
    .reply(200, page([hit({ resourceType: 'ImagingStudy' })]));
  assert.is(
    (await engineErrorOf(() => fhirTest().search('ImagingStudy', CRITERIA))).code,
    'fhir.invalid-answer',
  );
});

test('a hit whose id could not be asked for; an answer nested deeper than any resource', async () => {
  const odd = [
    JSON.stringify(page([hit({ resourceType: 'ImagingStudy', id: '\ud800' })])),
    JSON.stringify(page([hit(study('a', '1'))])).replace(
      '"Bundle"',
      `"Bundle","x":${'['.repeat(300)}${']'.repeat(300)}`,
    ),
  ];
  for (const body of odd) {
    fhir().get(QUERY).reply(200, body);
    assert.is(
      (await engineErrorOf(() => fhirTest().search('ImagingStudy', CRITERIA))).code,
      'fhir.invalid-answer',
    );
  }
});

test('a long query is posted as a form', async () => {
  const values = Array.from({ length: 100 }, (_, index) => ({
    system: 'urn:dicom:uid',
    value: `urn:oid:1.2.${index}`,
  }));
  nock('https://fhir.test', {
    reqheaders: { 'content-type': 'application/x-www-form-urlencoded', 'cache-control': 'no-cache' },
  })
    .post(
      '/r4/ImagingStudy/_search',
      (body: Record<string, string>) =>
        body['_count'] === '100' &&
        (body['identifier'] ?? '').split(',').length === 100 &&
        (body['identifier'] ?? '').startsWith('urn:dicom:uid|urn:oid:1.2.0,'),
    )
    .reply(200, page([hit(study('s1', '1'))], '/r4/p2'));
  fhir().get('/r4/p2').reply(200, page([]));
  const found = await fhirTest().search('ImagingStudy', [{ name: 'identifier', token: values }]);
  assert.is(found.length, 1);
});

test('decimals keep their digits on the way back; numbers stay numbers where they can', async () => {
  const text =
    '{"resourceType":"Observation","id":"o","meta":{"versionId":"1"},"text":"1.50, 2.0 ","a":[1.50,2.5,10,-0.10],' +
    '"b":{"c":12345678901234567890,"d":1.0 ,"e":0,"f":1e2,"g":0.123456789012345678}}';
  fhir()
    .get('/r4/Observation?code=x&_count=100')
    .reply(200, `{"resourceType":"Bundle","entry":[{"search":{"mode":"match"},"resource":${text}}]}`);
  const [found] = await fhirTest().search('Observation', [{ name: 'code', text: ['x'] }]);
  assert.is(JSON.stringify(found?.resource), text.replace('1.0 ,', '1.0,'));
  const list = found?.resource['a'] as unknown as readonly unknown[];
  assert.equal([list[1], list[2]], [2.5, 10]);
});

test('UIDs do not send a page the slow way', async () => {
  const resource = { ...study('s1', '1'), series: [{ uid: '1.2.840.10008.5.1.4.1.1.20', number: 10 }] };
  fhir()
    .get(QUERY)
    .reply(200, page([hit(resource)]));
  const original = JSON.parse;
  const revivers: unknown[] = [];
  JSON.parse = (text: string, reviver?: (key: string, value: unknown) => unknown) => {
    if (reviver) revivers.push(reviver);
    return original(text, reviver);
  };
  try {
    assert.is((await fhirTest().search('ImagingStudy', CRITERIA)).length, 1);
  } finally {
    JSON.parse = original;
  }
  assert.equal(revivers, []);
});

const outcome = (code: string, extra: object = {}) => ({
  resourceType: 'OperationOutcome',
  issue: [{ severity: 'error', code, diagnostics: 'DOE^JANE', ...extra }],
});

for (const [name, status, body, code, details] of [
  ['wrong credentials', 401, '', 'fhir.unauthorized', { status: 401 }],
  [
    'no rights',
    403,
    outcome('forbidden'),
    'fhir.unauthorized',
    { status: 403, outcome: ['error/forbidden'] },
  ],
  ['time-out', 408, '', 'fhir.busy', { status: 408, retryAfter: 5000 }],
  ['too many', 429, '', 'fhir.busy', { status: 429, retryAfter: 5000 }],
  [
    'server error',
    500,
    outcome('exception'),
    'fhir.busy',
    { status: 500, outcome: ['error/exception'], retryAfter: 5000 },
  ],
  ['gateway page', 502, '<html>', 'fhir.busy', { status: 502, retryAfter: 5000 }],
  ['unavailable', 503, '', 'fhir.busy', { status: 503, retryAfter: 5000 }],
  ['gateway time-out', 504, '', 'fhir.busy', { status: 504, retryAfter: 5000 }],
  [
    'throttled with 400',
    400,
    '{"__type":"ThrottlingException"}',
    'fhir.busy',
    { status: 400, retryAfter: 5000 },
  ],
  ['bad parameter', 400, outcome('invalid'), 'fhir.refused', { status: 400, outcome: ['error/invalid'] }],
  ['gateway refusal', 400, '<html>', 'fhir.invalid-answer', { status: 400 }],
  ['no such address', 404, '', 'fhir.invalid-answer', { status: 404 }],
  ['a redirect without target', 302, '', 'fhir.invalid-answer', { status: 302 }],
  ['a page instead of FHIR', 200, '<html>', 'fhir.invalid-answer', { status: 200 }],
  ['another resource', 200, outcome('informational'), 'fhir.invalid-answer', { status: 200 }],
] as const) {
  test(`search: ${name} (${status})`, async () => {
    const headers: Record<string, string> = 'retryAfter' in details ? { 'Retry-After': '5' } : {};
    fhir().get(QUERY).reply(status, body, headers);
    const error = await engineErrorOf(() => fhirTest().search('ImagingStudy', CRITERIA));
    assert.equal([error.code, error.details], [code, details]);
  });
}

const CAPABILITY = {
  resourceType: 'CapabilityStatement',
  fhirVersion: '4.0.1',
  software: { name: 'Probe', version: '1.2' },
  rest: [{ mode: 'server', interaction: [{ code: 'batch' }, { code: 'transaction' }] }],
};

test('a suitable server', async () => {
  fhir().get('/r4/metadata').reply(200, CAPABILITY);
  assert.equal(await fhirTest().capability(), { fhirVersion: '4.0.1', software: 'Probe 1.2' });
  fhir()
    .get('/r4/metadata')
    .reply(200, { ...CAPABILITY, software: undefined, fhirVersion: '5.0.0' });
  assert.equal(await fhirTest({ fhirVersion: '5.0' }).capability(), { fhirVersion: '5.0.0' });
});

for (const [status, body, code, message] of [
  [
    200,
    { ...CAPABILITY, fhirVersion: '4.3.0' },
    'fhir.unsuitable',
    'names FHIR 4.3.0; the mappings are for 4.0',
  ],
  [
    200,
    { ...CAPABILITY, fhirVersion: '4.01' },
    'fhir.unsuitable',
    'names FHIR 4.01; the mappings are for 4.0',
  ],
  [200, { ...CAPABILITY, fhirVersion: undefined }, 'fhir.unsuitable', 'names no FHIR version'],
  [
    200,
    { ...CAPABILITY, rest: [{ interaction: [{ code: 'batch' }] }] },
    'fhir.unsuitable',
    'does not offer transactions',
  ],
  [200, { ...CAPABILITY, rest: undefined }, 'fhir.unsuitable', 'does not offer transactions'],
  [200, '<html>', 'fhir.unsuitable', 'is no CapabilityStatement'],
  [404, '<html>', 'fhir.unsuitable', 'answered 404: is this the base of a FHIR server?'],
] as const) {
  test(`capability: ${message}`, async () => {
    fhir().get('/r4/metadata').reply(status, body);
    const error = await engineErrorOf(() => fhirTest().capability());
    assert.equal([error.code, error.message], [code, `https://fhir.test/r4/metadata ${message}`]);
  });
}

test('capability: wrong credentials and a busy server are what they are', async () => {
  fhir().get('/r4/metadata').reply(401);
  assert.is((await engineErrorOf(() => fhirTest().capability())).code, 'fhir.unauthorized');
  fhir().get('/r4/metadata').reply(503);
  assert.is((await engineErrorOf(() => fhirTest().capability())).code, 'fhir.busy');
});

test.run();
