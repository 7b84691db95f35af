import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { DicomElement, DicomJson } from '../../engine/dicom/entry.ts';
import { readDicomFile, readInstance, writeDicomFile } from '../../engine/io/dicom-file.ts';
import { skipWithoutCorpus } from '../support/corpus.ts';

const test = suite('io/dicom-file');
const onCorpus = skipWithoutCorpus(test);

const ascii = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));

/** A DICOM file with this transfer syntax (none: without) and these bytes behind the file meta information. */
function file(transferSyntax: string | undefined, dataset: Uint8Array): Uint8Array {
  const meta =
    transferSyntax === undefined
      ? ''
      : `\x02\0\x10\0UI${String.fromCharCode(transferSyntax.length + (transferSyntax.length % 2))}\0${transferSyntax}${transferSyntax.length % 2 ? '\0' : ''}`;
  return Uint8Array.from([...new Uint8Array(128), ...ascii(`DICM${meta}`), ...dataset]);
}

const reasonOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    return `${(error as { code?: string }).code}: ${(error as Error).message}`;
  }
  return 'no error';
};

const EXPLICIT = ascii('\x08\0\x60\0CS\x02\0CT');
const CT = { '00080060': { vr: 'CS', Value: ['CT'] } };

test('what is written is read again', () => {
  const dataset: DicomJson = {
    '00080016': { vr: 'UI', Value: ['1.2.840.10008.5.1.4.1.1.2'] },
    '00080018': { vr: 'UI', Value: ['2.25.1'] },
    '00080020': { vr: 'DA', Value: ['20240305'] },
    '00080030': { vr: 'TM' },
    '00081032': { vr: 'SQ', Value: [{ '00080104': { vr: 'LO', Value: ['Schädel-CT'] } }, {}] },
    '00081140': { vr: 'SQ' },
    '00100010': { vr: 'PN', Value: [{ Alphabetic: 'Mihon^Hanako', Ideographic: '見本^花子' }] },
    '00180050': { vr: 'DS', Value: ['5.00', 1.25] },
    '00280009': { vr: 'AT', Value: ['FFFEE00D'] },
    '00280010': { vr: 'US', Value: [512, 1] },
    '00189073': { vr: 'FD', Value: [0.1] },
  };
  const bytes = writeDicomFile(dataset);
  assert.equal(readDicomFile(bytes), { '00080005': { vr: 'CS', Value: ['ISO_IR 192'] }, ...dataset });
  assert.equal(bytes, writeDicomFile(structuredClone(dataset)));
});

test('bulk data is written and not read', () => {
  const bytes = writeDicomFile({ ...CT, '7FE00010': { vr: 'OB', InlineBinary: 'AQID' } });
  assert.equal([...bytes.slice(-16)], [0xe0, 0x7f, 0x10, 0, 0x4f, 0x42, 0, 0, 4, 0, 0, 0, 1, 2, 3, 0]);
  assert.equal(Object.keys(readDicomFile(bytes)), ['00080005', '00080060']);
});

test('transfer syntaxes: explicit, implicit, big endian, deflated, compressed pixels, none named', () => {
  const implicit = ascii('\x08\0\x60\0\x02\0\0\0CT');
  assert.equal(readDicomFile(file('1.2.840.10008.1.2.1', EXPLICIT)), CT);
  assert.equal(readDicomFile(file('1.2.840.10008.1.2', implicit)), CT);
  assert.equal(readDicomFile(file('1.2.840.10008.1.2.2', ascii('\0\x08\0\x60CS\0\x02CT'))), CT);
  assert.equal(readDicomFile(file('1.2.840.10008.1.2.1.99', deflateRawSync(EXPLICIT))), CT);
  assert.equal(readDicomFile(file('1.2.840.10008.1.2.4.70', EXPLICIT)), CT);
  assert.equal(readDicomFile(file(undefined, EXPLICIT)), CT);
  assert.equal(readDicomFile(file(undefined, implicit)), CT);
});

test('bytes inside a larger buffer', () => {
  const bytes = file('1.2.840.10008.1.2.1', EXPLICIT);
  const buffer = new Uint8Array(bytes.length + 9).fill(0x41);
  buffer.set(bytes, 5);
  assert.equal(readDicomFile(buffer.subarray(5, 5 + bytes.length)), CT);
});

test('every cut inside an element is found', () => {
  const dataset: DicomJson = {
    '00080060': { vr: 'CS', Value: ['CT'] },
    '00081140': { vr: 'SQ', Value: [{ '00081155': { vr: 'UI', Value: ['1.2'] } }] },
    '7FE00010': { vr: 'OB', InlineBinary: 'AQIDBAUG' },
  };
  const bytes = writeDicomFile(dataset);
  const accepted = Array.from(bytes.keys()).filter(
    (length) => reasonOf(() => readDicomFile(bytes.subarray(0, length))) === 'no error',
  );
  // Behind (0008,0005), (0008,0060) and the sequence: there it is a shorter dataset.
  assert.equal(
    accepted.map((length) => length - bytes.length),
    [-76, -66, -18],
  );
});

