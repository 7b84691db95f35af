/**
 * Hostile input from the FHIR side: answers to the requests of the client, and stored resources under the hand of the merge.
 */
import fc from 'fast-check';
import { createMemo } from '../../../engine/apply/memo.ts';
import { draftEntry } from '../../../engine/apply/transform.ts';
import { createFhirServer } from '../../../engine/io/fhir-server.ts';
import type { Http } from '../../../engine/io/http.ts';
import { createPatching } from '../../../engine/patching.ts';
import { createPipeline } from '../../../engine/pipeline.ts';
import type { FhirServer, Log } from '../../../engine/ports.ts';
import { createRemembered } from '../../../engine/remembered.ts';
import { planOf } from '../../support/engine.ts';
import { readWords } from '../../support/entries.ts';
import { answerOf } from './answers.ts';
import {
  hostileText,
  type Misstatement,
  type Mutation,
  misstate,
  misstatements,
  mutate,
  mutations,
  type Wound,
  wound,
  wounds,
} from './mutation.ts';
import { reasonable, target, type Verdict, verdictOf } from './target.ts';

const NOW = Date.UTC(2024, 5, 1);
const META = { versionId: '3', lastUpdated: '2024-01-01T00:00:00Z' };

/** What a server holds of the instances below, and what it says otherwise. */
const STORED: Readonly<Record<string, object>> = {
  Patient: {
    resourceType: 'Patient',
    id: 'p',
    meta: META,
    identifier: [{ value: 'P1' }, { system: 'urn:other', value: '7' }],
    name: [{ use: 'usual', family: 'Zebra', given: ['Anna', 'M'], _family: { id: 'x' } }],
    gender: 'female',
    birthDate: '1970-01-02',
    _birthDate: { extension: [{ url: 'http://example.org/x', valueDecimal: '@1.50@' }] },
    contained: [{ resourceType: 'Organization', id: 'o' }],
  },
  Endpoint: {
    resourceType: 'Endpoint',
    id: 'e',
    meta: META,
    identifier: [{ system: 'urn:dicomcast:source', value: 'https://dicom.example.org/' }],
    status: 'active',
    connectionType: { system: 'x', code: 'y' },
    payloadType: [{ text: 'DICOM' }],
    address: 'https://dicom.example.org/',
  },
  ImagingStudy: {
    resourceType: 'ImagingStudy',
    id: 's',
    meta: { ...META, source: 'https://dicom.example.org/' },
    identifier: [
      { system: 'urn:dicom:uid', value: 'urn:oid:1.2.3' },
      {
        type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'ACSN' }] },
        value: 'A0',
      },
    ],
    status: 'available',
    subject: { reference: 'Patient/p' },
    endpoint: [{ reference: 'Endpoint/e' }],
    started: '2024-03-05T09:15:30.25+01:00',
    note: [{ text: 'CT head' }],
    numberOfSeries: 1,
    numberOfInstances: 2,
    series: [
      {
        uid: '1.2.3.1',
        number: 2,
        modality: { system: 'http://dicom.nema.org/resources/ontology/DCM', code: 'CT' },
        instance: [
          { uid: '1.2.3.1.1', sopClass: { system: 'urn:ietf:rfc:3986', code: 'urn:oid:1.2' }, number: 1 },
          { uid: '1.2.3.1.2', sopClass: { system: 'urn:ietf:rfc:3986', code: 'urn:oid:1.2' } },
        ],
      },
    ],
  },
};

const OUTCOME = {
  resourceType: 'OperationOutcome',
  issue: [
    {
      severity: 'error',
      code: 'invalid',
      details: { coding: [{ code: 'MSG_BAD_SYNTAX' }], text: 'no' },
      expression: ['Bundle.entry[0].resource.name'],
    },
  ],
};
const CAPABILITY = {
  resourceType: 'CapabilityStatement',
  fhirVersion: '4.0.1',
  software: { name: 'proof', version: '1' },
  rest: [{ mode: 'server', interaction: [{ code: 'transaction' }] }],
};

/** Stands for a resource in an envelope that is mutated. */
const RESOURCE = 'THE RESOURCE';

function searchset(...resources: readonly unknown[]): object {
  return {
    resourceType: 'Bundle',
    type: 'searchset',
    total: resources.length,
    link: [{ relation: 'self', url: 'http://127.0.0.1/x' }],
    entry: resources.map((resource) => ({
      fullUrl: 'http://127.0.0.1/x/1',
      resource,
      search: { mode: 'match' },
    })),
  };
}

/** As many answers as the bundle has entries. */
function answered(body: string | undefined): object {
  const { entry: entries = [] } = JSON.parse(body ?? '{}') as {
    entry?: readonly { request: { method: string; url: string } }[];
  };
  return {
    resourceType: 'Bundle',
    type: 'transaction-response',
    entry: entries.map(({ request: { method, url } }) => ({
      response: {
        status: method === 'POST' ? '201 Created' : '200',
        location: `${url.split('/')[0]}/new/_history/1`,
        etag: 'W/"1"',
        lastModified: '2024-01-01T00:00:00Z',
        outcome: OUTCOME,
      },
    })),
  };
}

