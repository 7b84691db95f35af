/** Findings as text, JSON, GitHub's workflow commands and SARIF: the exact output for two findings. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Diagnostic } from '../engine/diagnostic.ts';
import { renderGithub, renderJson, renderSarif, renderText } from '../engine/diagnostic-formats.ts';

const test = suite('diagnostic formats');

const ELEMENT: Diagnostic = {
  code: 'mapping.unknown-element',
  severity: 'error',
  message: 'Patient has no element gendr',
  file: 'site, 100%/a:b.yaml',
  range: { start: { line: 2, column: 15 }, end: { line: 2, column: 20 } },
  rule: 'Patient.gender',
  suggestion: 'gender',
};
const UNUSED: Diagnostic = {
  code: 'mapping.unused-let',
  severity: 'warning',
  message: 'nothing uses x',
  file: 'ü.yaml',
  range: { start: { line: 1, column: 1 }, end: { line: 3, column: 4 } },
  hint: 'Remove it.\nOr use it.',
};
const UNREADABLE: Diagnostic = {
  code: 'config.unreadable',
  severity: 'error',
  message: 'the configuration does not exist',
  file: '/etc/dicomcast.config.yaml',
};
const sources = new Map([
  ['site, 100%/a:b.yaml', '  gender:\n    to: Patient.gendr\n'],
  ['ü.yaml', 'x: |\n  1\n2\n'],
]);
const findings = { diagnostics: [ELEMENT, UNUSED, UNREADABLE], sources };

test('text: in full up to the limit, then a count', () => {
  assert.is(
    renderText(findings, { max: 2 }),
    `error[mapping.unknown-element]: Patient has no element gendr
 --> site, 100%/a:b.yaml:2:15
  |
2 |     to: Patient.gendr
  |               ^^^^^
  = rule: Patient.gender
  = did you mean: gender

warning[mapping.unused-let]: nothing uses x
 --> ü.yaml:1:1
  |
1 | x: |
  | ^^^^
  = help: Remove it.
Or use it.

… and 1 more (--max 3 shows all)
2 errors, 1 warning; more about one: dicomcast explain mapping.unknown-element
`,
  );
  assert.is(renderText({ diagnostics: [], sources }, { max: 2 }), '');
});

test('text: the findings of one file stand together', () => {
  const other = { ...UNREADABLE, file: 'ü.yaml', message: 'again' };
  const text = renderText({ diagnostics: [UNUSED, UNREADABLE, other], sources }, { max: 20 });
  assert.equal(text.match(/--> \S+/g), ['--> ü.yaml:1:1', '--> ü.yaml', '--> /etc/dicomcast.config.yaml']);
});

test('text: a long line is shown around the caret', () => {
  const long = `${'a'.repeat(300)} WRONG ${'b'.repeat(300)}`;
  const range = { start: { line: 1, column: 302 }, end: { line: 1, column: 307 } };
  const text = renderText(
    { diagnostics: [{ ...UNREADABLE, file: 'f', range }], sources: new Map([['f', long]]) },
    { max: 1 },
  );
  const [, , , line = '', caret = ''] = text.split('\n');
  assert.is(line.length < 175, true);
  assert.match(line, /^1 \| …a+ WRONG b+…$/);
  assert.is(line.slice(caret.indexOf('^'), caret.lastIndexOf('^') + 1), 'WRONG');
});

test('JSON: one record, 1-based', () => {
  assert.equal(JSON.parse(renderJson(findings)), {
    format: 1,
    findings: [
      {
        code: 'mapping.unknown-element',
        severity: 'error',
        message: 'Patient has no element gendr',
        file: 'site, 100%/a:b.yaml',
        range: { start: { line: 2, column: 15 }, end: { line: 2, column: 20 } },
        rule: 'Patient.gender',
        suggestion: 'gender',
      },
      {
        code: 'mapping.unused-let',
        severity: 'warning',
        message: 'nothing uses x',
        file: 'ü.yaml',
        range: { start: { line: 1, column: 1 }, end: { line: 3, column: 4 } },
        hint: 'Remove it.\nOr use it.',
      },
      {
        code: 'config.unreadable',
        severity: 'error',
        message: 'the configuration does not exist',
        file: '/etc/dicomcast.config.yaml',
      },
    ],
    errors: 2,
    warnings: 1,
  });
});

test('GitHub: one command a line; commas, colons, percent signs and line breaks are escaped', () => {
  assert.is(
    renderGithub(findings),
    `::error file=site%2C 100%25/a%3Ab.yaml,line=2,endLine=2,col=15,endColumn=19,title=mapping.unknown-element::Patient has no element gendr%0ADid you mean gender?%0ARule: Patient.gender
::warning file=ü.yaml,line=1,endLine=3,title=mapping.unused-let::nothing uses x%0ARemove it.%0AOr use it.
::error file=/etc/dicomcast.config.yaml,title=config.unreadable::the configuration does not exist
`,
  );
});

test('SARIF 2.1.0: rules by code, results with regions, files as URI references', () => {
  assert.equal(JSON.parse(renderSarif(findings, '1.2.3')), {
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'dicomcast',
            version: '1.2.3',
            rules: [
              { id: 'config.unreadable', help: { text: 'dicomcast explain config.unreadable' } },
              { id: 'mapping.unknown-element', help: { text: 'dicomcast explain mapping.unknown-element' } },
              { id: 'mapping.unused-let', help: { text: 'dicomcast explain mapping.unused-let' } },
            ],
          },
        },
        columnKind: 'utf16CodeUnits',
        results: [
          {
            ruleId: 'mapping.unknown-element',
            ruleIndex: 1,
            level: 'error',
            message: { text: 'Patient has no element gendr\nDid you mean gender?\nRule: Patient.gender' },
            locations: [
              {
                physicalLocation: {
                  artifactLocation: { uri: 'site%2C%20100%25/a%3Ab.yaml' },
                  region: { startLine: 2, startColumn: 15, endLine: 2, endColumn: 20 },
                },
                logicalLocations: [{ fullyQualifiedName: 'Patient.gender' }],
              },
            ],
          },
          {
            ruleId: 'mapping.unused-let',
            ruleIndex: 2,
            level: 'warning',
            message: { text: 'nothing uses x\nRemove it.\nOr use it.' },
            locations: [
              {
                physicalLocation: {
                  artifactLocation: { uri: '%C3%BC.yaml' },
                  region: { startLine: 1, startColumn: 1, endLine: 3, endColumn: 4 },
                },
              },
            ],
          },
          {
            ruleId: 'config.unreadable',
            ruleIndex: 0,
            level: 'error',
            message: { text: 'the configuration does not exist' },
            locations: [
              { physicalLocation: { artifactLocation: { uri: 'file:///etc/dicomcast.config.yaml' } } },
            ],
          },
        ],
      },
    ],
  });
});

test.run();
