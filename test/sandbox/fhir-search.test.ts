import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { encodeQuery } from '../../engine/fhir/search.ts';
import { compileShape } from '../../engine/fhir/shape.ts';
import { type Call, found, issues, withSandbox } from './fhir-calls.ts';

const test = suite('sandbox: search');

const study = (id: string, more: object) => ({
  resourceType: 'ImagingStudy',
  id,
  status: 'available',
  ...more,
});

const RESOURCES = [
  {
    resourceType: 'Patient',
    id: 'p1',
    identifier: [{ system: 'urn:oid:1.2', value: 'A1' }],
    name: [{ family: 'Müller', given: ['Eva'] }],
    birthDate: '1970-02-01',
  },
  {
    resourceType: 'Patient',
    id: 'p2',
    identifier: [{ value: 'A1' }],
    name: [{ text: 'Muller-Lüdenscheid' }],
    gender: 'female',
  },
  { resourceType: 'Patient', id: 'p3', identifier: [{ system: 'urn:oid:1.2', value: 'a,b|c$d\\e' }] },
  {
    resourceType: 'Endpoint',
    id: 'e1',
    status: 'active',
    connectionType: {
      system: 'http://terminology.hl7.org/CodeSystem/endpoint-connection-type',
      code: 'dicom-wado-rs',
    },
    name: 'WADO of site 1',
    payloadType: [{ text: 'DICOM' }],
    address: 'https://dicom.example.org',
  },
  study('s1', {
    identifier: [{ system: 'urn:dicom:uid', value: 'urn:oid:1.2.3' }],
    subject: { reference: 'Patient/p1' },
    endpoint: [{ reference: 'Endpoint/e1' }],
    started: '2020-01-15T10:30:00+01:00',
    meta: { source: 'https://dicom.example.org/dicom' },
    series: [
      {
        uid: '1.2.3.1',
        modality: { system: 'http://dicom.nema.org/resources/ontology/DCM', code: 'CT' },
        instance: [{ uid: '1.2.3.1.1', sopClass: { code: '1' } }],
      },
      { uid: '1.2.3.2', modality: { code: 'SR' }, instance: [{ uid: '1.2.3.2.1', sopClass: { code: '2' } }] },
    ],
  }),
  study('s2', {
    subject: { reference: 'Patient/p2' },
    started: '2021',
    series: [
      {
        uid: '1.2.4.1',
        modality: { code: 'MR' },
        instance: [{ uid: '1.2.3.1.11', sopClass: { code: '1' } }],
      },
    ],
  }),
  study('s3', {
    status: 'cancelled',
    subject: { reference: 'Device/d1', identifier: { system: 'urn:oid:1.2', value: 'logical' } },
  }),
];

async function withResources(work: (call: Call, url: string) => Promise<void>): Promise<void> {
  await withSandbox({}, async (call, { url }) => {
    for (const resource of RESOURCES) {
      const { status } = await call('PUT', `/${resource.resourceType}/${resource.id}`, resource);
      assert.is(status, 201, resource.id);
    }
    await work(call, url);
  });
}

