/**
 * JSON Patch (RFC 6902, R4 http.html#patch): a stored resource and operations come in, another resource goes out, or a refusal. The
 * digits of decimals stay as they are, which is why no package does this: they copy numbers.
 */
import { ordered } from '../apply/json.ts';
import { sameDecimal } from '../fhir/decimal.ts';
import { patchText } from '../fhir/json-patch.ts';
import type { FhirResource } from '../fhir/resource.ts';
import { equalJson, isObject, parseJson } from './fhir-json.ts';
import { refusal } from './fhir-outcome.ts';

/** The operations in a Binary, as bundles carry them. Refuses other kinds of patches with 422. */
export function patchIn(resource: unknown): unknown {
  const text = isObject(resource) ? patchText(resource as FhirResource) : undefined;
  if (text === undefined) {
    throw refusal(
      422,
      'not-supported',
      'PATCH takes a Binary with a JSON Patch: contentType application/json-patch+json',
    );
  }
  try {
    return parseJson(text);
  } catch {
    throw refusal(400, 'structure', 'the data of the Binary is no JSON in base64');
  }
}

/**
 * The elements of what comes out stand in the order of the standard, as with servers that have a model of resources. Refuses with 400
 * what are no operations, with 422 a path that leads nowhere, and with 409 a test that fails (RFC 5789 section 2.2).
 */
export function applyPatch(resource: FhirResource, operations: unknown): FhirResource {
  if (!Array.isArray(operations)) throw malformed('a JSON Patch is a list of operations');
  let document: unknown = resource;
  for (const operation of operations) document = applyOne(document, operation);
  if (!isObject(document)) throw refusal(422, 'processing', 'the patch leaves no resource');
  return ordered(document as FhirResource, resource.resourceType);
}

const malformed = (why: string) => refusal(400, 'structure', why);
const nowhere = () => refusal(422, 'processing', 'the path of an operation leads nowhere');

function applyOne(document: unknown, operation: unknown): unknown {
  if (!isObject(operation)) throw malformed('an operation of a JSON Patch is an object');
  const { op, path, from, value } = operation as Readonly<Record<string, unknown>>;
  const target = pointer(path);
  const needsValue = op === 'add' || op === 'replace' || op === 'test';
  if (needsValue && !Object.hasOwn(operation, 'value')) throw malformed(`${op} needs a value`);
  switch (op) {
    case 'test':
      if (!sameJson(valueAt(document, target), value))
        throw refusal(409, 'conflict', 'a test of the patch failed');
      return document;
    case 'add':
      return added(document, target, value);
    case 'remove':
      return removed(document, target);
    case 'replace':
      return target.length === 0 ? value : added(removed(document, target), target, value);
    case 'copy':
      return added(document, target, valueAt(document, pointer(from)));
    case 'move':
      return added(removed(document, pointer(from)), target, valueAt(document, pointer(from)));
    default:
      throw malformed('op must be add, remove, replace, move, copy or test');
  }
}

/** RFC 6901. */
function pointer(path: unknown): readonly string[] {
  if (typeof path !== 'string' || !/^(?:\/(?:[^~]|~[01])*)?$/s.test(path))
    throw malformed('path and from are JSON Pointers');
  return path
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function valueAt(document: unknown, path: readonly string[]): unknown {
  let value = document;
  for (const part of path) {
    const holder: unknown = value;
    if (Array.isArray(holder)) value = holder[indexIn(part, holder.length - 1)];
    else if (isObject(holder) && Object.hasOwn(holder, part)) value = holder[part];
    else throw nowhere();
  }
  return value;
}

/** RFC 6901 section 4: digits without leading zeros. */
function indexIn(part: string, last: number): number {
  if (!/^(?:0|[1-9]\d{0,9})$/.test(part) || Number(part) > last) throw nowhere();
  return Number(part);
}

/** The same with the holder of the last part changed; nothing that was given is written to. */
function changedAt(
  document: unknown,
  path: readonly string[],
  change: (holder: unknown, last: string) => unknown,
): unknown {
  const [first, ...rest] = path;
  if (first === undefined) throw nowhere();
  if (rest.length === 0) return change(document, first);
  const inner = changedAt(valueAt(document, [first]), rest, change);
  if (Array.isArray(document)) return document.with(Number(first), inner);
  return { ...(document as object), [first]: inner };
}

function added(document: unknown, path: readonly string[], value: unknown): unknown {
  if (path.length === 0) return value;
  return changedAt(document, path, (holder, last) => {
    if (Array.isArray(holder))
      return holder.toSpliced(last === '-' ? holder.length : indexIn(last, holder.length), 0, value);
    // A computed name in a literal makes a child, whatever it is called.
    if (isObject(holder)) return { ...holder, [last]: value };
    throw nowhere();
  });
}

function removed(document: unknown, path: readonly string[]): unknown {
  return changedAt(document, path, (holder, last) => {
    if (Array.isArray(holder)) return holder.toSpliced(indexIn(last, holder.length - 1), 1);
    if (!isObject(holder) || !Object.hasOwn(holder, last)) throw nowhere();
    const { [last]: _, ...rest } = holder;
    return rest;
  });
}

/** RFC 6902 section 4.6: numbers by value. */
function sameJson(a: unknown, b: unknown): boolean {
  return sameDecimal(a, b) || equalJson(a, b);
}
