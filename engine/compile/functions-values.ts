/**
 * Functions of expressions that convert single values, each exactly as the rule without an expression would: values as JSONata
 * sees them come in, FHIR goes out. Absent where the argument is.
 */
import type { FhirElement, FhirValue } from '../fhir/resource.ts';
import { conceptKey } from './content-items.ts';
import { chooseConversion } from './conversion.ts';

export interface FunctionDefinition {
  /** As authors write it: `$date(text)`. */
  readonly usage: string;
  readonly description: string;
  /** Expression over an empty dataset, and what it gives. */
  readonly examples: readonly { readonly expression: string; readonly gives: unknown }[];
  /** JSONata's own notation for argument types. */
  readonly signature?: string;
  readonly run: (...parameters: readonly unknown[]) => unknown;
}

export const VALUE_FUNCTIONS: Readonly<Record<string, FunctionDefinition>> = {
  concat: {
    usage: '$concat(a, b, …)',
    description: 'Joins texts; absent when one of them is absent (the operator & would leave a stump).',
    examples: [
      { expression: '$concat("urn:oid:", "1.2.3")', gives: 'urn:oid:1.2.3' },
      { expression: '$concat("urn:oid:", PatientID)', gives: undefined },
    ],
    run: (...parts) => {
      // Several values, or an item of a sequence, make no text; the code is that of JSONata's own functions.
      if (parts.some((part) => typeof part === 'object' && part !== null)) {
        throw Object.assign(new Error('no text'), { code: 'T0410' });
      }
      const isAbsent = parts.some((part) => part === undefined || part === null || part === '');
      return isAbsent ? undefined : parts.map(String).join('');
    },
  },
  date: {
    usage: '$date(text)',
    description: 'A DA value as a FHIR date, as precise as it is; absent when it is no date of the calendar.',
    examples: [
      { expression: '$date("20260228")', gives: '2026-02-28' },
      { expression: '$date("20260230")', gives: undefined },
    ],
    run: (text) => convert([['DA', text]], 'date'),
  },
  dateTime: {
    usage: '$dateTime(date, time, offset)',
    description:
      'DA, TM and an offset such as `+0100`, or a time zone such as `Europe/Berlin`, as a FHIR dateTime; without an offset the date alone.',
    examples: [
      { expression: '$dateTime("20260228", "101530.5", "+0100")', gives: '2026-02-28T10:15:30.5+01:00' },
      { expression: '$dateTime("20260228", "101530", "")', gives: '2026-02-28' },
      {
        expression: '$dateTime("20260728", "101530", "Europe/Berlin")',
        gives: '2026-07-28T10:15:30+02:00',
      },
    ],
    run: (date, time, offset) =>
      convert(
        [
          ['DA', date],
          ['TM', time],
        ],
        'dateTime',
        zoneOf(offset),
      ),
  },
  timestamp: {
    usage: '$timestamp(text, offset)',
    description:
      'A DT value as a FHIR dateTime. The offset (`+0100`, `+01:00`) or time zone (`Europe/Berlin`) counts where the text has none; without any offset the date alone.',
    examples: [
      { expression: '$timestamp("20260228101530.5-0500", "+0100")', gives: '2026-02-28T10:15:30.5-05:00' },
      { expression: '$timestamp("20260228101530", "+0100")', gives: '2026-02-28T10:15:30+01:00' },
      { expression: '$timestamp("20260228101530")', gives: '2026-02-28' },
    ],
    run: (text, offset) => convert([['DT', text]], 'dateTime', zoneOf(offset)),
  },
  humanName: {
    usage: '$humanName(name)',
    description: 'A PN value as a HumanName, from its alphabetic group.',
    examples: [
      { expression: '$humanName({"Alphabetic": "Doe^Jane"})', gives: { family: 'Doe', given: ['Jane'] } },
    ],
    run: (name) => convert([['PN', name]], 'HumanName'),
  },
  coding: {
    usage: '$coding(item, equivalents)',
    description:
      'A code sequence of one item, or an item of one, as a Coding with the FHIR system of its scheme. With equivalents, the one that is named there: an object from `scheme|code` to `scheme|code`, or a table (`let: { codes: { table: codes.csv } }`).',
    examples: [
      {
        expression:
          '$coding({"CodeValue": "113014", "CodingSchemeDesignator": "DCM", "CodeMeaning": "Study"})',
        gives: { system: 'http://dicom.nema.org/resources/ontology/DCM', code: '113014', display: 'Study' },
      },
      {
        expression:
          '$coding({"CodeValue": "T-D3000", "CodingSchemeDesignator": "SRT"}, {"SRT|T-D3000": "SCT|51185008"})',
        gives: { system: 'http://snomed.info/sct', code: '51185008' },
      },
    ],
    run: (item, equivalents) => equivalentOf(onlyItem(item), equivalents) ?? codingOf(item),
  },
  codeableConcept: {
    usage: '$codeableConcept(item, equivalents)',
    description: 'The same as a CodeableConcept; with equivalents, that coding comes first.',
    examples: [
      {
        expression:
          '$codeableConcept({"CodeValue": "T-D4000", "CodingSchemeDesignator": "99LOCAL"}).coding.code',
        gives: 'T-D4000',
      },
      {
        expression:
          '$codeableConcept({"CodeValue": "T-D3000", "CodingSchemeDesignator": "SRT"}, {"SRT|T-D3000": "SCT|51185008"}).coding.code',
        gives: ['51185008', 'T-D3000'],
      },
    ],
    run: (item, equivalents) => {
      const concept = convert([['SQ', codeItem(item)]], 'CodeableConcept') as FhirElement | undefined;
      const equivalent = concept && equivalentOf(onlyItem(item), equivalents);
      return equivalent
        ? { ...concept, coding: [equivalent, ...((concept['coding'] ?? []) as readonly FhirElement[])] }
        : concept;
    },
  },
};