const FINDS: readonly (readonly [query: string, ids: readonly string[]])[] = [
  ['Patient', ['p1', 'p2', 'p3']],
  ['Patient?_id=p1,p3,nobody', ['p1', 'p3']],
  ['Patient?identifier=urn:oid:1.2%7CA1', ['p1']],
  ['Patient?identifier=%7CA1', ['p2']],
  ['Patient?identifier=A1', ['p1', 'p2']],
  ['Patient?identifier=urn:oid:1.2%7C', ['p1', 'p3']],
  ['Patient?identifier=a1', []],
  ['Patient?identifier=urn:oid:1.2%7Ca%5C%2Cb%5C%7Cc%5C%24d%5C%5Ce', ['p3']],
  [
    `Patient?${encodeQuery([{ name: 'identifier', token: [{ system: 'urn:oid:1.2', value: 'a,b|c$d\\e' }] }])}`,
    ['p3'],
  ],
  ['Patient?identifier=nobody,urn:oid:1.2%7CA1,%7CA1', ['p1', 'p2']],
  ['Patient?identifier:not=A1', ['p3']],
  ['Patient?name=mull', ['p1', 'p2']],
  ['Patient?name=eva', ['p1']],
  ['Patient?name:exact=Eva', ['p1']],
  ['Patient?name:exact=eva', []],
  ['Patient?name:contains=denscheid', ['p2']],
  ['Patient?family=m%C3%BCller', ['p1']],
  ['Patient?gender=female', ['p2']],
  ['Patient?gender:missing=true', ['p1', 'p3']],
  ['Patient?birthdate=1970', ['p1']],
  ['Patient?name=mull&birthdate=lt1970-02', []],
  ['Endpoint?name=wado%20of&connection-type=dicom-wado-rs', ['e1']],
  [
    'Endpoint?connection-type=http://terminology.hl7.org/CodeSystem/endpoint-connection-type%7Cdicom-wado-rs',
    ['e1'],
  ],
  ['Endpoint?connection-type=%7Cdicom-wado-rs', []],
  ['ImagingStudy?identifier=urn:dicom:uid%7Curn:oid:1.2.3', ['s1']],
  ['ImagingStudy?subject=Patient/p1', ['s1']],
  ['ImagingStudy?subject=p1', ['s1']],
  ['ImagingStudy?subject:Patient=d1', []],
  ['ImagingStudy?subject:Device=d1', ['s3']],
  ['ImagingStudy?patient=p2', ['s2']],
  ['ImagingStudy?patient=d1', []],
  ['ImagingStudy?subject:identifier=urn:oid:1.2%7Clogical', ['s3']],
  ['ImagingStudy?endpoint=Endpoint/e1', ['s1']],
  ['ImagingStudy?patient.identifier=urn:oid:1.2%7CA1', ['s1']],
  ['ImagingStudy?subject:Patient.identifier=A1', ['s1', 's2']],
  ['ImagingStudy?subject.identifier=%7CA1', ['s2']],
  ['ImagingStudy?endpoint.name=wado', ['s1']],
  ['ImagingStudy?status=cancelled', ['s3']],
  ['ImagingStudy?series=1.2.3.2', ['s1']],
  ['ImagingStudy?modality=CT,MR', ['s1', 's2']],
  ['ImagingStudy?modality=http://dicom.nema.org/resources/ontology/DCM%7CCT', ['s1']],
  ['ImagingStudy?instance=1.2.3.1.1', ['s1']],
  ['ImagingStudy?instance=1.2.3.1', []],
  ['ImagingStudy?patient=p2&instance=1.2.3.1.1,1.2.3.1.11', ['s2']],
  ['ImagingStudy?started=2020-01-15', ['s1']],
  ['ImagingStudy?started=2020-01-15T09:30:00Z', ['s1']],
  ['ImagingStudy?started=2020-01-15T10:30:00%2B01:00', ['s1']],
  ['ImagingStudy?started=ge2020-01-15&started=lt2021', ['s1']],
  ['ImagingStudy?started=gt2021-06', ['s2']],
  ['ImagingStudy?started=sa2020', ['s2']],
  ['ImagingStudy?started=eb2020', []],
  ['ImagingStudy?started=ne2021', ['s1']],
  ['ImagingStudy?_source=https://dicom.example.org/dicom', ['s1']],
  ['ImagingStudy?_lastUpdated=2024-05-06', ['s1', 's2', 's3']],
  ['ImagingStudy?_lastUpdated=lt2024-05-06', []],
  ['Patient?_has:ImagingStudy:patient:modality=MR', ['p2']],
  ['Endpoint?_has:ImagingStudy:endpoint:patient.identifier=urn:oid:1.2%7CA1', ['e1']],
  ['Patient?_sort=-_id', ['p3', 'p2', 'p1']],
];

