/**
 * Runs searches: query parameters in, a searchset Bundle out, with pages, includes and the report of what was ignored
 * (R4 search.html). Also finds what conditional interactions mean; there nothing is ever ignored.
 */
import { isResourceType } from '../fhir/elements.ts';
import type { FhirResource, FhirValue } from '../fhir/resource.ts';
import { printableName } from './fhir-conditions.ts';
import { isObject } from './fhir-json.ts';
import { type Issue, outcomeOf, refusal, refusalOf } from './fhir-outcome.ts';
import { parametersOf } from './fhir-parameters.ts';
import { compileParameter, parseQuery, type QueryParameter } from './fhir-query.ts';
import { type FhirStore, resourceOf, type SqlCondition, type StoredVersion } from './fhir-store.ts';

export interface SearchRequest {
  readonly type: string;
  readonly parameters: readonly QueryParameter[];
  /** `Prefer: handling=strict`: what is not supported is refused, not ignored. */
  readonly isStrict: boolean;
  /** Where the links of the answer point; the first of `bases`. */
  readonly base: string;
  /** All addresses of this server: references under them are its own. */
  readonly bases: readonly string[];
}

const DEFAULT_PAGE = 50;
const MAX_PAGE = 1000;
const MAX_INCLUDED = 1000;

/** Parameters of HTTP, not of the search. */
const TRANSPORT = new Set(['_format', '_pretty']);

interface Order {
  readonly sql: string;
  /** Turns the cursor of a next link into a condition; undefined when the cursor is not one of ours. */
  readonly after: (cursor: string) => SqlCondition | undefined;
  readonly cursor: (version: StoredVersion) => string;
}

interface Include {
  readonly isReverse: boolean;
  readonly source: string;
  readonly parameter: string;
  readonly target?: string;
}

interface Plan {
  readonly condition: SqlCondition;
  readonly used: readonly QueryParameter[];
  readonly problems: readonly string[];
  readonly includes: readonly Include[];
  readonly elements?: readonly string[];
  readonly order: Order;
  readonly cursor?: string;
  /** Zero: the number of matches only. */
  readonly pageSize: number;
}

/** Runs a search. Refuses (400) malformed queries, and with `isStrict` also unsupported ones. */
export function searchBundle(store: FhirStore, request: SearchRequest): FhirResource {
  const plan = planSearch(request);
  if (request.isStrict && plan.problems.length > 0) throw unsupported(plan.problems);
  const total = store.count(plan.condition);
  const after = plan.cursor === undefined ? undefined : plan.order.after(plan.cursor);
  if (plan.cursor !== undefined && !after)
    throw refusal(400, 'invalid', 'the next link is not one of this server');
  const found = store.find(
    and([plan.condition, ...(after ? [after] : [])]),
    plan.order.sql,
    plan.pageSize + 1,
  );
  const page = found.slice(0, plan.pageSize);
  const last = page.at(-1);
  const links: FhirValue[] = [{ relation: 'self', url: linkTo(request, plan.used) }];
  if (last && found.length > page.length) {
    const next = [...plan.used, ['_cursor', plan.order.cursor(last)] as const];
    links.push({ relation: 'next', url: linkTo(request, next) });
  }
  const entry = (mode: string, resource: FhirResource): FhirValue => ({
    fullUrl: `${request.base}/${resource.resourceType}/${String(resource.id)}`,
    resource,
    search: { mode },
  });
  const entries = page.map((version) => entry('match', subset(resourceOf(version), plan.elements)));
  const included = findIncluded(store, request.type, page, plan.includes);
  entries.push(...included.slice(0, MAX_INCLUDED).map((version) => entry('include', resourceOf(version))));
  const warnings = plan.problems.map(
    (diagnostics): Issue => ({ severity: 'warning', code: 'not-supported', diagnostics }),
  );
  if (included.length > MAX_INCLUDED) {
    const diagnostics = `only the first ${MAX_INCLUDED} included resources are here; search for them instead`;
    warnings.push({ severity: 'warning', code: 'incomplete', diagnostics });
  }
  if (warnings.length > 0) entries.push({ resource: outcomeOf(warnings), search: { mode: 'outcome' } });
  return {
    resourceType: 'Bundle',
    type: 'searchset',
    total,
    link: links,
    ...(entries.length > 0 ? { entry: entries } : {}),
  };
}

