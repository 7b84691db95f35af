/** JSON Patch at the sandbox: operations go in, as a request of their own; the resource that is stored then comes out. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type PatchOperation, patchResource } from '../../engine/fhir/json-patch.ts';
import { issues, NOON, withSandbox } from './fhir-calls.ts';

const test = suite('sandbox: JSON Patch');

const PATIENT = {
  resourceType: 'Patient',
  id: 'a',
  name: [{ family: 'Zebra', given: ['Anna', 'Berta'] }],
  extension: [{ url: 'urn:a~/b', valueDecimal: 0 }],
};
const TEXT = JSON.stringify(PATIENT).replace('"valueDecimal":0', '"valueDecimal":1.50');
const TYPE = { 'content-type': 'application/json-patch+json' };

/** RFC 6902 section 4: what each operation leaves. */
const DONE: readonly (readonly [operations: readonly object[], path: string, value: unknown])[] = [
  [[{ op: 'add', path: '/gender', value: 'female' }], 'gender', 'female'],
  [[{ op: 'add', path: '/name/0/given/1', value: 'Cora' }], 'given', ['Anna', 'Cora', 'Berta']],
  [[{ op: 'add', path: '/name/0/given/-', value: 'Cora' }], 'given', ['Anna', 'Berta', 'Cora']],
  [[{ op: 'add', path: '/name/0/given/2', value: 'Cora' }], 'given', ['Anna', 'Berta', 'Cora']],
  [[{ op: 'remove', path: '/name/0/given/0' }], 'given', ['Berta']],
  [[{ op: 'replace', path: '/name/0/family', value: 'Okapi' }], 'family', 'Okapi'],
  [[{ op: 'move', from: '/name/0/given/1', path: '/name/0/given/0' }], 'given', ['Berta', 'Anna']],
  [[{ op: 'copy', from: '/name/0/given/1', path: '/name/0/given/0' }], 'given', ['Berta', 'Anna', 'Berta']],
  [
    [
      { op: 'test', path: '/name/0', value: { given: ['Anna', 'Berta'], family: 'Zebra' } },
      { op: 'test', path: '/meta/versionId', value: '1' },
      { op: 'test', path: '/extension/0/valueDecimal', value: 1.5 },
      { op: 'replace', path: '/name/0/given', value: ['Cora'] },
    ],
    'given',
    ['Cora'],
  ],
];

test('operations', async () => {
  for (const [operations, name, value] of DONE) {
    await withSandbox({}, async (call, sandbox) => {
      await call('PUT', '/Patient/a', TEXT);
      const answer = await call('PATCH', '/Patient/a', operations, { ...TYPE, 'if-match': 'W/"1"' });
      assert.is(answer.status, 200, answer.text);
      assert.is(answer.headers.get('etag'), 'W/"2"');
      const stored = answer.body as { name: Record<string, unknown>[] } & Record<string, unknown>;
      assert.equal(stored[name] ?? stored.name[0]?.[name], value, JSON.stringify(operations));
      assert.equal(stored['meta'], { versionId: '2', lastUpdated: NOON });
      assert.match(JSON.stringify(sandbox.resources('Patient')), '"valueDecimal":1.50', 'digits stay');
    });
  }
});

