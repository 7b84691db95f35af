/**
 * What a schema cannot say of a test file: that bases exist, that something is given and something asserted, that attributes,
 * types and paths are known. The file after its schema comes in, findings go out.
 */
import type { YamlPath, YamlSource } from '../compile/yaml-source.ts';
import { type Diagnostic, suggest } from '../diagnostic.ts';
import { child, childrenOf, isResourceType, resourceTypes } from '../fhir/elements.ts';
import { type AttributeWords, attributeNameFault, withAttributes } from './attributes.ts';
import { compileCondition, typeOfPath } from './conditions.ts';
import type { CaseFile, EntryFile, Expectation, GivenFile, TestFileText } from './test-case.ts';

interface Place {
  readonly path: YamlPath;
  /** Which part of the text at the path, where it is not all of it. */
  readonly span?: readonly [start: number, end: number];
  readonly part?: 'key' | 'value';
}
type Words = Pick<Diagnostic, 'hint' | 'suggestion'>;
type Tell = (code: string, place: Place, message: string, words?: Words) => void;

/** Errors only; none when the file means what it says. */
export function checkCases(source: YamlSource, content: TestFileText): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  const tell: Tell = (code, { path, span, part = 'value' }, message, words = {}) => {
    const range = (span && source.rangeIn(path, ...span)) ?? source.rangeOf(path, part);
    const { file } = source;
    found.push({
      code: `test.${code}`,
      severity: 'error',
      message,
      file,
      ...(range ? { range } : {}),
      ...words,
    });
  };
  const { defaults = {}, cases } = content;
  checkTime(defaults.at, ['defaults', 'at'], tell);
  if (defaults.instance) checkWords(defaults.instance, ['defaults', 'instance'], tell);
  for (const [name, each] of Object.entries(cases)) {
    const path = ['cases', name];
    checkGiven(each.given ?? {}, [...path, 'given'], tell);
    const isSound = checkBase(cases, name, tell);
    if (isSound && !hasEntries(cases, name) && !isAboutFindings(each.expect)) {
      const hint = 'Write `given: { instances: [ … ] }`, or `feed:` for a history.';
      tell('nothing-given', { path, part: 'key' }, `case \`${name}\` is given no instance`, { hint });
    }
    checkExpectation(each.expect, [...path, 'expect'], tell);
  }
  return found;
}

function checkBase(cases: TestFileText['cases'], name: string, tell: Tell): boolean {
  const base = cases[name]?.given?.base;
  if (base === undefined) return true;
  const place = { path: ['cases', name, 'given', 'base'] };
  if (!Object.hasOwn(cases, base)) {
    const suggestion = suggest(base, Object.keys(cases));
    tell('base', place, `there is no case ${base} in this file`, suggestion ? { suggestion } : {});
    return false;
  }
  const seen = new Set([name]);
  for (let at: string | undefined = base; at !== undefined; at = cases[at]?.given?.base) {
    if (at === name) {
      tell('base', place, `case \`${name}\` is its own base`);
      return false;
    }
    if (seen.has(at)) break;
    seen.add(at);
  }
  return true;
}

function hasEntries(cases: TestFileText['cases'], name: string, depth = 0): boolean {
  const { instances, feed, base } = cases[name]?.given ?? {};
  if (instances || feed) return true;
  return base !== undefined && depth < 100 && hasEntries(cases, base, depth + 1);
}

function isAboutFindings({ findings, ...others }: Expectation): boolean {
  return findings !== undefined && Object.keys(others).length === 0;
}

function checkGiven(given: GivenFile, path: YamlPath, tell: Tell): void {
  const { feed, instances, change, set, unset, at } = given;
  if (feed && instances)
    tell(
      'given-twice',
      { path: [...path, 'instances'], part: 'key' },
      '`feed` is written in place of `instances`',
    );
  if (feed && change)
    tell(
      'given-twice',
      { path: [...path, 'change'], part: 'key' },
      'each entry of `feed` has a `change` of its own',
    );
  checkTime(at, [...path, 'at'], tell);
  checkEdits({ ...(set ? { set } : {}), ...(unset ? { unset } : {}) }, path, tell);
  for (const [index, instance] of (instances ?? []).entries())
    if (typeof instance !== 'string') checkWords(instance, [...path, 'instances', index], tell);
  for (const [index, entry] of (feed ?? []).entries()) checkEntry(entry, [...path, 'feed', index], tell);
  const existing = typeof given.existing === 'string' ? [] : (given.existing ?? []);
  for (const [index, resource] of existing.entries()) {
    if (typeof resource === 'string') continue;
    checkType(resource.resourceType, { path: [...path, 'existing', index, 'resourceType'] }, tell);
  }
}

function checkEntry({ instance, ...entry }: EntryFile, path: YamlPath, tell: Tell): void {
  if (instance !== undefined && typeof instance !== 'string')
    checkWords(instance, [...path, 'instance'], tell);
  checkEdits(entry, path, tell);
}

