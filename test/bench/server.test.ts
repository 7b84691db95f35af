/**
 * The server of the benchmarks answers as the services do that it stands for, as far as the engine and its rival ask.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createEntryTexts, entriesOf, placeOf } from '../../bench/entries.ts';
import { createBenchServer } from '../../bench/server.ts';

const SHAPE = { studies: 3, instances: 2, atOnce: 2, patients: 2 };

const servers = suite('benchmark server');
const server = await createBenchServer();

servers.before.each(() => server.load({ shape: SHAPE, last: 5, feedLatency: 0, fhirLatency: 0 }));
servers.after(() => server.close());

async function ask(path: string, body?: unknown, headers: Record<string, string> = {}) {
  const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body), headers };
  const response = await fetch(path, init);
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}

servers('entries: two studies in turn, then the third; the same text every time', () => {
  assert.equal(
    [1, 2, 3, 4, 5, 6].map((sequence) => placeOf(SHAPE, sequence)),
    [
      { study: 0, instance: 0 },
      { study: 1, instance: 0 },
      { study: 0, instance: 1 },
      { study: 1, instance: 1 },
      { study: 2, instance: 0 },
      { study: 2, instance: 1 },
    ],
  );
  assert.equal(createEntryTexts(SHAPE)(2, 4), createEntryTexts(SHAPE)(1, 6).slice(1, 4));
  const large = { studies: 4, instances: 500, atOnce: 2, patients: 2 };
  const [texts, entries] = [createEntryTexts(large)(1, 2000), entriesOf(large)];
  assert.is(new Set(entries.map(({ sopInstanceUid }) => sopInstanceUid)).size, 2000);
  assert.is(new Set(entries.map(({ seriesInstanceUid }) => seriesInstanceUid)).size, 20);
  assert.is(Object.keys(entries[0]?.metadata ?? {}).length, 103);
  const bytes = texts.reduce((sum, text) => sum + text.length, 0) / 2000;
  assert.ok(bytes > 5500 && bytes < 6000, `${bytes}`);
});

servers('feed: windows over sequence numbers, at most 100 wide', async () => {
  const page = await ask(`${server.feedUrl}/v1/changefeed?offset=3&limit=100&includeMetadata=true`);
  assert.equal(
    page.body.map(({ sequence }: { sequence: number }) => sequence),
    [4, 5],
  );
  assert.is((await ask(`${server.feedUrl}/v1/changefeed/latest`)).body.sequence, 5);
  assert.equal((await ask(`${server.feedUrl}/v1/changefeed?offset=9&limit=100`)).body, []);
  const response = await fetch(`${server.feedUrl}/v1/changefeed?offset=0&limit=101`);
  assert.is(response.status, 400);
  assert.is((await server.counts()).feedRequests, 4);
});

const PATIENT = { resourceType: 'Patient', identifier: [{ system: 'urn:x', value: 'a|b' }] };
const URN = 'urn:uuid:00000000-0000-4000-8000-000000000001';

function transaction(...entry: readonly unknown[]) {
  return { resourceType: 'Bundle', type: 'transaction', entry };
}

servers('FHIR: conditional creates, references inside the bundle, searches by identifier', async () => {
  const make = {
    fullUrl: URN,
    resource: PATIENT,
    request: { method: 'POST', url: 'Patient', ifNoneExist: 'identifier=urn%3Ax%7Ca%5C%7Cb' },
  };
  const study = {
    resource: { resourceType: 'Basic', subject: { reference: URN } },
    request: { method: 'POST', url: 'Basic' },
  };
  const statuses = ({ body }: { body: { entry: { response: { status: string } }[] } }) =>
    body.entry.map(({ response }) => response.status);
  const first = await ask(server.fhirUrl, transaction(make, study));
  assert.equal(statuses(first), ['201 Created', '201 Created']);
  const { id } = first.body.entry[0].resource;
  assert.is(first.body.entry[1].resource.subject.reference, `Patient/${id}`);
  assert.equal(statuses(await ask(server.fhirUrl, transaction(make))), ['200 OK']);
  const found = await ask(`${server.fhirUrl}/Patient?identifier=urn%3Ax%7Cother,urn%3Ax%7Ca%5C%7Cb&_count=2`);
  assert.equal(
    found.body.entry.map(({ resource }: { resource: { id: string } }) => resource.id),
    [id],
  );
  assert.is((await ask(`${server.fhirUrl}/Patient?family=x`)).status, 400);
});

servers(
  'FHIR: a stale version is refused and nothing is stored; minimal answers have no resources',
  async () => {
    const put = (version: string) => ({
      resource: PATIENT,
      request: { method: 'PUT', url: 'Patient/p', ...(version === '' ? {} : { ifMatch: `W/"${version}"` }) },
    });
    assert.is((await ask(server.fhirUrl, transaction(put('')))).status, 200);
    const other = { resource: { resourceType: 'Basic' }, request: { method: 'POST', url: 'Basic' } };
    assert.is((await ask(server.fhirUrl, transaction(other, put('2')))).status, 412);
    assert.is((await server.resources()).length, 1);
    const answer = await ask(server.fhirUrl, transaction(put('1')), { prefer: 'return=minimal' });
    assert.equal(Object.keys(answer.body.entry[0]), ['response']);
    assert.is(answer.body.entry[0].response.etag, 'W/"2"');
    const { transactions, fhirBytesIn } = await server.counts();
    assert.is(transactions, 3);
    assert.ok(fhirBytesIn > 500);
  },
);

servers.run();
