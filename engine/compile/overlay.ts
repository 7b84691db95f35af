/**
 * An overlay and the mapping below it come in, the mapping that they make together goes out: maps merged by key, everything
 * else replaced, with a record of who supplied what; what cannot be overridden becomes findings.
 */
import mappingSchema from '../../schemas/mapping.schema.json' with { type: 'json' };
import { suggest } from '../diagnostic.ts';
import type { Layer } from './extends.ts';
import { createFindings, type Finding, type Findings } from './findings.ts';
import { childSupply, type FilePlace, layeredSource, type Supply } from './layers.ts';
import type { MappingFile } from './mapping-file.ts';
import { isMap, removePart, type Tree } from './sound-part.ts';
import type { YamlPath, YamlSource } from './yaml-source.ts';

/** A mapping that is merged so far. */
export interface Merged {
  readonly value: Tree;
  readonly supply: Supply;
  /** From the top. */
  readonly layers: readonly [YamlSource, ...YamlSource[]];
  /** Parts that were left out, in whichever layer: `rules/name`. */
  readonly dropped: ReadonlySet<string>;
  readonly overrides: readonly Override[];
}

/** One rule of an overlay that changes, or switches off, one that is below. */
export interface Override {
  readonly path: YamlPath;
  /** The overlay. */
  readonly source: YamlSource;
  /** `series.number`. */
  readonly rule: string;
  readonly overridden: FilePlace;
  /** The inherited rule, as everything below the overlay makes it. */
  readonly below: Merged;
}

/** One value with who supplied it. */
interface Supplied {
  readonly value: unknown;
  readonly supply: Supply;
}

interface Step {
  readonly below: Merged;
  readonly layer: YamlSource;
  readonly findings: Findings;
  readonly mapping: string;
  readonly dropped: Set<string>;
  readonly overrides: Override[];
}

/** Gives the merged value of one entry, or undefined for one that is left out. */
type MergeOne = (
  step: Step,
  path: YamlPath,
  before: Supplied | undefined,
  over: unknown,
) => Supplied | undefined;

const SOURCES: readonly string[] = mappingSchema.definitions.completeRule.oneOf.flatMap(
  ({ required }) => required,
);
/** Modifiers of a rule, and keys of a mapping, that work only together with one of these. */
const RULE_NEEDS: Needs = mappingSchema.definitions.completeRule.dependencies;
const MAPPING_NEEDS: Needs = mappingSchema.definitions.complete.dependencies;
type Needs = Readonly<Record<string, readonly string[]>>;
/** Two ways to say the same: one of them replaces an inherited other. */
const INSTEAD: Readonly<Record<string, string>> = { codes: 'table', table: 'codes' };

export function baseLayer({ source, file, dropped }: Layer): Merged {
  const value = file as unknown as Tree;
  return { value, supply: { layer: source }, layers: [source], dropped, overrides: [] };
}

/** Findings go to `add`; they are about the text of the overlay alone. */
export function applyOverlay(
  below: Merged,
  { source, file, dropped }: Layer,
  add: (findings: Findings) => void,
): Merged {
  const layers = [source, ...below.layers] as const;
  const { name, resource } = { ...below.value, ...file } as Partial<MappingFile>;
  const step: Step = {
    below,
    layer: source,
    findings: createFindings(layeredSource(layers)),
    mapping: name ?? resource ?? '',
    dropped: new Set([...below.dropped, ...dropped]),
    overrides: [],
  };
  const merged = mergeMap(step, [], below, file as unknown as Tree, mergeTop);
  const value = { ...merged.value };
  // What has a fault in the overlay is not replaced by what stands below: nobody means that.
  for (const part of dropped) removePart(value, part.split('/'));
  checkNeeds(step, [], value, file as unknown as Tree, MAPPING_NEEDS);
  if (isMap(value['let'])) value['let'] = inOrder(value['let']);
  add(step.findings);
  return {
    value,
    supply: merged.supply,
    layers,
    dropped: step.dropped,
    overrides: [...below.overrides, ...step.overrides],
  };
}

function mergeMap(
  step: Step,
  path: YamlPath,
  before: { readonly value: Tree; readonly supply: Supply },
  over: Tree,
  mergeOne: MergeOne,
): { readonly value: Tree; readonly supply: Supply } {
  const value = structuredClone(before.value);
  const children = new Map(Object.keys(value).map((key) => [key, childSupply(before.supply, key)]));
  for (const [key, item] of Object.entries(over)) {
    const inherited = Object.hasOwn(value, key)
      ? { value: value[key], supply: childSupply(before.supply, key) }
      : undefined;
    const merged = mergeOne(step, [...path, key], inherited, item);
    if (!merged) continue;
    value[key] = merged.value;
    children.set(key, merged.supply);
  }
  return { value, supply: { layer: step.layer, children } };
}

