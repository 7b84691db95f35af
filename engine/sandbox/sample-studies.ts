/**
 * A folder comes in; small DICOM files of people who do not exist are written there, for first runs, demos and tests. The
 * same bytes every time.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { DicomJson } from '../dicom/entry.ts';
import { writeDicomFile } from '../io/dicom-file.ts';
import { doseReport } from './sample-dose-report.ts';
import { code, element, uid } from './sample-elements.ts';

export interface SamplePatient {
  readonly id: string;
  readonly name: { readonly Alphabetic: string; readonly Ideographic?: string; readonly Phonetic?: string };
  readonly sex?: 'F' | 'M' | 'O';
  /** DA; one is partial. */
  readonly birthDate?: string;
}

export interface SampleSeries {
  readonly modality: 'CR' | 'CT' | 'KO' | 'MR' | 'SR' | 'US';
  readonly description: string;
  readonly instances: number;
}

export interface SampleStudy {
  /** The files are `<folder>/series-<n>/<nnn>.dcm`. */
  readonly folder: string;
  /** What somebody can see with it. */
  readonly shows: string;
  readonly patient: SamplePatient;
  readonly date: string;
  readonly time?: string;
  readonly timezone?: string;
  readonly description: string;
  readonly bodyPart: string;
  readonly accessionNumber: string;
  /** Value and meaning of a code of the scheme 99DEMO. */
  readonly procedure?: readonly [string, string];
  readonly series: readonly SampleSeries[];
}

const anna: SamplePatient = {
  id: 'DEMO-1001',
  name: { Alphabetic: 'Beispiel^Anna^Maria^Dr.' },
  sex: 'F',
  birthDate: '19790412',
};

