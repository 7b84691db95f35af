/**
 * The compiler: the texts of the mapping files and the site's settings come in, one frozen MappingPlan or the findings
 * of all files together go out. Pure: no file, clock or network.
 */
import mappingSchema from '../../schemas/mapping.schema.json' with { type: 'json' };
import { type Diagnostic, sortDiagnostics, suggest } from '../diagnostic.ts';
import type { MappingPlan, ResourcePlan, RulePlan } from '../plan.ts';
import { createFindings, type Findings } from './findings.ts';
import { fingerprintOf } from './fingerprint.ts';
import { createSchemaCheck, readAs } from './json-schema.ts';
import { compileMapping } from './mapping.ts';
import type { MappingFile, SettingFile } from './mapping-file.ts';
import { readYaml, type YamlSource } from './yaml-source.ts';

export interface MappingText {
  /** As it is to be shown in findings. */
  readonly file: string;
  readonly text: string;
}

/** The site's settings and the file they come from, so that findings can point into it. */
export interface SiteSettings {
  readonly values: Readonly<Record<string, unknown>>;
  /** Settings whose text came from a placeholder: read as the type that the mapping declares. */
  readonly filled?: ReadonlySet<string>;
  readonly source?: YamlSource;
}

export interface Compilation {
  /** Undefined when there is an error among the findings. */
  readonly plan?: MappingPlan;
  readonly diagnostics: readonly Diagnostic[];
}

interface Unit {
  readonly source: YamlSource;
  readonly file: MappingFile;
  readonly findings: Findings;
}

export function compileMappings(
  texts: readonly MappingText[],
  site: SiteSettings = { values: {} },
): Compilation {
  const diagnostics: Diagnostic[] = [];
  const checkSchema = createSchemaCheck(mappingSchema, 'mapping');
  const units: Unit[] = [];
  for (const { file, text } of texts) {
    const source = readYaml(file, text);
    const faults = source.diagnostics.length > 0 ? source.diagnostics : checkSchema(source);
    diagnostics.push(...faults);
    if (!faults.some(({ severity }) => severity === 'error')) {
      units.push({ source, file: source.value as MappingFile, findings: createFindings(source) });
    }
  }
  checkNames(units);
  const compiled = units.flatMap(
    ({ file, source, findings }) => compileMapping(file, source.file, findings) ?? [],
  );
  checkReferences(units);
  const settings = joinSettings(units);
  const complete = units.length === texts.length;
  for (const { findings } of units) diagnostics.push(...findings.list);
  // With a file missing from the picture, its settings would look unknown.
  const given = siteValues(site, settings);
  if (complete) diagnostics.push(...checkSite({ ...site, values: given }, settings));
  const hasErrors = diagnostics.some(({ severity }) => severity === 'error');
  const sorted = sortDiagnostics(diagnostics);
  if (hasErrors || !complete) return { diagnostics: sorted };
  const values = Object.fromEntries(
    Object.entries(settings).map(([name, { default: initial }]) => [
      name,
      (given[name] as typeof initial) ?? initial,
    ]),
  );
  const mappings = inReferenceOrder(compiled);
  const plan: MappingPlan = {
    fhirVersion: '4.0',
    fingerprint: fingerprintOf(
      units.map(({ file }) => file),
      mappings,
      values,
    ),
    settings: values,
    mappings,
  };
  return { plan: deepFreeze(plan), diagnostics: sorted };
}

/** Every mapping has a name of its own; a second one for a resource type needs `name:`. */
function checkNames(units: readonly Unit[]): void {
  const seen = new Map<string, string>();
  for (const { file, source, findings } of units) {
    const name = file.name ?? file.resource;
    const other = seen.get(name);
    if (other !== undefined) {
      findings.add({
        code: 'duplicate-name',
        message: `${other} maps ${name} already`,
        path: [file.name === undefined ? 'resource' : 'name'],
        hint: 'A second mapping of a resource type needs a name: of its own.',
      });
    }
    seen.set(name, source.file);
  }
}

interface Reference {
  readonly from: string;
  readonly to: string;
  readonly path: readonly (string | number)[];
}

/** References name a mapping of the configuration and do not run in a circle. */
function checkReferences(units: readonly Unit[]): void {
  const names = new Map(units.map((unit) => [unit.file.name ?? unit.file.resource, unit]));
  const edges = new Map<string, string[]>();
  for (const { file, findings } of units) {
    const from = file.name ?? file.resource;
    for (const { to, path } of referencesOf(file, from)) {
      if (names.has(to)) {
        edges.set(from, [...(edges.get(from) ?? []), to]);
      } else {
        const suggestion = suggest(to, names.keys());
        findings.add({
          code: 'unknown-mapping',
          message: `no mapping is named ${to}`,
          path,
          hint: 'List its file under mappings in the configuration, or correct the name.',
          ...(suggestion ? { suggestion } : {}),
        });
      }
    }
  }
  for (const [name, unit] of names) {
    if (reaches(edges, name, name)) {
      unit.findings.add({
        code: 'reference-cycle',
        message: `references lead from ${name} back to ${name}`,
        path: ['resource'],
      });
    }
  }
}

