/**
 * mappings/findings.md is true: it has a section for every code that the engine can give, and no other; each wrong example gives
 * its finding, each right one gives none.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { findingSections } from '../engine/cli/explain-code.ts';
import type { FindFile } from '../engine/compile/compile.ts';
import { checkBlock, yamlBlocks } from '../engine/compile/markdown.ts';
import { renderDiagnostic } from '../engine/diagnostic.ts';
import { checkTestBlock } from '../engine/testing/test-page.ts';

const ROOT = join(import.meta.dirname, '..');
const PAGE = 'mappings/findings.md';
const page = readFileSync(join(ROOT, PAGE), 'utf8');
const sections = findingSections(page);

const test = suite('finding pages');

/** What the examples extend and the tables that they name stand beside the page. */
const find: FindFile = (path) => {
  const file = join('mappings', path);
  return existsSync(join(ROOT, file))
    ? { file, text: readFileSync(join(ROOT, file), 'utf8') }
    : { error: 'does not exist' };
};

test('every code that the engine can give has a section', () => {
  assert.equal(
    [...codesOfEngine(), ...readdirSync(join(ROOT, 'test/diagnostics'))].filter(
      (code) => !sections.has(code),
    ),
    [],
  );
});

test('every section is of a code that stands in the engine', () => {
  const text = sourceTexts().join('\n');
  const isWritten = (code: string) =>
    [code, code.replace(/^\w+\./, '')].some((each) => text.includes(`'${each}'`));
  assert.equal(
    [...sections.keys()].filter((code) => !isWritten(code)),
    [],
  );
});

test('the list at the top names every section by its anchor', () => {
  const listed = [...page.matchAll(/\[([\w-]+)\]\(#([\w-]+)\)/g)].map(([, , anchor]) => anchor);
  assert.equal(
    listed,
    [...sections.keys()].map((code) => code.replace('.', '')),
  );
});

for (const [code, section] of sections) {
  test(`the examples of ${code}`, () => {
    const blocks = yamlBlocks(section);
    for (const { words, ...block } of blocks) {
      const kind = words.filter((word) => word !== 'right' && word !== 'wrong' && word !== 'example');
      const marked = { ...block, words: kind };
      const found = [...checkBlock(PAGE, marked, find), ...checkTestBlock(PAGE, marked)];
      const text = found.map((each) => renderDiagnostic(each, section)).join('\n');
      if (words.includes('right')) assert.is(text, '');
      else if (words.includes('example')) assert.ok(hasTestOfItsOwn(code), 'an example that is not run');
      else {
        assert.ok(found.length > 0, 'the wrong example gives nothing');
        assert.equal(
          found.map((each) => each.code),
          [code],
          text,
        );
      }
    }
    const isAboutFiles = blocks.length === 0;
    assert.ok(isAboutFiles || blocks.some(({ words }) => words.includes('wrong')), 'a wrong example');
    assert.ok(isAboutFiles || blocks.some(({ words }) => words.includes('right')), 'a right example');
    assert.is(
      isAboutFiles,
      /(?:unreadable|no-file|no-case)$/.test(code),
      'only what is about whole files has no example',
    );
  });
}

/** Findings that need several files, or a site, are golden cases, or tested with their command. */
function hasTestOfItsOwn(code: string): boolean {
  return (
    existsSync(join(ROOT, 'test/diagnostics', code)) ||
    ['config.unset-variable', 'config.unreadable-file'].includes(code)
  );
}

function sourceTexts(): readonly string[] {
  return ['engine/compile', 'engine/testing', 'engine/cli'].flatMap((folder) =>
    readdirSync(join(ROOT, folder))
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFileSync(join(ROOT, folder, name), 'utf8')),
  );
}

/** Codes as findings are written; of schema violations, those of mappings. */
function codesOfEngine(): readonly string[] {
  const written = sourceTexts().flatMap((text) => [
    ...text.matchAll(
      /\b(?:code: |text\()'([a-z][a-z.-]+)'|\badd\('([a-z]+(?:-[a-z]+)+)'|\btell\('([a-z-]+)'/g,
    ),
  ]);
  const codes = written.map(([, code, added, told]) => code ?? added ?? `test.${told}`);
  const known = codes.map((code) => (code.includes('.') ? code : `mapping.${code}`));
  return [...new Set(known)].filter((code) => !ELSEWHERE.has(code));
}

/** Of all that schemas can say, what they say of configurations alone; and errors of a run (engine/errors.ts). */
const ELSEWHERE: ReadonlySet<string> = new Set(['mapping.out-of-range']);

test.run();
