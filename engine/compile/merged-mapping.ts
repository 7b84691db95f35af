/**
 * The files that one mapping is made of come in; the mapping as it is compiled goes out: overlays applied, rules that are
 * switched off set aside, and what overlays change noted with the fingerprint of what is there to be changed.
 */
import type { Diagnostic } from '../diagnostic.ts';
import type { Layer } from './extends.ts';
import { createFindings, type Findings } from './findings.ts';
import { createPrints } from './fingerprint.ts';
import { layeredSource } from './layers.ts';
import type { ListFile, MappingFile, RuleFile } from './mapping-file.ts';
import { mappingName, type PlacedDisabledRule, rulesOf, type Unit } from './mapping-set.ts';
import { applyOverlay, baseLayer, type Merged, type Override } from './overlay.ts';
import { rowsOf, type Tables } from './table.ts';
import type { YamlPath } from './yaml-source.ts';

/** What `base:` of a rule should say. */
export interface BaseLine {
  /** The overlay. */
  readonly file: string;
  readonly path: YamlPath;
  /** `Mapping.rule`. */
  readonly rule: string;
  /** Of the rule that is overridden, as it is now. */
  readonly fingerprint: string;
  /** What the overlay says; undefined where it says nothing. */
  readonly recorded?: string;
}

export interface MergedMapping {
  readonly unit: Unit;
  readonly bases: readonly BaseLine[];
  /** About single overlays; those about the whole go to the unit. */
  readonly diagnostics: readonly Diagnostic[];
}

/** `chain` from the top down. */
export function mergeLayers(chain: readonly [Layer, ...Layer[]], tables: Tables): MergedMapping {
  const diagnostics: Diagnostic[] = [];
  const add = ({ list }: Findings): void => void diagnostics.push(...list);
  const [lowest, ...above] = chain.toReversed() as [Layer, ...Layer[]];
  let merged = baseLayer(lowest);
  for (const layer of above) merged = applyOverlay(merged, layer, add);
  const source = layeredSource(merged.layers, merged.supply);
  const findings = createFindings(source);
  const whole = merged.value as unknown as MappingFile;
  const bases = merged.overrides.map((override) => baseLine(override, whole, tables));
  const needed = checkDisabled(whole, findings);
  checkBases(chain, merged, mappingName(whole), bases, add);
  const disabled: readonly PlacedDisabledRule[] = rulesOf(whole)
    .filter(({ file, path }) => file.disabled === true && !needed.has(path.join('/')))
    .map(({ rule, path, file }) => ({
      name: rule.slice(mappingName(whole).length + 1),
      target: file.to,
      reason: file.reason ?? '',
      path,
      ...findings.placeOf(path),
    }));
  const off = new Set(disabled.map(({ path }) => path.join('/')));
  const { extends: _, ...rest } = withoutDisabled(whole, '', off);
  return {
    unit: { source, findings, tables, disabled, file: rest, dropped: merged.dropped },
    bases,
    diagnostics,
  };
}

/** Without rules that are switched off (their paths: `off`), and without what only overlays need. */
function withoutDisabled<Holder extends Pick<ListFile, 'rules' | 'lists'>>(
  holder: Holder,
  at: string,
  off: ReadonlySet<string>,
): Holder {
  const { rules, lists } = holder;
  const kept = Object.entries(rules ?? {}).flatMap(([name, rule]): readonly [string, RuleFile][] => {
    const { disabled: _, reason: __, base: ___, ...rest } = rule;
    return off.has(`${at}rules/${name}`) ? [] : [[name, rest]];
  });
  const inner = Object.entries(lists ?? {}).map(([name, list]) => [
    name,
    withoutDisabled(list, `${at}lists/${name}/`, off),
  ]);
  return {
    ...holder,
    ...(rules ? { rules: Object.fromEntries(kept) } : {}),
    ...(lists ? { lists: Object.fromEntries(inner) } : {}),
  };
}

/** What other parts of the mapping name cannot be switched off; gives their paths. */
function checkDisabled(file: MappingFile, findings: Findings): ReadonlySet<string> {
  const found = new Set<string>();
  const needed = [
    ...['identity' as const, 'instanceRule' as const].map((key) => ({ key, name: file[key] })),
    ...(file.adopt ?? []).map((name) => ({ key: 'adopt', name })),
  ];
  for (const { key, name } of needed) {
    if (name === undefined || !Object.hasOwn(file.rules, name) || !file.rules[name]?.disabled) continue;
    findings.add({
      code: 'disabled-needed',
      message: `${key}: names this rule, so it cannot be switched off`,
      path: ['rules', name, 'disabled'],
      part: 'key',
      rule: `${mappingName(file)}.${name}`,
      hint: `Remove disabled:, or name another rule under ${key}:.`,
    });
    found.add(`rules/${name}`);
  }
  return found;
}

function baseLine({ path, source, rule, below }: Override, whole: MappingFile, tables: Tables): BaseLine {
  const file = below.value as unknown as MappingFile;
  const inherited = ruleAt(file, path);
  const prints = createPrints(file, rowsOf(tables, layeredSource(below.layers, below.supply)));
  const recorded = ruleAt(source.value as MappingFile, path).base;
  return {
    file: source.file,
    path,
    rule: `${mappingName(whole)}.${rule}`,
    fingerprint: prints.rule(inherited, path),
    ...(recorded === undefined ? {} : { recorded }),
  };
}

function ruleAt(file: MappingFile, path: YamlPath): RuleFile {
  return path.reduce<unknown>((at, step) => (at as Record<string, unknown>)[step], file) as RuleFile;
}

/** Fingerprints that say something else than what is there, or belong to nothing. */
function checkBases(
  chain: readonly Layer[],
  { layers, overrides, dropped }: Merged,
  name: string,
  bases: readonly BaseLine[],
  add: (findings: Findings) => void,
): void {
  for (const [depth, { source, file }] of chain.entries()) {
    const [top = source, ...rest] = layers.slice(depth);
    const findings = createFindings(layeredSource([top, ...rest]));
    for (const { path, file: rule } of rulesOf(file)) {
      const { base } = rule;
      if (base === undefined || dropped.has(path.join('/'))) continue;
      const index = overrides.findIndex((each) => each.source === source && samePath(each.path, path));
      const override = overrides[index];
      const fingerprint = bases[index]?.fingerprint ?? '';
      if (override && fingerprint.startsWith(base)) continue;
      const below = rest[0];
      findings.add({
        ...(override ? changed(override) : unused(below?.file)),
        severity: 'warning',
        path: [...path, 'base'],
        rule: `${name}.${path.filter((_, at) => at % 2 === 1).join('.')}`,
      });
    }
    add(findings);
  }
}

function changed({ overridden }: Override): { code: string; message: string; hint: string } {
  return {
    code: 'base-changed',
    message: `the rule that this one overrides has changed: ${overridden.file}:${overridden.line}`,
    hint: 'Compare the two; `dicomcast check --fix` then records the rule as it is now.',
  };
}

function unused(below: string | undefined): { code: string; message: string; hint: string } {
  const code = 'base-unused';
  if (below === undefined)
    return { code, message: 'base: has no use in a file that extends nothing', hint: 'Remove base:.' };
  return {
    code,
    message: `${below} has no rule of this name, and base: is the fingerprint of an overridden one`,
    hint: 'If that rule was renamed or removed, see what has become of it; then remove base:.',
  };
}

function samePath(a: YamlPath, b: YamlPath): boolean {
  return a.join('/') === b.join('/');
}
