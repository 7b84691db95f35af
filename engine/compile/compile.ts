/**
 * The compiler: the texts of the mapping files and the site's settings come in, one frozen MappingPlan or the findings
 * of all files together go out. Pure: no file, clock or network.
 */
import mappingSchema from '../../schemas/mapping.schema.json' with { type: 'json' };
import { type Diagnostic, sortDiagnostics } from '../diagnostic.ts';
import type { MappingPlan, ResourcePlan, RulePlan } from '../plan.ts';
import { createFindings } from './findings.ts';
import { fingerprintOf } from './fingerprint.ts';
import { createSchemaCheck } from './json-schema.ts';
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
import { soundPart } from './sound-part.ts';
import { readYaml } from './yaml-source.ts';

export interface MappingText {
  /** As it is to be shown in findings. */
  readonly file: string;
  readonly text: string;
}

export interface Compilation {
  /** Undefined when there is an error among the findings. */
  readonly plan?: MappingPlan;
  readonly diagnostics: readonly Diagnostic[];
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
    const faults = [...source.diagnostics, ...(source.value === undefined ? [] : checkSchema(source))];
    diagnostics.push(...faults);
    const sound = source.value === undefined ? undefined : soundPart(source, faults);
    if (sound) units.push({ source, ...sound, findings: createFindings(source) });
  }
  const isComplete = units.length === texts.length;
  const mappings = new Map(units.map(({ file }) => [mappingName(file), file.resource]));
  checkNames(units);
  // With a file missing from the picture, its mapping and its settings would look unknown.
  const compiled = units.flatMap((unit) => compileMapping(unit, isComplete ? mappings : undefined) ?? []);
  checkCycles(units);
  const settings = joinSettings(units);
  const zones = zoneSettings(units);
  for (const { findings } of units) diagnostics.push(...findings.list);
  const given = siteValues(site, settings);
  if (isComplete && !units.some(hasDroppedSettings))
    diagnostics.push(...checkSite({ ...site, values: given }, settings, zones));
  const hasErrors = diagnostics.some(({ severity }) => severity === 'error');
  const sorted = sortDiagnostics(diagnostics);
  if (hasErrors || !isComplete) return { diagnostics: sorted };
  const values = Object.fromEntries(
    [...settings].map(([name, { default: initial }]) => [name, (given[name] as typeof initial) ?? initial]),
  );
  const ordered = inReferenceOrder(compiled);
  const plan: MappingPlan = {
    fhirVersion: '4.0',
    fingerprint: fingerprintOf(
      units.map(({ file }) => file),
      ordered,
      values,
    ),
    settings: values,
    mappings: ordered,
  };
  return { plan: deepFreeze(plan), diagnostics: sorted };
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
