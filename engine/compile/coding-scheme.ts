/**
 * Code sequences (PS3.3 8.8): an item of the DICOM JSON Model comes in, a FHIR Coding with its translations goes out. The
 * coding scheme designator becomes a system by the table below; PS3.16 Table 8-1 lists the designators.
 */
import { type ElementValues, readElement } from '../dicom/dataset.ts';
import type { DicomJson } from '../dicom/entry.ts';
import { presentValue, vrFault } from '../dicom/vr.ts';
import type { FhirElement } from '../fhir/resource.ts';

/** Designator to system, as R4 terminologies-systems.html and terminology.hl7.org name it. */
export const CODING_SCHEMES: ReadonlyMap<string, string> = new Map([
  ['DCM', 'http://dicom.nema.org/resources/ontology/DCM'],
  ['SCT', 'http://snomed.info/sct'],
  // Codes such as T-D1100 are no SNOMED CT identifiers: they are of the older scheme, whatever their designator.
  ['SRT', 'http://snomed.info/srt'],
  ['SNM3', 'http://snomed.info/srt'],
  ['99SDM', 'http://snomed.info/srt'],
  ['LN', 'http://loinc.org'],
  ['UCUM', 'http://unitsofmeasure.org'],
  ['RADLEX', 'http://www.radlex.org'],
  ['MDC', 'urn:iso:std:iso:11073:10101'],
  ['NCIt', 'http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl'],
  ['UMLS', 'http://terminology.hl7.org/CodeSystem/umls'],
  ['RXNORM', 'http://www.nlm.nih.gov/research/umls/rxnorm'],
  ['I10', 'http://hl7.org/fhir/sid/icd-10'],
  ['RFC5646', 'urn:ietf:bcp:47'],
  ['RFC3066', 'urn:ietf:bcp:47'],
]);

/** Other spellings that are met. */
const SPELLINGS: ReadonlyMap<string, string> = new Map([['RadLex', 'RADLEX']]);

/** What a designator becomes that is not in the table and for which the rule has no `system:`. */
export const UNKNOWN_SCHEME = 'urn:dicom:scheme:';

const SNOMED_CT = 'http://snomed.info/sct';

/**
 * The system of a designator: from the table, else `fallback`, else `urn:dicom:scheme:` and the designator,
 * percent-encoded, so that codes of different schemes never meet. Undefined for no designator and no fallback.
 */
function systemOfScheme(
  designator: string | undefined,
  fallback: string | undefined,
  code = '',
): string | undefined {
  if (designator === undefined) return fallback;
  const known = CODING_SCHEMES.get(SPELLINGS.get(designator) ?? designator);
  // Some writers put SNOMED CT identifiers under SRT too; those are digits only, and SNOMED-RT's never are.
  if (known === 'http://snomed.info/srt' && /^\d{6,18}$/.test(code)) return SNOMED_CT;
  return known ?? fallback ?? `${UNKNOWN_SCHEME}${encodeURIComponent(designator)}`;
}

export interface Concept {
  /** The code, then the same concept in other schemes (Equivalent Code Sequence). */
  readonly codings: readonly FhirElement[];
  /** Code Meaning of an item that has no code. */
  readonly text?: string;
}

/**
 * The concept of one item; undefined for an item that has neither code nor meaning; the reason, without values, for one that
 * breaks the rules of its VRs.
 */
export function readConcept(
  item: unknown,
  fallback: string | undefined,
): Concept | { readonly fault: string } | undefined {
  const dataset = item as DicomJson;
  const [main, ...faults] = readCoding(dataset, fallback);
  if (faults[0] !== undefined) return { fault: faults[0] };
  const equivalents: FhirElement[] = [];
  for (const other of readElement(dataset, [{ tag: '00080121' }])?.values ?? []) {
    if (vrFault('SQ', other)) return { fault: 'has an item that is no dataset' };
    const [coding, fault] = readCoding(other as DicomJson, fallback);
    if (fault !== undefined) return { fault };
    if (coding && 'code' in coding) equivalents.push(coding);
  }
  if (main && 'code' in main) return { codings: [main, ...equivalents] };
  const text = typeof main?.['display'] === 'string' ? main['display'] : undefined;
  if (equivalents.length > 0 || text !== undefined)
    return { codings: equivalents, ...(text === undefined ? {} : { text }) };
  return undefined;
}

/**
 * What a table of codes may call an item: `scheme|code`, then the code alone; nothing for an item with a meaning only.
 * Undefined for an item that has neither.
 */
export function conceptKeys(item: unknown): readonly string[] | undefined {
  const [found] = typeof item === 'object' && item !== null ? readCoding(item as DicomJson, undefined) : [];
  if (found === undefined) return undefined;
  const { code } = found;
  if (code === undefined) return [];
  const scheme = readText(readElement(item as DicomJson, [{ tag: PARTS.scheme[1] }]), PARTS.scheme[2]);
  return typeof scheme === 'string' ? [`${scheme}|${code}`, String(code)] : [String(code)];
}

/** Keyword, tag, VR. Code Value, Long Code Value and URN Code Value are alternatives (PS3.3 8.1). */
const PARTS = {
  short: ['CodeValue', '00080100', 'SH'],
  long: ['LongCodeValue', '00080119', 'UC'],
  urn: ['URNCodeValue', '00080120', 'UR'],
  scheme: ['CodingSchemeDesignator', '00080102', 'SH'],
  version: ['CodingSchemeVersion', '00080103', 'SH'],
  meaning: ['CodeMeaning', '00080104', 'LO'],
} as const;

function readCoding(
  item: DicomJson,
  fallback: string | undefined,
): readonly [FhirElement | undefined, string?] {
  const found: Partial<Record<keyof typeof PARTS, string>> = {};
  for (const part of Object.keys(PARTS) as (keyof typeof PARTS)[]) {
    const [keyword, tag, vr] = PARTS[part];
    const read = readText(readElement(item, [{ tag }]), vr);
    if (typeof read === 'object') return [undefined, `has an item whose ${keyword} ${read.fault}`];
    if (read !== undefined) found[part] = read;
  }
  const plain = found.short ?? found.long;
  const code = plain ?? found.urn;
  if (code === undefined) return [found.meaning === undefined ? undefined : { display: found.meaning }];
  const system = plain === undefined ? 'urn:ietf:rfc:3986' : systemOfScheme(found.scheme, fallback, plain);
  return [
    {
      ...(system === undefined ? {} : { system }),
      ...(found.version === undefined ? {} : { version: found.version }),
      code,
      ...(found.meaning === undefined ? {} : { display: found.meaning }),
    },
  ];
}

/** The only value of an element of an item; the reason, without values, where it breaks the rules of its VR. */
export function readText(
  element: ElementValues | undefined,
  vr: string,
): string | { readonly fault: string } | undefined {
  if (!element) return undefined;
  if (element.malformed) return { fault: 'is no Value array of the DICOM JSON Model' };
  const values = element.values
    .map((value) => presentValue(vr, value))
    .filter((value) => value !== undefined);
  if (values.length === 0) return undefined;
  if (values.length > 1) return { fault: 'has several values' };
  const fault = vrFault(vr, values[0]);
  return fault ? { fault } : String(values[0]);
}
