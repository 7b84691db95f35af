// biome-ignore-all lint/suspicious/noTemplateCurlyInString: findings advise placeholders.
/** Several sources in a configuration: what people see when they are not as they must be. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readConfig } from '../../engine/compile/config.ts';
import { renderDiagnostic } from '../../engine/diagnostic.ts';

const test = suite('config: sources');

const [FILE, SHOWN] = [
  [
    'sources:',
    '  - { id: a, type: change-feed, url: "https://me:hunter2@d" }',
    '  - { id: a, type: change-feed, url: https://e, partitions: apart }',
    '  - { type: change-feed, url: https://f }',
    'source: { type: change-feed, url: https://g }',
    'fhir: { url: https://f }',
    'mappings: [a.yaml]',
    'poll: { pageSize: 150 }',
  ],
  [
    'error[config.one-of]: this file needs exactly one of source, sources; it has source and sources',
    ' --> site.config.yaml:1:1',
    '  |',
    '1 | sources:',
    '  | ^^^^^^^',
    '  = help: Keep one of them.',
    'error[config.credentials-in-url]: `url` holds a user name or password; addresses end up in logs and resources',
    ' --> site.config.yaml:2:38',
    '  |',
    '2 |   - { id: a, type: change-feed, url: "https://••••••••••@d" }',
    '  |                                      ^^^^^^^^^^^^^^^^^^^^^^',
    '  = help: Take it out and write `auth: { type: basic, username: …, password: "${env:NAME}" }` in `sources`.',
    'error[config.not-allowed]: `id` is that of another source',
    ' --> site.config.yaml:3:11',
    '  |',
    '3 |   - { id: a, type: change-feed, url: https://e, partitions: apart }',
    '  |           ^',
    '  = help: The state keeps a checkpoint for each id.',
    'error[config.not-allowed]: `partitions` must be one of together, separate',
    ' --> site.config.yaml:3:61',
    '  |',
    '3 |   - { id: a, type: change-feed, url: https://e, partitions: apart }',
    '  |                                                             ^^^^^',
    'error[config.missing-key]: `id` is missing in entry 3 of `sources`',
    ' --> site.config.yaml:4:5',
    '  |',
    '4 |   - { type: change-feed, url: https://f }',
    '  |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^',
    '  = help: Its name, unlike that of any other. For example `id: radiology`.',
    'error[config.out-of-range]: `pageSize` must be at most 100',
    ' --> site.config.yaml:8:19',
    '  |',
    '8 | poll: { pageSize: 150 }',
    '  |                   ^^^',
    '  = help: A page has at most 100 entries with source.apiVersion v1, and 200 with v2.',
  ],
] as const;

test('source and sources, sources of one name, without a name, with a password in the address', () => {
  const { diagnostics, source, config } = readConfig(
    'site.config.yaml',
    `${FILE.join('\n')}\n`,
    {},
    () => undefined,
  );
  const shown = diagnostics.map((finding) => renderDiagnostic(finding, source.text)).join('\n');
  assert.is(shown, SHOWN.join('\n'));
  assert.is(config, undefined);
});

test('neither source nor sources', () => {
  const { diagnostics } = readConfig(
    'f.yaml',
    'fhir: { url: http://f }\nmappings: [a]\n',
    {},
    () => undefined,
  );
  assert.equal(
    diagnostics.map(({ code, message, hint }) => [code, message, hint]),
    [
      [
        'config.one-of',
        'this file needs exactly one of source, sources; it has none of them',
        'Add one of them, such as `source: { type: change-feed, url: "https://dicom.example.org" }`.',
      ],
    ],
  );
});

test.run();
