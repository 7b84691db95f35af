/**
 * JSON Patch (RFC 6902) for FHIR resources (R4 http.html#patch): a resource as the server holds it and as it is to be come in, the
 * operations that lead from one to the other go out. The first one tests the version, and whatever an operation takes
 * away or reaches into is tested before, so that nothing is done to another version or to another item than was meant.
 * Linear in the size of the resource.
 */
import { isDecimalObject } from './decimal.ts';
import type { CurrentResource, FhirElement, FhirPrimitive, FhirResource, FhirValue } from './resource.ts';

export type PatchOperation =
  | { readonly op: 'test' | 'add' | 'replace'; readonly path: string; readonly value: FhirValue }
  | { readonly op: 'remove'; readonly path: string };

const JSON_PATCH = 'application/json-patch+json';

/**
 * The operations that make `after` of what is stored, version and time of the server aside. Tells nothing for a resource that
 * does not show its version in itself, for there would be nothing to test.
 */
export function patchOf(
  { resource, versionId }: CurrentResource,
  after: FhirResource,
): readonly PatchOperation[] {
  const { meta: metaBefore, ...before } = resource;
  const { meta: metaAfter, ...content } = after;
  const operations: PatchOperation[] = [{ op: 'test', path: '/meta/versionId', value: versionId }];
  // What is stored always has a meta: a new one would take version and time away.
  compareElements(withoutStamp(metaBefore), withoutStamp(metaAfter), '/meta', operations);
  compareElements(before, content, '', operations);
  return operations;
}

/** The operations as a transaction carries them: a Binary (R4 http.html#patch). */
export function patchResource(operations: readonly PatchOperation[]): FhirResource {
  const data = Buffer.from(JSON.stringify(operations)).toString('base64');
  return { resourceType: 'Binary', contentType: JSON_PATCH, data };
}

/** What `patchResource` made, as the JSON text of the operations; undefined for anything else. */
export function patchText({ resourceType, contentType, data }: FhirResource): string | undefined {
  if (resourceType !== 'Binary' || contentType !== JSON_PATCH || typeof data !== 'string') return undefined;
  return Buffer.from(data, 'base64').toString('utf8');
}

function withoutStamp(meta: FhirValue | undefined): FhirElement {
  const { versionId: _version, lastUpdated: _updated, ...own } = (meta ?? {}) as FhirElement;
  return own;
}

function compareValues(before: FhirValue, after: FhirValue, path: string, into: PatchOperation[]): void {
  if (before === after) return;
  if (Array.isArray(before) && Array.isArray(after)) compareLists(before, after, path, into);
  else if (isElement(before) && isElement(after)) compareElements(before, after, path, into);
  else if (!isSameDecimal(before, after)) {
    if (isPrimitive(before)) into.push({ op: 'test', path, value: before });
    into.push({ op: 'replace', path, value: after });
  }
}

function compareElements(
  before: FhirElement,
  after: FhirElement,
  path: string,
  into: PatchOperation[],
): void {
  for (const [name, value] of Object.entries(before)) {
    if (value === undefined || after[name] !== undefined) continue;
    const place = `${path}/${escaped(name)}`;
    if (isPrimitive(value)) into.push({ op: 'test', path: place, value });
    into.push({ op: 'remove', path: place });
  }
  for (const [name, value] of Object.entries(after)) {
    if (value === undefined) continue;
    const place = `${path}/${escaped(name)}`;
    const existing = Object.hasOwn(before, name) ? before[name] : undefined;
    if (existing === undefined) into.push({ op: 'add', path: place, value });
    else compareValues(existing, value, place, into);
  }
}

/**
 * Items are told apart by what seems to identify them; what goes, goes first, from the end, and what is new comes in at its
 * place. A list in another order is replaced.
 */
function compareLists(
  before: readonly FhirValue[],
  after: readonly FhirValue[],
  path: string,
  into: PatchOperation[],
): void {
  const [keys, wanted] = [keysOf(before), keysOf(after)];
  const [old, kept] = [new Set(keys), new Set(wanted)];
  const gone: PatchOperation[] = [];
  const left: number[] = [];
  for (const [index, key] of keys.entries()) {
    if (kept.has(key)) left.push(index);
    else gone.unshift(...tested(before[index] as FhirValue, `${path}/${index}`), remove(`${path}/${index}`));
  }
  let next = 0;
  const come: PatchOperation[] = [];
  for (const [index, key] of wanted.entries()) {
    const [place, value] = [`${path}/${index}`, after[index] as FhirValue];
    if (!old.has(key)) {
      come.push({ op: 'add', path: place, value });
      continue;
    }
    const from = left[next++] as number;
    if (keys[from] !== key) {
      into.push({ op: 'replace', path, value: after });
      return;
    }
    const inside: PatchOperation[] = [];
    compareValues(before[from] as FhirValue, value, place, inside);
    if (inside.length > 0) come.push(...tested(before[from] as FhirValue, place), ...inside);
  }
  for (const operation of gone) into.push(operation);
  for (const operation of come) into.push(operation);
}

const remove = (path: string): PatchOperation => ({ op: 'remove', path });

/** Names of elements that tell items of one list apart, the surest first. */
const TELLING = ['uid', 'url', 'reference', 'value', 'code', 'system', 'id'];

/** The child by which an item is known, or else its first simple one. */
function mark(item: FhirValue): readonly [name: string, value: FhirPrimitive] | undefined {
  if (!isElement(item)) return undefined;
  const children: FhirElement = item;
  for (const name of TELLING) {
    const value = Object.hasOwn(children, name) ? children[name] : undefined;
    if (value !== undefined && isPrimitive(value)) return [name, value];
  }
  return Object.entries(children).find((entry): entry is [string, FhirPrimitive] => isPrimitive(entry[1]));
}

/** One for each item; the second of two alike is told from the first. */
function keysOf(items: readonly FhirValue[]): readonly string[] {
  const seen = new Map<string, number>();
  return items.map((item) => {
    const key = JSON.stringify(mark(item) ?? item);
    const count = (seen.get(key) ?? 0) + 1;
    seen.set(key, count);
    return `${count} ${key}`;
  });
}

function tested(item: FhirValue, path: string): readonly PatchOperation[] {
  if (isPrimitive(item)) return [{ op: 'test', path, value: item }];
  const known = mark(item);
  return known ? [{ op: 'test', path: `${path}/${escaped(known[0])}`, value: known[1] }] : [];
}

/** With the same digits. */
function isSameDecimal(a: FhirValue, b: FhirValue): boolean {
  return isDecimalObject(a) && isDecimalObject(b) && a.rawJSON === b.rawJSON;
}

/** RFC 6901 section 3. */
function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

function isElement(value: FhirValue | undefined): value is FhirElement {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isDecimalObject(value);
}

function isPrimitive(value: FhirValue | undefined): value is FhirPrimitive {
  return value !== undefined && value !== null && (typeof value !== 'object' || isDecimalObject(value));
}
