/**
 * Nothing that is printed, logged or kept holds a value of an attribute or a credential, whatever fails. The long run has
 * nothing to add: every failure is provoked here.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { check } from '../../engine/cli/check.ts';
import { explain } from '../../engine/cli/explain.ts';
import { reportFailure } from '../../engine/cli/failure.ts';
import { map } from '../../engine/cli/map.ts';
import { ERROR_TABLE, type ErrorCode } from '../../engine/errors.ts';
import { createLog } from '../../engine/io/log.ts';
import { temporaryFolder } from '../support/temp.ts';
import { fakeTerminal } from '../support/terminal.ts';
import { CANARY, markedDataset, provoke, songIn } from './canary.ts';
import { SCENARIOS } from './canary-scenarios.ts';

const test = suite('canaries');

test('a canary is heard in every disguise', () => {
  for (const text of [
    'a CANARYBIRD',
    `x${btoa(`Basic user:${CANARY}`)}`,
    btoa(`a${CANARY}`),
    btoa(`ab${CANARY}`),
    Buffer.from(CANARY).toString('hex'),
    'born 1923-11-09',
    'number 73910482',
  ])
    assert.ok(songIn(text), text);
  assert.is(songIn('nothing sings here: 1.2.840.10008.1.2'), undefined);
});

/** Codes at which metrics were heard, too. */
const watched = new Set<string>();

