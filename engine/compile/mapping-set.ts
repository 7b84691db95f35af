/**
 * What mapping files must be together: all files of a configuration and the site's settings come in; findings about names,
 * references and settings go out, with the settings that are declared.
 */
import { type Diagnostic, suggest } from '../diagnostic.ts';
import type { DisabledRule } from '../plan.ts';
import type { Findings } from './findings.ts';
import { readAs } from './json-schema.ts';
import type { LayeredSource } from './layers.ts';
import type { ListFile, MappingFile, RuleFile, SettingFile } from './mapping-file.ts';
import { isZone, ZONE_HINT } from './operand.ts';
import type { Tables } from './table.ts';
import type { YamlPath, YamlSource } from './yaml-source.ts';

/** One mapping file after the schema, as far as it is sound. */
export interface Unit {
  readonly source: LayeredSource;
  /** With what it extends, without the parts that have faults and the rules that are switched off. */
  readonly file: MappingFile;
  /** Paths of those parts, joined by `/`: `rules/name`. */
  readonly dropped: ReadonlySet<string>;
  readonly findings: Findings;
  readonly disabled: readonly PlacedDisabledRule[];
  readonly tables: Tables;
}

/** A rule that is switched off, and where in the mapping it stands. */
export interface PlacedDisabledRule extends DisabledRule {
  readonly path: YamlPath;
}

export function hasDroppedSettings({ dropped }: Unit): boolean {
  return [...dropped].some((path) => path.startsWith('settings'));
}

/** The site's settings and the file they come from, so that findings can point into it. */
export interface SiteSettings {
  /** True when a mapping of the configuration could not be read: what refers to it is not at fault. */
  readonly isPartial?: boolean;
  /** True when other mappings than those of the configuration are compiled: its settings may be for those. */
  readonly isForOthers?: boolean;
  readonly values: Readonly<Record<string, unknown>>;
  /** Settings that stand at the top level of the file; of mappings that are not listed they say nothing. */
  readonly switches?: Readonly<Record<string, boolean>>;
  /** Settings whose text came from a placeholder: read as the type that the mapping declares. */
  readonly filled?: ReadonlySet<string>;
  readonly source?: YamlSource;
}

export type Settings = ReadonlyMap<string, SettingFile>;

/** By which a mapping is referred to. */
export function mappingName({ name, resource }: Pick<MappingFile, 'name' | 'resource'>): string {
  return name ?? resource;
}

/** Every mapping has a name of its own; a second one for a resource type needs `name:`. */
export function checkNames(units: readonly Unit[]): void {
  const seen = new Map<string, LayeredSource>();
  for (const { file, source, findings } of units) {
    const name = mappingName(file);
    const other = seen.get(name);
    if (other) {
      const message =
        other.file === source.file
          ? 'this file is read twice'
          : `${other.file} is the mapping ${name} already`;
      const isOverlay = source.layers.length > 1 && !(file.name !== undefined && findings.isOwn(['name']));
      findings.add({
        code: 'duplicate-name',
        message,
        path: [isOverlay ? 'extends' : file.name === undefined ? 'resource' : 'name'],
        hint: duplicateHint(source, other),
      });
    }
    seen.set(name, source);
  }
}

function duplicateHint(source: LayeredSource, other: LayeredSource): string {
  if (other.file === source.file) return 'List each file once under mappings: in the configuration.';
  const [overlay, base] = source.layers.some(({ file }) => file === other.file)
    ? [source, other]
    : [other, source];
  return overlay.layers.some(({ file }) => file === base.file)
    ? `${overlay.file} extends ${base.file}: list the overlay alone under mappings: in the configuration.`
    : 'A second mapping of a resource type needs a name: of its own.';
}

interface Reference {
  readonly to: string;
  readonly path: YamlPath;
  readonly rule: string;
}

/** References do not run in a circle; each circle is one finding, at the first mapping of it. */
export function checkCycles(units: readonly Unit[]): void {
  const edges = new Map(units.map(({ file }) => [mappingName(file), referencesOf(file)]));
  const reported = new Set<string>();
  for (const { file, findings } of units) {
    const from = mappingName(file);
    const circle = reported.has(from) ? undefined : circleFrom(edges, from);
    const [first] = circle ?? [];
    if (!circle || !first || circle.some(({ to }) => reported.has(to))) continue;
    for (const { to } of circle) reported.add(to);
    findings.add({
      code: 'reference-cycle',
      message: `references run in a circle: ${[from, ...circle.map(({ to }) => to)].join(' → ')}`,
      path: first.path,
      rule: first.rule,
      hint: 'What is referred to is made first: remove one of these references.',
    });
  }
}

function referencesOf(file: MappingFile): readonly Reference[] {
  return rulesOf(file).flatMap(({ rule, path, file: { reference } }) =>
    reference === undefined ? [] : [{ to: reference, path: [...path, 'reference'], rule }],
  );
}

interface PlacedRule {
  /** `Mapping.series.number`. */
  readonly rule: string;
  readonly path: YamlPath;
  readonly file: RuleFile;
}