/** Every sample study. Fictitious; any likeness is chance. */
export const SAMPLE_STUDIES: readonly SampleStudy[] = [
  {
    folder: 'ct-head',
    shows: 'two CT series and a key object that selects two of their images',
    patient: anna,
    date: '20240305',
    time: '091530.250',
    timezone: '+0100',
    description: 'CT head without contrast',
    bodyPart: 'HEAD',
    accessionNumber: 'DEMO-A-0001',
    procedure: ['DEMO-CTH', 'CT head without contrast'],
    series: [
      { modality: 'CT', description: 'Topogram', instances: 2 },
      { modality: 'CT', description: 'Head 5 mm', instances: 8 },
      { modality: 'KO', description: 'Key images', instances: 1 },
    ],
  },
  {
    folder: 'cr-chest',
    shows: 'a second study of the patient of ct-head, with each view in a series of its own',
    patient: anna,
    date: '20240611',
    time: '140200',
    timezone: '+0200',
    description: 'Chest two views',
    bodyPart: 'CHEST',
    accessionNumber: 'DEMO-A-0002',
    series: [
      { modality: 'CR', description: 'Chest pa', instances: 1 },
      { modality: 'CR', description: 'Chest lateral', instances: 1 },
    ],
  },
  {
    folder: 'mr-knee',
    shows: 'three MR series',
    patient: { id: 'DEMO-1002', name: { Alphabetic: 'Muster^Jonas' }, sex: 'M', birthDate: '19911130' },
    date: '20240118',
    time: '1645',
    timezone: '+0100',
    description: 'MR knee left',
    bodyPart: 'KNEE',
    accessionNumber: 'DEMO-A-0003',
    procedure: ['DEMO-MRK', 'MR knee without contrast'],
    series: [
      { modality: 'MR', description: 'Localizer', instances: 3 },
      { modality: 'MR', description: 'PD sagittal', instances: 5 },
      { modality: 'MR', description: 'T1 coronal', instances: 4 },
    ],
  },
  {
    folder: 'us-abdomen',
    shows: 'one US series without a time zone, and a birth date of which only the month is known',
    patient: { id: 'DEMO-1003', name: { Alphabetic: 'Sample^Robin' }, sex: 'O', birthDate: '196803' },
    date: '20240709',
    time: '080510',
    description: 'Ultrasound abdomen',
    bodyPart: 'ABDOMEN',
    accessionNumber: 'DEMO-A-0004',
    series: [{ modality: 'US', description: 'Abdomen', instances: 5 }],
  },
  {
    folder: 'cr-hand-japanese',
    shows: 'a Japanese name in three groups: alphabetic, ideographic, phonetic',
    patient: {
      id: 'DEMO-1004',
      name: { Alphabetic: 'Mihon^Hanako', Ideographic: '見本^花子', Phonetic: 'みほん^はなこ' },
      sex: 'F',
      birthDate: '20030521',
    },
    date: '20240402',
    time: '103000',
    timezone: '+0900',
    description: '右手 2方向',
    bodyPart: 'HAND',
    accessionNumber: 'DEMO-A-0005',
    series: [{ modality: 'CR', description: '右手', instances: 2 }],
  },
  {
    folder: 'ct-thorax-arabic',
    shows: 'an Arabic name and description, and a report of the radiation dose',
    patient: {
      id: 'DEMO-1005',
      name: { Alphabetic: 'مثال^ليلى' },
      sex: 'F',
      birthDate: '19850917',
    },
    date: '20240520',
    time: '121500',
    timezone: '+0300',
    description: 'تصوير مقطعي للصدر',
    bodyPart: 'CHEST',
    accessionNumber: 'DEMO-A-0006',
    series: [
      { modality: 'CT', description: 'Thorax 3 mm', instances: 6 },
      { modality: 'SR', description: 'Dose report', instances: 1 },
    ],
  },
  {
    folder: 'mr-head-cyrillic',
    shows: 'a Cyrillic name with a patronymic, and no study time',
    patient: {
      id: 'DEMO-1006',
      name: { Alphabetic: 'Образцова^Мария^Петровна' },
      sex: 'F',
      birthDate: '19620101',
    },
    date: '20231224',
    timezone: '+0300',
    description: 'МРТ головы',
    bodyPart: 'HEAD',
    accessionNumber: 'DEMO-A-0007',
    series: [
      { modality: 'MR', description: 'T2 axial', instances: 4 },
      { modality: 'MR', description: 'FLAIR', instances: 4 },
    ],
  },
  {
    folder: 'cr-unknown',
    shows: 'an emergency: neither birth date nor sex are known',
    patient: { id: 'DEMO-1007', name: { Alphabetic: 'Unknown^Emergency 7' } },
    date: '20240801',
    time: '023344',
    timezone: '+0000',
    description: 'Pelvis',
    bodyPart: 'PELVIS',
    accessionNumber: 'DEMO-A-0008',
    series: [{ modality: 'CR', description: 'Pelvis ap', instances: 1 }],
  },
];

const SOP_CLASSES = {
  CR: '1.2.840.10008.5.1.4.1.1.1',
  CT: '1.2.840.10008.5.1.4.1.1.2',
  KO: '1.2.840.10008.5.1.4.1.1.88.59',
  MR: '1.2.840.10008.5.1.4.1.1.4',
  SR: '1.2.840.10008.5.1.4.1.1.88.67',
  US: '1.2.840.10008.5.1.4.1.1.6.1',
} as const;

/** Writes every sample file below `folder`, over what stands there; their paths in it, with `/`, in order. */
export async function writeSampleStudies(folder: string): Promise<readonly string[]> {
  const paths: string[] = [];
  for (const { path, dataset } of sampleInstances()) {
    const target = join(folder, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, writeDicomFile(dataset));
    paths.push(path);
  }
  return paths.sort();
}

function* sampleInstances(): Generator<{ readonly path: string; readonly dataset: DicomJson }> {
  for (const study of SAMPLE_STUDIES) {
    for (const [index, series] of study.series.entries()) {
      for (let number = 1; number <= series.instances; number++) {
        const path = pathOf(study, index, number);
        yield { path, dataset: instance(study, series, index, number) };
      }
    }
  }
}

