/** Which search parameter finds a resource by an element. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { searchParameter } from '../../engine/fhir/search-parameters.ts';

const test = suite('fhir/search-parameters');

const CASES = [
  ['Endpoint', 'name', 'name string'],
  ['Endpoint', 'connectionType', 'connection-type token'],
  ['Endpoint', 'managingOrganization', 'organization reference'],
  ['Patient', 'identifier', 'identifier token'],
  ['Patient', 'name', 'name string'],
  ['Patient', 'name.family', 'family string'],
  ['Patient', 'birthDate', 'birthdate date'],
  ['ImagingStudy', 'subject', 'subject reference'],
  ['ImagingStudy', 'series.uid', 'series token'],
  ['Observation', 'code', 'code token'],
  ['Observation', 'effectiveDateTime', 'date date'],
  ['ValueSet', 'url', 'url uri'],
  ['Patient', 'id', '_id token'],
  ['Patient', 'meta.source', '_source uri'],
] as const;

for (const [resourceType, path, expected] of CASES) {
  test(`${resourceType}.${path}`, () => {
    const parameter = searchParameter(resourceType, path);
    assert.is(`${parameter?.name} ${parameter?.kind}`, expected);
  });
}

test('there is none for an element without a plain parameter', () => {
  assert.is(searchParameter('Patient', 'photo'), undefined);
  assert.is(searchParameter('Patient', 'maritalStatus'), undefined);
  assert.is(searchParameter('Nobody', 'name'), undefined);
});

test.run();
