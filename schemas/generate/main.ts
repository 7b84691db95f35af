/**
 * `npm run generate` makes the committed tables of schemas/ from published packages, and what follows from them;
 * `npm run generate -- --check` writes nothing and exits 1 when a committed file differs from what would be made. Needs the npm
 * registry, and ends with 3 when it cannot be reached; with `--local`, only what follows from committed files is made.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { dicomAttributes } from './dicom-attributes.ts';
import { fhirDefinitions } from './fhir-definitions.ts';
import { fhirElements } from './fhir-elements.ts';
import { fhirSearch } from './fhir-search.ts';

const isCheck = process.argv.includes('--check');
if (!process.argv.includes('--local')) await settle(await tables());
// They follow from the tables as they are now: imported only here, since modules read the tables when they are loaded.
const { derivedFiles } = await import('./derived.ts');
await settle(await derivedFiles());

async function tables(): Promise<Readonly<Record<string, string>>> {
  const definitions = await fhirDefinitions().catch((error: Error) => {
    console.error(`the FHIR definitions could not be had: ${error.message}`);
    process.exit(3);
  });
  return {
    'dicom-attributes.json': await dicomAttributes(),
    'fhir-r4-elements.json': fhirElements(definitions),
    'fhir-r4-search.json': fhirSearch(definitions),
  };
}

/** Writes what differs, or tells it. */
async function settle(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    const file = new URL(`../${name}`, import.meta.url);
    const committed = await readFile(file, 'utf8').catch(() => undefined);
    if (committed === text) {
      console.log(`schemas/${name} is up to date`);
    } else if (isCheck) {
      console.error(
        `schemas/${name} differs from what its source gives: run "npm run generate" and commit it`,
      );
      process.exitCode = 1;
    } else {
      await writeFile(file, text);
      console.log(`schemas/${name} written, ${text.length} characters`);
    }
  }
}
