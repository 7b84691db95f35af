/**
 * Hostile regular expressions: from a grammar that likes repetition inside repetition, over long texts.
 */
import fc from 'fast-check';
import { LinearRegExp, patternFault, patternMatches } from '../../../engine/compile/regex.ts';
import { explained } from './expression-targets.ts';
import { target } from './target.ts';

interface Grammar {
  readonly expression: string;
}

const atom = fc.constantFrom(
  'a',
  'b',
  '.',
  '\\d',
  '\\w',
  '[a-z]',
  '[^a]',
  '\\b',
  '^',
  '$',
  '\\u0041',
  '\\p{L}',
  '\\x41',
  '[[:alpha:]]',
  '\\',
  '(?i)',
  '(?=a)',
  '(?<n>a)',
  '\\1',
  '\\k<n>',
  '\u{1f600}',
  '[',
  ')',
);
const patternGrammar = fc.letrec<Grammar>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 6, depthSize: 'medium' },
    { arbitrary: atom, weight: 3 },
    fc
      .tuple(
        tie('expression'),
        fc.constantFrom(
          '*',
          '+',
          '?',
          '*?',
          '+?',
          '{2}',
          '{1,30}',
          '{1001}',
          '{0,}',
          '{,5}',
          '{99999999999}',
        ),
      )
      .map(([a, many]) => `(${a})${many}`),
    fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `${a}${b}`),
    fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `(?:${a}|${b})`),
  ),
}));

const TEXTS = [
  'a'.repeat(20_000),
  'ab'.repeat(5000),
  `${'a'.repeat(10_000)}b`,
  '',
  '\ud800a',
  '\u{1f600}'.repeat(1000),
];

const patterns = target({
  inputs: fc.record({
    pattern: fc.oneof(
      { arbitrary: patternGrammar.expression, weight: 9 },
      {
        arbitrary: fc.constantFrom(
          '('.repeat(5000),
          `${'('.repeat(2000)}a${')'.repeat(2000)}`,
          'a'.repeat(100_000),
          '(a*)*b',
          '((a)*){1000}',
          '((a{1,30}){1,30}){1,30}',
          '(((a{1000}){1000}){1000}){1000}',
          `${'(a?)'.repeat(200)}${'a'.repeat(200)}`,
          `[${'a-z'.repeat(3000)}]`,
        ),
        weight: 1,
      },
    ),
    text: fc.constantFrom(...TEXTS),
  }),
  check({ pattern, text }) {
    const fault = patternFault(pattern);
    if (fault) return explained([fault]);
    try {
      patternMatches(pattern, text);
    } catch (error) {
      // Compiled FHIRPath turns it into an EngineError.
      if (!/too large for the text/.test((error as Error).message)) throw error;
    }
    const expression = LinearRegExp(pattern);
    for (let found = 0; found < 20 && expression.exec(text); found++) expression.lastIndex += 1;
    return 'taken';
  },
});

export const patternTargets = { 'regular expressions': patterns };
