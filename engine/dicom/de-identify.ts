/**
 * De-identification by the Basic Profile of PS3.15 Annex E: a dataset comes in, one without what identifies people goes out,
 * with the keywords of what was kept, replaced and left out. What is not known to be harmless is left out, also where the
 * profile would keep it; the same dataset and key always give the same dataset.
 */
import { profileRow } from './confidentiality-profile.ts';
import { readElement } from './dataset.ts';
import { attributeByTag, type DicomAttribute } from './dictionary.ts';
import { createDummies, type Dummies } from './dummy-values.ts';
import type { DicomElement, DicomJson } from './entry.ts';
import {
  isPublicScheme,
  isStandardUid,
  isTechnicalText,
  isTypedLabel,
  tellsOfPatient,
} from './harmless-attributes.ts';
import { createRepetitions, type Repetitions } from './repeated-values.ts';
import { BINARY_VRS, presentValue, vrFault } from './vr.ts';

export interface DeidentifyOptions {
  /** Secret, at least 16 bytes; equal UIDs and identifiers get equal dummies under equal keys. */
  readonly key: Uint8Array;
  /** Keywords of attributes that stay as they are, for which `keepFault` finds nothing to say. */
  readonly keep: ReadonlySet<string>;
  /** Dates and times stay (PS3.15 E.3.6, Retain Longitudinal Temporal Information with Full Dates), but for those of births. */
  readonly keepDates: boolean;
}

/** Keywords, sorted, each once; of an attribute that is not in the dictionary, the tag. */
export interface Deidentified {
  readonly dataset: DicomJson;
  readonly kept: readonly string[];
  /** Of `kept`, those that hold text. */
  readonly keptTexts: readonly string[];
  readonly replaced: readonly string[];
  /** Without private attributes. */
  readonly removed: readonly string[];
  /** Of `removed`: would have been kept, but hold a name, an identifier or a date that was taken out elsewhere. */
  readonly repeating: readonly string[];
  readonly privateCount: number;
}

/** Why an attribute cannot be kept, in words that follow its keyword; undefined for one that can. */
export function keepFault({ tag, vrs }: DicomAttribute): string | undefined {
  if (vrs.some((vr) => BULK.has(vr))) return 'is bulk data, which fixtures do not have';
  const row = profileRow(tag);
  return row && row.options.length === 0
    ? 'always identifies: PS3.15 has no option that keeps it'
    : undefined;
}

const BULK: ReadonlySet<string> = new Set(BINARY_VRS);
const TEXTS: ReadonlySet<string> = new Set(['AE', 'LO', 'LT', 'PN', 'SH', 'ST', 'UC', 'UR', 'UT']);
const TIMES: ReadonlySet<string> = new Set(['DA', 'DT', 'TM']);
/** As JSON; beyond it stand curves, contours and lookup tables, which no mapping reads. */
const LONGEST = 4096;
/** Files are not nested deeper (data-elements.ts). */
const DEEPEST = 100;

interface Walk {
  readonly options: DeidentifyOptions;
  readonly dummies: Dummies;
  readonly repetitions: Repetitions;
  readonly kept: Map<string, string>;
  readonly replaced: Set<string>;
  readonly removed: Set<string>;
  readonly repeating: Set<string>;
  privateCount: number;
}

/** Changes nothing in `dataset`; what goes out shares no sequence with it. Never throws. */
export function deidentify(dataset: DicomJson, options: DeidentifyOptions): Deidentified {
  const walk: Walk = {
    options,
    dummies: createDummies(options.key),
    repetitions: createRepetitions(dataset, options),
    kept: new Map(),
    replaced: new Set(),
    removed: new Set(),
    repeating: new Set(),
    privateCount: 0,
  };
  const clean = cleanDataset(walk, dataset, 1);
  const kept = [...walk.kept.keys()].sort();
  return {
    dataset: { ...clean, ...statement(walk, '0040A730' in dataset) },
    kept,
    keptTexts: kept.filter((keyword) => TEXTS.has(walk.kept.get(keyword) ?? '')),
    replaced: [...walk.replaced].sort(),
    removed: [...walk.removed].sort(),
    repeating: [...walk.repeating].sort(),
    privateCount: walk.privateCount,
  };
}

