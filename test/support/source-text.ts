/**
 * Reads TypeScript as far as the rules of the house need it: the text of a file comes in; its code without comments,
 * its imports and its exported names go out. Relies on Biome's format (a statement starts its line) and on erasable
 * syntax; not a parser.
 */

export interface ImportClause {
  /** As written: `node:fs`, `yaml`, `../errors.ts`. */
  readonly specifier: string;
  /** Names taken, under the name that the other file gives them; `*` for a namespace, `default`. */
  readonly names: readonly string[];
  /** `export … from`: the names are also exported here. */
  readonly isReexport: boolean;
}

const STATEMENT =
  /^(import|export)\s+(?:type\s+)?((?:[\w$]+\s*,\s*)?(?:\{[^}]*\}|\*(?:\s+as\s+[\w$]+)?|[\w$]+))\s+from\s+(['"])([^'"\n]+)\3/gm;
const BARE = /^import\s+(['"])([^'"\n]+)\1/gm;
const DYNAMIC = /\bimport\s*\(\s*(?:(['"])([^'"\n]+)\1\s*[,)]|[^)])/g;

/** What the file takes from others, in the order of the kinds: statements, bare imports, `import(…)`. */
export function importsOf(text: string): readonly ImportClause[] {
  const code = withoutComments(text);
  // What looks like an import inside a string is blank here.
  const bare = codeOnly(text);
  const isCode = (match: RegExpExecArray) => bare.startsWith(match[0].slice(0, 6), match.index);
  const clauses: ImportClause[] = [];
  for (const match of code.matchAll(STATEMENT).filter(isCode)) {
    const [, keyword, clause = '', , specifier = ''] = match;
    const names = clauseNames(clause).map(({ source }) => source);
    clauses.push({ specifier, names, isReexport: keyword === 'export' });
  }
  for (const match of code.matchAll(BARE).filter(isCode)) {
    clauses.push({ specifier: match[2] ?? '', names: [], isReexport: false });
  }
  for (const match of code.matchAll(DYNAMIC).filter(isCode)) {
    // The empty specifier stands for one that only the running program knows.
    clauses.push({ specifier: match[2] ?? '', names: ['*'], isReexport: false });
  }
  return clauses;
}

interface ClauseName {
  readonly source: string;
  readonly local: string;
}

function clauseNames(clause: string): readonly ClauseName[] {
  const braces = /\{([^}]*)\}/.exec(clause);
  const outside = clause
    .replace(/\{[^}]*\}/, '')
    .replace(/\s|,/g, ' ')
    .trim();
  const names: ClauseName[] = [];
  const namespace = /^\*(?: as ([\w$]+))?$/.exec(outside);
  if (namespace) names.push({ source: '*', local: namespace[1] ?? '*' });
  else if (outside !== '') names.push({ source: 'default', local: outside });
  for (const part of (braces?.[1] ?? '').split(',')) {
    const [, source, local] = /^(?:type\s+)?([\w$]+)(?:\s+as\s+([\w$]+))?$/.exec(part.trim()) ?? [];
    if (source !== undefined) names.push({ source, local: local ?? source });
  }
  return names;
}

export interface ExportedName {
  readonly name: string;
  /** An interface or a type, declared here. */
  readonly isType: boolean;
}

const DECLARATION =
  /^export\s+(?:declare\s+)?(?:async\s+)?(?:abstract\s+)?(function\s*\*?|const|let|var|class|interface|type|enum)\s+([\w$]+)/gm;
const EXPORT_LIST = /^export\s+(?:type\s+)?(\{[^}]*\}|\*\s+as\s+[\w$]+)/gm;

/** The names that a file exports, under the name that others see. `export *` is not looked through. */
export function exportsOf(text: string): readonly ExportedName[] {
  const code = codeOnly(text);
  const declared = [...code.matchAll(DECLARATION)].map(([, keyword = '', name = '']) => ({
    name,
    isType: keyword === 'interface' || keyword === 'type',
  }));
  const listed = [...code.matchAll(EXPORT_LIST)].flatMap((match) =>
    clauseNames(match[1] ?? '').map(({ local }) => ({ name: local, isType: false })),
  );
  const unnamed = /^export\s+default\b/m.test(code) ? [{ name: 'default', isType: false }] : [];
  return [...declared, ...listed, ...unnamed];
}

/** The text with every comment turned to blanks; lines and columns stay. */
export function withoutComments(text: string): string {
  return mask(text, ['comment']);
}

/** The text with every comment, and all that stands in quotes, templates and regular expressions, turned to blanks. */
export function codeOnly(text: string): string {
  return mask(text, ['comment', 'text']);
}

type PieceKind = 'code' | 'comment' | 'text';

function mask(text: string, kinds: readonly PieceKind[]): string {
  return pieces(text)
    .map(({ kind, text }) => (kinds.includes(kind) ? text.replace(/[^\n]/g, ' ') : text))
    .join('');
}

interface Piece {
  readonly kind: PieceKind;
  readonly text: string;
}

const BLOCK_COMMENT = /\/\*[\s\S]*?(?:\*\/|$)/y;
const LINE_COMMENT = /\/\/.*/y;
const QUOTED = /'(?:[^'\\\n]|\\[\s\S])*'?|"(?:[^"\\\n]|\\[\s\S])*"?/y;
const TEMPLATE_TEXT = /(?:[^`\\$]|\\[\s\S]|\$(?!\{))*(?:`|\$\{|$)/y;
const EXPRESSION = /\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y;
/** A slash after one of these starts a regular expression; after anything else it divides. */
const BEFORE_EXPRESSION =
  /(?:^|[([{,;=:?!&|+\-*%<>~^}]|\b(?:return|typeof|case|in|of|void|await|yield|throw|else|do))\s*$/;

function pieces(text: string): readonly Piece[] {
  const found: Piece[] = [];
  /** One number for each template that is open: how many braces are open inside its `${`. */
  const templates: number[] = [];
  let position = 0;
  let code = '';
  const take = (kind: PieceKind, pattern: RegExp): boolean => {
    pattern.lastIndex = position;
    const match = pattern.exec(text);
    if (match === null || match[0] === '') return false;
    if (code !== '') found.push({ kind: 'code', text: code });
    code = '';
    found.push({ kind, text: match[0] });
    position += match[0].length;
    return true;
  };
  const takeTemplate = () => {
    if (take('text', TEMPLATE_TEXT) && found.at(-1)?.text.endsWith('${')) templates.push(0);
  };
  while (position < text.length) {
    const character = text[position] as string;
    if (character === '/' && (take('comment', BLOCK_COMMENT) || take('comment', LINE_COMMENT))) continue;
    if ((character === "'" || character === '"') && take('text', QUOTED)) continue;
    if (character === '/' && BEFORE_EXPRESSION.test(codeBefore(found, code)) && take('text', EXPRESSION))
      continue;
    code += character;
    position++;
    const depth = templates.at(-1);
    if (character === '`') takeTemplate();
    else if (depth === undefined) continue;
    else if (character === '{') templates[templates.length - 1] = depth + 1;
    else if (character === '}' && depth > 0) templates[templates.length - 1] = depth - 1;
    else if (character === '}') {
      templates.pop();
      takeTemplate();
    }
  }
  if (code !== '') found.push({ kind: 'code', text: code });
  return found;
}

/** The last line or so of code; a string or template counts as a word, so that a slash after it divides. */
function codeBefore(found: readonly Piece[], code: string): string {
  if (code.trim() !== '') return code.slice(-40);
  for (let index = found.length - 1; index >= 0; index--) {
    const { kind, text } = found[index] as Piece;
    if (kind === 'text') return text.endsWith('${') ? '{' : 'x';
    if (kind === 'code' && text.trim() !== '') return text.slice(-40);
  }
  return '';
}
