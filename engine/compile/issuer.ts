/**
 * Who issued an identifier (PS3.3 10.14, HL7v2 Hierarchic Designator Macro, and the qualifiers of PatientID): a text or an
 * item of an issuer sequence comes in; the parts of a FHIR Identifier that it says go out.
 */
import { readElement } from '../dicom/dataset.ts';
import type { DicomJson } from '../dicom/entry.ts';
import type { FhirElement } from '../fhir/resource.ts';
import { readText } from './coding-scheme.ts';

export interface Issuer {
  /** A URI; undefined where the issuer has no name that is one. */
  readonly system?: string;
  /** What people call it. */
  readonly display?: string;
  /** HL7 table 0203: MR, AN, … */
  readonly type?: FhirElement;
}

const PARTS = {
  local: ['LocalNamespaceEntityID', '00400031', 'UT'],
  universal: ['UniversalEntityID', '00400032', 'UT'],
  kind: ['UniversalEntityIDType', '00400033', 'CS'],
  type: ['IdentifierTypeCode', '00400035', 'CS'],
} as const;

/** An issuer that is a text is a local name: DICOM gives it no other meaning. */
export function issuerOfText(text: string): Issuer {
  return { display: text };
}

/** The reason, without values, for an item that breaks the rules of its VRs or that names nobody. */
export function issuerOfItem(item: unknown): Issuer | { readonly fault: string } {
  const found: Partial<Record<keyof typeof PARTS, string>> = {};
  for (const part of Object.keys(PARTS) as (keyof typeof PARTS)[]) {
    const [keyword, tag, vr] = PARTS[part];
    const read = readText(readElement(item as DicomJson, [{ tag }]), vr);
    if (typeof read === 'object') return { fault: `has an item whose ${keyword} ${read.fault}` };
    if (read !== undefined) found[part] = read;
  }
  const { local, universal, kind, type } = found;
  if (local === undefined && universal === undefined && type === undefined)
    return { fault: 'has an item that names no issuer' };
  const system = universal === undefined ? undefined : systemOf(universal, kind);
  if (typeof system === 'object') return system;
  // A universal name of a kind that FHIR has no address for is still a name.
  const display = local ?? (system === undefined ? universal : undefined);
  return {
    ...(system === undefined ? {} : { system }),
    ...(display === undefined ? {} : { display }),
    ...(type === undefined ? {} : { type: { coding: [{ system: TYPES, code: type }] } }),
  };
}

const TYPES = 'http://terminology.hl7.org/CodeSystem/v2-0203';
const OID = /^[0-2](?:\.(?:0|[1-9]\d*))+$/;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const URI = /^[a-z][a-z0-9+.-]*:\S+$/i;
const DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]+$/i;

/** Undefined for kinds without a URI: EUI64, X400, X500. */
function systemOf(
  universal: string,
  kind: string | undefined,
): string | undefined | { readonly fault: string } {
  const wrong = { fault: `has an item whose UniversalEntityID is no ${kind}` };
  switch (kind) {
    case 'ISO':
      return OID.test(universal) ? `urn:oid:${universal}` : wrong;
    case 'UUID':
      return UUID.test(universal) ? `urn:uuid:${universal.toLowerCase()}` : wrong;
    case 'URI':
      return URI.test(universal) ? universal : wrong;
    case 'DNS':
      return DOMAIN.test(universal) ? `http://${universal.toLowerCase()}` : wrong;
    case undefined:
      return { fault: 'has an item with a UniversalEntityID and no UniversalEntityIDType' };
    default:
      return undefined;
  }
}
