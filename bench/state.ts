/**
 * Comparing what FHIR servers hold: resources come in, one text for each goes out, without what every server sets in its own
 * way (id, version, date) and with references by identifier, so that equal states are equal texts.
 */
import type { JsonObject } from './fhir-store.ts';

/** Name → text; `sorted` also brings the keys of objects into one order. */
export function stateOf(resources: readonly JsonObject[], sorted: boolean): ReadonlyMap<string, string> {
  const names = new Map(resources.map((each) => [`${each['resourceType']}/${each['id']}`, nameOf(each)]));
  const texts = resources.map((resource): [string, string] => [
    nameOf(resource),
    JSON.stringify(withoutStamp(resource), (key, value: unknown) => {
      if (key === 'reference' && typeof value === 'string') return names.get(value) ?? value;
      return sorted && isObject(value) ? sortedKeys(value) : value;
    }),
  ]);
  if (new Set(names.values()).size < resources.length && names.size === resources.length)
    throw new Error('several resources have one identifier');
  return new Map(texts);
}

/** Throws unless both states are equal; says which resource differs first. */
export function assertSameState(
  what: string,
  actual: readonly JsonObject[],
  expected: readonly JsonObject[],
  options: { readonly bytes?: boolean } = {},
): void {
  const [left, right] = [stateOf(actual, !options.bytes), stateOf(expected, !options.bytes)];
  for (const name of new Set([...left.keys(), ...right.keys()])) {
    const [a, b] = [left.get(name), right.get(name)];
    if (a === b) continue;
    if (a === undefined || b === undefined)
      throw new Error(`${what}: ${name} is ${a ? 'too much' : 'missing'}`);
    let at = 0;
    while (a[at] === b[at]) at++;
    const around = (text: string) => text.slice(Math.max(0, at - 80), at + 80);
    throw new Error(`${what}: ${name} differs at ${at}:\n  ${around(a)}\n  ${around(b)}`);
  }
}

function nameOf(resource: JsonObject): string {
  const [identifier] = (resource['identifier'] ?? []) as readonly JsonObject[];
  return `${resource['resourceType']}?${identifier?.['value']}`;
}

function withoutStamp({ id: _id, meta, ...rest }: JsonObject): JsonObject {
  const { versionId: _version, lastUpdated: _updated, ...own } = (meta ?? {}) as JsonObject;
  return { ...rest, ...(Object.keys(own).length > 0 ? { meta: own } : {}) };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sortedKeys(value: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
