/** Feed entries as services write them, read into what the engine works with, and what is no entry with its reason. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readEntry } from '../../engine/dicom/entry.ts';

const test = suite('feed entry');

const GOOD = {
  sequence: 7,
  partitionName: 'Microsoft.Default',
  studyInstanceUid: '1.2.3',
  seriesInstanceUid: '1.2.3.1',
  sopInstanceUid: '1.2.3.1.1',
  action: 'create',
  timestamp: '2024-01-02T03:04:05.1234567+00:00',
  state: 'current',
};
const METADATA = { '00100020': { vr: 'LO', Value: ['secret-id'] } };

test('camel case, as the service writes it', () => {
  assert.equal(readEntry({ ...GOOD, metadata: METADATA, filePath: 'DICOM/1.dcm' }), {
    ...GOOD,
    metadata: METADATA,
  });
});

test('Pascal case and capital words, as the documentation prints it', () => {
  const json = {
    Sequence: '7',
    PartitionName: 'Microsoft.Default',
    StudyInstanceUid: '1.2.3',
    SERIESINSTANCEUID: '1.2.3.1',
    SopInstanceUid: '1.2.3.1.1',
    Action: 'Create',
    Timestamp: '2024-01-02T03:04:05.1234567+00:00',
    State: 'CURRENT',
  };
  assert.equal(readEntry(json), GOOD);
});

test('the metadata is handed on, not copied', () => {
  const entry = readEntry({ ...GOOD, metadata: METADATA });
  assert.is('metadata' in entry && entry.metadata, METADATA);
});

test('UIDs lose their padding', () => {
  const entry = readEntry({ ...GOOD, studyInstanceUid: '1.2.3\0', sopInstanceUid: '1.2.3.1.1 \0 ' });
  assert.equal(entry, GOOD);
});

test('a missing state is that of the action', () => {
  const { state: _, ...rest } = GOOD;
  for (const [action, state] of [
    ['create', 'current'],
    ['update', 'current'],
    ['delete', 'deleted'],
  ]) {
    assert.equal(readEntry({ ...rest, action }), { ...rest, action, state });
    assert.equal(readEntry({ ...rest, action, state: null }), { ...rest, action, state });
  }
});

test('null metadata and partition are absent, a missing timestamp is empty', () => {
  const { partitionName: _, ...rest } = GOOD;
  const entry = readEntry({ ...rest, partitionName: null, metadata: null, timestamp: null });
  assert.equal(entry, { ...rest, timestamp: '' });
});

const { sequence, studyInstanceUid, seriesInstanceUid, sopInstanceUid, timestamp } = GOOD;
const REST = { sequence, studyInstanceUid, seriesInstanceUid, sopInstanceUid, timestamp };

for (const [name, change, reason] of [
  ['unknown action', { action: 'Rename' }, 'action is not one of create, update, delete'],
  ['action that could be a value', { action: 'DOE^JANE' }, 'action is not one of create, update, delete'],
  ['long action', { action: 'a'.repeat(21) }, 'action is not one of create, update, delete'],
  ['missing action', { action: undefined }, 'action is missing'],
  ['action of another type', { action: 3 }, 'action is not one of create, update, delete'],
  ['unknown state', { state: 'gone' }, 'state is not one of current, replaced, deleted'],
  ['state of another type', { state: 1 }, 'state is not one of current, replaced, deleted'],
  ['metadata as list', { metadata: [] }, 'metadata is not a JSON object'],
  ['metadata as text', { metadata: 'DOE^JANE' }, 'metadata is not a JSON object'],
] as const) {
  test(name, () => {
    assert.equal(readEntry({ ...GOOD, ...change }), { malformed: true, ...REST, reason });
  });
}

for (const [name, value, reason] of [
  ['missing', undefined, 'sequence is missing'],
  ['null', null, 'sequence is missing'],
  ['negative', -1, 'sequence is not a whole number'],
  ['a fraction', 1.5, 'sequence is not a whole number'],
  ['beyond exact numbers', 2 ** 53, 'sequence is not a whole number'],
  ['text of other things', '7a', 'sequence is not a whole number'],
  ['text beyond exact numbers', '9007199254740993', 'sequence is not a whole number'],
] as const) {
  test(`sequence ${name}`, () => {
    const { sequence: _, ...rest } = REST;
    assert.equal(readEntry({ ...GOOD, sequence: value }), { malformed: true, ...rest, reason });
  });
}

test('sequence 0 and the highest exact number', () => {
  assert.is(readEntry({ ...GOOD, sequence: 0 }).sequence, 0);
  assert.is(readEntry({ ...GOOD, sequence: '9007199254740991' }).sequence, 9007199254740991);
});

test('a missing, blank or numeric UID is named by its key; the others stay', () => {
  const { seriesInstanceUid: _, ...rest } = REST;
  const malformed = { malformed: true, ...rest };
  assert.equal(readEntry({ ...GOOD, seriesInstanceUid: undefined }), {
    ...malformed,
    reason: 'seriesInstanceUid is missing',
  });
  assert.equal(readEntry({ ...GOOD, seriesInstanceUid: ' \0' }), {
    ...malformed,
    reason: 'seriesInstanceUid is missing',
  });
  assert.equal(readEntry({ ...GOOD, seriesInstanceUid: 12 }), {
    ...malformed,
    reason: 'seriesInstanceUid is not text',
  });
});

test('what is no object', () => {
  for (const json of [null, undefined, 'DOE', 3, [GOOD]]) {
    assert.equal(readEntry(json), { malformed: true, reason: 'the entry is not a JSON object' });
  }
});

test('keys that name prototypes are keys like others, and inherited ones are none', () => {
  const json = JSON.parse(`{"__proto__":{"action":"delete","polluted":1},${JSON.stringify(GOOD).slice(1)}`);
  assert.equal(readEntry(json), GOOD);
  assert.is(({} as Record<string, unknown>)['polluted'], undefined);
  assert.equal(readEntry(Object.create(GOOD)), { malformed: true, reason: 'sequence is missing' });
});

test.run();
