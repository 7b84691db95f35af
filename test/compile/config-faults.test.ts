// biome-ignore-all lint/suspicious/noTemplateCurlyInString: placeholders are the subject.
/**
 * Configurations with mistakes in; what people see out: everything at once, at its place, and no credential.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readConfig } from '../../engine/compile/config.ts';
import { renderDiagnostic } from '../../engine/diagnostic.ts';

const test = suite('config-faults');
const ENVIRONMENT = { PAGES: 'many', PROXY: 'http://me:pw@proxy' };

/** What a person sees for a file with these lines. */
function golden(name: string, file: readonly string[], shown: readonly string[]): void {
  test(name, () => {
    const { diagnostics, source, config } = readConfig(
      'site.config.yaml',
      `${file.join('\n')}\n`,
      ENVIRONMENT,
      () => undefined,
    );
    const rendered = diagnostics.map((finding) => renderDiagnostic(finding, source.text)).join('\n');
    assert.is(rendered, shown.join('\n'));
    assert.not(rendered.includes('hunter2'));
    assert.is(config, undefined);
  });
}

golden(
  'a bare placeholder',
  [
    'source: { type: change-feed, url: https://dicom.example.org }',
    'mappings: [mappings/patient.yaml]',
    'fhir:',
    '  url: http://${HOST}/fhir',
  ],
  [
    'error[config.placeholder]: an environment variable is written with env: before its name',
    ' --> site.config.yaml:4:15',
    '  |',
    '4 |   url: http://${HOST}/fhir',
    '  |               ^^^^^^^',
    '  = did you mean: ${env:HOST}',
    '  = help: Write ${env:NAME}, ${env:NAME:-default} or ${file:/path}; for the text ${ itself write $${.',
  ],
);

golden(
  'variables that are not set',
  [
    'source: { type: change-feed, url: https://dicom.example.org }',
    'mappings: [mappings/patient.yaml]',
    'fhir:',
    '  url: ${env:FHIR_URL}',
    '  auth: { type: bearer, token: "x${env:FHIR_TOKEN}" }',
  ],
  [
    'error[config.unset-variable]: the environment variable FHIR_URL is not set',
    ' --> site.config.yaml:4:8',
    '  |',
    '4 |   url: ${env:FHIR_URL}',
    '  |        ^^^^^^^^^^^^^^^',
    '  = help: Set it, or give a default: ${env:FHIR_URL:-default}.',
    'error[config.unset-variable]: the environment variable FHIR_TOKEN is not set',
    ' --> site.config.yaml:5:34',
    '  |',
    '5 |   auth: { type: bearer, token: "•${env:FHIR_TOKEN}" }',
    '  |                                  ^^^^^^^^^^^^^^^^^',
    '  = help: Set it, or give a default: ${env:FHIR_TOKEN:-default}.',
  ],
);

golden(
  'a file that cannot be read',
  [
    'source: { type: change-feed, url: https://dicom.example.org }',
    'mappings: [mappings/patient.yaml]',
    'fhir:',
    '  url: https://fhir.example.org',
    '  auth: { type: bearer, token: "${file:/run/secrets/fhir}" }',
  ],
  [
    'error[config.unreadable-file]: the file /run/secrets/fhir cannot be read',
    ' --> site.config.yaml:5:33',
    '  |',
    '5 |   auth: { type: bearer, token: "${file:/run/secrets/fhir}" }',
    '  |                                 ^^^^^^^^^^^^^^^^^^^^^^^^^',
    '  = help: Check that it exists and that this user may read it.',
  ],
);

