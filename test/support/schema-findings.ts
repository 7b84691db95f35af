/** What the schema of mapping files finds in a text: lines go in, what a person sees comes out. */
import type { Test } from 'uvu';
import * as assert from 'uvu/assert';
import { createSchemaCheck } from '../../engine/compile/json-schema.ts';
import { readYaml } from '../../engine/compile/yaml-source.ts';
import { renderDiagnostic } from '../../engine/diagnostic.ts';
import mappingSchema from '../../schemas/mapping.schema.json' with { type: 'json' };

export const checkMapping = createSchemaCheck(mappingSchema, 'mapping');

/** A test of what a person sees for a file with these lines. */
export function schemaFindings(
  test: Test,
  name: string,
  file: readonly string[],
  shown: readonly string[],
): void {
  test(name, () => {
    const source = readYaml('site.yaml', `${file.join('\n')}\n`);
    const findings = [...source.diagnostics, ...checkMapping(source)];
    const rendered = findings.map((finding) => renderDiagnostic(finding, source.text)).join('\n');
    assert.is(rendered, shown.join('\n'));
  });
}
