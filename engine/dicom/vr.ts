/**
 * The value representations of PS3.5 6.2: values of the DICOM JSON Model come in, without their padding or with the rule
 * that they break they go out. Reasons never contain the value. Every check takes time linear in the length of the value.
 */
import { parseDate, parseDateTime, parseTime } from './date-time.ts';
import { nameGroups } from './person-name.ts';

type Check = (value: unknown) => string | undefined;

/** VRs whose values are numbers in JSON; IS, DS, SV and UV may come as text too (PS3.18 F.2.3). */
export const NUMBER_VRS: readonly string[] = ['DS', 'FD', 'FL', 'IS', 'SL', 'SS', 'SV', 'UL', 'US', 'UV'];

/** VRs whose value is InlineBinary or BulkDataURI, never Value. */
export const BINARY_VRS: readonly string[] = ['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'UN'];

/**
 * Which rule of `vr` a single, already trimmed value breaks, in words that follow the name of the attribute ("is longer
 * than …"); undefined when it breaks none. Lengths count characters. Beyond PS3.5 accepted: DA as `yyyy`, `yyyymm` and
 * `yyyy.mm.dd`, TM with colons (parseDate, parseTime).
 */
export function vrFault(vr: string, value: unknown): string | undefined {
  const check = CHECKS.get(vr);
  return check ? check(value) : 'has a VR that PS3.5 does not know';
}

/**
 * Without padding (PS3.5 6.2): blanks and NULs at the end, and blanks at the start where they mean nothing. Leading blanks
 * stay in ST, LT, UT and UC.
 */
export function trimValue(vr: string, text: string): string {
  let end = text.length;
  while (end > 0 && isPadding(text.charCodeAt(end - 1))) end--;
  let start = 0;
  if (!LEADING_COUNTS.has(vr)) while (start < end && isPadding(text.charCodeAt(start))) start++;
  return text.slice(start, end);
}

/**
 * One entry of a Value array without padding; undefined when it counts as absent: null, an empty or blank text (line ends
 * and tabs are blank too), a name of nothing but delimiters, an item without elements.
 */
export function presentValue(vr: string, value: unknown): unknown {
  if (value === null || value === undefined) return undefined;
  if (typeof value === 'string') {
    const text = trimValue(vr, value);
    return isBlank(vr, text) ? undefined : text;
  }
  if (typeof value !== 'object' || isRawNumber(value)) return value;
  const entries = Object.values(value);
  if (vr !== 'PN') return entries.length === 0 ? undefined : value;
  return entries.every((group) => group === null || (typeof group === 'string' && isBlank('PN', group)))
    ? undefined
    : value;
}

function isBlank(vr: string, text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    const isDelimiter = vr === 'PN' && (code === 61 || code === 94);
    if (!(code === 32 || code === 0 || (code >= 9 && code <= 13) || isDelimiter)) return false;
  }
  return true;
}

/** The text of a number that came as a JSON number, as text, or as a `JSON.rawJSON` object; undefined for anything else. */
export function numberText(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return value;
  return isRawNumber(value) ? value.rawJSON : undefined;
}

function isRawNumber(value: unknown): value is { readonly rawJSON: string } {
  return (JSON as unknown as { isRawJSON(value: unknown): boolean }).isRawJSON(value);
}

function isPadding(code: number): boolean {
  return code === 32 || code === 0;
}

const LEADING_COUNTS: ReadonlySet<string> = new Set(['LT', 'ST', 'UC', 'UT']);

// A bounded number of digits, or a shape without two ways to match: linear.
const AGE = /^\d{3}[DWMY]$/;
const ATTRIBUTE_TAG = /^[0-9A-Fa-f]{8}$/;
const CODE_STRING = /^[A-Z0-9_ ]*$/;
const INTEGER = /^[+-]?\d+$/;
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
const UID = /^(?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*))*$/;
// Two plain searches: a repeated alternative would need a stack as long as the text.
const NOT_URI = /[^A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]/;
const HALF_ESCAPE = /%(?![0-9A-Fa-f]{2})/;
const PRINTABLE_ASCII = /^[ -~]*$/;

