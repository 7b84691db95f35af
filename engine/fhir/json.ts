/**
 * FHIR JSON text comes in, data whose decimals keep their digits goes out (R4 json.html#decimal: `1.50` is not `1.5`), so
 * that writing a resource back changes nothing that no rule changed.
 */
import { decimal } from './decimal.ts';

/**
 * A number that JavaScript may spell differently: a fraction that ends in zero, more than 15 digits, an exponent, minus zero.
 * It stands after a colon, bracket or comma and before one or a blank, which `urn:oid:1.2.840…` does not; any other hit
 * inside a string only costs time.
 */
const DELICATE =
  /[:[,]\s*-?(?:\d+\.\d*0|(?=[\d.]{16})\d+(?:\.\d+)?|\d+(?:\.\d+)?[eE][+-]?\d+|(?<=-)0)(?=[\s,\]}])/;

/** JSON.parse with source text (ES2026), which TypeScript's library does not know yet. */
type SourceReviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;
const parseWithSource = JSON.parse as (text: string, reviver: SourceReviver) => unknown;

/** Parses JSON; numbers whose digits would be lost are decimal objects, see decimal.ts. Throws SyntaxError. */
export function parseFhirJson(text: string): unknown {
  // A reviver costs ten times the parse, and few resources need it.
  return DELICATE.test(text) ? parseWithSource(text, keepDigits) : JSON.parse(text);
}

const keepDigits: SourceReviver = (_key, value, { source }) =>
  typeof value === 'number' && source !== undefined ? decimal(source) : value;
