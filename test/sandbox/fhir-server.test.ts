import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { compileShape } from '../../engine/fhir/shape.ts';
import { issues, NOON, withSandbox } from './fhir-calls.ts';

const test = suite('sandbox: FHIR interactions');

test('metadata names the version, the transactions and the search parameters, and is valid itself', () =>
  withSandbox({}, async (call, { url }) => {
    const { status, headers, body } = await call('GET', '/metadata');
    assert.is(status, 200);
    assert.is(headers.get('content-type'), 'application/fhir+json; charset=utf-8');
    assert.is(body.fhirVersion, '4.0.1');
    assert.is(body.implementation.url, url);
    assert.equal(body.rest[0].interaction, [{ code: 'transaction' }, { code: 'batch' }]);
    const endpoint = body.rest[0].resource.find(({ type }: { type: string }) => type === 'Endpoint');
    assert.equal(
      endpoint.searchParam
        .map(({ name, type }: { name: string; type: string }) => `${name} ${type}`)
        .toSorted(),
      [
        '_id token',
        '_lastUpdated date',
        '_profile uri',
        '_security token',
        '_source uri',
        '_tag token',
        'connection-type token',
        'identifier token',
        'name string',
        'organization reference',
        'payload-type token',
        'status token',
      ],
    );
    assert.equal(compileShape('CapabilityStatement')(body), []);
  }));

test('create, read, update, version, history, delete', () =>
  withSandbox({}, async (call, { url }) => {
    const created = await call('POST', '/Patient', { resourceType: 'Patient', active: true });
    assert.is(created.status, 201);
    assert.is(created.headers.get('location'), `${url}/Patient/1/_history/1`);
    assert.is(created.headers.get('etag'), 'W/"1"');
    assert.is(created.headers.get('last-modified'), 'Mon, 06 May 2024 12:00:00 GMT');
    const first = {
      resourceType: 'Patient',
      id: '1',
      meta: { versionId: '1', lastUpdated: NOON },
      active: true,
    };
    assert.equal(created.body, first);
    assert.equal((await call('GET', '/Patient/1')).body, first);

    const changed = { ...first, active: false };
    const updated = await call('PUT', '/Patient/1', changed, { 'if-match': 'W/"1"' });
    assert.is(updated.status, 200);
    assert.equal(updated.body, { ...changed, meta: { versionId: '2', lastUpdated: NOON } });
    assert.equal((await call('GET', '/Patient/1/_history/1')).body, first);

    assert.is((await call('DELETE', '/Patient/1')).status, 204);
    assert.is((await call('DELETE', '/Patient/1')).status, 204);
    assert.is((await call('DELETE', '/Patient/never')).status, 204);
    const gone = await call('GET', '/Patient/1');
    assert.is(gone.status, 410);
    assert.equal(issues(gone), ['error/deleted']);
    assert.is((await call('GET', '/Patient/1/_history/3')).status, 410);
    assert.is((await call('GET', '/Patient/never')).status, 404);

    const history = await call('GET', '/Patient/1/_history');
    assert.equal(
      history.body.entry.map(
        (entry: { request: object; response: object; resource?: { meta: { versionId: string } } }) => [
          entry.request,
          entry.response,
          entry.resource?.meta.versionId,
        ],
      ),
      [
        [
          { method: 'DELETE', url: 'Patient/1' },
          { status: '204 No Content', etag: 'W/"3"', lastModified: NOON },
          undefined,
        ],
        [{ method: 'PUT', url: 'Patient/1' }, { status: '200 OK', etag: 'W/"2"', lastModified: NOON }, '2'],
        [
          { method: 'POST', url: 'Patient' },
          { status: '201 Created', etag: 'W/"1"', lastModified: NOON },
          '1',
        ],
      ],
    );
    assert.equal(compileShape('Bundle')(history.body), []);

    const again = await call('PUT', '/Patient/1', { resourceType: 'Patient', id: '1' });
    assert.is(again.status, 201);
    assert.is(again.headers.get('etag'), 'W/"4"');
  }));

test('an update with the content that is there makes no version; other digits of a decimal do', () =>
  withSandbox({}, async (call) => {
    const observation = (value: string) =>
      `{"resourceType":"Observation","id":"dose","status":"final","code":{"text":"DAP"},"valueQuantity":{"value":${value}}}`;
    assert.is((await call('PUT', '/Observation/dose', observation('1.50'))).status, 201);
    const read = await call('GET', '/Observation/dose');
    assert.match(read.text, '"valueQuantity":{"value":1.50}');
    // Sent back as it was read, properties in another order.
    const same = await call(
      'PUT',
      '/Observation/dose',
      read.text.replace('"status":"final",', '').replace(/}$/, ',"status":"final"}'),
    );
    assert.is(same.status, 200);
    assert.is(same.headers.get('etag'), 'W/"1"');
    assert.is((await call('PUT', '/Observation/dose', observation('1.5'))).headers.get('etag'), 'W/"2"');
    await call('PUT', '/Observation/dose', observation('12345678901234567890.10'));
    assert.match(
      (await call('GET', '/Observation?_id=dose')).text,
      '"valueQuantity":{"value":12345678901234567890.10}',
    );
  }));