test('what each query finds, by GET and by POST', () =>
  withResources(async (call) => {
    const form = { 'content-type': 'application/x-www-form-urlencoded', prefer: 'handling=strict' };
    for (const [text, ids] of FINDS) {
      const [type = '', query = ''] = text.split('?');
      const expected = ids.map((id) => `${type}/${id}`);
      const get = await call('GET', `/${text}`, undefined, { prefer: 'handling=strict' });
      assert.is(get.status, 200, text);
      assert.equal(found(get), expected, text);
      assert.is(get.body.total, ids.length, text);
      assert.equal(found(await call('POST', `/${type}/_search`, query, form)), expected, `POST ${text}`);
      assert.equal(compileShape('Bundle')(get.body), [], text);
    }
  }));

test('references with the address of the server are its own', () =>
  withResources(async (call, url) => {
    await call('PUT', '/ImagingStudy/s4', study('s4', { subject: { reference: `${url}/Patient/p3` } }));
    assert.equal(found(await call('GET', '/ImagingStudy?patient=p3')), ['ImagingStudy/s4']);
    const byUrl = await call('GET', `/ImagingStudy?patient=${encodeURIComponent(`${url}/Patient/p1`)}`);
    assert.equal(found(byUrl), ['ImagingStudy/s1']);
    await call(
      'PUT',
      '/ImagingStudy/s5',
      study('s5', { subject: { reference: 'https://other.example/Patient/p1' } }),
    );
    assert.equal(found(await call('GET', '/ImagingStudy?patient=p1')), ['ImagingStudy/s1']);
  }));

test('malformed queries are refused', () =>
  withResources(async (call) => {
    for (const query of [
      'Patient?identifier=a%7Cb%7Cc',
      'Patient?identifier=%7C',
      'Patient?identifier=a,,b',
      'Patient?identifier=a%5Cb',
      'Patient?identifier=a$b',
      'Patient?identifier=%FF',
      'Patient?identifier:text=a',
      'Patient?name:fuzzy=a',
      'Patient?birthdate=yesterday',
      'Patient?birthdate=2023-02-30',
      'Patient?birthdate=ap2020',
      'Patient?_count=-1',
      'Patient?_count=1&_count=2',
      'Patient?_cursor=x',
      'Patient?name:missing=perhaps',
      'ImagingStudy?_include:iterate=ImagingStudy:subject',
    ]) {
      const answer = await call('GET', `/${query}`);
      assert.is(answer.status, 400, query);
      assert.is(answer.body.resourceType, 'OperationOutcome', query);
    }
  }));

test('an unsupported parameter is reported, or refused when handling is strict', () =>
  withResources(async (call, url) => {
    const query =
      '/Patient?identifier=A1&identifer=A1&_sort=birthdate&_summary=text&_include=Patient:nothing&name=';
    const lenient = await call('GET', query);
    assert.equal(found(lenient), ['Patient/p1', 'Patient/p2', 'outcome OperationOutcome']);
    assert.is(lenient.body.total, 2);
    assert.equal(lenient.body.entry[2].resource.issue, [
      {
        severity: 'warning',
        code: 'not-supported',
        diagnostics: "search parameter 'identifer' is not supported on Patient",
      },
      { severity: 'warning', code: 'not-supported', diagnostics: 'this value of _sort is not supported' },
      { severity: 'warning', code: 'not-supported', diagnostics: 'this value of _summary is not supported' },
      {
        severity: 'warning',
        code: 'not-supported',
        diagnostics: "_include 'Patient:nothing' is not supported on Patient",
      },
      { severity: 'warning', code: 'not-supported', diagnostics: "search parameter 'name' has no value" },
    ]);
    assert.equal(lenient.body.link, [{ relation: 'self', url: `${url}/Patient?identifier=A1` }]);
    const strict = await call('GET', query, undefined, { prefer: 'return=minimal; handling=strict' });
    assert.is(strict.status, 400);
    assert.equal(issues(strict), Array(5).fill('error/not-supported'));
  }));

