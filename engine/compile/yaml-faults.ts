/**
 * Faults of the YAML parser come in as code and place, plain sentences with advice go out. The parser's own texts are not
 * shown: they speak of tokens and nodes, and some quote the file, which may hold a secret.
 */

export interface FaultText {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

const EXPRESSION_KEY =
  /(?:^|[\s{,?-])["']?(value|when|authority|forEach|owned|derive|fhirpath)["']?\s*:(?:\s|$)/;

/**
 * The advice for a line that holds an expression: nearly every expression that YAML misreads is read right as a
 * literal block. Undefined for other lines.
 */
export function expressionHint(line: string): string | undefined {
  const key = EXPRESSION_KEY.exec(line)?.[1];
  return key === undefined ? undefined : `Put the expression on the next line after \`${key}: |\`.`;
}

/** What to tell about the parser's fault `code` (its text: `detail`), found in `line`. */
export function describeFault(code: string, detail: string, line: string): FaultText {
  const isTab = code === 'UNEXPECTED_TOKEN' && line.startsWith('\t');
  const text = flowFault(detail) ?? FAULTS[isTab ? 'TAB_AS_INDENT' : code] ?? matchDetail(detail);
  const hint =
    expressionHint(line) ?? placeholderHint(line) ?? (text.quotable ? quotingHint(line) : text.hint);
  return { code: text.code ?? 'yaml.syntax', message: text.message, ...(hint === undefined ? {} : { hint }) };
}

/** Inside `{ … }` an unquoted placeholder ends the map with its own closing bracket. */
function placeholderHint(line: string): string | undefined {
  const bare = /[{,][^'"]*:[ \t]+\$\{/.test(line);
  return bare ? `Inside { } and [ ], a placeholder stands in quotes: "\${env:NAME}".` : undefined;
}

export const TAB_FAULT = 'a tab stands in the indentation';

interface Fault {
  readonly code?: string;
  readonly message: string;
  readonly hint?: string;
  /** The usual cause is text that should stand in quotes or in a block. */
  readonly quotable?: boolean;
}

/** Faults of `{ … }` and `[ … ]` come under several codes. */
function flowFault(detail: string): Fault | undefined {
  if (!/flow (map|seq)/i.test(detail)) return undefined;
  return /must (be sufficiently indented and )?end with/.test(detail) ? OPEN_BRACKET : BRACKETS;
}

const OPEN_BRACKET: Fault = {
  message: 'a { or [ above is still open here',
  hint: 'Close it; lines inside it stand further to the right than its key.',
};

const BRACKETS: Fault = {
  message: 'the brackets { } and [ ], or the commas between them, do not fit together here',
  hint: 'Separate entries with commas, close what is open; text with commas or brackets belongs in quotes.',
};

const FAULTS: Readonly<Record<string, Fault>> = {
  BLOCK_AS_IMPLICIT_KEY: {
    message: 'this value holds a colon followed by a space, which YAML reads as a second key',
    quotable: true,
  },
  BAD_SCALAR_START: { message: 'text without quotes cannot start with this character', quotable: true },
  MULTILINE_IMPLICIT_KEY: {
    message: 'this line is neither `key: value` nor a part of the lines above',
    hint: 'Write `key: value` with a space after the colon, in the same column as the keys beside it.',
  },
  BAD_INDENT: {
    message: 'the indentation does not fit the lines above',
    hint: 'Keys of one map start in the same column; what belongs to a key stands further to the right.',
  },
  DEEPER_LINE: {
    message: 'this line stands further to the right than the key above, which already has a value',
    hint: 'Put it in the same column as the key above.',
  },
  OTHER_VERSION: {
    message: 'files are read as YAML 1.2, whatever this directive says',
    hint: 'Remove the line that starts with %YAML.',
  },
  TAB_AS_INDENT: {
    message: TAB_FAULT,
    hint: 'YAML is indented with spaces only.',
  },
  BAD_DQ_ESCAPE: {
    message: 'this backslash does not start an escape that YAML knows',
    hint: 'Write \\\\ for a backslash, or use single quotes, in which a backslash is itself.',
  },
  NON_STRING_KEY: { message: 'a key must be text', hint: 'Write a plain name before the colon.' },
  KEY_OVER_1024_CHARS: { message: 'a key is longer than 1024 characters' },
  MULTIPLE_DOCS: {
    message: 'a second document starts here (`---`); a file holds one',
    hint: 'Put it into a file of its own, or remove the line.',
  },
  BAD_DIRECTIVE: { message: 'this directive is not known', hint: 'Remove the line that starts with %.' },
  TAG_RESOLVE_FAILED: {
    code: 'yaml.tag',
    message: 'tags (`!name`) are not used in these files',
    hint: 'Remove the tag; text that starts with `!` belongs in quotes.',
  },
  BAD_COLLECTION_TYPE: {
    code: 'yaml.tag',
    message: 'tags (`!name`) are not used in these files',
    hint: 'Remove the tag; text that starts with `!` belongs in quotes.',
  },
  BAD_ALIAS: {
    code: 'yaml.alias',
    message: 'this name of an anchor (`&name`) or alias (`*name`) cannot be read',
    hint: 'Text that starts with `*` or `&` belongs in quotes.',
  },
  RESOURCE_EXHAUSTION: {
    code: 'yaml.too-large',
    message: 'the file is nested too deeply',
    hint: 'Look for repeated opening brackets.',
  },
};

function matchDetail(detail: string): Fault {
  if (detail.includes('Missing closing')) {
    return { message: 'the quote that opens here is never closed', hint: 'Close it with the same sign.' };
  }
  if (detail.includes('at node end')) {
    return { message: 'text follows after the value has ended', quotable: true };
  }
  if (detail.includes('Comments must be separated')) {
    return {
      message: 'a comment needs a space before its #',
      hint: 'Text that holds a # belongs in quotes.',
    };
  }
  if (detail.includes('block-seq-ind')) {
    return { message: 'a list starts on the line of its key', hint: 'Start each item on a line of its own.' };
  }
  if (detail.includes('need to be followed by map values')) {
    return { message: 'this line has no colon after its key', hint: 'Write `key: value`.' };
  }
  if (detail.includes('flow-')) return BRACKETS;
  return { message: 'YAML cannot be read here', quotable: true };
}

function quotingHint(line: string): string {
  const key = /^\s*(?:-\s+)?([A-Za-z_][\w.-]*)\s*:(?:\s|$)/.exec(line)?.[1];
  return key === undefined
    ? 'Put the whole text in quotes.'
    : `Put the whole text in quotes, or on the next line after \`${key}: |\`.`;
}