/** One line of text, one of several values: no control characters and no backslash. */
const line = (vr: string, most = Number.POSITIVE_INFINITY): Check =>
  text((value) => lengthFault(vr, value, most) ?? characterFault(value, false));

/** Text with lines: CR, LF, FF and TAB are allowed, and the backslash is a character like others. */
const lines = (vr: string, most = Number.POSITIVE_INFINITY): Check =>
  text((value) => lengthFault(vr, value, most) ?? characterFault(value, true));

const binary: Check = () => 'has a Value although its VR is binary';

const CHECKS: ReadonlyMap<string, Check> = new Map<string, Check>([
  [
    'AE',
    text(
      (value) =>
        lengthFault('AE', value, 16) ??
        characterFault(value, false) ??
        unless(PRINTABLE_ASCII.test(value), 'has a character that AE does not allow'),
    ),
  ],
  ['AS', text((value) => unless(AGE.test(value), 'is no AS: three digits and D, W, M or Y'))],
  ['AT', text((value) => unless(ATTRIBUTE_TAG.test(value), 'is no AT: eight hexadecimal digits'))],
  [
    'CS',
    text(
      (value) =>
        lengthFault('CS', value, 16) ??
        unless(CODE_STRING.test(value), 'has a character other than A-Z, 0-9, blank and underscore (CS)'),
    ),
  ],
  [
    'DA',
    text((value) => unless(parseDate(value) !== undefined, 'is no DA: a day of the calendar as yyyymmdd')),
  ],
  ['DS', decimalString],
  [
    'DT',
    text((value) =>
      unless(parseDateTime(value) !== undefined, 'is no DT: yyyymmddhhmmss.ffffff&zzxx or its start'),
    ),
  ],
  ['FD', (value) => floatFault('FD', value, Number.MAX_VALUE)],
  // The largest number of 32 bits (IEEE 754).
  ['FL', (value) => floatFault('FL', value, 3.4028234663852886e38)],
  ['IS', integerString],
  ['LO', line('LO', 64)],
  ['LT', lines('LT', 10_240)],
  ['PN', personNameFault],
  ['SH', line('SH', 16)],
  ['SL', (value) => integerFault('SL', value, -(2n ** 31n), 2n ** 31n - 1n)],
  ['SQ', (value) => unless(isDataset(value), 'has an item that is no dataset')],
  ['SS', (value) => integerFault('SS', value, -32_768n, 32_767n)],
  ['ST', lines('ST', 1024)],
  ['SV', (value) => integerFault('SV', value, -(2n ** 63n), 2n ** 63n - 1n)],
  [
    'TM',
    text((value) =>
      unless(parseTime(value) !== undefined, 'is no TM: a time of day as hhmmss.ffffff or its start'),
    ),
  ],
  ['UC', line('UC')],
  [
    'UI',
    text(
      (value) =>
        lengthFault('UI', value, 64) ??
        unless(UID.test(value), 'is no UID: numbers without leading zeros, joined by points'),
    ),
  ],
  ['UL', (value) => integerFault('UL', value, 0n, 2n ** 32n - 1n)],
  [
    'UR',
    text((value) =>
      unless(
        !NOT_URI.test(value) && !HALF_ESCAPE.test(value),
        'has a character that a URI does not allow (RFC 3986)',
      ),
    ),
  ],
  ['US', (value) => integerFault('US', value, 0n, 65_535n)],
  ['UT', lines('UT')],
  ['UV', (value) => integerFault('UV', value, 0n, 2n ** 64n - 1n)],
  ...BINARY_VRS.map((vr): [string, Check] => [vr, binary]),
]);

function text(check: (value: string) => string | undefined): Check {
  return (value) => (typeof value === 'string' ? check(value) : 'is no text');
}

function unless(holds: boolean, reason: string): string | undefined {
  return holds ? undefined : reason;
}

function lengthFault(vr: string, value: string, most: number): string | undefined {
  return isLonger(value, most) ? `is longer than the ${most} characters of ${vr}` : undefined;
}

/** Counts characters, not UTF-16 units, and only where that can matter. */
function isLonger(value: string, most: number): boolean {
  if (value.length <= most) return false;
  if (value.length > 2 * most) return true;
  let count = 0;
  for (const _character of value) if (++count > most) return true;
  return false;
}

