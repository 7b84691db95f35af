/**
 * DICOM dates, times and offsets (PS3.5 6.2: DA, TM, DT; PS3.3 C.12.1.1.8 for the offset): one trimmed text comes in, its
 * parts as the digits that stood there go out, checked against the calendar and the clock. No part is ever made up.
 */

/** Digits as they stood: `year` four, `month` and `day` two each. */
export interface DateParts {
  readonly year: string;
  readonly month?: string;
  readonly day?: string;
}

/** Two digits each; `second` may be 60 (leap second), `fraction` has one to six digits. */
export interface TimeParts {
  readonly hour: string;
  readonly minute?: string;
  readonly second?: string;
  readonly fraction?: string;
}

export interface DateTimeParts {
  readonly date: DateParts;
  readonly time?: TimeParts;
  /** `+01:00`, as parseOffset gives it. */
  readonly offset?: string;
}

// Every form has a bounded length, so no pattern here can run long.
const DATE = /^(\d{4})(?:(\d\d)(\d\d)?)?$/;
const OLD_DATE = /^(\d{4})\.(\d\d)\.(\d\d)$/;
const TIME = /^(\d\d)(?:(\d\d)(?:(\d\d)(?:\.(\d{1,6}))?)?)?$/;
const OLD_TIME = /^(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,6}))?)?$/;
const DATE_TIME =
  /^(\d{4})(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:\.(\d{1,6}))?)?)?)?)?)?([+-]\d\d:?\d\d)?$/;
const OFFSET = /^([+-])(\d\d):?(\d\d)$/;

/**
 * A DA: `yyyymmdd`, and what is met besides it: `yyyymm`, `yyyy` and the form of ACR-NEMA `yyyy.mm.dd`. Undefined when it
 * is none of these or no day of the calendar (19700230, year 0000).
 */
export function parseDate(text: string): DateParts | undefined {
  const match = DATE.exec(text) ?? OLD_DATE.exec(text);
  return match ? dateParts(match[1], match[2], match[3]) : undefined;
}

/** A TM: `hh`, `hhmm`, `hhmmss`, `hhmmss.f` to `.ffffff`, and the form of ACR-NEMA with colons. Undefined otherwise. */
export function parseTime(text: string): TimeParts | undefined {
  const match = TIME.exec(text) ?? OLD_TIME.exec(text);
  return match ? timeParts(match[1], match[2], match[3], match[4]) : undefined;
}

/** A DT: `yyyy` to `yyyymmddhhmmss.ffffff`, each with an optional offset. Undefined otherwise. */
export function parseDateTime(text: string): DateTimeParts | undefined {
  const match = DATE_TIME.exec(text);
  if (!match) return undefined;
  const date = dateParts(match[1], match[2], match[3]);
  const time = match[4] === undefined ? undefined : timeParts(match[4], match[5], match[6], match[7]);
  const offset = match[8] === undefined ? undefined : parseOffset(match[8]);
  if (!date || (match[4] !== undefined && !time) || (match[8] !== undefined && !offset)) return undefined;
  return { date, ...(time ? { time } : {}), ...(offset ? { offset } : {}) };
}

/**
 * An offset from UTC: `+hhmm` or `-hhmm` from -1200 to +1400, a colon is tolerated; `-0000` is not allowed (PS3.5 6.2, DT).
 * Gives the FHIR form `+hh:mm`; undefined otherwise.
 */
export function parseOffset(text: string): string | undefined {
  const match = OFFSET.exec(text);
  if (!match) return undefined;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  if (Number(match[3]) > 59) return undefined;
  if (match[1] === '-' ? minutes === 0 || minutes > 720 : minutes > 840) return undefined;
  return `${match[1]}${match[2]}:${match[3]}`;
}

function dateParts(year = '', month?: string, day?: string): DateParts | undefined {
  // R4 has no year 0000, and neither has the calendar that PS3.5 names.
  if (year === '0000') return undefined;
  if (month === undefined) return { year };
  if (month < '01' || month > '12') return undefined;
  if (day === undefined) return { year, month };
  return day >= '01' && Number(day) <= daysIn(Number(year), Number(month)) ? { year, month, day } : undefined;
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function timeParts(hour = '', minute?: string, second?: string, fraction?: string): TimeParts | undefined {
  if (hour > '23' || (minute ?? '') > '59' || (second ?? '') > '60') return undefined;
  return {
    hour,
    ...(minute === undefined ? {} : { minute }),
    ...(second === undefined ? {} : { second }),
    ...(fraction === undefined ? {} : { fraction }),
  };
}
