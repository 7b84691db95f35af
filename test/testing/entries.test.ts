/** What a case is given becomes entries of a feed: UIDs, edits, bases, histories, resources that exist. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readGiven } from '../../engine/testing/entries.ts';
import { readTestFile } from '../../engine/testing/test-file.ts';

const test = suite('testing/entries');

/** The last case of the text, with these files. */
function given(cases: string, files: Readonly<Record<string, string>> = {}) {
  const { cases: read, diagnostics } = readTestFile(
    't.test.yaml',
    `defaults: { at: 2024-01-02T03:04:05Z, instance: { PatientID: P1 } }\ncases:\n${cases}`,
  );
  assert.equal(diagnostics, []);
  const last = read.at(-1);
  assert.ok(last);
  const parts = readGiven(last, (path) => {
    const text = files[path];
    return text === undefined ? { error: 'does not exist' } : { bytes: new TextEncoder().encode(text) };
  });
  assert.equal(parts.failures, []);
  return parts;
}

const uids = (cases: string) =>
  given(cases).entries.map(({ studyInstanceUid, seriesInstanceUid, sopInstanceUid }) =>
    [studyInstanceUid, seriesInstanceUid, sopInstanceUid].join(' '),
  );
const END = '\n    expect: { writes: none }\n';

test('UIDs that are left out count on within their series', () => {
  assert.equal(
    uids(`  a:
    given: { instances: [{}, {}, { SeriesInstanceUID: 1.2.3.2 }, { StudyInstanceUID: 1.2.4 }, { SOPInstanceUID: 9.9.9 }, {}] }${END}`),
    [
      '1.2.3 1.2.3.1 1.2.3.1.1',
      '1.2.3 1.2.3.1 1.2.3.1.2',
      '1.2.3 1.2.3.2 1.2.3.2.1',
      '1.2.4 1.2.4.1 1.2.4.1.1',
      '1.2.3 1.2.3.1 9.9.9',
      '1.2.3 1.2.3.1 1.2.3.1.3',
    ],
  );
});

test('in a history, what names no instance is about the first one', () => {
  assert.equal(
    uids(
      `  a:\n    given: { feed: [{}, { change: delete }, { instance: { SOPInstanceUID: 1.2.3.1.2 } }] }${END}`,
    ),
    ['1.2.3 1.2.3.1 1.2.3.1.1', '1.2.3 1.2.3.1 1.2.3.1.1', '1.2.3 1.2.3.1 1.2.3.1.2'],
  );
});

test('a UID never grows beyond 64 characters', () => {
  const long = `1.2.${'3'.repeat(60)}`;
  assert.equal(uids(`  a:\n    given: { instances: [{ StudyInstanceUID: ${long} }] }${END}`), [
    `${long} 1.2.3.1 1.2.3.1.1`,
  ]);
});

test('a whole entry, as the feed sends it', () => {
  const { entries } = given(`  a:
    given:
      feed:
        - { instance: { PatientID: null, PatientSex: F }, partition: north }
        - { change: delete, sequence: 7, timestamp: 2024-02-02T00:00:00Z }
        - { metadata: null, state: replaced }
        - { change: update, entry: { action: rename, sopInstanceUid: null } }${END}`);
  const uid = { studyInstanceUid: '1.2.3', seriesInstanceUid: '1.2.3.1', sopInstanceUid: '1.2.3.1.1' };
  const own = {
    '00080018': { vr: 'UI', Value: ['1.2.3.1.1'] },
    '0020000D': { vr: 'UI', Value: ['1.2.3'] },
    '0020000E': { vr: 'UI', Value: ['1.2.3.1'] },
  };
  const timestamp = '2024-01-02T03:04:05.000Z';
  assert.equal(entries, [
    {
      sequence: 1,
      timestamp,
      partitionName: 'north',
      ...uid,
      action: 'create',
      state: 'current',
      metadata: { ...own, '00100040': { vr: 'CS', Value: ['F'] } },
    },
    { sequence: 7, timestamp: '2024-02-02T00:00:00Z', ...uid, action: 'delete', state: 'deleted' },
    { sequence: 3, timestamp, ...uid, action: 'create', state: 'replaced' },
    {
      sequence: 4,
      timestamp,
      ...uid,
      sopInstanceUid: null,
      action: 'rename',
      state: 'current',
      metadata: { ...own, '00100020': { vr: 'LO', Value: ['P1'] } },
    },
  ]);
});

test('bases: set and unset are added in their order, settings and source merged, the rest replaced', () => {
  const text = `  a:
    given: { change: update, instances: [{ PatientSex: F }], unset: [StudyID], set: { PatientName: A }, settings: { x: 1, y: 1 }, source: { id: one } }${END}  b:
    given: { base: a, unset: [PatientName], set: { StudyID: "7" }, settings: { y: 2 }, source: { url: https://x.example.org } }${END}  c:
    given: { base: b, instances: [{}, {}] }${END}`;
  const read = readTestFile('t.test.yaml', `cases:\n${text}`).cases;
  assert.equal(
    read.map(({ given: { settings, source } }) => [settings, source]),
    [
      [
        { x: 1, y: 1 },
        { id: 'one', url: 'https://dicom.example.org/' },
      ],
      [
        { x: 1, y: 2 },
        { id: 'one', url: 'https://x.example.org/' },
      ],
      [
        { x: 1, y: 2 },
        { id: 'one', url: 'https://x.example.org/' },
      ],
    ],
  );
  const { entries } = given(text);
  assert.equal(
    entries.map(({ action, metadata }) => [
      action,
      Object.keys(metadata as object).filter((tag) => !/0018$|000[DE]$/.test(tag)),
    ]),
    [
      ['update', ['00100020', '00200010']],
      ['update', ['00100020', '00200010']],
    ],
  );
});

test('what exists comes from resources, lists, bundles and goldens; a golden gets ids and addresses again', () => {
  const golden = {
    resources: [
      {
        resourceType: 'Basic',
        code: { text: 'note' },
        identifier: [{ system: 'urn:s', value: '1' }],
        subject: { reference: 'Patient?identifier=urn:p|P1' },
      },
      { resourceType: 'Patient', identifier: [{ system: 'urn:p', value: 'P1' }] },
    ],
    rows: [],
  };
  const files = {
    'one.json': '{ "resourceType": "Patient", "id": "x" }',
    'list.json': '[{ "resourceType": "Patient", "id": "y" }]',
    'bundle.json':
      '{ "resourceType": "Bundle", "entry": [{ "resource": { "resourceType": "Patient", "id": "z" } }] }',
    'golden.json': JSON.stringify(golden),
  };
  const { existing } = given(
    `  a:\n    given: { instances: [{}], existing: [one.json, list.json, bundle.json, golden.json, { resourceType: Patient, id: here }] }${END}`,
    files,
  );
  assert.equal(existing, [
    { resourceType: 'Patient', id: 'x' },
    { resourceType: 'Patient', id: 'y' },
    { resourceType: 'Patient', id: 'z' },
    { ...golden.resources[0], id: 'existing-4', subject: { reference: 'Patient/existing-5' } },
    { ...golden.resources[1], id: 'existing-5' },
    { resourceType: 'Patient', id: 'here' },
  ]);
});

test.run();
