/**
 * What a FHIR server shall hold, entry by entry, written by hand: what mapByHand made of each entry comes in, in the order of
 * the feed; resources whose references are names go out. Every benchmark compares the server with it.
 */
import { isDeepStrictEqual } from 'node:util';
import type { ChangeFeedEntry } from '../engine/dicom/entry.ts';
import type { JsonObject } from './fhir-store.ts';
import { type Coding, type HumanName, type Mapped, mapByHand } from './hand-written.ts';

export interface HandState {
  /** False for an entry that contributes nothing. */
  apply(entry: ChangeFeedEntry): boolean;
  applyMapped(mapped: Mapped): void;
  resources(): readonly JsonObject[];
}

interface Instance {
  uid: string;
  sopClass: Coding;
  number?: number;
}

interface Series {
  uid: string;
  number?: number;
  modality: Coding;
  description?: string;
  started?: string;
  readonly instances: Map<string, Instance>;
}

interface Study {
  readonly uid: string;
  accession?: string;
  patientId: string;
  started?: string;
  description?: string;
  readonly notes: string[];
  readonly series: Map<string, Series>;
}

interface Patient {
  readonly id: string;
  name?: HumanName;
  gender?: string;
  readonly birthDate: string | undefined;
}

export function createHandState(sourceUrl: string): HandState {
  const patients = new Map<string, Patient>();
  const studies = new Map<string, Study>();

  const patientOf = ({ patientId, birthDate }: Mapped): Patient => {
    let patient = patients.get(patientId);
    if (!patient) {
      patient = { id: patientId, birthDate };
      patients.set(patientId, patient);
    }
    return patient;
  };

  const applyMapped = (mapped: Mapped): void => {
    const patient = patientOf(mapped);
    if (mapped.name) patient.name = mapped.name;
    if (mapped.gender) patient.gender = mapped.gender;
    let study = studies.get(mapped.study);
    if (!study) {
      study = { uid: mapped.study, patientId: mapped.patientId, notes: [], series: new Map() };
      studies.set(mapped.study, study);
    }
    study.patientId = mapped.patientId;
    applyToStudy(study, mapped);
    applyToSeries(study, mapped);
  };

  return {
    apply(entry) {
      const mapped = mapByHand(entry);
      if (mapped) applyMapped(mapped);
      return mapped !== undefined;
    },
    applyMapped,
    resources: () => [
      ...[...patients.values()].map(patientResource),
      ...(studies.size > 0 ? [endpointResource(sourceUrl)] : []),
      ...[...studies.values()].map((study) => studyResource(study, sourceUrl)),
    ],
  };
}

function applyToStudy(study: Study, { speaks, accession, started, description }: Mapped): void {
  if (accession !== undefined && (speaks || study.accession === undefined)) study.accession = accession;
  if (started !== undefined && (speaks || study.started === undefined)) {
    if (!isSameInstant(study.started, started)) study.started = started;
  }
  if (description === undefined) return;
  if (speaks || study.description === undefined) study.description = description;
  if (speaks ? !study.notes.includes(description) : study.notes.length === 0) study.notes.push(description);
}

/** A later instance that says the same moment in other words changes nothing. */
function isSameInstant(before: string | undefined, after: string): boolean {
  if (before === undefined || !before.includes('T') || !after.includes('T')) return before === after;
  return Date.parse(before) === Date.parse(after) && isSameFraction(before, after);
}

function isSameFraction(before: string, after: string): boolean {
  const [a, b] = [before, after].map((text) => (/\.(\d+)/.exec(text)?.[1] ?? '').replace(/0+$/, ''));
  return a === b;
}

function applyToSeries(study: Study, mapped: Mapped): void {
  let series = study.series.get(mapped.series);
  if (!series) {
    series = { uid: mapped.series, modality: mapped.modality, instances: new Map() };
    study.series.set(mapped.series, series);
  }
  series.modality = mapped.modality;
  if (mapped.seriesNumber !== undefined) series.number = mapped.seriesNumber;
  if (mapped.seriesDescription !== undefined) series.description = mapped.seriesDescription;
  if (mapped.seriesStarted !== undefined && !isSameInstant(series.started, mapped.seriesStarted))
    series.started = mapped.seriesStarted;
  let instance = series.instances.get(mapped.instance);
  if (!instance) {
    instance = { uid: mapped.instance, sopClass: mapped.sopClass };
    series.instances.set(mapped.instance, instance);
  }
  instance.sopClass = mapped.sopClass;
  if (mapped.instanceNumber !== undefined) instance.number = mapped.instanceNumber;
  else if (mapped.isInstanceNumberAbsent) delete instance.number;
}

function patientResource({ id, name, gender, birthDate }: Patient): JsonObject {
  return {
    resourceType: 'Patient',
    identifier: [{ value: id }],
    ...(name ? { name: [{ use: 'usual', ...name }] } : {}),
    ...(gender === undefined ? {} : { gender }),
    ...(birthDate === undefined ? {} : { birthDate }),
  } as JsonObject;
}

function endpointResource(url: string): JsonObject {
  return {
    resourceType: 'Endpoint',
    identifier: [{ system: 'urn:dicomcast:source', value: url }],
    status: 'active',
    connectionType: {
      system: 'http://terminology.hl7.org/CodeSystem/endpoint-connection-type',
      code: 'dicom-wado-rs',
    },
    name: `DICOM WADO-RS endpoint ${url}`,
    payloadType: [{ text: 'DICOM WADO-RS' }],
    payloadMimeType: ['application/dicom'],
    address: url,
  };
}

const ACCESSION_TYPE = {
  coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'ACSN' }],
};

function studyResource(study: Study, sourceUrl: string): JsonObject {
  const { uid, accession, patientId, started, description, notes } = study;
  const all = [...study.series.values()];
  const modalities: Coding[] = [];
  for (const { modality } of all)
    if (!modalities.some((known) => isDeepStrictEqual(known, modality))) modalities.push(modality);
  return {
    resourceType: 'ImagingStudy',
    meta: { source: sourceUrl },
    identifier: [
      { system: 'urn:dicom:uid', value: `urn:oid:${uid}` },
      ...(accession === undefined ? [] : [{ type: ACCESSION_TYPE, value: accession }]),
    ],
    status: 'available',
    modality: modalities,
    subject: { reference: `Patient?${patientId}` },
    ...(started === undefined ? {} : { started }),
    endpoint: [{ reference: `Endpoint?${sourceUrl}` }],
    numberOfSeries: all.length,
    numberOfInstances: all.reduce((sum, { instances }) => sum + instances.size, 0),
    ...(notes.length > 0 ? { note: notes.map((text) => ({ text })) } : {}),
    ...(description === undefined ? {} : { description }),
    series: all.map(({ instances, ...series }) => ({
      ...series,
      numberOfInstances: instances.size,
      instance: [...instances.values()],
    })),
  } as unknown as JsonObject;
}
