/**
 * Fictitious change feed entries: a shape of a feed and a sequence number come in, the JSON text of the entry goes out, the
 * same text every time. About 110 attributes of a CT image, about 5.7 KB with the envelope, UIDs of usual length.
 */
import type { DicomJson } from '../engine/dicom/entry.ts';

/** What the feed holds; sequence numbers run from 1 to studies × instances. */
export interface FeedShape {
  readonly studies: number;
  /** Instances of each study. */
  readonly instances: number;
  /** Studies that arrive at the same time, one instance of each in turn. */
  readonly atOnce: number;
  /** People; studies are dealt out to them in turn. */
  readonly patients: number;
}

/** Which instance an entry is about, counted from 0. */
export interface Place {
  readonly study: number;
  readonly instance: number;
}

const SERIES_SIZE = 100;
const CT_IMAGE = '1.2.840.10008.5.1.4.1.1.2';

export function entryCount({ studies, instances }: FeedShape): number {
  return studies * instances;
}

/** Study after study, `atOnce` of them interleaved. */
export function placeOf({ instances, atOnce, studies }: FeedShape, sequence: number): Place {
  const block = Math.floor((sequence - 1) / (atOnce * instances));
  const width = Math.min(atOnce, studies - block * atOnce);
  const within = sequence - 1 - block * atOnce * instances;
  return { study: block * atOnce + (within % width), instance: Math.floor(within / width) };
}

/** Texts of the entries from `first` to `last`, both included. The templates of a series are made once. */
export function createEntryTexts(shape: FeedShape): (first: number, last: number) => readonly string[] {
  const templates = new Map<string, Template>();
  const templateOf = (study: number, series: number): Template => {
    const key = `${study} ${series}`;
    let template = templates.get(key);
    if (!template) {
      // Studies come one block after the other: what lies far behind is not asked for again soon.
      if (templates.size > 5000) templates.clear();
      template = compileTemplate(study, series, shape);
      templates.set(key, template);
    }
    return template;
  };
  return (first, last) => {
    const texts: string[] = [];
    for (let sequence = Math.max(1, first); sequence <= Math.min(last, entryCount(shape)); sequence++) {
      const { study, instance } = placeOf(shape, sequence);
      const series = Math.floor(instance / SERIES_SIZE);
      texts.push(fill(templateOf(study, series), valuesOf(study, series, instance, sequence)));
    }
    return texts;
  };
}

/** Raw entries, parsed. */
export function entriesOf(shape: FeedShape, first = 1, last = entryCount(shape)): readonly RawEntry[] {
  return createEntryTexts(shape)(first, last).map((text) => JSON.parse(text) as RawEntry);
}

export interface RawEntry {
  readonly sequence: number;
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly sopInstanceUid: string;
  readonly action: string;
  readonly state: string;
  readonly timestamp: string;
  readonly metadata: DicomJson;
}

/** Texts between the values that differ from instance to instance. */
interface Template {
  readonly parts: readonly string[];
  readonly names: readonly string[];
}

function compileTemplate(study: number, series: number, shape: FeedShape): Template {
  const text = JSON.stringify(model(study, series, shape));
  const pieces = text.split(/"?@(\w+)@"?/);
  return {
    parts: pieces.filter((_, index) => index % 2 === 0),
    names: pieces.filter((_, index) => index % 2 === 1),
  };
}

function fill({ parts, names }: Template, values: Readonly<Record<string, string>>): string {
  let text = parts[0] ?? '';
  for (let index = 0; index < names.length; index++)
    text += (values[names[index] as string] ?? '') + (parts[index + 1] ?? '');
  return text;
}

function valuesOf(
  study: number,
  series: number,
  instance: number,
  sequence: number,
): Readonly<Record<string, string>> {
  const inSeries = instance % SERIES_SIZE;
  const second = String(inSeries % 60).padStart(2, '0');
  return {
    sequence: String(sequence),
    sop: `"${uid('3', study, series, instance)}"`,
    number: String(inSeries + 1),
    time: `"0935${second}.${String(100_000 + (noise(sequence) % 900_000))}"`,
    position: String(-612.5 + inSeries * 1.25),
    current: String(120 + (noise(sequence + 7) % 300)),
    window: String(noise(sequence + 13) % 4096),
  };
}

function uid(kind: string, ...numbers: readonly number[]): string {
  const digits = numbers.map((number, index) =>
    String(1_000_000_000 + (noise(number * 31 + index + Number(kind) * 7919) % 9_000_000_000)),
  );
  return `2.25.${kind}${digits.join('')}${numbers.at(-1) ?? 0}`;
}

/** A whole number below 2^32 that looks like chance (Knuth's multiplicative hashing, twice). */
function noise(seed: number): number {
  let value = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}

