import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createFhirSandbox } from '../../engine/sandbox/fhir-server.ts';
import { temporaryFolder } from '../support/temp.ts';
import { issues, withSandbox } from './fhir-calls.ts';

const test = suite('sandbox: HTTP, faults, files, pages');

test('gzip bodies, and the limit before and after decompression', () =>
  withSandbox({ maxBodyBytes: 2000 }, async (call, sandbox) => {
    const patient = (length: number) =>
      JSON.stringify({ resourceType: 'Patient', name: [{ text: 'x'.repeat(length) }] });
    const gzip = { 'content-encoding': 'gzip' };
    assert.is((await call('POST', '/Patient', gzipSync(patient(1000)), gzip)).status, 201);
    assert.is((await call('POST', '/Patient', gzipSync(patient(1_000_000)), gzip)).status, 413);
    assert.is((await call('POST', '/Patient', patient(3000))).status, 413);
    assert.is((await call('POST', '/Patient', patient(10), gzip)).status, 400);
    assert.is((await call('POST', '/Patient', patient(10), { 'content-encoding': 'br' })).status, 415);
    assert.is(sandbox.resources().length, 1);
  }));

test('a token, when one is set', () =>
  withSandbox({ token: 'sesame' }, async (call) => {
    const without = await call('GET', '/metadata');
    assert.is(without.status, 401);
    assert.is(without.headers.get('www-authenticate'), 'Bearer');
    assert.equal(issues(without), ['error/login']);
    assert.is((await call('GET', '/metadata', undefined, { authorization: 'Bearer sesamE' })).status, 401);
    assert.is((await call('GET', '/metadata', undefined, { authorization: 'Bearer sesame' })).status, 200);
  }));

test('on loopback only loopback names are served', () =>
  withSandbox({}, async (_call, { url }) => {
    const statusFor = (host: string) =>
      new Promise((resolve, reject) => {
        const request = httpRequest(`${url}/metadata`, { headers: { host } }, (response) => {
          response.resume();
          resolve(response.statusCode);
        });
        request.on('error', reject).end();
      });
    assert.is(await statusFor('attacker.example'), 421);
    assert.is(await statusFor('localhost:8080'), 200);
  }));

test('faults: another answer, a lost answer, a lost request', async () => {
  const faults = ({ body }: { body?: string }) => {
    if (body?.includes('busy')) return { status: 429, headers: { 'retry-after': '1' }, body: 'slow down' };
    if (body?.includes('lost answer')) return { drop: true, after: true, delayMs: 5 } as const;
    if (body?.includes('lost request')) return { drop: true } as const;
    if (body?.includes('gateway')) return { status: 502, after: true } as const;
    return undefined;
  };
  await withSandbox({ faults }, async (call, sandbox) => {
    const send = (id: string, text: string) =>
      call('PUT', `/Patient/${id}`, { resourceType: 'Patient', id, name: [{ text }] });
    const busy = await send('a', 'busy');
    assert.equal([busy.status, busy.headers.get('retry-after'), busy.text], [429, '1', 'slow down']);
    for (const [id, text] of [
      ['b', 'lost answer'],
      ['c', 'lost request'],
    ] as const) {
      let failure: unknown;
      await send(id, text).catch((error: unknown) => {
        failure = error;
      });
      assert.instance(failure, TypeError);
    }
    assert.is((await send('d', 'gateway')).status, 502);
    assert.is((await send('e', 'fine')).status, 201);
    assert.equal(
      sandbox.resources().map(({ id }) => id),
      ['b', 'd', 'e'],
    );
    assert.equal(
      sandbox.requests().map(({ method, path, status }) => `${method} ${path} ${status}`),
      [
        'PUT /fhir/Patient/a 429',
        'PUT /fhir/Patient/b 0',
        'PUT /fhir/Patient/c 0',
        'PUT /fhir/Patient/d 502',
        'PUT /fhir/Patient/e 201',
      ],
    );
  });
});

test('a file keeps resources, versions and ids across restarts', async () => {
  const path = join(temporaryFolder(), 'store.db');
  await withSandbox({ path }, async (call) => {
    await call('POST', '/Patient', { resourceType: 'Patient' });
    await call('DELETE', '/Patient/1');
    await call('POST', '/Patient', { resourceType: 'Patient', active: true });
  });
  await withSandbox({ path }, async (call, sandbox) => {
    assert.is((await call('GET', '/Patient/1')).status, 410);
    assert.is((await call('GET', '/Patient?active=true')).body.total, 1);
    assert.is((await call('POST', '/Patient', { resourceType: 'Patient' })).body.id, '3');
    assert.equal(
      sandbox.resources().map(({ id }) => id),
      ['2', '3'],
    );
  });
});

test('a port that is taken is an error, not a hang', () =>
  withSandbox({}, async (_call, { url }) => {
    let code: unknown;
    await createFhirSandbox({ port: Number(new URL(url).port) }).catch((error: unknown) => {
      code = (error as { code?: string }).code;
    });
    assert.is(code, 'EADDRINUSE');
  }));

test('pages: counts, a list, a resource with links; stored text never becomes markup', () =>
  withSandbox({}, async (call, { url }) => {
    await call('PUT', '/Patient/p', {
      resourceType: 'Patient',
      id: 'p',
      name: [{ family: '<script>alert(1)</script>' }],
    });
    await call('PUT', '/ImagingStudy/s', {
      resourceType: 'ImagingStudy',
      id: 's',
      status: 'available',
      subject: { reference: 'Patient/p', display: '"><img src=x onerror=alert(1)>' },
    });
    const html = { accept: 'text/html,application/xhtml+xml' };
    const start = await fetch(url.replace('/fhir', '/')).then((response) => response.text());
    assert.match(start, '<td><a href="/fhir/Patient">Patient</a></td><td>1</td>');
    const list = await call('GET', '/Patient', undefined, html);
    assert.match(
      list.text,
      '<a href="/fhir/Patient/p">p</a></td><td><bdi>&lt;script&gt;alert(1)&lt;/script&gt;</bdi></td>',
    );
    const patient = await call('GET', '/Patient/p', undefined, html);
    assert.match(patient.text, '<a href="/fhir/ImagingStudy/s">ImagingStudy/s</a>');
    const study = await call('GET', '/ImagingStudy/s', undefined, html);
    assert.match(study.text, '&quot;reference&quot;: &quot;<a href="/fhir/Patient/p">Patient/p</a>&quot;');
    for (const page of [list, patient, study]) {
      assert.not.match(page.text, /<(?:script|img)/);
      assert.match(page.headers.get('content-security-policy') ?? '', "default-src 'none'");
    }
    const missing = await call('GET', '/Patient/none', undefined, html);
    assert.equal([missing.status, missing.headers.get('content-type')], [404, 'text/html; charset=utf-8']);
    assert.match((await call('GET', '/Patient/p?_pretty=true')).text, '{\n  "resourceType": "Patient",');
  }));

test.run();
