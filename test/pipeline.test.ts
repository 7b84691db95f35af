/**
 * What goes wrong on the way to a FHIR server, and what others write meanwhile, as literals: entries and faults go in; what is
 * stored, which rows the error store has, and what was sent come out.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { engineErrorOf } from './support/engine-error.ts';
import { created, deleted, updated, withLoop } from './support/loop.ts';
import {
  ANNA,
  aboutStudies,
  BERT,
  identifierOf,
  inTurn,
  listing,
  only,
  outcome,
  rows,
  sent,
} from './support/loop-view.ts';

const test = suite('pipeline');

test('an answer that is lost after the commit doubles nothing', () =>
  withLoop({}, async (loop) => {
    await loop.show([created(1, '1.1.1', ANNA), created(2, '1.1.2', ANNA)]);
    loop.onFhir(inTurn({ drop: true, after: true }));
    await loop.run();
    assert.equal(listing(loop), ['study 1: 2.25.1.1.1 2.25.1.1.2']);
    assert.is(loop.fhir.resources('Patient').length, 1);
    assert.equal(rows(loop), ['1 TransientRetry fhir.unreachable']);
    assert.equal(sent(loop), ['POST Endpoint', 'POST Patient, POST ImagingStudy']);
  }));

test('conflicts are redone, whichever of the two codes the server uses', () =>
  withLoop({}, async (loop) => {
    await loop.show([created(1, '1.1.1', ANNA)]);
    loop.onFhir(
      inTurn({ status: 409, body: outcome('conflict') }, { status: 412, body: outcome('conflict') }),
    );
    await loop.run();
    assert.equal(listing(loop), ['study 1: 2.25.1.1.1']);
    assert.equal(rows(loop), ['1 TransientRetry fhir.conflict']);
    assert.equal(loop.pauses, [0, 2000]);
  }));

test('what somebody else writes between read and write is kept', () =>
  withLoop({}, async (loop) => {
    await loop.show([created(1, '1.1.1', ANNA)]);
    await loop.run();
    const study = only(loop, 'ImagingStudy');
    let theirs: Promise<number> | undefined;
    loop.onFhir((request) => {
      if (theirs || !aboutStudies(request)) return undefined;
      theirs = loop.write('PUT', `ImagingStudy/${study.id}`, { ...study, reasonCode: [{ text: 'Cough' }] });
      return { delayMs: 50 };
    });
    loop.push(created(2, '1.1.2', ANNA));
    await loop.run();
    assert.is(await theirs, 200);
    assert.equal(listing(loop), ['study 1: 2.25.1.1.1 2.25.1.1.2']);
    assert.equal(only(loop, 'ImagingStudy')['reasonCode'], [{ text: 'Cough' }]);
    assert.equal(rows(loop), ['2 TransientRetry fhir.conflict']);
  }));

test('a resource that somebody else makes at the same time is found and merged', () =>
  withLoop({}, async (loop) => {
    await loop.show([created(1, '1.1.1', ANNA)]);
    let theirs: Promise<number> | undefined;
    loop.onFhir((request) => {
      if (theirs || !aboutStudies(request)) return undefined;
      theirs = loop.write('POST', 'Patient', {
        resourceType: 'Patient',
        identifier: [{ value: 'patient-anna' }],
        telecom: [{ value: '+41 1' }],
      });
      return { delayMs: 50 };
    });
    await loop.run();
    assert.is(await theirs, 201);
    const patient = only(loop, 'Patient');
    assert.equal(patient['telecom'], [{ value: '+41 1' }]);
    assert.equal(patient['name'], [{ use: 'usual', family: 'Zebra', given: ['Anna'] }]);
    assert.equal(only(loop, 'ImagingStudy')['subject'], { reference: `Patient/${patient.id}` });
    assert.equal(rows(loop), ['1 TransientRetry fhir.conflict']);
  }));

test('Retry-After is waited for, at a transaction and at a search', () =>
  withLoop({}, async (loop) => {
    await loop.show([created(1, '1.1.1', ANNA)]);
    let isFirst = true;
    const transactions = inTurn({ status: 429, headers: { 'Retry-After': '7' } });
    loop.onFhir((request) => {
      if (!isFirst) return transactions(request);
      isFirst = false;
      return { status: 503, headers: { 'Retry-After': '120' } };
    });
    await loop.run();
    assert.equal(loop.pauses, [120_000, 7000]);
    assert.equal(listing(loop), ['study 1: 2.25.1.1.1']);
    assert.equal(rows(loop), ['1 TransientRetry fhir.busy']);
  }));

test('a server that asks to wait longer than retry.totalDuration is not waited for', () =>
  withLoop({ retryDuration: 60_000 }, async (loop) => {
    await loop.show([created(1, '1.1.1', ANNA), created(2, '2.1.1', BERT)]);
    loop.onFhir((request) =>
      aboutStudies(request) && request.body?.includes('anna')
        ? { status: 429, headers: { 'Retry-After': '61' } }
        : undefined,
    );
    await loop.run();
    assert.equal(loop.pauses, []);
    assert.equal(rows(loop), ['1 TransientFailure fhir.busy']);
    assert.equal(listing(loop), ['study 2: 2.25.2.1.1']);
  }));

test('an error that lasts longer than retry.totalDuration: rows, and the feed goes on', () =>
  withLoop({ retryDuration: 60_000 }, async (loop) => {
    await loop.show([created(1, '1.1.1', ANNA), created(2, '2.1.1', BERT), created(3, '1.1.2', ANNA)]);
    loop.onFhir((request) =>
      aboutStudies(request) && request.body?.includes('anna')
        ? { status: 500, body: outcome('exception') }
        : undefined,
    );
    await loop.run();
    assert.equal(rows(loop), ['1 TransientFailure fhir.busy', '3 TransientFailure fhir.busy']);
    assert.is(
      loop.pauses.reduce((sum, pause) => sum + pause),
      60_000,
    );
    assert.equal(listing(loop), ['study 2: 2.25.2.1.1']);
  }));

test('a gateway that answers 503 for everything but what it remembers is a server that is down', () =>
  withLoop({ retryDuration: 60_000 }, async (loop) => {
    await loop.show([created(1, '1.1.1', ANNA)]);
    await loop.run();
    await loop.show([created(1, '1.1.1', ANNA), created(2, '2.1.1', BERT)]);
    loop.onFhir(({ path }) =>
      path.includes('Endpoint') ? undefined : { status: 503, body: '<html>no upstream</html>' },
    );
    assert.is((await engineErrorOf(() => loop.run())).code, 'fhir.busy');
    assert.equal(rows(loop), []);
    loop.onFhir(() => undefined);
    await loop.run();
    assert.equal(listing(loop), ['study 1: 2.25.1.1.1', 'study 2: 2.25.2.1.1']);
    assert.equal(rows(loop), []);
  }));

test('wrong credentials stop the engine and drain nothing', () =>
  withLoop({}, async (loop) => {
    await loop.show([created(1, '1.1.1', ANNA), created(2, '2.1.1', BERT)]);
    loop.onFhir(inTurn({ status: 401 }, { status: 403 }));
    const error = await engineErrorOf(() => loop.run());
    assert.is(error.code, 'fhir.unauthorized');
    assert.equal([loop.rows(), loop.state.position('source'), loop.pauses], [[], undefined, []]);
    await loop.run();
    assert.equal(listing(loop), ['study 1: 2.25.1.1.1', 'study 2: 2.25.2.1.1']);
  }));

test('a server that is down costs time, never entries', () =>
  withLoop({}, async (loop) => {
    await loop.show([created(1, '1.1.1', ANNA), created(2, '2.1.1', BERT)]);
    loop.onFhir(() => ({ drop: true }));
    const error = await engineErrorOf(() => loop.run());
    assert.is(error.code, 'fhir.unreachable');
    assert.equal([loop.rows(), loop.state.position('source')], [[], undefined]);
    // Ten minutes in all, whoever waits: the group or the loop.
    assert.is(
      loop.pauses.reduce((sum, pause) => sum + pause),
      600_000,
    );
    loop.onFhir(undefined);
    await loop.run();
    assert.equal(listing(loop), ['study 1: 2.25.1.1.1', 'study 2: 2.25.2.1.1']);
  }));

test('a server that goes down in the middle of a page: the page is read again', () =>
  withLoop({ lanes: 1 }, async (loop) => {
    await loop.show([created(1, '1.1.1', ANNA), created(2, '2.1.1', BERT)]);
    loop.onFhir((request) => (request.body?.includes('bert') ? { drop: true } : undefined));
    assert.is((await engineErrorOf(() => loop.run())).code, 'fhir.unreachable');
    assert.equal(
      [listing(loop), loop.rows(), loop.state.position('source')],
      [['study 1: 2.25.1.1.1'], [], undefined],
    );
    loop.onFhir(undefined);
    await loop.run();
    assert.equal(listing(loop), ['study 1: 2.25.1.1.1', 'study 2: 2.25.2.1.1']);
  }));

test('a group over the limit of the server is cut between entries', async () => {
  const entries = [1, 2, 3, 4].map((number) => created(number, `${number}.1.1`, ANNA));
  for (const [maxTransactionEntries, expected] of [
    [3, ['POST Patient, POST ImagingStudy, POST ImagingStudy', 'POST ImagingStudy, POST ImagingStudy']],
    [2, ['POST Patient, POST ImagingStudy', 'POST ImagingStudy', 'POST ImagingStudy', 'POST ImagingStudy']],
  ] as const) {
    await withLoop({ maxTransactionEntries }, async (loop) => {
      await loop.show(entries);
      await loop.run();
      assert.equal(sent(loop), ['POST Endpoint', ...expected]);
      assert.is(loop.fhir.resources('ImagingStudy').length, 4);
    });
  }
});

test('an unchanged study sends nothing', () =>
  withLoop({}, async (loop) => {
    await loop.show([created(1, '1.1.1', ANNA), created(2, '1.2.1', ANNA)]);
    await loop.run();
    const [before, versions] = [loop.transactions(), JSON.stringify(loop.fhir.resources())];
    loop.push(updated(3, '1.1.1', ANNA));
    loop.push(deleted(4, '1.1.9'));
    await loop.run();
    assert.is(loop.transactions(), before);
    assert.is(JSON.stringify(loop.fhir.resources()), versions);
  }));

test('a removal of what is not listed leaves the study of somebody else as it is', () =>
  withLoop({}, async (loop) => {
    const theirs = {
      resourceType: 'ImagingStudy',
      identifier: [{ system: 'urn:dicom:uid', value: 'urn:oid:2.25.1' }],
      status: 'available',
      subject: { display: 'somebody' },
      series: [
        {
          uid: '2.25.1.1',
          modality: { code: 'CT' },
          instance: [{ uid: '2.25.1.1.1', sopClass: { code: 'x' } }],
        },
      ],
    };
    await loop.write('POST', 'ImagingStudy', theirs);
    const before = JSON.stringify(loop.fhir.resources());
    await loop.show([deleted(1, '1.1.2')]);
    await loop.run();
    assert.is(JSON.stringify(loop.fhir.resources()), before);
  }));

test('what all studies refer to is made once, however many groups run at once, and again when somebody deleted it', () =>
  withLoop({ lanes: 8 }, async (loop) => {
    await loop.show(
      [1, 2, 3, 4, 5, 6, 7, 8].map((n) => created(n, `${n}.1.1`, { PatientID: `patient-no-${n}` })),
    );
    await loop.run();
    const made = only(loop, 'Endpoint');
    assert.is(sent(loop).filter((bundle) => bundle.includes('Endpoint')).length, 1);
    for (const study of loop.fhir.resources('ImagingStudy')) {
      assert.equal(study['endpoint'], [{ reference: `Endpoint/${made.id}` }]);
    }
    assert.is(await loop.write('DELETE', `Endpoint/${made.id}`), 204);
    loop.push(created(9, '9.1.1', ANNA));
    await loop.run();
    const again = only(loop, 'Endpoint');
    assert.is.not(again.id, made.id);
    const newest = loop.fhir
      .resources('ImagingStudy')
      .find((study) => identifierOf(study) === 'urn:oid:2.25.9');
    assert.equal(newest?.['endpoint'], [{ reference: `Endpoint/${again.id}` }]);
  }));

test('two identities that the server keeps in one resource are one resource', () =>
  withLoop({}, async (loop) => {
    const merged = {
      resourceType: 'Patient',
      identifier: [{ value: 'patient-anna' }, { value: 'patient-bert' }],
    };
    assert.is(await loop.write('POST', 'Patient', merged), 201);
    await loop.show([
      created(1, '1.1.1', { ...ANNA, PatientSex: 'F' }),
      created(2, '1.1.2', { ...BERT, PatientSex: undefined }),
    ]);
    await loop.run();
    assert.equal(rows(loop), []);
    assert.equal(sent(loop), ['POST Endpoint', 'PUT Patient, POST ImagingStudy']);
    const patient = only(loop, 'Patient');
    assert.is(patient['gender'], 'female');
    assert.equal(patient['name'], [{ use: 'usual', family: 'Okapi', given: ['Bert'] }]);
  }));

test('two mappings may write to one resource, of which only one reads the dataset', () =>
  withLoop({ mappings: [DEVICE, DEVICE_MAKER] }, async (loop) => {
    await loop.show([created(1, '1.1.1', { SeriesDescription: 'axial slices' })]);
    await loop.run();
    const device = only(loop, 'Device');
    assert.equal([device['status'], device['lotNumber']], ['active', 'axial slices']);
    assert.equal(rows(loop), []);
  }));

const IDENTITY = `
identity: identifier
rules:
  identifier:
    to: Device.identifier.where(system = 'urn:x').value
    value: |
      "the scanner"`;
const DEVICE = `resource: Device${IDENTITY}
  status:
    to: Device.status
    const: active
`;
const DEVICE_MAKER = `resource: Device\nname: DeviceMaker${IDENTITY}
  lotNumber:
    to: Device.lotNumber
    tag: SeriesDescription
`;

test('a stop in the middle of a request leaves no row and no checkpoint, and nothing is tried again', async () => {
  for (const lanes of [1, 8]) {
    await withLoop({ lanes }, async (loop) => {
      const stopping = new AbortController();
      await loop.show([created(1, '1.1.1', ANNA), created(2, '2.1.1', BERT)]);
      loop.onFhir((request) => {
        if (!aboutStudies(request)) return undefined;
        stopping.abort();
        return { delayMs: 20 };
      });
      const progress = await loop.run({ signal: stopping.signal });
      assert.is(progress.drained, false);
      assert.equal([loop.rows(), loop.state.position('source'), loop.log], [[], undefined, []]);
      loop.onFhir(undefined);
      await loop.run();
      assert.equal(listing(loop), ['study 1: 2.25.1.1.1', 'study 2: 2.25.2.1.1']);
      assert.is(loop.fhir.resources('Patient').length, 2);
    });
  }
});

test('the last instance takes the study with it; what comes again is built fresh, in one page or in several', async () => {
  for (const pageSize of [1, 100]) {
    await withLoop({}, async (loop) => {
      await loop.show([created(1, '1.1.1', ANNA)]);
      await loop.run();
      const study = only(loop, 'ImagingStudy');
      await loop.write('PUT', `ImagingStudy/${study.id}`, { ...study, reasonCode: [{ text: 'Cough' }] });
      loop.push(deleted(2, '1.1.1'));
      await loop.run();
      assert.equal(listing(loop), [], 'deleted');

      loop.push(created(3, '1.1.2', ANNA));
      await loop.run();
      const again = only(loop, 'ImagingStudy');
      await loop.write('PUT', `ImagingStudy/${again.id}`, { ...again, reasonCode: [{ text: 'Cough' }] });
      loop.push(deleted(4, '1.1.2'));
      loop.push(created(5, '1.1.3', ANNA));
      await loop.run({ pageSize });
      assert.equal(listing(loop), ['study 1: 2.25.1.1.3']);
      assert.is(only(loop, 'ImagingStudy')['reasonCode'], undefined);
      assert.equal(rows(loop), []);
    });
  }
});

test('the study of somebody else stays when its last instance is removed', () =>
  withLoop({}, async (loop) => {
    const theirs = {
      resourceType: 'ImagingStudy',
      meta: { source: 'https://dicom.example.org2' },
      identifier: [{ system: 'urn:dicom:uid', value: 'urn:oid:2.25.1' }],
      status: 'available',
      subject: { display: 'somebody' },
      series: [
        {
          uid: '2.25.1.1',
          modality: { code: 'CT' },
          instance: [{ uid: '2.25.1.1.1', sopClass: { code: 'x' } }],
        },
      ],
    };
    assert.is(await loop.write('POST', 'ImagingStudy', theirs), 201);
    await loop.show([deleted(1, '1.1.1')]);
    await loop.run();
    const study = only(loop, 'ImagingStudy');
    assert.equal([study['series'], study['numberOfSeries'], study['numberOfInstances']], [undefined, 0, 0]);
  }));

test.run();