/** What was done, as PS3.15 E.1.1 asks; the codes are those of PS3.16 CID 7050. */
function statement({ options: { keep, keepDates }, kept }: Walk, isReport: boolean): DicomJson {
  const code = (value: string, meaning: string): DicomJson => ({
    '00080100': { vr: 'SH', Value: [value] },
    '00080102': { vr: 'SH', Value: ['DCM'] },
    '00080104': { vr: 'LO', Value: [meaning] },
  });
  const codes = [
    code('113100', 'Basic Application Confidentiality Profile'),
    ...(isReport ? [code('113104', 'Clean Structured Content Option')] : []),
    ...(keepDates ? [code('113106', 'Retain Longitudinal Temporal Information Full Dates Option')] : []),
  ];
  const exceptions = [...keep]
    .filter((keyword) => kept.has(keyword))
    .sort()
    .map((keyword) => `kept: ${keyword}`.slice(0, 64));
  return {
    '00120062': { vr: 'CS', Value: ['YES'] },
    '00120063': { vr: 'LO', Value: ['dicomcast fixture: PS3.15 Basic Profile', ...exceptions] },
    '00120064': { vr: 'SQ', Value: codes },
    '00280303': { vr: 'CS', Value: [keepDates ? 'UNMODIFIED' : 'REMOVED'] },
  };
}

const STATEMENT: ReadonlySet<string> = new Set(['00120062', '00120063', '00120064', '00280303']);

function cleanDataset(walk: Walk, dataset: DicomJson, depth: number): DicomJson {
  const isLocal = isLocalCode(dataset);
  const tellsTooMuch = isPatientItem(dataset);
  const elements = Object.entries(dataset).flatMap(([tag, element]): [string, DicomElement][] => {
    if (STATEMENT.has(tag)) return [];
    if (Number.parseInt(tag.slice(0, 4), 16) % 2 === 1) {
      walk.privateCount++;
      return [];
    }
    const attribute = attributeByTag(tag);
    // Commands, file meta information and directories have no business in a dataset.
    const clean =
      attribute && tag >= '0008' && !(tellsTooMuch && ITEM_VALUES.has(attribute.keyword))
        ? cleanElement(walk, attribute, element, isLocal, depth)
        : undefined;
    if (!clean) walk.removed.add(attribute?.keyword ?? `(${tag.slice(0, 4)},${tag.slice(4)})`);
    return clean ? [[tag, clean]] : [];
  });
  return Object.fromEntries(elements);
}

function cleanElement(
  walk: Walk,
  attribute: DicomAttribute,
  element: DicomElement,
  isLocal: boolean,
  depth: number,
): DicomElement | undefined {
  const { vrs } = attribute;
  // What the writer calls the VR counts only where PS3.6 leaves a choice.
  const vr = element.vr !== undefined && vrs.includes(element.vr) ? element.vr : (vrs[0] ?? 'UN');
  if (BULK.has(vr)) return undefined;
  const values = element.Value;
  if (values === undefined || values.length === 0) return { vr };
  if (!Array.isArray(values)) return undefined;
  if (vr === 'SQ') return cleanSequence(walk, attribute, values, depth);
  if (JSON.stringify(values).length > LONGEST) return undefined;
  if (values.every((value) => presentValue(vr, value) === undefined)) return { vr };
  switch (actionOn(walk.options, attribute, vr, isLocal)) {
    case 'keep':
      return keptElement(walk, attribute, vr, values);
    case 'replace':
      return replacedElement(walk, attribute, vr, values);
    default:
      return undefined;
  }
}

type Action = 'keep' | 'replace' | 'remove';

function actionOn(
  { keep, keepDates }: DeidentifyOptions,
  { keyword, tag }: DicomAttribute,
  vr: string,
  isLocal: boolean,
): Action {
  if (keep.has(keyword)) return 'keep';
  const row = profileRow(tag);
  if (keepDates && (row ? row.options.includes('dates') : TIMES.has(vr))) return 'keep';
  if (row) return row.action === 'X' ? 'remove' : 'replace';
  // Of a structured report (PS3.15 E.3.4): a content item must have a text.
  if (keyword === 'TextValue') return 'replace';
  if (vr === 'UI' || vr === 'PN') return 'replace';
  if (vr === 'LO' || vr === 'SH' || vr === 'UC') {
    if (!isTechnicalText(keyword)) return 'remove';
    return isLocal && CODE.has(keyword) ? 'replace' : 'keep';
  }
  return TEXTS.has(vr) || TIMES.has(vr) || vr === 'AS' || isTypedLabel(keyword) ? 'remove' : 'keep';
}

