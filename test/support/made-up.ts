/**
 * Small made-up mappings for tests of the mapping language: the rules of one file come in as YAML, what the whole engine
 * makes of a few entries with them comes out.
 */
import type { FhirResource } from '../../engine/fhir/resource.ts';
import { type EngineSetup, type RunResult, runFeed } from './engine.ts';
import { type EntryWords, entries } from './entries.ts';

export interface MadeUpCase extends Omit<EngineSetup, 'mappings'> {
  readonly mappings: readonly string[];
  readonly feed: readonly EntryWords[];
  readonly pageSize?: number;
}

export type MadeUpResult = RunResult & { readonly resources: readonly FhirResource[] };

/** A Patient found by PatientID in the system `urn:test`; `rules` are further rules, `head` what stands above them. */
export function patient(rules: string, head = ''): string {
  return `resource: Patient
identity: id
${head}
rules:
  id:
    to: Patient.identifier.where(system = 'urn:test').value
    tag: PatientID
${rules}`;
}

/** A Patient on the server that `patient` finds; P1 is the PatientID of entries that name none. */
export function storedPatient(content: Readonly<Record<string, unknown>>): FhirResource {
  return { resourceType: 'Patient', id: 'p', identifier: [IDENTIFIER], ...content } as FhirResource;
}

export const IDENTIFIER = { system: 'urn:test', value: 'P1' };

export async function madeUp({ feed, ...setup }: MadeUpCase): Promise<MadeUpResult> {
  return runFeed({ ...setup, entries: entries(...feed) });
}

/** The first resource of the type, without what all resources of a test have in common. */
export function first(result: MadeUpResult, type = 'Patient'): Readonly<Record<string, unknown>> | undefined {
  const found = result.resources.find(({ resourceType }) => resourceType === type);
  if (!found) return undefined;
  const { resourceType: _type, ...content } = found;
  return content;
}

/** One element of the first resource of the type. */
export function elementOf(result: MadeUpResult, name: string, type = 'Patient'): unknown {
  return first(result, type)?.[name];
}

/** `1 dicom.missing-tag Patient.id`. */
export function rowsOf({ rows }: MadeUpResult): readonly string[] {
  return rows.map(({ sequence, code, rule }) => `${sequence} ${code}${rule === undefined ? '' : ` ${rule}`}`);
}
