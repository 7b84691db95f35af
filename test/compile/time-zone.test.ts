/** Local times in time zones: an offset where there is exactly one. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { isTimeZone, offsetInZone } from '../../engine/compile/time-zone.ts';
import { elementOf, madeUp, patient, rowsOf } from '../support/made-up.ts';

const test = suite('compile/time-zone');

/** `offset('Europe/Berlin', '2024-07-01 10:15')`. */
function offset(zone: string, text: string): string | undefined {
  const [, year = '', month = '', day = '', hour = '', minute = '', second] =
    /^(\d+)-(\d\d)-(\d\d) (\d\d):(\d\d)(?::(\d\d))?$/.exec(text) ?? [];
  return offsetInZone(zone, { year, month, day }, { hour, minute, ...(second ? { second } : {}) });
}

test('a zone has the offset of the season', () => {
  assert.is(offset('Europe/Berlin', '2024-01-15 10:15'), '+01:00');
  assert.is(offset('Europe/Berlin', '2024-07-15 10:15'), '+02:00');
  assert.is(offset('America/New_York', '2024-07-15 23:59:60'), '-04:00');
  assert.is(offset('America/St_Johns', '2024-01-15 00:00'), '-03:30');
  assert.is(offset('Asia/Kathmandu', '2024-01-15 00:00'), '+05:45');
  assert.is(offset('Australia/Sydney', '2024-01-15 10:15'), '+11:00');
  assert.is(offset('Etc/UTC', '2024-01-15 10:15'), '+00:00');
  // No summer time in those years.
  assert.is(offset('Europe/Berlin', '1970-07-15 10:15'), '+01:00');
});

test('to the minute around a change, and none in an hour that is left out or repeated', () => {
  assert.is(offset('Europe/Berlin', '2024-03-31 01:59:59'), '+01:00');
  assert.is(offset('Europe/Berlin', '2024-03-31 02:00'), undefined);
  assert.is(offset('Europe/Berlin', '2024-03-31 02:59'), undefined);
  assert.is(offset('Europe/Berlin', '2024-03-31 03:00'), '+02:00');
  assert.is(offset('Europe/Berlin', '2024-10-27 01:59'), '+02:00');
  assert.is(offset('Europe/Berlin', '2024-10-27 02:00'), undefined);
  assert.is(offset('Europe/Berlin', '2024-10-27 02:59:59'), undefined);
  assert.is(offset('Europe/Berlin', '2024-10-27 03:00'), '+01:00');
  // Local mean time, 53 minutes and 28 seconds.
  assert.is(offset('Europe/Berlin', '1890-01-01 12:00'), undefined);
  assert.is(offset('Europe/Berlin', '0099-01-01 12:00'), undefined);
});

test('abbreviations are no zones', () => {
  for (const name of ['Europe/Berlin', 'america/new_york', 'Etc/GMT+5', 'America/Argentina/Buenos_Aires'])
    assert.ok(isTimeZone(name), name);
  for (const name of ['CET', 'EST', 'UTC', 'Europe/Berlim', 'Europe/', '/', '+01:00', 'none', ''])
    assert.not.ok(isTimeZone(name), name);
});

test('through the engine: by zone:, by a setting and in expressions; an offset of the instance counts more', async () => {
  const mapping = patient(
    `  tags:
    to: Patient.deceased.ofType(dateTime)
    tag: [StudyDate, StudyTime, TimezoneOffsetFromUTC]
    zone: "%settings.zone"
  called:
    to: Patient.language
    value: |
      $dateTime(StudyDate, StudyTime, $settings.zone) & " " & $timestamp(StudyDate & StudyTime, $settings.zone)
`,
    'settings: { zone: { type: string, default: Europe/Berlin } }',
  );
  const run = async (StudyDate: string, StudyTime: string, more = {}) => {
    const result = await madeUp({ mappings: [mapping], feed: [{ StudyDate, StudyTime, ...more }] });
    return [elementOf(result, 'deceasedDateTime'), elementOf(result, 'language'), ...rowsOf(result)];
  };
  assert.equal(await run('20240715', '1015'), [
    '2024-07-15T10:15:00+02:00',
    '2024-07-15T10:15:00+02:00 2024-07-15T10:15:00+02:00',
  ]);
  assert.equal(await run('20241027', '0230'), ['2024-10-27', '2024-10-27 2024-10-27']);
  assert.equal(await run('20240115', '10'), ['2024-01-15', '2024-01-15 2024-01-15']);
  assert.is((await run('202407', '1015'))[0], '2024-07');
  const own = { TimezoneOffsetFromUTC: '-0500' };
  assert.is((await run('20240715', '1015', own))[0], '2024-07-15T10:15:00-05:00');
});

test.run();
