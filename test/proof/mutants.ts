/**
 * The text of a mapping file comes in, the same mapping with one thing changed goes out, many times: a letter, digit or sign of a
 * value or key, a yes for a no, a key or an item left out. Descriptions, comments and the names of rules say nothing to the engine and
 * stay. The same text, the same mutants, in the order of the file.
 */
import { readYaml, type YamlPath } from '../../engine/compile/yaml-source.ts';

export interface Mutant {
  /** Which rule, list, setting or other part of the mapping it is in: `rules.name`, `lists.series.key`, `authority`. */
  readonly part: string;
  /** 1-based, in the file. */
  readonly line: number;
  readonly column: number;
  /** `gender → gfnder in rules.gender.to`. */
  readonly what: string;
  /** The whole mapping as JSON, which is YAML. */
  text(): string;
}

type Data = string | number | boolean | null | readonly Data[] | { readonly [key: string]: Data };

/**
 * `characters`: each in turn. `words`: one of each word, number and sign; of a long value one of each word, number, operator and text
 * in quotes, and besides, a concept for the next one of its scheme, but no punctuation and no comments.
 */
export type Detail = 'characters' | 'words';

export function mutantsOf(text: string, detail: Detail = 'words'): readonly Mutant[] {
  const source = readYaml('mapping.yaml', text);
  const root = source.value as Data;
  const mutant = (
    path: YamlPath,
    what: string,
    change: (data: Data) => Data,
    range = source.rangeOf(path, 'key'),
  ) => ({
    part: partOf(path),
    line: range?.start.line ?? 1,
    column: range?.start.column ?? 1,
    what: `${what} in ${path.join('.')}`,
    text: () => JSON.stringify(change(root)),
  });
  const walk = (data: Data, path: YamlPath): readonly Mutant[] => {
    const below = childrenOf(data).flatMap(([key, child]): readonly Mutant[] => {
      const at = [...path, key];
      if (isTold(at)) return [];
      const name = typeof key === 'string' && !isRuleName(at) ? changesOf(key, detail) : [];
      return [
        ...name.map(({ old, now, text: renamed }) =>
          mutant(at, `${old} → ${now}`, (whole) =>
            replaced(whole, path, (map) => withKey(map, String(key), renamed)),
          ),
        ),
        ...(path.length === 0 && key === 'resource'
          ? []
          : [mutant(at, 'left out', (whole) => replaced(whole, path, (parent) => without(parent, key)))]),
        ...walk(child, at),
      ];
    });
    if (typeof data === 'object') return below;
    const flipped =
      typeof data === 'boolean'
        ? [mutant(path, `${data} → ${!data}`, (whole) => replaced(whole, path, () => !data))]
        : [];
    const written = String(data);
    const changed = changesOf(written, detail).map(({ old, now, text: other, start, end }) => {
      const place = typeof data === 'string' ? source.rangeIn(path, start, end) : source.rangeOf(path);
      return mutant(path, `${old} → ${now}`, (whole) => replaced(whole, path, () => other), place);
    });
    return [...flipped, ...changed];
  };
  return walk(root, []);
}

function childrenOf(data: Data): readonly (readonly [string | number, Data])[] {
  if (typeof data !== 'object' || data === null) return [];
  return Array.isArray(data) ? data.map((item, index) => [index, item] as const) : Object.entries(data);
}

/** Texts for people. */
function isTold(path: YamlPath): boolean {
  return path.at(-1) === 'description' && !isRuleName(path);
}

/** What overlays, findings and rows call a rule or a list; nothing that it does depends on it. */
function isRuleName(path: YamlPath): boolean {
  const above = path.at(-2);
  return (above === 'rules' || above === 'lists') && isHolder(path.slice(0, -2));
}

/** The mapping, or a list in it. */
function isHolder(path: YamlPath): boolean {
  return path.every((step, index) => index % 2 === 1 || step === 'lists') && path.length % 2 === 0;
}

function partOf(path: YamlPath): string {
  const depth = path.findIndex((step, index) => index % 2 === 0 && step !== 'lists');
  return path.slice(0, depth < 0 ? path.length : depth + 2).join('.');
}

