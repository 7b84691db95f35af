/**
 * The rules and lists of one mapping come in; their plans, in the order of the file, go out, with what the rest of the
 * compiler asks about them gathered on the way: what they read, and what they write at each level.
 */
import { parseTag, tagName } from '../dicom/tag.ts';
import type { ListPlan, RulePlan } from '../plan.ts';
import { createLevel, type Level, type RuleContext } from './completeness.ts';
import { compileTag, type MappingContext, type Reads } from './context.ts';
import type { YamlPath } from './findings.ts';
import type { ListFile, RuleFile } from './mapping-file.ts';
import { type CompiledRule, compileRule } from './rule.ts';
import { parseTarget } from './target.ts';

/** Gathers what the parts of a mapping read and write, while it is compiled. */
export interface Gathered {
  readonly rules: CompiledRule[];
  /** Rules that delete entries need: identity and keys. */
  readonly needed: CompiledRule[];
  readonly other: Reads[];
  readonly levels: Level[];
}

/** Where a map of rules, or of lists, stands. */
export interface Place {
  readonly path: YamlPath;
  /** `series.`: what stands before the names of the rules. */
  readonly prefix: string;
  readonly perInstance: boolean;
  readonly level: Level;
}

/** True for an identity or key by which there is one resource or item for each instance. */
export function belongsToInstance(tag: string | readonly string[] | undefined): boolean {
  const path = typeof tag === 'string' ? parseTag(tag) : undefined;
  return path !== undefined && !('error' in path) && tagName(path) === 'SOPInstanceUID';
}

export function compileRules(
  context: MappingContext,
  gathered: Gathered,
  files: Readonly<Record<string, RuleFile>>,
  place: Place,
): readonly RulePlan[] {
  const { prefix, perInstance, level } = place;
  return Object.entries(files).flatMap(([name, file]) => {
    const at = {
      name: `${prefix}${name}`,
      path: [...place.path, name],
      type: level.type,
      perInstance,
      level,
    };
    const compiled = compileRule(context, at, file);
    if (!compiled) return [];
    gathered.rules.push(compiled);
    return [compiled.plan];
  });
}

export function compileLists(
  context: MappingContext,
  gathered: Gathered,
  files: Readonly<Record<string, ListFile>>,
  place: Place,
): readonly ListPlan[] {
  return Object.entries(files).flatMap(([name, file]) => {
    const list = compileList(
      context,
      gathered,
      file,
      { ...place, path: [...place.path, name] },
      `${place.prefix}${name}`,
    );
    return list ? [list] : [];
  });
}

function compileList(
  context: MappingContext,
  gathered: Gathered,
  file: ListFile,
  place: Place,
  name: string,
): ListPlan | undefined {
  const rule = `${context.mapping}.${name}`;
  const { path } = place;
  const target = parseTarget(file.to, place.level.type, context.names);
  if ('fault' in target) {
    context.findings.addFault([...path, 'to'], target.fault, rule);
    place.level.isBroken = true;
    return undefined;
  }
  for (const use of target.uses) context.used.add(use);
  gathered.other.push({ keywords: [], names: target.used });
  place.level.written.push({ rule, name, path, parsed: target });
  if (!target.plan.several) {
    const { text, start, end } = target.last;
    const isItem = target.elements.at(-1)?.list === true;
    const message = isItem
      ? 'the to: of a list names all its items'
      : `${text} holds one value, and is no list`;
    const hint = isItem
      ? 'Leave where(…) out: the key says which item is meant.'
      : 'A single element is written by a rule, or by rules for its parts.';
    context.findings.addFault([...path, 'to'], { code: 'list-target', message, hint, start, end }, rule);
    return undefined;
  }
  const type = target.plan.type;
  const level = createLevel({ type, path: [...path, 'to'], part: 'value', rule });
  gathered.levels.push(level);
  const [element, tag] = Object.entries(file.key)[0] ?? ['', ''];
  const keyPlace = {
    name: `${name}.${element}`,
    path: [...path, 'key', element],
    type,
    perInstance: false,
    level,
  };
  const key = compileKey(context, keyPlace, element, tag);
  if (key) gathered.rules.push(key);
  if (key) gathered.needed.push(key);
  const inner = { prefix: `${name}.`, perInstance: place.perInstance || belongsToInstance(tag), level };
  const { [element]: sameName, ...others } = file.rules ?? {};
  if (sameName) {
    context.findings.add({
      code: 'duplicate-name',
      message: `the key of this list is the rule ${element} already`,
      path: [...path, 'rules', element],
      part: 'key',
      rule: `${rule}.${element}`,
      hint: 'Remove this rule, or give it another name.',
    });
  }
  const rules = compileRules(context, gathered, others, { ...inner, path: [...path, 'rules'] });
  const lists = compileLists(context, gathered, file.lists ?? {}, { ...inner, path: [...path, 'lists'] });
  if (!key) return undefined;
  return {
    name,
    target: target.plan,
    key: { element, rule: key.plan },
    rules: rules.filter(({ source }) => source.kind !== 'derive'),
    derives: rules.filter(({ source }) => source.kind === 'derive'),
    lists,
  };
}

/** `key: { uid: SeriesInstanceUID }` is a required rule; its findings point at the key. */
function compileKey(
  context: MappingContext,
  place: RuleContext,
  element: string,
  tag: string,
): CompiledRule | undefined {
  const rule = `${context.mapping}.${place.name}`;
  const probe = parseTarget(element, place.type, context.names);
  if ('fault' in probe) {
    const { start: _, end: __, ...fault } = probe.fault;
    context.findings.add({ ...fault, path: place.path, part: 'key', rule });
    place.level.isBroken = true;
    return undefined;
  }
  if (probe.plan.several || probe.plan.steps.length > 1) {
    const message = `a key is one single element of an item, and ${element} is ${probe.plan.several ? 'a list' : 'a path'}`;
    context.findings.add({ code: 'list-target', message, path: place.path, part: 'key', rule });
    return undefined;
  }
  const path = compileTag(context, place.path, tag, rule);
  if (!path) {
    place.level.isBroken = true;
    return undefined;
  }
  // Findings about the tag point at it: there is no `tag` key to point at.
  return compileRule(context, place, { to: element, tag: tagName(path), required: true });
}
