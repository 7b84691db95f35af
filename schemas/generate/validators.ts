/**
 * The JSON Schemas of schemas/ in, the text of schemas/validators.mjs out: what Ajv makes of them, as code, so that at run time
 * nothing makes code from text and no schema is compiled while somebody waits.
 */
import { createHash } from 'node:crypto';
import { Ajv, type ValidateFunction } from 'ajv';
import standaloneCode from 'ajv/dist/standalone/index.js';

export interface NamedSchema {
  readonly $id: string;
}

/** A validator as the engine uses it: all errors, each with its schema. For tests of schemas that are not committed. */
export function compileValidator(schema: object): ValidateFunction {
  return createAjv(false).compile(schema);
}

/** One export, `validators`: `$id` → the validator and the digest of the schema that it was made from. */
export function validatorModule(schemas: readonly NamedSchema[]): string {
  const ajv = createAjv(true);
  const names = Object.fromEntries(schemas.map((schema, index) => [`validate${index}`, schema.$id]));
  for (const schema of schemas) ajv.addSchema(schema);
  const code = withImports(standaloneCode.default(ajv, names).replaceAll('export const ', 'const '));
  const rows = schemas.map(
    (schema, index) =>
      `  ${JSON.stringify(schema.$id)}: { validate: validate${index}, digest: ${JSON.stringify(digestOf(schema))} },\n`,
  );
  return `// Generated from the schemas by npm run generate; do not edit.\n${code}\nexport const validators = {\n${rows.join('')}};\n`;
}

function digestOf(schema: object): string {
  return createHash('sha256').update(JSON.stringify(schema)).digest('hex');
}

/** Ajv's code asks for its helpers as CommonJS does. */
function withImports(code: string): string {
  const helpers = new Map<string, string>();
  const body = code.replace('"use strict";', '').replace(/require\("([^"]+)"\)/g, (_, path: string) => {
    const name = helpers.get(path) ?? `helper${helpers.size}`;
    helpers.set(path, name);
    return name;
  });
  const imports = [...helpers].map(
    ([path, name]) => `import ${name} from ${JSON.stringify(`${path}.js`)};\n`,
  );
  return `${imports.join('')}${body}`;
}

function createAjv(isSource: boolean): Ajv {
  const ajv = new Ajv({
    allErrors: true,
    strict: true,
    // A union of `{ required: [key] }` names keys that its parent declares.
    strictRequired: false,
    allowUnionTypes: true,
    discriminator: true,
    verbose: true,
    logger: false,
    ...(isSource ? { code: { source: true, esm: true, lines: true } } : {}),
  });
  // What editors show in place of the pattern, what to do about a wrong value, and what the engine itself checks.
  ajv.addVocabulary(['patternErrorMessage', 'x-hint', 'x-expression']);
  return ajv;
}
