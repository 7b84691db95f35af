/** What validators.mjs exports; see generate/validators.ts. */
import type { ValidateFunction } from 'ajv';

/** By `$id` of a schema: its validator, and the SHA-256 of the schema's JSON. */
export const validators: Readonly<
  Record<string, { readonly validate: ValidateFunction; readonly digest: string }>
>;