golden(
  'placeholders of other kinds',
  [
    'source: { type: change-feed, url: https://dicom.example.org }',
    'mappings: [mappings/patient.yaml]',
    'fhir: { url: https://fhir.example.org }',
    'settings: { a: "${secret:vault/x}", b: "${ENV:NAME}", c: "${env:NAME", "${env:D}": x }',
  ],
  [
    'error[config.placeholder]: this placeholder is not known',
    ' --> site.config.yaml:4:17',
    '  |',
    '4 | settings: { a: "${secret:vault/x}", b: "${ENV:NAME}", c: "${env:NAME", "${env:D}": x }',
    '  |                 ^^^^^^^^^^^^^^^^^',
    '  = help: Write ${env:NAME}, ${env:NAME:-default} or ${file:/path}; for the text ${ itself write $${.',
    'error[config.placeholder]: an environment variable is written with env: before its name',
    ' --> site.config.yaml:4:41',
    '  |',
    '4 | settings: { a: "${secret:vault/x}", b: "${ENV:NAME}", c: "${env:NAME", "${env:D}": x }',
    '  |                                         ^^^^^^^^^^^',
    '  = did you mean: ${env:NAME}',
    '  = help: Write ${env:NAME}, ${env:NAME:-default} or ${file:/path}; for the text ${ itself write $${.',
    'error[config.placeholder]: this placeholder is never closed',
    ' --> site.config.yaml:4:59',
    '  |',
    '4 | settings: { a: "${secret:vault/x}", b: "${ENV:NAME}", c: "${env:NAME", "${env:D}": x }',
    '  |                                                           ^^^^^^^^^^',
    '  = help: Write ${env:NAME}, ${env:NAME:-default} or ${file:/path}; for the text ${ itself write $${.',
    'error[config.placeholder]: placeholders are filled in values, never in keys',
    ' --> site.config.yaml:4:72',
    '  |',
    '4 | settings: { a: "${secret:vault/x}", b: "${ENV:NAME}", c: "${env:NAME", "${env:D}": x }',
    '  |                                                                        ^^^^^^^^^^',
    '  = help: Write the key out.',
  ],
);

golden(
  'a placeholder in brackets without quotes',
  [
    'source: { type: change-feed, url: https://dicom.example.org }',
    'mappings: [mappings/patient.yaml]',
    'fhir: { url: https://fhir.example.org, auth: { type: bearer, token: ${env:TOKEN} } }',
  ],
  [
    'error[yaml.syntax]: text follows after the value has ended',
    ' --> site.config.yaml:3:70',
    '  |',
    '3 | fhir: { url: https://fhir.example.org, auth: { type: bearer, token: ${env:TOKEN} } }',
    '  |                                                                      ^',
    '  = help: Inside { } and [ ], a placeholder stands in quotes: "${env:NAME}".',
  ],
);

golden(
  'a placeholder that gives the wrong type',
  [
    'source: { type: change-feed, url: https://dicom.example.org }',
    'mappings: [mappings/patient.yaml]',
    'fhir: { url: https://fhir.example.org }',
    'poll: { pageSize: "${env:PAGES}" }',
  ],
  [
    'error[config.wrong-type]: `pageSize` must be a whole number, but is text',
    ' --> site.config.yaml:4:19',
    '  |',
    '4 | poll: { pageSize: "${env:PAGES}" }',
    '  |                   ^^^^^^^^^^^^^^',
    '  = help: The text comes from env:PAGES.',
  ],
);

golden(
  'credentials in addresses',
  [
    'source: { type: change-feed, url: https://dicom.example.org }',
    'mappings: [mappings/patient.yaml]',
    'fhir:',
    '  url: https://me:hunter2@fhir.example.org',
  ],
  [
    'error[config.credentials-in-url]: `url` holds a user name or password; addresses end up in logs and resources',
    ' --> site.config.yaml:4:8',
    '  |',
    '4 |   url: https://••••••••••@fhir.example.org',
    '  |        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^',
    '  = help: Take it out and write `auth: { type: basic, username: …, password: "${env:NAME}" }` in `fhir`.',
  ],
);

