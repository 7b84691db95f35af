/**
 * Tags as mapping files write them: a keyword, `(gggg,eeee)`, a private `(gggg,eeee, "CREATOR")`, or several of these joined
 * by points as a path into sequences. Text comes in; a TagPath, or what is wrong with which part of the text, goes out.
 */
import { suggest } from '../diagnostic.ts';
import type { TagPath, TagStep } from './dataset.ts';
import { attributeByKeyword, attributeByTag, keywords } from './dictionary.ts';

export type { TagPath } from './dataset.ts';

export interface TagFault {
  readonly error: string;
  /** The part of the text that is wrong, in UTF-16 units. */
  readonly offset: number;
  readonly length: number;
  /** What was probably meant: at most one keyword, and only a close one. */
  readonly candidates?: readonly string[];
}

const KEYWORD = /[A-Za-z][A-Za-z0-9]*/y;
/** Blocks of private creators are written as the standard does, `xx10`, or with the block of some instance, `1010`. */
const NUMBERS =
  /\(\s*([0-9A-Fa-f]{4})\s*,\s*([0-9A-Fa-f]{2}|[xX]{2})([0-9A-Fa-f]{2})\s*(?:,\s*(?:"([^"]*)"|'([^']*)')\s*)?\)/y;

/**
 * Parses `PatientID`, `(0010,0020)`, `(0029,1010, "SIEMENS CSA HEADER")`, `ProcedureCodeSequence.CodeMeaning`. Of a private
 * tag only the last two digits of the element count: its block is found by the creator. Every step before a point must be
 * a sequence where the dictionary knows it.
 */
export function parseTag(text: string): TagPath | TagFault {
  const steps: TagStep[] = [];
  let offset = leadingBlanks(text, 0);
  for (;;) {
    const part = parsePart(text, offset);
    if ('error' in part) return part;
    steps.push(Object.freeze(part.step));
    const end = leadingBlanks(text, part.end);
    if (end === text.length) return Object.freeze(steps);
    if (text[end] !== '.')
      return fault('is no tag: a point, or the end, is expected', end, text.length - end, text);
    const noSequence = sequenceFault(part.step);
    if (noSequence) return { error: noSequence, offset, length: part.end - offset };
    offset = leadingBlanks(text, end + 1);
  }
}

/** The path as parseTag reads it, with keywords where there are any: for messages and plans. */
export function tagName(path: TagPath): string {
  return path.map(stepName).join('.');
}

function stepName(step: TagStep): string {
  if (!('tag' in step)) return `(${step.group},xx${step.element}, "${step.creator}")`;
  const { tag } = step;
  const attribute = attributeByTag(tag);
  // The keyword of a repeating group stands for its first tag only.
  const isOwn = attribute !== undefined && attributeByKeyword(attribute.keyword)?.tag === tag;
  return isOwn ? attribute.keyword : `(${tag.slice(0, 4)},${tag.slice(4)})`;
}

type Part = { readonly step: TagStep; readonly end: number } | TagFault;

function parsePart(text: string, offset: number): Part {
  if (text[offset] === '(') return parseNumbers(text, offset);
  KEYWORD.lastIndex = offset;
  const keyword = KEYWORD.exec(text)?.[0];
  if (keyword === undefined) return badPart(text, offset);
  const attribute = attributeByKeyword(keyword);
  if (attribute) return { step: { tag: attribute.tag }, end: offset + keyword.length };
  const close = suggest(keyword, keywords());
  return {
    error: `there is no DICOM attribute ${keyword}`,
    offset,
    length: keyword.length,
    ...(close === undefined ? {} : { candidates: [close] }),
  };
}

function badPart(text: string, offset: number): TagFault {
  const rest = text.slice(offset);
  const [digits, group, element] = /^([0-9A-Fa-f]{4}),?([0-9A-Fa-f]{4})(?![0-9A-Za-z])/.exec(rest) ?? [];
  if (digits) return fault(`is written as (${group},${element})`, offset, digits.length, text);
  const end = rest.indexOf('.');
  return fault('is no tag: a keyword or (gggg,eeee) is expected', offset, end < 0 ? rest.length : end, text);
}

function parseNumbers(text: string, offset: number): Part {
  NUMBERS.lastIndex = offset;
  const match = NUMBERS.exec(text);
  if (!match) {
    const end = text.indexOf(')', offset);
    const length = (end < 0 ? text.length : end + 1) - offset;
    return fault('is no tag: (gggg,eeee) or (gggg,eeee, "CREATOR") is expected', offset, length, text);
  }
  const [whole, group = '', block = '', element = ''] = match.map((digits) => digits?.toUpperCase());
  const length = whole?.length ?? 0;
  const creator = (match[4] ?? match[5])?.trim();
  const isPrivate = Number.parseInt(group, 16) % 2 === 1;
  // (gggg,0010-00FF) are the private creators themselves: plain attributes.
  const isInBlock = isPrivate && block !== '00';
  if (creator === undefined) {
    if (isInBlock) {
      return fault(`is private: name its creator, (${group},xx${element}, "CREATOR")`, offset, length, text);
    }
    if (block === 'XX')
      return fault('has no block: only private tags are written with xx', offset, length, text);
    return { step: { tag: `${group}${block}${element}` }, end: offset + length };
  }
  if (!isInBlock) return fault('is not private: it has no creator', offset, length, text);
  if (creator === '') return fault('has an empty creator', offset, length, text);
  return { step: { group, element, creator }, end: offset + length };
}

function sequenceFault(step: TagStep): string | undefined {
  const attribute = 'tag' in step ? attributeByTag(step.tag) : undefined;
  if (!attribute || attribute.vrs.includes('SQ')) return undefined;
  return `${attribute.keyword} is no sequence: its VR is ${attribute.vrs.join(' or ')}`;
}

function fault(message: string, offset: number, length: number, text: string): TagFault {
  const part = text.slice(offset, offset + length).trimEnd();
  return { error: `${part === '' ? 'the tag' : part} ${message}`, offset, length: Math.max(1, part.length) };
}

function leadingBlanks(text: string, start: number): number {
  let offset = start;
  while (text[offset] === ' ') offset++;
  return offset;
}
