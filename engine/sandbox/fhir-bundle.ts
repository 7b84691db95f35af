/**
 * Transactions and batches (R4 http.html#transaction): a Bundle in, the Bundle of responses out. A transaction runs in two passes,
 * first the identities of all entries, then the work, and happens completely or not at all; a batch is many transactions of one entry.
 */
import { STATUS_CODES } from 'node:http';
import { isResourceType } from '../fhir/elements.ts';
import type { FhirResource, FhirValue } from '../fhir/resource.ts';
import { ORDER, readStep, type Step } from './fhir-entry.ts';
import { isObject } from './fhir-json.ts';
import { atEntry, isRefusal, outcomeOf, refusal } from './fhir-outcome.ts';
import { parseQuery } from './fhir-query.ts';
import { etagOf, historyBundle, instantOf, readCurrent, readVersion } from './fhir-read.ts';
import { resolveReferences } from './fhir-references.ts';
import { findConditional, searchBundle } from './fhir-search.ts';
import { resourceOf, type StoredVersion } from './fhir-store.ts';
import {
  checkResource,
  createResource,
  deleteResource,
  patchResource,
  updateResource,
  type Writing,
  type Written,
} from './fhir-write.ts';

export interface BundleRules {
  readonly maxEntries: number;
  /** `Prefer: return=minimal`: responses without resources. */
  readonly isMinimal: boolean;
  /** `Prefer: handling=strict`, for the searches inside. */
  readonly isStrict: boolean;
}

/** A step whose resource has a name; reads have none, and neither has a conditional delete that finds nothing. */
interface Identified {
  readonly step: Step;
  readonly id?: string;
  /** The resource that a conditional create found. */
  readonly matched?: StoredVersion;
}

/** Runs a transaction or batch Bundle. Refuses the whole with the entry to blame in `expression`; a batch answers per entry. */
export function runBundle(writing: Writing, bundle: unknown, rules: BundleRules): FhirResource {
  if (!isObject(bundle) || bundle.resourceType !== 'Bundle') {
    throw refusal(400, 'invalid', 'the base address takes a Bundle');
  }
  if (bundle.type !== 'transaction' && bundle.type !== 'batch') {
    throw refusal(400, 'not-supported', 'only transaction and batch bundles are processed', 'Bundle.type');
  }
  const entries = bundle.entry ?? [];
  if (!Array.isArray(entries)) throw refusal(400, 'structure', 'entry must be a list', 'Bundle.entry');
  if (entries.length > rules.maxEntries) {
    throw refusal(413, 'too-costly', `more than ${rules.maxEntries} entries in one bundle`, 'Bundle.entry');
  }
  const responses =
    bundle.type === 'transaction'
      ? runSteps(writing, entries, 0, rules)
      : entries.map((entry, index): FhirValue => {
          try {
            return runSteps(writing, [entry], index, rules)[0] as FhirValue;
          } catch (error) {
            if (!isRefusal(error)) throw error;
            return { response: { status: statusText(error.status), outcome: outcomeOf(error.issues) } };
          }
        });
  return {
    resourceType: 'Bundle',
    type: `${bundle.type}-response`,
    ...(responses.length > 0 ? { entry: responses } : {}),
  };
}

/** Runs entries as one transaction; `offset` is the place of the first one in the Bundle. */
function runSteps(
  writing: Writing,
  entries: readonly FhirValue[],
  offset: number,
  rules: BundleRules,
): readonly FhirValue[] {
  const steps = entries.map((entry, index) =>
    blame(index + offset, () => readStep(writing.bases, entry, index + offset)),
  );
  return writing.store.transaction(() => {
    const plan = identify(writing, steps);
    const byFullUrl = fullUrlsOf(plan);
    const byQuery = (type: string, query: string) => findReferenced(writing, type, query);
    const responses = new Map<number, FhirValue>();
    for (const method of ORDER) {
      for (const { step, id, matched } of plan.filter((each) => each.step.method === method)) {
        blame(step.index, () => {
          const resolved = step.resource && resolveReferences(step.resource, { byFullUrl, byQuery });
          const done = method === 'GET' ? undefined : perform(writing, step, resolved, id, matched);
          responses.set(
            step.index,
            done
              ? writeResponse(done, rules)
              : { resource: read(writing, step, rules), response: { status: '200 OK' } },
          );
        });
      }
    }
    return steps.map(({ index }) => responses.get(index) as FhirValue);
  });
}

function blame<Result>(index: number, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw isRefusal(error) ? atEntry(error, index) : error;
  }
}

/** Pass 1: which resource every step is about. Refuses a resource that two steps are about. */
function identify(writing: Writing, steps: readonly Step[]): readonly Identified[] {
  const seen = new Set<string>();
  const claim = (key: string): void => {
    if (seen.has(key)) throw refusal(400, 'duplicate', 'two entries are about the same resource');
    seen.add(key);
  };
  return steps.map((step) =>
    blame(step.index, () => {
      const identified = identifyOne(writing, step);
      if (identified.id !== undefined) claim(`${step.type}/${identified.id}`);
      const criteria = step.ifNoneExist ?? (step.method === 'PUT' ? step.query : undefined);
      if (criteria !== undefined) claim(`${step.type}?${criteria}`);
      return identified;
    }),
  );
}

