/**
 * A query string in, conditions in SQL out (R4 search.html): parameters, chains and `_has`. What is not supported is returned as a problem, for the caller to refuse or to report; what is malformed is refused.
 */
import { isResourceType, resourceTypes } from '../fhir/elements.ts';
import {
  compileColumn,
  compileValues,
  indexed,
  printableName,
  unsupportedModifier,
} from './fhir-conditions.ts';
import { refusal } from './fhir-outcome.ts';
import { parametersOf, type SearchParameter } from './fhir-parameters.ts';
import type { SqlCondition } from './fhir-store.ts';

export type QueryParameter = readonly [name: string, value: string];

const MAX_CHAIN = 4;

/** Decodes a query string. Refuses malformed percent-encoding with 400. */
export function parseQuery(text: string): readonly QueryParameter[] {
  const decode = (part: string): string => {
    try {
      return decodeURIComponent(part.replaceAll('+', ' '));
    } catch {
      throw refusal(400, 'invalid', 'the query is not valid percent-encoded UTF-8');
    }
  };
  return text
    .split('&')
    .filter((part) => part !== '')
    .map((part) => {
      const equals = part.indexOf('=');
      return equals < 0
        ? [decode(part), '']
        : [decode(part.slice(0, equals)), decode(part.slice(equals + 1))];
    });
}

/**
 * The condition for one search parameter of a type; a text says why it is not supported. `bases` are this server's
 * addresses. Refuses (400) unsupported modifiers, which R4 search.html#modifiers does not allow to be ignored.
 */
export function compileParameter(
  type: string,
  [name, value]: QueryParameter,
  bases: readonly string[],
  depth = 0,
): SqlCondition | string {
  if (depth > MAX_CHAIN) throw refusal(400, 'too-costly', `chains are limited to ${MAX_CHAIN} links`);
  if (name.startsWith('_has:')) return compileReverse(type, name, value, bases, depth);
  const [head = '', ...rest] = name.split('.');
  const [base = '', modifier, ...more] = head.split(':');
  if (more.length > 0)
    throw refusal(400, 'invalid', `parameter ${printableName(name)} has several modifiers`);
  if (value === '') return `search parameter ${printableName(name)} has no value`;
  if (base === '_id' || base === '_lastUpdated') {
    if (modifier !== undefined) throw unsupportedModifier(name);
    if (rest.length > 0) return `search parameter ${printableName(name)} is not supported on ${type}`;
    return compileColumn(base, value);
  }
  const parameter = parametersOf(type).get(base);
  if (!parameter) return `search parameter ${printableName(name)} is not supported on ${type}`;
  if (rest.length > 0) {
    return compileChain(type, parameter, modifier, [rest.join('.'), value], bases, depth);
  }
  return compileValues(type, parameter, modifier, value, bases, name);
}

/** `subject:Patient.identifier`, `patient.identifier`, `subject.identifier` (any type that has the parameter). */
function compileChain(
  type: string,
  parameter: SearchParameter,
  target: string | undefined,
  inner: QueryParameter,
  bases: readonly string[],
  depth: number,
): SqlCondition | string {
  if (parameter.type !== 'reference')
    return `search parameter '${parameter.name}' is no reference and has no chain`;
  if (target !== undefined && !isResourceType(target))
    throw unsupportedModifier(`${parameter.name}:${target}`);
  const types = target === undefined ? (parameter.targets ?? resourceTypes()) : [target];
  const branches: SqlCondition[] = [];
  let problem = `search parameter ${printableName(inner[0])} is not supported at the end of the chain`;
  for (const each of types) {
    const condition = compileParameter(each, inner, bases, depth + 1);
    if (typeof condition === 'string') {
      if (types.length === 1) problem = condition;
      continue;
    }
    branches.push({
      sql: `(space = ? AND value IN (SELECT r.id FROM resource r WHERE r.type = ? AND r.deleted = 0 AND ${condition.sql}))`,
      binds: [each, each, ...condition.binds],
    });
  }
  if (branches.length === 0) return problem;
  const binds = branches.flatMap((branch) => branch.binds as readonly (string | number)[]);
  return indexed('token', type, parameter.name, branches.map(({ sql }) => sql).join(' OR '), binds);
}

/** `_has:Observation:subject:code`: resources that others of a type refer to (R4 search.html#has). */
function compileReverse(
  type: string,
  name: string,
  value: string,
  bases: readonly string[],
  depth: number,
): SqlCondition | string {
  const [, source = '', link = '', ...rest] = name.split(':');
  if (parametersOf(source).get(link)?.type !== 'reference' || rest.length === 0) {
    return `search parameter ${printableName(name)} is not supported on ${type}`;
  }
  const condition = compileParameter(source, [rest.join(':'), value], bases, depth + 1);
  if (typeof condition === 'string') return condition;
  return {
    sql: `r.id IN (SELECT value FROM token WHERE type = ? AND parameter = ? AND space = ? AND resource IN (
      SELECT r.number FROM resource r WHERE r.type = ? AND r.deleted = 0 AND ${condition.sql}))`,
    binds: [source, link, type, source, ...condition.binds],
  };
}
