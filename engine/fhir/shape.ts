/**
 * The shape that FHIR R4 gives a resource or data type (R4 json.html, datatypes.html): compiled once per type to closures, then
 * a value comes in and what is wrong with it goes out, by path and rule, never with a value. Linear in the size of the value.
 */
import { type Children, childrenOf, type ElementDefinition, isResourceType } from './elements.ts';
import { isPrimitiveType, primitiveCheck } from './primitives.ts';

export type ShapeRule = 'unknown-element' | 'required' | 'cardinality' | 'type' | 'value' | 'code' | 'empty';

export interface ShapeIssue {
  /** `ImagingStudy.series[0].uid`. */
  readonly path: string;
  readonly rule: ShapeRule;
  /** Completes "<path> …"; holds no value. */
  readonly message: string;
}

export interface ShapeOptions {
  /** How deep objects may be nested; deeper ones are an issue. Default 64. */
  readonly depth?: number;
  /** After how many issues a check stops. Default 20. */
  readonly issues?: number;
}

/**
 * What a check gives: nothing when all is well, and then nothing was allocated; otherwise issues whose paths are relative to
 * what was checked, which each level on the way up completes.
 */
type Faults = ShapeIssue[] | undefined;
type Check = (value: unknown, depth: number, most: number) => Faults;
/** The owner is the object around the value: nulls in a list of primitives look at their neighbour `_name`. */
type Slot = (value: unknown, depth: number, most: number, owner: Record<string, unknown>) => Faults;

interface Member {
  readonly check: Slot;
  /** Its bit among the required elements of the type, a choice counting as one; 0: optional. */
  readonly required: number;
  /** Its bit among the choices of the type; 0: no choice. */
  readonly choice: number;
}

const checks = new Map<string, Check>();
const NO_FAULTS: readonly ShapeIssue[] = Object.freeze([]);

/**
 * A check for values of the type: a resource type (the value has its resourceType), `Resource` (any), a data type, a primitive
 * type or a backbone path. Throws a RangeError for a type that R4 does not have.
 */
export function compileShape(
  type: string,
  options: ShapeOptions = {},
): (value: unknown) => readonly ShapeIssue[] {
  const { depth = 64, issues = 20 } = options;
  const check = checkOf(type);
  return (value) => {
    const faults = check(value, depth, issues);
    return faults ? faults.slice(0, issues).map((fault) => within(type, fault)) : NO_FAULTS;
  };
}

function checkOf(type: string): Check {
  const known = checks.get(type);
  if (known) return known;
  const check = isPrimitiveType(type) ? primitive(type, undefined) : complex(type);
  checks.set(type, check);
  return check;
}

function complex(type: string): Check {
  if (type === 'Resource') return anyResource;
  const children = childrenOf(type);
  if (!children) throw new RangeError(`${type} is no type of R4`);
  return object(type, children);
}

function anyResource(value: unknown, depth: number, most: number): Faults {
  const name = (value as { readonly resourceType?: unknown } | null | undefined)?.resourceType;
  if (typeof name !== 'string' || !isResourceType(name)) return unknownResource();
  return checkOf(name)(value, depth, most);
}

function unknownResource(): Faults {
  return [fault('.resourceType', 'type', 'must name a resource type of R4')];
}

/** Contained resources are not written by mappings: what is there stays, so only its type is looked at. */
function containedResource(value: unknown): Faults {
  const name = (value as { readonly resourceType?: unknown } | null | undefined)?.resourceType;
  return typeof name === 'string' && isResourceType(name) ? undefined : unknownResource();
}

function object(type: string, children: Children): Check {
  const { members, required, names } = membersOf(type, children);
  const resourceType = isResourceType(type) ? type : undefined;
  return (value, depth, most) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return [notAnObject(value)];
    if (depth === 0) return [fault('', 'value', 'is nested too deeply')];
    const owner = value as Record<string, unknown>;
    let faults: Faults;
    let seen = 0;
    let choices = 0;
    let repeated = 0;
    let isEmpty = true;
    for (const name in owner) {
      const item = owner[name];
      if (item === undefined) continue;
      isEmpty = false;
      const member = members.get(name);
      if (member === undefined) {
        if (name === 'resourceType' && resourceType !== undefined) continue;
        faults = add(
          faults,
          [fault(`.${printable(name)}`, 'unknown-element', `is no element of ${type}`)],
          most,
        );
      } else {
        seen |= member.required;
        repeated |= choices & member.choice;
        choices |= member.choice;
        const found = member.check(item, depth - 1, most, owner);
        if (found !== undefined) faults = add(faults, found, most);
      }
      if (faults !== undefined && faults.length >= most) return faults;
    }
    if (resourceType !== undefined && owner['resourceType'] !== resourceType) {
      return add(faults, [fault('.resourceType', 'type', `must be ${resourceType}`)], most);
    }
    if (isEmpty) return [fault('', 'empty', 'must not be an empty object')];
    if (repeated !== 0) faults = add(faults, crowded(owner, children), most);
    return seen === required ? faults : add(faults, missing(seen, names), most);
  };
}

