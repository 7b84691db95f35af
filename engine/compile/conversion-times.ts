/**
 * Conversions of dates and times: DA, TM, DT and the offset of a dataset come in, FHIR dates go out with exactly the precision
 * that was there. FHIR has no hours without minutes and no time without an offset: then the date alone is given.
 */
import {
  type DateParts,
  parseDate,
  parseDateTime,
  parseOffset,
  parseTime,
  type TimeParts,
} from '../dicom/date-time.ts';
import { ABSENT } from '../plan.ts';
import {
  type ConversionReading,
  type Convert,
  gave,
  invalid,
  type RuleSettings,
  type Scalar,
} from './conversion-values.ts';
import { isTimeZone, offsetInZone } from './time-zone.ts';

/** DA to date or dateTime: as precise as it is. */
export const dateAlone: Convert = ([date]) => {
  const parts = parse(parseDate, date);
  return parts ? gave(writtenDate(parts)) : ABSENT;
};

/** DA and TM, perhaps the offset. A time without a date is absent. */
export const dateAndTime: Convert = ([date, time, offset], type, settings) => {
  const parts = parse(parseDate, date);
  if (!parts) return ABSENT;
  const ownOffset = offsetOf(offset);
  return ownOffset === null
    ? invalid(NO_OFFSET, 2)
    : moment(parts, parse(parseTime, time), ownOffset, type, settings);
};

/** DT, perhaps the offset of the dataset, which counts where the DT has none of its own. */
export const dateTime: Convert = ([value, offset], type, settings) => {
  const parts = parse(parseDateTime, value);
  if (!parts) return ABSENT;
  if (type === 'date') return gave(writtenDate(parts.date));
  const other = offsetOf(offset);
  return other === null
    ? invalid(NO_OFFSET, 1)
    : moment(parts.date, parts.time, parts.offset ?? other, type, settings);
};

/** TM to time: seconds are required in FHIR, so hours and minutes get zero seconds. */
export const timeAlone: Convert = ([time]) => {
  const parts = parse(parseTime, time);
  if (!parts) return ABSENT;
  return parts.minute === undefined
    ? invalid('is an hour alone, and FHIR has no such time')
    : gave(clock(parts));
};

/**
 * The offset that `zone:` means at this time: undefined for `none`, for no zone, and where the clocks of a time zone showed the time
 * twice or never; null for what is no zone.
 */
function zoneOffset(
  zone: string | undefined,
  date: DateParts,
  time: TimeParts | undefined,
): string | undefined | null {
  if (zone === undefined || zone === '' || zone === 'none') return undefined;
  if (zone === 'Z') return '+00:00';
  const offset = parseOffset(zone);
  if (offset !== undefined) return offset;
  if (!isTimeZone(zone)) return null;
  return time && date.day !== undefined ? offsetInZone(zone, date, time) : undefined;
}

const NO_OFFSET = 'is no offset from UTC: -1200 to +1400';

/** Undefined when absent, null when it is none. */
function offsetOf(scalar: Scalar | undefined): string | undefined | null {
  return typeof scalar?.value === 'string' ? (parseOffset(scalar.value) ?? null) : undefined;
}

function moment(
  date: DateParts,
  time: TimeParts | undefined,
  ownOffset: string | undefined,
  type: string,
  settings: RuleSettings,
): ConversionReading {
  const offset = ownOffset ?? zoneOffset(settings.zone, date, time);
  if (offset === null)
    return invalid(
      'has no offset of its own, and zone: is none either: a time zone such as Europe/Berlin, +hh:mm, Z or none',
    );
  if (date.day !== undefined && time?.minute !== undefined && offset !== undefined) {
    return gave(`${writtenDate(date)}T${clock(time)}${offset}`);
  }
  if (type === 'instant') return invalid('has no offset, or is too imprecise, for an instant');
  return gave(writtenDate(date));
}

function writtenDate({ year, month, day }: DateParts): string {
  return month === undefined ? year : day === undefined ? `${year}-${month}` : `${year}-${month}-${day}`;
}

function clock({ hour, minute, second = '00', fraction }: TimeParts): string {
  return `${hour}:${minute}:${second}${fraction === undefined ? '' : `.${fraction}`}`;
}

function parse<Parts>(
  parser: (text: string) => Parts | undefined,
  scalar: Scalar | undefined,
): Parts | undefined {
  return typeof scalar?.value === 'string' ? parser(scalar.value) : undefined;
}
