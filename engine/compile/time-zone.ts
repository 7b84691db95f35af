/**
 * Time zones by their IANA names (`Europe/Berlin`): a local date and time come in, the offset from UTC that the zone had then goes
 * out. What it had at any time is a table of the runtime (Intl), not a clock.
 */
import type { DateParts, TimeParts } from '../dicom/date-time.ts';

/** True for the name of a zone that the runtime knows. Abbreviations such as CET are none: some of them have no summer. */
export function isTimeZone(text: string): boolean {
  return /^[A-Za-z_]+\/[A-Za-z0-9_+/-]+$/.test(text) && formatOf(text) !== undefined;
}

/**
 * `+01:00`, the only offset at which the clocks of the zone showed this. Undefined where there is none, or where it cannot be told:
 * in the hour that a change of the clocks leaves out or repeats, and in times before zones had whole minutes.
 */
export function offsetInZone(zone: string, date: DateParts, time: TimeParts): string | undefined {
  const { year, month = '01', day = '01' } = date;
  const { hour, minute = '00', second = '00' } = time;
  const shown = new Date(0);
  shown.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  shown.setUTCHours(Number(hour), Number(minute), Number(second));
  const local = shown.getTime();
  const around = new Set([minutesAt(zone, local - DAY), minutesAt(zone, local + DAY)]);
  const fitting = [...around].filter(
    (minutes) => minutes !== undefined && minutesAt(zone, local - minutes * 60_000) === minutes,
  );
  const [only] = fitting;
  return fitting.length === 1 && only !== undefined ? written(only) : undefined;
}

const DAY = 86_400_000;

/** Minutes east of UTC at a moment; undefined where they are not whole. */
function minutesAt(zone: string, moment: number): number | undefined {
  const [, sign, hours, minutes = '00', seconds] =
    /GMT(?:([+-])(\d\d)(?::(\d\d))?(?::(\d\d))?)?$/.exec(formatOf(zone)?.format(moment) ?? '') ?? [];
  if (seconds !== undefined) return undefined;
  const total = Number(hours ?? 0) * 60 + Number(minutes);
  return sign === '-' ? -total : total;
}

function written(minutes: number): string {
  const size = Math.abs(minutes);
  const two = (part: number): string => String(part).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/** By name in small letters; one takes a while to make. Only what is a zone is kept, so there are a few hundred at most. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat | undefined {
  const name = zone.toLowerCase();
  const known = formats.get(name);
  if (known) return known;
  const made = makeFormat(name);
  if (made) formats.set(name, made);
  return made;
}

function makeFormat(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset', year: 'numeric' });
  } catch {
    return undefined;
  }
}
