/**
 * `dicomcast explain <code>`: the page of a finding, from mappings/findings.md: what it means, why it is one, an example of
 * the mistake and of its remedy.
 */
import { fileURLToPath } from 'node:url';
import { suggest } from '../diagnostic.ts';
import { readText } from '../io/files.ts';
import { bold, EXIT, type Terminal } from './terminal.ts';

const PAGE = fileURLToPath(new URL('../../mappings/findings.md', import.meta.url));

/** True for what has the form of a code of findings: `mapping.unknown-attribute`. No file with such a name is an input. */
export function isFindingCode(text: string): boolean {
  return (
    /^(?:yaml|config|mapping|page|table|test)\.[a-z]+(?:-[a-z]+)*$/.test(text) &&
    !/\.(?:json|dcm)$/.test(text)
  );
}

/** Prints the section of the code; of a code that is not there, the one that is probably meant. */
export function explainCode(terminal: Terminal, code: string): number {
  const page = readText(PAGE);
  if ('error' in page) {
    terminal.err(`error: ${PAGE} ${page.error}\n`);
    return EXIT.findings;
  }
  const sections = findingSections(page.text);
  const section = sections.get(code);
  if (section !== undefined) {
    terminal.out(`${bold(terminal, code)}\n\n${section}\n`);
    return EXIT.ok;
  }
  const close = suggest(code, sections.keys());
  terminal.err(`error: no finding has the code ${code}\n`);
  terminal.err(close ? `  = did you mean: ${close}\n` : '  = help: mappings/findings.md lists all codes\n');
  return EXIT.usage;
}

/** Code → the text below its heading. */
export function findingSections(page: string): ReadonlyMap<string, string> {
  const parts = page.split(/^## (?=[a-z]+\.[a-z-]+$)/m).slice(1);
  return new Map(
    parts.map((part) => {
      const end = part.indexOf('\n');
      return [part.slice(0, end), part.slice(end).trim()] as const;
    }),
  );
}