function pathOf(study: SampleStudy, series: number, instance: number): string {
  return `${study.folder}/series-${series + 1}/${String(instance).padStart(3, '0')}.dcm`;
}

function instance(study: SampleStudy, series: SampleSeries, index: number, number: number): DicomJson {
  const { patient } = study;
  const coded = study.procedure && code(study.procedure[0], '99DEMO', study.procedure[1]);
  return {
    '00080016': element('UI', SOP_CLASSES[series.modality]),
    '00080018': element('UI', uid(pathOf(study, index, number))),
    '00080020': element('DA', study.date),
    '00080021': element('DA', study.date),
    '00080030': element('TM', study.time),
    '00080031': element('TM', study.time),
    '00080050': element('SH', study.accessionNumber),
    '00080060': element('CS', series.modality),
    '00080070': element('LO', 'dicomcast samples'),
    '00080090': element('PN', { Alphabetic: 'Referrer^Dana' }),
    ...(study.timezone && { '00080201': element('SH', study.timezone) }),
    '00081030': element('LO', study.description),
    ...(coded && { '00081032': element('SQ', coded) }),
    '0008103E': element('LO', series.description),
    '00100010': element('PN', patient.name),
    '00100020': element('LO', patient.id),
    '00100030': element('DA', patient.birthDate),
    '00100040': element('CS', patient.sex),
    '00180015': element('CS', study.bodyPart),
    '0020000D': element('UI', uid(study.folder)),
    '0020000E': element('UI', uid(`${study.folder}/series-${index + 1}`)),
    '00200010': element('SH', study.accessionNumber.slice(-4)),
    '00200011': element('IS', index + 1),
    '00200013': element('IS', number),
    ...content(study, series, number),
  };
}

function content(study: SampleStudy, { modality }: SampleSeries, number: number): DicomJson {
  if (modality === 'KO') return keyObject(study);
  return modality === 'SR' ? doseReport(study) : image(number);
}

/** Eight by eight pixels of eight bits: a ramp, another for each instance. */
function image(number: number): DicomJson {
  const pixels = Uint8Array.from({ length: 64 }, (_, index) => (index * 4 + number * 16) % 256);
  return {
    '00280002': element('US', 1),
    '00280004': element('CS', 'MONOCHROME2'),
    '00280010': element('US', 8),
    '00280011': element('US', 8),
    '00280100': element('US', 8),
    '00280101': element('US', 8),
    '00280102': element('US', 7),
    '00280103': element('US', 0),
    '7FE00010': { vr: 'OB', InlineBinary: Buffer.from(pixels).toString('base64') },
  };
}

/** TID 2010 with references to the first and the last image of the second series. */
function keyObject(study: SampleStudy): DicomJson {
  const [, series] = study.series;
  const references = [1, series?.instances ?? 1].map((number) => ({
    '00081150': element('UI', SOP_CLASSES[series?.modality ?? 'CT']),
    '00081155': element('UI', uid(pathOf(study, 1, number))),
  }));
  const evidence = {
    '00081115': element('SQ', {
      '00081199': element('SQ', ...references),
      '0020000E': element('UI', uid(`${study.folder}/series-2`)),
    }),
    '0020000D': element('UI', uid(study.folder)),
  };
  return {
    '00080023': element('DA', study.date),
    '00080033': element('TM', study.time),
    '0040A040': element('CS', 'CONTAINER'),
    '0040A043': element('SQ', code('113000', 'DCM', 'Of Interest')),
    '0040A050': element('CS', 'SEPARATE'),
    '0040A375': element('SQ', evidence),
    '0040A730': element(
      'SQ',
      ...references.map((reference) => ({
        '00081199': element('SQ', reference),
        '0040A010': element('CS', 'CONTAINS'),
        '0040A040': element('CS', 'IMAGE'),
      })),
    ),
  };
}
