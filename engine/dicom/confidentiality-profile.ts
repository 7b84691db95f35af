/**
 * The Basic Application Level Confidentiality Profile of PS3.15 Annex E as a lookup: a tag comes in, what table E.1-1 does
 * with the attribute, and which options of the profile would keep it, go out. Reads schemas/confidentiality-profile.json.
 */
import table from '../../schemas/confidentiality-profile.json' with { type: 'json' };

/**
 * What table E.1-1 does: D dummy, Z empty or dummy, X remove, U another UID. Of two, the right one is for where the attribute
 * may not be absent, or not be empty.
 */
export type ProfileAction = 'D' | 'Z' | 'X' | 'U' | 'X/Z' | 'X/D' | 'X/Z/D' | 'Z/D' | 'X/Z/U*';

/** Options of the profile: retain UIDs, device, institution, patient's characteristics, dates; clean texts, SR, graphics. */
export type ProfileOption =
  | 'uids'
  | 'device'
  | 'institution'
  | 'patient'
  | 'dates'
  | 'text'
  | 'structure'
  | 'graphics';

export interface ProfileRow {
  readonly action: ProfileAction;
  /** Empty: the attribute is always taken out. */
  readonly options: readonly ProfileOption[];
}

type Row = readonly [keyword: string, action: string, options?: string];

const rows = table.attributes as unknown as Readonly<Record<string, Row>>;
const known = new Map<string, ProfileRow>();

/**
 * The row of an attribute, by its tag of eight hex digits in upper case; undefined where the table has none, and the Basic
 * Profile keeps the attribute. Private attributes have no row: they are all removed.
 */
export function profileRow(tag: string): ProfileRow | undefined {
  const before = known.get(tag);
  if (before) return before;
  const row = rows[tag] ?? repeatingRow(tag);
  if (!row) return undefined;
  const [, action, options = ''] = row;
  const read = Object.freeze({
    action: action as ProfileAction,
    options: Object.freeze(options.split(' ').filter(Boolean) as ProfileOption[]),
  });
  known.set(tag, read);
  return read;
}

/** Curves are removed whole, of overlays the data and the comments (PS3.5 7.6). */
function repeatingRow(tag: string): Row | undefined {
  if (Number.parseInt(tag.slice(0, 4), 16) % 2 === 1) return undefined;
  if (tag.startsWith('50')) return rows['50xxxxxx'];
  return tag.startsWith('60') ? rows[`60xx${tag.slice(4)}`] : undefined;
}