function pick(list: readonly string[], seed: number): string {
  return list[noise(seed) % list.length] ?? '';
}

const FAMILIES = ['Muster', 'Beispiel', 'Sample', 'Doe', 'Exemple', 'Voorbeeld', 'Ejemplo', 'Esempio'];
const GIVEN = ['Anna', 'Ben', 'Carla', 'Dora', 'Emil', 'Frida', 'Georg', 'Hanna', 'Ida', 'Jonas'];
const REGIONS = ['CHEST', 'ABDOMEN', 'HEAD', 'PELVIS', 'SPINE'];

function model(study: number, series: number, { patients }: FeedShape): unknown {
  const studyUid = uid('1', study);
  const seriesUid = uid('2', study, series);
  return {
    sequence: '@sequence@',
    studyInstanceUid: studyUid,
    seriesInstanceUid: seriesUid,
    sopInstanceUid: '@sop@',
    action: 'create',
    timestamp: '2026-03-02T09:40:00.0000000Z',
    state: 'current',
    metadata: sortedByTag({
      ...identification(study, studyUid, seriesUid, series, patients),
      ...acquisition(study, series),
      ...sequences(study, series),
      ...pixels(),
      ...vendor(series),
    }),
  };
}

function sortedByTag(dataset: Record<string, unknown>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(dataset).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function attribute(vr: string, ...values: readonly unknown[]): unknown {
  return { vr, Value: values };
}

function code(value: string, scheme: string, meaning: string): unknown {
  return {
    '00080100': attribute('SH', value),
    '00080102': attribute('SH', scheme),
    '00080104': attribute('LO', meaning),
  };
}

function identification(
  study: number,
  studyUid: string,
  seriesUid: string,
  series: number,
  patients: number,
): Record<string, unknown> {
  const person = study % patients;
  const region = pick(REGIONS, study);
  const day = `202603${String(1 + (study % 28)).padStart(2, '0')}`;
  const name = `${pick(FAMILIES, person)}^${pick(GIVEN, person + 3)}^${pick(GIVEN, person + 5)}`;
  return {
    '00080005': attribute('CS', 'ISO_IR 192'),
    '00080008': attribute('CS', 'ORIGINAL', 'PRIMARY', 'AXIAL', 'CT_SOM5 SPI'),
    '00080012': attribute('DA', day),
    '00080013': attribute('TM', '@time@'),
    '00080016': attribute('UI', CT_IMAGE),
    '00080018': attribute('UI', '@sop@'),
    '00080020': attribute('DA', day),
    '00080021': attribute('DA', day),
    '00080022': attribute('DA', day),
    '00080023': attribute('DA', day),
    '00080030': attribute('TM', `09${String(study % 60).padStart(2, '0')}12.345000`),
    '00080031': attribute('TM', `09${String(30 + (series % 30)).padStart(2, '0')}01.2`),
    '00080032': attribute('TM', '@time@'),
    '00080033': attribute('TM', '@time@'),
    '00080050': attribute('SH', `ACC${String(100_000 + study)}`),
    '00080060': attribute('CS', 'CT'),
    '00080070': attribute('LO', 'Example Medical Systems'),
    '00080080': attribute('LO', 'Example Hospital, Department of Radiology'),
    '00080090': attribute('PN', { Alphabetic: `${pick(FAMILIES, study + 11)}^${pick(GIVEN, study)}^^Dr.` }),
    '00080201': attribute('SH', '+0100'),
    '00081010': attribute('SH', 'CT-ROOM-2'),
    '00081030': attribute('LO', `CT ${region} with contrast`),
    '0008103E': attribute('LO', `${region} ${1 + (series % 5)}.0 B${30 + (series % 4)}f`),
    '00081050': attribute('PN', { Alphabetic: `${pick(FAMILIES, study + 17)}^${pick(GIVEN, study + 1)}` }),
    '00081090': attribute('LO', 'Exemplar Definition 64'),
    '00100010': attribute('PN', { Alphabetic: name }),
    '00100020': attribute('LO', `P-${String(40_000_000 + person)}`),
    '00100021': attribute('LO', 'Example Hospital'),
    '00100030': attribute('DA', `19${String(30 + (person % 70))}0${1 + (person % 9)}17`),
    '00100040': attribute('CS', pick(['F', 'M', 'O'], person)),
    '00101010': attribute('AS', `0${String(26 + (person % 70))}Y`),
    '00101020': attribute('DS', 1.74),
    '00104000': attribute('LT', 'No data of people: made by bench/entries.ts.'),
    '0020000D': attribute('UI', studyUid),
    '0020000E': attribute('UI', seriesUid),
    '00200010': attribute('SH', `S${String(200_000 + study)}`),
    '00200011': attribute('IS', series + 1),
    '00200012': attribute('IS', 1),
    '00200013': attribute('IS', '@number@'),
  };
}

function acquisition(study: number, series: number): Record<string, unknown> {
  return {
    '00180010': attribute('LO', 'APPLIED'),
    '00180015': attribute('CS', pick(REGIONS, study)),
    '00180022': attribute('CS', 'SPIRAL'),
    '00180050': attribute('DS', 1.25),
    '00180060': attribute('DS', 120),
    '00180090': attribute('DS', 500),
    '00181000': attribute('LO', '65432'),
    '00181020': attribute('LO', 'example 2026A', 'VA48A_P12'),
    '00181030': attribute('LO', 'ThoraxRoutine (Adult)'),
    '00181100': attribute('DS', 380),
    '00181110': attribute('DS', 1085.6),
    '00181111': attribute('DS', 595),
    '00181120': attribute('DS', 0),
    '00181140': attribute('CS', 'CW'),
    '00181150': attribute('IS', 500),
    '00181151': attribute('IS', '@current@'),
    '00181160': attribute('SH', 'FLAT'),
    '00181170': attribute('IS', 34),
    '00181190': attribute('DS', 0.7, 1.2),
    '00181200': attribute('DA', '20260301'),
    '00181201': attribute('TM', '061500.000000'),
    '00181210': attribute('SH', `B${30 + (series % 4)}f`, '3'),
    '00185100': attribute('CS', 'FFS'),
    '00189305': attribute('FD', 0.5),
    '00189306': attribute('FD', 0.6),
    '00189310': attribute('FD', 92.16),
    '00189311': attribute('FD', 1.2),
    '00189313': attribute('FD', 0.7265625, -0.7265625, -612.5),
    '00189345': attribute('FD', 8.4421875),
    '00200032': attribute('DS', -185.2265625, -356.7265625, '@position@'),
    '00200037': attribute('DS', 1, 0, 0, 0, 1, 0),
    '00200052': attribute('UI', uid('4', study, series)),
    '00201040': attribute('LO', ''),
    '00201041': attribute('DS', '@position@'),
    '00321033': attribute('LO', 'Emergency'),
    '00321060': attribute('LO', `CT ${pick(REGIONS, study)} with contrast`),
    '00400244': attribute('DA', '20260302'),
    '00400245': attribute('TM', '093412.345000'),
    '00400253': attribute('SH', `PPS${String(300_000 + study)}`),
    '00400254': attribute('LO', `CT ${pick(REGIONS, study)} with contrast`),
  };
}

function sequences(study: number, series: number): Record<string, unknown> {
  const reference = (sopClass: string, kind: string) => ({
    '00081150': attribute('UI', sopClass),
    '00081155': attribute('UI', uid(kind, study, series)),
  });
  return {
    '00081032': attribute('SQ', code('24627-2', 'LN', 'CT Chest with contrast')),
    '00081110': attribute('SQ', reference('1.2.840.10008.3.1.2.3.1', '5')),
    '00081140': attribute('SQ', reference(CT_IMAGE, '7')),
    '00082218': attribute('SQ', code('51185008', 'SCT', 'Chest')),
    '00400275': attribute('SQ', {
      '00321060': attribute('LO', `CT ${pick(REGIONS, study)} with contrast`),
      '00400007': attribute('LO', 'CT thorax'),
      '00400009': attribute('SH', `SPS${String(400_000 + study)}`),
      '00401001': attribute('SH', `RP${String(500_000 + study)}`),
    }),
  };
}

function pixels(): Record<string, unknown> {
  return {
    '00280002': attribute('US', 1),
    '00280004': attribute('CS', 'MONOCHROME2'),
    '00280010': attribute('US', 512),
    '00280011': attribute('US', 512),
    '00280030': attribute('DS', 0.7265625, 0.7265625),
    '00280100': attribute('US', 16),
    '00280101': attribute('US', 12),
    '00280102': attribute('US', 11),
    '00280103': attribute('US', 0),
    '00280106': attribute('US', 0),
    '00280107': attribute('US', '@window@'),
    '00281050': attribute('DS', 40, -600),
    '00281051': attribute('DS', 400, 1200),
    '00281052': attribute('DS', -1024),
    '00281053': attribute('DS', 1),
  };
}

/** Private attributes, as every vendor adds them. */
function vendor(series: number): Record<string, unknown> {
  return {
    '00290010': attribute('LO', 'EXAMPLE CT HEADER'),
    '00291008': attribute('CS', 'SOM 5 NULLPOSITION'),
    '00291009': attribute('LO', `20260302 ${1000 + series}`),
    '00291010': attribute(
      'UT',
      'Kernel=B30f;Pitch=1.2;Slices=128;Dose=CareDose4D;FictitiousBlock=0A1B2C3D4E5F',
    ),
  };
}
