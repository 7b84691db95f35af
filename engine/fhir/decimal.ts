/**
 * FHIR decimals: the precision of a decimal is significant (R4 datatypes.html#decimal), and a JavaScript number forgets it.
 * Number texts come in; a number where it keeps every digit, else a `JSON.rawJSON` object, goes out.
 */
import { EngineError } from '../errors.ts';
import type { FhirPrimitive } from './resource.ts';

// TypeScript's library does not know JSON.rawJSON yet.
const json = JSON as unknown as {
  rawJSON(text: string): { readonly rawJSON: string };
  isRawJSON(value: unknown): boolean;
};

const NUMBER = /^([+-]?)(?:(\d+)(?:\.(\d*))?|\.(\d+))(?:[eE]([+-]?\d+))?$/;

/**
 * The decimal with the digits of `text`, which may have what DICOM allows and JSON does not: a plus, leading zeros, no digit
 * before or after the point. `1.5` is a number, `1.50` is not: it is written as it stands. Throws mapping.shape for a text
 * that is no number.
 */
export function decimal(text: string): FhirPrimitive {
  const canonical = canonicalNumber(text);
  if (canonical === undefined)
    throw new EngineError('mapping.shape', 'a decimal was to be made of what is no number');
  const number = Number(canonical);
  return String(number) === canonical ? number : json.rawJSON(canonical);
}

/** The spelling of a number in JSON, with the same digits: `+01.50` → `1.50`, `.5` → `0.5`; undefined for what is none. */
export function canonicalNumber(text: string): string | undefined {
  const match = NUMBER.exec(text);
  if (!match) return undefined;
  const [, sign, digits = '', fraction = match[4] ?? '', , exponent] = match;
  const whole = withoutLeadingZeros(digits);
  // There is no negative zero in decimals.
  const minus = sign === '-' && !isAllZeros(whole + fraction) ? '-' : '';
  return `${minus}${whole}${fraction === '' ? '' : `.${fraction}`}${exponent === undefined ? '' : `e${exponent}`}`;
}

/** True for what JSON.rawJSON made: a decimal whose digits a number would lose. */
export function isDecimalObject(value: unknown): value is { readonly rawJSON: string } {
  return json.isRawJSON(value);
}

/** True when both are numbers (JavaScript numbers or decimal objects) of equal value, whatever their precision. */
export function sameDecimal(a: unknown, b: unknown): boolean {
  if (typeof a === 'number' && typeof b === 'number') return a === b;
  const first = normalForm(a);
  return first !== undefined && first === normalForm(b);
}

/** Sign, digits without zeros at either end, and the power of ten: one text for each value. */
function normalForm(value: unknown): string | undefined {
  const text = typeof value === 'number' ? String(value) : isDecimalObject(value) ? value.rawJSON : undefined;
  const match = text === undefined ? null : NUMBER.exec(text);
  if (!match) return undefined;
  const [, sign, digits = '', fraction = match[4] ?? '', , exponent = '0'] = match;
  const all = digits + fraction;
  if (isAllZeros(all)) return '0';
  let start = 0;
  let end = all.length;
  while (all[start] === '0') start++;
  while (all[end - 1] === '0') end--;
  const power = Number(exponent) - fraction.length + (all.length - end);
  // An exponent beyond what a number counts exactly is compared by its digits.
  const exact = Number.isSafeInteger(power) ? String(power) : `${exponent}/${fraction.length}`;
  return `${sign === '-' ? '-' : ''}${all.slice(start, end)}e${exact}`;
}

function withoutLeadingZeros(digits: string): string {
  let start = 0;
  while (start < digits.length - 1 && digits[start] === '0') start++;
  return digits === '' ? '0' : digits.slice(start);
}

function isAllZeros(digits: string): boolean {
  for (const digit of digits) if (digit !== '0') return false;
  return true;
}
