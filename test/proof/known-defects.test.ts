/**
 * Defects that the proofs found, each as the smallest input that shows it. One that is not mended yet is `test.skip`, and its
 * target in hostile/ is narrowed for it.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { compileMappings } from '../../engine/compile/compile.ts';
import { compilePath } from '../../engine/compile/fhirpath.ts';
import { compileExpression } from '../../engine/compile/jsonata.ts';
import { givenNames } from '../../engine/compile/operand.ts';
import { LinearRegExp, patternFault } from '../../engine/compile/regex.ts';
import { runFeed } from '../support/engine.ts';
import { entries, entry } from '../support/entries.ts';
import { temporaryFolder } from '../support/temp.ts';
import { CANARY, songIn } from './canary.ts';
import { runToEnd, writeConfig } from './engine-process.ts';

const test = suite('known defects');

const feed = entries({ PatientName: 'Zebra^Anna', AccessionNumber: 'A1' });

const REFUSAL = JSON.stringify({
  resourceType: 'OperationOutcome',
  issue: [{ severity: 'error', code: 'invariant' }],
});

/** One run against a server that holds this resource, and refuses to write it. */
function holding(resource: { readonly resourceType: string; readonly [name: string]: unknown }) {
  const found = { resource: { id: 'x', meta: { versionId: '1' }, ...resource }, search: { mode: 'match' } };
  const body = JSON.stringify({ resourceType: 'Bundle', type: 'searchset', entry: [found] });
  return runFeed({
    entries: feed,
    faults: ({ method, path, body: sent }) =>
      path.startsWith(`/fhir/${resource.resourceType}?`)
        ? { status: 200, headers: { 'content-type': 'application/fhir+json' }, body }
        : method === 'POST' && sent?.includes(`${resource.resourceType}/x`)
          ? { status: 422, headers: { 'content-type': 'application/fhir+json' }, body: REFUSAL }
          : undefined,
  });
}

const patient = (more: object) =>
  holding({ resourceType: 'Patient', identifier: [{ value: 'P1' }], ...more });
const study = (more: object) =>
  holding({
    resourceType: 'ImagingStudy',
    status: 'available',
    subject: { reference: 'Patient/p' },
    identifier: [{ system: 'urn:dicom:uid', value: 'urn:oid:1.2.3' }],
    ...more,
  });

// R4 json.html#primitive: null stands for a place without a value, or without an extension.
test('apply/json.ts: a stored resource with null in a list of primitives', async () => {
  const name = { use: 'official', given: ['Anna', 'M'], _given: [null, { id: 'x' }] };
  const { resources } = await runFeed({
    entries: feed,
    existing: [{ resourceType: 'Patient', id: 'p', identifier: [{ value: 'P1' }], name: [name] } as never],
  });
  const [person] = resources.filter(({ resourceType }) => resourceType === 'Patient');
  assert.equal((person?.['name'] as readonly unknown[] | undefined)?.[0], name);
});

/** What a server may not hold, and some gateway sends nevertheless: an error row or a stop, never a crash. */
const NO_FHIR: readonly (readonly [where: string, run: () => Promise<unknown>])[] = [
  ['fhir/identifier.ts hasIdentifier', () => patient({ identifier: [{ value: 'P1' }, null] })],
  [
    'apply/locate.ts satisfies',
    () =>
      study({
        identifier: [
          { system: 'urn:dicom:uid', value: 'urn:oid:1.2.3' },
          { type: { coding: { code: 'x' } } },
        ],
      }),
  ],
  ['apply/merge.ts writeDerived', () => study({ series: ['^'] })],
  ['apply/merge.ts openList', () => study({ series: [null] })],
  ['apply/json.ts ordered', () => study({ subject: null })],
];
for (const [where, run] of NO_FHIR)
  test(`${where}: a stored resource that is no FHIR`, () => run().then(() => undefined));

const NAMES = givenNames([]);

