/**
 * JSON text in, FHIR data out, and back with the digits of every number as they were sent (R4 json.html#decimal:
 * `1.50` is not `1.5`).
 */
import { isDecimalObject } from '../fhir/decimal.ts';
import { parseFhirJson } from '../fhir/json.ts';
import type { FhirElement } from '../fhir/resource.ts';

/** Deeper than any FHIR resource, shallow enough for every recursive walk. */
const MAX_DEPTH = 100;

/** Parses JSON text. Throws SyntaxError for text that is not JSON and RangeError for nesting beyond 100 levels. */
export function parseJson(text: string): unknown {
  const value = parseFhirJson(text);
  checkDepth(value, 0);
  return value;
}

function checkDepth(value: unknown, depth: number): void {
  if (typeof value !== 'object' || value === null) return;
  if (depth > MAX_DEPTH) throw new RangeError(`nested deeper than ${MAX_DEPTH} levels`);
  for (const child of Array.isArray(value) ? value : Object.values(value)) checkDepth(child, depth + 1);
}

/** An object of FHIR JSON, told apart from a preserved number. */
export interface JsonObject extends FhirElement {
  readonly rawJSON?: never;
}

/** True for a JSON object that is neither a list nor a preserved number. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isDecimalObject(value);
}

/** Equality of JSON: the order of properties does not matter, the digits of numbers do. */
export function equalJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => equalJson(item, b[index]));
  }
  if (!isObject(a) || !isObject(b)) {
    return (isDecimalObject(a) || isDecimalObject(b)) && JSON.stringify(a) === JSON.stringify(b);
  }
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && equalJson(a[key], b[key]))
  );
}
