/**
 * Names, identifiers and dates that stand a second time where nobody expects them: a dataset comes in, a search for what
 * identifies in it goes out. A patient's name in a series label must not survive because labels are harmless.
 */
import { profileRow } from './confidentiality-profile.ts';
import { attributeByTag } from './dictionary.ts';
import type { DicomJson } from './entry.ts';
import { nameGroups } from './person-name.ts';
import { NUMBER_VRS, presentValue } from './vr.ts';

export interface Repetitions {
  /** True where a text holds, as a word or words of its own, what identifies, or a number of many digits is that. */
  foundIn(vr: string, values: readonly unknown[]): boolean;
}

/** Shorter ones stand everywhere by chance. */
const SHORTEST_NAME = 3;
const SHORTEST_IDENTIFIER = 4;
const SHORTEST_NUMBER = 5;
const DEEPEST = 100;
const NUMBERS: ReadonlySet<string> = new Set(NUMBER_VRS);
const SEARCHED: ReadonlySet<string> = new Set(['AE', 'CS', 'LO', 'LT', 'SH', 'ST', 'UC', 'UR', 'UT']);

/** What stays where it belongs need not be looked for elsewhere. */
export interface Stays {
  /** Keywords. */
  readonly keep: ReadonlySet<string>;
  readonly keepDates: boolean;
}

export function createRepetitions(dataset: DicomJson, stays: Stays): Repetitions {
  const found = new Set<string>();
  collect(dataset, found, stays, 1);
  const words = [...found].map((text) => ` ${text} `);
  return {
    foundIn(vr, values) {
      if (NUMBERS.has(vr)) {
        const numbers = values.map((value) => plain(String(value)));
        return numbers.some((number) => number.length >= SHORTEST_NUMBER && found.has(number));
      }
      if (!SEARCHED.has(vr) || words.length === 0) return false;
      return values.some((value) => {
        if (typeof value !== 'string') return false;
        const text = ` ${plain(value)} `;
        return words.some((word) => text.includes(word));
      });
    },
  };
}

function collect(dataset: DicomJson, found: Set<string>, stays: Stays, depth: number): void {
  for (const [tag, element] of Object.entries(dataset)) {
    const attribute = attributeByTag(tag);
    if (!attribute || stays.keep.has(attribute.keyword) || !Array.isArray(element.Value)) continue;
    const vr = attribute.vrs[0] ?? 'UN';
    for (const value of element.Value) {
      if (vr === 'SQ') {
        const isItem = typeof value === 'object' && value !== null && !Array.isArray(value);
        if (isItem && depth < DEEPEST) collect(value as DicomJson, found, stays, depth + 1);
        continue;
      }
      for (const text of identifying(tag, vr, value, stays.keepDates)) found.add(text);
    }
  }
}

/** What in a value would identify if it stood elsewhere. */
function identifying(tag: string, vr: string, value: unknown, keepDates: boolean): readonly string[] {
  if (vr === 'PN') {
    const parts = Object.values(nameGroups(value)).flatMap((group) => group.split(/[\^ =,]+/));
    return parts.map(plain).filter((part) => part.length >= SHORTEST_NAME || /[^\x20-\x7e]/.test(part));
  }
  const present = presentValue(vr, value);
  if (typeof present !== 'string') return [];
  const row = profileRow(tag);
  if (vr === 'DA' || vr === 'DT') {
    const date = present.slice(0, 8);
    const isKept = keepDates && (row?.options.includes('dates') ?? true);
    return !isKept && /^\d{8}$/.test(date) ? [date] : [];
  }
  if (!row || (vr !== 'LO' && vr !== 'SH' && vr !== 'UI' && vr !== 'AE')) return [];
  // Descriptions are made of the words that codes and body parts are made of.
  if (row.options.includes('text') || row.options.includes('dates')) return [];
  const text = plain(present);
  return text.length >= SHORTEST_IDENTIFIER ? [text] : [];
}

/** In small letters, whatever separates words as one blank. */
function plain(text: string): string {
  return text
    .toLowerCase()
    .replace(/[\s\0^=,;:/\\()[\]{}"'_|+-]+/g, ' ')
    .trim();
}
