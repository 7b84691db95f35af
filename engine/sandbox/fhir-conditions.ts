/**
 * Search values in, SQL over the index out: one condition for one parameter, by its type (R4 search.html#ptypes), with escapes, OR
 * lists, prefixes and modifiers. What is malformed is refused with 400.
 */
import { isResourceType } from '../fhir/elements.ts';
import { fold, momentRange, targetOf } from './fhir-index.ts';
import { type Refusal, refusal } from './fhir-outcome.ts';
import type { SearchParameter } from './fhir-parameters.ts';
import type { SqlCondition } from './fhir-store.ts';

const MAX_VALUES = 500;

/** A parameter name fit for a message: names only, for an unencoded value could have slipped into its place. */
export function printableName(name: string): string {
  return /^[\w.:-]{1,80}$/.test(name) ? `'${name}'` : 'with an unreadable name';
}

/** The condition of a parameter with at least one value. `name` is the parameter as it was written. */
export function compileValues(
  type: string,
  parameter: SearchParameter,
  modifier: string | undefined,
  text: string,
  bases: readonly string[],
  name: string,
): SqlCondition {
  if (modifier === 'missing') return compileMissing(type, parameter, text);
  const values = splitValues(text, name);
  if (parameter.isScanned || parameter.type === 'date') {
    if (modifier !== undefined) throw unsupportedModifier(name);
    if (parameter.isScanned) return scan(parameter, values);
    const [sql, binds] = dateTest(values, 'low', 'high');
    return indexed('moment', type, parameter.name, sql, binds);
  }
  return compileIndexed(type, parameter, modifier, values, bases, name);
}

function compileIndexed(
  type: string,
  parameter: SearchParameter,
  modifier: string | undefined,
  values: readonly (readonly string[])[],
  bases: readonly string[],
  name: string,
): SqlCondition {
  if (parameter.type === 'token') {
    if (modifier !== undefined && modifier !== 'not') throw unsupportedModifier(name);
    const [sql, binds] = tokenTest(values, name);
    return indexed('token', type, parameter.name, sql, binds, modifier === 'not');
  }
  if (parameter.type === 'reference') {
    if (modifier === 'identifier') {
      const [sql, binds] = tokenTest(values, name);
      return indexed('token', type, `${parameter.name}:identifier`, sql, binds);
    }
    if (modifier !== undefined && !isResourceType(modifier)) throw unsupportedModifier(name);
    const [sql, binds] = referenceTest(values, modifier, bases, name);
    return indexed('token', type, parameter.name, sql, binds);
  }
  if (parameter.type === 'string') {
    const [sql, binds] = stringTest(single(values, name), modifier, name);
    return indexed('token', type, parameter.name, sql, binds);
  }
  if (modifier !== undefined) throw unsupportedModifier(name);
  const uris = single(values, name);
  return indexed('token', type, parameter.name, `value IN (${uris.map(() => '?')})`, uris);
}

type Test = readonly [sql: string, binds: readonly (string | number)[]];

/** Resources with a row of the index that passes the test. */
export function indexed(
  table: 'token' | 'moment',
  type: string,
  parameter: string,
  sql: string,
  binds: readonly (string | number)[],
  isNegated = false,
): SqlCondition {
  return {
    sql: `r.number ${isNegated ? 'NOT IN' : 'IN'} (SELECT resource FROM ${table} WHERE type = ? AND parameter = ? AND (${sql}))`,
    binds: [type, parameter, ...binds],
  };
}

/**
 * Splits at unescaped commas, each value at unescaped pipes, and takes the escapes away (R4 search.html#escaping). A lone
 * backslash and an unescaped `$` are refused: a client that sends them does not escape.
 */
function splitValues(text: string, name: string): readonly (readonly string[])[] {
  const values: string[][] = [['']];
  const invalid = (what: string) =>
    refusal(400, 'invalid', `${what} in search parameter ${printableName(name)}`);
  for (let i = 0; i < text.length; i++) {
    const parts = values[values.length - 1] as string[];
    let character = text[i] as string;
    if (character === ',') {
      values.push(['']);
      continue;
    }
    if (character === '|') {
      parts.push('');
      continue;
    }
    if (character === '$') throw invalid('unescaped $');
    if (character === '\\') {
      i += 1;
      character = text[i] ?? '';
      if (!['\\', ',', '|', '$'].includes(character)) throw invalid('invalid escape');
    }
    parts[parts.length - 1] += character;
  }
  if (values.length > MAX_VALUES) {
    throw refusal(
      400,
      'too-costly',
      `more than ${MAX_VALUES} values in search parameter ${printableName(name)}`,
    );
  }
  if (values.some((parts) => parts.every((part) => part === ''))) throw invalid('empty value');
  return values;
}

function single(values: readonly (readonly string[])[], name: string): readonly string[] {
  if (values.some((parts) => parts.length > 1)) {
    throw refusal(400, 'invalid', `unescaped | in search parameter ${printableName(name)}`);
  }
  return values.map(([value = '']) => value);
}

/** The four forms of R4 search.html#token: `value`, `system|value`, `|value`, `system|`. Letter case counts. */
function tokenTest(values: readonly (readonly string[])[], name: string): Test {
  const binds: string[] = [];
  const tests = values.map((parts) => {
    const [first = '', second, third] = parts;
    if (third !== undefined) {
      throw refusal(400, 'invalid', `unescaped | in search parameter ${printableName(name)}`);
    }
    if (second === undefined) {
      binds.push(first);
      return 'value = ?';
    }
    if (second === '') {
      binds.push(first);
      return 'space = ?';
    }
    binds.push(second, first);
    return '(value = ? AND space = ?)';
  });
  return [tests.join(' OR '), binds];
}

