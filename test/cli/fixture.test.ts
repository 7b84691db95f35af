/** fixture as its users see it: what is written, what is told, and real instances that go through it and through map. */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fixture } from '../../engine/cli/fixture.ts';
import { map } from '../../engine/cli/map.ts';
import { readDicomJson } from '../../engine/dicom/dicom-json.ts';
import { attributeByTag } from '../../engine/dicom/dictionary.ts';
import type { DicomJson } from '../../engine/dicom/entry.ts';
import { writeDicomFile } from '../../engine/io/dicom-file.ts';
import { skipWithoutCorpus } from '../support/corpus.ts';
import { temporaryFolder } from '../support/temp.ts';
import { fakeTerminal } from '../support/terminal.ts';

const test = suite('cli/fixture');

const INSTANCE = {
  '00080016': { vr: 'UI', Value: ['1.2.840.10008.5.1.4.1.1.4'] },
  '00080018': { vr: 'UI', Value: ['1.2.3.1.1'] },
  '00080020': { vr: 'DA', Value: ['20260117'] },
  '00080060': { vr: 'CS', Value: ['MR'] },
  '00081030': { vr: 'LO', Value: ['MR of the head'] },
  '00090010': { vr: 'LO', Value: ['VENDOR'] },
  '00100010': { vr: 'PN', Value: [{ Alphabetic: 'Beispiel^Anna' }] },
  '00100020': { vr: 'LO', Value: ['P-4711'] },
  '00180050': { vr: 'DS', Value: ['1.50'] },
  '0020000D': { vr: 'UI', Value: ['1.2.3'] },
  '0020000E': { vr: 'UI', Value: ['1.2.3.1'] },
  '60000010': { vr: 'US', Value: [512] },
};
const KEY = 'a key for tests, no secret';

/** A folder with the instance, as `mr.json`, and a key. */
function project(instance: DicomJson = INSTANCE): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'mr.json'), JSON.stringify(instance));
  writeFileSync(join(folder, 'key'), `${KEY}\n`);
  return folder;
}

const read = (...path: readonly string[]): string => readFileSync(join(...path), 'utf8');

test('an instance on standard output, one attribute a line, and on the error stream what became of it', () => {
  const terminal = fakeTerminal(project());
  assert.is(fixture(terminal, ['mr.json'], { key: 'key' }), 0);
  const { out, err } = terminal.printed();
  assert.is(
    out,
    `{
  "00080016":{"vr":"UI","Value":["1.2.840.10008.5.1.4.1.1.4"]},
  "00080018":{"vr":"UI","Value":["2.25.1950935995390131810593608244719594838"]},
  "00080020":{"vr":"DA","Value":["20000101"]},
  "00080060":{"vr":"CS","Value":["MR"]},
  "00100010":{"vr":"PN","Value":[{"Alphabetic":"Family-050a3f^Given-050a3f"}]},
  "00100020":{"vr":"LO","Value":["dummy-06566511"]},
  "00120062":{"vr":"CS","Value":["YES"]},
  "00120063":{"vr":"LO","Value":["dicomcast fixture: PS3.15 Basic Profile"]},
  "00120064":{"vr":"SQ","Value":[{"00080100":{"vr":"SH","Value":["113100"]},"00080102":{"vr":"SH","Value":["DCM"]},"00080104":{"vr":"LO","Value":["Basic Application Confidentiality Profile"]}}]},
  "00180050":{"vr":"DS","Value":[1.50]},
  "0020000D":{"vr":"UI","Value":["2.25.297179135438519284373448349432827683478"]},
  "0020000E":{"vr":"UI","Value":["2.25.145125701980880106584996409444607522272"]},
  "00280303":{"vr":"CS","Value":["REMOVED"]},
  "60000010":{"vr":"US","Value":[512]}
}
`,
  );
  assert.is(
    err,
    `kept, other (4):
  Modality, OverlayRows, SOPClassUID, SliceThickness
replaced by dummies (6):
  PatientID, PatientName, SOPInstanceUID, SeriesInstanceUID, StudyDate, StudyInstanceUID
left out (1):
  StudyDescription
left out, private: 1
Read the fixture before you share it: what was kept was not changed, and may still identify somebody.
--keep <keyword> keeps more, where PS3.15 has an option for it.
`,
  );
});

test('a DICOM file gives what its DICOM JSON gives', () => {
  const folder = project();
  const { '00090010': _private, ...instance } = INSTANCE;
  writeFileSync(join(folder, 'mr.dcm'), writeDicomFile(instance));
  const ofFile = fakeTerminal(folder);
  fixture(ofFile, ['mr.dcm'], { key: 'key' });
  const ofJson = fakeTerminal(folder);
  fixture(ofJson, ['mr.json'], { key: 'key' });
  const without = (text: string): string => text.replace(/ {2}"00080005".*\n/, '');
  assert.is(
    without(ofFile.printed().out).replace('1.50', '1.5'),
    ofJson.printed().out.replace('1.50', '1.5'),
  );
});

