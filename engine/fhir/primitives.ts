/**
 * The formats of FHIR R4's primitive types (R4 datatypes.html#primitive): a type and a JSON value come in, what is wrong with
 * the value goes out, without the value. Every check takes time linear in the length of the value.
 */
import { isDecimalObject } from './decimal.ts';

export interface PrimitiveFault {
  /** `type`: another JSON type; `empty`: the empty string; `value`: breaks the format or the range. */
  readonly rule: 'type' | 'empty' | 'value';
  readonly reason: string;
}

type Check = (value: unknown) => PrimitiveFault | undefined;

const NOT_STRING = typeFault('must be a string');
const NOT_BOOLEAN = typeFault('must be true or false');
const NOT_NUMBER = typeFault('must be a number');
const EMPTY: PrimitiveFault = Object.freeze({ rule: 'empty', reason: 'must not be the empty string' });
const TOO_LONG = valueFault('must not be longer than 1,048,576 characters');
const CONTROL = valueFault('must have no control characters but tab, line feed and carriage return');

const MOST_CHARACTERS = 1024 * 1024;
const SPACE = /\s/;
const NOT_CHARACTER = /[^\t\n\r\u0020-\uffff]/;
const DECIMAL = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const DATE = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?$/;
const DATE_TIME =
  /^(\d{4})-(\d\d)-(\d\d)T(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?(?:Z|[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00))$/;

const uri = text('must be a URI: no white space', (value) => !SPACE.test(value));

const CHECKS: Readonly<Record<string, Check>> = {
  boolean: (value) => (typeof value === 'boolean' ? undefined : NOT_BOOLEAN),
  integer: whole(-2147483648, 2147483647),
  unsignedInt: whole(0, 2147483647),
  positiveInt: whole(1, 2147483647),
  decimal: (value) => {
    if (typeof value === 'number') return Number.isFinite(value) ? undefined : NOT_NUMBER;
    return isDecimalObject(value) && DECIMAL.test(value.rawJSON) ? undefined : NOT_NUMBER;
  },
  string: text('', () => true),
  markdown: text('', () => true),
  // The content of a narrative is the business of whoever wrote it.
  xhtml: text('', () => true),
  code: text('must be a code: no white space around it, single spaces inside', isCode),
  id: text('must be an id: 1 to 64 letters, digits, hyphens and dots', pattern(/^[A-Za-z0-9\-.]{1,64}$/)),
  uri,
  url: uri,
  canonical: uri,
  oid: text('must be an OID: urn:oid: and numbers', pattern(/^urn:oid:[0-2](?:\.(?:0|[1-9]\d*))+$/)),
  uuid: text(
    'must be a UUID: urn:uuid: and 32 lower case hex digits in five groups',
    pattern(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/),
  ),
  date: text('must be a date: YYYY, YYYY-MM or YYYY-MM-DD', (value) => isCalendarDate(DATE.exec(value))),
  dateTime: text('must be a date, or date, time with seconds and offset', (value) =>
    isCalendarDate(value.length > 10 ? DATE_TIME.exec(value) : DATE.exec(value)),
  ),
  instant: text('must be date, time with seconds and offset', (value) =>
    isCalendarDate(DATE_TIME.exec(value)),
  ),
  time: text('must be a time: hh:mm:ss', pattern(/^(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?$/)),
  base64Binary: text('must be base64', isBase64, Number.POSITIVE_INFINITY),
};

/** True for `string`, `dateTime`, `code`, …: the types whose JSON is a string, a number or a boolean. */
export function isPrimitiveType(type: string): boolean {
  return Object.hasOwn(CHECKS, type);
}

/** Why the value is not one of the type; undefined when it is. The reason does not contain the value. */
export function primitiveFault(type: string, value: unknown): string | undefined {
  return primitiveCheck(type)(value)?.reason;
}

/** The check of a type, for who asks often. Throws a RangeError for a type that is not primitive. */
export function primitiveCheck(type: string): (value: unknown) => PrimitiveFault | undefined {
  const check = isPrimitiveType(type) ? CHECKS[type] : undefined;
  if (!check) throw new RangeError(`${type} is no primitive type of R4`);
  return check;
}

function typeFault(reason: string): PrimitiveFault {
  return Object.freeze({ rule: 'type', reason });
}

function valueFault(reason: string): PrimitiveFault {
  return Object.freeze({ rule: 'value', reason });
}

/** A string that `holds`; what every string must be is checked first (R4 datatypes.html#string). */
function text(reason: string, holds: (value: string) => boolean, most = MOST_CHARACTERS): Check {
  const fault = valueFault(reason);
  return (value) => {
    if (typeof value !== 'string') return NOT_STRING;
    if (value === '') return EMPTY;
    if (value.length > most) return TOO_LONG;
    if (NOT_CHARACTER.test(value)) return CONTROL;
    return holds(value) ? undefined : fault;
  };
}

function whole(lowest: number, highest: number): Check {
  const fault = valueFault(`must be a whole number from ${lowest} to ${highest}`);
  return (value) => {
    if (typeof value !== 'number') return isDecimalObject(value) ? fault : NOT_NUMBER;
    return Number.isInteger(value) && value >= lowest && value <= highest ? undefined : fault;
  };
}

function pattern(expression: RegExp): (value: string) => boolean {
  return (value) => expression.test(value);
}

/** `[^\s]+(\s[^\s]+)*` of R4, told apart by its negation: white space at an end, or two in a row. */
function isCode(value: string): boolean {
  return !SPACE.test(value) || !(/^\s|\s\s/.test(value) || SPACE.test(value.charAt(value.length - 1)));
}

/** The groups are year, month, day; the last ones may be missing. R4's expressions leave out the year 0000. */
function isCalendarDate(match: RegExpExecArray | null): boolean {
  if (!match) return false;
  const year = Number(match[1]);
  const month = Number(match[2] ?? 1);
  const day = Number(match[3] ?? 1);
  if (year === 0 || month < 1 || month > 12 || day < 1) return false;
  return day <= daysOf(year, month);
}

function daysOf(year: number, month: number): number {
  if (month !== 2) return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
}

/** Groups of four characters, padded at the very end only; white space may stand anywhere between them. */
function isBase64(value: string): boolean {
  const digits = value.replace(/[ \t\r\n]+/g, '');
  return digits.length > 0 && digits.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(digits);
}