function referencesOf(file: MappingFile, from: string): readonly Reference[] {
  const found: Reference[] = [];
  const visit = (
    holder: Pick<MappingFile, 'rules' | 'lists'> | NonNullable<MappingFile['lists']>[string],
    path: (string | number)[],
  ): void => {
    for (const [name, rule] of Object.entries(holder.rules ?? {})) {
      if (rule.reference !== undefined)
        found.push({ from, to: rule.reference, path: [...path, 'rules', name, 'reference'] });
    }
    for (const [name, list] of Object.entries(holder.lists ?? {})) visit(list, [...path, 'lists', name]);
  };
  visit(file, []);
  return found;
}

function reaches(edges: ReadonlyMap<string, readonly string[]>, from: string, goal: string): boolean {
  const open = [...(edges.get(from) ?? [])];
  const seen = new Set<string>();
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (name === goal) return true;
    if (seen.has(name)) continue;
    seen.add(name);
    open.push(...(edges.get(name) ?? []));
  }
  return false;
}

/** Two mappings may declare one setting if the declarations are equal. */
function joinSettings(units: readonly Unit[]): Readonly<Record<string, SettingFile>> {
  const settings: Record<string, SettingFile> = {};
  for (const { file, findings } of units) {
    for (const [name, declared] of Object.entries(file.settings ?? {})) {
      const path = ['settings', name];
      if (typeof declared.default !== (declared.type === 'integer' ? 'number' : declared.type)) {
        findings.add({
          code: 'setting-default',
          message: `the default of ${name} is no ${declared.type}`,
          path: [...path, 'default'],
        });
      }
      const before = settings[name];
      if (before && (before.type !== declared.type || before.default !== declared.default)) {
        findings.add({
          code: 'setting-conflict',
          message: `another mapping declares the setting ${name} differently`,
          path,
          part: 'key',
          hint: 'Give both the same type and default, or another name.',
        });
      }
      settings[name] = declared;
    }
  }
  return settings;
}

/** The site's values; text from placeholders becomes what the setting is declared to be, where it can. */
function siteValues(
  { values, filled }: SiteSettings,
  settings: Readonly<Record<string, SettingFile>>,
): Readonly<Record<string, unknown>> {
  const read = ([name, value]: [string, unknown]): readonly [string, unknown] => {
    const type = settings[name]?.type;
    const isText = typeof value === 'string' && filled?.has(name) && type !== undefined && type !== 'string';
    return [name, isText ? (readAs(value, type) ?? value) : value];
  };
  return Object.fromEntries(Object.entries(values).map(read));
}

function checkSite(
  site: SiteSettings,
  settings: Readonly<Record<string, SettingFile>>,
): readonly Diagnostic[] {
  return Object.entries(site.values).flatMap(([name, value]): readonly Diagnostic[] => {
    const declared = settings[name];
    const range = site.source?.rangeOf(['settings', name], declared ? 'value' : 'key');
    const place = {
      file: site.source?.file ?? 'settings',
      ...(range ? { range } : {}),
      severity: 'error' as const,
    };
    if (!declared) {
      const suggestion = suggest(name, Object.keys(settings));
      return [
        {
          code: 'config.unknown-setting',
          message: `no mapping declares the setting ${name}`,
          ...place,
          ...(suggestion ? { suggestion } : {}),
          hint: `Declared: ${Object.keys(settings).toSorted().join(', ') || 'none'}.`,
        },
      ];
    }
    if (typeof value === (declared.type === 'integer' ? 'number' : declared.type)) return [];
    return [
      { code: 'config.setting-type', message: `the setting ${name} must be a ${declared.type}`, ...place },
    ];
  });
}

/** What is referred to stands before what refers to it; otherwise the order of the configuration. */
function inReferenceOrder(plans: readonly ResourcePlan[]): readonly ResourcePlan[] {
  const ordered: ResourcePlan[] = [];
  const place = (plan: ResourcePlan): void => {
    if (ordered.includes(plan)) return;
    for (const rule of allRules(plan)) {
      const { source } = rule;
      const target = source.kind === 'reference' && plans.find(({ name }) => name === source.mapping);
      if (target) place(target);
    }
    ordered.push(plan);
  };
  for (const plan of plans) place(plan);
  return ordered.reduce<readonly ResourcePlan[]>(
    (before, plan) => [...before, withReading(plan, before)],
    [],
  );
}

/** A resource that refers to one which reads the dataset depends on the dataset too. */
function withReading(plan: ResourcePlan, before: readonly ResourcePlan[]): ResourcePlan {
  if (plan.transform.readsDataset) return plan;
  const reading = new Set(before.filter(({ transform }) => transform.readsDataset).map(({ name }) => name));
  const readsDataset = allRules(plan).some(
    ({ source }) => source.kind === 'reference' && reading.has(source.mapping),
  );
  return { ...plan, transform: { ...plan.transform, readsDataset } };
}

function allRules(plan: ResourcePlan): readonly RulePlan[] {
  const ofLists = (lists: ResourcePlan['transform']['lists']): readonly RulePlan[] =>
    lists.flatMap((list) => [...list.rules, ...ofLists(list.lists)]);
  return [...plan.transform.rules, ...ofLists(plan.transform.lists)];
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const child of Object.values(value)) deepFreeze(child);
  }
  return value;
}