/**
 * The resources that the criteria of a conditional interaction find, at most `limit`. Refuses (400) criteria that are empty or not
 * fully supported: an ignored one would hit the wrong resources.
 */
export function findConditional(
  store: FhirStore,
  type: string,
  query: string,
  bases: readonly string[],
  limit = 2,
): readonly StoredVersion[] {
  const parameters = parseQuery(query);
  if (parameters.length === 0)
    throw refusal(400, 'required', 'a conditional interaction needs search criteria');
  if (query.startsWith('?'))
    throw refusal(400, 'invalid', 'the criteria of a conditional interaction begin with ?');
  const problems: string[] = [];
  const conditions: SqlCondition[] = [ofType(type)];
  for (const parameter of parameters) {
    const condition = compileParameter(type, parameter, bases);
    if (typeof condition === 'string') problems.push(condition);
    else conditions.push(condition);
  }
  if (problems.length > 0) throw unsupported(problems);
  return store.find(and(conditions), 'r.number', limit);
}

function planSearch(request: SearchRequest): Plan {
  const { type, parameters, bases } = request;
  const conditions: SqlCondition[] = [ofType(type)];
  const used: QueryParameter[] = [];
  const problems: string[] = [];
  const includes: Include[] = [];
  const results = new Map<string, string>();
  for (const parameter of parameters) {
    const [name, value] = parameter;
    if (TRANSPORT.has(name)) continue;
    const outcome = /^_(?:rev)?include(?::|$)/.test(name)
      ? readInclude(name, value, type)
      : RESULT_PARAMETERS.has(name)
        ? readResult(name, value, results)
        : compileParameter(type, parameter, bases);
    if (typeof outcome === 'string') {
      problems.push(outcome);
      continue;
    }
    if (outcome && 'sql' in outcome) conditions.push(outcome);
    else if (outcome) includes.push(outcome);
    if (name !== '_cursor') used.push(parameter);
  }
  const elements = results.get('_elements')?.split(',');
  const cursor = results.get('_cursor');
  return {
    condition: and(conditions),
    used,
    problems,
    includes,
    ...(elements ? { elements } : {}),
    order: ORDERS[results.get('_sort') ?? ''] as Order,
    ...(cursor === undefined ? {} : { cursor }),
    pageSize:
      results.get('_summary') === 'count'
        ? 0
        : Math.min(Number(results.get('_count') ?? DEFAULT_PAGE), MAX_PAGE),
  };
}

const RESULT_PARAMETERS = new Set(['_count', '_summary', '_elements', '_sort', '_cursor', '_total']);

/** Keeps a result parameter; a text says why it is not supported. Refuses malformed and repeated ones. */
function readResult(name: string, value: string, results: Map<string, string>): string | undefined {
  if (results.has(name)) throw refusal(400, 'invalid', `${name} is given twice`);
  if (name === '_count' && !/^\d{1,9}$/.test(value))
    throw refusal(400, 'invalid', '_count must be a whole number');
  const isSupported =
    name === '_summary'
      ? value === 'count' || value === 'false'
      : name === '_sort'
        ? Object.hasOwn(ORDERS, value) && value !== ''
        : name === '_total'
          ? ['none', 'estimate', 'accurate'].includes(value)
          : value !== '';
  if (!isSupported) return `this value of ${name} is not supported`;
  results.set(name, value);
  return undefined;
}

/** `ImagingStudy:endpoint`, `ImagingStudy:subject:Patient`; also as `_revinclude`. */
function readInclude(name: string, value: string, type: string): Include | string {
  if (name.includes(':'))
    throw refusal(400, 'not-supported', `modifiers of ${name.split(':')[0]} are not supported`);
  const isReverse = name === '_revinclude';
  const [source = '', parameter = '', target, ...rest] = value.split(':');
  const isKnown =
    isResourceType(source) &&
    (isReverse || source === type) &&
    parametersOf(source).get(parameter)?.type === 'reference' &&
    (target === undefined || isResourceType(target)) &&
    rest.length === 0;
  if (!isKnown) return `${name} ${printableName(value)} is not supported on ${type}`;
  return { isReverse, source, parameter, ...(target === undefined ? {} : { target }) };
}

