/**
 * FHIR servers that do one thing their own way, each with the findings that `doctor` has about it and its exit code, as literals.
 */
import { type PatchOperation, patchResource, patchText } from '../../engine/fhir/json-patch.ts';
import type { FhirResource } from '../../engine/fhir/resource.ts';
import type { FhirSandboxOptions } from '../../engine/sandbox/fhir-server.ts';
import { isBundle, type Question, type Quirk, type QuirkyFhir, withJson } from './quirky-fhir.ts';
import type { FakeTerminal } from './terminal.ts';

export interface Given {
  readonly quirk?: Quirk;
  readonly server?: FhirSandboxOptions;
  readonly config?: readonly [from: string, to: string];
  readonly feed?: readonly object[];
  readonly format?: 'json';
  /** Before it begins. */
  prepare?(terminal: FakeTerminal, fhir: QuirkyFhir, folder: string): void;
}

type Entry = { request: Record<string, unknown>; resource?: Record<string, unknown> };
type Response = { response: Record<string, unknown>; resource?: Record<string, unknown> };

/** Changes the entries of every posted Bundle. */
function asking(change: (entry: Entry) => Entry): Quirk {
  return {
    ask: (question) =>
      isBundle(question)
        ? {
            body: withJson(question.body, ({ entry, ...bundle }) => ({
              ...(bundle as object),
              entry: (entry as unknown as Entry[]).map(change),
            })),
          }
        : undefined,
  };
}

/** Changes the answer to every posted Bundle that was taken. */
function answering(change: (entry: Response) => Response): Quirk {
  return {
    answer: (answer, question) =>
      isBundle(question) && answer.status === 200
        ? {
            ...answer,
            body: withJson(answer.body ?? '', ({ entry, ...bundle }) => ({
              ...(bundle as object),
              entry: (entry as unknown as Response[]).map(change),
            })),
          }
        : answer,
  };
}

const without =
  (name: string) =>
  (entry: Entry): Entry => {
    const { [name]: _, ...request } = entry.request;
    return { ...entry, request };
  };

/** The operations of a patch, changed. */
function patching(
  change: (operations: readonly { readonly op: string }[]) => readonly object[],
): (entry: Entry) => Entry {
  return (entry) => {
    const text = patchText((entry.resource ?? {}) as FhirResource);
    if (text === undefined) return entry;
    const { ifMatch: _, ...request } = entry.request;
    const resource = patchResource(change(JSON.parse(text)) as readonly PatchOperation[]);
    return { ...entry, resource, request };
  };
}
const withoutTests = patching((operations) => operations.filter(({ op }) => op !== 'test'));
const withoutWork = patching((operations) => operations.filter(({ op }) => op === 'test'));

/** Every entry by itself, as servers do whose transactions are batches. */
const BATCH: Quirk = {
  ask: (question) =>
    isBundle(question)
      ? { body: withJson(question.body, (bundle) => ({ ...(bundle as object), type: 'batch' })) }
      : undefined,
  answer: (answer) => ({ ...answer, body: answer.body?.replace('batch-response', 'transaction-response') }),
};

/** What was written is found after so long. */
function slow(ms: number): Quirk {
  let written = 0;
  return {
    ask(question) {
      if (isBundle(question)) written = Date.now();
      const isSearch = question.method === 'GET' && question.path.includes('identifier=');
      return isSearch && Date.now() - written < ms
        ? { status: 200, headers: FHIR_JSON, body: EMPTY }
        : undefined;
    },
  };
}

const FHIR_JSON = { 'content-type': 'application/fhir+json' };
const EMPTY = JSON.stringify({ resourceType: 'Bundle', type: 'searchset' });

export const refusing = (status: number, when: (question: Question) => boolean): Quirk => ({
  ask: (question) =>
    when(question) ? { status, headers: FHIR_JSON, body: '{"resourceType":"OperationOutcome"}' } : undefined,
});

const decoded = ({ path }: Question): string => decodeURIComponent(path);

