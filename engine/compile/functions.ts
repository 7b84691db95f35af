/**
 * The function library of expressions: small, synchronous, pure. Each function is documented with examples that run as tests, and
 * is absent where its first argument is.
 */
import { CONTENT_FUNCTIONS } from './functions-content.ts';
import { type FunctionDefinition, VALUE_FUNCTIONS } from './functions-values.ts';

export const FUNCTIONS: Readonly<Record<string, FunctionDefinition>> = {
  ...VALUE_FUNCTIONS,
  ...CONTENT_FUNCTIONS,
};

/** The library as text, for the fingerprint. */
export function functionTable(): string {
  return `${valueTable()}\n${contentTable()}`;
}

/** The functions that convert values, as a table for authors. */
export function valueTable(): string {
  return tableOf(VALUE_FUNCTIONS);
}

/** The functions for structured reports. */
export function contentTable(): string {
  return tableOf(CONTENT_FUNCTIONS);
}

function tableOf(functions: Readonly<Record<string, FunctionDefinition>>): string {
  const rows = Object.values(functions).map(({ usage, description, examples }) => {
    const shown = examples.map(
      ({ expression, gives }) =>
        `\`${expression}\` → ${gives === undefined ? 'absent' : `\`${JSON.stringify(gives)}\``}`,
    );
    // In a table, | ends a cell even inside code.
    return `| \`${usage}\` | ${[description, shown.join('<br>')].map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  });
  return ['| function | gives | examples |', '|---|---|---|', ...rows].join('\n');
}
