/** What the FHIR server of a case holds before: references that become addresses, and what no server would take. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readExisting } from '../../engine/testing/existing.ts';
import type { Given } from '../../engine/testing/test-case.ts';

const test = suite('testing/existing');

const read = (
  given: readonly Given['existing'][number]['resource'][],
  files: Readonly<Record<string, string>> = {},
) => {
  const failures: string[] = [];
  const resources = readExisting(
    given.map((resource, index) => ({ resource, line: index + 1 })),
    (path) => {
      const text = files[path];
      return text === undefined ? { error: 'does not exist' } : { bytes: new TextEncoder().encode(text) };
    },
    (line, message) => void failures.push(`${line} ${message}`),
  );
  return { resources, failures };
};

test('what has no id gets one, and references by identifier lead to it', () => {
  const patient = { resourceType: 'Patient', identifier: [{ system: 'urn:p', value: 'P1' }] };
  const golden = JSON.stringify({
    resources: [
      { resourceType: 'Basic', code: { text: 'x' }, subject: { reference: 'Patient?identifier=urn:p|P1' } },
    ],
    rows: [],
  });
  assert.equal(read([patient, 'golden.json'], { 'golden.json': golden }), {
    resources: [
      { ...patient, id: 'existing-1' },
      {
        resourceType: 'Basic',
        code: { text: 'x' },
        subject: { reference: 'Patient/existing-1' },
        id: 'existing-2',
      },
    ],
    failures: [],
  });
});

test('what a server would not take is told with its line and path', () => {
  const { failures } = read([
    { resourceType: 'Patient', identifer: [{ value: 'P1' }], gender: 'mal' },
    { resourceType: 'Patent' },
    { resourceType: 'Basic', code: { text: 'x' }, subject: { reference: 'Patient?identifier=|P9' } },
    { resourceType: 'Patient', id: 'a' },
    { resourceType: 'Patient', id: 'a' },
    'none.json',
  ]);
  assert.equal(failures, [
    '6 existing: none.json does not exist',
    '1 existing: Patient.identifer is no element of Patient',
    '1 existing: Patient.gender is not one of the codes that R4 allows here',
    '2 existing: R4 has no resource type Patent',
    '3 existing: the Basic refers to Patient?identifier=|P9, which is not given',
    '5 existing: another Patient has the id a',
  ]);
});

test.run();
