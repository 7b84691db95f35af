/**
 * The elements of every FHIR R4 resource, data type and backbone element: a type or a path comes in, its children go out, with
 * inherited ones (id, extension, meta, …) and choices by their concrete JSON names. Reads schemas/fhir-r4-elements.json.
 */
import table from '../../schemas/fhir-r4-elements.json' with { type: 'json' };

export interface ElementDefinition {
  /** The name in JSON: `status`, `effectiveDateTime`. */
  readonly name: string;
  /** A FHIR type, or the path of a backbone element: what `childrenOf` takes. */
  readonly type: string;
  /** For an element of a choice: how often the choice as a whole must be there. */
  readonly min: number;
  readonly list: boolean;
  /** The only codes that are allowed (a required binding of at most 100 codes). */
  readonly codes?: readonly string[];
  /** The resource types that a Reference may point to; undefined: any. */
  readonly targets?: readonly string[];
  /** `effective` for `effectiveDateTime`. */
  readonly choice?: string;
}

export type Children = ReadonlyMap<string, ElementDefinition>;

const types = table.types as Readonly<Record<string, string>>;
const codes = table.codes as Readonly<Record<string, readonly string[]>>;
const rows = table.elements as Readonly<Record<string, string>>;

const childrenByType = new Map<string, Children | undefined>();
let ownNames: ReadonlyMap<string, readonly string[]> | undefined;
let resources: readonly string[] | undefined;

/** True for a type of resource that can exist: not for Resource and DomainResource, which are abstract. */
export function isResourceType(name: string): boolean {
  return Object.hasOwn(types, name) && types[name]?.startsWith('resource ') === true;
}

/** All types of resources, sorted. */
export function resourceTypes(): readonly string[] {
  resources ??= Object.freeze(Object.keys(types).filter(isResourceType));
  return resources;
}

/**
 * The children of a resource type, a data type, or a path from one (`ImagingStudy.series`, `Bundle.entry.link`); the content
 * of a path that is defined elsewhere is looked up there. Undefined for primitive types and for what is not in R4.
 */
export function childrenOf(type: string): Children | undefined {
  if (childrenByType.has(type)) return childrenByType.get(type);
  const children = type.includes('.') ? childrenOfPath(type) : childrenOfType(type);
  // Only what exists is kept: names that do not exist come from users and have no end.
  if (children) childrenByType.set(type, children);
  return children;
}

/** The child with this JSON name; undefined for the name of a choice (`effective`): see choiceOf. */
export function child(type: string, name: string): ElementDefinition | undefined {
  return childrenOf(type)?.get(name);
}

/** `('Observation', 'effective')`: effectiveDateTime, effectivePeriod, … in the order of R4; empty when there is no such choice. */
export function choiceOf(type: string, choice: string): readonly ElementDefinition[] {
  return [...(childrenOf(type)?.values() ?? [])].filter((element) => element.choice === choice);
}

function childrenOfType(type: string): Children | undefined {
  const [kind, base] = Object.hasOwn(types, type) ? splitType(type) : [];
  if (kind === undefined || kind === 'primitive-type') return undefined;
  return childrenFrom(type, base);
}

function splitType(type: string): readonly (string | undefined)[] {
  return (types[type] ?? '').replace('abstract ', '').split(' ');
}

function childrenOfPath(path: string): Children | undefined {
  const cut = path.lastIndexOf('.');
  const element = child(path.slice(0, cut), path.slice(cut + 1));
  if (!element) return undefined;
  if (element.type !== path) return childrenOf(element.type);
  const [, base] = (rows[path] ?? '').split(' ');
  return childrenFrom(path, base);
}

/** Base first, as in the definitions; nothing in R4 redefines an inherited element. */
function childrenFrom(path: string, base: string | undefined): Children {
  const children = new Map(base === undefined ? [] : childrenOf(base));
  ownNames ??= namesByParent();
  for (const name of ownNames.get(path) ?? []) {
    for (const element of definitionsOf(path, name)) children.set(element.name, element);
  }
  return children;
}

function namesByParent(): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, string[]>();
  for (const path of Object.keys(rows)) {
    const cut = path.lastIndexOf('.');
    const siblings = names.get(path.slice(0, cut));
    if (siblings) siblings.push(path.slice(cut + 1));
    else names.set(path.slice(0, cut), [path.slice(cut + 1)]);
  }
  return names;
}

/** One definition, or one for each type of a choice. The row: see `notation` in the table. */
function definitionsOf(parent: string, name: string): readonly ElementDefinition[] {
  const [cardinality = '', typeText = '', detail] = (rows[`${parent}.${name}`] ?? '').split(' ');
  const [min, max] = cardinality.split('..');
  const common = { min: Number(min), list: max === '*' };
  const choice = name.endsWith('[x]') ? name.slice(0, -3) : undefined;
  return typeText.split('|').map((typeName) => {
    const isReference = typeName === 'Reference';
    return Object.freeze({
      name: choice === undefined ? name : choice + typeName.charAt(0).toUpperCase() + typeName.slice(1),
      type: contentType(typeName, `${parent}.${name}`),
      ...common,
      ...(detail !== undefined && typeName === 'code' && { codes: codes[detail] }),
      ...(detail !== undefined && isReference && { targets: Object.freeze(detail.split('|')) }),
      ...(choice !== undefined && { choice }),
    });
  });
}

/** Where the children of an element are listed: under its own path (backbone), under another, or under its type. */
function contentType(typeName: string, path: string): string {
  if (typeName.startsWith('#')) return typeName.slice(1);
  return typeName === 'BackboneElement' || typeName === 'Element' ? path : typeName;
}
