/**
 * FHIR definitions in, the text of schemas/fhir-r4-search.json out: for an element path, the search parameter that finds a
 * resource by just this element. Parameters with conditions, functions or types in their expression are left out.
 */
import type { FhirDefinitions, SearchParameter } from './fhir-definitions.ts';
import { sorted, tableText } from './table.ts';

const KINDS = ['token', 'string', 'uri', 'reference', 'date'];
const PLAIN_PATH = /^[A-Z][A-Za-z]*(?:\.[a-z][A-Za-z0-9]*)+$/;

interface Candidate {
  readonly name: string;
  readonly kind: string;
  /** How many paths of the same resource the parameter looks at. */
  readonly breadth: number;
  readonly isNamesake: boolean;
}

export function fhirSearch({ source, searchParameters }: FhirDefinitions): string {
  const candidates = new Map<string, Candidate[]>();
  for (const parameter of searchParameters) {
    if (!KINDS.includes(parameter.type)) continue;
    for (const [path, breadth] of plainPaths(parameter)) {
      const last = path
        .slice(path.lastIndexOf('.') + 1)
        .replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
      const { code: name, type: kind } = parameter;
      const candidate = { name, kind, breadth, isNamesake: name === last };
      candidates.set(path, [...(candidates.get(path) ?? []), candidate]);
    }
  }
  const parameters: Record<string, string> = {};
  for (const [path, list] of candidates) {
    const [best] = list.sort(
      (a, b) =>
        a.breadth - b.breadth || Number(b.isNamesake) - Number(a.isNamesake) || (a.name < b.name ? -1 : 1),
    );
    if (best) parameters[path] = `${best.name} ${best.kind}`;
  }
  const head = { source, notation: 'element path: search parameter and its type' };
  return tableText(head, { parameters: sorted(parameters) });
}

/** Plain paths of an expression such as `Patient.name | Person.name`, with how many paths their resource has in it. */
function plainPaths({ expression = '' }: SearchParameter): readonly (readonly [string, number])[] {
  const paths = expression.split('|').map((path) => path.trim());
  const breadth = (root: string) => paths.filter((path) => new RegExp(`^\\(?${root}\\.`).test(path)).length;
  return paths
    .filter((path) => PLAIN_PATH.test(path))
    .map((path) => [path, breadth(path.slice(0, path.indexOf('.')))] as const);
}