const mergeTop: MergeOne = (step, path, before, over) => {
  switch (path[0]) {
    case 'resource':
      return mergeResource(step, path, before, over);
    case 'rules':
      return mergeNamed(step, path, before, over, mergeRule);
    case 'lists':
      return mergeNamed(step, path, before, over, mergeList);
    case 'settings':
      return mergeNamed(step, path, before, over, mergeSetting);
    case 'assert':
      return mergeNamed(step, path, before, over, mergeAssertion);
    default:
      return mergeValue(step, path, before, over);
  }
};

const mergeValue: MergeOne = (step, path, before, over) =>
  before && isMap(before.value) && isMap(over)
    ? mergeMap(step, path, { value: before.value, supply: before.supply }, over, mergeValue)
    : { value: over, supply: { layer: step.layer } };

function mergeNamed(
  step: Step,
  path: YamlPath,
  before: Supplied | undefined,
  over: unknown,
  mergeOne: MergeOne,
): Supplied {
  const holder =
    before && isMap(before.value) ? { value: before.value, supply: before.supply } : nothing(step);
  if (step.dropped.has(path.join('/'))) return holder;
  const one: MergeOne = (_, at, inherited, item) =>
    step.dropped.has(at.join('/')) ? inherited : mergeOne(step, at, inherited, item);
  return mergeMap(step, path, holder, over as Tree, one);
}

function nothing({ layer }: Step): { readonly value: Tree; readonly supply: Supply } {
  return { value: {}, supply: { layer } };
}

const mergeResource: MergeOne = (step, path, before, over) => {
  if (!before || before.value === over) return before;
  step.findings.add({
    code: 'override-resource',
    message: `${belowFile(step)} makes ${String(before.value)}, and an overlay cannot make another resource of it`,
    path,
    hint: 'Remove resource:, or write a mapping of its own without extends:.',
  });
  return before;
};

const mergeRule: MergeOne = (step, path, before, over) => {
  const own = over as Tree;
  const name = nameOf(path);
  const rule = `${step.mapping}.${name}`;
  if (!before) {
    if (Object.hasOwn(own, 'to') && SOURCES.some((key) => Object.hasOwn(own, key))) {
      const value = { ...own };
      checkNeeds(step, path, value, own, RULE_NEEDS, rule);
      return { value, supply: { layer: step.layer } };
    }
    const hint = `A new rule needs to: and one of ${SOURCES.join(', ')}.`;
    return notThere(step, path, 'rule', hint, rule);
  }
  const inherited = before.value as Tree;
  const [overridden] = step.findings.overridden(path);
  if (overridden) {
    step.overrides.push({ path, source: step.layer, rule: name, overridden, below: step.below });
  }
  const cleared = clearedBy(own, inherited);
  const kept = Object.fromEntries(Object.entries(inherited).filter(([key]) => !cleared.has(key)));
  const merged = mergeMap(step, path, { value: kept, supply: before.supply }, own, mergeValue);
  checkNeeds(step, path, merged.value, own, RULE_NEEDS, rule);
  // The fingerprint of a rule below says nothing about the one above it.
  const { base: _, ...value } = merged.value;
  return { value: Object.hasOwn(own, 'base') ? merged.value : value, supply: merged.supply };
};

/** Another source clears the inherited one and the modifiers that work only with it. */
function clearedBy(own: Tree, inherited: Tree): ReadonlySet<string> {
  const cleared = new Set(Object.keys(own).flatMap((key) => INSTEAD[key] ?? []));
  const source = SOURCES.find((key) => Object.hasOwn(own, key));
  if (source === undefined || Object.hasOwn(inherited, source)) return cleared;
  for (const key of SOURCES) cleared.add(key);
  for (const [key, needed] of Object.entries(RULE_NEEDS)) if (!needed.includes(source)) cleared.add(key);
  return cleared;
}

/** Keys of the overlay that work only with what the merged whole does not have; they are left out after a finding. */
function checkNeeds(step: Step, path: YamlPath, merged: Tree, own: Tree, needs: Needs, rule?: string): void {
  const source = SOURCES.find((key) => Object.hasOwn(merged, key));
  for (const key of Object.keys(own)) {
    const [needed] = (needs[key] ?? []).filter((other) => !Object.hasOwn(merged, other));
    if (needed === undefined) continue;
    const has = rule && source ? `; the rule has ${source} instead` : '';
    const hint = has ? `Remove ${key}:, or write ${needed}: here.` : `Add ${needed}:, or remove ${key}:.`;
    const message = `${key}: works only together with ${needed}:${has}`;
    step.findings.add({
      code: 'misplaced-key',
      message,
      path: [...path, key],
      part: 'key',
      hint,
      ...ruled(rule),
    });
    delete merged[key];
  }
}

