/**
 * Every kind of fault, at early and late requests, the hard ones at every request, through the real clients: after the run, or after what the error says
 * to do (start again; retry), both services hold what an undisturbed run leaves, and nothing is left to do. One row for each fault.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { isEngineError } from '../engine/errors.ts';
import { retryEntries } from '../engine/redrive.ts';
import type { Fault as FeedFault } from '../engine/sandbox/change-feed-server.ts';
import type { Fault as FhirFault, FaultRequest as FhirRequest } from '../engine/sandbox/fhir-server.ts';
import {
  canonical,
  created,
  deleted,
  type FeedEntry,
  isTransaction,
  type Loop,
  type LoopOptions,
  updated,
  withLoop,
} from './support/loop.ts';
import { ANNA, BERT } from './support/loop-view.ts';

const test = suite('fault matrix');

const BEFORE: readonly FeedEntry[] = [
  created(1, '1.1.1', ANNA),
  created(2, '1.1.2', ANNA),
  created(3, '2.1.1', BERT),
];
/** New, changed, removed; a study that goes with its last instance; two patients. */
const AFTER: readonly FeedEntry[] = [
  created(4, '1.2.1', ANNA),
  updated(5, '1.1.2', { ...ANNA, InstanceNumber: 7 }),
  deleted(6, '2.1.1'),
  created(7, '3.1.1', BERT),
  deleted(8, '1.1.1'),
  created(9, '3.1.2', BERT),
];
/** Two windows after the first run, groups side by side. */
const OPTIONS: LoopOptions = { pageSize: 3, lanes: 2 };

/**
 * `same`: as if nothing had been. `stop` and a code: the engine ends with it, and the next start finishes. `row` and a code: where
 * an entry was alone it has a row, which retry closes; anywhere else, same. `lag or stop`: where only the lag is asked for, same.
 */
type End = 'same' | `lag or stop ${string}` | `stop ${string}` | `row ${string}`;
type Row<Fault> = readonly [fault: string, answer: Fault, end: End];

const JSON_TYPE = { 'Content-Type': 'application/fhir+json' };
const outcome = (code: string): string =>
  JSON.stringify({ resourceType: 'OperationOutcome', issue: [{ severity: 'error', code }] });
const answers = (...statuses: readonly string[]): string =>
  JSON.stringify({
    resourceType: 'Bundle',
    type: 'transaction-response',
    entry: statuses.map((status) => ({ response: { status } })),
  });
const HTML = {
  status: 200,
  headers: { 'Content-Type': 'text/html' },
  body: '<html><body>Sign in</body></html>',
};
const TRUNCATED = '{"resourceType":"Bundle","type":"searchset","entry":[{"fullUrl":"http';
const ELSEWHERE = 'http://elsewhere.example.org/fhir';
const NEXT_ELSEWHERE = JSON.stringify({
  resourceType: 'Bundle',
  type: 'searchset',
  link: [{ relation: 'next', url: `${ELSEWHERE}?page=2` }],
});

/** At any request to the FHIR server: searches and transactions. */
const FHIR: readonly Row<FhirFault>[] = [
  [
    '429 with Retry-After',
    { status: 429, headers: { 'Retry-After': '7' }, body: outcome('throttled') },
    'same',
  ],
  ['429 with x-ms-retry-after-ms', { status: 429, headers: { 'x-ms-retry-after-ms': '250' } }, 'same'],
  [
    '503 with Retry-After as a date',
    { status: 503, headers: { 'Retry-After': 'Sat, 01 Jun 2024 00:00:09 GMT' } },
    'same',
  ],
  ['503 without a body', { status: 503 }, 'same'],
  [
    '500 as a web page',
    { status: 500, headers: { 'Content-Type': 'text/html' }, body: '<h1>Oops</h1>' },
    'same',
  ],
  ['500 with an OperationOutcome', { status: 500, headers: JSON_TYPE, body: outcome('exception') }, 'same'],
  ['502 of a gateway', { status: 502, body: 'bad gateway' }, 'same'],
  ['504 of a gateway', { status: 504, body: 'gateway time-out' }, 'same'],
  ['408', { status: 408, headers: JSON_TYPE, body: outcome('timeout') }, 'same'],
  ['400 that throttles', { status: 400, body: '{"__type":"ThrottlingException"}' }, 'same'],
  [
    '404 as a web page',
    { status: 404, headers: { 'Content-Type': 'text/html' }, body: '<h1>None</h1>' },
    'same',
  ],
  ['reset before the work', { drop: true }, 'same'],
  ['reset after the work', { drop: true, after: true }, 'same'],
  ['500 after the work', { status: 500, after: true }, 'same'],
  ['slow', { delayMs: 20 }, 'same'],
  ['200 with truncated JSON', { status: 200, headers: JSON_TYPE, body: TRUNCATED }, 'same'],
  [
    '200 with truncated JSON after the work',
    { status: 200, headers: JSON_TYPE, body: TRUNCATED, after: true },
    'same',
  ],
  ['200 with a web page', HTML, 'same'],
  ['200 with a web page after the work', { ...HTML, after: true }, 'same'],
  ['200 without a body', { status: 200, after: true }, 'same'],
  ['200 with JSON that is no FHIR', { status: 200, headers: JSON_TYPE, body: '{"ok":true}' }, 'same'],
  ['409', { status: 409, headers: JSON_TYPE, body: outcome('conflict') }, 'same'],
  ['412', { status: 412, headers: JSON_TYPE, body: outcome('conflict') }, 'same'],
  ['401', { status: 401 }, 'stop fhir.unauthorized'],
  ['403', { status: 403, headers: JSON_TYPE, body: outcome('forbidden') }, 'stop fhir.unauthorized'],
  ['a redirect elsewhere', { status: 307, headers: { Location: ELSEWHERE } }, 'stop fhir.foreign-link'],
];