/** Slots by JSON name, `_name` for the extensions of primitives included; and the required elements by their bits. */
function membersOf(type: string, children: Children) {
  const members = new Map<string, Member>();
  const names: string[] = [];
  const groups: string[] = [];
  for (const element of children.values()) {
    const label = element.choice === undefined ? element.name : `${element.choice}[x]`;
    if (element.min > 0 && !names.includes(label)) names.push(label);
    if (element.choice !== undefined && !groups.includes(label)) groups.push(label);
    const required = element.min > 0 ? 1 << names.indexOf(label) : 0;
    const choice = element.choice === undefined ? 0 : 1 << groups.indexOf(label);
    members.set(element.name, { check: slot(element), required, choice });
    if (isPrimitiveType(element.type)) {
      members.set(`_${element.name}`, { check: companion(element), required, choice });
    }
  }
  if (names.length > 30 || groups.length > 30)
    throw new RangeError(`${type} has too many required elements or choices`);
  return { members, names, required: (1 << names.length) - 1 };
}

function slot({ name, type, list, codes }: ElementDefinition): Slot {
  const check = contentCheck(name, type, codes);
  if (list) return listOf(name, check, isPrimitiveType(type));
  const prefix = `.${name}`;
  return (value, depth, most) => {
    if (Array.isArray(value)) return [fault(prefix, 'cardinality', 'must be a single value, not a list')];
    const faults = check(value, depth, most);
    return faults && prefixed(prefix, faults);
  };
}

/** Types contain each other (Reference, Identifier, Extension), so their checks are made when they are first needed. */
function contentCheck(name: string, type: string, codes: readonly string[] | undefined): Check {
  if (isPrimitiveType(type)) return primitive(type, codes);
  if (name === 'contained') return containedResource;
  let check: Check | undefined;
  return (value, depth, most) => {
    check ??= checkOf(type);
    return check(value, depth, most);
  };
}

function listOf(name: string, check: Check, isPrimitive: boolean): Slot {
  return (value, depth, most, owner) => {
    if (!Array.isArray(value)) return [fault(`.${name}`, 'cardinality', 'must be a list')];
    if (value.length === 0) return [fault(`.${name}`, 'empty', 'must not be an empty list')];
    let faults: Faults;
    for (let index = 0; index < value.length; index++) {
      if (value[index] === null && isPrimitive && isPresentAt(owner[`_${name}`], index)) continue;
      const found = check(value[index], depth, most);
      if (found === undefined) continue;
      faults = add(faults, prefixed(`.${name}[${index}]`, found), most);
      if (faults.length >= most) break;
    }
    return faults;
  };
}

/** `_birthDate`: id and extensions of a primitive (R4 json.html#primitive); in a list, null where an item has none. */
function companion({ name, list }: ElementDefinition): Slot {
  const single = slot({ name: `_${name}`, type: 'Element', min: 0, list: false });
  if (!list) return single;
  const orNull: Check = (value, depth, most) =>
    value === null ? undefined : checkOf('Element')(value, depth, most);
  const items = listOf(`_${name}`, orNull, false);
  return (value, depth, most, owner) => {
    const isNothing = Array.isArray(value) && value.every((item) => item === null);
    if (isNothing) return [fault(`._${name}`, 'empty', 'must not be an empty list')];
    return items(value, depth, most, owner);
  };
}

function isPresentAt(companions: unknown, index: number): boolean {
  return Array.isArray(companions) && typeof companions[index] === 'object' && companions[index] !== null;
}

function primitive(type: string, codes: readonly string[] | undefined): Check {
  const check = primitiveCheck(type);
  const allowed = codes && new Set<unknown>(codes);
  return (value) => {
    if (allowed?.has(value)) return undefined;
    if (value === null) return [fault('', 'empty', 'must not be null')];
    const found = check(value);
    if (found) return [fault('', found.rule, found.reason)];
    return allowed ? [fault('', 'code', 'is not one of the codes that R4 allows here')] : undefined;
  };
}

function notAnObject(value: unknown): ShapeIssue {
  if (value === null) return fault('', 'empty', 'must not be null');
  return fault('', 'type', 'must be an object');
}

/** Every element of a choice but the first; `effectiveDateTime` and `_effectiveDateTime` are one. */
function crowded(owner: Record<string, unknown>, children: Children): ShapeIssue[] {
  const firsts = new Map<string, string>();
  const others = new Map<string, string>();
  for (const key of Object.keys(owner).filter((name) => owner[name] !== undefined)) {
    const name = key.replace(/^_/, '');
    const choice = children.get(name)?.choice;
    if (choice === undefined) continue;
    if (!firsts.has(choice)) firsts.set(choice, name);
    else if (firsts.get(choice) !== name) others.set(name, choice);
  }
  return [...others].map(([name, choice]) =>
    fault(`.${name}`, 'cardinality', `is one too many: only one of ${choice}[x] may be there`),
  );
}

function missing(seen: number, names: readonly string[]): ShapeIssue[] {
  return names
    .filter((_, bit) => (seen & (1 << bit)) === 0)
    .map((name) => fault(`.${name}`, 'required', 'is required'));
}

function fault(path: string, rule: ShapeRule, message: string): ShapeIssue {
  return { path, rule, message };
}

function within(prefix: string, { path, rule, message }: ShapeIssue): ShapeIssue {
  return { path: prefix + path, rule, message };
}

function prefixed(prefix: string, faults: readonly ShapeIssue[]): ShapeIssue[] {
  return faults.map((issue) => within(prefix, issue));
}

function add(faults: Faults, more: readonly ShapeIssue[], most: number): ShapeIssue[] {
  const all = faults ?? [];
  for (const issue of more) if (all.length < most) all.push(issue);
  return all;
}

/** Keys come from files and servers; only what looks like a name is repeated. */
function printable(name: string): string {
  return /^_?[A-Za-z][A-Za-z0-9_]{0,63}$/.test(name) ? name : '?';
}
