/**
 * The function library of expressions: small, synchronous, pure. Each function converts exactly as the rule without an
 * expression would, is documented with examples that run as tests, and is absent where its argument is.
 */
import type { FhirValue } from '../fhir/resource.ts';
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

export const FUNCTIONS: Readonly<Record<string, FunctionDefinition>> = {
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
    description: 'DA, TM and an offset such as "+0100" as a FHIR dateTime; without an offset the date alone.',
    examples: [
      { expression: '$dateTime("20260228", "101530.5", "+0100")', gives: '2026-02-28T10:15:30.5+01:00' },
      { expression: '$dateTime("20260228", "101530", "")', gives: '2026-02-28' },
    ],
    run: (date, time, offset) =>
      convert(
        [
          ['DA', date],
          ['TM', time],
          ['SH', offset],
        ],
        'dateTime',
      ),
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
    usage: '$coding(item)',
    description: 'An item of a code sequence as a Coding with the FHIR system of its scheme.',
    examples: [
      {
        expression:
          '$coding({"CodeValue": "113014", "CodingSchemeDesignator": "DCM", "CodeMeaning": "Study"})',
        gives: { system: 'http://dicom.nema.org/resources/ontology/DCM', code: '113014', display: 'Study' },
      },
    ],
    run: (item) => convert([['SQ', codeItem(item)]], 'Coding'),
  },
  codeableConcept: {
    usage: '$codeableConcept(item)',
    description: 'An item of a code sequence as a CodeableConcept.',
    examples: [
      {
        expression:
          '$codeableConcept({"CodeValue": "T-D4000", "CodingSchemeDesignator": "99LOCAL"}).coding.code',
        gives: 'T-D4000',
      },
    ],
    run: (item) => convert([['SQ', codeItem(item)]], 'CodeableConcept'),
  },
};

/** The library as text, for the fingerprint and the language reference. */
export function functionTable(): string {
  const rows = Object.values(FUNCTIONS).map(({ usage, description, examples }) => {
    const shown = examples.map(
      ({ expression, gives }) =>
        `\`${expression}\` → ${gives === undefined ? 'absent' : `\`${JSON.stringify(gives)}\``}`,
    );
    return `| \`${usage}\` | ${description} | ${shown.join('<br>')} |`;
  });
  return ['| function | gives | examples |', '|---|---|---|', ...rows].join('\n');
}

function convert(
  values: readonly (readonly [vr: string, value: unknown])[],
  type: string,
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
    zone: 'none',
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
function codeItem(item: unknown): unknown {
  if (typeof item !== 'object' || item === null) return undefined;
  return Object.fromEntries(
    Object.entries(CODE_ATTRIBUTES).flatMap(([keyword, [tag, vr]]) => {
      const value = (item as Readonly<Record<string, unknown>>)[keyword];
      return value === undefined ? [] : [[tag, { vr, Value: [value] }]];
    }),
  );
}