function findIncluded(
  store: FhirStore,
  type: string,
  page: readonly StoredVersion[],
  includes: readonly Include[],
): readonly StoredVersion[] {
  const numbers = JSON.stringify(page.map(({ number }) => number));
  const ids = JSON.stringify(page.map(({ id }) => id));
  const seen = new Set(page.map(({ number }) => number));
  const included: StoredVersion[] = [];
  for (const { isReverse, source, parameter, target } of page.length > 0 ? includes : []) {
    if (isReverse && target !== undefined && target !== type) continue;
    const condition = isReverse
      ? {
          sql: `r.number IN (SELECT resource FROM token WHERE type = ? AND parameter = ? AND space = ?
            AND value IN (SELECT value FROM json_each(?)))`,
          binds: [source, parameter, type, ids],
        }
      : {
          sql: `(r.type, r.id) IN (SELECT space, value FROM token
            WHERE resource IN (SELECT value FROM json_each(?)) AND parameter = ? AND space = coalesce(?, space))`,
          binds: [numbers, parameter, target ?? null],
        };
    for (const version of store.find(condition, 'r.number', MAX_INCLUDED + 1)) {
      if (seen.has(version.number)) continue;
      seen.add(version.number);
      included.push(version);
    }
  }
  return included;
}

const ORDERS: Readonly<Record<string, Order>> = {
  '': byNumbers('r.number', '>', ({ number }) => [number]),
  _id: byId('>'),
  '-_id': byId('<'),
  _lastUpdated: byNumbers('r.updated, r.number', '>', ({ updated, number }) => [updated, number]),
  '-_lastUpdated': byNumbers('r.updated, r.number', '<', ({ updated, number }) => [updated, number]),
};

/** Pages continue behind the last row, so what is written meanwhile neither doubles nor hides a row (keyset paging). */
function byNumbers(
  columns: string,
  operator: '>' | '<',
  key: (version: StoredVersion) => readonly number[],
): Order {
  const width = columns.split(',').length;
  return {
    sql: operator === '>' ? columns : columns.replaceAll(/r\.\w+/g, '$& DESC'),
    after: (cursor) => {
      const numbers = cursor.split('.').map(Number);
      if (numbers.length !== width || !numbers.every(Number.isSafeInteger)) return undefined;
      return { sql: `(${columns}) ${operator} (${numbers.map(() => '?')})`, binds: numbers };
    },
    cursor: (version) => key(version).join('.'),
  };
}

function byId(operator: '>' | '<'): Order {
  return {
    sql: operator === '>' ? 'r.id' : 'r.id DESC',
    after: (cursor) => ({ sql: `r.id ${operator} ?`, binds: [cursor] }),
    cursor: ({ id }) => id,
  };
}

function ofType(type: string): SqlCondition {
  // The plus keeps SQLite from walking all resources of the type where a narrower condition follows.
  return { sql: '+r.type = ?', binds: [type] };
}

function and(conditions: readonly SqlCondition[]): SqlCondition {
  return {
    sql: conditions.map(({ sql }) => sql).join(' AND '),
    binds: conditions.flatMap(({ binds }) => [...binds]),
  };
}

const SUBSETTED = { system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'SUBSETTED' };

/** `_elements`: those children, and what every resource needs, marked as a part (R4 search.html#elements). */
function subset(resource: FhirResource, elements: readonly string[] | undefined): FhirResource {
  if (!elements) return resource;
  const kept = new Set(['resourceType', 'id', 'meta', ...elements, ...elements.map((name) => `_${name}`)]);
  const meta = isObject(resource.meta) ? resource.meta : {};
  const tags = Array.isArray(meta.tag) ? meta.tag : [];
  const part = Object.fromEntries(Object.entries(resource).filter(([name]) => kept.has(name)));
  return { ...part, meta: { ...meta, tag: [...tags, SUBSETTED] } } as unknown as FhirResource;
}

function linkTo(request: SearchRequest, parameters: readonly QueryParameter[]): string {
  const query = parameters.map((pair) => pair.map(encodeURIComponent).join('=')).join('&');
  return `${request.base}/${request.type}${query && `?${query}`}`;
}

function unsupported(problems: readonly string[]) {
  return refusalOf(
    400,
    problems.map((diagnostics) => ({ severity: 'error', code: 'not-supported', diagnostics })),
  );
}
