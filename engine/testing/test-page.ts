/**
 * Test files on Markdown pages: the text of a page comes in, findings about its blocks marked `yaml test` go out, with the lines of
 * the page. Blocks marked `wrong` are examples of mistakes and are left alone.
 */
import { type YamlBlock, yamlBlocks } from '../compile/markdown.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { readTestFile } from './test-file.ts';

export function checkTestPage(file: string, page: string): readonly Diagnostic[] {
  return yamlBlocks(page)
    .filter(({ words }) => !words.includes('wrong'))
    .flatMap((block) => checkTestBlock(file, block));
}

/** Findings about one block; none about blocks of another kind. */
export function checkTestBlock(file: string, { words, lines, line }: YamlBlock): readonly Diagnostic[] {
  if (words[0] !== 'test') return [];
  // As many empty lines as stand above it, so that places are those of the page.
  return readTestFile(file, `${'\n'.repeat(line - 1)}${lines.join('\n')}`).diagnostics;
}
