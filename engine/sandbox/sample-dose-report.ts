/**
 * The content of a CT dose report (PS3.16 TID 10011) of a sample study: one acquisition, with numbers that are made up.
 */
import type { DicomElement, DicomJson } from '../dicom/entry.ts';
import { code, element, uid } from './sample-elements.ts';

const DOSE = 412.5;

/** What a structured report has beside what every sample has. */
export function doseReport(study: {
  readonly folder: string;
  readonly date: string;
  readonly time?: string;
}): DicomJson {
  const started = `${study.date}${study.time ?? ''}`;
  const content = [
    item('CODE', '121058', 'Procedure reported', {
      '0040A168': element('SQ', code('77477000', 'SCT', 'Computed Tomography X-Ray')),
    }),
    item('TEXT', '121014', 'Device Observer Manufacturer', {
      '0040A160': element('UT', 'dicomcast samples'),
    }),
    item('DATETIME', '113809', 'Start of X-Ray Irradiation', { '0040A120': element('DT', started) }),
    container(
      '113811',
      'CT Accumulated Dose Data',
      num('113812', 'Total Number of Irradiation Events', 1, '{events}'),
      num('113813', 'CT Dose Length Product Total', DOSE, 'mGy.cm'),
    ),
    container(
      '113819',
      'CT Acquisition',
      item('CODE', '123014', 'Target Region', {
        '0040A168': element('SQ', code('51185008', 'SCT', 'Chest')),
      }),
      item('UIDREF', '113769', 'Irradiation Event UID', {
        '0040A124': element('UI', uid(`${study.folder}/event`)),
      }),
      item('DATETIME', '111526', 'DateTime Started', { '0040A120': element('DT', started) }),
      container(
        '113829',
        'CT Dose',
        num('113830', 'Mean CTDIvol', 12.5, 'mGy'),
        num('113838', 'DLP', DOSE, 'mGy.cm'),
      ),
    ),
  ];
  return {
    '00080023': element('DA', study.date),
    '00080033': element('TM', study.time),
    '0040A040': element('CS', 'CONTAINER'),
    '0040A043': element('SQ', code('113701', 'DCM', 'X-Ray Radiation Dose Report')),
    '0040A050': element('CS', 'SEPARATE'),
    '0040A491': element('CS', 'COMPLETE'),
    '0040A493': element('CS', 'UNVERIFIED'),
    '0040A730': element('SQ', ...content),
  };
}

function item(
  type: string,
  name: string,
  meaning: string,
  value: Readonly<Record<string, DicomElement>>,
): DicomJson {
  return {
    '0040A010': element('CS', 'CONTAINS'),
    '0040A040': element('CS', type),
    '0040A043': element('SQ', code(name, 'DCM', meaning)),
    ...value,
  };
}

function container(name: string, meaning: string, ...content: readonly DicomJson[]): DicomJson {
  return item('CONTAINER', name, meaning, {
    '0040A050': element('CS', 'SEPARATE'),
    '0040A730': element('SQ', ...content),
  });
}

function num(name: string, meaning: string, value: number, unit: string): DicomJson {
  const measured = {
    '004008EA': element('SQ', code(unit, 'UCUM', unit)),
    '0040A30A': element('DS', value),
  };
  return item('NUM', name, meaning, { '0040A300': element('SQ', measured) });
}
