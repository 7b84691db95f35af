/**
 * Person names (PS3.5 6.2.1): a PN value as the DICOM JSON Model has it (PS3.18 F.2.2), or as one text with `=` between its
 * groups, comes in; up to three groups of five components go out. What stands in one group never gets into another.
 */

export interface NameComponents {
  readonly family?: string;
  readonly given?: string;
  readonly middle?: string;
  readonly prefix?: string;
  readonly suffix?: string;
}

/** Group texts, trimmed, without the empty ones. */
export interface NameGroups {
  readonly Alphabetic?: string;
  readonly Ideographic?: string;
  readonly Phonetic?: string;
}

export interface PersonName {
  readonly alphabetic?: NameComponents;
  readonly ideographic?: NameComponents;
  readonly phonetic?: NameComponents;
}

const GROUPS = ['Alphabetic', 'Ideographic', 'Phonetic'] as const;
const COMPONENTS = ['family', 'given', 'middle', 'prefix', 'suffix'] as const;

/** The groups of a PN value that have a text; what is no text is left out (vrFault names it). */
export function nameGroups(value: unknown): NameGroups {
  const texts = typeof value === 'string' ? value.split('=') : GROUPS.map((group) => member(value, group));
  const groups: { [group in (typeof GROUPS)[number]]?: string } = {};
  GROUPS.forEach((group, index) => {
    const text = texts[index];
    if (typeof text !== 'string') return;
    const trimmed = trimBlanks(text);
    if (trimmed !== '') groups[group] = trimmed;
  });
  return groups;
}

/** The components of each group; a group without any component that has a text is left out. */
export function parsePersonName(value: unknown): PersonName {
  const groups = nameGroups(value);
  const alphabetic = components(groups.Alphabetic);
  const ideographic = components(groups.Ideographic);
  const phonetic = components(groups.Phonetic);
  return {
    ...(alphabetic ? { alphabetic } : {}),
    ...(ideographic ? { ideographic } : {}),
    ...(phonetic ? { phonetic } : {}),
  };
}

function components(text: string | undefined): NameComponents | undefined {
  if (text === undefined) return undefined;
  const parts = text.split('^');
  const result: { [component in (typeof COMPONENTS)[number]]?: string } = {};
  let any = false;
  COMPONENTS.forEach((component, index) => {
    const part = trimBlanks(parts[index] ?? '');
    if (part === '') return;
    result[component] = part;
    any = true;
  });
  return any ? result : undefined;
}

function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Readonly<Record<string, unknown>>)[key]
    : undefined;
}

/** Without blanks and NULs at either end, which are padding in a name (PS3.5 6.2, PN). */
function trimBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isPadding(text.charCodeAt(start))) start++;
  while (end > start && isPadding(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function isPadding(code: number): boolean {
  return code === 32 || code === 0;
}
