/**
 * Limits of FHIR servers and answers that would never end, as literals: conflicts that last, resources that grow too large,
 * servers that take one identifier for another, transactions that turn out longer than thought.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { retryEntries } from '../engine/redrive.ts';
import { startEngine } from './support/engine.ts';
import { entries } from './support/entries.ts';
import { created, deleted, isTransaction, type Loop, withLoop } from './support/loop.ts';
import { ANNA, BERT, listing, outcome, rows, sent } from './support/loop-view.ts';
import { STEPS } from './support/steps.ts';

const test = suite('pipeline: limits');

const final = (loop: Loop): readonly string[] => rows(loop).filter((row) => !row.includes('TransientRetry'));

test('a conflict that does not end is a refusal: the guilty entry has a row, the others are stored', () =>
  withLoop({}, async (loop) => {
    await loop.show([1, 2, 3, 4].map((number) => created(number, `1.1.${number}`, ANNA)));
    loop.push(created(5, '2.1.1', BERT));
    loop.onFhir((request) =>
      isTransaction(request) && request.body?.includes('2.25.1.1.3')
        ? { status: 409, body: outcome('conflict') }
        : undefined,
    );
    await loop.run();
    assert.equal(listing(loop), ['study 1: 2.25.1.1.1 2.25.1.1.2 2.25.1.1.4', 'study 2: 2.25.2.1.1']);
    assert.equal(final(loop), ['3 FhirFailToStore fhir.conflict']);
    const waited = loop.pauses.reduce((sum, pause) => sum + pause);
    assert.ok(waited < 120_000, `waited ${waited} ms`);
  }));

test('a race that is lost five times is won at the sixth', () =>
  withLoop({}, async (loop) => {
    await loop.show([created(1, '1.1.1', ANNA)]);
    let lost = 0;
    loop.onFhir((request) =>
      isTransaction(request) && request.body?.includes('"ImagingStudy"') && ++lost <= 5
        ? { status: 412, body: outcome('conflict') }
        : undefined,
    );
    await loop.run();
    assert.equal([listing(loop), final(loop)], [['study 1: 2.25.1.1.1'], []]);
  }));

test('a resource at its limit: rows for what would grow it, removals go on, and after raising the limit a retry stores the rest', () =>
  withLoop({ maxResourceBytes: 1100 }, async (loop) => {
    await loop.show([1, 2, 3, 4, 5, 6, 7, 8].map((number) => created(number, `1.1.${number}`, ANNA)));
    loop.push(deleted(9, '1.1.1'));
    loop.push(created(10, '2.1.1', BERT));
    await loop.run();
    const stored = listing(loop);
    assert.equal(stored, ['study 1: 2.25.1.1.2 2.25.1.1.3 2.25.1.1.4 2.25.1.1.5', 'study 2: 2.25.2.1.1']);
    assert.equal(
      final(loop),
      [6, 7, 8].map((sequence) => `${sequence} FhirFailToStore resource.too-large`),
    );
    assert.match(loop.rows()[0]?.message ?? '', /would have \d+ bytes; fhir.maxResourceBytes is 1100/);
    await loop.with((parts) => retryEntries(parts, { code: 'resource.too-large' }), {
      maxResourceBytes: 4000,
    });
    const all = [2, 3, 4, 5, 6, 7, 8].map((number) => `2.25.1.1.${number}`);
    assert.is(listing(loop)[0], ['study 1:', ...all].join(' '));
    assert.ok(loop.rows().every(({ closedAs }) => closedAs === 'stored'));
  }));

const stranger = {
  resourceType: 'Patient',
  id: 'stranger',
  meta: { versionId: '1' },
  identifier: [{ system: 'urn:other-hospital', value: 'PATIENT-ANNA' }],
};

test('a server that does not compare systems: no study is given to a stranger, and nobody else waits', () =>
  withLoop({}, async (loop) => {
    await loop.show([created(1, '1.1.1', ANNA), created(2, '2.1.1', BERT), created(3, '1.1.2', ANNA)]);
    const body = JSON.stringify({
      resourceType: 'Bundle',
      type: 'searchset',
      entry: [{ resource: stranger }],
    });
    loop.onFhir(({ path }) =>
      path.startsWith('/fhir/Patient?') && path.includes('anna') ? { status: 200, body } : undefined,
    );
    await loop.run();
    assert.equal(listing(loop), ['study 2: 2.25.2.1.1']);
    assert.equal(final(loop), [
      '1 FhirFailToStore resource.loose-match',
      '3 FhirFailToStore resource.loose-match',
    ]);
    assert.is(loop.rows()[0]?.rule, 'Patient.identifier');
    assert.equal(sent(loop), ['POST Endpoint', 'POST Patient, POST ImagingStudy']);
  }));

test('two identifiers in one person are no such server', () =>
  withLoop({ settings: { patientSystemId: 'urn:here' } }, async (loop) => {
    const anna = {
      resourceType: 'Patient',
      identifier: [
        { system: 'urn:here', value: 'patient-anna' },
        { system: 'urn:other-hospital', value: 'patient-bert' },
      ],
    };
    assert.is(await loop.write('POST', 'Patient', anna), 201);
    // One group, so that both are asked for in one search.
    await loop.show([created(1, '1.1.1', ANNA), created(2, '1.1.2', BERT)]);
    await loop.run();
    assert.equal([final(loop), loop.fhir.resources('Patient').length], [[], 2]);
  }));

test('a conditional create that is answered with another resource for ever is asked twice', () =>
  withLoop({}, async (loop) => {
    await loop.show([created(1, '1.1.1', ANNA), created(2, '2.1.1', BERT)]);
    const entry = ['Patient/stranger', 'ImagingStudy/1'].map((place) => ({
      response: { status: '200 OK', location: `${place}/_history/1`, etag: 'W/"1"' },
    }));
    const body = JSON.stringify({ resourceType: 'Bundle', type: 'transaction-response', entry });
    loop.onFhir((request) =>
      isTransaction(request) && request.body?.includes('patient-anna') ? { status: 200, body } : undefined,
    );
    await loop.run();
    assert.equal(listing(loop), ['study 2: 2.25.2.1.1']);
    assert.equal(final(loop), ['1 FhirFailToStore resource.loose-match']);
    assert.equal(loop.pauses, [0]);
  }));

test('what goes out of stored sets counts against the limit of a transaction', async () => {
  const engine = await startEngine({ mappings: [STEPS], maxTransactionEntries: 8 });
  const instance = (SOPInstanceUID: string, steps: string) => ({
    SOPInstanceUID,
    StudyInstanceUID: '9.1',
    RequestAttributesSequence: [...steps].map((ScheduledProcedureStepID) => ({ ScheduledProcedureStepID })),
  });
  try {
    await engine.run(entries(instance('1', 'abcdef'), instance('2', 'ghijkl')), { pageSize: 1 });
    assert.is(engine.stored('Observation').length, 12);
    const { sent: bundles, rows: errors } = await engine.run(entries(instance('1', 'a'), instance('2', 'g')));
    assert.equal(
      bundles.map(({ entry }) => entry.map(({ request }) => request.method).join(' ')),
      ['DELETE DELETE DELETE DELETE DELETE', 'DELETE DELETE DELETE DELETE DELETE'],
    );
    assert.equal([engine.stored('Observation').length, errors], [2, []]);
  } finally {
    await engine.close();
  }
});

test('what went out of a set and comes again is not taken for what was remembered', async () => {
  const engine = await startEngine({ mappings: [STEPS] });
  const at = (steps: string) => ({
    SOPInstanceUID: '1',
    StudyInstanceUID: '9.1',
    RequestAttributesSequence: [...steps].map((ScheduledProcedureStepID) => ({ ScheduledProcedureStepID })),
  });
  try {
    await engine.run(entries(at('abc'), at('abc'), at('ab'), at('abc'), at('c')), { pageSize: 1 });
    const steps = engine
      .stored('Observation')
      .map(({ identifier }) => (identifier as readonly { value: string }[])[0]?.value);
    assert.equal(steps, ['c']);
  } finally {
    await engine.close();
  }
});

test.run();
