/**
 * Writes: checks what is given, then creates, updates or deletes one resource in the store (R4 http.html). Runs inside the
 * caller's transaction, so a refusal leaves nothing behind.
 */
import { isResourceType } from '../fhir/elements.ts';
import type { FhirResource } from '../fhir/resource.ts';
import { compileShape } from '../fhir/shape.ts';
import { indexRows } from './fhir-index.ts';
import { equalJson, isObject } from './fhir-json.ts';
import { refusal, refusalOf } from './fhir-outcome.ts';
import { applyPatch } from './fhir-patch.ts';
import { etagOf, instantOf, readCurrent } from './fhir-read.ts';
import { findConditional } from './fhir-search.ts';
import { type FhirStore, resourceOf, type StoredVersion } from './fhir-store.ts';

export interface Writing {
  readonly store: FhirStore;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** All addresses of this server. */
  readonly bases: readonly string[];
}

export interface Preconditions {
  readonly ifMatch?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
}

export interface Written {
  readonly status: 200 | 201 | 204;
  readonly type: string;
  readonly id: string;
  /** Absent when there was nothing to delete. */
  readonly version?: number;
  readonly updated?: number;
  /** Absent after a deletion. */
  readonly resource?: FhirResource;
}

/** R4 valueset-issue-type, by the rule of the shape. */
const ISSUE_CODES: Readonly<Record<string, string>> = {
  required: 'required',
  value: 'value',
  code: 'code-invalid',
};

/**
 * The value as a resource of the type. Refuses with 400 what is not one, and with 422 what breaks the shape of R4: unknown
 * elements, wrong types, missing required elements. Issues name paths and rules, no values.
 */
export function checkResource(value: unknown, type: string): FhirResource {
  if (!isObject(value) || typeof value.resourceType !== 'string') {
    throw refusal(
      400,
      'structure',
      'the body is no FHIR resource: a JSON object with resourceType is needed',
    );
  }
  if (value.resourceType !== type) {
    throw refusal(400, 'invalid', `the resourceType is not the one of the address, ${type}`, type);
  }
  const problems = compileShape(type)(value);
  if (problems.length > 0) {
    throw refusalOf(
      422,
      problems.map(({ path, rule, message }) => ({
        severity: 'error',
        code: ISSUE_CODES[rule] ?? 'structure',
        diagnostics: `${path} ${message}`,
        expression: [path],
      })),
    );
  }
  return value as FhirResource;
}

/** True for a resource type of R4 and an id of R4 datatypes.html#id. */
export function isAddress(type: string, id: string): boolean {
  return isResourceType(type) && /^[A-Za-z0-9\-.]{1,64}$/.test(id);
}

/**
 * Makes a new resource. With `ifNoneExist` the new resource must be what its own criteria find, and the only one: else a
 * repeated request would double it.
 */
export function createResource(
  writing: Writing,
  resource: FhirResource,
  id: string,
  ifNoneExist?: string,
): Written {
  const { resourceType: type } = resource;
  const written = write(writing, type, id, 'POST', resource);
  if (ifNoneExist !== undefined) {
    const found = findConditional(writing.store, type, ifNoneExist, writing.bases);
    if (!found.some((version) => version.id === id)) {
      throw refusal(
        422,
        'business-rule',
        'the resource does not fulfil its own criteria of ifNoneExist',
        type,
      );
    }
    if (found.length > 1) {
      throw refusal(
        400,
        'duplicate',
        'two entries make a resource that the criteria of ifNoneExist find',
        type,
      );
    }
  }
  return written;
}

/**
 * Writes the resource under its id, and makes it if it is not there (R4 http.html#upsert). Content that is there already is no
 * new version. Refuses with 400 when the id in the resource is missing or another, with 412 when a precondition fails.
 */
