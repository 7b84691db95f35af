/**
 * Which functions an expression may call: those of JSONata that are deterministic, and the library (functions.ts); why it may
 * not call the others; and the page that tells authors.
 */
import { contentTable, FUNCTIONS, valueTable } from './functions.ts';
import { EXAMPLE_CONTENT } from './functions-content.ts';

/** The functions of JSONata that a mapping may call: all that are deterministic and cannot run text as code. */
const JSONATA_FUNCTIONS: Readonly<Record<string, string>> = {
  Text: `string substring substringBefore substringAfter lowercase uppercase length trim pad match contains replace split join
    base64encode base64decode encodeUrl encodeUrlComponent decodeUrl decodeUrlComponent`,
  Numbers: `number parseInteger formatNumber formatBase formatInteger abs floor ceil round sqrt power sum count max min average`,
  'True and false': 'boolean not exists',
  Lists: 'append reverse sort distinct zip',
  Objects: 'keys lookup spread merge sift each clone type',
  'With a function': 'map filter single reduce',
  Times: 'toMillis fromMillis',
  Failing: 'error assert',
};
const BUILT_IN: ReadonlySet<string> = new Set(Object.values(JSONATA_FUNCTIONS).flatMap(wordsOf));

/** How many arguments JSONata's functions take; those that are not here take one. `+`: the first may be the context. */
const ARGUMENTS: Readonly<Record<string, string>> = {
  '1-1+': `lowercase uppercase length trim base64encode base64decode encodeUrl encodeUrlComponent decodeUrl decodeUrlComponent
    number abs floor ceil sqrt boolean not keys spread clone`,
  '1-2+': 'string formatBase round sift toMillis',
  '1-3+': 'fromMillis',
  '2-2+': 'substringBefore substringAfter contains parseInteger formatInteger power each lookup',
  '2-3+': 'substring pad match split formatNumber',
  '3-4+': 'replace',
  '0-1': 'error',
  '1-2': 'join sort single assert',
  '1-': 'zip',
  '2-2': 'append map filter',
  '2-3': 'reduce',
};

export interface ArgumentRange {
  readonly least: number;
  readonly most: number;
  /** True where what stands before the call can take the place of the first argument. */
  readonly usesContext: boolean;
}

/** How many arguments the function takes; undefined for what is no function. */
export function argumentRange(name: string): ArgumentRange | undefined {
  const own = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name]?.run.length : undefined;
  // A function of any number of arguments declares none.
  if (own !== undefined) return { least: 1, most: own || Number.POSITIVE_INFINITY, usesContext: false };
  if (!isBuiltIn(name)) return undefined;
  const row = Object.keys(ARGUMENTS).find((each) => wordsOf(ARGUMENTS[each] ?? '').includes(name)) ?? '1-1';
  const [, least, most] = /^(\d)-(\d?)/.exec(row) ?? [];
  return {
    least: Number(least),
    most: most ? Number(most) : Number.POSITIVE_INFINITY,
    usesContext: row.endsWith('+'),
  };
}

/** The functions of JSONata that a mapping may not call, and why. */
export const REFUSED_FUNCTIONS: Readonly<Record<string, string>> = {
  eval: 'it runs text as code',
  now: 'it reads the clock, and the same entry must always give the same resource',
  millis: 'it reads the clock, and the same entry must always give the same resource',
  random: 'the same entry must always give the same resource',
  shuffle: 'the same entry must always give the same resource',
};

/** True for a function of JSONata itself. */
export function isBuiltIn(name: string): boolean {
  return BUILT_IN.has(name);
}

/** The functions of JSONata that a mapping may call, without $. */
export function builtInNames(): Iterable<string> {
  return BUILT_IN;
}

/** True for what `$name` means in every expression: no `let` may take it. */
export function isFunctionName(name: string): boolean {
  return BUILT_IN.has(name) || Object.hasOwn(REFUSED_FUNCTIONS, name) || Object.hasOwn(FUNCTIONS, name);
}

/** Every function that may be called, without $: for suggestions. */
export function functionNames(): readonly string[] {
  return [...Object.keys(FUNCTIONS), ...BUILT_IN];
}

