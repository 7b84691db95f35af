/**
 * Attributes as a test file writes them: keywords, tags or paths into sequences with plain values come in, a dataset of the
 * DICOM JSON Model (PS3.18 F.2) that has them goes out; or what cannot be written so, and where.
 */
import { attributeByTag } from '../dicom/dictionary.ts';
import type { DicomElement, DicomJson } from '../dicom/entry.ts';
import { parseTag, type TagPath } from '../dicom/tag.ts';
import { NUMBER_VRS } from '../dicom/vr.ts';

/** By keyword, `(gggg,eeee)`, eight hex digits or a path. Null: not there; []: there without a value; `{ vr, Value }`: as it is. */
export type AttributeWords = Readonly<Record<string, unknown>>;

export interface AttributeFault {
  /** Keys and indexes from the words down to what is at fault. */
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly hint?: string;
  readonly suggestion?: string;
}

type Step = TagPath[number];
type Elements = Record<string, DicomElement>;

/** The dataset with the attributes of `words` in place of its own; what is at fault has no value, and is told. */
export function withAttributes(
  dataset: DicomJson,
  words: AttributeWords,
  faults: AttributeFault[] = [],
): DicomJson {
  let result = dataset;
  for (const [name, value] of Object.entries(words)) {
    const path = pathOf(name);
    if ('message' in path) faults.push({ path: [name], ...path });
    else if (value === null) result = withoutAttribute(result, name);
    else {
      const element = elementOf(path, name, value, (fault) =>
        faults.push({ ...fault, path: [name, ...fault.path] }),
      );
      if (element) result = put(result, path, element);
    }
  }
  return sorted(result);
}

/** The dataset without an attribute, in every item of the sequences on the way; the same where it is not there. */
export function withoutAttribute(dataset: DicomJson, name: string): DicomJson {
  const path = pathOf(name);
  return 'message' in path ? dataset : remove(dataset, path);
}

/** What is wrong with the name of an attribute. */
export function attributeNameFault(name: string): Omit<AttributeFault, 'path'> | undefined {
  const path = pathOf(name);
  return 'message' in path ? path : undefined;
}

function pathOf(name: string): TagPath | Omit<AttributeFault, 'path'> {
  const digits = /^([0-9A-Fa-f]{4})([0-9A-Fa-f]{4})$/.exec(name);
  if (digits) return [{ tag: name.toUpperCase() }];
  const path = parseTag(name);
  if (!('error' in path)) return path;
  const [suggestion] = path.candidates ?? [];
  return { message: path.error, ...(suggestion === undefined ? {} : { suggestion }) };
}

type Tell = (fault: AttributeFault) => void;

function elementOf(path: TagPath, name: string, value: unknown, tell: Tell): DicomElement | undefined {
  if (isElement(value)) return value;
  const last = path.at(-1) as Step;
  const vr = 'tag' in last ? attributeByTag(last.tag)?.vrs[0] : undefined;
  if (vr === undefined) {
    tell({
      path: [],
      message: `${name} is not in the dictionary`,
      hint: 'Write `{ vr: LO, Value: [text] }`.',
    });
    return undefined;
  }
  const values: unknown[] = [];
  for (const [index, each] of [value].flat().entries()) {
    const at = Array.isArray(value) ? [index] : [];
    values.push(readWords(name, vr, each, (fault) => tell({ ...fault, path: [...at, ...fault.path] })));
  }
  return values.length === 0 ? { vr } : { vr, Value: values };
}

function readWords(name: string, vr: string, value: unknown, tell: Tell): unknown {
  if (value === null) return value;
  if (vr === 'SQ') {
    if (isMap(value)) {
      const faults: AttributeFault[] = [];
      const item = withAttributes({}, value, faults);
      for (const fault of faults) tell(fault);
      return item;
    }
    tell({ path: [], message: `${name} is a sequence: its items are maps of attributes` });
    return undefined;
  }
  if (vr === 'PN' && typeof value === 'string') {
    const [Alphabetic, Ideographic, Phonetic] = value.split('=');
    const groups = Object.entries({ Alphabetic, Ideographic, Phonetic }).filter(([, group]) => group);
    return Object.fromEntries(groups);
  }
  if (typeof value === 'string' || NUMBER_VRS.includes(vr)) return value;
  if (vr === 'PN' && isMap(value)) return value;
  // A whole number keeps its digits: what would lose a zero in front is a finding of the YAML reader.
  if (Number.isInteger(value)) return String(value);
  const what =
    typeof value === 'number' ? 'a number' : typeof value === 'boolean' ? 'true or false' : 'a map';
  const hint = isMap(value) ? `Its VR is ${vr}.` : 'Put it in quotes.';
  tell({ path: [], message: `${name} is text, and YAML reads this as ${what}`, hint });
  return undefined;
}

function put(dataset: DicomJson, [step, ...rest]: TagPath, element: DicomElement): DicomJson {
  if (!step) return dataset;
  const { tag, elements } = placeFor(dataset, step);
  if (rest.length === 0) return { ...elements, [tag]: element };
  const items = elements[tag]?.Value ?? [];
  const Value = (items.length > 0 ? items : [{}]).map((item) =>
    put((item ?? {}) as DicomJson, rest, element),
  );
  return { ...elements, [tag]: { vr: 'SQ', Value } };
}

/** A private attribute goes into the block of its creator, which is made where it is missing (PS3.5 7.8.1). */
function placeFor(dataset: DicomJson, step: Step): { readonly tag: string; readonly elements: DicomJson } {
  if ('tag' in step) return { tag: step.tag, elements: dataset };
  const { group, element, creator } = step;
  const known = blocksOf(dataset, step)[0];
  if (known !== undefined) return { tag: `${group}${known}${element}`, elements: dataset };
  let block = 0x10;
  while (Object.hasOwn(dataset, `${group}00${hex(block)}`)) block++;
  const elements = { ...dataset, [`${group}00${hex(block)}`]: { vr: 'LO', Value: [creator] } };
  return { tag: `${group}${hex(block)}${element}`, elements };
}

function blocksOf(
  dataset: DicomJson,
  { group, creator }: { readonly group: string; readonly creator: string },
): readonly string[] {
  return Object.entries(dataset)
    .filter(([tag, { Value }]) => tag.startsWith(`${group}00`) && String(Value?.[0]).trim() === creator)
    .map(([tag]) => tag.slice(6));
}

function remove(dataset: DicomJson, [step, ...rest]: TagPath): DicomJson {
  if (!step) return dataset;
  const tags =
    'tag' in step
      ? [step.tag]
      : blocksOf(dataset, step).map((block) => `${step.group}${block}${step.element}`);
  const elements: Elements = { ...dataset };
  for (const tag of tags) {
    const element = elements[tag];
    if (!element) continue;
    if (rest.length === 0) delete elements[tag];
    else {
      const Value = element.Value?.map((item) => (isMap(item) ? remove(item as DicomJson, rest) : item));
      elements[tag] = Value ? { ...element, Value } : element;
    }
  }
  return elements;
}

function sorted(dataset: DicomJson): DicomJson {
  return Object.fromEntries(Object.entries(dataset).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function hex(block: number): string {
  return block.toString(16).toUpperCase();
}

const ELEMENT_KEYS: ReadonlySet<string> = new Set(['vr', 'Value', 'InlineBinary', 'BulkDataURI']);

function isElement(value: unknown): value is DicomElement {
  return (
    isMap(value) && Object.keys(value).length > 0 && Object.keys(value).every((key) => ELEMENT_KEYS.has(key))
  );
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