test('pages: next links lead through everything once, also while others write', () =>
  withSandbox({}, async (call, { url }) => {
    for (let index = 0; index < 7; index++)
      await call('POST', '/Patient', { resourceType: 'Patient', active: true });
    const first = await call('GET', '/Patient?active=true&_count=3');
    assert.equal(found(first), ['Patient/1', 'Patient/2', 'Patient/3']);
    assert.is(first.body.total, 7);
    assert.equal(first.body.link, [
      { relation: 'self', url: `${url}/Patient?active=true&_count=3` },
      { relation: 'next', url: `${url}/Patient?active=true&_count=3&_cursor=3` },
    ]);
    await call('DELETE', '/Patient/2');
    await call('POST', '/Patient', { resourceType: 'Patient', active: true });
    const second = await call('GET', first.body.link[1].url.slice(url.length));
    assert.equal(found(second), ['Patient/4', 'Patient/5', 'Patient/6']);
    const third = await call('GET', second.body.link[1].url.slice(url.length));
    assert.equal(found(third), ['Patient/7', 'Patient/8']);
    assert.equal(third.body.link.length, 1);
    const newest = await call('GET', '/Patient?_sort=-_lastUpdated&_count=2');
    assert.equal(found(newest), ['Patient/8', 'Patient/7']);
    assert.equal(found(await call('GET', newest.body.link[1].url.slice(url.length))), [
      'Patient/6',
      'Patient/5',
    ]);
  }));

test('_summary=count, _count=0, _elements', () =>
  withResources(async (call, url) => {
    const count = { resourceType: 'Bundle', type: 'searchset', total: 3 };
    assert.equal((await call('GET', '/Patient?_summary=count')).body, {
      ...count,
      link: [{ relation: 'self', url: `${url}/Patient?_summary=count` }],
    });
    assert.equal((await call('GET', '/Patient?_count=0')).body, {
      ...count,
      link: [{ relation: 'self', url: `${url}/Patient?_count=0` }],
    });
    const part = await call('GET', '/Patient?_id=p1&_elements=birthDate');
    const { resource } = part.body.entry[0];
    assert.equal(Object.keys(resource), ['resourceType', 'id', 'meta', 'birthDate']);
    assert.is(resource.meta.tag[0].code, 'SUBSETTED');
  }));

test('_include and _revinclude', () =>
  withResources(async (call) => {
    assert.equal(
      found(
        await call(
          'GET',
          '/ImagingStudy?_id=s1&_include=ImagingStudy:endpoint&_include=ImagingStudy:subject:Patient',
        ),
      ),
      ['ImagingStudy/s1', 'include Endpoint/e1', 'include Patient/p1'],
    );
    assert.equal(found(await call('GET', '/Patient?_id=p1,p2&_revinclude=ImagingStudy:subject')), [
      'Patient/p1',
      'Patient/p2',
      'include ImagingStudy/s1',
      'include ImagingStudy/s2',
    ]);
    const ofDevices = await call('GET', '/Patient?_id=p1&_revinclude=ImagingStudy:subject:Device');
    assert.equal(found(ofDevices), ['Patient/p1']);
  }));

test('what is deleted or changed is no longer found', () =>
  withResources(async (call) => {
    await call('DELETE', '/Patient/p1');
    await call('PUT', '/ImagingStudy/s2', study('s2', { subject: { reference: 'Patient/p3' } }));
    assert.equal(found(await call('GET', '/Patient?identifier=A1')), ['Patient/p2']);
    assert.equal(found(await call('GET', '/ImagingStudy?patient.identifier=A1')), []);
    assert.equal(found(await call('GET', '/ImagingStudy?modality=MR')), []);
    assert.equal(found(await call('GET', '/ImagingStudy?patient._id=p1')), []);
    assert.equal(found(await call('GET', '/ImagingStudy?patient._id=p3')), ['ImagingStudy/s2']);
    assert.equal(found(await call('GET', '/ImagingStudy?instance=1.2.3.1.11')), []);
  }));

test.run();
