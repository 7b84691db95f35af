/**
 * Conversions of person names: a PN (PS3.5 6.2.1) comes in, a FHIR HumanName or a name to read goes out. One component group
 * is used, the first that has a name: alphabetic, ideographic, phonetic; the others are left out, never mixed in.
 */
import { type NameComponents, parsePersonName } from '../dicom/person-name.ts';
import { ABSENT } from '../plan.ts';
import { type Convert, gave } from './conversion-values.ts';

/**
 * Family is the whole first component; given names are the words of the second and third. A name that is all in the first
 * component and has blanks (`John Smith`) was not taken apart by who wrote it: DICOM says family, and `text` says so too.
 */
export const humanName: Convert = ([scalar]) => {
  const name = usedGroup(scalar?.value);
  if (!name) return ABSENT;
  const { family, given, middle, prefix, suffix } = name;
  const isWhole = family?.includes(' ') && Object.keys(name).length === 1;
  return gave({
    ...(isWhole ? { text: family } : {}),
    ...(family === undefined ? {} : { family }),
    ...list('given', [...words(given), ...words(middle)]),
    ...list('prefix', words(prefix)),
    ...list('suffix', suffixes(suffix)),
  });
};

/** `Dr. Jane Q Doe Jr.`: prefix, given names, family, suffix; an ideographic or phonetic name as family, given. */
export const nameText: Convert = ([scalar]) => {
  const person = parsePersonName(scalar?.value);
  const name = usedGroup(scalar?.value);
  if (!name) return ABSENT;
  const { family, given, middle, prefix, suffix } = name;
  const order = person.alphabetic
    ? [prefix, given, middle, family, suffix]
    : [prefix, family, given, middle, suffix];
  return gave(order.filter((part) => part !== undefined).join(' '));
};

/** FHIR has no empty lists. */
function list(child: string, items: readonly string[]): Readonly<Record<string, readonly string[]>> {
  return items.length === 0 ? {} : { [child]: items };
}

function usedGroup(value: unknown): NameComponents | undefined {
  const { alphabetic, ideographic, phonetic } = parsePersonName(value);
  return alphabetic ?? ideographic ?? phonetic;
}

/** Ideographic blanks part words too. */
function words(text: string | undefined): readonly string[] {
  return (text ?? '').split(/[ \u3000]/).filter((word) => word !== '');
}

/** `Ph.D., Chief Executive Officer` is two, `B.A. M.Div.` too: commas part them where there are any. */
function suffixes(text: string | undefined): readonly string[] {
  if (!text?.includes(',')) return words(text);
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
