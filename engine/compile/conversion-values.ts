/**
 * Conversions of single values: a value that keeps the rules of its VR comes in, a Reading for a FHIR type goes out. Results
 * are frozen; a value that FHIR has no place for is invalid, never cut or mended.
 */
import { numberText } from '../dicom/vr.ts';
import { canonicalNumber, decimal } from '../fhir/decimal.ts';
import { isPrimitiveType, primitiveFault } from '../fhir/primitives.ts';
import type { FhirElement, FhirPrimitive, FhirValue } from '../fhir/resource.ts';
import { ABSENT, type Reading } from '../plan.ts';
import { readConcept } from './coding-scheme.ts';
import { type Issuer, issuerOfItem, issuerOfText } from './issuer.ts';

/** One value, trimmed and present, and the VR by whose rules it was judged. */
export interface Scalar {
  readonly vr: string;
  readonly value: unknown;
}

/** What the rule says beside its tags; never the empty text. */
export interface RuleSettings {
  readonly system?: string | undefined;
  readonly prefix?: string | undefined;
  readonly zone?: string | undefined;
  /** UCUM. */
  readonly unit?: string | undefined;
}

/** A Reading that says which of the rule's tags is at fault; 0 where it is not said. */
export type ConversionReading =
  | Exclude<Reading, { readonly state: 'invalid' }>
  | { readonly state: 'invalid'; readonly reason: string; readonly tag?: string; readonly tagIndex?: number };

export type Convert = (
  values: readonly (Scalar | undefined)[],
  type: string,
  settings: RuleSettings,
) => ConversionReading;

const UCUM = 'http://unitsofmeasure.org';

/** Systems whose values are URIs (R4 identifier-registry.html, imagingstudy.html): a UID there is `urn:oid:` and the UID. */
const URI_SYSTEMS: ReadonlySet<string> = new Set(['urn:ietf:rfc:3986', 'urn:dicom:uid']);

export function gave(value: FhirValue): ConversionReading {
  return Object.freeze({ state: 'value', value: deepFreeze(value) });
}

export function invalid(reason: string, tagIndex?: number): ConversionReading {
  return Object.freeze({ state: 'invalid', reason, ...(tagIndex === undefined ? {} : { tagIndex }) });
}

function deepFreeze(value: FhirValue): FhirValue {
  if (typeof value === 'object' && !Object.isFrozen(value)) {
    for (const child of Object.values(value)) deepFreeze(child as FhirValue);
    Object.freeze(value);
  }
  return value;
}

/** Text for any primitive type, or for a Coding or CodeableConcept: what a row of `codes:` gives. */
export const textToAny: Convert = ([scalar], type, settings) => {
  const row = codedRow(scalar?.value);
  const text = `${settings.prefix ?? ''}${row?.code ?? textOf(scalar)}`;
  if (type === 'Coding' || type === 'CodeableConcept')
    return codingOf(type, text, row?.system ?? settings.system, row?.display);
  if (type === 'boolean')
    return text === 'true' || text === 'false' ? gave(text === 'true') : invalid('gives no boolean');
  if (type === 'decimal')
    return canonicalNumber(text) === undefined ? invalid('gives no decimal') : gave(decimal(text));
  if (INTEGERS.has(type)) return integerOf(text, type);
  return primitiveOf(type, text);
};

/** Text as it stands; a form feed, which FHIR does not allow, is a line feed. */
export const text: Convert = ([scalar], type, { prefix = '' }) => {
  const value = prefix + textOf(scalar);
  return primitiveOf(type, value.includes('\f') ? value.replaceAll('\f', '\n') : value);
};

/** `urn:oid:` and the UID, or, with `prefix:`, that and the UID. */
export const uidUri: Convert = ([scalar], type, { prefix = 'urn:oid:' }) =>
  primitiveOf(type, prefix + textOf(scalar));

export const yesNo: Convert = ([scalar]) => {
  const answer = textOf(scalar);
  return answer === 'YES' || answer === 'NO' ? gave(answer === 'YES') : invalid('is neither YES nor NO');
};

const INTEGERS: ReadonlySet<string> = new Set(['integer', 'positiveInt', 'unsignedInt']);

export const integer: Convert = ([scalar], type) => integerOf(textOf(scalar), type);

function integerOf(digits: string, type: string): ConversionReading {
  // Without the sign of a zero.
  const number = Number(canonicalNumber(digits) ?? Number.NaN);
  const fault = primitiveFault(type, number);
  return fault ? invalid(`gives no ${type}: ${fault}`) : gave(number);
}

export const toDecimal: Convert = ([scalar]) => {
  const number = decimalOf(scalar);
  return number === undefined ? invalid('is not finite') : gave(number);
};

/** NaN and the infinities, which FL and FD may have, are no decimals. */
function decimalOf(scalar: Scalar | undefined): FhirPrimitive | undefined {
  const digits = textOf(scalar);
  return canonicalNumber(digits) === undefined ? undefined : decimal(digits);
}

export const quantity: Convert = ([scalar], _type, { unit }) => {
  const value = decimalOf(scalar);
  if (value === undefined) return invalid('is not finite');
  return gave({ value, ...(unit === undefined ? {} : unitOf(unit)) });
};