/** All rules of a file, those of its lists too. */
export function rulesOf(file: MappingFile): readonly PlacedRule[] {
  const visit = (
    holder: Pick<ListFile, 'rules' | 'lists'>,
    path: YamlPath,
    prefix: string,
  ): readonly PlacedRule[] => [
    ...Object.entries(holder.rules ?? {}).map(([name, rule]) => ({
      rule: `${prefix}${name}`,
      path: [...path, 'rules', name],
      file: rule,
    })),
    ...Object.entries(holder.lists ?? {}).flatMap(([name, list]) =>
      visit(list, [...path, 'lists', name], `${prefix}${name}.`),
    ),
  ];
  return visit(file, [], `${mappingName(file)}.`);
}

/** A shortest way back to where it starts. */
function circleFrom(
  edges: ReadonlyMap<string, readonly Reference[]>,
  start: string,
): readonly Reference[] | undefined {
  const seen = new Set<string>();
  let ways: readonly (readonly Reference[])[] = [[]];
  while (ways.length > 0) {
    const longer: (readonly Reference[])[] = [];
    for (const way of ways) {
      for (const reference of edges.get(way.at(-1)?.to ?? start) ?? []) {
        if (reference.to === start) return [...way, reference];
        if (!seen.has(reference.to)) longer.push([...way, reference]);
        seen.add(reference.to);
      }
    }
    ways = longer;
  }
  return undefined;
}

/** Two mappings may declare one setting if the declarations are equal. */
export function joinSettings(units: readonly Unit[]): Settings {
  const settings = new Map<string, SettingFile>();
  const files = new Map<string, string>();
  for (const { file, source, findings } of units) {
    for (const [name, declared] of Object.entries(file.settings ?? {})) {
      const before = settings.get(name);
      if (before && (before.type !== declared.type || before.default !== declared.default)) {
        const what = before.type === declared.type ? 'default' : 'type';
        findings.add({
          code: 'setting-conflict',
          message: `${files.get(name)} declares the setting ${name} with another ${what}`,
          path: ['settings', name],
          part: 'key',
          hint: 'Give both the same type and default, or this one another name.',
        });
      }
      settings.set(name, before ?? declared);
      files.set(name, files.get(name) ?? source.layerOf(['settings', name]).file);
    }
  }
  return settings;
}

/** The site's values; text from placeholders becomes what the setting is declared to be, where it can. */
export function siteValues(
  { values, filled, switches = {} }: SiteSettings,
  settings: Settings,
): Readonly<Record<string, unknown>> {
  const read = ([name, value]: [string, unknown]): readonly [string, unknown] => {
    const type = settings.get(name)?.type;
    const isText = typeof value === 'string' && filled?.has(name) && type !== undefined && type !== 'string';
    return [name, isText ? (readAs(value, type) ?? value) : value];
  };
  const declared = Object.entries(switches).filter(([name]) => settings.has(name));
  return Object.fromEntries([...declared, ...Object.entries(values).map(read)]);
}

const TYPE_WORDS = { string: 'text', boolean: 'true or false', integer: 'a whole number' } as const;
const TYPE_HINTS = {
  string: 'Put it in quotes.',
  boolean: 'Write true or false, without quotes.',
  integer: 'Write digits alone, without quotes.',
} as const;

/** Settings that are the `zone:` of a rule. Their defaults are checked on the way. */
export function zoneSettings(units: readonly Unit[]): ReadonlySet<string> {
  const zones = new Set<string>();
  for (const { file, findings } of units) {
    for (const { file: rule } of rulesOf(file)) {
      const name = /^%settings\.(\w+)$/.exec(rule.zone ?? '')?.[1];
      if (name === undefined || zones.has(name)) continue;
      zones.add(name);
      const initial = file.settings?.[name]?.default;
      if (typeof initial !== 'string' || isZone(initial)) continue;
      const message = `${name} is the zone: of a rule, and this is no time zone and no offset from UTC`;
      findings.add({ code: 'constant', message, path: ['settings', name, 'default'], hint: ZONE_HINT });
    }
  }
  return zones;
}

/** Settings of the site that no mapping declares, that have another type, or are no offset where one is needed. */
export function checkSite(
  site: SiteSettings,
  settings: Settings,
  zones: ReadonlySet<string>,
): readonly Diagnostic[] {
  return Object.entries(site.values).flatMap(([name, value]): readonly Diagnostic[] => {
    const declared = settings.get(name);
    const path = Object.hasOwn(site.switches ?? {}, name) ? [name] : ['settings', name];
    const range = site.source?.rangeOf(path, declared ? 'value' : 'key');
    const place = {
      severity: 'error' as const,
      file: site.source?.file ?? 'settings',
      ...(range ? { range } : {}),
    };
    if (!declared && site.isForOthers) return [];
    if (!declared) {
      const close = suggest(name, settings.keys());
      const names = [...settings.keys()].toSorted().join(', ') || 'none';
      const more = close ? { suggestion: close } : { hint: `Settings of these mappings: ${names}.` };
      const message = `no mapping declares the setting ${name}`;
      return [{ code: 'config.unknown-setting', message, ...place, ...more }];
    }
    const isOfType =
      declared.type === 'integer' ? Number.isSafeInteger(value) : typeof value === declared.type;
    if (isOfType && !(zones.has(name) && !isZone(String(value)))) return [];
    if (isOfType) {
      const message = `the setting ${name} must be a time zone or an offset from UTC`;
      return [{ code: 'config.setting-type', message, ...place, hint: ZONE_HINT }];
    }
    const message = `the setting ${name} must be ${TYPE_WORDS[declared.type]}`;
    const hint = TYPE_HINTS[declared.type];
    return [{ code: 'config.setting-type', message, ...place, hint }];
  });
}