const TRANSACTION: readonly Row<FhirFault>[] = [
  ['409 after the work', { status: 409, after: true }, 'same'],
  [
    '200 with fewer entries than were sent, after the work',
    { status: 200, headers: JSON_TYPE, body: answers(), after: true },
    'same',
  ],
  [
    '200 with entries without a status, after the work',
    { status: 200, headers: JSON_TYPE, body: answers(''), after: true },
    'same',
  ],
  ['422', { status: 422, headers: JSON_TYPE, body: outcome('invalid') }, 'row fhir.refused'],
  [
    '413 as a web page',
    { status: 413, headers: { 'Content-Type': 'text/html' }, body: '<h1>Large</h1>' },
    'row fhir.refused',
  ],
];

const SEARCH: readonly Row<FhirFault>[] = [
  [
    'a next link elsewhere',
    { status: 200, headers: JSON_TYPE, body: NEXT_ELSEWHERE },
    'stop fhir.foreign-link',
  ],
];

const FEED: readonly Row<FeedFault>[] = [
  ['429 with Retry-After', { status: 429, headers: { 'Retry-After': '7' } }, 'same'],
  ['503', { status: 503 }, 'same'],
  [
    '500 as a web page',
    { status: 500, headers: { 'Content-Type': 'text/html' }, body: '<h1>Oops</h1>' },
    'same',
  ],
  ['408', { status: 408 }, 'same'],
  ['reset', { drop: true }, 'same'],
  ['slow', { delayMs: 20 }, 'same'],
  ['401', { status: 401 }, 'stop feed.unauthorized'],
  ['403', { status: 403 }, 'stop feed.unauthorized'],
  ['400', { status: 400, body: '{"error":"bad"}' }, 'stop feed.refused'],
  ['404', { status: 404 }, 'stop feed.refused'],
  ['200 with a web page', HTML, 'stop feed.refused'],
  ['a redirect elsewhere', { status: 302, headers: { Location: ELSEWHERE } }, 'stop feed.refused'],
];

const PAGE: readonly Row<FeedFault>[] = [
  ['200 with truncated JSON', { status: 200, body: '[{"sequence":4,"action":"cre' }, 'same'],
  ['200 with JSON that is no list', { status: 200, body: '{"value":[]}' }, 'stop feed.refused'],
];

/** What an undisturbed run leaves. */
const UNDISTURBED = withLoop(OPTIONS, async (loop) => {
  await firstLook(loop);
  await loop.run();
  return stateOf(loop);
});

async function firstLook(loop: Loop): Promise<void> {
  await loop.show(BEFORE);
  await loop.run();
  for (const entry of AFTER) loop.push(entry);
}

function stateOf(loop: Loop): readonly unknown[] {
  return [canonical(loop.fhir.resources(), true), loop.state.position('source')?.sequence];
}

/** The code of the error that a run ended with, or `same`. */
async function endOf(loop: Loop): Promise<string> {
  try {
    await loop.run();
    return 'same';
  } catch (error) {
    if (!isEngineError(error)) throw error;
    return `stop ${error.code}`;
  }
}

/** Faults after which nobody knows what was done: they hit every request. */
const HARD: ReadonlySet<string> = new Set(['reset after the work', '422', '412', '401']);
const SOME_REQUESTS = [1, 3];

/** Lets the fault hit the nth request that it is meant for; gives how many were hit. */
async function survives(
  name: string,
  end: End,
  hit: (loop: Loop, isNow: () => boolean) => void,
  options: LoopOptions = OPTIONS,
): Promise<number> {
  const ends = new Set<string>();
  let hits = 0;
  for (let nth = 1; ; nth++) {
    if (!HARD.has(name) && !SOME_REQUESTS.includes(nth)) {
      if (nth > Math.max(...SOME_REQUESTS)) break;
      continue;
    }
    const ended = await withLoop(options, (loop) => hitOnce(loop, `${name}, request ${nth}`, end, nth, hit));
    if (ended === undefined) break;
    ends.add(ended);
    hits++;
  }
  if (end.startsWith('lag or '))
    assert.ok(ends.has(end.replace('lag or ', '')), `${name}: ended only with ${[...ends]}`);
  return hits;
}

