/**
 * From the VRs of a rule's tags and the FHIR type of its target to the conversion between them (design 2.2): at compile time
 * a Conversion, or why there is none; at run time elements in, a Reading out. Nothing is invented and nothing gets lost
 * silently: what cannot be converted is invalid, with a reason that has no value in it.
 */
import type { Together } from '../dicom/dataset.ts';
import { ABSENT } from '../plan.ts';
import { CODING_SCHEMES, UNKNOWN_SCHEME } from './coding-scheme.ts';
import {
  CONVERTIBLE_VRS,
  type ConversionFault,
  type ConversionOptions,
  isConversionFault,
  rowFor,
  rowForTags,
  spell,
  tagsFault,
} from './conversion-choice.ts';
import { ownedChildren, ROWS, type Row } from './conversion-rows.ts';
import {
  type ConversionInput,
  collect,
  convertEach,
  convertMany,
  convertOne,
  type TagRows,
} from './conversion-run.ts';
import { type ConversionReading, issuerAddress } from './conversion-values.ts';

export type { ConversionOptions } from './conversion-choice.ts';

export interface Conversion {
  /** `CS → code (codes)`: stable, for plans and explanations. */
  readonly name: string;
  /** Children that an object result can have; merge removes those that it does not give. */
  readonly owns?: readonly string[];
  /**
   * Never throws; the result is frozen. Blank values are absent; a value that breaks its VR, has no row in `codes`, or has no
   * place in the FHIR type is invalid, and so are several values in a single target without `as`.
   */
  convert(input: ConversionInput): ConversionReading;
  /** Where several tags make one value: what the tags have in each item of a sequence, as one Reading. */
  readonly convertItems?: (input: ConversionInput, items: readonly Together[]) => ConversionReading;
}

/**
 * The conversion of tags, each with the VRs that the dictionary allows, to a FHIR type. An empty list of VRs stands for an
 * attribute that no dictionary has (a private one): its conversion follows from the VR in each dataset.
 */
export function chooseConversion(
  vrs: readonly (readonly string[])[],
  targetType: string,
  options: ConversionOptions,
): Conversion | ConversionFault {
  const name = conversionName(vrs, targetType, options);
  if (vrs.length === 1) {
    const rows = rowsForTag(vrs[0] ?? [], targetType, options);
    if ('error' in rows) return rows;
    const convert = (input: ConversionInput) =>
      convertOne(rows, targetType, options, input.elements[0], input);
    return conversion(name, [...rows.byVr.values()], targetType, options, convert);
  }
  const row = rowForTags(vrs, targetType, options);
  if (row && isConversionFault(row)) return row;
  if (row) {
    const convert = (input: ConversionInput) => convertMany(row, vrs, targetType, options, input);
    const convertItems = (input: ConversionInput, items: readonly Together[]) =>
      convertEach(items, (elements) => convert({ ...input, elements }), options);
    return Object.freeze({ ...conversion(name, [row], targetType, options, convert), convertItems });
  }
  return options.as && vrs.length > 0
    ? chooseEach(name, vrs, targetType, options)
    : tagsFault(vrs, targetType);
}

/** Keywords of sequences whose item names an issuer (PS3.3 10.14, HL7v2 Hierarchic Designator Macro). */
const ISSUERS = /^(?:IssuerOf\w+|Order(?:Placer|Filler)Identifier|AssigningFacility)Sequence$/;

/** An issuer sequence as the address of the issuer: only a let has a use for it. Undefined for other attributes. */
export function issuerConversion(keyword: string): Conversion | undefined {
  if (!ISSUERS.test(keyword)) return undefined;
  const options = { hasSystem: false, hasPrefix: false, several: false };
  const name = 'SQ → uri (issuer)';
  return Object.freeze({
    name,
    convert: (input: ConversionInput) =>
      convertOne(
        { byVr: new Map([['SQ', { convert: issuerAddress }]]), usual: 'SQ' },
        'uri',
        options,
        input.elements[0],
        input,
      ),
  });
}

/** The rows for one tag; at least one of its VRs has one. */
function rowsForTag(
  vrs: readonly string[],
  type: string,
  options: ConversionOptions,
): TagRows | ConversionFault {
  const byVr = new Map<string, Row>();
  let fault: ConversionFault | undefined;
  for (const vr of vrs.length > 0 ? vrs : CONVERTIBLE_VRS) {
    const row = rowFor(vr, type, options);
    if (!isConversionFault(row)) byVr.set(vr, row);
    // Of an unknown VR, the most telling fault is that of a VR that has the type at all.
    else if (
      vrs.length > 0 ||
      ROWS.some(({ types, vrs: [own] }) => types.includes(type) && own?.includes(vr))
    )
      fault ??= row;
  }
  if (byVr.size > 0) return { byVr, usual: vrs.find((vr) => byVr.has(vr)) };
  return (
    fault ?? { error: `no tag converts to ${type}`, hint: 'Write to one of its children, or use value:.' }
  );
}

