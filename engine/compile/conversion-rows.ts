/**
 * The table of conversions as data: for VRs of the tags and FHIR types of the target, what becomes of the value. No two rows
 * claim the same VR and type; `mappings/conversions.md` is written from this.
 */
import { humanName, nameText } from './conversion-names.ts';
import { dateAlone, dateAndTime, dateTime, timeAlone } from './conversion-times.ts';
import {
  age,
  type Convert,
  coding,
  concept,
  contactPoint,
  identifier,
  integer,
  issuedIdentifier,
  quantity,
  text,
  textToAny,
  toDecimal,
  uidCoding,
  uidUri,
  withText,
  yesNo,
} from './conversion-values.ts';

/** The keys of a rule that a conversion understands. */
export type RowKey = 'system' | 'prefix' | 'unit' | 'codes';

export interface Row {
  /** One list of VRs per tag of the rule, in their order. */
  readonly vrs: readonly (readonly string[])[];
  readonly types: readonly string[];
  /** For authors: what becomes of the value, as the end of "the value becomes …". */
  readonly becomes: string;
  readonly uses: readonly RowKey[];
  readonly needs?: RowKey;
  /** Children that the result can have. */
  readonly owns?: readonly string[];
  readonly convert: Convert;
  /** Tags whose one value is about all values of the first: the offset of a time, the issuer of an identifier. */
  readonly shared?: readonly number[];
  /** True where `as: join` has a meaning: the values are texts. */
  readonly joins?: true;
  readonly example: RowExample;
}

export interface RowExample {
  /** Values per tag. */
  readonly values: readonly (readonly unknown[])[];
  readonly vr?: string;
  readonly type?: string;
  readonly codes?: Readonly<Record<string, string>>;
  readonly system?: string;
  readonly prefix?: string;
  readonly zone?: string;
  readonly unit?: string;
}

const LINES = ['AE', 'CS', 'LO', 'SH', 'UC'];
const PARAGRAPHS = ['LT', 'ST', 'UT'];
const IDENTIFIERS = ['LO', 'SH', 'AE', 'CS', 'UC', 'IS', 'ST', 'UI'];
const INTEGER_VRS = ['IS', 'SL', 'SS', 'SV', 'UL', 'US', 'UV'];
const DECIMAL_VRS = ['DS', 'FD', 'FL'];
const INTEGER_TYPES = ['integer', 'positiveInt', 'unsignedInt'];
const QUANTITIES = ['Quantity', 'SimpleQuantity', 'Age', 'Count', 'Distance', 'Duration'];

/** An identifier with its issuers, which come behind it. */
function issued(issuers: readonly (readonly string[])[], becomes: string, example: RowExample): Row {
  return {
    vrs: [IDENTIFIERS, ...issuers],
    types: ['Identifier'],
    becomes,
    uses: ['system', 'prefix'],
    owns: ['type', 'system', 'value', 'assigner'],
    shared: issuers.map((_, index) => index + 1),
    convert: issuedIdentifier,
    example,
  };
}

/** An item of an issuer sequence, for examples. */
function issuerItem(universal: string, kind: string, tag: string, more: string): unknown {
  const texts = { [tag]: more, '00400032': universal, '00400033': kind };
  return Object.fromEntries(
    Object.entries(texts).map(([each, text]) => [
      each,
      { vr: each === '00400035' || each === '00400033' ? 'CS' : 'UT', Value: [text] },
    ]),
  );
}

