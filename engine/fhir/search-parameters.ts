/**
 * Which search parameter finds a resource by one of its elements: a resource type and an element path come in, name and kind
 * of the R4 search parameter go out. Reads schemas/fhir-r4-search.json.
 */
import table from '../../schemas/fhir-r4-search.json' with { type: 'json' };
import { child } from './elements.ts';

export interface SearchParameter {
  /** `connection-type`: the name in a query. */
  readonly name: string;
  readonly kind: 'token' | 'string' | 'uri' | 'reference' | 'date';
}

const parameters = table.parameters as Readonly<Record<string, string>>;

/** Elements that every resource has. */
const COMMON = ['Resource', 'DomainResource'];

/**
 * `('Endpoint', 'connectionType')` → connection-type, token. The path is relative to the resource, without indexes; an
 * element of a choice counts as the choice. Undefined where R4 has no parameter for just this element.
 */
export function searchParameter(resourceType: string, elementPath: string): SearchParameter | undefined {
  const choice = child(resourceType, elementPath)?.choice ?? elementPath;
  for (const root of [resourceType, ...COMMON]) {
    const key = `${root}.${choice}`;
    if (!Object.hasOwn(parameters, key)) continue;
    const [name = '', kind = ''] = (parameters[key] ?? '').split(' ');
    return { name, kind: kind as SearchParameter['kind'] };
  }
  return undefined;
}