/** PS3.5 6.1.2.3, 6.1.3: control characters of C0 and C1. ESC means nothing in JSON, whose text is Unicode. */
function characterFault(value: string, isText: boolean): string | undefined {
  for (let index = 0; index < value.length; index++) {
    const code = value.charCodeAt(index);
    if (code < 32) {
      if (!isText || !(code === 9 || code === 10 || code === 12 || code === 13))
        return 'has a control character';
    } else if (code === 92) {
      if (!isText) return 'has a backslash, which stands between values';
    } else if (code >= 127 && code <= 159) {
      return 'has a control character';
    }
  }
  return value.isWellFormed() ? undefined : 'has half a character (a surrogate without its partner)';
}

/** The 16 characters hold for texts only: JSON numbers are written as each program writes them (PS3.18 F.2.3.1). */
function decimalString(value: unknown): string | undefined {
  if (typeof value === 'string' && value.length > 16) return 'is longer than the 16 characters of DS';
  const number = numberText(value);
  return number !== undefined && NUMBER.test(number) && Number.isFinite(Number(number))
    ? undefined
    : 'is no number (DS)';
}

function integerString(value: unknown): string | undefined {
  if (typeof value === 'string' && value.length > 12) return 'is longer than the 12 characters of IS';
  return integerFault('IS', value, -(2n ** 31n), 2n ** 31n - 1n);
}

function integerFault(vr: string, value: unknown, least: bigint, most: bigint): string | undefined {
  const digits = integerText(vr, value);
  if (digits === undefined) return `is no whole number (${vr})`;
  // No range here needs more than 20 digits and a sign, and BigInt is slow on long texts.
  if (digits.length > 64) return `is out of the range of ${vr}`;
  const number = BigInt(digits.startsWith('+') ? digits.slice(1) : digits);
  return number >= least && number <= most ? undefined : `is out of the range of ${vr}`;
}

function integerText(vr: string, value: unknown): string | undefined {
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value).toString() : undefined;
  if (typeof value === 'string' && vr !== 'IS' && vr !== 'SV' && vr !== 'UV') return undefined;
  const digits = numberText(value);
  if (digits === undefined) return undefined;
  if (INTEGER.test(digits)) return digits;
  // A JSON number such as 5.0 is whole, whoever kept its digits.
  const number = typeof value === 'string' ? Number.NaN : Number(digits);
  return Number.isSafeInteger(number) ? String(number) : undefined;
}

/** Texts are the numbers that JSON does not have: NaN and the infinities (PS3.18 F.2.3.1). */
function floatFault(vr: string, value: unknown, most: number): string | undefined {
  if (value === 'NaN' || value === 'Infinity' || value === '-Infinity' || value === 'inf' || value === '-inf')
    return undefined;
  const number = typeof value === 'string' ? undefined : numberText(value);
  if (number === undefined || !NUMBER.test(number)) return `is no number (${vr})`;
  return Math.abs(Number(number)) <= most ? undefined : `is out of the range of ${vr}`;
}

function personNameFault(value: unknown): string | undefined {
  if (typeof value === 'string') {
    if (value.split('=', 5).length > 3) return 'has more than three component groups (PN)';
  } else {
    if (!isDataset(value)) return 'is no person name (PN)';
    for (const [group, member] of Object.entries(value)) {
      if (group !== 'Alphabetic' && group !== 'Ideographic' && group !== 'Phonetic') {
        return 'has a component group other than Alphabetic, Ideographic and Phonetic (PN)';
      }
      if (typeof member !== 'string' && member !== null) return 'has a component group that is no text (PN)';
      if (typeof member === 'string' && member.includes('='))
        return 'has an equals sign inside a component group (PN)';
    }
  }
  for (const group of Object.values(nameGroups(value))) {
    if (isLonger(group, 64)) return 'has a component group longer than 64 characters (PN)';
    if (group.split('^', 7).length > 5) return 'has more than five components (PN)';
    const fault = characterFault(group, false);
    if (fault) return fault;
  }
  return undefined;
}

function isDataset(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isRawNumber(value);
}