export const ROWS: readonly Row[] = [
  {
    vrs: [[...LINES, ...PARAGRAPHS, 'AS', 'AT', 'DA', 'DT', 'TM', 'UI', 'UR']],
    types: ['string'],
    becomes: 'the text without its padding, after `prefix:`; a form feed becomes a line feed',
    uses: ['prefix'],
    convert: text,
    joins: true,
    example: { vr: 'LO', values: [['CT ABDOMEN ']] },
  },
  {
    vrs: [[...LINES, ...PARAGRAPHS]],
    types: ['markdown'],
    becomes: 'the same text; its characters are not escaped',
    uses: ['prefix'],
    convert: text,
    joins: true,
    example: { vr: 'LT', values: [['First line\r\nSecond line']] },
  },
  {
    vrs: [[...INTEGER_VRS, ...DECIMAL_VRS]],
    types: ['string'],
    becomes: 'the digits as they are written, after `prefix:`',
    uses: ['prefix'],
    convert: text,
    joins: true,
    example: { vr: 'DS', values: [['1.50']] },
  },
  {
    vrs: [[...LINES, 'UI']],
    types: ['code', 'id'],
    becomes: 'the text, after `prefix:`; invalid where FHIR does not allow it as code or id',
    uses: ['prefix'],
    convert: text,
    example: { vr: 'UI', values: [['1.2.840.113619.2.1']], type: 'id' },
  },
  {
    vrs: [['UI']],
    types: ['oid', 'uri', 'canonical'],
    becomes: '`urn:oid:` and the UID; with `prefix:`, that and the UID',
    uses: ['prefix'],
    convert: uidUri,
    example: { values: [['1.2.840.113619.2.1']] },
  },
  {
    vrs: [[...LINES, ...PARAGRAPHS, 'UR']],
    types: ['uri', 'url', 'canonical'],
    becomes: 'the text, after `prefix:`; invalid where it has white space',
    uses: ['prefix'],
    convert: text,
    example: { vr: 'UR', values: [['https://pacs.example.org/wado ']] },
  },
  {
    vrs: [['CS', 'LO', 'SH']],
    types: ['boolean'],
    becomes: '`YES` true, `NO` false, anything else invalid',
    uses: [],
    convert: yesNo,
    example: { vr: 'CS', values: [['YES']] },
  },
  {
    vrs: [INTEGER_VRS],
    types: INTEGER_TYPES,
    becomes: 'the number; invalid outside the range of the type',
    uses: [],
    convert: integer,
    example: { vr: 'IS', values: [['+012 ']] },
  },
  {
    vrs: [[...DECIMAL_VRS, ...INTEGER_VRS]],
    types: ['decimal'],
    becomes: 'the number with all its digits; NaN and the infinities are invalid',
    uses: [],
    convert: toDecimal,
    example: { vr: 'DS', values: [['1.50']] },
  },
  {
    vrs: [[...DECIMAL_VRS, ...INTEGER_VRS]],
    types: QUANTITIES,
    becomes: 'value with all its digits, and `unit:` (UCUM) as unit and code',
    uses: ['unit'],
    needs: 'unit',
    owns: ['value', 'unit', 'system', 'code'],
    convert: quantity,
    example: { vr: 'DS', values: [['0.850']], unit: 'mGy' },
  },
  {
    vrs: [['AS']],
    types: ['Age', 'Duration', 'Quantity', 'SimpleQuantity'],
    becomes: 'value and the UCUM unit of D, W, M, Y: d, wk, mo, a',
    uses: [],
    owns: ['value', 'unit', 'system', 'code'],
    convert: age,
    example: { values: [['045Y']] },
  },
  {
    vrs: [['DA']],
    types: ['date', 'dateTime'],
    becomes: 'the date, as precise as it is; `yyyy`, `yyyymm` and `yyyy.mm.dd` are read too',
    uses: [],
    convert: dateAlone,
    example: { values: [['20240229']] },
  },
  {
    vrs: [['DA'], ['TM']],
    types: ['dateTime', 'instant'],
    becomes:
      'date and time with the offset of `zone:` (at that time, if it is a time zone); the date alone without a zone, with an hour alone, and in the hour that a change of the clocks leaves out or repeats',
    uses: [],
    convert: dateAndTime,
    example: { values: [['20240229'], ['1015']], zone: '+01:00' },
  },
  {
    vrs: [['DA'], ['TM'], ['SH']],
    shared: [2],
    types: ['dateTime', 'instant'],
    becomes: 'date and time with the offset of the third tag (TimezoneOffsetFromUTC), or else of `zone:`',
    uses: [],
    convert: dateAndTime,
    example: { values: [['20240229'], ['101530.120'], ['-0500']] },
  },
  {
    vrs: [['DT']],
    types: ['date', 'dateTime', 'instant'],
    becomes: 'date, or date and time with its own offset or else that of `zone:`; the date alone as above',
    uses: [],
    convert: dateTime,
    example: { values: [['20240229101530+0100']], type: 'dateTime' },
  },
  {
    vrs: [['DT'], ['SH']],
    shared: [1],
    types: ['dateTime', 'instant'],
    becomes: 'date and time with its own offset, that of the second tag, or that of `zone:`',
    uses: [],
    convert: dateTime,
    example: { values: [['20240229101530'], ['+0100']] },
  },
  {
    vrs: [['TM']],
    types: ['time'],
    becomes: 'the time; hour and minute get zero seconds, an hour alone is invalid',
    uses: [],
    convert: timeAlone,
    example: { values: [['101530.12']] },
  },
  {
    vrs: [['PN']],
    types: ['HumanName'],
    becomes:
      'family (whole first component), given (words of the second and third), prefix and suffix (words; a suffix with commas is parted at these); `text` too where all is in the first component and has blanks. The alphabetic group, or else the ideographic or phonetic one',
    uses: [],
    owns: ['text', 'family', 'given', 'prefix', 'suffix'],
    convert: humanName,
    example: { values: [[{ Alphabetic: 'Doe^Jane^Q^Dr.^Ph.D., Chief', Ideographic: '山田^花子' }]] },
  },
  {
    vrs: [['PN']],
    types: ['string'],
    becomes: 'prefix, given, middle, family, suffix, joined by blanks',
    uses: [],
    convert: nameText,
    joins: true,
    example: { values: [[{ Alphabetic: 'Doe^Jane^Q^Dr.' }]] },
  },
  {
    vrs: [LINES],
    types: ['Coding', 'CodeableConcept'],
    becomes: 'code and `system:`',
    uses: ['system', 'prefix'],
    needs: 'system',
    owns: ['system', 'code'],
    convert: coding,
    example: { vr: 'CS', values: [['CT']], system: 'http://dicom.nema.org/resources/ontology/DCM' },
  },
  {
    vrs: [['UI']],
    types: ['Coding', 'CodeableConcept'],
    becomes: 'a code of `system:`, without one of `urn:ietf:rfc:3986`, where UIDs begin with `urn:oid:`',
    uses: ['system', 'prefix'],
    owns: ['system', 'code'],
    convert: uidCoding,
    example: { values: [['1.2.840.10008.5.1.4.1.1.2']] },
  },
  {
    vrs: [['SQ']],
    types: ['Coding', 'CodeableConcept'],
    becomes:
      'each item of a code sequence: code, version, display, and the system of its designator (below); equivalent codes become further codings of a CodeableConcept. `system:` is for designators that are not in the table',
    uses: ['system'],
    owns: ['system', 'version', 'code', 'display'],
    convert: concept,
    example: {
      values: [
        [
          {
            '00080100': { vr: 'SH', Value: ['113706'] },
            '00080102': { vr: 'SH', Value: ['DCM'] },
            '00080104': { vr: 'LO', Value: ['Irradiation Event X-Ray Data'] },
          },
        ],
      ],
    },
  },
  {
    vrs: [[...LINES, ...PARAGRAPHS]],
    types: ['Annotation', 'Address'],
    becomes: 'the text as its `text`',
    uses: [],
    owns: ['text'],
    convert: withText,
    joins: true,
    example: { vr: 'LO', values: [['CT ABDOMEN']] },
  },
  {
    vrs: [IDENTIFIERS],
    types: ['Identifier'],
    becomes:
      'value after `prefix:`, and `system:` if there is one; a UID begins with `urn:oid:` where the system is `urn:dicom:uid` or `urn:ietf:rfc:3986`',
    uses: ['system', 'prefix'],
    owns: ['system', 'value'],
    convert: identifier,
    example: { vr: 'SH', values: [['A-4711']], system: 'https://hospital.example.org/accession' },
  },
  issued(
    [['LO', 'SH', 'UT']],
    'the same, with the second tag (such as IssuerOfPatientID), a local name, as `assigner.display`',
    { vr: 'LO', values: [['P-1'], ['WARD-3']], system: 'urn:oid:1.2.3' },
  ),
  issued(
    [['SQ']],
    'the same, with the item of the second tag (such as IssuerOfAccessionNumberSequence): a UniversalEntityID as `system` (ISO `urn:oid:`, UUID `urn:uuid:`, URI as it is, DNS `http://`), else `system:`; LocalNamespaceEntityID, or a universal one of another kind, as `assigner.display`; IdentifierTypeCode as `type`',
    { vr: 'SH', values: [['A-4711'], [issuerItem('1.2.3', 'ISO', '00400031', 'RIS')]] },
  ),
  issued(
    [['LO', 'SH', 'UT'], ['SQ']],
    'both: IssuerOfPatientID and IssuerOfPatientIDQualifiersSequence; what the third tag says counts more',
    {
      vr: 'LO',
      values: [['P-1'], ['WARD-3'], [issuerItem('hospital.example.org', 'DNS', '00400035', 'MR')]],
    },
  ),
  {
    vrs: [['SH']],
    types: ['ContactPoint'],
    becomes: 'value, and `system:` (phone, fax, email, …), without one phone',
    uses: ['system'],
    owns: ['system', 'value'],
    convert: contactPoint,
    example: { values: [['+1 555 0100']] },
  },
  {
    vrs: [['LO', 'LT', 'ST', 'UC', 'UR', 'UT']],
    types: ['ContactPoint'],
    becomes: 'value and `system:` (phone, fax, email, url, …)',
    uses: ['system'],
    needs: 'system',
    owns: ['system', 'value'],
    convert: contactPoint,
    example: { vr: 'LO', values: [['jane@example.org']], system: 'email' },
  },
  {
    vrs: [[...LINES, ...PARAGRAPHS, ...INTEGER_VRS, ...DECIMAL_VRS, 'AS', 'UI', 'UR']],
    types: ['code', 'string', 'boolean', 'uri', 'canonical', ...INTEGER_TYPES, 'decimal', 'markdown', 'id'],
    becomes: 'what the row of `codes:` says, else `default:`, else invalid; an empty row means absent',
    uses: ['codes', 'prefix'],
    needs: 'codes',
    convert: textToAny,
    joins: true,
    example: { vr: 'CS', values: [['M']], codes: { M: 'male', F: 'female', O: 'other' } },
  },
  {
    vrs: [[...LINES, ...INTEGER_VRS, ...DECIMAL_VRS, 'AS', 'UI', 'ST', 'UT', 'LT', 'UR']],
    types: ['Coding', 'CodeableConcept'],
    becomes: 'the code that the row of `codes:` says, and `system:`',
    uses: ['codes', 'system', 'prefix'],
    needs: 'codes',
    owns: ['system', 'code'],
    convert: textToAny,
    example: {
      vr: 'CS',
      values: [['R']],
      codes: { R: '24028007', L: '7771000' },
      system: 'http://snomed.info/sct',
    },
  },
  {
    vrs: [['SQ']],
    types: ['Coding', 'CodeableConcept'],
    becomes:
      'the code that the row says for each item of a code sequence; a row is named `scheme|code`, or by the code alone',
    uses: ['codes', 'system', 'prefix'],
    needs: 'codes',
    owns: ['system', 'code'],
    convert: textToAny,
    example: {
      values: [[{ '00080100': { vr: 'SH', Value: ['T-D3000'] }, '00080102': { vr: 'SH', Value: ['SRT'] } }]],
      codes: { 'SRT|T-D3000': '51185008' },
      system: 'http://snomed.info/sct',
    },
  },
];

/** `owns` of a row for one of its types: a CodeableConcept has a Coding inside. */
export function ownedChildren(row: Row, type: string): readonly string[] | undefined {
  if (type !== 'CodeableConcept') return row.owns;
  return row.vrs[0]?.includes('SQ') ? ['coding', 'text'] : ['coding'];
}
