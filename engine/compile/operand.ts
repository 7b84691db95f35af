/**
 * Operands: a constant or one `%name` of a mapping file comes in, a closure over the names of an entry goes out.
 */
import { suggest } from '../diagnostic.ts';
import type { Operand } from '../plan.ts';

export function literalOperand(value: string | number | boolean): Operand {
  return {
    text: typeof value === 'string' ? `'${value}'` : String(value),
    resolve: () => (value === '' ? undefined : value),
  };
}

/** `%name` or `%settings.member`; the member of a name that is no object has no value. */
export function namedOperand(
  text: string,
  names: ReadonlySet<string>,
):
  | { readonly operand: Operand; readonly name: string; readonly member?: string }
  | { readonly fault: string; readonly suggestion?: string } {
  const [name = '', member] = text.slice(1).split('.');
  if (!names.has(name)) {
    const close = suggest(name, names);
    return { fault: `there is no name %${name}`, ...(close ? { suggestion: `%${close}` } : {}) };
  }
  const resolve: Operand['resolve'] = (values) => {
    const value = values[name];
    const found = member === undefined ? value : isRecord(value) ? value[member] : undefined;
    return typeof found === 'number' ||
      typeof found === 'boolean' ||
      (typeof found === 'string' && found !== '')
      ? found
      : undefined;
  };
  return { operand: { text, resolve }, name, ...(member === undefined ? {} : { member }) };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