golden(
  'credentials in an address that was filled in',
  [
    'source: { type: change-feed, url: https://dicom.example.org }',
    'mappings: [mappings/patient.yaml]',
    'fhir:',
    '  url: ${env:PROXY}',
  ],
  [
    'error[config.credentials-in-url]: `url` holds a user name or password; addresses end up in logs and resources',
    ' --> site.config.yaml:4:8',
    '  |',
    '4 |   url: ${env:PROXY}',
    '  |        ^^^^^^^^^^^^',
    '  = help: Take it out and write `auth: { type: basic, username: …, password: "${env:NAME}" }` in `fhir`. The text comes from env:PROXY.',
  ],
);

golden(
  'an unknown way to sign in',
  [
    'source: { type: change-feed, url: https://dicom.example.org }',
    'mappings: [mappings/patient.yaml]',
    'fhir: { url: https://fhir.example.org, auth: { type: bearr, token: hunter2 } }',
  ],
  [
    'error[config.not-allowed]: `type` must be one of none, bearer, basic, client-credentials, managed-identity',
    ' --> site.config.yaml:3:54',
    '  |',
    '3 | fhir: { url: https://fhir.example.org, auth: { type: bearr, token: ••••••• } }',
    '  |                                                      ^^^^^',
    '  = did you mean: bearer',
  ],
);

golden(
  'a way to sign in without its keys',
  [
    'source: { type: change-feed, url: https://dicom.example.org }',
    'mappings: [mappings/patient.yaml]',
    'fhir:',
    '  url: https://fhir.example.org',
    '  auth: { type: basic, username: me, pasword: hunter2 }',
  ],
  [
    'error[config.unknown-key]: unknown key `pasword` in auth of type basic',
    ' --> site.config.yaml:5:38',
    '  |',
    '5 |   auth: { type: basic, username: me, pasword: ••••••• }',
    '  |                                      ^^^^^^^',
    '  = did you mean: password',
  ],
);

golden(
  'no way to sign in',
  [
    'source: { type: change-feed, url: https://dicom.example.org }',
    'mappings: [mappings/patient.yaml]',
    'fhir: { url: https://fhir.example.org, auth: { token: hunter2 } }',
  ],
  [
    'error[config.missing-key]: `type` is missing in `auth`',
    ' --> site.config.yaml:3:40',
    '  |',
    '3 | fhir: { url: https://fhir.example.org, auth: { token: ••••••• } }',
    '  |                                        ^^^^',
    '  = help: One of none, bearer, basic, client-credentials, managed-identity.',
  ],
);

golden(
  'durations',
  [
    'source: { type: change-feed, url: https://dicom.example.org }',
    'mappings: [mappings/patient.yaml]',
    'fhir: { url: https://fhir.example.org }',
    'poll: { interval: 60, catchUpInterval: 5 seconds }',
    'retry: 10m',
  ],
  [
    'error[config.wrong-type]: `interval` must be a duration: a whole number and ms, s, m or h, such as 60s',
    ' --> site.config.yaml:4:19',
    '  |',
    '4 | poll: { interval: 60, catchUpInterval: 5 seconds }',
    '  |                   ^^',
    'error[config.not-allowed]: `catchUpInterval` must be a duration: a whole number and ms, s, m or h, such as 60s',
    ' --> site.config.yaml:4:40',
    '  |',
    '4 | poll: { interval: 60, catchUpInterval: 5 seconds }',
    '  |                                        ^^^^^^^^^',
    'error[config.wrong-type]: `retry` must be a map of keys and values, but is text',
    ' --> site.config.yaml:5:8',
    '  |',
    '5 | retry: 10m',
    '  |        ^^^',
    '  = help: For example `retry: { totalDuration: 10m }`.',
  ],
);

golden(
  'a page larger than version 1 has',
  [
    'source: { type: change-feed, url: https://dicom.example.org }',
    'mappings: [mappings/patient.yaml]',
    'fhir: { url: https://fhir.example.org }',
    'poll: { pageSize: 200 }',
  ],
  [
    'error[config.out-of-range]: `pageSize` must be at most 100',
    ' --> site.config.yaml:4:19',
    '  |',
    '4 | poll: { pageSize: 200 }',
    '  |                   ^^^',
    '  = help: A page has at most 100 entries with source.apiVersion v1, and 200 with v2.',
  ],
);