test('what is no instance is refused with a reason', () => {
  const reason = (bytes: Uint8Array, name = 'a.dcm') => reasonOf(() => readInstance(bytes, name));
  const neither = 'it is neither a DICOM file (there is no DICM at byte 128) nor DICOM JSON';
  assert.is(reason(new Uint8Array()), 'entry.malformed: the file is empty');
  assert.is(reason(ascii('Geheim')), `entry.malformed: ${neither}`);
  assert.is(reason(ascii('Geheim'), 'a.json'), 'entry.malformed: the text is no JSON');
  assert.is(reason(ascii('{"Geheim"')), 'entry.malformed: the text is no JSON');
  assert.is(reason(new Uint8Array(4000)), `entry.malformed: ${neither}`);
  assert.is(reason(file('1.2.840.10008.1.2.1', ascii(''))), 'entry.malformed: the file has no dataset');
  assert.is(
    reason(file('1.2.840.10008.1.2.1.99', ascii('Geheim'))),
    'entry.malformed: the deflated dataset cannot be inflated: it is cut or too large',
  );
  assert.is(
    reason(file('1.2.840.10008.1.2.1', ascii('Geheimnis, langes'))),
    'entry.malformed: the file ends inside (6547,6568): it is cut, or no DICOM file',
  );
  assert.is(
    reasonOf(() => readDicomFile(ascii('{"00080060":{"vr":"CS"}}'))),
    'entry.malformed: it is no DICOM file: there is no DICM at byte 128',
  );
});

test('content tells files from JSON, whatever the name', () => {
  const json = new TextEncoder().encode('\uFEFF [{"00100010":{"vr":"PN","Value":[{"Alphabetic":"見本"}]}}]');
  assert.equal(readInstance(json, 'a.dcm'), { '00100010': { vr: 'PN', Value: [{ Alphabetic: '見本' }] } });
  assert.equal(readInstance(file('1.2.840.10008.1.2.1', EXPLICIT), 'a.json'), CT);
});

test('the writer prints nothing and its errors quote nothing', () => {
  const script = `
    import { writeDicomFile } from './engine/io/dicom-file.ts';
    writeDicomFile({ '00080050': { vr: 'SH', Value: ['Geheim'.repeat(9)] }, '00100020': { vr: 'AS', Value: ['Geheim'] } });
    for (const dataset of [{ '00100010': { vr: 'ZZ', Value: ['Geheim'] } }, { '00280010': { vr: 'US', Value: ['Geheim'] } }]) {
      try { writeDicomFile(dataset); } catch (error) { console.log(error.message); }
    }`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: join(import.meta.dirname, '../..'),
    encoding: 'utf8',
    timeout: 20_000,
  });
  assert.is(stdout, 'the instance cannot be read or written\n(0028,0010) has a value that is no number\n');
  assert.is(stderr, '');
});

/**
 * dcm2json and pydicom, which made the JSON of the corpus, write numbers in their own way, keep or drop the `^` at the end
 * of names, and keep the original (0008,0005) where they please. Short binary values and group lengths were left in.
 */
function normalised(dataset: DicomJson): unknown {
  const keep = ([tag, element]: [string, DicomElement]) =>
    tag !== '00080005' && !tag.endsWith('0000') && element.InlineBinary === undefined && element.vr !== 'UN';
  return Object.fromEntries(
    Object.entries(dataset)
      .filter(keep)
      .map(([tag, element]) => [tag, normalisedElement(element)] as const)
      .sort(([a], [b]) => a.localeCompare(b)),
  );
}

function normalisedElement({ vr, Value: values }: DicomElement): unknown {
  const normal = (value: unknown): unknown => {
    if (value === '' || value === null) return null;
    if (vr === 'SQ') return normalised(value as DicomJson);
    if (vr === 'DS' || vr === 'IS' || vr === 'FD') return Number(value);
    if (vr === 'FL') return Math.fround(Number(value));
    if (vr !== 'PN') return value;
    const groups = Object.entries(value as Record<string, string>).map(([group, text]) => [
      group,
      text.replace(/\^+$/, ''),
    ]);
    const present = groups.filter(([, text]) => text !== '');
    return present.length > 0 ? Object.fromEntries(present) : null;
  };
  const list = [values ?? []].flat().map(normal);
  return list.every((value) => value === null) ? { vr } : { vr, Value: list };
}

onCorpus('real files say the same as what dcm2json and pydicom made of them', (folder) => {
  const names = readdirSync(folder).filter((name) => name.endsWith('.dcm'));
  assert.is(names.length, 21);
  for (const name of names) {
    const dataset = readDicomFile(readFileSync(join(folder, name)));
    const sibling = JSON.parse(readFileSync(join(folder, name.replace('.dcm', '.json')), 'utf8'));
    assert.equal(normalised(dataset), normalised(sibling), name);
    assert.equal(dataset['00080005']?.Value ?? ['ISO_IR 192'], ['ISO_IR 192'], name);
    const again = readDicomFile(writeDicomFile(dataset));
    assert.equal({ ...again, '00080005': undefined }, { ...dataset, '00080005': undefined }, name);
  }
});

onCorpus('the text of every real JSON is read', (folder) => {
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.json'))) {
    const bytes = readFileSync(join(folder, name));
    assert.equal(normalised(readInstance(bytes, name)), normalised(JSON.parse(bytes.toString('utf8'))), name);
  }
});

test.run();
