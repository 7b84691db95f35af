/**
 * Functions of expressions for structured reports: content items as JSONata sees them come in, the items that are looked for and
 * the values of NUM items go out. General, pure, in time linear to the content that they are given.
 */
import type { FhirElement } from '../fhir/resource.ts';
import {
  type Concepts,
  isConcept,
  isItem,
  itemReferredTo,
  itemsBelow,
  itemsWith,
  listOf,
  readConcepts,
} from './content-items.ts';
import { codingOf, type FunctionDefinition } from './functions-values.ts';

const UCUM = 'http://unitsofmeasure.org';

/** `$content` of the examples: a container with a NUM item, and an item that refers to it. */
export const EXAMPLE_CONTENT = `[
  {
    "ValueType": "CONTAINER",
    "ConceptNameCodeSequence": { "CodeValue": "125007", "CodingSchemeDesignator": "DCM" },
    "ContentSequence": [
      {
        "ValueType": "NUM",
        "ConceptNameCodeSequence": { "CodeValue": "111026", "CodingSchemeDesignator": "DCM" },
        "MeasuredValueSequence": [
          {
            "NumericValue": 0.5,
            "MeasurementUnitsCodeSequence": { "CodeValue": "MM", "CodingSchemeDesignator": "UCUM" }
          }
        ]
      }
    ]
  },
  { "RelationshipType": "INFERRED FROM", "ReferencedContentItemIdentifier": [1, 1, 1] }
]`;

export const CONTENT_FUNCTIONS: Readonly<Record<string, FunctionDefinition>> = {
  contentItems: {
    usage: '$contentItems(content, concepts)',
    description:
      'The items of a ContentSequence with one of these concept names, each with its `path`; without concepts all of them.',
    examples: [
      { expression: '$contentItems($content, ["DCM|125007", "DCM|126010"]).path', gives: '1.1' },
      { expression: '$contentItems($content, "DCM|111026")', gives: undefined },
      { expression: '$contentItems($content).path', gives: ['1.1', '1.2'] },
    ],
    run: (content, concepts) => some(itemsWith(content, asked(concepts))),
  },
  contentTree: {
    usage: '$contentTree(content, concepts, notBelow)',
    description:
      'The same at any depth, in the order of the document. What lies inside items with the concept names `notBelow` is passed over.',
    examples: [
      { expression: '$contentTree($content, "DCM|111026").path', gives: '1.1.1' },
      { expression: '$contentTree($content, "DCM|111026", "DCM|125007")', gives: undefined },
      { expression: '$contentTree($content, [])', gives: undefined },
    ],
    run: (content, concepts, notBelow) => some(itemsBelow(content, asked(concepts), asked(notBelow))),
  },
  referencedItem: {
    usage: '$referencedItem(content, item)',
    description:
      'The item that a by-reference item means; `content` is the ContentSequence of the whole report. References in a circle give nothing.',
    examples: [
      { expression: '$referencedItem($content, $contentItems($content)[1]).path', gives: '1.1.1' },
      { expression: '$referencedItem($content, $contentItems($content)[0])', gives: undefined },
    ],
    run: (content, item) => itemReferredTo(content, item),
  },
  isConcept: {
    usage: '$isConcept(code, concepts)',
    description: 'Whether a code sequence holds one of the concepts, as its code or as an equivalent code.',
    examples: [
      {
        expression: '$isConcept($content[0].ConceptNameCodeSequence, ["DCM|125007", "DCM|126010"])',
        gives: true,
      },
      {
        expression:
          '$isConcept({ "CodeValue": "12738006", "CodingSchemeDesignator": "SRT" }, "SCT|12738006")',
        gives: true,
      },
      {
        expression: '$isConcept({ "CodeValue": "1", "CodingSchemeDesignator": "99A" }, "99B|1")',
        gives: false,
      },
    ],
    run: (code, concepts) => (code === undefined ? undefined : isConcept(code, asked(concepts) ?? NONE)),
  },
  quantity: {
    usage: '$quantity(item, units)',
    description:
      'The measured value of a NUM item as a Quantity; several measured values are several Quantities. `units` is an object from codes of units as they are met to UCUM.',
    examples: [
      {
        expression: '$quantity($contentTree($content, "DCM|111026"), { "MM": "mm" })[code = "mm"].value',
        gives: 0.5,
      },
      { expression: '$quantity($content[0])', gives: undefined },
    ],
    run: (item, units) => {
      const all = listOf(item).flatMap((each) => (isItem(each) ? listOf(each['MeasuredValueSequence']) : []));
      const quantities = all.flatMap((each) => quantityOf(each, units) ?? []);
      return quantities.length === 1 ? quantities[0] : some(quantities);
    },
  },
};

const NONE: Concepts = new Set();

/** JSONata's own code for an argument of the wrong type: a concept without its scheme would silently find nothing. */
function asked(concepts: unknown): Concepts | undefined {
  if (concepts === undefined) return undefined;
  const read = readConcepts(concepts);
  if (!read) throw Object.assign(new Error('no concept'), { code: 'T0410' });
  return read;
}

/** JSONata takes an empty list for a value; here nothing found is nothing. A new list, since JSONata marks lists. */
function some<T>(found: readonly T[]): readonly T[] | undefined {
  return found.length === 0 ? undefined : [...found];
}

/** One item of a Measured Value Sequence (PS3.3 C.18.1); undefined for one without a number. */
function quantityOf(measuredValue: unknown, units: unknown): FhirElement | undefined {
  if (!isItem(measuredValue)) return undefined;
  const { NumericValue, FloatingPointValue } = measuredValue;
  const value = [NumericValue, FloatingPointValue].find((each) => typeof each === 'number');
  if (typeof value !== 'number') return undefined;
  return { value, ...unitOf(listOf(measuredValue['MeasurementUnitsCodeSequence'])[0], units) };
}

function unitOf(item: unknown, units: unknown): FhirElement {
  if (!isItem(item)) return {};
  const written = item['CodeValue'] ?? item['LongCodeValue'];
  const known =
    typeof written === 'string' && isItem(units) && Object.hasOwn(units, written)
      ? units[written]
      : undefined;
  if (typeof known === 'string') return { unit: known, system: UCUM, code: known };
  const { system, code, display } = codingOf(item) ?? {};
  // Of what is no code in FHIR, only the unit for people can be made.
  if (code === undefined) {
    const unit = item['CodeMeaning'] ?? written;
    return typeof unit === 'string' ? { unit } : {};
  }
  const unit = system === UCUM ? code : (display ?? code);
  return { unit, ...(system === undefined ? {} : { system }), code };
}