interface Answering {
  /** Of what the resources say. */
  readonly content: readonly Misstatement[];
  /** Of all the rest. */
  readonly mutations: readonly Mutation[];
  readonly wounds: readonly Wound[];
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

const statuses = fc.constantFrom(
  200,
  200,
  200,
  200,
  200,
  201,
  204,
  302,
  400,
  401,
  404,
  409,
  410,
  412,
  413,
  422,
  424,
  429,
  500,
  503,
);
const headers = fc.dictionary(
  fc.constantFrom('etag', 'location', 'retry-after', 'content-type', 'date'),
  fc.oneof(
    fc.constantFrom(
      'W/"1"',
      '"',
      'W/',
      '1e99',
      '-1',
      'x'.repeat(9000),
      'https://evil.example.org/',
      '\u0000',
    ),
    fc.string(),
  ),
  { maxKeys: 2 },
);
const answering: fc.Arbitrary<Answering> = fc.record({
  content: misstatements,
  mutations: fc.oneof(fc.constant([]), fc.constant([]), mutations),
  wounds: fc.oneof(fc.constant([]), fc.constant([]), wounds),
  status: statuses,
  headers,
});

/** Gives the n-th answer to the n-th request, round and round. */
function serverOf(answers: readonly Answering[]): FhirServer {
  let asked = 0;
  const http: Http = {
    baseUrl: 'http://127.0.0.1/fhir',
    close: () => undefined,
    async request({ url, body }) {
      const {
        content,
        mutations: list,
        wounds: cuts,
        status,
        headers: sent,
      } = answers[asked++ % answers.length] as Answering;
      const [type = ''] = url.split(/[?/]/);
      const found = STORED[type] ? [RESOURCE] : [];
      const good = url === '' ? answered(body) : type === 'metadata' ? CAPABILITY : searchset(...found);
      // What is no FHIR at all is for the client to notice; see known-defects.test.ts for what it lets through.
      const text = hostileText(mutate(status < 300 ? good : OUTCOME, list)).replaceAll(
        JSON.stringify(RESOURCE),
        () => hostileText(misstate(STORED[type] ?? {}, content)),
      );
      return answerOf(asked > 300 ? 401 : status, wound(text, cuts), sent);
    },
  };
  return createFhirServer({ http, fhirVersion: '4.0', now: () => NOW });
}

const clientAnswers = target({
  inputs: fc.record({
    ask: fc.constantFrom('capability', 'Patient', 'ImagingStudy', 'transaction'),
    answers: fc.array(answering, { minLength: 1, maxLength: 3 }),
  }),
  check: ({ ask, answers }) =>
    verdictOf(async () => {
      const server = serverOf(answers);
      if (ask === 'capability') return server.capability();
      if (ask !== 'transaction')
        return server.search(ask, [{ name: 'identifier', token: [{ value: 'P1' }] }]);
      return server.transact({
        resourceType: 'Bundle',
        type: 'transaction',
        entry: [
          {
            request: { method: 'POST', url: 'Patient', ifNoneExist: 'identifier=%7CP1' },
            resource: { resourceType: 'Patient' },
          },
          { request: { method: 'DELETE', url: 'ImagingStudy/s', ifMatch: 'W/"3"' } },
        ],
      });
    }),
});

const ENTRIES = [
  readWords(
    { StudyDescription: 'CT head', PatientName: 'Zebra^Anna', StudyDate: '20240305', AccessionNumber: 'A1' },
    1,
  ),
  readWords({ SOPInstanceUID: '1.2.3.1.2', Modality: 'KO', StudyDate: '20240306' }, 2),
  readWords({ SOPInstanceUID: '1.2.3.1.2', action: 'delete' }, 3),
  readWords({ SOPInstanceUID: '1.2.3.1.1', action: 'delete' }, 4),
];
const SOURCE = { id: 'proof', url: 'https://dicom.example.org/' };
const silent: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** All stages of a group, over whatever the server says. */
async function settle(answers: readonly Answering[], count: number, patch: boolean): Promise<Verdict> {
  const plan = planOf(undefined);
  const drafts = await Promise.all(
    ENTRIES.slice(0, count).map((each) =>
      draftEntry(plan, each, { source: SOURCE, enforceTagValues: false }, createMemo()),
    ),
  );
  let now = NOW;
  const pipeline = createPipeline({
    plan,
    fhir: serverOf(answers),
    log: silent,
    source: SOURCE,
    remembered: createRemembered({ bytes: 8_000_000, now: () => 0 }),
    ...(patch ? { patching: createPatching(silent) } : {}),
    maxTransactionEntries: 500,
    retryDuration: 5000,
    clock: {
      now: () => now,
      jitter: () => 0.5,
      async sleep(ms) {
        now += ms + 1;
      },
    },
  });
  let refused = false;
  const verdict = await verdictOf(async () => {
    const shared = await pipeline.settleShared(drafts);
    const { rows } = await pipeline.settleGroup(drafts, shared);
    for (const row of rows) reasonable(row.message);
    refused = rows.length > 0;
  });
  return refused ? 'refused' : verdict;
}

const pipelineAnswers = target({
  inputs: fc.record({
    answers: fc.array(answering, { minLength: 1, maxLength: 8 }),
    count: fc.integer({ min: 1, max: 4 }),
    patch: fc.boolean(),
  }),
  check: ({ answers, count, patch }) => settle(answers, count, patch),
});

/** Every request is answered well, with resources that say odd things. */
const storedResources = target({
  inputs: fc.record({
    content: misstatements,
    count: fc.integer({ min: 1, max: 4 }),
    patch: fc.boolean(),
  }),
  check: ({ content, count, patch }) =>
    settle([{ content, mutations: [], wounds: [], status: 200, headers: {} }], count, patch),
});

export const fhirTargets = {
  'answers of a FHIR server': clientAnswers,
  'answers in the pipeline': pipelineAnswers,
  'stored resources': storedResources,
};