test('what changes nothing makes no version; what cannot be done changes nothing', () =>
  withSandbox({}, async (call, sandbox) => {
    await call('PUT', '/Patient/a', TEXT);
    const same = await call('PATCH', '/Patient/a', [{ op: 'test', path: '/id', value: 'a' }], TYPE);
    assert.equal([same.status, same.headers.get('etag')], [200, 'W/"1"']);
    const refused: readonly (readonly [unknown, number])[] = [
      ['{"op":', 400],
      [{ op: 'add', path: '/gender', value: 'female' }, 400],
      [[7], 400],
      [[{ op: 'add', path: 'gender', value: 'female' }], 400],
      [[{ op: 'add', path: '/a~2', value: 'female' }], 400],
      [[{ op: 'add', path: '/gender' }], 400],
      [[{ op: 'put', path: '/gender', value: 'female' }], 400],
      [[{ op: 'test', path: '/id', value: 'b' }], 409],
      [[{ op: 'test', path: '/gender', value: 'female' }], 422],
      [[{ op: 'remove', path: '/gender' }], 422],
      [[{ op: 'remove', path: '' }], 422],
      [[{ op: 'replace', path: '/gender', value: 'female' }], 422],
      [[{ op: 'replace', path: '', value: 7 }], 422],
      [[{ op: 'add', path: '/name/0/given/3', value: 'Cora' }], 422],
      [[{ op: 'add', path: '/name/0/given/01', value: 'Cora' }], 422],
      [[{ op: 'add', path: '/name/x/given', value: 'Cora' }], 422],
      [[{ op: 'add', path: '/__proto__/polluted', value: 'x' }], 422],
      [[{ op: 'add', path: '/constructor/prototype/polluted', value: 'x' }], 422],
      [[{ op: 'add', path: '/__proto__', value: { polluted: 'x' } }], 422],
      [[{ op: 'replace', path: '/id', value: 'b' }], 400],
      [[{ op: 'replace', path: '/resourceType', value: 'Device' }], 400],
      [
        [
          { op: 'add', path: '/gender', value: 'female' },
          { op: 'test', path: '/id', value: 'b' },
        ],
        409,
      ],
    ];
    for (const [body, status] of refused) {
      const answer = await call('PATCH', '/Patient/a', body, TYPE);
      assert.is(answer.status, status, `${JSON.stringify(body)}: ${answer.text}`);
      assert.is(answer.body.resourceType, 'OperationOutcome');
    }
    assert.is(({} as Record<string, unknown>)['polluted'], undefined);
    assert.equal(
      [...sandbox.resources()].map(({ meta }) => meta),
      [{ versionId: '1', lastUpdated: NOON }],
    );
    const stale = { ...TYPE, 'if-match': 'W/"2"' };
    assert.is((await call('PATCH', '/Patient/a', [], stale)).status, 412);
    assert.is((await call('PATCH', '/Patient/b', [], TYPE)).status, 404);
  }));

/** Beside a resource that could be made, so that what was refused shows. */
const REFUSED: readonly (readonly [
  operations: readonly PatchOperation[] | undefined,
  request: object,
  status: number,
  issue: string,
])[] = [
  [undefined, {}, 422, 'error/not-supported Bundle.entry[1]'],
  [[], { url: 'Patient?identifier=1' }, 422, 'error/not-supported Bundle.entry[1]'],
  [[], { url: 'Patient/nobody' }, 404, 'error/not-found Bundle.entry[1]'],
  [[], { ifMatch: 'W/"2"' }, 412, 'error/conflict Bundle.entry[1]'],
  [[{ op: 'test', path: '/meta/versionId', value: '2' }], {}, 409, 'error/conflict Bundle.entry[1]'],
  [[{ op: 'add', path: '/secret', value: 1 }], {}, 422, 'error/structure Bundle.entry[1].resource.secret'],
];

test('in a transaction, as a Binary: stored with everything else, or nothing is', () =>
  withSandbox({}, async (call, sandbox) => {
    await call('PUT', '/Patient/a', TEXT);
    const transaction = (operations: readonly PatchOperation[] | undefined, request: object) =>
      call('POST', '', {
        resourceType: 'Bundle',
        type: 'transaction',
        entry: [
          { resource: { resourceType: 'Patient' }, request: { method: 'POST', url: 'Patient' } },
          {
            resource: operations ? patchResource(operations) : { resourceType: 'Parameters' },
            request: { method: 'PATCH', url: 'Patient/a', ...request },
          },
        ],
      });
    for (const [operations, request, status, issue] of REFUSED) {
      const answer = await transaction(operations, request);
      assert.equal([answer.status, issues(answer)], [status, [issue]], answer.text);
    }
    assert.is(sandbox.resources().length, 1);
    const stored = await transaction([{ op: 'add', path: '/gender', value: 'female' }], { ifMatch: 'W/"1"' });
    assert.equal(stored.body.entry[1].response, {
      status: '200 OK',
      location: 'Patient/a/_history/2',
      etag: 'W/"2"',
      lastModified: NOON,
    });
    assert.is(stored.body.entry[1].resource.gender, 'female');
  }));

test.run();
