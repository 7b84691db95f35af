/**
 * Texts of the DICOM JSON Model (PS3.18 F.2) come in and go out: read as a change feed would deliver the instance, without
 * bulk data, and written so that decimal strings keep their digits.
 */
import { BULK_VRS, malformed } from './data-elements.ts';
import { decimalString } from './element-values.ts';
import type { DicomElement, DicomJson } from './entry.ts';

interface RawJson {
  readonly rawJSON: string;
}

/** ECMA-262 "JSON.parse source text access", which TypeScript's library does not know yet. */
const json = JSON as unknown as {
  parse(
    text: string,
    reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
  ): unknown;
  rawJSON(text: string): RawJson;
  isRawJSON(value: unknown): value is RawJson;
};

/**
 * Reads one dataset, alone or as the only item of an array. Keys come out in upper case; bulk data and the groups 0002
 * and 7FE0 are left out as data-elements.ts leaves them out. A DS whose digits a number would lose comes
 * out as text. Throws EngineError entry.malformed; the reason quotes nothing.
 */
export function readDicomJson(text: string): DicomJson {
  let parsed: unknown;
  try {
    parsed = json.parse(text.replace(/^\uFEFF/, ''), keepDigits);
  } catch {
    throw malformed('the text is no JSON');
  }
  if (Array.isArray(parsed)) {
    if (parsed.length !== 1) throw malformed(`the JSON holds ${parsed.length} datasets where one is wanted`);
    parsed = parsed[0];
  }
  const dataset = readDataset(parsed);
  if (Object.keys(dataset).length === 0) throw malformed('the dataset has no elements');
  return dataset;
}

/**
 * The text of a dataset as the Microsoft DICOM service writes it: decimal strings are JSON numbers with the digits that
 * they were written with. What is no number stays text.
 */
export function writeDicomJson(dataset: DicomJson): string {
  return JSON.stringify(dataset, (_key, value: unknown) => {
    if (!isRecord(value) || value['vr'] !== 'DS' || !Array.isArray(value['Value'])) return value;
    return { ...value, Value: value['Value'].map(writeDecimal) };
  });
}

/** JSON allows neither a plus, nor leading zeros, nor a point without a digit on both sides. */
function writeDecimal(value: unknown): unknown {
  const match = typeof value === 'string' ? /^\+?(-?)0*(\d*)(?:\.(\d*))?([eE][+-]?\d+)?$/.exec(value) : null;
  const [, minus = '', whole = '', fraction = '', exponent = ''] = match ?? [];
  if (!match || !/\d/.test(String(value).replace(/[eE].*/, ''))) return value;
  return json.rawJSON(`${minus}${whole || '0'}${fraction && `.${fraction}`}${exponent}`);
}

/** Numbers whose spelling would be lost come out as raw JSON; readValue turns them into what their VR wants. */
function keepDigits(_key: string, value: unknown, context: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || context.source === undefined || String(value) === context.source)
    return value;
  return json.rawJSON(context.source);
}

function readDataset(value: unknown): DicomJson {
  if (!isRecord(value)) throw malformed('the JSON is no DICOM dataset: it is no object');
  const elements: [string, DicomElement][] = [];
  for (const [key, element] of Object.entries(value)) {
    if (!/^[0-9A-Fa-f]{8}$/.test(key))
      throw malformed('the JSON is no DICOM dataset: it has a key that is no tag');
    const tag = key.toUpperCase();
    const read = isRecord(element) ? readElement(element) : undefined;
    if (read && !/^(?:0002|7FE0)|0000$/.test(tag)) elements.push([tag, read]);
  }
  return Object.fromEntries(elements);
}

function readElement(element: Readonly<Record<string, unknown>>): DicomElement | undefined {
  const { vr, Value: value } = element;
  // Authors of JSON forget the brackets.
  const values = Array.isArray(value) || value === undefined || value === null ? value : [value];
  if (typeof vr === 'string' && BULK_VRS.has(vr)) return undefined;
  const named = typeof vr === 'string' ? { vr } : {};
  if (!Array.isArray(values) || values.length === 0) return named;
  return { ...named, Value: values.map((value) => readValue(vr, value)) };
}

function readValue(vr: unknown, value: unknown): unknown {
  if (json.isRawJSON(value)) return vr === 'DS' ? decimalString(value.rawJSON) : Number(value.rawJSON);
  return vr === 'SQ' && value !== null ? readDataset(value) : value;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
