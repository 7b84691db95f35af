/**
 * References inside a resource (R4 references.html): finds every literal one at any depth and rewrites it. What does not
 * change is shared with the input, which is never touched.
 */
import type { FhirResource, FhirValue } from '../fhir/resource.ts';
import { isObject } from './fhir-json.ts';
import { refusal } from './fhir-outcome.ts';

/** Values of type uri and its kin that R4 http.html#trules rewrites too, as far as their names tell the type. */
const URI_VALUES = new Set(['valueUri', 'valueUrl', 'valueUuid', 'valueOid']);

export interface ReferenceTargets {
  /** `urn:uuid:…` or an address → `Type/id`, of the entries of a bundle; empty elsewhere. */
  readonly byFullUrl: ReadonlyMap<string, string>;
  /** `Patient?identifier=…` → `Patient/1`; absent where conditional references are not allowed. */
  readonly byQuery?: (type: string, query: string) => string;
}

/**
 * The resource with its references resolved. Refuses (400) a `urn:uuid:` or `urn:oid:` that no entry has, and a conditional
 * reference where there may be none: stored, they would point nowhere.
 */
export function resolveReferences(resource: FhirResource, targets: ReferenceTargets): FhirResource {
  return rewrite(resource, resource.resourceType, targets) as FhirResource;
}

function rewrite(value: FhirValue, path: string, targets: ReferenceTargets): FhirValue {
  if (Array.isArray(value)) {
    const items = value.map((item, index) => rewrite(item, `${path}[${index}]`, targets));
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  if (!isObject(value)) return value;
  let changed: [string, FhirValue | undefined][] | undefined;
  const children = Object.entries(value);
  for (const [index, [name, child]] of children.entries()) {
    if (child === undefined || child === null) continue;
    const next =
      typeof child === 'string'
        ? rewriteText(name, child, `${path}.${name}`, targets)
        : rewrite(child, `${path}.${name}`, targets);
    if (next === child) continue;
    changed ??= children.slice();
    changed[index] = [name, next];
  }
  return changed ? Object.fromEntries(changed) : value;
}

function rewriteText(name: string, text: string, path: string, targets: ReferenceTargets): string {
  if (URI_VALUES.has(name)) return targets.byFullUrl.get(text) ?? text;
  if (name !== 'reference') return text;
  const target = targets.byFullUrl.get(text);
  if (target !== undefined) return target;
  if (/^urn:(?:uuid|oid):/i.test(text)) {
    throw refusal(400, 'not-found', 'the reference names a fullUrl that no entry has', path);
  }
  const conditional = /^([A-Z][A-Za-z]+)\?(.*)$/s.exec(text);
  if (!conditional?.[1]) return text;
  if (!targets.byQuery) {
    throw refusal(400, 'not-supported', 'conditional references are for transactions only', path);
  }
  return targets.byQuery(conditional[1], conditional[2] ?? '');
}