function checkEdits({ set, unset }: Pick<EntryFile, 'set' | 'unset'>, path: YamlPath, tell: Tell): void {
  if (set) checkWords(set, [...path, 'set'], tell);
  for (const [index, name] of (unset ?? []).entries()) {
    const place = { path: [...path, 'unset', index] };
    const fault = attributeNameFault(name);
    if (fault) tell('attribute', place, fault.message, wordsOf(fault));
    else if (set && Object.hasOwn(set, name))
      tell('given-twice', place, `${name} is set here and unset`, { hint: 'Write one of the two.' });
  }
}

function checkWords(words: AttributeWords, path: YamlPath, tell: Tell): void {
  const faults: Parameters<typeof withAttributes>[2] = [];
  withAttributes({}, words, faults);
  for (const { path: at, message, ...rest } of faults) {
    const isName = rest.suggestion !== undefined || message.startsWith('there is no');
    tell('attribute', { path: [...path, ...at], part: isName ? 'key' : 'value' }, message, wordsOf(rest));
  }
}

function wordsOf({ hint, suggestion }: Words): Words {
  return { ...(hint === undefined ? {} : { hint }), ...(suggestion === undefined ? {} : { suggestion }) };
}

function checkTime(at: string | undefined, path: YamlPath, tell: Tell): void {
  if (at !== undefined && Number.isNaN(Date.parse(at)))
    tell('time', { path }, `${at} is no time that there is`);
}

const ASSERTIONS = [
  'golden',
  'contains',
  'absent',
  'fhirpath',
  'writes',
  'rows',
  'findings',
  'warnings',
] as const;

function checkExpectation(expect: CaseFile['expect'], path: YamlPath, tell: Tell): void {
  if (!ASSERTIONS.some((name) => expect[name] !== undefined)) {
    const hint = `Write one of ${ASSERTIONS.join(', ')}: a case that asserts nothing would always pass.`;
    tell('no-assertion', { path, part: 'key' }, 'nothing is asserted', { hint });
  }
  const { golden, shows = {}, contains = {}, absent = [], fhirpath = {}, writes = {} } = expect;
  if (expect.shows && golden === undefined)
    tell('shows', { path: [...path, 'shows'], part: 'key' }, '`shows` narrows `golden`, and there is none');
  for (const [key, types] of Object.entries({ shows, contains, fhirpath, writes })) {
    if (typeof types === 'string') continue;
    for (const type of Object.keys(types)) checkType(type, { path: [...path, key, type], part: 'key' }, tell);
  }
  for (const [type, elements] of Object.entries(shows))
    checkShown(type, elements, [...path, 'shows', type], tell);
  for (const [type, part] of Object.entries(contains))
    checkPart(part, type, [...path, 'contains', type], tell);
  for (const [index, text] of absent.entries())
    checkPath(text, typeOfPath(text), [...path, 'absent', index], tell);
  for (const [type, texts] of Object.entries(fhirpath)) {
    if (!isResourceType(type)) continue;
    for (const [index, text] of texts.entries())
      checkPath(text, type, [...path, 'fhirpath', type, index], tell);
  }
}

function checkType(type: string, place: Place, tell: Tell): boolean {
  if (isResourceType(type)) return true;
  const suggestion = suggest(type, resourceTypes());
  tell('resource-type', place, `${type} is no resource type of FHIR R4`, suggestion ? { suggestion } : {});
  return false;
}

function checkShown(type: string, elements: readonly string[] | 'all', path: YamlPath, tell: Tell): void {
  const children = childrenOf(type);
  if (elements === 'all' || !children) return;
  for (const [index, element] of elements.entries()) {
    if (children.has(element)) continue;
    const suggestion = suggest(element, children.keys());
    const message = `${type} has no element ${element}`;
    tell('shows', { path: [...path, index] }, message, suggestion ? { suggestion } : {});
  }
}

/** A part of a resource or element: no result has an element that FHIR does not have. */
function checkPart(part: unknown, type: string, path: YamlPath, tell: Tell): void {
  if (Array.isArray(part)) {
    for (const [index, item] of part.entries()) checkPart(item, type, [...path, index], tell);
    return;
  }
  const children = childrenOf(type);
  if (typeof part !== 'object' || part === null || !children) return;
  for (const [name, value] of Object.entries(part)) {
    if (name === 'resourceType') continue;
    // R4 json.html#primitive: what belongs to a primitive value stands behind an underscore.
    const element = child(type, name.replace(/^_/, ''));
    const at = [...path, name];
    if (element) checkPart(value, name.startsWith('_') ? 'Element' : element.type, at, tell);
    else {
      const suggestion = suggest(name, children.keys());
      const place = { path: at, part: 'key' } as const;
      tell('path', place, `${type} has no element ${name}`, suggestion ? { suggestion } : {});
    }
  }
}

function checkPath(text: string, type: string, path: YamlPath, tell: Tell): void {
  if (!checkType(type, { path }, tell) || text === type) return;
  for (const { message, start, end, hint, suggestion } of compileCondition(text, type).faults)
    tell('path', { path, span: [start, end] }, message, wordsOf({ hint, suggestion } as Words));
}
