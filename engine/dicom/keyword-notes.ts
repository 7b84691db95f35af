/**
 * What the data dictionary does not say about attributes: other names that people know them by, and attributes that exist in
 * queries only. A name or a keyword comes in, today's keyword or a yes or no goes out.
 */
import { attributeByKeyword } from './dictionary.ts';

/** Names of earlier editions, of toolkits and of daily use, too far from the keyword to be found by their spelling. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  accession: 'AccessionNumber',
  accessionno: 'AccessionNumber',
  birthdate: 'PatientBirthDate',
  bodypart: 'BodyPartExamined',
  bodysite: 'BodyPartExamined',
  dateofbirth: 'PatientBirthDate',
  dob: 'PatientBirthDate',
  gender: 'PatientSex',
  hospital: 'InstitutionName',
  imagedate: 'ContentDate',
  imagenumber: 'InstanceNumber',
  imagetime: 'ContentTime',
  instanceuid: 'SOPInstanceUID',
  institution: 'InstitutionName',
  modelname: 'ManufacturerModelName',
  mrn: 'PatientID',
  nameofphysicianreadingstudy: 'NameOfPhysiciansReadingStudy',
  operatorname: 'OperatorsName',
  patientdateofbirth: 'PatientBirthDate',
  patientdob: 'PatientBirthDate',
  patientgender: 'PatientSex',
  patientmrn: 'PatientID',
  performingphysician: 'PerformingPhysicianName',
  readingphysician: 'NameOfPhysiciansReadingStudy',
  referringphysician: 'ReferringPhysicianName',
  requestingphysicianname: 'RequestingPhysician',
  serialnumber: 'DeviceSerialNumber',
  seriesuid: 'SeriesInstanceUID',
  sex: 'PatientSex',
  softwareversion: 'SoftwareVersions',
  sopclass: 'SOPClassUID',
  sopuid: 'SOPInstanceUID',
  studyuid: 'StudyInstanceUID',
  timezone: 'TimezoneOffsetFromUTC',
  timezoneoffset: 'TimezoneOffsetFromUTC',
};

/**
 * Today's keyword for a name that is none: with blanks and signs, in the possessive that keywords had until PS3.6-2011
 * (`ReferringPhysiciansName`), or another name (`ImageNumber`, `DOB`). Undefined for a keyword, and for what is not known.
 */
export function keywordFor(name: string): string | undefined {
  const plain = name.replace(/[^A-Za-z0-9]/g, '');
  if (attributeByKeyword(plain)) return plain === name ? undefined : plain;
  const other = plain.toLowerCase();
  if (Object.hasOwn(OTHER_NAMES, other)) return OTHER_NAMES[other];
  const possessives = [...plain.matchAll(/s(?=[A-Z])/g)].map(({ index }) => index);
  const bare = possessives.map((index) => plain.slice(0, index) + plain.slice(index + 1));
  return bare.find((keyword) => attributeByKeyword(keyword));
}

/** True where the two are one word: only blanks, signs and letter case differ. */
export function isSameWord(name: string, keyword: string): boolean {
  return name.replace(/[^A-Za-z0-9]/g, '').toLowerCase() === keyword.toLowerCase();
}

/** Attributes that answers to queries have (PS3.4 C.3.4), or that steer queries (C.6): no stored instance has a value for them. */
const IN_QUERIES_ONLY: ReadonlySet<string> = new Set([
  'QueryRetrieveLevel',
  'QueryRetrieveView',
  'InstanceAvailability',
  'ModalitiesInStudy',
  'SOPClassesInStudy',
  'AnatomicRegionsInStudyCodeSequence',
  'NumberOfPatientRelatedStudies',
  'NumberOfPatientRelatedSeries',
  'NumberOfPatientRelatedInstances',
  'NumberOfStudyRelatedSeries',
  'NumberOfStudyRelatedInstances',
  'NumberOfSeriesRelatedInstances',
]);

/** True for a keyword that no stored instance has: ModalitiesInStudy, NumberOfStudyRelatedInstances, … */
export function isQueryOnly(keyword: string): boolean {
  return IN_QUERIES_ONLY.has(keyword);
}
