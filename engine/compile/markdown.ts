/**
 * The text of a Markdown page comes in; findings about the mappings and rules in its YAML blocks go out, with the lines of the
 * page. A block is checked where its first line, or a word behind `yaml`, says what it is; blocks marked `wrong` are examples
 * of mistakes and are left alone.
 */
import type { Diagnostic, Position } from '../diagnostic.ts';
import { compileMappings, type FindFile } from './compile.ts';
import { readConfig } from './config.ts';

/** A fenced block of YAML (CommonMark 4.5). */
export interface YamlBlock {
  /** The words behind `yaml`: `rules`, a resource type, `wrong`. */
  readonly words: readonly string[];
  readonly lines: readonly string[];
  /** The line of the page on which the first of them stands, from 1. */
  readonly line: number;
}

const FENCE = /^( *)(`{3,}|~{3,})\s*ya?ml\b\s*(.*)$/;
const SCHEMA_COMMENT = /^#\s*yaml-language-server:.*\bmapping\b(?!-test)/;

/** All blocks of a page whose language is YAML, in its order. */
export function yamlBlocks(page: string): readonly YamlBlock[] {
  const blocks: YamlBlock[] = [];
  const lines = page.split(/\r\n|\n|\r/);
  for (let at = 0; at < lines.length; at++) {
    const [, , fence = '', info = ''] = FENCE.exec(lines[at] ?? '') ?? [];
    if (fence === '') continue;
    const end = lines.findIndex((line, index) => index > at && line.trim() === fence);
    const stop = end < 0 ? lines.length : end;
    const words = info.trim().split(/\s+/).filter(Boolean);
    blocks.push({ words, lines: lines.slice(at + 1, stop), line: at + 2 });
    at = stop;
  }
  return blocks;
}

/**
 * Findings about a page. A block that begins with `resource:` or `extends:` or names the schema is a mapping, whose other files
 * `find` gives, from the folder of the page; `yaml mapping Type` is one
 * whose other keys are somewhere else, `yaml rules Type` what stands under its `rules:`, `yaml config` a configuration.
 */
export function checkPage(file: string, page: string, find?: FindFile): readonly Diagnostic[] {
  return yamlBlocks(page)
    .filter(({ words }) => !words.includes('wrong'))
    .flatMap((block) => checkBlock(file, block, find));
}

/** Findings about one block; undefined kinds of blocks have none. */
export function checkBlock(file: string, block: YamlBlock, find?: FindFile): readonly Diagnostic[] {
  const [kind, type] = block.words;
  const first = block.lines.find((line) => line.trim() !== '') ?? '';
  if (kind === 'config') return configFindings(file, block);
  const isFragment = (kind === 'rules' || kind === 'mapping') && /^[A-Z]/.test(type ?? '');
  const isWhole = kind === 'mapping' || /^(?:resource|extends):/.test(first) || SCHEMA_COMMENT.test(first);
  if (!isFragment && !isWhole) return [];
  const framed = isFragment ? inFrame(block, kind === 'rules', type ?? '') : asItIs(block);
  const text = framed.map((line) => line.text).join('\n');
  const { diagnostics } = compileMappings([{ file, text }], undefined, find);
  return diagnostics
    .filter((each) => each.file === file && !(isFragment ? BESIDE_FRAGMENT : BESIDE).has(each.code))
    .flatMap((diagnostic) => onPage(diagnostic, framed));
}

/** What a page need not show: the other mappings of a configuration. */
const BESIDE: ReadonlySet<string> = new Set(['mapping.unknown-mapping']);
/** What a part of a mapping need not show: where its names are used. */
const BESIDE_FRAGMENT: ReadonlySet<string> = new Set([
  ...BESIDE,
  'mapping.unused-let',
  'mapping.unused-setting',
]);

interface FramedLine {
  readonly text: string;
  /** Where it stands on the page, from 1; undefined for a line of the frame. */
  readonly line?: number;
  /** Added to a column to get that of the page. */
  readonly shift: number;
}

function asItIs({ lines, line }: YamlBlock): readonly FramedLine[] {
  return lines.map((text, index) => ({ text, line: line + index, shift: 0 }));
}

/** The rule that the frame has for the identity; `create: false` asks for no required elements. */
const IDENTITY = 'identityOfThisPage';

/** The block with what makes a mapping of it; what the block says itself is left out of the frame. */
function inFrame(block: YamlBlock, isRules: boolean, type: string): readonly FramedLine[] {
  const indent = Math.min(
    ...block.lines.filter((line) => line.trim() !== '').map((line) => line.search(/\S/)),
  );
  const depth = isRules ? 2 : 0;
  const body = block.lines.map((text, index) => ({
    text: text.trim() === '' ? '' : ' '.repeat(depth) + text.slice(indent),
    line: block.line + index,
    shift: indent - depth,
  }));
  const frame = (text: string): FramedLine => ({ text, shift: 0 });
  const has = (key: string): boolean => !isRules && body.some(({ text }) => text.startsWith(`${key}:`));
  const rule = frame(
    `  ${IDENTITY}: { to: "${type}.identifier.where(system = 'urn:page').value", tag: StudyInstanceUID }`,
  );
  const identity = has('identity') ? [] : [frame(`identity: ${IDENTITY}`), frame('create: false')];
  const head = [frame(`resource: ${type}`), ...(has('create') ? identity.slice(0, 1) : identity)];
  if (!has('rules'))
    return [...head, ...(isRules ? [] : body), frame('rules:'), rule, ...(isRules ? body : [])];
  const at = body.findIndex(({ text }) => text.startsWith('rules:'));
  return [...head, ...body.slice(0, at + 1), ...(has('identity') ? [] : [rule]), ...body.slice(at + 1)];
}

/** The finding with the places of the page; nothing where it is about the frame. */
function onPage(diagnostic: Diagnostic, framed: readonly FramedLine[]): readonly Diagnostic[] {
  const { range } = diagnostic;
  if (!range) return [{ ...diagnostic }];
  const start = placeOf(range.start, framed);
  if (!start) return [];
  return [{ ...diagnostic, range: { start, end: placeOf(range.end, framed) ?? start } }];
}

function placeOf({ line, column }: Position, framed: readonly FramedLine[]): Position | undefined {
  const of = framed[line - 1];
  return of?.line === undefined ? undefined : { line: of.line, column: Math.max(1, column + of.shift) };
}

/** Keys that a configuration must have. */
const CONFIG_FRAME: Readonly<Record<string, string>> = {
  source: 'source: { type: change-feed, url: "https://dicom.example.org" }',
  fhir: 'fhir: { url: "https://fhir.example.org" }',
  mappings: 'mappings: [mappings/patient.yaml]',
};

/** Placeholders are filled with what could stand there: a page is checked without its site. */
function configFindings(file: string, block: YamlBlock): readonly Diagnostic[] {
  const missing = Object.keys(CONFIG_FRAME).filter(
    (key) => !block.lines.some((line) => line.startsWith(`${key}:`) || line.startsWith(`${key}s:`)),
  );
  const lines = [...asItIs(block), ...missing.map((key) => ({ text: CONFIG_FRAME[key] ?? '', shift: 0 }))];
  const text = lines.map((line) => line.text).join('\n');
  const names = [...text.matchAll(/\$\{env:(\w+)/g)].map(
    ([, name = '']) => [name, 'https://example.org'] as const,
  );
  const { diagnostics } = readConfig(file, text, Object.fromEntries(names), () => 'secret');
  return diagnostics.flatMap((diagnostic) => onPage(diagnostic, lines));
}
