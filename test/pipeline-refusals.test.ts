/**
 * What a FHIR server refuses for its content, as literals: the guilty entries get rows, everything else is stored, and the
 * server is not asked more often than needed.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { engineErrorOf } from './support/engine-error.ts';
import { canonical, created, deleted, isTransaction, type Loop, updated, withLoop } from './support/loop.ts';
import {
  ANNA,
  aboutStudies,
  BERT,
  inTurn,
  listing,
  only,
  outcome,
  refusing,
  rows,
  sent,
} from './support/loop-view.ts';

const test = suite('pipeline: refusals');

test('several resources with one identity: a row for each entry about them, and nobody else waits', () =>
  withLoop({}, async (loop) => {
    const twin = { resourceType: 'Patient', identifier: [{ value: 'patient-anna' }] };
    for (const _ of [1, 2]) await loop.write('POST', 'Patient', twin);
    await loop.show([created(1, '1.1.1', ANNA), created(2, '2.1.1', BERT), created(3, '1.1.2', ANNA)]);
    await loop.run();
    assert.equal(listing(loop), ['study 2: 2.25.2.1.1']);
    assert.equal(rows(loop), [
      '1 FhirFailToStore resource.ambiguous',
      '3 FhirFailToStore resource.ambiguous',
    ]);
    assert.is(loop.rows()[0]?.rule, 'Patient.identifier');
    assert.is(loop.state.position('source')?.sequence, 3);
  }));

test('an ambiguous study does not hold up the other studies of its patient', () =>
  withLoop({}, async (loop) => {
    const twin = {
      resourceType: 'ImagingStudy',
      identifier: [{ system: 'urn:dicom:uid', value: 'urn:oid:2.25.1' }],
      status: 'available',
      subject: { display: 'somebody' },
    };
    for (const _ of [1, 2]) await loop.write('POST', 'ImagingStudy', twin);
    await loop.show([created(1, '1.1.1', ANNA), created(2, '2.1.1', ANNA), deleted(3, '1.1.9')]);
    await loop.run();
    assert.equal(listing(loop), ['study 1:', 'study 1:', 'study 2: 2.25.2.1.1']);
    assert.equal(rows(loop), [
      '1 FhirFailToStore resource.ambiguous',
      '3 FhirFailToStore resource.ambiguous',
    ]);
    assert.equal(sent(loop), ['POST Endpoint', 'POST Patient, POST ImagingStudy']);
  }));

test('several matches that only the server sees: the same', () =>
  withLoop({}, async (loop) => {
    // As on servers for which an identifier without a system matches every system.
    const found = ['1', '2'].map((id) => ({
      resource: {
        resourceType: 'Patient',
        id,
        meta: { versionId: '1' },
        identifier: [{ system: 's', value: 'patient-anna' }],
      },
    }));
    const searchset = JSON.stringify({ resourceType: 'Bundle', type: 'searchset', entry: found });
    await loop.show([created(1, '1.1.1', ANNA), created(2, '2.1.1', BERT), created(3, '3.1.1', ANNA)]);
    loop.onFhir((request) => {
      // Only the question whether there are two is answered so.
      if (request.path.startsWith('/fhir/Patient?') && request.path.endsWith('anna&_count=2'))
        return { status: 200, body: searchset };
      const isRefused = isTransaction(request) && request.body?.includes('"patient-anna"');
      return isRefused ? { status: 412, body: outcome('multiple-matches') } : undefined;
    });
    await loop.run();
    assert.equal(listing(loop), ['study 2: 2.25.2.1.1']);
    assert.equal(rows(loop), [
      '1 FhirFailToStore resource.ambiguous',
      '3 FhirFailToStore resource.ambiguous',
    ]);
    // What was found out about the one is not asked again for each of the entries.
    assert.is(loop.transactions(), 3);
  }));

test('refused content: one row for the guilty entry, in 2⌈log2 n⌉ + 1 further transactions at most', async () => {
  for (const count of [1, 2, 3, 5, 8]) {
    for (let guilty = 1; guilty <= count; guilty++) {
      await withLoop({}, async (loop) => {
        const numbers = Array.from({ length: count }, (_, index) => index + 1);
        // Something is stored already, so that it could be at fault.
        await loop.show([created(1, '1.1.100', ANNA)]);
        await loop.run();
        const before = transactionsIn(loop);
        for (const number of numbers) loop.push(created(number + 1, `1.1.${number}`, ANNA));
        loop.onFhir(refusing(`2.25.1.1.${guilty}`));
        await loop.run();
        const others = numbers.filter((number) => number !== guilty).map((number) => `2.25.1.1.${number}`);
        assert.equal(listing(loop), [['study 1: 2.25.1.1.100', ...others].join(' ')]);
        assert.equal(rows(loop), [`${guilty + 1} FhirFailToStore fhir.refused`]);
        assert.equal(loop.rows()[0]?.outcome, ['error/invalid']);
        const further = transactionsIn(loop) - before - 1;
        assert.ok(
          further <= 2 * Math.ceil(Math.log2(count)) + 1,
          `${count} entries, ${guilty} guilty: ${further}`,
        );
      });
    }
  }
});

function transactionsIn(loop: Loop): number {
  return loop.fhir.requests().filter(({ method, path }) => method === 'POST' && path === '/fhir').length;
}

test('what is stored in the end is the fold without the guilty entries', async () => {
  const entries = [
    created(1, '1.1.1', { ...ANNA, StudyDescription: 'Thorax nativ' }),
    created(2, '1.1.2', { ...ANNA, PatientSex: 'F' }),
    created(3, '1.2.1', { ...BERT, StudyDescription: 'Abdomen nativ', Modality: 'MR' }),
    created(4, '2.1.1', { ...BERT, StudyDate: '20240203' }),
    updated(5, '2.1.2', { ...ANNA, PatientName: 'Zebra^Anna^Maria' }),
    created(6, '2.1.3', { ...BERT, PatientSex: 'M' }),
  ];
  for (const guilty of [[1], [2], [3], [6], [1, 4], [2, 3, 5]]) {
    const isGuilty = ({ sequence }: { sequence: number }) => guilty.includes(sequence);
    const expected = await withLoop({}, async (loop) => {
      await loop.show(entries.filter((entry) => !isGuilty(entry)));
      await loop.run();
      return canonical(loop.fhir.resources());
    });
    await withLoop({}, async (loop) => {
      await loop.show(entries);
      loop.onFhir(refusing(...entries.filter(isGuilty).map(({ sopInstanceUid }) => sopInstanceUid)));
      await loop.run();
      assert.is(canonical(loop.fhir.resources()), expected);
      assert.equal(
        rows(loop),
        guilty.map((sequence) => `${sequence} FhirFailToStore fhir.refused`),
      );
    });
  }
});

test('a stored resource that the server would refuse as it stands: the rest gets the code at once', () =>
  withLoop({}, async (loop) => {
    await loop.show([created(1, '1.1.1', ANNA)]);
    await loop.run();
    const before = loop.transactions();
    for (let number = 2; number <= 9; number++) loop.push(created(number, `1.1.${number}`, ANNA));
    loop.push(created(10, '2.1.1', ANNA));
    loop.onFhir(refusing('urn:oid:2.25.1'));
    await loop.run();
    assert.equal(listing(loop), ['study 1: 2.25.1.1.1', 'study 2: 2.25.2.1.1']);
    const refused = [2, 3, 4, 5, 6, 7, 8, 9].map((sequence) => `${sequence} FhirFailToStore fhir.refused`);
    assert.equal(rows(loop), refused);
    // Nine entries are halved down to one (5), the stored resources are asked together and one by one (3), the last is sent (1).
    assert.is(loop.transactions() - before, 9);
  }));

test('an invariant that the stored resource breaks: the same, and nothing is sent', () =>
  withLoop(
    {
      mappings: ['patient.yaml', 'endpoint.yaml', 'imaging-study.yaml', BROKEN_INVARIANT],
    },
    async (loop) => {
      const specimen = {
        resourceType: 'Specimen',
        identifier: [{ system: 'urn:x', value: 'urn:oid:2.25.1' }],
      };
      assert.is(await loop.write('POST', 'Specimen', specimen), 201);
      const values = { ...ANNA, StudyDate: '20240102' };
      await loop.show([
        created(1, '1.1.1', values),
        created(2, '1.1.2', values),
        created(3, '2.1.1', values),
      ]);
      await loop.run();
      assert.equal(listing(loop), ['study 2: 2.25.2.1.1']);
      assert.equal(rows(loop), [
        '1 FhirFailToStore resource.assertion',
        '2 FhirFailToStore resource.assertion',
      ]);
    },
  ));

const BROKEN_INVARIANT = `
resource: Specimen
identity: identifier
rules:
  identifier:
    to: Specimen.identifier.where(system = 'urn:x').value
    tag: StudyInstanceUID
    prefix: "urn:oid:"
    required: true
  status:
    to: Specimen.status
    const: available
    on: create
  receivedTime:
    to: Specimen.receivedTime
    tag: StudyDate
assert:
  available:
    fhirpath: status = 'available'
`;

test('what is wrong with a stored resource already does not stand in the way', () =>
  withLoop({}, async (loop) => {
    await loop.show([created(1, '1.1.1', ANNA)]);
    await loop.run();
    const stored = only(loop, 'ImagingStudy');
    const [series] = stored['series'] as readonly object[];
    // Their second series lacks its modality, and R4 has no such element as theirs.
    const theirs = { ...stored, theirs: true, series: [series, { uid: '2.25.77', instance: [] }] };
    const searchset = { resourceType: 'Bundle', type: 'searchset', entry: [{ resource: theirs }] };
    loop.onFhir((request) => {
      if (request.path.startsWith('/fhir/ImagingStudy?'))
        return { status: 200, body: JSON.stringify(searchset) };
      if (!isTransaction(request)) return undefined;
      const answer = {
        resourceType: 'Bundle',
        type: 'transaction-response',
        entry: [{ response: { status: '200 OK' } }],
      };
      return { status: 200, body: JSON.stringify(answer) };
    });
    loop.push(created(2, '1.1.2', ANNA));
    await loop.run();
    // Removing the first series moves the second to its place.
    loop.push(deleted(3, '1.1.1'));
    await loop.run();
    assert.equal(rows(loop), []);
    const [added, removed] = loop.bundles.slice(-2).map(({ entry }) => entry[0]?.resource);
    assert.equal([added?.['theirs'], removed?.['theirs']], [true, true]);
    assert.equal(removed?.['series'], [{ uid: '2.25.77', instance: [], numberOfInstances: 0 }]);
  }));

test('a transaction that was stored in part stops the engine', () =>
  withLoop({}, async (loop) => {
    await loop.show([created(1, '1.1.1', ANNA), created(2, '2.1.1', BERT)]);
    const entry = ['201 Created', '412 Precondition Failed'].map((status) => ({ response: { status } }));
    const body = JSON.stringify({ resourceType: 'Bundle', type: 'transaction-response', entry });
    loop.onFhir(inTurn({ status: 200, body }));
    const error = await engineErrorOf(() => loop.run());
    assert.is(error.code, 'fhir.not-atomic');
    assert.equal([loop.rows(), loop.state.position('source')], [[], undefined]);
  }));

test('a transaction refused entry by entry under status 200 is a refusal', () =>
  withLoop({}, async (loop) => {
    await loop.show([created(1, '1.1.1', ANNA)]);
    const entry = ['422', '424'].map((status) => ({ response: { status } }));
    const body = JSON.stringify({ resourceType: 'Bundle', type: 'transaction-response', entry });
    loop.onFhir((request) => (aboutStudies(request) ? { status: 200, body } : undefined));
    await loop.run();
    assert.equal(rows(loop), ['1 FhirFailToStore fhir.refused']);
  }));

test('what all studies refer to is ambiguous: the engine stops, and no entry gets a row', () =>
  withLoop({}, async (loop) => {
    const twin = {
      resourceType: 'Endpoint',
      identifier: [{ system: 'urn:dicomcast:source', value: 'https://dicom.example.org' }],
      status: 'active',
      connectionType: { code: 'x' },
      payloadType: [{ text: 'x' }],
      address: 'https://dicom.example.org',
    };
    for (const _ of [1, 2]) assert.is(await loop.write('POST', 'Endpoint', twin), 201);
    await loop.show([created(1, '1.1.1', ANNA)]);
    assert.is((await engineErrorOf(() => loop.run())).code, 'resource.ambiguous');
    assert.equal([loop.rows(), loop.state.position('source'), loop.transactions()], [[], undefined, 0]);
  }));

test.run();