test('without a key one is made, readable by its owner only; what is made later agrees', () => {
  const folder = project();
  const terminal = fakeTerminal(folder);
  assert.is(fixture(terminal, ['mr.json'], { output: 'one.json' }), 0);
  assert.match(terminal.printed().err, /^made \.dicomcast\/fixture\.key, the key of dummies/);
  const key = join(folder, '.dicomcast', 'fixture.key');
  assert.match(read(key), /^[0-9a-f]{64}\n$/);
  assert.is(statSync(key).mode & 0o777, 0o600);
  assert.not.ok(terminal.printed().err.includes(read(key).trim()));
  const later = fakeTerminal(folder);
  assert.is(fixture(later, ['mr.json'], { output: 'two.json' }), 0);
  assert.not.match(later.printed().err, /^made/);
  assert.is(read(folder, 'two.json'), read(folder, 'one.json'));
  // Another project has another key.
  const elsewhere = project();
  assert.is(fixture(fakeTerminal(elsewhere), ['mr.json'], { output: 'one.json' }), 0);
  assert.is.not(read(elsewhere, 'one.json'), read(folder, 'one.json'));
});

test('several instances go to a folder, under names that tell nothing; running again writes the same files', () => {
  const folder = project();
  writeFileSync(
    join(folder, 'BEISPIEL_ANNA.json'),
    JSON.stringify({ ...INSTANCE, '00080018': { vr: 'UI', Value: ['1.2.3.1.2'] } }),
  );
  const make = (): readonly string[] => {
    const terminal = fakeTerminal(folder);
    assert.is(fixture(terminal, ['mr.json', 'BEISPIEL_ANNA.json'], { key: 'key', output: 'out' }), 0);
    return readdirSync(join(folder, 'out'));
  };
  const names = make();
  assert.is(names.length, 2);
  for (const name of names) assert.match(name, /^mr-[0-9a-f]{8}\.json$/);
  assert.equal(make(), names);
  const study = (name: string): unknown => JSON.parse(read(folder, 'out', name))['0020000D'];
  assert.equal(study(names[0] ?? ''), study(names[1] ?? ''));
});

test('kept on request, by keyword', () => {
  const folder = project();
  const terminal = fakeTerminal(folder);
  assert.is(fixture(terminal, ['mr.json'], { key: 'key', output: 'f.json', keep: ['StudyDescription'] }), 0);
  assert.match(terminal.printed().err, /^mr\.json -> f\.json\nkept, texts \(1\):\n {2}StudyDescription\n/);
  assert.match(read(folder, 'f.json'), /"MR of the head"/);
});