function referenceTest(
  values: readonly (readonly string[])[],
  modifier: string | undefined,
  bases: readonly string[],
  name: string,
): Test {
  const binds: string[] = [];
  const tests = single(values, name).map((value) => {
    if (/^[A-Za-z0-9\-.]{1,64}$/.test(value)) {
      binds.push(value);
      if (modifier === undefined) return "(value = ? AND space <> '')";
      binds.push(modifier);
      return '(value = ? AND space = ?)';
    }
    const [space, target] = targetOf(value, bases) ?? ['', value];
    binds.push(target, space);
    return '(value = ? AND space = ?)';
  });
  return [tests.join(' OR '), binds];
}

function stringTest(values: readonly string[], modifier: string | undefined, name: string): Test {
  const binds: string[] = [];
  const tests = values.map((value) => {
    const folded = fold(value);
    if (modifier === 'exact') {
      binds.push(folded, value);
      return '(value = ? AND space = ?)';
    }
    if (modifier === 'contains') {
      binds.push(folded);
      return 'instr(value, ?) > 0';
    }
    if (modifier !== undefined) throw unsupportedModifier(name);
    binds.push(folded, `${folded}\u{10FFFF}`);
    return '(value >= ? AND value < ?)';
  });
  return [tests.join(' OR '), binds];
}

/** R4 search.html#prefix: the range of the search value against the range of the resource's value. */
function dateTest(values: readonly (readonly string[])[], low: string, high: string): Test {
  const binds: number[] = [];
  const tests = single(values, 'date').map((text) => {
    const [, prefix = 'eq', rest = ''] = /^(eq|ne|gt|lt|ge|le|sa|eb)?(.*)$/s.exec(text) ?? [];
    const range = momentRange(rest);
    if (!range)
      throw refusal(400, 'invalid', 'a date of the search is no date, or has an unsupported prefix');
    const [start, end] = range;
    const contains = `(${low} >= ? AND ${high} <= ?)`;
    if (prefix === 'eq' || prefix === 'ne') {
      binds.push(start, end);
      return prefix === 'eq' ? contains : `NOT ${contains}`;
    }
    if (prefix === 'gt' || prefix === 'lt' || prefix === 'sa' || prefix === 'eb') {
      binds.push(prefix === 'gt' || prefix === 'sa' ? end : start);
      return { gt: `${high} > ?`, lt: `${low} < ?`, sa: `${low} > ?`, eb: `${high} < ?` }[prefix];
    }
    binds.push(prefix === 'ge' ? end : start, start, end);
    return `(${prefix === 'ge' ? `${high} > ?` : `${low} < ?`} OR ${contains})`;
  });
  return [tests.join(' OR '), binds];
}

/** `_id` and `_lastUpdated` are columns of the store. */
export function compileColumn(name: '_id' | '_lastUpdated', text: string): SqlCondition {
  const values = splitValues(text, name);
  if (name === '_id') {
    const ids = single(values, name);
    return { sql: `r.id IN (${ids.map(() => '?')})`, binds: ids };
  }
  const [sql, binds] = dateTest(values, 'r.updated', 'r.updated');
  return { sql: `(${sql})`, binds };
}

function compileMissing(type: string, parameter: SearchParameter, value: string): SqlCondition {
  if (parameter.isScanned || (value !== 'true' && value !== 'false')) {
    throw refusal(
      400,
      'invalid',
      `:missing of ${printableName(parameter.name)} takes true or false, on indexed parameters`,
    );
  }
  const table = parameter.type === 'date' ? 'moment' : 'token';
  return {
    sql: `r.number ${value === 'true' ? 'NOT IN' : 'IN'} (SELECT resource FROM ${table} WHERE type = ? AND parameter IN (?, ?))`,
    binds: [type, parameter.name, `${parameter.name}:identifier`],
  };
}

/** Reads the candidates: first a look at the text, then at every item of the lists on the path. */
function scan(parameter: SearchParameter, values: readonly (readonly string[])[]): SqlCondition {
  // These elements have no system, so `system|value` finds nothing and `|value` is `value`.
  const wanted = values.flatMap((parts) =>
    parts.length === 1 ? parts : parts.length === 2 && parts[0] === '' ? [parts[1] as string] : [],
  );
  if (wanted.length === 0) return { sql: '0', binds: [] };
  const steps = [...(parameter.paths[0] ?? [])];
  const leaf = steps.pop();
  const lists = steps.map(
    (step, index) => `json_each(${index ? `l${index - 1}.value` : 'v.body'}, '$.${step}') l${index}`,
  );
  return {
    sql: `EXISTS (SELECT 1 FROM version v WHERE v.resource = r.number AND v.version = r.version
      AND (${wanted.map(() => 'instr(v.body, ?) > 0').join(' OR ')})
      AND EXISTS (SELECT 1 FROM ${lists.join(', ')}
        WHERE l${steps.length - 1}.value ->> '$.${leaf}' IN (${wanted.map(() => '?')})))`,
    binds: [...wanted.map((value) => JSON.stringify(value)), ...wanted],
  };
}

/** R4 search.html#modifiers: a modifier that is not supported must not be ignored. */
export function unsupportedModifier(name: string): Refusal {
  return refusal(
    400,
    'not-supported',
    `the modifier of search parameter ${printableName(name)} is not supported`,
  );
}
