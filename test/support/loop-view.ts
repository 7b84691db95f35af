/**
 * What tests of the loop look at, and what they let go wrong: short texts for what is stored, for rows and for bundles, and
 * faults at transactions about studies.
 */
import * as assert from 'uvu/assert';
import type { FhirResource } from '../../engine/fhir/resource.ts';
import type { Fault, FaultRequest } from '../../engine/sandbox/fhir-server.ts';
import { isTransaction, type Loop } from './loop.ts';

export const ANNA = { PatientID: 'patient-anna', PatientName: 'Zebra^Anna' };
export const BERT = { PatientID: 'patient-bert', PatientName: 'Okapi^Bert' };

/** `study 1: 2.25.1.1.1 2.25.1.1.2` */
export function listing(loop: Loop): readonly string[] {
  return loop.fhir
    .resources('ImagingStudy')
    .map((study) => {
      const series = (study['series'] ?? []) as readonly { instance: readonly { uid: string }[] }[];
      const uids = series.flatMap(({ instance }) => instance.map(({ uid }) => uid));
      return [`study ${identifierOf(study).split('.').at(-1)}:`, ...uids].join(' ');
    })
    .toSorted();
}

export function identifierOf(resource: FhirResource): string {
  return (resource['identifier'] as readonly { value: string }[])[0]?.value ?? '';
}

export function only(loop: Loop, type: string): FhirResource {
  const resources = loop.fhir.resources(type);
  assert.is(resources.length, 1, `one ${type}`);
  return resources[0] as FhirResource;
}

/** `3 FhirFailToStore fhir.refused` */
export function rows(loop: Loop): readonly string[] {
  return loop
    .rows()
    .map(({ sequence, kind, code }) => `${sequence} ${kind} ${code}`)
    .toSorted();
}

/** Bundles that are about studies, patients and the like, as `POST Patient, PUT ImagingStudy`. */
export function sent(loop: Loop): readonly string[] {
  return loop.bundles.map(({ entry }) =>
    entry.map(({ request }) => `${request.method} ${request.url.split('/')[0]}`).join(', '),
  );
}

export const aboutStudies = (request: FaultRequest): boolean =>
  isTransaction(request) && request.body?.includes('"ImagingStudy"') === true;

/** Each fault once, in this order, at transactions about studies. */
export function inTurn(...faults: readonly Fault[]): (request: FaultRequest) => Fault | undefined {
  const open = [...faults];
  return (request) => (aboutStudies(request) ? open.shift() : undefined);
}

export const outcome = (code: string): string =>
  JSON.stringify({ resourceType: 'OperationOutcome', issue: [{ severity: 'error', code }] });

/** As long as the content has one of the texts in it. */
export function refusing(...texts: readonly string[]): (request: FaultRequest) => Fault | undefined {
  return (request) =>
    isTransaction(request) && texts.some((text) => request.body?.includes(`"${text}"`))
      ? { status: 422, body: outcome('invalid') }
      : undefined;
}