/** Tags that each make the value (`as: first`: the first that has one) or a part of it (`as: join`). */
function chooseEach(
  name: string,
  vrs: readonly (readonly string[])[],
  type: string,
  options: ConversionOptions,
): Conversion | ConversionFault {
  const each: Conversion[] = [];
  for (const choice of vrs) {
    const single = chooseConversion([choice], type, {
      ...options,
      several: options.several || options.as === 'join',
    });
    if ('error' in single) return single;
    each.push(single);
  }
  const read = (input: ConversionInput, index: number): ConversionReading => {
    const reading = each[index]?.convert({ ...input, elements: [input.elements[index]] }) ?? ABSENT;
    return reading.state === 'invalid' ? { ...reading, tagIndex: index } : reading;
  };
  const convert = (input: ConversionInput): ConversionReading => {
    const results = [];
    for (const index of each.keys()) {
      const reading = read(input, index);
      if (reading.state === 'invalid' || (options.as === 'first' && reading.state === 'value'))
        return reading;
      if (reading.state === 'value' && Array.isArray(reading.value)) results.push(...reading.value);
    }
    return collect(results, options);
  };
  const owns = [...new Set(each.flatMap((single) => single.owns ?? []))];
  return Object.freeze({ name, ...(owns.length > 0 ? { owns: Object.freeze(owns) } : {}), convert });
}

function conversion(
  name: string,
  rows: readonly Row[],
  type: string,
  { codes }: ConversionOptions,
  convert: Conversion['convert'],
): Conversion {
  const displays = [...(codes?.values() ?? [])].some((row) => typeof row === 'object' && row.display);
  const owns = [
    ...new Set([
      ...rows.flatMap((row) => ownedChildren(row, type) ?? []),
      ...(displays && type === 'Coding' ? ['display'] : []),
    ]),
  ];
  return Object.freeze({ name, ...(owns.length > 0 ? { owns: Object.freeze(owns) } : {}), convert });
}

function conversionName(
  vrs: readonly (readonly string[])[],
  type: string,
  options: ConversionOptions,
): string {
  const codes = options.isTable ? 'table' : 'codes';
  const notes = [options.codes ? codes : '', options.as ?? '', options.several ? 'each' : ''].filter(
    (note) => note !== '',
  );
  return `${spell(vrs)} → ${type}${notes.length > 0 ? ` (${notes.join(', ')})` : ''}`;
}

/** `mappings/conversions.md`: one line per row, each with an example that was run just now. */
export function conversionTable(): string {
  const lines = ROWS.map((row) => {
    const vrs = row.vrs.map((choice) => choice.toSorted().join(' ')).join(' + ');
    const keys = row.uses.map((key) => `\`${key}:\`${key === row.needs ? ' (required)' : ''}`).join(', ');
    const cells = [vrs, row.types.join(' '), row.becomes, keys, exampleOf(row)];
    return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  });
  const schemes = [...CODING_SCHEMES].map(([designator, system]) => `| ${designator} | \`${system}\` |`);
  return [
    INTRODUCTION,
    '| VR | FHIR type | becomes | keys | example |',
    '|---|---|---|---|---|',
    ...lines,
    '',
    '## Coding schemes',
    '',
    '| designator | system |',
    '|---|---|',
    ...schemes,
    `| any other | the rule's \`system:\`, else \`${UNKNOWN_SCHEME}\` and the designator, percent-encoded |`,
    '',
    'SRT, SNM3 and 99SDM with a code of digits only are `http://snomed.info/sct`: such a code is a SNOMED CT identifier. A URN Code',
    'Value is a code of `urn:ietf:rfc:3986`.',
    '',
  ].join('\n');
}

const INTRODUCTION = `# Conversions

A rule with \`tag:\` needs no word about conversion: it follows from the VR of the tag and the FHIR type of the target. This page is
generated from the engine's table; a pair that is not in it is a finding.

- Padding is taken away first. An empty, blank or null value is absent.
- A value that breaks the rules of its VR (PS3.5 6.2) is invalid, and so is one that has no place in the FHIR type. Nothing is cut or
  mended, and no precision is made up.
- Several values in a target that takes one are invalid, unless the rule says \`as: first\` or, for texts, \`as: join\` (\`, \` between
  them). A target that takes several gets one for each. With several tags that make no date together, \`as: first\` takes the first tag
  that has a value.
- A value with a row in \`codes:\` is not judged by its VR: the row says that it is expected.
- A private attribute is converted by the VR that stands in the dataset.
`;

function exampleOf({ example, types, vrs }: Row): string {
  const type = example.type ?? types[0] ?? '';
  const used = vrs.map(([vr = '']) => (vrs.length === 1 ? (example.vr ?? vr) : vr));
  const { codes, system, prefix, zone, unit, values } = example;
  const chosen = chooseConversion(
    used.map((vr) => [vr]),
    type,
    {
      hasSystem: system !== undefined,
      hasPrefix: prefix !== undefined,
      ...(unit === undefined ? {} : { hasUnit: unit }),
      ...(codes ? { codes: new Map(Object.entries(codes)) } : {}),
      several: false,
    },
  );
  const reading =
    'error' in chosen
      ? undefined
      : chosen.convert({
          elements: values.map((list, index) => ({ vr: used[index], values: list })),
          ...(system === undefined ? {} : { system }),
          ...(prefix === undefined ? {} : { prefix }),
          ...(zone === undefined ? {} : { zone }),
        });
  const keys = Object.entries({ codes, system, prefix, zone, unit }).filter(
    ([, value]) => value !== undefined,
  );
  const given = keys
    .map(([key, value]) => `, ${key}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join('');
  const result = reading?.state === 'value' ? JSON.stringify(reading.value) : `${reading?.state}`;
  return `\`${used.map((vr, index) => `${vr} ${JSON.stringify(values[index]?.[0])}`).join(' + ')}${given}\` → \`${result}\``;
}
