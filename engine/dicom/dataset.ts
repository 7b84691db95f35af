/**
 * Reading the DICOM JSON Model (PS3.18 F.2): a dataset of whatever shape and a path of tags come in, the values at that
 * path, or the view of some attributes that JSONata sees, go out. Nothing here throws on malformed JSON, nothing is
 * changed, and views are frozen.
 */
import { EngineError } from '../errors.ts';
import { attributeByTag } from './dictionary.ts';
import type { DicomJson } from './entry.ts';
import { nameGroups } from './person-name.ts';
import { NUMBER_VRS, numberText, presentValue } from './vr.ts';

/**
 * One attribute: its tag as eight hex digits in upper case, or a private one as its odd group, the two low hex digits of
 * its element and its private creator, whose block is looked up in each dataset (PS3.5 7.8.1).
 */
export type TagStep =
  | { readonly tag: string }
  | { readonly group: string; readonly element: string; readonly creator: string };

/** From the root of a dataset; each step but the last names a sequence. Never empty. */
export type TagPath = readonly TagStep[];

export interface ElementValues {
  /** As the JSON says; undefined where it says nothing. */
  readonly vr: string | undefined;
  /** As they stand in the JSON: not trimmed, null where a value is empty. */
  readonly values: readonly unknown[];
  /** True when something stands there that is no Value array (or no sequence, on the way). */
  readonly malformed?: true;
}

/** More than any report has; a tree beyond it is an attack or a fault. */
const DEEPEST_NESTING = 128;

/**
 * The values at `path`, of all items of the sequences on the way, in order. Undefined when there is nothing: no element,
 * no Value, an empty Value, or binary data only (InlineBinary, BulkDataURI).
 */
export function readElement(dataset: DicomJson, path: TagPath): ElementValues | undefined {
  let found: Found = { vr: undefined, values: [dataset], malformed: false };
  for (const step of path) {
    found = readStep(found, step);
    if (found.values.length === 0) break;
  }
  if (found.values.length === 0 && !found.malformed) return undefined;
  const { vr, values } = found;
  return found.malformed ? { vr, values, malformed: true } : { vr, values };
}

/** True when at least one value is neither null nor blank, or something malformed stands there. */
export function hasValue(element: ElementValues | undefined): boolean {
  if (!element) return false;
  const { vr = 'UN' } = element;
  return element.malformed === true || element.values.some((value) => presentValue(vr, value) !== undefined);
}

/** The elements of several paths in one item, or in the dataset: one for each path. */
export type Together = readonly (ElementValues | undefined)[];

/**
 * A closure that reads several paths, of which the first carries the value and the others say more about it. Where others go into
 * the sequence of the first, there is a Together for each of its items, with what stands in the same item: of two identifiers in a
 * sequence, each keeps its own issuer. A path that leaves the sequence earlier is read from the item, or the dataset, above. Undefined
 * where the paths have no sequence in common.
 */
export function togetherReader(
  paths: readonly TagPath[],
): ((dataset: DicomJson) => readonly Together[]) | undefined {
  const [main = []] = paths;
  const shared = paths.map((path, index) => (index === 0 ? 0 : sharedSequences(main, path)));
  const depth = Math.max(0, ...shared);
  if (depth === 0) return undefined;
  const rest = paths.map((path, index) => path.slice(index === 0 ? depth : shared[index]));
  return (dataset) => {
    // What is no sequence on the way is told as it is for one path.
    if (readElement(dataset, main)?.malformed) return [paths.map((path) => readElement(dataset, path))];
    let chains: readonly (readonly DicomJson[])[] = [[dataset]];
    for (const step of main.slice(0, depth)) {
      chains = chains.flatMap((chain) =>
        (readElement(chain.at(-1) ?? dataset, [step])?.values ?? []).map((item) => [
          ...chain,
          (item ?? {}) as DicomJson,
        ]),
      );
    }
    return chains.map((chain) =>
      rest.map((path, index) =>
        readElement(chain[index === 0 ? depth : (shared[index] ?? 0)] ?? dataset, path),
      ),
    );
  };
}

/** How many sequences two paths go through together, from the root on. */
function sharedSequences(one: TagPath, other: TagPath): number {
  const most = Math.min(one.length, other.length) - 1;
  let count = 0;
  while (count < most && isSameStep(one[count], other[count])) count++;
  return count;
}

function isSameStep(one: TagStep | undefined, other: TagStep | undefined): boolean {
  if (!one || !other) return false;
  if ('tag' in one || 'tag' in other) return 'tag' in one && 'tag' in other && one.tag === other.tag;
  return one.group === other.group && one.element === other.element && one.creator === other.creator;
}

interface Found {
  readonly vr: string | undefined;
  readonly values: readonly unknown[];
  readonly malformed: boolean;
}

function readStep(before: Found, step: TagStep): Found {
  // Nearly every path has one step, and then the one array of the JSON serves as it is.
  if (before.values.length === 1) return readItem(before.values[0], step, before.malformed);
  const values: unknown[] = [];
  let { malformed } = before;
  let vr: string | undefined;
  for (const item of before.values) {
    const found = readItem(item, step, malformed);
    for (const value of found.values) values.push(value);
    malformed = found.malformed;
    vr ??= found.vr;
  }
  return { vr, values, malformed };
}

const NO_VALUES: readonly unknown[] = Object.freeze([]);

