/**
 * Test resources with which a FHIR server is probed: no person, no study, nothing that anybody could take for data. Each is
 * marked by an identifier of a system of dicomcast's own, by which it is told from everything else.
 */
import type { FhirElement, FhirResource } from './resource.ts';

/** Nobody but the probe uses this identifier system. */
export const PROBE_SYSTEM = 'urn:dicomcast:doctor';
const EXTENSION = 'urn:dicomcast:doctor:value';
/** Its last digit is lost by servers that read decimals as binary numbers. */
export const PROBE_DECIMAL = '1.50';
/** As `meta.source` of what the engine makes: an address. */
export const PROBE_SOURCE = 'https://doctor.dicomcast.invalid/';

export interface ProbeMarks {
  readonly value: string;
  /** Default: PROBE_SYSTEM; null leaves the system out. */
  readonly system?: null;
  /** What an extension refers to: `Basic/1` or the `fullUrl` of another entry. */
  readonly reference?: string;
}

/** The least conspicuous type that the mappings write, else one that means nothing. */
export function probeType(types: readonly string[]): 'Endpoint' | 'Basic' {
  return types.includes('Endpoint') ? 'Endpoint' : 'Basic';
}

/** A resource of R4 with everything that the type requires, in a state that nobody acts upon. */
export function probeResource(
  type: ReturnType<typeof probeType>,
  { value, system, reference }: ProbeMarks,
): FhirResource {
  const identifier = [{ ...(system === null ? {} : { system: PROBE_SYSTEM }), value }];
  const rawJSON = (JSON as unknown as { rawJSON(text: string): FhirElement }).rawJSON;
  const extension: FhirElement[] = [{ url: EXTENSION, valueDecimal: rawJSON(PROBE_DECIMAL) }];
  if (reference !== undefined) extension.push({ url: EXTENSION, valueReference: { reference } });
  const common = { meta: { source: PROBE_SOURCE }, extension, identifier };
  if (type === 'Basic')
    return { resourceType: 'Basic', ...common, code: { text: 'Test of dicomcast doctor; may be deleted' } };
  return {
    resourceType: 'Endpoint',
    ...common,
    status: 'test',
    connectionType: {
      system: 'http://terminology.hl7.org/CodeSystem/endpoint-connection-type',
      code: 'dicom-wado-rs',
    },
    name: 'Test of dicomcast doctor; may be deleted',
    payloadType: [{ text: 'none' }],
    address: PROBE_SOURCE,
  };
}

/** True for what the probe made. */
export function isProbe({ identifier }: FhirResource): boolean {
  const all: readonly unknown[] = Array.isArray(identifier) ? identifier : [];
  return all.some((each) => (each as FhirElement | null)?.['system'] === PROBE_SYSTEM);
}

/** What the extension of a probe refers to, as it came back. */
export function probeReference({ extension }: FhirResource): string | undefined {
  const all: readonly unknown[] = Array.isArray(extension) ? extension : [];
  for (const each of all as readonly FhirElement[]) {
    const reference = (each['valueReference'] as FhirElement | undefined)?.['reference'];
    if (typeof reference === 'string') return reference;
  }
  return undefined;
}