for (const [index, code] of (Object.keys(ERROR_TABLE) as ErrorCode[]).entries()) {
  const scenario = SCENARIOS[code];
  if (typeof scenario === 'string') {
    console.log(`skipped: ${code} (${scenario})`);
    test.skip(code);
    continue;
  }
  test(`${code}: provoked, and silent`, async () => {
    const { text, codes } = await provoke(scenario, index % 2 === 1);
    assert.ok(codes.includes(code), `was not met; seen: ${codes.join(', ') || text.slice(0, 2000)}`);
    assert.is(songIn(text), undefined);
    if (/^dicomcast_info\{/m.test(text)) watched.add(code);
  });
}

test('metrics were among what was heard', () => {
  assert.ok(watched.size >= 5, `only at ${[...watched].join(', ')}`);
});

/** Errors of all kinds, as a defect or a package might throw them. */
const DEFECTS: readonly unknown[] = [
  new TypeError(`cannot read ${CANARY}`),
  new Error(`several lines\n    at ${CANARY} (somewhere.ts:1:1)\n   at ${CANARY}`),
  Object.assign(new Error(CANARY), { name: `Error of ${CANARY}` }),
  Object.assign(new Error(CANARY), { code: `E_${CANARY}` }),
  Object.assign(new Error(CANARY), { code: 'EADDRINUSE', port: CANARY }),
  new Error('outside', { cause: new Error(CANARY) }),
  new AggregateError([new Error(CANARY)], CANARY),
  CANARY,
  { message: CANARY, name: CANARY, code: CANARY },
  null,
  undefined,
];

for (const [index, error] of DEFECTS.entries()) {
  test(`crash output is silent: ${index}`, () => {
    const terminal = fakeTerminal('/');
    assert.is(reportFailure(terminal, error), 1);
    assert.is(songIn(terminal.printed().err), undefined);
  });
  test(`a log line about it is silent: ${index}`, () => {
    const lines: string[] = [];
    for (const pretty of [false, true])
      createLog({ level: 'debug', pretty, destination: { write: (line) => lines.push(line) } }).error(
        'failed',
        {
          error,
          token: CANARY,
          fields: { password: CANARY, authorization: CANARY },
        },
      );
    if (error instanceof Error) assert.is(songIn(lines.join('\n')), undefined);
  });
}

/** Writes the files, and runs one command in this process. */
async function told(
  files: Readonly<Record<string, string>>,
  work: (terminal: ReturnType<typeof fakeTerminal>, folder: string) => unknown,
): Promise<{ readonly out: string; readonly err: string }> {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const terminal = fakeTerminal(folder, { TOKEN: `${CANARY}.token` });
  await work(terminal, folder);
  return terminal.printed();
}

const INSTANCE = { 'a.json': JSON.stringify(markedDataset()) };
const REFUSED = {
  'a.json': JSON.stringify({ ...markedDataset(), '00100020': { vr: 'LO', Value: [CANARY.repeat(30)] } }),
};

test('map: values are in the answer and nowhere else', async () => {
  const good = await told(INSTANCE, (terminal) => map(terminal, 'a.json', {}));
  assert.ok(songIn(good.out));
  assert.is(songIn(good.err), undefined);
  for (const files of [REFUSED, { 'a.json': `{"00100010": ${CANARY}}` }, { 'a.json': CANARY }]) {
    const { out, err } = await told(files, (terminal) => map(terminal, 'a.json', {}));
    assert.is(songIn(out + err), undefined);
  }
});

test('explain: no value that may identify somebody', async () => {
  // A modality and a number of an image identify nobody.
  const {
    '00080060': _modality,
    '00200011': _series,
    '00200013': _instance,
    ...confidential
  } = markedDataset();
  const files = { 'a.json': JSON.stringify({ ...confidential, '00080060': { vr: 'CS', Value: ['CT'] } }) };
  for (const format of ['text', 'json'] as const) {
    for (const options of [{}, { unread: true }, { whyNot: 'Patient.name' }, { whyNot: 'Patient.gender' }]) {
      const { out, err } = await told(files, (terminal) =>
        explain(terminal, ['a.json'], { format, ...options }),
      );
      assert.ok((out + err).length > 20);
      assert.is(songIn(out + err), undefined, `${format} ${JSON.stringify(options)}`);
    }
  }
});

const GOOD = `source:
  type: change-feed
  url: https://dicom.example.org
  auth: { type: bearer, token: ${CANARY}.token }
fhir:
  url: https://fhir.example.org/r4
  auth:
    type: client-credentials
    tokenUrl: https://login.example.org/token
    clientId: engine
    clientSecret: ${CANARY}.secret
    scope: all
mappings: []
settings: { patientSystemId: "\${env:TOKEN}" }
`;
const SHIPPED_MAPPING = new URL('../../mappings/patient.yaml', import.meta.url).pathname;

/** What goes wrong when people write down credentials. */
const CONFIG_FAULTS: readonly (readonly [what: string, change: (text: string) => string])[] = [
  ['nothing', (text) => text],
  ['a user in the address', (text) => text.replace('https://dicom', `https://user:${CANARY}@dicom`)],
  ['a user in the address of tokens', (text) => text.replace('https://login', `https://${CANARY}:x@login`)],
  ['an unknown kind', (text) => text.replace('type: bearer', 'type: beaver')],
  ['a misspelt key', (text) => text.replace('token: c', 'toekn: c')],
  ['a list', (text) => text.replace(`${CANARY}.token`, `[${CANARY}]`)],
  ['an object', (text) => text.replace(`${CANARY}.token`, `{ a: ${CANARY} }`)],
  ['no quote at the end', (text) => text.replace(`${CANARY}.token`, `"${CANARY}.token`)],
  ['a bad escape', (text) => text.replace(`${CANARY}.token`, `"${CANARY}\\q"`)],
  ['a tab', (text) => text.replace('    clientSecret', '\tclientSecret')],
  ['bad indentation', (text) => text.replace('    clientSecret', '     clientSecret')],
  ['an anchor', (text) => text.replace(`${CANARY}.secret`, `&a ${CANARY}.secret`)],
  ['an alias', (text) => text.replace(`${CANARY}.secret`, `*${CANARY}`)],
  ['a tag', (text) => text.replace(`${CANARY}.secret`, `!!${CANARY} x`)],
  ['twice', (text) => text.replace('    scope', `    clientSecret: ${CANARY}\n    scope`)],
  ['an unset variable', (text) => text.replace(`${CANARY}.secret`, `\${env:NONE:-${CANARY}}`)],
  ['a broken placeholder', (text) => text.replace(`${CANARY}.secret`, `\${env:${CANARY}.secret`)],
  ['a file that is not there', (text) => text.replace(`${CANARY}.secret`, `\${file:none}`)],
  ['a line too many', (text) => text.replace(`${CANARY}.secret`, `${CANARY}.secret\n  more: ${CANARY}`)],
  ['a colon', (text) => text.replace(`${CANARY}.secret`, `${CANARY}: ${CANARY}`)],
  ['a comment', (text) => text.replace(`${CANARY}.secret`, `a #${CANARY}`)],
  ['under another section', (text) => text.replace('settings:', `auth: { password: ${CANARY} }\nsettings:`)],
  ['as a setting', (text) => text.replace('settings: {', `settings: { password: ${CANARY}, `)],
  ['a number', (text) => text.replace(`${CANARY}.secret`, '73910482')],
  ['a date', (text) => text.replace(`${CANARY}.secret`, '1937-12-13')],
  ['blocks', (text) => text.replace(`${CANARY}.secret`, `|\n      ${CANARY}\n     ${CANARY}`)],
  [
    'a key without indentation',
    (text) => text.replace(`${CANARY}.secret`, `|\n-----BEGIN KEY-----\n${CANARY}\n-----END KEY-----`),
  ],
  ['on the next line', (text) => text.replace(`${CANARY}.secret`, `\n   ${CANARY}: [`)],
  ['cut', (text) => text.slice(0, text.indexOf('.secret'))],
];

for (const [what, change] of CONFIG_FAULTS) {
  test(`a configuration with credentials in it: ${what}`, async () => {
    const files = { 'dicomcast.config.yaml': change(GOOD).replace('[]', `[${SHIPPED_MAPPING}]`) };
    for (const options of [{ print: true }, { format: 'json' as const }, { format: 'sarif' as const }]) {
      const { out, err } = await told(files, (terminal) => check(terminal, options));
      // A setting is no credential: it is written into resources, and shown where it came from.
      assert.is(songIn((out + err).replaceAll(/^.*patientSystemId.*$/gm, '')), undefined);
    }
  });
}

test.run();
