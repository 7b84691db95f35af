/** check as its users and their programs see it: formats, limits, pages, the problem matcher; and explain <code>. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { check } from '../../engine/cli/check.ts';
import { yamlBlocks } from '../../engine/compile/markdown.ts';
import { siteProject } from '../support/site.ts';
import { temporaryFolder } from '../support/temp.ts';
import { fakeTerminal } from '../support/terminal.ts';

const test = suite('check');
const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));

const TWO_MISTAKES = {
  'mappings/patient.yaml': ['tag: PatientSex', 'tag: PatientSexx'],
  'mappings/imaging-study.yaml': ['to: ImagingStudy.status', 'to: ImagingStudy.staus'],
} as const;

test('the other formats go to standard output, and nothing else does', () => {
  for (const [format, first] of [
    ['json', '{\n  "format": 1,\n  "findings": [\n    {\n      "code": "mapping.unknown-element"'],
    ['github', '::error file=mappings/imaging-study.yaml,line='],
    [
      'sarif',
      '{\n  "version": "2.1.0",\n  "runs": [\n    {\n      "tool": {\n        "driver": {\n          "name": "dicomcast"',
    ],
  ] as const) {
    const terminal = fakeTerminal(siteProject(TWO_MISTAKES));
    assert.is(check(terminal, { format }), 1);
    assert.is(terminal.printed().out.slice(0, first.length), first);
    assert.is(terminal.printed().err, '');
  }
});

test('without findings: an empty record, exit code 0', () => {
  const terminal = fakeTerminal(siteProject());
  assert.is(check(terminal, { format: 'json' }), 0);
  assert.equal(JSON.parse(terminal.printed().out), { format: 1, findings: [], errors: 0, warnings: 0 });
});

test('--max shows fewer, and counts the others', () => {
  const terminal = fakeTerminal(siteProject(TWO_MISTAKES));
  assert.is(check(terminal, { max: 1 }), 1);
  const { err } = terminal.printed();
  assert.is(err.match(/ --> /g)?.length, 1);
  assert.match(err, /… and 1 more \(--max 2 shows all\)\n2 errors, 0 warnings;/);
});

test('the problem matcher of mappings/README.md reads what check prints', () => {
  const readme = readFileSync(join(REPOSITORY, 'mappings/README.md'), 'utf8');
  const [, json = '{}'] = /```json\n(\{\s*"owner": "dicomcast"[\s\S]*?)\n```/.exec(readme) ?? [];
  const { pattern } = JSON.parse(json) as { pattern: readonly Readonly<Record<string, string | number>>[] };
  const [first = {}, second = {}] = pattern;
  const terminal = fakeTerminal(siteProject(TWO_MISTAKES));
  check(terminal, {});
  const lines = terminal.printed().err.split('\n');
  const problems = lines.flatMap((line, index) => {
    const head = new RegExp(String(first['regexp'])).exec(line);
    const place = head && new RegExp(String(second['regexp'])).exec(lines[index + 1] ?? '');
    if (!head || !place) return [];
    const of = (from: typeof first, match: RegExpExecArray, name: string) => match[Number(from[name])];
    return [
      `${of(first, head, 'severity')} ${of(first, head, 'code')} ${of(second, place, 'file')} ${of(second, place, 'line')} ${of(second, place, 'column')} ${of(first, head, 'message')}`,
    ];
  });
  assert.equal(
    problems.map((problem) => problem.replace(/ \d+ /, ' LINE ')),
    [
      'error mapping.unknown-element mappings/imaging-study.yaml LINE 22 ImagingStudy has no element staus',
      'error mapping.unknown-attribute mappings/patient.yaml LINE 10 there is no DICOM attribute PatientSexx',
    ],
  );
});

test('a file that is named and not there is a finding like others', () => {
  const terminal = fakeTerminal(
    siteProject({ 'dicomcast.config.yaml': ['mappings/patient.yaml', 'mappings/pat.yaml'] }),
  );
  assert.is(check(terminal, {}), 1);
  assert.match(
    terminal.printed().err,
    /error\[mapping\.unreadable\]: the mapping mappings\/pat\.yaml does not exist\n *--> dicomcast\.config\.yaml:\d+:\d+\n/,
  );
  const nowhere = fakeTerminal(temporaryFolder());
  assert.is(check(nowhere, { config: 'nothing.yaml', format: 'github' }), 1);
  assert.is(
    nowhere.printed().out,
    '::error file=nothing.yaml,title=config.unreadable::the configuration does not exist\n',
  );
});

test('pages alone are checked alone; --docs checks them beside the mappings', () => {
  const folder = siteProject();
  writeFileSync(
    join(folder, 'page.md'),
    '# Page\n\n```yaml rules Patient\n  a: { to: Patient.gendr, const: male }\n```\n',
  );
  const alone = fakeTerminal(folder);
  assert.is(check(alone, { mappings: ['page.md'] }), 1);
  assert.equal(alone.printed(), {
    out: '',
    err: `error[mapping.unknown-element]: Patient has no element gendr
 --> page.md:4:20
  |
4 |   a: { to: Patient.gendr, const: male }
  |                    ^^^^^
  = rule: Patient.a
  = did you mean: gender

1 error, 0 warnings; more about one: dicomcast explain mapping.unknown-element
`,
  });
  const both = fakeTerminal(folder);
  assert.is(check(both, { docs: ['page.md', 'no.md'] }), 1);
  assert.match(both.printed().out, /4 mappings/);
  assert.match(both.printed().err, 'error[page.unreadable]: the page does not exist\n --> no.md\n');
});

test('the pages of this project are right', () => {
  const pages = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'engine/README.md'].concat(
    readdirSync(join(REPOSITORY, 'mappings'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md'))
      .map((name) => `mappings/${name}`),
  );
  const terminal = fakeTerminal(REPOSITORY);
  assert.is(check(terminal, { mappings: pages }), 0, terminal.printed().err);
  const marked = ['README.md', 'mappings/README.md'].flatMap((page) =>
    yamlBlocks(readFileSync(join(REPOSITORY, page), 'utf8')).filter(
      ({ words, lines }) =>
        words.length === 0 && !/^(?:resource:|# yaml-language-server)/.test(lines[0] ?? ''),
    ),
  );
  assert.equal(
    marked.map(({ lines }) => lines[0]),
    [],
    'a YAML block says what it is: rules, mapping, config, wrong',
  );
});

test.run();