function zoneOf(offset: unknown): string {
  return typeof offset === 'string' && offset !== '' ? offset : 'none';
}

/** An item of a code sequence as a Coding; undefined for what is none. */
export function codingOf(item: unknown): FhirElement | undefined {
  return convert([['SQ', codeItem(item)]], 'Coding') as FhirElement | undefined;
}

/** The same concept in another scheme: the meaning stays. */
function equivalentOf(item: unknown, equivalents: unknown): FhirElement | undefined {
  if (!isObject(item) || !isObject(equivalents)) return undefined;
  const { CodeValue, LongCodeValue, CodingSchemeDesignator: scheme = '', CodeMeaning } = item;
  const code = CodeValue ?? LongCodeValue;
  if (typeof code !== 'string' || typeof scheme !== 'string') return undefined;
  const key = [`${scheme}|${code}`, conceptKey(scheme, code), code].find((each) =>
    Object.hasOwn(equivalents, each),
  );
  const other = key === undefined ? undefined : equivalents[key];
  // A row of a table is a Coding.
  if (isObject(other)) return typeof other['code'] === 'string' ? (other as FhirElement) : undefined;
  const [, otherScheme, otherCode] = /^([^|]+)\|(.+)$/.exec(String(other)) ?? [];
  if (otherScheme === undefined) return undefined;
  return codingOf({ CodeValue: otherCode, CodingSchemeDesignator: otherScheme, CodeMeaning });
}

function convert(
  values: readonly (readonly [vr: string, value: unknown])[],
  type: string,
  zone = 'none',
): FhirValue | undefined {
  if (values[0]?.[1] === undefined) return undefined;
  const conversion = chooseConversion(
    values.map(([vr]) => [vr]),
    type,
    { hasSystem: false, hasPrefix: false, several: false },
  );
  if ('error' in conversion) throw new Error(`the library asks for ${type}: ${conversion.error}`);
  const reading = conversion.convert({
    elements: values.map(([vr, value]) =>
      value === undefined || value === '' ? undefined : { vr, values: [value] },
    ),
    zone,
  });
  return reading.state === 'value' ? reading.value : undefined;
}

const CODE_ATTRIBUTES: Readonly<Record<string, readonly [tag: string, vr: string]>> = {
  CodeValue: ['00080100', 'SH'],
  CodingSchemeDesignator: ['00080102', 'SH'],
  CodingSchemeVersion: ['00080103', 'SH'],
  CodeMeaning: ['00080104', 'LO'],
  LongCodeValue: ['00080119', 'UC'],
  URNCodeValue: ['00080120', 'UR'],
};

/** Expressions see items by keyword; the conversion reads them by tag. */
function codeItem(given: unknown): unknown {
  const item = onlyItem(given);
  if (!isObject(item)) return undefined;
  return Object.fromEntries(
    Object.entries(CODE_ATTRIBUTES).flatMap(([keyword, [tag, vr]]) => {
      const value = item[keyword];
      return value === undefined ? [] : [[tag, { vr, Value: [value] }]];
    }),
  );
}

/** The path to a sequence gives its list, also where it has one item. */
function onlyItem(item: unknown): unknown {
  return Array.isArray(item) && item.length === 1 ? item[0] : item;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