async function milliseconds(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** Compiles and evaluates; what it throws is an EngineError, and of no interest here. */
async function evaluate(text: string): Promise<void> {
  const compiled = compileExpression(text, NAMES);
  if ('faults' in compiled) return;
  await compiled.plan.evaluate({}, {}).catch(() => undefined);
}

for (const text of [`${'1+'.repeat(3000)}1`, `${'PatientName['.repeat(1000)}0${']'.repeat(1000)}`]) {
  test(`compile/expression-inspection.ts: a RangeError for ${text.length} characters of ${text.slice(0, 12)}…`, () => {
    assert.ok('faults' in compileExpression(text, NAMES));
  });
}

test('compile/jsonata.ts: an expression nested 3,000 deep is said to be a regular expression', () => {
  const compiled = compileExpression(`${'('.repeat(3000)}1${')'.repeat(3000)}`, NAMES);
  assert.ok('faults' in compiled);
  assert.not.match(compiled.faults[0]?.message ?? '', /regular expression/);
});

// Steps are counted by node; what one call of a function does to a long list or text is not.
for (const text of [
  '$count($distinct([1..10000].{"a": $}))',
  '$count($sort([1..30000], function($a, $b) { $a < $b }))',
  '$count($reduce([1..50000], function($a, $i) { $append($a, $i) }))',
  '$length($reduce([1..24], function($a, $i) { $a & $a }, "aaaaaaaa"))',
  '$length($pad("a", 300000000))',
]) {
  test(`compile/jsonata.ts: seconds, and a gigabyte, for ${text}`, async () => {
    assert.ok((await milliseconds(() => evaluate(text))) < 1000);
  });
}

test('compile/regex.ts: seconds for ((a)*){1000} over 20,000 characters', async () => {
  if (patternFault('((a)*){1000}')) return;
  const pattern = LinearRegExp('((a)*){1000}');
  assert.ok((await milliseconds(() => pattern.exec('a'.repeat(20_000)))) < 1000);
});

test('compile/fhirpath.ts: fhirpath.js prints on the console of whoever checks a mapping', () => {
  const printed: unknown[] = [];
  const { log, warn, error } = console;
  const record = (...words: readonly unknown[]) => printed.push(words);
  Object.assign(console, { log: record, warn: record, error: record });
  try {
    compilePath('name.take()', 'Patient', NAMES);
  } finally {
    Object.assign(console, { log, warn, error });
  }
  assert.equal(printed, []);
});

for (const text of [
  'name.as((name + name)[name][name.exists()[name]])',
  '(4 days > @2024-01-01)',
  '($this - 1.5)',
  'name.ofType(name.exists(%source.url, name.exists()[name]))',
]) {
  test(`compile/fhirpath.ts: the finding for ${text} says what went wrong inside fhirpath.js`, () => {
    const compiled = compilePath(text, 'Patient', givenNames([]));
    assert.ok('faults' in compiled);
    for (const { message } of compiled.faults) assert.not.match(message, /undefined|\[object|\{"type"/);
  });
}

test('compile/sound-part.ts, yaml-tree.ts, schema-violations.ts: a minute for 5,000 rules that are none', async () => {
  const rules = Array.from({ length: 5000 }, (_, index) => `k${index}: ${index}`).join(', ');
  const text = `resource: Endpoint\nidentity: k1\nrules: { ${rules} }\n`;
  let told = 0;
  const taken = await milliseconds(() => {
    told = compileMappings([{ file: 'a.yaml', text }]).diagnostics.length;
  });
  assert.ok(told >= 5000, `${told} findings`);
  assert.ok(taken < 2500, `${taken} ms`);
});

test('cli/main.ts: fhirpath.js prints values on the console while a mapping runs', async () => {
  const folder = temporaryFolder();
  const mapping = `resource: Patient
identity: id
rules:
  id: { to: "Patient.identifier.where(system = 'urn:p').value", tag: PatientID }
  birthDate: { to: Patient.birthDate, tag: PatientBirthDate }
  late: { to: "Patient.name.where(use = 'old').text", derive: (birthDate + 1.5 days).toString() }
`;
  writeFileSync(join(folder, 'patient.yaml'), mapping);
  writeFileSync(join(folder, 'a.json'), JSON.stringify(entry({ PatientBirthDate: '19700102' })['metadata']));
  const nowhere = 'http://127.0.0.1:1/';
  const config = writeConfig(folder, { feed: nowhere, fhir: nowhere, mappings: ['patient.yaml'] });
  const { code, out, err } = await runToEnd({ cwd: folder, args: ['map', 'a.json', '-c', config] });
  assert.is(code, 0, err);
  assert.match(out, '1970-01-03');
  assert.is(err, '');
});

// Whatever is thrown outside the awaited command: in a timer, in the handler of an event, in a promise that nobody awaits.
test('cli/main.ts: an uncaught exception is printed with its message', async () => {
  const thrower = 'setTimeout(() => { throw new Error(process.env.BIRD) }, 300)';
  const { code, err } = await runToEnd({
    cwd: temporaryFolder(),
    args: ['sandbox', '--fhir-port', '0', '--feed-port', '0'],
    env: { BIRD: CANARY, NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(thrower)}` },
  });
  assert.is(code, 1);
  assert.match(err, 'a defect in dicomcast');
  assert.is(songIn(err), undefined);
});

test.run();
