/**
 * The content tree of structured reports (PS3.3 C.17.3) as expressions see it: the items of a ContentSequence and the concepts
 * that are looked for come in, the items with these concepts go out, each with its place. Nothing that the JSON may hold makes
 * it throw or loop: a reference to another item is never followed on the way down.
 */

/** A content item, or an item of a code sequence, by keyword. */
export type Item = Readonly<Record<string, unknown>>;

/** `scheme|code`; the code alone says too little, and the meaning is only for people. */
export type Concepts = ReadonlySet<string>;

/** SNOMED CT and the older SNOMED-RT under every designator that was ever used for them (PS3.16 8.1). */
const SNOMED: ReadonlySet<string> = new Set(['SCT', 'SRT', 'SNM3', '99SDM']);

/** One spelling for a concept: identifiers of digits are SNOMED CT's, codes such as T-D3000 are SNOMED-RT's. */
export function conceptKey(scheme: string, code: string): string {
  if (!SNOMED.has(scheme)) return `${scheme}|${code}`;
  return `${/^\d+$/.test(code) ? 'SCT' : 'SRT'}|${code}`;
}

/** What an author wrote: one text `scheme|code`, or a list of them, of which an empty one names nothing; undefined for anything else. */
export function readConcepts(written: unknown): Concepts | undefined {
  const keys = new Set<string>();
  for (const text of listOf(written)) {
    const end = typeof text === 'string' ? text.indexOf('|') : -1;
    if (typeof text !== 'string' || end < 0) return undefined;
    keys.add(conceptKey(text.slice(0, end).trim(), text.slice(end + 1).trim()));
  }
  return keys.size > 0 || Array.isArray(written) ? keys : undefined;
}

/** The concepts that the first item of a code sequence stands for: its own, and those that it names as equivalent. */
function* keysOfCode(code: unknown): Generator<string> {
  const [first] = listOf(code);
  if (!isItem(first)) return;
  for (const each of [first, ...listOf(first['EquivalentCodeSequence'])]) {
    if (!isItem(each)) continue;
    const value = each['CodeValue'] ?? each['LongCodeValue'] ?? each['URNCodeValue'];
    // A URN has no scheme (PS3.3 8.1), and is written `|urn:…`.
    const scheme = each['CodingSchemeDesignator'] ?? '';
    if (typeof value === 'string' && typeof scheme === 'string') yield conceptKey(scheme, value);
  }
}

export function isConcept(code: unknown, concepts: Concepts): boolean {
  for (const key of keysOfCode(code)) if (concepts.has(key)) return true;
  return false;
}

/** An item with the place where it was found. */
type PlacedItem = Item & { readonly path: string };

/** The items of a ContentSequence whose concept name is one of these; all of them without concepts. */
export function itemsWith(content: unknown, concepts: Concepts | undefined): readonly PlacedItem[] {
  return listOf(content).flatMap((item, index) =>
    isItem(item) && (!concepts || isConcept(item['ConceptNameCodeSequence'], concepts))
      ? [placed(item, `1.${index + 1}`)]
      : [],
  );
}

/**
 * The same at any depth, in the order of the document: parents before children. What lies inside an item of `notBelow` is not
 * looked at. Each item is visited once.
 */
export function itemsBelow(
  content: unknown,
  concepts: Concepts | undefined,
  notBelow: Concepts | undefined,
): readonly PlacedItem[] {
  const found: PlacedItem[] = [];
  const visit = (list: unknown, above: string): void => {
    for (const [index, item] of listOf(list).entries()) {
      if (!isItem(item)) continue;
      const path = `${above}.${index + 1}`;
      const name = item['ConceptNameCodeSequence'];
      if (!concepts || isConcept(name, concepts)) found.push(placed(item, path));
      if (!notBelow || !isConcept(name, notBelow)) visit(item['ContentSequence'], path);
    }
  };
  visit(content, '1');
  return found;
}

/**
 * The item that a by-reference item means (PS3.3 C.17.3.2.5): `content` is the ContentSequence of the whole document, whose root
 * is 1. Undefined for the root itself, for a place that does not exist, and for references in a circle.
 */
export function itemReferredTo(content: unknown, item: unknown): PlacedItem | undefined {
  const met = new Set<string>();
  let at: unknown = item;
  while (isItem(at) && at['ReferencedContentItemIdentifier'] !== undefined) {
    const place = listOf(at['ReferencedContentItemIdentifier']);
    const path = place.join('.');
    if (met.has(path)) return undefined;
    met.add(path);
    at = itemAt(content, place);
    if (isItem(at) && at['ReferencedContentItemIdentifier'] === undefined) return placed(at, path);
  }
  return undefined;
}

function itemAt(content: unknown, [root, ...numbers]: readonly unknown[]): unknown {
  if (root !== 1) return undefined;
  let at: unknown;
  let list = content;
  for (const number of numbers) {
    at = typeof number === 'number' ? listOf(list)[number - 1] : undefined;
    if (!isItem(at)) return undefined;
    list = at['ContentSequence'];
  }
  return at;
}

function placed(item: Item, path: string): PlacedItem {
  return Object.assign(Object.create(null), item, { path }) as PlacedItem;
}

/** JSONata hands the only item of a list over as the item. */
export function listOf(value: unknown): readonly unknown[] {
  return value === undefined || value === null ? [] : Array.isArray(value) ? value : [value];
}

export function isItem(value: unknown): value is Item {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