/** Each quirk with the findings that it makes, and the exit code. */
export const QUIRKS: readonly (readonly [
  name: string,
  given: Given,
  code: number,
  told: readonly string[],
])[] = [
  ['nothing', {}, 0, []],
  [
    'transactions are batches',
    { quirk: BATCH },
    1,
    [
      'WRONG  a failed transaction is stored in part (answered 200 with an entry of 412)',
      'WRONG  resources that refer to each other within a transaction are not taken: answered 200 with an entry of 400',
    ],
  ],
  [
    'ifMatch is not honoured',
    { quirk: asking(without('ifMatch')) },
    1,
    [
      'WRONG  an update with an old version (ifMatch) is taken: what somebody else wrote in between would be lost',
    ],
  ],
  [
    'ifNoneExist is not honoured',
    { quirk: asking(without('ifNoneExist')) },
    1,
    [
      'WRONG  a conditional create (ifNoneExist) makes again what is there',
      'WRONG  a conditional create of what is there twice is answered 201',
      '?      could not be told: an entry that cannot succeed was taken',
    ],
  ],
  [
    'a stale version is answered 409',
    {
      quirk: {
        answer: (answer) => (answer.status === 412 ? { ...answer, status: 409 } : answer),
      },
    },
    0,
    [],
  ],
  [
    'a stale version is answered 400',
    {
      quirk: {
        answer: (answer, { body }) =>
          answer.status === 412 && body.includes('ifMatch') ? { ...answer, status: 400 } : answer,
      },
    },
    0,
    ['note   an update with an old version is answered 400, where 409 or 412 was expected'],
  ],
  ['patches are not taken', { quirk: refusing(422, (question) => question.body.includes('"PATCH"')) }, 0, []],
  [
    'patches are wanted and not taken',
    {
      quirk: refusing(422, (question) => question.body.includes('"PATCH"')),
      config: ['\nfhir:\n', '\nfhir:\n  patch: true\n'],
    },
    1,
    ['WRONG  a JSON Patch in a transaction is answered 422'],
  ],
  [
    'patches are taken whatever they test',
    { quirk: asking(withoutTests) },
    0,
    ['note   a JSON Patch is taken although its test of the version fails'],
  ],
  [
    'patches do nothing',
    { quirk: asking(withoutWork), config: ['\nfhir:\n', '\nfhir:\n  patch: true\n'] },
    1,
    ['WRONG  a JSON Patch in a transaction changes nothing'],
  ],
  [
    'found after a while',
    { quirk: slow(300) },
    0,
    ['note   what was written is found only after about N ms'],
  ],
  [
    'meta.source gets something behind a #',
    { quirk: asking((entry) => withSource(entry, (source) => `${source}#req-1`)) },
    0,
    [],
  ],
  [
    'meta.source is dropped',
    { quirk: asking((entry) => withSource(entry, () => undefined)) },
    0,
    ['note   meta.source is dropped'],
  ],
  [
    'meta.source is replaced',
    { quirk: asking((entry) => withSource(entry, () => 'urn:theirs')) },
    0,
    ['note   meta.source is replaced'],
  ],
  [
    'decimals are binary numbers',
    { quirk: { ask: ({ body }) => ({ body: body.replaceAll('1.50', '1.5') }) } },
    0,
    ['note   decimals lose digits: 1.50 is 1.5'],
  ],
  [
    'extensions are dropped',
    {
      quirk: asking((entry) => {
        const { extension: _, ...resource } = entry.resource ?? {};
        return entry.resource ? { ...entry, resource } : entry;
      }),
    },
    1,
    ['WRONG  a reference within a transaction is dropped', 'note   an extension with a decimal is dropped'],
  ],
  [
    'a search without system ignores systems',
    {
      quirk: {
        ask: ({ path, method }) =>
          method === 'GET' ? { path: path.replace('identifier=%7C', 'identifier=') } : undefined,
      },
    },
    0,
    [
      'note   |value also finds identifiers with a system; the engine compares again, conditional creates do not',
    ],
  ],
  [
    'a search without system finds nothing',
    {
      quirk: {
        ask: ({ path }) =>
          path.includes('identifier=%7C') ? { path: '/fhir/Endpoint?identifier=none' } : undefined,
      },
    },
    1,
    ['WRONG  an identifier without a system is not found by |value: the engine would make it again'],
  ],
  [
    'escapes are not understood',
    { quirk: { ask: ({ path }) => ({ path: path.replaceAll('%5C', '') }) } },
    1,
    ['WRONG  a value with , | $ \\ and blanks is not found, though it is escaped as FHIR has it'],
  ],
  [
    '_count is not honoured',
    { quirk: { ask: ({ path }) => ({ path: path.replace('_count=1', '_count=50') }) } },
    0,
    ['note   _count is not honoured'],
  ],
  [
    'links lead elsewhere',
    {
      quirk: {
        // Pages are small there, so that every search with two hits has a second one.
        ask: (question) =>
          question.method === 'GET' &&
          decoded(question).includes('twins') &&
          question.path.includes('_count=100')
            ? { path: question.path.replace('_count=100', '_count=1') }
            : undefined,
        answer: (answer) => ({
          ...answer,
          body: answer.body?.replace(
            /("relation":"next","url":")http:\/\/127\.0\.0\.1:\d+/,
            '$1http://inside.example.org',
          ),
        }),
      },
    },
    1,
    [
      '?      could not be told: the request goes to http://inside.example.org, which is not the configured origin ORIGIN',
      '?      could not be told: the request goes to http://inside.example.org, which is not the configured origin ORIGIN',
      'WRONG  the link to the next page of a search leads to another origin; the engine follows none such',
    ],
  ],
  [
    'answers tell no version',
    {
      quirk: answering(({ response, resource: _ }) => {
        const { etag: _e, location, ...rest } = response;
        const bare = typeof location === 'string' ? { location: location.replace(/\/_history.*/, '') } : {};
        return { response: { ...rest, ...bare } };
      }),
    },
    0,
    ['note   a create does not tell the version of what it made; the engine reads it when it needs it'],
  ],
  [
    'return=minimal is not honoured',
    { quirk: { ask: ({ headers }) => ({ headers: { ...headers, prefer: undefined } }) } },
    0,
    ['note   Prefer: return=minimal is not honoured; the version is told (etag)'],
  ],
  [
    'references are not resolved',
    {
      quirk: { ask: ({ body }) => ({ body: body.replace('"reference":"urn:', '"reference":"https://a/') }) },
    },
    1,
    ['WRONG  a reference within a transaction stays as it was sent'],
  ],
  [
    'small transactions only',
    { server: { maxTransactionEntries: 60 } },
    1,
    ['WRONG  a transaction of 500 entries (fhir.maxTransactionEntries) is refused, one of 50 is taken'],
  ],
  [
    'transactions without reads',
    { quirk: refusing(400, (question) => question.body.includes('"GET"')) },
    0,
    ['?      how many entries a transaction may have could not be told: it takes no reads'],
  ],
  [
    'nothing may be deleted',
    { quirk: refusing(422, (question) => question.body.includes('"DELETE"')) },
    1,
    ['WRONG  a delete in a transaction is answered 422'],
  ],
  [
    'a second delete is refused',
    {
      quirk: {
        answer: (answer, { body }) =>
          body.includes('"DELETE"') && isSecond(body)
            ? { status: 404, headers: FHIR_JSON, body: '{}' }
            : answer,
      },
    },
    0,
    ['note   a delete of what is gone is answered 404; the engine reads again then'],
  ],
  [
    'nothing may be written',
    { quirk: refusing(422, isBundle) },
    1,
    [
      'WRONG  a conditional create in a transaction was answered 422',
      ...Array.from({ length: 6 }, () => '?      could not be told: the test resource was not made'),
      'WRONG  resources that refer to each other within a transaction are not taken: answered 422',
      '?      could not be told: the test resource was not made',
      'WRONG  a value with , | $ \\ and blanks is not taken: answered 422',
      ...Array.from({ length: 3 }, () => '?      could not be told: the test resource was not made'),
      'note   Prefer: return=minimal is not taken; the engine does not send it',
      ...Array.from({ length: 2 }, () => '?      could not be told: the test resource was not made'),
    ],
  ],
];

function withSource(entry: Entry, change: (source: string) => string | undefined): Entry {
  const { source = '' } = (entry.resource?.['meta'] ?? {}) as { source?: string };
  const changed = change(source);
  return entry.resource
    ? {
        ...entry,
        resource: { ...entry.resource, meta: changed === undefined ? undefined : { source: changed } },
      }
    : entry;
}

/** Bundles with deletes that were seen; cleared before each test. */
export const deletedOnce = new Set<string>();

function isSecond(body: string): boolean {
  const isKnown = deletedOnce.has(body);
  deletedOnce.add(body);
  return isKnown;
}
