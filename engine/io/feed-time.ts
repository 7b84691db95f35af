/**
 * Timestamps of a change feed: ISO 8601 texts with up to seven digits of a second come in, one UTC spelling whose texts sort
 * like the instants goes out. A Date alone would lose the last four digits.
 */

const TIMESTAMP = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:?\d\d)?$/i;
const DIGITS = 7;

/** `2024-05-06T07:08:09.1234567Z`; a timestamp without offset is read as UTC. Undefined for what is no timestamp. */
export function feedTime(text: string | undefined): string | undefined {
  const match = TIMESTAMP.exec(text ?? '');
  if (!match) return undefined;
  const [, date, time, fraction = '', offset = 'Z'] = match;
  const ms = Date.parse(`${date}T${time}${offset.toUpperCase().replace(/^([+-]\d\d)(\d\d)$/, '$1:$2')}`);
  return Number.isNaN(ms) ? undefined : spell(ms, fraction.slice(0, DIGITS).padEnd(DIGITS, '0'));
}

/** `time` moved by whole milliseconds. */
export function moveTime(time: string, ms: number): string {
  const moved = Date.parse(`${time.slice(0, 23)}Z`) + ms;
  const second = Math.floor(moved / 1000) * 1000;
  return spell(second, String(moved - second).padStart(3, '0') + time.slice(23, 27));
}

function spell(second: number, fraction: string): string {
  return `${new Date(second).toISOString().slice(0, 19)}.${fraction}Z`;
}
