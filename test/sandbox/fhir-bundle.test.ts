import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { compileShape } from '../../engine/fhir/shape.ts';
import { issues, NOON, withSandbox } from './fhir-calls.ts';

const test = suite('sandbox: transactions and batches');

const URN = (digit: number) => `urn:uuid:00000000-0000-4000-8000-00000000000${digit}`;
const transaction = (...entry: object[]) => ({ resourceType: 'Bundle', type: 'transaction', entry });
const post = (
  resource: { resourceType: string; [child: string]: unknown },
  more: object = {},
  request: object = {},
) => ({
  ...more,
  resource,
  request: { method: 'POST', url: resource.resourceType, ...request },
});
const put = (
  resource: { resourceType: string; id: string; [child: string]: unknown },
  request: object = {},
) => ({
  resource,
  request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}`, ...request },
});

const PATIENT = { resourceType: 'Patient', identifier: [{ system: 'urn:oid:1.2', value: 'P1' }] };
const ENDPOINT = {
  resourceType: 'Endpoint',
  identifier: [{ value: 'wado' }],
  status: 'active',
  connectionType: { code: 'dicom-wado-rs' },
  payloadType: [{ text: 'DICOM' }],
  address: 'https://dicom.example.org',
};
const STUDY = {
  resourceType: 'ImagingStudy',
  identifier: [
    { system: 'urn:dicom:uid', value: 'urn:oid:1.2.3' },
    { system: 'urn:ietf:rfc:3986', value: URN(1) },
  ],
  status: 'available',
  subject: { reference: URN(1) },
  extension: [{ url: 'https://example.org/of', valueReference: { reference: URN(1) } }],
  series: [{ uid: '1.2.3.1', modality: { code: 'CT' }, endpoint: [{ reference: URN(2) }] }],
};
const WHOLE = transaction(
  post(STUDY, { fullUrl: URN(3) }, { ifNoneExist: 'identifier=urn%3Adicom%3Auid%7Curn%3Aoid%3A1.2.3' }),
  post(PATIENT, { fullUrl: URN(1) }, { ifNoneExist: 'identifier=urn%3Aoid%3A1.2%7CP1' }),
  post(ENDPOINT, { fullUrl: URN(2) }, { ifNoneExist: 'identifier=wado' }),
);

test('a transaction: urns resolved at any depth, responses in the order of entries', () =>
  withSandbox({}, async (call, sandbox) => {
    const { status, body } = await call('POST', '', WHOLE);
    assert.is(status, 200);
    const meta = { versionId: '1', lastUpdated: NOON };
    const created = (location: string) => ({
      status: '201 Created',
      location: `${location}/_history/1`,
      etag: 'W/"1"',
      lastModified: NOON,
    });
    assert.equal(body, {
      resourceType: 'Bundle',
      type: 'transaction-response',
      entry: [
        {
          resource: {
            ...STUDY,
            id: '1',
            meta,
            subject: { reference: 'Patient/2' },
            extension: [{ url: 'https://example.org/of', valueReference: { reference: 'Patient/2' } }],
            series: [{ uid: '1.2.3.1', modality: { code: 'CT' }, endpoint: [{ reference: 'Endpoint/3' }] }],
          },
          response: created('ImagingStudy/1'),
        },
        { resource: { ...PATIENT, id: '2', meta }, response: created('Patient/2') },
        { resource: { ...ENDPOINT, id: '3', meta }, response: created('Endpoint/3') },
      ],
    });
    assert.equal(compileShape('Bundle')(body), []);
    assert.equal(sandbox.resources(), [
      body.entry[2].resource,
      body.entry[0].resource,
      body.entry[1].resource,
    ]);
    assert.equal(sandbox.resources('Patient'), [body.entry[1].resource]);
  }));

test('a repeated transaction finds everything, and writes nothing', () =>
  withSandbox({}, async (call, sandbox) => {
    await call('POST', '', WHOLE);
    const { body } = await call('POST', '', WHOLE, { prefer: 'return=minimal' });
    const ok = (location: string) => ({
      response: { status: '200 OK', location: `${location}/_history/1`, etag: 'W/"1"', lastModified: NOON },
    });
    assert.equal(body.entry, [ok('ImagingStudy/1'), ok('Patient/2'), ok('Endpoint/3')]);
    assert.is(sandbox.resources().length, 3);
  }));

test('the urn of an entry that matched an existing resource leads to that resource', () =>
  withSandbox({}, async (call, sandbox) => {
    await call('PUT', '/Patient/known', { ...PATIENT, id: 'known' });
    await call('POST', '', WHOLE);
    assert.equal(sandbox.resources('ImagingStudy')[0]?.['subject'], { reference: 'Patient/known' });
    assert.is(sandbox.resources('Patient').length, 1);
  }));

test('20 transactions at the same time make one patient, one endpoint and one study', () =>
  withSandbox({}, async (call, sandbox) => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => call('POST', '', WHOLE)));
    assert.equal(new Set(answers.map(({ status }) => status)), new Set([200]));
    assert.equal(
      sandbox.resources().map(({ resourceType, id }) => `${resourceType}/${id}`),
      ['Endpoint/3', 'ImagingStudy/1', 'Patient/2'],
    );
  }));

test('work is done in the order DELETE, POST, PUT, GET', () =>
  withSandbox({}, async (call) => {
    await call('PUT', '/Patient/old', { ...PATIENT, id: 'old' });
    await call('PUT', '/Patient/kept', { resourceType: 'Patient', id: 'kept' });
    const { body } = await call(
      'POST',
      '',
      transaction(
        { request: { method: 'GET', url: 'Patient?identifier=P1' } },
        { request: { method: 'GET', url: 'Patient/kept' } },
        put({ resourceType: 'Patient', id: 'kept', active: true }, { ifMatch: 'W/"1"' }),
        post(PATIENT, { fullUrl: URN(1) }),
        { request: { method: 'DELETE', url: 'Patient/old', ifMatch: 'W/"1"' } },
        { request: { method: 'DELETE', url: 'Patient/never' } },
      ),
    );
    assert.equal(
      body.entry.map(({ response }: { response: { status: string; location?: string } }) => [
        response.status,
        response.location,
      ]),
      [
        ['200 OK', undefined],
        ['200 OK', undefined],
        ['200 OK', 'Patient/kept/_history/2'],
        ['201 Created', 'Patient/3/_history/1'],
        ['204 No Content', undefined],
        ['204 No Content', undefined],
      ],
    );
    assert.equal(
      body.entry[0].resource.entry.map(({ resource }: { resource: { id: string } }) => resource.id),
      ['3'],
    );
    assert.is(body.entry[1].resource.active, true);
  }));

const CRITERIA = 'identifier=urn%3Aoid%3A1.2%7CP1';
/** Each bundle begins with an entry that alone would be written. */
const REFUSED: readonly (readonly [name: string, status: number, issue: string, ...entries: object[]])[] = [
  ['a urn that no entry has', 400, 'error/not-found Bundle.entry[1].resource.subject.reference', post(STUDY)],
  [
    'a stale version',
    412,
    'error/conflict Bundle.entry[1]',
    put({ resourceType: 'Patient', id: 'there' }, { ifMatch: 'W/"9"' }),
  ],
  [
    'a stale version in a deletion',
    412,
    'error/conflict Bundle.entry[1]',
    { request: { method: 'DELETE', url: 'Patient/there', ifMatch: 'W/"9"' } },
  ],
  [
    'an ifMatch without quotes',
    400,
    'error/invalid Bundle.entry[1]',
    put({ resourceType: 'Patient', id: 'there' }, { ifMatch: '1' }),
  ],
  [
    'invalid content',
    422,
    'error/structure Bundle.entry[1].resource.nmae',
    post({ resourceType: 'Patient', nmae: 1 }),
  ],
  [
    'two updates of one resource',
    400,
    'error/duplicate Bundle.entry[2]',
    put({ resourceType: 'Patient', id: 'there' }),
    { request: { method: 'DELETE', url: 'Patient/there' } },
  ],
  [
    'one condition twice',
    400,
    'error/duplicate Bundle.entry[2]',
    post(PATIENT, {}, { ifNoneExist: CRITERIA }),
    post(PATIENT, {}, { ifNoneExist: CRITERIA }),
  ],
  [
    'one identity under two conditions',
    400,
    'error/duplicate Bundle.entry[2].resource',
    post(PATIENT, {}, { ifNoneExist: CRITERIA }),
    post(PATIENT, {}, { ifNoneExist: 'identifier=P1' }),
  ],
  [
    'one fullUrl twice',
    400,
    'error/duplicate Bundle.entry[2].fullUrl',
    post(PATIENT, { fullUrl: URN(1) }),
    post(ENDPOINT, { fullUrl: URN(1) }),
  ],
  [
    'a fullUrl that is no UUID',
    400,
    'error/value Bundle.entry[1].fullUrl',
    post(PATIENT, { fullUrl: 'urn:uuid:patient' }),
  ],
  [
    'several matches',
    412,
    'error/multiple-matches Bundle.entry[1]',
    post(PATIENT, {}, { ifNoneExist: 'identifier=twice' }),
  ],
  [
    'a condition that is not supported',
    400,
    'error/not-supported Bundle.entry[1]',
    post(PATIENT, {}, { ifNoneExist: 'identifer=P1' }),
  ],
  [
    'a resource that misses its own condition',
    422,
    'error/business-rule Bundle.entry[1].resource',
    post(PATIENT, {}, { ifNoneExist: 'identifier=P2' }),
  ],
  [
    'a conditional reference that finds nothing',
    400,
    'error/not-found Bundle.entry[1]',
    post({ ...STUDY, subject: { reference: 'Patient?identifier=nobody' } }),
  ],
  [
    'a conditional reference that finds several',
    412,
    'error/multiple-matches Bundle.entry[1]',
    post({ ...STUDY, subject: { reference: 'Patient?identifier=twice' } }),
  ],
  [
    'an absolute path',
    400,
    'error/invalid Bundle.entry[1].request',
    { resource: PATIENT, request: { method: 'POST', url: '/Patient' } },
  ],
  [
    'the address of another server',
    400,
    'error/invalid Bundle.entry[1].request',
    { request: { method: 'DELETE', url: 'https://other.example/fhir/Patient/there' } },
  ],
  [
    'ifNoneExist on PUT',
    400,
    'error/invalid Bundle.entry[1].request',
    put({ resourceType: 'Patient', id: 'there' }, { ifNoneExist: CRITERIA }),
  ],
  [
    'a read of what is not there',
    404,
    'error/not-found Bundle.entry[1]',
    { request: { method: 'GET', url: 'Patient/nobody' } },
  ],
  ['an entry without request', 400, 'error/invalid Bundle.entry[1].request', { resource: PATIENT }],
  ['too many entries', 413, 'error/too-costly Bundle.entry', ...Array(5).fill(post(PATIENT))],
];

for (const [name, status, issue, ...entries] of REFUSED) {
  test(`refused as a whole: ${name}`, () =>
    withSandbox({ maxTransactionEntries: 5 }, async (call, sandbox) => {
      await call('PUT', '/Patient/there', { resourceType: 'Patient', id: 'there' });
      await call('PUT', '/Patient/t1', {
        resourceType: 'Patient',
        id: 't1',
        identifier: [{ value: 'twice' }],
      });
      await call('PUT', '/Patient/t2', {
        resourceType: 'Patient',
        id: 't2',
        identifier: [{ value: 'twice' }],
      });
      const before = sandbox.resources();
      const answer = await call(
        'POST',
        '',
        transaction(put({ resourceType: 'Device', id: 'first' }), ...entries),
      );
      assert.equal([answer.status, issues(answer)], [status, [issue]]);
      assert.equal(sandbox.resources(), before);
      // The next transaction is not hindered by what was rolled back.
      assert.is(
        (await call('POST', '', transaction(put({ resourceType: 'Device', id: 'first' })))).status,
        200,
      );
    }));
}

test('conditional references, conditional update and conditional delete in a transaction', () =>
  withSandbox({}, async (call, sandbox) => {
    await call('PUT', '/Patient/p', { ...PATIENT, id: 'p' });
    await call('PUT', '/Device/old', { resourceType: 'Device', id: 'old', identifier: [{ value: 'D1' }] });
    const { status } = await call(
      'POST',
      '',
      transaction(
        {
          resource: {
            ...STUDY,
            subject: { reference: `Patient?${CRITERIA}` },
            extension: [{ url: 'https://example.org/of', valueBoolean: true }],
            series: [{ uid: '1.2', modality: { code: 'CT' } }],
          },
          request: { method: 'PUT', url: 'ImagingStudy?identifier=urn:dicom:uid%7Curn:oid:1.2.3' },
        },
        { request: { method: 'DELETE', url: 'Device?identifier=D1' } },
        { request: { method: 'DELETE', url: 'Device?identifier=D2' } },
      ),
    );
    assert.is(status, 200);
    assert.equal(sandbox.resources('Device'), []);
    assert.equal(sandbox.resources('ImagingStudy')[0]?.['subject'], { reference: 'Patient/p' });
  }));

test('an update in a transaction that changes nothing keeps the version', () =>
  withSandbox({}, async (call) => {
    await call('PUT', '/Patient/p', { ...PATIENT, id: 'p' });
    const { body } = await call('POST', '', transaction(put({ ...PATIENT, id: 'p' }, { ifMatch: 'W/"1"' })));
    assert.is(body.entry[0].response.etag, 'W/"1"');
    assert.is(body.entry[0].response.status, '200 OK');
  }));

test('a batch: every entry for itself', () =>
  withSandbox({}, async (call, sandbox) => {
    const { status, body } = await call('POST', '', {
      resourceType: 'Bundle',
      type: 'batch',
      entry: [
        post(PATIENT, { fullUrl: URN(1) }),
        post(STUDY),
        { request: { method: 'GET', url: 'Patient/nobody' } },
        { request: { method: 'GET', url: 'Patient?identifier=P1&_summary=count' } },
      ],
    });
    assert.is(status, 200);
    assert.is(body.type, 'batch-response');
    assert.equal(
      body.entry.map(({ response }: { response: { status: string } }) => response.status),
      ['201 Created', '400 Bad Request', '404 Not Found', '200 OK'],
    );
    assert.equal(body.entry[1].response.outcome.issue[0].expression, [
      'Bundle.entry[1].resource.subject.reference',
    ]);
    assert.is(body.entry[3].resource.total, 1);
    assert.is(sandbox.resources().length, 1);
    assert.equal(compileShape('Bundle')(body), []);
  }));

test('the base address takes transactions and batches only', () =>
  withSandbox({}, async (call) => {
    assert.is((await call('POST', '', PATIENT)).status, 400);
    assert.is((await call('POST', '', { resourceType: 'Bundle', type: 'collection' })).status, 400);
    assert.is(
      (await call('POST', '', { resourceType: 'Bundle', type: 'transaction', entry: {} })).status,
      400,
    );
    assert.equal((await call('POST', '', { resourceType: 'Bundle', type: 'transaction' })).body, {
      resourceType: 'Bundle',
      type: 'transaction-response',
    });
  }));

test.run();