function readItem(item: unknown, step: TagStep, malformed: boolean): Found {
  if (item === null) return { vr: undefined, values: NO_VALUES, malformed };
  if (!isObject(item)) return { vr: undefined, values: NO_VALUES, malformed: true };
  const tag = 'tag' in step ? step.tag : privateTag(item, step);
  const element = tag === undefined ? undefined : own(item, tag);
  if (element === undefined || element === null) return { vr: undefined, values: NO_VALUES, malformed };
  if (!isObject(element)) return { vr: undefined, values: NO_VALUES, malformed: true };
  const vr = own(element, 'vr');
  const value = own(element, 'Value');
  return {
    vr: typeof vr === 'string' ? vr : undefined,
    values: Array.isArray(value) ? value : NO_VALUES,
    malformed: malformed || !(Array.isArray(value) || value === undefined || value === null),
  };
}

/** The tag that a private attribute has in this dataset: the first block of its creator that holds the element. */
function privateTag(
  dataset: Readonly<Record<string, unknown>>,
  step: { readonly group: string; readonly element: string; readonly creator: string },
): string | undefined {
  for (let block = 0x10; block <= 0xff; block++) {
    const digits = block.toString(16).toUpperCase();
    if (!Object.hasOwn(dataset, `${step.group}00${digits}`)) continue;
    const [creator] = readItem(dataset, { tag: `${step.group}00${digits}` }, false).values;
    if (presentValue('LO', creator) !== step.creator) continue;
    const tag = `${step.group}${digits}${step.element}`;
    if (Object.hasOwn(dataset, tag)) return tag;
  }
  return undefined;
}

/**
 * What JSONata sees: keyword to value (design 2.2). Sequences are arrays of datasets with all their attributes by keyword
 * (private and unknown ones as `(gggg,eeee)`), PN is `{Alphabetic, Ideographic, Phonetic}`, numbers are numbers unless a
 * JavaScript number cannot hold them, everything else is text. One value is that value, several are an array in which an
 * empty value is undefined, so that positions stay. Absent ones have no key. Throws entry.malformed when sequences are
 * nested deeper than 128 levels.
 */
export function viewOf(
  dataset: DicomJson,
  tags: readonly { readonly keyword: string; readonly path: TagPath }[],
): Readonly<Record<string, unknown>> {
  // Without a prototype, so that a name such as `constructor` finds nothing.
  const view: Record<string, unknown> = Object.create(null);
  for (const { keyword, path } of tags) {
    const element = readElement(dataset, path);
    const last = path.at(-1);
    const value = element && viewValue(element, last && 'tag' in last ? last.tag : '', 1);
    if (value !== undefined) view[keyword] = value;
  }
  return Object.freeze(view);
}

/** Views of sequence items, which several expressions ask for; datasets never change. */
const itemViews = new WeakMap<object, Readonly<Record<string, unknown>>>();

function viewOfItem(
  item: Readonly<Record<string, unknown>>,
  depth: number,
): Readonly<Record<string, unknown>> {
  const known = itemViews.get(item);
  if (known) return known;
  if (depth > DEEPEST_NESTING) {
    throw new EngineError('entry.malformed', `sequences are nested deeper than ${DEEPEST_NESTING} levels`);
  }
  const view: Record<string, unknown> = Object.create(null);
  for (const key of Object.keys(item)) {
    const tag = key.toUpperCase();
    if (!/^[0-9A-F]{8}$/.test(tag)) continue;
    const value = viewValue(readItem(item, { tag: key }, false), tag, depth + 1);
    if (value !== undefined) view[attributeByTag(tag)?.keyword ?? writtenTag(tag)] = value;
  }
  itemViews.set(item, Object.freeze(view));
  return view;
}

/** `(0010,0020)`. */
function writtenTag(tag: string): string {
  return `(${tag.slice(0, 4)},${tag.slice(4)})`;
}

const NUMBERS: ReadonlySet<string> = new Set(NUMBER_VRS);

function viewValue(element: ElementValues | Found, tag: string, depth: number): unknown {
  const vr = element.vr ?? attributeByTag(tag)?.vrs[0] ?? 'UN';
  if (vr === 'SQ') {
    const items = element.values.map((item) => (isObject(item) ? viewOfItem(item, depth) : EMPTY_ITEM));
    return items.length === 0 ? undefined : Object.freeze(items);
  }
  const values = element.values.map((value) => viewOne(vr, presentValue(vr, value)));
  if (values.every((value) => value === undefined)) return undefined;
  return values.length === 1 ? values[0] : Object.freeze(values);
}

/** An item that is null keeps its place: items of parallel sequences belong together by position. */
const EMPTY_ITEM: Readonly<Record<string, unknown>> = Object.freeze(Object.create(null));

function viewOne(vr: string, value: unknown): unknown {
  if (vr === 'PN') {
    const groups = nameGroups(value);
    return Object.keys(groups).length === 0
      ? undefined
      : Object.freeze(Object.assign(Object.create(null), groups));
  }
  if (value === undefined || isObject(value) || Array.isArray(value)) return undefined;
  const text = numberText(value) ?? String(value);
  return NUMBERS.has(vr) ? numberOrText(text) : text;
}

/** Number() would read `0x10` too. */
const NUMBER_TEXT = /^[0-9+.eE-]+$/;

/** A number where it is the same number; a text that is none, or needs more digits than a number has, stays text. */
function numberOrText(text: string): number | string {
  const number = NUMBER_TEXT.test(text) ? Number(text) : Number.NaN;
  if (!Number.isFinite(number)) return text;
  return Number.isInteger(number) && !Number.isSafeInteger(number) ? text : number;
}

function own(object: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && numberText(value) === undefined
  );
}