test('an instance without a UID becomes a fixture, and it is told what cannot use it', () => {
  const { '0020000D': _, ...instance } = INSTANCE;
  const terminal = fakeTerminal(project(instance));
  assert.is(fixture(terminal, ['mr.json'], { key: 'key' }), 0);
  const { out, err } = terminal.printed();
  assert.match(out, /^\{\n {2}"00080016"/);
  assert.is(
    err.split('\n')[0],
    'warning: mr.json: StudyInstanceUID (0020,000D) is missing; a test gives the fixture one of its own, `map` and `explain` do not take it',
  );
});

const WRONG: readonly (readonly [
  string,
  Parameters<typeof fixture>[1],
  Parameters<typeof fixture>[2],
  number,
  string,
])[] = [
  [
    'what no option of PS3.15 keeps',
    ['mr.json'],
    { keep: ['PatientID'] },
    64,
    'error: --keep PatientID: it always identifies: PS3.15 has no option that keeps it. A test can say `set: { PatientID: … }`\n',
  ],
  [
    'a keyword that is none',
    ['mr.json'],
    { keep: ['StudyDescripton'] },
    64,
    'error: --keep StudyDescripton: there is no DICOM attribute of this keyword; did you mean StudyDescription?\n',
  ],
  [
    'a private attribute, whose commas part keywords',
    ['mr.json'],
    { keep: ['(0029', 'xx10', '"CREATOR")'] },
    64,
    'error: --keep takes keywords, and private attributes never stay. A test can say `set: { (0029,xx10, "CREATOR"): { vr: LO, Value: [text] } }`\n',
  ],
  [
    'several instances without a folder',
    ['mr.json', 'mr.json'],
    {},
    64,
    'error: several instances need a folder to be written to: -o <folder>\n',
  ],
  ['no file', ['none.dcm'], {}, 1, 'error: none.dcm does not exist\n'],
  [
    'the instance itself as output',
    ['mr.json'],
    { key: 'key', output: 'mr.json' },
    1,
    'error: mr.json would be overwritten; give another file with -o\n',
  ],
  [
    'a key that can be guessed',
    ['mr.json'],
    { key: 'short' },
    1,
    'error: the key in short is shorter than 16 characters, and could be guessed\n',
  ],
  [
    'a key that is not there',
    ['mr.json'],
    { key: 'gone' },
    1,
    'error: the key gone cannot be read or made (ENOENT); --key <file> names another\n',
  ],
];
for (const [name, files, options, exit, message] of WRONG) {
  test(`wrong: ${name}; nothing is written`, () => {
    const folder = project();
    writeFileSync(join(folder, 'short'), 'secret\n');
    const before = readdirSync(folder);
    const terminal = fakeTerminal(folder);
    assert.is(fixture(terminal, files, options), exit);
    assert.equal(terminal.printed(), { out: '', err: message });
    assert.equal(readdirSync(folder), before);
  });
}

/** Of a real instance, what must not be found in its fixture: names, identifiers, institutions, dates and UIDs. */
function identifyingValues(dataset: DicomJson): readonly string[] {
  return Object.entries(dataset).flatMap(([tag, { vr, Value: values = [] }]): readonly string[] => {
    if (vr === 'SQ') return values.flatMap((item) => identifyingValues(item as DicomJson));
    const keyword = attributeByTag(tag)?.keyword ?? '';
    if (vr === 'UI') {
      const isClass = /SOPClass|TransferSyntax|ContextUID|MappingResource|CodingSchemeUID/.test(keyword);
      return values.filter(
        (uid) => typeof uid === 'string' && !isClass && uid.split('.').length > 4,
      ) as string[];
    }
    if (vr === 'PN')
      return values.flatMap((name) =>
        Object.values(name ?? {}).flatMap((group) =>
          String(group)
            .split(/[\^ ]+/)
            .filter((part) => part.length > 3),
        ),
      );
    const isIdentifying =
      /^(?:PatientID|OtherPatientIDs|InstitutionName|InstitutionAddress|StationName|AccessionNumber|DeviceSerialNumber)$/;
    if (vr === 'DA' || isIdentifying.test(keyword))
      return values.map(String).filter((text) => text.trim().length > 3);
    return [];
  });
}

/** As a word, or words; what fixtures hold anyway tells nothing. */
function standsIn(text: string, value: string): boolean {
  const word = value.trim().toLowerCase();
  if (['20000101', 'removed'].includes(word) || word.startsWith('1.2.840.10008.1.5.')) return false;
  const pattern = word.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  return new RegExp(`(?<![\\p{L}\\d.])${pattern}(?![\\p{L}\\d.])`, 'u').test(text);
}

skipWithoutCorpus(test)(
  'real instances: nothing of it is found in the fixture, and map works on it',
  async (corpus) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'key'), KEY);
    const files = readdirSync(corpus).filter((name) => name.endsWith('.json'));
    let mapped = 0;
    let tried = 0;
    const found: string[] = [];
    for (const [index, name] of files.entries()) {
      const terminal = fakeTerminal(folder);
      assert.is(fixture(terminal, [join(corpus, name)], { key: 'key', output: name }), 0, name);
      const text = read(folder, name).toLowerCase();
      const original = readDicomJson(read(corpus, name));
      for (const value of new Set(identifyingValues(original)))
        if (standsIn(text, value)) found.push(`${name}: ${value}`);
      // Mapping all of them takes long, and shows no more.
      if (index % 3 !== 0) continue;
      tried++;
      const before = fakeTerminal(folder);
      const after = fakeTerminal(folder);
      const works = (await map(before, join(corpus, name), {})) === 0;
      if (works) assert.is(await map(after, name, {}), 0, `${name}: ${after.printed().err}`);
      if (works) mapped++;
      const types = (terminal: typeof after): unknown =>
        works &&
        JSON.parse(terminal.printed().out).map((resource: { resourceType: string }) => resource.resourceType);
      assert.equal(types(after), types(before), name);
    }
    assert.equal(found, []);
    assert.ok(files.length > 90 && mapped > 20, `${mapped} of ${tried} could be mapped`);
  },
);

test('two files of one instance do not become one fixture', () => {
  const folder = project();
  writeFileSync(join(folder, 'copy.json'), JSON.stringify({ ...INSTANCE, '00080020': { vr: 'DA' } }));
  const terminal = fakeTerminal(folder);
  assert.is(fixture(terminal, ['mr.json', 'copy.json'], { key: 'key', output: 'out' }), 1);
  assert.is(
    terminal.printed().err,
    'error: mr.json and copy.json would be one file, since they have one SOPInstanceUID; nothing was written\n',
  );
  assert.not.ok(readdirSync(folder).includes('out'));
});

test.run();
