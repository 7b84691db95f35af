/**
 * The compiler: the texts of the mapping files and the site's settings come in, one frozen MappingPlan or the findings
 * of all files together go out. Pure: no file, clock or network.
 */
import mappingSchema from '../../schemas/mapping.schema.json' with { type: 'json' };
import { type Diagnostic, shortened, sortDiagnostics } from '../diagnostic.ts';
import { isResourceType } from '../fhir/elements.ts';
import type { MappingPlan, ResourcePlan, RulePlan } from '../plan.ts';
import { createChainReader } from './extends.ts';
import { createPrints, fingerprintOf } from './fingerprint.ts';
import { checkForEach } from './for-each.ts';
import { createSchemaCheck } from './json-schema.ts';
import type { FindFile, MappingText } from './layers.ts';
import { compileMapping } from './mapping.ts';
import {
  checkCycles,
  checkNames,
  checkSite,
  hasDroppedSettings,
  joinSettings,
  mappingName,
  type SiteSettings,
  siteValues,
  type Unit,
  zoneSettings,
} from './mapping-set.ts';
import { type BaseLine, mergeLayers } from './merged-mapping.ts';
import { createTables, rowsOf } from './table.ts';

export type { FindFile, MappingText } from './layers.ts';
export type { BaseLine } from './merged-mapping.ts';

export interface Compilation {
  /** Undefined when there is an error among the findings. */
  readonly plan?: MappingPlan;
  readonly diagnostics: readonly Diagnostic[];
  /** What `base:` of each rule that changes another should say. */
  readonly bases: readonly BaseLine[];
}

/** `find` gives what the texts extend and the tables that they name. */
export function compileMappings(
  texts: readonly MappingText[],
  site: SiteSettings = { values: {} },
  find: FindFile = () => ({ error: 'cannot be read here' }),
): Compilation {
  const diagnostics: Diagnostic[] = [];
  const reader = createChainReader(find, createSchemaCheck(mappingSchema, 'mapping'));
  const tables = createTables(find);
  const bases: BaseLine[] = [];
  const units = texts.flatMap((text): readonly Unit[] => {
    const chain = reader.read(text);
    if (!chain) return [];
    const merged = mergeLayers(chain, tables);
    diagnostics.push(...merged.diagnostics);
    bases.push(...merged.bases);
    return [merged.unit];
  });
  const isComplete =
    !site.isPartial &&
    units.length === texts.length &&
    units.every(({ file }) => isResourceType(file.resource));
  const settings = joinSettings(units);
  const given = siteValues(site, settings);
  const values = Object.fromEntries(
    [...settings].map(([name, { default: initial }]) => [name, (given[name] as typeof initial) ?? initial]),
  );
  const prints = units.map(({ file, source }) => createPrints(file, rowsOf(tables, source), values));
  const mappings = new Map(units.map(({ file }) => [mappingName(file), file.resource]));
  checkNames(units);
  // With a file missing from the picture, its mapping and its settings would look unknown.
  const compiled = units.flatMap(
    (unit, index) => compileMapping(unit, isComplete ? mappings : undefined, prints[index]?.rule) ?? [],
  );
  checkCycles(units);
  checkForEach(units, compiled);
  const zones = zoneSettings(units);
  for (const { findings } of units) diagnostics.push(...findings.list);
  diagnostics.push(...reader.diagnostics, ...tables.diagnostics);
  if (isComplete && !units.some(hasDroppedSettings))
    diagnostics.push(...checkSite({ ...site, values: given }, settings, zones));
  const hasErrors = diagnostics.some(({ severity }) => severity === 'error');
  const sorted = sortDiagnostics(once(diagnostics)).map(shortened);
  if (hasErrors || !isComplete) return { diagnostics: sorted, bases };
  const ordered = inReferenceOrder(compiled);
  const plan: MappingPlan = {
    fhirVersion: '4.0',
    fingerprint: fingerprintOf(
      prints,
      ordered.map(({ name }) => name),
      values,
    ),
    settings: values,
    mappings: ordered,
  };
  return { plan: deepFreeze(plan), diagnostics: sorted, bases };
}

/** A file that several mappings extend has its findings in each of them. */
function once(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const seen = new Set<string>();
  return diagnostics.filter(({ file, code, message, range }) => {
    const identity = JSON.stringify([file, code, message, range?.start]);
    const isNew = !seen.has(identity);
    seen.add(identity);
    return isNew;
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
  const finished: ResourcePlan[] = [];
  for (const plan of ordered) finished.push(withReading(plan, finished));
  return finished;
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
