/**
 * The CapabilityStatement of the sandbox (R4 capabilitystatement.html): what it really does, read from the same tables that do it,
 * and in words what it does not.
 */
import { resourceTypes } from '../fhir/elements.ts';
import type { FhirResource, FhirValue } from '../fhir/resource.ts';
import { parametersOf } from './fhir-parameters.ts';

export interface CapabilityFacts {
  /** The address of the base. */
  readonly base: string;
  readonly historyLimit: number;
  readonly maxTransactionEntries: number;
  readonly hasToken: boolean;
}

const INTERACTIONS = [
  'read',
  'vread',
  'update',
  'patch',
  'delete',
  'history-instance',
  'create',
  'search-type',
].map((code) => ({ code }));

/** The statement for the address that it was asked under. */
export function capabilityStatement(facts: CapabilityFacts): FhirResource {
  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date: '2025-01-01',
    kind: 'instance',
    software: { name: 'dicomcast sandbox' },
    implementation: { description: 'A FHIR server for first runs, demos and tests', url: facts.base },
    fhirVersion: '4.0.1',
    format: ['json', 'application/fhir+json'],
    patchFormat: ['application/json-patch+json'],
    rest: [
      {
        mode: 'server',
        documentation: documentation(facts),
        ...(facts.hasToken ? { security: { description: 'A fixed bearer token in Authorization.' } } : {}),
        resource: resourceTypes().map(resourceCapability),
        interaction: [{ code: 'transaction' }, { code: 'batch' }],
      },
    ],
  };
}

function resourceCapability(type: string): FhirValue {
  const parameters = [...parametersOf(type).values()];
  const references = parameters.filter((parameter) => parameter.type === 'reference');
  const included = references.map(({ name }) => `${type}:${name}`);
  return {
    type,
    interaction: INTERACTIONS,
    versioning: 'versioned',
    readHistory: true,
    updateCreate: true,
    conditionalCreate: true,
    conditionalRead: 'not-match',
    conditionalUpdate: true,
    conditionalDelete: 'single',
    referencePolicy: ['literal', 'logical'],
    ...(included.length > 0 ? { searchInclude: included } : {}),
    searchParam: [
      { name: '_id', type: 'token' },
      { name: '_lastUpdated', type: 'date' },
      ...parameters.map(({ name, type: kind }) => ({ name, type: kind })),
    ],
  };
}

function documentation({ historyLimit, maxTransactionEntries }: CapabilityFacts): string {
  return [
    'For demos and tests, not for patient care.',
    'Checks elements, types, cardinalities, value patterns and required codes; no profiles, invariants, terminology or',
    'referential integrity.',
    `Keeps the last ${historyLimit} versions of a resource.`,
    `A transaction has at most ${maxTransactionEntries} entries; all of them happen or none, under one lock.`,
    'Tokens and references are compared exactly, letter case included.',
    'Modifiers: missing, not (token), exact and contains (string), identifier and [type] (reference).',
    'Chains and _has may be nested; _include and _revinclude have no :iterate.',
    '_sort takes _id or _lastUpdated; _summary takes count or false.',
    'Unsupported search parameters are reported in an entry of mode outcome, or refused under Prefer: handling=strict.',
    'PATCH takes JSON Patch, by id; in a bundle as a Binary.',
    'Not supported: XML, FHIRPath Patch, operations, history of types, search across types.',
  ].join(' ');
}