/** How the run ended that had the fault; undefined where there are fewer requests. */
async function hitOnce(
  loop: Loop,
  where: string,
  end: End,
  nth: number,
  hit: (loop: Loop, isNow: () => boolean) => void,
): Promise<string | undefined> {
  await firstLook(loop);
  let seen = 0;
  hit(loop, () => ++seen === nth);
  const ended = await endOf(loop);
  if (seen < nth) return undefined;
  loop.onFhir(undefined);
  loop.onFeed(undefined);
  const allowed = end.startsWith('row')
    ? ['same']
    : end.startsWith('lag or ')
      ? ['same', end.slice(7)]
      : [end];
  assert.ok(allowed.includes(ended), `${where}: ${ended}`);
  if (ended.startsWith('stop')) {
    assert.equal(loop.rows(), [], `${where}: what stops leaves no row`);
    assert.is(await endOf(loop), 'same', where);
  }
  const open = loop.state.errors('source', { isOpen: true });
  const codes = new Set(open.map(({ code }) => `row ${code}`));
  assert.equal(codes, new Set(open.length > 0 ? [end] : []), where);
  await loop.with((parts) => retryEntries(parts, {}));
  assert.equal(loop.state.errors('source', { isOpen: true }), [], where);
  assert.equal(stateOf(loop), await UNDISTURBED, where);
  return ended;
}

for (const [name, fault, end] of [...FHIR, ...TRANSACTION])
  test(`transaction: ${name}: ${end}`, async () => {
    const hits = await survives(name, end, (loop, isNow) =>
      loop.onFhir((request) => (isTransaction(request) && isNow() ? fault : undefined)),
    );
    assert.ok(hits >= (HARD.has(name) ? 4 : 2), `only ${hits} transactions were hit`);
  });

for (const [name, fault, stops] of [...FHIR, ...TRANSACTION]) {
  // What is refused as a patch is sent whole.
  const end: End = stops.startsWith('row') ? 'same' : stops;
  test(`transaction with patches: ${name}: ${end}`, async () => {
    const isPatched = (request: FhirRequest): boolean =>
      isTransaction(request) && request.body?.includes('"PATCH"') === true;
    const hits = await survives(
      name,
      end,
      (loop, isNow) => loop.onFhir((request) => (isPatched(request) && isNow() ? fault : undefined)),
      { ...OPTIONS, patch: true },
    );
    assert.ok(hits >= 1, 'no patch was hit');
  });
}

for (const [name, fault, end] of [...FHIR, ...SEARCH])
  test(`search: ${name}: ${end}`, async () => {
    const hits = await survives(name, end, (loop, isNow) =>
      loop.onFhir(({ method, path }) =>
        method === 'GET' && path.includes('?') && isNow() ? fault : undefined,
      ),
    );
    assert.ok(hits >= (HARD.has(name) ? 6 : 2), `only ${hits} searches were hit`);
  });

for (const [name, fault, end] of [...FEED, ...PAGE])
  test(`page of the feed: ${name}: ${end}`, async () => {
    const hits = await survives(name, end, (loop, isNow) =>
      loop.onFeed(({ path }) => (!path.endsWith('/latest') && isNow() ? fault : undefined)),
    );
    assert.ok(hits >= 1, 'no page was hit');
  });

for (const [name, fault, stops] of FEED) {
  const end: End = stops === 'same' ? stops : `lag or ${stops as `stop ${string}`}`;
  test(`newest entry of the feed: ${name}: ${end}`, async () => {
    const hits = await survives(name, end, (loop, isNow) =>
      loop.onFeed(({ path }) => (path.endsWith('/latest') && isNow() ? fault : undefined)),
    );
    assert.ok(hits >= 1, 'no request was hit');
  });
}

/** The first entry of a group under 200: the whole was refused, or a part of it was stored. */
test('200 whose entries all failed: as if the status said so; 200 of which a part failed: the engine stops', async () => {
  const cases = [
    [['412', '424'], 'same'],
    [['429', '424'], 'same'],
    [['422', '424'], 'row fhir.refused'],
    [['401', '424'], 'stop fhir.unauthorized'],
    [['201', '422'], 'stop fhir.not-atomic'],
  ] as const;
  for (const [statuses, end] of cases)
    await survives(`200 with ${statuses.join(' and ')}`, end, (loop, isNow) =>
      loop.onFhir((request) => {
        const count = isTransaction(request) ? JSON.parse(request.body ?? '{}').entry.length : 0;
        if (count !== 2 || !isNow()) return undefined;
        return { status: 200, headers: JSON_TYPE, body: answers(...statuses) };
      }),
    );
});

test('what is asked to wait for is waited for', () =>
  withLoop(OPTIONS, async (loop) => {
    await firstLook(loop);
    const pauses = loop.pauses.length;
    const faults = [...FHIR.slice(0, 3)].map(([, fault]) => fault);
    loop.onFhir((request) => (isTransaction(request) ? faults.shift() : undefined));
    await loop.run();
    const [first = 0, second = 0, third = 0] = loop.pauses
      .slice(pauses)
      .filter((ms) => ms > 0)
      .toSorted((a, b) => b - a);
    assert.ok(first >= 7000, `${first} ms`);
    assert.ok(second >= 250 && third >= 250, `${second} and ${third} ms`);
  }));

test.run();
