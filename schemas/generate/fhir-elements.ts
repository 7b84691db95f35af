/**
 * FHIR definitions in, the text of schemas/fhir-r4-elements.json out: types with their base, elements that each type adds to
 * its base, and the codes of required bindings. Every resource, data type and backbone element of R4 is in it.
 */
import type {
  Concept,
  ElementRow,
  ElementType,
  FhirDefinitions,
  StructureDefinition,
} from './fhir-definitions.ts';
import { sorted, tableText } from './table.ts';

const STRUCTURES = 'http://hl7.org/fhir/StructureDefinition/';
const FHIR_TYPE = `${STRUCTURES}structuredefinition-fhir-type`;
const MOST_CODES = 100;

export function fhirElements(definitions: FhirDefinitions): string {
  const structures = definitions.structures
    .filter(({ kind, derivation }) => kind !== 'logical' && derivation !== 'constraint')
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const types: Record<string, string> = {};
  const elements: Record<string, string> = {};
  const codes: Record<string, readonly string[]> = {};
  for (const structure of structures) {
    types[structure.name] = [
      structure.abstract ? `abstract ${structure.kind}` : structure.kind,
      ...(structure.baseDefinition ? [structure.baseDefinition.replace(STRUCTURES, '')] : []),
    ].join(' ');
    if (structure.kind === 'primitive-type') continue;
    for (const element of ownElements(structure)) {
      const set = boundCodes(element, definitions);
      if (set) codes[set.name] = set.codes;
      elements[element.path] = elementText(element, set?.name);
    }
  }
  const head = {
    source: definitions.source,
    notation:
      'types: kind and base; elements: min..max, types joined by | (or # and the path with the same content), then the targets of references or the set of codes',
  };
  return tableText(head, { types: sorted(types), codes: sorted(codes), elements });
}

/** Elements that the structure does not inherit, in the order of the definition; its root is left out. */
function ownElements(structure: StructureDefinition): readonly ElementRow[] {
  return structure.snapshot.element.filter(
    ({ path, base }) => path.includes('.') && path === (base?.path ?? path),
  );
}

/** `1..1 code imagingstudy-status`, `0..1 Reference Patient|Group`, `0..* #Bundle.link`. */
function elementText(element: ElementRow, set: string | undefined): string {
  const { path, min, max, type = [], contentReference } = element;
  const parts = [`${min}..${max}`];
  if (contentReference) {
    parts.push(contentReference);
  } else {
    // R4 resource.html#id: the definition says string, the specification says id.
    const names = path === 'Resource.id' ? ['id'] : type.map(typeName);
    if (names.length === 0) throw new Error(`${path} has no type`);
    parts.push(names.join('|'));
    const targets = referenceTargets(type);
    if (targets.length > 0) parts.push(targets.join('|'));
    else if (set) parts.push(set);
  }
  return parts.join(' ');
}

/** FHIRPath's system types stand for FHIR types that an extension names (R4 extension-structuredefinition-fhir-type.html). */
function typeName({ code, extension = [] }: ElementType): string {
  if (!code.includes('/')) return code;
  const name = extension.find(({ url }) => url === FHIR_TYPE)?.valueUrl;
  if (!name) throw new Error(`no FHIR type for ${code}`);
  return name;
}

/** Empty where a reference may point to anything, and for everything that is no Reference. */
function referenceTargets(types: readonly ElementType[]): readonly string[] {
  const targets = types
    .filter(({ code }) => code === 'Reference')
    .flatMap(({ targetProfile = [] }) => targetProfile.map((url) => url.replace(STRUCTURES, '')));
  return targets.includes('Resource') ? [] : [...new Set(targets)].sort();
}

function boundCodes(
  { type = [], binding }: ElementRow,
  { valueSets, codeSystems }: FhirDefinitions,
): { readonly name: string; readonly codes: readonly string[] } | undefined {
  if (type.length !== 1 || type[0]?.code !== 'code' || binding?.strength !== 'required') return undefined;
  const [url = ''] = (binding.valueSet ?? '').split('|');
  const compose = valueSets.get(url)?.compose;
  if (!compose || compose.exclude || compose.include.some((part) => part.filter || part.valueSet)) {
    return undefined;
  }
  const all = new Set<string>();
  for (const { system = '', concept } of compose.include) {
    const codeSystem = codeSystems.get(system);
    // MIME types, currencies, units: lists that are kept elsewhere.
    if (!concept && codeSystem?.content !== 'complete') return undefined;
    for (const code of flatCodes(concept ?? codeSystem?.concept ?? [])) all.add(code);
  }
  if (all.size === 0 || all.size > MOST_CODES) return undefined;
  return { name: url.slice(url.lastIndexOf('/') + 1), codes: [...all].sort() };
}

function flatCodes(concepts: readonly Concept[]): readonly string[] {
  return concepts.flatMap(({ code, concept = [] }) => [code, ...flatCodes(concept)]);
}
