/**
 * How each code of the error table is provoked, or why it cannot be from outside. A new code needs a line here.
 */
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ErrorCode } from '../../engine/errors.ts';
import type { Fault, FaultRequest } from '../../engine/sandbox/fhir-server.ts';
import { isTransaction } from '../support/loop.ts';
import { temporaryFolder } from '../support/temp.ts';
import { CANARY, marked, type Scenario } from './canary.ts';

const JSON_TYPE = { 'content-type': 'application/fhir+json' };
/** What servers write into outcomes, where nothing of it may be repeated. */
const OUTCOME = JSON.stringify({
  resourceType: 'OperationOutcome',
  issue: [
    {
      severity: 'error',
      code: 'invalid',
      details: { text: CANARY, coding: [{ system: CANARY, code: CANARY, display: CANARY }] },
      diagnostics: `${CANARY} is not a name`,
      expression: [`Patient.name.where(family='${CANARY}')`, `Bundle.entry[0].resource.${CANARY}`],
      location: [CANARY],
    },
  ],
});
const fault = (status: number, body = OUTCOME, headers: Readonly<Record<string, string>> = {}): Fault => ({
  status,
  body,
  headers: { ...JSON_TYPE, 'www-authenticate': CANARY, ...headers },
});
const onTransaction = (answer: Fault) => (request: FaultRequest) =>
  isTransaction(request) ? answer : undefined;
const onSearch = (answer: Fault) => (request: FaultRequest) =>
  request.path.startsWith('/fhir/Patient') ? answer : undefined;

const SHIPPED = ['patient', 'endpoint', 'imaging-study'].map((name) =>
  resolve(import.meta.dirname, `../../mappings/${name}.yaml`),
);

/** A mapping of its own in a file of its own. */
function mapping(text: string): string {
  const path = join(temporaryFolder(), 'mapping.yaml');
  writeFileSync(path, text);
  return path;
}

const person = (rules: string, head = ''): readonly string[] => [
  mapping(`resource: Patient
identity: id
${head}
rules:
  id: { to: "Patient.identifier.where(system = 'urn:test').value", tag: PatientID, required: true }
${rules}`),
];

/** Somebody whom only others make. */
const NOT_MADE = `resource: Patient
create: false
identity: id
rules:
  id: { to: "Patient.identifier.where(system = 'urn:test').value", tag: PatientID, required: true }
`;

const EVENTS = `resource: Observation
identity: event
instanceRule: instance
forEach: |
  [PatientName.Alphabetic, PatientName.Ideographic]
rules:
  event: { to: "Observation.identifier.where(system = 'urn:event').value", value: "PatientID" }
  instance: { to: "Observation.identifier.where(system = 'urn:instance').value", tag: SOPInstanceUID, prefix: "urn:oid:" }
  status: { to: Observation.status, const: final }
  code: { to: Observation.code.text, value: "$item" }
`;

/** A text where an object was expected, so that a person's name stands in an odd place. */
const BROKEN = [
  `{"sequence":1,"action":"create","metadata":{"00100010":{"vr":"PN","Value":[{"Alphabetic":"${CANARY}^A"}]}}`,
  `{"sequence":2,"action":"${CANARY} ^A","studyInstanceUid":"${CANARY}","seriesInstanceUid":{"a":"${CANARY}"},"sopInstanceUid":1}`,
  `["${CANARY}"]`,
  `{"sequence":"${CANARY}"}`,
].map((text) => text.replaceAll(`"studyInstanceUid":"${CANARY}"`, '"studyInstanceUid":"1.2"'));

