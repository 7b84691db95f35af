/**
 * `npm run generate` makes the committed tables of schemas/ from published packages; `npm run generate -- --check` writes
 * nothing and exits 1 when a committed table differs from what would be made. Needs the npm registry, and ends with 3
 * when it cannot be reached.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { dicomAttributes } from './dicom-attributes.ts';
import { fhirDefinitions } from './fhir-definitions.ts';
import { fhirElements } from './fhir-elements.ts';
import { fhirSearch } from './fhir-search.ts';

const definitions = await fhirDefinitions().catch((error: Error) => {
  console.error(`the FHIR definitions could not be had: ${error.message}`);
  process.exit(3);
});
const tables: Readonly<Record<string, string>> = {
  'dicom-attributes.json': await dicomAttributes(),
  'fhir-r4-elements.json': fhirElements(definitions),
  'fhir-r4-search.json': fhirSearch(definitions),
};
const isCheck = process.argv.includes('--check');
for (const [name, text] of Object.entries(tables)) {
  const file = new URL(`../${name}`, import.meta.url);
  const committed = await readFile(file, 'utf8').catch(() => undefined);
  if (committed === text) {
    console.log(`schemas/${name} is up to date`);
  } else if (isCheck) {
    console.error(`schemas/${name} differs from what its source gives: run "npm run generate" and commit it`);
    process.exitCode = 1;
  } else {
    await writeFile(file, text);
    console.log(`schemas/${name} written, ${text.length} characters`);
  }
}