/** PS3.5 6.2, AS: D, W, M, Y; UCUM's names for these. */
const AGE_UNITS: Readonly<Record<string, string>> = { D: 'd', W: 'wk', M: 'mo', Y: 'a' };

export const age: Convert = ([scalar]) => {
  const form = textOf(scalar);
  return gave({ value: Number(form.slice(0, 3)), ...unitOf(AGE_UNITS[form.slice(3)] ?? '') });
};

function unitOf(unit: string): FhirElement {
  return { unit, system: UCUM, code: unit };
}

export const coding: Convert = ([scalar], type, { system, prefix = '' }) =>
  codingOf(type, prefix + textOf(scalar), system);

/** A UID as a code: of `urn:ietf:rfc:3986`, as R4 writes SOP classes, unless the rule has another system. */
export const uidCoding: Convert = ([scalar], type, { system = 'urn:ietf:rfc:3986', prefix }) =>
  codingOf(type, uidIn(system, prefix) + textOf(scalar), system);

function uidIn(system: string | undefined, prefix: string | undefined): string {
  return prefix ?? (system !== undefined && URI_SYSTEMS.has(system) ? 'urn:oid:' : '');
}

/** A row of a table that says more than a code. */
function codedRow(
  value: unknown,
): { readonly system?: string; readonly code: string; readonly display?: string } | undefined {
  return typeof value === 'object' && value !== null && 'code' in value
    ? (value as { readonly code: string })
    : undefined;
}

function codingOf(
  type: string,
  code: string,
  system: string | undefined,
  display?: string,
): ConversionReading {
  const fault = primitiveFault('code', code);
  if (fault) return invalid(`gives no code: ${fault}`);
  const badSystem = system === undefined ? undefined : primitiveFault('uri', system);
  if (badSystem) return invalid(`has a system that is none: ${badSystem}`);
  const result: FhirElement = {
    ...(system === undefined ? {} : { system }),
    code,
    ...(display === undefined ? {} : { display }),
  };
  return gave(type === 'Coding' ? result : { coding: [result] });
}

/** An item of a code sequence; `system:` counts for schemes that the table does not have. */
export const concept: Convert = ([scalar], type, { system }) => {
  const found = readConcept(scalar?.value, system);
  if (found === undefined) return ABSENT;
  if ('fault' in found) return invalid(found.fault);
  for (const { code } of found.codings) {
    const fault = primitiveFault('code', code);
    if (fault) return invalid(`has an item whose code is none for FHIR: ${fault}`);
  }
  const [first] = found.codings;
  if (type === 'Coding')
    return first ? gave(first) : invalid('has an item with a meaning but without a code');
  return gave({
    ...(found.codings.length > 0 ? { coding: found.codings } : {}),
    ...(found.text === undefined ? {} : { text: found.text }),
  });
};

export const identifier: Convert = ([scalar], _type, { system, prefix }) => {
  const before = scalar?.vr === 'UI' ? uidIn(system, prefix) : (prefix ?? '');
  const value = before + textOf(scalar);
  return gave(system === undefined ? { value } : { system, value });
};

/**
 * The value, and who issued it: of the issuers that stand behind the value's tag, the last one that has a system gives it, else
 * `system:` does.
 */
export const issuedIdentifier: Convert = ([scalar, ...issuers], type, settings) => {
  let issuer: Issuer = {};
  for (const [index, each] of issuers.entries()) {
    if (!each) continue;
    const read = each.vr === 'SQ' ? issuerOfItem(each.value) : issuerOfText(textOf(each));
    if ('fault' in read) return invalid(read.fault, index + 1);
    issuer = { ...issuer, ...read };
  }
  const { system = settings.system, display, type: kind } = issuer;
  const plain = identifier([scalar], type, { ...settings, system });
  if (plain.state !== 'value') return plain;
  return gave({
    ...(kind === undefined ? {} : { type: kind }),
    ...(plain.value as FhirElement),
    ...(display === undefined ? {} : { assigner: { display } }),
  });
};

/** The system that an issuer stands for. */
export const issuerAddress: Convert = ([scalar], type) => {
  const issuer = issuerOfItem(scalar?.value);
  if ('fault' in issuer) return invalid(issuer.fault);
  return issuer.system === undefined ? ABSENT : primitiveOf(type, issuer.system);
};

export const contactPoint: Convert = ([scalar], _type, { system = 'phone' }) =>
  gave({ system, value: textOf(scalar) });

/** A type whose text is the whole of it: Annotation, Address. */
export const withText: Convert = (values, _type, settings) => {
  const inner = text(values, 'string', settings);
  return inner.state === 'value' ? gave({ text: inner.value }) : inner;
};

function primitiveOf(type: string, value: string): ConversionReading {
  const fault = isPrimitiveType(type) ? primitiveFault(type, value) : undefined;
  return fault ? invalid(`gives no ${type}: ${fault}`) : gave(value);
}

/** The text of a text or number; other values are none where their VR was checked. */
function textOf(scalar: Scalar | undefined): string {
  return numberText(scalar?.value) ?? '';
}
