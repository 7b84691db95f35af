/**
 * Parts of datasets as they came: a path and a dataset come in, all that a reader of the path can see goes out, and two of
 * these are compared without judging them. Nothing is converted: `1` and `"1"`, one VR and another, are different.
 */
import { readElement, type TagPath } from '../dicom/dataset.ts';
import type { DicomElement, DicomJson } from '../dicom/entry.ts';

/** What one reader of a dataset sees; reading gives a part that is compared and kept, never looked into. */
export type RawReader = (dataset: DicomJson) => unknown;

/** The element at the first step: the whole sequence of a path into one; what stands in the block of a private creator. */
export function rawReader(path: TagPath): RawReader {
  const [first] = path;
  if (first && 'tag' in first) {
    const { tag } = first;
    return (dataset) => (Object.hasOwn(dataset, tag) ? dataset[tag] : undefined);
  }
  return (dataset) => readElement(dataset, path);
}

/** sameRaw for what a RawReader gave: nearly always an element with a VR and one text, and of an element no more is read. */
export function sameElement(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const left: unknown = (a as DicomElement).Value;
  const right: unknown = (b as DicomElement).Value;
  if (!Array.isArray(left) || !Array.isArray(right)) return sameRaw(a, b);
  if (left.length !== right.length || !Object.is((a as DicomElement).vr, (b as DicomElement).vr))
    return false;
  for (let index = 0; index < left.length; index++) if (!sameRaw(left[index], right[index])) return false;
  return true;
}

/** True where no reader could tell one from the other: members in one order, numbers with their sign. */
export function sameRaw(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return Object.is(a, b);
  if (a === b) return true;
  if (Array.isArray(a)) {
    if (!Array.isArray(b) || a.length !== b.length) return false;
    for (let index = 0; index < a.length; index++) if (!sameRaw(a[index], b[index])) return false;
    return true;
  }
  // A number that keeps its digits (JSON.rawJSON) has no prototype, and looks like an object that says so.
  if (Array.isArray(b) || Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
  return sameMembers(a as Readonly<Record<string, unknown>>, b as Readonly<Record<string, unknown>>);
}

function sameMembers(a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>>): boolean {
  const left = Object.keys(a);
  const right = Object.keys(b);
  if (left.length !== right.length) return false;
  for (let index = 0; index < left.length; index++) {
    const key = left[index] as string;
    if (key !== right[index] || !sameRaw(a[key], b[key])) return false;
  }
  return true;
}

/** The first text of an element: a first guess at what is the same. Empty where there is none. */
export function firstText(element: unknown): string {
  const values = (element as { readonly Value?: unknown } | null | undefined)?.Value;
  const value: unknown = Array.isArray(values) ? values[0] : undefined;
  return typeof value === 'string' ? value : '';
}

/** Nothing that is nested deeper is kept, so that comparing with what is kept needs little of the stack. */
const DEEPEST = 200;

/** About the bytes that a value takes; infinity where these are more than `most`, or where it is nested very deep. */
export function weigh(value: unknown, most: number, depth = 0): number {
  if (typeof value === 'string') return 16 + 2 * value.length;
  if (typeof value !== 'object' || value === null) return 8;
  if (depth > DEEPEST) return Number.POSITIVE_INFINITY;
  let sum = 48;
  for (const child of Array.isArray(value) ? value : Object.values(value)) {
    sum += 8 + weigh(child, most - sum, depth + 1);
    if (sum > most) return Number.POSITIVE_INFINITY;
  }
  return sum;
}
