/**
 * The data dictionary of PS3.6 as lookups: a keyword or a tag comes in, the attribute goes out. Reads
 * schemas/dicom-attributes.json (see schemas/generate); knows no private attributes.
 */
import table from '../../schemas/dicom-attributes.json' with { type: 'json' };

export interface DicomAttribute {
  readonly keyword: string;
  /** Eight hex digits, upper case: `00100010`. */
  readonly tag: string;
  /** One VR, or the ones that PS3.6 leaves open: `['US', 'SS']`. */
  readonly vrs: readonly string[];
  /** As PS3.6 writes it: `1`, `1-n`, `3-3n`. */
  readonly vm: string;
  readonly retired: boolean;
}

type Row = readonly (string | number)[];

const rows = table.attributes as unknown as Readonly<Record<string, Row>>;
const attributes = new Map<string, DicomAttribute>();
let keywordsByTag: ReadonlyMap<string, string> | undefined;

/**
 * The attribute with this keyword, in PS3.6's spelling. Of a repeating group (PS3.5 7.6) it is the first:
 * `OverlayRows` is `60000010`.
 */
export function attributeByKeyword(keyword: string): DicomAttribute | undefined {
  const known = attributes.get(keyword);
  if (known) return known;
  const row = Object.hasOwn(rows, keyword) ? rows[keyword] : undefined;
  if (!row) return undefined;
  const attribute = attributeOf(keyword, row, String(row[0]).replace('xx', '00'));
  attributes.set(keyword, attribute);
  return attribute;
}

/**
 * The attribute with this tag, eight hex digits in any letter case. A tag in a later repeating group gives the attribute with
 * the tag that was asked for: `60020010` is `OverlayRows`.
 */
export function attributeByTag(tag: string): DicomAttribute | undefined {
  const upper = tag.toUpperCase();
  if (!/^[0-9A-F]{4}[0-9A-F]{4}$/.test(upper)) return undefined;
  keywordsByTag ??= new Map(Object.entries(rows).map(([keyword, row]) => [String(row[0]), keyword]));
  const plain = keywordsByTag.get(upper);
  if (plain !== undefined) return attributeByKeyword(plain);
  // Odd groups are private (PS3.5 7.8), also between 6000 and 60FF.
  if (Number.parseInt(upper.slice(0, 4), 16) % 2 !== 0) return undefined;
  const keyword =
    keywordsByTag.get(`${upper.slice(0, 2)}xx${upper.slice(4)}`) ??
    keywordsByTag.get(`${upper.slice(0, 6)}xx`);
  const row = keyword === undefined ? undefined : rows[keyword];
  return keyword !== undefined && row ? attributeOf(keyword, row, upper) : undefined;
}

const allKeywords: readonly string[] = Object.freeze(Object.keys(rows));

/** Every keyword, retired ones too; for suggestions. */
export function keywords(): readonly string[] {
  return allKeywords;
}

function attributeOf(keyword: string, row: Row, tag: string): DicomAttribute {
  const vrs = Object.freeze(String(row[1]).split(' or '));
  return Object.freeze({ keyword, tag, vrs, vm: String(row[2]), retired: row[3] === 1 });
}