test('If-Match: stale, missing and unquoted tags', () =>
  withSandbox({}, async (call) => {
    const patient = { resourceType: 'Patient', id: 'a' };
    assert.is((await call('PUT', '/Patient/a', patient, { 'if-match': 'W/"1"' })).status, 412);
    assert.is((await call('PUT', '/Patient/a', patient)).status, 201);
    const stale = await call('PUT', '/Patient/a', { ...patient, active: true }, { 'if-match': 'W/"7"' });
    assert.is(stale.status, 412);
    assert.equal(issues(stale), ['error/conflict']);
    assert.is(
      (await call('PUT', '/Patient/a', { ...patient, active: true }, { 'if-match': '1' })).status,
      400,
    );
    assert.is((await call('DELETE', '/Patient/a', undefined, { 'if-match': 'W/"2"' })).status, 412);
    assert.is(
      (await call('PUT', '/Patient/a', { ...patient, active: true }, { 'if-match': 'W/"7", "1"' })).status,
      200,
    );
    assert.is((await call('PUT', '/Patient/a', patient, { 'if-none-match': '*' })).status, 412);
    assert.is((await call('GET', '/Patient/a', undefined, { 'if-none-match': 'W/"2"' })).status, 304);
    assert.is((await call('DELETE', '/Patient/a', undefined, { 'if-match': 'W/"2"' })).status, 204);
  }));

test('ten updates of one version at the same time: one wins', () =>
  withSandbox({}, async (call) => {
    await call('PUT', '/Patient/a', { resourceType: 'Patient', id: 'a' });
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        call(
          'PUT',
          '/Patient/a',
          { resourceType: 'Patient', id: 'a', name: [{ text: `${index}` }] },
          { 'if-match': 'W/"1"' },
        ),
      ),
    );
    assert.equal(answers.map(({ status }) => status).sort(), [200, ...Array(9).fill(412)]);
  }));

test('20 conditional creates at the same time make one resource', () =>
  withSandbox({}, async (call, sandbox) => {
    const patient = { resourceType: 'Patient', identifier: [{ system: 'urn:oid:1.2', value: 'P1' }] };
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        call('POST', '/Patient', patient, { 'if-none-exist': 'identifier=urn%3Aoid%3A1.2%7CP1' }),
      ),
    );
    assert.equal(answers.map(({ status }) => status).sort(), [...Array(19).fill(200), 201]);
    assert.equal(new Set(answers.map(({ headers }) => headers.get('location'))).size, 1);
    assert.is(sandbox.resources('Patient').length, 1);
  }));

test('conditional create, update and delete: several matches, empty and unsupported criteria', () =>
  withSandbox({}, async (call, sandbox) => {
    const patient = { resourceType: 'Patient', identifier: [{ value: 'P1' }] };
    await call('POST', '/Patient', patient);
    await call('POST', '/Patient', patient);
    const several = await call('POST', '/Patient', patient, { 'if-none-exist': 'identifier=P1' });
    assert.is(several.status, 412);
    assert.equal(issues(several), ['error/multiple-matches']);
    assert.is((await call('PUT', '/Patient?identifier=P1', patient)).status, 412);
    assert.is((await call('DELETE', '/Patient?identifier=P1')).status, 412);
    assert.is((await call('DELETE', '/Patient')).status, 400);
    assert.is((await call('DELETE', '/Patient?identifer=P1')).status, 400);
    assert.is((await call('DELETE', '/Patient?_count=1')).status, 400);
    assert.is((await call('POST', '/Patient', patient, { 'if-none-exist': 'identifier=' })).status, 400);
    // It would be made again by every repetition.
    const other = await call('POST', '/Patient', patient, { 'if-none-exist': 'identifier=P2' });
    assert.is(other.status, 422);
    assert.equal(issues(other), ['error/business-rule Patient']);
    assert.is(sandbox.resources().length, 2);
    assert.is((await call('DELETE', '/Patient/2')).status, 204);
    const updated = await call('PUT', '/Patient?identifier=P1', { ...patient, active: true });
    assert.equal([updated.status, updated.body.id, updated.body.meta.versionId], [200, '1', '2']);
    assert.is(
      (
        await call('PUT', '/Patient?identifier=P3', {
          resourceType: 'Patient',
          identifier: [{ value: 'P3' }],
        })
      ).status,
      201,
    );
    assert.is((await call('DELETE', '/Patient?identifier=P1')).status, 204);
    assert.equal(
      sandbox.resources().map(({ id }) => id),
      ['3'],
    );
  }));