/** Every code, in the order of the table. */
export const SCENARIOS: Readonly<Record<ErrorCode, Scenario | string>> = {
  'feed.unauthorized': {
    onFeed: () => ({ status: 401, body: CANARY, headers: { 'www-authenticate': CANARY } }),
  },
  'feed.unreachable': { dead: 'feed' },
  'feed.busy': { onFeed: () => ({ status: 503, body: CANARY, headers: { 'retry-after': CANARY } }) },
  'feed.refused': { onFeed: () => ({ status: 400, body: `{"errors":"${CANARY}"}` }) },
  'feed.malformed': { feed: BROKEN, config: { ignoreJsonParsingErrors: false } },
  'feed.rebuilt': { before: marked(3), feed: marked(1) },
  'entry.malformed': { feed: [...BROKEN, ...marked(1)] },
  'dicom.missing-tag': { feed: marked(1, { PatientID: null }) },
  'dicom.invalid-required-tag': { feed: marked(1, { PatientID: CANARY.repeat(20) }) },
  'dicom.invalid-tag': {},
  'dicom.enforced-tag': { config: { enforceValidationOfTagValues: true } },
  'mapping.evaluation': {
    mappings: person(
      `  name: { to: "Patient.name.where(use = 'usual').text", value: "$string($number(PatientName.Alphabetic))" }`,
    ),
  },
  'mapping.shape': {
    mappings: person('  gender: { to: Patient.gender, value: "PatientName.Alphabetic" }'),
  },
  'mapping.duplicate-item': { mappings: [mapping(EVENTS)] },
  'mapping.reference': {
    mappings: [mapping(NOT_MADE), ...SHIPPED.slice(1)],
  },
  'resource.shape': {
    mappings:
      person(`  name: { to: "Patient.name.where(use = 'usual').family", value: "PatientName.Alphabetic" }
  birthDate: { to: Patient.birthDate, derive: name.family.first() }`),
  },
  'resource.assertion': {
    mappings: person(
      `  name: { to: "Patient.name.where(use = 'usual').family", value: "PatientName.Alphabetic" }`,
      'assert:\n  nameless: { fhirpath: name.family.empty(), severity: error }',
    ),
  },
  'resource.ambiguous': {
    onFhir: onSearch(
      fault(
        200,
        JSON.stringify({
          resourceType: 'Bundle',
          type: 'searchset',
          entry: ['1', '2'].map((id) => ({
            resource: {
              resourceType: 'Patient',
              id,
              meta: { versionId: '1' },
              identifier: [{ value: `${CANARY}-1` }],
              name: [{ family: CANARY }],
            },
          })),
        }),
      ),
    ),
  },
  'resource.loose-match': {
    onFhir: onSearch(
      fault(
        200,
        JSON.stringify({
          resourceType: 'Bundle',
          type: 'searchset',
          entry: [
            {
              resource: {
                resourceType: 'Patient',
                id: '1',
                meta: { versionId: '1' },
                identifier: [{ system: CANARY, value: `${CANARY}-1` }],
                name: [{ family: CANARY }],
              },
            },
          ],
        }),
      ),
    ),
  },
  'resource.too-large': { config: { fhir: { maxResourceBytes: 100 } } },
  'fhir.unauthorized': { onFhir: onSearch(fault(403)) },
  'fhir.unsuitable': {
    onFhir: ({ path }) =>
      path.endsWith('/metadata')
        ? fault(
            200,
            `{"resourceType":"CapabilityStatement","fhirVersion":"${CANARY}!","publisher":"${CANARY}"}`,
          )
        : undefined,
  },
  'fhir.not-atomic': {
    onFhir: (request) => {
      if (!isTransaction(request)) return undefined;
      const { entry } = JSON.parse(request.body ?? '{}') as { entry: readonly unknown[] };
      const answers = entry.map((_, index) => ({
        response:
          index === 0
            ? { status: '422', outcome: JSON.parse(OUTCOME) }
            : { status: '201', location: `Patient/${CANARY}` },
      }));
      return entry.length < 2
        ? undefined
        : fault(
            200,
            JSON.stringify({ resourceType: 'Bundle', type: 'transaction-response', entry: answers }),
          );
    },
  },
  'fhir.unreachable': { dead: 'fhir' },
  'fhir.busy': { onFhir: onSearch(fault(503, OUTCOME, { 'retry-after': CANARY })) },
  'fhir.conflict': { onFhir: onTransaction(fault(412)) },
  'fhir.refused': { onFhir: onTransaction(fault(422)) },
  'fhir.invalid-answer': { onFhir: onSearch(fault(200, `<html>${CANARY}</html>`)) },
  'fhir.foreign-link': {
    onFhir: onSearch(
      fault(
        200,
        JSON.stringify({
          resourceType: 'Bundle',
          type: 'searchset',
          link: [
            { relation: 'next', url: `https://user:${CANARY}@evil.example.org/${CANARY}?name=${CANARY}` },
          ],
        }),
      ),
    ),
  },
  'auth.token': {
    token: { status: 400, body: JSON.stringify({ error: 'invalid_client', error_description: CANARY }) },
  },
  'auth.unreachable': { token: { status: 503, body: CANARY } },
  'engine.paused': { feed: marked(40, { PatientID: null }), before: marked(40, { PatientID: null }) },
  'state.unusable': { stateFile: `${CANARY}\n`.repeat(500) },
};
