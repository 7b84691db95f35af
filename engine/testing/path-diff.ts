/**
 * Two results, or a part and a resource, come in; where they differ goes out, path by path. Resources are matched by type and
 * identifier, items of lists by what tells them apart, so that one missing item is one difference.
 */
import { isDecimalObject } from '../fhir/decimal.ts';
import type { FhirElement, FhirResource, FhirValue } from '../fhir/resource.ts';
import { nameOf } from './canonical.ts';

export type Steps = readonly (string | number)[];

/** One path at which two resources differ. */
export interface PathDifference {
  /** `Type`, `Type(P1)`, `Type[1]`. */
  readonly label: string;
  readonly resourceType: string;
  readonly steps: Steps;
  readonly want?: FhirValue;
  readonly got?: FhirValue;
  /** The resources around them, as far as there are any. */
  readonly resources: readonly FhirResource[];
}

/** `Type.name[0].family`. */
export function pathText({ label, steps }: Pick<PathDifference, 'label' | 'steps'>): string {
  return steps.reduce<string>(
    (path, step) => (typeof step === 'number' ? `${path}[${step}]` : `${path}.${step}`),
    label,
  );
}

export function diffResources(
  want: readonly FhirResource[],
  got: readonly FhirResource[],
): readonly PathDifference[] {
  const types = [...new Set([...want, ...got].map(({ resourceType }) => resourceType))].toSorted();
  return types.flatMap((type) => {
    const ofType = (all: readonly FhirResource[]) => all.filter(({ resourceType }) => resourceType === type);
    const pairs = pairResources(ofType(want), ofType(got));
    return pairs.flatMap(([wanted, present], index) => {
      const label = pairs.length === 1 ? type : labelOf(present ?? wanted, index);
      const resources = [present, wanted].filter((each) => each !== undefined);
      return diffValues(wanted, present, []).map((each) => ({
        ...each,
        label,
        resourceType: type,
        resources,
      }));
    });
  });
}

/** Where `part` is not in the resource: what the part does not speak of does not count. */
export function missingParts(
  part: FhirElement,
  resource: FhirResource,
  label: string,
): readonly PathDifference[] {
  const { resourceType } = resource;
  return uncovered(part, resource, []).map((each) => ({
    ...each,
    label,
    resourceType,
    resources: [resource],
  }));
}

/** `Type(P1)` by its first identifier, `Type[1]` where it has none. */
export function labelOf(resource: FhirResource | undefined, index: number): string {
  if (!resource) return '';
  const [, value] = /\|(.*)$/s.exec(nameOf(resource)) ?? [];
  return value === undefined ? `${resource.resourceType}[${index}]` : `${resource.resourceType}(${value})`;
}

type Pair<T> = readonly [want: T | undefined, got: T | undefined];

function pairResources(
  want: readonly FhirResource[],
  got: readonly FhirResource[],
): readonly Pair<FhirResource>[] {
  if (want.length <= 1 && got.length <= 1) return [[want[0], got[0]]];
  return paired(want, got, (resource) =>
    resource['identifier'] === undefined ? undefined : nameOf(resource),
  );
}

/** By key where every item has one of its own, otherwise by place; what has no partner stands alone. */
function paired<T>(
  want: readonly T[],
  got: readonly T[],
  keyOf: (item: T) => string | undefined,
): readonly Pair<T>[] {
  const length = Math.max(want.length, got.length);
  if (!isTold(want, keyOf) || !isTold(got, keyOf))
    return Array.from({ length }, (_, index) => [want[index], got[index]] as const);
  const open = new Map(got.map((item) => [keyOf(item), item]));
  const pairs = want.map((item): Pair<T> => {
    const partner = open.get(keyOf(item));
    open.delete(keyOf(item));
    return [item, partner];
  });
  return [...pairs, ...[...open.values()].map((item): Pair<T> => [undefined, item])];
}

function isTold<T>(items: readonly T[], keyOf: (item: T) => string | undefined): boolean {
  const keys = items.map(keyOf);
  return !keys.includes(undefined) && new Set(keys).size === keys.length;
}

type Plain = Pick<PathDifference, 'steps' | 'want' | 'got'>;

function diffValues(want: FhirValue | undefined, got: FhirValue | undefined, steps: Steps): readonly Plain[] {
  if (isMap(want) && isMap(got)) {
    const names = [...new Set([...Object.keys(want), ...Object.keys(got)])];
    return names.flatMap((name) => diffValues(want[name], got[name], [...steps, name]));
  }
  if (Array.isArray(want) && Array.isArray(got)) {
    const pairs = want.length === got.length ? byPlace(want, got) : paired(want, got, itemKey);
    return pairs.flatMap(([wanted, present]) => {
      const place = wanted === undefined ? got.indexOf(present) : want.indexOf(wanted);
      return diffValues(wanted, present, [...steps, place]);
    });
  }
  return JSON.stringify(want) === JSON.stringify(got) ? [] : [plain(steps, want, got)];
}

function byPlace(want: readonly FhirValue[], got: readonly FhirValue[]): readonly Pair<FhirValue>[] {
  return want.map((item, index) => [item, got[index]] as const);
}

/** What tells items of FHIR's lists apart. */
function itemKey(item: FhirValue): string | undefined {
  if (!isMap(item)) return JSON.stringify(item);
  const key = ['uid', 'value', 'url', 'reference', 'code', 'use', 'text'].find(
    (name) => item[name] !== undefined,
  );
  return key === undefined ? undefined : JSON.stringify(item[key]);
}

/** What `part` asks for and `value` has not: of a list, each item must match some item. */
function uncovered(
  part: FhirValue | undefined,
  value: FhirValue | undefined,
  steps: Steps,
): readonly Plain[] {
  if (isMap(part) && isMap(value))
    return Object.entries(part).flatMap(([name, child]) => uncovered(child, value[name], [...steps, name]));
  if (Array.isArray(part) && Array.isArray(value)) {
    return part.flatMap((wanted) => {
      const found = value.map((item, index) => uncovered(wanted, item, [...steps, index]));
      const best = found.toSorted((a, b) => a.length - b.length)[0];
      return best ?? [plain([...steps, 0], wanted, undefined)];
    });
  }
  return JSON.stringify(part) === JSON.stringify(value) ? [] : [plain(steps, part, value)];
}

function plain(steps: Steps, want: FhirValue | undefined, got: FhirValue | undefined): Plain {
  return { steps, ...(want === undefined ? {} : { want }), ...(got === undefined ? {} : { got }) };
}

/** An element, told apart from a decimal. */
interface JsonMap extends FhirElement {
  readonly rawJSON?: never;
}

function isMap(value: FhirValue | undefined): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isDecimalObject(value);
}