function identifyOne(writing: Writing, step: Step): Identified {
  const { store } = writing;
  if (step.method === 'GET') return { step };
  if (step.method === 'POST') {
    const matched =
      step.ifNoneExist === undefined ? undefined : findOnly(writing, step.type, step.ifNoneExist);
    return matched ? { step, id: matched.id, matched } : { step, id: store.freeId(step.type) };
  }
  if (step.query === undefined) return { step, id: step.rest };
  const found = findOnly(writing, step.type, step.query);
  if (step.method === 'DELETE') return found ? { step, id: found.id } : { step };
  return { step, id: found?.id ?? step.resource?.id ?? store.freeId(step.type) };
}

/** The one resource that the criteria find, or none. Refuses several with 412 (R4 http.html#ccreate). */
function findOnly(writing: Writing, type: string, criteria: string): StoredVersion | undefined {
  const [first, second] = findConditional(writing.store, type, criteria, writing.bases);
  if (second) throw refusal(412, 'multiple-matches', 'the criteria find several resources');
  return first;
}

function findReferenced(writing: Writing, type: string, query: string): string {
  if (!isResourceType(type)) throw refusal(400, 'invalid', 'a conditional reference names no resource type');
  const found = findOnly(writing, type, query);
  if (!found) throw refusal(400, 'not-found', 'a conditional reference finds nothing');
  return `${type}/${found.id}`;
}

function fullUrlsOf(plan: readonly Identified[]): ReadonlyMap<string, string> {
  const byFullUrl = new Map<string, string>();
  for (const { step, id } of plan) {
    if (step.fullUrl === undefined || id === undefined) continue;
    if (byFullUrl.has(step.fullUrl)) {
      throw refusal(
        400,
        'duplicate',
        'two entries have the same fullUrl',
        `Bundle.entry[${step.index}].fullUrl`,
      );
    }
    byFullUrl.set(step.fullUrl, `${step.type}/${id}`);
  }
  return byFullUrl;
}

/** Pass 2: does what a step says; everything was identified before. */
function perform(
  writing: Writing,
  step: Step,
  resource: FhirResource | undefined,
  id: string | undefined,
  matched: StoredVersion | undefined,
): Written {
  const { type, preconditions } = step;
  if (id === undefined) return { status: 204, type, id: '' };
  if (step.method === 'PATCH') return patchResource(writing, type, id, step.patch, preconditions);
  if (step.method === 'DELETE' || !resource) return deleteResource(writing, type, id, preconditions);
  if (step.method === 'PUT') {
    // A conditional update need not know the id (R4 http.html#cond-update); with an id, it must be the right one.
    const named = step.query !== undefined && resource.id === undefined ? { ...resource, id } : resource;
    return updateResource(writing, named, id, preconditions);
  }
  if (!matched) return createResource(writing, resource, id, step.ifNoneExist);
  const { version, updated } = matched;
  return { status: 200, type, id, version, updated, resource: resourceOf(matched) };
}

/** The answer to one interaction that may be conditional, as a transaction of its own; for requests outside of bundles. */
export function runSingle(
  writing: Writing,
  request: Omit<Step, 'index' | 'fullUrl' | 'resource' | 'patch'> & { readonly body?: unknown },
): Written {
  const { body, ...given } = request;
  const step = given.method === 'PATCH' ? { ...given, patch: body } : given;
  return writing.store.transaction(() => {
    const isBodied = step.method === 'POST' || step.method === 'PUT';
    const resource = isBodied ? checkResource(body, step.type) : undefined;
    const resolved = resource && resolveReferences(resource, { byFullUrl: new Map() });
    const { id, matched } = identifyOne(writing, {
      ...step,
      index: 0,
      ...(resolved ? { resource: resolved } : {}),
    });
    return perform(writing, { ...step, index: 0 }, resolved, id, matched);
  });
}

function read(writing: Writing, step: Step, rules: BundleRules): FhirResource {
  const { store, bases } = writing;
  const base = bases[0] as string;
  if (step.rest === '') {
    const parameters = parseQuery(step.query ?? '');
    return searchBundle(store, { type: step.type, parameters, isStrict: rules.isStrict, base, bases });
  }
  const [id = '', history, version, ...more] = step.rest.split('/');
  if (more.length > 0 || (history !== undefined && history !== '_history')) {
    throw refusal(400, 'not-supported', 'the url is not one that this server reads');
  }
  if (history === undefined) return resourceOf(readCurrent(store, step.type, id));
  if (version === undefined) return historyBundle(store, step.type, id, base);
  return resourceOf(readVersion(store, step.type, id, version));
}

function writeResponse(written: Written, rules: BundleRules): FhirValue {
  const { status, type, id, version, updated, resource } = written;
  return {
    ...(resource && !rules.isMinimal ? { resource } : {}),
    response: {
      status: statusText(status),
      ...(resource ? { location: `${type}/${id}/_history/${version}` } : {}),
      ...(version === undefined ? {} : { etag: etagOf(version) }),
      ...(updated === undefined ? {} : { lastModified: instantOf(updated) }),
    },
  };
}

function statusText(status: number): string {
  return `${status} ${STATUS_CODES[status] ?? ''}`.trim();
}