const mergeList: MergeOne = (step, path, before, over) => {
  const own = over as Tree;
  const rule = `${step.mapping}.${nameOf(path)}`;
  if (!before && !(Object.hasOwn(own, 'to') && Object.hasOwn(own, 'key')))
    return notThere(step, path, 'list', 'A new list needs to: and key:.', rule);
  const holder = before ? { value: before.value as Tree, supply: before.supply } : nothing(step);
  return mergeMap(step, path, holder, own, (_, at, inherited, item) => {
    const key = at.at(-1);
    if (key === 'rules') return mergeNamed(step, at, inherited, item, mergeRule);
    if (key === 'lists') return mergeNamed(step, at, inherited, item, mergeList);
    if ((key !== 'to' && key !== 'key') || !inherited) return mergeValue(step, at, inherited, item);
    if (JSON.stringify(inherited.value) !== JSON.stringify(item)) {
      step.findings.add({
        code: 'override-list',
        message: `the ${key}: of an inherited list cannot be changed: it is what makes its items the same`,
        path: at,
        part: 'key',
        rule,
        hint: `Remove ${key}:; another list needs a name of its own.`,
      });
    }
    return inherited;
  });
};

const mergeSetting: MergeOne = (step, path, before, over) => {
  const own = over as Tree;
  if (!before && !(Object.hasOwn(own, 'type') && Object.hasOwn(own, 'default')))
    return notThere(step, path, 'setting', 'A new setting needs type: and default:.');
  const merged = mergeValue(step, path, before, own);
  const { type, default: initial } = (merged?.value ?? {}) as Tree;
  const fits = type === 'integer' ? Number.isSafeInteger(initial) : typeof initial === type;
  if (before && !fits) {
    const key = Object.hasOwn(own, 'default') ? 'default' : 'type';
    const name = String(path[1]);
    const whose = key === 'type' ? `the default of ${name}` : 'this';
    step.findings.add({
      code: 'setting-type',
      message: `${name} is of the type ${String(type)}, and ${whose} is not`,
      path: [...path, key],
      hint: key === 'type' ? 'Give it a default: of that type too.' : 'Give a value of that type.',
    });
  }
  return merged;
};

const mergeAssertion: MergeOne = (step, path, before, over) =>
  !before && !Object.hasOwn(over as Tree, 'fhirpath')
    ? notThere(step, path, 'assertion', 'A new assertion needs fhirpath:.')
    : mergeValue(step, path, before, over);

/** A part that is incomplete by itself, and that nothing below has. */
function notThere(step: Step, path: YamlPath, what: string, hint: string, rule?: string): undefined {
  step.dropped.add(path.join('/'));
  const holder = path
    .slice(0, -1)
    .reduce<unknown>((at, key) => (isMap(at) ? at[key] : undefined), step.below.value);
  const name = String(path.at(-1));
  const close = isMap(holder) ? suggest(name, Object.keys(holder)) : undefined;
  const finding: Finding = {
    code: 'override-unknown',
    message: `${belowFile(step)} has no ${what} ${name}`,
    path,
    part: 'key',
    ...(close ? { suggestion: close } : { hint }),
  };
  step.findings.add({ ...finding, ...ruled(rule) });
  return undefined;
}

function belowFile({ below }: Step): string {
  return below.layers[0].file;
}

function ruled(rule: string | undefined): { readonly rule?: string } {
  return rule === undefined ? {} : { rule };
}

/** `['lists', 'series', 'rules', 'number']` is `series.number`. */
function nameOf(path: YamlPath): string {
  return path.filter((_, index) => index % 2 === 1).join('.');
}

/** A let sees those above it: a new one that an inherited one uses by now moves up. Circles stay as they are. */
function inOrder(lets: Tree): Tree {
  const ordered = new Set<string>();
  const open = new Set<string>();
  const place = (name: string): void => {
    if (ordered.has(name) || open.has(name)) return;
    open.add(name);
    const text = lets[name];
    const uses = (typeof text === 'string' ? text : JSON.stringify(text)).matchAll(/[$%](\w+)/g);
    for (const [, use = ''] of uses) if (Object.hasOwn(lets, use)) place(use);
    open.delete(name);
    ordered.add(name);
  };
  for (const name of Object.keys(lets)) place(name);
  return Object.fromEntries([...ordered].map((name) => [name, lets[name]]));
}
