// biome-ignore-all lint/suspicious/noTemplateCurlyInString: placeholders are the subject.
/**
 * Configurations in; the typed configuration out, complete, with texts filled in, and credentials that no way of printing
 * shows.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { inspect } from 'node:util';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Config, readConfig } from '../../engine/compile/config.ts';
import { describeConfig } from '../../engine/compile/config-description.ts';
import { renderDiagnostic } from '../../engine/diagnostic.ts';

const test = suite('config');

interface World {
  readonly env?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
}

function read(text: string, { env = {}, files = {} }: World = {}): Config {
  const { config, diagnostics } = readConfig('site/dicomcast.config.yaml', text, env, (path) => files[path]);
  assert.equal(diagnostics, []);
  if (!config) throw new Error('no findings and no configuration');
  return config;
}

function codes(text: string, { env = {}, files = {} }: World = {}): readonly string[] {
  return readConfig('f.yaml', text, env, (path) => files[path]).diagnostics.map(({ code }) => code);
}

const SMALLEST = `source: { type: change-feed, url: https://dicom.example.org }
fhir: { url: https://fhir.example.org/fhir }
mappings: [mappings/patient.yaml]
`;

test('the smallest configuration gets every default', () => {
  const { origins, filledSettings, ...config } = read(SMALLEST);
  assert.equal(config, {
    base: 'site',
    sources: [
      {
        type: 'change-feed',
        url: 'https://dicom.example.org',
        apiVersion: 'v1',
        id: 'https://dicom.example.org',
        publicUrl: 'https://dicom.example.org',
        partitions: 'together',
        auth: { type: 'none' },
      },
    ],
    fhir: {
      url: 'https://fhir.example.org/fhir',
      auth: { type: 'none' },
      maxTransactionEntries: 500,
      patch: false,
      lanes: 8,
    },
    mappings: ['mappings/patient.yaml'],
    settings: {},
    switches: {},
    enforceValidationOfTagValues: false,
    ignoreJsonParsingErrors: false,
    poll: { interval: 60_000, catchUpInterval: 0, pageSize: 100, readAhead: 10 },
    flush: { entries: 1000, interval: 2000 },
    retry: { totalDuration: 600_000 },
    state: { type: 'sqlite', path: '.dicomcast/state.db' },
    log: { level: 'info' },
  });
  assert.is(origins.size, 0);
  assert.is(filledSettings.size, 0);
});

test('every key arrives', () => {
  const { origins: _origins, ...config } = read(`
source:
  type: change-feed
  url: http://dicom.internal
  apiVersion: v2
  id: radiology
  publicUrl: https://dicom.example.org
  partitions: separate
  auth: { type: managed-identity, resource: https://dicom.azure.example, clientId: abc }
fhir: { url: http://fhir, maxTransactionEntries: 20, maxResourceBytes: 4000000, patch: true, lanes: 2 }
mappings: [/etc/a.yaml, b.yaml]
settings: { patientSystemId: "urn:oid:1.2", isIssuerIdUsed: true, days: 3 }
generateObservations: false
enforceValidationOfTagValues: true
ignoreJsonParsingErrors: true
poll: { interval: 500ms, catchUpInterval: 2s, pageSize: 200, readAhead: 4 }
flush: { entries: 200, interval: 500ms }
retry: { totalDuration: 1h }
state: { type: sqlite, path: /var/lib/state.db }
log: { level: debug }
`);
  assert.equal(config, {
    base: 'site',
    sources: [
      {
        type: 'change-feed',
        url: 'http://dicom.internal',
        apiVersion: 'v2',
        id: 'radiology',
        publicUrl: 'https://dicom.example.org',
        partitions: 'separate',
        auth: { type: 'managed-identity', resource: 'https://dicom.azure.example', clientId: 'abc' },
      },
    ],
    fhir: {
      url: 'http://fhir',
      auth: { type: 'none' },
      maxTransactionEntries: 20,
      maxResourceBytes: 4_000_000,
      patch: true,
      lanes: 2,
    },
    mappings: ['/etc/a.yaml', 'b.yaml'],
    settings: { patientSystemId: 'urn:oid:1.2', isIssuerIdUsed: true, days: 3 },
    filledSettings: new Set(),
    switches: { generateObservations: false },
    enforceValidationOfTagValues: true,
    ignoreJsonParsingErrors: true,
    poll: { interval: 500, catchUpInterval: 2000, pageSize: 200, readAhead: 4 },
    flush: { entries: 200, interval: 500 },
    retry: { totalDuration: 3_600_000 },
    state: { type: 'sqlite', path: '/var/lib/state.db' },
    log: { level: 'debug' },
  });
});

const SEVERAL = `sources:
  - { id: a, type: change-feed, url: "\${env:A}", auth: { type: bearer, token: "\${env:TOKEN}" } }
  - { id: b, type: change-feed, url: https://b, apiVersion: v2, partitions: separate }
fhir: { url: http://f }
mappings: [a]
`;

test('several sources: each with its defaults, its credential and the origins of its values', () => {
  const config = read(SEVERAL, { env: { A: 'https://a', TOKEN: 'hunter2' } });
  assert.equal(
    config.sources.map(({ id, url, apiVersion, publicUrl, partitions, auth }) =>
      [id, url, apiVersion, publicUrl, partitions, auth.type].join(' '),
    ),
    ['a https://a v1 https://a together bearer', 'b https://b v2 https://b separate none'],
  );
  assert.match(
    describeConfig(config),
    /^sources:\n {2}-\n {4}type: "change-feed"\n {4}url: "https:\/\/a" {2}# env:A\n(?: {4}.*\n)* {6}token: «env:TOKEN»\n {2}-\n/,
  );
  const one = read(SEVERAL.replace(/ {2}- \{ id: b.*\n/, ''), {
    files: {},
    env: { A: 'https://a', TOKEN: 'hunter2' },
  });
  assert.match(describeConfig(one), /^source:\n {2}type: "change-feed"\n {2}url: "https:\/\/a" {2}# env:A\n/);
  assert.not.match(describeConfig(one), 'hunter2');
});

test('the folder of the file', () => {
  const baseOf = (file: string) => readConfig(file, SMALLEST, {}, () => undefined).config?.base;
  assert.is(baseOf('dicomcast.config.yaml'), '.');
  assert.is(baseOf('a/b/c.yaml'), 'a/b');
  assert.is(baseOf('/c.yaml'), '/');
  assert.is(baseOf('C:\\site\\c.yaml'), 'C:\\site');
});

test('placeholders: values, defaults, a literal dollar, nothing read twice', () => {
  const settings = (value: string, world: World) =>
    read(`${SMALLEST}settings: { s: "${value}" }\n`, world).settings['s'];
  const env = { A: 'one', EMPTY: '', NESTED: '${env:A}', YAML: 'x: 1\n# no', DOLLAR: '$$' };
  assert.is(settings('${env:A}/${env:A}', { env }), 'one/one');
  assert.is(settings('${env:EMPTY}', { env }), '');
  assert.is(settings('${env:EMPTY:-two}', { env }), 'two');
  assert.is(settings('${env:UNSET:-}', { env }), '');
  assert.is(settings('${env:UNSET:-http://a:-b}', { env }), 'http://a:-b');
  assert.is(settings('${env:NESTED}', { env }), '${env:A}');
  assert.is(settings('${env:YAML}', { env }), 'x: 1\n# no');
  assert.is(settings('${env:DOLLAR}', { env }), '$$');
  assert.is(settings('$${env:A} costs $5, $$', { env }), '${env:A} costs $5, $');
  assert.is(settings('${file:/x}', { files: { '/x': 'text\n' } }), 'text');
  assert.is(settings('${file:/x}', { files: { '/x': 'a\n\n' } }), 'a\n');
  assert.is(settings('${file:x y.txt}', { files: { 'x y.txt': ' a\r\n' } }), ' a');
  assert.equal(
    codes(`${SMALLEST}settings: { s: "\${file:/x}" }\n`, { files: { '/x': 'x'.repeat(70_000) } }),
    ['config.unreadable-file'],
  );
  // Names of Object.prototype are no variables.
  assert.equal(codes(`${SMALLEST}settings: { s: "\${env:constructor}" }\n`), ['config.unset-variable']);
});

test('filled-in texts become numbers and booleans where the schema wants them; typed ones do not', () => {
  const env = { N: '50', B: 'true', T: '5s', V: 'v2' };
  const config = read(
    `source: { type: change-feed, url: http://d, apiVersion: "\${env:V}" }
fhir: { url: http://f, maxTransactionEntries: "\${env:N}" }
mappings: [a]
ignoreJsonParsingErrors: \${env:B}
poll: { interval: "\${env:T}", pageSize: "1\${env:N}" }
settings: { flag: "\${env:B}", typed: "true", count: 1 }
`,
    { env },
  );
  assert.is(config.fhir.maxTransactionEntries, 50);
  assert.is(config.ignoreJsonParsingErrors, true);
  assert.is(config.poll.interval, 5000);
  assert.is(config.poll.pageSize, 150);
  // What type a setting has is known to the mappings only.
  assert.equal(config.settings, { flag: 'true', typed: 'true', count: 1 });
  assert.equal([...config.filledSettings], ['flag']);
  assert.equal(codes(`${SMALLEST}poll: { pageSize: "50" }\n`), ['config.wrong-type']);
});

const WITH_SECRETS = `source:
  type: change-feed
  url: http://d
  auth: { type: basic, username: me, password: "\${env:PASSWORD}" }
fhir:
  url: http://f
  auth:
    type: client-credentials
    tokenUrl: https://login.example.org/token?tenant=1
    clientId: engine
    clientSecret: \${file:/run/secrets/fhir}
    scope: a b
mappings: [a]
settings: { key: "\${file:/run/secrets/fhir}", place: "\${env:PLACE}" }
`;

test('credentials are there for who reveals them, and nowhere else', () => {
  const config = read(WITH_SECRETS, {
    env: { PASSWORD: 'hunter2', PLACE: 'x' },
    files: { '/run/secrets/fhir': 'swordfish\n' },
  });
  const [{ auth }] = config.sources;
  const { auth: client } = config.fhir;
  assert.is(auth.type === 'basic' && auth.password.reveal(), 'hunter2');
  assert.is(client.type === 'client-credentials' && client.clientSecret.reveal(), 'swordfish');
  const printed = [
    JSON.stringify(auth),
    inspect(config.sources, { depth: 9 }),
    `${auth.type === 'basic' && auth.password}`,
  ];
  for (const text of printed) {
    assert.ok(text.includes('«env:PASSWORD»'), text);
    assert.not(text.includes('hunter2'), text);
  }
  assert.is(
    describeConfig(config),
    `source:
  type: "change-feed"
  url: "http://d"
  apiVersion: "v1"
  id: "http://d"
  publicUrl: "http://d"
  partitions: "together"
  auth:
    type: "basic"
    username: "me"
    password: «env:PASSWORD»
fhir:
  url: "http://f"
  auth:
    type: "client-credentials"
    tokenUrl: "https://login.example.org/token?tenant=1"
    clientId: "engine"
    clientSecret: «file:/run/secrets/fhir»
    scope: "a b"
  maxTransactionEntries: 500
  patch: false
  lanes: 8
mappings:
  - "a"
settings:
  key: «file:/run/secrets/fhir»
  place: "x"  # env:PLACE
enforceValidationOfTagValues: false
ignoreJsonParsingErrors: false
poll:
  interval: "1m"
  catchUpInterval: "0s"
  pageSize: 100
  readAhead: 10
flush:
  entries: 1000
  interval: "2s"
retry:
  totalDuration: "10m"
state:
  type: "sqlite"
  path: ".dicomcast/state.db"
log:
  level: "info"`,
  );
});

test('a credential that is typed into the file is hidden where its line is shown', () => {
  const canary = 'hunter2-π/x{y}';
  const files = [
    `fhir: { url: http://f, auth: { type: bearer, token: "${canary}", more: 1 } }\n`,
    `fhir:\n  auth:\n    type: bearer\n    token: |\n      ${canary}\n    tokn: ${canary}\n`,
    `fhir: { auth: { type: basic, username: u, pass: ["${canary}"], word: { a: "${canary}" } } }\n`,
    `fhir:\n  auth: { type: basic\n  password: ${canary}\n`,
    `fhir:\n  clientSecret : '${canary}' x\n`,
    `fhir: { auth: { type: bearer, token: "\${env:NONE:-${canary.replace('}', '')}}" }, url: 1 }\n`,
    'fhir: { url: "https://u:hunter2@f" }\n',
    `fhir:\n  token: "${canary}\n`,
  ];
  for (const text of files) {
    const { diagnostics, source } = readConfig('f.yaml', text, {}, () => undefined);
    assert.ok(diagnostics.length > 0, text);
    const shown = diagnostics.map((finding) => renderDiagnostic(finding, source.text)).join('\n');
    assert.not(shown.includes('hunter2'), shown);
    assert.not(source.text.includes('hunter2'), source.text);
    const lengths = (value: string) => value.split('\n').map((line) => line.length);
    assert.equal(lengths(source.text), lengths(text), 'positions stay');
  }
});

test('placeholders stay readable where credentials are hidden', () => {
  const { source } = readConfig('f.yaml', WITH_SECRETS, {}, () => undefined);
  assert.is(source.text, WITH_SECRETS);
});

test('the shipped configuration runs as it is, and with the addresses of a site', () => {
  const path = resolve(import.meta.dirname, '../../dicomcast.config.yaml');
  const text = readFileSync(path, 'utf8');
  const config = read(text);
  assert.is(config.sources[0].url, 'http://127.0.0.1:8104');
  assert.is(config.fhir.url, 'http://127.0.0.1:8103/fhir');
  assert.equal(config.mappings.slice(0, 3), [
    'mappings/patient.yaml',
    'mappings/endpoint.yaml',
    'mappings/imaging-study.yaml',
  ]);
  assert.equal(config.settings, { patientSystemId: '', isIssuerIdUsed: false });
  const site = read(text, { env: { DICOM_URL: 'https://d', FHIR_URL: 'https://f' } });
  assert.equal([site.sources[0].url, site.fhir.url], ['https://d', 'https://f']);
  // Commented-out lines are examples; they hold when the comment sign goes.
  const lines = text.split('\n').map((line) => line.replace(/^( +)# (publicUrl|auth| {2})/, '$1$2'));
  const full = read(lines.join('\n'), {
    env: { DICOM_TOKEN: 't' },
    files: { '/run/secrets/fhir-client-secret': 's' },
  });
  assert.equal([full.sources[0].auth.type, full.fhir.auth.type], ['bearer', 'client-credentials']);
});

test.run();
