/**
 * The search parameters that the sandbox really has: a resource type in, its parameters out, each with the places where its values
 * stand. From the table of R4 (searchparameter-registry.html), as far as index and search understand the types of the values.
 */
import table from '../../schemas/fhir-r4-search.json' with { type: 'json' };
import { child, childrenOf, choiceOf, isResourceType } from '../fhir/elements.ts';

export type ParameterType = 'token' | 'string' | 'reference' | 'date' | 'uri';

export interface SearchParameter {
  readonly name: string;
  readonly type: ParameterType;
  /** Element steps in JSON names; lists are flattened on the way. Several are a union. */
  readonly paths: readonly (readonly string[])[];
  /** References: the types that may be meant; undefined: any. */
  readonly targets?: readonly string[];
  /** True when references to other types do not count (`patient` of `subject`). */
  readonly isNarrowed?: true;
  /** Not in the index (a study has thousands of instances): candidates are read and compared. */
  readonly isScanned?: true;
}

/** What index and search understand, by the type of the element. ContactPoint is not here: its system is no namespace. */
const UNDERSTOOD: Readonly<Record<ParameterType, readonly string[]>> = {
  token: ['code', 'Coding', 'CodeableConcept', 'Identifier', 'boolean', 'string', 'id'],
  string: ['string', 'markdown', 'HumanName', 'Address'],
  reference: ['Reference'],
  date: ['date', 'dateTime', 'instant', 'Period'],
  uri: ['uri', 'url', 'canonical', 'oid', 'uuid'],
};

/** A study of 10,000 instances must not write 10,000 rows on every update. */
const SCANNED = new Set(['ImagingStudy.instance']);

/** Columns of the store. */
const COLUMNS = new Set(['_id', '_lastUpdated']);

interface Row {
  readonly name: string;
  readonly type: ParameterType;
  readonly path: readonly string[];
}

let rowsByRoot: ReadonlyMap<string, readonly Row[]> | undefined;
const byType = new Map<string, ReadonlyMap<string, SearchParameter>>();

/** Parameters of a resource type by name, without `_id` and `_lastUpdated`; empty for a name that is no R4 type. */
export function parametersOf(type: string): ReadonlyMap<string, SearchParameter> {
  const known = byType.get(type);
  if (known) return known;
  if (!isResourceType(type)) return new Map();
  const parameters = new Map<string, SearchParameter>();
  rowsByRoot ??= readRows();
  for (const root of ['Resource', type]) {
    for (const row of rowsByRoot.get(root) ?? []) {
      for (const path of concretePaths(type, row)) add(parameters, type, { ...row, path });
    }
  }
  addPatient(parameters, type);
  byType.set(type, parameters);
  return parameters;
}

function readRows(): ReadonlyMap<string, readonly Row[]> {
  const rows = Object.entries(table.parameters as Readonly<Record<string, string>>).map(([element, text]) => {
    const [root = '', ...path] = element.split('.');
    const [name = '', type = ''] = text.split(' ');
    return { root, name, type: type as ParameterType, path };
  });
  return Map.groupBy(rows, ({ root }) => root);
}

/** The paths in JSON names: an element of a choice for each type that the parameter understands. */
function concretePaths(type: string, row: Row): readonly (readonly string[])[] {
  if (COLUMNS.has(row.name)) return [];
  let paths: readonly (readonly string[])[] = [[]];
  let types: readonly string[] = [type];
  for (const step of row.path) {
    const parent = types[0] ?? '';
    const element = childrenOf(parent)?.get(step);
    const elements = element ? [element] : choiceOf(parent, step);
    paths = elements.flatMap(({ name }) => paths.map((path) => [...path, name]));
    types = elements.map((each) => each.type);
  }
  return paths.filter((_path, index) => UNDERSTOOD[row.type].includes(types[index] ?? ''));
}

function add(parameters: Map<string, SearchParameter>, type: string, { name, type: kind, path }: Row): void {
  const before = parameters.get(name);
  const targets = kind === 'reference' ? targetsOf(type, path) : undefined;
  parameters.set(name, {
    name,
    type: kind,
    paths: [...(before?.paths ?? []), path],
    ...(targets ? { targets: [...new Set([...(before?.targets ?? []), ...targets])] } : {}),
    ...(SCANNED.has(`${type}.${name}`) ? { isScanned: true } : {}),
  });
}

function targetsOf(type: string, path: readonly string[]): readonly string[] | undefined {
  let parent = type;
  let targets: readonly string[] | undefined;
  for (const step of path) {
    const element = child(parent, step);
    parent = element?.type ?? '';
    targets = element?.targets;
  }
  return targets;
}

/** R4 defines `patient` as the subject that is a Patient; an expression that a table of paths cannot hold. */
function addPatient(parameters: Map<string, SearchParameter>, type: string): void {
  if (parameters.has('patient')) return;
  for (const name of ['patient', 'subject']) {
    const element = child(type, name);
    if (element?.type !== 'Reference' || element.targets?.includes('Patient') === false) continue;
    const narrowed = { paths: [[name]], targets: ['Patient'], isNarrowed: true } as const;
    parameters.set('patient', { name: 'patient', type: 'reference', ...narrowed });
    return;
  }
}