function keptElement(
  walk: Walk,
  { keyword }: DicomAttribute,
  vr: string,
  values: readonly unknown[],
): DicomElement | undefined {
  const { keep, keepDates } = walk.options;
  const isFit = values.every((value) => {
    const present = presentValue(vr, value);
    if (present === undefined || vrFault(vr, present) === undefined) return true;
    // Tests want faulty values too: those that somebody asked for, and dates that are none but look so.
    return keep.has(keyword) || (keepDates && TIMES.has(vr) && /^[\d.:+\-/ ]*$/.test(String(present)));
  });
  if (!isFit) return undefined;
  if (walk.repetitions.foundIn(vr, values)) {
    walk.repeating.add(keyword);
    return undefined;
  }
  walk.kept.set(keyword, vr);
  return { vr, Value: values };
}

function replacedElement(
  walk: Walk,
  { keyword, tag }: DicomAttribute,
  vr: string,
  values: readonly unknown[],
): DicomElement | undefined {
  const isListed = profileRow(tag) !== undefined;
  let isChanged = false;
  const dummies = values.map((value) => {
    const present = presentValue(vr, value);
    if (present === undefined) return null;
    if (vr === 'UI' && typeof present === 'string' && isStandardUid(keyword, present, isListed))
      return present;
    isChanged = true;
    return walk.dummies.value(keyword, vr, present);
  });
  if (dummies.includes(undefined)) return undefined;
  if (isChanged) walk.replaced.add(keyword);
  else walk.kept.set(keyword, vr);
  return { vr, Value: dummies };
}

/** Sequences that stay although table E.1-1 lists them: their items are cleaned, attribute by attribute (actions D and U). */
const CLEANED: ReadonlySet<string> = new Set(['D', 'X/Z/U*']);

function cleanSequence(
  walk: Walk,
  { keyword, tag }: DicomAttribute,
  items: readonly unknown[],
  depth: number,
): DicomElement | undefined {
  const row = profileRow(tag);
  if (depth > DEEPEST || (row && !CLEANED.has(row.action) && !walk.options.keep.has(keyword)))
    return undefined;
  if (keyword === 'PersonIdentificationCodeSequence') {
    walk.replaced.add(keyword);
    return { vr: 'SQ', Value: [DUMMY_PERSON] };
  }
  const clean = items.map((item) => (isDataset(item) ? cleanDataset(walk, item, depth + 1) : {}));
  // Items keep their places: those of parallel sequences belong together.
  return clean.every((item) => Object.keys(item).length === 0) ? undefined : { vr: 'SQ', Value: clean };
}

const DUMMY_PERSON: DicomJson = {
  '00080100': { vr: 'SH', Value: ['dummy'] },
  '00080102': { vr: 'SH', Value: ['99DUMMY'] },
  '00080104': { vr: 'LO', Value: ['dummy'] },
};

const CODE: ReadonlySet<string> = new Set([
  'CodeMeaning',
  'CodeValue',
  'CodingSchemeDesignator',
  'CodingSchemeVersion',
  'LongCodeValue',
]);
const ITEM_VALUES: ReadonlySet<string> = new Set(['ConceptCodeSequence', 'MeasuredValueSequence']);

/** A code of a scheme that is not public may name a hospital, its rooms and its people. */
function isLocalCode(item: DicomJson): boolean {
  return !isPublicScheme(textAt(item, '00080102'));
}

/** A content item such as "Subject Age" (PS3.3 C.17.3). */
function isPatientItem(item: DicomJson): boolean {
  const concept = readElement(item, [{ tag: '0040A043' }])?.values[0];
  return isDataset(concept) && tellsOfPatient(textAt(concept, '00080102'), textAt(concept, '00080100'));
}

function textAt(item: DicomJson, tag: string): string {
  const value = presentValue('SH', readElement(item, [{ tag }])?.values[0]);
  return typeof value === 'string' ? value : '';
}

function isDataset(value: unknown): value is DicomJson {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