golden(
  'keys in the wrong place, and old names',
  [
    'source: { type: change-feed, url: https://dicom.example.org }',
    'mappings: [mappings/patient.yaml]',
    'fhir: { url: https://fhir.example.org }',
    'interval: 60s',
    'PatientSystemId: urn:oid:1.2.3',
  ],
  [
    'error[config.unknown-key]: unknown key `interval` in this file',
    ' --> site.config.yaml:4:1',
    '  |',
    '4 | interval: 60s',
    '  | ^^^^^^^^',
    '  = help: `interval` is a key of `poll` and `flush`.',
    'error[config.unknown-key]: unknown key `PatientSystemId` in this file',
    ' --> site.config.yaml:5:1',
    '  |',
    '5 | PatientSystemId: urn:oid:1.2.3',
    '  | ^^^^^^^^^^^^^^^',
    '  = help: Keys here: source, sources, fhir, mappings, settings, enforceValidationOfTagValues, generateObservations, ignoreJsonParsingErrors, poll, flush, retry, state, log, monitor.',
  ],
);

golden(
  'addresses that are none',
  [
    'source: { type: change-feed, url: dicom.example.org }',
    'mappings: []',
    'fhir: { url: "https://fhir.example.org/fhir?x=1" }',
  ],
  [
    'error[config.not-allowed]: `url` must be an address that starts with http:// or https:// and has no ? or #',
    ' --> site.config.yaml:1:35',
    '  |',
    '1 | source: { type: change-feed, url: dicom.example.org }',
    '  |                                   ^^^^^^^^^^^^^^^^^',
    'error[config.empty]: `mappings` is empty',
    ' --> site.config.yaml:2:11',
    '  |',
    '2 | mappings: []',
    '  |           ^^',
    '  = help: Give at least one entry.',
    'error[config.not-allowed]: `url` must be an address that starts with http:// or https:// and has no ? or #',
    ' --> site.config.yaml:3:14',
    '  |',
    '3 | fhir: { url: "https://fhir.example.org/fhir?x=1" }',
    '  |              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^',
  ],
);

golden(
  'switches in quotes',
  [
    'source: { type: change-feed, url: https://dicom.example.org }',
    'mappings: [mappings/patient.yaml]',
    'fhir: { url: https://fhir.example.org }',
    'enforceValidationOfTagValues: "yes"',
    'ignoreJsonParsingErrors: off',
  ],
  [
    'error[config.wrong-type]: `enforceValidationOfTagValues` must be true or false, but is text',
    ' --> site.config.yaml:4:31',
    '  |',
    '4 | enforceValidationOfTagValues: "yes"',
    '  |                               ^^^^^',
    '  = help: Write true or false, in lower case and without quotes; yes, no, on and off are text.',
    'error[config.wrong-type]: `ignoreJsonParsingErrors` must be true or false, but is text',
    ' --> site.config.yaml:5:26',
    '  |',
    '5 | ignoreJsonParsingErrors: off',
    '  |                          ^^^',
    '  = help: Write true or false, in lower case and without quotes; yes, no, on and off are text.',
  ],
);

golden(
  'a literal credential in a file that cannot be parsed',
  [
    'source: { type: change-feed, url: https://dicom.example.org }',
    'mappings: [mappings/patient.yaml]',
    'fhir:',
    '  auth: { type: basic, username: me, password: hunter2',
    '  url: https://fhir.example.org',
  ],
  [
    'error[yaml.syntax]: a { or [ above is still open here',
    ' --> site.config.yaml:5:3',
    '  |',
    '5 |   url: https://fhir.example.org',
    '  |   ^',
    '  = help: Close it; lines inside it stand further to the right than its key.',
  ],
);

test.run();