/** `mappings/functions.md`. */
export function functionPage(): string {
  const own = Object.entries(JSONATA_FUNCTIONS).map(
    ([group, names]) =>
      `| ${group} | ${wordsOf(names)
        .map((name) => `\`$${name}\``)
        .join(' ')} |`,
  );
  const refused = Object.entries(REFUSED_FUNCTIONS).map(([name, why]) => `| \`$${name}\` | ${why} |`);
  return [
    INTRODUCTION,
    valueTable(),
    '',
    STRUCTURED_REPORTS,
    contentTable(),
    '',
    'In the examples, `$content` is',
    '',
    '```',
    EXAMPLE_CONTENT,
    '```',
    '',
    '## Functions of JSONata',
    '',
    'They work as [docs.jsonata.org](https://docs.jsonata.org) says. Regular expressions run in linear time: look-around, as in `(?=…)`,',
    'and back references, as in `\\1`, do not exist. A picture of `$toMillis` names the year, since what it leaves out is taken from the',
    'clock.',
    '',
    '| for | functions |',
    '|---|---|',
    ...own,
    '',
    '| cannot be used | why |',
    '|---|---|',
    ...refused,
    '',
    COSTS,
  ].join('\n');
}

const INTRODUCTION = `# Functions

What expressions (\`value:\`, \`let:\`, \`when:\`, \`authority:\`, \`forEach:\`) may call. This page is generated from the engine; the examples run as tests. A
rule with \`tag:\` needs none of them: its conversion follows from the types ([conversions.md](conversions.md)).

## Functions of dicomcast

They convert as a rule with \`tag:\` would. Where the first argument is absent, or is no value of its kind, the result is absent.
`;

const STRUCTURED_REPORTS = `## Functions for structured reports

A concept is written \`scheme|code\`, such as \`DCM|125007\`; several stand in a list. The meaning does not count, nor does the version of
the scheme. Codes of digits under SCT, SRT, SNM3 and 99SDM are SNOMED CT, and written with SCT; the other codes of these schemes, such
as T-D3000, are written with SRT. An item is found by its Equivalent Code Sequence too. A URN is written \`|urn:…\`.

\`content\` is a ContentSequence: that of the report, or that of an item. Items that are found have a \`path\` besides their attributes, as
in Referenced Content Item Identifier: the parent of the list is 1, its third child 1.3. By-reference items stand in the list as
they are, and nothing is followed through them.

| ValueType | value of the item |
|---|---|
| NUM | \`$quantity(item)\` |
| CODE | \`$codeableConcept(item.ConceptCodeSequence)\` |
| TEXT | \`item.TextValue\` |
| PNAME | \`$humanName(item.PersonName)\` |
| UIDREF | \`item.UID\` |
| DATETIME, DATE | \`$timestamp(item.DateTime, TimezoneOffsetFromUTC)\`, \`$date(item.Date)\` |
| CONTAINER | \`$contentItems(item.ContentSequence)\`; other items may have children too |
`;

const COSTS = `## What an expression may cost

A million steps, whatever the machine: one for each operator, name and call that is evaluated. What a function or an operator does to
long values counts besides, so that no call takes more than about a second or 200 MB:

| what | steps |
|---|---|
| a text that a function or an operator reads or makes | 1 for 64 characters; a text that is made has at most 1,000,000 |
| a list or object that is made, or read for the first time | 1 for 40 items; with all that is in it, it has at most 1,000,000 parts |
| one that stands beside an operator, is a condition or a predicate, or is handed to a function | 1 for 30 parts, at any depth |
| a search by a regular expression | 1 for 200 characters times instructions, of what may be looked at: for \`,\` or \`\\s+\` as far as the match, for \`\\s*,\` all that follows |
| \`^(…)\` | 5 more for each comparison: lists of about 8,000 items; \`$sort\` takes longer ones |
| \`{…}\` behind a list | 1 for 100 items that it has seen, for each item: lists of about 10,000 |
| \`$spread\` of a list | the square of its length by 40 |

\`$distinct\` and \`$sort\` give what JSONata gives, in time that grows with the list. Pictures of numbers and times have at most 200
characters, a time that is read by a picture 100. A dose report
of 25 irradiation events (730 KB of JSON) costs \`dose-observation.yaml\` 25,000 steps.
`;

function wordsOf(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}
