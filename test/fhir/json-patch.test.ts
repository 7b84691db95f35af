/**
 * The way from one FHIR resource to another as JSON Patch: what goes out, as literals, and that it leads there, for any two
 * resources, by the sandbox's own hand.
 */
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseFhirJson } from '../../engine/fhir/json.ts';
import { patchOf, patchResource, patchText } from '../../engine/fhir/json-patch.ts';
import type { CurrentResource, FhirResource } from '../../engine/fhir/resource.ts';
import { applyPatch } from '../../engine/sandbox/fhir-patch.ts';

const test = suite('JSON Patch');

const STUDY = {
  resourceType: 'ImagingStudy',
  id: 's',
  meta: { versionId: '7', lastUpdated: '2024-01-01T00:00:00Z', source: 'urn:a' },
  status: 'available',
  numberOfInstances: 2,
  series: [
    { uid: '1.1', modality: { code: 'CT' }, instance: [{ uid: '1.1.1' }] },
    { uid: '1.2', modality: { code: 'MR' }, description: 'Knee', instance: [{ uid: '1.2.1' }] },
  ],
};

function lines(before: object, after: object, versionId = '7'): readonly string[] {
  const current = { resource: before, versionId } as CurrentResource;
  return patchOf(current, after as FhirResource).map((operation) =>
    [operation.op, operation.path, ...('value' in operation ? [JSON.stringify(operation.value)] : [])].join(
      ' ',
    ),
  );
}

test('a study that grows', () => {
  const [first, second] = STUDY.series as [object, object];
  const after = {
    ...STUDY,
    numberOfInstances: 4,
    series: [first, { ...second, instance: [{ uid: '1.2.1' }, { uid: '1.2.2' }] }, { uid: '1.3' }],
  };
  assert.equal(lines(STUDY, after), [
    'test /meta/versionId "7"',
    'test /numberOfInstances 2',
    'replace /numberOfInstances 4',
    'test /series/1/uid "1.2"',
    'add /series/1/instance/1 {"uid":"1.2.2"}',
    'add /series/2 {"uid":"1.3"}',
  ]);
});

test('a study that shrinks: from the end, and nothing but what was meant', () => {
  const after = { ...STUDY, numberOfInstances: 1, series: STUDY.series.slice(1) };
  assert.equal(lines(STUDY, after), [
    'test /meta/versionId "7"',
    'test /numberOfInstances 2',
    'replace /numberOfInstances 1',
    'test /series/0/uid "1.1"',
    'remove /series/0',
  ]);
  const { status: _, series: _all, ...less } = STUDY;
  assert.equal(lines(STUDY, less), [
    'test /meta/versionId "7"',
    'test /status "available"',
    'remove /status',
    'remove /series',
  ]);
});

test('version and time belong to the server, everything else of meta to whoever wrote it', () => {
  const { meta: _, ...bare } = STUDY;
  assert.equal(lines(STUDY, { ...bare, meta: { source: 'urn:b', profile: ['urn:p'] } }), [
    'test /meta/versionId "7"',
    'test /meta/source "urn:a"',
    'replace /meta/source "urn:b"',
    'add /meta/profile ["urn:p"]',
  ]);
  // As it was sent, before the server gave it a meta.
  assert.equal(lines(bare, { ...bare, meta: { source: 'urn:b' } }, '8'), [
    'test /meta/versionId "8"',
    'add /meta/source "urn:b"',
  ]);
});

test('another order, names with / and ~, digits of decimals', () => {
  const list = (...uids: readonly string[]) => ({
    resourceType: 'X',
    id: 'x',
    item: uids.map((uid) => ({ uid })),
  });
  assert.equal(lines(list('1', '2'), list('2', '1')).slice(1), ['replace /item [{"uid":"2"},{"uid":"1"}]']);
  assert.equal(
    lines(
      { resourceType: 'X', id: 'x', 'a/b': { '~': 1 } },
      { resourceType: 'X', id: 'x', 'a/b': { '~': 2 } },
    ).slice(1),
    ['test /a~1b/~0 1', 'replace /a~1b/~0 2'],
  );
  const before = parseFhirJson('{"resourceType":"X","id":"x","a":1.50,"b":2.0}') as FhirResource;
  const after = parseFhirJson('{"resourceType":"X","id":"x","a":1.50,"b":2.00}') as FhirResource;
  assert.equal(lines(before, after).slice(1), ['test /b 2.0', 'replace /b 2.00']);
});

const names = fc.constantFrom('uid', 'url', 'code', 'system', 'a', 'b', '_a', 'a/b');
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    fc.constantFrom('1', '2', 'x', true, 0, 1),
    tie('element'),
    fc.array(tie('element'), { minLength: 1, maxLength: 4 }),
    fc.array(fc.constantFrom<string | null>('1', '2', '3', null), { minLength: 1, maxLength: 4 }),
  ),
  element: fc.dictionary(names, tie('value'), { minKeys: 1, maxKeys: 4 }),
})).element as fc.Arbitrary<Record<string, unknown>>;

const stamp = { versionId: '7', lastUpdated: '2024-01-01T00:00:00Z' };

test('leads from any resource to any other, on this version only, and writes to neither', () => {
  fc.assert(
    fc.property(json, json, json, (before, after, meta) => {
      const stored = {
        resourceType: 'X',
        id: 'x',
        meta: { ...meta, ...stamp },
        ...before,
      } as unknown as FhirResource;
      const wanted = {
        resourceType: 'X',
        id: 'x',
        meta: { ...before, ...stamp },
        ...after,
      } as unknown as FhirResource;
      const texts = [JSON.stringify(stored), JSON.stringify(wanted)];
      const operations = patchOf({ resource: stored, versionId: '7' } as CurrentResource, wanted);
      const sent = JSON.parse(patchText(patchResource(operations)) ?? '');
      const made = applyPatch(JSON.parse(JSON.stringify(stored)), sent);
      assert.equal(made, JSON.parse(JSON.stringify(wanted)));
      assert.equal([JSON.stringify(stored), JSON.stringify(wanted)], texts);
      const other = { ...stored, meta: { ...meta, versionId: '8' } } as FhirResource;
      assert.throws(() => applyPatch(other, sent), 'a test of the patch failed');
    }),
    { numRuns: 500 },
  );
});

test.run();