interface Change {
  readonly old: string;
  readonly now: string;
  /** The whole text. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const WORDS = /[A-Za-z_]+|[0-9]+|[^\sA-Za-z_0-9]/g;

function changesOf(text: string, detail: Detail): readonly Change[] {
  if (detail === 'words' && text.length > LONG) return tokenChanges(text);
  return [...text.matchAll(WORDS)].flatMap(({ 0: word, index }) => {
    const places =
      detail === 'characters' ? [...word].map((_, place) => place) : [Math.floor(word.length / 2)];
    const others = [...oppositesOf(word), ...places.map((place) => withOther(word, place))];
    return others.map((now) => changeAt(text, index, word, now));
  });
}

/** Characters: longer values of a mapping are programs and tables. */
const LONG = 200;

/** In this order: comment, text, name, number, sign. */
const TOKENS = /\/\*[\s\S]*?\*\/|"[^"\n]*"|[A-Za-z_]\w*|[0-9]+|[^\s\w]/g;

/** Without these nothing could be read; the place of a letter changes from token to token. */
const PUNCTUATION = /^(?:[()[\]{},.:;$"]|\/\*.*)$/s;

function tokenChanges(text: string): readonly Change[] {
  const tokens = [...text.matchAll(TOKENS)].filter(([token]) => !PUNCTUATION.test(token));
  return tokens.flatMap(({ 0: token, index }, at) => {
    const isText = token.startsWith('"');
    const inside = isText ? token.length - 2 : token.length;
    const changed = inside === 0 ? '"~"' : withOther(token, (isText ? 1 : 0) + (index % inside));
    const scheme = /^"[A-Z]+\|/.exec(token)?.[0];
    const next = scheme && tokens.slice(at + 1).find(([each]) => each.startsWith(scheme) && each !== token);
    return [...oppositesOf(token), changed, ...(next ? [next[0]] : [])].map((now) =>
      changeAt(text, index, token, now),
    );
  });
}

function changeAt(text: string, start: number, old: string, now: string): Change {
  const end = start + old.length;
  return { old, now, text: text.slice(0, start) + now + text.slice(end), start, end };
}

function oppositesOf(word: string): readonly string[] {
  const opposite = OPPOSITES[word];
  return opposite === undefined ? [] : [opposite];
}

function withOther(word: string, place: number): string {
  return word.slice(0, place) + otherSign(word[place] ?? '') + word.slice(place + 1);
}

const OPPOSITES: Readonly<Record<string, string>> = { and: 'or', or: 'and', '=': '!=', '<': '>', '>': '<' };

const SIGNS: Readonly<Record<string, string>> = {
  '.': ',',
  ',': '.',
  ':': ';',
  '-': '+',
  '+': '-',
  '/': '-',
  '=': '<',
  '&': '-',
  '#': '.',
  '?': ':',
  $: '%',
  '%': '$',
  '*': '/',
};

function otherSign(sign: string): string {
  if (/[0-9]/.test(sign)) return String((Number(sign) + 1) % 10);
  if (/[a-z]/i.test(sign)) {
    const first = sign < 'a' ? 65 : 97;
    return String.fromCharCode(first + ((sign.charCodeAt(0) - first + 1) % 26));
  }
  return SIGNS[sign] ?? '~';
}

function replaced(data: Data, [step, ...rest]: YamlPath, change: (data: Data) => Data): Data {
  if (step === undefined) return change(data);
  if (Array.isArray(data))
    return data.map((item, index) => (index === step ? replaced(item, rest, change) : item));
  const map = data as { readonly [key: string]: Data };
  return Object.fromEntries(
    Object.entries(map).map(([key, child]) => [key, key === step ? replaced(child, rest, change) : child]),
  );
}

function withKey(data: Data, old: string, now: string): Data {
  return Object.fromEntries(
    Object.entries(data as object).map(([key, child]) => [key === old ? now : key, child]),
  );
}

function without(data: Data, left: string | number): Data {
  if (Array.isArray(data)) return data.filter((_, index) => index !== left);
  return Object.fromEntries(Object.entries(data as object).filter(([key]) => key !== left));
}