export function updateResource(
  writing: Writing,
  resource: FhirResource,
  id: string,
  preconditions: Preconditions,
): Written {
  const { resourceType: type } = resource;
  if (resource.id !== id) {
    throw refusal(400, 'invalid', 'the id of the resource is not the one of the address', `${type}.id`);
  }
  const current = writing.store.current(type, id);
  checkPreconditions(current, preconditions);
  const before = current && current.body !== null ? resourceOf(current) : undefined;
  if (current && before && equalJson(withoutStamp(before), withoutStamp(resource))) {
    return { status: 200, type, id, version: current.version, updated: current.updated, resource: before };
  }
  return write(writing, type, id, 'PUT', resource, current);
}

/**
 * Changes the living resource by a JSON Patch. Refuses with 404 or 410 where there is none, with 409 when a test of the patch
 * fails, with 412 when a precondition fails, with 422 what it leads to if that is no resource.
 */
export function patchResource(
  writing: Writing,
  type: string,
  id: string,
  operations: unknown,
  preconditions: Preconditions,
): Written {
  const current = readCurrent(writing.store, type, id);
  checkPreconditions(current, preconditions);
  const patched = checkResource(applyPatch(resourceOf(current), operations), type);
  return updateResource(writing, patched, id, {});
}

/** Deletes; what is not there is no error (R4 http.html#delete). Refuses with 412 when a precondition fails. */
export function deleteResource(
  writing: Writing,
  type: string,
  id: string,
  preconditions: Preconditions,
): Written {
  const current = writing.store.current(type, id);
  checkPreconditions(current, preconditions);
  if (!current || current.body === null) return { status: 204, type, id };
  const updated = writing.now();
  writing.store.remove(type, id, updated);
  return { status: 204, type, id, version: current.version + 1, updated };
}

function write(
  writing: Writing,
  type: string,
  id: string,
  method: 'POST' | 'PUT',
  resource: FhirResource,
  current?: StoredVersion,
): Written {
  const version = (current?.version ?? 0) + 1;
  const updated = writing.now();
  const { resourceType, id: _id, meta, ...rest } = resource;
  const stamp = { versionId: String(version), lastUpdated: instantOf(updated) };
  const stamped = {
    resourceType,
    id,
    meta: { ...(isObject(meta) ? meta : {}), ...stamp },
    ...rest,
  } as unknown as FhirResource;
  writing.store.write(type, id, method, stamped, updated, indexRows(stamped, writing.bases));
  const isNew = !current || current.body === null;
  return { status: isNew ? 201 : 200, type, id, version, updated, resource: stamped };
}

/** What the client wrote: without the version and the time that the server sets. */
function withoutStamp(resource: FhirResource): object {
  const { id: _id, meta, ...rest } = resource;
  if (!isObject(meta)) return rest;
  const { versionId: _versionId, lastUpdated: _lastUpdated, ...own } = meta;
  return Object.keys(own).length > 0 ? { ...rest, meta: own } : rest;
}

/** If-Match and If-None-Match against the newest version (R4 http.html#concurrency); 412 when they fail. */
function checkPreconditions(
  current: StoredVersion | undefined,
  { ifMatch, ifNoneMatch }: Preconditions,
): void {
  if (ifMatch !== undefined && !matchesTag(current, ifMatch, 'If-Match')) {
    throw refusal(412, 'conflict', 'the resource does not have the version of If-Match');
  }
  if (ifNoneMatch !== undefined && matchesTag(current, ifNoneMatch, 'If-None-Match')) {
    throw refusal(412, 'conflict', 'the resource has the version of If-None-Match');
  }
}

/**
 * True when the living resource has one of the tags, weak or strong; `*` is any. Refuses (400) tags without quotes: some
 * servers would ignore them, and the check with them.
 */
export function matchesTag(current: StoredVersion | undefined, header: string, name: string): boolean {
  const isAlive = current !== undefined && current.body !== null;
  if (header.trim() === '*') return isAlive;
  if (!/^\s*(?:W\/)?"[^"]*"(?:\s*,\s*(?:W\/)?"[^"]*")*\s*$/.test(header)) {
    throw refusal(400, 'invalid', `${name} must hold entity tags such as W/"1"`);
  }
  if (!isAlive) return false;
  return header.split(',').some((tag) => `W/${tag.trim().replace(/^W\//, '')}` === etagOf(current.version));
}