test('what is given is checked, and answers quote no value', () =>
  withSandbox({}, async (call, sandbox) => {
    const invalid = await call('POST', '/ImagingStudy', {
      resourceType: 'ImagingStudy',
      status: 'Secret1',
      started: 'Secret2',
      series: [{ uid: '1.2.3', Secret3: 'Secret4' }],
    });
    assert.is(invalid.status, 422);
    assert.equal(issues(invalid).toSorted(), [
      'error/code-invalid ImagingStudy.status',
      'error/required ImagingStudy.series[0].modality',
      'error/required ImagingStudy.subject',
      'error/structure ImagingStudy.series[0].Secret3',
      'error/value ImagingStudy.started',
    ]);
    assert.not.match(invalid.text, /Secret[124]/);
    assert.equal(compileShape('OperationOutcome')(invalid.body), []);

    const patient = { resourceType: 'Patient', id: 'a' };
    const refused: readonly (readonly [string, string, unknown, number])[] = [
      ['POST', '/Patient', '{"resourceType":"Patient","Secret', 400],
      ['POST', '/Patient', '[]', 400],
      ['POST', '/Patient', { resourceType: 'Device' }, 400],
      ['POST', '/Patient', `${'['.repeat(200)}${']'.repeat(200)}`, 400],
      ['POST', '/Patient', Buffer.from([0x22, 0xff, 0x22]), 400],
      ['PUT', '/Patient/b', patient, 400],
      ['PUT', '/Patient/b', { resourceType: 'Patient' }, 400],
      ['PUT', '/Patient/a_b', { resourceType: 'Patient', id: 'a_b' }, 400],
      [
        'POST',
        '/Patient',
        { resourceType: 'Patient', link: [{ other: { reference: 'urn:uuid:0' }, type: 'seealso' }] },
        400,
      ],
      ['POST', '/Paitent', { resourceType: 'Paitent' }, 404],
      ['GET', '/Paitent/1', undefined, 404],
      ['GET', '/Patient/1/$everything', undefined, 404],
      ['GET', '/_history', undefined, 404],
      ['PATCH', '/Patient/a', [], 415],
      ['PATCH', '/Patient', [], 405],
      ['PUT', '/metadata', {}, 405],
      ['GET', '', undefined, 405],
    ];
    for (const [method, path, body, status] of refused) {
      const answer = await call(method, path, body);
      assert.is(answer.status, status, `${method} ${path}`);
      assert.is(answer.body.resourceType, 'OperationOutcome');
      assert.not.match(answer.text, 'Secret');
    }
    assert.is((await call('POST', '/Patient/a', [])).headers.get('allow'), 'GET, PUT, PATCH, DELETE');
    assert.is((await call('POST', '/Patient', patient, { 'content-type': 'text/plain' })).status, 415);
    assert.is(
      (await call('POST', '/Patient', patient, { 'content-type': 'application/fhir+json; fhirVersion=5.0' }))
        .status,
      415,
    );
    assert.is((await call('GET', '/Patient', undefined, { accept: 'application/fhir+xml' })).status, 406);
    assert.is((await call('GET', '/Patient?_format=xml')).status, 406);
    assert.equal(sandbox.resources(), []);
  }));

test('Prefer: return=minimal and OperationOutcome', () =>
  withSandbox({}, async (call) => {
    const minimal = await call('POST', '/Patient', { resourceType: 'Patient' }, { prefer: 'return=minimal' });
    assert.equal([minimal.status, minimal.text, minimal.headers.get('etag')], [201, '', 'W/"1"']);
    const outcome = await call(
      'POST',
      '/Patient',
      { resourceType: 'Patient' },
      { prefer: 'return=OperationOutcome' },
    );
    assert.equal(issues(outcome), ['information/informational']);
  }));

test('only the last versions are kept', () =>
  withSandbox({ historyLimit: 3 }, async (call) => {
    for (const text of ['a', 'b', 'c', 'd', 'e']) {
      await call('PUT', '/Patient/1', { resourceType: 'Patient', id: '1', name: [{ text }] });
    }
    const { body } = await call('GET', '/Patient/1/_history');
    assert.equal(
      body.entry.map(({ resource }: { resource: { name: object } }) => resource.name),
      [[{ text: 'e' }], [{ text: 'd' }], [{ text: 'c' }]],
    );
    assert.is((await call('GET', '/Patient/1/_history/2')).status, 404);
    assert.is((await call('GET', '/Patient/1/_history/3')).status, 200);
  }));

test('ids of the server step aside for ids of clients, and start anew after a refusal', () =>
  withSandbox({}, async (call) => {
    await call('PUT', '/Patient/2', { resourceType: 'Patient', id: '2' });
    assert.is((await call('POST', '/Patient', { resourceType: 'Device' })).status, 400);
    assert.is((await call('POST', '/Patient', { resourceType: 'Patient' })).body.id, '3');
    assert.is((await call('POST', '/Device', { resourceType: 'Device' })).body.id, '3');
  }));

test.run();
